// The end of the script between the module and JavaScript, behind the functions that wasm-bindgen writes. It compiles the
// answer with the module. Browsers compile it while it loads, and cache the result, if its type is right; the loader also
// works with a server that does not know the type.
export default async function (answer) {
  const imports = __wbg_get_imports();
  const response = await answer;
  const typed = response.headers.get('content-type') === 'application/wasm';
  const { instance, module } = await (typed
    ? WebAssembly.instantiateStreaming(response, imports)
    : WebAssembly.instantiate(await response.arrayBuffer(), imports));
  __wbg_finalize_init(instance, module);
}

// A style sheet belongs to one document, and an element may move to that of a frame.
const sheets = new WeakMap();

// Gives `root`, the shadow tree of an element, the style sheet.
export function dress(root) {
  const page = root.ownerDocument;
  if (!page.defaultView) return;
  if (!sheets.has(page)) {
    const sheet = new page.defaultView.CSSStyleSheet();
    sheet.replaceSync(style());
    sheets.set(page, sheet);
  }
  root.adoptedStyleSheets = [sheets.get(page)];
}

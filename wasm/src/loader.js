// The end of the script between the module and JavaScript, behind the functions that wasm-bindgen writes. It compiles the
// answer with the module. Browsers compile it while it loads, and cache the result, if its type is right; the loader also
// works with a server that does not know the type.
//
// Meanwhile it asks for the list of banks, which most elements need. `element` is the one that loads the module; it asks by
// itself if it has a token, a context or another relay than the one below `base`, or if the page is hidden. The question for
// the session is not among them: its answer would outrun the texts, and no first screen is announced.
// Returns what sends a request: the early answer serves once, unless the network failed.
export default async function (answer, base, element) {
  const early = {};
  const country = element.getAttribute('country') || 'SE';
  const relay = element.getAttribute('relay');
  let isHere = !relay;
  try {
    isHere ||= new URL(relay.replace(/\/*$/, '/'), document.baseURI).href === base;
  } catch {
    // The element says that its attribute is wrong.
  }
  if (isHere && !document.hidden && !element.matches('[token], [context]')) {
    const list = `${base}psd2/aspspinformation/v1/aspsps?isoCountryCodes=${country}`;
    const headers = { accept: 'application/json', 'x-ais-link': 1 };
    early[list] = fetch(list, { credentials: 'include', headers }).catch(() => {});
  }
  const imports = __wbg_get_imports();
  const response = await answer;
  const typed = response.headers.get('content-type') === 'application/wasm';
  const { instance, module } = await (typed
    ? WebAssembly.instantiateStreaming(response, imports)
    : WebAssembly.instantiate(await response.arrayBuffer(), imports));
  __wbg_finalize_init(instance, module);
  return async (request) => {
    const asked = early[request.url];
    delete early[request.url];
    // The page may have put another `fetch` in its place.
    return (await asked) ?? fetch(request);
  };
}

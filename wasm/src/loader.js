// The end of the script between the module and JavaScript, behind the functions that wasm-bindgen writes. It compiles the
// answer with the module. Browsers compile it while it loads, and cache the result, if its type is right; the loader also
// works with a server that does not know the type.
//
// Meanwhile it may ask what most elements need (`early.js`). Returns what sends a request: an early answer serves once, unless
// the network failed.
export default async function (answer, base, element) {
  const asked = early(base, element);
  const imports = __wbg_get_imports();
  const response = await answer;
  const typed = response.headers.get('content-type') === 'application/wasm';
  const { instance, module } = await (typed
    ? WebAssembly.instantiateStreaming(response, imports)
    : WebAssembly.instantiate(await response.arrayBuffer(), imports));
  __wbg_finalize_init(instance, module);
  return async (request) => {
    const answer = asked[request.url];
    delete asked[request.url];
    // The page may have put another `fetch` in its place.
    return (await answer) ?? fetch(request);
  };
}

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

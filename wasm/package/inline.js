// Defines the tag `<ais-link>` with the module and the texts inside scripts: a third larger, for tools that copy no file.
import { init } from "./slim.js";

init(async () => {
  const { wasm, texts } = await import("./inline-data.js");
  const places = Object.entries(texts).map(([language, text]) => [
    language,
    `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`,
  ]);
  return {
    wasm: Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0)),
    texts: Object.fromEntries(places),
  };
});

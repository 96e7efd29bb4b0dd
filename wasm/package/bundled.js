// Defines the tag `<ais-link>` with a module that the page's bundler copies: it finds each of these literal addresses.
import { init } from "./slim.js";

init(() => ({
  wasm: new URL("./ais-link.wasm", import.meta.url),
  texts: {
    en: new URL("./texts/en.txt", import.meta.url),
    sv: new URL("./texts/sv.txt", import.meta.url),
    fi: new URL("./texts/fi.txt", import.meta.url),
    nb: new URL("./texts/nb.txt", import.meta.url),
    da: new URL("./texts/da.txt", import.meta.url),
    names: new URL("./texts/names.txt", import.meta.url),
  },
}));

// The element with a module that the page itself provides, in place of the relay's files.
import { create, define, home } from "./class.js";
import { early } from "./early.js";
import instantiate, * as glue from "./glue.js";

let provide;
const provided = new Promise((resolve) => (provide = resolve));

/** The class, for a name of your own. Its elements wait for `init`. */
export const AisLinkElement = create(async (attempt, element) => {
  const relay = element.getAttribute("relay");
  if (!relay) throw new Error("The attribute relay must say where the relay is.");
  const base = new URL(relay.replace(/\/*$/, "/"), document.baseURI).href;
  if (!attempt) home(base);
  const options = await provided;
  const { wasm, texts } = typeof options === "function" ? await options() : options;
  const list = Object.entries(texts).map(([language, place]) => [language, String(place)]);
  const places = Object.fromEntries(list);
  const send = early(base, element, places);
  await instantiate(answer(wasm));
  glue.start(base, places, send);
  return glue;
});

/** Says where the module and the texts are, and defines the tag. Nothing is loaded before the first element. */
export function init(options) {
  provide(options);
  define(AisLinkElement);
}

async function answer(wasm) {
  const source = await wasm;
  if (typeof source === "string" || source instanceof URL) return fetch(source);
  if (source instanceof Response) return source.clone();
  return new Response(source, { headers: { "content-type": "application/wasm" } });
}

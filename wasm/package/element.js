// The class of `<ais-link>`, without a tag: for a name of your own, or a registry of your own.
import { create, home } from "./class.js";

/** Its first element loads the rest from the relay that the attribute `relay` names, so what runs is of the relay's release. */
export const AisLinkElement = create(async (attempt, element) => {
  const relay = element.getAttribute("relay");
  if (!relay) throw new Error("The attribute relay must say where the relay is.");
  const script = new URL("ais-link.js", new URL(relay.replace(/\/*$/, "/"), document.baseURI));
  if (!attempt) home(script);
  // With a fragment the script defines no tag, and a browser asks again for one that failed to load.
  script.hash = attempt;
  return (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ script.href)).load(element);
});

import type { AisLinkElement as Element } from "./index.js";

export type AisLinkElement = Element;
/** The class of `<ais-link>`, without a tag: `customElements.define("my-link", AisLinkElement)`. */
export declare const AisLinkElement: {
  new (): Element;
  readonly prototype: Element;
  readonly observedAttributes: readonly string[];
};

// The one piece of JavaScript: a class that forwards the life of an element to Rust.
// `connect` gives the Rust half, which ends all that it started when it is freed.
export function register(tag, attributes, css, connect) {
  if (customElements.get(tag)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);

  class AisLink extends HTMLElement {
    static observedAttributes = attributes;
    #widget;
    #texts;

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
      // What a page has set before this class was there would hide the setter.
      const own = Object.getOwnPropertyDescriptor(this, "texts");
      delete this.texts;
      this.#texts = own?.value;
    }

    connectedCallback() {
      this.#widget ??= connect(this, this.shadowRoot);
    }

    disconnectedCallback() {
      this.#widget?.free();
      this.#widget = undefined;
    }

    attributeChangedCallback(name, before, after) {
      if (before !== after) this.#changed(name);
    }

    get texts() {
      return this.#texts;
    }

    set texts(texts) {
      this.#texts = texts;
      this.#changed("texts");
    }

    #changed(name) {
      if (!this.#widget || this.#widget.takes(name)) return;
      this.disconnectedCallback();
      this.connectedCallback();
    }
  }
  customElements.define(tag, AisLink);
}

// The one piece of JavaScript: a class that forwards the life of an element to Rust, and loads that with the
// first element. It must not decide anything else.

// Defines the element, unless something is defined there, or nothing can be: on a server that renders pages.
// `load(attempt)` gives Rust's half: `style()` and `connect(element, root)`, which gives what belongs to one
// connected element and ends all that it started when it is freed. Where it fails, it is called again.
export function define(load) {
  if (!globalThis.customElements || customElements.get("ais-link")) return;
  let loaded;
  let failures = 0;
  const sheet = new CSSStyleSheet();
  const half = () =>
    (loaded ??= load(failures).then(
      (rust) => (sheet.replaceSync(rust.style()), rust),
      (error) => {
        loaded = undefined;
        failures += 1;
        throw error;
      },
    ));

  class AisLink extends HTMLElement {
    static observedAttributes = [
      "relay",
      "country",
      "lang",
      "service",
      "redirect",
      "context",
      "validity-days",
      "recurring",
      "frequency-per-day",
      "data",
    ];
    #widget;
    #texts;
    // Counts the comings and goings: whoever waited for Rust may find the element gone, or here again.
    #turn = 0;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      // What the page has put into the tag shows until there is something better.
      root.append(document.createElement("slot"));
      // What a page has set before this class was there would hide the setter.
      const own = Object.getOwnPropertyDescriptor(this, "texts");
      delete this.texts;
      this.#texts = own?.value;
    }

    async connectedCallback() {
      const turn = ++this.#turn;
      const rust = await this.#rust(turn);
      if (turn === this.#turn) this.#widget = rust.connect(this, this.shadowRoot);
    }

    disconnectedCallback() {
      this.#turn += 1;
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

    // Rust's half, however often it has to be asked for while the element is here.
    async #rust(turn) {
      for (let pause = 1000; turn === this.#turn; pause = Math.min(pause * 2, 30000)) {
        try {
          return await half();
        } catch (error) {
          if (turn === this.#turn && pause === 1000) this.#unreachable(error);
          await new Promise((resolve) => setTimeout(resolve, pause));
        }
      }
    }

    // The page is told as of any other failure; the words are not here yet.
    #unreachable(error) {
      console.warn("ais-link could not be loaded; it is tried again.", error);
      const state = "unreachable";
      this.setAttribute("state", state);
      const tell = (name, detail) =>
        this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
      tell("ais-link-state", { state });
      tell("ais-link-failed", { reason: state, supportCode: null });
    }
  }
  customElements.define("ais-link", AisLink);
}

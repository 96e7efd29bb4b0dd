// The one piece of JavaScript: a class that forwards the life of an element to Rust, and loads that with the
// first element. It must not decide anything else.

// Defines the element, unless something is defined there, or nothing can be: on a server that renders pages.
// `load(attempt, relay)` gives Rust's half: `style()` and `connect(element, root)`, which gives what belongs to one
// connected element and ends all that it started when it is freed. Where it fails, it is called again. `relay` is the
// attribute of the element that asks, for a script that does not know where it came from.
export function define(load) {
  if (!globalThis.customElements || customElements.get("ais-link")) return;
  let loaded;
  let failures = 0;
  const half = (relay) =>
    (loaded ??= load(failures, relay).catch((error) => {
      loaded = undefined;
      failures += 1;
      throw error;
    }));
  // A style sheet belongs to one document, and an element may move to that of a frame.
  const sheets = new WeakMap();
  const dress = (root, rust) => {
    const page = root.ownerDocument;
    if (!page.defaultView) return;
    if (!sheets.has(page)) {
      const sheet = new page.defaultView.CSSStyleSheet();
      sheet.replaceSync(rust.style());
      sheets.set(page, sheet);
    }
    root.adoptedStyleSheets = [sheets.get(page)];
  };

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
    #rust;
    #texts;
    // Counts the comings and goings: whoever waited for Rust may find the element gone, or here again.
    #turn = 0;
    // Where the keyboard is, within. A browser takes it away before it says that the element has moved.
    #focused;
    // What is shown, between one place in the page and the next.
    #kept;
    // Follows the language of the page.
    #around;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      // What the page has put into the tag shows until there is something better.
      root.append(document.createElement("slot"));
      root.addEventListener("focusin", (event) => (this.#focused = event.target));
      root.addEventListener("focusout", async () => {
        await undefined;
        this.#focused = root.activeElement;
      });
      // Safari on a telephone knows what is pressed only where somebody listens.
      root.addEventListener("touchstart", () => {}, { passive: true });
      // What a page has set before this class was there would hide the setter.
      for (const name of ["texts", ...properties.keys()]) {
        const own = Object.getOwnPropertyDescriptor(this, name);
        if (!own) continue;
        delete this[name];
        this[name] = own.value;
      }
    }

    async connectedCallback() {
      const turn = ++this.#turn;
      this.#listen();
      if (this.#widget) return this.#return();
      const rust = await this.#load(turn);
      if (turn !== this.#turn) return;
      this.#rust = rust;
      dress(this.shadowRoot, rust);
      this.#widget = rust.connect(this, this.shadowRoot);
    }

    // The element may only be on its way to another place: that is told at once, before anything else goes on.
    async disconnectedCallback() {
      const turn = ++this.#turn;
      this.#around?.disconnect();
      if (!this.#widget) return;
      this.#kept = { nodes: [...this.shadowRoot.childNodes], focused: this.#focused };
      this.shadowRoot.replaceChildren(document.createElement("slot"));
      await undefined;
      if (turn === this.#turn) this.#end();
    }

    // `moveBefore` takes nothing away.
    connectedMoveCallback() {
      this.#listen();
      this.#changed("lang");
    }

    adoptedCallback() {
      if (this.#rust) dress(this.shadowRoot, this.#rust);
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

    get state() {
      return this.getAttribute("state") ?? "";
    }

    #changed(name) {
      if (!this.#widget || this.#kept || this.#widget.applyInPlace(name)) return;
      this.#end();
      this.connectedCallback();
    }

    #end() {
      this.#widget.free();
      this.#widget = this.#kept = undefined;
    }

    // The element is in another place of the page, and all goes on.
    #return() {
      const { nodes, focused } = this.#kept;
      this.#kept = undefined;
      this.shadowRoot.replaceChildren(...nodes);
      for (const dialog of this.shadowRoot.querySelectorAll("dialog[open]")) {
        dialog.open = false;
        dialog.showModal();
      }
      focused?.focus({ preventScroll: true });
      this.#changed("lang");
    }

    #listen() {
      this.#around?.disconnect();
      this.#around = new MutationObserver(() => this.#changed("lang"));
      for (let node = this; node; ) {
        const root = node.getRootNode();
        this.#around.observe(root, { subtree: true, attributeFilter: ["lang"] });
        node = root.host;
      }
    }

    // Rust's half, however often it has to be asked for while the element is here.
    async #load(turn) {
      for (let pause = 1000; turn === this.#turn; pause = Math.min(pause * 2, 30000)) {
        try {
          return await half(this.getAttribute("relay"));
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

  // Each attribute is a property too, but `lang`, which every element has. What is null is absent.
  const properties = new Map(
    AisLink.observedAttributes
      .filter((name) => name !== "lang")
      .map((name) => [name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()), name]),
  );
  const read = {
    recurring: (text) => text?.trim().toLowerCase() !== "false",
    validityDays: (text) => (text?.trim() ? Number(text) : null),
    frequencyPerDay: (text) => (text?.trim() ? Number(text) : null),
  };
  for (const [property, name] of properties) {
    Object.defineProperty(AisLink.prototype, property, {
      configurable: true,
      enumerable: true,
      get() {
        const text = this.getAttribute(name);
        return read[property] ? read[property](text) : (text ?? "");
      },
      set(value) {
        if (value === null || value === undefined) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }
  customElements.define("ais-link", AisLink);
}

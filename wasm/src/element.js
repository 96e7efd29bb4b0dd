// A class that forwards the life of an element to Rust, and loads the Rust half with the first element. It must not
// decide anything else.

// Defines the element, unless one is defined already, or the script runs on a server that renders pages.
export function define(element) {
  if (!globalThis.customElements || customElements.get("ais-link")) return;
  customElements.define("ais-link", element);
}

// Returns the class of the element; it is of no use on a server, but may be made there.
// `load(attempt, element)` returns the Rust half: `dress(root)`, and `connect(element, root)`, which returns the
// state of one connected element and stops everything that it started when it is freed. After a failure it
// is called again. `element` is the one that asks: it may say where the relay is.
export function create(load) {
  let loaded;
  let failures = 0;
  const half = (element) =>
    (loaded ??= load(failures, element).catch((error) => {
      loaded = undefined;
      failures += 1;
      throw error;
    }));
  class AisLink extends (globalThis.HTMLElement ?? Object) {
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
      "token",
    ];
    #widget;
    #rust;
    #texts;
    // Counts connects and disconnects: after a wait for Rust, the element may be gone, or back.
    #turn = 0;
    // The focused node inside. A browser removes the focus before it reports that the element has moved.
    #focused;
    // The shown nodes, while the element moves in the page.
    #kept;
    // Follows the language of the page.
    #around;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      // The page's own content of the tag stays until the first screen.
      root.append(document.createElement("slot"));
      root.addEventListener("focusin", (event) => (this.#focused = event.target));
      root.addEventListener("focusout", async () => {
        await undefined;
        this.#focused = root.activeElement;
      });
      // Safari on a phone sets `:active` only where a listener for touches exists.
      root.addEventListener("touchstart", () => {}, { passive: true });
      // A property that the page set before this class was defined would hide the setter.
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
      rust.dress(this.shadowRoot);
      this.#widget = rust.connect(this, this.shadowRoot);
    }

    // The element may only be moving: the microtask finds out before other tasks run.
    async disconnectedCallback() {
      const turn = ++this.#turn;
      this.#around?.disconnect();
      if (!this.#widget) return;
      this.#kept = { nodes: [...this.shadowRoot.childNodes], focused: this.#focused };
      this.shadowRoot.replaceChildren(document.createElement("slot"));
      await undefined;
      if (turn === this.#turn) this.#end();
    }

    // `moveBefore` removes nothing.
    connectedMoveCallback() {
      this.#listen();
      this.#changed("lang");
    }

    adoptedCallback() {
      this.#rust?.dress(this.shadowRoot);
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

    // The element has moved within the page, and everything goes on.
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

    // Loads the Rust half, as often as necessary while the element is connected.
    async #load(turn) {
      // A framework may set the attributes just after it has put the element into the page.
      await undefined;
      for (let pause = 1000; turn === this.#turn; pause = Math.min(pause * 2, 30000)) {
        try {
          return await half(this);
        } catch (error) {
          if (turn === this.#turn && pause === 1000) this.#unreachable(error);
          await new Promise((resolve) => setTimeout(resolve, pause));
        }
      }
    }

    // The page gets an event as after any other failure; the texts are not loaded yet.
    #unreachable(error) {
      console.warn("ais-link does not load yet.", error);
      const state = "unreachable";
      this.setAttribute("state", state);
      const tell = (name, detail) =>
        this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
      tell("ais-link-state", { state });
      tell("ais-link-failed", { reason: state, supportCode: null });
    }
  }

  // Each attribute is a property too, except `lang`, which every element has. Null removes the attribute.
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
  return AisLink;
}

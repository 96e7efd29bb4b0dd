// The one piece of JavaScript: a class that forwards the element's life to Rust.
export function register(tag) {
  if (!customElements.get(tag)) {
    customElements.define(tag, class extends HTMLElement {});
  }
}

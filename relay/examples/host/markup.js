// Markup by a template: each value in it is escaped, unless it is markup itself.

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const escaped = (value) => {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join("");
  if (value === false) return "";
  return String(value ?? "").replace(/[&<>"'`]/g, (letter) => `&#${letter.charCodeAt(0)};`);
};

/** html`<p>${text}</p>`; what is missing or false is left out. */
export const html = (parts, ...values) =>
  new Markup(parts.map((part, at) => part + (at < values.length ? escaped(values[at]) : "")).join(""));

// The behaviours of custom-elements-everywhere, adapted to this element: what a framework must do so that the tag works in it
// as any other. There are 8 basic and 8 advanced ones there too; its number for a framework, 32 at most, is of two browsers. Each
// framework's page shows the same nodes by their ids.
import { AisLinkElement } from "ais-link/element";

/** A class of the page's own, which inherits, with a property in camel case. */
export class OwnLink extends AisLinkElement {
  #words;
  get ownWords() {
    return this.#words;
  }
  set ownWords(words) {
    this.#words = words;
  }
}
customElements.define("own-link", OwnLink);

export const RELAY = "https://link.example.com/";
export const WORDS = { start: "Begin" };
export const LIST = ["a", "list"];
export const EVENTS = ["lowercase", "kebab-case", "camelCase", "CAPScase", "PascalCase"];

const at = (id) => document.getElementById(id);
const settle = () => new Promise((resolve) => setTimeout(resolve));
const equal = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const inside = (id) => at(id)?.shadowRoot?.querySelector("[part~=base]");

async function until(ask, turns = 600) {
  for (let turn = 0; turn < turns; turn += 1) {
    if (ask()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function press(id) {
  at(id).click();
  await settle();
}

const BASIC = {
  "shows the tag without children": () => at("bare") instanceof AisLinkElement,
  "shows the tag with children in its shadow root": () => until(() => inside("data")),
  "passes light children, and changes them": async () => {
    await press("more");
    return until(() => at("data").textContent.includes("2") && inside("data"));
  },
  "hides and shows the tag": async () => {
    await press("toggle");
    const hidden = await until(() => !at("view") && at("dummy"));
    await press("toggle");
    return hidden && until(() => inside("view") && !at("dummy"));
  },
  "passes a boolean": () => at("data").recurring === false,
  "passes a number": () => at("data").validityDays === 90 && at("data").getAttribute("validity-days") === "90",
  "passes a string": () => at("data").country === "FI",
  "lets a script listen": () => heard("imperative", "imperative"),
};

const ADVANCED = {
  "passes an array as a property": () => equal(at("list").texts, LIST),
  "passes an object as a property": () => equal(at("data").texts, WORDS),
  "passes an object to a property in camel case, and to an inherited one": () =>
    equal(at("own").ownWords, WORDS) && equal(at("own").texts, WORDS),
  ...Object.fromEntries(EVENTS.map((name) => [`listens to ${name}`, () => heard(name, name)])),
};

async function heard(id, name) {
  const before = at(id).textContent;
  // Without bubbling, as there: a framework that listens at the top of the page alone would hear nothing.
  at("data").dispatchEvent(new CustomEvent(name));
  return before === "false" && until(() => at(id).textContent === "true", 20);
}

/** Tries all; shows the names of what failed. */
export async function check() {
  const run = async (cases) => {
    const failed = [];
    for (const [name, passes] of Object.entries(cases)) if (!(await passes())) failed.push(name);
    return { of: Object.keys(cases).length, failed };
  };
  const result = { basic: await run(BASIC), advanced: await run(ADVANCED) };
  const output = document.createElement("output");
  output.textContent = JSON.stringify(result);
  document.body.append(output);
}

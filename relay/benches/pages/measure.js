// Uses the page as a person would, and notes when each screen is there: the frame after it came into the document.

const root = () => document.querySelector("ais-link")?.shadowRoot ?? document.querySelector("main");
const frame = () => new Promise(requestAnimationFrame);
const until = async (look) => {
  for (;;) {
    const found = look(root());
    if (found) return found;
    await frame();
  }
};

const measure = async () => {
  const button = (text) => (root) => [...root.querySelectorAll("button")].find((one) => one.textContent.includes(text));
  const bank = await until(button("SEB"));
  await frame();
  const list = performance.now();
  bank.click();
  const show = await until(button("Show QR code"));
  await frame();
  const tap = performance.now();
  show.click();
  await until((root) => root.querySelector(".qr svg, canvas"));
  await frame();
  return { list, code: performance.now() - tap };
};

// One letter in the search, until the frame with what was found.
const keystroke = async () => {
  const field = root().querySelector("input");
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const took = [];
  for (const text of ["b", "ba", "b", "", "h", "ha", "han", ""]) {
    const start = performance.now();
    set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    await frame();
    await new Promise((resolve) => setTimeout(resolve));
    took.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return took.sort((a, b) => a - b)[took.length / 2];
};

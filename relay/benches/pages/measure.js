// Uses the page as a person would, and notes when each screen is there: when the first frame with it is painted.

const root = () => document.querySelector("ais-link")?.shadowRoot ?? document.querySelector("main");
const frame = () => new Promise(requestAnimationFrame);
// In a frame's callback: the frame is painted after it.
const until = async (look) => {
  for (;;) {
    await frame();
    const found = look(root());
    if (found) return found;
  }
};
const painted = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(0);
  });

const button = (text) => (root) => [...root.querySelectorAll("button")].find((one) => one.textContent.includes(text));
const coded = (root) => root.querySelector("canvas");

const measure = async () => {
  const bank = await until(button("SEB"));
  const list = await painted();
  bank.click();
  const show = await until(button("Show QR code"));
  const tap = await painted();
  show.click();
  await until(coded);
  return { list, code: (await painted()) - tap };
};

// Goes to a bank whose code moves.
const animate = async () => {
  (await until(button("Handelsbanken"))).click();
  (await until(button("Show QR code"))).click();
  await until(coded);
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

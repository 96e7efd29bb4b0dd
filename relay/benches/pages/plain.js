// The element's function in plain JavaScript: a list of banks with a search, a QR code, polling, the accounts.
import QRCode from "qrcode";
import { accounts, banks, begin, details, status } from "./calls.js";

const main = document.querySelector("main");
const node = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const choose = async () => {
  const all = await banks("SE");
  const list = node("ul");
  const fill = (text) =>
    list.replaceChildren(
      ...all
        .filter((bank) => bank.name.toLowerCase().includes(text.toLowerCase()))
        .map((bank) => node("li", {}, node("button", { onclick: () => ready(bank) }, bank.name))),
    );
  const search = node("input", { type: "search", oninput: () => fill(search.value) });
  fill("");
  main.replaceChildren(node("h2", {}, "Choose your bank"), search, list);
};

const ready = async (bank) => {
  await details(bank.bicFi);
  const go = node("button", { onclick: () => challenge(bank) }, "Show QR code");
  main.replaceChildren(node("h2", {}, bank.name), go);
};

const challenge = async (bank) => {
  const started = await begin(bank.bicFi);
  const code = node("canvas");
  const left = node("p");
  main.replaceChildren(node("h2", {}, "Scan the QR code"), code, left);
  const draw = (text) => QRCode.toCanvas(code, text, { errorCorrectionLevel: "L" });
  await draw(started.code);
  for (let seconds = 30; seconds > 0; seconds -= 1) {
    left.textContent = `${seconds} s`;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { now, code: next } = await status(bank.bicFi, started);
    if (next) await draw(next);
    if (now === "failed") return main.replaceChildren(node("p", {}, "It failed."));
    if (now === "finalised") return show(await accounts(bank.bicFi, started));
  }
  main.replaceChildren(node("button", { onclick: () => ready(bank) }, "Try again"));
};

const show = (all) =>
  main.replaceChildren(node("ul", {}, ...all.map((account) => node("li", {}, account.iban ?? account.bban ?? ""))));

choose().catch((error) => main.replaceChildren(String(error)));

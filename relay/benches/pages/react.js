// The same as `plain.js`, with React.
import QRCode from "qrcode";
import { createElement as h, useEffect, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { accounts, banks, begin, details, status } from "./calls.js";

const Choose = ({ all, pick }) => {
  const [text, setText] = useState("");
  const found = useMemo(
    () => all.filter((bank) => bank.name.toLowerCase().includes(text.toLowerCase())),
    [all, text],
  );
  return [
    h("h2", { key: "title" }, "Choose your bank"),
    h("input", { key: "search", type: "search", value: text, onChange: (event) => setText(event.target.value) }),
    h(
      "ul",
      { key: "list" },
      found.map((bank) => h("li", { key: bank.bicFi }, h("button", { onClick: () => pick(bank) }, bank.name))),
    ),
  ];
};

const Challenge = ({ bank, started, done }) => {
  const code = useRef(null);
  const [seconds, setSeconds] = useState(30);
  const [text, setText] = useState(started.code);
  useEffect(() => void QRCode.toCanvas(code.current, text, { errorCorrectionLevel: "L" }), [text]);
  useEffect(() => {
    const timer = setTimeout(async () => {
      const { now, code: next } = await status(bank.bicFi, started);
      if (next) setText(next);
      if (now === "finalised") done(await accounts(bank.bicFi, started));
      else if (now === "failed" || seconds === 1) done(null);
      else setSeconds(seconds - 1);
    }, 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return [
    h("h2", { key: "title" }, "Scan the QR code"),
    h("canvas", { key: "code", ref: code }),
    h("p", { key: "left" }, `${seconds} s`),
  ];
};

const Page = () => {
  const [view, setView] = useState({ name: "loading" });
  useEffect(() => void banks("SE").then((all) => setView({ name: "choose", all })), []);
  const pick = async (bank) => {
    await details(bank.bicFi);
    setView({ name: "ready", bank });
  };
  const start = async (bank) => setView({ name: "challenge", bank, started: await begin(bank.bicFi) });
  switch (view.name) {
    case "choose":
      return h(Choose, { all: view.all, pick });
    case "ready":
      return [
        h("h2", { key: "title" }, view.bank.name),
        h("button", { key: "go", onClick: () => start(view.bank) }, "Show QR code"),
      ];
    case "challenge":
      return h(Challenge, { ...view, done: (all) => setView(all ? { name: "done", all } : { ...view, name: "ready" }) });
    case "done":
      return h("ul", {}, view.all.map((account, at) => h("li", { key: at }, account.iban ?? account.bban ?? "")));
    default:
      return h("p", {}, "Loading");
  }
};

createRoot(document.querySelector("main")).render(h(Page));

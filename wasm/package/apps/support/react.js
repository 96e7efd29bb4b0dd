// The nodes of `checks.js`, made by React without JSX, so that no types are needed.
import { createElement as h, useEffect, useRef, useState } from "react";
import "ais-link";
import { check, EVENTS, LIST, RELAY, WORDS } from "./checks.js";

export function Support() {
  const [count, setCount] = useState(1);
  const [shown, setShown] = useState(true);
  const [heard, setHeard] = useState({});
  const data = useRef(null);
  const hear = (name) => setHeard((before) => ({ ...before, [name]: true }));
  const listeners = Object.fromEntries(EVENTS.map((name) => [`on${name}`, () => hear(name)]));
  useEffect(() => {
    const [tag, listen] = [data.current, () => hear("imperative")];
    tag.addEventListener("imperative", listen);
    return () => tag.removeEventListener("imperative", listen);
  }, []);
  useEffect(() => void check(), []);
  return h(
    "div",
    null,
    h("button", { id: "more", onClick: () => setCount(count + 1) }, "More"),
    h("button", { id: "toggle", onClick: () => setShown(!shown) }, "Toggle"),
    h("ais-link", { id: "bare", relay: RELAY }),
    h(
      "ais-link",
      {
        ...{ id: "data", ref: data, relay: RELAY, country: "FI", validityDays: 90, "validity-days": 90 },
        ...{ recurring: false, texts: WORDS },
        ...listeners,
      },
      `Light ${count}`,
    ),
    h("ais-link", { id: "list", relay: RELAY, texts: LIST }),
    h("own-link", { id: "own", relay: RELAY, texts: WORDS, ownWords: WORDS }),
    shown ? h("ais-link", { id: "view", relay: RELAY }) : h("p", { id: "dummy" }, "Nothing"),
    ["imperative", ...EVENTS].map((name) => h("p", { key: name, id: name }, String(Boolean(heard[name])))),
  );
}

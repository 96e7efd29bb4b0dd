"use client";
// `<ais-link>` for React 18 and earlier, which know neither its properties nor its events, and for pages that a server
// renders: there React 19 does not listen to its events either.
import { createElement, forwardRef, useEffect, useImperativeHandle, useRef } from "react";
import { AisLinkElement } from "./element.js";

const EVENTS = ["state", "linked", "failed", "expired", "cancelled"];
/** The names of the properties, with the attributes that have their values: so a server can write them, too. */
const ATTRIBUTES = new Map(
  AisLinkElement.observedAttributes.map((name) => [
    name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
    name,
  ]),
);

export const AisLink = forwardRef(function AisLink({ children, className, texts, ...given }, outer) {
  const element = useRef(null);
  const listeners = useRef({});
  const attributes = {};
  listeners.current = {};
  for (const [name, value] of Object.entries(given)) {
    const event = EVENTS.find((event) => name.toLowerCase() === `on${event}`);
    if (event) listeners.current[event] = value;
    else if (!ATTRIBUTES.has(name)) attributes[name] = value;
    else if (value !== null && value !== undefined) attributes[ATTRIBUTES.get(name)] = String(value);
  }
  useImperativeHandle(outer, () => element.current, []);
  useEffect(() => {
    const stop = new AbortController();
    for (const event of EVENTS) {
      const tell = (happened) => listeners.current[event]?.(happened);
      element.current.addEventListener(`ais-link-${event}`, tell, { signal: stop.signal });
    }
    return () => stop.abort();
  }, []);
  useEffect(() => {
    if (element.current.texts !== texts) element.current.texts = texts;
  }, [texts]);
  // The element writes its attribute `state` itself, perhaps before React takes over what a server has rendered.
  const own = { class: className, ref: element, suppressHydrationWarning: true };
  return createElement("ais-link", { ...attributes, ...own }, children);
});

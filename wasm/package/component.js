"use client";
// A component for React 18 and earlier, which know neither the properties nor the events of an element, and for pages that a
// server renders: there React 19 does not listen to its events either.
import { createElement, forwardRef, useEffect, useImperativeHandle, useRef } from "react";

/** The component of the tag `tag` with the class `Element`; `events` are the ends of the names of its events. */
export function component(tag, Element, events) {
  /** The names of the properties, with the attributes that have their values: so a server can write them, too. */
  const known = new Map(
    Element.observedAttributes.map((name) => [
      name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
      name,
    ]),
  );
  return forwardRef(({ children, className, texts, ...given }, outer) => {
    const element = useRef(null);
    const listeners = useRef({});
    const attributes = {};
    listeners.current = {};
    for (const [name, value] of Object.entries(given)) {
      const event = events.find((event) => name.toLowerCase() === `on${event}`);
      if (event) listeners.current[event] = value;
      else if (!known.has(name)) attributes[name] = value;
      else if (value !== null && value !== undefined) attributes[known.get(name)] = String(value);
    }
    useImperativeHandle(outer, () => element.current, []);
    useEffect(() => {
      const stop = new AbortController();
      for (const event of events) {
        const tell = (happened) => listeners.current[event]?.(happened);
        element.current.addEventListener(`${tag}-${event}`, tell, { signal: stop.signal });
      }
      return () => stop.abort();
    }, []);
    useEffect(() => {
      if (element.current.texts !== texts) element.current.texts = texts;
    }, [texts]);
    // The element writes its attribute `state` itself, perhaps before React takes over what a server has rendered.
    const own = { class: className, ref: element, suppressHydrationWarning: true };
    return createElement(tag, { ...attributes, ...own }, children);
  });
}

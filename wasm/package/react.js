"use client";
// `<ais-link>` as a component of React.
import { component } from "./component.js";
import { AisLinkElement } from "./element.js";

const EVENTS = ["state", "linked", "failed", "expired", "cancelled"];

export const AisLink = component("ais-link", AisLinkElement, EVENTS);

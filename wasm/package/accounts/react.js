"use client";
// `<ais-accounts>` as a component of React.
import { component } from "../component.js";
import { AisAccountsElement } from "./element.js";

const EVENTS = ["state", "renew", "removed", "failed"];

export const AisAccounts = component("ais-accounts", AisAccountsElement, EVENTS);

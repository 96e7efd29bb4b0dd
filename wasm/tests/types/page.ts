// What a page in TypeScript does with the element. It is only compiled: each `@ts-expect-error` is a mistake
// that the types must find.
import type { AisLinkAttributes, AisLinkLinked, AisLinkState } from "ais-link";

const link = document.querySelector("ais-link");
link?.addEventListener("ais-link-linked", ({ detail }) => {
  const names: (string | undefined)[] = detail.accounts.map((account) => account.name);
  const until: string = detail.validUntil;
  console.log(detail.bank.bicFi, names, until);
  // @ts-expect-error: balances may be absent.
  console.log(detail.accounts[0]?.balances.length);
});
link?.addEventListener("ais-link-expired", ({ detail }) => {
  const code: string | null = detail.supportCode;
  // @ts-expect-error: this is no reason.
  console.log(code, detail.reason === "tired");
});
// The events bubble.
document.body.addEventListener("ais-link-cancelled", ({ detail }) => {
  const nothing: null = detail;
  return nothing;
});
if (link) {
  link.texts = { start: "Begin" };
  link.country = "FI";
  link.validityDays = 90;
  link.recurring = false;
  link.frequencyPerDay = null;
  const days: number | null = link.validityDays;
  const again: boolean = link.recurring;
  console.log(days, again, link.state === "linked");
  // @ts-expect-error: the element writes it.
  link.state = "linked";
  // @ts-expect-error: `context` has two values.
  link.context = "family";
  // @ts-expect-error: there is no such text.
  link.texts = { begin: "Begin" };
}

export const linked: Partial<AisLinkLinked> = {};
export const states: AisLinkState[] = ["ready", "linked", "expired"];
export const attributes: AisLinkAttributes = { "validity-days": 90, recurring: "false" };
// @ts-expect-error: `context` has two values.
export const wrong: AisLinkAttributes = { context: "family" };

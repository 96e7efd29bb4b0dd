// What a page in TypeScript does with the element. It is only compiled: each `@ts-expect-error` is a mistake
// that the types must find.
import type { AisLinkAttributes, AisLinkLinked, AisLinkReason, AisLinkState, AisLinkTexts } from "ais-link";

const link = document.querySelector("ais-link");
link?.addEventListener("ais-link-linked", ({ detail }) => {
  const accounts = detail.accounts ?? [];
  const names: (string | undefined)[] = accounts.map((account) => account.name);
  const until: string = detail.validUntil;
  console.log(detail.bank.bicFi, names, until);
  const amounts: (string | undefined)[] = accounts.map(
    (account) => account.balances?.[0]?.balanceAmount.amount,
  );
  const entry: string | undefined = detail.bank.id;
  const connection: string | undefined = detail.connectionId;
  console.log(amounts, entry, connection);
  // @ts-expect-error: the relay may give account data to the host's own server alone.
  console.log(detail.accounts.length);
  // @ts-expect-error: a number is text, not a float.
  const amount: number | undefined = accounts[0]?.balances?.[0]?.balanceAmount.amount;
  // @ts-expect-error: balances may be absent.
  console.log(accounts[0]?.balances.length);
});
link?.addEventListener("ais-link-state", ({ detail }) => {
  const state: AisLinkState = detail.state;
  // @ts-expect-error: this is no screen.
  console.log(state === "asleep");
});
link?.addEventListener("ais-link-failed", ({ detail }) => {
  const [reason, code]: [AisLinkReason, string | null] = [detail.reason, detail.supportCode];
  console.log(reason, code);
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
  link.texts = null;
  const texts: AisLinkTexts | null | undefined = link.texts;
  link.country = "FI";
  link.relay = "/relay/";
  link.lang = "sv";
  link.service = null;
  link.context = "corporate";
  link.data = "balances";
  link.redirect = "popup";
  // All texts read as text.
  const read: string[] = [link.relay, link.country, link.service, link.context, link.data, link.redirect];
  link.validityDays = 90;
  link.recurring = false;
  link.recurring = "false";
  link.recurring = null;
  link.frequencyPerDay = 2;
  link.frequencyPerDay = null;
  const times: number | null = link.frequencyPerDay;
  const days: number | null = link.validityDays;
  const again: boolean = link.recurring;
  console.log(texts, read, times, days, again, link.state === "linked");
  // @ts-expect-error: the element writes it.
  link.state = "linked";
  // @ts-expect-error: `context` has two values.
  link.context = "family";
  // @ts-expect-error: yes and no are no words of ours.
  link.recurring = "no";
  // @ts-expect-error: a country is text.
  link.country = 46;
  // @ts-expect-error: there is no such text.
  link.texts = { begin: "Begin" };
}

export const linked: Partial<AisLinkLinked> = {};
export const states: AisLinkState[] = ["ready", "linked", "expired"];
export const attributes: AisLinkAttributes = { "validity-days": 90, recurring: "false" };
// @ts-expect-error: `context` has two values.
export const wrong: AisLinkAttributes = { context: "family" };

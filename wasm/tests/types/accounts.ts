// What a page in TypeScript does with `<ais-accounts>`. It is only compiled, as `page.ts`.
import type { AisAccountsReason, AisAccountsState, AisAccountsTexts } from "ais-link/accounts";

const accounts = document.createElement("ais-accounts");
accounts.relay = "/relay/";
accounts.token = "vt_1";
accounts.token = null;
accounts.lang = "sv";
accounts.texts = { heading: "Your banks" };
const texts: AisAccountsTexts | null | undefined = accounts.texts;
const read: string[] = [accounts.relay, accounts.token];
console.log(texts, read, accounts.state === "transactions");
accounts.addEventListener("ais-accounts-state", ({ detail }) => {
  const state: AisAccountsState = detail.state;
  // @ts-expect-error: this is no screen.
  console.log(state === "linked");
});
accounts.addEventListener("ais-accounts-renew", ({ detail }) => {
  const connection: string = detail.connectionId;
  return connection;
});
// The events bubble.
document.body.addEventListener("ais-accounts-failed", ({ detail }) => {
  const reason: AisAccountsReason = detail.reason;
  // @ts-expect-error: an attribute that makes no sense is for the page's own developer.
  console.log(reason === "misconfigured");
});
// @ts-expect-error: the element writes it.
accounts.state = "accounts";
// @ts-expect-error: there is no such text.
accounts.texts = { begin: "Begin" };
// @ts-expect-error: a token is text.
accounts.token = 4711;

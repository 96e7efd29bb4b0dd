// The relay's back-end port: link sessions, connections, and reads without the person.
import { BACKEND, KEY } from "./settings.js";

/** The relay has refused; `code` says why. */
export class Refused extends Error {
  constructor({ code, title }) {
    super(title ?? code);
    this.code = code;
  }
}

async function call(method, path, body) {
  const response = await fetch(BACKEND + path, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
    redirect: "error",
    signal: AbortSignal.timeout(60_000),
  });
  const answer = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw new Refused(answer);
  return answer;
}

/** A link session: its id, and the token for `<ais-link token>`. */
export const newLinkSession = (terms) => call("POST", "/v1/link-sessions", terms);

/** A view session: the token for `<ais-accounts token>`, with which one browser sees this person's connections for an hour. */
export const newViewSession = (reference) => call("POST", "/v1/view-sessions", { client_reference: reference });

export const linkSession = (id) => call("GET", `/v1/link-sessions/${id}`);

export const connection = (id) => call("GET", `/v1/connections/${id}`);

export const renew = (connection) => call("POST", `/v1/connections/${connection}/renewals`);

export const disconnect = (connection) => call("DELETE", `/v1/connections/${connection}`);

/** All connections of a person, the newest first. */
export async function connections(reference) {
  const found = [];
  let cursor = "";
  do {
    const query = new URLSearchParams({ client_reference: reference, ...(cursor && { cursor }) });
    const page = await call("GET", `/v1/connections?${query}`);
    found.unshift(...page.data.reverse());
    cursor = page.next_cursor;
  } while (cursor);
  return found;
}

/**
 * The accounts of a connection, each with its balances and its transactions since `from`. A bank lets each be read four times
 * in a day while the person is away, so this asks once for each; `unattended` says what is left.
 */
export async function read({ id }, from) {
  const list = await call("GET", `/v1/connections/${id}/accounts`);
  const accounts = [];
  for (const account of list.data) {
    const path = `/v1/connections/${id}/accounts/${account.id}`;
    const balances = await call("GET", `${path}/balances`);
    const transactions = await call("GET", `${path}/transactions?from=${from}&status=both`);
    accounts.push({ ...account, balances: balances.data, transactions: transactions.data });
  }
  return { accounts, as_of: list.as_of, unattended: list.unattended };
}

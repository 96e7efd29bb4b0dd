// The pages of the site. They hold no secret but the token of a link session, which is for this browser.
import { html } from "./markup.js";
import { PEOPLE } from "./people.js";
import { RELAY } from "./settings.js";

/** The content policy of every page: the relay's script and calls, its banks' logos, and nothing of a third party. */
export const POLICY = [
  "default-src 'none'",
  `script-src 'self' ${RELAY} 'wasm-unsafe-eval'`,
  "style-src 'self'",
  `img-src 'self' ${RELAY}`,
  `connect-src 'self' ${RELAY}`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const page = (person, main, scripts = "") => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Hemkassan</title>
    <link rel="icon" href="/icon.svg">
    <link rel="stylesheet" href="/host.css">
    ${scripts}
  </head>
  <body>
    <header>
      <a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28"> Hemkassan</a>
      ${person && html`<span>${person.name}</span>${button("/logout", "Log out")}`}
    </header>
    <main>${main}</main>
  </body>
</html>
`;

const button = (action, label, kind = "quiet") =>
  html`<form method="post" action="${action}"><button class="${kind}">${label}</button></form>`;

export const login = () =>
  page(null, html`<section class="offer">
    <h1>Your household, in one calm page.</h1>
    <p>Hemkassan and its customers are invented. Who are you today?</p>
    <div class="row">${PEOPLE.map(({ id, name }) => html`<form method="post" action="/login">
      <input type="hidden" name="person" value="${id}"><button>${name}</button></form>`)}</div>
  </section>`);

/** The page with the element. Its terms and its end are this server's; the page only shows it. */
export const link = (person, { token }) =>
  page(
    person,
    html`<section class="offer">
      <ais-link token="${token}" country="SE" lang="en">
        <p>One moment, please.</p>
        <p slot="linked"><a href="/">See your accounts</a></p>
        <p slot="ended"><a href="/">Back to your household</a></p>
      </ais-link>
    </section>`,
    html`<script type="module" src="${RELAY}/ais-link.js"></script>`,
  );

/** The page with the other element: what the person has linked, and the end of it. The token is good for this browser, for an hour. */
export const sharing = (person, { token }) =>
  page(
    person,
    html`<section class="offer">
      <ais-accounts token="${token}" lang="en"><p>One moment, please.</p></ais-accounts>
      <p><a href="/">Back to your household</a></p>
    </section>`,
    html`<script type="module" src="${RELAY}/ais-accounts.js"></script>
    <script type="module" src="/sharing.js"></script>`,
  );

export const household = (person, connections) =>
  page(
    person,
    html`<section class="offer">
      <h1>${connections.length > 0 ? "Your household" : "Link your first bank"}</h1>
      ${connections.map(connection)}
      <div class="row">${button("/link", connections.length > 0 ? "Link another bank" : "Link a bank", "")}
        ${connections.length > 0 && html`<a class="button" href="/sharing">What you share</a>`}</div>
    </section>
    <section class="log" aria-labelledby="log-heading">
      <h2 id="log-heading">What our server heard</h2>
      <ol id="events" tabindex="0" aria-labelledby="log-heading"><li class="empty">Webhooks of the relay appear here.</li></ol>
    </section>`,
    html`<script type="module" src="/host.js"></script>`,
  );

const connection = ({ id, bank, status, ended_by, valid_until, read, trouble }) => html`
  <article class="card" data-connection="${id}">
    <h2><img src="${RELAY}/logos/${bank}" alt="" width="32" height="32"> ${BANKS[bank] ?? bank}
      <span class="status ${status}">${status === "revoked" ? `ended by the ${ended_by}` : status}</span></h2>
    <p class="small">${status === "active" ? "Until" : "It was granted until"} ${valid_until}.
      ${read && `Read ${moment(read.as_of)}; ${read.unattended.remaining} of ${read.unattended.limit} reads left today.`}</p>
    ${trouble && html`<p class="trouble">${trouble}</p>`}
    ${read?.accounts.map(account)}
    ${status !== "revoked" && html`<div class="row">${button(`/connections/${id}/renew`, "Renew")}
      ${status === "active" && button(`/connections/${id}/refresh`, "Read again")}
      ${status !== "expired" && button(`/connections/${id}/disconnect`, "Disconnect")}</div>`}
  </article>`;

const account = ({ id, name, product, iban, bban, currency, balances, transactions }) => html`
  <section class="account" data-account="${id}">
    <h3><span>${name ?? product ?? "Account"}</span>
      <span class="amount">${balances ? amount(balances[0]?.balanceAmount) : currency}</span></h3>
    <p class="small">${iban?.replace(/(.{4})(?=.)/g, "$1 ") ?? bban}</p>
    <ul>${newest(transactions).map(transaction)}</ul>
  </section>`;

const transaction = (it) => html`<li>
  <time>${it.bookingDate ?? "pending"}</time>
  <span>${it.creditorName ?? it.debtorName ?? it.remittanceInformationUnstructured ?? "Transaction"}</span>
  <span class="amount">${amount(it.transactionAmount)}</span></li>`;

/** The newest ones: pending ones first, then by day. */
const newest = ({ booked = [], pending = [] } = {}) => {
  const day = ({ bookingDate = "" }) => bookingDate;
  return [...pending, ...booked.toSorted((a, b) => day(b).localeCompare(day(a)))].slice(0, SHOWN);
};

/** An amount comes as decimal text, and stays exact: `Intl` formats the text itself. */
const amount = (it) =>
  it && new Intl.NumberFormat("sv-SE", { style: "currency", currency: it.currency }).format(it.amount);

const moment = (time) =>
  new Date(time).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" });

/** The port names a bank by its BIC. */
const BANKS = { ESSESESS: "SEB", HANDSESS: "Handelsbanken", NDEASESS: "Nordea", SWEDSESS: "Swedbank" };
const SHOWN = 6;

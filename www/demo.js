// What a page does with <ais-link>: one listener. The rest serves <ais-accounts> and the demo around it.
const link = document.querySelector("ais-link");

// ... and one listener.
link.addEventListener("ais-link-linked", ({ detail }) => {
  log("ais-link-linked", `${detail.bank.name}, ${detail.accounts.length} accounts`);
});

link.addEventListener("ais-link-state", ({ detail }) => log("ais-link-state", detail.state));
for (const name of ["ais-link-failed", "ais-link-expired"]) {
  link.addEventListener(name, ({ detail }) => log(name, detail.reason));
}
link.addEventListener("ais-link-cancelled", () => log("ais-link-cancelled", ""));

function log(name, text, list = document.getElementById("log")) {
  list.querySelector(".empty")?.remove();
  const time = document.createElement("time");
  time.textContent = new Date().toLocaleTimeString("sv");
  const code = document.createElement("code");
  code.textContent = name;
  const line = document.createElement("li");
  line.append(time, code, text);
  list.prepend(line);
}

document.getElementById("language").addEventListener("change", ({ target }) => {
  for (const element of document.querySelectorAll("ais-link, ais-accounts")) element.lang = target.value;
});

document.getElementById("context").addEventListener("change", ({ target }) => {
  link.setAttribute("context", target.value);
});

// The phone: the sandbox's BankID app, at the address that the demo tells.
const phone = document.getElementById("bankid");
const { bankid, host } = await (await fetch("/demo/settings.json")).json();
phone.src = bankid;
if (host) withServer(host);

// A computer without BankID has nothing that opens its links: the phone beside the page does.
document.addEventListener("click", (event) => {
  const anchor = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  const token = anchor?.href.match(/[?&]autostarttoken=([0-9A-Za-z-]+)/)?.[1];
  if (!token) return;
  event.preventDefault();
  phone.src = `${bankid}?autostarttoken=${token}`;
});

// The site's own server, where it runs: it asks the relay for the link, and its token makes the tag a part of that. The
// server hears how the link ended, also where this page does not.
async function withServer(host) {
  const token = async (path) => {
    const answer = await fetch(`${host}/api/${path}`, { method: "POST", credentials: "include" });
    return (await answer.json()).token;
  };
  const ask = async (wish = "") => (link.token = await token(`link-session${wish}`));
  await ask();
  showLinked(token, ask).catch(console.warn);
  new EventSource(`${host}/events`, { withCredentials: true }).addEventListener("message", ({ data }) => {
    const { type, status, reason } = JSON.parse(data);
    log(type, [status, reason].filter(Boolean).join(", "), document.getElementById("heard"));
  });
  const asker = document.getElementById("asker");
  asker.addEventListener("change", () => (asker.value === "server" ? ask() : (link.token = null)));
  document.getElementById("host").href = host;
  for (const id of ["asked-by", "server"]) document.getElementById(id).hidden = false;
  // A link session is for one link.
  for (const slot of ["linked", "ended"]) {
    const button = document.createElement("button");
    button.slot = slot;
    button.textContent = "Ask for another link";
    button.addEventListener("click", () => ask("?again"));
    link.append(button);
  }
}

// What the person has linked with the server's word: the server asks the relay for the token of that, too.
async function showLinked(token, ask) {
  const place = document.getElementById("sharing");
  const show = async () => {
    const view = await token("view-session");
    if (!view) return;
    // A tag in the page does the same.
    await import("/ais-accounts.js");
    const accounts = document.createElement("ais-accounts");
    accounts.lang = link.lang;
    accounts.token = view;
    place.replaceChildren(accounts);
    place.hidden = false;
  };
  link.addEventListener("ais-link-linked", show);
  document.addEventListener("ais-accounts-state", ({ detail }) => log("ais-accounts-state", detail.state));
  document.addEventListener("ais-accounts-removed", ({ detail }) => log("ais-accounts-removed", detail.connectionId));
  document.addEventListener("ais-accounts-renew", async ({ detail }) => {
    log("ais-accounts-renew", detail.connectionId);
    await ask(`?renews=${encodeURIComponent(detail.connectionId)}`);
    link.scrollIntoView({ block: "start" });
  });
  await show();
}

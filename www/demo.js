// What a page does with <ais-link>: one listener. The rest serves the demo around it.
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

function log(name, text) {
  const list = document.getElementById("log");
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
  link.lang = target.value;
});

document.getElementById("context").addEventListener("change", ({ target }) => {
  link.setAttribute("context", target.value);
});

// The phone: the sandbox's BankID app, at the address that the demo tells.
const phone = document.getElementById("bankid");
const { bankid } = await (await fetch("/demo/settings.json")).json();
phone.src = bankid;

// A computer without BankID has nothing that opens its links: the phone beside the page does.
document.addEventListener("click", (event) => {
  const anchor = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  const token = anchor?.href.match(/[?&]autostarttoken=([0-9A-Za-z-]+)/)?.[1];
  if (!token) return;
  event.preventDefault();
  phone.src = `${bankid}?autostarttoken=${token}`;
});

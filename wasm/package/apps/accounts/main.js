import "ais-link";
import "ais-link/accounts";

/** Shows what a customer has linked; `token` is of a view session, which your own server has made. */
export function show(token) {
  const accounts = document.createElement("ais-accounts");
  accounts.relay = "https://link.example.com/";
  accounts.token = token;
  accounts.addEventListener("ais-accounts-removed", ({ detail }) => {
    document.querySelector("output").textContent = `Removed: ${detail.connectionId}`;
  });
  document.querySelector("main").replaceChildren(accounts);
}

document.querySelector("ais-link").addEventListener("ais-link-linked", ({ detail }) => {
  document.querySelector("output").textContent = JSON.stringify(detail);
});
// The test has the tokens.
window.show = show;

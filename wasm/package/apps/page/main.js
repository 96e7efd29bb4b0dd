import "ais-link";

document.querySelector("ais-link").addEventListener("ais-link-linked", ({ detail }) => {
  document.querySelector("output").textContent = JSON.stringify(detail);
});

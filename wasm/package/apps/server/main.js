// A host's own server: it makes a link session for each page, and takes the relay's events.
import { createServer } from "node:http";
import { received, token } from "./link.js";

const events = [];
const page = (token) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<script type="module" src="${process.env.RELAY}ais-link.js"></script>
<script type="module">
document.querySelector("ais-link").addEventListener("ais-link-linked", ({ detail }) => {
  document.querySelector("output").textContent = JSON.stringify(detail);
});
</script></head><body><ais-link token="${token}"></ais-link><output></output></body></html>`;

createServer(async (incoming, answer) => {
  const url = `http://${incoming.headers.host}${incoming.url}`;
  const { method, headers } = incoming;
  try {
    if (incoming.url === "/webhook") {
      const body = Buffer.concat(await incoming.toArray());
      events.push(await received(new Request(url, { method, headers, body })));
      answer.writeHead(204).end();
    } else if (incoming.url === "/events") {
      answer.end(JSON.stringify(events.map(({ type }) => type)));
    } else {
      answer.setHeader("content-type", "text/html");
      answer.end(page(await token("customer-1")));
    }
  } catch (error) {
    console.error(error);
    answer.writeHead(500).end();
  }
}).listen(process.env.PORT, "127.0.0.1");

// Hemkassan: an invented budgeting site's own server. It makes link sessions for the person who is logged in, hears by webhooks
// how they ended, and reads accounts over the relay's back-end port. It keeps all in memory: it is an example, not a bank.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { take, watch } from "./events.js";
import { household, link, login, POLICY, sharing } from "./pages.js";
import { begin, PEOPLE, stranger, visit } from "./people.js";
import * as relay from "./relay.js";
import { ORIGIN, PORT, SISTER_ORIGIN } from "./settings.js";

/** The terms of each link: this server decides them, whatever a page says. */
const TERMS = {
  purpose: "To show what comes in and what goes out",
  data: ["balances", "transactions"],
  validity_days: 180,
};

const routes = {
  "GET /": async ({ visit, reply }) =>
    reply(200, visit ? household(visit.person, await overview(visit.person)) : login()),
  "POST /login": ({ form, response, redirect }) => {
    const person = PEOPLE.find(({ id }) => id === form.get("person"));
    if (person) begin(person, response);
    redirect("/");
  },
  "POST /logout": ({ visit, redirect }) => {
    visit?.end();
    redirect("/");
  },
  "POST /link": async ({ visit, redirect }) => {
    visit.link = await newLink(visit.person);
    redirect("/link");
  },
  "GET /link": ({ visit, reply, redirect }) =>
    visit.link ? reply(200, link(visit.person, visit.link)) : redirect("/"),
  "GET /sharing": async ({ visit, reply }) =>
    reply(200, sharing(visit.person, await relay.newViewSession(visit.person.id))),
  "POST /connections/:id/renew": async ({ visit, id, redirect }) => {
    await own(visit, id);
    visit.link = await relay.renew(id);
    redirect("/link");
  },
  "POST /connections/:id/refresh": async ({ visit, id, redirect }) => {
    await own(visit, id);
    read.delete(id);
    redirect("/");
  },
  "POST /connections/:id/disconnect": async ({ visit, id, redirect }) => {
    await own(visit, id);
    await relay.disconnect(id);
    redirect("/");
  },
  // For pages of the sister origin: the token of a visitor's link session, and what became of it. `renews` is a connection.
  "POST /api/link-session": async ({ request, response, json }) => {
    const it = visit(request) ?? begin(stranger(), response);
    const wish = new URL(request.url, ORIGIN).searchParams;
    if (wish.has("renews")) {
      await own(it, wish.get("renews"));
      it.link = await relay.renew(wish.get("renews"));
    } else if (wish.has("again") || !it.link || (await isOver(it.link))) it.link = await newLink(it.person);
    json({ token: it.link.token });
  },
  // The token of a view session, for a visitor who has linked something.
  "POST /api/view-session": async ({ visit, json }) => {
    const [any] = visit ? await relay.connections(visit.person.id) : [];
    json(any ? { token: (await relay.newViewSession(visit.person.id)).token } : {});
  },
  "GET /events": ({ visit, response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    watch(visit.person.id, response);
  },
};

const newLink = ({ id }) => relay.newLinkSession({ client_reference: id, ...TERMS });

const isOver = async ({ id }) =>
  ["failed", "cancelled", "expired"].includes((await relay.linkSession(id)).status);

/** Fails unless the connection `id` is this person's: an address proves nothing. */
async function own({ person }, id) {
  const { client_reference } = await relay.connection(id);
  if (client_reference !== person.id) throw new NotFound();
}

class NotFound extends Error {}

/** What was read of each connection, or why it was not: a bank permits four reads a day, so no page asks by itself again. */
const read = new Map();

function readOnce(connection) {
  if (!read.has(connection.id)) {
    const from = new Date(Date.now() - 30 * DAY).toISOString().slice(0, 10);
    read.set(connection.id, relay.read(connection, from));
  }
  return read.get(connection.id);
}

const overview = async (person) =>
  Promise.all(
    (await relay.connections(person.id)).map(async (connection) => {
      if (connection.status !== "active") return connection;
      try {
        return { ...connection, read: await readOnce(connection) };
      } catch (error) {
        const wait = error.code === "ACCESS_EXCEEDED" ? "it may be read again tomorrow" : "try again later";
        return { ...connection, trouble: `Your bank gives no accounts now: ${wait}.` };
      }
    }),
  );

/** `POST /webhooks`: the relay tells what happened. It waits for the answer, so what follows is done after it. */
async function hear(request, response) {
  let event;
  try {
    event = take(await body(request), request.headers);
  } catch {
    return response.writeHead(400).end();
  }
  response.writeHead(204).end();
  // It has another consent, or none: what was read before is out of date.
  if (event?.connection_id) read.delete(event.connection_id);
}

async function body(request) {
  let text = "";
  for await (const part of request.setEncoding("utf8")) {
    text += part;
    if (text.length > LONGEST) throw new Error("too long");
  }
  return text;
}

const file = (name, type) => {
  const text = readFileSync(new URL(`public/${name}`, import.meta.url));
  return ({ response }) => response.writeHead(200, { "content-type": type }).end(text);
};
const files = {
  "GET /host.css": file("host.css", "text/css"),
  "GET /host.js": file("host.js", "text/javascript"),
  "GET /sharing.js": file("sharing.js", "text/javascript"),
  "GET /icon.svg": file("icon.svg", "image/svg+xml"),
};
/** What a visitor without a login may ask for. */
const OPEN = [
  ...["GET /", "POST /login", "POST /logout", "POST /api/link-session", "POST /api/view-session"],
  ...Object.keys(files),
];
/** What a page of the sister origin may ask for. */
const SHARED = ["POST /api/link-session", "POST /api/view-session", "GET /events"];

async function answer(request, response) {
  const { pathname } = new URL(request.url, ORIGIN);
  const [, id] = /^\/connections\/(cn_[\w-]+)\//.exec(pathname) ?? [];
  const route = `${request.method} ${id ? pathname.replace(id, ":id") : pathname}`;
  if (route === "POST /webhooks") return hear(request, response);
  response.setHeaders(new Headers(HEADERS));
  const { origin } = request.headers;
  if (origin && origin === SISTER_ORIGIN && SHARED.includes(route)) {
    response.setHeaders(
      new Headers({ "access-control-allow-origin": origin, "access-control-allow-credentials": "true" }),
    );
  } else if (request.method !== "GET" && origin !== ORIGIN) {
    // A page of another site made the browser send this.
    return response.writeHead(403).end();
  }
  const handler = routes[route] ?? files[route];
  const known = visit(request);
  if (!handler || (!known && !OPEN.includes(route))) {
    return handler ? redirect(response, "/") : response.writeHead(404).end();
  }
  const form = request.method === "POST" ? new URLSearchParams(await body(request)) : undefined;
  const reply = (status, page) =>
    response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(String(page));
  const json = (value) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  return handler({
    ...{ request, response, visit: known, form, id, reply, json },
    redirect: (to) => redirect(response, to),
  });
}

const redirect = (response, to) => response.writeHead(303, { location: to }).end();

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  // Pages have names, numbers and a token in them.
  "cache-control": "no-store",
};
const LONGEST = 64 * 1024;
const DAY = 24 * 60 * 60 * 1000;

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    // The kind of the error alone: its words may come from a bank.
    console.error(`${request.method} failed: ${error.code ?? error.name}`);
    if (!response.headersSent) response.writeHead(error instanceof NotFound ? 404 : 502);
    response.end();
  });
});
server.listen(PORT, "127.0.0.1", () => console.log(`Hemkassan is at ${ORIGIN}`));
// A program that started this one holds the other end: this server ends with it.
if (process.env.HOST_ENDS_WITH_STDIN) process.stdin.resume().on("end", () => process.exit());

// What this server hears of the relay: webhooks, verified by the official library, and the pages that watch.
import { Webhook } from "standardwebhooks";
import { WEBHOOK_SECRET } from "./settings.js";

const webhook = new Webhook(WEBHOOK_SECRET);
/** The newest events by their ids. A real site keeps them in its database. */
const heard = new Map();
const watching = new Set();

/**
 * Takes a webhook: `body` as it came, letter by letter. Returns the event if it is a new one; one may come more than once.
 * Throws where the signature is wrong, or the time too far from ours.
 */
export function take(body, headers) {
  const { type, timestamp, data } = webhook.verify(body, headers);
  const id = headers["webhook-id"];
  if (heard.has(id)) return undefined;
  const event = { id, type, timestamp, ...data };
  heard.set(id, event);
  if (heard.size > MOST) heard.delete(heard.keys().next().value);
  for (const each of watching) send(each, event);
  return event;
}

/** Sends a page the events of one person as they come, after those that there were (Server-Sent Events). */
export function watch(reference, response) {
  const one = { reference, response };
  for (const event of heard.values()) send(one, event);
  watching.add(one);
  response.on("close", () => watching.delete(one));
}

function send({ reference, response }, event) {
  if (event.client_reference !== reference) return;
  const { type, timestamp, status, reason, valid_until, connection_id } = event;
  const shown = { type, timestamp, status, reason, valid_until, connection_id };
  response.write(`id: ${event.id}\ndata: ${JSON.stringify(shown)}\n\n`);
}

const MOST = 1000;

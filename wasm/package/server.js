// For the host's own server: the events that the relay posts, and its back-end port.
import createFetchClient from "openapi-fetch";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

export { WebhookVerificationError };

/** The event in `body`, if the relay has signed it with `secret`. `body` is the text as it came, before any parsing. */
export function verifyWebhook(body, headers, secret) {
  const plain = typeof headers.entries === "function" ? Object.fromEntries(headers.entries()) : headers;
  return new Webhook(secret).verify(body, plain);
}

/** A client of the back-end port at `baseUrl`, which shows `key` with each request. */
export function createClient({ baseUrl, key, fetch }) {
  return createFetchClient({ baseUrl, fetch, headers: { authorization: `Bearer ${key}` } });
}

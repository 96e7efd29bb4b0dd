import type { Client } from "openapi-fetch";
import type { components, paths } from "./openapi.js";

export { WebhookVerificationError } from "standardwebhooks";

/** An event, as the relay posts it. */
export type AisLinkEvent = components["schemas"]["EventBody"];

/**
 * Checks the signature and the time of a webhook by Standard Webhooks, and returns its event; else it throws a
 * `WebhookVerificationError`. `body` is the text as it came, before any parsing. `secret` is a line of the file
 * `AIS_RELAY_WEBHOOK_SECRET_FILE`: `whsec_...`.
 */
export declare function verifyWebhook(
  body: string,
  headers: Headers | Record<string, string | string[] | undefined>,
  secret: string,
): AisLinkEvent;

/** A client with the types of each route of the back-end port. */
export declare function createClient(options: {
  /** The address of the back-end port: `http://127.0.0.1:8081`. */
  baseUrl: string;
  /** A key that `ais-relay key new` has made. */
  key: string;
  /** In place of the global one: for a socket, or for tests. */
  fetch?: (request: Request) => Promise<Response>;
}): Client<paths>;

export type { components, paths };

import { createClient, verifyWebhook } from "ais-link/server";

const backend = createClient({ baseUrl: process.env.BACKEND, key: process.env.BACKEND_KEY });

/** The token for the page of one customer. */
export async function token(customer) {
  const { data, error } = await backend.POST("/v1/link-sessions", {
    body: { client_reference: customer, purpose: "To see what you can afford" },
  });
  if (error) throw new Error(`${error.code} (${error.request_id})`);
  return data.token;
}

/** The event that a request to the webhook's address carries. */
export async function received(request) {
  return verifyWebhook(await request.text(), request.headers, process.env.WEBHOOK_SECRET);
}

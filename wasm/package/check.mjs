// Imports each entry of the installed package in node, which must change nothing and print nothing; compares its manifest
// with the official schema; and tries the verifier of webhooks. Arguments: a folder with ajv, and the schema.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, schema] = process.argv.slice(2);
const place = join(process.cwd(), "node_modules/ais-link");
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const { exports } = json(join(place, "package.json"));

const printed = [];
for (const kind of ["log", "warn", "error"]) console[kind] = (...words) => printed.push(words.join(" "));
const before = Object.getOwnPropertyNames(globalThis);
for (const [name, entry] of Object.entries(exports)) {
  if (entry.default) await import(name.replace(/^\./, "ais-link"));
}
assert.deepEqual(printed, []);
assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);

const { default: Ajv } = createRequire(join(modules, "ajv/package.json"))("ajv");
const validate = new Ajv({ strict: false, allErrors: true }).compile(json(schema));
const manifest = json(join(place, "custom-elements.json"));
assert.ok(validate(manifest), JSON.stringify(validate.errors, null, 1));
validate({ modules: [] });
assert.ok(validate.errors, "the schema refuses nothing");

for (const [name, hash] of Object.entries(json(join(place, "integrity.json")))) {
  const found = createHash("sha384").update(readFileSync(join(place, name))).digest("base64");
  assert.equal(hash, `sha384-${found}`, name);
}

const { verifyWebhook, WebhookVerificationError } = await import("ais-link/server");
const { Webhook } = await import("standardwebhooks");
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const body = JSON.stringify({ type: "webhook.test", timestamp: "2026-01-15T12:00:00Z", data: {} });
const now = new Date();
const headers = {
  "webhook-id": "ev_1",
  "webhook-timestamp": String(Math.floor(now / 1000)),
  "webhook-signature": new Webhook(secret).sign("ev_1", now, body),
};
assert.equal(verifyWebhook(body, headers, secret).type, "webhook.test");
assert.equal(verifyWebhook(body, new Headers(headers), secret).type, "webhook.test");
assert.throws(() => verifyWebhook(`${body} `, headers, secret), WebhookVerificationError);

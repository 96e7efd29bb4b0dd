// What the operator sets, by environment variables. Secrets come from files, so that no list of processes shows them.
import { readFileSync } from "node:fs";

const required = (name) => {
  if (process.env[name]) return process.env[name];
  console.error(`${name} is not set: see README.md.`);
  process.exit(64);
};
const secret = (name) => readFileSync(required(name), "utf8").trim();

export const PORT = Number(process.env.HOST_PORT ?? 8090);
/** This site, as browsers see it. */
export const ORIGIN = process.env.HOST_ORIGIN ?? `http://localhost:${PORT}`;
/** Another origin of the same site whose pages may ask for tokens and hear events; none where it is not set. */
export const SISTER_ORIGIN = process.env.HOST_SISTER_ORIGIN;
/** The relay, as browsers see it. */
export const RELAY = required("RELAY_ORIGIN");
/** The relay's back-end port. */
export const BACKEND = required("RELAY_BACKEND");
export const KEY = secret("RELAY_KEY_FILE");
export const WEBHOOK_SECRET = secret("WEBHOOK_SECRET_FILE");

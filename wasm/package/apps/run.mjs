// Builds apps that use the packed package, and links a bank in each, in headless Chromium, with the relay and the sandbox as
// they are shipped. Arguments: a folder for all that is made, the packed file, the bundle, the folder of the two programs,
// and the names of the apps; none means all of them, and the behaviours of frameworks in Firefox too. It prints no account data.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Browser } from "./browser.mjs";
import { freePort, serveFolder, until } from "./serve.mjs";

const [work, packed, bundle, programs, ...chosen] = process.argv.slice(2);
const sources = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);

// `build` is a script of the app's package.json, `serve` a folder of files or a command with its own server. `entry` and `accounts`
// are those that replace `ais-link` and `ais-link/accounts` in `main.js`; an app with `accounts` shows that element, too. `support` is how many of the basic and of the advanced behaviours the framework has
// (`support/checks.js`) in each browser, as custom-elements-everywhere.com shows it: twice that is its number for the framework.
// `supportPath` is the page for them.
const vite = ["npx", "vite", "--strictPort", "--host", "127.0.0.1", "--port"];
const APPS = {
  plain: { folder: "page", serve: ".", path: "plain.html" },
  vite: { folder: "page", build: "vite", serve: "dist" },
  "vite-bundled": { folder: "page", entry: "ais-link/bundled", build: "vite", serve: "dist" },
  "vite-dev": { folder: "page", start: vite },
  "vite-dev-inline": { folder: "page", entry: "ais-link/inline", start: vite },
  webpack: { folder: "page", build: "webpack", serve: "dist" },
  "webpack-bundled": { folder: "page", entry: "ais-link/bundled", build: "webpack", serve: "dist" },
  esbuild: { folder: "page", build: "esbuild", serve: "dist" },
  "esbuild-inline": { folder: "page", entry: "ais-link/inline", build: "esbuild", serve: "dist" },
  react19: { build: "build", serve: "dist", support: [8, 8] },
  react18: { build: "build", serve: "dist", support: [8, 0] },
  vue: { build: "build", serve: "dist", support: [8, 8] },
  svelte: { build: "build", serve: "dist", support: [8, 8] },
  angular: { build: "build", serve: "dist", support: [8, 8], supportPath: "?support" },
  next: { build: "turbopack", start: ["npx", "next", "start", "--port"] },
  "next-webpack": { folder: "next", build: "webpack", start: ["npx", "next", "start", "--port"] },
  accounts: { build: "vite", serve: "dist", accounts: "ais-link/accounts" },
  "accounts-bundled": {
    ...{ folder: "accounts", build: "vite", serve: "dist" },
    ...{ entry: "ais-link/bundled", accounts: "ais-link/accounts/bundled" },
  },
  "accounts-inline": {
    ...{ folder: "accounts", build: "esbuild", serve: "dist" },
    ...{ entry: "ais-link/inline", accounts: "ais-link/accounts/inline" },
  },
  server: { start: ["node", "main.js"] },
};

/** Whether the element of a tag says a text. */
const SAYS = "return document.querySelector(arguments[1])?.shadowRoot?.textContent.includes(arguments[0])";

const names = chosen.length ? chosen : Object.keys(APPS);
for (const name of names) assert.ok(APPS[name], `there is no app ${name}`);
const browsers = chosen.length ? ["chromium"] : ["chromium", "firefox"];
const started = [];
const ports = {};
for (const name of ["relay", "sandbox", "page", "backend"]) ports[name] = await freePort();
const relay = `http://localhost:${ports.relay}/`;
const page = `http://localhost:${ports.page}/`;
const sandbox = `http://127.0.0.1:${ports.sandbox}/`;
const secret = `whsec_${randomBytes(32).toString("base64")}`;
await mkdir(work, { recursive: true });
await cp(packed, join(work, "ais-link.tgz"));

let failed = 0;
const startedAt = Date.now();
try {
  const key = await start();
  const installed = new Set();
  for (const name of names) {
    const app = { folder: name, ...APPS[name] };
    const before = Date.now();
    let result = "links";
    try {
      await prepare(app, installed);
      result += await drive(app, key);
    } catch (error) {
      failed += 1;
      result = `FAILED: ${error.stdout ?? ""}${error.stderr ?? ""}${error.stack}`;
    }
    console.log(`${name}: ${result} (${Math.round((Date.now() - before) / 1000)} s)`);
  }
} finally {
  for (const stop of started.reverse()) stop();
}
console.log(`${names.length - failed} of ${names.length} apps, ${Math.round((Date.now() - startedAt) / 1000)} s`);
process.exit(failed ? 1 : 0);

/** Starts the sandbox and the relay; returns a key of the back-end port. */
async function start() {
  const file = async (name, text) => {
    await writeFile(join(work, name), text, { mode: 0o600 });
    return join(work, name);
  };
  const program = join(programs, "ais-relay");
  const { stdout, stderr } = await run(program, ["key", "new", "apps"]);
  await background("sandbox", join(programs, "ais-sandbox"), [
    ...["--listen", `127.0.0.1:${ports.sandbox}`, "--redirect-uri", `${relay}redirect`],
  ]);
  await background("relay", program, ["serve"], {
    AIS_RELAY_LISTEN: `127.0.0.1:${ports.relay}`,
    AIS_RELAY_AUTH_URL: sandbox.slice(0, -1),
    AIS_RELAY_API_URL: sandbox.slice(0, -1),
    AIS_RELAY_CLIENT_ID: "sandbox-client",
    AIS_RELAY_CLIENT_SECRET: "sandbox-secret",
    AIS_RELAY_PUBLIC_ORIGIN: relay.slice(0, -1),
    AIS_RELAY_ALLOWED_ORIGINS: page.slice(0, -1),
    AIS_RELAY_STORE: "sqlite::memory:",
    AIS_RELAY_STORE_KEY_FILE: await file("store.key", randomBytes(32).toString("base64")),
    AIS_RELAY_BUNDLE: bundle,
    AIS_RELAY_SERVICE_NAME: "Your service",
    AIS_RELAY_BACKEND_LISTEN: `127.0.0.1:${ports.backend}`,
    AIS_RELAY_BACKEND_KEYS_FILE: await file("backend.keys", stdout),
    AIS_RELAY_WEBHOOK_URL: `http://127.0.0.1:${ports.page}/webhook`,
    AIS_RELAY_WEBHOOK_SECRET_FILE: await file("webhook.secret", secret),
  });
  await until("the relay", async () => (await fetch(`${relay}ais-link.js`)).ok);
  await until("the sandbox", async () => (await fetch(`${sandbox}bankid/orders`)).ok);
  return stderr.match(/aisk_\S+/)[0];
}

/** Copies, installs and builds the app. */
async function prepare(app, installed) {
  app.place = join(work, app.folder);
  await mkdir(app.place, { recursive: true });
  if (!installed.has(app.folder)) await rm(join(app.place, "node_modules/ais-link"), { recursive: true, force: true });
  await copy(join(sources, app.folder), app.place, app);
  if (app.support) {
    await mkdir(join(app.place, "support"), { recursive: true });
    await copy(join(sources, "support"), join(app.place, "support"), app);
  }
  if (!installed.has(app.folder)) {
    // The packed file has the same name each time, and npm would take one that it knows.
    await rm(join(app.place, "package-lock.json"), { force: true });
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    await run("npm", ["install", ...quiet], { cwd: app.place });
    installed.add(app.folder);
  }
  await rm(join(app.place, "dist"), { recursive: true, force: true });
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", CI: "1" };
  if (app.build) await run("npm", ["run", app.build], { cwd: app.place, env, maxBuffer: 1 << 26 });
}

/** The sources with the address of this relay, and with the app's entry. */
async function copy(from, to, { entry = "ais-link", accounts = "" }) {
  for (const item of await readdir(from, { withFileTypes: true })) {
    const [source, place] = [join(from, item.name), join(to, item.name)];
    if (item.isDirectory()) {
      await mkdir(place, { recursive: true });
      await copy(source, place, { entry, accounts });
    } else {
      const text = (await readFile(source, "utf8")).replaceAll("https://link.example.com/", relay);
      const entries = { 'import "ais-link";': entry, 'import "ais-link/accounts";': accounts };
      const imports = (text, [line, entry]) => text.replace(line, `import "${entry}";`);
      await writeFile(place, item.name === "main.js" ? Object.entries(entries).reduce(imports, text) : text);
    }
  }
}

/** Serves the app, links a bank in it, and tries its framework's behaviours; what to say of these. */
async function drive(app, key) {
  const until_gone = app.start
    ? await background(app.folder, app.start[0], [...app.start.slice(1), ports.page], {
        ...{ PORT: ports.page, RELAY: relay, BACKEND: `http://127.0.0.1:${ports.backend}` },
        ...{ BACKEND_KEY: key, WEBHOOK_SECRET: secret },
      }, app.place)
    : await serveFolder(join(app.place, app.serve), ports.page);
  let browser;
  try {
    await until("the app's server", async () => (await fetch(page + (app.path ?? ""))).ok);
    browser = await Browser.start();
    await browser.open(page + (app.path ?? ""));
    await browser.screen("choose-bank");
    if (app.accounts) {
      const { token } = await made(key, "link-sessions");
      await browser.run('document.querySelector("ais-link").token = arguments[0]', token);
      await until("the terms", () => browser.run(SAYS, "Your service asks you", "ais-link"));
    }
    await browser.press("SEB");
    await browser.screen("ready");
    await browser.press("Show QR code");
    await browser.screen("challenge");
    const order = await until("an order", async () => (await (await fetch(`${sandbox}bankid/orders`)).json())[0]);
    await fetch(`${sandbox}bankid/orders/${order.id}/sign`, { method: "POST" });
    await browser.screen("linked");
    const read = 'return document.querySelector("output")?.textContent';
    const detail = JSON.parse(await until("the event", () => browser.run(read)));
    assert.equal(detail.bank.bicFi, "ESSESESS");
    assert.ok(detail.consentId && /^\d{4}-\d\d-\d\d$/.test(detail.validUntil) && detail.accounts.length > 1);
    const said = [];
    if (app.accounts) said.push(await accounts(browser, key, detail.connectionId));
    assert.deepEqual(await browser.complaints(), []);
    for (const kind of app.support ? browsers : []) {
      if (kind !== "chromium") {
        await browser.close();
        browser = await Browser.start(kind);
      }
      said.push(await support(app, kind, browser));
    }
    if (app.folder === "server") {
      const events = async () => (await fetch(`${page}events`)).text();
      await until("the webhook", async () => (await events()).includes("link.succeeded"));
    }
    return said.join("");
  } catch (error) {
    error.message += ` (the page's console: ${(await browser?.complaints().catch(() => []))?.join("; ")})`;
    throw error;
  } finally {
    await browser?.close();
    await until_gone();
  }
}

/** What the back-end port makes for a customer at `path`. */
async function made(key, path) {
  const answer = await fetch(`http://127.0.0.1:${ports.backend}/v1/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ client_reference: "customer-1", ...(path === "link-sessions" && { purpose: "To try it" }) }),
  });
  assert.equal(answer.status, 201);
  return answer.json();
}

/** Looks at what is linked, and removes it; what to say of that. */
async function accounts(browser, key, connection) {
  const tag = "ais-accounts";
  await browser.run("show(arguments[0])", (await made(key, "view-sessions")).token);
  await browser.screen("connections", tag);
  await browser.press("Show accounts", tag);
  await browser.screen("accounts", tag);
  await until("the balances", () => browser.run(SAYS, "As of", tag));
  await browser.press("Back", tag);
  await browser.screen("connections", tag);
  await browser.press("Remove access", tag);
  await browser.screen("remove", tag);
  await browser.press("Remove access", tag);
  await browser.screen("connections", tag);
  const read = 'return document.querySelector("output").textContent';
  await until("the event", async () => (await browser.run(read)) === `Removed: ${connection}`);
  return ", shows the accounts and removes the access";
}

/** Tries the behaviours of the app's framework; what to say of them. */
async function support(app, kind, browser) {
  await browser.open(page + (app.supportPath ?? "support.html"));
  const read = 'return document.querySelector("output")?.textContent';
  const { basic, advanced } = JSON.parse(await until("the behaviours", () => browser.run(read)));
  const passed = [basic, advanced].map(({ of, failed }) => of - failed.length);
  assert.deepEqual(passed, app.support, `${kind}: ${[...basic.failed, ...advanced.failed].join(", ")}`);
  return `, ${passed[0] + passed[1]} of ${basic.of + advanced.of} behaviours in ${kind}`;
}

/** Starts a program, with its output in a file; the answer stops it and waits for its end. */
async function background(name, program, args, env = {}, cwd = work) {
  const log = await open(join(work, `${name}.log`), "w");
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", log.fd, log.fd],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve).on("error", resolve));
  const stop = () => {
    try {
      // Its own children, too.
      if (child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended already.
    }
  };
  started.push(stop);
  return async () => {
    stop();
    await ended;
    await log.close();
  };
}

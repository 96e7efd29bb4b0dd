// A server of files on this machine, a free port, and waiting.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

/** A port that no program has at this moment. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Serves the files in `folder`; the answer stops that. */
export async function serveFolder(folder, port) {
  const server = createServer(async ({ url }, answer) => {
    const { pathname } = new URL(url, "http://localhost");
    const name = normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    try {
      const content = await readFile(join(folder, name));
      answer.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream");
      answer.end(content);
    } catch {
      answer.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
    }
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
}

/** Asks again and again until there is an answer; a question that throws has none. */
export async function until(what, ask) {
  let last;
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come${last ? `: ${last.message}` : ""}`);
}

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".txt": "text/plain",
};
/** In milliseconds: long enough for a slow machine that is busy. */
const PATIENCE = 90_000;

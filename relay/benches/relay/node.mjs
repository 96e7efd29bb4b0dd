// A relay of the usual kind: it sets the headers that ais-relay sets, and checks nothing.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

// The last two are the folders `node_modules` of fastify and of its proxy plugin.
const [upstream, port, framework, plugin] = process.argv.slice(2);
const fastify = createRequire(`${framework}/`)("fastify");
const proxy = createRequire(`${plugin}/`)("@fastify/http-proxy");
const app = fastify({ logger: true, trustProxy: true, keepAliveTimeout: 120_000 });
const unwanted = ["cookie", "origin", "referer", "x-ais-link", "x-forwarded-for"];

await app.register(proxy, {
  upstream,
  prefix: "/psd2",
  rewritePrefix: "/psd2",
  undici: { connections: 128, keepAliveTimeout: 60000 },
  replyOptions: {
    rewriteRequestHeaders(request, headers) {
      const sent = { ...headers };
      for (const name of unwanted) delete sent[name];
      sent.authorization = "Bearer t";
      sent["x-request-id"] = randomUUID();
      sent["psu-ip-address"] = request.ip;
      sent["psu-user-agent"] = headers["user-agent"];
      sent["psu-accept"] = headers.accept;
      sent["psu-http-method"] = request.method;
      return sent;
    },
  },
});
await app.listen({ host: "127.0.0.1", port: Number(port) });

// Verifies webhooks with the official library of Standard Webhooks, and changes each in several ways.
//
//   node verify.mjs <folder node_modules> < {"secrets", "strange", "webhooks"}

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "here.js"));
const { Webhook } = require("standardwebhooks");

const { secrets, strange, webhooks } = JSON.parse(readFileSync(0, "utf8"));
const headers = (it) => ({
    "webhook-id": it.id,
    "webhook-timestamp": it.timestamp,
    "webhook-signature": it.signature,
});

function takes(secret, it) {
    try {
        new Webhook(secret).verify(it.body, headers(it));
        return true;
    } catch {
        return false;
    }
}

// Each letter of a signature becomes another one.
const turn = (text) => text.replace(/[A-Za-z0-9]/g, (it) => (it === "A" ? "B" : "A"));
const turned = (list) =>
    list.split(" ").map((one) => "v1," + turn(one.slice(3))).join(" ");

// Signed with the right secret, at another time.
function at(secret, it, seconds) {
    const timestamp = Number(it.timestamp) + seconds;
    const signature = new Webhook(secret).sign(it.id, new Date(timestamp * 1000), it.body);
    return { ...it, timestamp: String(timestamp), signature };
}

const tampered = (secret, it) => [
    { ...it, body: it.body.replace('"type"', '"typo"') },
    { ...it, body: it.body + " " },
    { ...it, id: it.id + "x" },
    { ...it, timestamp: String(Number(it.timestamp) + 1) },
    { ...it, signature: turned(it.signature) },
    { ...it, signature: it.signature.replaceAll("v1,", "v2,") },
    { ...it, signature: "" },
    at(secret, it, -3600),
    at(secret, it, 3600),
];

let [verified, refused, caught] = [0, 0, 0];
for (const it of webhooks) {
    for (const secret of secrets) {
        verified += takes(secret, it);
        // The control: what `at` signs is taken at its time.
        if (!takes(secret, at(secret, it, 0))) throw new Error("it does not take its own signature");
        for (const other of tampered(secret, it)) caught += !takes(secret, other);
    }
    for (const secret of strange) refused += !takes(secret, it);
}
console.log(JSON.stringify({ verified, strange: refused, tampered: caught }));

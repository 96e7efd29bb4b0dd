// Who is logged in: a cookie with a random number, and the person behind it. The login itself is invented.
import { randomBytes } from "node:crypto";

/** Invented persons. `id` is what the relay knows them by: never an e-mail address or a personal number. */
export const PEOPLE = [
  { id: "customer-4711", name: "Kim" },
  { id: "customer-4712", name: "Robin" },
];

const visits = new Map();

/** The visit that a request belongs to, if it shows a cookie of ours. */
export function visit(request) {
  const cookies = (request.headers.cookie ?? "").split(/; */);
  const own = cookies.find((cookie) => cookie.startsWith(`${NAME}=`));
  return own && visits.get(own.slice(NAME.length + 1));
}

/** Begins a visit of `person`; the header sets its cookie. */
export function begin(person, response) {
  const id = randomBytes(16).toString("base64url");
  const begun = { person, end: () => visits.delete(id) };
  visits.set(id, begun);
  if (visits.size > MOST) visits.delete(visits.keys().next().value);
  // Lax: the cookie must come with the person who returns from a bank's page.
  response.setHeader("set-cookie", `${NAME}=${id}; Path=/; HttpOnly; SameSite=Lax`);
  return begun;
}

/** A visitor without a login gets a number, too. */
export const stranger = () => ({ id: `guest-${randomBytes(6).toString("hex")}`, name: "Guest" });

// On https it is `__Host-hemkassan`, with `Secure`.
const NAME = "hemkassan";
const MOST = 10_000;

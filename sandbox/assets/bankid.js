// The simulated BankID app: shows the waiting orders, and signs or cancels them. It asks its own
// server once a second and trusts nothing else; it inserts all text as text.

const list = document.getElementById("orders");
const heading = document.getElementById("heading");
const empty = document.getElementById("empty");
const message = document.getElementById("message");
const template = document.getElementById("order");
const form = document.getElementById("scan");

/** The cards on screen, by the id of their order. */
const cards = new Map();
/** The orders that were signed or cancelled here: they do not count as expired. */
const decided = new Set();
/** Numbers the questions for orders: an older answer must not overwrite a newer one. */
let asked = 0;
let shown = 0;

function say(text, kind) {
  message.textContent = text;
  message.classList.toggle("bad", kind === "bad");
  message.hidden = false;
}

/** Posts to the app's own server. Gives the answer's body, or undefined after saying what went wrong. */
async function post(path, body) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const content = answer.status === 204 ? {} : await answer.json();
    if (answer.ok) return content;
    say(content.error, "bad");
  } catch {
    say("The simulator does not answer. Is the sandbox running?", "bad");
  }
  return undefined;
}

async function scan(qr) {
  const order = await post("/bankid/scan", { qr });
  if (order) say(`Opened: ${order.bank}. Read what it asks for, then sign.`);
  await refresh();
  if (order) cards.get(order.id)?.querySelector(".sign").focus();
}

async function decide(id, verdict) {
  const card = cards.get(id);
  for (const button of card.querySelectorAll("button")) button.disabled = true;
  const answer = await post(`/bankid/orders/${id}/${verdict}`);
  if (answer) decided.add(id);
  if (answer && verdict === "cancel") say("Cancelled.");
  if (answer?.outcome === "finished") say("Signed. You can go back to where you came from.");
  if (answer?.outcome === "nextStep") {
    say(`Signed. Now scan the new code there: step ${answer.step} of ${answer.steps}.`);
  }
  await refresh();
  for (const button of card.querySelectorAll("button")) button.disabled = false;
}

function newCard(order) {
  const card = template.content.cloneNode(true).querySelector("li");
  card.querySelector("img").src = `/logos/${order.bicFi}.svg`;
  card.querySelector("h3").textContent = order.bank;
  card.querySelector(".what").textContent = order.text;
  const [cancel, sign] = [card.querySelector(".cancel"), card.querySelector(".sign")];
  cancel.setAttribute("aria-label", `Cancel: ${order.bank}`);
  sign.setAttribute("aria-label", `Sign: ${order.bank}`);
  cancel.addEventListener("click", () => decide(order.id, "cancel"));
  sign.addEventListener("click", () => decide(order.id, "sign"));
  return card;
}

function paint(card, order) {
  const step = order.steps > 1 ? `Step ${order.step} of ${order.steps} · ` : "";
  const state = order.pickedUp ? "Opened" : "Not scanned yet";
  card.classList.toggle("open", order.pickedUp);
  card.classList.toggle("late", order.secondsLeft <= 10);
  card.querySelector(".where").textContent = step + state;
  card.querySelector(".left").textContent = `${order.secondsLeft} s left`;
  const share = order.secondsTotal > 0 ? order.secondsLeft / order.secondsTotal : 0;
  card.querySelector(".bar").style.transform = `scaleX(${share})`;
}

function show(orders) {
  const ids = new Set(orders.map((order) => order.id));
  for (const [id, card] of cards) {
    if (ids.has(id)) continue;
    if (!decided.delete(id)) say(`${card.querySelector("h3").textContent}: this order is over.`, "bad");
    card.remove();
    cards.delete(id);
  }
  for (const order of [...orders].reverse()) {
    if (!cards.has(order.id)) {
      cards.set(order.id, newCard(order));
      list.prepend(cards.get(order.id));
    }
    paint(cards.get(order.id), order);
  }
  heading.hidden = list.hidden = orders.length === 0;
  empty.hidden = orders.length > 0;
}

async function refresh() {
  asked += 1;
  const question = asked;
  try {
    const answer = await fetch("/bankid/orders", { cache: "no-store" });
    if (!answer.ok) return;
    const orders = await answer.json();
    if (question < shown) return;
    shown = question;
    show(orders);
  } catch {
    // The sandbox may be restarting; the next second asks again.
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = form.elements.qr;
  const text = field.value;
  field.value = "";
  await scan(text);
});

const token = new URLSearchParams(location.search).get("autostarttoken");
if (token === null) {
  await refresh();
} else {
  // A reload must not scan again.
  history.replaceState(null, "", location.pathname);
  await scan(`bankid:///?${new URLSearchParams({ autostarttoken: token })}`);
}
setInterval(refresh, 1000);

// A headless browser, by its driver's own protocol (WebDriver).
import { spawn } from "node:child_process";
import { freePort, until } from "./serve.mjs";

/** One browser with a profile of its own. */
export class Browser {
  #driver;
  #session;

  /** `kind` is one of `KINDS`. */
  static async start(kind = "chromium") {
    const { driver, args, wants } = KINDS[kind];
    const port = await freePort();
    const browser = new Browser();
    browser.#driver = spawn(driver, await args(port), { stdio: "ignore" });
    const base = `http://127.0.0.1:${port}`;
    await until(driver, async () => (await fetch(`${base}/status`)).ok);
    browser.#session = `${base}/session`;
    const { sessionId } = await browser.#post("", { capabilities: { alwaysMatch: wants } });
    browser.#session += `/${sessionId}`;
    return browser;
  }

  async open(url) {
    await this.#post("/url", { url });
  }

  /** Runs a script in the page; returns what it returns. */
  async run(script, ...args) {
    return this.#post("/execute/sync", { script, args });
  }

  /** Waits until the element `tag` shows this screen. */
  async screen(name, tag = LINK) {
    const read = "return document.querySelector(arguments[0])?.getAttribute('state')";
    let shown;
    const ask = async () => (shown = await this.run(read, tag)) === name;
    await until(`the screen ${name}`, ask).catch((error) => {
      throw new Error(`${error.message}; the element shows ${shown}`);
    });
  }

  /** Presses the button of the element `tag` with this text. */
  async press(text, tag = LINK) {
    await until(`the button ${text}`, () => this.run(PRESS, text, tag));
  }

  /** What the page has complained of in the console, which Chromium alone tells. */
  async complaints() {
    const lines = await this.#post("/se/log", { type: "browser" });
    const bad = lines.filter(({ level, message }) => level === "SEVERE" && !message.includes("favicon"));
    return bad.map(({ message }) => message);
  }

  async close() {
    await fetch(this.#session, { method: "DELETE" }).catch(() => {});
    this.#driver.kill();
  }

  async #post(path, body) {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(this.#session + path, { method: "POST", headers, body: JSON.stringify(body) });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }
}

const LINK = "ais-link";
const SIZE = ["--disable-dev-shm-usage", "--window-size=800,1000"];
const KINDS = {
  chromium: {
    driver: "chromedriver",
    args: (port) => [`--port=${port}`],
    wants: {
      browserName: "chrome",
      "goog:chromeOptions": {
        args: ["--headless=new", "--no-sandbox", ...SIZE],
        binary: process.env.AIS_LINK_CHROMIUM,
      },
      "goog:loggingPrefs": { browser: "ALL" },
    },
  },
  firefox: {
    driver: "geckodriver",
    // The second port is the one by which the driver speaks to the browser; its own choice is the same for all.
    args: async (port) => ["--port", port, "--websocket-port", await freePort()],
    wants: { browserName: "firefox", "moz:firefoxOptions": { args: ["-headless"] } },
  },
};

const PRESS = `
  const root = document.querySelector(arguments[1])?.shadowRoot;
  const buttons = [...(root?.querySelectorAll("button") ?? [])];
  const button = buttons.find((button) => button.textContent.includes(arguments[0]));
  button?.click();
  return Boolean(button);`;

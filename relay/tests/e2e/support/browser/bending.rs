//! Bends what the page takes for real: its clock, and what it hears of the relay. Nothing else of the
//! page is touched.

use std::time::Duration;

use serde_json::json;

use super::Browser;

impl Browser {
    /// Waits until nothing has changed on the screen for a moment; not for ever, where something always
    /// does.
    pub(crate) async fn settle(&self) {
        self.wait_for(SETTLE, vec![]).await;
    }

    /// Puts the page's clock forward, as on a laptop that slept, and wakes the page.
    pub(crate) async fn skip(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).expect("less than an age");
        self.eval(&[PAGE, SKIP].concat(), vec![json!(millis)]).await;
    }

    /// Stops the page's clock: no countdown goes on, nothing is given up, nothing is asked for again.
    pub(crate) async fn freeze(&self) {
        self.eval(&[PAGE, FREEZE].concat(), vec![]).await;
    }

    /// Lets the page's clock go on, as if it had not stopped.
    pub(crate) async fn thaw(&self) {
        self.eval(&[PAGE, THAW].concat(), vec![]).await;
    }

    /// From now on the page waits for answers from addresses with `path` in them, until they are let go.
    pub(crate) async fn withhold(&self, path: &str) {
        self.eval(&[PAGE, WITHHOLD].concat(), vec![json!(path)]).await;
    }

    /// Lets go what was withheld.
    pub(crate) async fn let_go(&self) {
        self.eval("document.dispatchEvent(new Event('test-let-go'))", vec![]).await;
    }

    /// From now on the page takes the browser for `agent`, on a phone.
    pub(crate) async fn pretend(&self, agent: &str) {
        self.eval(PRETEND, vec![json!(agent)]).await;
    }

    /// From now on the page is told that half of whatever it watches is out of sight.
    pub(crate) async fn cut_off(&self) {
        self.eval(&[PAGE, CUT_OFF].concat(), vec![]).await;
    }

    /// From now on the page has no network. What the browser keeps for ever still comes.
    pub(crate) async fn go_offline(&self) {
        self.eval(&[PAGE, OFFLINE].concat(), vec![]).await;
    }

    /// Turns the person's eyes to another tab.
    pub(crate) async fn look_away(&self) {
        self.eval(&[PAGE, HIDE].concat(), vec![json!(true)]).await;
    }

    /// Turns the person's eyes back to the page.
    pub(crate) async fn look_back(&self) {
        self.eval(&[PAGE, HIDE].concat(), vec![json!(false)]).await;
    }

    /// From now on the page hears the relay say `by` where it says what the expression `of` matches.
    pub(crate) async fn mishear(&self, of: &str, by: &str) {
        self.eval(&[PAGE, MISHEAR].concat(), vec![json!(of), json!(by)]).await;
    }

    /// From now on the page does not hear the header `name` of what the relay says.
    pub(crate) async fn miss(&self, name: &str) {
        self.eval(&[PAGE, MISS].concat(), vec![json!(name)]).await;
    }
}

/// Firefox shows the driver's scripts a page that is not quite the page's own.
const PAGE: &str = "const page = window.wrappedJSObject ?? window;";

/// What a bank offers comes a moment after its screen.
const SETTLE: &str = "
    const root = document.querySelector('ais-link')?.shadowRoot ?? document.body;
    setTimeout(done, 4000);
    let timer = setTimeout(done, 400);
    const watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(done, 400);
    });
    watch.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });";

const SKIP: &str = "
    const clock = page.performance;
    const now = clock.now.bind(clock);
    clock.now = () => now() + arguments[0];
    for (const hidden of [true, false]) {
        Object.defineProperty(page.document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
    }";

const FREEZE: &str = "
    const clock = page.performance;
    const now = clock.now.bind(clock);
    const still = now();
    clock.now = () => still;
    document.addEventListener('test-thaw', () => {
        const lost = now() - still;
        clock.now = () => now() - lost;
    }, { once: true });";

const THAW: &str = "document.dispatchEvent(new Event('test-thaw'));";

const WITHHOLD: &str = "
    const ask = page.fetch.bind(page);
    const path = arguments[0];
    const told = new Promise(tell => document.addEventListener('test-let-go', tell, { once: true }));
    page.fetch = async (...asked) => {
        const answer = await ask(...asked);
        if (String(asked[0].url ?? asked[0]).includes(path)) await told;
        return answer;
    };";

const PRETEND: &str = "
    const agent = arguments[0];
    Object.defineProperty(navigator, 'userAgent', { get: () => agent });
    const real = matchMedia;
    window.matchMedia = query => query.includes('coarse') ? { matches: true } : real(query);";

/// The app of Facebook on an iPhone.
pub(crate) const FACEBOOK: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/22F76 [FBAN/FBIOS;FBAV/520.0]";

const CUT_OFF: &str = "
    page.IntersectionObserver = class {
        constructor(tell) { this.tell = tell; }
        observe() { this.tell([{ intersectionRatio: .5 }]); }
        disconnect() {}
    };";

const OFFLINE: &str = "
    Object.defineProperty(page.navigator, 'onLine', { configurable: true, value: false });
    const ask = page.fetch.bind(page);
    page.fetch = async (...asked) => {
        if (String(asked[0].url ?? asked[0]).includes('/assets/')) return ask(...asked);
        throw new page.TypeError('There is no network.');
    };";

const HIDE: &str = "
    Object.defineProperty(page.document, 'hidden', { configurable: true, value: arguments[0] });
    document.dispatchEvent(new Event('visibilitychange'));";

const MISHEAR: &str = "
    const [of, by] = [new RegExp(arguments[0], 'g'), arguments[1]];
    const ask = page.fetch.bind(page);
    page.fetch = async (...asked) => {
        const answer = await ask(...asked);
        const kind = answer.headers.get('content-type') ?? '';
        if (!kind.includes('json')) return answer;
        const text = (await answer.text()).replace(of, by);
        const { status, headers } = answer;
        return new page.Response(text || null, { status, headers });
    };";

const MISS: &str = "
    const name = arguments[0];
    const ask = page.fetch.bind(page);
    page.fetch = async (...asked) => {
        const answer = await ask(...asked);
        const headers = new page.Headers(answer.headers);
        headers.delete(name);
        return new page.Response(await answer.text() || null, { status: answer.status, headers });
    };";

//! What a test makes the page believe: its clock, its browser, its network, and what the relay answers. Nothing else of
//! the page is touched.

use std::time::Duration;

use serde_json::json;

use super::Browser;

impl Browser {
    /// Puts the page's clock forward, as on a laptop that slept, and wakes the page.
    pub(crate) async fn advance_clock(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).expect("less than an age");
        self.run(&[PAGE, ADVANCE].concat(), vec![json!(millis)]).await;
    }

    /// Stops the page's clock: no countdown goes on, no wait ends, no question is repeated.
    pub(crate) async fn stop_clock(&self) {
        self.run(&[PAGE, STOP].concat(), vec![]).await;
    }

    /// Lets the page's clock go on, as if it had not stopped.
    pub(crate) async fn resume_clock(&self) {
        self.run("document.dispatchEvent(new Event('test-resume'));", vec![]).await;
    }

    /// Puts the device's date off by `days` days from now on; [`Browser::last_day`] still goes by the true one.
    pub(crate) async fn set_date_off(&self, days: i64) {
        self.run(SET_DATE_OFF, vec![json!(days * 86_400_000)]).await;
    }

    /// From now on answers from addresses with `path` in them reach the page only after [`Browser::release_answers`].
    pub(crate) async fn delay_answers(&self, path: &str) {
        self.run(&[PAGE, DELAY].concat(), vec![json!(path)]).await;
    }

    /// Lets the delayed answers reach the page.
    pub(crate) async fn release_answers(&self) {
        self.run("document.dispatchEvent(new Event('test-release'))", vec![]).await;
    }

    /// From now on the page believes that it is in the browser `agent`, on a phone.
    pub(crate) async fn set_user_agent(&self, agent: &str) {
        self.run(USER_AGENT, vec![json!(agent)]).await;
    }

    /// From now on the page believes that half of all that it watches is out of sight.
    pub(crate) async fn report_half_visible(&self) {
        self.run(&[PAGE, HALF_VISIBLE].concat(), vec![]).await;
    }

    /// From now on the page has no network. What the browser caches for ever still comes.
    pub(crate) async fn go_offline(&self) {
        self.run(&[PAGE, OFFLINE].concat(), vec![]).await;
    }

    /// Makes the page believe that the person looks at another tab.
    pub(crate) async fn hide_page(&self) {
        self.run(&[PAGE, HIDE].concat(), vec![json!(true)]).await;
    }

    /// Makes the page believe that the person looks at it again.
    pub(crate) async fn show_page(&self) {
        self.run(&[PAGE, HIDE].concat(), vec![json!(false)]).await;
    }

    /// From now on the page gets `replacement` for all in the relay's JSON that the expression `pattern` matches.
    pub(crate) async fn rewrite_answers(&self, pattern: &str, replacement: &str) {
        self.run(&[PAGE, REWRITE].concat(), vec![json!(pattern), json!(replacement)]).await;
    }

    /// From now on the page gets the relay's answers without the header `name`.
    pub(crate) async fn drop_answer_header(&self, name: &str) {
        self.run(&[PAGE, DROP_HEADER].concat(), vec![json!(name)]).await;
    }

    /// From now on each text that comes into the element is rewritten, as by a translator of pages; what a screen
    /// reader gets for it is noted under `said`.
    pub(crate) async fn translate_page(&self) {
        self.run(TRANSLATE, vec![]).await;
    }
}

/// Firefox gives the driver's scripts a view of the page that lacks the page's own properties.
const PAGE: &str = "const page = window.wrappedJSObject ?? window;";

const ADVANCE: &str = "
    const clock = page.performance;
    const now = clock.now.bind(clock);
    clock.now = () => now() + arguments[0];
    for (const hidden of [true, false]) {
        Object.defineProperty(page.document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
    }";

const STOP: &str = "
    const clock = page.performance;
    const now = clock.now.bind(clock);
    const still = now();
    clock.now = () => still;
    document.addEventListener('test-resume', () => {
        const lost = now() - still;
        clock.now = () => now() - lost;
    }, { once: true });";

const DELAY: &str = "
    const ask = page.fetch.bind(page);
    const path = arguments[0];
    const released = new Promise(resolve => document.addEventListener('test-release', resolve, { once: true }));
    page.fetch = async (...asked) => {
        const answer = await ask(...asked);
        if (String(asked[0].url ?? asked[0]).includes(path)) await released;
        return answer;
    };";

const USER_AGENT: &str = "
    const agent = arguments[0];
    Object.defineProperty(navigator, 'userAgent', { get: () => agent });
    const real = matchMedia;
    window.matchMedia = query => query.includes('coarse') ? { matches: true } : real(query);";

/// The app of Facebook on an iPhone.
pub(crate) const FACEBOOK: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/22F76 [FBAN/FBIOS;FBAV/520.0]";

const HALF_VISIBLE: &str = "
    page.IntersectionObserver = class {
        constructor(report) { this.report = report; }
        observe() { this.report([{ intersectionRatio: .5 }]); }
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

const REWRITE: &str = "
    const [pattern, replacement] = [new RegExp(arguments[0], 'g'), arguments[1]];
    const ask = page.fetch.bind(page);
    page.fetch = async (...asked) => {
        const answer = await ask(...asked);
        const kind = answer.headers.get('content-type') ?? '';
        if (!kind.includes('json')) return answer;
        const text = (await answer.text()).replace(pattern, replacement);
        const { status, headers } = answer;
        return new page.Response(text || null, { status, headers });
    };";

const DROP_HEADER: &str = "
    const name = arguments[0];
    const ask = page.fetch.bind(page);
    page.fetch = async (...asked) => {
        const answer = await ask(...asked);
        const headers = new page.Headers(answer.headers);
        headers.delete(name);
        return new page.Response(await answer.text() || null, { status: answer.status, headers });
    };";

const SET_DATE_OFF: &str = "
    window.TrueDate ??= Date;
    const off = arguments[0];
    window.Date = class extends TrueDate {
        constructor(...given) { given.length ? super(...given) : super(TrueDate.now() + off); }
        static now() { return TrueDate.now() + off; }
    };";

const TRANSLATE: &str = "
    window.said = [];
    const live = root.querySelector('.live');
    new MutationObserver(changes => {
        for (const { target, addedNodes } of changes) for (const node of addedNodes) {
            if (node.nodeType !== 3 || !node.data.trim() || target.localName === 'font') continue;
            if (live.contains(node)) said.push(node.data);
            const [outer, inner] = ['font', 'font'].map(name => document.createElement(name));
            inner.textContent = `Übersetzt: ${node.data}`;
            outer.append(inner);
            node.replaceWith(outer);
        }
    }).observe(root, { subtree: true, childList: true });";

//! One person with one browser in one world, who goes from screen to screen and takes pictures.

use std::time::Duration;

use sandbox::{Fault, FaultRule};
use serde_json::json;

use super::camera;
use crate::redirect::Page;
use crate::support::{Browser, Size, Wishes, World};

/// The person, and all that they use.
pub(super) struct Walk {
    pub(super) world: World,
    pub(super) browser: Browser,
    name: String,
    width: u32,
}

impl Walk {
    /// Somebody with a screen of `size`, `width` pixels wide, at a page that is still loading.
    pub(super) async fn new(size: Size, width: u32) -> Self {
        let name = format!("screens-{width}");
        let world = World::with_pages(&name, &Page::of("SE").folder(&name)).await;
        let browser = Browser::with(Wishes { size, ..Wishes::default() }).await;
        Self { world, browser, name, width }
    }

    /// Waits for the screen `state` and takes its picture.
    pub(super) async fn shoot(&self, state: &str) {
        self.shoot_as(state, state).await;
    }

    /// Waits for the screen `state` and takes its picture as `name`.
    pub(super) async fn shoot_as(&self, state: &str, name: &str) {
        self.browser.screen(state).await;
        camera::shoot(&self.browser, name, self.width).await;
        // A screen that is held back may have gone while its picture was taken.
        let now = self.browser.eval("return link.getAttribute('state')", vec![]).await;
        assert_eq!(now, json!(state), "{name} went too soon");
    }

    /// Takes a picture of what says `text`, whatever its name is.
    pub(super) async fn shoot_text(&self, text: &str, name: &str) {
        self.browser.reads(text).await;
        camera::shoot(&self.browser, name, self.width).await;
    }

    /// Waits until nothing has changed on the screen for a moment.
    pub(super) async fn settle(&self) {
        self.browser.wait_for(SETTLE, vec![]).await;
    }

    /// Opens the page as somebody who has never been there.
    pub(super) async fn afresh(&self) {
        // A page of the relay without the element: nothing goes on behind.
        self.browser.goto(&self.world.url("/redirect")).await;
        self.forget().await;
        self.browser.eval("sessionStorage.clear()", vec![]).await;
        self.browser.open(&self.world).await;
    }

    /// Lets the browser forget its session.
    pub(super) async fn forget(&self) {
        self.browser.driver.delete_all_cookies().await.expect("a browser forgets");
    }

    /// Lets the next call with `method` to `path` fail.
    pub(super) fn fail(&self, method: &str, path: &str, fault: Fault) {
        self.fail_often(1, method, path, fault);
    }

    /// Lets the next `count` calls with `method` to `path` fail.
    pub(super) fn fail_often(&self, count: u32, method: &str, path: &str, fault: Fault) {
        let (method, path) = (Some(method.to_owned()), path.to_owned());
        self.world.sandbox.add_fault(FaultRule { path, method, count, fault });
    }

    /// Makes the next call with `method` to `path` slow enough for two pictures, on a busy machine too.
    pub(super) fn hold(&self, method: &str, path: &str) {
        self.fail(method, path, Fault::Slow { millis: 5_000 });
    }

    /// Puts the page's clock forward, as a laptop that slept, and wakes the page.
    pub(super) async fn sleep(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).expect("less than an age");
        self.browser.eval(SLEEP, vec![json!(millis)]).await;
    }

    /// From now on the page hears the relay say `by` where it says what the expression `of` matches.
    pub(super) async fn mishear(&self, of: &str, by: &str) {
        self.browser.eval(MISHEAR, vec![json!(of), json!(by)]).await;
    }

    /// Ends the browser.
    pub(super) async fn end(self) {
        self.browser.quit(&self.name).await;
    }
}

/// An answer that fails with `status`.
pub(super) fn status(status: u16) -> Fault {
    Fault::Status { status, retry_after: None }
}

/// What a bank offers comes a moment after its screen.
const SETTLE: &str = "
    const root = document.querySelector('ais-link')?.shadowRoot ?? document.body;
    let timer = setTimeout(done, 400);
    const watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(done, 400);
    });
    watch.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });";

const SLEEP: &str = "
    const now = performance.now.bind(performance);
    performance.now = () => now() + arguments[0];
    for (const hidden of [true, false]) {
        Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
        document.dispatchEvent(new Event('visibilitychange'));
    }";

const MISHEAR: &str = "
    const [of, by] = [new RegExp(arguments[0], 'g'), arguments[1]];
    const ask = window.fetch.bind(window);
    window.fetch = async (...asked) => {
        const answer = await ask(...asked);
        const kind = answer.headers.get('content-type') ?? '';
        if (!kind.includes('json')) return answer;
        const text = (await answer.text()).replace(of, by);
        const { status, headers } = answer;
        return new Response(text || null, { status, headers });
    };";

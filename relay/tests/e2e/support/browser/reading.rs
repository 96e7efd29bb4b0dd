//! What the person reads, clicks and types: found by the words on it, in the element and in pages
//! without one, such as a bank's.

use serde_json::{Value, json};
use thirtyfour::WebElement;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::{ScriptRet, WebDriverResult};
use tokio::time::{Duration, sleep, timeout};

use super::{Browser, Popups};
use crate::support::{SOON, read_qr};

impl Browser {
    /// Waits until the element shows the screen `state`.
    pub(crate) async fn screen(&self, state: &str) {
        self.screen_within(state, SOON).await;
    }

    /// Waits until the element shows the screen `state`, for `patience` at most.
    pub(crate) async fn screen_within(&self, state: &str, patience: Duration) {
        let script = "return link?.getAttribute('state') === arguments[0]";
        self.until(script, state, patience).await;
    }

    /// Waits until `text` can be read in the element.
    pub(crate) async fn reads(&self, text: &str) {
        self.until("return root?.textContent.includes(arguments[0])", text, SOON).await;
    }

    /// Waits until `text` cannot be read in the element's screen any more.
    pub(crate) async fn no_longer_reads(&self, text: &str) {
        let script = "return !root?.querySelector('.screen').textContent.includes(arguments[0])";
        self.until(script, text, SOON).await;
    }

    /// Waits until the element speaks `language`.
    pub(crate) async fn speaks(&self, language: &str) {
        let script = "return root?.querySelector('.base')?.lang === arguments[0]";
        self.until(script, language, SOON).await;
    }

    /// Waits until `text` can be read on the page around the element, or on one without it.
    pub(crate) async fn page_reads(&self, text: &str) {
        self.until("return document.body?.innerText.includes(arguments[0])", text, SOON).await;
    }

    /// What can be read in the element.
    pub(crate) async fn text(&self) -> String {
        let text = self.eval("return root.textContent", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the button or link that says `label`, as soon as there is one: in the element if it
    /// has one, else on the page.
    pub(crate) async fn click(&self, label: &str) {
        let clicked = async {
            // A screen may be replaced between the look and the click: then the person looks again.
            while !self.try_click(label).await {
                sleep(PAUSE).await;
            }
        };
        let clicked = timeout(SOON, clicked).await.is_ok();
        assert!(clicked, "there is no {label:?} to click: {}", self.shown().await);
    }

    /// Types `text` into the field whose label begins with `label`.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let filled = async {
            while !self.try_fill(label, text).await {
                sleep(PAUSE).await;
            }
        };
        let filled = timeout(SOON, filled).await.is_ok();
        assert!(filled, "there is no {label:?} to fill: {}", self.shown().await);
    }

    /// What the person pastes, after something was copied.
    pub(crate) async fn pasted(&self) -> String {
        self.eval("document.body.append(document.createElement('textarea'))", vec![]).await;
        let field = self.find("return document.querySelector('textarea')", "").await;
        let field = field.expect("it was put there");
        field.send_keys("\u{e009}v").await.expect("keys are pressed");
        let pasted = "const area = document.querySelector('textarea');
            area.remove();
            return area.value";
        self.eval(pasted, vec![]).await.as_str().expect("a field has text").to_owned()
    }

    /// Whether a button or link says `label` and can be seen.
    pub(crate) async fn offers(&self, label: &str) -> bool {
        self.attempt("return !!control(arguments[0])", label).await == Some(json!(true))
    }

    /// The link that starts the app on this device, without the address that it comes back to.
    pub(crate) async fn start_link(&self) -> String {
        self.screen("challenge").await;
        let href = self.eval("return root.querySelector('a.action').href", vec![]).await;
        let (start, _) =
            href.as_str().and_then(|href| href.split_once("&redirect=")).expect("a start link");
        start.to_owned()
    }

    /// The text of the QR code that is on the screen, read off a screenshot.
    pub(crate) async fn qr(&self) -> String {
        self.qr_after("").await
    }

    /// The text of the first QR code that is another one than `last`.
    pub(crate) async fn qr_after(&self, last: &str) -> String {
        let read = async {
            loop {
                match self.try_qr().await {
                    Some(text) if text != last => return text,
                    _ => sleep(PAUSE).await,
                }
            }
        };
        timeout(SOON, read).await.expect("a QR code can be read off the screen")
    }

    /// Clicks what says `label`, if it is there now; whether it was.
    pub(crate) async fn try_click(&self, label: &str) -> bool {
        match self.wishes.popups {
            Popups::AfterClick => match self.find(FIND_TO_CLICK, label).await {
                Ok(control) => match control.click().await {
                    Ok(()) => true,
                    // A window that closes itself at a click was clicked.
                    Err(error) if matches!(*error, WebDriverErrorInner::NoSuchWindow(_)) => true,
                    // The next screen may have replaced what was clicked before the driver had finished.
                    Err(_) => self.attempt(WAS_CLICKED, "").await == Some(json!(true)),
                },
                Err(_) => false,
            },
            Popups::Blocked => self.attempt(CLICK_UNBIDDEN, label).await == Some(json!(true)),
        }
    }

    /// Types `text` into the field whose label begins with `label`, if it is there now; whether it was.
    pub(crate) async fn try_fill(&self, label: &str, text: &str) -> bool {
        let Ok(field) = self.find("return field(arguments[0])", label).await else { return false };
        field.clear().await.is_ok() && field.send_keys(text).await.is_ok()
    }

    /// Moves the pointer over what `selector` finds in the element.
    pub(crate) async fn point_at(&self, selector: &str) {
        let place = "const found = root.querySelector(arguments[0]);
            found.scrollIntoView({ block: 'nearest', behavior: 'instant' });
            const box = found.getBoundingClientRect();
            return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]";
        let place = self.eval(place, vec![json!(selector)]).await;
        let at = |index: usize| place[index].as_i64().expect("a number");
        let chain = self.driver.action_chain();
        chain.move_to(at(0), at(1)).perform().await.expect("the pointer moves");
    }

    /// Presses what is under the pointer, and holds it.
    pub(crate) async fn press(&self) {
        self.driver.action_chain().click_and_hold().perform().await.expect("it is pressed");
    }

    /// Moves the pointer to the edge of the page, and lets go of what is pressed.
    pub(crate) async fn point_away(&self) {
        self.driver.action_chain().move_to(1, 1).release().perform().await.expect("let go");
    }

    /// What can be read off the square at this moment; a frame may change under the camera.
    async fn try_qr(&self) -> Option<String> {
        let square = self.find("return root?.querySelector('.qr')", "").await.ok()?;
        read_qr(&square.screenshot_as_png().await.ok()?)
    }

    async fn find(&self, script: &str, argument: &str) -> WebDriverResult<WebElement> {
        let script = format!("{PRELUDE}\n{script}");
        self.driver.execute(script, vec![json!(argument)]).await.and_then(ScriptRet::element)
    }

    /// What `script` returns; nothing while one page follows another.
    pub(crate) async fn attempt(&self, script: &str, argument: &str) -> Option<Value> {
        let script = format!("{PRELUDE}\n{script}");
        let returned = self.driver.execute(script, vec![json!(argument)]).await;
        returned.ok().map(|returned| returned.json().clone())
    }

    async fn until(&self, script: &str, argument: &str, patience: Duration) {
        let seen = async {
            while self.attempt(script, argument).await != Some(json!(true)) {
                sleep(PAUSE).await;
            }
        };
        let seen = timeout(patience, seen).await.is_ok();
        assert!(seen, "waited in vain for {argument:?}: {}", self.shown().await);
    }

    /// What is on the screen, for the report of a failure.
    async fn shown(&self) -> String {
        let script = "return [location.pathname, link?.getAttribute('state'), \
            root?.textContent ?? document.body?.innerText].join(' ')";
        let shown = self.attempt(script, "").await.unwrap_or_default();
        shown.as_str().unwrap_or("no page").to_owned()
    }
}

/// How often the person looks again.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

/// What each script may use.
pub(super) const PRELUDE: &str = "
    const link = document.querySelector('ais-link');
    const root = link?.shadowRoot;
    const all = selector => [root, document]
        .flatMap(place => [...(place?.querySelectorAll(selector) ?? [])])
        .filter(it => it.checkVisibility());
    const control = label => all('button, a[href]').find(it => (it.querySelector('.name') ?? it).innerText.trim() === label);
    const field = label => all('label').find(it => it.innerText.trim().startsWith(label))?.control
        ?? all('input').find(it => it.ariaLabel?.startsWith(label));";

/// What says the label. The page then remembers whether it was clicked.
const FIND_TO_CLICK: &str = "
    const found = control(arguments[0]);
    window.wasClicked = false;
    found?.addEventListener('click', () => (window.wasClicked = true), { capture: true, once: true });
    return found;";
const WAS_CLICKED: &str = "return window.wasClicked === true";
/// A click without a person; `false` while the browser remembers one who clicked.
const CLICK_UNBIDDEN: &str = "
    const found = control(arguments[0]);
    if (!found || navigator.userActivation.isActive) return false;
    found.click();
    return true;";

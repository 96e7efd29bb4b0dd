//! What the person clicks and types: found by the words on it, in the element and on pages without one.

use serde_json::json;
use thirtyfour::error::WebDriverErrorInner;
use tokio::time::{sleep, timeout};

use super::script::PAUSE;
use super::{Browser, Popups};
use crate::support::SOON;

impl Browser {
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

    /// Clicks what says `label`, if it is there now; whether it was.
    pub(crate) async fn try_click(&self, label: &str) -> bool {
        match self.options.popups {
            Popups::AfterClick => match self.find(FIND_TO_CLICK, label).await {
                Ok(control) => match control.click().await {
                    Ok(()) => true,
                    // A window that closes itself at a click was clicked.
                    Err(error) if matches!(*error, WebDriverErrorInner::NoSuchWindow(_)) => true,
                    // The next screen may have replaced the control before the driver had finished.
                    Err(_) => self.try_ask(WAS_CLICKED, "").await == Some(json!(true)),
                },
                Err(_) => false,
            },
            Popups::Blocked => self.try_ask(CLICK_BY_SCRIPT, label).await == Some(json!(true)),
        }
    }

    /// Clicks what says `label` by a script: the driver's own click would scroll the page first.
    pub(crate) async fn click_without_scrolling(&self, label: &str) {
        self.run("control(arguments[0]).click()", vec![json!(label)]).await;
    }

    /// Whether a button or link says `label` and can be seen.
    pub(crate) async fn offers(&self, label: &str) -> bool {
        self.try_ask("return !!control(arguments[0])", label).await == Some(json!(true))
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

    /// Types `text` into the field whose label begins with `label`, if it is there now; whether it was.
    pub(crate) async fn try_fill(&self, label: &str, text: &str) -> bool {
        let Ok(field) = self.find("return field(arguments[0])", label).await else { return false };
        field.clear().await.is_ok() && field.send_keys(text).await.is_ok()
    }

    /// Puts `query` into the field above the list of banks, in place of its text.
    pub(crate) async fn search_for(&self, query: &str) {
        let script = "const search = root.querySelector('input');
            search.value = arguments[0];
            search.dispatchEvent(new Event('input', { bubbles: true }));";
        self.run(script, vec![json!(query)]).await;
    }

    /// What the person pastes, after something was copied.
    pub(crate) async fn pasted(&self) -> String {
        self.run("document.body.append(document.createElement('textarea'))", vec![]).await;
        let field = self.find("return document.querySelector('textarea')", "").await;
        let field = field.expect("it was put there");
        field.send_keys("\u{e009}v").await.expect("keys are pressed");
        let script = "const area = document.querySelector('textarea');
            area.remove();
            return area.value";
        self.ask(script, vec![]).await
    }

    /// Moves the pointer over what `selector` finds in the element.
    pub(crate) async fn point_at(&self, selector: &str) {
        let (x, y) = self.middle_of(selector, "nearest").await;
        let chain = self.driver.action_chain();
        chain.move_to(x, y).perform().await.expect("the pointer moves");
    }

    /// Scrolls what `selector` finds in the element to the middle of the window, and clicks there.
    pub(crate) async fn click_in_the_middle(&self, selector: &str) {
        let (x, y) = self.middle_of(selector, "center").await;
        let chain = self.driver.action_chain();
        chain.move_to(x, y).click().perform().await.expect("the pointer clicks");
    }

    /// The middle of what `selector` finds, once it is scrolled to the place `block`.
    async fn middle_of(&self, selector: &str, block: &str) -> (i64, i64) {
        let script = "const found = root.querySelector(arguments[0]);
            found.scrollIntoView({ block: arguments[1], behavior: 'instant' });
            const box = found.getBoundingClientRect();
            return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]";
        self.ask(script, vec![json!(selector), json!(block)]).await
    }

    /// Presses the button of the pointer where it is, and holds it.
    pub(crate) async fn hold_pointer(&self) {
        self.driver.action_chain().click_and_hold().perform().await.expect("it is pressed");
    }

    /// Moves the pointer to the edge of the page, and releases its button.
    pub(crate) async fn point_away(&self) {
        self.driver.action_chain().move_to(1, 1).release().perform().await.expect("it moves");
    }
}

/// The control that says the label. The page then remembers whether it was clicked.
const FIND_TO_CLICK: &str = "
    const found = control(arguments[0]);
    window.wasClicked = false;
    found?.addEventListener('click', () => (window.wasClicked = true), { capture: true, once: true });
    return found;";
const WAS_CLICKED: &str = "return window.wasClicked === true";
/// A click that the browser takes for none of a person; `false` while it remembers one of a person.
const CLICK_BY_SCRIPT: &str = "
    const found = control(arguments[0]);
    if (!found || navigator.userActivation.isActive) return false;
    found.click();
    return true;";

//! The challenge on the screen: the QR code, its clock, and the links that start the app on this device.

use tokio::time::{sleep, timeout};

use super::Browser;
use super::script::PAUSE;
use crate::support::SOON;
use crate::support::pixels::read_qr;

impl Browser {
    /// The text of the QR code on the screen, read off a screenshot.
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

    /// What can be read off the code at this moment; its frame may change between question and screenshot.
    async fn try_qr(&self) -> Option<String> {
        let square = self.find("return root?.querySelector('.qr')", "").await.ok()?;
        read_qr(&square.screenshot_as_png().await.ok()?)
    }

    /// Whether a code is drawn.
    pub(crate) async fn has_drawn_code(&self) -> bool {
        self.ask("return !!root.querySelector('.qr svg, .qr canvas')", vec![]).await
    }

    /// Whether the screen has anything that a screen reader takes for a picture.
    pub(crate) async fn has_picture(&self) -> bool {
        self.ask("return !!root.querySelector('.screen [role=img]')", vec![]).await
    }

    /// What a screen reader calls the code, once it is a picture: where an answer is late, words are in its place for a moment.
    pub(crate) async fn code_label(&self) -> String {
        let script = "return root.querySelector('.qr > [role=img]')?.ariaLabel";
        let read = async {
            loop {
                if let Some(label) = self.ask::<Option<String>>(script, vec![]).await {
                    return label;
                }
                sleep(PAUSE).await;
            }
        };
        timeout(SOON, read).await.expect("the code is a picture")
    }

    /// How many pixels wide the code is.
    pub(crate) async fn code_width(&self) -> f64 {
        self.ask("return root.querySelector('.qr').getBoundingClientRect().width", vec![]).await
    }

    /// Whether the code fills the screen.
    pub(crate) async fn has_full_code(&self) -> bool {
        self.ask("return !!root.querySelector('dialog[open] .qr')", vec![]).await
    }

    /// Whether the code fills the screen above all else on the page.
    pub(crate) async fn has_modal_code(&self) -> bool {
        self.ask("return !!root.querySelector('dialog:modal .qr')", vec![]).await
    }

    /// Taps the code that fills the screen.
    pub(crate) async fn tap_full_code(&self) {
        self.run("root.querySelector('.full .qr').click()", vec![]).await;
    }

    /// The buttons beside the code that fills the screen.
    pub(crate) async fn full_code_buttons(&self) -> Vec<String> {
        let script = "return [...root.querySelectorAll('dialog[open] button')]
            .filter(it => it.checkVisibility()).map(it => it.innerText)";
        self.ask(script, vec![]).await
    }

    /// Moves the element down until half of the code is below the edge of the window, as on a small one.
    pub(crate) async fn push_code_below_the_edge(&self) {
        let script = "const { top } = root.querySelector('.qr').getBoundingClientRect();
            link.style.marginTop = `${innerHeight - top - 100}px`";
        self.run(script, vec![]).await;
    }

    /// Moves the element back to its place.
    pub(crate) async fn pull_code_back(&self) {
        self.run("link.style.marginTop = ''", vec![]).await;
    }

    /// What is said about a code that is not fully visible.
    pub(crate) async fn cut_off_notice(&self) -> String {
        self.ask("return root.querySelector('.cut').textContent", vec![]).await
    }

    /// Waits until nothing is said about a code that is not fully visible.
    pub(crate) async fn no_cut_off_notice(&self) {
        let script = "return root?.querySelector('.cut').textContent === ''";
        self.until(script, "no notice", SOON).await;
    }

    /// The seconds that the countdown shows; 0 where it shows none.
    pub(crate) async fn seconds_left(&self) -> u64 {
        let script =
            "return Number(root.querySelector('.countdown').textContent.match(/[0-9]+/)?.[0] ?? 0)";
        self.ask(script, vec![]).await
    }

    /// The link that starts the app on this device, without the address that it comes back to.
    pub(crate) async fn start_link(&self) -> String {
        self.screen("challenge").await;
        let href: String = self.ask("return root.querySelector('a.action').href", vec![]).await;
        let (start, _) = href.split_once("&redirect=").expect("a start link");
        start.to_owned()
    }

    /// The token with which the app on this device starts, and the address to which it returns.
    pub(crate) async fn start_token_and_return(&self) -> (String, String) {
        let script = "const given = new URL(root.querySelector('a.action').href).searchParams;
            return [given.get('autostarttoken'), given.get('redirect')];";
        self.ask(script, vec![]).await
    }

    /// Taps the link that starts the app. No app is there, so the link is not followed.
    pub(crate) async fn tap_start_link(&self) {
        let script = "const start = root.querySelector('a.action');
            start.addEventListener('click', event => event.preventDefault());
            start.click()";
        self.run(script, vec![]).await;
    }

    /// Each link's address without its query, and its referrer policy.
    pub(crate) async fn links(&self) -> Vec<(String, String)> {
        let script = "return [...root.querySelectorAll('a')]
            .map(it => [it.href.split('?')[0], it.referrerPolicy])";
        self.ask(script, vec![]).await
    }

    /// The targets of all links, each once.
    pub(crate) async fn link_targets(&self) -> Vec<String> {
        let script = "return [...new Set([...root.querySelectorAll('a')].map(it => it.target))]";
        self.ask(script, vec![]).await
    }

    /// How often the page has asked for the status of an authorisation.
    pub(crate) async fn status_questions(&self) -> u64 {
        self.questions("/authorisations/").await
    }
}

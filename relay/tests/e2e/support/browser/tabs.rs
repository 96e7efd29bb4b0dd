//! Tabs, windows and frames of one browser, which share its cookies.

use serde_json::json;
use thirtyfour::WindowHandle;
use tokio::time::{sleep, timeout};

use super::Browser;
use super::script::PAUSE;
use crate::support::SOON;

/// A tab, or a window that a page opened.
pub(crate) type Tab = WindowHandle;

impl Browser {
    /// The tab that the person looks at.
    pub(crate) async fn tab(&self) -> Tab {
        self.driver.window().await.expect("the person looks at a tab")
    }

    /// All tabs and windows, in no order.
    pub(crate) async fn tabs(&self) -> Vec<Tab> {
        self.driver.windows().await.expect("the browser runs")
    }

    /// Opens an empty tab and turns to it.
    pub(crate) async fn new_tab(&self) -> Tab {
        let tab = self.driver.new_tab().await.expect("a tab opens");
        self.switch_to(&tab).await;
        tab
    }

    /// Opens an empty window beside the others, which stay visible, and turns to it.
    pub(crate) async fn new_window(&self) -> Tab {
        let window = self.driver.new_window().await.expect("a window opens");
        self.switch_to(&window).await;
        window
    }

    /// Turns to `tab`.
    pub(crate) async fn switch_to(&self, tab: &Tab) {
        self.driver.switch_to_window(tab.clone()).await.expect("the tab is open");
    }

    /// Closes the tab that the person looks at, and turns to `next`.
    pub(crate) async fn close_tab(&self, next: &Tab) {
        self.driver.close_window().await.expect("a tab closes");
        self.switch_to(next).await;
    }

    /// Waits until a page has opened a window beside those in `known`, and turns to it.
    pub(crate) async fn switch_to_popup(&self, known: &[Tab]) -> Tab {
        let opened = async {
            loop {
                if let Some(tab) = self.tabs().await.into_iter().find(|tab| !known.contains(tab)) {
                    return tab;
                }
                sleep(PAUSE).await;
            }
        };
        let tab = timeout(SOON, opened).await.expect("a window opens");
        self.switch_to(&tab).await;
        tab
    }

    /// Waits until only `left` tabs are open: a page has closed its own.
    pub(crate) async fn wait_for_tabs(&self, left: usize) {
        let closed = async {
            while self.tabs().await.len() != left {
                sleep(PAUSE).await;
            }
        };
        timeout(SOON, closed).await.unwrap_or_else(|_| panic!("{left} tabs are left"));
    }

    /// Enters the first frame of the page: what follows is about the page in it.
    pub(crate) async fn enter_frame(&self) {
        self.driver.enter_frame(0).await.expect("there is a frame");
    }

    /// Whether the page is in no frame.
    pub(crate) async fn is_outermost(&self) -> bool {
        self.ask("return top === self", vec![]).await
    }

    /// Whether the page can reach the one that opened its window.
    pub(crate) async fn has_opener(&self) -> bool {
        self.ask("return window.opener !== null", vec![]).await
    }

    /// The path of the page, also of one in a frame.
    pub(crate) async fn path(&self) -> String {
        self.ask("return location.pathname", vec![]).await
    }

    /// The query of the page's address, with its question mark.
    pub(crate) async fn query(&self) -> String {
        self.ask("return location.search", vec![]).await
    }

    /// The name of the window.
    pub(crate) async fn window_name(&self) -> String {
        self.ask("return window.name", vec![]).await
    }

    /// Gives the window a name.
    pub(crate) async fn set_window_name(&self, name: &str) {
        self.run("window.name = arguments[0]", vec![json!(name)]).await;
    }

    /// Whether the browser opens a window for the page now that no click is recent.
    pub(crate) async fn opens_window_unasked(&self) -> bool {
        let script = "return new Promise(resolve =>
            setTimeout(() => resolve(window.open('there.html') !== null), 6000))";
        self.ask(script, vec![]).await
    }
}

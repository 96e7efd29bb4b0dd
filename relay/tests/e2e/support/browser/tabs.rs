//! The person's tabs and windows: all of one browser, with the same cookies.

use thirtyfour::WindowHandle;
use tokio::time::{sleep, timeout};

use super::Browser;
use super::reading::PAUSE;
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

    /// Opens an empty tab and looks at it.
    pub(crate) async fn new_tab(&self) -> Tab {
        let tab = self.driver.new_tab().await.expect("a tab opens");
        self.look_at(&tab).await;
        tab
    }

    /// Opens an empty window beside the others, which stay in sight, and looks at it.
    pub(crate) async fn new_window(&self) -> Tab {
        let window = self.driver.new_window().await.expect("a window opens");
        self.look_at(&window).await;
        window
    }

    /// Looks at `tab`.
    pub(crate) async fn look_at(&self, tab: &Tab) {
        self.driver.switch_to_window(tab.clone()).await.expect("the tab is open");
    }

    /// Closes the tab that the person looks at, and looks at `next`.
    pub(crate) async fn close_tab(&self, next: &Tab) {
        self.driver.close_window().await.expect("a tab closes");
        self.look_at(next).await;
    }

    /// Waits until a page has opened a window beside those in `known`, and looks at it.
    pub(crate) async fn look_at_popup(&self, known: &[Tab]) -> Tab {
        let opened = async {
            loop {
                if let Some(tab) = self.tabs().await.into_iter().find(|tab| !known.contains(tab)) {
                    return tab;
                }
                sleep(PAUSE).await;
            }
        };
        let tab = timeout(SOON, opened).await.expect("a window opens");
        self.look_at(&tab).await;
        tab
    }

    /// Waits until only `left` tabs are open: a page closed its own.
    pub(crate) async fn tabs_left(&self, left: usize) {
        let closed = async {
            while self.tabs().await.len() != left {
                sleep(PAUSE).await;
            }
        };
        timeout(SOON, closed).await.unwrap_or_else(|_| panic!("{left} tabs are left"));
    }
}

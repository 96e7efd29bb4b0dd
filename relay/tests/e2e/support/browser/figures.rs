//! What the benchmark of pages asks of Chromium. The page has the functions of `benches/pages/measure.js`.

use serde_json::{Value, json};

use super::Browser;

impl Browser {
    /// Makes the page's processor so many times slower, and keeps no file from an earlier visit.
    pub(crate) async fn throttle(&self, times: u32) {
        self.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await;
    }

    /// Milliseconds from the navigation to the list of banks, and from the tap to the QR code.
    pub(crate) async fn measure(&self) -> [f64; 2] {
        let took: Value = self.ask_later("measure().then(done)", vec![]).await;
        ["list", "code"].map(|name| took[name].as_f64().unwrap_or_else(|| panic!("{took}")))
    }

    /// Milliseconds from a letter in the search to the frame with what was found.
    pub(crate) async fn keystroke(&self) -> f64 {
        let search =
            "until(root => root.querySelectorAll('li').length > 2000).then(keystroke).then(done)";
        self.ask_later(search, vec![]).await
    }
}

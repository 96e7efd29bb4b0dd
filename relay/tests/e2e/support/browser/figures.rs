//! What the benchmark of pages asks of Chromium. The page has the functions of `benches/pages/measure.js`.

use serde_json::{Value, json};
use tokio::time::{Duration, sleep};

use super::Browser;
use crate::support::World;

/// A visitor's machine.
#[derive(Clone, Copy)]
pub(crate) struct Machine {
    /// So many times slower than this one.
    pub(crate) slower: u32,
    /// Its network; none is the one of this machine.
    pub(crate) network: Option<Network>,
}

/// A network: its delay in milliseconds, and the bytes a second that come down and go up.
#[derive(Clone, Copy)]
pub(crate) struct Network {
    pub(crate) delay: u32,
    pub(crate) down: u32,
    pub(crate) up: u32,
}

impl Browser {
    /// Makes the page's processor and network as slow as those of `machine`. A slow network stays.
    pub(crate) async fn slow_down(&self, machine: Machine) {
        self.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": machine.slower })).await;
        let Some(Network { delay, down, up }) = machine.network else { return };
        // It tells the driver of each request, which takes time of its own.
        self.devtools("Network.enable", json!({})).await;
        let network = json!({
            "offline": false, "latency": delay, "downloadThroughput": down, "uploadThroughput": up,
        });
        self.devtools("Network.emulateNetworkConditions", network).await;
    }

    /// Opens `page` as on the first visit: no cookie and no file is there.
    pub(crate) async fn visit(&self, page: &str, world: &World) {
        self.devtools("Network.clearBrowserCache", json!({})).await;
        self.open_page_as_new_visitor(&world.url(page), world).await;
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

    /// Milliseconds that the page's main thread works for a frame of an animated code: the question, its answer, the
    /// drawing and the clock beside it.
    pub(crate) async fn frame(&self) -> f64 {
        self.devtools("Performance.enable", json!({})).await;
        self.ask_later::<Value>("animate().then(done)", vec![]).await;
        let (worked, frames) = (self.worked().await, self.status_questions().await);
        sleep(WATCHED).await;
        let (worked, frames) =
            (self.worked().await - worked, self.status_questions().await - frames);
        self.devtools("Performance.disable", json!({})).await;
        assert!(frames > 2, "the code stands still");
        #[expect(clippy::cast_precision_loss, reason = "they are few")]
        let frames = frames as f64;
        worked * 1000.0 / frames
    }

    /// Seconds that the page's main thread has worked.
    async fn worked(&self) -> f64 {
        let [worked] = self.metrics(["TaskDuration"]).await;
        worked.as_f64().expect("the tasks are measured")
    }
}

/// How long a moving code is watched.
const WATCHED: Duration = Duration::from_secs(6);

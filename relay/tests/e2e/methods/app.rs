//! Approving in the BankID app: by a QR code that is read off the screen, or by a link.

use std::time::Duration;

use protocol::profile::{AfterPickUp, Challenge, Method, MethodDevice};
use sandbox::{PendingOrder, SignOutcome};

use super::data::Bank;
use super::{Answer, Lane};

/// Starts the app as `method` wants it, as often as the bank wants it, and answers there.
pub(super) async fn answer(lane: &Lane, bank: &Bank, method: &Method, answer: Answer) -> String {
    let Lane { world, browser } = lane;
    // The page gets no other methods: it would choose the best.
    let id = method.id.as_str();
    let others = format!(r#"\{{[^{{}}]*"authenticationMethodId":\s*"(?!{id}")[^{{}}]*\}}\s*,?"#);
    browser.rewrite_answers(&others, "").await;
    browser.rewrite_answers(r",\s*\]", "]").await;
    browser.click(label(method.device)).await;
    let mut frames = 0;
    for scan in 1..=bank.profile.scans {
        if scan > 1 {
            browser.reads(&format!("Step {scan} of {}", bank.profile.scans)).await;
        }
        let (order, seen) = lane.start(bank, method, answer).await;
        frames += seen;
        assert_eq!(order.method, method.id);
        assert_eq!((order.bank.as_str(), order.step as u64), (bank.name.as_str(), scan));
        if bank.profile.after_pick_up == AfterPickUp::Goes {
            browser.screen("signing").await;
        }
        if answer == Answer::Refuse {
            world.decline(&order);
            return format!("refused at scan {scan}");
        }
        match world.sign(&order) {
            SignOutcome::NextStep { .. } => {
                assert!(scan < bank.profile.scans, "one more than the profile says");
            }
            SignOutcome::Finished => {
                assert_eq!(scan, bank.profile.scans, "one less than the profile says");
            }
        }
    }
    let way = match method.device {
        MethodDevice::This => "by the start link".to_owned(),
        MethodDevice::Other | MethodDevice::Any => format!("by QR code, {frames} read"),
    };
    format!("linked {way}, {} signed", bank.profile.scans)
}

impl Lane {
    /// Starts the app for the challenge on the screen; gives the order, and how many frames were read.
    async fn start(&self, bank: &Bank, method: &Method, answer: Answer) -> (PendingOrder, usize) {
        let Self { world, browser } = self;
        if method.device == MethodDevice::This {
            return (world.scan(&browser.start_link().await), 0);
        }
        let first = browser.qr().await;
        let frames = match (method.challenge, answer) {
            (Challenge::Text | Challenge::Picture, Answer::Approve) => FRAMES,
            _ => 1,
        };
        let mut read = vec![first];
        while read.len() < frames {
            world.sandbox.advance(Duration::from_secs(1));
            let next = browser.qr_after(read.last().expect("one was read")).await;
            assert!(!read.contains(&next), "{}: a frame comes once", bank.name);
            read.push(next);
        }
        let animated = matches!(method.challenge, Challenge::Text | Challenge::Picture);
        let scheme = if animated { "bankid." } else { "bankid:///?autostarttoken=" };
        assert!(read.iter().all(|text| text.starts_with(scheme)), "{}", bank.name);
        let newest = read.last().expect("one was read");
        (world.scan(newest), read.len())
    }
}

/// The button for an app on that device.
fn label(device: MethodDevice) -> &'static str {
    match device {
        MethodDevice::This => "BankID on this device",
        MethodDevice::Other | MethodDevice::Any => "Show QR code",
    }
}

/// How many different frames of an animated code are read.
const FRAMES: usize = 3;

//! Pictures of every screen in both schemes and two widths, on one sheet: `cargo xtask screens`. Nothing is
//! checked here but that each screen comes; what is on it is for the eye.

mod banks;
mod camera;
mod endings;
mod pages;
mod sheet;
mod walk;

use self::walk::Walk;
use crate::support::Size;

/// The name of each screen on the sheet, in the order in which a person meets them.
const SCREENS: [&str; 35] = [
    "idle",
    "loading-banks",
    "choose-bank",
    "choose-bank-searched",
    "choose-bank-none-found",
    "choose-affiliated",
    "ready-bankid",
    "ready-bank-page",
    "ready-both",
    "preparing",
    "choose-method",
    "challenge-qr",
    "challenge-this-device",
    "challenge-second-step",
    "challenge-troubled",
    "signing",
    "redirecting",
    "at-bank",
    "finishing",
    "linked",
    "cancelled",
    "rejected",
    "expired",
    "refused",
    "busy",
    "platform-failed",
    "service-failed",
    "unreachable",
    "session-lost",
    "unconfirmed",
    "foreign-completion",
    "exchange-failed",
    "return-failed",
    "late",
    "misconfigured",
];

/// Goes through all screens on a screen of `size`.
async fn walk(size: Size, width: u32) {
    let walk = Walk::new(size, width).await;
    walk.banks().await;
    walk.banks_pages().await;
    walk.endings().await;
    walk.end().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask screens"]
async fn every_screen_is_on_the_sheet() {
    tokio::join!(walk(Size::Phone, 360), walk(Size::Desktop, 1280));
    sheet::compose().await;
}

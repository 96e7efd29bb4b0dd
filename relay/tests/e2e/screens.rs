//! The way through every screen. `cargo xtask screens` takes pictures of them on it, in both schemes and two
//! widths, on one sheet: what is on them is for the eye. The tests of accessibility go the same way.

mod banks;
mod camera;
mod endings;
mod pages;
mod sheet;
mod walk;

use std::env;
use std::sync::Mutex;

use self::walk::{Eye, Walk};
use crate::support::{Browser, Scheme, Size, Wishes};

/// The name of each screen on the sheet by part of the way, in the order in which a person meets them.
const SCREENS: [(&str, &[&str]); 6] = [
    (
        "Choosing a bank",
        &[
            "idle",
            "loading-banks",
            "choose-bank",
            "choose-bank-pressed",
            "choose-bank-searched",
            "choose-bank-none-found",
            "choose-affiliated",
        ],
    ),
    (
        "Getting ready",
        &[
            "ready-bankid",
            "ready-bank-page",
            "ready-both",
            "ready-pressed",
            "ready-pressed-outlined",
            "ready-pressed-quiet",
            "ready-note",
            "ready-company",
            "ready-in-app",
            "preparing",
            "choose-method",
        ],
    ),
    (
        "Approving",
        &[
            "challenge-qr",
            "challenge-this-device",
            "challenge-second-step",
            "challenge-troubled",
            "challenge-enlarged",
            "challenge-stale",
            "challenge-cut",
            "challenge-at-zero",
            "challenge-in-app",
            "signing",
            "signing-unseen",
            "redirecting",
            "at-bank",
        ],
    ),
    ("Linked", &["finishing", "linked"]),
    (
        "Ended by the person or the bank",
        &["cancelled", "rejected", "expired", "refused", "busy", "late"],
    ),
    (
        "Faults",
        &[
            "platform-failed",
            "garbled",
            "no-method",
            "service-failed",
            "unreachable",
            "offline",
            "session-lost",
            "cookies-blocked",
            "other-site",
            "unconfirmed",
            "foreign-completion",
            "exchange-failed",
            "return-failed",
            "misconfigured",
        ],
    ),
];

/// The screens that tell most in little room.
const EXCERPT: [&str; 8] = [
    "choose-bank",
    "ready-both",
    "challenge-qr",
    "challenge-this-device",
    "signing",
    "linked",
    "expired",
    "foreign-completion",
];

/// Goes through all screens; what a screen reader had of them, where that was asked.
async fn walk(name: &str, wishes: Wishes, eye: Eye) -> String {
    let walk = Walk::new(name, wishes, eye).await;
    walk.banks().await;
    walk.banks_pages().await;
    walk.endings().await;
    walk.end().await
}

/// Goes through all screens and checks each: on a desktop in Chromium, on a phone and dark in the other
/// browser. What a screen reader has of them is empty where the browser does not tell.
pub(crate) async fn read_every_screen() -> String {
    let wishes = if Browser::has_devtools() {
        Wishes::default()
    } else {
        Wishes { scheme: Scheme::Dark, size: Size::Phone, ..Wishes::default() }
    };
    walk("looks-screens", wishes, Eye::Checks(Mutex::default())).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask screens"]
async fn every_screen_is_on_the_sheet() {
    let on = |size| Wishes { size, ..Wishes::default() };
    tokio::join!(
        walk("screens-360", on(Size::Phone), Eye::Camera(360)),
        walk("screens-1280", on(Size::Desktop), Eye::Camera(1280)),
    );
    sheet::compose().await;
    if let Some(file) = env::var_os("AIS_LINK_EXCERPT") {
        sheet::excerpt(file.as_ref()).await;
    }
}

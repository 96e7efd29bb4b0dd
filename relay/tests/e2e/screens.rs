//! The way through every screen. `cargo xtask screens` takes a picture of each, in both schemes and two widths, and puts
//! all on one sheet, for people to look at. The tests of accessibility go the same way.

mod accounts;
mod banks;
mod camera;
mod endings;
mod host;
mod pages;
mod sheet;
mod walk;

use std::env;
use std::sync::Mutex;

use self::walk::{Task, Walk};
use crate::support::{Browser, Options, Scenario, Scheme, Size, scenario};

/// The name of each screen on the sheet by part of the way, in the order in which a person meets them.
const SCREENS: [(&str, &[&str]); 7] = [
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
            "choose-bank-purpose",
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
            "ready-purpose",
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
    ("Linked", &["finishing", "linked", "linked-without-data"]),
    (
        "Ended by the person or the bank",
        &[
            "cancelled",
            "rejected",
            "expired",
            "refused",
            "busy",
            "late",
            "opened-elsewhere",
            "link-over",
        ],
    ),
    (
        "What the person has linked",
        &[
            "accounts-loading",
            "accounts-empty",
            "accounts-connections",
            "accounts-permissions",
            "accounts-expiring",
            "accounts-broken",
            "accounts-expired",
            "accounts-reading",
            "accounts-accounts",
            "accounts-transactions",
            "accounts-more",
            "accounts-sign-again",
            "accounts-too-often",
            "accounts-unread",
            "accounts-remove",
            "accounts-not-removed",
            "accounts-removed",
            "accounts-over",
            "accounts-elsewhere",
            "accounts-cookies",
            "accounts-unreachable",
            "accounts-misconfigured",
        ],
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

/// The screens that show most in little room.
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

/// Goes through all screens; gives what a screen reader had of them, where that was asked.
async fn walk(scenario: &Scenario, options: Options, task: Task) -> String {
    let walk = Walk::new(scenario, options, task).await;
    walk.banks().await;
    walk.banks_pages().await;
    walk.endings().await;
    walk.host().await;
    walk.read()
}

/// Goes through all screens and checks each: on a desktop in Chromium, on a phone and dark in the other
/// browser. What a screen reader has of them is empty where the browser has no accessibility tree for us.
pub(crate) async fn read_every_screen(scenario: &Scenario) -> String {
    walk(scenario, options_of_a_check(), Task::Check(Mutex::default())).await
}

/// The same for `<ais-accounts>`.
pub(crate) async fn read_every_screen_of_accounts(scenario: &Scenario) -> String {
    accounts::walk(scenario, options_of_a_check(), Task::Check(Mutex::default())).await
}

fn options_of_a_check() -> Options {
    if Browser::has_devtools() {
        Options::default()
    } else {
        Options { scheme: Scheme::Dark, size: Size::Phone, ..Options::default() }
    }
}

scenario!(every_screen_is_on_the_sheet, async |scenario| {
    let on = |size| Options { size, ..Options::default() };
    tokio::join!(
        walk(&scenario, on(Size::Phone), Task::Picture(360)),
        walk(&scenario, on(Size::Desktop), Task::Picture(1280)),
    );
    tokio::join!(
        accounts::walk(&scenario, on(Size::Phone), Task::Picture(360)),
        accounts::walk(&scenario, on(Size::Desktop), Task::Picture(1280)),
    );
    sheet::compose(&scenario).await;
    if let Some(file) = env::var_os("AIS_LINK_EXCERPT") {
        sheet::excerpt(&scenario, file.as_ref()).await;
    }
});

//! The browsers, as a table: which form of link each takes, and how BankID returns to it.
//!
//! The first row with the browser's platform and a word of its user agent counts. Only Safari gets an
//! address to return to, and only a user agent without any product beyond Safari's counts as Safari: many
//! others claim to be Safari, and a return in the wrong browser ends a link that its person has signed.
//! Where the sources disagree (Edge, Brave, Opera and others on iOS, all of Android), and for an unknown
//! browser, BankID gets no return address: the person switches back by hand.

mod apps;

use self::apps::{APPS, App};

/// How a browser on its platform starts the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) platform: Platform,
    pub(super) form: Form,
    pub(super) back: Back,
    pub(super) place: Place,
}

/// The kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Platform {
    /// iPhone and iPad.
    Ios,
    Android,
    /// All other devices.
    Desktop,
}

/// The form of a start link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An https address that belongs to the app.
    Universal,
    /// The app's own scheme.
    Scheme,
}

/// Where the app goes at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// To an address: the relay's, which binds the return to this browser's session and leads to the page,
    /// at the price of a reload; or, where the relay has none, the page's own with a fragment, which does
    /// not reload.
    Page,
    /// To the app with this scheme, in its present state. An address would open a new tab in it.
    App(&'static str),
    /// Nowhere: Android returns to the last app by itself.
    Nowhere,
}

/// What shows the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Browser,
    /// Another app's own view, which often cannot start an app.
    App,
}

impl Row {
    /// The row for a user agent, and the number of touch points.
    pub(super) fn of(user_agent: &str, touch_points: i32) -> Self {
        let has = |mark: &str| words(user_agent).any(|word| is(word, mark));
        // An iPad calls itself a Mac; its touch screen shows the difference.
        if has("iPhone") || has("iPad") || (has("Macintosh") && touch_points > 1) {
            ios(user_agent)
        } else if has("Android") {
            android(user_agent)
        } else {
            let (platform, form) = (Platform::Desktop, Form::Scheme);
            Self { platform, form, back: Back::Nowhere, place: Place::Browser }
        }
    }
}

fn ios(user_agent: &str) -> Row {
    let row = |form, back, place| Row { platform: Platform::Ios, form, back, place };
    if let Some(app) = app_in(user_agent) {
        return row(Form::Scheme, app.back, Place::App);
    }
    let mut products = products(user_agent);
    if !products.clone().any(|name| name == "Safari") {
        // A view that does not name Safari, or a page on the home screen: Safari would open elsewhere.
        return row(Form::Scheme, Back::Nowhere, Place::App);
    }
    // The first product that Safari does not have.
    let other = products.clone().find(|name| !SAFARI.contains(name));
    let back = match other {
        None if products.any(|name| name == "Version") => Back::Page,
        Some("CriOS") if only(user_agent, "CriOS") => Back::App("googlechromes://"),
        Some("FxiOS") if only(user_agent, "FxiOS") => Back::App("firefox://"),
        _ => Back::Nowhere,
    };
    row(Form::Universal, back, Place::Browser)
}

fn android(user_agent: &str) -> Row {
    let in_app = app_in(user_agent).is_some() || words(user_agent).any(|word| word == "wv");
    // Sources disagree whether it opens an app for an address; the scheme always works.
    let samsung = words(user_agent).any(|word| word == "SamsungBrowser");
    let form = if samsung && !in_app { Form::Scheme } else { Form::Universal };
    let place = if in_app { Place::App } else { Place::Browser };
    Row { platform: Platform::Android, form, back: Back::Nowhere, place }
}

fn app_in(user_agent: &str) -> Option<&'static App> {
    APPS.iter().find(|app| words(user_agent).any(|word| is(word, app.mark)))
}

fn words(user_agent: &str) -> impl Iterator<Item = &str> {
    user_agent.split(|char: char| !char.is_ascii_alphanumeric())
}

/// Some write their name directly after a number.
fn is(word: &str, mark: &str) -> bool {
    word.trim_start_matches(|char: char| char.is_ascii_digit()) == mark
}

/// The names of the products in a user agent (RFC 9110, section 10.1.5), and the rest of each comment
/// without the two that all have: the system's and the engine's.
fn products(user_agent: &str) -> impl Iterator<Item = &str> + Clone {
    let mut comments = 0;
    let outside = user_agent.split(['(', ')']).enumerate().filter(move |(place, text)| {
        let comment = place % 2 == 1;
        comments += usize::from(comment);
        !comment || (comments > 1 && *text != ENGINE)
    });
    let names = outside.flat_map(|(_, text)| text.split_ascii_whitespace());
    names.map(|product| product.split_once('/').map_or(product, |(name, _)| name))
}

/// Whether `mark` is the only product that Safari does not have.
fn only(user_agent: &str, mark: &str) -> bool {
    products(user_agent).all(|name| name == mark || SAFARI.contains(&name))
}

/// The products of Safari.
const SAFARI: [&str; 5] = ["Mozilla", "AppleWebKit", "Version", "Mobile", "Safari"];
const ENGINE: &str = "KHTML, like Gecko";

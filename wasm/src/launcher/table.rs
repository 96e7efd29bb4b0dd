//! What is known of each browser, as a table: which form of link it takes, and how BankID finds back.
//!
//! The first row whose platform is the browser's and whose mark is a word of the user agent counts. An address
//! to go back to has Safari alone, and a browser is taken for Safari only where its user agent has nothing that
//! Safari's has not: many others say that they are Safari, too, and a return in the wrong browser ends a link
//! that its person has signed. Where the sources disagree (Edge, Brave, Opera and others on iOS, all of
//! Android), and where a browser is not known, BankID is told nowhere to go: the person switches back by hand.

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
    /// All else.
    Desktop,
}

/// The form of a start link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An address of the web that belongs to the app.
    Universal,
    /// The app's own scheme.
    Scheme,
}

/// Where the app goes at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// To an address: the relay's, which binds the return to this browser's session and leads to the page, at the
    /// price of loading it again; or the page's own with a fragment, which does not, where the relay has none.
    Page,
    /// To the app that has this scheme, as it was left. An address would open a new tab in it.
    App(&'static str),
    /// Nowhere: Android goes back to the last app by itself.
    Nowhere,
}

/// What shows the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Browser,
    /// Another app's own view, which often starts no app.
    App,
}

impl Row {
    /// The row for a user agent, and the number of fingers that the screen feels.
    pub(super) fn of(user_agent: &str, touch_points: i32) -> Self {
        let has = |mark: &str| words(user_agent).any(|word| is(word, mark));
        // An iPad says that it is a Mac, and tells itself by its screen.
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
        // A view that is not even Safari by name, or a page on the home screen: Safari would be elsewhere.
        return row(Form::Scheme, Back::Nowhere, Place::App);
    }
    // The one product that Safari has not.
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
    // Does it follow an address to an app? Sources disagree; the scheme works in any case.
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

/// Some write their name right behind a number.
fn is(word: &str, mark: &str) -> bool {
    word.trim_start_matches(|char: char| char.is_ascii_digit()) == mark
}

/// The names of the products in a user agent (RFC 9110, section 10.1.5), and what is left of each comment but
/// the two that all have: the system, and the engine's.
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

/// Whether `mark` is the only product that Safari has not.
fn only(user_agent: &str, mark: &str) -> bool {
    products(user_agent).all(|name| name == mark || SAFARI.contains(&name))
}

/// The products of Safari.
const SAFARI: [&str; 5] = ["Mozilla", "AppleWebKit", "Version", "Mobile", "Safari"];
const ENGINE: &str = "KHTML, like Gecko";

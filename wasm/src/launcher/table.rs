//! What is known of each browser, as a table: which form of link it takes, and how BankID finds back.
//!
//! The first row whose platform is the browser's and whose mark is a word of the user agent counts.
//! Where the sources disagree (Edge, Brave, Opera and others on iOS, all of Android) BankID is told
//! nowhere to go: a wrong address opens a second tab, none leaves the person to switch back by hand.

/// One browser on one platform.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) platform: Platform,
    /// A word of the user agent; empty for whatever is left.
    mark: &'static str,
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
    pub(super) fn of(user_agent: &str, touch_points: i32) -> &'static Self {
        let words = user_agent.split(|char: char| !char.is_ascii_alphanumeric());
        let has = |mark: &str| mark.is_empty() || words.clone().any(|word| word == mark);
        // An iPad says that it is a Mac, and tells itself by its screen.
        let platform = if has("iPhone") || has("iPad") || (has("Macintosh") && touch_points > 1) {
            Platform::Ios
        } else if has("Android") {
            Platform::Android
        } else {
            Platform::Desktop
        };
        let row = ROWS.iter().find(|row| row.platform == platform && has(row.mark));
        row.unwrap_or(&DESKTOP)
    }
}

const fn ios(mark: &'static str, back: Back) -> Row {
    Row { platform: Platform::Ios, mark, form: Form::Universal, back, place: Place::Browser }
}

const fn android(mark: &'static str, form: Form) -> Row {
    Row { platform: Platform::Android, mark, form, back: Back::Nowhere, place: Place::Browser }
}

const fn in_app(mark: &'static str, platform: Platform, form: Form, back: Back) -> Row {
    Row { platform, mark, form, back, place: Place::App }
}

static DESKTOP: Row = Row {
    platform: Platform::Desktop,
    mark: "",
    form: Form::Scheme,
    back: Back::Nowhere,
    place: Place::Browser,
};

static ROWS: [Row; 21] = [
    in_app("Instagram", Platform::Ios, Form::Scheme, Back::App("instagram://")),
    in_app("FBAV", Platform::Ios, Form::Scheme, Back::App("fb://")),
    in_app("GSA", Platform::Ios, Form::Scheme, Back::Nowhere),
    ios("CriOS", Back::App("googlechromes://")),
    ios("FxiOS", Back::App("firefox://")),
    ios("EdgiOS", Back::Nowhere),
    ios("Brave", Back::Nowhere),
    ios("DuckDuckGo", Back::Nowhere),
    ios("Ddg", Back::Nowhere),
    ios("OPT", Back::Nowhere),
    ios("OPiOS", Back::Nowhere),
    ios("OPX", Back::Nowhere),
    ios("Safari", Back::Page),
    // A view that is not even Safari by name, or a page on the home screen: Safari would be elsewhere.
    in_app("", Platform::Ios, Form::Scheme, Back::Nowhere),
    in_app("Instagram", Platform::Android, Form::Universal, Back::Nowhere),
    in_app("FBAV", Platform::Android, Form::Universal, Back::Nowhere),
    in_app("wv", Platform::Android, Form::Universal, Back::Nowhere),
    // Does it follow an address to an app? Sources disagree; the scheme works in any case.
    android("SamsungBrowser", Form::Scheme),
    android("Firefox", Form::Universal),
    android("Chrome", Form::Universal),
    android("", Form::Universal),
];

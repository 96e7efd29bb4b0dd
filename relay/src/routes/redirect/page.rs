//! The relay's own pages, for a person who returned and whom the relay cannot send on.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use protocol::wire::Returned;

/// Why a person stays here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// All is well, and the page that began goes on.
    Done,
    /// The person, or the bank, said no.
    Declined,
    /// The bank or the platform failed.
    Failed,
    /// The time to approve was over.
    Late,
    /// This is another browser than the one that began.
    Foreign,
    /// The same, and the return has no effect.
    Elsewhere,
    /// The relay does not know this return.
    Unknown,
    /// The bank sent more than the relay reads.
    TooLong,
    /// The relay does not know the outcome at the moment.
    Trouble,
}

/// The languages of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Swedish,
}

impl Language {
    /// The browser's preferred language, if the pages have it.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let tags = asked.unwrap_or_default().split(',').map(str::trim_start);
        let is = |tag: &str, language: &str| {
            tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(language))
        };
        let ours = tags.filter_map(|tag| match tag {
            tag if is(tag, "sv") => Some(Self::Swedish),
            tag if is(tag, "en") => Some(Self::English),
            _ => None,
        });
        ours.take(1).next().unwrap_or(Self::English)
    }

    const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Swedish => "sv",
        }
    }
}

impl End {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Done | Self::Declined | Self::Failed | Self::Late | Self::Elsewhere => {
                StatusCode::OK
            }
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Unknown => StatusCode::BAD_REQUEST,
            Self::TooLong => StatusCode::URI_TOO_LONG,
            Self::Trouble => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// A heading, and a text with its meaning and what to do.
    const fn words(self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::English => self.english(),
            Language::Swedish => self.swedish(),
        }
    }

    const fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => (
                "You are done at the bank",
                "Close this window and go back to the page where you began. It goes on by itself.",
            ),
            Self::Declined => (
                "You said no at the bank",
                "Nothing was linked. Go back to the page where you began to try again.",
            ),
            Self::Failed => (
                "The bank could not finish",
                "Nothing was linked. Go back to the page where you began and try again.",
            ),
            Self::Late => (
                "It took too long",
                "Nothing was linked. Go back to the page where you began and try again.",
            ),
            Self::Foreign => (
                "This was begun in another browser",
                "Nothing was linked, and what you approved at the bank has been ended. If you began \
                 in another browser, go back there and try again. If somebody sent you a link, do \
                 not follow it: they may be after your account.",
            ),
            Self::Elsewhere => (
                "Go back to where you began",
                "You began in another browser. Open it: the page there goes on by itself.",
            ),
            Self::Unknown => (
                "There is nothing to do here",
                "This page is for the way back from the bank, once. Go back to the page where you \
                 began; if it does not go on, try again there.",
            ),
            Self::TooLong => (
                "The bank's answer cannot be read",
                "It is too long. Nothing was linked. Go back to the page where you began and try again.",
            ),
            Self::Trouble => (
                "It cannot be finished right now",
                "Nothing was lost. Load this page again in a moment.",
            ),
        }
    }

    const fn swedish(self) -> (&'static str, &'static str) {
        match self {
            Self::Done => (
                "Du är klar hos banken",
                "Stäng fönstret och gå tillbaka till sidan där du började. Den fortsätter av sig själv.",
            ),
            Self::Declined => (
                "Du sa nej hos banken",
                "Inget konto kopplades. Gå tillbaka till sidan där du började om du vill försöka igen.",
            ),
            Self::Failed => (
                "Banken kunde inte slutföra",
                "Inget konto kopplades. Gå tillbaka till sidan där du började och försök igen.",
            ),
            Self::Late => (
                "Det tog för lång tid",
                "Inget konto kopplades. Gå tillbaka till sidan där du började och försök igen.",
            ),
            Self::Foreign => (
                "Det här började i en annan webbläsare",
                "Inget konto kopplades, och det du godkände hos banken har avslutats. Började du i en \
                 annan webbläsare, gå tillbaka dit och försök igen. Har någon skickat en länk till \
                 dig, följ den inte: den kan vara ett försök att komma åt ditt konto.",
            ),
            Self::Elsewhere => (
                "Gå tillbaka dit där du började",
                "Du började i en annan webbläsare. Öppna den: sidan där fortsätter av sig själv.",
            ),
            Self::Unknown => (
                "Här finns inget att göra",
                "Den här sidan är till för vägen tillbaka från banken, en gång. Gå tillbaka till \
                 sidan där du började; fortsätter den inte, försök igen där.",
            ),
            Self::TooLong => (
                "Bankens svar går inte att läsa",
                "Det är för långt. Inget konto kopplades. Gå tillbaka till sidan där du började och \
                 försök igen.",
            ),
            Self::Trouble => (
                "Det går inte att slutföra just nu",
                "Inget har gått förlorat. Ladda om sidan om en liten stund.",
            ),
        }
    }
}

impl From<Option<Returned>> for End {
    fn from(returned: Option<Returned>) -> Self {
        match returned {
            None | Some(Returned::Completed | Returned::Exchanging) => Self::Done,
            Some(Returned::Declined) => Self::Declined,
            Some(Returned::Late) => Self::Late,
            Some(Returned::Foreign) => Self::Foreign,
            Some(Returned::Failed | Returned::ExchangeFailed | Returned::Unknown(_)) => {
                Self::Failed
            }
        }
    }
}

/// The page that posts the bank's parameters.
pub(super) fn coming_back(language: Language) -> Response {
    let (heading, text) = match language {
        Language::English => ("One moment", "You are being taken back to where you began."),
        Language::Swedish => ("Ett ögonblick", "Du kommer strax tillbaka dit där du började."),
    };
    let without = match language {
        Language::English => "Turn on JavaScript and load this page again to finish.",
        Language::Swedish => "Slå på JavaScript och ladda om sidan för att slutföra.",
    };
    let more = format!("<noscript><p>{without}</p></noscript>");
    html("return", language, heading, text, &more).into_response()
}

/// The page that says why a person stays here.
pub(super) fn end(end: End, language: Language) -> Response {
    let (heading, text) = end.words(language);
    let kind = if end == End::Trouble { "trouble" } else { "end" };
    (end.status(), html(kind, language, heading, text, "")).into_response()
}

/// No part of it comes from a request.
fn html(
    kind: &str,
    language: Language,
    heading: &str,
    text: &str,
    more: &str,
) -> impl IntoResponse {
    let language = language.tag();
    let page = format!(
        "<!doctype html>\n<html lang=\"{language}\" data-page=\"{kind}\">\n<head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{heading}</title>\n<link rel=\"stylesheet\" href=\"redirect.css\">\n\
         <script src=\"redirect.js\" defer></script>\n</head>\n<body>\n\
         <main>\n<h1>{heading}</h1>\n<p>{text}</p>\n{more}</main>\n</body>\n</html>\n"
    );
    let vary = (header::VARY, HeaderValue::from_static("accept-language"));
    ([vary], Html(page))
}

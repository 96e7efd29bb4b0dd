//! The screens of a bank's page. Every control has a stable id, for tests and for styles.

use super::html::{self, Html, Value};
use crate::platform::{Ended, Hint, PageView, Screen};

/// The bank's page as it is now, with a hint about the last input.
pub(super) fn page(view: &PageView<'_>, hint: Option<Hint>) -> Html {
    let (id, title) = name(&view.screen);
    let rules = view.bank.redirect.as_ref().expect("only a bank with redirects has visits");
    let bic = view.bank.bic.as_str();
    Html::fill(
        html::PAGE,
        &[
            ("screen", Value::Text(id)),
            ("title", Value::Text(title)),
            ("service", Value::Text(&rules.look.service)),
            ("bank", Value::Text(&view.bank.name)),
            ("bic", Value::Text(bic)),
            ("message", Value::Html(&message(hint))),
            ("main", Value::Html(&main(view))),
        ],
    )
}

/// The id of a screen, and its heading.
const fn name(screen: &Screen<'_>) -> (&'static str, &'static str) {
    match screen {
        Screen::UserId => ("screen-user-id", "Who are you?"),
        Screen::OpenApp => ("screen-open-app", "Approve with your code app"),
        Screen::App { .. } => ("screen-app", "Do you allow this?"),
        Screen::CodeList { .. } => ("screen-code-list", "Do you allow this?"),
        Screen::Buttons => ("screen-buttons", "Do you allow this?"),
        Screen::Approved => ("screen-approved", "You have allowed this"),
        Screen::Ended(Ended::Rejected, _) => ("screen-rejected", "You have refused this"),
        Screen::Ended(Ended::TimeOver, _) => ("screen-time-over", "Your time ran out"),
        Screen::Ended(Ended::Withdrawn, _) => ("screen-withdrawn", "This is no longer asked for"),
    }
}

fn main(view: &PageView<'_>) -> Html {
    let bank = ("bank", Value::Text(&view.bank.name));
    let digits = |digits| ("digits", Value::Text(digits));
    let way = match &view.screen {
        Screen::UserId => Html::fill(html::USER_ID, &[bank]),
        Screen::OpenApp => Html::fill(html::OPEN_APP, &[bank]),
        Screen::App { digits: it } => Html::fill(html::APP, &[digits(it)]),
        Screen::CodeList { digits: it } => Html::fill(html::CODE_LIST, &[digits(it)]),
        Screen::Buttons => Html::fill(html::BUTTONS, &[]),
        Screen::Approved | Screen::Ended(_, None) => {
            return Html::fill(CLOSE, &[]);
        }
        Screen::Ended(_, Some(_)) => return Html::fill(html::GO_BACK, &[]),
    };
    asked(view).then(&way).then(&Html::fill(html::LEAVE, &[]))
}

/// What the client asks for.
fn asked(view: &PageView<'_>) -> Html {
    let often = if view.terms.recurring {
        format!("As often as {} times a day without you", view.terms.frequency_per_day)
    } else {
        "Once".to_owned()
    };
    Html::fill(
        html::ASKED,
        &[
            ("client", Value::Text(view.client)),
            ("bank", Value::Text(&view.bank.name)),
            ("balances", Value::Html(&line(view.terms.access.has_balances(), BALANCES))),
            (
                "transactions",
                Value::Html(&line(view.terms.access.has_transactions(), TRANSACTIONS)),
            ),
            ("often", Value::Text(&often)),
            ("until", Value::Text(&view.terms.valid_until.to_string())),
        ],
    )
}

/// A line of the list, if the client asks for it.
fn line(asked: bool, line: &str) -> Html {
    if asked { Html::fill(line, &[]) } else { Html::default() }
}

fn message(hint: Option<Hint>) -> Html {
    let text = match hint {
        None => return Html::default(),
        Some(Hint::UserId) => "Write your user id, of at most 64 characters.",
        Some(Hint::Code) => "This is not the next code of your list.",
    };
    Html::fill(MESSAGE, &[("text", Value::Text(text))])
}

const BALANCES: &str = "        <li>the balances of these accounts</li>\n";
const TRANSACTIONS: &str = "        <li>the transactions of these accounts</li>\n";
const CLOSE: &str = "      <p>You can close this page.</p>\n";
const MESSAGE: &str = "      <p id=\"message\" role=\"alert\">{{text}}</p>\n";

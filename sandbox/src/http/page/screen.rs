//! The screens of a bank's page. Every control has a stable id, for tests and for styles.

use maud::{DOCTYPE, Markup, html};

use crate::platform::{Ended, Hint, PageView, Screen};

/// The bank's page as it is now, with a hint about the last input.
pub(super) fn page(view: &PageView<'_>, hint: Option<Hint>) -> Markup {
    let (id, title) = name(&view.screen);
    let rules = view.bank.redirect.as_ref().expect("only a bank with redirects has visits");
    let (bic, service) = (view.bank.bic.as_str(), &rules.look.service);
    document(
        &html! {
            title { (title) " – " (service) }
            link rel="icon" href={ "/logos/" (bic) ".svg" };
            link rel="stylesheet" href={ "/bank/" (bic) "/look.css" };
        },
        &html! {
            header {
                img src={ "/logos/" (bic) ".svg" } alt="" width="40" height="40";
                p { strong { (service) } span { (view.bank.name) } }
            }
            main id=(id) {
                h1 { (title) }
                @if let Some(hint) = hint {
                    p id="message" role="alert" { (message(hint)) }
                }
                (content(view))
            }
            footer { "A page of the sandbox. It is invented, and nothing that you do here is real." }
        },
    )
}

/// The platform's own page, for a link that does not work.
pub(super) fn refusal(reason: &str) -> Markup {
    document(
        &html! {
            title { "This link does not work" }
            link rel="icon" href="/bankid/icon.svg";
            link rel="stylesheet" href="/bank/look.css";
        },
        &html! {
            header { p { strong { "The platform" } span { "Sandbox" } } }
            main id="refused" {
                h1 { "This link does not work" }
                p id="reason" { (reason) }
                p { "Close this page and go back to where you came from." }
            }
            footer { "A page of the sandbox." }
        },
    )
}

fn document(head: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                (head)
            }
            body { (body) }
        }
    }
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

fn content(view: &PageView<'_>) -> Markup {
    let bank = &view.bank.name;
    let way = match &view.screen {
        Screen::UserId => user_id(bank),
        Screen::OpenApp => open_app(bank),
        Screen::App { digits } => app(digits),
        Screen::CodeList { digits } => code_list(digits),
        Screen::Buttons => html! {
            form method="post" {
                button id="approve" class="yes" name="action" value="approve" { "Allow" }
            }
        },
        Screen::Approved | Screen::Ended(_, None) => {
            return html! { p { "You can close this page." } };
        }
        Screen::Ended(_, Some(_)) => return go_back(),
    };
    html! {
        (asked(view))
        (way)
        form method="post" class="leave" {
            button id="reject" name="action" value="reject" { "No, refuse" }
            button id="too-long" name="action" value="too-long" { "Take too long" }
        }
    }
}

fn user_id(bank: &str) -> Markup {
    html! {
        form method="post" {
            label for="user-id" { "Your user id at " (bank) }
            input id="user-id" name="user-id" maxlength="64" autocomplete="off" autocapitalize="off"
                spellcheck="false" required aria-describedby="user-id-hint";
            p id="user-id-hint" class="hint" { "Any id will do: nobody here is real." }
            button id="continue" class="yes" name="action" value="continue" { "Continue" }
        }
    }
}

fn open_app(bank: &str) -> Markup {
    html! {
        p { "Open the code app of " (bank) " on your phone. On this page the app is only simulated." }
        form method="post" {
            button id="open-app" class="yes" name="action" value="open-app" { "Open the code app" }
        }
    }
}

fn app(digits: &str) -> Markup {
    html! {
        p { "Compare the number with the one in the app: " strong class="digits" { (digits) } }
        section class="app" aria-labelledby="app-name" {
            h2 id="app-name" { "Code app (simulated)" }
            p class="digits" { (digits) }
            form method="post" {
                button id="confirm" class="yes" name="action" value="confirm" {
                    "The numbers match, allow"
                }
            }
        }
    }
}

fn code_list(digits: &str) -> Markup {
    html! {
        section class="app" aria-labelledby="list-name" {
            h2 id="list-name" { "Your list of codes (simulated)" }
            p { "The next code is " strong id="expected-code" class="digits" { (digits) } }
        }
        form method="post" {
            label for="code" { "The next code of your list" }
            input id="code" name="code" maxlength="16" inputmode="numeric" autocomplete="off" required;
            button id="approve" class="yes" name="action" value="approve" { "Allow" }
        }
    }
}

fn go_back() -> Markup {
    html! {
        p { "Nothing was allowed. You can go back and begin again there." }
        form method="post" {
            button id="go-back" class="yes" name="action" value="go-back" { "Go back" }
        }
    }
}

/// What the client asks for.
fn asked(view: &PageView<'_>) -> Markup {
    let terms = &view.terms;
    html! {
        p { strong { (view.client) } " asks " (view.bank.name) " for:" }
        ul {
            li { "the list of your accounts, with their numbers and names" }
            @if terms.access.has_balances() { li { "the balances of these accounts" } }
            @if terms.access.has_transactions() { li { "the transactions of these accounts" } }
        }
        p {
            @if terms.recurring {
                "As often as " (terms.frequency_per_day) " times a day without you"
            } @else {
                "Once"
            }
            ", until " span class="date" { (terms.valid_until) } "."
        }
    }
}

const fn message(hint: Hint) -> &'static str {
    match hint {
        Hint::UserId => "Write your user id, of at most 64 characters.",
        Hint::Code => "This is not the next code of your list.",
    }
}

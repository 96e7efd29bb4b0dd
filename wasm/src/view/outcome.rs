//! How it ended: the accounts, or what happened and what to do next.

use protocol::flow::{Bank, Ending, Fault, Input, Linked, Next};
use protocol::wire::Account;

use super::Act;
use super::build::{Build, Screen};
use super::dom::{El, el};
use crate::browser::intl;
use crate::names::PART_ACCOUNT;
use crate::text::{Text, fill};

pub(super) fn linked(mut build: Build<'_>, linked: &Linked) -> Screen {
    let text = build.words();
    let bank = Some(&linked.bank);
    build.add_logo(&linked.bank);
    build.heading(&build.fill(text.linked_heading(), bank));
    if linked.accounts.is_empty() {
        build.paragraph("lead", text.linked_none());
    } else {
        build.paragraph("lead", &build.fill(text.linked_lead(), bank));
        let accounts = linked.accounts.iter().map(|each| account(each, text.locale()));
        build.add(&el("ul").class("accounts").add_all(accounts));
    }
    let another = build.plain(text.another(), || Act::Input(Input::Retry));
    build.foot([another]);
    build.finish("", None)
}

fn account(account: &Account, locale: &str) -> El {
    let number = account.iban.as_deref().map(grouped).or_else(|| account.bban.clone());
    let number = number.unwrap_or_default();
    let name =
        [&account.name, &account.product].into_iter().flatten().find(|name| !name.is_empty());
    let name = name.map_or(&*number, |name| name);
    let balance = account.balance().map(|balance| intl::amount(locale, &balance.balance_amount));
    let balance = balance.unwrap_or_else(|| account.currency.clone());
    el("li").class("account").part(PART_ACCOUNT).add_all([
        el("span").class("name").text(name),
        el("span").class("balance").text(&balance),
        el("span").class("number").text(&number),
    ])
}

/// An IBAN in groups of four, as it is printed (ISO 13616).
fn grouped(iban: &str) -> String {
    let mut grouped = String::with_capacity(iban.len() * 2);
    for (index, char) in iban.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push('\u{a0}');
        }
        grouped.push(char);
    }
    grouped
}

pub(super) fn ended(
    mut build: Build<'_>,
    bank: Option<&Bank>,
    ending: &Ending,
    message: Option<&str>,
    next: Next,
) -> Screen {
    let text = build.words();
    let (heading, help) = words(&text, ending, bank);
    build.heading(&build.fill(heading, bank));
    let help = build.fill(help, bank);
    build.paragraph("lead", &help);
    if let Some(message) = message {
        build.paragraph("message", message);
    }
    let retry = || Act::Input(Input::Retry);
    let other = || Act::Input(Input::Back);
    let label = match next {
        Next::Again => text.retry(),
        Next::NewCode => text.new_code(),
    };
    let retry = build.action(label, retry);
    let other = bank.map(|_| build.plain(text.other_bank(), other));
    build.foot([Some(retry), other].into_iter().flatten());
    if let (Ending::Failed(_), Some(code)) = (ending, build.show.support_code) {
        build.paragraph("support", &fill(text.support(), &[("code", code)]));
    }
    build.finish(&help, None)
}

fn words<'a>(text: &'a Text, ending: &Ending, bank: Option<&Bank>) -> (&'a str, &'a str) {
    let fault = match ending {
        Ending::Cancelled => return (text.cancelled_heading(), text.cancelled_help()),
        Ending::Failed(fault) => fault,
    };
    match (fault, bank) {
        (Fault::Rejected, _) => (text.rejected_heading(), text.rejected_help()),
        (Fault::Expired, _) => (text.expired_heading(), text.expired_help()),
        (Fault::Undecided, _) => (text.rejected_heading(), text.undecided_help()),
        (Fault::Unreachable, _) => (text.unreachable_heading(), text.unreachable_help()),
        (Fault::SessionLost, _) => (text.session_lost_heading(), text.session_lost_help()),
        (Fault::Unconfirmed, _) => (text.unconfirmed_heading(), text.unconfirmed_help()),
        (Fault::ForeignCompletion, _) => {
            (text.foreign_completion_heading(), text.foreign_completion_help())
        }
        (Fault::Late, _) => (text.late_heading(), text.late_help()),
        (Fault::ExchangeFailed, _) => (text.exchange_failed_heading(), text.exchange_failed_help()),
        (Fault::ReturnFailed, _) => (text.return_failed_heading(), text.return_failed_help()),
        (Fault::Busy, Some(_)) => (text.busy_heading(), text.busy_help()),
        (Fault::Refused(_), Some(_)) => (text.refused_heading(), text.refused_help()),
        (
            Fault::PlatformFailed | Fault::Garbled | Fault::ForeignLocation | Fault::NoMethod,
            Some(_),
        ) => (text.platform_failed_heading(), text.platform_failed_help()),
        // No bank has been asked yet: it is the service that does not answer.
        _ => (text.service_failed_heading(), text.service_failed_help()),
    }
}

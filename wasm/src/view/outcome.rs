//! The end: the accounts, or what happened and what to do next.

use protocol::Tick;
use protocol::flow::{Bank, Ending, Fault, Input, Linked, Next, View};
use protocol::wire::Account;

use super::build::{Build, Screen, Update};
use super::dom::{El, el};
use super::mark::{self, Mark};
use super::{Act, Show};
use crate::browser::{intl, page};
use crate::names::{PART_ACCOUNT, PART_LEAD, SLOT_ENDED, SLOT_LINKED};
use crate::text::{Place, fill};

pub(super) fn linked(mut build: Build<'_>, linked: &Linked) -> Screen {
    let text = build.words();
    build.mark(&mark::DONE);
    build.heading(text.linked_heading());
    match linked.accounts.as_deref() {
        // The host's own server reads them.
        None => {}
        Some([]) => build.lead(text.linked_none()),
        Some(accounts) => {
            build.lead(&build.fill(text.linked_lead()));
            let accounts = accounts.iter().map(|each| account(each, text.locale()));
            build.add(&el("ul").class("accounts").add_all(accounts));
        }
    }
    done_here(&build);
    build.slot(SLOT_LINKED);
    let another = build.plain(text.another(), retry);
    // A link session is for one link.
    another.set_shown(build.show.link_session.is_none());
    build.foot(&[another]);
    build.finish("", None)
}

fn account(account: &Account, locale: &str) -> El {
    let (kind, number) = account.number().unwrap_or_default();
    let number = if account.iban.is_some() { grouped(&number) } else { number };
    let mut names = [&account.name, &account.product].into_iter().flatten().map(|name| &**name);
    let name = names.find(|name| !name.trim().is_empty()).or(kind);
    // An account without a name is shown by its number, once.
    let (name, number) = name.map_or((&*number, ""), |name| (name, &*number));
    let balance = account.balance().map(|balance| intl::amount(locale, &balance.balance_amount));
    let balance = balance.unwrap_or_else(|| account.currency.clone().unwrap_or_default());
    el("li").part(PART_ACCOUNT).add_all([
        el("span").class("name").text(name),
        el("span").class("balance").text(&balance),
        el("span").class("number").text(number),
    ])
}

/// An IBAN in groups of four, as it is printed (ISO 13616).
fn grouped(iban: &str) -> String {
    let mut grouped = String::with_capacity(iban.len() * 2);
    for (index, char) in iban.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(char);
    }
    grouped
}

pub(super) fn ended(
    mut build: Build<'_>,
    bank: Option<&Bank>,
    ending: &Ending,
    next: Next,
) -> Screen {
    let text = build.words();
    let (heading, mut help) = text.pair(words(ending, bank));
    if matches!((ending, bank), (Ending::Failed(Fault::Unreachable), None)) {
        // Nothing has begun at a bank, so a retry repeats nothing.
        build.when_online(retry);
        if page::is_offline() {
            help = text.offline();
        }
    }
    build.mark(mark(ending));
    build.heading(heading);
    if matches!(ending, Ending::Failed(Fault::Expired)) && next != Next::Again {
        // The app did not answer. On a bank's own page there is no app.
        help = text.app_silent();
    }
    // Only the service's own page can make another link session.
    let over = match ending {
        Ending::Cancelled => build.show.link_session.is_some(),
        Ending::Failed(fault) => fault.is_of_link_session(),
    };
    if over && *ending == Ending::Cancelled {
        help = text.link_over_help();
    }
    let View::Ended { again_from, .. } = *build.show.view else { return build.finish("", None) };
    let mut help = build.fill(help);
    if let Some(moment) = again_from {
        help = rest(build.show, moment);
    }
    let lead = el("p").part(PART_LEAD).text(&help);
    build.add(&lead);
    build.add(&build.troubled);
    build.add(&build.message);
    done_here(&build);
    build.slot(SLOT_ENDED);
    let label = match next {
        Next::Again | Next::NewStart => text.retry(),
        Next::NewCode => text.new_code(),
    };
    let retry = build.action(label, retry);
    retry.set_shown(again_from.is_none() && !over);
    let other = build.other_bank();
    if bank.is_none() || over {
        other.set_shown(false);
    }
    build.foot(&[retry.clone(), other]);
    if let (Ending::Failed(_), Some(code)) = (ending, build.show.support_code) {
        let label = el("p").class("support").text(text.support());
        build.add(&label.add(&el("code").text(code)));
    }
    let live = build.live.clone();
    let update = again_from.map(|_| -> Update {
        Box::new(move |show: &Show<'_>| {
            let View::Ended { again_from, .. } = *show.view else { return };
            retry.set_shown(again_from.is_none());
            let words = match again_from {
                Some(moment) => rest(show, moment),
                None => show.text.rest_over().to_owned(),
            };
            if lead.say(&words) && again_from.is_none() {
                live.say(&words);
            }
        })
    });
    build.finish(&help, update)
}

/// The text that another try makes sense after `moment`.
fn rest(show: &Show<'_>, moment: Tick) -> String {
    let when = intl::after(show.text.locale(), show.now.until(moment));
    fill(show.text.rest_help(), &[("when", &when)])
}

/// The text that this window is done, where it is one of a bank's page. The page that opened it closes it,
/// unless COOP has cut their connection; from here that page cannot be seen.
fn done_here(build: &Build<'_>) {
    if page::is_popup() {
        build.paragraph("note", build.words().close_window());
    }
}

fn retry() -> Act {
    Act::Input(Input::Retry)
}

fn mark(ending: &Ending) -> &'static Mark {
    let Ending::Failed(fault) = ending else { return &mark::STOPPED };
    match fault {
        Fault::Rejected | Fault::Refused(_) => &mark::DECLINED,
        Fault::OpenedElsewhere => &mark::STOPPED,
        Fault::Expired
        | Fault::Undecided
        | Fault::Late
        | Fault::Unconfirmed
        | Fault::Busy
        | Fault::LinkOver => &mark::LATE,
        _ => &mark::BROKEN,
    }
}

/// The place of the words: a heading, and the help after it.
fn words(ending: &Ending, bank: Option<&Bank>) -> Place {
    let fault = match ending {
        Ending::Cancelled => return Place::cancelled_heading,
        Ending::Failed(fault) => fault,
    };
    match (fault, bank) {
        (Fault::Rejected, _) => Place::rejected_heading,
        (Fault::Expired, _) => Place::expired_heading,
        (Fault::Unexplained, _) => Place::unexplained_heading,
        (Fault::Undecided, _) => Place::undecided_heading,
        (Fault::Unreachable, _) => Place::unreachable_heading,
        (Fault::CookiesBlocked, _) => Place::cookies_heading,
        // The person cannot help it; the console tells the page's owner.
        (Fault::OtherSite, _) => Place::misconfigured_heading,
        (Fault::SessionLost, _) => Place::session_lost_heading,
        (Fault::Unconfirmed, _) => Place::unconfirmed_heading,
        (Fault::ForeignCompletion, _) => Place::foreign_completion_heading,
        (Fault::OpenedElsewhere, _) => Place::opened_elsewhere_heading,
        (Fault::LinkOver, _) => Place::link_over_heading,
        (Fault::Late, _) => Place::late_heading,
        (Fault::ExchangeFailed, _) => Place::exchange_failed_heading,
        (Fault::ReturnFailed, _) => Place::return_failed_heading,
        (Fault::Busy, Some(_)) => Place::busy_heading,
        (Fault::Refused(_), Some(_)) => Place::refused_heading,
        (
            Fault::PlatformFailed | Fault::Garbled | Fault::ForeignLocation | Fault::NoMethod,
            Some(_),
        ) => Place::platform_failed_heading,
        // No bank has been asked: the service does not answer.
        _ => Place::service_failed_heading,
    }
}

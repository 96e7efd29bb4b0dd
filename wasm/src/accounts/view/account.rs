//! The accounts of a connection with their balances, and the transactions of one account: those that are booked, and apart
//! from them those that are not.

use protocol::concat;
use protocol::wire::{ReportedBalance, ViewedAccount, ViewedBalances, ViewedTransaction};

use super::{Built, FIRST_NEW, FOUND, KEY, LONG, Shown, button, button_of, plain, up, waiting};
use crate::accounts::act::Act;
use crate::accounts::ask::Refusal;
use crate::accounts::names::PART_TRANSACTION;
use crate::accounts::screen::{Accounts, Next, Pages, Part, Row};
use crate::browser::{clock, intl};
use crate::names::{PART_ACCOUNT, PART_ACTION, PART_BUTTON, PART_QUIET};
use crate::text::fill;
use crate::view::dom::{El, el};

impl Shown<'_> {
    pub(super) fn accounts(&self, accounts: &Accounts) -> Built {
        let text = self.text;
        let mut built = Built::new(text.accounts_heading());
        built.add(&up(text));
        self.bank(&built, &accounts.connection);
        match &accounts.rows {
            Part::Loading => {
                built.add(&waiting(2));
                text.loading().clone_into(&mut built.help);
            }
            Part::Failed(why) => built.add(&self.unread(*why)),
            Part::Ready(rows) if rows.is_empty() => {
                built.lead(text.no_accounts());
            }
            Part::Ready(rows) => {
                let data = self.model.connection(&accounts.connection).map(|one| &one.data);
                let has = data.is_some_and(|data| data.iter().any(|it| it == "transactions"));
                let rows = rows.iter().map(|row| self.account(row, has));
                built.add(&el("ul").class("accounts").add_all(rows));
            }
        }
        let foot = self.foot();
        built.add(&foot.add(&plain(text.update(), &Act::Update)));
        built
    }

    /// The place of the buttons below what was read. The first one is what the bank wants.
    fn foot(&self) -> El {
        let foot = el("div").class("foot");
        match self.model.screen().wants_signature() {
            None => foot,
            Some(id) => {
                let renew = Act::Renew(id.to_owned());
                foot.add(&button(PART_ACTION, self.text.renew(), &renew))
            }
        }
    }

    /// The bank, above the heading.
    fn bank(&self, built: &Built, connection: &str) {
        if let Some(one) = self.model.connection(connection) {
            let name = el("span").text(&one.bank);
            built.add(&el("p").class("of").add_all([self.logo(one), name]));
        }
    }

    fn account(&self, row: &Row, has_transactions: bool) -> El {
        let account = &row.account;
        let (name, number) = named(account);
        let item = el("li").part(PART_ACCOUNT).add_all([
            el("span").class("name").text(name),
            el("span").class("number").text(number),
        ]);
        let item = match &row.balances {
            Part::Loading => {
                item.add(&el("div").class("skeleton line").attr("aria-hidden", "true"))
            }
            Part::Failed(Refusal::NotGranted) => item,
            Part::Failed(why) => item.add(&self.unread(*why)),
            Part::Ready(balances) => item.add(&self.balances(balances)),
        };
        if !has_transactions {
            return item;
        }
        let label = self.text.show_transactions();
        item.add(&button_of(PART_BUTTON, label, &Act::Transactions(account.id.clone()), name))
    }

    fn balances(&self, balances: &ViewedBalances) -> El {
        let list = el("dl").class("balances");
        let mut shown = Vec::new();
        for balance in &balances.balances {
            // Banks give the same in several ways: one of each kind is enough.
            let kind = self.kind(balance);
            if shown.contains(&kind) {
                continue;
            }
            shown.push(kind);
            let as_of = self.time_of(balance).unwrap_or_else(|| self.as_of(&balances.as_of));
            let amount = intl::amount(self.text.locale(), &balance.balance_amount);
            list.add_element(el("dt").text(kind).element());
            let amount = el("span").class("balance").text(&amount);
            let value = el("dd").add(&amount).add(&el("span").class("note").text(&as_of));
            list.add_element(value.element());
        }
        list
    }

    fn kind(&self, balance: &ReportedBalance) -> &str {
        let text = self.text;
        let kind = &*balance.balance_type;
        if kind.ends_with("vailable") {
            text.available()
        } else if kind.ends_with("ooked") {
            text.booked()
        } else if kind == "expected" {
            text.expected()
        } else {
            text.balance()
        }
    }

    /// The time that the bank gives for this balance alone.
    fn time_of(&self, balance: &ReportedBalance) -> Option<String> {
        match (&balance.last_change_date_time, &balance.reference_date) {
            (Some(moment), _) => Some(self.as_of(moment)),
            (None, Some(day)) => {
                let day = intl::short_day(self.text.locale(), &clock::date(day));
                Some(fill(self.text.as_of(), &[("time", &day)])).filter(|_| !day.is_empty())
            }
            (None, None) => None,
        }
    }

    fn as_of(&self, moment: &str) -> String {
        let time = intl::moment(self.text.locale(), &clock::date(moment));
        if time.is_empty() { time } else { fill(self.text.as_of(), &[("time", &time)]) }
    }

    pub(super) fn transactions(
        &self,
        connection: &str,
        account: &ViewedAccount,
        pages: &Pages,
    ) -> Built {
        let text = self.text;
        let mut built = Built::new(text.transactions_heading());
        built.add(&up(text));
        self.bank(&built, connection);
        let (name, number) = named(account);
        built.lead(concat(&[name, " ", number]).trim());
        let is_first = matches!(pages.next, Next::Loading(None) | Next::Failed(None, _));
        if !pages.pending.is_empty() {
            built.add(&el("h3").text(text.pending_heading()));
            built.add(&el("p").class("note").text(text.pending_help()));
            let new = Some(pages.known[1]).filter(|_| pages.booked.len() == pages.known[0]);
            built.add(&self.rows("transactions pending", &pages.pending, new));
        }
        if !pages.booked.is_empty() {
            built.add(&el("h3").text(text.booked_heading()));
            built.add(&self.rows("transactions", &pages.booked, Some(pages.known[0])));
        } else if pages.pending.is_empty() && !is_first {
            built.add(&el("p").class("note").text(text.no_transactions()));
        }
        if !is_first {
            built.add(&el("p").class("note").text(&self.as_of(&pages.as_of)));
        }
        let foot = self.foot();
        match &pages.next {
            Next::None => {}
            Next::Loading(None) => {
                built.add(&waiting(4));
                text.loading().clone_into(&mut built.help);
            }
            Next::Offered(_) => foot.add_element(plain(text.more(), &Act::More).element()),
            // The button keeps the focus.
            Next::Loading(Some(_)) => {
                let more = plain(text.more(), &Act::More).attr("aria-disabled", "true");
                foot.add_element(more.element());
            }
            Next::Failed(_, why) => {
                built.add(&self.unread(*why));
                foot.add_element(plain(text.retry(), &Act::More).element());
            }
        }
        if pages.booked.len() + pages.pending.len() >= LONG {
            foot.add_element(button(PART_QUIET, text.back(), &Act::Back).element());
        }
        if !foot.is_empty() {
            built.add(&foot);
        }
        built
    }

    /// The row at `new` is where a person goes on who has asked for more.
    fn rows(&self, class: &str, transactions: &[ViewedTransaction], new: Option<usize>) -> El {
        let locale = self.text.locale();
        let row = |(place, one): (usize, &ViewedTransaction)| {
            let day = one.day.as_deref().map(|day| intl::short_day(locale, &clock::date(day)));
            let way = if one.amount.amount.starts_with('-') { "balance" } else { "balance in" };
            let row = el("li").part(PART_TRANSACTION);
            if new == Some(place) && place > 0 {
                row.set("class", &concat(&[PART_TRANSACTION, " ", FOUND]));
                row.set("tabindex", "-1");
                row.set(KEY, FIRST_NEW);
            }
            row.add_all([
                el("span").class("name").text(one.title.as_deref().unwrap_or("–")),
                el("span").class(way).text(&intl::amount(locale, &one.amount)),
                el("span").class("number").text(&day.unwrap_or_default()),
            ])
        };
        el("ul").class(class).add_all(transactions.iter().enumerate().map(row))
    }
}

/// What an account is known by: its name and number, or one of them.
fn named(account: &ViewedAccount) -> (&str, &str) {
    let number = account.number.as_deref().unwrap_or_default();
    match account.name.as_deref() {
        Some(name) => (name, number),
        None if number.is_empty() => (account.currency.as_deref().unwrap_or_default(), ""),
        None => (number, ""),
    }
}

//! The accounts of a connection with their balances, and the transactions of one account: those that are booked, and apart
//! from them those that are not.

use protocol::concat;
use protocol::wire::{ReportedBalance, ViewedAccount, ViewedBalances, ViewedTransaction};

use super::{Built, Shown, button_of, plain, waiting};
use crate::accounts::act::Act;
use crate::accounts::ask::Refusal;
use crate::accounts::names::PART_TRANSACTION;
use crate::accounts::screen::{Accounts, Next, Pages, Part, Row};
use crate::browser::{clock, intl};
use crate::names::{PART_ACCOUNT, PART_BUTTON};
use crate::text::fill;
use crate::view::dom::{El, el};

impl Shown<'_> {
    pub(super) fn accounts(&self, accounts: &Accounts) -> Built {
        let text = self.text;
        let mut built = Built::new(text.accounts_heading());
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
        let update = plain(text.update(), &Act::Update);
        let back = super::button(crate::names::PART_QUIET, text.back(), &Act::Back);
        built.add(&el("div").class("foot").add_all([update, back]));
        built
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
        for balance in &balances.balances {
            let as_of = self.time_of(balance).unwrap_or_else(|| self.as_of(&balances.as_of));
            let amount = intl::amount(self.text.locale(), &balance.balance_amount);
            list.add_element(el("dt").text(self.kind(balance)).element());
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
        self.bank(&built, connection);
        let (name, number) = named(account);
        built.lead(concat(&[name, " ", number]).trim());
        let is_first = matches!(pages.next, Next::Loading(None) | Next::Failed(None, _));
        if !pages.pending.is_empty() {
            built.add(&el("h3").text(text.pending_heading()));
            built.add(&el("p").class("note").text(text.pending_help()));
            built.add(&self.rows("transactions pending", &pages.pending));
        }
        if !pages.booked.is_empty() {
            built.add(&el("h3").text(text.booked_heading()));
            built.add(&self.rows("transactions", &pages.booked));
        } else if pages.pending.is_empty() && !is_first {
            built.add(&el("p").class("note").text(text.no_transactions()));
        }
        if !is_first {
            built.add(&el("p").class("note").text(&self.as_of(&pages.as_of)));
        }
        let foot = el("div").class("foot");
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
        let back = super::button(crate::names::PART_QUIET, text.back(), &Act::Back);
        built.add(&foot.add(&back));
        built
    }

    fn rows(&self, class: &str, transactions: &[ViewedTransaction]) -> El {
        let locale = self.text.locale();
        let row = |one: &ViewedTransaction| {
            let day = one.day.as_deref().map(|day| intl::short_day(locale, &clock::date(day)));
            let way = if one.amount.amount.starts_with('-') { "balance" } else { "balance in" };
            el("li").part(PART_TRANSACTION).add_all([
                el("span").class("name").text(one.title.as_deref().unwrap_or("–")),
                el("span").class(way).text(&intl::amount(locale, &one.amount)),
                el("span").class("number").text(&day.unwrap_or_default()),
            ])
        };
        el("ul").class(class).add_all(transactions.iter().map(row))
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

//! The list of connections: for each the bank, its state, for how long, for what and which data (the fields of a dashboard
//! of permissions by Regulation FIDA, article 8).

use protocol::concat;
use protocol::wire::ViewedConnection;

use super::{Built, Shown, button_of};
use crate::accounts::act::Act;
use crate::accounts::model::{is_active, is_expiring, is_open, is_renewable};
use crate::accounts::names::{PART_CONNECTION, PART_STATUS};
use crate::browser::{clock, intl};
use crate::names::{PART_ACTION, PART_BUTTON, PART_QUIET};
use crate::text::fill;
use crate::view::dom::{El, el};
use crate::view::logo;

impl Shown<'_> {
    pub(super) fn list(&self) -> Built {
        let (text, all) = (self.text, self.model.connections());
        if all.is_empty() {
            let mut built = Built::new(text.empty_heading());
            built.lead(&self.with_service(text.empty_help()));
            return built;
        }
        let mut built = Built::new(text.heading());
        if all.iter().any(is_active) {
            built.lead(&self.with_service(text.lead()));
        }
        if !self.has_data() {
            built.add(&el("p").class("note").text(&self.with_service(text.kept())));
        }
        let rows = all.iter().map(|one| self.connection(one));
        built.add(&el("ul").class("connections").add_all(rows));
        built
    }

    fn has_data(&self) -> bool {
        self.model.session().is_some_and(|session| session.has_data)
    }

    fn connection(&self, one: &ViewedConnection) -> El {
        let text = self.text;
        let context = if one.context == "corporate" { text.corporate() } else { text.private() };
        let names = el("div")
            .class("names")
            .add_all([el("h3").text(&one.bank), el("p").class("note").text(context)]);
        let head = el("div").class("head").add_all([self.logo(one), names, self.status(one)]);
        let card = el("li").part(PART_CONNECTION).add(&head).add(&self.facts(one));
        let buttons = self.buttons(one);
        if !buttons.is_empty() {
            card.add_element(el("div").class("acts").add_all(buttons).element());
        }
        card
    }

    pub(super) fn logo(&self, one: &ViewedConnection) -> El {
        let square = logo::blank();
        let bic = Some(&*one.bic_fi).filter(|bic| !bic.is_empty());
        logo::put(square.element(), bic, &one.bank, self.relay);
        square
    }

    fn status(&self, one: &ViewedConnection) -> El {
        let text = self.text;
        let (class, words) = match &*one.status {
            "active" if is_expiring(one) => ("care", text.expiring()),
            "active" => ("good", text.active()),
            "broken" => ("care", text.broken()),
            "revoked" => ("over", text.revoked()),
            _ => ("over", text.expired()),
        };
        el("p").part(PART_STATUS).class(&concat(&["status ", class])).text(words)
    }

    fn facts(&self, one: &ViewedConnection) -> El {
        let text = self.text;
        let day = |iso: &str| intl::day(text.locale(), &clock::date(&iso[..iso.len().min(10)]));
        let list = el("dl").class("facts");
        let add = |name: &str, value: &str| {
            list.add_element(el("dt").text(name).element());
            list.add_element(el("dd").text(value).element());
        };
        if let Some(purpose) = &one.purpose {
            add(text.purpose(), purpose);
        }
        let mut data = vec![text.accounts()];
        for (word, words) in [("balances", text.balances()), ("transactions", text.transactions())]
        {
            if one.data.iter().any(|it| it == word) {
                data.push(words);
            }
        }
        add(text.data(), &data.join(", "));
        if is_open(one) {
            let left = match one.days_left {
                0 => text.last_day().to_owned(),
                days => fill(text.days_left(), &[("days", &days.to_string())]),
            };
            add(text.valid_until(), &concat(&[&day(&one.valid_until), " · ", &left]));
        }
        add(text.since(), &day(&one.created_at));
        if let Some(ended) = &one.ended_at {
            add(text.ended_on(), &day(ended));
        }
        list
    }

    /// The main button first: what the state of the connection asks for.
    fn buttons(&self, one: &ViewedConnection) -> Vec<El> {
        let (text, bank) = (self.text, &*one.bank);
        let mut buttons = Vec::new();
        if is_renewable(one) {
            buttons.push(button_of(PART_ACTION, text.renew(), &Act::Renew(one.id.clone()), bank));
        }
        if is_active(one) && self.has_data() {
            let part = if buttons.is_empty() { PART_ACTION } else { PART_BUTTON };
            buttons.push(button_of(part, text.show_accounts(), &Act::Open(one.id.clone()), bank));
        }
        if is_open(one) {
            buttons.push(button_of(PART_QUIET, text.remove(), &Act::Remove(one.id.clone()), bank));
        }
        buttons
    }
}

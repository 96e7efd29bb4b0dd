//! What `<ais-accounts>` shows, and what follows from an act, an answer or the end of the hour. Pure: it knows no browser
//! and no clock.

use std::collections::VecDeque;
use std::mem::replace;

use protocol::wire::{ViewSession, ViewedAccount, ViewedConnection};

use super::act::Act;
use super::ask::{Answer, Ask, Refusal};
use super::screen::{Accounts, Fault, Part, Row, Screen, Step};

/// Something that happens.
pub(super) enum Input {
    /// The element is on the page.
    Start,
    /// The person acts.
    Act(Act),
    /// The relay has answered.
    Reply(Ask, Result<Answer, Refusal>),
    /// The hour of the view session is over.
    TimeOver,
}

/// What has to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Ask the relay.
    Ask(Ask),
    /// The view session ends after so many milliseconds.
    EndAfter(u64),
    /// The host has to renew this connection.
    Renew(String),
    /// The person has removed this connection.
    Removed(String),
    /// Nothing can be shown.
    Failed(Fault),
}

/// What a screen reader says of a change within a screen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    /// The access to this bank is removed.
    Removed(String),
    /// It could not be removed.
    NotRemoved,
    /// So many accounts are shown.
    Accounts(usize),
    /// So many transactions are shown.
    Transactions(usize),
    /// What was asked for could not be read.
    Unread(Refusal),
}

/// The state of an element.
#[derive(Debug, Default)]
pub(super) struct Model {
    session: Option<ViewSession>,
    connections: Vec<ViewedConnection>,
    screen: Screen,
    claims: u8,
    effects: VecDeque<Effect>,
    news: Option<News>,
    left: Option<Act>,
}

impl Model {
    pub(super) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// The view session, once it is claimed.
    pub(super) fn session(&self) -> Option<&ViewSession> {
        self.session.as_ref()
    }

    pub(super) fn connections(&self) -> &[ViewedConnection] {
        &self.connections
    }

    pub(super) fn connection(&self, id: &str) -> Option<&ViewedConnection> {
        self.connections.iter().find(|one| one.id == id)
    }

    /// The next thing to do.
    pub(super) fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// What is new, once.
    pub(super) fn take_news(&mut self) -> Option<News> {
        self.news.take()
    }

    /// The act from whose screen the person has come back, once.
    pub(super) fn take_left(&mut self) -> Option<Act> {
        self.left.take()
    }

    pub(super) fn handle(&mut self, input: Input) {
        match input {
            Input::Start => self.begin(),
            Input::Act(act) => self.act(act),
            Input::TimeOver | Input::Reply(_, Err(Refusal::Over)) => self.end(Fault::Over),
            Input::Reply(_, Err(Refusal::Elsewhere)) => self.end(Fault::Elsewhere),
            Input::Reply(ask, answer) => self.reply(ask, answer),
        }
    }

    fn begin(&mut self) {
        self.screen = Screen::Loading;
        self.claims = 0;
        self.ask(if self.session.is_some() { Ask::Connections } else { Ask::Claim });
    }

    fn ask(&mut self, ask: Ask) {
        self.effects.push_back(Effect::Ask(ask));
    }

    fn fail(&mut self, fault: Fault) {
        self.screen = Screen::Failed(fault);
        self.effects.push_back(Effect::Failed(fault));
    }

    /// Nothing that was read may stay.
    fn end(&mut self, fault: Fault) {
        self.session = None;
        self.connections.clear();
        self.fail(fault);
    }

    fn act(&mut self, act: Act) {
        match (act, replace(&mut self.screen, Screen::List)) {
            (Act::Retry, Screen::Failed(fault)) if fault.may_pass() => self.begin(),
            (Act::Open(id), Screen::List) if self.reads(&id) => self.open(id),
            (Act::Renew(id), screen) => {
                self.screen = screen;
                if self.is_to_renew(&id) {
                    self.effects.push_back(Effect::Renew(id));
                }
            }
            (Act::Remove(id), Screen::List) if self.connection(&id).is_some_and(is_open) => {
                self.screen = Screen::Confirm { connection: id, step: Step::Asked };
            }
            (Act::Confirm, Screen::Confirm { connection, step }) => {
                if step != Step::Ending {
                    self.ask(Ask::End { connection: connection.clone() });
                }
                self.screen = Screen::Confirm { connection, step: Step::Ending };
            }
            (Act::Back, Screen::Confirm { connection, step }) if step != Step::Ending => {
                self.left = Some(Act::Remove(connection));
            }
            (Act::Back, Screen::Accounts(accounts)) => {
                self.left = Some(Act::Open(accounts.connection));
            }
            (Act::Update, Screen::Accounts(accounts)) => self.open(accounts.connection),
            (Act::Transactions(account), Screen::Accounts(accounts)) => {
                self.show_transactions(accounts, &account);
            }
            (Act::Back, Screen::Transactions { accounts, account, .. }) => {
                self.left = Some(Act::Transactions(account.id));
                self.screen = Screen::Accounts(accounts);
            }
            (Act::More, Screen::Transactions { accounts, account, mut pages }) => {
                let (connection, id) = (accounts.connection.clone(), account.id.clone());
                let ask = |cursor| Ask::Transactions { connection, account: id, cursor };
                self.effects.extend(pages.go_on(ask).map(Effect::Ask));
                self.screen = Screen::Transactions { accounts, account, pages };
            }
            (_, screen) => self.screen = screen,
        }
    }

    /// Whether the person should sign again: by the state of the connection, or as its bank has just said.
    fn is_to_renew(&self, id: &str) -> bool {
        self.connection(id).is_some_and(is_renewable) || self.screen.wants_signature() == Some(id)
    }

    /// Whether the accounts of the connection `id` can be shown.
    fn reads(&self, id: &str) -> bool {
        let has_data = self.session.as_ref().is_some_and(|session| session.has_data);
        has_data && self.connection(id).is_some_and(is_active)
    }

    fn open(&mut self, connection: String) {
        self.ask(Ask::Accounts { connection: connection.clone() });
        self.screen = Screen::Accounts(Accounts { connection, rows: Part::Loading });
    }

    fn show_transactions(&mut self, accounts: Accounts, account: &str) {
        let known =
            accounts.rows.ready().and_then(|rows| rows.iter().find(|it| it.account.id == account));
        let Some(account) = known.map(|row| row.account.clone()) else {
            self.screen = Screen::Accounts(accounts);
            return;
        };
        self.ask(Ask::Transactions {
            connection: accounts.connection.clone(),
            account: account.id.clone(),
            cursor: None,
        });
        self.screen = Screen::Transactions { accounts, account, pages: Box::default() };
    }

    fn reply(&mut self, ask: Ask, answer: Result<Answer, Refusal>) {
        let is_changed = matches!(answer, Err(Refusal::Ended | Refusal::SignAgain));
        if is_changed && !matches!(ask, Ask::End { .. }) {
            // The list is out of date.
            self.ask(Ask::Connections);
        }
        match (ask, answer) {
            (Ask::Claim, Ok(Answer::Claimed(session))) => self.claimed(session),
            (Ask::Claim, _) => self.fail(Fault::Unreachable),
            (Ask::Connections, Ok(Answer::Connections(all))) => {
                self.connections = all;
                if self.screen == Screen::Loading {
                    self.screen = Screen::List;
                }
            }
            (Ask::Connections, _) if self.screen == Screen::Loading => {
                self.fail(Fault::Unreachable);
            }
            (Ask::End { connection }, answer) => self.ended(connection, answer.err()),
            (Ask::Accounts { connection }, answer) => self.list(&connection, answer),
            (Ask::Balances { connection, account }, answer) => {
                let balances = match answer {
                    Ok(Answer::Balances(balances)) => Part::Ready(balances),
                    Ok(_) => Part::Failed(Refusal::Failed),
                    Err(why) => Part::Failed(why),
                };
                let rows = self.accounts(&connection).and_then(|it| it.rows.ready_mut());
                let row = rows.and_then(|rows| rows.iter_mut().find(|it| it.account.id == account));
                if let Some(row) = row {
                    row.balances = balances;
                }
            }
            (Ask::Transactions { connection, account, cursor }, answer) => {
                let Screen::Transactions { accounts, account: shown, pages } = &mut self.screen
                else {
                    return;
                };
                if accounts.connection == connection && shown.id == account {
                    let page = match answer {
                        Ok(Answer::Transactions(page)) => Ok(page),
                        Ok(_) => Err(Refusal::Failed),
                        Err(why) => Err(why),
                    };
                    let added = pages.add(cursor.as_deref(), page);
                    self.news =
                        added.map(|added| added.map_or_else(News::Unread, News::Transactions));
                }
            }
            _ => {}
        }
    }

    fn claimed(&mut self, session: ViewSession) {
        if !session.id.is_empty() {
            self.effects.push_back(Effect::EndAfter(session.left_millis));
            self.session = Some(session);
            self.ask(Ask::Connections);
        } else if self.claims == 0 {
            // The browser has a cookie now.
            self.claims = 1;
            self.ask(Ask::Claim);
        } else {
            self.fail(Fault::CookiesBlocked);
        }
    }

    fn ended(&mut self, id: String, why_not: Option<Refusal>) {
        let is_shown =
            matches!(&self.screen, Screen::Confirm { connection, .. } if *connection == id);
        if !matches!(why_not, None | Some(Refusal::Ended)) {
            if is_shown {
                self.news = Some(News::NotRemoved);
                self.screen = Screen::Confirm { connection: id, step: Step::Failed };
            }
            return;
        }
        if let Some(known) = self.connections.iter_mut().find(|one| one.id == id) {
            REVOKED.clone_into(&mut known.status);
            self.news = Some(News::Removed(known.bank.clone()));
        }
        if is_shown {
            self.screen = Screen::List;
        }
        self.effects.push_back(Effect::Removed(id));
        self.ask(Ask::Connections);
    }

    fn list(&mut self, id: &str, answer: Result<Answer, Refusal>) {
        let data = self.connection(id).map(|one| one.data.clone()).unwrap_or_default();
        let has_balances = data.iter().any(|word| word == BALANCES);
        let Some(accounts) = self.accounts(id) else { return };
        let listed = match answer {
            Ok(Answer::Accounts(listed)) => listed,
            Ok(_) => return self.unlisted(id, Refusal::Failed),
            Err(why) => return self.unlisted(id, why),
        };
        let begin = if has_balances { Part::Loading } else { Part::Failed(Refusal::NotGranted) };
        let row = |account: ViewedAccount| Row { account, balances: begin.clone() };
        accounts.rows = Part::Ready(listed.iter().cloned().map(row).collect());
        self.news = Some(News::Accounts(listed.len()));
        for account in listed.into_iter().filter(|_| has_balances) {
            self.ask(Ask::Balances { connection: id.to_owned(), account: account.id });
        }
    }

    fn unlisted(&mut self, id: &str, why: Refusal) {
        if let Some(accounts) = self.accounts(id) {
            accounts.rows = Part::Failed(why);
            self.news = Some(News::Unread(why));
        }
    }

    /// The accounts of the connection `id`, where they are shown, or are behind what is shown.
    fn accounts(&mut self, id: &str) -> Option<&mut Accounts> {
        match &mut self.screen {
            Screen::Accounts(accounts) | Screen::Transactions { accounts, .. } => {
                Some(accounts).filter(|it| it.connection == id)
            }
            _ => None,
        }
    }
}

/// Whether it can be read.
pub(super) fn is_active(connection: &ViewedConnection) -> bool {
    connection.status == "active"
}

/// Whether it has not ended.
pub(super) fn is_open(connection: &ViewedConnection) -> bool {
    is_active(connection) || connection.status == "broken"
}

/// Whether it ends soon.
pub(super) fn is_expiring(connection: &ViewedConnection) -> bool {
    is_active(connection) && connection.days_left <= SOON
}

/// Whether the person should sign again. What they have removed stays so.
pub(super) fn is_renewable(connection: &ViewedConnection) -> bool {
    connection.status != REVOKED && (is_expiring(connection) || !is_active(connection))
}

const REVOKED: &str = "revoked";
const BALANCES: &str = "balances";
/// Days before the end from which a renewal is offered: the host hears of the end at the same time.
const SOON: u32 = 14;

#[cfg(test)]
#[path = "model/tests.rs"]
mod tests;

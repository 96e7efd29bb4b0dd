//! Reads under a connection: for the host's own server, without the person, or for the person in a view session.
//! Without the person the relay sends no PSU header and counts each read: banks allow four such reads a day
//! (Commission Delegated Regulation 2018/389, article 36), for each account and each kind of read.

use std::time::Duration;

use axum::http::{HeaderName, StatusCode};
use protocol::id::{AccountId as ResourceId, ConsentId};
use protocol::wire::{Account, AccountList, BalanceReport, Problem};
use protocol::{AccountPart, Balances, Call, header as names};

use crate::clock::Timestamp;
use crate::host::{Connection, ConnectionEvent, KeptAccount};
use crate::http::error::Fault;
use crate::http::psu::Psu;
use crate::http::{field, retry_after};
use crate::id::{AccountId, ConnectionId};
use crate::link::Data;
use crate::link::deletion::headers_about;
use crate::link::links::Links;
use crate::platform::call::{Asked, Outgoing};
use crate::platform::client::Answer;
use crate::platform::refusal::Refusal;
use crate::store::StoreError;
use crate::store::host::{Counted, Read};

/// Who reads.
#[derive(Clone, Copy)]
pub(crate) enum Reader<'a> {
    /// The host's own server, without the person.
    Host,
    /// The person, who asks now.
    Person(&'a Psu),
}

/// Why a read failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// The connection has ended.
    Over,
    /// The bank refuses the consent.
    Broken,
    /// The consent does not cover this.
    NotGranted,
    /// The connection has no such account.
    NoAccount,
    /// The cursor is not one of an earlier answer for this account.
    BadCursor,
    /// The read reached the relay's or the bank's limit. When to try again.
    TooOften(Option<Counted>, Duration),
    /// The bank wants the person to sign again, such as for transactions of more than 90 days ago.
    NeedsPerson,
    /// The bank does not have this.
    BankRefused,
    /// The platform failed.
    Failed(Fault),
    /// The relay or its store failed.
    Internal,
}

impl Unread {
    /// The word for metrics.
    const fn word(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Broken => "consent_refused",
            Self::TooOften(Some(_), _) => "limit",
            Self::TooOften(None, _) => "bank_limit",
            Self::NeedsPerson => "needs_person",
            Self::NotGranted | Self::NoAccount | Self::BadCursor | Self::BankRefused => "refused",
            Self::Failed(_) => "failed",
            Self::Internal => "internal",
        }
    }
}

impl From<StoreError> for Unread {
    fn from(_: StoreError) -> Self {
        Self::Internal
    }
}

/// The result of a read.
pub(crate) struct Reading {
    /// The answer.
    pub answer: Answer,
    /// When the platform gave it.
    pub at: Timestamp,
    /// How many reads are left without the person.
    pub counted: Option<Counted>,
}

/// What the relay reads.
pub(crate) struct Question {
    pub call: Call,
    /// The account, as the count names it; empty for the list of accounts.
    pub account: String,
    pub kind: &'static str,
    /// The query of a further page, which does not count as a read.
    pub page: Option<String>,
}

impl Links {
    /// Reads account data under the present consent. Reads without the person are counted, for metrics.
    pub(crate) async fn read_data(
        &self,
        known: &Connection,
        question: Question,
        reader: Reader<'_>,
    ) -> Result<Reading, Unread> {
        let read = self.try_read(known, question, reader).await;
        if let Reader::Host = reader {
            let outcome = read.as_ref().map_or_else(|unread| unread.word(), |_| "answered");
            self.metrics().read(&known.terms.bank, outcome);
        }
        read
    }

    async fn try_read(
        &self,
        known: &Connection,
        question: Question,
        reader: Reader<'_>,
    ) -> Result<Reading, Unread> {
        let consent =
            known.consent().filter(|_| !known.state.is_over()).ok_or(Unread::Over)?.clone();
        let now = self.now();
        let counted = match reader {
            Reader::Host => Some(self.count(known, &consent, &question).await?),
            Reader::Person(_) => None,
        };
        let mut headers = headers_about(&known.terms).ok_or(Unread::Internal)?;
        let id = field::value(consent.as_str()).map_err(|_| Unread::Internal)?;
        headers.insert(HeaderName::from_static(names::CONSENT_ID), id);
        if let Reader::Person(psu) = reader {
            let bank = self.config().profiles.of(&known.terms.bank);
            psu.write(bank, &mut headers).map_err(|_| Unread::Internal)?;
        }
        let outgoing = Outgoing {
            request_id: self.request_id(),
            context: known.terms.context,
            headers,
            body: None,
            page: question.page,
        };
        let Asked { answer, request_id } = match reader {
            Reader::Host => self.platform().call(&question.call, &outgoing).await,
            Reader::Person(_) => self.ask(&question.call, &outgoing).await,
        };
        let answer =
            answer.map_err(|error| error.fault().map_or(Unread::Internal, Unread::Failed))?;
        if answer.status.is_success() {
            let event = match reader {
                Reader::Host => ConnectionEvent::Read,
                Reader::Person(_) => ConnectionEvent::Seen,
            };
            let _ = self.note(&known.id, vec![event]).await;
            return Ok(Reading { answer, at: now, counted });
        }
        let code = Refusal::of(&answer).and_then(|refusal| refusal.code);
        let (bank, status, call) =
            (known.terms.bank.as_str(), answer.status.as_u16(), question.call.name());
        tracing::warn!(bank, status, code, call, %request_id, "a read of account data was refused");
        let wait = retry_after::wait(&answer.headers, now);
        Err(match (answer.status, code) {
            (StatusCode::TOO_MANY_REQUESTS, _) | (_, Some("ACCESS_EXCEEDED")) => {
                Unread::TooOften(None, wait.unwrap_or(A_WHILE))
            }
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, Some(code))
                if code.starts_with("CONSENT_") =>
            {
                // One refusal does not end the connection: only the consent's status does.
                self.ask_connection(known).await;
                let now = self.sessions().store().get_connection(&known.id).await?;
                let is_over = now.is_none_or(|now| now.state.is_over());
                if is_over { Unread::Over } else { Unread::Broken }
            }
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => Unread::NeedsPerson,
            (StatusCode::BAD_REQUEST, _) if wants_device(&answer) => Unread::NeedsPerson,
            _ => Unread::BankRefused,
        })
    }

    /// Counts a read without the person, or refuses it.
    async fn count(
        &self,
        known: &Connection,
        consent: &ConsentId,
        question: &Question,
    ) -> Result<Counted, Unread> {
        let (store, now) = (self.sessions().store(), self.now());
        let read = Read {
            consent: consent.as_str().to_owned(),
            account: question.account.clone(),
            kind: question.kind,
            most: known.granted.reads_a_day(),
        };
        let counted = match question.page {
            // A further page belongs to a read that has been counted already.
            Some(_) => store.look_at_reads(read, now).await?,
            None => store.count_read(read, now).await?,
        };
        if counted.may {
            Ok(counted)
        } else {
            Err(Unread::TooOften(Some(counted), counted.resets.since(now)))
        }
    }

    /// Lists the accounts of a connection, and stores them.
    pub(crate) async fn list_accounts(
        &self,
        known: &Connection,
        reader: Reader<'_>,
    ) -> Result<(Vec<(AccountId, Account)>, Reading), Unread> {
        let call = Call::ListAccounts { balances: Balances::Omitted };
        let question = Question { call, account: String::new(), kind: "accounts", page: None };
        let reading = self.read_data(known, question, reader).await?;
        let list: AccountList =
            reading.answer.body.read().map_err(|flaw| Unread::Failed(flaw.into()))?;
        let mut kept = known.accounts.clone();
        // The relay cannot read an account that the bank no longer lists.
        for account in &mut kept {
            account.resource = None;
        }
        let mut listed = Vec::new();
        for account in list.accounts {
            let id = self.keep_account(&mut kept, &account, &known.id).ok_or(Unread::Internal)?;
            listed.push((id, account));
        }
        self.note(&known.id, vec![ConnectionEvent::Accounts(kept)]).await?;
        Ok((listed, reading))
    }

    /// The account `id` of a connection, and the platform's id of it, where the consent covers `data`.
    pub(crate) async fn account_with(
        &self,
        known: &Connection,
        id: &str,
        data: Data,
        reader: Reader<'_>,
    ) -> Result<(AccountId, ResourceId), Unread> {
        let id: AccountId = id.parse().map_err(|_| Unread::NoAccount)?;
        if known.state.is_over() {
            return Err(Unread::Over);
        }
        if !known.granted.data.contains(&data) {
            return Err(Unread::NotGranted);
        }
        let resource = self.resource(known, &id, reader).await?;
        Ok((id, resource))
    }

    /// Reads the balances of an account.
    pub(crate) async fn read_balances(
        &self,
        known: &Connection,
        account: &str,
        reader: Reader<'_>,
    ) -> Result<(BalanceReport, Reading), Unread> {
        let (id, resource) = self.account_with(known, account, Data::Balances, reader).await?;
        let call = Call::ReadAccount { account: resource, part: AccountPart::Balances };
        let question = Question { call, account: id.to_string(), kind: "balances", page: None };
        let reading = self.read_data(known, question, reader).await?;
        let report = reading.answer.body.read().map_err(|flaw| Unread::Failed(flaw.into()))?;
        Ok((report, reading))
    }

    /// The platform's id of an account of a connection. After a renewal the relay first lists the accounts,
    /// because their ids belong to one consent.
    async fn resource(
        &self,
        known: &Connection,
        id: &AccountId,
        reader: Reader<'_>,
    ) -> Result<ResourceId, Unread> {
        let open = |known: &Connection| {
            let account = known.accounts.iter().find(|account| account.id == *id)?;
            self.unseal_for(account.resource.as_ref()?, known.id.as_str())?.parse().ok()
        };
        if let Some(resource) = open(known) {
            return Ok(resource);
        }
        self.list_accounts(known, reader).await?;
        let now = self.sessions().store().get_connection(&known.id).await?;
        now.as_ref().and_then(open).ok_or(Unread::NoAccount)
    }

    /// Adds an account to the known ones, and returns its id. A known account with one of the same numbers is
    /// the same account.
    fn keep_account(
        &self,
        kept: &mut Vec<KeptAccount>,
        account: &Account,
        owner: &ConnectionId,
    ) -> Option<AccountId> {
        let aliases: Vec<AccountId> = numbers(account)
            .into_iter()
            .map(|number| self.account_id(&number, account.currency.as_deref().unwrap_or_default()))
            .collect();
        let resource = Some(account.resource_id.as_str()).filter(|id| !id.is_empty());
        let resource = match resource {
            Some(id) => Some(self.seal_for(id, owner.as_str())?),
            None => None,
        };
        let own =
            kept.iter_mut().find(|known| known.aliases.iter().any(|alias| aliases.contains(alias)));
        if let Some(own) = own {
            own.resource = resource;
            let new = aliases
                .into_iter()
                .filter(|alias| !own.aliases.contains(alias))
                .collect::<Vec<_>>();
            own.aliases.extend(new);
            return Some(own.id.clone());
        }
        let id = aliases.first()?.clone();
        kept.push(KeptAccount { id: id.clone(), aliases, resource });
        Some(id)
    }
}

/// Whether the bank misses a header about the person's device, as Handelsbanken does on all calls about accounts.
fn wants_device(answer: &Answer) -> bool {
    let problem: Problem = answer.body.read().unwrap_or_default();
    let names = problem.messages.iter().filter_map(|message| message.path.as_deref());
    names.into_iter().any(|name| name.to_ascii_lowercase().starts_with("psu-"))
}

/// The numbers of an account, the most specific first. An account without a number has only the platform's id.
fn numbers(account: &Account) -> Vec<String> {
    let bare = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let bban = account
        .bban
        .as_ref()
        .map(|bban| [account.clearing_number.as_deref().unwrap_or_default(), bban].concat());
    let all = [
        ("iban", account.iban.clone()),
        ("bban", bban),
        ("pan", account.masked_pan.clone()),
        ("bankgiro", account.bankgiro_number.clone()),
        ("plusgiro", account.plusgiro_number.clone()),
        ("msisdn", account.msisdn.clone()),
    ];
    let mut numbers: Vec<String> = all
        .into_iter()
        .filter_map(|(kind, number)| {
            Some(format!("{kind} {}", bare(&number?).to_ascii_uppercase()))
        })
        .collect();
    if numbers.is_empty() {
        numbers.push(format!("resource {}", account.resource_id));
    }
    numbers
}

/// How long to wait where the bank does not say.
const A_WHILE: Duration = Duration::from_hours(1);

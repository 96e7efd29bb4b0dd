//! The handle of a sandbox, for tests in the same process and for the HTTP side.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocol::id::{BicFi, ConsentId};
use protocol::wire::ConsentStatus;
use time::UtcDateTime;
use uuid::Uuid;

use crate::books::Books;
use crate::clock::Clock;
use crate::control::{Control, FaultRule, SeenRequest};
use crate::customer::Customer;
use crate::directory::Directory;
use crate::error::SandboxError;
use crate::platform::{BankIdError, ConsentRecord, PendingOrder, Platform, SignOutcome};
use crate::random::Random;
use crate::record::Record;
use crate::settings::{ChallengeForm, ErrorForm, Forms, LinkForm, Settings};

/// A platform with its banks and a BankID app. Clones share one platform.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    clock: Clock,
    model: Mutex<Model>,
    control: Mutex<Control>,
    pages_url: Option<String>,
    record: Option<Record>,
}

struct Model {
    platform: Platform,
    random: Random,
}

impl Sandbox {
    /// A sandbox on the machine's clock and randomness.
    ///
    /// # Errors
    /// When the machine gives no randomness, or the record cannot be written.
    pub fn new(settings: Settings) -> Result<Self, SandboxError> {
        let random = Random::from_machine()?;
        let clock = Clock::system(settings.slowness);
        let record = settings.record.as_deref().map(Record::open).transpose()?;
        let books = Books::new(BOOKS_SEED, clock.now().date());
        Ok(Self::build(settings, clock, books, random, record))
    }

    /// A sandbox whose clock stands at `start` until [`Sandbox::advance`], and whose ids, tokens and
    /// transactions are the same for the same `seed`. It records nothing.
    pub fn deterministic(settings: Settings, start: UtcDateTime, seed: u64) -> Self {
        let books = Books::new(seed, start.date());
        Self::build(settings, Clock::fixed(start), books, Random::from_seed(seed), None)
    }

    fn build(
        settings: Settings,
        clock: Clock,
        books: Books,
        random: Random,
        record: Option<Record>,
    ) -> Self {
        // The start fails where banks and profiles contradict each other, not the first call.
        Directory::get();
        let Settings { clients, forms, pages_url, .. } = settings;
        let model = Mutex::new(Model { platform: Platform::new(clients, books), random });
        let control = Mutex::new(Control::new(forms));
        Self(Arc::new(Shared { clock, model, control, pages_url, record }))
    }

    /// The sandbox's present moment.
    pub fn now(&self) -> UtcDateTime {
        self.0.clock.now()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.clock.advance(by);
    }

    /// Spoils the next calls that fit the rule.
    pub fn add_fault(&self, rule: FaultRule) {
        self.control().add_fault(rule);
    }

    /// Removes all faults, and answers the calls that are slow.
    pub fn clear_faults(&self) {
        self.control().clear_faults();
    }

    /// Sets how `Location` and links are written.
    pub fn set_link_form(&self, form: LinkForm) {
        self.control().forms.links = form;
    }

    /// Sets how errors are written.
    pub fn set_error_form(&self, form: ErrorForm) {
        self.control().forms.errors = form;
    }

    /// Sets the form of challenges, and of their statuses, for orders to come.
    pub fn set_challenge_form(&self, form: ChallengeForm) {
        self.control().forms.challenges = form;
    }

    /// Sets the forms of all answers to come.
    pub fn set_forms(&self, forms: Forms) {
        self.control().forms = forms;
    }

    /// The present forms of answers.
    pub fn forms(&self) -> Forms {
        self.control().forms
    }

    /// The requests that reached the platform's side (`/connect`, `/psd2`, `/logos`), oldest first.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.control().requests()
    }

    /// Clears the list of requests.
    pub fn clear_requests(&self) {
        self.control().clear_requests();
    }

    /// Revokes all tokens, so that the next call with one is refused as `TOKEN_INVALID`.
    pub fn revoke_tokens(&self) {
        self.model().platform.revoke_tokens();
    }

    /// All consents and their authorisations in their present state, in the order of their ids.
    pub fn consents(&self) -> Vec<ConsentRecord> {
        self.with_platform(|platform, _, now| platform.records(now))
    }

    /// Says who the customer of a bank is in consents to come. `false` if the bank is unknown.
    pub fn set_customer(&self, bic: &BicFi, customer: Customer) -> bool {
        let Some(bank) = Directory::get().bank(bic) else { return false };
        self.with_platform(|platform, _, _| platform.set_customer(bank, customer));
        true
    }

    /// Ends a consent with this status, as the bank or the person at the bank does. `None` if there is no such
    /// consent, `false` if it was over.
    pub fn end_consent(&self, consent: &ConsentId, status: ConsentStatus) -> Option<bool> {
        self.with_platform(|platform, _, now| platform.end_consent(consent, status, now))
    }

    /// Registers an address to which a client's persons may return, as the developer portal does.
    /// `false` if the client is unknown.
    pub fn add_redirect_uri(&self, client: &str, uri: impl Into<String>) -> bool {
        self.with_platform(|platform, _, _| platform.add_redirect_uri(client, uri.into()))
    }

    /// The waiting orders of the BankID app, newest first.
    pub fn orders(&self) -> Vec<PendingOrder> {
        self.with_platform(|platform, _, now| platform.orders(now))
    }

    /// The app reads the text of a QR code or a start link.
    pub fn scan(&self, text: &str) -> Result<PendingOrder, BankIdError> {
        self.with_platform(|platform, _, now| platform.scan(text, now))
    }

    /// The person signs an order.
    pub fn sign(&self, order: Uuid) -> Result<SignOutcome, BankIdError> {
        self.with_platform(|platform, random, now| platform.sign(order, random, now))
    }

    /// The person cancels an order.
    pub fn cancel(&self, order: Uuid) -> Result<(), BankIdError> {
        self.with_platform(|platform, _, now| platform.cancel(order, now))
    }

    /// Runs an operation of the model at the present moment.
    pub(crate) fn with_platform<T>(
        &self,
        act: impl FnOnce(&mut Platform, &mut Random, UtcDateTime) -> T,
    ) -> T {
        let mut model = self.model();
        let Model { platform, random } = &mut *model;
        act(platform, random, self.now())
    }

    /// Where browsers reach the pages, if the settings say so.
    pub(crate) fn pages_url(&self) -> Option<&str> {
        self.0.pages_url.as_deref()
    }

    /// The record of calls, if there is one.
    pub(crate) fn record(&self) -> Option<&Record> {
        self.0.record.as_ref()
    }

    pub(crate) fn control(&self) -> MutexGuard<'_, Control> {
        self.0.control.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn model(&self) -> MutexGuard<'_, Model> {
        self.0.model.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sandbox {
    /// Shows the moment only, since the rest is tokens and accounts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("now", &self.now()).finish_non_exhaustive()
    }
}

/// Decides the transactions of a sandbox on the machine's clock: the same at each start.
const BOOKS_SEED: u64 = 1;

//! The model without HTTP, on a fixed clock.

use std::time::Duration;

use protocol::Scope;
use protocol::id::{AuthorisationId, ConsentId};
use protocol::profile::Context;
use protocol::wire::{ConsentStatus, ScaStatus};
use time::UtcDateTime;
use time::macros::utc_datetime;

use super::{
    BankIdError, Caller, Challenge, Holder, Platform, Presence, Refusal, SignOutcome, Terms,
    TokenRequest,
};
use crate::bank::RedirectPreference;
use crate::books::Books;
use crate::directory::Directory;
use crate::random::Random;
use crate::settings::{ChallengeForm, Settings};

/// A model with one consent and one authorisation of it.
struct Run {
    platform: Platform,
    random: Random,
    now: UtcDateTime,
    caller: Caller,
    consent: ConsentId,
    authorisation: AuthorisationId,
}

impl Run {
    fn at(bic: &str) -> Self {
        let mut platform = Platform::new(Settings::default().clients, Books::new(1, START.date()));
        let (mut random, now) = (Random::from_seed(1), START);
        let bank = Directory::get().bank(&bic.parse().unwrap()).unwrap();
        let preference = RedirectPreference::NotPreferred;
        let holder = Holder { client: "sandbox-client".to_owned(), context: Context::Private };
        let caller = Caller { holder, bank, preference };
        let terms = Terms::read(BODY, &bank.profile, now).unwrap();
        let consent = platform.create_consent(&caller, terms, &mut random, now).id.clone();
        let started = platform.start_authorisation(&caller, &consent, &mut random, now);
        let authorisation = started.unwrap().id.clone();
        Self { platform, random, now, caller, consent, authorisation }
    }

    fn choose(&mut self, method: &str) -> Result<ScaStatus, Refusal> {
        let Self { platform, random, now, caller, consent, authorisation } = self;
        let method = method.parse().unwrap();
        let ids = (&*consent, &*authorisation);
        let form = ChallengeForm::AtOnce;
        let chosen = platform.choose_method(caller, ids, &method, form, random, *now);
        chosen.map(|authorisation| authorisation.status(*now))
    }

    fn wait(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    fn sca(&mut self) -> (ScaStatus, Option<Challenge>) {
        let Self { platform, now, caller, consent, authorisation, .. } = self;
        let found = platform.authorisation(caller, consent, authorisation, *now).unwrap();
        (found.status(*now), found.challenge(*now))
    }

    fn consent(&mut self) -> ConsentStatus {
        self.platform.consent(&self.caller, &self.consent, self.now).unwrap().status.clone()
    }

    fn qr(&mut self) -> String {
        match self.sca().1.expect("a challenge is open") {
            Challenge::StartToken(token) => format!("bankid:///?autostarttoken={token}"),
            Challenge::FrameText(frame) | Challenge::FrameImage(frame) => frame,
        }
    }

    fn scan(&mut self, qr: &str) -> Result<uuid::Uuid, BankIdError> {
        self.platform.scan(qr, self.now).map(|order| order.id)
    }

    fn sign_first(&mut self) -> SignOutcome {
        let order = self.platform.orders(self.now)[0].id;
        self.platform.sign(order, &mut self.random, self.now).unwrap()
    }
}

#[test]
fn seb_repeats_its_token_to_the_end_and_pick_up_gains_no_time() {
    let mut run = Run::at("ESSESESS");
    run.wait(600);
    assert_eq!(run.choose("mbid"), Ok(ScaStatus::Started));
    let qr = run.qr();
    run.wait(29);
    run.scan(&qr).unwrap();
    assert_eq!(run.qr(), qr);
    run.wait(1);
    assert_eq!(run.sca(), (ScaStatus::Failed, None));
    assert_eq!(run.consent(), ConsentStatus::Received);
    assert_eq!(run.scan(&qr), Err(BankIdError::Over));
}

#[test]
fn handelsbanken_counts_from_the_start_of_the_authorisation() {
    let mut run = Run::at("HANDSESS");
    run.wait(20);
    run.choose("mbid").unwrap();
    assert_eq!(run.platform.orders(run.now)[0].seconds_left, 10);
    run.wait(10);
    assert_eq!(run.sca().0, ScaStatus::Failed);

    let mut idle = Run::at("HANDSESS");
    idle.wait(30);
    assert_eq!(idle.sca().0, ScaStatus::Failed);
    assert_eq!(idle.choose("mbid"), Err(Refusal::StatusInvalid));
}

#[test]
fn handelsbanken_gives_three_minutes_after_the_pick_up_and_hides_the_challenge() {
    let mut run = Run::at("HANDSESS");
    run.choose("mbid_animated_qr_token").unwrap();
    run.wait(29);
    let qr = run.qr();
    run.scan(&qr).unwrap();
    assert_eq!(run.sca(), (ScaStatus::Started, None));
    run.wait(179);
    assert_eq!(run.sign_first(), SignOutcome::Finished);
    assert_eq!(run.sca(), (ScaStatus::Finalised, None));
    assert_eq!(run.consent(), ConsentStatus::Valid);
}

#[test]
fn swedbank_wants_two_scans_each_within_its_own_seconds() {
    let mut run = Run::at("SWEDSESS");
    assert_eq!(run.choose("mbid"), Ok(ScaStatus::AuthenticationStarted));
    let first = run.qr();
    run.scan(&first).unwrap();
    assert_eq!(run.sca().1, None);
    run.wait(100);
    assert_eq!(run.sign_first(), SignOutcome::NextStep { step: 2, steps: 2 });
    assert_eq!(run.sca().0, ScaStatus::Started);
    let second = run.qr();
    assert_ne!(second, first);
    assert_eq!(run.scan(&first), Err(BankIdError::Over));
    assert_eq!(run.consent(), ConsentStatus::Received);
    run.wait(30);
    assert_eq!(run.sca().0, ScaStatus::Failed);
}

#[test]
fn frames_change_every_second_and_old_or_forged_ones_are_refused() {
    let mut run = Run::at("HANDSESS");
    run.choose("mbid_animated_qr_token").unwrap();
    let first = run.qr();
    run.wait(1);
    assert_ne!(run.qr(), first);
    let later = first.replacen(".0.", ".4.", 1);
    assert_eq!(run.scan(&later), Err(BankIdError::Unknown));
    run.wait(5);
    assert_eq!(run.scan(&first), Err(BankIdError::FrameTooOld));
    assert!(!run.platform.orders(run.now)[0].picked_up);
    let mut fresh = Run::at("HANDSESS");
    fresh.choose("mbid_animated_qr_token").unwrap();
    let frame = fresh.qr();
    fresh.wait(5);
    fresh.scan(&frame).unwrap();
}

#[test]
fn cancel_before_the_scan_leaves_the_consent_and_after_it_rejects_it() {
    let mut run = Run::at("ESSESESS");
    run.choose("mbid").unwrap();
    let order = run.platform.orders(run.now)[0].id;
    run.platform.cancel(order, run.now).unwrap();
    assert_eq!((run.sca().0, run.consent()), (ScaStatus::Failed, ConsentStatus::Received));
    assert_eq!(run.platform.cancel(order, run.now), Err(BankIdError::NoOrder));

    let mut read = Run::at("ESSESESS");
    read.choose("mbid").unwrap();
    let qr = read.qr();
    let order = read.scan(&qr).unwrap();
    read.platform.cancel(order, read.now).unwrap();
    assert_eq!((read.sca().0, read.consent()), (ScaStatus::Failed, ConsentStatus::Rejected));
    let again =
        read.platform.start_authorisation(&read.caller, &read.consent, &mut read.random, read.now);
    assert_eq!(again.map(|_| ()), Err(Refusal::StatusInvalid));
}

#[test]
fn a_second_authorisation_ends_the_first() {
    let mut run = Run::at("ESSESESS");
    run.choose("mbid").unwrap();
    let qr = run.qr();
    let Run { platform, random, now, caller, consent, .. } = &mut run;
    let second = platform.start_authorisation(caller, consent, random, *now).unwrap();
    assert_eq!(second.status(*now), ScaStatus::Received);
    assert_eq!(run.sca().0, ScaStatus::Failed);
    assert_eq!(run.scan(&qr), Err(BankIdError::Over));
    assert_eq!(
        run.platform.consent(&run.caller, &run.consent, run.now).unwrap().authorisations.len(),
        2
    );
}

#[test]
fn only_offered_methods_can_be_chosen_and_only_once() {
    let mut run = Run::at("ESSESESS");
    assert_eq!(run.choose("mbid_animated_qr_token"), Err(Refusal::UnknownMethod));
    assert_eq!(run.choose("mbid_same_device"), Ok(ScaStatus::Started));
    assert_eq!(run.choose("mbid_same_device"), Err(Refusal::StatusInvalid));
}

#[test]
fn an_ended_consent_has_no_orders_and_stays_ended() {
    let mut run = Run::at("ESSESESS");
    run.choose("mbid").unwrap();
    for _ in 0..2 {
        run.platform.delete_consent(&run.caller, &run.consent, run.now).unwrap();
        assert_eq!(run.consent(), ConsentStatus::TerminatedByTpp);
        assert!(run.platform.orders(run.now).is_empty());
    }
}

#[test]
fn a_consent_lasts_through_its_last_day() {
    let mut run = Run::at("ESSESESS");
    run.choose("mbid").unwrap();
    run.sign_first();
    run.now = utc_datetime!(2026-03-01 23:59:59);
    assert_eq!(run.consent(), ConsentStatus::Valid);
    run.wait(1);
    assert_eq!(run.consent(), ConsentStatus::Expired);
    let read = run.platform.accounts(&run.caller, &run.consent, Presence::Present, run.now);
    assert_eq!(read, Err(Refusal::ConsentExpired));
}

#[test]
fn reads_without_the_person_are_counted_by_the_day() {
    let mut run = Run::at("ESSESESS");
    run.choose("mbid").unwrap();
    run.sign_first();
    let mut read = |presence, now| {
        run.platform.accounts(&run.caller, &run.consent, presence, now).map(|list| list.len())
    };
    assert_eq!(read(Presence::Absent, START), Ok(3));
    assert_eq!(read(Presence::Absent, START), Ok(3));
    assert_eq!(read(Presence::Absent, START), Err(Refusal::AccessExceeded));
    assert_eq!(read(Presence::Present, START), Ok(3));
    assert_eq!(read(Presence::Absent, START + Duration::from_hours(24)), Ok(3));
}

#[test]
fn ids_of_accounts_last_as_long_as_their_consent() {
    let ids = |run: &mut Run| {
        run.choose("mbid").unwrap();
        run.sign_first();
        let mut read = || {
            let Run { platform, caller, consent, now, .. } = run;
            let accounts = platform.accounts(caller, consent, Presence::Present, *now).unwrap();
            accounts.into_iter().map(|account| account.resource_id).collect::<Vec<_>>()
        };
        let ids = read();
        assert_eq!(ids, read());
        ids
    };
    let (mut one, mut other) = (Run::at("ESSESESS"), Run::at("ESSESESS"));
    other.consent = {
        let Run { platform, caller, random, .. } = &mut other;
        let terms = Terms::read(BODY, &caller.bank.profile, START).unwrap();
        platform.create_consent(caller, terms, random, START).id.clone()
    };
    let Run { platform, caller, consent, random, .. } = &mut other;
    let started = platform.start_authorisation(caller, consent, random, START).unwrap();
    other.authorisation = started.id.clone();
    assert_ne!(ids(&mut one), ids(&mut other));
}

#[test]
fn tokens_last_an_hour_and_are_for_one_product() {
    let mut platform = Platform::new(Settings::default().clients, Books::new(1, START.date()));
    let text = |text: &str| Some(text.to_owned());
    let request = TokenRequest {
        client_id: text("sandbox-client"),
        client_secret: text("sandbox-secret"),
        grant_type: text("client_credentials"),
        scope: text("private accountinformation"),
        ..TokenRequest::default()
    };
    let token = platform.grant_token(&request, &mut Random::from_seed(1), START).unwrap();
    assert!(token.access_token.starts_with("sbx_at_"));
    let token = token.access_token;
    let last = START + Duration::from_secs(3599);
    let product = Scope::AccountInformation;
    let client = "sandbox-client".to_owned();
    let holder = Holder { client, context: Context::Private };
    assert_eq!(platform.holder(&token, product, last), Ok(&holder));
    let other = platform.holder(&token, Scope::AspspInformation, last);
    assert_eq!(other, Err(Refusal::ScopeMissing));
    let late = platform.holder(&token, product, START + Duration::from_hours(1));
    assert_eq!(late, Err(Refusal::TokenExpired));
    assert_eq!(platform.holder("sbx_at_", product, START), Err(Refusal::TokenInvalid));
    platform.revoke_tokens();
    assert_eq!(platform.holder(&token, product, START), Err(Refusal::TokenInvalid));
}

const START: UtcDateTime = utc_datetime!(2026-01-15 12:00);
const BODY: &[u8] = br#"{"access": {}, "recurringIndicator": true, "validUntil": "2026-03-01",
    "frequencyPerDay": 2, "combinedServiceIndicator": false}"#;

//! Any order of events at any times, as browsers, banks and clocks that jump make them: what is final stays, and nothing
//! is a proof that is none.

use protocol::id::AuthorisationId;
use protocol::profile::Context;
use protocol::wire::{Approach, ConsentStatus, ScaStatus};
use relay::{
    Authorisation, Back, Cause, CodeKey, Event, Link, Proof, Return, ReturnKind, ReturnState,
    SessionKey, State, Terms, Timestamp, Use, Used, Way,
};

/// Checks the events that the bytes `data` stand for.
pub(crate) fn check(data: &[u8]) {
    let mut choices = Choices(data);
    let mut link = link();
    let mut state = ReturnState {
        session: link.session,
        consent: link.id.clone(),
        authorisation: id("a1"),
        kind: choices.of(&[ReturnKind::Code, ReturnKind::Plain, ReturnKind::App]),
        expires: at(900_000),
        used: Used::NotYet,
    };
    while !choices.0.is_empty() {
        let before = link.clone();
        let now = at(u64::from(choices.next()) * choices.of(&[1, 1_000, 60_000, 3_600_000]));
        match choices.next() {
            0..40 => take(&mut state, &mut link, &mut choices, now),
            40..50 => state.begin(&mut link),
            _ => link.apply(event(&mut choices), now),
        }
        compare(&before, &link);
        proofs(&link);
        let written = serde_json::to_string(&link).expect("a link is JSON");
        assert_eq!(
            serde_json::from_str::<Link>(&written).expect("it can be read"),
            link,
            "{written}"
        );
    }
    comes_to_an_end(link);
}

/// Nothing that is final has changed.
fn compare(before: &Link, after: &Link) {
    assert_eq!((&before.id, &before.terms), (&after.id, &after.terms));
    if let Some(cause) = before.ended() {
        assert_eq!(after.ended(), Some(cause));
        assert_eq!(before.status(), after.status());
        assert!(after.psu.is_none());
    } else if after.ended().is_none() {
        if before.status().is_final() {
            assert_eq!(before.status(), after.status());
        }
        if let Some(since) = before.approved() {
            assert_eq!(after.approved(), Some(since));
        }
    }
    if matches!(before.state, State::Deleted { .. }) {
        assert_eq!(before, after);
    }
    for one in &before.authorisations {
        let then = after.authorisation(&one.id).expect("an authorisation stays");
        assert!(!one.status.is_final() || then.status == one.status, "{one:?}");
        let Way::AtBank(back) = &one.way else { continue };
        let Way::AtBank(later) = &then.way else { panic!("{one:?} became {then:?}") };
        let is_good = matches!(back, Return::Taken | Return::Confirmed { .. });
        assert!(!is_good || later == back, "{one:?}");
    }
}

/// A proof is there for its reason alone.
fn proofs(link: &Link) {
    let Some(proof) = link.proof() else { return };
    assert!(link.ended().is_none());
    let certain = |one: &&Authorisation| match &one.way {
        Way::Beside(_) => one.status.is_approved(),
        Way::AtBank(back) => *back == Return::Taken,
        Way::Unknown => false,
    };
    let likely = |one: &&Authorisation| one.way.arrived().is_some() && one.status.is_approved();
    let all = || link.authorisations.iter();
    match proof {
        Proof::Certain => assert!(all().any(|one| certain(&one))),
        Proof::Likely { .. } => {
            assert!(all().any(|one| likely(&one)) && !all().any(|one| certain(&one)));
        }
    }
}

/// A link that no page continues is deleted at the platform, unless it is in use or over; after a week of tries the relay
/// gives up.
fn comes_to_an_end(mut link: Link) {
    link.apply(Event::Abandoned, at(0));
    if link.ended().is_none() {
        return;
    }
    for _ in 0..200 {
        link.apply(Event::NotDeleted { again: at(1) }, at(1));
    }
    assert!(matches!(link.state, State::Deleted { .. }) && link.due().is_none());
}

fn take(state: &mut ReturnState, link: &mut Link, choices: &mut Choices<'_>, now: Timestamp) {
    let how = match choices.next() % 3 {
        0 => Use::Own(Some(choices.of(&BACKS))),
        1 => Use::Exchange(CodeKey::from_bytes([choices.next(); 32])),
        _ => Use::Foreign,
    };
    let (was_used, was_ended) = (state.used != Used::NotYet, link.ended().is_some());
    let counts = state.take(link, how, now);
    match how {
        Use::Foreign => assert_eq!((counts, link.ended().is_some()), (!was_ended, true)),
        _ => assert_eq!(counts, !was_used),
    }
}

fn event(choices: &mut Choices<'_>) -> Event {
    let one = id(choices.of(&["a1", "a2"]));
    let sca = ["received", "started", "finalised", "failed", "exempted", "aNewWord"];
    let sca = ScaStatus::from(choices.of(&sca).to_owned());
    match choices.next() % 12 {
        0 => {
            let words =
                ["received", "valid", "rejected", "expired", "revokedByPsu", "partiallyAuthorised"];
            Event::Status(ConsentStatus::from(choices.of(&words).to_owned()))
        }
        1 => Event::ValidUntil("2027-01-01".to_owned()),
        2 | 3 => Event::Started(Authorisation::new(one, at(choices.next().into()), sca)),
        4 | 5 => Event::Sca(one, sca),
        6 => {
            let approach = choices.of(&["DECOUPLED", "REDIRECT", "EMBEDDED"]).to_owned();
            Event::Chosen(one, "mbid".parse().ok(), Approach::from(approach))
        }
        7 => Event::Back(one, choices.of(&BACKS)),
        8 => Event::Listed,
        9 => Event::End(Cause::Person),
        10 => {
            if choices.next() == 0 {
                Event::Abandoned
            } else {
                Event::Deleted
            }
        }
        _ => Event::Tick,
    }
}

/// What is still to be chosen. Where nothing is left, each choice is the first.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.next()) % all.len()]
    }
}

fn link() -> Link {
    let terms = Terms {
        bank: "ESSESESS".parse().expect("a BIC"),
        affiliated: None,
        entry: None,
        context: Context::Private,
        redirect_preferred: None,
        valid_until: "2027-01-31".to_owned(),
        return_page: None,
    };
    let session = SessionKey::from_bytes([1; 32]);
    let mut link = Link::new("c1".parse().expect("an id"), session, terms, at(0));
    link.psu = serde_json::from_str("\"sealed\"").ok();
    assert!(link.psu.is_some());
    link
}

fn id(text: &str) -> AuthorisationId {
    text.parse().expect("an id")
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

const BACKS: [Back; 8] = [
    Back::Arrived,
    Back::Confirmed,
    Back::Exchanging,
    Back::Taken,
    Back::Declined,
    Back::Failed,
    Back::Late,
    Back::ExchangeFailed,
];

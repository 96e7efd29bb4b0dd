//! All states of a link: each event applied to each state.

mod proofs;

use protocol::wire::{Approach, ScaStatus};

use super::event::TRIES;
use super::*;
use crate::crypto::key::CodeKey;

/// A new link with one authorisation.
pub(crate) fn link() -> Link {
    let terms = Terms {
        bank: "ESSESESS".parse().unwrap(),
        affiliated: None,
        entry: None,
        context: Context::Private,
        redirect_preferred: None,
        valid_until: "2027-01-31".to_owned(),
        return_page: None,
    };
    let session = SessionKey::from_bytes([1; 32]);
    let mut link = Link::new("c1".parse().unwrap(), session, terms, at(0));
    link.apply(Event::Started(Authorisation::new(a1(), at(0), ScaStatus::Received)), at(0));
    link
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn a1() -> AuthorisationId {
    "a1".parse().unwrap()
}

fn with(way: Way, status: ScaStatus) -> Link {
    let mut link = link();
    link.state = State::Approved { since: at(5), status: ConsentStatus::Received };
    link.authorisations[0] = Authorisation { status, way, ..link.authorisations[0].clone() };
    link
}

fn statuses() -> Vec<ScaStatus> {
    use ScaStatus::*;
    let unknown = Unknown("unconfirmed".to_owned());
    let open = [Received, PsuIdentified, PsuAuthenticated, ScaMethodSelected, Started];
    let more = [AuthenticationStarted, AuthoriseCreditorAccountStarted, unknown];
    open.into_iter().chain(more).chain([Finalised, Exempted, Failed]).collect()
}

fn returns() -> [Return; 9] {
    use Return::*;
    let (arrived, confirmed) = (Arrived { at: at(1) }, Confirmed { at: at(1) });
    [Awaited, arrived, confirmed, Exchanging, Taken, Declined, Failed, Late, ExchangeFailed]
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

fn ways() -> Vec<Way> {
    let beside = [Approach::Decoupled, Approach::Unknown("NEW".to_owned())].map(Way::Beside);
    let known = beside.into_iter().chain(returns().map(Way::AtBank));
    [Way::Unknown].into_iter().chain(known).collect()
}

/// A link in each state.
fn states() -> Vec<State> {
    let status = || ConsentStatus::Valid;
    let unknown = ConsentStatus::Unknown("partiallyAuthorised".to_owned());
    let over = |approved| State::Over { status: ConsentStatus::Expired, approved };
    let to_delete = |cause| State::to_delete(cause, status());
    vec![
        State::AwaitAuthorisation,
        State::AwaitApproval,
        State::AwaitMore { status: unknown.clone() },
        State::Approved { since: at(5), status: status() },
        State::Approved { since: at(5), status: unknown },
        over(None),
        over(Some(at(5))),
        to_delete(Cause::Person),
        to_delete(Cause::Foreign { authorisation: a1() }),
        State::Deleted { cause: Cause::Abandoned, status: status() },
        State::Deleted { cause: Cause::Foreign { authorisation: a1() }, status: status() },
    ]
}

fn events() -> Vec<Event> {
    let words = ["received", "valid", "partiallyAuthorised", "rejected", "revokedByPsu", "expired"];
    let statuses_of_consents =
        words.into_iter().map(|word| Event::Status(ConsentStatus::from(word.to_owned())));
    let new = |name: &str, status| {
        Event::Started(Authorisation::new(name.parse().unwrap(), at(1), status))
    };
    let chosen = |approach| Event::Chosen(a1(), Some("mbid".parse().unwrap()), approach);
    let rest = [
        new("a1", ScaStatus::Finalised),
        new("a2", ScaStatus::Received),
        chosen(Approach::Redirect),
        chosen(Approach::Decoupled),
        Event::Listed,
        Event::End(Cause::Person),
        Event::End(Cause::Foreign { authorisation: a1() }),
        Event::Abandoned,
        Event::Deleted,
        Event::NotDeleted { again: at(9) },
        Event::Tick,
    ];
    let scas = statuses().into_iter().map(|status| Event::Sca(a1(), status));
    let backs = BACKS.into_iter().map(|back| Event::Back(a1(), back));
    statuses_of_consents.chain(scas).chain(backs).chain(rest).collect()
}

#[test]
fn a_return_that_ended_well_stays_and_one_without_a_code_never_becomes_certain() {
    for before in returns() {
        for back in BACKS {
            let mut link = with(Way::AtBank(before.clone()), ScaStatus::Finalised);
            link.apply(Event::Back(a1(), back), at(9));
            let Way::AtBank(after) = link.authorisations[0].way.clone() else { panic!() };
            let case = format!("{before:?} {back:?} {after:?}");
            let is_good = matches!(before, Return::Taken | Return::Confirmed { .. });
            let stays = is_good
                || (back == Back::Arrived
                    && !matches!(before, Return::Awaited | Return::Arrived { .. }));
            assert_eq!(after == before, stays || came(&before, back), "{case}");
            let is_certain = link.proof() == Some(Proof::Certain);
            assert_eq!(
                is_certain,
                before == Return::Taken || (back == Back::Taken && !is_good),
                "{case}"
            );
            if let (Return::Arrived { at: since }, Back::Confirmed) = (&before, back) {
                assert_eq!(after, Return::Confirmed { at: *since });
            }
        }
    }
}

/// Whether `back` repeats `before`.
fn came(before: &Return, back: Back) -> bool {
    matches!(
        (before, back),
        (Return::Exchanging, Back::Exchanging)
            | (Return::Declined, Back::Declined)
            | (Return::Failed, Back::Failed)
            | (Return::Late, Back::Late)
            | (Return::ExchangeFailed, Back::ExchangeFailed)
    )
}

#[test]
fn a_way_through_the_banks_page_stays_one() {
    for way in ways() {
        let mut link = with(way.clone(), ScaStatus::Started);
        link.apply(Event::Chosen(a1(), None, Approach::Decoupled), at(9));
        let after = link.authorisations[0].way.clone();
        match way {
            Way::AtBank(_) => assert_eq!(after, way),
            _ => assert_eq!(after, Way::Beside(Approach::Decoupled)),
        }
        link.apply(Event::Chosen(a1(), None, Approach::Redirect), at(9));
        assert!(matches!(link.authorisations[0].way, Way::AtBank(_)));
    }
}

#[test]
fn a_final_state_does_not_change_whatever_happens() {
    for state in states() {
        for event in events() {
            let mut link = Link { state: state.clone(), ..link() };
            let sca = link.authorisations[0].clone();
            link.apply(event.clone(), at(7));
            let case = format!("{state:?} {event:?} {:?}", link.state);
            // In the order of the states: a link that the relay has ended never opens again, and a consent that
            // is over never continues.
            match &state {
                State::Deleted { .. } => assert_eq!(link.state, state, "{case}"),
                State::AwaitDeletion { cause, .. } => {
                    assert_eq!(link.ended(), Some(cause), "{case}");
                    assert_eq!(link.authorisations, [sca], "{case}");
                }
                State::Over { status, .. } => assert_eq!(link.status(), status, "{case}"),
                State::Approved { since, .. } => {
                    assert_ne!(link.status(), &ConsentStatus::Received, "{case}");
                    let left = link.ended().is_some();
                    assert!(
                        left || link.approved() == Some(*since),
                        "the first word counts: {case}"
                    );
                }
                State::AwaitMore { .. } => {
                    assert_ne!(link.state, State::AwaitApproval, "{case}");
                    assert_ne!(link.state, State::AwaitAuthorisation, "{case}");
                }
                State::AwaitApproval => assert_ne!(link.state, State::AwaitAuthorisation, "{case}"),
                State::AwaitAuthorisation => {}
            }
        }
    }
    for first in statuses() {
        for second in statuses() {
            let mut link = with(Way::Unknown, first.clone());
            link.apply(Event::Sca(a1(), second.clone()), at(7));
            let expect = if first.is_final() { first.clone() } else { second };
            assert_eq!(link.authorisations[0].status, expect);
        }
    }
}

#[test]
fn an_open_link_with_an_approved_authorisation_has_the_time_of_approval() {
    // Each pair of events: if an authorisation is approved, the open link has the time of the approval.
    for first in events() {
        for second in events() {
            let mut link = link();
            for (event, millis) in [(first.clone(), 1), (second.clone(), 2)] {
                link.apply(event, at(millis));
            }
            let is_approved = link.authorisations.iter().any(|one| one.status.is_approved());
            if link.ended().is_none() && is_approved {
                assert!(link.approved().is_some(), "{first:?} {second:?}");
            }
            assert_eq!(link.ended().is_some(), link.state.word().contains("elet"));
        }
    }
}

#[test]
fn a_link_that_is_abandoned_is_deleted_unless_it_is_over_or_a_page_knows_it() {
    for state in states() {
        for listed in [Listed::NotYet, Listed::Once] {
            let mut link = Link { state: state.clone(), listed, ..link() };
            link.apply(Event::Abandoned, at(7));
            let goes = match state {
                State::Over { .. } | State::Deleted { .. } => false,
                State::AwaitDeletion { .. } => true,
                _ => listed == Listed::NotYet,
            };
            assert_eq!(matches!(link.state, State::AwaitDeletion { .. }), goes, "{state:?}");
        }
    }
}

#[test]
fn the_link_forgets_a_persons_id_once_no_step_needs_it() {
    let kept = |for_accounts| {
        let sealed = Sealed::kept("abc".to_owned());
        if for_accounts { sealed.for_accounts() } else { sealed }
    };
    for event in events() {
        for for_accounts in [false, true] {
            let mut link = Link { psu: Some(kept(for_accounts)), ..link() };
            link.apply(event.clone(), at(7));
            let stays = match &event {
                Event::Status(ConsentStatus::Valid)
                | Event::Sca(_, ScaStatus::Finalised | ScaStatus::Exempted)
                | Event::Back(_, Back::Taken | Back::Confirmed) => for_accounts,
                Event::Status(status) => *status == ConsentStatus::Received,
                Event::Sca(_, status) => *status != ScaStatus::Failed,
                Event::Back(_, back) => matches!(back, Back::Arrived | Back::Exchanging),
                Event::Listed | Event::End(_) | Event::Abandoned => false,
                _ => true,
            };
            assert_eq!(link.psu.is_some(), stays, "{event:?} {for_accounts}");
        }
    }
    let mut link = Link { psu: Some(kept(true)), ..link() };
    assert_eq!(link.due(), Some(at(60 * 60_000)));
    link.apply(Event::Tick, at(60 * 60_000 - 1));
    assert!(link.psu.is_some());
    link.apply(Event::Tick, at(60 * 60_000));
    assert_eq!((link.psu.is_some(), link.due()), (false, None));
}

#[test]
fn time_ends_an_abandoned_link_and_after_a_week_the_tries_to_delete_it() {
    let mut new = Link { authorisations: Vec::new(), state: State::AwaitAuthorisation, ..link() };
    assert_eq!(new.due(), Some(at(15 * 60_000)));
    new.apply(Event::Tick, at(15 * 60_000 - 1));
    assert_eq!(new.ended(), None);
    new.apply(Event::Tick, at(15 * 60_000));
    assert_eq!((new.ended(), new.due()), (Some(&Cause::Abandoned), Some(at(0))), "at once");
    for number in 1..TRIES {
        new.apply(Event::NotDeleted { again: at(u64::from(number)) }, at(0));
        let State::AwaitDeletion { failures, due, .. } = new.state else { panic!() };
        assert_eq!((failures, due), (number, at(u64::from(number))));
    }
    new.apply(Event::NotDeleted { again: at(9) }, at(0));
    assert_eq!((new.state.word(), new.due()), ("deleted", None));
}

#[test]
fn a_state_is_used_once_and_a_use_elsewhere_ends_the_link_whenever_it_comes() {
    let code = |number| CodeKey::from_bytes([number; 32]);
    let own = || [None, Some(Back::Declined), Some(Back::Late)].map(Use::Own);
    for first in own().into_iter().chain([Use::Exchange(code(3)), Use::Foreign]) {
        for second in own().into_iter().chain([Use::Exchange(code(4)), Use::Foreign]) {
            let mut link = link();
            let mut state = ReturnState {
                session: link.session,
                consent: link.id.clone(),
                authorisation: a1(),
                kind: ReturnKind::Code,
                expires: at(9),
                used: Used::NotYet,
            };
            state.begin(&mut link);
            assert_eq!(link.authorisations[0].way, Way::AtBank(Return::Awaited));
            assert!(state.take(&mut link, first, at(1)), "{first:?}");
            let counts = state.take(&mut link, second, at(2));
            assert_eq!(
                counts,
                second == Use::Foreign && first != Use::Foreign,
                "{first:?} {second:?}"
            );
            let expect = if let Use::Exchange(code) = first { Some(code) } else { None };
            assert_eq!(state.code(), expect, "{first:?} {second:?}");
            let is_foreign = first == Use::Foreign || second == Use::Foreign;
            assert_eq!(link.ended().is_some(), is_foreign);
            assert_eq!(link.outcome(&a1()) == Some(Returned::Foreign), is_foreign);
            assert!(!link.is_gone());
        }
    }
}

#[test]
fn a_link_comes_back_from_its_json_as_it_was() {
    for state in states() {
        for way in ways() {
            let mut link = with(way, ScaStatus::Exempted);
            link.state = state.clone();
            link.psu = Some(Sealed::kept("abc".to_owned()));
            link.terms.return_page = Some(KeptPage::kept("https://shop.example/ abc".to_owned()));
            link.terms.entry = Entry::decoded("e1,Nordea%20F%C3%B6retag");
            let text = serde_json::to_string(&link).unwrap();
            assert_eq!(serde_json::from_str::<Link>(&text).unwrap(), link, "{text}");
        }
    }
}

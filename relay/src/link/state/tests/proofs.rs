//! What proves an approval: the whole table.

use std::time::Duration;

use super::*;

#[test]
fn only_who_came_back_or_signed_beside_the_page_proves_an_approval() {
    let likely = Proof::Likely { since: at(5) };
    for way in ways() {
        for status in statuses() {
            let is_approved = [ScaStatus::Finalised, ScaStatus::Exempted].contains(&status);
            let expect = match &way {
                Way::Beside(_) => is_approved.then_some(Proof::Certain),
                Way::AtBank(Return::Taken) => Some(Proof::Certain),
                Way::AtBank(Return::Arrived { .. } | Return::Confirmed { .. }) => {
                    is_approved.then_some(likely)
                }
                Way::Unknown
                | Way::AtBank(
                    Return::Awaited
                    | Return::Exchanging
                    | Return::Declined
                    | Return::Failed
                    | Return::Late
                    | Return::ExchangeFailed,
                ) => None,
            };
            assert_eq!(with(way.clone(), status.clone()).proof(), expect, "{way:?} {status:?}");
        }
    }
}

#[test]
fn of_several_authorisations_the_strongest_proof_counts_and_what_is_ended_proves_nothing() {
    for first in ways() {
        for second in ways() {
            let one = |way: &Way| with(way.clone(), ScaStatus::Finalised).proof();
            let mut both = with(first.clone(), ScaStatus::Finalised);
            let other = with(second.clone(), ScaStatus::Finalised).authorisations.remove(0);
            both.authorisations.push(other);
            let expect = match (one(&first), one(&second)) {
                (Some(Proof::Certain), _) | (_, Some(Proof::Certain)) => Some(Proof::Certain),
                (first, second) => first.or(second),
            };
            assert_eq!(both.proof(), expect, "{first:?} {second:?}");
            both.apply(Event::End(Cause::Person), at(6));
            assert_eq!(both.proof(), None);
        }
    }
}

#[test]
fn a_likely_proof_waits_from_the_approval_on() {
    let hold = Duration::from_secs(8);
    let likely = Proof::Likely { since: at(5000) };
    for (now, left) in [(5000, 8000), (6000, 7000), (12_999, 1), (13_000, 0), (20_000, 0)] {
        assert_eq!(likely.wait(hold, at(now)), Duration::from_millis(left));
    }
    assert_eq!(likely.wait(hold, at(0)), hold, "a clock that was set back makes it no longer");
    assert_eq!(Proof::Certain.wait(hold, at(0)), Duration::ZERO);
}

#[test]
fn what_an_earlier_table_of_proofs_said_still_holds() {
    use Approach::{Decoupled, Redirect};
    use Return::*;
    use ScaStatus::{Exempted, Failed as NotSigned, Finalised, Received, Started};
    let (certain, likely) = (Some(Proof::Certain), Some(Proof::Likely { since: at(5) }));
    let at_bank = |back| Way::AtBank(back);
    let arrived = || Arrived { at: at(1) };
    let confirmed = || Confirmed { at: at(1) };
    for (way, status, expect) in [
        (Way::of(Decoupled), Finalised, certain),
        (Way::of(Decoupled), Exempted, certain),
        (Way::of(Decoupled), Started, None),
        (Way::of(Decoupled), NotSigned, None),
        (Way::of(Approach::from("NEW".to_owned())), Finalised, certain),
        (Way::Unknown, Received, None),
        (Way::Unknown, Finalised, None),
        (Way::of(Redirect), Finalised, None),
        (at_bank(arrived()), Finalised, likely),
        (Way::of(Redirect), Started, None),
        (at_bank(arrived()), Started, None),
        (at_bank(arrived()), NotSigned, None),
        (at_bank(Taken), Received, certain),
        (at_bank(confirmed()), Received, None),
        (at_bank(Taken), Finalised, certain),
        (at_bank(confirmed()), Finalised, likely),
        (at_bank(Exchanging), Started, None),
        (at_bank(Exchanging), Finalised, None),
        (at_bank(Exchanging), Exempted, None),
        (at_bank(Exchanging), NotSigned, None),
        (at_bank(ExchangeFailed), Finalised, None),
        (at_bank(Declined), Finalised, None),
        (at_bank(Late), Finalised, None),
    ] {
        assert_eq!(with(way.clone(), status.clone()).proof(), expect, "{way:?} {status:?}");
    }
    let mut foreign = with(at_bank(Taken), Finalised);
    foreign.apply(Event::End(Cause::Foreign { authorisation: a1() }), at(6));
    assert_eq!(foreign.proof(), None);
}

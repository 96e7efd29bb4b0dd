//! Checks what the types of a profile cannot express. A program that reads profiles from a file must not
//! start with an unsound one.

use thiserror::Error;

use super::{Challenge, IdFormat, Method, Profile, Profiles};
use crate::wire::{Approach, ScaStatus};

/// The error in a profile, by its bank and its member. It repeats no value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{bank}: {member} {problem}")]
pub struct Unsound {
    /// The bank's BIC; `unknown` for the profile of unknown banks, `profiles` for the whole.
    pub bank: String,
    /// The member.
    pub member: &'static str,
    /// What it must be.
    pub problem: &'static str,
}

/// A member and what it must be.
type Violation = (&'static str, &'static str);

impl Profiles {
    /// Checks all profiles, and that each bank has one.
    ///
    /// # Errors
    /// The first error.
    pub fn check(&self) -> Result<(), Unsound> {
        let unsound = |bank: &str| {
            let bank = bank.to_owned();
            move |(member, problem)| Unsound { bank, member, problem }
        };
        if self.version != Self::VERSION {
            return Err(unsound("profiles")(("version", "must be 1")));
        }
        if let Some(profile) = &self.unknown {
            demand(profile.bic.is_none(), "bic", "must be left out").map_err(unsound("unknown"))?;
            profile.check().map_err(unsound("unknown"))?;
        }
        for (index, profile) in self.bank.iter().enumerate() {
            let Some(bic) = &profile.bic else {
                return Err(unsound("profiles")(("bic", "must be said of each bank")));
            };
            let first = self.bank[..index].iter().all(|other| other.bic != profile.bic);
            demand(first, "bic", "must be that of one profile only")
                .and_then(|()| profile.check())
                .map_err(unsound(bic.as_str()))?;
        }
        Ok(())
    }
}

impl Profile {
    fn check(&self) -> Result<(), Violation> {
        self.check_methods()?;
        self.check_statuses()?;
        self.check_numbers()?;
        let ids = || self.affiliated.iter().map(|bank| &bank.id);
        demand(are_different(ids()), "affiliated", "must have each id once")?;
        let named = self.affiliated.iter().all(|bank| !bank.name.trim().is_empty());
        demand(named, "affiliated", "must name each bank")?;
        let tests = self.corporate_id_tests.iter();
        let are_ids =
            tests.clone().all(|id| IdFormat::Text.read(id, 0).is_ok_and(|it| it.as_str() == id));
        demand(
            are_ids,
            "corporate_id_tests",
            "must be ids of 1 to 64 characters of printable ASCII",
        )?;
        demand(are_different(tests), "corporate_id_tests", "must have each id once")?;
        demand(are_different(self.headers.iter()), "headers", "must have each header once")?;
        let written = self.notes.iter().all(|note| {
            [&note.sv, &note.en, &note.fi, &note.nb, &note.da]
                .iter()
                .all(|text| !text.trim().is_empty())
        });
        demand(written, "notes", "must be written in every language")
    }

    fn check_methods(&self) -> Result<(), Violation> {
        let known = |approach: &Approach| !matches!(approach, Approach::Unknown(_));
        let approaches = &self.approaches;
        demand(
            !approaches.is_empty()
                && approaches.iter().all(known)
                && are_different(approaches.iter()),
            "approaches",
            "must be DECOUPLED, REDIRECT or both, each once",
        )?;
        let place = |method: &Method| (method.id.clone(), method.approach());
        let places: Vec<_> = self.methods.iter().map(place).collect();
        demand(
            are_different(places.iter()),
            "methods",
            "must have each id once in each approach: an order has no doubles",
        )?;
        let fit = places.iter().all(|(_, approach)| approaches.contains(approach))
            && approaches.iter().all(|one| places.iter().any(|(_, approach)| approach == one));
        demand(fit, "methods", "must be of each approach of the bank, and of no other")
    }

    fn check_statuses(&self) -> Result<(), Violation> {
        let Some((last, before)) = self.statuses.split_last() else { return Ok(()) };
        let known = |status: &ScaStatus| !matches!(status, ScaStatus::Unknown(_));
        demand(self.statuses.iter().all(known), "statuses", "must be words of the platform")?;
        demand(last.is_approved(), "statuses", "must end in finalised or exempted")?;
        let open = before.iter().all(|status| !status.is_final());
        demand(open, "statuses", "must not end before their end")?;
        demand(are_different(self.statuses.iter()), "statuses", "must have each status once")?;
        let shown = before.iter().filter(|status| **status != ScaStatus::Received).count();
        let enough = u64::try_from(shown).is_ok_and(|shown| self.scans <= shown);
        demand(enough, "scans", "must not be more than there are statuses for them")
    }

    fn check_numbers(&self) -> Result<(), Violation> {
        demand((1..=MOST_SCANS).contains(&self.scans), "scans", "must be from 1 to 9")?;
        let pick_up = (1..=LONGEST_WAIT).contains(&self.pick_up_seconds);
        demand(pick_up, "pick_up_seconds", "must be from 1 to 3600")?;
        let sign = self.sign_seconds.is_none_or(|seconds| seconds <= LONGEST_WAIT);
        demand(sign, "sign_seconds", "must be from 0 to 3600")?;
        let days = (1..=LONGEST_DAYS).contains(&self.longest_days);
        demand(days, "longest_days", "must be from 1 to 3650")?;
        let usual = (1..=self.longest_days).contains(&self.usual_days);
        demand(usual, "usual_days", "must be from 1 to longest_days")?;
        for (member, number) in [
            ("history_days", self.history_days),
            ("history_later_days", self.history_later_days),
            ("history_rows", self.history_rows),
        ] {
            demand(number != Some(0), member, "must be at least 1, or left out")?;
        }
        let all = self.history_days.unwrap_or(u64::MAX);
        let less = self.history_later_days.is_none_or(|days| days <= all);
        demand(less, "history_later_days", "must not be more than history_days")?;
        let all_on_pages = self.methods.iter().all(|method| method.challenge == Challenge::Page);
        demand(
            !all_on_pages || self.scans == 1,
            "scans",
            "must be left out of banks without an app",
        )
    }
}

fn demand(holds: bool, member: &'static str, problem: &'static str) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err((member, problem)) }
}

fn are_different<T: PartialEq>(items: impl Iterator<Item = T> + Clone) -> bool {
    let mut rest = items.clone();
    items.into_iter().all(|item| {
        rest.next();
        rest.clone().all(|other| other != item)
    })
}

const MOST_SCANS: u64 = 9;
/// Seconds. No bank waits an hour for an app.
const LONGEST_WAIT: u64 = 3600;
/// Days. Ten years catch slips; the law has its own limit.
const LONGEST_DAYS: u64 = 3650;

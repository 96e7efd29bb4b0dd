//! What is known about the current bank: the platform's details and the profile. The flow asks for both at
//! the same time; the safe defaults replace a missing answer.

use super::input::{Answer, Failure, Ids};
use super::output::Bank;
use super::request::RequestId;
use super::view::Ways;
use crate::id::BicFi;
use crate::profile::{Context, Facts, Need};
use crate::wire::AffiliatedAspsp;

/// What is known about one bank.
#[derive(Debug, Default)]
pub(super) struct Known {
    bank: Option<BicFi>,
    /// How many questions failed: another try repeats them.
    failures: u32,
    /// The unanswered questions.
    open: Vec<RequestId>,
    /// How it lets persons approve: by the platform's details, else by the profile.
    pub(super) ways: Ways,
    /// The banks of its group: the platform's list, else the profile's.
    pub(super) group: Vec<Bank>,
    /// Its profile.
    pub(super) facts: Facts,
}

impl Known {
    /// Nothing yet about the bank of these questions.
    pub(super) fn asked(bank: BicFi, open: [RequestId; 2]) -> Self {
        Self { bank: Some(bank), open: open.into(), ..Self::default() }
    }

    /// Whether it is about `bank`, and a repetition makes no sense.
    pub(super) fn is_of(&self, bank: &BicFi) -> bool {
        self.bank.as_ref() == Some(bank) && self.failures == 0
    }

    /// Whether all questions are answered.
    pub(super) fn is_settled(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether the person must choose a bank in the group of `bank`.
    pub(super) fn asks_which(&self, bank: &Bank) -> bool {
        bank.affiliated.is_none() && self.group.len() > 1
    }

    /// Takes the answer, if it belongs to one of the questions.
    pub(super) fn notice(&mut self, id: RequestId, answer: &mut Result<Answer, Failure>) {
        let Some(place) = self.open.iter().position(|open| *open == id) else { return };
        self.open.swap_remove(place);
        match answer {
            Ok(Answer::Aspsp(details)) => {
                let ways = Ways::of(details);
                if ways != Ways::Unknown {
                    self.ways = ways;
                }
                // The platform knows the group better than the profile.
                self.take_group(std::mem::take(&mut details.affiliated_aspsps));
            }
            Ok(Answer::Profile(facts)) => {
                self.facts = std::mem::take(facts);
                if self.ways == Ways::Unknown {
                    self.ways = Ways::among(&self.facts.approaches);
                }
                if self.group.is_empty() {
                    let listed = std::mem::take(&mut self.facts.affiliated);
                    self.take_group(listed);
                }
            }
            _ => self.failures += 1,
        }
    }

    /// Whether the bank demands an id that is missing in `ids`.
    pub(super) fn lacks(&self, ids: &Ids, context: Context) -> bool {
        let must = |(need, _)| need == Need::Must;
        must(self.facts.person_in(context)) && ids.person.is_none()
            || must(self.facts.company_in(context)) && ids.company.is_none()
    }

    /// Whether the bank uses an id, even an optional one.
    pub(super) fn takes_ids(&self, context: Context) -> bool {
        let has_use = |(need, _)| need != Need::Never;
        has_use(self.facts.person_in(context)) || has_use(self.facts.company_in(context))
    }

    /// Takes the banks of `listed` that calls can name, unless there are none.
    fn take_group(&mut self, listed: Vec<AffiliatedAspsp>) {
        let Some(bic) = &self.bank else { return };
        let bank = |it: AffiliatedAspsp| {
            let affiliated = Some(it.id.parse().ok()?);
            Some(Bank { bic: bic.clone(), name: it.name, entry: None, affiliated })
        };
        let group: Vec<_> = listed.into_iter().filter_map(bank).collect();
        if !group.is_empty() {
            self.group = group;
        }
    }
}

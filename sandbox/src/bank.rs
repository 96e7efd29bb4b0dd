//! Banks. The profile, which widget and relay share, holds what is known of a bank; `data/banks.toml` holds
//! what the sandbox invents for it. No code may ask for a bank by its BIC.

mod decoupled;
mod redirect;
mod reports;

use protocol::id::{BicFi, CountryCode};
use protocol::profile::{Affiliated, DeviceHeader, Profile, Unsound};
use protocol::wire;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::decoupled::DecoupledData;
pub(crate) use self::decoupled::{Decoupled, Step, method_kind, method_name};
use self::redirect::RedirectData;
pub(crate) use self::redirect::{Kind, PageMethod, Proof, Redirect, Stage, UserId};
use self::reports::Reports;
pub(crate) use self::reports::{Beyond, EntryReferences, Paging, Pending, TransactionIds};

/// What the sandbox invents for a bank: an entry of `data/banks.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BankData {
    bic: BicFi,
    name: String,
    country: CountryCode,
    cities: Vec<String>,
    head_office: Option<String>,
    street_address: String,
    postal_code: String,
    website_url: String,
    /// Banks of its group, beyond those in the profile.
    #[serde(default)]
    affiliated: Vec<Affiliated>,
    /// The calls on which the bank insists on the headers that its profile names.
    #[serde(default)]
    demands: Vec<Demand>,
    /// What the bank shows the person after the choice of a method.
    message: Option<String>,
    decoupled: Option<DecoupledData>,
    redirect: Option<RedirectData>,
    #[serde(default)]
    reports: Reports,
    notes: String,
}

/// A header about the person's device, and the calls that the bank refuses without it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Demand {
    header: DeviceHeader,
    on: Vec<Occasion>,
}

/// A kind of calls about a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Occasion {
    /// All calls of the Consent Service.
    Consents,
    /// A new consent.
    Create,
    /// The choice of a method (OpenAPI `updateConsentsPsuData`).
    Update,
    /// All calls of the Account Information Service.
    Accounts,
}

/// A bank.
#[derive(Debug, Serialize)]
pub(crate) struct Bank {
    /// Names it in every call.
    pub(crate) bic: BicFi,
    /// The bank's name in lists.
    pub(crate) name: String,
    pub(crate) country: CountryCode,
    /// Cities that list the bank, by name; the first is its head office if `head_office` names no other.
    pub(crate) cities: Vec<String>,
    head_office: Option<String>,
    pub(crate) street_address: String,
    pub(crate) postal_code: String,
    pub(crate) website_url: String,
    /// The banks of its group.
    pub(crate) affiliated: Vec<Affiliated>,
    demands: Vec<Demand>,
    /// What the bank shows the person after the choice of a method (OpenAPI `psuMessage`).
    pub(crate) message: Option<String>,
    /// The decoupled approach, if it has it.
    decoupled: Option<Decoupled>,
    /// The redirect approach, if it has it.
    pub(crate) redirect: Option<Redirect>,
    /// How it reports accounts.
    pub(crate) reports: Reports,
    /// The bank's profile.
    pub(crate) profile: Profile,
    /// For developers: what is unusual about it.
    notes: String,
}

/// Why a profile and `data/banks.toml` contradict each other.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum Mismatch {
    #[error(transparent)]
    Unsound(#[from] Unsound),
    #[error("{0} is a bank here and has no profile")]
    NoProfile(BicFi),
    #[error("{0} has a profile and is no bank here")]
    NoBank(BicFi),
    #[error("{bic} {problem}")]
    Bank { bic: BicFi, problem: &'static str },
}

/// The value of `TPP-Redirect-Preferred`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RedirectPreference {
    Unsaid,
    Preferred,
    NotPreferred,
}

/// How a bank authenticates a person.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Approach<'a> {
    /// In the BankID app, by these rules.
    Decoupled(&'a Decoupled),
    /// On the bank's own page, by these rules.
    Redirect(&'a Redirect),
}

impl Bank {
    /// Joins each bank of `data` with its profile. Both must exist.
    pub(crate) fn join(data: Vec<BankData>, profiles: &[Profile]) -> Result<Vec<Self>, Mismatch> {
        let mut bics = profiles.iter().filter_map(|profile| profile.bic.as_ref());
        if let Some(bic) = bics.find(|bic| data.iter().all(|it| it.bic != **bic)) {
            return Err(Mismatch::NoBank(bic.clone()));
        }
        let find = |bic: &BicFi| profiles.iter().find(|it| it.bic.as_ref() == Some(bic)).cloned();
        data.into_iter()
            .map(|data| {
                let profile =
                    find(&data.bic).ok_or_else(|| Mismatch::NoProfile(data.bic.clone()))?;
                let bic = data.bic.clone();
                Self::of(data, profile).map_err(|problem| Mismatch::Bank { bic, problem })
            })
            .collect()
    }

    fn of(data: BankData, profile: Profile) -> Result<Self, &'static str> {
        let has = |approach| profile.methods_of(approach).next().is_some();
        let said = (data.decoupled.is_some(), data.redirect.is_some());
        if said != (has(wire::Approach::Decoupled), has(wire::Approach::Redirect)) {
            return Err("has other approaches here than in its profile");
        }
        let join = |redirect| Redirect::join(redirect, &profile);
        let redirect = data.redirect.map(join).transpose()?;
        let join = |decoupled| Decoupled::join(decoupled, &profile);
        let decoupled = data.decoupled.map(join).transpose()?;
        let affiliated: Vec<_> =
            profile.affiliated.iter().cloned().chain(data.affiliated).collect();
        let is_new = |(place, bank): (usize, &Affiliated)| {
            affiliated[..place].iter().all(|other| other.id != bank.id)
        };
        if !affiliated.iter().enumerate().all(is_new) {
            return Err("has a bank of its group twice");
        }
        if data.demands.iter().map(|it| &it.header).ne(&profile.headers) {
            return Err("needs to say on which calls it insists on the headers of its profile");
        }
        Ok(Self {
            bic: data.bic,
            name: data.name,
            country: data.country,
            cities: data.cities,
            head_office: data.head_office,
            street_address: data.street_address,
            postal_code: data.postal_code,
            website_url: data.website_url,
            affiliated,
            demands: data.demands,
            message: data.message,
            decoupled,
            redirect,
            reports: data.reports,
            profile,
            notes: data.notes,
        })
    }

    /// The approach that the bank takes for this preference of the client.
    pub(crate) fn approach(&self, preference: RedirectPreference) -> Approach<'_> {
        match (&self.decoupled, &self.redirect) {
            (Some(rules), _) if rules.holds(preference) => Approach::Decoupled(rules),
            (_, Some(rules)) => Approach::Redirect(rules),
            _ => panic!("a test finds an approach of every bank for every preference"),
        }
    }

    /// The headers about the person's device that the bank insists on at any of `occasions`.
    pub(crate) fn demands(&self, occasions: &[Occasion]) -> impl Iterator<Item = &'static str> {
        let demands = self.demands.iter();
        let hit = demands.filter(move |it| it.on.iter().any(|on| occasions.contains(on)));
        hit.map(|it| it.header.as_str())
    }

    /// The city of its head office.
    pub(crate) fn head_office(&self) -> &str {
        self.head_office.as_ref().unwrap_or(&self.cities[0])
    }

    /// The names of its approaches, as its details list them.
    pub(crate) fn approach_names(&self) -> Vec<&'static str> {
        let redirect = self.redirect.as_ref().map(|rules| match rules.kind {
            Kind::Oauth => "OAuth2",
            Kind::Plain => "Redirect",
        });
        let decoupled = self.decoupled.as_ref().map(|_| "Decoupled");
        decoupled.into_iter().chain(redirect).collect()
    }
}

#[cfg(test)]
mod tests {
    use protocol::profile::{AfterPickUp, Profile};

    use super::{Approach, Bank, Mismatch, RedirectPreference};
    use crate::directory::Directory;

    #[test]
    fn every_bank_is_in_a_city_and_every_decoupled_one_has_methods_and_steps() {
        for bank in &Directory::get().banks {
            assert!(!bank.cities.is_empty(), "{}", bank.bic);
            if let Some(rules) = &bank.decoupled {
                assert!(!rules.methods.is_empty(), "{}", bank.bic);
                assert!(!rules.steps.is_empty(), "{}", bank.bic);
            }
        }
    }

    #[test]
    fn a_bank_in_one_file_and_not_in_the_other_is_found() {
        let [mut banks, mut more] = [0; 2].map(|_| Directory::banks_data());
        let profiles = || Directory::profiles().expect("they are sound").bank;
        let last = more.pop().expect("there are banks").bic;
        let found = |banks, profiles: &[_]| Bank::join(banks, profiles).map(|banks| banks.len());
        assert_eq!(found(more, &profiles()), Err(Mismatch::NoBank(last)));
        let mut fewer = profiles();
        let first = fewer.remove(0).bic.expect("each has its BIC");
        assert_eq!(found(Directory::banks_data(), &fewer), Err(Mismatch::NoProfile(first.clone())));
        banks[0].decoupled = None;
        let problem = "has other approaches here than in its profile";
        assert_eq!(found(banks, &profiles()), Err(Mismatch::Bank { bic: first, problem }));
    }

    #[test]
    fn what_is_made_up_must_fit_the_profile() {
        let found = |change: fn(&mut Profile), place: usize| {
            let mut profiles = Directory::profiles().expect("they are sound").bank;
            change(&mut profiles[place]);
            let joined = Bank::join(Directory::banks_data(), &profiles);
            joined.expect_err("they do not fit").to_string()
        };
        let unknown = found(|it| it.sign_seconds = None, 0);
        assert_eq!(unknown, "ESSESESS needs its seconds to sign");
        let unknown = found(|it| it.after_pick_up = AfterPickUp::Unknown, 0);
        assert_eq!(unknown, "ESSESESS needs to say whether the challenge goes");
        let scans = found(|it| it.scans = 1, 2);
        assert_eq!(scans, "SWEDSESS needs a status and a text for each scan");
        let group = found(|it| it.affiliated = vec![it.affiliated[0].clone(); 2], 2);
        assert_eq!(group, "SWEDSESS has a bank of its group twice");
        let method = found(|it| it.methods.truncate(1), 7);
        assert_eq!(method, "OKOYFIHH needs the methods of its profile for its page");
        let headers = found(|it| it.headers.clear(), 1);
        let demand = "needs to say on which calls it insists on the headers of its profile";
        assert_eq!(headers, ["HANDSESS", demand].join(" "));
        let statuses = found(|it| it.statuses.truncate(1), 3);
        assert_eq!(statuses, "NDEASESS needs statuses for its page: one to four, and the end");
    }

    #[test]
    fn every_bank_has_an_approach_and_only_swedbanks_is_a_matter_of_preference() {
        let decoupled = |preference| {
            let banks = Directory::get().banks.iter();
            let decoupled =
                banks.filter(|bank| matches!(bank.approach(preference), Approach::Decoupled(_)));
            decoupled.map(|bank| bank.bic.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(
            decoupled(RedirectPreference::NotPreferred),
            ["ESSESESS", "HANDSESS", "SWEDSESS"]
        );
        assert_eq!(decoupled(RedirectPreference::Preferred), ["ESSESESS", "HANDSESS"]);
        assert_eq!(decoupled(RedirectPreference::Unsaid), ["ESSESESS", "HANDSESS"]);
    }
}

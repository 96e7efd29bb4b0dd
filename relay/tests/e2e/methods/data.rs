//! The banks to link: the profiles, with the names of each bank and its methods in the sandbox.

use protocol::profile::{Challenge, Method, Profile, Profiles};
use serde::Deserialize;

/// A bank as the person finds it.
pub(super) struct Bank {
    pub(super) name: String,
    pub(super) country: String,
    pub(super) profile: Profile,
    page: Option<Pages>,
}

#[derive(Deserialize)]
struct File {
    bank: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    bic: String,
    name: String,
    country: String,
    redirect: Option<Pages>,
}

#[derive(Deserialize)]
struct Pages {
    methods: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
    name: String,
}

/// All banks that have a profile.
pub(super) fn banks() -> Vec<Bank> {
    let profiles: Profiles = toml::from_str(PROFILES).expect("the profiles are sound");
    let mut file: File = toml::from_str(BANKS).expect("the sandbox's banks are sound");
    let bank = |profile: Profile| {
        let bic = profile.bic.as_ref().expect("a bank's profile names it");
        let at = file.bank.iter().position(|it| it.bic == bic.as_str());
        let at = at.unwrap_or_else(|| panic!("{bic:?} has a profile: the sandbox needs it, too"));
        let Entry { name, country, redirect, .. } = file.bank.swap_remove(at);
        Bank { name, country, profile, page: redirect }
    };
    profiles.bank.into_iter().map(bank).collect()
}

impl Bank {
    /// The page that offers it.
    pub(super) fn page(&self) -> String {
        format!("/{}.html", self.country.to_lowercase())
    }

    /// The name of the person's own bank: of the one that they choose, where it is a group.
    pub(super) fn own_name(&self) -> &str {
        self.profile.affiliated.first().map_or(&self.name, |bank| &bank.name)
    }

    /// Whether the person chooses between the app and the bank's page.
    pub(super) fn has_both_ways(&self) -> bool {
        self.profile.approaches.len() > 1
    }

    /// What `TPP-Redirect-Preferred` must say where `method` is used.
    pub(super) fn preference(&self, method: &Method) -> &'static str {
        if self.has_both_ways() && method.challenge == Challenge::Page { "true" } else { "false" }
    }

    /// The bank's name of `method`, where it has more than one for its page and lets the person choose.
    pub(super) fn named(&self, method: &Method) -> Option<&str> {
        let methods = &self.page.as_ref().expect("the sandbox has a page for it").methods;
        let named = methods.iter().find(|it| it.id == method.id.as_str());
        let named = named.expect("the sandbox has the method that the profile has");
        (methods.len() > 1).then_some(&named.name)
    }
}

const PROFILES: &str = include_str!("../../../../protocol/data/profiles.toml");
const BANKS: &str = include_str!("../../../../sandbox/data/banks.toml");

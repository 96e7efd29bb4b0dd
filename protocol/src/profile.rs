//! What is known of a bank before it is asked: its profile. The facts are data, in
//! `data/profiles.toml`; here is their form, which relay, widget and sandbox share.
//!
//! One form serves both the file and the relay's JSON, so a member has one name everywhere. What a
//! profile leaves out is as in [`Profile::default`], the safe choice for a bank of which nothing is
//! known. Nothing here reads a file.

mod check;
mod facts;
mod identity;
mod method;
mod word;

use serde::{Deserialize, Serialize};

pub use self::check::Unsound;
pub use self::facts::{ClockEnd, Facts, Start};
pub use self::identity::{IdFormat, PsuId, PsuIdError};
pub use self::method::{Challenge, Method, MethodDevice};
use self::word::words;
use crate::id::{AffiliatedId, BicFi};
use crate::wire::{Approach, ScaStatus};

/// All profiles: the form of `data/profiles.toml`, and of a file that an operator adds to it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// The version of the form: [`Profiles::VERSION`].
    pub version: u64,
    /// The profile of every bank that has none of its own.
    pub unknown: Option<Profile>,
    /// The banks.
    #[serde(default)]
    pub bank: Vec<Profile>,
}

/// What is known of a bank, or what is safe to assume of an unknown one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Names the bank. Absent in the profile of unknown banks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bic: Option<BicFi>,
    /// How it proves who a person is. Where it has both ways, `TPP-Redirect-Preferred` decides.
    #[serde(skip_serializing_if = "is_default")]
    pub approaches: Vec<Approach>,
    /// The methods by preference, the best first; those of both approaches.
    #[serde(skip_serializing_if = "is_default")]
    pub methods: Vec<Method>,
    /// What it makes of `TPP-Redirect-Preferred` after the consent was made.
    #[serde(skip_serializing_if = "is_default")]
    pub preference: Preference,
    /// What it demands to hear of the person's device on calls about a consent.
    #[serde(skip_serializing_if = "is_default")]
    pub headers: Vec<DeviceHeader>,
    /// The banks of its group, as far as they are known: where there are any, the person says which
    /// is theirs (`X-AffiliatedASPSP-ID`). The platform's own list of them comes first.
    #[serde(skip_serializing_if = "is_default")]
    pub affiliated: Vec<Affiliated>,
    /// Whether it needs `PSU-ID` in the private context.
    #[serde(skip_serializing_if = "is_default")]
    pub psu_id: Need,
    /// Whether it needs `PSU-ID` in the corporate context.
    #[serde(skip_serializing_if = "is_default")]
    pub psu_id_corporate: Need,
    /// What a `PSU-ID` looks like.
    #[serde(skip_serializing_if = "is_default")]
    pub psu_id_format: IdFormat,
    /// Whether it needs `PSU-Corporate-ID`, which only the corporate context has.
    #[serde(skip_serializing_if = "is_default")]
    pub corporate_id: Need,
    /// What a `PSU-Corporate-ID` looks like.
    #[serde(skip_serializing_if = "is_default")]
    pub corporate_id_format: IdFormat,
    /// Company ids that the platform publishes for tests, although they have no right check digit. They
    /// are taken in the platform's test environment only.
    #[serde(skip_serializing_if = "is_default")]
    pub corporate_id_tests: Vec<String>,
    /// Up to which call the ids of person and company are sent.
    #[serde(skip_serializing_if = "is_default")]
    pub ids_until: IdsUntil,
    /// What is sent as `PSU-IP-Address` for a person whose device has an IPv6 address.
    #[serde(skip_serializing_if = "is_default")]
    pub ipv6: Ipv6,
    /// The SCA statuses of a consent that goes well, in their order.
    #[serde(skip_serializing_if = "is_default")]
    pub statuses: Vec<ScaStatus>,
    /// How often the person has to start the app, each time with a challenge of its own.
    #[serde(skip_serializing_if = "is_one")]
    pub scans: u64,
    /// What becomes of the challenge once the app has the order.
    #[serde(skip_serializing_if = "is_default")]
    pub after_pick_up: AfterPickUp,
    /// Seconds to the pick-up of the order.
    pub pick_up_seconds: u64,
    /// What starts these seconds.
    #[serde(skip_serializing_if = "is_default")]
    pub pick_up_from: ClockStart,
    /// Seconds that the pick-up adds for the signature; 0 where it adds none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_seconds: Option<u64>,
    /// Days that a consent lasts at most.
    pub longest_days: u64,
    /// Days to ask for where the host says nothing: below the limit, for banks count by the second.
    pub usual_days: u64,
    /// Days of transactions that can be had right after the person has approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_days: Option<u64>,
    /// Days of transactions that can be had later, without the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_later_days: Option<u64>,
    /// Transactions in one answer at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_rows: Option<u64>,
    /// Whether the app brings the person back.
    #[serde(skip_serializing_if = "is_default")]
    pub app_returns: AppReturns,
    /// What the person should read before anything starts.
    #[serde(skip_serializing_if = "is_default")]
    pub notes: Vec<Note>,
}

/// A bank of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affiliated {
    /// What `X-AffiliatedASPSP-ID` names.
    pub id: AffiliatedId,
    /// What people call it.
    pub name: String,
}

/// Something to read before the start, in each language that the widget speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Whom it concerns; everybody where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// Swedish.
    pub sv: String,
    /// English.
    pub en: String,
    /// Finnish.
    pub fi: String,
    /// Norwegian (bokmål).
    pub nb: String,
    /// Danish.
    pub da: String,
}

words! {
    /// Whose accounts are asked for: the second word of a token's scope (guide, ASPSP API step 1).
    Context {
        /// Those of persons.
        Private = "private",
        /// Those of companies.
        Corporate = "corporate",
    }
}

words! {
    /// What a bank makes of `TPP-Redirect-Preferred` on the calls about a consent.
    #[derive(Default)]
    Preference {
        /// It must be on all of them as on the first.
        #[default]
        OneValue = "one-value",
        /// It may differ.
        AnyValue = "any-value",
    }
}

words! {
    /// A header about the person's device that some banks demand, as the OpenAPI document spells it.
    DeviceHeader {
        /// The address.
        IpAddress = "PSU-IP-Address",
        /// The browser.
        UserAgent = "PSU-User-Agent",
        /// The language.
        AcceptLanguage = "PSU-Accept-Language",
    }
}

words! {
    /// Whether a bank needs an id of the person or the company.
    #[derive(Default)]
    Need {
        /// It has no use for it, so nobody is asked.
        #[default]
        Never = "never",
        /// It helps: the person may leave it out.
        May = "may",
        /// Nothing works without it.
        Must = "must",
    }
}

words! {
    /// Up to which call a bank wants to hear the ids of person and company.
    #[derive(Default)]
    IdsUntil {
        /// To the end of the authorisation.
        #[default]
        Authorisation = "authorisation",
        /// To the first list of accounts.
        Accounts = "accounts",
    }
}

words! {
    /// What a bank is told of a device with an IPv6 address: in the OpenAPI document `PSU-IP-Address` has
    /// the format `ipv4`.
    #[derive(Default)]
    Ipv6 {
        /// The address as it is.
        #[default]
        Sent = "sent",
        /// No address.
        LeftOut = "left-out",
    }
}

words! {
    /// What becomes of the challenge once the app has the order.
    #[derive(Default)]
    AfterPickUp {
        /// Nobody knows: its end proves the pick-up, its presence proves nothing.
        #[default]
        Unknown = "unknown",
        /// It goes: who still sees it has not been picked up.
        Goes = "goes",
        /// It stays to the end, so that the pick-up cannot be seen.
        Stays = "stays",
    }
}

words! {
    /// What starts the seconds to the pick-up of the first order.
    #[derive(Default)]
    ClockStart {
        /// The start of the authorisation.
        #[default]
        Authorisation = "authorisation",
        /// The choice of the method.
        Method = "method",
    }
}

words! {
    /// Whether the app brings the person back to the page that began.
    #[derive(Default)]
    AppReturns {
        /// Nobody knows. A page that works either way is the only safe one.
        #[default]
        Unknown = "unknown",
        /// It does.
        Yes = "yes",
        /// It does not: the person goes back by hand, and should be told.
        No = "no",
    }
}

impl Profiles {
    /// The version of the form. A file of another one is not read.
    pub const VERSION: u64 = 1;

    /// Leaves out the ids that count in the platform's test environment only.
    #[must_use]
    pub fn without_test_ids(mut self) -> Self {
        for profile in self.bank.iter_mut().chain(&mut self.unknown) {
            profile.corporate_id_tests.clear();
        }
        self
    }

    /// The profile of the bank, or the one of unknown banks.
    pub fn of(&self, bic: &BicFi) -> Option<&Profile> {
        self.bank.iter().find(|bank| bank.bic.as_ref() == Some(bic)).or(self.unknown.as_ref())
    }

    /// The same with the profiles of `other`: each stands for the whole of the one that was there.
    #[must_use]
    pub fn overridden_by(mut self, other: Self) -> Self {
        for profile in other.bank {
            match self.bank.iter_mut().find(|bank| bank.bic == profile.bic) {
                Some(place) => *place = profile,
                None => self.bank.push(profile),
            }
        }
        self.unknown = other.unknown.or(self.unknown);
        self
    }
}

impl Profile {
    /// Whether the bank needs `PSU-ID` in a context.
    pub fn psu_id_in(&self, context: Context) -> Need {
        match context {
            Context::Private => self.psu_id,
            Context::Corporate => self.psu_id_corporate,
        }
    }

    /// Whether `id` is a company's id that the platform publishes for tests.
    pub fn is_test_id(&self, id: &str) -> bool {
        self.corporate_id_tests.iter().any(|test| test == id)
    }

    /// Whether the bank needs `PSU-Corporate-ID` in a context.
    pub fn corporate_id_in(&self, context: Context) -> Need {
        match context {
            Context::Private => Need::Never,
            Context::Corporate => self.corporate_id,
        }
    }
}

impl Note {
    /// The words in `language`, or the English ones where the widget does not speak it.
    pub fn words(&self, language: &str) -> &str {
        match language {
            "sv" => &self.sv,
            "fi" => &self.fi,
            "nb" => &self.nb,
            "da" => &self.da,
            _ => &self.en,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            bic: None,
            approaches: Vec::new(),
            methods: Vec::new(),
            preference: Preference::default(),
            headers: Vec::new(),
            affiliated: Vec::new(),
            psu_id: Need::default(),
            psu_id_corporate: Need::default(),
            psu_id_format: IdFormat::default(),
            corporate_id: Need::default(),
            corporate_id_format: IdFormat::default(),
            corporate_id_tests: Vec::new(),
            ids_until: IdsUntil::default(),
            ipv6: Ipv6::default(),
            statuses: Vec::new(),
            scans: 1,
            after_pick_up: AfterPickUp::default(),
            pick_up_seconds: PICK_UP_SECONDS.into(),
            pick_up_from: ClockStart::default(),
            sign_seconds: None,
            longest_days: LONGEST_DAYS.into(),
            usual_days: USUAL_DAYS.into(),
            history_days: None,
            history_later_days: None,
            history_rows: None,
            app_returns: AppReturns::default(),
            notes: Vec::new(),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_one<T: PartialEq<u64>>(number: &T) -> bool {
    *number == 1
}

/// How long BankID itself waits for the app.
const PICK_UP_SECONDS: u32 = 30;
/// How long access lasts at most before the person must approve again (regulation (EU) 2018/389,
/// article 10, as amended in 2022).
const LONGEST_DAYS: u32 = 180;
/// A day less: banks count by the second.
const USUAL_DAYS: u32 = LONGEST_DAYS - 1;

//! The profile of a bank: what is known about it in advance. The facts are data, in `data/profiles.toml`;
//! this module has their form, which relay, widget and sandbox share.
//!
//! The file and the relay's JSON have one form, so a member has one name everywhere. A missing member is as
//! in [`Profile::default`], which is safe for an unknown bank. This module reads no file.

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

/// All profiles: the form of `data/profiles.toml`, and of an operator's own file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    /// The version of the form: [`Profiles::VERSION`].
    pub version: u64,
    /// The profile of every bank without one.
    pub unknown: Option<Profile>,
    /// The banks.
    #[serde(default)]
    pub bank: Vec<Profile>,
}

/// Declares the struct. A member whose type has no default value names its own.
macro_rules! profile {
    ($(#[$about:meta])* $name:ident {
        $($(#[$what:meta])* $member:ident: $kind:ty $(= $default:expr)?,)*
    }) => {
        $(#[$about])*
        pub struct $name { $($(#[$what])* pub $member: $kind,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($member: profile!($($default)?),)* }
            }
        }
    };
    () => { Default::default() };
    ($default:expr) => { $default };
}

profile! {
    /// The facts about a bank, or the safe assumptions about an unknown one.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    Profile {
        /// The bank. Absent in the profile of unknown banks.
        #[serde(skip_serializing_if = "Option::is_none")]
        bic: Option<BicFi>,
        /// How it authenticates a person. At a bank with both approaches, `TPP-Redirect-Preferred` decides.
        #[serde(skip_serializing_if = "is_default")]
        approaches: Vec<Approach>,
        /// The methods of both approaches, the best first.
        #[serde(skip_serializing_if = "is_default")]
        methods: Vec<Method>,
        /// How it treats `TPP-Redirect-Preferred` on calls after the new consent.
        #[serde(skip_serializing_if = "is_default")]
        preference: Preference,
        /// The headers about the person's device that it demands on calls about a consent.
        #[serde(skip_serializing_if = "is_default")]
        headers: Vec<DeviceHeader>,
        /// The banks of its group, as far as they are known: if there are any, the person chooses theirs
        /// (`X-AffiliatedASPSP-ID`). The platform's own list of them comes first.
        #[serde(skip_serializing_if = "is_default")]
        affiliated: Vec<Affiliated>,
        /// Whether it needs `PSU-ID` in the private context.
        #[serde(skip_serializing_if = "is_default")]
        psu_id: Need,
        /// Whether it needs `PSU-ID` in the corporate context.
        #[serde(skip_serializing_if = "is_default")]
        psu_id_corporate: Need,
        /// The form of a `PSU-ID`.
        #[serde(skip_serializing_if = "is_default")]
        psu_id_format: IdFormat,
        /// Whether it needs `PSU-Corporate-ID`, which exists only in the corporate context.
        #[serde(skip_serializing_if = "is_default")]
        corporate_id: Need,
        /// The form of a `PSU-Corporate-ID`.
        #[serde(skip_serializing_if = "is_default")]
        corporate_id_format: IdFormat,
        /// Company ids that the platform publishes for tests, without valid check digits. They count in the
        /// platform's test environment only.
        #[serde(skip_serializing_if = "is_default")]
        corporate_id_tests: Vec<String>,
        /// The last call that carries the ids of person and company.
        #[serde(skip_serializing_if = "is_default")]
        ids_until: IdsUntil,
        /// The `PSU-IP-Address` for a person whose device has an IPv6 address.
        #[serde(skip_serializing_if = "is_default")]
        ipv6: Ipv6,
        /// The SCA statuses of a successful authorisation, in their order.
        #[serde(skip_serializing_if = "is_default")]
        statuses: Vec<ScaStatus>,
        /// How often the person has to start the app, each time with a challenge of its own.
        #[serde(skip_serializing_if = "is_one")]
        scans: u64 = 1,
        /// What happens to the challenge once the app has the order.
        #[serde(skip_serializing_if = "is_default")]
        after_pick_up: AfterPickUp,
        /// Seconds to the pick-up of the order.
        pick_up_seconds: u64 = PICK_UP_SECONDS.into(),
        /// What starts these seconds.
        #[serde(skip_serializing_if = "is_default")]
        pick_up_from: ClockStart,
        /// Seconds that the pick-up adds for the signature; 0 where it adds none.
        #[serde(skip_serializing_if = "Option::is_none")]
        sign_seconds: Option<u64>,
        /// The longest lifetime of a consent, in days.
        longest_days: u64 = LONGEST_DAYS.into(),
        /// The days to ask for by default: below the limit, since banks count by the second.
        usual_days: u64 = USUAL_DAYS.into(),
        /// Days of transactions that the bank gives right after the approval.
        #[serde(skip_serializing_if = "Option::is_none")]
        history_days: Option<u64>,
        /// Days of transactions that the bank gives later, without the person.
        #[serde(skip_serializing_if = "Option::is_none")]
        history_later_days: Option<u64>,
        /// The most transactions in one answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        history_rows: Option<u64>,
        /// Whether the app returns to the page.
        #[serde(skip_serializing_if = "is_default")]
        app_returns: AppReturns,
        /// What the person should read before anything starts.
        #[serde(skip_serializing_if = "is_default")]
        notes: Vec<Note>,
    }
}

/// A bank of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affiliated {
    /// Its `X-AffiliatedASPSP-ID`.
    pub id: AffiliatedId,
    /// The name that people know.
    pub name: String,
}

/// A text to read before the start, in each language of the widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The context that it concerns; both where absent.
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
    /// Whose accounts: the second word of a token's scope (guide, ASPSP API step 1).
    Context {
        /// The accounts of persons.
        Private = "private",
        /// The accounts of companies.
        Corporate = "corporate",
    }
}

words! {
    /// How a bank treats `TPP-Redirect-Preferred` on the calls about a consent.
    #[derive(Default)]
    Preference {
        /// All calls must have the value of the first.
        #[default]
        OneValue = "one-value",
        /// The value may differ.
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
        /// It does not use one, so the person is not asked.
        #[default]
        Never = "never",
        /// It is useful: the person may leave it out.
        May = "may",
        /// The bank requires it.
        Must = "must",
    }
}

words! {
    /// The last call that carries the ids of person and company.
    #[derive(Default)]
    IdsUntil {
        /// The end of the authorisation.
        #[default]
        Authorisation = "authorisation",
        /// The first list of accounts.
        Accounts = "accounts",
    }
}

words! {
    /// What a bank gets for a device with an IPv6 address: in the OpenAPI document `PSU-IP-Address` has the
    /// format `ipv4`.
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
    /// What happens to the challenge once the app has the order.
    #[derive(Default)]
    AfterPickUp {
        /// Unknown: its removal proves the pick-up, its presence proves nothing.
        #[default]
        Unknown = "unknown",
        /// It is removed: while it is there, the app has not come.
        Goes = "goes",
        /// It stays to the end, so that the pick-up is invisible.
        Stays = "stays",
    }
}

words! {
    /// What starts the countdown to the pick-up of the first order.
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
    /// Whether the app returns to the page that began.
    #[derive(Default)]
    AppReturns {
        /// Unknown. Only a page that works either way is safe.
        #[default]
        Unknown = "unknown",
        /// It does.
        Yes = "yes",
        /// It does not: the person goes back by hand, and the page says so.
        No = "no",
    }
}

impl Profiles {
    /// The version of the form. Files of other versions are refused.
    pub const VERSION: u64 = 1;

    /// Removes the ids that count in the platform's test environment only.
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

    /// The same with the profiles of `other`, each of which replaces the whole of an earlier one.
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

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_one<T: PartialEq<u64>>(number: &T) -> bool {
    *number == 1
}

/// The time that BankID waits for the app.
const PICK_UP_SECONDS: u32 = 30;
/// The longest access before the person must approve again (regulation (EU) 2018/389, article 10, as
/// amended in 2022).
const LONGEST_DAYS: u32 = 180;
/// A day less: banks count by the second.
const USUAL_DAYS: u32 = LONGEST_DAYS - 1;

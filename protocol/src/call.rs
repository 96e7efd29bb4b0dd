//! The closed list of calls that the relay forwards. The widget prints a [`Call`] and the relay parses it;
//! the relay refuses everything else. A property test holds that the two are inverses.

#[cfg_attr(target_arch = "wasm32", path = "call/no_account.rs")]
mod account;
mod path;
mod query;

use std::fmt;

use thiserror::Error;

pub use self::account::AccountPart;
#[cfg(not(target_arch = "wasm32"))]
pub use self::account::{Booking, Delta, TransactionQuery};
use self::query::{CITIES, COUNTRIES, Query, WITH_BALANCE, add};
use crate::id::{AccountId, AuthorisationId, BicFi, CityId, ConsentId, CountryCode};
use crate::text::concat;

/// One call to the platform, forwarded under the platform's own path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// OpenAPI `getCountriesList`.
    ListCountries {
        /// Only these; all where empty.
        countries: Vec<CountryCode>,
    },
    /// OpenAPI `getCountryDetails`.
    ReadCountry {
        /// The country.
        country: CountryCode,
    },
    /// OpenAPI `getCityList`.
    ListCities {
        /// Only in these countries; in all where empty.
        countries: Vec<CountryCode>,
        /// Only these; all where empty.
        cities: Vec<CityId>,
    },
    /// OpenAPI `getCityDetails`.
    ReadCity {
        /// The city.
        city: CityId,
    },
    /// Guide, ASPSP API step 2; OpenAPI `getASPSPList`.
    ListAspsps {
        /// Only in these countries; in all where empty.
        countries: Vec<CountryCode>,
        /// Only in these cities; in all where empty.
        cities: Vec<CityId>,
    },
    /// OpenAPI `getASPSPDetails`.
    ReadAspsp {
        /// The bank.
        bic: BicFi,
    },
    /// Guide, consent API step 1; OpenAPI `createConsent`.
    CreateConsent,
    /// OpenAPI `getConsentInformation`.
    ReadConsent {
        /// The consent.
        consent: ConsentId,
    },
    /// OpenAPI `deleteConsent`.
    DeleteConsent {
        /// The consent.
        consent: ConsentId,
    },
    /// Guide, consent API step 4a; OpenAPI `getConsentStatus`.
    ReadConsentStatus {
        /// The consent.
        consent: ConsentId,
    },
    /// Guide, consent API step 2; OpenAPI `startConsentAuthorisation`.
    StartAuthorisation {
        /// The consent.
        consent: ConsentId,
    },
    /// OpenAPI `getConsentAuthorisation`.
    ListAuthorisations {
        /// The consent.
        consent: ConsentId,
    },
    /// Guide, consent API step 3; OpenAPI `updateConsentsPsuData`.
    UpdatePsuData {
        /// The consent.
        consent: ConsentId,
        /// Its authorisation.
        authorisation: AuthorisationId,
    },
    /// OpenAPI `getConsentScaStatus`.
    ReadScaStatus {
        /// The consent.
        consent: ConsentId,
        /// Its authorisation.
        authorisation: AuthorisationId,
    },
    /// Guide, AIS API step 1; OpenAPI `getAccountList`.
    ListAccounts {
        /// Whether each account comes with its balances.
        balances: Balances,
    },
    /// A part of one account: OpenAPI `readAccountDetails` and the three calls below its path.
    ReadAccount {
        /// The account, by its id in the list of accounts.
        account: AccountId,
        /// What of it is read.
        part: AccountPart,
    },
}

/// Whether accounts come with their balances (OpenAPI query parameter `withBalance`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balances {
    /// With balances, where the consent covers them.
    Included,
    /// Without balances.
    Omitted,
}

/// The methods that calls use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates a resource.
    Post,
    /// Changes a resource.
    Put,
    /// Deletes a resource.
    Delete,
}

/// The product that a token must be for (guide, ASPSP API step 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Banks, countries and cities.
    AspspInformation,
    /// Consents and accounts.
    AccountInformation,
}

/// Why a method and a target are no [`Call`]. It repeats nothing of the text, which may be hostile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// No call has this path.
    #[error("no such call")]
    UnknownPath,
    /// A call has the path, but not with this method.
    #[error("the call has another method")]
    WrongMethod,
    /// The query has an unknown, repeated or malformed parameter.
    #[error("the query has an unknown, repeated or malformed parameter")]
    BadQuery,
}

impl Call {
    /// The call with this `method` and `target` (path, and query after `?`).
    ///
    /// # Errors
    /// A [`Refusal`] for every text that [`Call::method`] and [`Call::target`] would not print exactly;
    /// only the order of query parameters is free.
    pub fn parse(method: &str, target: &str) -> Result<Self, Refusal> {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let segments: Vec<&str> =
            path.strip_prefix(PREFIX).ok_or(Refusal::UnknownPath)?.split('/').collect();
        let mut query = Query::parse(query)?;
        let calls = Self::at(&segments, &mut query)?;
        query.finish()?;
        calls
            .into_iter()
            .flatten()
            .find(|call| call.method().as_str() == method)
            .ok_or(Refusal::WrongMethod)
    }

    /// The method of the call.
    pub fn method(&self) -> Method {
        match self {
            Self::CreateConsent | Self::StartAuthorisation { .. } => Method::Post,
            Self::UpdatePsuData { .. } => Method::Put,
            Self::DeleteConsent { .. } => Method::Delete,
            Self::ListCountries { .. }
            | Self::ReadCountry { .. }
            | Self::ListCities { .. }
            | Self::ReadCity { .. }
            | Self::ListAspsps { .. }
            | Self::ReadAspsp { .. }
            | Self::ReadConsent { .. }
            | Self::ReadConsentStatus { .. }
            | Self::ListAuthorisations { .. }
            | Self::ReadScaStatus { .. }
            | Self::ListAccounts { .. }
            | Self::ReadAccount { .. } => Method::Get,
        }
    }

    /// The path of the call below the API host, without the query.
    pub fn path(&self) -> String {
        match self {
            Self::ListCountries { .. } => concat(&[PREFIX, ASPSPS, "countries"]),
            Self::ReadCountry { country } => {
                concat(&[PREFIX, ASPSPS, "countries/", country.as_str()])
            }
            Self::ListCities { .. } => concat(&[PREFIX, ASPSPS, "cities"]),
            Self::ReadCity { city } => concat(&[PREFIX, ASPSPS, "cities/", city.as_str()]),
            Self::ListAspsps { .. } => concat(&[PREFIX, ASPSPS, "aspsps"]),
            Self::ReadAspsp { bic } => concat(&[PREFIX, ASPSPS, "aspsps/", bic.as_str()]),
            Self::CreateConsent => concat(&[PREFIX, CONSENTS]),
            Self::ReadConsent { consent } | Self::DeleteConsent { consent } => {
                concat(&[PREFIX, CONSENTS, "/", &consent.encoded()])
            }
            Self::ReadConsentStatus { consent } => {
                concat(&[PREFIX, CONSENTS, "/", &consent.encoded(), "/status"])
            }
            Self::StartAuthorisation { consent } | Self::ListAuthorisations { consent } => {
                concat(&[PREFIX, CONSENTS, "/", &consent.encoded(), "/authorisations"])
            }
            Self::UpdatePsuData { consent, authorisation }
            | Self::ReadScaStatus { consent, authorisation } => {
                let (consent, authorisation) = (consent.encoded(), authorisation.encoded());
                concat(&[PREFIX, CONSENTS, "/", &consent, "/authorisations/", &authorisation])
            }
            Self::ListAccounts { .. } => concat(&[PREFIX, ACCOUNTS]),
            Self::ReadAccount { account, part } => {
                concat(&[PREFIX, ACCOUNTS, "/", &account.encoded(), &part.path()])
            }
        }
    }

    /// The query of the call, without `?`; empty where there is none.
    pub fn query(&self) -> String {
        let (countries, cities): (&[CountryCode], &[CityId]) = match self {
            Self::ListCountries { countries } => (countries, &[]),
            Self::ListCities { countries, cities } | Self::ListAspsps { countries, cities } => {
                (countries, cities)
            }
            Self::ListAccounts { balances: Balances::Included } => {
                return concat(&[WITH_BALANCE, "=true"]);
            }
            Self::ReadAccount { part, .. } => return part.query(),
            _ => (&[], &[]),
        };
        let mut query = String::new();
        for (index, country) in countries.iter().enumerate() {
            add(&mut query, COUNTRIES, index, country.as_str());
        }
        for (index, city) in cities.iter().enumerate() {
            add(&mut query, CITIES, index, city.as_str());
        }
        query
    }

    /// Path and query of the call, as in a request line.
    pub fn target(&self) -> String {
        let mut target = self.path();
        let query = self.query();
        if !query.is_empty() {
            target.push('?');
            target.push_str(&query);
        }
        target
    }

    /// The product that the call's token must be for.
    pub fn scope(&self) -> Scope {
        match self {
            Self::ListCountries { .. }
            | Self::ReadCountry { .. }
            | Self::ListCities { .. }
            | Self::ReadCity { .. }
            | Self::ListAspsps { .. }
            | Self::ReadAspsp { .. } => Scope::AspspInformation,
            Self::CreateConsent
            | Self::ReadConsent { .. }
            | Self::DeleteConsent { .. }
            | Self::ReadConsentStatus { .. }
            | Self::StartAuthorisation { .. }
            | Self::ListAuthorisations { .. }
            | Self::UpdatePsuData { .. }
            | Self::ReadScaStatus { .. }
            | Self::ListAccounts { .. }
            | Self::ReadAccount { .. } => Scope::AccountInformation,
        }
    }

    /// The consent in the call's path, if it has one.
    pub fn consent(&self) -> Option<&ConsentId> {
        match self {
            Self::ReadConsent { consent }
            | Self::DeleteConsent { consent }
            | Self::ReadConsentStatus { consent }
            | Self::StartAuthorisation { consent }
            | Self::ListAuthorisations { consent }
            | Self::UpdatePsuData { consent, .. }
            | Self::ReadScaStatus { consent, .. } => Some(consent),
            Self::ListCountries { .. }
            | Self::ReadCountry { .. }
            | Self::ListCities { .. }
            | Self::ReadCity { .. }
            | Self::ListAspsps { .. }
            | Self::ReadAspsp { .. }
            | Self::CreateConsent
            | Self::ListAccounts { .. }
            | Self::ReadAccount { .. } => None,
        }
    }

    /// Whether the call is made under a consent that a header names, not its path.
    pub fn reads_accounts(&self) -> bool {
        matches!(self, Self::ListAccounts { .. } | Self::ReadAccount { .. })
    }

    /// The call's name for logs and tests: its operation in the OpenAPI document.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ListCountries { .. } => "getCountriesList",
            Self::ReadCountry { .. } => "getCountryDetails",
            Self::ListCities { .. } => "getCityList",
            Self::ReadCity { .. } => "getCityDetails",
            Self::ListAspsps { .. } => "getASPSPList",
            Self::ReadAspsp { .. } => "getASPSPDetails",
            Self::CreateConsent => "createConsent",
            Self::ReadConsent { .. } => "getConsentInformation",
            Self::DeleteConsent { .. } => "deleteConsent",
            Self::ReadConsentStatus { .. } => "getConsentStatus",
            Self::StartAuthorisation { .. } => "startConsentAuthorisation",
            Self::ListAuthorisations { .. } => "getConsentAuthorisation",
            Self::UpdatePsuData { .. } => "updateConsentsPsuData",
            Self::ReadScaStatus { .. } => "getConsentScaStatus",
            Self::ListAccounts { .. } => "getAccountList",
            Self::ReadAccount { part, .. } => part.name(),
        }
    }
}

impl Method {
    /// The method as in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Scope {
    /// The product's name in the token request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AspspInformation => "aspspinformation",
            Self::AccountInformation => "accountinformation",
        }
    }
}

const PREFIX: &str = "/psd2/";
const ASPSPS: &str = "aspspinformation/v1/";
const CONSENTS: &str = "consent/v1/consents";
const ACCOUNTS: &str = "accountinformation/v1/accounts";

//! Finds the calls with a path. This is the only place that decodes an identifier of a platform, once, and
//! each identifier has one spelling; no other part of a path is decoded.

use std::str::FromStr;

use super::query::{CITIES, COUNTRIES, Query};
use super::{AccountPart, Call, Refusal};
use crate::id::{AccountId, AuthorisationId, ConsentId};

impl Call {
    /// The calls that share the path `segments`: at most two, which differ in method.
    pub(super) fn at(
        segments: &[&str],
        query: &mut Query<'_>,
    ) -> Result<[Option<Self>; 2], Refusal> {
        let one = |call| Ok([Some(call), None]);
        match segments {
            ["aspspinformation", "v1", "countries"] => {
                one(Self::ListCountries { countries: query.list(COUNTRIES)? })
            }
            ["aspspinformation", "v1", "countries", country] => {
                one(Self::ReadCountry { country: id(country)? })
            }
            ["aspspinformation", "v1", "cities"] => one(Self::ListCities {
                countries: query.list(COUNTRIES)?,
                cities: query.list(CITIES)?,
            }),
            ["aspspinformation", "v1", "cities", city] => one(Self::ReadCity { city: id(city)? }),
            ["aspspinformation", "v1", "aspsps"] => one(Self::ListAspsps {
                countries: query.list(COUNTRIES)?,
                cities: query.list(CITIES)?,
            }),
            ["aspspinformation", "v1", "aspsps", bic] => one(Self::ReadAspsp { bic: id(bic)? }),
            ["consent", "v1", "consents"] => one(Self::CreateConsent),
            ["consent", "v1", "consents", consent, rest @ ..] => {
                let consent = ConsentId::decoded(consent).map_err(|_| Refusal::UnknownPath)?;
                Self::of_consent(consent, rest)
            }
            ["accountinformation", "v1", "accounts"] => {
                one(Self::ListAccounts { balances: query.balances()? })
            }
            ["accountinformation", "v1", "accounts", account, rest @ ..] => {
                let account = AccountId::decoded(account).map_err(|_| Refusal::UnknownPath)?;
                one(Self::ReadAccount { account, part: AccountPart::at(rest, query)? })
            }
            _ => Err(Refusal::UnknownPath),
        }
    }

    /// The calls that share a path below a consent's own.
    fn of_consent(consent: ConsentId, rest: &[&str]) -> Result<[Option<Self>; 2], Refusal> {
        Ok(match rest {
            [] => {
                let read = Self::ReadConsent { consent: consent.clone() };
                [Some(read), Some(Self::DeleteConsent { consent })]
            }
            ["status"] => [Some(Self::ReadConsentStatus { consent }), None],
            ["authorisations"] => {
                let start = Self::StartAuthorisation { consent: consent.clone() };
                [Some(start), Some(Self::ListAuthorisations { consent })]
            }
            ["authorisations", authorisation] => {
                let authorisation =
                    AuthorisationId::decoded(authorisation).map_err(|_| Refusal::UnknownPath)?;
                let (same, its) = (consent.clone(), authorisation.clone());
                [
                    Some(Self::UpdatePsuData { consent: same, authorisation: its }),
                    Some(Self::ReadScaStatus { consent, authorisation }),
                ]
            }
            _ => return Err(Refusal::UnknownPath),
        })
    }
}

fn id<T: FromStr>(segment: &str) -> Result<T, Refusal> {
    segment.parse().map_err(|_| Refusal::UnknownPath)
}

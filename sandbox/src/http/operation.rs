//! The operations of the OpenAPI document, read from a method, a path and a query: all about accounts,
//! consents and banks. It accepts the spellings of the document and
//! of the platform's own collection: lists with commas or by repeating the parameter, country codes and
//! booleans in either case, and parameters without a value, which count as absent.

use axum::http::Method;
use protocol::id::{
    AccountId, AuthorisationId, BicFi, CityId, ConsentId, CountryCode, TransactionId,
};
use protocol::{Balances, Booking, Delta, Scope};
use time::Date;
use time::macros::format_description;
use url::form_urlencoded;

use crate::platform::{Place, Refusal, ReportRequest};

/// One operation, by its name in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    GetCountriesList(Vec<CountryCode>),
    GetCountryDetails(CountryCode),
    GetCityList(Places),
    GetCityDetails(CityId),
    GetAspspList(Places),
    GetAspspDetails(BicFi),
    CreateConsent,
    GetConsentInformation(ConsentId),
    DeleteConsent(ConsentId),
    GetConsentStatus(ConsentId),
    StartConsentAuthorisation(ConsentId),
    GetConsentAuthorisation(ConsentId),
    UpdateConsentsPsuData(ConsentId, AuthorisationId),
    GetConsentScaStatus(ConsentId, AuthorisationId),
    GetAccountList(Balances),
    ReadAccountDetails(AccountId, Balances),
    GetBalances(AccountId),
    GetTransactionList(AccountId, ReportRequest),
    GetTransactionDetails(AccountId, TransactionId),
}

/// Filters for banks or cities, all of them together; no filter where both are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) countries: Vec<CountryCode>,
    pub(super) cities: Vec<CityId>,
}

/// The parameters of a query, decoded, without those that have no value.
struct Query(Vec<(String, String)>);

impl Operation {
    /// The operation that a request asks for.
    pub(super) fn read(method: &Method, path: &str, query: Option<&str>) -> Result<Self, Refusal> {
        let path = path.strip_prefix("/psd2/").ok_or(Refusal::UnknownPath)?;
        let segments: Vec<&str> = path.split('/').collect();
        let mut query = Query::read(query.unwrap_or_default());
        let operations: Vec<(Method, Self)> = match &segments[..] {
            ["aspspinformation", "v1", rest @ ..] => {
                vec![(Method::GET, information(rest, &mut query)?)]
            }
            ["consent", "v1", "consents"] => vec![(Method::POST, Self::CreateConsent)],
            ["consent", "v1", "consents", id] => {
                let id = consent(id)?;
                let read = (Method::GET, Self::GetConsentInformation(id.clone()));
                vec![read, (Method::DELETE, Self::DeleteConsent(id))]
            }
            ["consent", "v1", "consents", id, "status"] => {
                vec![(Method::GET, Self::GetConsentStatus(consent(id)?))]
            }
            ["consent", "v1", "consents", id, "authorisations"] => {
                let id = consent(id)?;
                let list = (Method::GET, Self::GetConsentAuthorisation(id.clone()));
                vec![list, (Method::POST, Self::StartConsentAuthorisation(id))]
            }
            ["consent", "v1", "consents", id, "authorisations", authorisation] => {
                let id = consent(id)?;
                let authorisation = AuthorisationId::decoded(authorisation)
                    .map_err(|_| Refusal::UnknownResource)?;
                let status = Self::GetConsentScaStatus(id.clone(), authorisation.clone());
                vec![
                    (Method::GET, status),
                    (Method::PUT, Self::UpdateConsentsPsuData(id, authorisation)),
                ]
            }
            ["accountinformation", "v1", "accounts", rest @ ..] => {
                vec![(Method::GET, accounts(rest, &mut query)?)]
            }
            _ => return Err(Refusal::UnknownPath),
        };
        let found = operations.into_iter().find(|(its, _)| its == method);
        let (_, operation) = found.ok_or(Refusal::WrongMethod)?;
        query.finish()?;
        Ok(operation)
    }

    /// Its name in the document.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::GetCountriesList(_) => "getCountriesList",
            Self::GetCountryDetails(_) => "getCountryDetails",
            Self::GetCityList(_) => "getCityList",
            Self::GetCityDetails(_) => "getCityDetails",
            Self::GetAspspList(_) => "getASPSPList",
            Self::GetAspspDetails(_) => "getASPSPDetails",
            Self::CreateConsent => "createConsent",
            Self::GetConsentInformation(_) => "getConsentInformation",
            Self::DeleteConsent(_) => "deleteConsent",
            Self::GetConsentStatus(_) => "getConsentStatus",
            Self::StartConsentAuthorisation(_) => "startConsentAuthorisation",
            Self::GetConsentAuthorisation(_) => "getConsentAuthorisation",
            Self::UpdateConsentsPsuData(..) => "updateConsentsPsuData",
            Self::GetConsentScaStatus(..) => "getConsentScaStatus",
            Self::GetAccountList(_) => "getAccountList",
            Self::ReadAccountDetails(..) => "readAccountDetails",
            Self::GetBalances(_) => "getBalances",
            Self::GetTransactionList(..) => "getTransactionList",
            Self::GetTransactionDetails(..) => "getTransactionDetails",
        }
    }

    /// The product that its token must be for.
    pub(super) const fn scope(&self) -> Scope {
        match self {
            Self::GetCountriesList(_)
            | Self::GetCountryDetails(_)
            | Self::GetCityList(_)
            | Self::GetCityDetails(_)
            | Self::GetAspspList(_)
            | Self::GetAspspDetails(_) => Scope::AspspInformation,
            _ => Scope::AccountInformation,
        }
    }
}

impl Query {
    fn read(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// A parameter that may come once.
    fn one(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let mut values = self.all(name);
        let value = values.pop();
        if values.is_empty() { Ok(value) } else { Err(Refusal::BadQuery) }
    }

    fn all(&mut self, name: &str) -> Vec<String> {
        let (named, rest) =
            std::mem::take(&mut self.0).into_iter().partition(|(key, _)| key == name);
        self.0 = rest;
        named.into_iter().map(|(_, value): (String, String)| value).collect()
    }

    fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        let value = self.one(name)?.map(|value| value.to_ascii_lowercase());
        match value.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::BadQuery),
        }
    }

    fn balances(&mut self) -> Result<Balances, Refusal> {
        Ok(if self.flag("withBalance")? { Balances::Included } else { Balances::Omitted })
    }

    fn day(&mut self, name: &'static str) -> Result<Option<Date>, Refusal> {
        let form = format_description!("[year]-[month]-[day]");
        let day = self.one(name)?.map(|text| Date::parse(&text, form));
        day.transpose().map_err(|_| Refusal::Query { name })
    }

    fn countries(&mut self) -> Result<Vec<CountryCode>, Refusal> {
        let values = self.all("isoCountryCodes").join(",");
        let values = values.split(',').map(str::trim).filter(|value| !value.is_empty());
        values.map(|value| country(value).ok_or(Refusal::BadQuery)).collect()
    }

    fn places(&mut self) -> Result<Places, Refusal> {
        let countries = self.countries()?;
        let values = self.all("cityIds").join(",");
        let values = values.split(',').map(str::trim).filter(|value| !value.is_empty());
        let cities = values.map(|value| value.parse().map_err(|_| Refusal::BadQuery));
        Ok(Places { countries, cities: cities.collect::<Result<_, _>>()? })
    }

    /// Refuses parameters that no operation has read.
    fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::BadQuery) }
    }
}

fn information(rest: &[&str], query: &mut Query) -> Result<Operation, Refusal> {
    use Operation as O;
    let unknown = Refusal::UnknownResource;
    Ok(match rest {
        ["countries"] => O::GetCountriesList(query.countries()?),
        ["countries", code] => O::GetCountryDetails(country(code).ok_or(unknown)?),
        ["cities"] => O::GetCityList(query.places()?),
        ["cities", id] => O::GetCityDetails(id.parse().map_err(|_| unknown)?),
        ["aspsps"] => O::GetAspspList(query.places()?),
        ["aspsps", bic] => O::GetAspspDetails(bic.parse().map_err(|_| unknown)?),
        _ => return Err(Refusal::UnknownPath),
    })
}

fn accounts(rest: &[&str], query: &mut Query) -> Result<Operation, Refusal> {
    use Operation as O;
    let account = |id: &str| AccountId::decoded(id).map_err(|_| Refusal::UnknownResource);
    Ok(match rest {
        [] => O::GetAccountList(query.balances()?),
        [id] => O::ReadAccountDetails(account(id)?, query.balances()?),
        [id, "balances"] => O::GetBalances(account(id)?),
        [id, "transactions"] => O::GetTransactionList(account(id)?, report(query)?),
        [id, "transactions", transaction] => {
            let transaction = TransactionId::decoded(transaction);
            let transaction = transaction.map_err(|_| Refusal::UnknownResource)?;
            O::GetTransactionDetails(account(id)?, transaction)
        }
        _ => return Err(Refusal::UnknownPath),
    })
}

/// What is asked for of transactions. The document has no parameters for pages: these are the bank's own.
fn report(query: &mut Query) -> Result<ReportRequest, Refusal> {
    let booking = query.one("bookingStatus")?.as_deref().and_then(Booking::of);
    let page = query.one("page")?.map(|text| text.parse().ok().filter(|page| *page > 0));
    let place = match (page, query.one("continuationKey")?) {
        (None, None) => Place::First,
        (Some(Some(page)), None) => Place::Numbered(page),
        (None, Some(key)) => Place::Keyed(key),
        _ => return Err(Refusal::Query { name: "page" }),
    };
    Ok(ReportRequest {
        from: query.day("dateFrom")?,
        to: query.day("dateTo")?,
        after: query.one("entryReferenceFrom")?,
        booking: booking.ok_or(Refusal::Query { name: "bookingStatus" })?,
        delta: if query.flag("deltaList")? { Delta::Asked } else { Delta::Omitted },
        balances: query.balances()?,
        place,
    })
}

fn country(text: &str) -> Option<CountryCode> {
    text.to_ascii_uppercase().parse().ok()
}

/// A text that cannot be an id of the sandbox is an unknown consent.
fn consent(text: &str) -> Result<ConsentId, Refusal> {
    ConsentId::decoded(text).map_err(|_| Refusal::UnknownConsent)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use protocol::Balances;

    use super::{Operation, Places};
    use crate::platform::Refusal;

    fn read(method: &str, target: &str) -> Result<Operation, Refusal> {
        let (path, query) = target.split_once('?').map_or((target, None), |(a, b)| (a, Some(b)));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Operation::read(&method, &["/psd2/", path].concat(), query)
    }

    #[test]
    fn lists_come_with_commas_repeated_encoded_or_empty_and_codes_in_either_case() {
        let places = |countries: &[&str], cities: &[&str]| {
            Operation::GetAspspList(Places {
                countries: countries.iter().map(|it| it.parse().unwrap()).collect(),
                cities: cities.iter().map(|it| it.parse().unwrap()).collect(),
            })
        };
        for (query, expect) in [
            ("", places(&[], &[])),
            ("?", places(&[], &[])),
            ("?isoCountryCodes=&cityIds=", places(&[], &[])),
            ("?isoCountryCodes=se", places(&["SE"], &[])),
            ("?isoCountryCodes=SE,fi", places(&["SE", "FI"], &[])),
            ("?isoCountryCodes=SE%2CFI", places(&["SE", "FI"], &[])),
            ("?isoCountryCodes=SE&isoCountryCodes=FI", places(&["SE", "FI"], &[])),
            ("?cityIds=a-1,b-2&isoCountryCodes=Fi", places(&["FI"], &["a-1", "b-2"])),
        ] {
            let found = read("GET", &["aspspinformation/v1/aspsps", query].concat());
            assert_eq!(found, Ok(expect), "{query}");
        }
    }

    #[test]
    fn booleans_come_in_either_case_and_once() {
        for (query, expect) in [
            ("", Ok(Balances::Omitted)),
            ("?withBalance=", Ok(Balances::Omitted)),
            ("?withBalance=True", Ok(Balances::Included)),
            ("?withBalance=true", Ok(Balances::Included)),
            ("?withBalance=FALSE", Ok(Balances::Omitted)),
            ("?withBalance=1", Err(Refusal::BadQuery)),
            ("?withBalance=true&withBalance=true", Err(Refusal::BadQuery)),
            ("?extra=1", Err(Refusal::BadQuery)),
        ] {
            let found = read("GET", &["accountinformation/v1/accounts", query].concat());
            assert_eq!(found, expect.map(Operation::GetAccountList), "{query}");
        }
    }

    #[test]
    fn what_is_none_of_the_operations_says_what_is_wrong_with_it() {
        for (method, target, refusal) in [
            ("GET", "consent/v1/consents", Refusal::WrongMethod),
            ("PATCH", "consent/v1/consents/a", Refusal::WrongMethod),
            ("GET", "consent/v1/consents/%2E%2E", Refusal::UnknownConsent),
            ("GET", "consent/v2/consents/a", Refusal::UnknownPath),
            ("GET", "aspspinformation/v1/aspsps/x", Refusal::UnknownResource),
            ("GET", "aspspinformation/v1/countries/Sverige", Refusal::UnknownResource),
            ("GET", "accountinformation/v1/accounts/a/b", Refusal::UnknownPath),
            (
                "GET",
                "accountinformation/v1/accounts/a/transactions",
                Refusal::Query { name: "bookingStatus" },
            ),
            (
                "GET",
                "accountinformation/v1/accounts/a/transactions?bookingStatus=both&dateFrom=2026-02-30",
                Refusal::Query { name: "dateFrom" },
            ),
            (
                "GET",
                "accountinformation/v1/accounts/a/transactions?bookingStatus=both&page=0",
                Refusal::Query { name: "page" },
            ),
            ("GET", "accountinformation/v1/accounts/%2E%2E/balances", Refusal::UnknownResource),
        ] {
            assert_eq!(read(method, target), Err(refusal), "{method} {target}");
        }
    }
}

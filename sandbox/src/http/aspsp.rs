//! Countries, cities and banks (OpenAPI, ASPSP Information Service).

use axum::Json;
use axum::response::{IntoResponse, Response};
use protocol::Call;
use protocol::id::{BicFi, CityId, CountryCode};
use protocol::profile::Affiliated;
use protocol::wire::{
    AffiliatedAspsp, Aspsp, AspspDetails, AspspList, AuthorizationMethod, City, CityList, Country,
    CountryList,
};

use super::exchange::Exchange;
use crate::bank::Bank;
use crate::directory::{self, Directory};
use crate::platform::Refusal;

pub(super) fn answer(call: &Call, exchange: Exchange<'_>) -> Result<Response, Refusal> {
    let directory = Directory::get();
    match call {
        Call::ListCountries { countries } => {
            let listed = directory.countries.iter().filter(|it| within(countries, &it.code));
            let countries = listed.map(country).collect();
            Ok(Json(CountryList { countries }).into_response())
        }
        Call::ReadCountry { country: code } => {
            let found = directory.country(code).ok_or(Refusal::UnknownResource)?;
            Ok(Json(country(found)).into_response())
        }
        Call::ListCities { countries, cities } => {
            let listed = directory.cities.iter();
            let listed = listed.filter(|it| within(countries, &it.country) && named(cities, it));
            let cities = listed.map(|it| city(directory, it)).collect();
            Ok(Json(CityList { cities }).into_response())
        }
        Call::ReadCity { city: id } => {
            let found = directory.cities.iter().find(|it| it.id == id.as_str());
            let found = found.ok_or(Refusal::UnknownResource)?;
            Ok(Json(city(directory, found)).into_response())
        }
        Call::ListAspsps { countries, cities } => {
            let listed = directory.banks.iter();
            let listed = listed.filter(|it| within(countries, &it.country));
            let listed = listed.filter(|it| cities.is_empty() || is_in(directory, it, cities));
            let aspsps = listed.map(|bank| aspsp(bank, exchange)).collect();
            Ok(Json(AspspList { aspsps }).into_response())
        }
        Call::ReadAspsp { bic } => {
            let bank = directory.bank(bic).ok_or(Refusal::UnknownResource)?;
            Ok(Json(details(directory, bank, exchange)).into_response())
        }
        _ => Err(Refusal::UnknownPath),
    }
}

fn within(countries: &[CountryCode], country: &CountryCode) -> bool {
    countries.is_empty() || countries.contains(country)
}

fn named(cities: &[CityId], city: &directory::City) -> bool {
    cities.is_empty() || cities.iter().any(|id| id.as_str() == city.id)
}

fn is_in(directory: &Directory, bank: &Bank, cities: &[CityId]) -> bool {
    let mut chosen = directory.cities.iter().filter(|city| named(cities, city));
    chosen.any(|city| city.country == bank.country && bank.cities.contains(&city.name))
}

fn country(country: &directory::Country) -> Country {
    Country {
        id: country.id.clone(),
        iso_country_code: country.code.to_string(),
        name: country.name.clone(),
    }
}

fn city(directory: &Directory, city: &directory::City) -> City {
    let country = directory.country(&city.country).expect("a test looks all countries up");
    City { city_id: city.id.clone(), name: city.name.clone(), country_id: country.id.clone() }
}

fn aspsp(bank: &Bank, exchange: Exchange<'_>) -> Aspsp {
    Aspsp {
        bic_fi: bank.bic.to_string(),
        name: bank.name.clone(),
        logo_url: Some(logo_url(&bank.bic, exchange)),
    }
}

fn details(directory: &Directory, bank: &Bank, exchange: Exchange<'_>) -> AspspDetails {
    let affiliated =
        |it: &Affiliated| AffiliatedAspsp { id: it.id.to_string(), name: it.name.clone() };
    let method = |name: &str| AuthorizationMethod { name: name.to_owned(), uri: None };
    AspspDetails {
        bic_fi: bank.bic.to_string(),
        name: bank.name.clone(),
        logo_url: Some(logo_url(&bank.bic, exchange)),
        company_number: None,
        street_address: Some(bank.street_address.clone()),
        postal_code: Some(bank.postal_code.clone()),
        city: Some(bank.head_office().to_owned()),
        country: directory.country(&bank.country).map(|country| country.name.clone()),
        website_url: Some(bank.website_url.clone()),
        affiliated_aspsps: bank.affiliated.iter().map(affiliated).collect(),
        supported_authorization_methods: bank.approach_names().into_iter().map(method).collect(),
    }
}

fn logo_url(bic: &BicFi, exchange: Exchange<'_>) -> String {
    exchange.absolute(&["/logos/", bic.as_str(), ".svg"].concat())
}

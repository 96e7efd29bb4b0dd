//! Countries, cities and banks (OpenAPI, ASPSP Information Service).

use axum::Json;
use axum::response::{IntoResponse, Response};
use protocol::id::BicFi;
use protocol::profile::Affiliated;
use protocol::wire::{
    AffiliatedAspsp, Aspsp, AspspDetails, AuthorizationMethod, City, Country, CountryList,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::exchange::Exchange;
use super::form;
use super::operation::{Operation, Places};
use crate::bank::Bank;
use crate::directory::{self, Directory};
use crate::platform::Refusal;

pub(super) fn answer(operation: &Operation, exchange: Exchange<'_>) -> Result<Response, Refusal> {
    let directory = Directory::get();
    let forms = exchange.forms();
    let body = match operation {
        Operation::GetCountriesList(codes) => {
            let listed = directory.countries.iter();
            let listed = listed.filter(|it| codes.is_empty() || codes.contains(&it.code));
            form::list(&CountryList { countries: listed.map(country).collect() }, forms)
        }
        Operation::GetCountryDetails(code) => {
            let found = directory.country(code).ok_or(Refusal::UnknownResource)?;
            json!(country(found))
        }
        Operation::GetCityList(places) => {
            let listed = directory.cities.iter().filter(|it| places.have_city(it));
            let cities: Vec<_> = listed.map(|it| city(directory, it)).collect();
            form::list(&json!({ "cities": cities }), forms)
        }
        Operation::GetCityDetails(id) => {
            let found = directory.cities.iter().find(|it| it.id == id.as_str());
            city(directory, found.ok_or(Refusal::UnknownResource)?)
        }
        Operation::GetAspspList(places) => {
            let listed = directory.banks.iter().filter(|it| places.have_bank(it, directory));
            let aspsps: Vec<_> = listed.map(|bank| aspsp(bank, exchange)).collect();
            form::list(&json!({ "aspsps": aspsps }), forms)
        }
        Operation::GetAspspDetails(bic) => {
            let bank = directory.bank(bic).ok_or(Refusal::UnknownResource)?;
            let more = json!({ "id": platform_id(bank) });
            form::with(&details(directory, bank, exchange), &more)
        }
        _ => return Err(Refusal::UnknownPath),
    };
    Ok(Json(body).into_response())
}

/// A filter of countries and cities together: a city passes if it or its country is named.
impl Places {
    fn are_everywhere(&self) -> bool {
        self.countries.is_empty() && self.cities.is_empty()
    }

    fn have_city(&self, city: &directory::City) -> bool {
        self.are_everywhere() || self.countries.contains(&city.country) || self.name(city)
    }

    fn have_bank(&self, bank: &Bank, directory: &Directory) -> bool {
        let mut named = directory.cities.iter().filter(|city| self.name(city));
        self.are_everywhere()
            || self.countries.contains(&bank.country)
            || named.any(|city| city.country == bank.country && bank.cities.contains(&city.name))
    }

    fn name(&self, city: &directory::City) -> bool {
        self.cities.iter().any(|id| id.as_str() == city.id)
    }
}

fn country(country: &directory::Country) -> Country {
    Country {
        id: country.id.clone(),
        iso_country_code: country.code.to_string(),
        name: country.name.clone(),
    }
}

fn city(directory: &Directory, city: &directory::City) -> Value {
    let country = directory.country(&city.country).expect("a test looks all countries up");
    let body =
        City { city_id: city.id.clone(), name: city.name.clone(), country_id: country.id.clone() };
    // The document's example has the code, its schema the id.
    form::with(&body, &json!({ "isoCountryCode": city.country }))
}

fn aspsp(bank: &Bank, exchange: Exchange<'_>) -> Value {
    let body = Aspsp {
        id: None,
        bic_fi: bank.bic.to_string(),
        name: bank.name.clone(),
        logo_url: Some(logo_url(&bank.bic, exchange)),
    };
    form::with(&body, &json!({ "id": platform_id(bank) }))
}

/// The platform's own id of a bank, beside its BIC.
fn platform_id(bank: &Bank) -> Uuid {
    let digest = Sha256::digest(bank.bic.as_str());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    Builder::from_random_bytes(half).into_uuid()
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

//! Banks, countries and cities (OpenAPI, ASPSP Information Service).

use serde_json::{Value, json};

use crate::support::Api;

#[tokio::test]
async fn the_banks_are_listed_by_country() {
    let api = Api::new();
    let swedish = ["ESSESESS", "HANDSESS", "SWEDSESS", "NDEASESS", "DABASESX", "PROVSESS"];
    assert_eq!(bics(&api, "").await.len(), 8);
    assert_eq!(bics(&api, "?isoCountryCodes=SE").await, swedish);
    assert_eq!(bics(&api, "?isoCountryCodes=FI").await, ["NDEAFIHH", "OKOYFIHH"]);
    assert_eq!(bics(&api, "?isoCountryCodes=SE,FI").await.len(), 8);
    assert_eq!(bics(&api, "?isoCountryCodes=NO").await.len(), 0);
}

#[tokio::test]
async fn the_banks_are_listed_by_city() {
    let api = Api::new();
    let cities = read(&api, "cities").await;
    let id = |name: &str| {
        let mut cities = cities["cities"].as_array().unwrap().iter();
        cities.find(|city| city["name"] == name).unwrap()["cityId"].as_str().unwrap()
    };
    let (sundbyberg, tampere) = (id("Sundbyberg"), id("Tampere"));
    assert_eq!(bics(&api, &format!("?cityIds={sundbyberg}")).await, ["SWEDSESS"]);
    let both = bics(&api, &format!("?cityIds={sundbyberg},{tampere}")).await;
    assert_eq!(both, ["SWEDSESS", "NDEAFIHH", "OKOYFIHH"]);
    let joined = bics(&api, &format!("?isoCountryCodes=SE&cityIds={tampere}")).await;
    assert_eq!(joined.len(), 8, "a bank in any of the countries or cities");
    let cities = read(&api, &format!("cities?isoCountryCodes=SE&cityIds={tampere}")).await;
    assert_eq!(cities["cities"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_bank_is_described_with_its_address_and_its_group() {
    let api = Api::new();
    let swedbank = read(&api, "aspsps/SWEDSESS").await;
    assert_eq!(swedbank["city"], "Sundbyberg");
    assert_eq!(swedbank["country"], "Sweden");
    assert_eq!(swedbank["affiliatedAspsps"][0], json!({ "id": "08999", "name": "Swedbank" }));
    assert_eq!(swedbank["affiliatedAspsps"][1]["id"], "08114");
    assert!(swedbank["affiliatedAspsps"].as_array().unwrap().len() >= 4);
    assert!(swedbank["id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    let methods = json!([{ "name": "Decoupled" }, { "name": "OAuth2" }]);
    assert_eq!(swedbank["supportedAuthorizationMethods"], methods);
    let seb = read(&api, "aspsps/ESSESESS").await;
    assert_eq!(seb["streetAddress"], "Kungsträdgårdsgatan 8");
    assert_eq!(seb["supportedAuthorizationMethods"], json!([{ "name": "Decoupled" }]));
    for (bic, name) in [("NDEASESS", "OAuth2"), ("PROVSESS", "Redirect")] {
        let bank = read(&api, &format!("aspsps/{bic}")).await;
        assert_eq!(bank["supportedAuthorizationMethods"], json!([{ "name": name }]));
    }
    assert_eq!(seb.get("affiliatedAspsps"), None);
    let unknown = api.information("/psd2/aspspinformation/v1/aspsps/OPBKSE21").await;
    unknown.send().await.refuses(404, "RESOURCE_UNKNOWN", None);
}

#[tokio::test]
async fn every_logo_is_where_the_list_says() {
    let api = Api::new();
    for bank in list(&api, "").await {
        let url = bank["logoUrl"].as_str().unwrap();
        let path = url.strip_prefix("http://bank.test:9100").unwrap();
        let logo = api.bare("GET", path).send().await;
        assert_eq!(logo.status, 200, "{url}");
        assert_eq!(logo.header("content-type"), "image/svg+xml");
    }
    assert_eq!(api.bare("GET", "/logos/OPBKSE21.svg").send().await.status, 404);
}

#[tokio::test]
async fn countries_and_cities_are_listed_and_described() {
    let api = Api::new();
    let countries = read(&api, "countries").await;
    assert_eq!(countries["countries"][0]["isoCountryCode"], "SE");
    assert_eq!(countries["countries"][1]["name"], "Finland");
    let finland = read(&api, "countries/FI").await;
    assert_eq!(finland, countries["countries"][1]);
    assert_eq!(read(&api, "countries/fi").await, finland);
    let one = read(&api, "countries?isoCountryCodes=fi").await;
    assert_eq!(one["countries"], json!([finland]));
    let cities = read(&api, "cities?isoCountryCodes=FI").await;
    let helsinki = &cities["cities"][0];
    assert_eq!((&helsinki["name"], &helsinki["countryId"]), (&json!("Helsinki"), &finland["id"]));
    assert_eq!(helsinki["isoCountryCode"], "FI");
    let id = helsinki["cityId"].as_str().unwrap();
    assert_eq!(read(&api, &format!("cities/{id}")).await, *helsinki);
    for unknown in ["countries/NO", "cities/none"] {
        let call = api.information(&format!("/psd2/aspspinformation/v1/{unknown}")).await;
        call.send().await.refuses(404, "RESOURCE_UNKNOWN", None);
    }
}

async fn read(api: &Api, target: &str) -> Value {
    let call = api.information(&format!("/psd2/aspspinformation/v1/{target}")).await;
    let answer = call.header("Host", "bank.test:9100").send().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn list(api: &Api, query: &str) -> Vec<Value> {
    read(api, &format!("aspsps{query}")).await["aspsps"].as_array().unwrap().clone()
}

async fn bics(api: &Api, query: &str) -> Vec<String> {
    let banks = list(api, query).await;
    banks.iter().map(|bank| bank["bicFi"].as_str().unwrap().to_owned()).collect()
}

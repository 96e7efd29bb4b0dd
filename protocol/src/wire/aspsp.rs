//! Banks and where they are (OpenAPI `aspspList`, `aspsp`, `countryList`, `cityList`).
//!
//! The guide reads a list from a field (`response.body.aspsps`), the OpenAPI document shows the bare
//! list: both are read, and the field is what is written. A bank that has no BIC or no name is left out.

use serde::{Deserialize, Deserializer, Serialize};

use super::lenient::{Without, body_list, list, perhaps, said};

/// A bank in a list (OpenAPI `aspspListItem`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Aspsp {
    /// The platform's own name of the entry: two may have one BIC.
    #[serde(default, deserialize_with = "perhaps", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The BIC, as it came: one odd entry must not cost the whole list. Parse it before use.
    #[serde(deserialize_with = "said")]
    pub bic_fi: String,
    /// What people call it.
    #[serde(deserialize_with = "said")]
    pub name: String,
    /// Where the platform has its logo. The relay fetches it; the page never does.
    #[serde(default, deserialize_with = "perhaps", skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
}

/// A bank in full (OpenAPI `aspsp`, and the later `supportedAuthorizationMethods`). All of it is written; what
/// no flow needs is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AspspDetails {
    /// The BIC.
    #[serde(skip_deserializing)]
    pub bic_fi: String,
    /// What people call it.
    #[serde(skip_deserializing)]
    pub name: String,
    /// Where the platform has its logo.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The company's number.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub company_number: Option<String>,
    /// The street and number.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// The postal code.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The city.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The country.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The bank's own page.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// The banks of its group that it speaks for.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub affiliated_aspsps: Vec<AffiliatedAspsp>,
    /// How persons may prove who they are.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub supported_authorization_methods: Vec<AuthorizationMethod>,
}

/// A way to prove who one is, as the details of a bank list it (OpenAPI, example of `OK_200_ASPSP`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationMethod {
    /// What it is called, such as `OAuth2`.
    #[serde(deserialize_with = "said")]
    pub name: String,
    /// Where its configuration is described.
    #[serde(default, deserialize_with = "perhaps", skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

/// A bank of a group (OpenAPI `affiliatedAspspItem`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AffiliatedAspsp {
    /// What `X-AffiliatedASPSP-ID` names.
    #[serde(deserialize_with = "said")]
    pub id: String,
    /// What people call it.
    #[serde(deserialize_with = "said")]
    pub name: String,
}

/// A country (OpenAPI `country`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Country {
    /// The platform's own id, a uuid.
    #[serde(deserialize_with = "said")]
    pub id: String,
    /// Two letters by ISO 3166-1.
    #[serde(deserialize_with = "said")]
    pub iso_country_code: String,
    /// The name in English.
    #[serde(deserialize_with = "said")]
    pub name: String,
}

/// A city (OpenAPI `city`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct City {
    /// The platform's own id, a uuid.
    #[serde(deserialize_with = "said")]
    pub city_id: String,
    /// The name.
    #[serde(deserialize_with = "said")]
    pub name: String,
    /// The id of its country.
    #[serde(deserialize_with = "said")]
    pub country_id: String,
}

macro_rules! body {
    ($(#[$doc:meta])* $list:ident, $item:ident, $field:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct $list {
            /// The entries.
            pub $field: Vec<$item>,
        }

        impl<'de> Deserialize<'de> for $list {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                body_list(from, stringify!($field), Without::Malformed).map(|$field| Self { $field })
            }
        }
    };
}

body!(
    /// All banks (OpenAPI `aspspList`).
    AspspList, Aspsp, aspsps
);
body!(
    /// All countries (OpenAPI `countryList`).
    CountryList, Country, countries
);
body!(
    /// All cities (OpenAPI `cityList`).
    CityList, City, cities
);

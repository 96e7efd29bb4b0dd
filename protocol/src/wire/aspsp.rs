//! Banks and where they are (OpenAPI `aspspList`, `aspsp`, `countryList`, `cityList`).
//!
//! The guide reads a list from a field (`response.body.aspsps`), the OpenAPI document shows the bare list:
//! both are read, and the field is written. A bank without a BIC or a name is left out.

use serde::Serialize;

use super::lenient::{Loose, OfLoose, Without, body_list, read_by_serde, reads};

/// A bank in a list (OpenAPI `aspspListItem`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Aspsp {
    /// The platform's own id of the entry: two may share a BIC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The BIC, unparsed: one odd entry must not cost the whole list.
    pub bic_fi: String,
    /// The name that people know.
    pub name: String,
    /// The platform's address of its logo. The relay fetches it; the page never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
}

reads!(Aspsp, of => Self {
    bic_fi: of.non_empty("bicFi")?,
    name: of.non_empty("name")?,
    id: of.perhaps("id"),
    logo_url: of.perhaps("logoUrl"),
});

/// A bank in full (OpenAPI `aspsp`, and the later `supportedAuthorizationMethods`). All members are
/// written; those that no flow needs are not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AspspDetails {
    /// The BIC.
    pub bic_fi: String,
    /// The name that people know.
    pub name: String,
    /// The platform's address of its logo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The company's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_number: Option<String>,
    /// The street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The bank's own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// The banks of its group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affiliated_aspsps: Vec<AffiliatedAspsp>,
    /// The approaches that it supports.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub supported_authorization_methods: Vec<AuthorizationMethod>,
}

reads!(AspspDetails, of => Self {
    affiliated_aspsps: of.list("affiliatedAspsps"),
    supported_authorization_methods: of.list("supportedAuthorizationMethods"),
    ..Self::default()
});

/// An approach in the details of a bank (OpenAPI, example of `OK_200_ASPSP`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuthorizationMethod {
    /// Its name, such as `OAuth2`.
    pub name: String,
    /// The address of its configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

reads!(AuthorizationMethod, of => Self {
    name: of.non_empty("name")?,
    uri: of.perhaps("uri"),
});

/// A bank of a group (OpenAPI `affiliatedAspspItem`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AffiliatedAspsp {
    /// Its `X-AffiliatedASPSP-ID`.
    pub id: String,
    /// The name that people know.
    pub name: String,
}

reads!(AffiliatedAspsp, of => Self {
    id: of.non_empty("id")?,
    name: of.non_empty("name")?,
});

/// A country (OpenAPI `country`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Country {
    /// The platform's own id, a uuid.
    pub id: String,
    /// Two letters by ISO 3166-1.
    pub iso_country_code: String,
    /// The name in English.
    pub name: String,
}

reads!(Country, of => Self {
    id: of.non_empty("id")?,
    iso_country_code: of.non_empty("isoCountryCode")?,
    name: of.non_empty("name")?,
});

/// A city (OpenAPI `city`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct City {
    /// The platform's own id, a uuid.
    pub city_id: String,
    /// The name.
    pub name: String,
    /// The id of its country.
    pub country_id: String,
}

reads!(City, of => Self {
    city_id: of.non_empty("cityId")?,
    name: of.non_empty("name")?,
    country_id: of.non_empty("countryId")?,
});

macro_rules! body {
    ($(#[$doc:meta])* $list:ident, $item:ident, $field:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct $list {
            /// The entries.
            pub $field: Vec<$item>,
        }

        impl OfLoose for $list {
            fn of_loose(body: Loose) -> Option<Self> {
                body_list(body, stringify!($field), Without::Malformed).map(|$field| Self { $field })
            }
        }

        read_by_serde!($list);
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

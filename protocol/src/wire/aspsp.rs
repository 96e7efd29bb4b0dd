//! Banks and where they are (OpenAPI `aspspList`, `aspsp`, `countryList`, `cityList`).
//!
//! The guide reads a list from a field (`response.body.aspsps`), the OpenAPI document shows the bare
//! list: both are read, and the field is what is written.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A bank in a list (OpenAPI `aspspListItem`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Aspsp {
    /// The BIC, as it came: one odd entry must not cost the whole list. Parse it before use.
    pub bic_fi: String,
    /// What people call it.
    pub name: String,
    /// Where the platform has its logo. The relay fetches it; the page never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
}

/// A bank in full (OpenAPI `aspsp`, and the later `supportedAuthorizationMethods`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AspspDetails {
    /// The BIC.
    pub bic_fi: String,
    /// What people call it.
    pub name: String,
    /// Where the platform has its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    /// The company's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_number: Option<String>,
    /// The street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The bank's own page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// The banks of its group that it speaks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliated_aspsps: Vec<AffiliatedAspsp>,
    /// How persons may prove who they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supported_authorization_methods: Vec<AuthorizationMethod>,
}

/// A way to prove who one is, as the details of a bank list it (OpenAPI, example of `OK_200_ASPSP`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationMethod {
    /// What it is called, such as `OAuth2`.
    pub name: String,
    /// Where its configuration is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

/// A bank of a group (OpenAPI `affiliatedAspspItem`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AffiliatedAspsp {
    /// What `X-AffiliatedASPSP-ID` names.
    pub id: String,
    /// What people call it.
    pub name: String,
}

/// A country (OpenAPI `country`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Country {
    /// The platform's own id, a uuid.
    pub id: String,
    /// Two letters by ISO 3166-1.
    pub iso_country_code: String,
    /// The name in English.
    pub name: String,
}

/// A city (OpenAPI `city`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct City {
    /// The platform's own id, a uuid.
    pub city_id: String,
    /// The name.
    pub name: String,
    /// The id of its country.
    pub country_id: String,
}

macro_rules! list {
    ($(#[$doc:meta])* $list:ident, $item:ident, $field:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct $list {
            /// The entries.
            pub $field: Vec<$item>,
        }

        impl<'de> Deserialize<'de> for $list {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let visitor = BareOrField { field: stringify!($field), item: PhantomData };
                deserializer.deserialize_any(visitor).map(|$field| Self { $field })
            }
        }
    };
}

list!(
    /// All banks (OpenAPI `aspspList`).
    AspspList, Aspsp, aspsps
);
list!(
    /// All countries (OpenAPI `countryList`).
    CountryList, Country, countries
);
list!(
    /// All cities (OpenAPI `cityList`).
    CityList, City, cities
);

/// Reads a list, bare or in a field.
struct BareOrField<T> {
    field: &'static str,
    item: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for BareOrField<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list, or an object with the list in `{}`", self.field)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut items = None;
        while let Some(key) = object.next_key::<String>()? {
            if key == self.field {
                items = Some(object.next_value()?);
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        items.ok_or_else(|| serde::de::Error::missing_field(self.field))
    }
}

//! The query of a call: each parameter at most once, and no unknown ones.

use std::str::FromStr;

use super::{Balances, Refusal};

/// The parameters of a query. Each is taken once; one that is left makes the call invalid.
pub(super) struct Query<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Query<'a> {
    pub(super) fn parse(query: Option<&'a str>) -> Result<Self, Refusal> {
        let Some(query) = query else {
            return Ok(Self(Vec::new()));
        };
        let pairs = query.split('&').map(|pair| pair.split_once('=').ok_or(Refusal::BadQuery));
        Ok(Self(pairs.collect::<Result<_, _>>()?))
    }

    fn take(&mut self, name: &str) -> Option<&'a str> {
        let index = self.0.iter().position(|(key, _)| *key == name)?;
        Some(self.0.swap_remove(index).1)
    }

    pub(super) fn list<T: FromStr>(&mut self, name: &str) -> Result<Vec<T>, Refusal> {
        let Some(values) = self.take(name) else {
            return Ok(Vec::new());
        };
        // `URLSearchParams` prints the comma as `%2C`.
        let values = values.replace("%2C", ",");
        values.split(',').map(|value| value.parse().map_err(|_| Refusal::BadQuery)).collect()
    }

    pub(super) fn balances(&mut self) -> Result<Balances, Refusal> {
        Ok(if self.flag(WITH_BALANCE)? { Balances::Included } else { Balances::Omitted })
    }

    /// A truth value; without the parameter, false.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.take(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Refusal::BadQuery),
        }
    }

    /// A value that `read` understands, where the parameter is there.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn perhaps<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        self.take(name).map(|value| read(value).ok_or(Refusal::BadQuery)).transpose()
    }

    pub(super) fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::BadQuery) }
    }
}

/// Adds a value to the list `name` at the end of `query`; the first value brings the name.
pub(super) fn add(query: &mut String, name: &str, index: usize, value: &str) {
    if index > 0 {
        query.push(',');
    } else {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
    }
    query.push_str(value);
}

/// OpenAPI parameter `isoCountryCodesQuery`.
pub(super) const COUNTRIES: &str = "isoCountryCodes";
/// OpenAPI parameter `cityIdsQuery`.
pub(super) const CITIES: &str = "cityIds";
/// OpenAPI parameter `withBalanceQuery`.
pub(super) const WITH_BALANCE: &str = "withBalance";

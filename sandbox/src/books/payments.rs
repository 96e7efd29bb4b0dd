//! Whom the customers pay, and who pays them: `data/payments.toml`.

use std::sync::LazyLock;

use protocol::id::CountryCode;
use protocol::wire::AccountReference;
use serde::Deserialize;

use super::money::RATE_UNIT;

/// All of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Payments {
    pub(super) country: Vec<Country>,
    pub(super) abroad: Vec<Abroad>,
}

/// What is usual in a country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Country {
    code: CountryCode,
    pub(super) currency: String,
    pub(super) employer: Party,
    pub(super) salary: i64,
    pub(super) salary_word: String,
    pub(super) landlord: Party,
    pub(super) rent: i64,
    pub(super) rent_word: String,
    pub(super) power: Party,
    pub(super) power_from: i64,
    pub(super) power_to: i64,
    pub(super) telephone: Party,
    pub(super) telephone_price: i64,
    pub(super) insurance: Party,
    pub(super) insurance_price: i64,
    pub(super) saving: i64,
    pub(super) saving_word: String,
    pub(super) coffee: i64,
    pub(super) cafe: String,
    pub(super) interest_word: String,
    pub(super) card_word: String,
    pub(super) friends: Vec<Party>,
    pub(super) messages: Vec<String>,
    pub(super) shops: Vec<Shop>,
}

/// A company or a person with an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Party {
    pub(super) name: String,
    pub(super) account: AccountReference,
}

/// A shop, and what a purchase there costs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shop {
    pub(super) name: String,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// A shop in another country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Abroad {
    pub(super) name: String,
    pub(super) currency: String,
    pub(super) from: i64,
    pub(super) to: i64,
    /// What one unit of the currency is in Swedish kronor, in ten thousandths.
    pub(super) rate: i64,
}

impl Payments {
    pub(super) fn get() -> &'static Self {
        static PAYMENTS: LazyLock<Payments> = LazyLock::new(|| {
            toml::from_str(include_str!("../../data/payments.toml"))
                .expect("the data is compiled in, and a test reads it")
        });
        &PAYMENTS
    }

    /// The country of a bank.
    pub(super) fn of(&self, code: &CountryCode) -> &Country {
        let found = self.country.iter().find(|country| country.code == *code);
        found.unwrap_or(&self.country[0])
    }

    /// What one unit of `from` is in `to`, in ten thousandths, on an ordinary day.
    pub(super) fn rate(&self, from: &str, to: &str) -> i64 {
        let kronor = |currency: &str| {
            let found = self.abroad.iter().find(|shop| shop.currency == currency);
            found.map_or(RATE_UNIT, |shop| shop.rate)
        };
        kronor(from) * RATE_UNIT / kronor(to)
    }
}

#[cfg(test)]
mod tests {
    use super::Payments;
    use crate::directory::Directory;

    #[test]
    fn each_bank_is_in_a_country_with_payments_and_each_currency_has_a_rate() {
        let payments = Payments::get();
        for bank in &Directory::get().banks {
            assert_eq!(payments.of(&bank.country).code, bank.country);
        }
        for (from, to, rate) in [
            ("EUR", "SEK", 112_500),
            ("SEK", "EUR", 888),
            ("EUR", "DKK", 74_503),
            ("SEK", "SEK", 10_000),
        ] {
            assert_eq!(payments.rate(from, to), rate, "{from} {to}");
        }
    }

    #[test]
    fn whom_they_pay_fits_the_fields_of_the_document() {
        let payments = Payments::get();
        for country in &payments.country {
            let parties =
                [&country.employer, &country.landlord, &country.power, &country.telephone];
            for party in parties.into_iter().chain(&country.friends) {
                assert!(party.name.chars().count() <= 70);
                let empty = protocol::wire::AccountReference::default();
                assert_ne!(party.account, empty, "{} has an account", party.name);
                let digits = |text: &str| text.bytes().find(u8::is_ascii_digit);
                for number in
                    [&party.account.bban, &party.account.bank_giro, &party.account.plus_giro]
                {
                    assert!(
                        number.as_deref().is_none_or(|it| digits(it) == Some(b'0')),
                        "{number:?}"
                    );
                }
            }
        }
    }
}

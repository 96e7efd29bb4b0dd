//! Dates and amounts in the person's notation, by the browser's `Intl`.

use std::time::Duration;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use protocol::concat;
use protocol::wire::Amount;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// A day in words, such as "20 May 2027", in the calendar of its ISO form.
pub(crate) fn day(locale: &str, day: &Date) -> String {
    let options = options(&[("dateStyle", "long"), ("timeZone", "UTC")]);
    let format = Intl::DateTimeFormat::new(&locales(locale), &options);
    call(&format.format(), day.as_ref()).unwrap_or_default()
}

/// A day in few letters, such as "20 May 2027".
pub(crate) fn short_day(locale: &str, day: &Date) -> String {
    let options = options(&[("dateStyle", "medium"), ("timeZone", "UTC")]);
    let format = Intl::DateTimeFormat::new(&locales(locale), &options);
    call(&format.format(), day.as_ref()).unwrap_or_default()
}

/// A moment, by the device's time zone.
pub(crate) fn moment(locale: &str, moment: &Date) -> String {
    let options = options(&[("dateStyle", "medium"), ("timeStyle", "short")]);
    let format = Intl::DateTimeFormat::new(&locales(locale), &options);
    call(&format.format(), moment.as_ref()).unwrap_or_default()
}

/// How long from now, in words such as "in 2 minutes", rounded up.
pub(crate) fn after(locale: &str, span: Duration) -> String {
    let seconds = span.as_secs_f64().ceil();
    let (number, unit) = match seconds {
        ..MINUTES => (seconds, "second"),
        ..HOURS => ((seconds / 60.0).ceil(), "minute"),
        _ => ((seconds / 3600.0).ceil(), "hour"),
    };
    Intl::RelativeTimeFormat::new(&locales(locale), &Object::new()).format(number, unit).into()
}

/// An amount with its currency. The number is passed as text, so that no float rounds it.
pub(crate) fn amount(locale: &str, amount: &Amount) -> String {
    let plain = || concat(&[&*amount.amount, "\u{a0}", &amount.currency]);
    let is_code =
        amount.currency.len() == 3 && amount.currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code || amount.amount.parse::<Decimal>().is_err() {
        return plain();
    }
    let options = options(&[("style", "currency"), ("currency", &amount.currency)]);
    let format = Intl::NumberFormat::new(&locales(locale), &options);
    let written = call(&format.format(), &JsValue::from_str(&amount.amount));
    // In some languages `Intl` writes a hyphen for a minus.
    written.map_or_else(plain, |written| written.replace('-', "\u{2212}"))
}

/// A decimal number in text: digits, a point and a minus (OpenAPI `amount`). Only checked, never computed
/// with.
struct Decimal;

impl std::str::FromStr for Decimal {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if number(whole) && number(part) { Ok(Self) } else { Err(()) }
    }
}

/// The page's locale, or English where it is invalid: `Intl` throws at an invalid language tag.
fn locales(locale: &str) -> Array {
    canonical_locales(&locale.replace('_', "-"))
        .unwrap_or_else(|_| Array::of1(&JsValue::from_str("en")))
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = Intl, js_name = getCanonicalLocales)]
    fn canonical_locales(locale: &str) -> Result<Array, JsValue>;
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a new plain object cannot fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    options
}

fn call(format: &JsValue, value: &JsValue) -> Option<String> {
    let format: &Function = format.dyn_ref()?;
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

/// The least number of seconds that is written in minutes.
const MINUTES: f64 = 90.0;
/// The least number of seconds that is written in hours.
const HOURS: f64 = 5400.0;

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use protocol::wire::Amount;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::{Date, Duration, after, amount, day};

    wasm_bindgen_test_configure!(run_in_browser);

    fn shown(locale: &str, currency: &str, number: &str) -> String {
        let amount = amount(locale, &Amount { currency: currency.into(), amount: number.into() });
        // Locales differ in their spaces.
        amount.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[wasm_bindgen_test]
    fn an_amount_is_written_in_the_pages_language() {
        assert_eq!(shown("sv", "SEK", "24318.42"), "24 318,42 kr");
        assert_eq!(shown("en", "EUR", "-1.5"), "\u{2212}€1.50");
        // More digits than a float holds.
        assert_eq!(shown("en", "EUR", "90071992547409931.25"), "€90,071,992,547,409,931.25");
    }

    #[wasm_bindgen_test]
    fn each_language_has_its_own_days_and_amounts() {
        let date = Date::new(&"2027-05-20".into());
        let rows = [
            ("sv", "20 maj 2027", "24 318,42"),
            ("en-GB", "20 May 2027", "24,318.42"),
            ("fi", "20. toukokuuta 2027", "24 318,42"),
            ("nb", "20. mai 2027", "24 318,42"),
            ("da", "20. maj 2027", "24.318,42"),
        ];
        for (locale, in_words, number) in rows {
            assert_eq!(day(locale, &date), in_words, "{locale}");
            let amount = shown(locale, "SEK", "24318.42");
            assert!(amount.contains(number), "{locale}: {amount}");
        }
    }

    #[wasm_bindgen_test]
    fn each_language_has_its_own_durations() {
        let rows = [
            ("en-GB", 1, "in 1 second"),
            ("en-GB", 89, "in 89 seconds"),
            ("en-GB", 90, "in 2 minutes"),
            ("sv", 120, "om 2 minuter"),
            ("fi", 61 * 60, "61 minuutin p\u{e4}\u{e4}st\u{e4}"),
            ("nb", 24 * 3600, "om 24 timer"),
            ("da", 24 * 3600 - 1, "om 24 timer"),
        ];
        for (locale, seconds, expected) in rows {
            assert_eq!(after(locale, Duration::from_secs(seconds)), expected, "{locale}");
        }
    }

    #[wasm_bindgen_test]
    fn other_texts_are_shown_unchanged() {
        assert_eq!(shown("en", "EUR", "much"), "much EUR");
        assert_eq!(shown("en", "eu", "1.00"), "1.00 eu");
        assert_eq!(shown("no such locale", "EUR", "1.00"), "€1.00");
        assert_eq!(shown("sv_SE", "EUR", "1.00"), "1,00 €");
    }
}

//! Dates and amounts as the person writes them, by the browser's own `Intl`.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use protocol::wire::Amount;
use wasm_bindgen::{JsCast, JsValue};

/// A day in words, such as "20 May 2027".
pub(crate) fn day(locale: &str, day: &Date) -> String {
    let format = Intl::DateTimeFormat::new(&locales(locale), &options(&[("dateStyle", "long")]));
    call(&format.format(), day.as_ref()).unwrap_or_default()
}

/// An amount with its currency. The number goes through as text, so that no float rounds it.
pub(crate) fn amount(locale: &str, amount: &Amount) -> String {
    let plain = || [&*amount.amount, "\u{a0}", &amount.currency].concat();
    let is_code =
        amount.currency.len() == 3 && amount.currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code || amount.amount.parse::<Decimal>().is_err() {
        return plain();
    }
    let options = options(&[("style", "currency"), ("currency", &amount.currency)]);
    let format = Intl::NumberFormat::new(&locales(locale), &options);
    call(&format.format(), &JsValue::from_str(&amount.amount)).unwrap_or_else(plain)
}

/// A decimal number in text: digits, a point and a minus (OpenAPI `amount`). Only checked, never computed with.
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

/// The person's locale, with English behind it where the page's is not one.
fn locales(locale: &str) -> Array {
    let wanted = Array::of1(&JsValue::from_str(locale));
    if Intl::get_canonical_locales(&wanted).length() == 0 {
        return Array::of1(&JsValue::from_str("en"));
    }
    wanted
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    options
}

fn call(format: &JsValue, value: &JsValue) -> Option<String> {
    let format: &Function = format.dyn_ref()?;
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

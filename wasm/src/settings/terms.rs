//! The terms from the page's attributes. The flow replaces numbers out of range by the nearest valid one;
//! other texts are invalid.

use protocol::flow::{Data, Reads, Terms};
use web_sys::HtmlElement;

use super::{Wrong, attribute};
use crate::names::{
    ATTRIBUTE_DATA, ATTRIBUTE_FREQUENCY_PER_DAY, ATTRIBUTE_RECURRING, ATTRIBUTE_VALIDITY_DAYS,
};

/// Reads the attributes of `host`.
pub(super) fn read(host: &HtmlElement) -> Result<Terms, Wrong> {
    let mut terms = Terms::default();
    if let Some(days) = attribute(host, ATTRIBUTE_VALIDITY_DAYS) {
        terms.days = Some(number(&days).ok_or(Wrong::ValidityDays)?);
    }
    if let Some(times) = attribute(host, ATTRIBUTE_FREQUENCY_PER_DAY) {
        terms.reads = Reads::Daily(number(&times).ok_or(Wrong::FrequencyPerDay)?);
    }
    if let Some(said) = attribute(host, ATTRIBUTE_RECURRING) {
        match recurring(&said) {
            Some(true) => {}
            Some(false) => terms.reads = Reads::Once,
            None => return Err(Wrong::Recurring),
        }
    }
    if let Some(words) = attribute(host, ATTRIBUTE_DATA) {
        terms.data = data(&words).ok_or(Wrong::Data)?;
    }
    Ok(terms)
}

/// A whole number; a negative one counts as zero, a huge one as the greatest.
fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut number = 0_u32;
    for digit in digits.bytes() {
        let digit = u32::from(digit).checked_sub(48).filter(|digit| *digit < 10)?;
        number = number.saturating_mul(10).saturating_add(digit);
    }
    match digits.len() {
        0 => None,
        length if length < text.len() => Some(0),
        _ => Some(number),
    }
}

/// A flag. As with any attribute, its own name counts as `true`.
fn recurring(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is(ATTRIBUTE_RECURRING) { Some(true) } else { is("false").then_some(false) }
}

/// A list of words. The accounts are always read, named or not.
fn data(words: &str) -> Option<Data> {
    let mut data = Data { balances: false, transactions: false };
    for word in words.split_ascii_whitespace() {
        match word {
            "accounts" => {}
            "balances" => data.balances = true,
            "transactions" => data.transactions = true,
            _ => return None,
        }
    }
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::{Data, data, number, recurring};

    #[test]
    fn the_accounts_are_read_again_and_again_unless_the_page_says_that_they_are_not() {
        for (text, expected) in [
            ("true", Some(true)),
            ("TRUE", Some(true)),
            ("recurring", Some(true)),
            ("false", Some(false)),
            (" False ", Some(false)),
            ("no", None),
            ("0", None),
            ("once", None),
        ] {
            assert_eq!(recurring(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_is_a_number_however_far_out_of_range() {
        for (text, expected) in [
            ("90", Some(90)),
            (" 7 ", Some(7)),
            ("0", Some(0)),
            ("-3", Some(0)),
            ("99999999999", Some(u32::MAX)),
            ("", None),
            ("-", None),
            ("soon", None),
            ("3.5", None),
            ("1e3", None),
            ("\u{661}", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }

    #[test]
    fn the_accounts_need_not_be_named_in_a_list_of_data() {
        for (words, expected) in [
            ("accounts", Some((false, false))),
            ("balances accounts", Some((true, false))),
            (" accounts  transactions ", Some((false, true))),
            ("accounts balances transactions", Some((true, true))),
            ("balances", Some((true, false))),
            ("transactions", Some((false, true))),
            ("accounts, balances", None),
            ("accounts payments", None),
        ] {
            let expected = expected.map(|(balances, transactions)| Data { balances, transactions });
            assert_eq!(data(words), expected, "{words}");
        }
    }
}

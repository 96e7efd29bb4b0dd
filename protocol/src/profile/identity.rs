//! Ids of persons and companies, checked before they are sent: form, date and check digit. Only the bank
//! knows whether the number is in use. No error repeats it.
//!
//! Sources: Skatteverket, "Personnummer" and "Samordningsnummer"; Bolagsverket, "Organisationsnummer";
//! the Finnish Patent and Registration Office, "Business ID".

use std::fmt;

use thiserror::Error;

use super::word::words;
use crate::text::concat;

/// An id in the form of its kind. Personal data: its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PsuId(String);

/// Why a text is no id of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PsuIdError {
    /// The length or a character is wrong, or the date does not exist.
    #[error("it does not have the form of its kind")]
    Form,
    /// The check digit is wrong, probably by a typing error.
    #[error("its check digit is wrong")]
    CheckDigit,
}

words! {
    /// The form of an id.
    #[derive(Default)]
    IdFormat {
        /// 1 to 64 characters of printable ASCII, such as a login name.
        #[default]
        Text = "text",
        /// A Swedish personal or coordination number. Sent with 12 digits, as BankID has it.
        SePersonal = "se-personal",
        /// A Swedish organisation number; a sole trader's is their personal number. Sent with 10
        /// digits.
        SeOrganisation = "se-organisation",
        /// A Finnish business id. Sent with its hyphen.
        FiOrganisation = "fi-organisation",
    }
}

impl IdFormat {
    /// Reads an id from a person's input. `year` is the present one: a short personal number belongs to a
    /// person of less than 100 years, unless it has a `+`.
    pub fn read(self, text: &str, year: u32) -> Result<PsuId, PsuIdError> {
        let text = text.trim();
        match self {
            Self::Text => free(text),
            Self::SePersonal => Ok(Number::read(text)?.personal()?.in_full(year)),
            Self::SeOrganisation => Number::read(text)?.organisation(),
            Self::FiOrganisation => business(text),
        }
    }

    /// The same, but a text in `tests` is accepted unchanged.
    pub fn read_among(self, text: &str, year: u32, tests: &[String]) -> Result<PsuId, PsuIdError> {
        let text = text.trim();
        let is_same = |test: &&String| {
            let bare = |byte: &u8| *byte != b'-';
            test.bytes().filter(bare).eq(text.bytes().filter(bare))
        };
        match tests.iter().find(is_same) {
            Some(test) => free(test),
            None => self.read(text, year),
        }
    }
}

impl PsuId {
    /// The id as in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PsuId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PsuId").finish_non_exhaustive()
    }
}

/// A Swedish number.
struct Number {
    /// The first two are the century, or 0 where there was none.
    digits: [u32; 12],
    sign: Sign,
}

/// The sign before the last four digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Minus,
    /// The person is 100 years old or more.
    Plus,
}

impl Number {
    fn read(text: &str) -> Result<Self, PsuIdError> {
        let mut read = [0; 12];
        let mut count = 0;
        let mut sign = Sign::Minus;
        let mut sign_at = None;
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    *read.get_mut(count).ok_or(PsuIdError::Form)? = u32::from(byte - b'0');
                    count += 1;
                }
                b'-' | b'+' if sign_at.is_none() => {
                    sign_at = Some(count);
                    sign = if byte == b'+' { Sign::Plus } else { Sign::Minus };
                }
                _ => return Err(PsuIdError::Form),
            }
        }
        let digits = match count {
            10 => {
                let mut digits = [0; 12];
                digits[2..].copy_from_slice(&read[..10]);
                digits
            }
            12 if sign == Sign::Minus && read[0] != 0 => read,
            _ => return Err(PsuIdError::Form),
        };
        if sign_at.is_some_and(|at| at + 4 != count) {
            return Err(PsuIdError::Form);
        }
        Ok(Self { digits, sign })
    }

    /// The first two of twelve digits; 0 where there were ten.
    fn century(&self) -> u32 {
        self.pair(0)
    }

    fn pair(&self, at: usize) -> u32 {
        self.digits[at] * 10 + self.digits[at + 1]
    }

    /// The number, if it is valid for a person.
    fn personal(self) -> Result<Self, PsuIdError> {
        let (century, year, month, day) =
            (self.century(), self.pair(2), self.pair(4), self.pair(6));
        if !matches!(century, 0 | 18..=20) {
            return Err(PsuIdError::Form);
        }
        // Without a century the year may be a leap year; 1800 and 1900 were none.
        let is_leap = year % 4 == 0 && (year != 0 || century.is_multiple_of(4));
        // A coordination number's day is 60 higher.
        let date = match day {
            61.. => day - 60,
            day => day,
        };
        if !(1..=days_in(month, is_leap)).contains(&date) {
            return Err(PsuIdError::Form);
        }
        self.checked()
    }

    /// The number of an organisation: the digits in place of a month are 20 or more.
    fn organisation(self) -> Result<PsuId, PsuIdError> {
        let is_plain = matches!(self.century(), 0 | 16) && self.sign == Sign::Minus;
        let is_group = self.digits[4] >= 2;
        let number = if is_group && is_plain { self.checked()? } else { self.personal()? };
        Ok(PsuId(written(&number.digits[2..])))
    }

    /// With 12 digits, in the present `year`.
    fn in_full(self, year: u32) -> PsuId {
        let mut digits = self.digits;
        if self.century() == 0 {
            let age = (year.saturating_add(100) - self.pair(2)) % 100;
            let older = if self.sign == Sign::Plus { 100 } else { 0 };
            let century = year.saturating_sub(age + older) / 100;
            digits[0] = century / 10 % 10;
            digits[1] = century % 10;
        }
        PsuId(written(&digits))
    }

    /// Every second digit is doubled, the digits are added up, and the sum ends in 0.
    fn checked(self) -> Result<Self, PsuIdError> {
        let mut sum = 0;
        for (place, digit) in self.digits.into_iter().enumerate().skip(2) {
            let term = if place % 2 == 0 { digit * 2 } else { digit };
            sum += term / 10 + term % 10;
        }
        if sum % 10 == 0 { Ok(self) } else { Err(PsuIdError::CheckDigit) }
    }
}

fn written(digits: &[u32]) -> String {
    let mut text = String::new();
    for digit in digits {
        text.extend(char::from_digit(*digit, 10));
    }
    text
}

const fn days_in(month: u32, is_leap: bool) -> u32 {
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

fn free(text: &str) -> Result<PsuId, PsuIdError> {
    let valid = (1..=LONGEST_TEXT).contains(&text.len())
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if valid { Ok(PsuId(text.to_owned())) } else { Err(PsuIdError::Form) }
}

/// Seven digits, a hyphen and a check digit. Older ids have six digits; a 0 goes before them. The hyphen
/// may be missing, since a numeric keypad has none.
fn business(text: &str) -> Result<PsuId, PsuIdError> {
    let last = text.len().saturating_sub(1);
    let (number, check) = text.split_at_checked(last).ok_or(PsuIdError::Form)?;
    let number = number.strip_suffix('-').unwrap_or(number);
    let zero = if number.len() == SHORT_BUSINESS { "0" } else { "" };
    let id = concat(&[zero, number, "-", check]);
    if id.len() != BUSINESS_WEIGHTS.len() {
        return Err(PsuIdError::Form);
    }
    let mut sum = 0;
    for (byte, weight) in id.bytes().zip(BUSINESS_WEIGHTS) {
        match (byte, weight) {
            (b'-', 0) => {}
            (b'0'..=b'9', 1..) => sum += u32::from(byte - b'0') * weight,
            _ => return Err(PsuIdError::Form),
        }
    }
    // A remainder of 1 would need a check digit of 10: such ids are not issued.
    if sum % 11 == 0 { Ok(PsuId(id)) } else { Err(PsuIdError::CheckDigit) }
}

/// Characters, the limit of the relay for the header.
const LONGEST_TEXT: usize = 64;
/// Digits of an older business id, without the check digit.
const SHORT_BUSINESS: usize = 6;
/// Of each digit, the check digit last; 0 stands for the hyphen.
const BUSINESS_WEIGHTS: [u32; 9] = [7, 9, 10, 5, 8, 4, 2, 0, 1];

#[cfg(test)]
mod tests {
    use super::{IdFormat, PsuIdError};

    const YEAR: u32 = 2026;

    #[track_caller]
    fn reads(format: IdFormat, text: &str, expect: &str) {
        let read = format.read(text, YEAR);
        assert_eq!(read.as_ref().map(super::PsuId::as_str), Ok(expect), "{text}");
    }

    #[track_caller]
    fn refuses(format: IdFormat, texts: &[&str], expect: PsuIdError) {
        for text in texts {
            assert_eq!(format.read(text, YEAR), Err(expect), "{text}");
        }
    }

    #[test]
    fn a_personal_number_may_be_written_in_each_usual_way() {
        for text in ["198112189876", "19811218-9876", "8112189876", "811218-9876", " 811218-9876 "]
        {
            reads(IdFormat::SePersonal, text, "198112189876");
        }
    }

    #[test]
    fn a_short_personal_number_is_of_the_last_hundred_years() {
        // Skatteverket's own example of a person of 100 years and more.
        reads(IdFormat::SePersonal, "811218+9876", "188112189876");
        // A leap day, and the first one of a century.
        reads(IdFormat::SePersonal, "000229-0005", "200002290005");
        reads(IdFormat::SePersonal, "2601010008", "202601010008");
        reads(IdFormat::SePersonal, "270101-0007", "192701010007");
    }

    #[test]
    fn the_day_of_a_coordination_number_is_sixty_higher() {
        reads(IdFormat::SePersonal, "701063-2391", "197010632391");
        reads(IdFormat::SePersonal, "19701063-2391", "197010632391");
    }

    #[test]
    fn other_texts_are_refused_with_a_reason() {
        let wrong = ["198112189875", "811218-9875", "8112189867", "701063-2390"];
        refuses(IdFormat::SePersonal, &wrong, PsuIdError::CheckDigit);
        refuses(
            IdFormat::SePersonal,
            &[
                "",
                "-",
                "9876",
                "811218",
                "811318-9875",
                "810018-9876",
                "811232-9876",
                "811200-9876",
                "811260-9876",
                "811292-9876",
                "190002290006",
                "18810229-9876",
                "811218--9876",
                "811218 9876",
                "81121-89876",
                "19811218+9876",
                "178112189876",
                "1981121898761",
                "81121898\u{661}\u{662}",
                "811218-987x",
                "x11218-9876",
                "212121-2126",
            ],
            PsuIdError::Form,
        );
    }

    #[test]
    fn an_organisation_number_has_ten_digits_and_perhaps_its_hyphen() {
        for text in ["212121-2126", "2121212126", "16212121-2126", "162121212126"] {
            reads(IdFormat::SeOrganisation, text, "2121212126");
        }
        reads(IdFormat::SeOrganisation, "555555-5555", "5555555555");
        // A sole trader.
        reads(IdFormat::SeOrganisation, "19811218-9876", "8112189876");
        let wrong = ["212121-2127", "212112-2126"];
        refuses(IdFormat::SeOrganisation, &wrong, PsuIdError::CheckDigit);
        let none = ["", "212121+2126", "19212121-2126", "21212-12126", "SE2121212126"];
        refuses(IdFormat::SeOrganisation, &none, PsuIdError::Form);
    }

    #[test]
    fn a_finnish_business_id_ends_in_its_check_digit() {
        for text in ["9876543-0", "98765430"] {
            reads(IdFormat::FiOrganisation, text, "9876543-0");
        }
        for text in ["0123456-2", "123456-2", "01234562", "1234562"] {
            reads(IdFormat::FiOrganisation, text, "0123456-2");
        }
        let wrong = ["9876543-1", "9876453-0", "98765431", "0123456-3"];
        refuses(IdFormat::FiOrganisation, &wrong, PsuIdError::CheckDigit);
        let none = [
            "",
            "-",
            "9876543-",
            "9876543-00",
            "987654-30",
            "987654300",
            "9876543--0",
            "12345-6",
            "FI9876543-0",
            "9876543-x",
            "987654\u{e5}-0",
        ];
        refuses(IdFormat::FiOrganisation, &none, PsuIdError::Form);
    }

    #[test]
    fn ids_for_tests_are_accepted_unchanged_and_no_others() {
        let tests = ["40073144970009".to_owned(), "5566771234".to_owned()];
        let read = |text| IdFormat::SeOrganisation.read_among(text, YEAR, &tests);
        for (text, expect) in [
            ("40073144970009", "40073144970009"),
            (" 5566771234 ", "5566771234"),
            ("556677-1234", "5566771234"),
            ("212121-2126", "2121212126"),
        ] {
            assert_eq!(read(text).as_ref().map(super::PsuId::as_str), Ok(expect), "{text}");
        }
        assert_eq!(read("5566771235"), Err(PsuIdError::CheckDigit));
        refuses(IdFormat::SeOrganisation, &["5566771234"], PsuIdError::CheckDigit);
        refuses(IdFormat::SeOrganisation, &["40073144970009"], PsuIdError::Form);
    }

    #[test]
    fn free_text_must_fit_a_header() {
        reads(IdFormat::Text, " astrid.l 7 ", "astrid.l 7");
        let long = "x".repeat(65);
        refuses(IdFormat::Text, &["", "  ", "\u{e5}sa", "a\nb", &long], PsuIdError::Form);
    }

    #[test]
    fn an_id_is_not_shown() {
        let id = IdFormat::SePersonal.read("811218-9876", YEAR);
        assert!(!format!("{id:?}").contains("9876"));
    }
}

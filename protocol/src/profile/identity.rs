//! Ids of persons and companies, checked before they are sent anywhere: form, date and check digit.
//! Whether somebody has the number, only the bank knows. No error repeats it.
//!
//! Sources: Skatteverket, "Personnummer" and "Samordningsnummer"; Bolagsverket, "Organisationsnummer";
//! the Finnish Patent and Registration Office, "Business ID".

use std::fmt;

use thiserror::Error;

use super::word::words;

/// An id that has the form of its kind, as it is sent. Personal data: its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PsuId(String);

/// Why a text is no id of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PsuIdError {
    /// It has another length or other characters, or there is no such date.
    #[error("it does not have the form of its kind")]
    Form,
    /// The check digit is wrong: somebody has mistyped it.
    #[error("its check digit is wrong")]
    CheckDigit,
}

words! {
    /// What an id looks like.
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
    /// The id in what a person wrote. `year` is the present one: the person of a short personal
    /// number is less than 100 years old, or has a `+` in it.
    pub fn read(self, text: &str, year: u16) -> Result<PsuId, PsuIdError> {
        let text = text.trim();
        match self {
            Self::Text => free(text),
            Self::SePersonal => Number::read(text)?.personal()?.in_full(year),
            Self::SeOrganisation => Number::read(text)?.organisation(),
            Self::FiOrganisation => business(text),
        }
    }
}

impl PsuId {
    /// The id as it stands in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PsuId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PsuId").finish_non_exhaustive()
    }
}

/// A Swedish number: ten digits, and what stood around them.
struct Number<'a> {
    /// The first two of twelve digits.
    century: Option<&'a str>,
    /// The six digits that a date or a group stands in.
    head: &'a str,
    sign: Sign,
    /// The four digits behind the sign.
    tail: &'a str,
}

/// What may stand before the last four digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    None,
    Minus,
    /// The person is 100 years old or more.
    Plus,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Result<Self, PsuIdError> {
        if !text.is_ascii() {
            return Err(PsuIdError::Form);
        }
        let (front, tail) =
            text.split_at_checked(text.len() - 4.min(text.len())).unwrap_or_default();
        let (front, sign) = match front.as_bytes().last() {
            Some(b'-') => (&front[..front.len() - 1], Sign::Minus),
            Some(b'+') => (&front[..front.len() - 1], Sign::Plus),
            _ => (front, Sign::None),
        };
        let (century, head) = match front.len() {
            6 => (None, front),
            8 if sign != Sign::Plus => (Some(&front[..2]), &front[2..]),
            _ => return Err(PsuIdError::Form),
        };
        let digits = [century.unwrap_or_default(), head, tail].concat();
        let valid = tail.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if valid { Ok(Self { century, head, sign, tail }) } else { Err(PsuIdError::Form) }
    }

    /// The number, if a person may have it.
    fn personal(self) -> Result<Self, PsuIdError> {
        let pair = |at: usize| self.head[at..at + 2].parse::<u16>().map_err(|_| PsuIdError::Form);
        let (year, month, day) = (pair(0)?, pair(2)?, pair(4)?);
        let century = match self.century {
            None => 0,
            Some(century @ ("18" | "19" | "20")) => {
                century.parse().map_err(|_| PsuIdError::Form)?
            }
            Some(_) => return Err(PsuIdError::Form),
        };
        // Without a century the year may be a leap year; 1800 and 1900 were none.
        let is_leap = year % 4 == 0 && (year != 0 || century == 0 || century % 4 == 0);
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

    /// The number as an organisation's: the digits that would be a month are 20 or more.
    fn organisation(self) -> Result<PsuId, PsuIdError> {
        let is_group = self.head[2..4] >= *"20";
        let is_plain = matches!(self.century, None | Some("16")) && self.sign != Sign::Plus;
        let number = if is_group && is_plain { self.checked()? } else { self.personal()? };
        Ok(PsuId([number.head, number.tail].concat()))
    }

    /// With 12 digits, in the present `year`.
    fn in_full(self, year: u16) -> Result<PsuId, PsuIdError> {
        let Self { century, head, sign, tail } = self;
        if let Some(century) = century {
            return Ok(PsuId([century, head, tail].concat()));
        }
        let short: u16 = head[..2].parse().map_err(|_| PsuIdError::Form)?;
        let age = (year.saturating_add(100) - short) % 100;
        let latest = year.saturating_sub(age);
        let born = if sign == Sign::Plus { latest.saturating_sub(100) } else { latest };
        Ok(PsuId(format!("{:02}{head}{tail}", born / 100)))
    }

    /// Every second digit is doubled, the digits are added up, and the sum ends in 0.
    fn checked(self) -> Result<Self, PsuIdError> {
        let digits = self.head.bytes().chain(self.tail.bytes()).map(|byte| u32::from(byte - b'0'));
        let terms = digits.zip([2, 1].into_iter().cycle()).map(|(digit, factor)| digit * factor);
        let sum: u32 = terms.map(|term| term / 10 + term % 10).sum();
        if sum.is_multiple_of(10) { Ok(self) } else { Err(PsuIdError::CheckDigit) }
    }
}

const fn days_in(month: u16, is_leap: bool) -> u16 {
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

/// Seven digits, a hyphen and a check digit. Older ids have six digits, and a 0 before them.
fn business(text: &str) -> Result<PsuId, PsuIdError> {
    let (digits, check) = text.split_once('-').ok_or(PsuIdError::Form)?;
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(digits.len(), 6 | 7)
        || check.len() != 1
        || !are_digits(digits)
        || !are_digits(check)
    {
        return Err(PsuIdError::Form);
    }
    let digits = format!("{digits:0>7}");
    let terms = digits.bytes().zip(BUSINESS_WEIGHTS);
    let sum: u32 = terms.map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    // A remainder of 1 would want a check digit of 10: such ids are not given out.
    let expected = (11 - sum % 11) % 11;
    if check.parse() == Ok(expected) {
        Ok(PsuId(format!("{digits}-{check}")))
    } else {
        Err(PsuIdError::CheckDigit)
    }
}

/// Characters, as the relay takes them in a header.
const LONGEST_TEXT: usize = 64;
const BUSINESS_WEIGHTS: [u32; 7] = [7, 9, 10, 5, 8, 4, 2];

#[cfg(test)]
mod tests {
    use super::{IdFormat, PsuIdError};

    const YEAR: u16 = 2026;

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
    fn what_is_no_personal_number_is_refused_with_its_reason() {
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
                "556016-0680",
            ],
            PsuIdError::Form,
        );
    }

    #[test]
    fn an_organisation_number_has_ten_digits_and_perhaps_its_hyphen() {
        for text in ["556016-0680", "5560160680", "16556016-0680", "165560160680"] {
            reads(IdFormat::SeOrganisation, text, "5560160680");
        }
        reads(IdFormat::SeOrganisation, "202100-5489", "2021005489");
        // A sole trader.
        reads(IdFormat::SeOrganisation, "19811218-9876", "8112189876");
        let wrong = ["556016-0681", "556061-0680"];
        refuses(IdFormat::SeOrganisation, &wrong, PsuIdError::CheckDigit);
        let none = ["", "556016+0680", "19556016-0680", "55601-60680", "SE5560160680"];
        refuses(IdFormat::SeOrganisation, &none, PsuIdError::Form);
    }

    #[test]
    fn a_finnish_business_id_ends_in_its_check_digit() {
        reads(IdFormat::FiOrganisation, "0112038-9", "0112038-9");
        reads(IdFormat::FiOrganisation, "112038-9", "0112038-9");
        refuses(IdFormat::FiOrganisation, &["0112038-8", "0112083-9"], PsuIdError::CheckDigit);
        let none =
            ["", "01120389", "0112038-", "0112038-99", "011203-89", "FI0112038-9", "0112038-x"];
        refuses(IdFormat::FiOrganisation, &none, PsuIdError::Form);
    }

    #[test]
    fn free_text_is_what_a_header_can_carry() {
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

//! Finds Swedish personal numbers in a text: ten or twelve digits that begin with a date and end
//! with the right check digit.
//!
//! Skatteverket, "Personnummer" and "Samordningsnummer" (whose day is 60 higher).

/// Whether `line` holds a personal number.
pub(super) fn is_in(line: &str) -> bool {
    let part_of_more = |c: char| !(c.is_ascii_alphanumeric() || SIGNS.contains(&c) || c == '.');
    line.split(part_of_more).any(|word| {
        let word = word.trim_end_matches('.');
        let digits = match word.split_once(SIGNS) {
            Some((date, rest)) if rest.len() == 4 => format!("{date}{rest}"),
            Some(_) => return false,
            None => word.to_owned(),
        };
        is_number(&digits)
    })
}

fn is_number(text: &str) -> bool {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits: Vec<u32> = text.bytes().map(|byte| u32::from(byte - b'0')).collect();
    let short = match digits[..] {
        [1, 8 | 9, ..] | [2, 0, ..] if digits.len() == 12 => &digits[2..],
        _ if digits.len() == 10 => &digits[..],
        _ => return false,
    };
    has_date(short) && luhn_fits(short)
}

fn has_date(digits: &[u32]) -> bool {
    let month = digits[2] * 10 + digits[3];
    let day = digits[4] * 10 + digits[5];
    (1..=12).contains(&month) && ((1..=31).contains(&day) || (61..=91).contains(&day))
}

/// Every second digit is doubled, the digits are added up, and the sum ends in 0.
fn luhn_fits(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip([2, 1].into_iter().cycle())
        .map(|(d, f)| d * f)
        .fold(0, |sum, product| sum + product / 10 + product % 10);
    sum.is_multiple_of(10)
}

/// Between the date and the rest; `+` from the year in which a person turns 100.
const SIGNS: [char; 2] = ['-', '+'];

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn each_way_of_writing_is_found() {
        for number in ["198112189876", "19811218-9876", "8112189876", "811218-9876", "811218+9876"]
        {
            assert!(is_in(number), "{number}");
            assert!(is_in(&format!("psu_id=\"{number}\", more.")), "{number}");
        }
        assert!(is_in("signed by 198112189876."));
        // A coordination number: the day is 60 higher.
        assert!(is_in("701063-2391"));
    }

    #[test]
    fn other_numbers_are_none() {
        assert!(!is_in("198112189875"), "check digit");
        assert!(!is_in("811318-9875"), "month");
        assert!(!is_in("1981121898761"), "length");
        assert!(!is_in("2026-11-23T09:00:00.811218Z"));
        assert!(!is_in("81121898-7600-4c5b-8a53-198112189876"), "part of a uuid");
        assert!(!is_in("0.8112189876"), "a fraction");
    }
}

//! Finds account numbers in a text: IBANs with right check digits, together or in groups of four.
//!
//! ISO 13616-1; lengths by country from the IBAN registry.

/// Whether `line` holds an IBAN.
pub(super) fn is_in(line: &str) -> bool {
    let bytes = line.as_bytes();
    (0..bytes.len()).any(|start| {
        let before = start.checked_sub(1).map(|index| bytes[index]);
        let fresh = before.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        fresh && starts_with_iban(&bytes[start..])
    })
}

fn starts_with_iban(bytes: &[u8]) -> bool {
    let country = bytes.get(..2).unwrap_or_default();
    let Some((_, length)) = LENGTHS.iter().find(|(code, _)| code.as_bytes() == country) else {
        return false;
    };
    let Some((iban, rest)) = take(bytes, *length) else { return false };
    let ended = rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric());
    ended && check_digits_fit(&iban)
}

/// The first `length` letters and digits, with a blank allowed after each group of four.
fn take(bytes: &[u8], length: usize) -> Option<(Vec<u8>, &[u8])> {
    let mut taken = Vec::new();
    let mut rest = bytes;
    while taken.len() < length {
        let (byte, after) = rest.split_first()?;
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' => taken.push(*byte),
            b' ' if taken.len() % 4 == 0 => {}
            _ => return None,
        }
        rest = after;
    }
    Some((taken, rest))
}

/// ISO 7064, MOD 97-10: letters count as 10 to 35, the first four characters go to the end.
fn check_digits_fit(iban: &[u8]) -> bool {
    let moved = iban[4..].iter().chain(&iban[..4]);
    let rest = moved.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1
}

/// The countries of the banks served, and their neighbours, with the length of their IBANs.
const LENGTHS: [(&str, usize); 12] = [
    ("DE", 22),
    ("DK", 18),
    ("EE", 20),
    ("FI", 18),
    ("FO", 18),
    ("GB", 22),
    ("GL", 18),
    ("IS", 26),
    ("LT", 20),
    ("LV", 21),
    ("NO", 15),
    ("SE", 24),
];

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn the_registrys_examples_are_found() {
        for iban in [
            "SE4550000000058398257466",
            "FI2112345600000785",
            "NO9386011117947",
            "DK5000400440116243",
            "LV80BANK0000435195001",
        ] {
            assert!(is_in(iban), "{iban}");
            assert!(is_in(&format!("{{\"iban\":\"{iban}\"}}")), "{iban}");
        }
        assert!(is_in("to NO93 8601 1117 947."));
    }

    #[test]
    fn a_wrong_check_digit_or_length_is_no_iban() {
        assert!(!is_in("SE4650000000058398257466"));
        assert!(!is_in("SE455000000005839825746"));
        assert!(!is_in("NO93860111179471"));
        assert!(!is_in("XNO9386011117947"));
        assert!(!is_in("BASE45 5000"));
    }
}

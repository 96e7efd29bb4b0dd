//! Repairs JSON that has a sound form and parts that Rust cannot represent: numbers beyond all doubles, and unpaired
//! surrogates, which remain where a name was cut in the middle. RFC 8259 allows both
//! (sections 6 and 8.2). It judges nothing: a text that is no JSON stays none.

/// `text` with null in place of each number that no double can hold, and U+FFFD in place of each unpaired
/// surrogate.
pub(super) fn repaired(text: &str) -> String {
    let (mut repaired, mut rest) = (String::with_capacity(text.len()), text);
    let is_part =
        |letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '.' | 'e' | 'E');
    while let Some(at) =
        rest.find(|letter: char| letter == '"' || letter == '-' || letter.is_ascii_digit())
    {
        repaired.push_str(&rest[..at]);
        rest = &rest[at..];
        let after = if rest.starts_with('"') {
            let (string, after) = rest.split_at(end_of_string(rest));
            push_whole_letters(&mut repaired, string);
            after
        } else {
            let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            let is_huge = number.parse().is_ok_and(|number: f64| number.is_infinite());
            repaired.push_str(if is_huge { "null" } else { number });
            after
        };
        rest = after;
    }
    repaired.push_str(rest);
    repaired
}

/// Where the string ends that `text` begins with.
fn end_of_string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Adds `string`, which may have escapes, without unpaired surrogates.
fn push_whole_letters(repaired: &mut String, string: &str) {
    let mut rest = string;
    while let Some(at) = rest.find('\\') {
        repaired.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = match (unit(rest), rest.get(UNIT..).and_then(unit)) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 2 * UNIT,
            (Some(0xd800..0xe000), _) => {
                repaired.push_str(REPLACEMENT);
                rest = &rest[UNIT..];
                continue;
            }
            // The letter behind the backslash may be any.
            _ => rest.char_indices().nth(2).map_or(rest.len(), |(end, _)| end),
        };
        let (kept, after) = rest.split_at(end);
        repaired.push_str(kept);
        rest = after;
    }
    repaired.push_str(rest);
}

/// The unit of UTF-16 in the escape that `text` begins with, where it is one of those.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// Bytes of an escape of a unit.
const UNIT: usize = 6;
const REPLACEMENT: &str = "\\ufffd";

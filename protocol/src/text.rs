//! Text out of parts.

/// The `parts`, one after the other. One function for all who do it: the standard library's is made anew
/// for each number of parts, which in the widget is a part of what every page loads.
#[must_use]
pub fn concat(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        text.push_str(part);
    }
    text
}

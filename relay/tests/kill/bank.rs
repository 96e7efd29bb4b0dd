//! The banks, and the headers of a widget's new consent there.

/// The banks: at three of them the person signs in the app, at one of these twice and in a group of banks; one
/// has a page and a code; one has only a page, and requires the person's id.
pub(crate) const BANKS: [&str; 5] = ["ESSESESS", "HANDSESS", "SWEDSESS", "NDEASESS", WITH_ID];
/// The bank that requires the person's id.
pub(crate) const WITH_ID: &str = "PROVSESS";
/// The person, made up.
pub(crate) const PERSON: &str = "198001019994";

/// The headers of a new consent at `bank`. The relay keeps their values for all later steps.
pub(crate) fn headers(bank: &str) -> &'static [(&'static str, &'static str)] {
    match bank {
        "SWEDSESS" => &[("tpp-redirect-preferred", "false"), ("x-affiliated-aspsp-id", "08999")],
        WITH_ID => &[("psu-id", PERSON)],
        _ => &[],
    }
}

/// Whether the person goes to the bank's own page.
pub(crate) fn has_page(bank: &str) -> bool {
    matches!(bank, "NDEASESS" | WITH_ID)
}

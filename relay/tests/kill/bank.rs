//! The banks, and what a widget says with a new consent there.

/// The banks: three that are signed for in the app, one of them with two signatures and for a group; one with a
/// page and a code; one with a page alone, which requires the person's id.
pub(crate) const BANKS: [&str; 5] = ["ESSESESS", "HANDSESS", "SWEDSESS", "NDEASESS", TOLD];
/// The one that requires the person's id.
pub(crate) const TOLD: &str = "PROVSESS";
/// The person, made up.
pub(crate) const PERSON: &str = "198001019994";

/// The headers of a new consent at `bank`. The relay keeps them for all that follows.
pub(crate) fn said(bank: &str) -> &'static [(&'static str, &'static str)] {
    match bank {
        "SWEDSESS" => &[("tpp-redirect-preferred", "false"), ("x-affiliated-aspsp-id", "08999")],
        TOLD => &[("psu-id", PERSON)],
        _ => &[],
    }
}

/// Whether the person goes to the bank's own page.
pub(crate) fn has_page(bank: &str) -> bool {
    matches!(bank, "NDEASESS" | TOLD)
}

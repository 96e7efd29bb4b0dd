//! The words of the widget. A language is a value of [`Text`]: a missing text does not compile.

mod en;
mod sv;

pub use self::en::EN;
pub use self::sv::SV;

/// All texts of one language. `{name}` stands for what [`fill`] puts there.
#[expect(
    missing_docs,
    reason = "each field is named by where it stands; its English value says the rest"
)]
pub struct Text {
    pub lang: &'static str,
    pub idle_heading: &'static str,
    pub start: &'static str,
    pub loading_heading: &'static str,
    pub banks_heading: &'static str,
    pub search: &'static str,
    /// `{count}`
    pub matches: &'static str,
    /// `{query}`
    pub no_match: &'static str,
    pub no_banks: &'static str,
    /// `{bank}`
    pub ready_heading: &'static str,
    /// `{service}`
    pub ready_lead: &'static str,
    pub reads_accounts: &'static str,
    pub reads_balances: &'static str,
    pub reads_transactions: &'static str,
    /// `{date}`, `{times}`
    pub ready_terms: &'static str,
    /// `{seconds}`
    pub ready_clock: &'static str,
    /// `{service}`
    pub ready_away: &'static str,
    /// `{service}`
    pub ready_warning: &'static str,
    pub begin_other: &'static str,
    pub begin_this: &'static str,
    /// `{bank}`
    pub go: &'static str,
    pub back: &'static str,
    /// `{bank}`
    pub preparing_heading: &'static str,
    pub preparing_help: &'static str,
    pub scan_heading: &'static str,
    pub scan_help: &'static str,
    pub open_heading: &'static str,
    pub open_help: &'static str,
    pub open: &'static str,
    pub qr_label: &'static str,
    pub qr_failed: &'static str,
    /// `{seconds}`
    pub seconds_left: &'static str,
    pub seconds_over: &'static str,
    /// `{step}`
    pub step: &'static str,
    pub signing_heading: &'static str,
    pub signing_help: &'static str,
    /// `{bank}`
    pub away_heading: &'static str,
    pub popup_help: &'static str,
    /// `{bank}`
    pub at_bank_help: &'static str,
    pub finishing_heading: &'static str,
    /// `{bank}`
    pub finishing_help: &'static str,
    /// `{bank}`
    pub linked_heading: &'static str,
    /// `{service}`
    pub linked_lead: &'static str,
    pub linked_none: &'static str,
    pub another: &'static str,
    pub troubled: &'static str,
    pub cancel: &'static str,
    pub retry: &'static str,
    pub other_bank: &'static str,
    /// `{code}`
    pub support: &'static str,
    pub cancelled: Ended,
    pub rejected: Ended,
    pub expired: Ended,
    pub unreachable: Ended,
    pub platform_failed: Ended,
    pub service_failed: Ended,
    pub busy: Ended,
    pub session_lost: Ended,
    pub refused: Ended,
    pub unconfirmed: Ended,
    pub foreign_completion: Ended,
    pub late: Ended,
    pub exchange_failed: Ended,
    pub return_failed: Ended,
    pub misconfigured: Ended,
}

/// What happened, and what to do next. `{bank}` may stand in both.
pub struct Ended {
    /// What happened, in a few words.
    pub heading: &'static str,
    /// What it means and what to do next.
    pub help: &'static str,
}

impl Text {
    /// The texts for a language tag (BCP 47); English where there are none.
    pub fn of(tag: &str) -> &'static Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case(SV.lang) { &SV } else { &EN }
    }
}

/// Puts each value where its name stands in braces.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_put_where_its_name_stands() {
        let filled = fill("{service} reads {bank}: {bank}.", &[("bank", "{x}"), ("service", "A")]);
        assert_eq!(filled, "A reads {x}: {x}.");
    }

    #[test]
    fn a_language_is_found_by_its_tag() {
        let found = |tag| Text::of(tag).lang;
        assert_eq!(
            ["sv", "sv-SE", "SV_fi", "en-GB", "de", ""].map(found),
            ["sv", "sv", "sv", "en", "en", "en"]
        );
    }
}

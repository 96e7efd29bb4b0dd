//! Every name of `<ais-accounts>` that a page can see, besides the custom properties that it shares with `<ais-link>`.

use crate::names::{
    ATTRIBUTE_LANG, ATTRIBUTE_RELAY, ATTRIBUTE_STATE, PART_ACCOUNT, PART_ACTION, PART_BASE,
    PART_BROKEN, PART_BUTTON, PART_HEADING, PART_LATE, PART_LEAD, PART_LOGO, PART_MESSAGE,
    PART_QUIET, PART_STOPPED, PROPERTY_TEXTS, TAG as LINK_TAG,
};

/// The tag of the element.
pub const TAG: &str = "ais-accounts";

/// The token of a view session, which the host's own server has made for the person who is logged in. A new one begins as
/// if the page had loaded again.
pub const ATTRIBUTE_TOKEN: &str = "token";

/// The observed attributes. Each is a property too.
pub const OBSERVED: [&str; 3] = [ATTRIBUTE_RELAY, ATTRIBUTE_LANG, ATTRIBUTE_TOKEN];

/// Another screen is shown. Detail: `state`.
pub const EVENT_STATE: &str = "ais-accounts-state";
/// The person wants to renew a connection, which takes a link session of the host's own server. Detail: `connectionId`.
pub const EVENT_RENEW: &str = "ais-accounts-renew";
/// The person has removed the access. Detail: `connectionId`.
pub const EVENT_REMOVED: &str = "ais-accounts-removed";
/// Nothing can be shown. Detail: `reason`.
pub const EVENT_FAILED: &str = "ais-accounts-failed";

/// The names that mean the same as in `<ais-link>` ([`crate::names`]).
pub const SHARED: [&str; 16] = [
    ATTRIBUTE_RELAY,
    ATTRIBUTE_LANG,
    ATTRIBUTE_STATE,
    PROPERTY_TEXTS,
    PART_BASE,
    PART_LOGO,
    PART_STOPPED,
    PART_LATE,
    PART_BROKEN,
    PART_HEADING,
    PART_LEAD,
    PART_MESSAGE,
    PART_ACTION,
    PART_BUTTON,
    PART_QUIET,
    PART_ACCOUNT,
];

/// One connection in the list.
pub const PART_CONNECTION: &str = "connection";
/// The state of a connection.
pub const PART_STATUS: &str = "status";
/// One transaction.
pub const PART_TRANSACTION: &str = "transaction";

/// The class of this element in JavaScript: that of `<ais-link>` with other names.
pub fn class() -> String {
    let link = include_str!("../element.js");
    let (before, list) = link.split_once(LIST).expect("the class names its attributes");
    let (_, after) = list.split_once(']').expect("a list ends");
    let names = OBSERVED.map(|name| format!("{name:?}")).join(", ");
    let class = [before, LIST, &names, "]", after].concat();
    class.replace(LINK_TAG, TAG).replace("AisLink", "AisAccounts")
}

const LIST: &str = "observedAttributes = [";

#[cfg(test)]
mod tests {
    use super::{
        EVENT_FAILED, EVENT_REMOVED, EVENT_RENEW, EVENT_STATE, LIST, OBSERVED, TAG, class,
    };
    use crate::accounts::typings::TYPINGS;

    #[test]
    fn the_documents_have_the_same_names() {
        let text = include_str!("../../../docs/element.md");
        let (_, section) = text.split_once("\n## The element `<ais-accounts>`\n").unwrap();
        let (section, _) = section.split_once("\n## ").unwrap_or((section, ""));
        let rows = section.lines().filter_map(|row| row.strip_prefix("| `")?.split('`').next());
        let mut found: Vec<_> = rows.collect();
        let events = [EVENT_STATE, EVENT_RENEW, EVENT_REMOVED, EVENT_FAILED];
        let mut names = [&OBSERVED[..], &["state"], &events].concat();
        found.sort_unstable();
        names.sort_unstable();
        assert_eq!(found, names);
    }

    #[test]
    fn the_types_have_the_same_names() {
        let members = |interface: &str| -> Vec<&str> {
            let start = format!("export interface {interface} {{\n");
            let (_, body) = TYPINGS.split_once(&start).unwrap();
            let lines = body.split_once("\n}").unwrap().0.lines().map(str::trim);
            let lines = lines.filter(|line| !line.starts_with("/*"));
            lines
                .map(|line| line.split(['?', ':', '(']).next().unwrap().trim_matches('"'))
                .collect()
        };
        assert_eq!(members("AisAccountsAttributes"), OBSERVED);
        let events = [EVENT_STATE, EVENT_RENEW, EVENT_REMOVED, EVENT_FAILED];
        assert_eq!(members("AisAccountsEventMap"), events);
        let properties = members("AisAccountsProperties");
        // Every element has a property `lang`.
        for name in OBSERVED.iter().filter(|name| **name != "lang") {
            for kind in ["get", "set"] {
                assert!(properties.contains(&&*format!("{kind} {name}")), "{kind} {name}");
            }
        }
    }

    #[test]
    fn the_class_has_the_names_of_this_element_and_no_other() {
        let class = class();
        for name in [TAG, EVENT_STATE, EVENT_FAILED] {
            assert!(class.contains(&format!("\"{name}\"")), "{name}");
        }
        assert!(!class.contains("ais-link") && !class.contains("validity-days"));
        let (_, list) = class.split_once(LIST).unwrap();
        let names: Vec<&str> =
            list.split_once(']').unwrap().0.split('"').skip(1).step_by(2).collect();
        assert_eq!(names, OBSERVED);
    }
}

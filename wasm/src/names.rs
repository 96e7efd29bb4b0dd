//! Every name that a page can see: attributes, events, parts. Each is written once.

/// The tag of the element.
pub const TAG: &str = "ais-link";

/// The address of the relay: absolute, or relative to the page's with `/` or `.` at its start. Default: the
/// address of the script.
pub const ATTRIBUTE_RELAY: &str = "relay";
/// The country of the banks, by ISO 3166-1. Default: `SE`.
pub const ATTRIBUTE_COUNTRY: &str = "country";
/// The language of the texts, by BCP 47. Default: that of the nearest element around it, also when it
/// changes; else English.
pub const ATTRIBUTE_LANG: &str = "lang";
/// The name of the page's service. Default: the page's host name.
pub const ATTRIBUTE_SERVICE: &str = "service";
/// `popup`: a bank's page opens in a window of its own. Default: in the same tab.
pub const ATTRIBUTE_REDIRECT: &str = "redirect";
/// `private` or `corporate`: whose accounts. Default: the relay's first context.
pub const ATTRIBUTE_CONTEXT: &str = "context";
/// The number of days that the person is asked to permit. Default: what is usual at the bank.
pub const ATTRIBUTE_VALIDITY_DAYS: &str = "validity-days";
/// `false`: the accounts are read once. Default, and with `true`, its own name or an empty value:
/// repeatedly.
pub const ATTRIBUTE_RECURRING: &str = "recurring";
/// Reads a day without the person present, 1 to 4. Default: 4.
pub const ATTRIBUTE_FREQUENCY_PER_DAY: &str = "frequency-per-day";
/// The data besides the accounts: `balances`, `transactions`. Default: both. `accounts` may be named.
pub const ATTRIBUTE_DATA: &str = "data";
/// The token of a link session, which the host's own server has made: its terms replace those of the other
/// attributes.
pub const ATTRIBUTE_TOKEN: &str = "token";
/// The present screen. Written by the element, for style sheets and tests.
pub const ATTRIBUTE_STATE: &str = "state";

/// The observed attributes. Each is a property of the element too, with `X` for `-x` in its name.
pub const OBSERVED: [&str; 11] = [
    ATTRIBUTE_RELAY,
    ATTRIBUTE_COUNTRY,
    ATTRIBUTE_LANG,
    ATTRIBUTE_SERVICE,
    ATTRIBUTE_REDIRECT,
    ATTRIBUTE_CONTEXT,
    ATTRIBUTE_VALIDITY_DAYS,
    ATTRIBUTE_RECURRING,
    ATTRIBUTE_FREQUENCY_PER_DAY,
    ATTRIBUTE_DATA,
    ATTRIBUTE_TOKEN,
];

/// Attributes whose change acts as if the page had loaded again. Any other, and the property, leaves the
/// link in progress alone: words and looks change at once, the terms with the next link.
pub const RESTARTING: [&str; 4] =
    [ATTRIBUTE_RELAY, ATTRIBUTE_COUNTRY, ATTRIBUTE_CONTEXT, ATTRIBUTE_TOKEN];

/// The page's own texts: an object of names and strings.
pub const PROPERTY_TEXTS: &str = "texts";

/// Another screen is shown. Detail: `state`.
pub const EVENT_STATE: &str = "ais-link-state";
/// The accounts are linked. Detail: `consentId`, `bank`, `validUntil`, `accounts`. Once a link.
pub const EVENT_LINKED: &str = "ais-link-linked";
/// The link failed. Detail: `reason`, `supportCode`.
pub const EVENT_FAILED: &str = "ais-link-failed";
/// Time ran out before the person had approved. Detail: `reason`, `supportCode`.
pub const EVENT_EXPIRED: &str = "ais-link-expired";
/// The person cancelled. No detail.
pub const EVENT_CANCELLED: &str = "ais-link-cancelled";

/// The whole widget.
pub const PART_BASE: &str = "base";
/// The logo of a bank, or its initials.
pub const PART_LOGO: &str = "logo";
/// The mark above the heading: success. Each of the five is a `mark` too.
pub const PART_DONE: &str = "mark done";
/// The mark: the person cancelled.
pub const PART_STOPPED: &str = "mark stopped";
/// The mark: the person or the bank declined.
pub const PART_DECLINED: &str = "mark declined";
/// The mark: a time-out.
pub const PART_LATE: &str = "mark late";
/// The mark: a failure.
pub const PART_BROKEN: &str = "mark broken";
/// The heading of each screen.
pub const PART_HEADING: &str = "heading";
/// The explanation of the heading.
pub const PART_LEAD: &str = "lead";
/// A bank's message.
pub const PART_MESSAGE: &str = "message";
/// The state of a poor connection: it is a `message` too.
pub const PART_TROUBLED: &str = "message troubled";
/// The main button of each screen.
pub const PART_ACTION: &str = "action";
/// Every other button.
pub const PART_BUTTON: &str = "button";
/// A button that leaves the screen's task: it is a `button` too.
pub const PART_QUIET: &str = "button quiet";
/// The search.
pub const PART_FIELD: &str = "field";
/// The seconds left, with their ring.
pub const PART_COUNTDOWN: &str = "countdown";
/// The white square with the QR code.
pub const PART_QR: &str = "qr";
/// One bank in the list.
pub const PART_BANK: &str = "bank";
/// One account in the list.
pub const PART_ACCOUNT: &str = "account";

/// Above the list of banks.
pub const SLOT_BANKS: &str = "banks";
/// Under the data that will be read, before anything begins.
pub const SLOT_TERMS: &str = "terms";
/// Under the linked accounts.
pub const SLOT_LINKED: &str = "linked";
/// Under the texts of an end without accounts.
pub const SLOT_ENDED: &str = "ended";

#[cfg(test)]
mod tests {
    use super::*;

    const EVENTS: [&str; 5] =
        [EVENT_STATE, EVENT_LINKED, EVENT_FAILED, EVENT_EXPIRED, EVENT_CANCELLED];

    #[test]
    fn the_class_in_javascript_uses_the_same_names() {
        let class = include_str!("element.js");
        for name in [TAG, EVENT_STATE, EVENT_FAILED] {
            assert!(class.contains(&format!("\"{name}\"")), "{name}");
        }
        let (_, list) = class.split_once("observedAttributes = [").unwrap();
        let (list, _) = list.split_once(']').unwrap();
        let names: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
        assert_eq!(names, OBSERVED);
    }

    /// The names of the members in an interface of the types, in the order of the alphabet.
    fn members(interface: &str) -> Vec<&'static str> {
        let types = include_str!("typings.rs");
        let start = format!("export interface {interface} {{\n");
        let (_, body) = types.split_once(&start).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("/*"));
        let names = lines.filter_map(|line| line.split(['?', ':', '(']).next());
        sorted(names.map(|name| name.trim_matches('"')))
    }

    fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_types_have_the_same_names() {
        assert_eq!(members("AisLinkAttributes"), sorted(OBSERVED));
        assert_eq!(members("AisLinkEventMap"), sorted(EVENTS));
        // Every element has a property `lang`. The others are the attributes' names without `-`.
        let properties = OBSERVED.iter().filter(|name| **name != ATTRIBUTE_LANG).map(|name| {
            let mut words = name.split('-');
            let first = words.next().unwrap().to_owned();
            words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
        });
        let properties: Vec<String> = properties.collect();
        for kind in ["get", "set"] {
            let members = members("AisLinkProperties");
            let found = members.iter().filter_map(|member| member.strip_prefix(kind));
            assert_eq!(
                sorted(found.map(str::trim)),
                sorted(properties.iter().map(String::as_str)),
                "{kind}"
            );
        }
        let types = include_str!("typings.rs");
        let (_, about) = types.split_once("* Its attributes: ").unwrap();
        let (about, _) = about.split_once("Each is a property too").unwrap();
        for name in OBSERVED {
            assert!(about.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn the_documents_have_the_same_names() {
        let text = include_str!("../../docs/element.md");
        let rows = |head: &str| {
            let (_, table) = text.split_once(head).unwrap();
            let rows = table.trim_start().lines().take_while(|line| line.starts_with('|'));
            sorted(rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next()))
        };
        assert_eq!(rows("## Attributes\n"), sorted(OBSERVED.into_iter().chain([ATTRIBUTE_STATE])));
        assert_eq!(rows("## Events\n"), sorted(EVENTS));
    }
}

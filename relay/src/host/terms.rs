//! What the host's server asks for with a link session, checked. The relay writes the consent's body from it, whatever
//! the page sends.

use std::collections::{BTreeMap, BTreeSet};

use protocol::id::BicFi;
use protocol::profile::{Context, IdFormat, PsuIdError};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::id::ConnectionId;
use crate::link::state::{Data, MOST_A_DAY};

/// The body of `POST /v1/link-sessions`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = LinkSessionRequest)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "LinkTerms has the same members, and says what they are")]
pub struct Request {
    #[schema(required, value_type = String, min_length = 1, max_length = 128, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$")]
    pub client_reference: Option<String>,
    #[schema(min_length = 1, max_length = 200, pattern = "^[^\\x00-\\x1f\\x7f-\\x9f]+$")]
    pub purpose: Option<String>,
    #[schema(value_type = Option<String>, pattern = "^(private|corporate)$")]
    pub context: Option<Context>,
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    #[schema(pattern = "^[A-Z0-9]{8}([A-Z0-9]{3})?$")]
    pub bank: Option<String>,
    pub data: Option<BTreeSet<Data>>,
    #[schema(minimum = 1, maximum = 180)]
    pub validity_days: Option<u32>,
    pub recurring: Option<bool>,
    #[schema(minimum = 1, maximum = 4)]
    pub frequency_per_day: Option<u32>,
    pub return_url: Option<String>,
    #[schema(value_type = Option<String>, pattern = "^cn_[A-Za-z0-9_-]{21}[AQgw]$")]
    pub renews: Option<ConnectionId>,
    pub metadata: Option<BTreeMap<String, String>>,
}

/// The terms of a link session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTerms {
    /// The host's own name for the person: opaque, 1 to 128 characters.
    pub client_reference: String,
    /// What the host wants the data for, in its person's language: 1 to 200 characters.
    pub purpose: Option<String>,
    /// Whose accounts. `None` leaves it to the page.
    pub context: Option<Context>,
    /// The country of the banks, two letters (ISO 3166-1). `None` leaves it to the page.
    pub country: Option<String>,
    /// The one bank that it may be. `None` leaves it to the person.
    pub bank: Option<BicFi>,
    /// What may be read besides the accounts.
    pub data: BTreeSet<Data>,
    /// For how many days: 1 to 180.
    pub validity_days: u32,
    /// Whether it may be read more than once.
    pub recurring: bool,
    /// Reads a day without the person: 1 to 4.
    pub frequency_per_day: u32,
    /// The page that the person is brought back to. `None` leaves it to the page that has the widget.
    pub return_url: Option<String>,
    /// The connection that it renews.
    pub renews: Option<ConnectionId>,
    /// What the host wants to find again: at most 20 texts.
    pub metadata: BTreeMap<String, String>,
}

/// What is wrong with a member of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadTerm {
    /// The member.
    pub member: &'static str,
    /// What it must be, as the end of "must be ...".
    pub expected: &'static str,
}

impl LinkTerms {
    /// The terms that `request` asks for.
    pub fn check(request: Request) -> Result<Self, BadTerm> {
        let bad = |member, expected| Err(BadTerm { member, expected });
        let Some(client_reference) = request.client_reference else {
            return bad(
                "client_reference",
                "given: your own name for the person, such as a customer's id",
            );
        };
        check_reference(&client_reference)?;
        let purpose = request.purpose;
        if purpose.as_deref().is_some_and(|text| !is_plain(text, 200)) {
            return bad("purpose", "1 to 200 characters on one line");
        }
        let country = request.country;
        let is_country =
            |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if !country.as_deref().is_none_or(is_country) {
            return bad("country", "two capital letters, such as SE");
        }
        let bank = match request.bank.as_deref().map(str::parse) {
            None => None,
            Some(Ok(bank)) => Some(bank),
            Some(Err(_)) => return bad("bank", "a BIC, such as ESSESESS"),
        };
        let validity_days = request.validity_days.unwrap_or(LONGEST);
        if !(1..=LONGEST).contains(&validity_days) {
            return bad("validity_days", "a number from 1 to 180");
        }
        let recurring = request.recurring.unwrap_or(true);
        let frequency_per_day =
            request.frequency_per_day.unwrap_or(if recurring { MOST_A_DAY } else { 1 });
        if !(1..=MOST_A_DAY).contains(&frequency_per_day) {
            return bad("frequency_per_day", "a number from 1 to 4");
        }
        if !recurring && frequency_per_day != 1 {
            return bad("frequency_per_day", "1, for what is read once");
        }
        let return_url = request.return_url;
        if !return_url.as_deref().is_none_or(is_page) {
            return bad(
                "return_url",
                "an https address (http only on loopback) without a user or a fragment",
            );
        }
        let metadata = request.metadata.unwrap_or_default();
        let fits =
            |(key, value): (&String, &String)| is_plain(key, 40) && value.chars().count() <= 500;
        if metadata.len() > 20 || !metadata.iter().all(fits) {
            return bad(
                "metadata",
                "at most 20 texts, with names of 1 to 40 and values of up to 500 characters",
            );
        }
        Ok(Self {
            client_reference,
            purpose,
            context: request.context,
            country,
            bank,
            data: request.data.unwrap_or_else(|| [Data::Balances, Data::Transactions].into()),
            validity_days,
            recurring,
            frequency_per_day,
            return_url,
            renews: request.renews,
            metadata,
        })
    }
}

/// Refuses a reference that is not one, or that looks like a person's address or number: it stands in events, logs and
/// addresses of the host's server.
pub(crate) fn check_reference(text: &str) -> Result<(), BadTerm> {
    let bad = |expected| Err(BadTerm { member: "client_reference", expected });
    if !is_plain(text, 128) {
        return bad("1 to 128 characters on one line");
    }
    if text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        return bad("opaque: it looks like an e-mail address");
    }
    let year = 2100;
    let is_personal =
        |part: &str| !matches!(IdFormat::SePersonal.read(part, year), Err(PsuIdError::Form));
    let is_finnish = |part: &str| {
        let (date, rest) = part.split_at_checked(6).unwrap_or_default();
        rest.len() == 5
            && date.bytes().all(|byte| byte.is_ascii_digit())
            && rest.starts_with(['+', '-', 'A', 'B', 'C', 'D', 'E', 'F', 'U', 'V', 'W', 'X', 'Y'])
            && rest.bytes().skip(1).take(3).all(|byte| byte.is_ascii_digit())
    };
    // Danish and Norwegian numbers begin with a day and a month.
    let is_dated = |part: &str| {
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        let is_number =
            part.chars().all(|letter| letter.is_ascii_digit() || letter == '-' || letter == ' ');
        let pair =
            |at: usize| digits.get(at..at + 2).and_then(|two| two.parse::<u32>().ok()).unwrap_or(0);
        is_number
            && matches!(digits.len(), 10 | 11)
            && (1..=31).contains(&pair(0))
            && (1..=12).contains(&pair(2))
    };
    if is_personal(text) || is_finnish(text) || is_dated(text) {
        return bad("opaque: it looks like a personal number");
    }
    Ok(())
}

/// Whether `text` has 1 to `most` characters, none of which is a control character.
fn is_plain(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// Whether `text` is the address of a page that a browser may be sent to.
fn is_page(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    is_safe
        && text.len() <= 2000
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
}

/// The longest consent that banks must grant (Commission Delegated Regulation 2022/2360).
const LONGEST: u32 = 180;

//! Header names, each written once, in lower case as HTTP/2 and the `http` crate need them.

use std::time::Duration;

/// Identifies the call for support: a new uuid for each call to the platform (OpenAPI parameter
/// `X-Request-ID`).
pub const X_REQUEST_ID: &str = "x-request-id";
/// The ASPSP of a consent or account call (OpenAPI parameter `X-BicFi`).
pub const X_BIC_FI: &str = "x-bicfi";
/// The bank of a group, such as the Swedbank group (OpenAPI parameter `X-AffiliatedASPSP-ID`).
pub const X_AFFILIATED_ASPSP_ID: &str = "x-affiliatedaspsp-id";
/// The consent of an account call (OpenAPI parameter `Consent-ID`).
pub const CONSENT_ID: &str = "consent-id";
/// `false` asks for the decoupled approach; one value on every call of a consent.
pub const TPP_REDIRECT_PREFERRED: &str = "tpp-redirect-preferred";
/// The person's id at the bank. Personal data: never logged.
pub const PSU_ID: &str = "psu-id";
/// The company's id at the bank. Never logged.
pub const PSU_CORPORATE_ID: &str = "psu-corporate-id";
/// The address of the person's device, if the person asked for the call.
pub const PSU_IP_ADDRESS: &str = "psu-ip-address";
/// The `User-Agent` of the person's browser.
pub const PSU_USER_AGENT: &str = "psu-user-agent";
/// The `Accept-Language` of the person's browser.
pub const PSU_ACCEPT_LANGUAGE: &str = "psu-accept-language";
/// `DECOUPLED` or `REDIRECT`, in the answer to an update of PSU data (guide, step 3).
pub const ASPSP_SCA_APPROACH: &str = "aspsp-sca-approach";
/// Sent by the widget with every call to the relay; a form or an image of a foreign page cannot send it.
pub const X_AIS_LINK: &str = "x-ais-link";
/// The only value of [`X_AIS_LINK`]: the version of the contract.
pub const X_AIS_LINK_VALUE: &str = "1";
/// In a request for a new consent: the address of the page, to which the person returns. In the answer to
/// an update of PSU data: the address that the BankID app opens at the end.
pub const X_AIS_LINK_RETURN: &str = "x-ais-link-return";
/// In an answer with a link to the bank's page: the origin that the relay has checked, such as
/// `https://bank.example`. The widget opens no page of another one, whatever the body says.
pub const X_AIS_LINK_BANK: &str = "x-ais-link-bank";
/// In a request of a browser: whose accounts, `private` or `corporate`
/// ([`Context`](crate::profile::Context)). Without it, the relay's first context counts. A consent keeps
/// its context.
pub const X_AIS_LINK_CONTEXT: &str = "x-ais-link-context";
/// In a request for a new consent: the chosen entry of the list of banks ([`Entry`](crate::wire::Entry)).
/// The relay stores it for the browser's other tabs and does not forward it.
pub const X_AIS_LINK_ENTRY: &str = "x-ais-link-entry";
/// In a request for a new consent: the link session that it is made in ([`LinkSession`](crate::wire::LinkSession)).
pub const X_AIS_LINK_SESSION: &str = "x-ais-link-session";
/// Seconds, or a date, before which the caller should not ask again (RFC 9110, section 10.2.3).
pub const RETRY_AFTER: &str = "retry-after";
/// The longest time that [`RETRY_AFTER`] may say: eleven days. A longer one comes from a mistake, or from a clock that is off.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(999_999);
/// The address of a new resource (guide, step 2 of the consent API).
pub const LOCATION: &str = "location";

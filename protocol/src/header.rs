//! Header names, each written once. All are lower case, as HTTP/2 and the `http` crate want them.

/// Names the call for support: a fresh uuid for each call to the platform (OpenAPI parameter `X-Request-ID`).
pub const X_REQUEST_ID: &str = "x-request-id";
/// Names the ASPSP of a consent or account call (OpenAPI parameter `X-BicFi`).
pub const X_BIC_FI: &str = "x-bicfi";
/// Names the bank of a group, such as one of the Swedbank group (OpenAPI parameter `X-AffiliatedASPSP-ID`).
pub const X_AFFILIATED_ASPSP_ID: &str = "x-affiliatedaspsp-id";
/// Names the consent that an account call uses (OpenAPI parameter `Consent-ID`).
pub const CONSENT_ID: &str = "consent-id";
/// `false` asks for the decoupled approach; one value on every call of a consent.
pub const TPP_REDIRECT_PREFERRED: &str = "tpp-redirect-preferred";
/// The person's id at the bank. Personal data: never logged.
pub const PSU_ID: &str = "psu-id";
/// The company's id at the bank. Never logged.
pub const PSU_CORPORATE_ID: &str = "psu-corporate-id";
/// The address of the person's device, when the person asked for the call.
pub const PSU_IP_ADDRESS: &str = "psu-ip-address";
/// The `User-Agent` of the person's browser.
pub const PSU_USER_AGENT: &str = "psu-user-agent";
/// The `Accept-Language` of the person's browser.
pub const PSU_ACCEPT_LANGUAGE: &str = "psu-accept-language";
/// `DECOUPLED` or `REDIRECT`, in the answer to an update of PSU data (guide, step 3).
pub const ASPSP_SCA_APPROACH: &str = "aspsp-sca-approach";
/// What the widget sends with every call to the relay; a form or an image of a foreign page cannot.
pub const X_AIS_LINK: &str = "x-ais-link";
/// The only value of [`X_AIS_LINK`]: the version of the contract.
pub const X_AIS_LINK_VALUE: &str = "1";
/// In a request for a new consent: the address of the page that asks, to which the person is brought
/// back. In the answer to an update of PSU data: the address that the BankID app opens at the end.
pub const X_AIS_LINK_RETURN: &str = "x-ais-link-return";
/// In an answer with a link to the bank's page: the origin that the relay has checked, such as
/// `https://bank.example`. The widget goes to no page of another one, whatever the body says.
pub const X_AIS_LINK_BANK: &str = "x-ais-link-bank";
/// In a request of a browser: whose accounts are meant, `private` or `corporate`
/// ([`Context`](crate::profile::Context)). Absent, it is the relay's own first choice. A consent keeps the one
/// that it was made with.
pub const X_AIS_LINK_CONTEXT: &str = "x-ais-link-context";
/// In a request for a new consent: which entry of the list of banks was chosen
/// ([`Entry`](crate::wire::Entry)). The relay keeps it for the browser's other tabs; the platform does not hear it.
pub const X_AIS_LINK_ENTRY: &str = "x-ais-link-entry";
/// Seconds, or a date, before which the caller should not ask again (RFC 9110, section 10.2.3).
pub const RETRY_AFTER: &str = "retry-after";
/// Where a new resource is (guide, step 2 of the consent API).
pub const LOCATION: &str = "location";

//! The calls that the relay answers itself. It forwards all others as a [`Call`](crate::Call).

/// `GET`: the session's consents, as [`SessionConsents`](crate::wire::SessionConsents).
pub const SESSION_CONSENTS: &str = "/session/consents";
/// `POST`, with [`Token`](crate::wire::Token) in it: claims a link session for this browser, and answers
/// [`LinkSession`](crate::wire::LinkSession). `DELETE`: the person does not want to go on with it.
pub const SESSION_LINK: &str = "/session/link";
/// `POST`, with [`Token`](crate::wire::Token) in it: claims a view session for this browser, and answers
/// [`ViewSession`](crate::wire::ViewSession). Below it are the calls of that session.
pub const SESSION_VIEW: &str = "/session/view";
/// `DELETE`: deletes the session and its consents from the relay. The bank's consents expire.
pub const SESSION: &str = "/session";
/// The address for the person's return from the bank (guide, consent API step 3: `[TPP_REDIRECT_URI]`).
pub const REDIRECT: &str = "/redirect";
/// `GET`, followed by a BIC: the [`Profile`](crate::profile::Profile) of a bank.
pub const PROFILES: &str = "/profiles/";

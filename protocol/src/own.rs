//! The calls that the relay answers itself. All others are a [`Call`](crate::Call) that it forwards.

/// `GET`: the session's consents, as [`SessionConsents`](crate::wire::SessionConsents).
pub const SESSION_CONSENTS: &str = "/session/consents";
/// `DELETE`: forgets the session and its consents. They end at the bank by themselves.
pub const SESSION: &str = "/session";
/// Where the bank sends the person back to (guide, consent API step 3: `[TPP_REDIRECT_URI]`).
pub const REDIRECT: &str = "/redirect";
/// `GET`, with a BIC behind it: what is known of a bank, as a [`Profile`](crate::profile::Profile).
pub const PROFILES: &str = "/profiles/";

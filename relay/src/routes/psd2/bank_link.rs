//! The platform's link to the bank's page. The relay fills it in, because the browser has neither the client's
//! id nor the `state` (guide, consent API step 3).

use protocol::percent_encoded;
use serde_json::Value;
use url::Url;

use crate::config::{Config, authority, is_safe};
use crate::http::error::RouteError;
use crate::http::flaw::Flaw;
use crate::link::ReturnKind;
use crate::platform::json::Body;

/// A link to the bank's page, as it stands in an answer.
pub(super) struct Offer {
    pub kind: ReturnKind,
    href: String,
    body: Value,
}

impl Offer {
    /// The link in the body of an answer, if there is one. Of the two kinds, the link with a code takes
    /// precedence.
    pub(super) fn of(body: &Body) -> Option<Self> {
        let body = body.value();
        let href = |name: &str| body["_links"][name]["href"].as_str().map(str::to_owned);
        let (kind, href) = href(OAUTH)
            .map(|href| (ReturnKind::Code, href))
            .or_else(|| href(PLAIN).map(|href| (ReturnKind::Plain, href)))?;
        Some(Self { kind, href, body: body.clone() })
    }

    /// The answer's body with this link filled in and no other link to the bank's page, and the origin of the
    /// link.
    ///
    /// # Errors
    /// The link leads neither to the platform nor to a host that the operator has named, or the person could
    /// not return from it.
    pub(super) fn fill(
        mut self,
        config: &Config,
        state: &str,
    ) -> Result<(Body, String), RouteError> {
        let redirect_uri = config.redirect.uri.as_deref().ok_or(RouteError::NoRedirectUri)?;
        let client = &config.platform.client_id;
        let href = bare_brackets(&self.href);
        let href = put(&href, "[CLIENT_ID]", client).unwrap_or(href);
        // Only the state distinguishes a return from a stranger's.
        let Some(href) = put(&href, "[TPP_STATE]", state) else {
            tracing::warn!("the bank's link has no place for the state");
            return Err(Flaw::Link.into());
        };
        let filled = put(&href, "[TPP_REDIRECT_URI]", redirect_uri);
        // The platform knows the allowed return address, and may have filled it in itself.
        let must_be_there = filled.is_none();
        let link = checked(filled.as_ref().unwrap_or(&href), config)?;
        if must_be_there && !link.query_pairs().any(|(_, value)| value == redirect_uri) {
            tracing::warn!("the bank's link does not lead back to AIS_RELAY_REDIRECT_URI");
            return Err(Flaw::Link.into());
        }
        let name = if self.kind == ReturnKind::Code { OAUTH } else { PLAIN };
        remove(&mut self.body);
        self.body["_links"][name] = serde_json::json!({ "href": link.as_str() });
        Ok((Body::written(self.body), link.origin().ascii_serialization()))
    }
}

/// Removes the links to the bank's page from an answer's body, whatever form they have.
pub(super) fn withdraw(body: &mut Body) {
    let has_link = |name| body.value()["_links"].get(name).is_some();
    if has_link(OAUTH) || has_link(PLAIN) {
        let mut value = body.value().clone();
        remove(&mut value);
        *body = Body::written(value);
    }
}

/// Removes the links to the bank's page.
fn remove(body: &mut Value) {
    if let Some(links) = body.get_mut("_links").and_then(Value::as_object_mut) {
        links.retain(|name, _| name != OAUTH && name != PLAIN);
    }
}

/// `link` with its brackets decoded: some platforms encode them, in either case.
fn bare_brackets(link: &str) -> String {
    let bare = |link: String, (encoded, bracket)| link.replace(encoded, bracket);
    let brackets = [("%5B", "["), ("%5b", "["), ("%5D", "]"), ("%5d", "]")];
    brackets.into_iter().fold(link.to_owned(), bare)
}

/// `link` with `value`, encoded, in place of each `placeholder`, in either case; `None` where there is none.
fn put(link: &str, placeholder: &str, value: &str) -> Option<String> {
    let (upper, value) = (link.to_ascii_uppercase(), percent_encoded(value));
    let (mut filled, mut from) = (String::with_capacity(link.len() + value.len()), 0);
    for (at, found) in upper.match_indices(placeholder) {
        filled.extend([link.get(from..at)?, &value]);
        from = at + found.len();
    }
    (from > 0).then_some(())?;
    filled.push_str(link.get(from..)?);
    Some(filled)
}

/// The link, if the relay may send a person there.
fn checked(link: &str, config: &Config) -> Result<Url, RouteError> {
    let refused = RouteError::from(Flaw::Link);
    if link.len() > MAX_LENGTH || link.contains('[') {
        tracing::warn!("the bank's link has an unknown placeholder, or is too long");
        return Err(refused);
    }
    let platform = &config.platform;
    let url = platform.auth.url().join(link).map_err(|_| refused)?;
    let hosts = &config.redirect.hosts;
    let known = [platform.auth.url(), platform.api.url()]
        .into_iter()
        .any(|own| own.origin() == url.origin())
        || authority(&url).is_some_and(|host| hosts.contains(&host));
    if known && is_safe(&url) {
        return Ok(url);
    }
    // A host is no secret, and the operator must know which one to allow.
    let host = authority(&url).unwrap_or_default();
    tracing::warn!(host, "the bank's link leads to a host that AIS_RELAY_REDIRECT_HOSTS lacks");
    Err(refused)
}

const OAUTH: &str = "scaOAuth";
const PLAIN: &str = "scaRedirect";
/// Bytes of a link that every browser accepts.
const MAX_LENGTH: usize = 8 * 1024;

#[cfg(test)]
mod tests;

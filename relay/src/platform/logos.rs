//! Logos of banks. The platform's list of banks names a logo's address. The relay fetches the logo from the API's host or a listed
//! one, accepts only an image, and serves it so that nothing in it can run. A bank that is not in the
//! list causes no call: the relay keeps the list for minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use protocol::Call;
use protocol::id::BicFi;
use protocol::profile::Context;
use protocol::wire::AspspList;
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::random::{Random, request_id};
use crate::http::error::{Fault, RouteError};
use crate::http::flaw::Flaw;
use crate::metrics::Asking;
use crate::platform::call::{Asked, Outgoing, Platform};
use crate::platform::client::{Raw, Upstream};
use crate::platform::shared_fetch::{Fetched, SharedFetch};

/// The logos that were requested.
pub(crate) struct Logos {
    platform: Arc<Platform>,
    upstream: Upstream,
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    private: SharedFetch<Addresses>,
    corporate: SharedFetch<Addresses>,
    kept: Mutex<HashMap<BicFi, Arc<SharedFetch<Logo>>>>,
}

/// Where the logos of one context's banks are.
type Addresses = HashMap<BicFi, Url>;

/// A picture, of one of the known types.
pub(crate) struct Logo {
    pub kind: &'static str,
    pub image: Bytes,
}

impl Logos {
    pub(crate) fn new(
        platform: Arc<Platform>,
        upstream: Upstream,
        config: Arc<Config>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let (private, corporate) = (SharedFetch::default(), SharedFetch::default());
        let kept = Mutex::default();
        Self { platform, upstream, config, clock, random, private, corporate, kept }
    }

    /// The logo of a bank.
    pub(crate) async fn get(&self, bic: &BicFi) -> Result<Arc<Logo>, RouteError> {
        let address = self.address(bic).await?;
        let shared = self.shared(bic);
        Ok(shared.get(&*self.clock, self.fetch(&address)).await?)
    }

    /// The address of a bank's logo. An image request names no context, and a bank has one
    /// logo: the first list that has it counts.
    async fn address(&self, bic: &BicFi) -> Result<Url, RouteError> {
        let mut missing = RouteError::NoSuchPage;
        for context in self.config.platform.contexts.all() {
            let addresses = match context {
                Context::Private => &self.private,
                Context::Corporate => &self.corporate,
            };
            match addresses.get(&*self.clock, self.fetch_addresses(context)).await {
                Ok(addresses) => {
                    if let Some(address) = addresses.get(bic) {
                        return Ok(address.clone());
                    }
                }
                Err(cause) => missing = cause.into(),
            }
        }
        Err(missing)
    }

    /// The place of a bank's logo.
    fn shared(&self, bic: &BicFi) -> Arc<SharedFetch<Logo>> {
        let mut logos = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !logos.contains_key(bic) && logos.len() >= MAX_LOGOS {
            logos.clear();
        }
        Arc::clone(logos.entry(bic.clone()).or_default())
    }

    /// Where the logos of all banks of a context are (OpenAPI `getASPSPList`).
    async fn fetch_addresses(&self, context: Context) -> Result<Fetched<Addresses>, Fault> {
        let call = Call::ListAspsps { countries: Vec::new(), cities: Vec::new() };
        let request_id = request_id(&*self.random);
        let outgoing =
            Outgoing { request_id, context, headers: HeaderMap::new(), body: None, page: None };
        let Asked { answer, request_id } = self.platform.call(&call, &outgoing).await;
        let addresses = match answer {
            Ok(answer) if answer.status.is_success() => {
                answer.body.read().map_err(Fault::from).map(|list| self.addresses_in(list))
            }
            Err(RouteError::Platform(fault) | RouteError::NoToken { fault, .. }) => Err(fault),
            Ok(answer) => Err(Fault::Failed(Flaw::Refused, Some(answer.status))),
            Err(_) => Err(Flaw::Refused.into()),
        };
        if let Err(fault) = &addresses {
            let (flaw, status) = (fault.flaw().map(tracing::field::display), fault.status());
            tracing::warn!(%fault, flaw, status, %request_id, "no list of banks for logos");
        }
        addresses.map(|value| Fetched { value, fresh: LIST_LIFE, usable: LOGO_LIFE })
    }

    fn addresses_in(&self, list: AspspList) -> Addresses {
        let api = self.config.platform.api.url();
        let addresses = list.aspsps.into_iter().filter_map(|bank| {
            let url = api.join(&bank.logo_url?).ok()?;
            Some((bank.bic_fi.parse().ok()?, url))
        });
        addresses.filter(|(_, url)| is_allowed(url, &self.config)).collect()
    }

    async fn fetch(&self, address: &Url) -> Result<Fetched<Logo>, Fault> {
        let request = self.upstream.get(address.clone()).header(header::ACCEPT, "image/*");
        let answer = self.upstream.send(Asking::LOGO, request, self.config.limits.logo).await;
        let logo = answer.and_then(|answer| read(&answer));
        if let Err(fault) = &logo {
            tracing::warn!(%fault, "a logo cannot be had");
        }
        logo.map(|value| Fetched { value, fresh: LOGO_LIFE, usable: LOGO_LIFE })
    }
}

/// Whether a logo may come from `url`: the API's own host, or a listed one by https.
fn is_allowed(url: &Url, config: &Config) -> bool {
    let own = url.origin() == config.platform.api.url().origin();
    let listed = url.scheme() == "https"
        && url.port().is_none()
        && url.host_str().is_some_and(|host| config.platform.logo_hosts.contains(host));
    (own || listed) && url.username().is_empty() && url.password().is_none()
}

fn read(answer: &Raw) -> Result<Logo, Fault> {
    let value = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let kind = KINDS.iter().find(|kind| essence.eq_ignore_ascii_case(kind));
    match kind {
        Some(kind) if answer.status.is_success() => Ok(Logo { kind, image: answer.body.clone() }),
        _ => Err(Fault::Failed(Flaw::ContentType, Some(answer.status))),
    }
}

const KINDS: &[&str] = &["image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/gif"];
/// New banks are rare, and the widget works without a logo.
const LIST_LIFE: Duration = Duration::from_mins(10);
/// Logos change seldom.
const LOGO_LIFE: Duration = Duration::from_hours(24);
/// Logos kept at one time: with the limit of their size, 64 MiB at most. All banks have fewer.
const MAX_LOGOS: usize = 256;

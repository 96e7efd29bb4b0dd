//! Lists of banks, countries and cities: every browser may ask for them, without a session, and all get the same.
//! So the relay caches them, one fetch serves all who wait, and an old list serves while the next one is fetched.
//!
//! The cache is bounded in number and size. Lists may use only a part of the calls to the platform, and the fetches that
//! one address causes are limited, so that a flood of requests for new lists blocks no link.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use protocol::Call;
use protocol::profile::Context;
use protocol::wire::AspspList;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::crypto::random::{Random, request_id};
use crate::http::error::{Fault, RouteError};
use crate::http::flaw::Flaw;
use crate::http::retry_after;
use crate::platform::call::{Asked, Outgoing};
use crate::platform::client::Answer;
use crate::platform::odd::is_read;
use crate::platform::poll::Polls;
use crate::platform::refusal::Refusal as Said;
use crate::platform::shared_fetch::{Fetched, PAUSE, SharedFetch};

/// The lists that were asked for.
pub(crate) struct Lists {
    polls: Arc<Polls>,
    config: Arc<Config>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    kept: Mutex<Shelf>,
    room: Semaphore,
}

#[derive(Default)]
struct Shelf {
    all: HashMap<Key, Arc<Entry>>,
    /// Counts the requests: of two entries, the one with the lower number was used longer ago.
    asked: u64,
}

/// The context and the call, in its written form.
type Key = (&'static str, String);

#[derive(Default)]
struct Entry {
    shared: SharedFetch<Kept>,
    refusal: Mutex<Option<Refusal>>,
    used: Mutex<(u64, usize)>,
}

/// An answer that serves all.
#[derive(Clone)]
struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// The platform's code where it refused, for the log.
    said: Option<Said>,
    /// The platform's request id, which is the one that support asks for.
    id: Uuid,
    /// Whether it lists something, or nothing; else the relay passes it on and does not keep it.
    is_list: bool,
}

/// Why there was no list the last time. The relay passes on the platform's refusal, and asks again only after
/// a pause: the one that the platform asks for, within a limit.
#[derive(Clone)]
struct Refusal {
    answer: Result<Kept, RouteError>,
    until: Timestamp,
}

impl Lists {
    /// Room for lists, in a part of the calls that go to the platform at one time.
    pub(crate) fn new(
        polls: Arc<Polls>,
        config: Arc<Config>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let room = Semaphore::new((config.limits.calls / 4).max(1));
        Self { polls, config, clock, random, kept: Mutex::default(), room }
    }

    fn entry(&self, key: Key) -> Arc<Entry> {
        let mut shelf = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.asked += 1;
        let asked = shelf.asked;
        let entry = Arc::clone(shelf.all.entry(key).or_default());
        entry.used().0 = asked;
        shelf.tidy();
        entry
    }
}

impl Shelf {
    /// Drops the least recently used lists, while there are too many.
    fn tidy(&mut self) {
        let size =
            |all: &HashMap<Key, Arc<Entry>>| all.values().map(|one| one.used().1).sum::<usize>();
        while self.all.len() > MOST || size(&self.all) > MOST_BYTES {
            let oldest = self.all.iter().min_by_key(|(_, entry)| entry.used().0);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else { return };
            self.all.remove(&key);
        }
    }
}

impl Entry {
    fn used(&self) -> std::sync::MutexGuard<'_, (u64, usize)> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The refusal in place of a list, while it counts.
    fn refusal(&self, now: Timestamp) -> Option<Result<Kept, RouteError>> {
        let refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone();
        refusal.filter(|refusal| now < refusal.until).map(|refusal| refusal.answer)
    }

    fn refuse(&self, answer: Result<Kept, RouteError>, now: Timestamp) -> Fault {
        let pause = match &answer {
            Ok(kept) => retry_after::wait(&kept.headers, now)
                .map_or(PAUSE, |wish| wish.clamp(PAUSE, LONGEST)),
            Err(_) => PAUSE,
        };
        let fault = match &answer {
            Err(RouteError::Platform(fault) | RouteError::NoToken { fault, .. }) => *fault,
            Ok(kept) if kept.status.is_success() => Fault::Failed(Flaw::Lacking, Some(kept.status)),
            Ok(kept) => Fault::Failed(Flaw::Refused, Some(kept.status)),
            Err(_) => Flaw::Refused.into(),
        };
        let refusal = Refusal { answer, until: now + pause };
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
        fault
    }
}

/// How an answer of the platform is passed on.
pub(crate) type Pass = fn(&Call, Answer, &Config) -> Result<Response, RouteError>;

impl Lists {
    /// The answer to `call`, which is for a list. It is fetched only where `admit` lets the person cause a fetch,
    /// and kept as `pass` passes it on. With it comes the id of the request that was answered.
    pub(crate) async fn get(
        self: &Arc<Self>,
        call: Call,
        context: Context,
        admit: impl FnOnce() -> Result<(), RouteError>,
        pass: Pass,
    ) -> Result<(Response, Uuid), RouteError> {
        let entry = self.entry((context.as_str(), call.target()));
        let kept = match entry.shared.look_at(self.clock.now()) {
            Some((kept, stale)) => {
                if stale && entry.refusal(self.clock.now()).is_none() {
                    // The next request gets the new one.
                    let (lists, entry) = (Arc::clone(self), Arc::clone(&entry));
                    tokio::spawn(async move {
                        Box::pin(lists.fetch(&entry, &call, context, pass)).await
                    });
                }
                Ok(kept)
            }
            None => {
                if let Some(said) = entry.refusal(self.clock.now()) {
                    said.map(Arc::new)
                } else {
                    admit()?;
                    // Boxed, for it is the largest part of a future that most callers do not need.
                    let fetched = Box::pin(self.fetch(&entry, &call, context, pass)).await;
                    fetched.or_else(|fault| {
                        let said = entry.refusal(self.clock.now());
                        said.map_or(Err(fault.into()), |answer| answer.map(Arc::new))
                    })
                }
            }
        }?;
        let mut response = Response::new(Body::from(kept.body.clone()));
        *response.status_mut() = kept.status;
        *response.headers_mut() = kept.headers.clone();
        if let Some(said) = kept.said {
            response.extensions_mut().insert(said);
        }
        Ok((response, kept.id))
    }

    async fn fetch(
        &self,
        entry: &Entry,
        call: &Call,
        context: Context,
        pass: Pass,
    ) -> Result<Arc<Kept>, Fault> {
        let limits = self.config.limits;
        let fetch = async {
            match self.ask(call, context, pass).await {
                Ok(kept) if kept.status.is_success() && kept.is_list => {
                    entry.used().1 = kept.body.len();
                    Ok(Fetched {
                        value: kept,
                        fresh: limits.list_fresh,
                        usable: limits.list_usable,
                    })
                }
                other => Err(entry.refuse(other, self.clock.now())),
            }
        };
        entry.shared.get(&*self.clock, fetch).await.map_err(|missing| missing.fault)
    }

    /// Asks the platform, without headers of the person: the list is for all.
    async fn ask(&self, call: &Call, context: Context, pass: Pass) -> Result<Kept, RouteError> {
        let _room = self.room.try_acquire().map_err(|_| RouteError::Busy)?;
        let request_id = request_id(&*self.random);
        let outgoing =
            Outgoing { request_id, context, headers: HeaderMap::new(), body: None, page: None };
        let Asked { answer, request_id: id } = self.polls.ask(call, &outgoing).await;
        let answer = answer?;
        if let (Call::ListAspsps { .. }, Ok(list)) = (call, answer.body.read::<AspspList>()) {
            let banks = list.aspsps.iter().filter_map(|bank| bank.bic_fi.parse().ok());
            self.polls.metrics().name_banks(banks);
        }
        let is_list = is_read(call, &answer);
        let passed = pass(call, answer, &self.config)?;
        let (parts, body) = passed.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|_| RouteError::Internal)?;
        let said = parts.extensions.get().copied();
        Ok(Kept { status: parts.status, headers: parts.headers, body, said, id, is_list })
    }
}

/// Lists at one time: all countries' and many banks' details.
const MOST: usize = 1024;
/// Bytes of all lists together.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// The longest pause that the platform may ask for, for one list.
const LONGEST: Duration = Duration::from_mins(1);

//! Traces (W3C Trace Context; OpenTelemetry): which trace a request belongs to, and, where the operator wants them, spans of
//! the requests that the relay answers and sends.
//!
//! A span has attributes of a closed list: never an id of a consent, an account or a person, no address, no token, no body.
//! Without an exporter there are no spans; the trace's id is still in the log, and the platform still gets it.

mod export;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::Span as Recorded;
use tokio::task_local;

pub use self::export::{Exporting, start};
use crate::crypto::random::Random;

/// One request that the relay answers or sends, as a part of its trace.
pub(crate) struct Span {
    context: SpanContext,
    /// Where spans are exported.
    recorded: Option<Recorded>,
}

/// The request that is answered.
#[derive(Clone)]
struct Current {
    context: SpanContext,
    /// Where its span is exported.
    noted: Option<Arc<Mutex<Noted>>>,
}

/// What becomes known of it on the way.
#[derive(Default)]
struct Noted {
    call: Option<&'static str>,
    bank: Option<String>,
}

/// Answers a request as a part of the trace that it names, or of a new one.
pub(crate) async fn follow(
    State(random): State<Arc<dyn Random>>,
    request: Request,
    next: Next,
) -> Response {
    let parent = parse(request.headers());
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let name = || match &route {
        Some(route) => format!("{method} {}", route.as_str()).into(),
        None => method.into(),
    };
    let mut span = Span::start(SpanKind::Server, name, parent, &*random);
    let noted: Option<Arc<Mutex<Noted>>> = span.recorded.is_some().then(Arc::default);
    let current = Current { context: span.context.clone(), noted: noted.clone() };
    let response = CURRENT.scope(Some(current), next.run(request)).await;
    if let (Some(recorded), Some(noted)) = (&mut span.recorded, noted) {
        let Noted { call, bank } =
            std::mem::take(&mut *noted.lock().unwrap_or_else(PoisonError::into_inner));
        let status = response.status();
        if let Some(call) = call {
            recorded.update_name(call);
        }
        let texts = [
            ("http.route", route.map(|route| Cow::Owned(route.as_str().to_owned()))),
            ("ais.call", call.map(Cow::Borrowed)),
            ("ais.bank", bank.map(Cow::Owned)),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some(KeyValue::new(name, text?)));
        recorded.set_attributes(texts);
        recorded.set_attributes([
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.response.status_code", i64::from(status.as_u16())),
        ]);
        if status.is_server_error() {
            recorded.set_status(Status::error(""));
        }
    }
    response
}

/// `future`, as a part of the request that is answered, in a task of its own.
pub(crate) fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(current(), future)
}

/// Notes which call is answered, of which bank.
pub(crate) fn note(call: &'static str, bank: Option<&str>) {
    if let Some(noted) = current().and_then(|current| current.noted) {
        let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = Noted { call: Some(call), bank: bank.map(str::to_owned) };
    }
}

/// The id of the trace of the request that is answered, as the log has it.
pub(crate) fn id() -> Option<String> {
    current().map(|current| current.context.trace_id().to_string())
}

impl Span {
    /// A request that the relay sends: `call` to `host`.
    pub(crate) fn ask(
        call: &'static str,
        asked: &Method,
        host: Option<&str>,
        random: &dyn Random,
    ) -> Self {
        let parent = current().map(|current| current.context);
        let mut span = Self::start(SpanKind::Client, || call.into(), parent, random);
        if let Some(recorded) = &mut span.recorded {
            let host = host.map(|host| KeyValue::new("server.address", host.to_owned()));
            recorded.set_attributes(host);
            recorded.set_attributes([
                KeyValue::new("ais.call", call),
                KeyValue::new("http.request.method", method(asked)),
            ]);
        }
        span
    }

    /// Ends it: with the status of the answer, or with a word for what there was instead.
    pub(crate) fn end(mut self, result: Result<u16, &'static str>) {
        let Some(recorded) = &mut self.recorded else { return };
        match result {
            Ok(status) => {
                recorded
                    .set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
                if status >= 400 {
                    recorded.set_status(Status::error(""));
                }
            }
            Err(word) => {
                recorded.set_attribute(KeyValue::new("error.type", word));
                recorded.set_status(Status::error(""));
            }
        }
    }

    /// The header by which the other side goes on with the trace.
    pub(crate) fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let value = HeaderValue::try_from(printed(&self.context)).ok()?;
        Some((HeaderName::from_static(TRACEPARENT), value))
    }

    fn start(
        kind: SpanKind,
        name: impl FnOnce() -> Cow<'static, str>,
        parent: Option<SpanContext>,
        random: &dyn Random,
    ) -> Self {
        let Some(tracer) = export::tracer() else {
            // Who takes no part in a trace hands on what it got.
            return Self { context: parent.unwrap_or_else(|| made(random)), recorded: None };
        };
        let above = Context::new();
        let above = match parent {
            Some(parent) => above.with_remote_span_context(parent),
            None => above,
        };
        let span = tracer.span_builder(name()).with_kind(kind).start_with_context(tracer, &above);
        Self { context: span.span_context().clone(), recorded: Some(span) }
    }
}

/// The trace that a request names, if it does so once and well (W3C Trace Context, section 3.2).
fn parse(headers: &HeaderMap) -> Option<SpanContext> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let mut parts = value.to_str().ok()?.splitn(5, '-');
    let mut part = |length: usize| {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        parts.next().filter(|text| text.len() == length && text.bytes().all(is_digit))
    };
    let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
    // A later version may have more parts; this one has none.
    if version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    // Of the flags this version knows one.
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let context = SpanContext::new(trace, span, flags, true, TraceState::NONE);
    context.is_valid().then_some(context)
}

fn printed(context: &SpanContext) -> String {
    let flags = context.trace_flags().to_u8();
    format!("00-{}-{}-{flags:02x}", context.trace_id(), context.span_id())
}

/// A trace that begins here, and that nobody records.
fn made(random: &dyn Random) -> SpanContext {
    // Each call of `fill` is one of the system's.
    let mut bytes = [0; 24];
    random.fill(&mut bytes);
    let (mut trace, mut span) = ([0; 16], [0; 8]);
    trace.copy_from_slice(&bytes[..16]);
    span.copy_from_slice(&bytes[16..]);
    let (trace, span) = (TraceId::from_bytes(trace), SpanId::from_bytes(span));
    SpanContext::new(trace, span, TraceFlags::NOT_SAMPLED, false, TraceState::NONE)
}

/// A method that HTTP knows, or the word for all others.
fn method(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

fn current() -> Option<Current> {
    CURRENT.try_with(Clone::clone).ok().flatten()
}

task_local! {
    static CURRENT: Option<Current>;
}

/// W3C Trace Context, section 3.2. `tracestate` may hold anything, and is not passed on.
const TRACEPARENT: &str = "traceparent";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;

    fn read(values: &[&str]) -> Option<String> {
        let lines = values.iter().map(|value| (TRACEPARENT, *value));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::try_from(value).unwrap());
        }
        parse(&headers).map(|context| printed(&context))
    }

    #[test]
    fn a_well_formed_header_is_taken_and_no_other() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(read(&[good]).as_deref(), Some(good));
        let later = [&good.replacen("00", "cc", 1), "-what-comes"].concat();
        assert_eq!(read(&[&later]).as_deref(), Some(good));
        let flags = good.replace("-01", "-ff");
        assert_eq!(read(&[&flags]).as_deref(), Some(good));
        for bad in [
            String::new(),
            good.to_uppercase(),
            good.replacen("00", "ff", 1),
            [good, "-00"].concat(),
            good[..54].to_owned(),
            good.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
            good.replace("b7ad6b7169203331", &"0".repeat(16)),
            good.replace("b7ad", "b7ag"),
            good.replace('-', "_"),
            [" ", good].concat(),
        ] {
            assert_eq!(read(&[&bad]), None, "{bad}");
        }
        assert_eq!(read(&[good, good]), None, "twice");
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_trace_that_begins_here_can_be_read() {
        let printed = printed(&made(&SystemRandom));
        assert_eq!(read(&[&printed]), Some(printed));
    }
}

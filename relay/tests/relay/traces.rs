//! Traces: which one a call belongs to, what the platform gets of it, and the spans that a real collector receives.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message as _;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::binary::{SOON, start_with, stop};
use crate::documents::block;
use crate::support::raw::{exchange, request, status};
use crate::support::{ASPSPS, Browser, CONSENT, CONSENTS, Platform, World, finish};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

fn traceparent(flags: &str) -> String {
    format!("00-{TRACE}-{PARENT}-{flags}")
}

/// The `traceparent` of each request that the platform received.
fn received(platform: &Platform) -> Vec<String> {
    let all = platform.received();
    all.iter().flat_map(|received| received.all("traceparent")).collect()
}

#[tokio::test]
async fn without_an_exporter_the_platform_gets_the_trace_of_the_request_or_a_new_one() {
    let world = World::new().await;
    let call = |value: Option<&str>| {
        let call = world.call(Method::GET, ASPSPS);
        value.map_or_else(
            || world.call(Method::GET, ASPSPS),
            |value| call.header("traceparent", value),
        )
    };
    let named = traceparent("01");
    assert_eq!(finish(call(Some(&named))).await.status(), 200);
    assert_eq!(received(&world.platform), [&*named, &*named], "the token's request too");
    let mut traces = BTreeSet::new();
    for value in [None, Some("00-canary"), Some("")] {
        assert_eq!(finish(call(value)).await.status(), 200);
        let made = received(&world.platform).pop().unwrap();
        assert!(made.starts_with("00-") && made.ends_with("-00") && made.len() == 55, "{made}");
        traces.insert(made[3..35].to_owned());
    }
    assert_eq!(traces.len(), 3, "each has a trace of its own");
    // A step that a task of its own completes.
    Browser::default()
        .call(&world, Method::POST, CONSENTS, &[("traceparent", &named)], Some(CONSENT))
        .await;
    assert_eq!(received(&world.platform).pop(), Some(named));
    assert_eq!(received(&world.platform).len(), world.platform.received().len());
}

/// A collector of traces.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(String, HeaderMap, ResourceSpans)>>>);

impl Collector {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        url
    }

    fn spans(&self) -> Vec<Span> {
        let all = self.0.lock().unwrap();
        let scopes = all.iter().flat_map(|(_, _, it)| it.scope_spans.clone());
        scopes.flat_map(|scope| scope.spans).collect()
    }

    /// Waits for so many spans.
    async fn received(&self, count: usize) -> Vec<Span> {
        let waiting = async {
            while self.spans().len() < count {
                sleep(Duration::from_millis(20)).await;
            }
        };
        assert!(timeout(SOON, waiting).await.is_ok(), "{:?}", self.spans());
        self.spans()
    }
}

async fn take(State(collector): State<Collector>, uri: Uri, headers: HeaderMap, body: Bytes) {
    let sent = ExportTraceServiceRequest::decode(body).unwrap();
    let mut all = collector.0.lock().unwrap();
    all.extend(sent.resource_spans.into_iter().map(|it| (uri.to_string(), headers.clone(), it)));
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// The attributes of a span, as text.
fn attributes(span: &Span) -> Vec<(String, String)> {
    let text = |value: Value| match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    let pairs = span.attributes.iter().cloned();
    let mut pairs: Vec<_> =
        pairs.map(|pair| (pair.key, text(pair.value.unwrap().value.unwrap()))).collect();
    pairs.sort();
    pairs
}

#[track_caller]
fn assert_attributes(span: &Span, expected: &[(&str, &str)]) {
    let found = attributes(span);
    let found: Vec<_> = found.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(found, expected, "{}", span.name);
}

#[tokio::test]
async fn a_collector_gets_a_span_for_the_call_and_one_for_each_call_to_the_platform() {
    let (collector, platform) = (Collector::default(), Platform::start().await);
    let url = collector.start().await;
    let documented = block(include_str!("../../README.md"), "OTEL_EXPORTER_OTLP_ENDPOINT=");
    let mut variables: Vec<_> = documented.lines().filter_map(|it| it.split_once('=')).collect();
    assert!(variables.len() > 3, "{documented}");
    variables.extend([
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*url),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=letmein"),
        ("OTEL_SERVICE_NAME", "link"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ]);
    let relay = start_with(&platform, &variables).await;
    let address = relay.2.parse().unwrap();
    let personal = format!(
        "psu-id: canary-199001011234\r\nuser-agent: canary\r\ncookie: __Host-Http-ais-link=canary\r\n\
         traceparent: {}\r\n",
        traceparent("01")
    );
    let target = [ASPSPS, "?isoCountryCodes=SE"].concat();
    // The sampler leaves this one out, and the platform still gets its trace.
    let other = request("GET", &target, &format!("traceparent: {}\r\n", traceparent("00")));
    assert_eq!(status(&exchange(address, other.as_bytes()).await), Some(200));
    assert!(received(&platform).iter().all(|it| it.contains(TRACE) && it.ends_with("-00")));
    let body = format!("content-type: application/json\r\ncontent-length: {}\r\n", CONSENT.len());
    let call = [&request("POST", CONSENTS, &format!("{personal}{body}")), CONSENT].concat();
    assert_eq!(status(&exchange(address, call.as_bytes()).await), Some(201));
    let spans = collector.received(3).await;
    assert_eq!(spans.len(), 3, "{spans:?}");
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let server = spans.iter().find(|span| span.kind() == SpanKind::Server).unwrap();
    assert_eq!(server.name, "createConsent");
    assert!(spans.iter().all(|span| hex(&span.trace_id) == TRACE));
    assert_eq!(hex(&server.parent_span_id), PARENT);
    let clients: Vec<_> = spans.iter().filter(|it| it.kind() == SpanKind::Client).collect();
    assert!(clients.iter().all(|client| client.parent_span_id == server.span_id));
    let [token, created] = [named("getToken"), clients[clients.len() - 1]];
    let shown = |span: &Span| format!("00-{TRACE}-{}-01", hex(&span.span_id));
    let sent = received(&platform);
    assert_eq!(sent[sent.len() - 2..], [shown(token), shown(created)]);
    assert_attributes(
        server,
        &[
            ("ais.bank", "ESSESESS"),
            ("ais.call", "createConsent"),
            ("http.request.method", "POST"),
            ("http.response.status_code", "201"),
            ("http.route", "/psd2/{*call}"),
        ],
    );
    assert_attributes(
        created,
        &[
            ("ais.call", "createConsent"),
            ("http.request.method", "POST"),
            ("http.response.status_code", "201"),
            ("server.address", "127.0.0.1"),
        ],
    );
    {
        let all = collector.0.lock().unwrap();
        let (path, headers, resource) = &all[0];
        assert_eq!((path.as_str(), &headers["x-key"]), ("/v1/traces", &"letmein".parse().unwrap()));
        let resource = format!("{:?}", resource.resource);
        assert!(resource.contains(r#"StringValue("link")"#), "{resource}");
        assert!(!format!("{all:?}").contains("canary"));
    }
    let log = stop(relay).await;
    let of_trace = log.lines().filter(|line| line.contains(TRACE)).map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["trace_id"], TRACE);
        (line["level"].as_str().unwrap().to_owned(), line["call"].as_str().unwrap().to_owned())
    });
    let info = |call: &str| ("INFO".to_owned(), call.to_owned());
    assert_eq!(of_trace.collect::<Vec<_>>(), [info("getASPSPList"), info("createConsent")]);
}

#[tokio::test]
async fn a_collector_that_is_away_costs_one_line_and_no_call() {
    let platform = Platform::start().await;
    let variables =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_BSP_SCHEDULE_DELAY", "10")];
    let relay = start_with(&platform, &variables).await;
    let address = relay.2.parse().unwrap();
    for _ in 0..3 {
        let call = request("GET", ASPSPS, "");
        assert_eq!(status(&exchange(address, call.as_bytes()).await), Some(200));
    }
    let log = stop(relay).await;
    assert_eq!(log.matches("the collector of traces does not take them").count(), 1, "{log}");
}

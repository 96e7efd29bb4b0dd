//! Sends spans to a collector (OTLP over HTTP with protobuf), where the variables of OpenTelemetry name one.
//!
//! The SDK reads those variables itself. It works in a thread of its own: a collector that is away delays no call.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter as Exporter};
use reqwest::blocking::Client;
use reqwest::redirect::Policy;

/// The exporter of this process. What waits in it is sent by [`Exporting::end`].
#[derive(Debug)]
pub struct Exporting(SdkTracerProvider);

/// Starts the exporter, if the variables name a collector. It must not be called by an asynchronous task, for its client
/// has a thread of its own.
///
/// # Errors
/// The variables cannot be used, or there is no client; the text says why.
pub fn start(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Exporting>, String> {
    let set = |name: &str| variable(name).filter(|text| !text.is_empty());
    let is = |name: &str, word: &str| set(name).is_some_and(|text| text.eq_ignore_ascii_case(word));
    let endpoints = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    let Some(endpoint) = endpoints.into_iter().find_map(set) else { return Ok(None) };
    if is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none") {
        return Ok(None);
    }
    let mut client = Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE);
    if endpoint.starts_with("http:") {
        // Without TLS, no authority is needed.
        client = client.tls_certs_only([]);
    }
    let client = client.build().map_err(|error| error.to_string())?;
    let exporter = SpanExporter::builder().with_http().with_http_client(client);
    let exporter = exporter.with_protocol(Protocol::HttpBinary).build();
    let exporter = exporter.map_err(|error| error.to_string())?;
    let mut resource = Resource::builder();
    let named = |text: String| text.split(',').any(|pair| pair.trim().starts_with("service.name="));
    if set("OTEL_SERVICE_NAME").is_none() && !set("OTEL_RESOURCE_ATTRIBUTES").is_some_and(named) {
        resource = resource.with_service_name(NAME);
    }
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let provider = SdkTracerProvider::builder()
        .with_resource(resource.with_attribute(version).build())
        .with_batch_exporter(Noting { exporter, has_failed: AtomicBool::new(false) })
        .build();
    let _ = TRACER.set(provider.tracer(NAME));
    Ok(Some(Exporting(provider)))
}

impl Exporting {
    /// Sends what waits, for some seconds at most.
    pub fn end(self) {
        // Its failure is logged where it happens.
        let _ = self.0.shutdown_with_timeout(LAST);
    }
}

/// What makes spans, where they are exported.
pub(super) fn tracer() -> Option<&'static SdkTracer> {
    TRACER.get()
}

/// An exporter that logs when the collector goes away, and when it is back.
#[derive(Debug)]
struct Noting {
    exporter: SpanExporter,
    has_failed: AtomicBool,
}

impl Exporter for Noting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let result = self.exporter.export(batch).await;
        let had_failed = self.has_failed.swap(result.is_err(), Ordering::Relaxed);
        match (had_failed, &result) {
            // The error may quote the answer.
            (false, Err(_)) => tracing::warn!("the collector of traces does not take them"),
            (true, Ok(())) => tracing::info!("the collector of traces takes them again"),
            _ => {}
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

static TRACER: OnceLock<SdkTracer> = OnceLock::new();
const NAME: &str = "ais-relay";
/// How long the collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the relay waits for it at the end.
const LAST: Duration = Duration::from_secs(3);

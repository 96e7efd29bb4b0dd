//! A relay of the libraries alone: axum takes a call, reqwest sends it on with the headers that the relay sets, and nothing is
//! checked, kept or logged. What it costs, no relay of these libraries goes below.

use std::fs;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use reqwest::{Certificate, Client};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Serves on `port` before the platform at `url`, which has the certificate in the file `certificate`, until the process is
/// killed.
pub(crate) async fn serve(url: &str, port: u16, certificate: Option<&str>) {
    let mut client = Client::builder().no_proxy().http1_only();
    if let Some(file) = certificate {
        client = client.tls_certs_only([Certificate::from_pem(&fs::read(file).unwrap()).unwrap()]);
    }
    let state = (client.build().unwrap(), url.to_owned());
    let router = Router::new().fallback(forward).with_state(state);
    axum::serve(TcpListener::bind(("127.0.0.1", port)).await.unwrap(), router).await.unwrap();
}

async fn forward(State((client, url)): State<(Client, String)>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut headers = std::mem::take(&mut parts.headers);
    for name in UNWANTED {
        headers.remove(name);
    }
    let address = headers.remove(FORWARDED);
    let [agent, accept] = [header::USER_AGENT, header::ACCEPT].map(|it| headers.get(it).cloned());
    let method = HeaderValue::from_str(parts.method.as_str()).unwrap();
    let id = HeaderValue::try_from(Uuid::new_v4().to_string()).unwrap();
    for (name, value) in [
        ("authorization", Some(HeaderValue::from_static("Bearer t"))),
        ("x-request-id", Some(id)),
        ("psu-ip-address", address),
        ("psu-user-agent", agent),
        ("psu-accept", accept),
        ("psu-http-method", Some(method)),
    ] {
        headers.extend(value.map(|value| (HeaderName::from_static(name), value)));
    }
    let body = axum::body::to_bytes(body, MOST).await.unwrap();
    let target = parts.uri.path_and_query().unwrap();
    let sent = client.request(parts.method, format!("{url}{target}")).headers(headers).body(body);
    let mut answer = sent.send().await.unwrap();
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let mut response = Response::new(Body::from(answer.bytes().await.unwrap()));
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    response
}

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");
/// As in the other servers; the client writes the host and the length by itself.
const UNWANTED: [HeaderName; 6] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::COOKIE,
    header::ORIGIN,
    header::REFERER,
    HeaderName::from_static("x-ais-link"),
];
/// Bytes of a body.
const MOST: usize = 1 << 20;

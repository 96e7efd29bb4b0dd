//! The OpenAPI document of the back-end port, made of the handlers.

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{accounts, connections, events, link_sessions, view_sessions};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "AIS Link, back-end port",
        description = "What the host's own server asks the relay: link sessions, connections and events."
    ),
    paths(
        link_sessions::create,
        link_sessions::read,
        link_sessions::renew,
        connections::list,
        connections::read,
        connections::end,
        accounts::list,
        accounts::balances,
        accounts::transactions,
        events::list,
        events::redeliver,
        events::test,
        view_sessions::create
    ),
    servers((url = "http://127.0.0.1:8081", description = "the address of AIS_RELAY_BACKEND_LISTEN")),
    modifiers(&Key),
    security(("key" = []))
)]
struct Document;

/// How a server shows who it is.
struct Key;

impl utoipa::Modify for Key {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let key =
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("aisk_...").build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(key));
    }
}

/// The document, in JSON.
pub fn document() -> String {
    Document::openapi().to_pretty_json().unwrap_or_default()
}

/// `GET /openapi.json`.
pub(super) async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], document())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_document_that_is_checked_in_is_that_of_the_code() {
        let kept = include_str!("../../../docs/backend.openapi.json");
        assert!(
            kept.trim_end() == super::document(),
            "docs/backend.openapi.json is old: cargo run -p relay --example openapi > docs/backend.openapi.json"
        );
    }
}

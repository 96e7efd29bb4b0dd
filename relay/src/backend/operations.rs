//! The names of the back-end port's operations for metrics, which are those of its OpenAPI document. A path without a route
//! and a method that a route does not have get no name.

use axum::extract::MatchedPath;
use axum::http::Method;

use crate::metrics::NO_CALL;

/// The name of a request.
pub(super) fn name(method: &Method, route: Option<&MatchedPath>) -> &'static str {
    let Some(route) = route.map(MatchedPath::as_str) else { return NO_CALL };
    let found = OPERATIONS.iter().find(|(own, path, _)| method == own && *path == route);
    found.map_or(NO_CALL, |(.., name)| name)
}

const OPERATIONS: [(Method, &str, &str); 14] = [
    (Method::GET, "/openapi.json", "getOpenApi"),
    (Method::POST, "/v1/link-sessions", "createLinkSession"),
    (Method::GET, "/v1/link-sessions/{id}", "getLinkSession"),
    (Method::GET, "/v1/connections", "listConnections"),
    (Method::GET, "/v1/connections/{id}", "getConnection"),
    (Method::DELETE, "/v1/connections/{id}", "endConnection"),
    (Method::POST, "/v1/connections/{id}/renewals", "renewConnection"),
    (Method::GET, "/v1/connections/{id}/accounts", "listAccounts"),
    (Method::GET, "/v1/connections/{id}/accounts/{account}/balances", "getBalances"),
    (Method::GET, "/v1/connections/{id}/accounts/{account}/transactions", "listTransactions"),
    (Method::POST, "/v1/view-sessions", "createViewSession"),
    (Method::GET, "/v1/events", "listEvents"),
    (Method::POST, "/v1/events/{id}/redeliver", "redeliverEvent"),
    (Method::POST, "/v1/webhooks/test", "testWebhook"),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn each_operation_of_the_document_has_its_name() {
        let document: Value = serde_json::from_str(&crate::backend::document()).unwrap();
        let mut documented = vec![("GET".to_owned(), "/openapi.json".to_owned(), "getOpenApi")];
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                documented.push((method.to_uppercase(), path.clone(), name));
            }
        }
        documented.sort();
        let mut own: Vec<_> = OPERATIONS
            .iter()
            .map(|(method, path, name)| (method.to_string(), (*path).to_owned(), *name))
            .collect();
        own.sort();
        assert_eq!(own, documented);
    }
}

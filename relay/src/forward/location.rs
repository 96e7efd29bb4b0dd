//! `Location` of an answer, as a path of the relay.

use protocol::Call;
use url::Url;

/// The relay's own path for the resource that `location` names in an answer to `call`.
///
/// It may be absolute or relative (OpenAPI `Location`). `None` where it leads to another host, to
/// nothing that the relay forwards, or out of the consent that the call is about.
pub(super) fn rewritten(location: &str, call: &Call, asked: &Url) -> Option<String> {
    let url = asked.join(location).ok()?;
    let here = url.origin() == asked.origin()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    if !here {
        return None;
    }
    let target = url
        .query()
        .map_or_else(|| url.path().to_owned(), |query| [url.path(), "?", query].concat());
    let resource = Call::parse("GET", &target).ok()?;
    let inside = call.consent().is_none() || call.consent() == resource.consent();
    inside.then(|| resource.target())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::address;

    fn check(location: &str, expect: Option<&str>) {
        let api = Url::parse("https://api.example").unwrap();
        let call = Call::parse("POST", "/psd2/consent/v1/consents/c1/authorisations").unwrap();
        let asked = address(&api, &call).unwrap();
        assert_eq!(rewritten(location, &call, &asked).as_deref(), expect, "{location}");
    }

    #[test]
    fn a_location_becomes_a_path_of_the_relay_or_nothing() {
        let path = "/psd2/consent/v1/consents/c1/authorisations/a1";
        check(path, Some(path));
        check(&["https://api.example", path].concat(), Some(path));
        check(&["https://api.example:443", path].concat(), Some(path));
        check("authorisations/a1", Some(path));
        check("/psd2/consent/v1/x/../consents/c1/authorisations/a1", Some(path));
        for location in [
            "https://evil.example/psd2/consent/v1/consents/c1/authorisations/a1",
            "//evil.example/psd2/consent/v1/consents/c1/authorisations/a1",
            "http://api.example/psd2/consent/v1/consents/c1/authorisations/a1",
            "https://api.example:8443/psd2/consent/v1/consents/c1/authorisations/a1",
            "https://user@api.example/psd2/consent/v1/consents/c1/authorisations/a1",
            "/psd2/consent/v1/consents/c2/authorisations/a1",
            "/psd2/consent/v1/consents/c1/authorisations/a1#x",
            "/psd2/consent/v1/consents/c1/authorisations/a1?x=y",
            "/psd2/consent/v1/consents/c1/authorisations/a%2f1",
            "/psd2/paymentinitiation/v1/payments",
            "/psd2/aspspinformation/v1/aspsps",
            "javascript:alert(1)",
        ] {
            check(location, None);
        }
    }
}

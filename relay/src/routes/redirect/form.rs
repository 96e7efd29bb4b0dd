//! The parameters of a return: each at most once, in the form of its standard.

use url::form_urlencoded;

use crate::crypto::key::OpaqueId;

/// A return (RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207, section 2). Its `Debug` is left out on
/// purpose: a code is a secret.
pub(crate) struct Return {
    pub state: OpaqueId,
    pub code: Option<String>,
    pub scope: Option<String>,
    pub error: Option<String>,
    pub iss: Option<String>,
    /// Whether the page that posted is in a window that the widget opened.
    pub in_popup: bool,
}

impl Return {
    /// The return in a form; `None` where a parameter is malformed, comes twice, or the state is missing.
    /// Ignores unknown parameters.
    pub(crate) fn parse(form: &[u8]) -> Option<Self> {
        let (mut state, mut code, mut scope, mut error) = (None, None, None, None);
        let (mut iss, mut window) = (None, None);
        for (name, value) in form_urlencoded::parse(form) {
            let place = match &*name {
                "state" => &mut state,
                "code" => &mut code,
                "scope" => &mut scope,
                "error" => &mut error,
                "iss" => &mut iss,
                "window" => &mut window,
                _ => continue,
            };
            let valid = value.len() <= MAX_LENGTH
                && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
                && place.is_none();
            if !valid {
                return None;
            }
            *place = Some(value.into_owned());
        }
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        Some(Self {
            state: OpaqueId::parse(&state?)?,
            code: filled(code),
            scope: filled(scope).filter(|scope| is_scope(scope)),
            error: filled(error),
            iss: filled(iss),
            in_popup: window.as_deref() == Some("popup"),
        })
    }
}

/// RFC 6749, section 3.3.
fn is_scope(text: &str) -> bool {
    text.len() <= 256 && !text.contains(['"', '\\'])
}

/// Bytes of a parameter: codes are the longest.
const MAX_LENGTH: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    const STATE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

    fn parse(rest: &str) -> Option<Return> {
        Return::parse(format!("state={STATE}{rest}").as_bytes())
    }

    #[test]
    fn the_parameters_of_the_standards_are_read() {
        let came = parse("&code=a%2Bb&scope=accountinformation+private&session_state=x").unwrap();
        assert_eq!(came.code.as_deref(), Some("a+b"));
        assert_eq!(came.scope.as_deref(), Some("accountinformation private"));
        assert!(came.error.is_none() && !came.in_popup);
        let refused = parse("&error=access_denied&window=popup").unwrap();
        assert_eq!(refused.error.as_deref(), Some("access_denied"));
        assert!(refused.in_popup);
        assert_eq!(parse("&code=").unwrap().code, None);
    }

    #[test]
    fn a_doubled_or_malformed_parameter_is_refused() {
        let long = format!("&code={}", "a".repeat(MAX_LENGTH + 1));
        for rest in [
            "&code=a&code=b",
            "&code=a&code=a",
            "&error=x&error=y",
            &format!("&state={STATE}"),
            "&code=a%00",
            "&code=a%0d%0ax",
            "&code=%c3%a5",
            &long,
        ] {
            assert!(parse(rest).is_none(), "{rest}");
        }
        for form in ["", "code=a", "state=", "state=short", "state[]=x"] {
            assert!(Return::parse(form.as_bytes()).is_none(), "{form}");
        }
    }
}

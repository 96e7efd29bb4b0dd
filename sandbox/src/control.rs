//! What tests set and read: faults to come, forms of answers, and the requests that arrived.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use crate::settings::Forms;

/// A fault in the next calls to some paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRule {
    /// What the path of a call must start with.
    pub path: String,
    /// The method of the call; any where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// How many calls the rule hits. After them it is removed.
    #[serde(default = "once")]
    pub count: u32,
    /// What happens to them.
    pub fault: Fault,
}

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Fault {
    /// A late answer, otherwise unchanged; it comes at once when the faults are cleared.
    Slow {
        /// Milliseconds of the machine's clock.
        millis: u64,
    },
    /// A failure in place of the answer; the call has no effect.
    Status {
        /// The status, 400 to 599.
        status: u16,
        /// Seconds for `Retry-After`; no such header where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// The connection closes without an answer. Only [`serve`](crate::serve) can do that; a router in
    /// another server answers 502.
    Drop,
    /// A 200 with bytes that are not JSON.
    Garbage,
    /// This answer, byte for byte; the call has no effect.
    Answer {
        /// The status, 200 to 599.
        status: u16,
        /// Names and values, such as `["Retry-After", "120"]`. Without a `Content-Type` it is JSON.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// The call has its usual effect, but the answer is changed: for one odd thing in an answer about a
    /// real consent and authorisation.
    Edited {
        /// The status in place of the real one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// Names and values in place of the real ones; an empty value removes the header.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// Merged into the JSON of the body by RFC 7396: null removes a member.
        #[serde(default)]
        merge: Value,
    },
}

impl Fault {
    /// Checks that the fault can be sent: statuses in their range, valid headers.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let (status, headers) = match self {
            Self::Status { status, .. } if !(400..600).contains(status) => {
                return Err("status must be 400 to 599");
            }
            Self::Answer { status, headers, .. } => (Some(*status), headers),
            Self::Edited { status, headers, .. } => (*status, headers),
            Self::Slow { .. } | Self::Status { .. } | Self::Drop | Self::Garbage => return Ok(()),
        };
        if status.is_some_and(|status| !(200..600).contains(&status)) {
            return Err("status must be 200 to 599");
        }
        let sound = headers.iter().all(|(name, value)| {
            HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok()
        });
        if sound { Ok(()) } else { Err("headers must have names and values of HTTP") }
    }
}

/// A request that reached the platform's side of the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeenRequest {
    /// The method.
    pub method: String,
    /// The path, as sent.
    pub path: String,
    /// The query after `?`, as sent.
    pub query: Option<String>,
    /// Names in lower case, and values. A digest replaces each credential.
    pub headers: Vec<(String, String)>,
    /// The SHA-256 of the client's certificate, as `openssl x509 -fingerprint -sha256` prints it; none without TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// The faults, the forms and the requests.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) forms: Forms,
    faults: Vec<FaultRule>,
    /// Wakes the slow calls when the faults are cleared.
    cleared: Arc<Notify>,
    requests: VecDeque<SeenRequest>,
}

impl SeenRequest {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Control {
    pub(crate) fn new(forms: Forms) -> Self {
        let (faults, cleared) = (Vec::new(), Arc::default());
        Self { forms, faults, cleared, requests: VecDeque::new() }
    }

    pub(crate) fn add_fault(&mut self, rule: FaultRule) {
        self.faults.push(rule);
    }

    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
        self.cleared.notify_waiters();
    }

    /// Completes when the faults are cleared after this call.
    pub(crate) fn cleared(&self) -> OwnedNotified {
        Arc::clone(&self.cleared).notified_owned()
    }

    /// The fault of a call, by the oldest rule that fits. It uses up one of the rule's calls.
    pub(crate) fn take_fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        self.faults.retain(|rule| rule.count > 0);
        let rule = self.faults.iter_mut().find(|rule| rule.fits(method, path))?;
        rule.count -= 1;
        Some(rule.fault.clone())
    }

    /// Adds a request to the list, and drops the oldest where there are many.
    pub(crate) fn remember(&mut self, request: SeenRequest) {
        if self.requests.len() == MOST_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.requests.iter().cloned().collect()
    }

    pub(crate) fn clear_requests(&mut self) {
        self.requests.clear();
    }
}

impl FaultRule {
    fn fits(&self, method: &str, path: &str) -> bool {
        path.starts_with(&self.path) && self.method.as_ref().is_none_or(|it| it == method)
    }
}

const fn once() -> u32 {
    1
}

/// How many requests the list keeps: a demo that runs all day must not fill the memory.
const MOST_REQUESTS: usize = 2000;

#[cfg(test)]
mod tests {
    use super::{Control, Fault, FaultRule};
    use crate::settings::Forms;

    #[test]
    fn a_rule_hits_as_many_calls_as_it_says_and_only_those_that_fit() {
        let mut control = Control::new(Forms::default());
        let (path, method) = ("/psd2/consent".to_owned(), Some("PUT".to_owned()));
        control.add_fault(FaultRule { path, method, count: 2, fault: Fault::Garbage });
        assert_eq!(control.take_fault("PUT", "/connect/token"), None);
        assert_eq!(control.take_fault("GET", "/psd2/consent/v1/consents"), None);
        for _ in 0..2 {
            let fault = control.take_fault("PUT", "/psd2/consent/v1/consents");
            assert_eq!(fault, Some(Fault::Garbage));
        }
        assert_eq!(control.take_fault("PUT", "/psd2/consent/v1/consents"), None);
    }
}

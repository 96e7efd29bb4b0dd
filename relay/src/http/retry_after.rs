//! `Retry-After`, in both of its forms (RFC 9110, section 10.2.3): seconds, or a date.

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, HeaderValue, header};
use httpdate::{fmt_http_date, parse_http_date};
use protocol::header::LONGEST_PAUSE;

use crate::clock::Timestamp;

/// How long an answer asks to wait, from `now` on; `None` where it names no sensible time.
pub(crate) fn wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let wait = match parsed(headers)? {
        Wait::Seconds(seconds) => Duration::from_secs(seconds),
        Wait::Until(moment) => {
            let since = moment.duration_since(SystemTime::UNIX_EPOCH).ok()?;
            since.saturating_sub(now.since(Timestamp::from_millis(0)))
        }
    };
    // A clock that is years off must not keep the relay from asking.
    (wait <= LONGEST_PAUSE).then_some(wait)
}

/// The header to pass on: in the form that it came in, in the usual spelling.
pub(crate) fn passed(headers: &HeaderMap) -> Option<HeaderValue> {
    match parsed(headers)? {
        Wait::Seconds(seconds) => Some(seconds.into()),
        Wait::Until(moment) => HeaderValue::try_from(fmt_http_date(moment)).ok(),
    }
}

/// What the header says.
enum Wait {
    Seconds(u64),
    Until(SystemTime),
}

fn parsed(headers: &HeaderMap) -> Option<Wait> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .parse()
            .ok()
            .filter(|seconds| *seconds <= LONGEST_PAUSE.as_secs())
            .map(Wait::Seconds);
    }
    parse_http_date(text).ok().map(Wait::Until)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday, 6 November 1994, 08:49:37.
    const MOMENT: u64 = 784_111_777;

    #[test]
    fn both_forms_are_read_and_passed_on_in_the_usual_spelling() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let now = Timestamp::from_millis((MOMENT - 90) * 1000);
        for (text, seconds, expect) in [
            ("120", Some(120), Some("120")),
            (" 0 ", Some(0), Some("0")),
            ("007", Some(7), Some("7")),
            (date, Some(90), Some(date)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(90), Some(date)),
            ("Sun Nov  6 08:49:37 1994", Some(90), Some(date)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(0), Some("Sun, 06 Nov 1994 08:40:00 GMT")),
            // 999,999 seconds after the moment above, and one more.
            ("Thu, 17 Nov 1994 22:34:46 GMT", Some(999_999), Some("Thu, 17 Nov 1994 22:34:46 GMT")),
            ("Thu, 17 Nov 1994 22:34:47 GMT", None, Some("Thu, 17 Nov 1994 22:34:47 GMT")),
            ("Fri, 31 Dec 9999 23:59:59 GMT", None, Some("Fri, 31 Dec 9999 23:59:59 GMT")),
            ("", None, None),
            ("soon", None, None),
            ("-1", None, None),
            ("1.5", None, None),
            ("1000000", None, None),
            ("99999999999999999999999", None, None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None, None),
            ("Sun, 99 Nov 1994 08:49:37 GMT", None, None),
        ] {
            let headers =
                HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(text))]);
            assert_eq!(wait(&headers, now), seconds.map(Duration::from_secs), "{text}");
            assert_eq!(passed(&headers), expect.map(HeaderValue::from_static), "{text}");
        }
        assert_eq!(wait(&HeaderMap::new(), now), None);
    }
}

//! Any bytes of a connection: two readers of a head that the relay accepts, its own and hyper's parser, find the same
//! requests at the same places.

use std::mem::MaybeUninit;

use axum::http::{Request, Version, header, request};
use httparse::{ParserConfig, Status};
use relay::fuzzing::{heads, is_well_framed};

/// Checks the bytes `data`: the size of the pieces in which they come, and then what comes.
pub(crate) fn check(data: &[u8]) {
    let Some((size, bytes)) = data.split_first() else { return };
    let found = heads([bytes].into_iter());
    assert_eq!(heads(bytes.chunks(usize::from(*size).max(1))), found, "in pieces");
    let mut rest = bytes;
    for own in found {
        let Some((length, request)) = parse(rest) else { return };
        let (head, after) = rest.split_at(length);
        let named = |name: &str| {
            let lines =
                head.split(|byte| *byte == b'\n').skip_while(|line| line.trim_ascii().is_empty());
            let colon = |line: &&[u8]| line.iter().position(|byte| *byte == b':');
            let names = lines.skip(1).filter_map(|line| Some(&line[..colon(&line)?]));
            names.filter(|found| found.eq_ignore_ascii_case(name.as_bytes())).count()
        };
        let body = request.headers.get(header::CONTENT_LENGTH).map_or(Some(0), digits);
        let is_plain = named("content-length") <= 1
            && named("transfer-encoding") == 0
            && named("host") == 1
            && !line(head).contains(&b'#');
        let passes = is_well_framed(request, own, 2048);
        assert!(is_plain || !passes, "{}", String::from_utf8_lossy(head));
        // The relay closes the connection behind a refusal, and hyper does so at an odd length.
        let Some(body) = body.filter(|body| passes && *body <= after.len()) else { return };
        rest = &after[body..];
    }
    // The relay's reader has seen no more heads. The other one must not see one that could pass either.
    if let Some((_, request)) = parse(rest) {
        let nothing = relay::fuzzing::Head { has_fragment: false, lengths: 0 };
        assert!(!is_well_framed(request, nothing, 2048), "{}", String::from_utf8_lossy(rest));
    }
}

/// The length of a head, and what hyper passes on of it.
fn parse(bytes: &[u8]) -> Option<(usize, request::Parts)> {
    let mut lines = [const { MaybeUninit::uninit() }; 64];
    let mut head = httparse::Request::new(&mut []);
    let parsed =
        ParserConfig::default().parse_request_with_uninit_headers(&mut head, bytes, &mut lines);
    let Ok(Status::Complete(length)) = parsed else { return None };
    let version = if head.version? == 1 { Version::HTTP_11 } else { Version::HTTP_10 };
    let mut builder = Request::builder().method(head.method?).uri(head.path?).version(version);
    for line in &*head.headers {
        builder = builder.header(line.name, line.value);
    }
    Some((length, builder.body(()).ok()?.into_parts().0))
}

/// The request line.
fn line(head: &[u8]) -> &[u8] {
    let mut lines = head.split(|byte| *byte == b'\n');
    lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

/// A number of digits alone, as hyper reads a length.
fn digits(value: &header::HeaderValue) -> Option<usize> {
    let text = value.to_str().ok()?.trim();
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

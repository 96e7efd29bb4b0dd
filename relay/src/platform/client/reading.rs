//! Reads an answer, and refuses one that two readers could read in two ways. It does not look into the body.

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use reqwest::Response;

use crate::http::error::Fault;
use crate::http::flaw::Flaw;

/// What is wrong with the head of an answer.
pub(super) fn framing(response: &Response) -> Option<Flaw> {
    let (status, headers) = (response.status(), response.headers());
    match status.as_u16() {
        // A client skips interim answers, so an interim status here is the final one.
        100..=199 => return Some(Flaw::Interim),
        300..=399 => return Some(Flaw::Redirect),
        200..=599 => {}
        _ => return Some(Flaw::Status),
    }
    let is_chunked = headers.contains_key(header::TRANSFER_ENCODING);
    let lengths = headers.get_all(header::CONTENT_LENGTH).iter().map(HeaderValue::as_bytes);
    match lengths.flat_map(|line| line.split(|byte| *byte == b',')).count() {
        1.. if is_chunked => return Some(Flaw::TwoLengths),
        2.. => return Some(Flaw::Length),
        _ => {}
    }
    // The relay asks for no encoding, and decodes none.
    let is_plain = |name, plain: &str| {
        headers.get_all(name).iter().all(|value| {
            let words = value.to_str().map(|list| list.split(','));
            words.is_ok_and(|mut words| {
                let plain = ["", "identity", plain];
                words.all(|word| plain.iter().any(|one| word.trim().eq_ignore_ascii_case(one)))
            })
        })
    };
    let as_it_is =
        is_plain(header::CONTENT_ENCODING, "") && is_plain(header::TRANSFER_ENCODING, "chunked");
    (!as_it_is).then_some(Flaw::Encoded)
}

/// The body of `response`.
pub(super) async fn read(mut response: Response, max: usize) -> Result<Bytes, Fault> {
    let status = response.status();
    let failed = |flaw| Fault::Failed(flaw, Some(status));
    let max_length = u64::try_from(max).unwrap_or(u64::MAX);
    if response.content_length().is_some_and(|length| length > max_length) {
        return Err(failed(Flaw::TooLong));
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > max => return Err(failed(Flaw::TooLong)),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // An answer that has begun is late, or broken.
            Err(error) if error.is_timeout() => return Err(Fault::Silent),
            Err(_) => return Err(failed(Flaw::BrokenOff)),
        }
    }
    Ok(body.into())
}

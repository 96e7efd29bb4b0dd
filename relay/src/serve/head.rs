//! Reads the parts of a request's head that hyper does not pass on: a fragment in its target, and a second
//! `Content-Length` of the same value. Two programs may read either in two ways, so the gate refuses them.
//!
//! It decides nothing else: a request that hyper refuses never reaches the gate.

use std::collections::VecDeque;

use crate::http::framing::RawHead;

/// The heads of a connection's requests, as its bytes come in.
#[derive(Default)]
pub(crate) struct Heads {
    place: Place,
    head: Vec<u8>,
    line: usize,
    read: VecDeque<RawHead>,
}

/// The part of a request that the next byte belongs to.
#[derive(Default)]
enum Place {
    #[default]
    Head,
    /// A body, of which so many bytes are still to come.
    Body(u64),
    /// Something that ends the connection.
    End,
}

impl Heads {
    /// Reads what has come in.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.place {
                Place::Head => {
                    let line = bytes.iter().position(|byte| *byte == b'\n').map(|end| end + 1);
                    let room = MAX_BYTES + 1 - self.head.len();
                    let (part, rest) = bytes.split_at(line.unwrap_or(bytes.len()).min(room));
                    self.push(part);
                    bytes = rest;
                }
                Place::Body(left) => {
                    let here =
                        usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    *left = left.saturating_sub(here as u64);
                    bytes = &bytes[here..];
                    if *left == 0 {
                        self.place = Place::Head;
                    }
                }
                Place::End => return,
            }
        }
    }

    /// The findings in the next request's head, once hyper has read it.
    pub(crate) fn next(&mut self) -> Option<RawHead> {
        self.read.pop_front()
    }

    /// Adds a line, or a part of one.
    fn push(&mut self, part: &[u8]) {
        self.head.extend_from_slice(part);
        if self.head.len() > MAX_BYTES {
            self.place = Place::End;
        }
        if !part.ends_with(b"\n") {
            return;
        }
        let is_empty = matches!(&self.head[self.line..], b"\n" | b"\r\n");
        match (is_empty, self.line) {
            // Empty lines before a request are skipped (RFC 9112, section 2.2).
            (true, 0) => self.head.clear(),
            (true, _) => self.end(),
            (false, _) => self.line = self.head.len(),
        }
    }

    fn end(&mut self) {
        let mut lines = self.head.split(|byte| *byte == b'\n');
        let has_fragment = lines.next().is_some_and(|line| line.contains(&b'#'));
        let (mut lengths, mut body) = (0, 0);
        self.place = Place::Head;
        for line in lines {
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
            let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"content-length") {
                lengths += 1;
                body =
                    std::str::from_utf8(value).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
            } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
                self.place = Place::End;
            }
        }
        if matches!(self.place, Place::Head) && body > 0 {
            self.place = Place::Body(body);
        }
        self.read.push_back(RawHead { has_fragment, lengths });
        self.head.clear();
        self.line = 0;
    }
}

/// More than the longest head that the relay accepts.
const MAX_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    /// Each head as whether it has a fragment, and its number of lengths; read whole, and byte by byte.
    fn heads(text: &str) -> Vec<(bool, usize)> {
        let read = |pieces: Vec<&[u8]>| {
            let mut heads = Heads::default();
            for piece in pieces {
                heads.feed(piece);
            }
            let all: Vec<_> = std::iter::from_fn(|| heads.next()).collect();
            all.into_iter().map(|head| (head.has_fragment, head.lengths)).collect::<Vec<_>>()
        };
        let whole = read(vec![text.as_bytes()]);
        assert_eq!(read(text.as_bytes().chunks(1).collect()), whole);
        whole
    }

    #[test]
    fn fragments_and_lengths_are_seen() {
        for (text, expect) in [
            ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", &[(false, 0)][..]),
            ("GET /a#b HTTP/1.1\r\nhost: a#b\r\n\r\n", &[(true, 0)]),
            ("GET / HTTP/1.1\r\nreferer: https://a/#b\r\n\r\n", &[(false, 0)]),
            ("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n#\n", &[(false, 1)]),
            ("POST / HTTP/1.1\nCONTENT-LENGTH:2\ncontent-length: 2\n\n#\n", &[(false, 2)]),
            ("\r\n\n\r\nGET /# HTTP/1.1\r\n\r\n", &[(true, 0)]),
            ("GET / HTTP/1.1\r\n\r\nGET /# HTTP/1.1\r\n\r\n", &[(false, 0), (true, 0)]),
            (
                "PUT / HTTP/1.1\r\ncontent-length: 22\r\n\r\nGET /# HTTP/1.1\r\n\r\n123\
                 GET /# HTTP/1.1\r\n\r\n",
                &[(false, 1), (true, 0)],
            ),
            ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", &[(false, 0)]),
            ("GET / HTTP/1.1\r\nhost: a\r\n", &[]),
        ] {
            assert_eq!(heads(text), expect, "{text:?}");
        }
    }

    #[test]
    fn a_head_without_end_is_not_kept() {
        let mut heads = Heads::default();
        for _ in 0..1000 {
            heads.feed(&[b'x'; 1000]);
        }
        assert!(heads.head.len() <= MAX_BYTES + 1 && heads.next().is_none());
    }
}

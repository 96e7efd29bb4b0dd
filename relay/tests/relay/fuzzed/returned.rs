//! Any parameters of `/redirect`: each is there once and of printable text, or the return is refused.

use relay::fuzzing::returned;
use url::form_urlencoded::Serializer;

/// Checks the form `data`.
pub(crate) fn check(data: &[u8]) {
    let Some(read) = returned(data) else { return };
    assert_eq!(read[0].0, "state", "a return without a state means nothing");
    for (name, value) in &read {
        assert!(value.len() <= 4096 && !value.is_empty(), "{name}");
        assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{name}");
        let doubled = [data, b"&", name.as_bytes(), b"=x"].concat();
        assert_eq!(returned(&doubled), None, "{name} comes twice");
    }
    let written = Serializer::new(String::new()).extend_pairs(&read).finish();
    assert_eq!(returned(written.as_bytes()), Some(read));
}

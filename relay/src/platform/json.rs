//! JSON of the platform: parsed once, with one limit, before anything reads it.
//!
//! Everything that acts on an answer reads this one value, and the relay passes on the text that the value was read
//! from. So no two readers can disagree about an answer. This module judges only the form.

mod repair;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use protocol::wire::DEEPEST;
use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use self::repair::repaired;
use crate::http::flaw::Flaw;

/// The body of an answer. Clones share it.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// There is none.
    Empty,
    /// It is JSON.
    Json(Arc<Json>),
    /// It is something else, which the relay never passes on.
    Odd(Flaw),
}

/// A JSON text with its value.
pub(crate) struct Json {
    text: Bytes,
    value: Value,
}

impl Body {
    /// The body in `bytes`, checked.
    pub(crate) fn of(bytes: &Bytes) -> Self {
        if bytes.trim_ascii().is_empty() {
            return Self::Empty;
        }
        match Json::parse(bytes) {
            Ok(json) => Self::Json(Arc::new(json)),
            Err(flaw) => Self::Odd(flaw),
        }
    }

    /// The body that is `value`, in a text of the relay's own.
    pub(crate) fn written(value: Value) -> Self {
        let text = Bytes::from(value.to_string());
        Self::Json(Arc::new(Json { text, value }))
    }

    /// Its value; null where there is no readable one.
    pub(crate) fn value(&self) -> &Value {
        match self {
            Self::Json(json) => &json.value,
            Self::Empty | Self::Odd(_) => &Value::Null,
        }
    }

    /// Its value, as a `T`.
    ///
    /// # Errors
    /// [`Flaw::Lacking`] where it is JSON and no `T`, or where there is no body; else its flaw.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Flaw> {
        match self {
            Self::Json(json) => json.read(),
            Self::Empty => Err(Flaw::Lacking),
            Self::Odd(flaw) => Err(*flaw),
        }
    }
}

impl Json {
    /// The value in `bytes`, which may begin with a byte order mark.
    pub(crate) fn parse(bytes: &Bytes) -> Result<Self, Flaw> {
        let text = bytes
            .strip_prefix(BYTE_ORDER_MARK)
            .map_or(bytes.clone(), |_| bytes.slice(BYTE_ORDER_MARK.len()..));
        let read = std::str::from_utf8(&text).map_err(|_| Flaw::NotUtf8)?;
        match parse(read) {
            Ok(value) => Ok(Self { text, value }),
            Err(Unparsed::Part) => {
                // One number or letter out of range must not cost the rest. The repair is the same for all readers.
                let repaired = repaired(read);
                let value = parse(&repaired).map_err(Unparsed::flaw)?;
                Ok(Self { text: repaired.into(), value })
            }
            Err(fault) => Err(fault.flaw()),
        }
    }

    /// Its value, as a `T`; [`Flaw::Lacking`] where it is no `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Flaw> {
        T::deserialize(&self.value).map_err(|_| Flaw::Lacking)
    }

    /// The text to pass on.
    pub(crate) fn text(&self) -> &Bytes {
        &self.text
    }
}

/// A body is not for logs.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json").finish_non_exhaustive()
    }
}

/// Why a text was not parsed.
enum Unparsed {
    /// For this.
    Flaw(Flaw),
    /// A number in it is out of range, or a surrogate is unpaired.
    Part,
}

impl Unparsed {
    fn flaw(self) -> Flaw {
        match self {
            Self::Flaw(flaw) => flaw,
            Self::Part => Flaw::NotJson,
        }
    }
}

fn parse(text: &str) -> Result<Value, Unparsed> {
    let flaw = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Level { left: DEEPEST.into(), flaw: &flaw }.deserialize(&mut reader);
    value.and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        if let Some(flaw) = flaw.get() {
            return Unparsed::Flaw(flaw);
        }
        // The library names these causes by their texts alone.
        let text_of_error = error.to_string();
        if text_of_error.starts_with("number out of range") || text_of_error.contains("hex escape")
        {
            return Unparsed::Part;
        }
        let is_page = text.trim_ascii_start().starts_with('<');
        Unparsed::Flaw(if is_page { Flaw::Page } else { Flaw::NotJson })
    })
}

/// Reads a value that may nest by so many more levels. It leaves a fault in `flaw`.
#[derive(Clone, Copy)]
struct Level<'a> {
    left: usize,
    flaw: &'a Cell<Option<Flaw>>,
}

impl Level<'_> {
    /// One level down.
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        let left = self.left.checked_sub(1).ok_or_else(|| self.refuse(Flaw::TooDeep))?;
        Ok(Self { left, ..self })
    }

    fn refuse<E: serde::de::Error>(self, flaw: Flaw) -> E {
        self.flaw.set(Some(flaw));
        E::custom(flaw)
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let (inner, mut list) = (self.inner()?, Vec::new());
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let (inner, mut map) = (self.inner()?, Map::new());
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(inner)?;
            if map.insert(key, value).is_some() {
                return Err(self.refuse(Flaw::DuplicateKey));
            }
        }
        Ok(map.into())
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(bytes: &[u8]) -> Result<Value, Flaw> {
        Json::parse(&Bytes::copy_from_slice(bytes)).map(|json| json.value)
    }

    /// `levels` arrays, one in another.
    fn nested(levels: usize) -> String {
        ["[".repeat(levels), "]".repeat(levels)].concat()
    }

    #[test]
    fn one_limit_holds_for_all_that_is_nested() {
        assert!(parsed(nested(64).as_bytes()).is_ok());
        for levels in [65, 128, 129, 200, 100_000] {
            assert_eq!(parsed(nested(levels).as_bytes()), Err(Flaw::TooDeep), "{levels}");
        }
        let objects = [r#"{"a":"#.repeat(65), "1".to_owned(), "}".repeat(65)].concat();
        assert_eq!(parsed(objects.as_bytes()), Err(Flaw::TooDeep));
        let beside = format!(r#"{{"_links":{{}},"x":{}}}"#, nested(64));
        assert_eq!(parsed(beside.as_bytes()), Err(Flaw::TooDeep), "the object is a level too");
        let mixed = format!(r#"[{{"a":{}}}]"#, nested(62));
        assert!(parsed(mixed.as_bytes()).is_ok());
    }

    #[test]
    fn what_two_readers_could_read_in_two_ways_is_refused_by_name() {
        for (bytes, flaw) in [
            (&br#"{"a":1,"a":2}"#[..], Flaw::DuplicateKey),
            (br#"{"a":1,"\u0061":1}"#, Flaw::DuplicateKey),
            (br#"[{"b":{"a":null,"c":0,"a":null}}]"#, Flaw::DuplicateKey),
            (b"\"\xff\"", Flaw::NotUtf8),
            (b"{\"name\":\"L\xf6nekonto\"}", Flaw::NotUtf8),
            (b"\xff\xfe{\0}\0", Flaw::NotUtf8),
            (b"\xed\xa0\x80", Flaw::NotUtf8),
            (b"<html>", Flaw::Page),
            (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", Flaw::Page),
            (b"{} {}", Flaw::NotJson),
            (br#"{"a":"#, Flaw::NotJson),
            (b"{a:1}", Flaw::NotJson),
            (b"slow down", Flaw::NotJson),
            (b"\xef\xbb\xbf\xef\xbb\xbf{}", Flaw::NotJson),
        ] {
            assert_eq!(parsed(bytes), Err(flaw), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_byte_order_mark_is_left_out() {
        let json = Json::parse(&Bytes::from_static(b"\xef\xbb\xbf{\"a\":[]}")).unwrap();
        assert_eq!(json.text(), &br#"{"a":[]}"#[..]);
        assert_eq!(json.value, serde_json::json!({ "a": [] }));
    }

    #[test]
    fn a_number_that_fits_nothing_costs_itself() {
        let text = br#"{"a":1e999,"b":"1e999 \" -1e999","c":[-1E+400,2.5,18446744073709551616],"d":"x\\"}"#;
        let json = Json::parse(&Bytes::from_static(text)).unwrap();
        let expect =
            r#"{"a":null,"b":"1e999 \" -1e999","c":[null,2.5,18446744073709551616],"d":"x\\"}"#;
        assert_eq!(json.text(), expect.as_bytes());
        assert_eq!(json.value["c"][1], 2.5);
        assert_eq!(parsed(b"[1e999,]"), Err(Flaw::NotJson));
    }

    #[test]
    fn half_a_letter_costs_itself() {
        let half = r#"{"a":"L\ud83d","b":"\ude00x","c":"\ud83d\ude00","d":"\ud83d\ud83d\ude00","e":"\\ud83d",
            "f":"\uD83D\n","g":"\uD83D\u0041\udc00","\ud83d":1e999}"#;
        let json = Json::parse(&Bytes::from_static(half.as_bytes())).unwrap();
        let expect = serde_json::json!({
            "a": "L\u{fffd}", "b": "\u{fffd}x", "c": "\u{1f600}", "d": "\u{fffd}\u{1f600}", "e": "\\ud83d",
            "f": "\u{fffd}\n", "g": "\u{fffd}A\u{fffd}", "\u{fffd}": null,
        });
        assert_eq!(json.value, expect);
        assert_eq!(
            serde_json::from_slice::<Value>(json.text()).unwrap(),
            expect,
            "all read the same"
        );
        for odd in
            [r#"["\u12"]"#, r#"["\ud83"]"#, r#"["\uxyzw"]"#, r#"["\ud83d"#, r#"["\ud83d\u"]"#]
        {
            assert_eq!(parsed(odd.as_bytes()), Err(Flaw::NotJson), "{odd}");
        }
        let two = br#"{"\ud83d":1,"\udc00":2}"#;
        assert_eq!(
            parsed(two),
            Err(Flaw::DuplicateKey),
            "keys that differed by unpaired halves are now equal"
        );
    }

    #[test]
    fn a_body_is_empty_json_or_odd() {
        let body = |bytes: &'static [u8]| Body::of(&Bytes::from_static(bytes));
        assert!(matches!(body(b""), Body::Empty));
        assert!(matches!(body(b" \r\n"), Body::Empty));
        assert!(matches!(body(b"<html>"), Body::Odd(Flaw::Page)));
        assert_eq!(body(b"[1, 2]").read::<Vec<u32>>(), Ok(vec![1, 2]));
        assert_eq!(body(b"[1, 2]").read::<String>(), Err(Flaw::Lacking));
        assert_eq!(body(b"").read::<String>(), Err(Flaw::Lacking));
        assert_eq!(body(b"\"\xff\"").read::<String>(), Err(Flaw::NotUtf8));
        assert!(body(b"<").value().is_null());
    }
}

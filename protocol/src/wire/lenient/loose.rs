//! Any JSON value, before its type is known.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Any value. The types of the wire are read from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Loose {
    /// Null.
    #[default]
    Nothing,
    /// A truth value.
    Flag(bool),
    /// A whole number that is not negative.
    Number(u64),
    /// Any other number, or a value that is nested too deeply: no type reads it.
    Odd,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object, with its members in their order.
    Object(Vec<(String, Self)>),
}

impl Loose {
    /// Reads the value; `None` where it has another form.
    pub fn read<T: OfLoose>(self) -> Option<T> {
        T::of_loose(self)
    }
}

/// A type that can be read from a value: a text, a number, or an object.
pub trait OfLoose: Sized {
    /// Reads it; `None` where `loose` has another form.
    fn of_loose(loose: Loose) -> Option<Self>;
}

impl OfLoose for String {
    fn of_loose(loose: Loose) -> Option<Self> {
        match loose {
            Loose::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl OfLoose for bool {
    fn of_loose(loose: Loose) -> Option<Self> {
        match loose {
            Loose::Flag(flag) => Some(flag),
            _ => None,
        }
    }
}

/// Some platforms write numbers as text.
impl OfLoose for u64 {
    fn of_loose(loose: Loose) -> Option<Self> {
        match loose {
            Loose::Number(number) => Some(number),
            Loose::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl OfLoose for u32 {
    fn of_loose(loose: Loose) -> Option<Self> {
        u64::of_loose(loose).and_then(|number| number.try_into().ok())
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Reader { left: DEEPEST }.deserialize(from)
    }
}

/// Reads a value with up to `left` levels of lists and objects.
#[derive(Clone, Copy)]
struct Reader {
    left: u8,
}

impl Reader {
    fn inside(self) -> Self {
        Self { left: self.left - 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Loose;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Loose, D::Error> {
        if self.left == 0 {
            return IgnoredAny::deserialize(from).map(|_| Loose::Odd);
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Nothing)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Loose, E> {
        Ok(Loose::Flag(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose, E> {
        Ok(Loose::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose, E> {
        Ok(u64::try_from(number).map_or(Loose::Odd, Loose::Number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Loose, E> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what is changed by the conversion is odd"
        )]
        let whole = number as u64;
        #[expect(
            clippy::cast_precision_loss,
            clippy::float_cmp,
            reason = "the two are the same number, or they are not"
        )]
        let is_whole = whole as f64 == number && whole < LARGEST;
        Ok(if is_whole { Loose::Number(whole) } else { Loose::Odd })
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Loose, E> {
        Ok(Loose::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(self.inside())? {
            items.push(item);
        }
        Ok(Loose::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Loose, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = object.next_key()? {
            members.push((name, object.next_value_seed(self.inside())?));
        }
        Ok(Loose::Object(members))
    }
}

/// From here on, two whole numbers share one float.
const LARGEST: u64 = 1 << 53;
/// The deepest nesting: real bodies have a dozen levels. It ends a page's cyclic object, and the relay
/// refuses deeper bodies.
pub const DEEPEST: u8 = 64;

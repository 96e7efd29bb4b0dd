//! A value that is neither list nor object, and what becomes of it.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What stands in the place of a text, a number or a truth value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Null.
    Missing,
    /// A text.
    Text(String),
    /// A whole number that is not negative. Nothing on the wire is read as another one.
    Number(u64),
    /// A truth value.
    Flag(bool),
    /// A list, an object, or a number of another kind.
    Odd,
}

/// What can be read of a [`Plain`].
pub(crate) trait OfPlain: Sized {
    /// The value, unless `plain` is of another form.
    fn of_plain(plain: Plain) -> Option<Self>;
}

impl OfPlain for String {
    fn of_plain(plain: Plain) -> Option<Self> {
        match plain {
            Plain::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl OfPlain for bool {
    fn of_plain(plain: Plain) -> Option<Self> {
        match plain {
            Plain::Flag(flag) => Some(flag),
            _ => None,
        }
    }
}

/// Some platforms write numbers as text.
impl OfPlain for u64 {
    fn of_plain(plain: Plain) -> Option<Self> {
        match plain {
            Plain::Number(number) => Some(number),
            Plain::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

impl OfPlain for u32 {
    fn of_plain(plain: Plain) -> Option<Self> {
        u64::of_plain(plain).and_then(|number| number.try_into().ok())
    }
}

/// What a visitor makes of a value that is neither list nor object.
pub(super) trait OfScalar {
    /// What it makes.
    type Made;

    /// Makes it.
    fn of_scalar(plain: Plain) -> Self::Made;
}

/// The methods of a visitor that are the same for all scalars, by its [`OfScalar`].
macro_rules! scalars {
    () => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::of_scalar(Plain::Missing))
        }

        fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
            Ok(Self::of_scalar(Plain::Flag(flag)))
        }

        fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
            Ok(Self::of_scalar(Plain::Number(number)))
        }

        fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
            Ok(Self::of_scalar(u64::try_from(number).map_or(Plain::Odd, Plain::Number)))
        }

        fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
            Ok(Self::of_scalar(Plain::of_float(number)))
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Self::of_scalar(Plain::Text(text.to_owned())))
        }

        fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
            Ok(Self::of_scalar(Plain::Text(text)))
        }
    };
}
pub(super) use scalars;

impl Plain {
    /// A number that came with a point or an exponent; browsers have no others.
    pub(super) fn of_float(number: f64) -> Self {
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
        if is_whole { Self::Number(whole) } else { Self::Odd }
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl OfScalar for Reader {
    type Made = Plain;

    fn of_scalar(plain: Plain) -> Plain {
        plain
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Plain, A::Error> {
        IgnoredAny.visit_seq(list).map(|_| Plain::Odd)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Plain, A::Error> {
        IgnoredAny.visit_map(object).map(|_| Plain::Odd)
    }

    scalars!();
}

/// From here on, two whole numbers are one float.
const LARGEST: u64 = 1 << 53;

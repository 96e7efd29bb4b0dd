//! Reads bodies as real platforms give them: what is odd in one place costs that place, never the whole.
//!
//! Null is as good as missing, an odd item of a list is left out, an odd field is as if it were not there, and
//! a list of one may come bare. Each reader takes its value to the end, whatever it is, so that reading goes on
//! behind it. Only a body that is no JSON, or that lacks what it must have, is an error.
//!
//! The helpers are for `deserialize_with`; a field that may be missing needs `default`, too.

mod left_out;
mod plain;

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use self::left_out::note;
pub use self::left_out::{LeftOut, left_out};
pub(crate) use self::plain::{OfPlain, Plain};
use self::plain::{OfScalar, scalars};

/// A value that must be there.
pub(crate) fn must<'de, D: Deserializer<'de>, T: OfPlain>(from: D) -> Result<T, D::Error> {
    let plain = Plain::deserialize(from)?;
    T::of_plain(plain).ok_or_else(|| D::Error::custom("a value is missing, or not of its form"))
}

/// A text that must be there, and say something.
pub(crate) fn said<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text: String = must(from)?;
    if text.trim().is_empty() { Err(D::Error::custom("a text is empty")) } else { Ok(text) }
}

/// A value that may be missing.
pub(crate) fn perhaps<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: OfPlain,
{
    let plain = Plain::deserialize(from)?;
    let is_there = !matches!(plain, Plain::Missing);
    let value = T::of_plain(plain);
    if is_there && value.is_none() {
        note::<T>();
    }
    Ok(value)
}

/// A value, or its usual one.
pub(crate) fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: OfPlain + Default,
{
    perhaps(from).map(Option::unwrap_or_default)
}

/// A number, or `USUAL`.
pub(crate) fn number_or<'de, D, const USUAL: u32>(from: D) -> Result<u32, D::Error>
where
    D: Deserializer<'de>,
{
    perhaps(from).map(|number| number.unwrap_or(USUAL))
}

/// An object that may be missing.
pub(crate) fn part<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_any(Part(PhantomData))
}

/// An object that must be there.
pub(crate) fn object<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    part(from)?.ok_or_else(|| D::Error::custom("an object is missing, or not of its form"))
}

/// An object, or its usual one.
pub(crate) fn part_or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    part(from).map(Option::unwrap_or_default)
}

/// A list of objects. One that comes bare is a list of one.
pub(crate) fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_any(Items(PhantomData))
}

/// A list of texts or numbers. One that comes bare is a list of one.
pub(crate) fn plain_list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: OfPlain,
{
    let plains = from.deserialize_any(Plains)?;
    let value = |plain| {
        let value = T::of_plain(plain);
        if value.is_none() {
            note::<T>();
        }
        value
    };
    Ok(plains.into_iter().filter_map(value).collect())
}

/// A list of objects that is the whole body, or a field of it.
pub(crate) fn body_list<'de, D, T>(
    from: D,
    field: &'static str,
    without: Without,
) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_any(Body { field, without, item: PhantomData })
}

/// What an object is that lacks the field with the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without {
    /// Not the body that was asked for.
    Malformed,
    /// One that lists nothing.
    Empty,
}

/// Reads an object, or nothing.
struct Part<T>(PhantomData<T>);

/// A value that is no object. Null says that there is none.
impl<T> OfScalar for Part<T> {
    type Made = Option<T>;

    fn of_scalar(plain: Plain) -> Option<T> {
        if !matches!(plain, Plain::Missing) {
            note::<T>();
        }
        None
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Part<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let read = T::deserialize(MapAccessDeserializer::new(&mut object)).ok();
        // What is left of an object that was given up. A fault of the text itself shows here again.
        IgnoredAny.visit_map(object)?;
        if read.is_none() {
            note::<T>();
        }
        Ok(read)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(list)?;
        Ok(Self::of_scalar(Plain::Odd))
    }

    scalars!();
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Part<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

/// Reads a list of objects, or one object.
struct Items<T>(PhantomData<T>);

impl<T> OfScalar for Items<T> {
    type Made = Vec<T>;

    fn of_scalar(plain: Plain) -> Vec<T> {
        Part::of_scalar(plain).into_iter().collect()
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Part(PhantomData))? {
            items.extend(item);
        }
        Ok(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        Ok(Part(PhantomData).visit_map(object)?.into_iter().collect())
    }

    scalars!();
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Items<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

/// Reads a list of scalars, or one of them.
struct Plains;

impl OfScalar for Plains {
    type Made = Vec<Plain>;

    fn of_scalar(plain: Plain) -> Vec<Plain> {
        if plain == Plain::Missing { Vec::new() } else { vec![plain] }
    }
}

impl<'de> Visitor<'de> for Plains {
    type Value = Vec<Plain>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut plains = Vec::new();
        while let Some(plain) = list.next_element()? {
            plains.push(plain);
        }
        Ok(plains)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(object)?;
        Ok(vec![Plain::Odd])
    }

    scalars!();
}

/// Reads a list, bare or in its field.
struct Body<T> {
    field: &'static str,
    without: Without,
    item: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Body<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or an object with the list in its field")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Items(PhantomData).visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut items = None;
        while let Some(key) = object.next_key::<String>()? {
            if key == self.field {
                items = Some(object.next_value_seed(Items(PhantomData))?);
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        match (items, self.without) {
            (Some(items), _) => Ok(items),
            (None, Without::Empty) => Ok(Vec::new()),
            (None, Without::Malformed) => Err(A::Error::missing_field(self.field)),
        }
    }
}

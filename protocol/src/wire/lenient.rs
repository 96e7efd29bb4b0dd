//! Reads bodies as real platforms give them: what is odd in one place costs that place, never the whole.
//!
//! Null is as good as missing, an odd item of a list is left out, an odd field is as if it were not there, and
//! a list of one may come bare. Each reader takes its value in whole, as [`Loose`], and then looks at what it
//! has. Only a body that is no JSON, or that lacks what it must have, is an error.
//!
//! The helpers are for `deserialize_with`; a field that may be missing needs `default`, too.

mod left_out;
mod loose;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use self::left_out::note;
pub use self::left_out::{LeftOut, left_out};
pub(crate) use self::loose::OfLoose;
pub use self::loose::{Loose, Malformed};

/// A value that must be there.
pub(crate) fn must<'de, D: Deserializer<'de>, T: OfLoose>(from: D) -> Result<T, D::Error> {
    let loose = Loose::deserialize(from)?;
    T::of_loose(loose).ok_or_else(|| D::Error::custom("a value is missing, or not of its form"))
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
    T: OfLoose,
{
    Loose::deserialize(from).map(|loose| noted(loose, T::of_loose))
}

/// A value, or its usual one.
pub(crate) fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: OfLoose + Default,
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
    Loose::deserialize(from).map(|loose| noted(loose, object_of))
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
    Loose::deserialize(from).map(object_list)
}

/// The objects of a list that was taken in already.
pub(crate) fn object_list<'de, T: Deserialize<'de>>(loose: Loose) -> Vec<T> {
    items(loose, object_of)
}

/// A list of texts or numbers. One that comes bare is a list of one.
pub(crate) fn plain_list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: OfLoose,
{
    Ok(items(Loose::deserialize(from)?, T::of_loose))
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
    let listed = match Loose::deserialize(from)? {
        Loose::Object(members) => members.into_iter().find(|(name, _)| name == field),
        list @ Loose::List(_) => Some((String::new(), list)),
        _ => return Err(D::Error::custom("neither a list nor an object")),
    };
    match (listed, without) {
        (Some((_, list)), _) => Ok(items(list, object_of)),
        (None, Without::Empty) => Ok(Vec::new()),
        (None, Without::Malformed) => Err(D::Error::missing_field(field)),
    }
}

/// What an object is that lacks the field with the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without {
    /// Not the body that was asked for.
    Malformed,
    /// One that lists nothing.
    Empty,
}

fn items<T>(loose: Loose, read: impl Fn(Loose) -> Option<T>) -> Vec<T> {
    match loose {
        Loose::List(list) => list.into_iter().filter_map(|item| noted(item, &read)).collect(),
        bare => noted(bare, read).into_iter().collect(),
    }
}

/// What `read` makes of a value. Where that is nothing, although something was there, it is noted.
fn noted<T>(loose: Loose, read: impl Fn(Loose) -> Option<T>) -> Option<T> {
    if loose == Loose::Nothing {
        return None;
    }
    let value = read(loose);
    if value.is_none() {
        note::<T>();
    }
    value
}

fn object_of<'de, T: Deserialize<'de>>(loose: Loose) -> Option<T> {
    match loose {
        object @ Loose::Object(_) => T::deserialize(object).ok(),
        _ => None,
    }
}

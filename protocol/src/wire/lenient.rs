//! Reads bodies leniently: an odd part costs only that part.
//!
//! Null counts as missing, an odd item of a list is left out, an odd field counts as missing, and a single
//! value counts as a list of one. Each reader first takes its whole value, as [`Loose`], and then reads
//! from it. Only a body that is no JSON, or that lacks a required member, is an error.
//!
//! Types are read by [`reads`], field by field and by name, with a few functions for all of them. Derived
//! readers would have code of their own for each type, 9 kB more in the widget.

mod left_out;
mod loose;
mod members;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use self::left_out::note;
pub use self::left_out::{LeftOut, left_out};
pub use self::loose::{DEEPEST, Loose, OfLoose};
pub(crate) use self::members::Members;

/// How a type is read, by serde and as a part of another: the members of its object by their names.
macro_rules! reads {
    ($name:ident, $of:ident => $read:expr) => {
        impl $crate::wire::lenient::OfLoose for $name {
            fn of_loose(loose: $crate::wire::lenient::Loose) -> Option<Self> {
                let mut $of = $crate::wire::lenient::Members::of(loose)?;
                let read = $read;
                $of.settle(read)
            }
        }

        $crate::wire::lenient::read_by_serde!($name);
    };
}
pub(crate) use reads;

macro_rules! read_by_serde {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::wire::lenient::read(from, stringify!($name))
            }
        }
    };
}
pub(crate) use read_by_serde;

/// A whole body, or any other value: a `kind`.
pub(crate) fn read<'de, D, T>(from: D, kind: &'static str) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: OfLoose,
{
    let read = T::of_loose(Loose::deserialize(from)?);
    read.ok_or_else(|| D::Error::custom(format_args!("not of the form of {kind}")))
}

/// A list that is the whole body, or a field of it.
pub(crate) fn body_list<T: OfLoose>(
    body: Loose,
    field: &'static str,
    without: Without,
) -> Option<Vec<T>> {
    if matches!(body, Loose::List(_)) {
        return Some(items(body));
    }
    let mut of = Members::of(body)?;
    let listed = match without {
        Without::Malformed => of.listed(field)?,
        Without::Empty => of.list(field),
    };
    of.settle(listed)
}

/// How to read an object without the field for the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without {
    /// It is another body.
    Malformed,
    /// It lists nothing.
    Empty,
}

/// The items of a list. A single value counts as a list of one.
pub(crate) fn items<T: OfLoose>(loose: Loose) -> Vec<T> {
    let list = match loose {
        Loose::List(list) => list,
        bare => vec![bare],
    };
    let mut items = Vec::new();
    // A loop, since the compiler would make a new chain of iterators for each type.
    for item in list {
        if let Some(item) = noted(item) {
            items.push(item);
        }
    }
    items
}

/// Reads a value. A value that cannot be read is noted as left out.
fn noted<T: OfLoose>(loose: Loose) -> Option<T> {
    if matches!(loose, Loose::Nothing) {
        return None;
    }
    let value = T::of_loose(loose);
    if value.is_none() {
        note::<T>();
    }
    value
}

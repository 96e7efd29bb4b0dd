//! How the types are written that the widget writes, too.

/// The members that are there, by their names on the wire: as a map and not as a struct. For the names of structs
/// `serde-wasm-bindgen` keeps a table, which is 1.5 kB of what a page loads.
#[macro_export]
macro_rules! writes {
    ($name:ident $(<$life:lifetime>)?, $it:ident => { $($member:literal: $value:expr,)+ }) => {
        impl $(<$life>)? serde::Serialize for $name $(<$life>)? {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let $it = self;
                let mut members = serde::Serializer::serialize_map(to, None)?;
                $(if let Some(value) = $value {
                    serde::ser::SerializeMap::serialize_entry(&mut members, $member, value)?;
                })+
                serde::ser::SerializeMap::end(members)
            }
        }
    };
}

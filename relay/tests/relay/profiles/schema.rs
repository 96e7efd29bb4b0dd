//! The profiles that come with the relay are sound, and the schema for editors agrees with the types: each member and
//! each word is in both.

use protocol::profile::{
    Affiliated, AfterPickUp, AppReturns, Challenge, ClockStart, Context, DeviceHeader, IdFormat,
    IdsUntil, Ipv6, Method, MethodDevice, Need, Note, Preference, Profile, Profiles,
};
use protocol::wire::{Approach, ScaStatus};
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::{Value, json};

const DATA: &str = include_str!("../../../../protocol/data/profiles.toml");
const SCHEMA: &str = include_str!("../../../../protocol/data/profiles.schema.json");

pub(super) fn profiles() -> Profiles {
    toml::from_str(DATA).unwrap()
}

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

#[test]
fn the_profiles_that_come_with_the_relay_are_sound() {
    let profiles = profiles();
    profiles.check().unwrap();
    assert!(profiles.unknown.is_some());
    let bics: Vec<_> = profiles.bank.iter().filter_map(|bank| bank.bic.as_ref()).collect();
    assert_eq!(bics.len(), 8);
    for bank in &profiles.bank {
        assert!(!bank.statuses.is_empty(), "{:?}", bank.bic);
        assert!(bank.usual_days < bank.longest_days, "limits by the second bite: {:?}", bank.bic);
    }
}

/// Reads no value, but says which members its type has.
struct Members<'a>(&'a mut Vec<&'static str>);

impl<'de> Deserializer<'de> for Members<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.0.extend(fields);
        Err(Error::custom("read"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("no struct"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn members<T: DeserializeOwned>() -> Vec<&'static str> {
    let mut members = Vec::new();
    assert!(T::deserialize(Members(&mut members)).is_err());
    members.sort_unstable();
    members
}

#[test]
fn schema_and_types_have_the_same_members() {
    let schema = schema();
    let def = |name: &str| schema["$defs"][name].clone();
    for (object, members) in [
        (schema.clone(), members::<Profiles>()),
        (def("profile"), members::<Profile>()),
        (def("method"), members::<Method>()),
        (def("affiliated"), members::<Affiliated>()),
        (def("note"), members::<Note>()),
    ] {
        assert!(!members.is_empty(), "{object}");
        let mut named: Vec<_> = object["properties"].as_object().unwrap().keys().collect();
        named.sort_unstable();
        assert_eq!(named, members);
        assert_eq!(object["additionalProperties"], false);
    }
}

#[test]
fn schema_and_types_have_the_same_words() {
    let schema = schema();
    let property = |def: &str, name: &str| schema["$defs"][def]["properties"][name].clone();
    for (place, words) in [
        (property("profile", "preference"), Preference::WORDS),
        (property("profile", "headers")["items"].clone(), DeviceHeader::WORDS),
        (property("profile", "psu_id"), Need::WORDS),
        (property("profile", "psu_id_corporate"), Need::WORDS),
        (property("profile", "psu_id_format"), IdFormat::WORDS),
        (property("profile", "corporate_id"), Need::WORDS),
        (property("profile", "corporate_id_format"), IdFormat::WORDS),
        (property("profile", "ids_until"), IdsUntil::WORDS),
        (property("profile", "ipv6"), Ipv6::WORDS),
        (property("profile", "after_pick_up"), AfterPickUp::WORDS),
        (property("profile", "pick_up_from"), ClockStart::WORDS),
        (property("profile", "app_returns"), AppReturns::WORDS),
        (property("method", "device"), MethodDevice::WORDS),
        (property("method", "challenge"), Challenge::WORDS),
        (property("note", "context"), Context::WORDS),
    ] {
        assert_eq!(place["enum"], Value::from(words), "{place}");
    }
    for word in property("profile", "statuses")["items"]["enum"].as_array().unwrap() {
        let status = ScaStatus::from(word.as_str().unwrap().to_owned());
        assert!(!matches!(status, ScaStatus::Unknown(_)), "{word}");
    }
    for word in property("profile", "approaches")["items"]["enum"].as_array().unwrap() {
        let approach = Approach::from(word.as_str().unwrap().to_owned());
        assert!(!matches!(approach, Approach::Unknown(_)), "{word}");
    }
}

#[test]
fn the_schema_names_the_defaults_that_the_types_have() {
    let schema = schema();
    let mut named = 0;
    for (name, property) in schema["$defs"]["profile"]["properties"].as_object().unwrap() {
        let Some(default) = property.get("default") else { continue };
        let said: Profile = serde_json::from_value(json!({ name.as_str(): default })).unwrap();
        assert_eq!(said, Profile::default(), "{name}");
        named += 1;
    }
    assert!(named > 15, "{named}");
}

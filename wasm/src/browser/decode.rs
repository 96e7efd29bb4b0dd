//! Bodies out of the browser's own `JSON.parse` into the types of the wire.
//!
//! The crate `serde-wasm-bindgen` does the same for every type there is, and costs a third of the size budget:
//! its errors print floats, and each struct is matched by the text of its fields. This one reads what
//! a body can hold, gives a struct its fields in their order, and says no more than "malformed".

use std::fmt::{self, Display};
use std::slice;

use js_sys::{Array, Object, Reflect};
use serde::de::{DeserializeSeed, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use wasm_bindgen::{JsCast, JsValue};

/// A value of `JSON.parse`, to be read once.
pub(crate) struct Json(pub(crate) JsValue);

/// The value is not of the form that its type has.
#[derive(Debug)]
pub(crate) struct Malformed;

impl<'de> Deserializer<'de> for Json {
    type Error = Malformed;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if let Some(text) = self.0.as_string() {
            visitor.visit_string(text)
        } else if let Some(array) = self.0.dyn_ref::<Array>() {
            visitor.visit_seq(Items { array, next: 0 })
        } else if self.0.is_object() {
            let names = Object::keys(self.0.unchecked_ref::<Object>());
            visitor.visit_map(Members { object: &self.0, names: &names, next: 0 })
        } else if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_unit()
        } else {
            // What may come in several forms is never a number or a truth.
            Err(Malformed)
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_string(self.0.as_string().ok_or(Malformed)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let array = self.0.dyn_ref::<Array>().ok_or(Malformed)?;
        visitor.visit_seq(Items { array, next: 0 })
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_bool(self.0.as_bool().ok_or(Malformed)?)
    }

    /// Ages are the only numbers of the wire that the widget reads.
    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let number = self.0.as_f64().ok_or(Malformed)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds: whole, positive, and far below 2^53; what is not saturates"
        )]
        visitor.visit_u64(number as u64)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.0.is_null() || self.0.is_undefined() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        if !self.0.is_object() {
            return Err(Malformed);
        }
        visitor.visit_seq(Fields { object: &self.0, names: fields.iter() })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char str bytes byte_buf unit
        unit_struct newtype_struct tuple tuple_struct map enum identifier
    }
}

/// The fields of a struct in their order, as if the object were a list of them: so a type brings no code
/// that tells its fields apart. One that is not there takes its default; if it has none, it is missed.
struct Fields<'a> {
    object: &'a JsValue,
    names: slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Malformed> {
        let name = self.names.next().ok_or(Malformed)?;
        let member = get(self.object, name);
        // A member that is null is one that is not there.
        if member.is_undefined() || member.is_null() {
            return Ok(None);
        }
        seed.deserialize(Json(member)).map(Some)
    }
}

/// All members of an object, by name.
struct Members<'a> {
    object: &'a JsValue,
    names: &'a Array,
    next: u32,
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Malformed> {
        if self.next == self.names.length() {
            return Ok(None);
        }
        seed.deserialize(Json(self.names.get(self.next))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Malformed> {
        let name = self.names.get(self.next);
        self.next += 1;
        seed.deserialize(Json(Reflect::get(self.object, &name).map_err(|_| Malformed)?))
    }
}

struct Items<'a> {
    array: &'a Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Malformed> {
        if self.next == self.array.length() {
            return Ok(None);
        }
        self.next += 1;
        seed.deserialize(Json(self.array.get(self.next - 1))).map(Some)
    }
}

/// A member of an object; undefined where there is none, or no object.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

impl Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed")
    }
}

impl std::error::Error for Malformed {}

/// Each cause by itself, so that the texts that serde has for them are not part of the module.
impl Error for Malformed {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use protocol::wire::{AccountList, AspspList, Returned, SessionConsents, UpdatePsuDataResult};
    use serde::Deserialize;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::{Json, Malformed};

    wasm_bindgen_test_configure!(run_in_browser);

    fn read<'de, T: Deserialize<'de>>(text: &str) -> Result<T, Malformed> {
        T::deserialize(Json(js_sys::JSON::parse(text).expect("the test's text is JSON")))
    }

    #[wasm_bindgen_test]
    fn a_list_is_read_bare_and_in_its_field() {
        let bank = r#"{"bicFi":"ESSESESS","name":"SEB","id":7,"more":{"deep":[1,true,null]}}"#;
        let bare: AspspList = read(&format!("[{bank}]")).expect("it is of the form");
        let field: AspspList =
            read(&format!(r#"{{"total":1,"aspsps":[{bank}]}}"#)).expect("it is of the form");
        assert_eq!(bare, field);
        assert_eq!(bare.aspsps[0].name, "SEB");
        assert_eq!(bare.aspsps[0].logo_url, None);
    }

    #[wasm_bindgen_test]
    fn a_challenge_is_read_as_text_as_a_list_and_as_nothing() {
        for (data, expected) in [(r#""t""#, 1), (r#"["t","u"]"#, 2), ("[]", 0), ("null", 0)] {
            let text = format!(r#"{{"scaStatus":"started","challengeData":{{"data":{data}}}}}"#);
            let result: UpdatePsuDataResult = read(&text).expect("it is of the form");
            assert_eq!(result.challenge_data.expect("it is there").data.len(), expected, "{data}");
        }
    }

    #[wasm_bindgen_test]
    fn what_the_relay_keeps_is_read_with_its_ages_and_truths() {
        let text = r#"{"consents":[{"consentId":"c-1","bicFi":"NDEASESS","consentStatus":"received",
            "validUntil":"2027-02-20","redirectPreferred":false,"ageMillis":4000000000,
            "authorisation":{"authorisationId":"a-1","scaApproach":"REDIRECT","scaStatus":"started",
            "ageMillis":0,"returned":"completed"}}]}"#;
        let session: SessionConsents = read(text).expect("it is of the form");
        let kept = &session.consents[0];
        assert_eq!((kept.redirect_preferred, kept.age_millis), (Some(false), 4_000_000_000));
        let authorisation = kept.authorisation.as_ref().expect("it is there");
        assert_eq!(authorisation.returned, Some(Returned::Completed));
        for wrong in [text.replace("false", "\"no\""), text.replace("4000000000", "\"old\"")] {
            assert!(read::<SessionConsents>(&wrong).is_err(), "{wrong}");
        }
    }

    #[wasm_bindgen_test]
    fn what_is_not_of_the_form_is_malformed() {
        for text in ["null", "7", "true", r#""x""#, "[]", "{}", r#"{"accounts":7}"#] {
            assert!(read::<AccountList>(text).is_err(), "{text}");
        }
        let number = r#"{"accounts":[{"currency":752}]}"#;
        assert!(read::<AccountList>(number).is_err());
    }
}

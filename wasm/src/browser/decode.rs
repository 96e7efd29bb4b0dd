//! Bodies out of the browser's own `JSON.parse` into the types of the wire.
//!
//! Each field is named here once more, as in `encode.rs`: code that a generic reader makes for each type was a
//! tenth of all that a page loads. [`Answer::read`] reads the same with `serde`.

mod bank;
mod consent;

use std::cell::Cell;
use std::str::FromStr;

use js_sys::{Array, Reflect};
use protocol::Call;
use protocol::flow::{Answer, Target};
use wasm_bindgen::{JsCast, JsValue};

/// Reads the body that a good answer to a request to `target` has; `None` where it is of another form.
pub(super) fn answer(target: &Target, body: JsValue) -> Option<Answer> {
    let sound = Cell::new(true);
    let body = Object { value: body, sound: &sound };
    let answer = match target {
        Target::SessionConsents => Answer::Session(consent::session(&body)),
        Target::Profile(_) => Answer::Profile(bank::facts(&body)),
        Target::Call(call) => match call {
            Call::ListAspsps { .. } => Answer::Aspsps(bank::aspsps(&body)),
            Call::ReadAspsp { .. } => Answer::Aspsp(Box::new(bank::details(&body))),
            Call::CreateConsent => Answer::ConsentCreated(consent::created(&body)?),
            Call::StartAuthorisation { .. } => {
                Answer::AuthorisationStarted(consent::started(&body)?)
            }
            Call::UpdatePsuData { .. } | Call::ReadScaStatus { .. } => {
                Answer::Sca(consent::result(&body))
            }
            Call::ReadConsentStatus { .. } => Answer::ConsentState(consent::state(&body)),
            Call::ReadConsent { .. } => Answer::Consent(consent::granted(&body)),
            Call::ListAccounts { .. } => Answer::Accounts(bank::accounts(&body)),
            _ => Answer::Unread,
        },
    };
    sound.get().then_some(answer)
}

/// A value of which members are read. One of another form than it should be is noted for the whole body, and
/// reading goes on: to stop at each of them would be a part of the module.
struct Object<'a> {
    value: JsValue,
    sound: &'a Cell<bool>,
}

impl Object<'_> {
    /// A member; `None` where it is null, which is as if it were not there.
    #[inline(never)]
    fn member(&self, name: &str) -> Option<Self> {
        let value = get(&self.value, name);
        let there = !value.is_null() && !value.is_undefined();
        there.then_some(Self { value, sound: self.sound })
    }

    /// A text that may be missing.
    #[inline(never)]
    fn perhaps(&self, name: &str) -> Option<String> {
        let text = self.member(name)?.value.as_string();
        if text.is_none() {
            self.sound.set(false);
        }
        text
    }

    /// A text that must be there.
    #[inline(never)]
    fn text(&self, name: &str) -> String {
        let text = self.perhaps(name);
        if text.is_none() {
            self.sound.set(false);
        }
        text.unwrap_or_default()
    }

    /// An id, if there is one.
    fn id<T: FromStr>(&self, name: &str) -> Option<T> {
        let id = self.perhaps(name)?.parse().ok();
        if id.is_none() {
            self.sound.set(false);
        }
        id
    }

    /// A number, if there is one: ages, days and seconds are all that the widget reads, and they are whole.
    #[inline(never)]
    fn number(&self, name: &str) -> Option<f64> {
        let number = self.member(name)?.value.as_f64();
        if number.is_none() {
            self.sound.set(false);
        }
        number
    }

    /// The items of a list that must be there, each read by `read`.
    fn items<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Vec<T> {
        let mut items = Vec::new();
        let Some(list) = self.value.dyn_ref::<Array>() else {
            self.sound.set(false);
            return items;
        };
        for at in 0..list.length() {
            match read(&Self { value: list.get(at), sound: self.sound }) {
                Some(item) => items.push(item),
                None => self.sound.set(false),
            }
        }
        items
    }

    /// The items of a list that must be there.
    fn must<T>(&self, name: &str, read: impl Fn(&Self) -> Option<T>) -> Vec<T> {
        Self { value: get(&self.value, name), sound: self.sound }.items(read)
    }

    /// The items of a list; none where there is no list.
    fn list<T>(&self, name: &str, read: impl Fn(&Self) -> Option<T>) -> Vec<T> {
        self.member(name).map_or_else(Vec::new, |list| list.items(read))
    }
}

/// A member of an object; undefined where there is none, or no object.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use protocol::Call;
    use protocol::flow::{Answer, Target};
    use protocol::profile::{AfterPickUp, Context, Facts, IdFormat, MethodDevice, Need};
    use protocol::wire::Returned;
    use protocol::{Balances, concat};
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::answer;

    wasm_bindgen_test_configure!(run_in_browser);

    fn read(target: &Target, text: &str) -> Option<Answer> {
        answer(target, js_sys::JSON::parse(text).expect("the test's text is JSON"))
    }

    fn banks(text: &str) -> Option<Answer> {
        let call = Call::ListAspsps { countries: Vec::new(), cities: Vec::new() };
        read(&Target::Call(call), text)
    }

    fn accounts(text: &str) -> Option<Answer> {
        read(&Target::Call(Call::ListAccounts { balances: Balances::Included }), text)
    }

    fn facts(text: &str) -> Option<Facts> {
        let bic = "ESSESESS".parse().expect("it is of the form");
        match read(&Target::Profile(bic), text)? {
            Answer::Profile(facts) => Some(facts),
            _ => None,
        }
    }

    #[wasm_bindgen_test]
    fn a_list_is_read_bare_and_in_its_field() {
        let bank = r#"{"bicFi":"ESSESESS","name":"SEB","id":7,"more":{"deep":[1,true,null]}}"#;
        let bare = banks(&concat(&["[", bank, "]"])).expect("it is of the form");
        let field = banks(&concat(&[r#"{"total":1,"aspsps":["#, bank, "]}"]));
        let Answer::Aspsps(list) = &bare else { panic!("{bare:?}") };
        assert_eq!((list.aspsps[0].name.as_str(), &list.aspsps[0].logo_url), ("SEB", &None));
        assert_eq!(Some(bare), field);
    }

    #[wasm_bindgen_test]
    fn a_challenge_is_read_as_text_as_a_list_and_as_nothing() {
        let [consent, authorisation] = ["c-1", "a-1"];
        let call = Call::ReadScaStatus {
            consent: consent.parse().expect("it is of the form"),
            authorisation: authorisation.parse().expect("it is of the form"),
        };
        for (data, expected) in [(r#""t""#, 1), (r#"["t","u"]"#, 2), ("[]", 0), ("null", 0)] {
            let parts = [r#"{"scaStatus":"started","challengeData":{"data":"#, data, "}}"];
            let read = read(&Target::Call(call.clone()), &concat(&parts));
            let Some(Answer::Sca(result)) = read else { panic!("{read:?}") };
            assert_eq!(result.challenge_data.expect("it is there").data.len(), expected, "{data}");
        }
    }

    #[wasm_bindgen_test]
    fn what_the_relay_keeps_is_read_with_its_ages_and_truths() {
        let text = r#"{"context":"corporate","consents":[{"consentId":"c-1","bicFi":"NDEASESS","consentStatus":"received",
            "validUntil":"2027-02-20","redirectPreferred":false,
            "accountsListed":true,"ageMillis":4000000000,
            "affiliatedAspspId":"08999",
            "authorisation":{"authorisationId":"a-1","scaApproach":"REDIRECT","scaStatus":"started",
            "ageMillis":0,"returned":"completed"}}]}"#;
        let read = |text: &str| read(&Target::SessionConsents, text);
        let Some(Answer::Session(session)) = read(text) else { panic!("{:?}", read(text)) };
        assert_eq!(session.context, Some(Context::Corporate));
        let kept = &session.consents[0];
        assert_eq!((kept.redirect_preferred, kept.age_millis), (Some(false), 4_000_000_000));
        assert_eq!(
            kept.affiliated_aspsp_id.as_ref().map(ToString::to_string),
            Some("08999".into())
        );
        let authorisation = kept.authorisation.as_ref().expect("it is there");
        assert_eq!(authorisation.returned, Some(Returned::Completed));
        for (of, by) in [("false", "\"no\""), ("4000000000", "\"old\""), ("08999", "0 8")] {
            assert_eq!(read(&text.replace(of, by)), None, "{by}");
        }
    }

    #[wasm_bindgen_test]
    fn what_is_known_of_a_bank_is_read_and_the_rest_is_safe() {
        assert_eq!(facts("{}"), Some(Facts::default()));
        let text = r#"{"bic":"SWEDSESS","psu_id_corporate":"must","psu_id_format":"se-personal",
            "methods":[{"id":"mbid","device":"other","challenge":"token"}],"scans":2,
            "after_pick_up":"goes","app_returns":"perhaps","usual_days":119,"unread":[{}],
            "notes":[{"context":"corporate","sv":"S","en":"E","fi":"F","nb":"N","da":"D"}]}"#;
        let facts = facts(text).expect("it is of the form");
        assert_eq!(facts.methods[0].device, MethodDevice::Other);
        assert_eq!((facts.scans, facts.usual_days, facts.longest_days), (2, 119, 180));
        assert_eq!(facts.after_pick_up, AfterPickUp::Goes);
        assert_eq!(facts.app_returns, Facts::default().app_returns, "nobody knows the word");
        let person = facts.person_in(Context::Corporate);
        assert_eq!(person, (Need::Must, IdFormat::SePersonal));
        let told = |context| facts.notes_in(context).map(|it| it.words("nb")).collect::<Vec<_>>();
        assert_eq!((told(Context::Corporate), told(Context::Private)), (vec!["N"], vec![]));
    }

    #[wasm_bindgen_test]
    fn what_is_not_of_the_form_is_malformed() {
        for text in ["null", "7", "true", r#""x""#, "[]", "{}", r#"{"accounts":7}"#] {
            assert_eq!(accounts(text), None, "{text}");
        }
        for text in [r#"{"accounts":[{"currency":752}]}"#, r#"{"accounts":[{"name":"x"}]}"#] {
            assert_eq!(accounts(text), None, "{text}");
        }
        assert_eq!(facts(r#"{"methods":"all"}"#), None);
    }
}

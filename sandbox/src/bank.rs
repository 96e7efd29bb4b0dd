//! Banks and their quirks, as data: `data/banks.toml` is the only place where one bank differs from
//! another. No code may ask for a bank by its BIC.

mod redirect;

use std::time::Duration;

use protocol::id::{AffiliatedId, BicFi, CountryCode};
use protocol::wire::ScaStatus;
use serde::{Deserialize, Serialize};

pub(crate) use self::redirect::{Kind, PageMethod, Proof, Redirect, Stage, UserId};

/// A bank.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bank {
    /// Names it in every call.
    pub(crate) bic: BicFi,
    /// What people call it.
    pub(crate) name: String,
    pub(crate) country: CountryCode,
    /// Where it is listed, by name; the first holds its head office if `head_office` names no other.
    pub(crate) cities: Vec<String>,
    head_office: Option<String>,
    pub(crate) street_address: String,
    pub(crate) postal_code: String,
    pub(crate) website_url: String,
    /// What it wants on consent calls besides the platform's own headers.
    #[serde(default)]
    pub(crate) required_headers: Vec<String>,
    /// The banks of its group.
    #[serde(default)]
    pub(crate) affiliated: Vec<Affiliated>,
    /// The decoupled approach, if it has it.
    decoupled: Option<Decoupled>,
    /// The redirect approach, if it has it.
    pub(crate) redirect: Option<Redirect>,
    /// What becomes of `TPP-Redirect-Preferred` after the consent was made.
    #[serde(default)]
    pub(crate) preference: Preference,
    /// For developers: what is odd about it.
    notes: String,
}

/// A bank of a group.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Affiliated {
    pub(crate) id: AffiliatedId,
    pub(crate) name: String,
}

/// How a bank lets persons approve in the BankID app.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decoupled {
    condition: Condition,
    /// The methods, in the order in which the bank offers them.
    pub(crate) methods: Vec<Method>,
    /// What starts the seconds of the first order.
    pub(crate) clock: ClockStart,
    pick_up_seconds: u64,
    sign_seconds: Option<u64>,
    /// What becomes of the challenge once the app has the order.
    pub(crate) challenge_after_pick_up: AfterPickUp,
    /// What is signed one after the other: at least one thing, each with an order of its own.
    pub(crate) steps: Vec<Step>,
}

/// One signature.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The SCA status while it is waited for.
    pub(crate) status: ScaStatus,
    /// What the app shows.
    pub(crate) text: String,
}

/// When a bank takes the decoupled approach.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Condition {
    Always,
    /// Only where `TPP-Redirect-Preferred` is `false`.
    RedirectNotPreferred,
}

/// What a bank makes of `TPP-Redirect-Preferred` on the calls about a consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Preference {
    /// It must be on all of them as on the first.
    OneValue,
    #[default]
    AnyValue,
}

/// What starts the seconds to the pick-up of the first order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClockStart {
    /// The start of the authorisation.
    Authorisation,
    /// The choice of the method.
    Method,
}

/// What becomes of the challenge once the app has the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AfterPickUp {
    Goes,
    Stays,
}

/// An SCA method (names seen in the platform's sample).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    /// BankID on another device, from a start token.
    Mbid,
    /// BankID on this device, from a start token.
    MbidSameDevice,
    /// BankID on another device, from the text of an animated QR code.
    MbidAnimatedQrToken,
    /// BankID on another device, from the picture of an animated QR code.
    MbidAnimatedQrImage,
}

/// What a client said in `TPP-Redirect-Preferred`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RedirectPreference {
    Unsaid,
    Preferred,
    NotPreferred,
}

/// How a bank proves who a person is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Approach<'a> {
    /// In the BankID app, by these rules.
    Decoupled(&'a Decoupled),
    /// On the bank's own page, by these rules.
    Redirect(&'a Redirect),
}

impl Bank {
    /// The approach that the bank takes when a client prefers what it said.
    pub(crate) fn approach(&self, preference: RedirectPreference) -> Approach<'_> {
        match (&self.decoupled, &self.redirect) {
            (Some(rules), _) if rules.condition.holds(preference) => Approach::Decoupled(rules),
            (_, Some(rules)) => Approach::Redirect(rules),
            _ => panic!("a test finds an approach of every bank for every preference"),
        }
    }

    /// The city of its head office.
    pub(crate) fn head_office(&self) -> &str {
        self.head_office.as_ref().unwrap_or(&self.cities[0])
    }

    /// The names of its approaches, as its details list them.
    pub(crate) fn approach_names(&self) -> Vec<&'static str> {
        let redirect = self.redirect.as_ref().map(|rules| match rules.kind {
            Kind::Oauth => "OAuth2",
            Kind::Plain => "Redirect",
        });
        let decoupled = self.decoupled.as_ref().map(|_| "Decoupled");
        decoupled.into_iter().chain(redirect).collect()
    }
}

impl Decoupled {
    /// How long the app has to pick an order up.
    pub(crate) const fn pick_up_time(&self) -> Duration {
        Duration::from_secs(self.pick_up_seconds)
    }

    /// How long the person has to sign after the pick-up; `None` where the pick-up gains no time.
    pub(crate) fn sign_time(&self) -> Option<Duration> {
        self.sign_seconds.map(Duration::from_secs)
    }
}

impl Condition {
    fn holds(self, preference: RedirectPreference) -> bool {
        match self {
            Self::Always => true,
            Self::RedirectNotPreferred => preference == RedirectPreference::NotPreferred,
        }
    }
}

impl Method {
    /// The name on the wire.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Mbid => "mbid",
            Self::MbidSameDevice => "mbid_same_device",
            Self::MbidAnimatedQrToken => "mbid_animated_qr_token",
            Self::MbidAnimatedQrImage => "mbid_animated_qr_image",
        }
    }

    /// What a bank calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mbid => "Mobile BankID on another device",
            Self::MbidSameDevice => "Mobile BankID on this device",
            Self::MbidAnimatedQrToken => "Mobile BankID by animated QR code",
            Self::MbidAnimatedQrImage => "Mobile BankID by animated QR picture",
        }
    }

    /// The kind by the OpenAPI document's `authenticationType`.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Mbid | Self::MbidSameDevice => "PUSH_OTP",
            Self::MbidAnimatedQrToken | Self::MbidAnimatedQrImage => "PHOTO_OTP",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Approach, RedirectPreference};
    use crate::directory::Directory;

    #[test]
    fn every_bank_is_in_a_city_and_every_decoupled_one_has_methods_and_steps() {
        for bank in &Directory::get().banks {
            assert!(!bank.cities.is_empty(), "{}", bank.bic);
            if let Some(rules) = &bank.decoupled {
                assert!(!rules.methods.is_empty(), "{}", bank.bic);
                assert!(!rules.steps.is_empty(), "{}", bank.bic);
            }
        }
    }

    #[test]
    fn every_bank_has_an_approach_and_only_swedbanks_is_a_matter_of_preference() {
        let decoupled = |preference| {
            let banks = Directory::get().banks.iter();
            let decoupled =
                banks.filter(|bank| matches!(bank.approach(preference), Approach::Decoupled(_)));
            decoupled.map(|bank| bank.bic.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(
            decoupled(RedirectPreference::NotPreferred),
            ["ESSESESS", "HANDSESS", "SWEDSESS"]
        );
        assert_eq!(decoupled(RedirectPreference::Preferred), ["ESSESESS", "HANDSESS"]);
        assert_eq!(decoupled(RedirectPreference::Unsaid), ["ESSESESS", "HANDSESS"]);
    }
}

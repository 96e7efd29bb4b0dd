//! How a bank lets persons approve in the BankID app: the profile's rules, and the texts that the simulated
//! app shows.

use std::time::Duration;

use protocol::profile::{AfterPickUp, Challenge, ClockStart, Method, MethodDevice, Profile};
use protocol::wire::{Approach, ScaStatus};
use serde::{Deserialize, Serialize};

use super::RedirectPreference;

/// What the sandbox invents for a bank's app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecoupledData {
    /// What the app shows at each signature.
    texts: Vec<String>,
}

/// How a bank lets persons approve in the BankID app.
#[derive(Debug, Serialize)]
pub(crate) struct Decoupled {
    condition: Condition,
    /// The methods, in the order in which the bank offers them. It is not the order of preference, so that
    /// a client that takes the first one fails its tests.
    pub(crate) methods: Vec<Method>,
    /// What starts the countdown of the first order.
    pub(crate) clock: ClockStart,
    pick_up_seconds: u64,
    sign_seconds: Option<u64>,
    /// What happens to the challenge once the app has the order.
    pub(crate) challenge_after_pick_up: AfterPickUp,
    /// The SCA statuses before the first order, if the profile has any.
    pub(crate) before: Vec<ScaStatus>,
    /// The signatures, one after the other: at least one, each with an order of its own.
    pub(crate) steps: Vec<Step>,
}

/// One signature.
#[derive(Debug, Serialize)]
pub(crate) struct Step {
    /// The SCA statuses while the bank waits for the signature, at least one: one a second.
    pub(crate) statuses: Vec<ScaStatus>,
    /// What the app shows.
    pub(crate) text: String,
}

/// When a bank takes the decoupled approach.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Condition {
    Always,
    /// Only where `TPP-Redirect-Preferred` is `false`.
    RedirectNotPreferred,
}

impl Decoupled {
    /// Joins the rules of `profile` with the texts of `data`, or says what contradicts.
    pub(super) fn join(data: DecoupledData, profile: &Profile) -> Result<Self, &'static str> {
        let condition = match profile.approaches[..] {
            [_] => Condition::Always,
            _ => Condition::RedirectNotPreferred,
        };
        let statuses = profile.statuses.iter().filter(|it| !it.is_final()).cloned();
        let (before, waits): (Vec<_>, Vec<_>) = statuses.partition(|it| *it == ScaStatus::Received);
        let steps = steps(waits, data.texts, profile.scans)?;
        if profile.after_pick_up == AfterPickUp::Unknown {
            return Err("needs to say whether the challenge goes");
        }
        let sign_seconds = profile.sign_seconds.ok_or("needs its seconds to sign")?;
        let mut methods: Vec<_> = profile.methods_of(Approach::Decoupled).cloned().collect();
        methods.sort_by_key(|it| (it.challenge, it.device == MethodDevice::This));
        Ok(Self {
            condition,
            methods,
            clock: profile.pick_up_from,
            pick_up_seconds: profile.pick_up_seconds,
            sign_seconds: Some(sign_seconds).filter(|seconds| *seconds > 0),
            challenge_after_pick_up: profile.after_pick_up,
            before,
            steps,
        })
    }

    /// Whether the bank takes this approach for this preference of the client.
    pub(super) fn holds(&self, preference: RedirectPreference) -> bool {
        match self.condition {
            Condition::Always => true,
            Condition::RedirectNotPreferred => preference == RedirectPreference::NotPreferred,
        }
    }

    /// How long the app has to pick an order up.
    pub(crate) const fn pick_up_time(&self) -> Duration {
        Duration::from_secs(self.pick_up_seconds)
    }

    /// How long the person has to sign after the pick-up; `None` where the pick-up adds no time.
    pub(crate) fn sign_time(&self) -> Option<Duration> {
        self.sign_seconds.map(Duration::from_secs)
    }
}

/// A step for each scan. A bank with one scan goes through all statuses in it; else each scan has one
/// status.
fn steps(waits: Vec<ScaStatus>, texts: Vec<String>, scans: u64) -> Result<Vec<Step>, &'static str> {
    let statuses: Vec<Vec<_>> = match (scans, waits.len()) {
        (1, 1..) => vec![waits],
        _ => waits.into_iter().map(|status| vec![status]).collect(),
    };
    if u64::try_from(statuses.len()) != Ok(scans) || statuses.len() != texts.len() {
        return Err("needs a status and a text for each scan");
    }
    let steps = statuses.into_iter().zip(texts);
    Ok(steps.map(|(statuses, text)| Step { statuses, text }).collect())
}

/// The name that the bank gives a method.
pub(crate) const fn method_name(method: &Method) -> &'static str {
    match (method.challenge, method.device) {
        (Challenge::Token, MethodDevice::This) => "Mobile BankID on this device",
        (Challenge::Token, _) => "Mobile BankID on another device",
        (Challenge::Text, _) => "Mobile BankID by animated QR code",
        (Challenge::Picture, _) => "Mobile BankID by animated QR picture",
        (Challenge::Page, _) => "Mobile BankID on the bank's page",
    }
}

/// The kind of a method by the OpenAPI document's `authenticationType`.
pub(crate) const fn method_kind(method: &Method) -> &'static str {
    match method.challenge {
        Challenge::Token | Challenge::Page => "PUSH_OTP",
        Challenge::Text | Challenge::Picture => "PHOTO_OTP",
    }
}

#[cfg(test)]
mod tests {
    use protocol::profile::{AfterPickUp, Profile};
    use protocol::wire::ScaStatus::{
        Finalised, PsuAuthenticated, PsuIdentified, Received, Started,
    };

    use super::{Decoupled, DecoupledData};

    #[test]
    fn an_order_goes_through_all_statuses_where_there_is_one_scan() {
        let profile = Profile {
            statuses: vec![Received, Started, PsuIdentified, PsuAuthenticated, Finalised],
            after_pick_up: AfterPickUp::Goes,
            sign_seconds: Some(180),
            ..Profile::default()
        };
        let data = || DecoupledData { texts: vec!["Allow access.".to_owned()] };
        let rules = Decoupled::join(data(), &profile).unwrap();
        assert_eq!(rules.before, [Received]);
        assert_eq!(rules.steps.len(), 1);
        assert_eq!(rules.steps[0].statuses, [Started, PsuIdentified, PsuAuthenticated]);
        for profile in [
            Profile { scans: 2, ..profile.clone() },
            Profile { statuses: vec![Received], ..profile },
        ] {
            assert!(Decoupled::join(data(), &profile).is_err());
        }
    }
}

//! How a bank lets persons approve on a page of its own, as data: the profile's methods and statuses, and
//! the look of the simulated page. The HTML stands elsewhere.

use std::time::Duration;

use protocol::id::MethodId;
use protocol::profile::Profile;
use protocol::wire::{Approach, ScaStatus};
use serde::{Deserialize, Serialize};

/// What the sandbox invents for a bank's page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RedirectData {
    kind: Kind,
    methods: Vec<PageMethod>,
    #[serde(default)]
    user_id: UserId,
    seconds: u64,
    look: Look,
}

/// The redirect approach of a bank.
#[derive(Debug, Serialize)]
pub(crate) struct Redirect {
    pub(crate) kind: Kind,
    /// The methods, in the order in which the bank offers them.
    pub(crate) methods: Vec<PageMethod>,
    statuses: Statuses,
    pub(crate) user_id: UserId,
    seconds: u64,
    pub(crate) look: Look,
}

/// How the redirect ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// With a code that the client exchanges (`_links.scaOAuth`).
    Oauth,
    /// With the person's return alone (`_links.scaRedirect`).
    Plain,
}

/// An SCA method on the bank's page.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageMethod {
    pub(crate) id: MethodId,
    pub(crate) name: String,
    /// The kind by the OpenAPI document's `authenticationType`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) proof: Proof,
}

/// How a person authenticates on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Proof {
    /// By the buttons of the page alone.
    Buttons,
    /// In the bank's own app, which the page simulates.
    CodeApp,
    /// By a code from a list on paper, which the page shows.
    CodeList,
}

/// Whether the page asks who the person is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum UserId {
    Asked,
    #[default]
    NotAsked,
}

/// The SCA status of each stage but the last, which is `finalised` everywhere.
#[derive(Debug, Serialize)]
struct Statuses {
    created: ScaStatus,
    opened: ScaStatus,
    identified: ScaStatus,
    approved: ScaStatus,
}

/// How far a person is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The authorisation exists; the person has not opened the page.
    Created,
    /// The page is open.
    Opened,
    /// The bank knows the person: by a user id, or by the app.
    Identified,
    /// The person has approved, and the code is not exchanged yet.
    Approved,
}

/// What the page looks like. Everything in it is invented.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    /// The name of the bank's login service.
    pub(crate) service: String,
    /// The colour of its head and its buttons.
    pub(crate) brand: Colour,
    /// The colour behind the page.
    pub(crate) page: Colour,
    pub(crate) shape: Shape,
    pub(crate) font: Font,
}

/// A colour as `#rrggbb`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Colour(String);

/// The corners of what the page shows.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shape {
    Square,
    Soft,
    Round,
}

/// The letters of the page.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Font {
    Sans,
    Serif,
}

impl Redirect {
    /// Joins the page of `data` with the methods and statuses of `profile`, or says what contradicts.
    pub(super) fn join(data: RedirectData, profile: &Profile) -> Result<Self, &'static str> {
        let RedirectData { kind, methods, user_id, seconds, look } = data;
        let known = profile.methods_of(Approach::Redirect).map(|method| &method.id);
        if !known.eq(methods.iter().map(|method| &method.id)) {
            return Err("needs the methods of its profile for its page");
        }
        let statuses = Statuses::of(&profile.statuses)
            .ok_or("needs statuses for its page: one to four, and the end")?;
        Ok(Self { kind, methods, statuses, user_id, seconds, look })
    }

    /// The time after its start at which an authorisation fails.
    pub(crate) const fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// The SCA status at a stage.
    pub(crate) fn status(&self, stage: Stage) -> &ScaStatus {
        let Statuses { created, opened, identified, approved } = &self.statuses;
        match stage {
            Stage::Created => created,
            Stage::Opened => opened,
            Stage::Identified => identified,
            Stage::Approved => approved,
        }
    }

    /// The method with this id.
    pub(crate) fn method(&self, id: &MethodId) -> Option<&PageMethod> {
        self.methods.iter().find(|method| method.id == *id)
    }
}

impl Statuses {
    /// Reads the stages off a bank's order of statuses. `received` comes before all others; a stage without
    /// a status of its own has that of the stage before.
    fn of(order: &[ScaStatus]) -> Option<Self> {
        let (_, order) = order.split_last()?;
        let created = order.first()?;
        let later = if *created == ScaStatus::Received { &order[1..] } else { order };
        let (opened, identified, approved) = match later {
            [] => (created, created, created),
            [one] => (one, one, one),
            [opened, approved] => (opened, opened, approved),
            [opened, identified, approved] => (opened, identified, approved),
            _ => return None,
        };
        let [created, opened, identified, approved] =
            [created, opened, identified, approved].map(ScaStatus::clone);
        Some(Self { created, opened, identified, approved })
    }
}

impl Look {
    /// The look as custom properties of CSS.
    pub(crate) fn css(&self) -> String {
        let Self { brand: Colour(brand), page: Colour(page), shape, font, .. } = self;
        let corner = match shape {
            Shape::Square => "0",
            Shape::Soft => "6px",
            Shape::Round => "22px",
        };
        let font = match font {
            Font::Sans => "system-ui, sans-serif",
            Font::Serif => "Georgia, \"Noto Serif\", serif",
        };
        format!(
            ":root {{ --brand: {brand}; --page: {page}; --corner: {corner}; --font: {font}; }}\n"
        )
    }
}

impl TryFrom<String> for Colour {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text.strip_prefix('#').unwrap_or_default();
        let good = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if good { Ok(Self(text)) } else { Err("a colour is #rrggbb") }
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;
    use crate::directory::Directory;

    #[test]
    fn no_stage_looks_like_an_end_and_methods_are_distinct() {
        for bank in &Directory::get().banks {
            let Some(rules) = &bank.redirect else { continue };
            for stage in [Stage::Created, Stage::Opened, Stage::Identified, Stage::Approved] {
                assert!(!rules.status(stage).is_final(), "{} {stage:?}", bank.bic);
            }
            assert!(!rules.methods.is_empty(), "{}", bank.bic);
            for method in &rules.methods {
                let same = rules.methods.iter().filter(|it| it.id == method.id);
                assert_eq!(same.count(), 1, "{} {}", bank.bic, method.id);
            }
        }
    }

    #[test]
    fn each_bank_has_a_look_of_its_own() {
        let banks = Directory::get().banks.iter();
        let looks: Vec<_> =
            banks.filter_map(|bank| bank.redirect.as_ref()).map(|rules| rules.look.css()).collect();
        for (index, look) in looks.iter().enumerate() {
            assert!(!looks[..index].contains(look), "{look}");
        }
    }
}

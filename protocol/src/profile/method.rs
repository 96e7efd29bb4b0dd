//! The SCA methods of a bank: which one is for which device, and what it shows.

use serde::{Deserialize, Serialize};

use super::word::words;
use super::{Approach, Profile};
use crate::id::MethodId;

/// An SCA method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Its name on the wire (OpenAPI `authenticationMethodId`).
    pub id: MethodId,
    /// Where the person's app is.
    pub device: MethodDevice,
    /// What the person must act on.
    pub challenge: Challenge,
}

words! {
    /// Where the app is, seen from the page.
    MethodDevice {
        /// On the page's own device: the bank wants a start by link.
        This = "this",
        /// On another one: the bank wants a start by QR code.
        Other = "other",
        /// On either.
        Any = "any",
    }
}

words! {
    /// What the person must act on.
    #[derive(PartialOrd, Ord)]
    Challenge {
        /// A start token, for a link or for a QR code that stands still.
        Token = "token",
        /// The text of a QR code, new each second.
        Text = "text",
        /// The picture of a QR code, new each second.
        Picture = "picture",
        /// Nothing here: the bank's own page asks.
        Page = "page",
    }
}

impl Method {
    /// The approach that it belongs to.
    pub fn approach(&self) -> Approach {
        match self.challenge {
            Challenge::Page => Approach::Redirect,
            Challenge::Token | Challenge::Text | Challenge::Picture => Approach::Decoupled,
        }
    }
}

impl Profile {
    /// The methods of an approach, the best first.
    pub fn methods_of(&self, approach: Approach) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(move |method| method.approach() == approach)
    }

    /// The method to choose among those that the bank offers: the best one for the app's place,
    /// which is `This` or `Other`; `Any` takes the best of all.
    pub fn best_method<'a>(
        &self,
        place: MethodDevice,
        approach: &Approach,
        mut offered: impl Iterator<Item = &'a MethodId> + Clone,
    ) -> Option<&'a MethodId> {
        let fits = |method: &&Method| {
            method.approach() == *approach
                && (method.device == place
                    || method.device == MethodDevice::Any
                    || place == MethodDevice::Any)
        };
        let mut ranked = self.methods.iter().filter(fits);
        ranked.find_map(|method| offered.clone().find(|id| **id == method.id)).or_else(|| {
            // A method that nobody has described may still be the bank's only one.
            offered.find(|id| self.methods.iter().all(|method| method.id != **id))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Challenge, Method, MethodDevice};
    use crate::id::MethodId;
    use crate::profile::Profile;
    use crate::wire::Approach;

    fn profile(methods: &[(&str, MethodDevice, Challenge)]) -> Profile {
        let method = |(id, device, challenge): &(&str, _, _)| Method {
            id: id.parse().expect("a method's id"),
            device: *device,
            challenge: *challenge,
        };
        Profile { methods: methods.iter().map(method).collect(), ..Profile::default() }
    }

    #[test]
    fn the_best_method_that_is_offered_fits_the_place_of_the_app() {
        use Challenge::{Page, Picture, Token};
        use MethodDevice::{Any, Other, This};
        let profile = profile(&[
            ("picture", Other, Picture),
            ("here", This, Token),
            ("either", Any, Token),
            ("either", Any, Page),
        ]);
        let ids = |names: &[&str]| -> Vec<MethodId> {
            names.iter().map(|name| name.parse().expect("a method's id")).collect()
        };
        for (place, approach, offered, expect) in [
            (Other, Approach::Decoupled, &["either", "here", "picture"][..], Some("picture")),
            (Other, Approach::Decoupled, &["here", "either"], Some("either")),
            (This, Approach::Decoupled, &["either", "here", "picture"], Some("here")),
            (This, Approach::Decoupled, &["picture", "either"], Some("either")),
            (This, Approach::Decoupled, &["picture"], None),
            (This, Approach::Decoupled, &["picture", "new"], Some("new")),
            (Any, Approach::Redirect, &["picture", "either"], Some("either")),
            (Other, Approach::Decoupled, &[], None),
        ] {
            let offered = ids(offered);
            let best = profile.best_method(place, &approach, offered.iter());
            assert_eq!(best.map(MethodId::as_str), expect, "{place:?} {offered:?}");
        }
    }
}

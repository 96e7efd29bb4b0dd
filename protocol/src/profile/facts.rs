//! The part of a profile that a page needs: the facts that the flow decides by and the person reads. The
//! JSON is that of the [`Profile`](super::Profile); other members are ignored.

use super::{
    AfterPickUp, AppReturns, ClockStart, Context, IdFormat, LONGEST_DAYS, MethodDevice, Need, Note,
    PICK_UP_SECONDS, USUAL_DAYS,
};
use crate::id::MethodId;
use crate::wire::lenient::{Loose, Members, OfLoose, reads};
use crate::wire::{AffiliatedAspsp, Approach};

/// Declares the struct. Each member has its reader, and a default value if its type has none.
macro_rules! facts {
    ($(#[$about:meta])* $name:ident {
        $($(#[$what:meta])* $member:ident: $kind:ty, $read:ident $(($default:expr))?;)*
    }) => {
        $(#[$about])*
        pub struct $name { $($(#[$what])* pub $member: $kind,)* }

        reads!($name, of => Self { $($member: of.$read(stringify!($member) $(, $default)?),)* });

        impl Default for $name {
            fn default() -> Self {
                Self { $($member: facts!($($default)?),)* }
            }
        }

        #[cfg(test)]
        const MEMBERS: &[&str] = &[$(stringify!($member)),*];
    };
    () => { Default::default() };
    ($default:expr) => { $default };
}

facts! {
    /// The facts that a page has about a bank. Each member is the profile's of that name, with the same
    /// default, which is safe for an unknown bank.
    #[derive(Clone, Debug, PartialEq, Eq)]
    Facts {
        /// How it authenticates a person.
        approaches: Vec<Approach>, list;
        /// The methods by preference, the best first.
        methods: Vec<Start>, list;
        /// The banks of its group.
        affiliated: Vec<AffiliatedAspsp>, list;
        /// Whether it needs `PSU-ID` in the private context.
        psu_id: Need, or_default;
        /// Whether it needs `PSU-ID` in the corporate context.
        psu_id_corporate: Need, or_default;
        /// The form of a `PSU-ID`.
        psu_id_format: IdFormat, or_default;
        /// Whether it needs `PSU-Corporate-ID` in the corporate context.
        corporate_id: Need, or_default;
        /// The form of a `PSU-Corporate-ID`.
        corporate_id_format: IdFormat, or_default;
        /// Company ids that the platform publishes for tests; none outside its test environment.
        corporate_id_tests: Vec<String>, list;
        /// How often the person has to start the app.
        scans: u32, or(1);
        /// What happens to the challenge once the app has the order.
        after_pick_up: AfterPickUp, or_default;
        /// Seconds to the pick-up of the order.
        pick_up_seconds: u32, or(PICK_UP_SECONDS);
        /// What starts these seconds.
        pick_up_from: ClockStart, or_default;
        /// Seconds that the pick-up adds for the signature; 0 where it adds none.
        sign_seconds: Option<u32>, perhaps;
        /// The longest lifetime of a consent, in days.
        longest_days: u32, or(LONGEST_DAYS);
        /// The days to ask for by default.
        usual_days: u32, or(USUAL_DAYS);
        /// Whether the app returns to the page.
        app_returns: AppReturns, or_default;
        /// What the person should read before anything starts.
        notes: Vec<Note>, list;
    }
}

/// What the person must do before the countdown to the pick-up ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEnd {
    /// The start of the app.
    Start,
    /// All of it, including the signature.
    Approval,
}

/// An SCA method, and the device of the app that it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Its id.
    pub id: MethodId,
    /// Where the person's app is.
    pub device: MethodDevice,
}

reads!(Start, of => Self {
    id: of.must("id")?,
    device: of.must("device")?,
});

/// Unlike the file of profiles, which takes no unknown member.
impl OfLoose for Note {
    fn of_loose(loose: Loose) -> Option<Self> {
        let mut of = Members::of(loose)?;
        let context = match of.take("context") {
            Loose::Nothing => None,
            // A note for an unknown context is dropped.
            context => Some(Context::of_loose(context)?),
        };
        let [sv, en, fi, nb, da] =
            [of.must("sv")?, of.must("en")?, of.must("fi")?, of.must("nb")?, of.must("da")?];
        of.settle(Self { context, sv, en, fi, nb, da })
    }
}

impl Facts {
    /// Whether the bank needs an id of the person, and its form.
    pub fn person_in(&self, context: Context) -> (Need, IdFormat) {
        let need = match context {
            Context::Private => self.psu_id,
            Context::Corporate => self.psu_id_corporate,
        };
        (need, self.psu_id_format)
    }

    /// Whether the bank needs an id of the company, and its form.
    pub fn company_in(&self, context: Context) -> (Need, IdFormat) {
        let need = match context {
            Context::Private => Need::Never,
            Context::Corporate => self.corporate_id,
        };
        (need, self.corporate_id_format)
    }

    /// What the person must do before the countdown to the pick-up ends.
    pub fn pick_up_to(&self) -> ClockEnd {
        if self.sign_seconds == Some(0) { ClockEnd::Approval } else { ClockEnd::Start }
    }

    /// The texts to read before the start in a context.
    pub fn notes_in(&self, context: Context) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(move |note| note.context.is_none_or(|only| only == context))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::{Facts, MEMBERS};
    use crate::profile::Profile;

    #[test]
    fn each_fact_is_a_member_of_the_profile_and_left_out_it_is_the_same() {
        for member in MEMBERS {
            // No member is of this form; only one that the profile does not have is unknown.
            let profile = serde_json::from_value::<Profile>(json!({ *member: { "a": {} } }));
            let error = profile.expect_err(member).to_string();
            assert!(!error.contains("unknown field"), "{error}");
        }
        let profile = to_value(Profile::default()).unwrap();
        assert_eq!(serde_json::from_value::<Facts>(profile).unwrap(), Facts::default());
    }
}

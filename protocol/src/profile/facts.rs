//! The part of a profile that a page needs: the facts that the flow decides by and the person reads. The
//! JSON is that of the [`Profile`](super::Profile); other members are ignored.

use super::{
    AfterPickUp, AppReturns, ClockStart, Context, IdFormat, LONGEST_DAYS, MethodDevice, Need, Note,
    PICK_UP_SECONDS, USUAL_DAYS,
};
use crate::id::MethodId;
use crate::wire::lenient::{Loose, Members, OfLoose, reads};
use crate::wire::{AffiliatedAspsp, Approach};

/// The facts that a page has about a bank. Each member is the profile's of that name, with the same
/// default, which is safe for an unknown bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How it authenticates a person.
    pub approaches: Vec<Approach>,
    /// The methods by preference, the best first.
    pub methods: Vec<Start>,
    /// The banks of its group.
    pub affiliated: Vec<AffiliatedAspsp>,
    /// Whether it needs `PSU-ID` in the private context.
    pub psu_id: Need,
    /// Whether it needs `PSU-ID` in the corporate context.
    pub psu_id_corporate: Need,
    /// The form of a `PSU-ID`.
    pub psu_id_format: IdFormat,
    /// Whether it needs `PSU-Corporate-ID` in the corporate context.
    pub corporate_id: Need,
    /// The form of a `PSU-Corporate-ID`.
    pub corporate_id_format: IdFormat,
    /// Company ids that the platform publishes for tests; none outside its test environment.
    pub corporate_id_tests: Vec<String>,
    /// How often the person has to start the app.
    pub scans: u32,
    /// What happens to the challenge once the app has the order.
    pub after_pick_up: AfterPickUp,
    /// Seconds to the pick-up of the order.
    pub pick_up_seconds: u32,
    /// What starts these seconds.
    pub pick_up_from: ClockStart,
    /// Seconds that the pick-up adds for the signature; 0 where it adds none.
    pub sign_seconds: Option<u32>,
    /// The longest lifetime of a consent, in days.
    pub longest_days: u32,
    /// The days to ask for by default.
    pub usual_days: u32,
    /// Whether the app returns to the page.
    pub app_returns: AppReturns,
    /// What the person should read before anything starts.
    pub notes: Vec<Note>,
}

reads!(Facts, of => Self {
    approaches: of.list("approaches"),
    methods: of.list("methods"),
    affiliated: of.list("affiliated"),
    psu_id: of.or_default("psu_id"),
    psu_id_corporate: of.or_default("psu_id_corporate"),
    psu_id_format: of.or_default("psu_id_format"),
    corporate_id: of.or_default("corporate_id"),
    corporate_id_format: of.or_default("corporate_id_format"),
    corporate_id_tests: of.list("corporate_id_tests"),
    scans: of.perhaps("scans").unwrap_or(1),
    after_pick_up: of.or_default("after_pick_up"),
    pick_up_seconds: of.perhaps("pick_up_seconds").unwrap_or(PICK_UP_SECONDS),
    pick_up_from: of.or_default("pick_up_from"),
    sign_seconds: of.perhaps("sign_seconds"),
    longest_days: of.perhaps("longest_days").unwrap_or(LONGEST_DAYS),
    usual_days: of.perhaps("usual_days").unwrap_or(USUAL_DAYS),
    app_returns: of.or_default("app_returns"),
    notes: of.list("notes"),
});

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

impl Default for Facts {
    fn default() -> Self {
        Self {
            approaches: Vec::new(),
            methods: Vec::new(),
            affiliated: Vec::new(),
            psu_id: Need::default(),
            psu_id_corporate: Need::default(),
            psu_id_format: IdFormat::default(),
            corporate_id: Need::default(),
            corporate_id_format: IdFormat::default(),
            corporate_id_tests: Vec::new(),
            scans: 1,
            after_pick_up: AfterPickUp::default(),
            pick_up_seconds: PICK_UP_SECONDS,
            pick_up_from: ClockStart::default(),
            sign_seconds: None,
            longest_days: LONGEST_DAYS,
            usual_days: USUAL_DAYS,
            app_returns: AppReturns::default(),
            notes: Vec::new(),
        }
    }
}

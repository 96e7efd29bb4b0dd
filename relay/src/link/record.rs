//! What a store keeps, as types.

use protocol::id::{AffiliatedId, AuthorisationId, BicFi, ConsentId, MethodId};
use protocol::profile::Context;
use protocol::wire::{Approach, ConsentStatus, Entry, Returned, ScaStatus};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::crypto::key::{CodeKey, SessionKey};
use crate::crypto::seal::Sealed;
use crate::link::return_page::KeptPage;

/// A consent, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Its name at the platform.
    pub id: ConsentId,
    /// The session that created it.
    pub session: SessionKey,
    /// The bank that it was created at.
    pub bank: BicFi,
    /// The bank of its group, where it speaks for several.
    pub affiliated: Option<AffiliatedId>,
    /// The entry of the list of banks that was chosen.
    pub entry: Option<Entry>,
    /// Whose accounts it is for.
    pub context: Context,
    /// The `TPP-Redirect-Preferred` that it was created with.
    pub redirect_preferred: Option<bool>,
    /// How far it was when the platform was asked last.
    pub status: ConsentStatus,
    /// The last day that was asked for, `yyyy-MM-dd`.
    pub valid_until: String,
    /// When it was created.
    pub created: Timestamp,
    /// The page that the person is brought back to.
    pub return_page: Option<KeptPage>,
    /// The person's id at the bank, until the authorisation has ended.
    pub psu: Option<Sealed>,
    /// Whether the relay ended it: its own browser wanted it gone, or somebody came back in another one.
    pub ended: Ended,
    /// When the relay heard that the bank had the person's approval.
    pub approved: Option<Timestamp>,
    /// Whether its accounts were listed for a page.
    pub listed: bool,
    /// Its authorisations, the oldest first.
    pub authorisations: Vec<Authorisation>,
}

/// Whether the relay has ended a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It has not.
    No,
    /// It has, and the platform is still to be told.
    Here,
    /// It has, and the platform has deleted it.
    Everywhere,
}

/// An authorisation of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorisation {
    /// Its name at the platform.
    pub id: AuthorisationId,
    /// When it was started.
    pub started: Timestamp,
    /// The method that was chosen.
    pub method: Option<MethodId>,
    /// The approach that the bank named.
    pub approach: Option<Approach>,
    /// How far it was when the platform was asked last.
    pub status: ScaStatus,
    /// How the person came back.
    pub returned: Option<Returned>,
    /// When they came back without a code, which says nothing of what they did at the bank.
    pub arrived: Option<Timestamp>,
}

/// Something that is learned of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The platform told its status.
    Status(ConsentStatus),
    /// The platform told how far an authorisation is.
    Sca(AuthorisationId, ScaStatus),
    /// The person chose a method, and the bank an approach.
    Method(AuthorisationId, Option<MethodId>, Approach),
    /// The person came back.
    Returned(AuthorisationId, Returned),
    /// The person came back without a code.
    Arrived(AuthorisationId),
    /// Its accounts were listed for a page.
    Listed,
    /// The relay ended it; the platform has been told, or is still to be.
    Ended(Ended),
    /// The platform could not be told so.
    NotDeleted {
        /// When it is tried again.
        again: Timestamp,
    },
}

/// A consent that the platform is about to be asked for, whose id only its answer tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The `X-Request-ID` that the platform is asked with.
    pub request: Uuid,
    /// The bank that it is to be created at.
    pub bank: BicFi,
    /// Whose accounts it is to be for.
    pub context: Context,
    /// When it was asked for.
    pub begun: Timestamp,
}

/// A consent that was ended here and is to be deleted at the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The consent.
    pub consent: Consent,
    /// How often that failed before.
    pub failures: u32,
}

/// What the use of a state means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// The person is back in the browser that began; how, where that says something of the authorisation.
    Own(Option<Returned>),
    /// The same, with a code that the platform is sent now.
    Exchange(CodeKey),
    /// Somebody came back in another browser: the consent is ended.
    Foreign,
}

/// A return that is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnState {
    /// The session that is to come back.
    pub session: SessionKey,
    /// The consent that it is about.
    pub consent: ConsentId,
    /// The authorisation that it is about.
    pub authorisation: AuthorisationId,
    /// What the return brings.
    pub kind: ReturnKind,
    /// When it is too late.
    pub expires: Timestamp,
    /// Whether it was used.
    pub used: bool,
    /// The code that it was used with.
    pub code: Option<CodeKey>,
}

/// What a return brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnKind {
    /// A code that is to be exchanged (guide, step 4b; `_links.scaOAuth`).
    Code,
    /// The person alone (`_links.scaRedirect`).
    Plain,
    /// The person, from the BankID app on the same device.
    App,
}

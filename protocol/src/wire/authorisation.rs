//! Authorisations: how a person authenticates (OpenAPI `startScaprocessResponse`,
//! `selectPsuAuthenticationMethodResponse`, `scaStatusResponse`).

use serde::{Deserialize, Serialize};

use super::lenient::reads;
use super::{Links, vocabulary};
use crate::id::{AuthorisationId, MethodId};
use crate::writes;

/// The answer to a new authorisation (guide, consent API step 2). Its `Location` is the address of step 3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorisationStarted {
    /// The SCA status.
    pub sca_status: ScaStatus,
    /// The authorisation's id.
    pub authorisation_id: AuthorisationId,
    /// The methods to choose from, without those that calls cannot name.
    pub sca_methods: Vec<ScaMethod>,
    /// The method that the bank has chosen, where there was only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen_sca_method: Option<ScaMethod>,
    /// The challenge, where the bank needs no choice of a method first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge_data: Option<ChallengeData>,
    /// The links to the next steps.
    #[serde(rename = "_links")]
    pub links: Links,
    /// The bank's message to the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub psu_message: Option<String>,
}

reads!(AuthorisationStarted, of => Self {
    authorisation_id: of.must("authorisationId")?,
    sca_status: of.or_default("scaStatus"),
    sca_methods: of.list("scaMethods"),
    chosen_sca_method: of.perhaps("chosenScaMethod"),
    challenge_data: of.perhaps("challengeData"),
    links: of.or_default("_links"),
    psu_message: of.perhaps("psuMessage"),
});

/// An SCA method (OpenAPI `authenticationObject`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScaMethod {
    /// The id that step 3 sends back, such as `mbid`.
    pub authentication_method_id: MethodId,
    /// The kind of method, such as `PUSH_OTP`.
    pub authentication_type: String,
    /// The bank's name of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The bank's explanation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

reads!(ScaMethod, of => Self {
    authentication_method_id: of.must("authenticationMethodId")?,
    authentication_type: of.or_default("authenticationType"),
    name: of.perhaps("name"),
    explanation: of.perhaps("explanation"),
});

/// The authorisations of a consent (OpenAPI `authorisations`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorisationList {
    /// Their ids.
    pub authorisation_ids: Vec<AuthorisationId>,
}

reads!(AuthorisationList, of => Self {
    authorisation_ids: of.list("authorisationIds"),
});

/// The body of an update of PSU data (guide, consent API step 3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdatePsuData {
    /// The chosen method.
    pub authentication_method_id: MethodId,
}

writes!(UpdatePsuData, it => {
    "authenticationMethodId": Some(it.authentication_method_id.as_str()),
});

/// The answer to an update of PSU data. The answer to a question for the SCA status is a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePsuDataResult {
    /// The SCA status.
    pub sca_status: ScaStatus,
    /// The challenge, while the person must act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenge_data: Option<ChallengeData>,
    /// The bank's page, for the redirect approach.
    #[serde(rename = "_links")]
    pub links: Links,
    /// The bank's message to the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub psu_message: Option<String>,
}

reads!(UpdatePsuDataResult, of => Self {
    sca_status: of.or_default("scaStatus"),
    challenge_data: of.perhaps("challengeData"),
    links: of.or_default("_links"),
    psu_message: of.perhaps("psuMessage"),
});

vocabulary! {
    /// The status of an authorisation (OpenAPI `scaStatus`). Banks differ in their order.
    ScaStatus {
        /// Created.
        Received = "received",
        /// The bank knows the person's identity.
        PsuIdentified = "psuIdentified",
        /// The person is authenticated.
        PsuAuthenticated = "psuAuthenticated",
        /// A method is chosen.
        ScaMethodSelected = "scaMethodSelected",
        /// The method runs.
        Started = "started",
        /// The first of two signatures runs (Swedbank).
        AuthenticationStarted = "authenticationStarted",
        /// Payments only.
        AuthoriseCreditorAccountStarted = "authoriseCreditorAccountStarted",
        /// Done.
        Finalised = "finalised",
        /// Done without SCA.
        Exempted = "exempted",
        /// Failed, or cancelled by the person.
        Failed = "failed",
    }
}

impl AuthorisationStarted {
    /// Whether no choice of a method is left: the bank has chosen one, needs none, or is done.
    pub fn goes_on_by_itself(&self) -> bool {
        let runs = match &self.sca_status {
            ScaStatus::Received | ScaStatus::PsuIdentified | ScaStatus::PsuAuthenticated => false,
            ScaStatus::ScaMethodSelected | ScaStatus::Started => self.chosen_sca_method.is_some(),
            status => status.is_final(),
        };
        runs || self.challenge_data.is_some() || self.sca_methods.is_empty()
    }
}

impl ScaMethod {
    /// A method that is known by its id only.
    pub(crate) fn unnamed(authentication_method_id: MethodId) -> Self {
        let authentication_type = String::new();
        Self { authentication_method_id, authentication_type, name: None, explanation: None }
    }
}

/// An answer without a status does not change it.
impl Default for ScaStatus {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

impl ScaStatus {
    /// Whether the answer had a status.
    pub fn is_known(&self) -> bool {
        !self.as_str().is_empty()
    }

    /// Whether the authorisation has ended, with success or without: it will not change again.
    pub fn is_final(&self) -> bool {
        self.is_approved() || *self == Self::Failed
    }

    /// Whether the bank has the person's approval, or needs none.
    pub fn is_approved(&self) -> bool {
        matches!(self, Self::Finalised | Self::Exempted)
    }
}

/// A challenge (OpenAPI `challengeData`). The method decides which field counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChallengeData {
    /// A start token or a QR text: the guide reads a list, the OpenAPI document says a string; both are read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<String>,
    /// A picture: base64 of a PNG, or a whole `data:image/...` address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A text that the person must see (OpenAPI: the TPP is obliged to show it).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_information: Option<String>,
}

reads!(ChallengeData, of => Self {
    data: of.list("data"),
    image: of.perhaps("image"),
    additional_information: of.perhaps("additionalInformation"),
});

//! What is read of consents and their authorisations, those that the relay keeps among them.

use protocol::wire::{
    Approach, AuthorisationStarted, ChallengeData, Consent, ConsentCreated, ConsentState,
    ConsentStatus, Cookie, KeptAuthorisation, KeptConsent, Link, Links, Returned, ScaMethod,
    ScaStatus, SessionConsents, UpdatePsuDataResult,
};

use super::Object;

pub(super) fn created(body: &Object<'_>) -> Option<ConsentCreated> {
    let consent_id = body.id("consentId")?;
    Some(ConsentCreated { consent_id, consent_status: status(body), links: links(body) })
}

pub(super) fn state(body: &Object<'_>) -> ConsentState {
    ConsentState { consent_status: status(body) }
}

pub(super) fn started(body: &Object<'_>) -> Option<AuthorisationStarted> {
    Some(AuthorisationStarted {
        authorisation_id: body.id("authorisationId")?,
        sca_status: sca_status(body),
        sca_methods: body.list("scaMethods", method),
        chosen_sca_method: body.member("chosenScaMethod").and_then(|chosen| method(&chosen)),
        challenge_data: body.member("challengeData").map(|data| challenge(&data)),
        links: links(body),
        psu_message: body.perhaps("psuMessage"),
    })
}

fn method(method: &Object<'_>) -> Option<ScaMethod> {
    Some(ScaMethod {
        authentication_method_id: method.id("authenticationMethodId")?,
        authentication_type: method.text("authenticationType"),
        name: method.perhaps("name"),
        explanation: method.perhaps("explanation"),
    })
}

pub(super) fn result(body: &Object<'_>) -> UpdatePsuDataResult {
    UpdatePsuDataResult {
        sca_status: sca_status(body),
        challenge_data: body.member("challengeData").map(|data| challenge(&data)),
        links: links(body),
        psu_message: body.perhaps("psuMessage"),
    }
}

pub(super) fn session(body: &Object<'_>) -> SessionConsents {
    SessionConsents {
        consents: body.must("consents", kept),
        context: body.perhaps("context").and_then(|word| word.parse().ok()),
        now_millis: millis(body, "nowMillis"),
        cookie: body.perhaps("cookie").map(Cookie::from),
    }
}

fn kept(consent: &Object<'_>) -> Option<KeptConsent> {
    let authorisation = match consent.member("authorisation") {
        Some(authorisation) => Some(kept_authorisation(&authorisation)?),
        None => None,
    };
    Some(KeptConsent {
        consent_id: consent.id("consentId")?,
        bic_fi: consent.id("bicFi")?,
        affiliated_aspsp_id: consent.id("affiliatedAspspId"),
        consent_status: status(consent),
        valid_until: consent.text("validUntil"),
        redirect_preferred: match consent.member("redirectPreferred") {
            Some(preferred) => Some(preferred.value.as_bool()?),
            None => None,
        },
        accounts_listed: consent.member("accountsListed")?.value.as_bool()?,
        age_millis: millis(consent, "ageMillis")?,
        authorisation,
    })
}

fn kept_authorisation(authorisation: &Object<'_>) -> Option<KeptAuthorisation> {
    Some(KeptAuthorisation {
        authorisation_id: authorisation.id("authorisationId")?,
        authentication_method_id: authorisation.id("authenticationMethodId"),
        sca_approach: authorisation.perhaps("scaApproach").map(Approach::from),
        sca_status: sca_status(authorisation),
        age_millis: millis(authorisation, "ageMillis")?,
        returned: authorisation.perhaps("returned").map(Returned::from),
        app_return: authorisation.perhaps("appReturn"),
    })
}

/// The data are a text, a list of texts, or nothing.
fn challenge(challenge: &Object<'_>) -> ChallengeData {
    let data = match challenge.member("data") {
        Some(data) => match data.value.as_string() {
            Some(text) => vec![text],
            None => data.items(|text| text.value.as_string()),
        },
        None => Vec::new(),
    };
    ChallengeData {
        data,
        image: challenge.perhaps("image"),
        additional_information: challenge.perhaps("additionalInformation"),
    }
}

/// Of the links none is read but those to a bank's page.
fn links(body: &Object<'_>) -> Links {
    let links = body.member("_links");
    let link = |name| {
        let link = links.as_ref()?.member(name)?;
        Some(Link { href: link.text("href") })
    };
    Links { sca_oauth: link("scaOAuth"), sca_redirect: link("scaRedirect"), ..Links::default() }
}

fn millis(body: &Object<'_>, name: &str) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds: whole, positive, and far below 2^53; what is not saturates"
    )]
    body.number(name).map(|millis| millis as u64)
}

fn status(body: &Object<'_>) -> ConsentStatus {
    body.text("consentStatus").into()
}

fn sca_status(body: &Object<'_>) -> ScaStatus {
    body.text("scaStatus").into()
}

pub(super) fn granted(body: &Object<'_>) -> Consent {
    let number = |name| body.number(name).unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "reads a day: one digit; what is not saturates"
    )]
    let frequency_per_day = number("frequencyPerDay") as u32;
    Consent {
        recurring_indicator: false,
        valid_until: body.perhaps("validUntil").unwrap_or_default(),
        frequency_per_day,
        last_action_date: String::new(),
        consent_status: body.perhaps("consentStatus").unwrap_or_default().into(),
    }
}

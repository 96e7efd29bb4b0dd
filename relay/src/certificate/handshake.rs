//! Why there is no TLS with the platform, in words for the operator.
//!
//! A refusal of the client's certificate may reach the relay after its own side of the handshake is
//! done (TLS 1.3), so this module examines every failed request, not only failed connections.

use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError, Error, PeerMisbehaved};

/// Which side does not trust the other, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What happened.
    pub reason: &'static str,
    /// What to do.
    pub advice: &'static str,
}

/// Whether the relay showed a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It has one.
    Certificate,
    /// It has none.
    Nothing,
}

/// When TLS failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// While the connection was made.
    Handshake,
    /// Once the request was on its way.
    Request,
}

/// The failure of TLS in `error`, if that is what failed.
pub(crate) fn refusal(
    error: &(dyn StdError + 'static),
    shown: Shown,
    moment: Moment,
) -> Option<Refusal> {
    Some(match tls_error(error)? {
        Error::PeerMisbehaved(PeerMisbehaved::TooManyRenegotiationRequests) => RENEGOTIATION,
        // The platform's answer to a client that declines renegotiation; the first handshake is long over.
        Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::NoRenegotiation,
        ) if moment == Moment::Request => RENEGOTIATION,
        Error::AlertReceived(alert) => by_platform(*alert, shown),
        Error::InvalidCertificate(cause) => by_relay(cause),
        _ => Refusal {
            reason: "TLS with the platform failed",
            advice: "check that AIS_RELAY_AUTH_URL and AIS_RELAY_API_URL name the platform, and \
                     that nothing between breaks TLS open",
        },
    })
}

fn by_platform(alert: AlertDescription, shown: Shown) -> Refusal {
    let reason = match alert {
        AlertDescription::CertificateExpired => {
            "the platform says that the client certificate has expired"
        }
        AlertDescription::CertificateRevoked => {
            "the platform says that the client certificate is revoked"
        }
        AlertDescription::UnknownCA => {
            "the platform does not know the authority of the client certificate"
        }
        AlertDescription::UnsupportedCertificate => {
            "the platform says that the certificate is not meant for clients"
        }
        AlertDescription::CertificateRequired | AlertDescription::NoCertificate => {
            "the platform demands a client certificate"
        }
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::AccessDenied
        | AlertDescription::HandshakeFailure
        | AlertDescription::DecryptError => "the platform refuses the client",
        _ => "the platform broke the TLS handshake off",
    };
    let advice = match shown {
        Shown::Nothing => {
            "set AIS_RELAY_CERTIFICATE_FILE to the client certificate from the developer portal"
        }
        Shown::Certificate => {
            "fetch a client certificate for this platform from the developer portal, set \
             AIS_RELAY_CERTIFICATE_FILE to it"
        }
    };
    Refusal { reason, advice }
}

fn by_relay(cause: &CertificateError) -> Refusal {
    let reason = match cause {
        // An authority with the name of a trusted one has signed with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the platform's certificate is of an authority that the relay does not trust"
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => {
            "the platform's certificate is not within its dates"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the platform's certificate is for another host"
        }
        _ => "the platform's certificate cannot be trusted",
    };
    Refusal {
        reason,
        advice: "check the two addresses of the platform and this machine's clock; where the \
                 platform has a private authority, set AIS_RELAY_CA_FILE to its certificate",
    }
}

/// A server that asks for the client's certificate only once it has read the request.
pub(crate) const RENEGOTIATION: Refusal = Refusal {
    reason: "the platform asked for TLS renegotiation, which the relay cannot do",
    advice: "have the platform ask for the client certificate in the first handshake, or speak TLS 1.3; \
             a proxy between that renegotiates must not",
};

/// The error of TLS among the causes of `error`. An IO error holds its cause beside the chain.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<Error>() {
            return Some(found);
        }
        let held = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = held.and_then(|held| tls_error(held)) {
            return Some(found);
        }
        next = cause.source();
    }
    None
}

//! Whether a certificate is usable: its key, dates, purpose and chain. This module does not judge who signed it:
//! only the platform knows which authorities it trusts.

use rustls::Error;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use time::Date;
use x509_parser::certificate::X509Certificate;
use x509_parser::parse_x509_certificate;
use x509_parser::time::ASN1Time;

use super::{CertificateError, Material, day};
use crate::clock::Timestamp;

/// What a check found of a usable certificate.
pub(super) struct Checked {
    /// Its last moment.
    pub until: Timestamp,
    /// The day on which the first expired issuer in the chain expired.
    pub issuer_ended: Option<Date>,
}

/// Checks all.
pub(super) fn check(material: &Material, now: Timestamp) -> Result<Checked, CertificateError> {
    let parties = material.chain.iter().map(|it| Party::of(it)).collect::<Result<Vec<_>, _>>()?;
    let own = parties.first().ok_or(CertificateError::NoCertificate)?;
    if !parties.windows(2).all(|pair| pair[0].is_issued_by(&pair[1])) {
        return Err(CertificateError::Order);
    }
    if !fits(&material.chain[0], &material.key)? {
        return Err(CertificateError::OtherKey);
    }
    own.check_purpose()?;
    // Neither side checks a root that is sent along.
    let above = parties.iter().skip(1).filter(|party| !party.is_its_own_issuer());
    let issuer_ended = above.map(Party::until).find(|until| now > *until).map(day);
    Ok(Checked { until: own.check_dates(now)?, issuer_ended })
}

/// `certificates` without expired ones that have a namesake within its dates: files often hold an authority's new
/// certificate beside its old one. The first, the client's own, stays.
pub(super) fn preferred(
    certificates: Vec<CertificateDer<'static>>,
    now: Timestamp,
) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let parties = certificates.iter().map(Party::of).collect::<Result<Vec<_>, _>>()?;
    let has_better = |party: &Party<'_>| {
        let better = |other: &Party<'_>| other.is_called_like(party) && other.is_in_date(now);
        !party.is_in_date(now) && parties.iter().skip(1).any(better)
    };
    let left_out: Vec<bool> = parties.iter().map(has_better).collect();
    drop(parties);
    let kept = certificates.into_iter().zip(left_out).enumerate();
    Ok(kept.filter(|(place, (_, out))| *place == 0 || !out).map(|(_, (it, _))| it).collect())
}

/// Whether `key` is the key of `certificate`.
pub(super) fn fits(
    certificate: &CertificateDer<'static>,
    key: &PrivateKeyDer<'static>,
) -> Result<bool, CertificateError> {
    let chain = vec![certificate.clone()];
    match CertifiedKey::from_der(chain, key.clone_key(), &default_provider()) {
        Ok(_) => Ok(true),
        Err(Error::InconsistentKeys(_)) => Ok(false),
        Err(Error::InvalidCertificate(_)) => Err(CertificateError::Damaged),
        Err(_) => Err(CertificateError::UnknownKey),
    }
}

/// One certificate of a chain, taken apart.
pub(super) struct Party<'a>(X509Certificate<'a>);

impl<'a> Party<'a> {
    pub(super) fn of(der: &'a CertificateDer<'_>) -> Result<Self, CertificateError> {
        match parse_x509_certificate(der) {
            Ok(([], certificate)) => Ok(Self(certificate)),
            _ => Err(CertificateError::Damaged),
        }
    }

    pub(super) fn is_issued_by(&self, other: &Self) -> bool {
        self.0.issuer().as_raw() == other.0.subject().as_raw()
    }

    fn is_called_like(&self, other: &Self) -> bool {
        self.0.subject().as_raw() == other.0.subject().as_raw()
    }

    pub(super) fn is_in_date(&self, now: Timestamp) -> bool {
        (moment(self.0.validity().not_before)..=self.until()).contains(&now)
    }

    fn until(&self) -> Timestamp {
        moment(self.0.validity().not_after)
    }

    pub(super) fn is_its_own_issuer(&self) -> bool {
        self.is_issued_by(self)
    }

    /// Clients sign with their key (RFC 5280, 4.2.1.3 and 4.2.1.12). A missing extension allows everything.
    fn check_purpose(&self) -> Result<(), CertificateError> {
        let usage = self.0.key_usage().map_err(|_| CertificateError::Damaged)?;
        let purposes = self.0.extended_key_usage().map_err(|_| CertificateError::Damaged)?;
        let signs = usage.is_none_or(|usage| usage.value.digital_signature());
        let is_for_clients = purposes.is_none_or(|it| it.value.client_auth || it.value.any);
        if signs && is_for_clients { Ok(()) } else { Err(CertificateError::NotForClients) }
    }

    fn check_dates(&self, now: Timestamp) -> Result<Timestamp, CertificateError> {
        let validity = self.0.validity();
        let (from, until) = (moment(validity.not_before), self.until());
        if now < from {
            return Err(CertificateError::NotYet(day(from)));
        }
        if now > until {
            return Err(CertificateError::Ended(day(until)));
        }
        Ok(until)
    }
}

/// Moments before 1970 become its beginning: the relay's clock never shows them.
fn moment(time: ASN1Time) -> Timestamp {
    let seconds = u64::try_from(time.timestamp()).unwrap_or_default();
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

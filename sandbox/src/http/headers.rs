//! Reads the headers of a call, and names the header when it refuses. Names are spelled as in the OpenAPI
//! document; HTTP compares them without case.

use std::net::IpAddr;
use std::str::FromStr;

use axum::http::HeaderMap;
use protocol::id::{AffiliatedId, BicFi, ConsentId};
use protocol::profile::{Context, IdFormat, Ipv6, Need};
use uuid::Uuid;

use crate::bank::{Bank, Occasion, RedirectPreference};
use crate::directory::Directory;
use crate::platform::{Presence, Refusal};
use crate::settings::AddressForm;

/// The headers of one call.
#[derive(Clone, Copy)]
pub(super) struct Headers<'a>(pub(super) &'a HeaderMap);

impl<'a> Headers<'a> {
    /// The token behind `Bearer`.
    pub(super) fn bearer(self) -> Result<&'a str, Refusal> {
        let value = self.one(AUTHORIZATION, "Bearer and the token");
        let value = value.ok().flatten().ok_or(Refusal::TokenMissing)?;
        let (scheme, token) = value.split_once(' ').ok_or(Refusal::TokenMissing)?;
        if scheme.eq_ignore_ascii_case("bearer") { Ok(token) } else { Err(Refusal::TokenMissing) }
    }

    /// The id of the call. It must be a uuid in its usual form, with hyphens.
    pub(super) fn request_id(self) -> Result<Uuid, Refusal> {
        let expected = "a uuid, new for each call";
        let missing = Refusal::Header { name: X_REQUEST_ID, expected };
        let value = self.one(X_REQUEST_ID, expected)?.ok_or(missing.clone())?;
        if value.len() == 36 { value.parse().map_err(|_| missing) } else { Err(missing) }
    }

    /// The bank that the call is for.
    pub(super) fn bank(self) -> Result<&'static Bank, Refusal> {
        let expected = "the BIC of a bank, such as ESSESESS";
        let missing = Refusal::Header { name: X_BIC_FI, expected };
        let bic: BicFi = self.parsed(X_BIC_FI, expected)?.ok_or(missing)?;
        Directory::get().bank(&bic).ok_or(Refusal::UnknownBank)
    }

    /// Checks the headers about the person's device that `bank` insists on at any of `occasions`.
    pub(super) fn suit(self, bank: &'static Bank, occasions: &[Occasion]) -> Result<(), Refusal> {
        let expected = "what the bank wants to know of the person's device";
        for name in bank.demands(occasions) {
            self.one(name, expected)?.ok_or(Refusal::Header { name, expected })?;
        }
        Ok(())
    }

    /// Checks the bank of the group, where the call names one.
    pub(super) fn affiliated(self, bank: &Bank) -> Result<(), Refusal> {
        let expected = "the id of a bank of the group";
        let name = X_AFFILIATED_ASPSP_ID;
        match self.parsed::<AffiliatedId>(name, expected)? {
            Some(_) if bank.affiliated.is_empty() => Err(Refusal::HeaderUnsupported { name }),
            Some(id) if bank.affiliated.iter().all(|it| it.id != id) => {
                Err(Refusal::Header { name, expected })
            }
            _ => Ok(()),
        }
    }

    /// Checks the headers about the person and the company, in the present `year`. It ignores those that
    /// `bank` does not use.
    pub(super) fn person(self, bank: &Bank, context: Context, year: i32) -> Result<(), Refusal> {
        let profile = &bank.profile;
        let year = u32::try_from(year).unwrap_or_default();
        for (name, need, format) in [
            (PSU_ID, profile.psu_id_in(context), profile.psu_id_format),
            (PSU_CORPORATE_ID, profile.corporate_id_in(context), profile.corporate_id_format),
        ] {
            if need == Need::Never {
                continue;
            }
            let expected = form(format);
            match self.one(name, expected)? {
                None if need == Need::May => {}
                Some(value) if format.read(value, year).is_ok() => {}
                Some(value) if name == PSU_CORPORATE_ID && profile.is_test_id(value) => {}
                _ => return Err(Refusal::Header { name, expected }),
            }
        }
        Ok(())
    }

    /// Whether the person asked for the call: the address of their device says so.
    pub(super) fn presence(self, bank: &Bank, addresses: AddressForm) -> Result<Presence, Refusal> {
        let (name, expected) = (PSU_IP_ADDRESS, "an IP address of a version that is taken");
        match self.parsed::<IpAddr>(name, expected)? {
            Some(IpAddr::V6(_))
                if addresses == AddressForm::Ipv4 || bank.profile.ipv6 == Ipv6::LeftOut =>
            {
                Err(Refusal::Header { name, expected })
            }
            Some(_) => Ok(Presence::Present),
            None => Ok(Presence::Absent),
        }
    }

    /// What the client prefers about redirects.
    pub(super) fn preference(self) -> Result<RedirectPreference, Refusal> {
        let expected = "true or false";
        match self.one(TPP_REDIRECT_PREFERRED, expected)? {
            None => Ok(RedirectPreference::Unsaid),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(RedirectPreference::Preferred),
            Some(value) if value.eq_ignore_ascii_case("false") => {
                Ok(RedirectPreference::NotPreferred)
            }
            Some(_) => Err(Refusal::Header { name: TPP_REDIRECT_PREFERRED, expected }),
        }
    }

    /// The consent that an account call uses.
    pub(super) fn consent(self) -> Result<ConsentId, Refusal> {
        let expected = "the id of a consent";
        self.parsed(CONSENT_ID, expected)?.ok_or(Refusal::Header { name: CONSENT_ID, expected })
    }

    /// Whether the content type is JSON.
    pub(super) fn json(self) -> Result<(), Refusal> {
        let value = self.one(CONTENT_TYPE, "application/json").ok().flatten();
        let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
        if essence.trim().eq_ignore_ascii_case("application/json") {
            Ok(())
        } else {
            Err(Refusal::MediaType)
        }
    }

    /// The host that the caller named, for absolute links.
    pub(super) fn host(self) -> &'a str {
        self.one("Host", "a host").ok().flatten().unwrap_or("localhost")
    }

    fn parsed<T: FromStr>(
        self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<Option<T>, Refusal> {
        let value = self.one(name, expected)?;
        value.map(str::parse).transpose().map_err(|_| Refusal::Header { name, expected })
    }

    /// A header that may come once, in ASCII. An empty one counts as absent: the platform's sample and its
    /// collection send all headers of a call, and leave empty what they do not need.
    fn one(self, name: &'static str, expected: &'static str) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.0.get_all(name).iter();
        let value = values.next().map(|value| value.to_str());
        match (value, values.next()) {
            (None, _) => Ok(None),
            (Some(Ok(value)), None) => Ok(Some(value.trim()).filter(|value| !value.is_empty())),
            _ => Err(Refusal::Header { name, expected }),
        }
    }
}

const fn form(format: IdFormat) -> &'static str {
    match format {
        IdFormat::Text => "1 to 64 characters of printable ASCII",
        IdFormat::SePersonal => "a Swedish personal number",
        IdFormat::SeOrganisation => "a Swedish organisation number",
        IdFormat::FiOrganisation => "a Finnish business id",
    }
}

pub(super) const X_REQUEST_ID: &str = "X-Request-ID";
const AUTHORIZATION: &str = "Authorization";
const CONSENT_ID: &str = "Consent-ID";
const CONTENT_TYPE: &str = "Content-Type";
const PSU_CORPORATE_ID: &str = "PSU-Corporate-ID";
const PSU_ID: &str = "PSU-ID";
const PSU_IP_ADDRESS: &str = "PSU-IP-Address";
const TPP_REDIRECT_PREFERRED: &str = "TPP-Redirect-Preferred";
const X_AFFILIATED_ASPSP_ID: &str = "X-AffiliatedASPSP-ID";
const X_BIC_FI: &str = "X-BicFi";

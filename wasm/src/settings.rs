//! What the page chose by attributes, with the defaults that the page itself suggests.

use protocol::id::CountryCode;
use web_sys::HtmlElement;

use crate::browser::page;
use crate::names::{
    ATTRIBUTE_COUNTRY, ATTRIBUTE_LANG, ATTRIBUTE_REDIRECT, ATTRIBUTE_RELAY, ATTRIBUTE_SERVICE,
};
use crate::text::Text;

/// The choices of one element.
pub(crate) struct Settings {
    /// The address below which the relay is, with a slash at the end.
    pub(crate) relay: String,
    pub(crate) country: CountryCode,
    /// The language for dates and amounts.
    pub(crate) locale: String,
    pub(crate) text: &'static Text,
    /// What the person knows the page's service by.
    pub(crate) service: String,
    pub(crate) redirect: Redirect,
}

/// Where a bank's page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirect {
    /// In the tab of the page.
    SameTab,
    /// In a window of its own.
    Popup,
}

impl Settings {
    /// Reads the attributes of `host`; `base` is where the script came from.
    ///
    /// # Errors
    /// The texts to say it in, if an attribute makes no sense.
    pub(crate) fn read(host: &HtmlElement, base: &str) -> Result<Self, &'static Text> {
        let attribute = |name| host.get_attribute(name).filter(|value| !value.trim().is_empty());
        let locale = attribute(ATTRIBUTE_LANG).or_else(page::language);
        let locale = locale.unwrap_or_else(|| "en".to_owned());
        let text = Text::of(&locale);
        let relay = attribute(ATTRIBUTE_RELAY);
        let country = attribute(ATTRIBUTE_COUNTRY).unwrap_or_else(|| "SE".to_owned());
        Ok(Self {
            relay: page::resolve(relay.as_deref().unwrap_or(base)).ok_or(text)?,
            country: country.to_ascii_uppercase().parse().map_err(|_| text)?,
            text,
            locale,
            redirect: match attribute(ATTRIBUTE_REDIRECT).as_deref() {
                Some("popup") => Redirect::Popup,
                _ => Redirect::SameTab,
            },
            service: attribute(ATTRIBUTE_SERVICE).unwrap_or_else(page::host_name),
        })
    }
}

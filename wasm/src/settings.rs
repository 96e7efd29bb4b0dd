//! What the page chose by attributes, with the defaults that the page itself suggests.

use std::rc::Rc;

use js_sys::Object;
use protocol::id::CountryCode;
use web_sys::HtmlElement;

use crate::browser::page;
use crate::names::{
    ATTRIBUTE_COUNTRY, ATTRIBUTE_LANG, ATTRIBUTE_REDIRECT, ATTRIBUTE_RELAY, ATTRIBUTE_SERVICE,
};
use crate::text::{Text, load, texts};

/// The choices of one element.
pub(crate) struct Settings {
    /// The address below which the relay is, with a slash at the end.
    pub(crate) relay: String,
    pub(crate) country: CountryCode,
    pub(crate) wanted: Rc<Wanted>,
    /// What the person knows the page's service by.
    pub(crate) service: String,
    pub(crate) redirect: Redirect,
}

/// The words that an element is to speak in.
pub(crate) struct Wanted {
    /// The language tag; empty where the page has none.
    tag: String,
    /// The page's own texts.
    own: Option<Object>,
}

impl Wanted {
    /// The words, once they are here; `None` if they do not come.
    pub(crate) async fn text(&self) -> Option<Text> {
        load(&self.tag, self.own.as_ref()).await
    }
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
    /// The words to say it in, if an attribute makes no sense.
    pub(crate) fn read(host: &HtmlElement, base: &str) -> Result<Self, Rc<Wanted>> {
        let attribute = |name| host.get_attribute(name).filter(|value| !value.trim().is_empty());
        let tag = attribute(ATTRIBUTE_LANG).or_else(page::language).unwrap_or_default();
        let wanted = Rc::new(Wanted { tag, own: texts(host) });
        let relay = attribute(ATTRIBUTE_RELAY);
        let country = attribute(ATTRIBUTE_COUNTRY).unwrap_or_else(|| "SE".to_owned());
        Ok(Self {
            relay: page::resolve(relay.as_deref().unwrap_or(base))
                .ok_or_else(|| Rc::clone(&wanted))?,
            country: country.to_ascii_uppercase().parse().map_err(|_| Rc::clone(&wanted))?,
            wanted,
            redirect: match attribute(ATTRIBUTE_REDIRECT).as_deref() {
                Some("popup") => Redirect::Popup,
                _ => Redirect::SameTab,
            },
            service: attribute(ATTRIBUTE_SERVICE).unwrap_or_else(page::host_name),
        })
    }
}

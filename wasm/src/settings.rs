//! What the page chose by attributes, with the defaults that the page itself suggests.

mod terms;

use std::rc::Rc;

use js_sys::Object;
use protocol::flow::FlowConfig;
use protocol::profile::Context;
use web_sys::HtmlElement;

use crate::browser::page;
use crate::names::{
    ATTRIBUTE_CONTEXT, ATTRIBUTE_COUNTRY, ATTRIBUTE_LANG, ATTRIBUTE_REDIRECT, ATTRIBUTE_RELAY,
    ATTRIBUTE_SERVICE,
};
use crate::text::{Text, load, texts};

/// The choices of one element.
pub(crate) struct Settings {
    /// The address below which the relay is, with a slash at the end.
    pub(crate) relay: String,
    /// What the flow acts by.
    pub(crate) flow: FlowConfig,
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
        let tag = attribute(host, ATTRIBUTE_LANG).or_else(page::language).unwrap_or_default();
        let wanted = Rc::new(Wanted { tag, own: texts(host) });
        let relay = attribute(host, ATTRIBUTE_RELAY);
        let relay = page::resolve(relay.as_deref().unwrap_or(base));
        let (Some(relay), Some(flow)) = (relay, flow(host)) else {
            return Err(wanted);
        };
        Ok(Self {
            relay,
            flow,
            wanted,
            redirect: match attribute(host, ATTRIBUTE_REDIRECT).as_deref() {
                Some("popup") => Redirect::Popup,
                _ => Redirect::SameTab,
            },
            service: attribute(host, ATTRIBUTE_SERVICE).unwrap_or_else(page::host_name),
        })
    }
}

/// What the flow acts by; `None` where an attribute makes no sense.
fn flow(host: &HtmlElement) -> Option<FlowConfig> {
    let country = attribute(host, ATTRIBUTE_COUNTRY).unwrap_or_else(|| "SE".to_owned());
    let context = match attribute(host, ATTRIBUTE_CONTEXT) {
        Some(context) => Some(context.parse::<Context>().ok()?),
        None => None,
    };
    let country = country.to_ascii_uppercase().parse().ok()?;
    Some(FlowConfig { context, terms: terms::read(host)?, ..FlowConfig::new(country) })
}

/// The value of an attribute, if there is more than space in it.
fn attribute(host: &HtmlElement, name: &str) -> Option<String> {
    host.get_attribute(name).filter(|value| !value.trim().is_empty())
}

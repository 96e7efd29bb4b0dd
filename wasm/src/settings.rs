//! The settings from the page's attributes, with defaults from the page itself.

pub(crate) mod relay;
mod terms;

use std::rc::Rc;

use js_sys::{JSON, Object};
use protocol::concat;
use protocol::flow::FlowConfig;
use protocol::profile::Context;
use protocol::wire::Token;
use web_sys::HtmlElement;

use crate::browser::page;
use crate::names::{
    ATTRIBUTE_CONTEXT, ATTRIBUTE_COUNTRY, ATTRIBUTE_DATA, ATTRIBUTE_FREQUENCY_PER_DAY,
    ATTRIBUTE_RECURRING, ATTRIBUTE_REDIRECT, ATTRIBUTE_RELAY, ATTRIBUTE_SERVICE, ATTRIBUTE_TOKEN,
    ATTRIBUTE_VALIDITY_DAYS,
};
use crate::text::{Text, load, texts};

/// The settings of one element.
pub(crate) struct Settings {
    /// The address below which the relay is, with a slash at the end.
    pub(crate) relay: String,
    /// The configuration of the flow.
    pub(crate) flow: FlowConfig,
    pub(crate) wanted: Rc<Wanted>,
    /// The name of the page's service.
    pub(crate) service: String,
    pub(crate) redirect: Redirect,
}

/// The wanted texts of an element.
pub(crate) struct Wanted {
    /// The language tag; empty where the page has none.
    tag: String,
    /// The page's own texts.
    own: Option<Object>,
    /// The same as JSON: a page may set equal ones again and again.
    written: Option<String>,
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag && self.written == other.written
    }
}

impl Wanted {
    /// The wanted texts of `host`.
    pub(crate) fn of(host: &HtmlElement) -> Rc<Self> {
        let own = texts(host);
        let written = own.as_ref().and_then(|own| JSON::stringify(own).ok()?.as_string());
        Rc::new(Self { tag: page::language(host).unwrap_or_default(), own, written })
    }

    /// Loads the `count` texts of the element; `None` if that fails.
    pub(crate) async fn text(&self, count: usize) -> Option<Text> {
        load(&self.tag, self.own.as_ref(), count).await
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

/// An invalid attribute.
#[derive(Clone, Copy)]
pub(crate) enum Wrong {
    Relay,
    Country,
    Context,
    Redirect,
    ValidityDays,
    FrequencyPerDay,
    Recurring,
    Data,
}

impl Wrong {
    /// The error in words, for the developer of the page.
    pub(crate) fn in_words(self) -> String {
        let (name, expected) = match self {
            Self::Relay => (
                ATTRIBUTE_RELAY,
                "an address of http or https without a file, such as https://link.example.com/ or /relay/",
            ),
            Self::Country => (ATTRIBUTE_COUNTRY, "two letters by ISO 3166-1"),
            Self::Context => (ATTRIBUTE_CONTEXT, "private or corporate"),
            Self::Redirect => (ATTRIBUTE_REDIRECT, "popup, or left out"),
            Self::ValidityDays => (ATTRIBUTE_VALIDITY_DAYS, "a whole number"),
            Self::FrequencyPerDay => (ATTRIBUTE_FREQUENCY_PER_DAY, "a whole number"),
            Self::Recurring => (ATTRIBUTE_RECURRING, "true or false"),
            Self::Data => (ATTRIBUTE_DATA, "of the words accounts, balances and transactions"),
        };
        concat(&["ais-link: the attribute ", name, " must be ", expected, "."])
    }
}

impl Settings {
    /// Reads the attributes of `host`; `base` is the address of the script.
    ///
    /// # Errors
    /// The first invalid attribute.
    pub(crate) fn read(host: &HtmlElement, base: &str) -> Result<Self, Wrong> {
        let relay = match attribute(host, ATTRIBUTE_RELAY) {
            Some(said) => relay::read(&said),
            None => relay::own(base),
        };
        Ok(Self {
            relay: relay.ok_or(Wrong::Relay)?,
            flow: flow(host)?,
            wanted: Wanted::of(host),
            redirect: match attribute(host, ATTRIBUTE_REDIRECT).as_deref() {
                // In a frame the tab belongs to another page, which would be gone at the person's return.
                None if page::is_framed() => Redirect::Popup,
                None => Redirect::SameTab,
                Some("popup") => Redirect::Popup,
                Some(_) => return Err(Wrong::Redirect),
            },
            service: attribute(host, ATTRIBUTE_SERVICE).unwrap_or_else(page::host_name),
        })
    }
}

/// The configuration of the flow.
fn flow(host: &HtmlElement) -> Result<FlowConfig, Wrong> {
    let country = attribute(host, ATTRIBUTE_COUNTRY).unwrap_or_else(|| "SE".to_owned());
    let context = match attribute(host, ATTRIBUTE_CONTEXT) {
        Some(context) => Some(context.parse::<Context>().or(Err(Wrong::Context))?),
        None => None,
    };
    let country = country.to_ascii_uppercase().parse().or(Err(Wrong::Country))?;
    let token = attribute(host, ATTRIBUTE_TOKEN).map(|token| Token { token });
    Ok(FlowConfig { context, terms: terms::read(host)?, token, ..FlowConfig::new(country) })
}

/// The value of an attribute, unless it is blank.
pub(crate) fn attribute(host: &HtmlElement, name: &str) -> Option<String> {
    host.get_attribute(name).filter(|value| !value.trim().is_empty())
}

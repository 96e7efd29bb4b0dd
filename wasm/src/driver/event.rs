//! The events of the element: bubbling and composed, with plain objects as their detail.

use protocol::flow::{Event, Fault, Linked};
use protocol::wire::Account;
use protocol::writes;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement, console};

use crate::browser::value::plain;
use crate::names::{ATTRIBUTE_STATE, EVENT_CANCELLED, EVENT_EXPIRED, EVENT_FAILED, EVENT_LINKED};

/// Announces that another screen is shown, with the element's event `name`.
pub(crate) fn state(host: &HtmlElement, name: &str, state: &str) {
    // The attribute is for style sheets; a page that forbids it loses only that.
    let _ = host.set_attribute(ATTRIBUTE_STATE, state);
    dispatch(host, name, &plain(&State { state }));
}

/// Explains in the console why the relay's cookie is missing: the person cannot fix what the page causes.
pub(super) fn explain(event: &Event, relay: &str) {
    let words = match event {
        Event::Failed(Fault::OtherSite) => OTHER_SITE,
        Event::Failed(Fault::CookiesBlocked) => BLOCKED,
        _ => return,
    };
    console::error_2(&words.into(), &relay.into());
}

/// Announces that the texts did not load, as any other failure.
pub(super) fn wordless(host: &HtmlElement) {
    console::warn_1(&WORDLESS.into());
    report(host, &Event::Failed(Fault::Unreachable), None);
}

/// Announces an event of the flow.
pub(super) fn report(host: &HtmlElement, event: &Event, support_code: Option<&str>) {
    match event {
        Event::Linked(linked) => dispatch(host, EVENT_LINKED, &plain(&LinkedDetail::of(linked))),
        Event::Failed(fault) => {
            let name = match fault {
                Fault::Expired | Fault::Late => EVENT_EXPIRED,
                _ => EVENT_FAILED,
            };
            dispatch(host, name, &plain(&Reason { reason: fault.name(), support_code }));
        }
        Event::Cancelled => dispatch(host, EVENT_CANCELLED, &JsValue::NULL),
        // The driver carries it out; it is not for the page.
        Event::Leave(_) => {}
    }
}

/// The detail of the event about the screen.
struct State<'a> {
    state: &'a str,
}

writes!(State<'a>, it => {
    "state": Some(&it.state),
});

/// The detail of `ais-link-failed` and `ais-link-expired`.
struct Reason<'a> {
    reason: &'a str,
    support_code: Option<&'a str>,
}

writes!(Reason<'a>, it => {
    "reason": Some(&it.reason),
    "supportCode": Some(&it.support_code),
});

/// The detail of `ais-link-linked`.
struct LinkedDetail<'a> {
    consent_id: &'a str,
    bank: Bank<'a>,
    valid_until: &'a str,
    accounts: Option<&'a Vec<Account>>,
    connection_id: Option<&'a str>,
}

writes!(LinkedDetail<'a>, it => {
    "consentId": Some(&it.consent_id),
    "bank": Some(&it.bank),
    "validUntil": Some(&it.valid_until),
    "accounts": it.accounts,
    "connectionId": it.connection_id.as_ref(),
});

struct Bank<'a> {
    bic_fi: &'a str,
    name: &'a str,
    id: Option<&'a str>,
}

writes!(Bank<'a>, it => {
    "bicFi": Some(&it.bic_fi),
    "name": Some(&it.name),
    "id": it.id.as_ref(),
});

impl<'a> LinkedDetail<'a> {
    fn of(linked: &'a Linked) -> Self {
        Self {
            consent_id: linked.consent.as_str(),
            bank: Bank {
                bic_fi: linked.bank.bic.as_str(),
                name: &linked.bank.name,
                id: linked.bank.entry.as_deref(),
            },
            valid_until: &linked.valid_until,
            accounts: linked.accounts.as_ref(),
            connection_id: linked.connection.as_deref(),
        }
    }
}

/// Sends the event `name`.
pub(crate) fn dispatch(host: &HtmlElement, name: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // An error in a listener is the page's, and the browser reports it.
        let _ = host.dispatch_event(&event);
    }
}

const OTHER_SITE: &str = "ais-link: this page and its relay are of different sites, where browsers do not send the relay's \
    cookie (SameSite=Strict), whatever AIS_RELAY_ALLOWED_ORIGINS says. Serve the relay from the page's own site. The \
    attribute \"relay\" is now:";
const BLOCKED: &str = "ais-link: the browser does not keep the relay's cookie, so nothing was begun. The person blocks cookies, \
    or the relay is of another site than the page, or not reached by https. The attribute \"relay\" is now:";
const WORDLESS: &str = "ais-link: the texts could not be loaded; they are asked for again. The relay must answer at /assets/.";

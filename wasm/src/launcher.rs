//! The links that start the BankID app on this device: pure, by the browser's user agent.
//!
//! Nothing depends on the way back: the page shows the right state however the person returns. A return
//! address is only the shorter way, and there is none where sources disagree.

mod table;
#[cfg(test)]
mod tests;

use protocol::id::StartToken;
use protocol::{concat, percent_encoded};

use self::table::{Back, Form, Place, Platform, Row};

/// How the app is started from this browser: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launcher(Row);

impl Launcher {
    /// The row for a user agent, and the number of touch points.
    pub fn of(user_agent: &str, touch_points: i32) -> Self {
        Self(Row::of(user_agent, touch_points))
    }

    /// The link for `token`. Safari returns to `return_to`.
    pub fn link(self, token: &StartToken, return_to: &str) -> String {
        self.form(self.0.form, token, return_to)
    }

    /// The same in the other form, for a browser that does not support the first. A computer's browser has
    /// one: its second way is another device.
    pub fn second_link(self, token: &StartToken, return_to: &str) -> Option<String> {
        let other = match self.0.form {
            Form::Universal => Form::Scheme,
            Form::Scheme => Form::Universal,
        };
        let phone = self.0.platform != Platform::Desktop;
        phone.then(|| self.form(other, token, return_to))
    }

    /// The browser to open the page in, where it is inside an app that may not let BankID start.
    pub fn rescue(self) -> Option<&'static str> {
        match (self.0.place, self.0.platform) {
            (Place::Browser, _) => None,
            (Place::App, Platform::Ios) => Some("Safari"),
            (Place::App, Platform::Android | Platform::Desktop) => Some("Chrome"),
        }
    }

    fn form(self, form: Form, token: &StartToken, return_to: &str) -> String {
        let prefix = match form {
            Form::Universal => "https://app.bankid.com/?autostarttoken=",
            Form::Scheme => "bankid:///?autostarttoken=",
        };
        let back = match self.0.back {
            Back::Page => return_to,
            Back::App(scheme) => scheme,
            Back::Nowhere => "null",
        };
        concat(&[prefix, token.as_str(), "&redirect=", &percent_encoded(back)])
    }
}

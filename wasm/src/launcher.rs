//! The links that start the BankID app on this device: pure, by what the browser says of itself.
//!
//! Nothing depends on the way back: the page shows the right state however the person returns. The way
//! back is only the shorter one, and where sources disagree it is none.

mod table;
#[cfg(test)]
mod tests;

use protocol::concat;
use protocol::id::StartToken;

use self::table::{Back, Form, Place, Platform, Row};

/// How the app is started from this browser: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launcher(&'static Row);

impl Launcher {
    /// The row for a user agent, and the number of fingers that the screen feels.
    pub fn of(user_agent: &str, touch_points: i32) -> Self {
        Self(Row::of(user_agent, touch_points))
    }

    /// The link for `token`. Safari comes back to `return_to`.
    pub fn link(self, token: &StartToken, return_to: &str) -> String {
        self.form(self.0.form, token, return_to)
    }

    /// The same in the other form, for a browser that does not know the first. A computer's browser knows
    /// one: there the second way is another device.
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
        concat(&[prefix, token.as_str(), "&redirect=", &encode(back)])
    }
}

/// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(HEX[usize::from(digit)]));
            }
        }
    }
    encoded
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

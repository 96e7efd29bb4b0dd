//! The link that starts the BankID app on this device: pure, by what the browser says of itself.

use protocol::id::StartToken;

/// Where the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// iPhone and iPad.
    Ios,
    /// Android.
    Android,
    /// All else.
    Desktop,
}

impl Platform {
    /// The platform by user agent and number of fingers that the screen feels.
    pub fn of(user_agent: &str, touch_points: i32) -> Self {
        let words = user_agent.split(|char: char| !char.is_ascii_alphanumeric());
        let has = |name| words.clone().any(|word| word == name);
        if has("iPhone") || has("iPad") || (has("Macintosh") && touch_points > 1) {
            Self::Ios
        } else if has("Android") {
            Self::Android
        } else {
            Self::Desktop
        }
    }

    /// The link for `token` (guide, consent API step 3). iOS comes back only if told to, and to
    /// `return_to`; elsewhere BankID comes back to the last app by itself.
    pub fn link(self, token: &StartToken, return_to: &str) -> String {
        let token = token.as_str();
        match self {
            Self::Ios => [UNIVERSAL, token, "&redirect=", &encode(return_to)].concat(),
            Self::Android => [UNIVERSAL, token, "&redirect=null"].concat(),
            Self::Desktop => [SCHEME, token, "&redirect=null"].concat(),
        }
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

const UNIVERSAL: &str = "https://app.bankid.com/?autostarttoken=";
const SCHEME: &str = "bankid:///?autostarttoken=";
const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_has_its_link() {
        let token = "67df3917-fa0d-44e5-b327-edcc928297f8".parse().unwrap();
        let rows = [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
                5,
                "https://app.bankid.com/?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8\
                 &redirect=https%3A%2F%2Fx.example%2Fa%3Fb%3D1%23ais-link",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15",
                5,
                "https://app.bankid.com/?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8\
                 &redirect=https%3A%2F%2Fx.example%2Fa%3Fb%3D1%23ais-link",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36",
                5,
                "https://app.bankid.com/?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8\
                 &redirect=null",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15",
                0,
                "bankid:///?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8&redirect=null",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36",
                0,
                "bankid:///?autostarttoken=67df3917-fa0d-44e5-b327-edcc928297f8&redirect=null",
            ),
        ];
        for (user_agent, fingers, link) in rows {
            let platform = Platform::of(user_agent, fingers);
            assert_eq!(
                platform.link(&token, "https://x.example/a?b=1#ais-link"),
                link,
                "{user_agent}"
            );
        }
    }
}

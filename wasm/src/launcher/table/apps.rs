//! The apps that show pages in a view of their own, by the word that each adds to its user agent. The word
//! is the same on iPhone and Android, unless two are listed.

use super::Back;

/// An app with a view of its own.
pub(super) struct App {
    /// A word of the user agent.
    pub(super) mark: &'static str,
    /// How BankID returns to it on iOS.
    pub(super) back: Back,
}

const fn app(mark: &'static str) -> App {
    App { mark, back: Back::Nowhere }
}

/// An app comes before another of its maker whose word it also has.
pub(super) static APPS: [App; 50] = [
    // Meta. Messenger also has Facebook's words, Threads may have Instagram's.
    app("MessengerForiOS"),
    app("MessengerLiteForiOS"),
    app("Orca"),
    app("Barcelona"),
    App { mark: "Instagram", back: Back::App("instagram://") },
    App { mark: "FBIOS", back: Back::App("fb://") },
    app("FBAN"),
    app("FBAV"),
    app("FB4A"),
    app("WhatsApp"),
    // The others, by name.
    app("AlipayClient"),
    app("BAND"),
    app("BingSapphire"),
    // TikTok and the other apps of its maker.
    app("BytedanceWebview"),
    app("musical"),
    app("trill"),
    app("TikTok"),
    app("DaumApps"),
    app("Discord"),
    app("Flipboard"),
    // Google's own app, and Gmail.
    app("GSA"),
    app("Gmail"),
    app("KAKAOSTORY"),
    app("KAKAOTALK"),
    app("Line"),
    app("LinkedInApp"),
    // WeChat.
    app("MicroMessenger"),
    app("NAVER"),
    app("Nextdoor"),
    app("Outlook"),
    app("Pinterest"),
    app("QQ"),
    app("Quora"),
    app("Reddit"),
    app("Signal"),
    app("Skype"),
    // Also as `Slack_iOS`.
    app("Slack"),
    app("Snapchat"),
    app("Spotify"),
    app("Teams"),
    app("TeamsMobile"),
    app("Telegram"),
    app("Tumblr"),
    // X, as `Twitter for iPhone`.
    app("Twitter"),
    app("TwitterAndroid"),
    app("VKClient"),
    app("Viber"),
    app("Weibo"),
    app("YJApp"),
    app("Zalo"),
];

//! Which browser a run of the tests uses, and what a test may ask of it.

use std::env;

/// The browsers that the tests are run in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Chromium,
    Firefox,
}

impl Kind {
    /// The one that `AIS_LINK_BROWSER` names; Chromium by default.
    pub(super) fn chosen() -> Self {
        match env::var("AIS_LINK_BROWSER").as_deref() {
            Ok("chromium") | Err(_) => Self::Chromium,
            Ok("firefox") => Self::Firefox,
            Ok(other) => panic!("AIS_LINK_BROWSER is {other:?}: chromium or firefox"),
        }
    }
}

/// What a test may ask of its browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) scheme: Scheme,
    pub(crate) size: Size,
    pub(crate) popups: Popups,
    pub(crate) cookies: Cookies,
}

/// The colours that the person's system prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scheme {
    #[default]
    Light,
    Dark,
}

/// The size of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Size {
    /// 360 pixels wide, and a finger instead of a mouse.
    Phone,
    #[default]
    Desktop,
}

/// What happens when a page opens a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Popups {
    /// They open after a click, as in any browser.
    #[default]
    AfterClick,
    /// The browser opens none. No setting of Chromium stops a window that follows a click, so here a script clicks,
    /// once the browser has forgotten the person's last real click: then its own blocker stops the window.
    Blocked,
}

/// What the person lets pages keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Cookies {
    #[default]
    Kept,
    /// The browser keeps no cookie and sends none.
    Blocked,
}

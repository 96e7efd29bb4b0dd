//! A view session: the host's server lets one browser see and end a person's connections for an hour.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::crypto::key::{SessionKey, TokenKey};
use crate::id::ViewSessionId;

/// A view session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewSession {
    /// Its id.
    pub id: ViewSessionId,
    /// The hash of its token.
    pub token: TokenKey,
    /// The host's own name for the person whose connections it shows.
    pub client_reference: String,
    /// When it was made.
    pub created: Timestamp,
    /// Who has it.
    pub stage: ViewStage,
}

/// Who has a view session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ViewStage {
    /// No browser has shown its token.
    Created,
    /// One browser has it.
    Opened {
        /// The browser.
        browser: SessionKey,
        /// The origin of the page that showed the token; `None` where the browser named none.
        page: Option<String>,
    },
    /// Two browsers showed its token. The relay cannot know whose it is, so that neither goes on.
    OpenedElsewhere,
}

impl ViewSession {
    /// A browser shows the token, on a page of the origin `page`.
    pub fn claim(&mut self, one: SessionKey, page: Option<String>, now: Timestamp) {
        if self.is_over(now) {
            return;
        }
        match &self.stage {
            ViewStage::Created => self.stage = ViewStage::Opened { browser: one, page },
            ViewStage::Opened { browser, .. } if *browser != one => {
                self.stage = ViewStage::OpenedElsewhere;
            }
            _ => {}
        }
    }

    /// Until when it may be used.
    pub fn expires(&self) -> Timestamp {
        self.created + LIFE
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires()
    }

    /// When it is forgotten. Until then a page reads that its time is over.
    pub fn forgotten(&self) -> Timestamp {
        self.expires() + KEPT
    }
}

/// How long it may be used.
const LIFE: Duration = Duration::from_hours(1);
/// How much longer it is kept.
const KEPT: Duration = Duration::from_hours(24);

//! What the elements of one page must know of each other: who goes on with which consent, and which are
//! told as linked. One consent is gone on with by one element, and told once.

use std::cell::{Cell, RefCell};

use protocol::id::ConsentId;
use protocol::wire::KeptConsent;

use crate::browser::memory;

/// One element's claim on the consent that it is at. Given up when dropped; the tab still remembers it.
pub(super) struct Claim(u32);

/// A consent with the element that is at it.
type Held = (u32, ConsentId);

impl Claim {
    pub(super) fn new() -> Self {
        Self(NEXT.replace(NEXT.get().wrapping_add(1)))
    }

    /// Claims `consent`, and nothing else any more.
    pub(super) fn hold(&self, consent: Option<&ConsentId>) {
        let before = self.release();
        if let Some(consent) = consent {
            HELD.with_borrow_mut(|held| held.push((self.0, consent.clone())));
        }
        match (before, consent) {
            (Some(before), None) => memory::forget(&before),
            (before, Some(consent)) if before.as_ref() != Some(consent) => {
                memory::remember(consent);
            }
            _ => {}
        }
    }

    /// Takes what other elements are at out of `kept`.
    pub(super) fn withhold(&self, kept: &mut Vec<KeptConsent>) {
        HELD.with_borrow(|held| {
            let others = |id: &ConsentId| held.iter().any(|(by, of)| *by != self.0 && of == id);
            kept.retain(|consent| !others(&consent.consent_id));
        });
    }

    fn release(&self) -> Option<ConsentId> {
        HELD.with_borrow_mut(|held| {
            let at = held.iter().position(|(by, _)| *by == self.0)?;
            Some(held.swap_remove(at).1)
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.release();
    }
}

/// Whether this page hears for the first time that `consent` is linked.
pub(super) fn is_news(consent: &ConsentId) -> bool {
    TOLD.with_borrow_mut(|told| {
        let news = !told.contains(consent);
        if news {
            told.push(consent.clone());
        }
        news
    })
}

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
    static HELD: RefCell<Vec<Held>> = const { RefCell::new(Vec::new()) };
    static TOLD: RefCell<Vec<ConsentId>> = const { RefCell::new(Vec::new()) };
}

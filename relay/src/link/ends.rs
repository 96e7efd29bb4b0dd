//! Counts how flows end. An end is counted once, after the store has written it, by the relay that wrote it.

use std::sync::{Arc, OnceLock};

use protocol::id::BicFi;

use crate::link::{Ending, Link};
use crate::metrics::Metrics;

/// The end that a change of a link brings, if it brings one.
#[derive(Clone, Default)]
pub(super) struct Ends(Arc<OnceLock<(BicFi, Ending)>>);

impl Ends {
    /// `change`, which notes that a link has ended with it.
    pub(super) fn noting<T, C: FnOnce(&mut Link) -> T>(
        &self,
        change: C,
    ) -> impl FnOnce(&mut Link) -> T + use<T, C> {
        let ends = self.clone();
        move |link| {
            let before = link.ending();
            let said = change(link);
            if let (None, Some(ending)) = (before, link.ending()) {
                let _ = ends.0.set((link.terms.bank.clone(), ending));
            }
            said
        }
    }

    /// Counts it. What a page left is counted when it is deleted at the bank, because the store ends it by itself too.
    pub(super) fn count(&self, metrics: &Metrics) {
        if let Some((bank, ending)) = self.0.get()
            && *ending != Ending::Abandoned
        {
            metrics.end(bank, ending.word());
        }
    }
}

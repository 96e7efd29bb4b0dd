//! State that the elements of one page share: which element works on which consent, and which consents were
//! announced as linked. One element at a time works on a consent, and one announces it.

use std::cell::{Cell, RefCell};

use protocol::flow::Pick;
use protocol::id::ConsentId;
use protocol::wire::KeptConsent;

use crate::browser::{memory, page};

/// One element's claim on its consent. Dropping it releases the claim; the tab still stores the consent.
pub(super) struct Claim(u32);

/// A consent with the element that works on it.
type Held = (u32, ConsentId);

impl Claim {
    pub(super) fn new() -> Self {
        Self(NEXT.replace(NEXT.get().wrapping_add(1)))
    }

    /// Claims `consent`, of the chosen bank, and releases any other.
    pub(super) fn hold(&self, consent: Option<&ConsentId>, pick: Option<&Pick>) {
        let before = self.release();
        if let Some(consent) = consent {
            HELD.with_borrow_mut(|held| held.push((self.0, consent.clone())));
        }
        match (before, consent) {
            (Some(before), None) => memory::forget(&before),
            (before, Some(consent)) if before.as_ref() != Some(consent) => {
                memory::remember(&page::window(), consent, pick);
            }
            _ => {}
        }
    }

    /// Removes the consents of other elements from `kept`.
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

/// Whether no element of this page has announced yet that `consent` is linked.
pub(super) fn is_first(consent: &ConsentId) -> bool {
    ANNOUNCED.with_borrow_mut(|announced| {
        let first = !announced.contains(consent);
        if first {
            announced.push(consent.clone());
        }
        first
    })
}

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
    static HELD: RefCell<Vec<Held>> = const { RefCell::new(Vec::new()) };
    static ANNOUNCED: RefCell<Vec<ConsentId>> = const { RefCell::new(Vec::new()) };
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use protocol::flow::Pick;
    use protocol::id::BicFi;
    use protocol::wire::{ConsentStatus, KeptConsent};
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::{Claim, ConsentId, is_first, memory};

    wasm_bindgen_test_configure!(run_in_browser);

    fn id(text: &str) -> ConsentId {
        text.parse().expect("it is of the form")
    }

    fn recalled() -> Option<ConsentId> {
        memory::recall().map(|(consent, _)| consent)
    }

    #[wasm_bindgen_test]
    fn a_tab_remembers_the_chosen_entry_of_the_bank() {
        let claim = Claim::new();
        let bic: BicFi = "NDEASESS".parse().expect("it is of the form");
        for (entry, name) in
            [(Some("e2"), Some("Nordea F\u{f6}retag")), (None, Some("N")), (None, None)]
        {
            let (entry, name) = (entry.map(str::to_owned), name.map(str::to_owned));
            let pick = Pick { bic: bic.clone(), entry, name };
            claim.hold(None, None);
            claim.hold(Some(&id("c-1")), Some(&pick));
            assert_eq!(memory::recall(), Some((id("c-1"), Some(pick))));
        }
        claim.hold(None, None);
    }

    fn kept(ids: &[&str]) -> Vec<KeptConsent> {
        let kept = |text: &&str| KeptConsent {
            consent_id: id(text),
            bic_fi: "NDEASESS".parse().expect("it is of the form"),
            affiliated_aspsp_id: None,
            entry: None,
            link_session: None,
            consent_status: ConsentStatus::Received,
            valid_until: String::new(),
            redirect_preferred: None,
            accounts_listed: false,
            age_millis: 0,
            authorisation: None,
        };
        ids.iter().map(kept).collect()
    }

    #[wasm_bindgen_test]
    fn a_tab_remembers_its_consent_until_there_is_none() {
        let claim = Claim::new();
        claim.hold(Some(&id("c-1")), None);
        claim.hold(Some(&id("c-1")), None);
        assert_eq!(recalled(), Some(id("c-1")));
        claim.hold(Some(&id("c-2")), None);
        assert_eq!(recalled(), Some(id("c-2")));
        claim.hold(None, None);
        assert_eq!(recalled(), None);
    }

    #[wasm_bindgen_test]
    fn a_tab_remembers_a_consent_whose_element_is_gone() {
        let claim = Claim::new();
        claim.hold(Some(&id("c-1")), None);
        drop(claim);
        assert_eq!(recalled(), Some(id("c-1")));
        memory::forget(&id("c-1"));
    }

    #[wasm_bindgen_test]
    fn one_element_does_not_forget_what_another_remembers() {
        let (one, other) = (Claim::new(), Claim::new());
        one.hold(Some(&id("c-1")), None);
        other.hold(Some(&id("c-2")), None);
        one.hold(None, None);
        assert_eq!(recalled(), Some(id("c-2")));
        other.hold(None, None);
        assert_eq!(recalled(), None);
    }

    #[wasm_bindgen_test]
    fn one_element_at_a_time_resumes_a_consent() {
        let (one, other) = (Claim::new(), Claim::new());
        one.hold(Some(&id("c-1")), None);
        let (mut for_one, mut for_other) = (kept(&["c-2", "c-1"]), kept(&["c-2", "c-1"]));
        one.withhold(&mut for_one);
        other.withhold(&mut for_other);
        assert_eq!((for_one.len(), for_other), (2, kept(&["c-2"])));
        one.hold(None, None);
    }

    #[wasm_bindgen_test]
    fn a_consent_is_announced_once() {
        let announced = ["c-8", "c-9", "c-8"].map(|text| is_first(&id(text)));
        assert_eq!(announced, [true, true, false]);
    }
}

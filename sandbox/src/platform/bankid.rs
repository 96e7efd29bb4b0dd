//! The BankID side of the model: what the person's app does with waiting orders.

use protocol::id::MethodId;
use serde::Serialize;
use thiserror::Error;
use time::UtcDateTime;
use uuid::Uuid;

use super::Platform;
use super::consent::Consent;
use super::frame::Scanned;
use super::order::Order;
use super::signing::Signed;
use crate::random::Random;

/// An order that waits in the BankID app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingOrder {
    /// Names it in `/bankid/orders/{id}/...`.
    pub id: Uuid,
    /// The bank that wants the signature.
    pub bank: String,
    /// The BIC of that bank.
    pub bic_fi: String,
    /// The method that the client chose.
    pub method: MethodId,
    /// What is signed.
    pub text: String,
    /// Seconds until it is over.
    pub seconds_left: u64,
    /// Seconds that the present wait, for pick-up or signature, had at its start.
    pub seconds_total: u64,
    /// Which signature it is, from 1.
    pub step: usize,
    /// How many signatures the bank wants.
    pub steps: usize,
    /// Whether the app has scanned or opened it.
    pub picked_up: bool,
}

/// The result of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum SignOutcome {
    /// All is signed.
    Finished,
    /// The bank wants another signature: the page shows a new code.
    NextStep {
        /// Which signature is next, from 1.
        step: usize,
        /// How many signatures the bank wants.
        steps: usize,
    },
}

/// Why the app refuses. The texts are for persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BankIdError {
    /// The text is neither a start link nor a frame.
    #[error("This is not a BankID code.")]
    Unreadable,
    /// No order has the token, or the frame's code is not that of the order.
    #[error("BankID does not know this code.")]
    Unknown,
    /// The order was signed, cancelled or replaced, or ran out of time.
    #[error("This code is no longer valid. Start again where you got it.")]
    Over,
    /// The frame was made too long ago.
    #[error("This picture of the code is too old. Scan the code while it is on the screen.")]
    FrameTooOld,
    /// No order has the id.
    #[error("There is no such order any more. Start again where you got the code.")]
    NoOrder,
}

impl Platform {
    /// The waiting orders, the newest first.
    pub(crate) fn orders(&mut self, now: UtcDateTime) -> Vec<PendingOrder> {
        self.settle(now);
        let open = self.consents.values().filter_map(|it| it.order().map(|order| (it, order)));
        let mut open: Vec<_> = open.collect();
        open.sort_by_key(|(_, order)| (std::cmp::Reverse(order.started), order.id));
        open.into_iter().filter_map(|(consent, _)| pending(consent, now)).collect()
    }

    /// The app reads a code: it picks the order up.
    pub(crate) fn scan(
        &mut self,
        text: &str,
        now: UtcDateTime,
    ) -> Result<PendingOrder, BankIdError> {
        self.settle(now);
        let scanned = Scanned::parse(text).ok_or(BankIdError::Unreadable)?;
        let token = match scanned {
            Scanned::StartToken(token) | Scanned::Frame { token, .. } => token,
        };
        let spent = self.consents.values().flat_map(|consent| &consent.authorisations);
        if spent.into_iter().any(|authorisation| authorisation.has_spent(token)) {
            return Err(BankIdError::Over);
        }
        let consent = self.find(|order| belongs(order, &scanned)).ok_or(BankIdError::Unknown)?;
        if let (Scanned::Frame { seconds, .. }, Some(order)) = (scanned, consent.order())
            && order.age(now) > seconds + OLDEST_FRAME_SECONDS
        {
            return Err(BankIdError::FrameTooOld);
        }
        if let Some(signing) = consent.signing() {
            signing.pick_up(now);
        }
        pending(consent, now).ok_or(BankIdError::NoOrder)
    }

    /// The person signs an order, scanned or found in the app's list.
    pub(crate) fn sign(
        &mut self,
        order: Uuid,
        random: &mut Random,
        now: UtcDateTime,
    ) -> Result<SignOutcome, BankIdError> {
        self.settle(now);
        let consent = self.find(|it| it.id == order).ok_or(BankIdError::NoOrder)?;
        match consent.sign(random, now) {
            Some(Signed::All) => Ok(SignOutcome::Finished),
            Some(Signed::Step) => pending(consent, now)
                .map(|PendingOrder { step, steps, .. }| SignOutcome::NextStep { step, steps })
                .ok_or(BankIdError::NoOrder),
            None => Err(BankIdError::NoOrder),
        }
    }

    /// The person cancels an order.
    pub(crate) fn cancel(&mut self, order: Uuid, now: UtcDateTime) -> Result<(), BankIdError> {
        self.settle(now);
        self.find(|it| it.id == order).ok_or(BankIdError::NoOrder)?.cancel(now);
        Ok(())
    }

    fn find(&mut self, wanted: impl Fn(&Order) -> bool) -> Option<&mut Consent> {
        self.consents.values_mut().find(|consent| consent.order().is_some_and(&wanted))
    }
}

fn belongs(order: &Order, scanned: &Scanned<'_>) -> bool {
    match scanned {
        Scanned::StartToken(token) => order.start_token == *token,
        Scanned::Frame { token, seconds, code } => {
            order.frames.token == *token && order.frames.made(*seconds, code)
        }
    }
}

fn pending(consent: &Consent, now: UtcDateTime) -> Option<PendingOrder> {
    let signing = consent.authorisations.last()?.signing()?;
    let order = signing.order()?;
    let (seconds_left, seconds_total) = order.seconds(now);
    Some(PendingOrder {
        id: order.id,
        bank: consent.bank.name.clone(),
        bic_fi: consent.bank.bic.to_string(),
        method: order.method.id.clone(),
        text: order.what(signing.rules).text.clone(),
        seconds_left,
        seconds_total,
        step: order.step + 1,
        steps: signing.rules.steps.len(),
        picked_up: order.picked_up(),
    })
}

/// A frame is new every second; a scan of an older one than this is refused.
const OLDEST_FRAME_SECONDS: u64 = 5;

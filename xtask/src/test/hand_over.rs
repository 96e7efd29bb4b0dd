//! What one lane makes and the other waits for. A lane that fails hands over nothing, and nobody waits for ever.

use std::sync::mpsc::{self, Receiver, Sender};

/// The end at which it is made.
pub(super) struct Give<T>(Sender<T>);

/// The end at which it is waited for.
pub(super) struct Take<T>(Receiver<T>);

/// Both ends.
pub(super) fn hand_over<T>() -> (Give<T>, Take<T>) {
    let (sender, receiver) = mpsc::channel();
    (Give(sender), Take(receiver))
}

impl<T> Give<T> {
    /// Hands `made` over; nothing says that it could not be made.
    pub(super) fn give(self, made: Option<T>) {
        if let Some(made) = made {
            // A lane that has ended wants it no more.
            let _ = self.0.send(made);
        }
    }
}

impl<T> Take<T> {
    /// Waits until it is there, or it is certain that it will not come.
    pub(super) fn take(self) -> Option<T> {
        self.0.recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::hand_over;

    #[test]
    fn what_is_made_comes_and_what_is_not_ends_the_wait() {
        let (give, take) = hand_over();
        give.give(Some(1));
        assert_eq!(take.take(), Some(1));
        let (give, take) = hand_over::<u8>();
        give.give(None);
        assert_eq!(take.take(), None);
        let (give, take) = hand_over::<u8>();
        drop(give);
        assert_eq!(take.take(), None);
    }
}

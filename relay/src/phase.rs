//! The phases in which a relay stops, and how signals lead through them.
//!
//! An orchestrator goes on sending requests for a moment after its signal to stop. So the relay says at once that it is
//! not ready, and serves on; only then it takes no more connections.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

/// How far a relay is on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It serves.
    Serving,
    /// It serves, is not ready, and closes each connection with its next answer.
    Draining,
    /// It takes no more connections. Those that are open may still ask once, so that no request meets a closed one.
    Closing,
    /// It closes idle connections. Calls under way end.
    Ending,
}

/// The phase that a relay is in. Clones see the same.
#[derive(Clone, Debug)]
pub struct Phases(watch::Receiver<Phase>);

/// Leads a relay through its phases. Where this is dropped, the relay ends.
#[derive(Debug)]
pub struct Lead(watch::Sender<Phase>);

impl Phases {
    /// A relay that serves.
    pub fn new() -> (Lead, Self) {
        let (lead, phases) = watch::channel(Phase::Serving);
        (Lead(lead), Self(phases))
    }

    /// The present phase.
    pub fn now(&self) -> Phase {
        let now = *self.0.borrow();
        if self.0.has_changed().is_err() { Phase::Ending } else { now }
    }

    /// Waits until `phase` or a later one.
    pub async fn reach(&mut self, phase: Phase) {
        // Without a lead, it ends.
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }
}

impl Lead {
    /// Goes on to `phase`.
    pub fn set(&self, phase: Phase) {
        self.0.send_replace(phase);
    }

    /// Leads through all phases: from the first `signal` on the relay drains for `delay`, then it closes. A second signal
    /// ends the wait, and so does the absence of a delay.
    pub async fn follow(&self, delay: Duration, mut signal: impl AsyncFnMut()) {
        signal().await;
        tracing::info!(delay_ms = delay.as_millis(), "stopping: not ready from now on");
        self.set(Phase::Draining);
        if !delay.is_zero() {
            tokio::select! {
                () = sleep(delay) => {
                    tracing::info!("stopping: no new connections, calls under way end");
                    self.set(Phase::Closing);
                    signal().await;
                }
                () = signal() => {}
            }
        }
        tracing::info!("stopping: idle connections are closed, calls under way end");
        self.set(Phase::Ending);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::sync::mpsc;

    use super::*;

    /// Lets `script` send signals to a relay, and look at its phases.
    async fn relay(delay: Duration, script: impl AsyncFnOnce(mpsc::Sender<()>, Phases)) {
        let (signals, mut received) = mpsc::channel::<()>(4);
        let (lead, phases) = Phases::new();
        let signal = async || match received.recv().await {
            Some(()) => {}
            None => pending().await,
        };
        let leading = async {
            lead.follow(delay, signal).await;
            pending::<()>().await;
        };
        tokio::select! {
            () = leading => {}
            () = script(signals, phases) => {}
        }
    }

    #[tokio::test]
    async fn a_second_signal_ends_the_wait_and_the_first_does_not() {
        relay(Duration::from_hours(1), async |signals, mut phases| {
            assert_eq!(phases.now(), Phase::Serving);
            signals.send(()).await.unwrap();
            phases.reach(Phase::Draining).await;
            assert_eq!(phases.now(), Phase::Draining, "the delay is not over");
            signals.send(()).await.unwrap();
            phases.reach(Phase::Closing).await;
            assert_eq!(phases.now(), Phase::Ending);
        })
        .await;
    }

    #[tokio::test]
    async fn after_the_delay_idle_connections_may_ask_once_more() {
        relay(Duration::from_millis(1), async |signals, mut phases| {
            signals.send(()).await.unwrap();
            phases.reach(Phase::Closing).await;
            assert_eq!(phases.now(), Phase::Closing);
            signals.send(()).await.unwrap();
            phases.reach(Phase::Ending).await;
        })
        .await;
    }

    #[tokio::test]
    async fn without_a_delay_the_first_signal_ends_it() {
        relay(Duration::ZERO, async |signals, mut phases| {
            signals.send(()).await.unwrap();
            phases.reach(Phase::Closing).await;
            assert_eq!(phases.now(), Phase::Ending);
        })
        .await;
    }

    #[tokio::test]
    async fn a_relay_without_a_lead_ends() {
        let (lead, mut phases) = Phases::new();
        drop(lead);
        phases.reach(Phase::Ending).await;
        assert_eq!(phases.now(), Phase::Ending);
    }
}

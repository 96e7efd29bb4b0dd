//! One call for all callers.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::*;
use crate::clock::ManualClock;
use crate::platform::client::Answer;
use crate::platform::json::Body;

struct Case {
    clock: Arc<ManualClock>,
    recent: Arc<Recent>,
    calls: Arc<AtomicU32>,
}

impl Case {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_000_000)));
        let recent = Arc::new(Recent::new(Arc::clone(&clock) as _));
        Self { clock, recent, calls: Arc::default() }
    }

    async fn ask(&self, target: &str) -> Result<Value, RouteError> {
        let calls = Arc::clone(&self.calls);
        let ask = async || {
            let count = calls.fetch_add(1, Ordering::SeqCst) + 1;
            sleep(Duration::from_millis(20)).await;
            let body = Body::written(count.into());
            asked(body)
        };
        let asked = self.recent.ask(target.to_owned(), ask).await;
        asked.answer.map(|answer| answer.body.value().clone())
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

fn asked(body: Body) -> Asked {
    let answer = Answer { status: StatusCode::OK, headers: HeaderMap::new(), body };
    Asked { answer: Ok(answer), request_id: Uuid::nil() }
}

#[tokio::test]
async fn any_number_of_tabs_cause_one_call() {
    let case = Arc::new(Case::new());
    let mut tabs = JoinSet::new();
    for _ in 0..50 {
        let case = Arc::clone(&case);
        tabs.spawn(async move { case.ask("/a").await.unwrap() });
    }
    let bodies = tabs.join_all().await;
    assert_eq!(case.calls(), 1);
    assert!(bodies.iter().all(|body| *body == 1));
}

#[tokio::test]
async fn an_answer_is_shared_for_a_while_and_then_requested_again() {
    let case = Case::new();
    assert_eq!(case.ask("/a").await.unwrap(), 1);
    case.clock.advance(Duration::from_millis(700));
    assert_eq!(case.ask("/a").await.unwrap(), 1);
    assert_eq!(case.ask("/b").await.unwrap(), 2, "another question");
    case.clock.advance(Duration::from_millis(301));
    assert_eq!(case.ask("/a").await.unwrap(), 3);
}

#[tokio::test]
async fn requests_that_no_tab_repeats_are_dropped() {
    let case = Case::new();
    for number in 0..SWEEP {
        case.ask(&format!("/{number}")).await.unwrap();
    }
    case.clock.advance(KEEP);
    case.ask("/new").await.unwrap();
    assert_eq!(case.recent.slots.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_pending_request_is_not_dropped() {
    let case = Case::new();
    let (begun, answered, is_over) = (Notify::new(), Notify::new(), AtomicBool::new(false));
    let slow = || asked(Body::written("slow".into()));
    let first = case.recent.ask("/slow".to_owned(), async || {
        begun.notify_one();
        answered.notified().await;
        is_over.store(true, Ordering::SeqCst);
        slow()
    });
    let meanwhile = async {
        begun.notified().await;
        for number in 1..SWEEP {
            case.ask(&format!("/{number}")).await.unwrap();
        }
        // The bank answers slowly. Other tabs ask for other targets, and a second tab asks for the same one.
        case.clock.advance(KEEP);
        case.ask("/new").await.unwrap();
        let second = case.recent.ask("/slow".to_owned(), async || {
            assert!(is_over.load(Ordering::SeqCst), "two calls at one time");
            slow()
        });
        let end = async { answered.notify_one() };
        tokio::join!(second, end).0
    };
    let (first, second) = tokio::join!(first, meanwhile);
    assert_eq!(first.answer.unwrap().body.value(), second.answer.unwrap().body.value());
}

//! Link sessions that come to nothing: a person does not want to go on, or a second browser shows the token.

use serde_json::json;

use crate::browser::Browser;
use crate::link::World;

/// A link session, and what the host's server must find it as.
pub(crate) struct Passer {
    pub session: String,
    pub status: &'static str,
}

/// Opens a link session, and gives it up.
pub(crate) async fn pass(world: World, number: usize) -> Passer {
    let _under_way = world.progress.enter().await;
    let terms = json!({ "client_reference": format!("passer-{number}") });
    let made = world.host.post("/v1/link-sessions", &terms).await;
    let (session, token) = (made.text("id"), made.text("token"));
    let browser = || Browser::new(world.relay, world.progress.clone());
    let mut first = browser();
    let claimed = first.show("POST", &token).await;
    assert_eq!(claimed.status, 200, "{claimed:?}");
    if number.is_multiple_of(2) {
        let cancelled = first.show("DELETE", &token).await;
        // A lost answer makes it a second time.
        assert!(matches!(cancelled.status, 204 | 410), "{cancelled:?}");
        Passer { session, status: "cancelled" }
    } else {
        let refused = browser().show("POST", &token).await;
        assert_eq!(refused.status, 409, "{refused:?}");
        Passer { session, status: "failed" }
    }
}

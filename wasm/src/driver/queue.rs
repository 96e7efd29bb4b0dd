//! What happens to one element.

use std::rc::Rc;

use protocol::flow::{Reply, RequestId};

use crate::queue;
use crate::settings::{Settings, Wanted};
use crate::text::Text;
use crate::view::Act;

/// Something that happens to an element.
pub(super) enum Happening {
    /// The person acts, or the browser hides or shows the page.
    Act(Act),
    /// The relay has answered, or the call has failed.
    Reply(RequestId, Box<Reply>),
    /// A timer of the flow is due, or a countdown advances.
    Wake,
    /// The page has changed an attribute or the texts, and the flow applies them.
    Settings(Box<Settings>),
    /// The wanted texts are loaded; `None` if they failed.
    Words(Rc<Wanted>, Option<Text>),
    /// It is time to load the texts again.
    WordsDue,
}

/// The queue of an element.
pub(super) type Queue = queue::Queue<Happening>;

//! In place of `account.rs` in the widget, which makes no calls about one account: no such call has a value there, so
//! that no page loads code for them. That code would be a kilobyte.

use super::Refusal;
use super::query::Query;

/// No part of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountPart {}

impl AccountPart {
    pub(super) fn at(_: &[&str], _: &mut Query<'_>) -> Result<Self, Refusal> {
        Err(Refusal::UnknownPath)
    }

    pub(super) fn path(&self) -> String {
        match *self {}
    }

    pub(super) fn query(&self) -> String {
        match *self {}
    }

    pub(super) fn name(&self) -> &'static str {
        match *self {}
    }
}

//! Typing: who is writing in a conversation right now.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use super::app::{App, Caller, Cx};
use super::errors::ApiError;
use super::params::Access;
use super::state::Typing;
use super::views;

/// How long one "I am typing" holds.
const TYPING_MS: u64 = 10_000;

impl App {
    /// `POST /me/conversations/{id}/typing`. From those who may only read it says nothing.
    pub(crate) fn mark_typing(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        id: &str,
    ) -> Result<Value, ApiError> {
        let (_, me) = self.my_part(&caller.user, id)?;
        if me.access == Access::Read {
            return Ok(json!({}));
        }
        let before = self.before(id);
        if let Some(conversation) = self.conversations.get_mut(id) {
            let until = cx.now.saturating_add(TYPING_MS);
            let typing = conversation.typing.entry(caller.user.clone());
            typing.or_insert(Typing { since: cx.now, until }).until = until;
        }
        self.settle(cx, id, &before);
        Ok(json!({}))
    }

    /// `GET /me/conversations/{id}/typing`.
    pub(crate) fn get_typing(&self, caller: &Caller, id: &str) -> Result<Value, ApiError> {
        let (conversation, _) = self.my_part(&caller.user, id)?;
        Ok(views::typing(&conversation.typing, &caller.user))
    }

    /// When the next typing ends.
    pub(crate) fn next_typing_end(&self) -> Option<u64> {
        let ends = self
            .typists
            .iter()
            .filter_map(|(id, user)| Some(self.conversations.get(id)?.typing.get(user)?.until));
        ends.min()
    }

    /// Ends every typing whose time is over.
    pub(crate) fn end_typing(&mut self, cx: &mut Cx<'_>) {
        let now = cx.now;
        let over = |(id, user): &&(String, String)| {
            let typing = self.conversations.get(id).and_then(|c| c.typing.get(user));
            typing.is_none_or(|typing| typing.until <= now)
        };
        let ids: BTreeSet<String> =
            self.typists.iter().filter(over).map(|(id, _)| id.clone()).collect();
        for id in ids {
            let before = self.before(&id);
            if let Some(conversation) = self.conversations.get_mut(&id) {
                conversation.typing.retain(|_, typing| typing.until > now);
            }
            self.settle(cx, &id, &before);
        }
    }
}

#[cfg(test)]
#[path = "typing_tests.rs"]
mod tests;

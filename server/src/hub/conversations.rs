//! Conversations: create, set, read, list, mark as read.

use std::sync::Arc;

use serde_json::{json, Value};

use super::app::{App, Caller, Cx};
use super::errors::ApiError;
use super::filters::Filter;
use super::pages::Page;
use super::params::{Params, Patch};
use super::state::{Conversation, Matter, Participant};
use super::views;

impl App {
    /// `POST /conversations/{id}`: creates a conversation, 409 when there is one.
    pub(crate) fn create_conversation(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        if self.conversations.contains_key(id) {
            let reason = "There is such a conversation already; PUT changes it.";
            return Err(ApiError::new(409, "CONVERSATION_ALREADY_EXISTS", reason));
        }
        self.set_conversation(cx, caller, id, params)
    }

    /// `PUT /conversations/{id}`: creates or changes a conversation. The caller need not take part:
    /// clients send this first and join with the next request.
    pub(crate) fn set_conversation(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        self.needed_user(&caller.user)?;
        if !self.settings.sync {
            let reason = "This app does not let clients create or change conversations.";
            return Err(ApiError::new(403, "UNAUTHORIZED_TO_EDIT", reason));
        }
        let old = self.conversations.get(id).map(|conversation| (*conversation.matter).clone());
        let mut matter = old.unwrap_or_else(|| Matter { created_at: cx.now, ..Matter::default() });
        apply(&mut matter, params)?;
        let before = self.before(id);
        self.conversations.entry(id.to_owned()).or_default().matter = Arc::new(matter);
        self.settle(cx, id, &before);
        Ok(json!({}))
    }

    /// `GET /me/conversations/{id}`.
    pub(crate) fn get_conversation(&self, caller: &Caller, id: &str) -> Result<Value, ApiError> {
        let (conversation, me) = self.my_part(&caller.user, id)?;
        Ok(views::conversation(id, conversation, me))
    }

    /// `GET /me/conversations`: latest message (or joining) first.
    pub(crate) fn list_conversations(
        &self,
        caller: &Caller,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        self.needed_user(&caller.user)?;
        let mut page = Page::read(params, 20, 100)?;
        // Later pages name only the cursor: what they are about is in it.
        match params.get("filter") {
            None | Some(Value::Null) => {}
            Some(Value::Object(filter)) if filter.is_empty() => page.scope = Value::Null,
            Some(filter) => page.scope = filter.clone(),
        }
        let filter = Filter::read(&page.scope)?;
        type Row<'a> = (u64, &'a String, &'a Conversation, &'a Participant);
        let mine = self.memberships.get(&caller.user).into_iter().flatten();
        let mut rows: Vec<Row<'_>> = mine
            .filter_map(|id| {
                let conversation = self.conversations.get(id)?;
                let me = conversation.participants.get(&caller.user)?;
                filter.fits(conversation, me).then_some(())?;
                Some((conversation.last_message_at(me.joined_at), id, conversation, me))
            })
            .collect();
        let key = |row: &Row<'_>| (std::cmp::Reverse(row.0), row.1.clone());
        rows.sort_by_key(key);
        Ok(page.cut(
            rows,
            key,
            |(at, id)| (std::cmp::Reverse(at), id),
            |row| (row.0, row.1.clone()),
            |(_, id, conversation, me)| views::conversation(id, conversation, me),
        ))
    }

    /// `POST /me/conversations/{id}/read`. With nothing to read it changes nothing, so that a
    /// client that marks every new state as read comes to rest.
    pub(crate) fn mark_read(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        id: &str,
    ) -> Result<Value, ApiError> {
        let (conversation, me) = self.my_part(&caller.user, id)?;
        let newest = conversation.last_stamp;
        if me.marked_unread || newest > me.read_until {
            let until = cx.now.max(newest).max(me.read_until);
            self.change_me(cx, caller, id, |me| {
                me.read_until = until;
                me.marked_unread = false;
            });
        }
        Ok(json!({}))
    }

    /// `POST /me/conversations/{id}/unread`.
    pub(crate) fn mark_unread(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        id: &str,
    ) -> Result<Value, ApiError> {
        self.my_part(&caller.user, id)?;
        self.change_me(cx, caller, id, |me| me.marked_unread = true);
        Ok(json!({}))
    }

    fn change_me(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        id: &str,
        edit: impl FnOnce(&mut Participant),
    ) {
        let before = self.before(id);
        let conversation = self.conversations.get_mut(id);
        if let Some(me) = conversation.and_then(|c| c.participants.edit(&caller.user)) {
            edit(me);
        }
        self.settle(cx, id, &before);
    }
}

fn apply(matter: &mut Matter, params: &Params<'_>) -> Result<(), ApiError> {
    params.string("subject")?.apply_option(&mut matter.subject);
    params.string("photoUrl")?.apply_option(&mut matter.photo_url);
    if let Some(Value::String(_)) = params.get("welcomeMessages") {
        return Err(ApiError::params("\"welcomeMessages\" must be a list of strings."));
    }
    match params.strings("welcomeMessages")? {
        Patch::Keep => {}
        patch => patch.apply(&mut matter.welcome_messages),
    }
    params.apply_custom(&mut matter.custom)
}

#[cfg(test)]
#[path = "conversations_tests.rs"]
mod tests;

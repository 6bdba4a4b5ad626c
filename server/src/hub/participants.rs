//! Participants: join, leave, add and remove others, access and notifications.

use serde_json::{json, Map, Value};

use super::app::{App, Caller, Cx};
use super::errors::{quote, ApiError};
use super::pages::Page;
use super::params::{wrong, Params, Patch};
use super::state::Participant;
use super::views;

/// How many actions one request may carry.
const MOST_ACTIONS: usize = 100;

/// What to do with a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Add, or change.
    Put,
    /// Add; 409 when there.
    Post,
    /// Change; 404 when not there.
    Patch,
    /// Remove; 404 when not there.
    Delete,
}

impl App {
    /// One action on one participant.
    pub(crate) fn act_on_participant(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        conversation: &str,
        user: &str,
        action: (Action, &Params<'_>),
    ) -> Result<Value, ApiError> {
        let before = self.before(conversation);
        let result = self.apply_action(cx.now, caller, conversation, user, action);
        self.settle(cx, conversation, &before);
        result.map(|()| json!({}))
    }

    /// `POST /conversations/{id}/participants {actions}`: many actions, each with its own answer.
    /// What they change is told once.
    pub(crate) fn act_on_participants(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        conversation: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let wanted = "a list of {id, method, params}";
        let actions = match params.get("actions") {
            Some(Value::Array(actions)) => actions,
            Some(other) => return Err(wrong("actions", wanted, other)),
            None => {
                return Err(ApiError::params(format!("\"actions\" is missing: give {wanted}.")))
            }
        };
        if actions.len() > MOST_ACTIONS {
            let count = actions.len();
            return Err(ApiError::params(format!(
                "\"actions\" has {count} actions; the most is {MOST_ACTIONS}."
            )));
        }
        let before = self.before(conversation);
        let mut responses = Vec::with_capacity(actions.len());
        for action in actions {
            let result = read_action(action).and_then(|(user, method, params)| {
                let action = (method, &Params::new(&params));
                self.apply_action(cx.now, caller, conversation, &user, action)
            });
            responses.push(match result {
                Ok(()) => json!({ "status": 200 }),
                Err(error) => {
                    let mut body = error.body();
                    body["status"] = error.status.into();
                    body
                }
            });
        }
        self.settle(cx, conversation, &before);
        Ok(json!({ "responses": responses }))
    }

    fn apply_action(
        &mut self,
        now: u64,
        caller: &Caller,
        id: &str,
        user: &str,
        (action, params): (Action, &Params<'_>),
    ) -> Result<(), ApiError> {
        let access = params.access()?;
        let notify = params.notify()?;
        self.needed_user(&caller.user)?;
        let conversation =
            self.conversations.get(id).ok_or_else(|| ApiError::no_conversation(id))?;
        let is_me = user == caller.user;
        let is_in = conversation.participants.contains_key(user);
        if is_in && action == Action::Post {
            let reason = format!("{} takes part already; PUT or PATCH changes it.", quote(user));
            return Err(ApiError::new(409, "PARTICIPANT_ALREADY_EXISTS", reason));
        }
        // Everybody may join, but only those inside may act on others.
        if !is_me && !conversation.participants.contains_key(&caller.user) {
            return Err(ApiError::not_a_participant(&caller.user, id));
        }
        if !self.settings.sync {
            let only_notify = action != Action::Delete && access == Patch::Keep;
            if !(is_me && is_in && only_notify) {
                let reason = "This app lets clients change nothing but their own \"notify\".";
                return Err(ApiError::new(403, "UNAUTHORIZED_TO_EDIT_PARTICIPANT", reason));
            }
        }
        if !is_in && matches!(action, Action::Patch | Action::Delete) {
            return Err(ApiError::no_participant(user, id));
        }
        if !is_in {
            self.needed_user(user)?;
        }
        let Some(conversation) = self.conversations.get_mut(id) else { return Ok(()) };
        if action == Action::Delete {
            conversation.participants.remove(user);
            conversation.typing.remove(user);
            return Ok(());
        }
        // Who joins has nothing unread: what was said before is history.
        let read_until = now.max(conversation.last_stamp);
        let new = Participant {
            access: Default::default(),
            notify: Default::default(),
            joined_at: now,
            read_until,
            marked_unread: false,
        };
        let part = conversation.participants.edit_or_add(user, new);
        access.apply(&mut part.access);
        notify.apply(&mut part.notify);
        Ok(())
    }

    /// `GET /me/conversations/{id}/participants/{user}`.
    pub(crate) fn get_participant(
        &self,
        caller: &Caller,
        id: &str,
        user: &str,
    ) -> Result<Value, ApiError> {
        let (conversation, _) = self.my_part(&caller.user, id)?;
        let participant = conversation.participants.get(user);
        let participant = participant.ok_or_else(|| ApiError::no_participant(user, id))?;
        Ok(views::participant(user, participant))
    }

    /// `GET /me/conversations/{id}/participants`: latest joined first.
    pub(crate) fn list_participants(
        &self,
        caller: &Caller,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let (conversation, _) = self.my_part(&caller.user, id)?;
        let page = Page::read(params, 10, 100)?;
        type Row<'a> = (&'a String, &'a Participant);
        let mut rows: Vec<Row<'_>> = conversation.participants.iter().collect();
        let key = |row: &Row<'_>| (std::cmp::Reverse(row.1.joined_at), row.0.clone());
        rows.sort_by_key(key);
        Ok(page.cut(
            rows,
            key,
            |(at, id)| (std::cmp::Reverse(at), id),
            |row| (row.1.joined_at, row.0.clone()),
            |(user, participant)| views::participant(user, participant),
        ))
    }
}

/// Reads one of `actions`.
fn read_action(action: &Value) -> Result<(String, Action, Map<String, Value>), ApiError> {
    let Value::Object(fields) = action else {
        return Err(wrong("actions", "a list of {id, method, params}", action));
    };
    let user = Params::new(fields).needed_string("id")?;
    let method = match fields.get("method").and_then(Value::as_str) {
        Some("PUT") => Action::Put,
        Some("POST") => Action::Post,
        Some("PATCH") => Action::Patch,
        Some("DELETE") => Action::Delete,
        _ => {
            let got = fields.get("method").unwrap_or(&Value::Null);
            return Err(wrong("method", "\"PUT\", \"POST\", \"PATCH\" or \"DELETE\"", got));
        }
    };
    let params = match fields.get("params") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(params)) => params.clone(),
        Some(other) => return Err(wrong("params", "an object", other)),
    };
    Ok((user, method, params))
}

#[cfg(test)]
#[path = "participants_tests.rs"]
mod tests;

//! Users: create, set, read; presence.

use std::collections::BTreeSet;

use serde_json::{json, Map, Value};

use super::app::{App, Cx};
use super::errors::ApiError;
use super::feeds::Feed;
use super::params::{check_merged, wrong, Params, Patch};
use super::records::Kind;
use super::state::User;
use super::views;

/// The role of a user who was not given one.
const DEFAULT_ROLE: &str = "default";
/// How many users one request may ask for or subscribe to.
pub(crate) const MOST_IDS: usize = 1000;

impl App {
    /// `POST /users/{id}`: creates a user, 409 when there is one.
    pub(crate) fn create_user(
        &mut self,
        cx: &mut Cx<'_>,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        if self.users.contains_key(id) {
            let reason = "There is such a user already; PUT changes it.";
            return Err(ApiError::new(409, "USER_ALREADY_EXISTS", reason));
        }
        self.set_user(cx, id, params)
    }

    /// `PUT /users/{id}`: creates or changes a user.
    pub(crate) fn set_user(
        &mut self,
        cx: &mut Cx<'_>,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let old = self.users.get(id);
        let mut user = old.cloned().unwrap_or_else(|| blank(id));
        apply(&mut user, params, old.is_none())?;
        if old == Some(&user) {
            return Ok(json!({}));
        }
        self.save(cx.out, Kind::User, &[id], &user);
        let view = views::user(&user);
        let old = self.users.insert(id.to_owned(), user);
        match old {
            None => self.tell_created(cx, id, &view),
            Some(old) => {
                if let Some(diff) = views::diff(&views::user(&old), &view) {
                    let event = json!({ "type": "user.edited", "userId": id, "diff": diff }).into();
                    self.tell_watchers(cx.out, &Feed::User(id.to_owned()), &event);
                }
            }
        }
        Ok(json!({}))
    }

    /// Tells of a new user those who watch it, and its own conversation lists, which could not be
    /// fetched before.
    fn tell_created(&self, cx: &mut Cx<'_>, id: &str, view: &Value) {
        let feed = Feed::User(id.to_owned());
        let event = json!({ "type": "user.created", "userId": id, "state": view }).into();
        self.tell_watchers(cx.out, &feed, &event);
        for conn in self.conns_of.get(id).into_iter().flatten() {
            let feeds = self.conns.get(conn).map(|conn| &conn.feeds);
            let is_list = |feeds: &&BTreeSet<Feed>| {
                feeds.contains(&Feed::Conversations) && !feeds.contains(&feed)
            };
            if feeds.filter(is_list).is_some() {
                cx.out.event(*conn, event.clone());
            }
        }
        if self.is_online(id) {
            self.tell_presence(cx, id, true);
        }
    }

    pub(crate) fn get_user(&self, id: &str) -> Result<Value, ApiError> {
        self.needed_user(id).map(views::user)
    }

    /// `GET /users {ids}`: those that exist, by id.
    pub(crate) fn get_users(&self, params: &Params<'_>) -> Result<Value, ApiError> {
        let found = read_ids(params)?.into_iter().filter_map(|id| {
            let user = self.users.get(&id).map(views::user)?;
            Some((id, user))
        });
        Ok(Value::Object(found.collect::<Map<_, _>>()))
    }

    /// `GET /users/{id}/online`.
    pub(crate) fn get_online(&self, id: &str) -> Result<Value, ApiError> {
        self.needed_user(id)?;
        Ok(json!({ "isConnected": self.is_online(id) }))
    }

    /// Whether a user has a socket that is logged in.
    pub(crate) fn is_online(&self, id: &str) -> bool {
        let conns = self.conns_of.get(id).into_iter().flatten();
        conns.filter_map(|conn| self.conns.get(conn)).any(|conn| conn.is_ready())
    }

    /// Tells those who watch the presence of a user, if that user exists.
    pub(crate) fn tell_presence(&self, cx: &mut Cx<'_>, id: &str, online: bool) {
        if !self.users.contains_key(id) {
            return;
        }
        let event = json!({
            "type": "user.online.changed", "userId": id, "diff": { "isConnected": online },
        });
        let event = event.into();
        self.tell_watchers(cx.out, &Feed::Online(id.to_owned()), &event);
    }
}

fn blank(id: &str) -> User {
    User {
        id: id.to_owned(),
        name: String::new(),
        custom: Default::default(),
        locale: None,
        photo_url: None,
        role: DEFAULT_ROLE.to_owned(),
        welcome_message: None,
        availability_text: None,
        email: Vec::new(),
        phone: Vec::new(),
        push_tokens: BTreeSet::new(),
    }
}

fn apply(user: &mut User, params: &Params<'_>, is_new: bool) -> Result<(), ApiError> {
    match params.string("name")? {
        Patch::Set(name) => user.name = name,
        Patch::Keep if !is_new => {}
        Patch::Keep => return Err(ApiError::params("A new user needs a \"name\", a string.")),
        Patch::Reset => return Err(wrong("name", "a string", &Value::Null)),
    }
    params.apply_custom(&mut user.custom)?;
    params.string("locale")?.apply_option(&mut user.locale);
    params.string("photoUrl")?.apply_option(&mut user.photo_url);
    params.string("welcomeMessage")?.apply_option(&mut user.welcome_message);
    params.string("availabilityText")?.apply_option(&mut user.availability_text);
    params.strings("email")?.apply(&mut user.email);
    params.strings("phone")?.apply(&mut user.phone);
    match params.string("role")? {
        Patch::Keep => {}
        Patch::Reset => user.role = DEFAULT_ROLE.to_owned(),
        Patch::Set(role) => user.role = role,
    }
    apply_push_tokens(&mut user.push_tokens, params)
}

/// `pushTokens`: true registers a device, null takes it out, a null object all of them.
fn apply_push_tokens(tokens: &mut BTreeSet<String>, params: &Params<'_>) -> Result<(), ApiError> {
    match params.get("pushTokens") {
        None => {}
        Some(Value::Null) => tokens.clear(),
        Some(Value::Object(changes)) => {
            for (token, value) in changes {
                match value {
                    Value::Bool(true) => tokens.insert(token.clone()),
                    Value::Null => tokens.remove(token),
                    other => {
                        let name = format!("pushTokens.{token}");
                        return Err(wrong(&name, "true (or null, to remove the device)", other));
                    }
                };
            }
            if changes.values().any(|value| !value.is_null()) {
                check_merged("pushTokens", tokens.len(), tokens)?;
            }
        }
        Some(other) => {
            let wanted = "an object whose values are true (or null, to remove a device)";
            return Err(wrong("pushTokens", wanted, other));
        }
    }
    Ok(())
}

/// The `ids` of a request about many users.
pub(crate) fn read_ids(params: &Params<'_>) -> Result<Vec<String>, ApiError> {
    let ids = match params.get("ids") {
        Some(Value::Array(ids)) => ids,
        Some(other) => return Err(wrong("ids", "a list of user ids", other)),
        None => return Err(ApiError::params("\"ids\" is missing: give a list of user ids.")),
    };
    if ids.len() > MOST_IDS {
        let count = ids.len();
        return Err(ApiError::params(format!("\"ids\" has {count} ids; the most is {MOST_IDS}.")));
    }
    let read = |id: &Value| match id.as_str() {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(wrong("ids", "a list of user ids, each a string that is not empty", id)),
    };
    ids.iter().map(read).collect()
}

#[cfg(test)]
#[path = "users_tests.rs"]
mod tests;

//! What goes into the package and what comes out of it, as the typings describe it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::JsValue;

/// The options of `getTalkSession`.
#[derive(Default, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SessionOptions {
    pub app_id: String,
    pub user_id: String,
    pub host: String,
    pub force_create_new: bool,
}

/// The fields of a user that the tests set.
#[derive(Serialize, Deserialize, Tsify)]
pub struct UserParams {
    pub name: String,
}

/// What is known of a file that is uploaded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Tsify)]
pub struct FileMetadata {
    pub filename: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub width: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub height: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub duration: Option<f64>,
}

/// A user snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    pub id: String,
    pub name: String,
    pub custom: BTreeMap<String, String>,
    pub locale: Option<String>,
    pub photo_url: Option<String>,
    pub role: String,
    pub welcome_message: Option<String>,
}

/// A message snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Message {
    pub id: String,
    pub r#type: String,
    pub sender: Option<User>,
    pub custom: BTreeMap<String, String>,
    pub created_at: f64,
    pub edited_at: Option<f64>,
    pub referenced_message: Option<ReferencedMessage>,
    pub origin: String,
    pub plaintext: String,
    pub content: Vec<Block>,
    pub reactions: Vec<Reaction>,
}

/// A message that another one answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReferencedMessage {
    pub id: String,
    pub r#type: String,
    pub sender: User,
    pub custom: BTreeMap<String, String>,
    pub created_at: f64,
    pub edited_at: Option<f64>,
    pub referenced_message_id: Option<String>,
    pub origin: String,
    pub plaintext: String,
    pub content: Vec<Block>,
    pub reactions: Vec<Reaction>,
}

/// A part of a message's content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "lowercase", tag = "type")]
pub enum Block {
    /// Plain text; formatted text has other nodes than strings, which these tests do not send.
    Text {
        children: Vec<String>,
    },
    #[serde(rename_all = "camelCase")]
    File {
        subtype: Option<String>,
        file_token: String,
        url: String,
        size: f64,
        #[serde(flatten)]
        metadata: FileMetadata,
    },
    Location {
        latitude: f64,
        longitude: f64,
    },
}

/// How often people reacted with an emoji.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reaction {
    pub emoji: String,
    pub count: u32,
    pub current_user_reacted: bool,
}

/// A conversation snapshot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Conversation {
    pub id: String,
    pub subject: Option<String>,
    pub photo_url: Option<String>,
    pub welcome_messages: Vec<String>,
    pub custom: BTreeMap<String, String>,
    pub created_at: f64,
    pub joined_at: f64,
    pub last_message: Option<Message>,
    pub last_message_at: f64,
    pub unread_message_count: u32,
    pub read_until: f64,
    pub everyone_read_until: f64,
    pub is_unread: bool,
    pub access: String,
    /// `true`, `false` or `"MentionsOnly"`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "boolean | \"MentionsOnly\"")]
    pub notify: JsValue,
}

/// The state of a subscription to messages.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub enum MessagesState {
    Pending,
    #[serde(rename_all = "camelCase")]
    Active {
        latest_snapshot: Option<Vec<Message>>,
        loaded_all: bool,
    },
    Unsubscribed,
    Error,
}

/// The members of a `TalkError`, which are not enumerable as a whole.
#[derive(Debug, PartialEq)]
pub struct Failure {
    pub name: String,
    pub code: String,
    pub message: String,
    pub status: Option<u16>,
}

impl Failure {
    /// Reads an error that was thrown or rejected with.
    pub fn of(error: &JsValue) -> Failure {
        let get = |name: &str| js_sys::Reflect::get(error, &name.into()).unwrap_or_default();
        let text = |name: &str| get(name).as_string().unwrap_or_default();
        Failure {
            name: text("name"),
            code: text("code"),
            message: text("message"),
            status: get("status").as_f64().map(|status| status as u16),
        }
    }
}

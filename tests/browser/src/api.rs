//! The public classes and functions of the package. Methods keep their names in snake case; what a
//! method throws or rejects with is its `Err`.

use js_sys::Promise;
use tsify::Ts;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::data::{Conversation, FileMetadata, Message, SessionOptions, User, UserParams};

/// A listener of a windowed subscription: the snapshot, and whether it is everything.
pub type WindowListener = Closure<dyn FnMut(JsValue, bool) -> Result<(), JsValue>>;
/// A listener of a single resource.
pub type Listener = Closure<dyn FnMut(JsValue) -> Result<(), JsValue>>;

// The path leads from this crate to the package that the build has left in the repository.
#[wasm_bindgen(module = "/../../pkg/index.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = getTalkSession)]
    pub fn get_talk_session(options: &Ts<SessionOptions>) -> Result<TalkSession, JsValue>;
    #[wasm_bindgen(catch, js_name = getTalkSession)]
    pub fn get_talk_session_with(options: &JsValue) -> Result<TalkSession, JsValue>;
    #[wasm_bindgen(js_name = isTalkError)]
    pub fn is_talk_error(value: &JsValue) -> bool;

    #[derive(Clone)]
    pub type TalkSession;
    #[wasm_bindgen(method, getter, js_name = currentUser)]
    pub fn current_user(this: &TalkSession) -> UserRef;
    #[wasm_bindgen(method, catch)]
    pub fn user(this: &TalkSession, id: &JsValue) -> Result<UserRef, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn conversation(this: &TalkSession, id: &JsValue) -> Result<ConversationRef, JsValue>;
    #[wasm_bindgen(method, js_name = onError)]
    pub fn on_error(this: &TalkSession, handler: &Closure<dyn FnMut(JsValue)>) -> JsValue;
    #[wasm_bindgen(method, catch, js_name = subscribeConversations)]
    pub fn subscribe_conversations(
        this: &TalkSession,
        listener: &WindowListener,
    ) -> Result<Subscription, JsValue>;
    #[wasm_bindgen(method, catch, js_name = uploadFile)]
    pub async fn upload_file(
        this: &TalkSession,
        data: &Blob,
        metadata: &Ts<FileMetadata>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = uploadImage)]
    pub async fn upload_image(
        this: &TalkSession,
        data: &Blob,
        metadata: &Ts<FileMetadata>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = uploadVideo)]
    pub async fn upload_video(
        this: &TalkSession,
        data: &Blob,
        metadata: &Ts<FileMetadata>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = uploadAudio)]
    pub async fn upload_audio(
        this: &TalkSession,
        data: &Blob,
        metadata: &Ts<FileMetadata>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = uploadVoice)]
    pub async fn upload_voice(
        this: &TalkSession,
        data: &Blob,
        metadata: &Ts<FileMetadata>,
    ) -> Result<JsValue, JsValue>;
    // A copy of memory that may grow during the call would be of no use, so bytes go as they are.
    #[wasm_bindgen(method, catch, js_name = uploadFile)]
    pub async fn upload_bytes(
        this: &TalkSession,
        data: &js_sys::Uint8Array,
        metadata: &Ts<FileMetadata>,
    ) -> Result<JsValue, JsValue>;

    pub type UserRef;
    #[wasm_bindgen(method, getter)]
    pub fn id(this: &UserRef) -> String;
    #[wasm_bindgen(method, catch)]
    pub async fn get(this: &UserRef) -> Result<Option<Ts<User>>, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub async fn set(this: &UserRef, params: &Ts<UserParams>) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = set)]
    pub async fn set_with(this: &UserRef, params: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = createIfNotExists)]
    pub async fn create_if_not_exists(
        this: &UserRef,
        params: &Ts<UserParams>,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn subscribe(this: &UserRef, listener: &Listener) -> Result<Subscription, JsValue>;

    pub type ConversationRef;
    #[wasm_bindgen(method)]
    pub fn participant(this: &ConversationRef, id: &str) -> ParticipantRef;
    #[wasm_bindgen(method, catch)]
    pub async fn get(this: &ConversationRef) -> Result<Option<Ts<Conversation>>, JsValue>;
    #[wasm_bindgen(method, catch, js_name = createIfNotExists)]
    pub async fn create_if_not_exists(this: &ConversationRef) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = markAsRead)]
    pub async fn mark_as_read(this: &ConversationRef) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub async fn send(this: &ConversationRef, params: &JsValue) -> Result<MessageRef, JsValue>;
    #[wasm_bindgen(method, catch, js_name = subscribeMessages)]
    pub fn subscribe_messages(
        this: &ConversationRef,
        listener: &WindowListener,
    ) -> Result<Subscription, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn subscribe(this: &ConversationRef, listener: &Listener) -> Result<Subscription, JsValue>;

    pub type ParticipantRef;
    #[wasm_bindgen(method, catch, js_name = createIfNotExists)]
    pub async fn create_if_not_exists(this: &ParticipantRef) -> Result<JsValue, JsValue>;

    #[derive(Clone)]
    pub type MessageRef;
    #[wasm_bindgen(method, getter)]
    pub fn id(this: &MessageRef) -> String;
    #[wasm_bindgen(method, catch)]
    pub async fn get(this: &MessageRef) -> Result<Option<Ts<Message>>, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub async fn edit(this: &MessageRef, params: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub async fn delete(this: &MessageRef) -> Result<JsValue, JsValue>;

    #[derive(Clone)]
    pub type Subscription;
    #[wasm_bindgen(method, getter)]
    pub fn state(this: &Subscription) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn connected(this: &Subscription) -> Promise;
    #[wasm_bindgen(method, getter)]
    pub fn terminated(this: &Subscription) -> Promise;
    #[wasm_bindgen(method)]
    pub fn unsubscribe(this: &Subscription);
    #[wasm_bindgen(method, catch, js_name = loadMore)]
    pub async fn load_more(this: &Subscription, count: u32) -> Result<JsValue, JsValue>;
}

//! The public typings. They are written by hand, as part of the product, and travel through
//! `wasm-bindgen` so that the build takes them from one place.

use wasm_bindgen::prelude::*;

macro_rules! sections {
    ($($name:ident $file:literal),+ $(,)?) => {
        $(#[wasm_bindgen(typescript_custom_section)]
        const $name: &str = include_str!($file);)+
    };
}

sections! {
    SESSION "typings/session.d.ts",
    SDK_SESSION "typings/sdk-session.d.ts",
    BUILDERS "typings/builders.d.ts",
    NEWS "typings/news.d.ts",
    USER "typings/user.d.ts",
    PRESENCE "typings/presence.d.ts",
    CONVERSATION "typings/conversation.d.ts",
    FILTERS "typings/filters.d.ts",
    PARTICIPANT "typings/participant.d.ts",
    TYPING "typings/typing.d.ts",
    MESSAGE "typings/message.d.ts",
    REACTIONS "typings/reactions.d.ts",
    CONTENT "typings/content.d.ts",
    SEARCH "typings/search.d.ts",
    SUBSCRIPTION "typings/subscription.d.ts",
    FILES "typings/files.d.ts",
    ERROR "typings/error.d.ts",
}

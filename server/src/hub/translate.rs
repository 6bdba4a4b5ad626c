//! Translation: not a real one, but one that can be told from the original and is the same each
//! time. `Hello *you*` in French is `[fr] Hello *you*`.

use serde_json::{json, Map, Value};

use super::app::{App, Caller};
use super::errors::ApiError;
use super::markup::write;
use super::params::{wrong, Params};
use super::settings::Translate;
use super::state::Message;
use super::users::read_ids;
use super::views::{self, Viewer};

/// How many messages one request may name.
const MOST_MESSAGES: usize = 100;

impl App {
    /// `GET /me/conversations/{id}/translate {ids, lang}`.
    pub(crate) fn translate(
        &self,
        caller: &Caller,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let (conversation, _) = self.my_part(&caller.user, id)?;
        if self.settings.translate == Translate::Off {
            let reason = "Translation is switched off for this app.";
            return Err(ApiError::new(403, "TRANSLATION_NOT_ENABLED", reason));
        }
        let language = language(params)?;
        let ids = read_ids(params)?;
        if ids.len() > MOST_MESSAGES {
            let count = ids.len();
            let reason = format!("\"ids\" has {count} ids; the most is {MOST_MESSAGES}.");
            return Err(ApiError::params(reason));
        }
        let to = self.viewer_of(caller);
        let translated = ids.into_iter().map(|id| {
            let message = conversation.message(&id);
            let answer = message.map(|message| self.answer(message, &language, &to));
            (id, answer.unwrap_or_default())
        });
        Ok(json!({ "data": translated.collect::<Map<_, _>>() }))
    }

    fn answer(&self, message: &Message, language: &str, to: &Viewer<'_>) -> Value {
        if self.settings.translate == Translate::Markup {
            if let [block] = message.content.as_slice() {
                if let Value::Array(nodes) = &block["children"] {
                    return json!({ "markup": marked(language, &write(nodes)) });
                }
            }
        }
        let blocks = message.content.iter().map(|block| translated(block, language, to));
        json!({ "content": blocks.collect::<Vec<_>>() })
    }
}

/// What the translation starts with.
fn marked(language: &str, text: &str) -> String {
    format!("[{language}] {text}")
}

/// A text block with a mark at its start; others are what they are.
fn translated(block: &Value, language: &str, to: &Viewer<'_>) -> Value {
    let mut block = views::block(block, to);
    if let Some(Value::Array(nodes)) = block.get_mut("children") {
        match nodes.first_mut() {
            Some(Value::String(first)) => *first = marked(language, first),
            _ => nodes.insert(0, marked(language, "").into()),
        }
    }
    block
}

/// `lang`: of `en-US` only `en` counts, but for Chinese in its two scripts.
fn language(params: &Params<'_>) -> Result<String, ApiError> {
    let given = params.needed_string("lang")?;
    let (main, region) = given.split_once(['-', '_']).unwrap_or((given.as_str(), ""));
    let is_code = (2..=3).contains(&main.len()) && main.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_code {
        return Err(wrong("lang", "a language code such as \"fr\"", &given.into()));
    }
    if main.eq_ignore_ascii_case("zh") && region.eq_ignore_ascii_case("tw") {
        return Ok("zh-TW".to_owned());
    }
    Ok(main.to_ascii_lowercase())
}

#[cfg(test)]
#[path = "translate_tests.rs"]
mod tests;

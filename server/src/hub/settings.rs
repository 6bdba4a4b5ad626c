//! What the owner of an app decides in the dashboard of the service: here an option of the program,
//! or a command of a test.

use serde_json::{Map, Value};

use super::errors::ApiError;
use super::params::wrong;

/// How an app is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether clients may create and change conversations and participants ("client-side
    /// conversation syncing"). Without it they may only set their own `notify`.
    pub sync: bool,
    /// Who may edit a message.
    pub edit: Who,
    /// Who may delete a message.
    pub delete: Who,
    /// Whether clients may send links whose text is not their URL, and actions.
    pub links: bool,
    /// Whether there is search.
    pub search: bool,
    /// Whether there is translation, and how it answers.
    pub translate: Translate,
}

/// Who may do something with a message, of those who may write in its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who sent it.
    Sender,
    /// Every participant.
    Everyone,
    /// No client at all.
    Nobody,
}

/// How translations are answered. The service has both forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Translate {
    /// As content blocks.
    Content,
    /// Texts as markup, which the client parses; all else as content blocks.
    Markup,
    /// Not at all.
    Off,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            sync: true,
            edit: Who::Sender,
            delete: Who::Sender,
            links: true,
            search: true,
            translate: Translate::Content,
        }
    }
}

impl Who {
    /// Reads its name.
    pub fn parse(name: &str) -> Option<Who> {
        Some(match name {
            "sender" => Who::Sender,
            "everyone" => Who::Everyone,
            "nobody" => Who::Nobody,
            _ => return None,
        })
    }
}

impl Translate {
    /// Reads its name.
    pub fn parse(name: &str) -> Option<Translate> {
        Some(match name {
            "content" => Translate::Content,
            "markup" => Translate::Markup,
            "off" => Translate::Off,
            _ => return None,
        })
    }
}

impl Settings {
    /// Takes over what an object names, for example `{"sync": false, "edit": "nobody"}`. When a
    /// part of it is wrong nothing is changed.
    pub fn change(&mut self, changes: &Map<String, Value>) -> Result<(), ApiError> {
        let mut new = self.clone();
        for (name, value) in changes {
            let flag = || value.as_bool().ok_or_else(|| wrong(name, "true or false", value));
            let who = || {
                let wanted = "\"sender\", \"everyone\" or \"nobody\"";
                value.as_str().and_then(Who::parse).ok_or_else(|| wrong(name, wanted, value))
            };
            match name.as_str() {
                "sync" => new.sync = flag()?,
                "links" => new.links = flag()?,
                "search" => new.search = flag()?,
                "edit" => new.edit = who()?,
                "delete" => new.delete = who()?,
                "translate" => {
                    let translate = value.as_str().and_then(Translate::parse);
                    let wanted = "\"content\", \"markup\" or \"off\"";
                    new.translate = translate.ok_or_else(|| wrong(name, wanted, value))?;
                }
                other => {
                    let known = "\"sync\", \"edit\", \"delete\", \"links\", \"search\" or \
                                 \"translate\"";
                    return Err(wrong("settings", known, &other.into()));
                }
            }
        }
        *self = new;
        Ok(())
    }
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;

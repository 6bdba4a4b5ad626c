//! Bringing back what was kept.

use std::sync::Arc;

use super::app::App;
use super::content;
use super::records::{read, BadRecord, Kind, Record, Sent};
use super::state::Message;
use super::Hub;

impl Hub {
    /// Forgets all that was loaded and all that happened since, and every socket: the shell
    /// loads the records again, and closes the sockets. Settings stay as they are.
    pub fn forget(&mut self) {
        for config in &self.config.apps {
            let Some(app) = self.apps.get_mut(&config.id) else { continue };
            let settings = std::mem::take(&mut app.settings);
            *app = App { settings, ..App::new(config) };
        }
        self.conns.clear();
        self.boken_key = None;
    }

    /// Takes in one record that an earlier hub gave out with [`super::Output::Save`]. Records may
    /// come in any order, but all of them before the first input. Those of an app that is not
    /// served now are left alone.
    pub fn load(&mut self, record: &Record) -> Result<(), BadRecord> {
        let bad = |why| BadRecord { key: record.key.clone(), why };
        let (kind, ids) = record.key.parse().map_err(bad)?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        if kind == Kind::Key {
            self.boken_key = Some(read(&record.body).map_err(bad)?);
            return Ok(());
        }
        match self.apps.get_mut(&record.key.app) {
            Some(app) => app.load(kind, &ids, &record.body).map_err(bad),
            None => Ok(()),
        }
    }
}

impl App {
    fn load(&mut self, kind: Kind, ids: &[&str], body: &str) -> Result<(), String> {
        match (kind, ids) {
            (Kind::User, [id]) => {
                self.users.insert((*id).to_owned(), read(body)?);
            }
            (Kind::Conversation, [id]) => {
                let conversation = self.conversations.entry((*id).to_owned()).or_default();
                conversation.matter = Arc::new(read(body)?);
            }
            (Kind::Participant, [id, user]) => {
                let conversation = self.conversations.entry((*id).to_owned()).or_default();
                conversation.participants.load(user, read(body)?);
                let mine = self.memberships.entry((*user).to_owned()).or_default();
                mine.insert((*id).to_owned());
            }
            (Kind::Message, [id, _]) => {
                let conversation = self.conversations.entry((*id).to_owned()).or_default();
                let message: Message = read(body)?;
                let content = content::shallow(message.content);
                conversation.insert_message(Message { content, ..message });
            }
            (Kind::File, [id]) => {
                self.files.insert((*id).to_owned(), read(body)?);
            }
            (Kind::Send, [user, conversation, key]) => {
                let sent: Sent = read(body)?;
                let key = ((*user).to_owned(), (*conversation).to_owned(), (*key).to_owned());
                self.sends.insert(key, sent);
            }
            _ => return Err("its id has the wrong number of parts".to_owned()),
        }
        Ok(())
    }
}

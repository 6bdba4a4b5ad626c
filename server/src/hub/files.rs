//! The questions of HTTP: does this app exist, a boken please, may this be uploaded, which file,
//! what is there with these words.

use serde_json::{Map, Value};

use super::app::Outbox;
use super::auth::{Identity, Keys};
use super::errors::{quote, ApiError};
use super::records::Kind;
use super::router::check_upload;
use super::search::{Found, Search, What};
use super::state::File;
use super::views;
use super::{App, Cx, Hub};

/// A question of an HTTP request.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Does the app exist?
    App {
        /// Its id.
        app: String,
    },
    /// A token for a user.
    Boken {
        /// The app.
        app: String,
        /// The user.
        user: String,
        /// Hex HMAC-SHA256 of the user id under the app's secret; empty when it has none.
        signature: String,
    },
    /// May the holder of this token upload? Answered with an id for the file.
    Upload {
        /// The app.
        app: String,
        /// The bearer token.
        token: String,
    },
    /// The file is here; its id is the one that was given.
    Uploaded {
        /// The app.
        app: String,
        /// What is known of it.
        file: File,
    },
    /// What is there with these words, for the holder of this token?
    Search {
        /// The app.
        app: String,
        /// The bearer token.
        token: String,
        /// What is searched.
        what: What,
        /// The parameters.
        search: Search,
        /// Where this client reaches the server.
        base_url: String,
    },
    /// What is kept of a user? Not for clients.
    User {
        /// The app; may be left out when there is only one.
        app: Option<String>,
        /// Its id.
        user: String,
    },
    /// Please change these settings of an app. Not for clients.
    Settings {
        /// The app; may be left out when there is only one.
        app: Option<String>,
        /// What to change, see [`Settings::change`](super::Settings::change).
        changes: Map<String, Value>,
    },
    /// What is known of a file?
    File {
        /// The app.
        app: String,
        /// Its id.
        id: String,
    },
}

/// The answer to an [`Ask`].
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Yes.
    Done,
    /// The boken.
    Boken(String),
    /// The id of the file to come.
    FileId(String),
    /// The token of the file that has come.
    FileToken(String),
    /// What was found.
    Found(Found),
    /// All that is kept of the user, JSON.
    User(Value),
    /// What is known of the file.
    File(File),
}

impl Hub {
    pub(super) fn ask(&mut self, now: u64, out: &mut Outbox, ask: Ask) -> Result<Reply, ApiError> {
        match ask {
            Ask::App { app } => self.needed_app(&app).map(|_| Reply::Done),
            Ask::Boken { app, user, signature } => {
                if user.is_empty() {
                    return Err(ApiError::params("The user id is missing."));
                }
                let boken_key = self.boken_key(out);
                let app = self.needed_app(&app)?;
                let keys =
                    Keys { app: &app.id, secret: app.secret.as_deref(), boken_key: &boken_key };
                keys.boken(&user, &signature).map(Reply::Boken)
            }
            Ask::Upload { app, token } => {
                self.bearer(now, out, &app, &token)?;
                Ok(Reply::FileId(self.ids.fresh("file")))
            }
            Ask::Uploaded { app, file } => {
                check_upload(&file.filename, file.size, self.config.max_upload)?;
                self.needed_app(&app)?;
                let token = file.id.clone();
                self.on_app(now, out, &app, |app, cx| app.add_file(cx, file));
                Ok(Reply::FileToken(token))
            }
            Ask::Search { app, token, what, search, base_url } => {
                let user = self.bearer(now, out, &app, &token)?.user;
                let found = self.needed_app(&app)?.search(&user, &base_url, what, &search)?;
                Ok(Reply::Found(found))
            }
            Ask::User { app, user } => {
                let app = self.meant_app(app.as_deref())?;
                app.needed_user(&user).map(|user| Reply::User(views::kept_user(user)))
            }
            Ask::Settings { app, changes } => {
                let app = self.meant_app(app.as_deref())?.id.clone();
                match self.apps.get_mut(&app) {
                    Some(app) => app.settings.change(&changes).map(|()| Reply::Done),
                    None => Err(ApiError::no_app(&app)),
                }
            }
            Ask::File { app, id } => {
                let file = self.needed_app(&app)?.files.get(&id);
                let reason = || format!("There is no file {}.", quote(&id));
                file.cloned()
                    .map(Reply::File)
                    .ok_or_else(|| ApiError::new(404, "FILE_NOT_FOUND", reason()))
            }
        }
    }

    /// Who holds a bearer token.
    fn bearer(
        &mut self,
        now: u64,
        out: &mut Outbox,
        app: &str,
        token: &str,
    ) -> Result<Identity, ApiError> {
        let boken_key = self.boken_key(out);
        let app = self.needed_app(app)?;
        let keys = Keys { app: &app.id, secret: app.secret.as_deref(), boken_key: &boken_key };
        keys.check(token, now)
    }

    /// The app with this id, or the only one.
    fn meant_app(&self, id: Option<&str>) -> Result<&App, ApiError> {
        let mut apps = self.apps.values();
        match (id, apps.next(), apps.next()) {
            (Some(id), _, _) => self.needed_app(id),
            (None, Some(app), None) => Ok(app),
            _ => {
                let count = self.apps.len();
                Err(ApiError::params(format!("There are {count} apps: name one as \"app\".")))
            }
        }
    }

    fn needed_app(&self, id: &str) -> Result<&App, ApiError> {
        self.apps.get(id).ok_or_else(|| ApiError::no_app(id))
    }
}

impl App {
    fn add_file(&mut self, cx: &mut Cx<'_>, file: File) {
        self.save(cx.out, Kind::File, &[&file.id], &file);
        self.files.insert(file.id.clone(), file);
    }
}

//! What the hub wants kept, in one SQLite table.
//!
//! The hub's records are rows; it reads them all at the start and never asks for one again, so the
//! table needs no columns of its own for what is in them. One input's records are one transaction.

use std::path::Path;
use std::time::Duration;

use rusqlite::{params, Connection, OptionalExtension};

use crate::hub::{Output, Record, RecordKey};

/// Of the table's layout and of what the records look like.
const VERSION: i64 = 1;
const FILE: &str = "chat.sqlite";

pub(super) struct Store {
    db: Connection,
    name: String,
}

impl Store {
    /// Opens or creates the database in `dir`.
    pub(super) fn open(dir: &Path) -> Result<Store, String> {
        let path = dir.join(FILE);
        let name = path.display().to_string();
        std::fs::create_dir_all(dir)
            .map_err(|error| format!("cannot create the folder {}: {error}", dir.display()))?;
        let db = Connection::open(&path).map_err(|error| format!("cannot open {name}: {error}"))?;
        Store { db, name }.prepared()
    }

    /// A store that is gone with the process.
    pub(super) fn in_memory() -> Result<Store, String> {
        let db = Connection::open_in_memory().map_err(|error| error.to_string())?;
        Store { db, name: "memory".to_owned() }.prepared()
    }

    /// Makes every further write fail.
    #[cfg(test)]
    pub(super) fn sabotage(&self) {
        self.db.execute_batch("DROP TABLE records").expect("a table");
    }

    fn prepared(self) -> Result<Store, String> {
        self.set_up().map_err(|error| self.explain(&error))?;
        let version: i64 = self
            .db
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(|error| self.explain(&error))?;
        if version > VERSION {
            return Err(format!(
                "{} was written by a newer version of this program (format {version}, this one \
                 knows up to {VERSION}): update the program, or give another --data folder",
                self.name
            ));
        }
        if version < VERSION {
            self.create().map_err(|error| self.explain(&error))?;
        }
        Ok(self)
    }

    fn set_up(&self) -> rusqlite::Result<()> {
        // Long enough for a server that is just stopping.
        self.db.busy_timeout(Duration::from_millis(500))?;
        // One server per database: a second one would not see what this one keeps in memory.
        self.db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        self.db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).optional()?;
        self.db.pragma_update(None, "synchronous", "NORMAL")?;
        self.db.execute_batch("BEGIN IMMEDIATE; COMMIT")
    }

    fn create(&self) -> rusqlite::Result<()> {
        self.db.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             CREATE TABLE records (
                 kind TEXT NOT NULL,
                 app TEXT NOT NULL,
                 id TEXT NOT NULL,
                 body TEXT NOT NULL,
                 PRIMARY KEY (kind, app, id)
             ) WITHOUT ROWID;
             PRAGMA user_version = {VERSION};
             COMMIT"
        ))
    }

    /// Gives all records to `take`, which may refuse one.
    pub(super) fn load(
        &mut self,
        mut take: impl FnMut(Record) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut query = self
            .db
            .prepare("SELECT kind, app, id, body FROM records ORDER BY kind, app, id")
            .map_err(|error| self.explain(&error))?;
        let rows = query.query_map([], |row| {
            let key = RecordKey { kind: row.get(0)?, app: row.get(1)?, id: row.get(2)? };
            Ok(Record { key, body: row.get(3)? })
        });
        for record in rows.map_err(|error| self.explain(&error))? {
            take(record.map_err(|error| self.explain(&error))?)
                .map_err(|why| format!("{}: {why}", self.name))?;
        }
        Ok(())
    }

    /// Writes what these outputs want written, all of it or nothing.
    pub(super) fn write(&mut self, outputs: &[Output]) -> Result<(), String> {
        let wants =
            |output: &Output| matches!(output, Output::Save(_) | Output::Delete(_) | Output::Wipe);
        if !outputs.iter().any(wants) {
            return Ok(());
        }
        self.transaction(outputs).map_err(|error| self.explain(&error))
    }

    fn transaction(&mut self, outputs: &[Output]) -> rusqlite::Result<()> {
        let work = self.db.transaction()?;
        for output in outputs {
            match output {
                Output::Save(Record { key, body }) => {
                    work.prepare_cached(
                        "INSERT INTO records (kind, app, id, body) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT DO UPDATE SET body = excluded.body",
                    )?
                    .execute(params![key.kind, key.app, key.id, body])?;
                }
                Output::Delete(key) => {
                    work.prepare_cached(
                        "DELETE FROM records WHERE kind = ?1 AND app = ?2 AND id = ?3",
                    )?
                    .execute(params![key.kind, key.app, key.id])?;
                }
                Output::Wipe => {
                    work.execute("DELETE FROM records", [])?;
                }
                Output::Send { .. } | Output::Close { .. } | Output::Reply { .. } => {}
            }
        }
        work.commit()
    }

    fn explain(&self, error: &rusqlite::Error) -> String {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, NotADatabase};
        let name = &self.name;
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => format!(
                "{name} is in use: another server runs on this --data folder; stop it, or give \
                 another folder"
            ),
            Some(NotADatabase) => format!("{name} is not a database of this program"),
            _ => format!("{name}: {error}"),
        }
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;

//! What the hub wants kept, in one SQLite table.
//!
//! The hub's records are rows; it reads them all at the start and never asks for one again, so the
//! table needs no columns of its own for what is in them. One input's records are one transaction.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{ffi, params, Connection, OptionalExtension};

use super::private;
use crate::hub::{Output, Record, RecordKey};

/// Of the table's layout and of what the records look like.
const VERSION: i64 = 1;
/// Says that a database is one of this program ("talk" in ASCII).
const APPLICATION: i64 = 0x7461_6c6b;
const FILE: &str = "chat.sqlite";
/// How much must fit before a disk that was full counts as having room again.
const ROOM: i64 = 256 << 10;

pub(super) struct Store {
    db: Connection,
    name: String,
}

/// Why something was not written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// There is no room. Nothing was changed, and what is there can still be read.
    Full(String),
    /// Anything else: a sentence.
    Other(String),
}

/// What a database turned out to be.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Ours,
    /// Of a program before 0.2.0, which did not sign its databases.
    Unsigned,
    Newer(i64),
    Foreign,
}

impl Store {
    /// Opens or creates the database in `dir`, which nobody else can look into.
    pub(super) fn open(dir: &Path) -> Result<Store, String> {
        let path = dir.join(FILE);
        let name = path.display().to_string();
        private::create_dir(dir).map_err(|error| {
            let why = private::obstacle(dir, private::Kind::Folder).map_or_else(
                || error.to_string(),
                |obstacle| format!("{obstacle}; give --data a folder, or a name for a new one"),
            );
            format!("cannot create the folder {}: {why}", dir.display())
        })?;
        let files = beside(&path).collect::<Vec<_>>();
        let obstacle = files.iter().find_map(|file| private::obstacle(file, private::Kind::File));
        if let Some(obstacle) = obstacle {
            return Err(format!(
                "cannot write {name}: {obstacle}; move it away, or give another --data folder"
            ));
        }
        close_off(dir).map_err(|error| {
            format!("cannot make the folder {} private to its user: {error}", dir.display())
        })?;
        let is_new = match private::new_file().open(&path) {
            Ok(_) => true,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(unwritable(&path, &error.to_string())),
        };
        let opened = Connection::open(&path)
            .map_err(|error| unwritable(&path, &error.to_string()))
            .and_then(|db| Store { db, name }.prepared());
        if opened.is_err() && is_new {
            // Half a database would be taken for another program's.
            remove(&path);
        }
        opened
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

    /// Makes the disk as large as this; pages have 4 kB.
    #[cfg(test)]
    pub(super) fn limit(&self, pages: u32) {
        self.db.pragma_update(None, "max_page_count", pages).expect("a limit");
    }

    /// Looks what is there before anything is written: another program's database stays as it is.
    fn prepared(self) -> Result<Store, String> {
        let found = self.look().map_err(|error| self.explain(&error))?;
        let name = &self.name;
        match found {
            Found::Foreign => {
                return Err(format!(
                    "{name} is a database of another program: give another --data folder"
                ))
            }
            Found::Newer(version) => {
                return Err(format!(
                    "{name} was written by a newer version of this program (format {version}, \
                     this one knows up to {VERSION}): update the program, or give another --data \
                     folder"
                ))
            }
            Found::Nothing | Found::Ours | Found::Unsigned => {}
        }
        self.set_up(found == Found::Nothing).map_err(|error| self.explain(&error))?;
        Ok(self)
    }

    fn look(&self) -> rusqlite::Result<Found> {
        // Long enough for a server that is just stopping.
        self.db.busy_timeout(Duration::from_millis(500))?;
        // One server per database: a second one would not see what this one keeps in memory.
        self.db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        let number = |sql: &str| self.db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let application = number("PRAGMA application_id")?;
        let version = number("PRAGMA user_version")?;
        let others = number("SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'records'")?;
        let columns = "SELECT count(*) FROM pragma_table_info('records') \
                       WHERE name IN ('kind', 'app', 'id', 'body')";
        let has_records = number(columns)? == 4;
        Ok(match (application, version) {
            (APPLICATION | 0, VERSION) if has_records && others == 0 => match application {
                APPLICATION => Found::Ours,
                _ => Found::Unsigned,
            },
            (APPLICATION, newer) if newer > VERSION => Found::Newer(newer),
            (0, newer) if newer > VERSION && has_records => Found::Newer(newer),
            (0, 0) if others == 0 && !has_records => Found::Nothing,
            _ => Found::Foreign,
        })
    }

    fn set_up(&self, is_empty: bool) -> rusqlite::Result<()> {
        self.db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).optional()?;
        // What was confirmed outlives a power cut: each transaction waits for the disk.
        self.db.pragma_update(None, "synchronous", "FULL")?;
        let table = "CREATE TABLE records (
                 kind TEXT NOT NULL,
                 app TEXT NOT NULL,
                 id TEXT NOT NULL,
                 body TEXT NOT NULL,
                 PRIMARY KEY (kind, app, id)
             ) WITHOUT ROWID;";
        let table = if is_empty { table } else { "" };
        self.db.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             {table}
             PRAGMA application_id = {APPLICATION};
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
                .map_err(|why| damaged(&self.name, &why))?;
        }
        Ok(())
    }

    /// Writes what these outputs want written, all of it or nothing.
    pub(super) fn write(&mut self, outputs: &[Output]) -> Result<(), Trouble> {
        let wants =
            |output: &Output| matches!(output, Output::Save(_) | Output::Delete(_) | Output::Wipe);
        if !outputs.iter().any(wants) {
            return Ok(());
        }
        self.transaction(outputs).map_err(|error| match is_full(&error) {
            true => Trouble::Full(self.explain(&error)),
            false => Trouble::Other(self.explain(&error)),
        })
    }

    /// Whether there is room for a few more records: tries it.
    pub(super) fn has_room(&mut self) -> bool {
        let try_it = |db: &mut Connection| {
            let work = db.transaction()?;
            let probe = "INSERT INTO records VALUES ('probe', '', '', zeroblob(?1))";
            work.execute(probe, [ROOM])?;
            work.commit()?;
            db.execute("DELETE FROM records WHERE kind = 'probe'", [])
        };
        try_it(&mut self.db).is_ok()
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
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase,
            PermissionDenied, ReadOnly,
        };
        let name = &self.name;
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => format!(
                "{name} is in use: another server runs on this --data folder; stop it, or give \
                 another folder"
            ),
            Some(NotADatabase) => {
                format!("{name} is not a database of this program: give another --data folder")
            }
            Some(DatabaseCorrupt) => damaged(name, &error.to_string()),
            // Not of the database's making: what was read is not what is ever written.
            None => damaged(name, &error.to_string()),
            Some(ReadOnly | CannotOpen | PermissionDenied) => {
                unwritable(Path::new(name), &error.to_string())
            }
            Some(DiskFull) => format!("the disk is full: {name} has no room"),
            _ if is_full(error) => format!("the disk is full: {name} has no room ({error})"),
            _ => format!("{name}: {error}"),
        }
    }
}

fn unwritable(path: &Path, error: &str) -> String {
    format!(
        "cannot write {}: {error}; give this user the right to write it and its folder, or give \
         another --data folder",
        path.display()
    )
}

fn damaged(name: &str, why: &str) -> String {
    format!("{name} is damaged ({why}): bring back a copy of it, or give another --data folder")
}

/// Whether an error says that there is no room: of the disk, of a quota, or of a limit of the
/// process.
fn is_full(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(code, Some(ffi::SQLITE_FULL | ffi::SQLITE_IOERR_WRITE))
}

/// The files that SQLite keeps beside the database.
fn beside(path: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    ["", "-wal", "-shm", "-journal"].into_iter().map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

fn remove(path: &Path) {
    beside(path).for_each(|file| drop(std::fs::remove_file(file)));
}

/// Closes off what an earlier version, or the user by creating it, left open to others. A folder
/// with something else in it stays as it is: that is not ours to take away.
fn close_off(dir: &Path) -> std::io::Result<()> {
    let database = dir.join(FILE);
    let ours: Vec<PathBuf> = beside(&database).chain([dir.join("files")]).collect();
    for file in &ours {
        private::close_off(file)?;
    }
    let mut entries = std::fs::read_dir(dir)?;
    if entries.all(|entry| entry.is_ok_and(|entry| ours.contains(&entry.path()))) {
        private::close_off(dir)?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;

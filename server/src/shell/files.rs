//! The bytes of uploaded files: one file on disk each, named by its id.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use super::private;

/// The folder of uploaded files.
pub(super) struct FileStore {
    dir: PathBuf,
    /// Whether the folder goes when the server stops.
    is_temporary: bool,
}

impl FileStore {
    /// Opens `dir`, or names a folder for the time this server runs, made with the first file.
    pub(super) fn open(dir: Option<PathBuf>) -> Result<FileStore, String> {
        let is_temporary = dir.is_none();
        let dir = match dir {
            Some(dir) => dir,
            None => temporary_dir()?,
        };
        let store = FileStore { dir, is_temporary };
        // What an earlier run did not finish is of no use.
        let _ = std::fs::remove_dir_all(store.incoming());
        if !is_temporary {
            store.prepare().map_err(|error| {
                let dir = store.dir.display();
                match private::obstacle(&store.incoming(), private::Kind::Folder) {
                    Some(obstacle) => format!(
                        "cannot keep files in the folder {dir}: {obstacle}; move it away, or give \
                         another --data folder"
                    ),
                    None => format!("cannot keep files in the folder {dir}: {error}"),
                }
            })?;
        }
        Ok(store)
    }

    /// Where a finished file is. Ids are made by the hub; anything else is not looked for.
    pub(super) fn path(&self, id: &str) -> Option<PathBuf> {
        is_id(id).then(|| self.dir.join(id))
    }

    /// A place for a file that is on its way.
    pub(super) fn receive(&self, id: &str) -> io::Result<Incoming> {
        let target = self.path(id).ok_or(io::ErrorKind::InvalidInput)?;
        private::create_dir(&self.incoming())?;
        Ok(Incoming { path: self.incoming().join(id), target })
    }

    /// Removes all files.
    pub(super) fn wipe(&self) -> io::Result<()> {
        match std::fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn incoming(&self) -> PathBuf {
        self.dir.join("incoming")
    }

    /// Creates the folders, and closes those off that an earlier version left open to others.
    fn prepare(&self) -> io::Result<()> {
        private::create_dir(&self.incoming())?;
        private::close_off(&self.incoming())?;
        if private::close_off(&self.dir)? {
            for file in std::fs::read_dir(&self.dir)? {
                private::close_off(&file?.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}

/// A file on its way; removed unless it is placed.
pub(super) struct Incoming {
    path: PathBuf,
    target: PathBuf,
}

impl Incoming {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How the file is opened.
    pub(super) fn options(&self) -> OpenOptions {
        private::new_file()
    }

    /// Moves the finished file to its place, where it outlives a power cut. Its bytes have to be on
    /// the disk already.
    pub(super) fn place(self) -> io::Result<Placed> {
        std::fs::rename(&self.path, &self.target)?;
        let placed = Placed { path: self.target.clone(), is_confirmed: false };
        if let Some(dir) = self.target.parent() {
            private::sync_dir(dir)?;
        }
        Ok(placed)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file in its place, of which nobody knows yet. It is removed unless it is confirmed.
pub(super) struct Placed {
    path: PathBuf,
    is_confirmed: bool,
}

impl Placed {
    /// Somebody knows of the file: it stays.
    pub(super) fn confirm(mut self) {
        self.is_confirmed = true;
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        if !self.is_confirmed {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && id != "incoming"
}

fn temporary_dir() -> Result<PathBuf, String> {
    let mut number = [0; 8];
    getrandom::fill(&mut number).map_err(|error| format!("no randomness to be had: {error}"))?;
    let name = format!("talk-session-{:016x}", u64::from_le_bytes(number));
    Ok(std::env::temp_dir().join(name))
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;

//! The bytes of uploaded files: one file on disk each, named by its id.

use std::path::{Path, PathBuf};

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
            store.create_dirs().map_err(|error| {
                format!("cannot create the folder {}: {error}", store.dir.display())
            })?;
        }
        Ok(store)
    }

    /// Where a finished file is. Ids are made by the hub; anything else is not looked for.
    pub(super) fn path(&self, id: &str) -> Option<PathBuf> {
        is_id(id).then(|| self.dir.join(id))
    }

    /// A place for a file that is on its way.
    pub(super) fn receive(&self, id: &str) -> std::io::Result<Incoming> {
        let target = self.path(id).ok_or(std::io::ErrorKind::InvalidInput)?;
        self.create_dirs()?;
        Ok(Incoming { path: self.incoming().join(id), target, is_kept: false })
    }

    /// Removes all files.
    pub(super) fn wipe(&self) -> std::io::Result<()> {
        match std::fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn incoming(&self) -> PathBuf {
        self.dir.join("incoming")
    }

    fn create_dirs(&self) -> std::io::Result<()> {
        std::fs::create_dir_all(self.incoming())
    }
}

impl Drop for FileStore {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = std::fs::remove_dir_all(&self.dir);
        }
    }
}

/// A file on its way; removed unless it is kept.
pub(super) struct Incoming {
    path: PathBuf,
    target: PathBuf,
    is_kept: bool,
}

impl Incoming {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the finished file to its place.
    pub(super) fn keep(mut self) -> std::io::Result<()> {
        std::fs::rename(&self.path, &self.target)?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_kept {
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

//! Folders and files that only their owner may look into: chats are private, also on a machine that
//! several people use. Systems without such rights have nothing to be set.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// What has to be at a path.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Folder,
    File,
}

/// What is in the way of a folder or a file at `path`: a clause. `None` = nothing, as far as can be
/// seen.
pub(super) fn obstacle(path: &Path, wanted: Kind) -> Option<String> {
    let mut wanted = wanted;
    for path in path.ancestors() {
        let Ok(found) = std::fs::symlink_metadata(path) else {
            // It is not there, or what it is in is no folder.
            wanted = Kind::Folder;
            continue;
        };
        let name = path.display();
        let Ok(target) = std::fs::metadata(path) else {
            let is_link = found.is_symlink();
            return is_link.then(|| format!("{name} is a link that leads nowhere"));
        };
        let is_right = match wanted {
            Kind::Folder => target.is_dir(),
            Kind::File => target.is_file(),
        };
        let what = match (target.is_dir(), target.is_file()) {
            (true, _) => "a folder",
            (_, true) => "a file",
            _ => "neither a file nor a folder",
        };
        let but = match wanted {
            Kind::Folder => "where a folder is wanted",
            Kind::File => "where a file is wanted",
        };
        return (!is_right).then(|| format!("{name} is {what}, {but}"));
    }
    None
}

/// Creates a folder, and those it is in.
pub(super) fn create_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// How a new file is opened: it must not be there yet.
pub(super) fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes the rights of all others away from what is there already. `false` = there was nothing to
/// take, or it is not ours to take: what belongs to somebody else stays as its owner wants it.
pub(super) fn close_off(path: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            found => found?,
        };
        let mode = metadata.permissions().mode();
        if metadata.is_symlink() || mode & 0o077 == 0 {
            return Ok(false);
        }
        match std::fs::set_permissions(path, PermissionsExt::from_mode(mode & 0o700)) {
            Err(error) if is_not_ours(&error) => Ok(false),
            changed => changed.map(|()| true),
        }
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        Ok(false)
    }
}

#[cfg(unix)]
fn is_not_ours(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Has a folder keep, over a power cut, which files are in it.
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(path)?.sync_all()?;
    }
    Ok(())
}

/// Whether an error says that there is no more room, for this user or at all.
pub(super) fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_way_is_named() {
        let name = format!("talk-session-obstacle-{}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&dir);
        create_dir(&dir).expect("a folder");
        let file = dir.join("file");
        std::fs::write(&file, "").expect("a file");
        let look = |path: &Path, wanted| obstacle(path, wanted);
        for free in [&dir, &dir.join("new"), &dir.join("new/deep")] {
            assert_eq!(look(free, Kind::Folder), None);
        }
        assert_eq!(look(&file, Kind::File), None);
        assert_eq!(look(&dir.join("new"), Kind::File), None);
        let is_file = format!("{} is a file, where a folder is wanted", file.display());
        for under in [&file, &file.join("new"), &file.join("new/deep")] {
            assert_eq!(look(under, Kind::Folder), Some(is_file.clone()));
        }
        assert_eq!(look(&file.join("new"), Kind::File), Some(is_file));
        let is_folder = format!("{} is a folder, where a file is wanted", dir.display());
        assert_eq!(look(&dir, Kind::File), Some(is_folder));
        #[cfg(unix)]
        {
            let link = dir.join("link");
            std::os::unix::fs::symlink(dir.join("nothing"), &link).expect("a link");
            let leads_nowhere = format!("{} is a link that leads nowhere", link.display());
            for (path, wanted) in
                [(&link, Kind::Folder), (&link, Kind::File), (&link.join("x"), Kind::Folder)]
            {
                assert_eq!(look(path, wanted), Some(leads_nowhere.clone()));
            }
            let null = Path::new("/dev/null");
            let wanted = "/dev/null is neither a file nor a folder, where a folder is wanted";
            assert_eq!(look(null, Kind::Folder).as_deref(), Some(wanted));
        }
        let _ = std::fs::remove_dir_all(&dir);
    }
}

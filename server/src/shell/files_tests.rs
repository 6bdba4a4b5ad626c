//! Tests: files that stay, and files that do not.

use super::*;

/// A store in a folder that goes with the test.
struct Rig(FileStore);

impl Rig {
    fn new(name: &str) -> Self {
        let name = format!("talk-session-files-{}-{name}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&dir);
        Rig(FileStore::open(Some(dir)).expect("a store"))
    }

    fn incoming(&self, id: &str) -> Incoming {
        let incoming = self.0.receive(id).expect("a place");
        let mut file = incoming.options().open(incoming.path()).expect("a file");
        io::Write::write_all(&mut file, b"bytes").expect("written");
        incoming
    }

    fn names(&self) -> Vec<String> {
        let list = |dir: &Path| std::fs::read_dir(dir).expect("a folder").map(|e| e.expect("one"));
        let all = list(&self.0.dir).chain(list(&self.0.incoming()));
        let files = all.filter(|entry| entry.path().is_file());
        files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0.dir);
    }
}

#[test]
fn only_what_somebody_knows_of_stays() {
    let rig = Rig::new("stays");
    drop(rig.incoming("a"));
    assert!(rig.names().is_empty(), "broken off");
    let placed = rig.incoming("a").place().expect("placed");
    assert_eq!(rig.names(), ["a"]);
    drop(placed);
    assert!(rig.names().is_empty(), "its token could not be given");
    rig.incoming("a").place().expect("placed").confirm();
    assert_eq!(rig.names(), ["a"]);
    assert_eq!(std::fs::read(rig.0.path("a").expect("a path")).expect("a file"), b"bytes");
}

#[cfg(unix)]
#[test]
fn what_an_earlier_version_left_open_is_closed_off() {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("set");
    };
    let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
    let rig = Rig::new("closed");
    rig.incoming("a").place().expect("placed").confirm();
    let file = rig.0.path("a").expect("a path");
    assert_eq!((mode(&rig.0.dir), mode(&rig.0.incoming()), mode(&file)), (0o700, 0o700, 0o600));
    for (path, mode) in [(&rig.0.dir, 0o755), (&rig.0.incoming(), 0o755), (&file, 0o644)] {
        set(path, mode);
    }
    FileStore::open(Some(rig.0.dir.clone())).expect("a store");
    assert_eq!((mode(&rig.0.dir), mode(&rig.0.incoming()), mode(&file)), (0o700, 0o700, 0o600));
}

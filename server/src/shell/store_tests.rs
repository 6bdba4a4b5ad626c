//! Tests: what is kept, and what is refused.

use super::*;

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("talk-session-store-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn key(id: &str) -> RecordKey {
    RecordKey { kind: "user".to_owned(), app: "demo".to_owned(), id: id.to_owned() }
}

fn save(id: &str, body: &str) -> Output {
    Output::Save(Record { key: key(id), body: body.to_owned() })
}

fn all(store: &mut Store) -> Vec<(String, String)> {
    let mut all = Vec::new();
    store
        .load(|record| {
            all.push((record.key.id, record.body));
            Ok(())
        })
        .expect("a readable store");
    all
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(id, body)| ((*id).to_owned(), (*body).to_owned())).collect()
}

#[test]
fn what_was_written_is_there_the_next_time() {
    let folder = Folder::new("kept");
    let strange = "[\"ü/\\u0000🐈\"]\u{0}x";
    {
        let mut store = Store::open(&folder.0).expect("a store");
        store.write(&[save("a", "1"), save("b", "2"), save(strange, "3")]).expect("written");
        store.write(&[save("a", "4"), Output::Delete(key("b"))]).expect("written");
    }
    let mut store = Store::open(&folder.0).expect("the store again");
    assert_eq!(all(&mut store), pairs(&[(strange, "3"), ("a", "4")]));
    store.write(&[Output::Wipe, save("c", "5")]).expect("written");
    assert_eq!(all(&mut store), pairs(&[("c", "5")]));
}

#[test]
fn two_servers_do_not_share_a_folder() {
    let folder = Folder::new("shared");
    let first = Store::open(&folder.0).expect("a store");
    let error = Store::open(&folder.0).err().expect("refused");
    assert!(error.contains("another server"), "{error}");
    drop(first);
    assert!(Store::open(&folder.0).is_ok());
}

#[test]
fn a_newer_database_is_left_alone() {
    let folder = Folder::new("newer");
    let store = Store::open(&folder.0).expect("a store");
    store.db.pragma_update(None, "user_version", 2).expect("set");
    drop(store);
    let error = Store::open(&folder.0).err().expect("refused");
    assert!(error.contains("newer version"), "{error}");
    // Also one that is not signed yet.
    let db = Connection::open(folder.0.join(FILE)).expect("a database");
    db.pragma_update(None, "application_id", 0).expect("set");
    drop(db);
    let error = Store::open(&folder.0).err().expect("refused");
    assert!(error.contains("newer version"), "{error}");
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    for (name, setup) in [
        ("tables", "CREATE TABLE diary (day TEXT)"),
        ("version", "CREATE TABLE diary (day TEXT); PRAGMA user_version = 1"),
        ("named", "CREATE TABLE records (day TEXT); PRAGMA user_version = 1"),
        ("signed", "PRAGMA application_id = 77; CREATE TABLE diary (day TEXT)"),
        ("empty", "PRAGMA application_id = 77"),
        ("numbered", "PRAGMA user_version = 9; CREATE TABLE diary (day TEXT)"),
    ] {
        let folder = Folder::new(name);
        std::fs::create_dir_all(&folder.0).expect("a folder");
        let path = folder.0.join(FILE);
        let db = Connection::open(&path).expect("a database");
        db.execute_batch(setup).expect("set up");
        drop(db);
        let before = std::fs::read(&path).expect("a file");
        let error = Store::open(&folder.0).err().expect(name);
        assert!(error.contains("another program"), "{name}: {error}");
        assert_eq!(std::fs::read(&path).expect("a file"), before, "{name}: nothing was written");
    }
}

#[test]
fn a_database_from_before_it_was_signed_opens_and_is_signed() {
    let folder = Folder::new("unsigned");
    let mut store = Store::open(&folder.0).expect("a store");
    store.write(&[save("a", "1")]).expect("written");
    store.db.pragma_update(None, "application_id", 0).expect("set");
    drop(store);
    let mut store = Store::open(&folder.0).expect("the store again");
    assert_eq!(all(&mut store), pairs(&[("a", "1")]));
    assert_eq!(store.look(), Ok(Found::Ours));
}

#[test]
fn what_was_confirmed_is_on_the_disk() {
    let folder = Folder::new("durable");
    let store = Store::open(&folder.0).expect("a store");
    let full = store.db.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0));
    assert_eq!(full, Ok(2), "FULL");
}

#[test]
fn a_full_disk_changes_nothing_and_may_have_room_again() {
    let mut store = Store::in_memory().expect("a store");
    store.write(&[save("a", "1")]).expect("written");
    store.limit(20);
    let long = "x".repeat(200_000);
    let full = store.write(&[save("b", "2"), save("c", &long)]).expect_err("no room");
    assert!(matches!(&full, Trouble::Full(why) if why.contains("the disk is full")), "{full:?}");
    assert_eq!(all(&mut store), pairs(&[("a", "1")]));
    assert!(!store.has_room());
    assert_eq!(all(&mut store), pairs(&[("a", "1")]));
    store.limit(10_000);
    assert!(store.has_room());
    store.write(&[save("c", &long)]).expect("written");
    assert_eq!(all(&mut store).len(), 2, "and no trace of the trial");
}

#[test]
fn trouble_is_told_in_words() {
    let store = Store::in_memory().expect("a store");
    for (code, wanted) in [
        (ffi::SQLITE_READONLY, "cannot write memory"),
        (ffi::SQLITE_CANTOPEN, "cannot write memory"),
        (ffi::SQLITE_PERM, "cannot write memory"),
        (ffi::SQLITE_FULL, "the disk is full"),
        (ffi::SQLITE_IOERR_WRITE, "the disk is full"),
        (ffi::SQLITE_CORRUPT, "is damaged"),
        (ffi::SQLITE_NOTADB, "not a database"),
        (ffi::SQLITE_BUSY, "in use"),
    ] {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        let text = store.explain(&error);
        assert!(text.contains(wanted), "{code}: {text}");
    }
}

#[cfg(unix)]
#[test]
fn only_their_owner_sees_the_chats() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("set");
    };
    let folder = Folder::new("private");
    let inner = folder.0.join("deep/down");
    let file = inner.join(FILE);
    let mut store = Store::open(&inner).expect("a store");
    store.write(&[save("a", "1")]).expect("written");
    let wal = inner.join(format!("{FILE}-wal"));
    assert_eq!((mode(&inner), mode(&file), mode(&wal)), (0o700, 0o600, 0o600));
    assert_eq!(mode(&folder.0), 0o700, "those it had to create around it as well");
    drop(store);

    // As an earlier version left them.
    set(&inner, 0o755);
    set(&file, 0o644);
    drop(Store::open(&inner).expect("a store"));
    assert_eq!((mode(&inner), mode(&file)), (0o700, 0o600));

    // A folder with other things in it is somebody's who may want others to see them.
    std::fs::write(inner.join("notes"), "").expect("a file");
    set(&inner, 0o755);
    set(&file, 0o644);
    drop(Store::open(&inner).expect("a store"));
    assert_eq!((mode(&inner), mode(&file)), (0o755, 0o600));
}

#[test]
fn a_folder_that_cannot_be_used_leaves_nothing_behind() {
    let folder = Folder::new("blocked");
    std::fs::create_dir_all(folder.0.join(FILE)).expect("a folder in the file's place");
    let error = Store::open(&folder.0).err().expect("refused");
    assert!(error.contains("cannot write"), "{error}");
    let wanted = "chat.sqlite is a folder, where a file is wanted; move it away";
    assert!(error.contains(wanted), "{error}");
    let file = folder.0.join("a-file");
    std::fs::write(&file, "").expect("a file");
    for path in [&file, &file.join("inside")] {
        let error = Store::open(path).err().expect("refused");
        assert!(error.contains("cannot create the folder"), "{error}");
        let wanted = "a-file is a file, where a folder is wanted; give --data a folder";
        assert!(error.contains(wanted), "{error}");
    }
    let log = folder.0.join("data/chat.sqlite-wal");
    std::fs::create_dir_all(&log).expect("a folder in the log's place");
    let error = Store::open(&folder.0.join("data")).err().expect("refused");
    assert!(error.contains("chat.sqlite-wal is a folder, where a file is wanted"), "{error}");
}

#[test]
fn another_file_is_not_taken_for_a_database() {
    let folder = Folder::new("other");
    std::fs::create_dir_all(&folder.0).expect("a folder");
    std::fs::write(folder.0.join(FILE), "dear diary, ".repeat(1000)).expect("a file");
    let error = Store::open(&folder.0).err().expect("refused");
    assert!(error.contains("not a database"), "{error}");
}

#[test]
fn a_record_that_is_refused_names_the_file() {
    let mut store = Store::in_memory().expect("a store");
    store.write(&[save("a", "1")]).expect("written");
    let error = store.load(|_| Err("it is odd".to_owned())).expect_err("refused");
    let wanted = "memory is damaged (it is odd): bring back a copy of it, or give another --data \
                  folder";
    assert_eq!(error, wanted);
}

#[test]
fn what_cannot_be_read_is_damaged() {
    let damage = |name: &str, harm: &dyn Fn(&Path)| {
        let folder = Folder::new(name);
        let mut store = Store::open(&folder.0).expect("a store");
        store.write(&[save("a", "1"), save("b", &"x".repeat(9_000))]).expect("written");
        drop(store);
        harm(&folder.0.join(FILE));
        let error = Store::open(&folder.0).and_then(|mut store| store.load(|_| Ok(())));
        let error = error.expect_err(name);
        assert!(error.contains(" is damaged (") && error.contains("bring back a copy"), "{error}");
    };
    for (name, sql) in [
        ("blob", "UPDATE records SET body = x'ff00ff'"),
        ("blob-id", "UPDATE records SET id = x'ff' WHERE id = 'a'"),
        ("no-text", "UPDATE records SET body = CAST(x'ff00ff' AS TEXT)"),
    ] {
        damage(name, &|path| {
            Connection::open(path).expect("a database").execute_batch(sql).expect(sql);
        });
    }
    damage("cut", &|path| {
        let file = std::fs::File::options().write(true).open(path).expect("a file");
        file.set_len(5_000).expect("cut");
    });
}

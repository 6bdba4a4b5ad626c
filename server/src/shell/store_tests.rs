//! Tests: what is kept, and what is refused.

use std::path::PathBuf;

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
    assert_eq!(error, "memory: it is odd");
}

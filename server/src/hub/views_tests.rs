//! Tests: differences.

use super::*;

#[test]
fn equal_views_have_no_difference() {
    let view = json!({ "name": "A", "custom": { "a": "1" } });
    assert_eq!(diff(&view, &view.clone()), None);
}

#[test]
fn only_what_changed_is_in_the_difference() {
    let before = json!({ "name": "A", "photoUrl": "p", "locale": null });
    let after = json!({ "name": "B", "photoUrl": null, "locale": null });
    assert_eq!(diff(&before, &after), Some(json!({ "name": "B", "photoUrl": null })));
}

#[test]
fn custom_data_patches_key_by_key() {
    let before = json!({ "custom": { "gone": "1", "same": "2", "other": "3" } });
    let after = json!({ "custom": { "same": "2", "other": "4", "new": "5" } });
    let wanted = json!({ "custom": { "gone": null, "other": "4", "new": "5" } });
    assert_eq!(diff(&before, &after), Some(wanted));
}

#[test]
fn reactions_patch_two_deep() {
    let before = json!({ "reactions": {
        "👍": { "count": 1, "createdAt": 5, "currentUserReacted": false },
        "🎉": { "count": 1, "createdAt": 6, "currentUserReacted": false },
    } });
    let after = json!({ "reactions": {
        "👍": { "count": 2, "createdAt": 5, "currentUserReacted": false },
        "🚀": { "count": 1, "createdAt": 7, "currentUserReacted": true },
    } });
    let wanted = json!({ "reactions": {
        "👍": { "count": 2 },
        "🎉": null,
        "🚀": { "count": 1, "createdAt": 7, "currentUserReacted": true },
    } });
    assert_eq!(diff(&before, &after), Some(wanted));
}

#[test]
fn typing_patches_names_and_replaces_between_few_and_many() {
    let few = json!({ "many": false, "usersTyping": { "a": 1, "b": 2 } });
    let other = json!({ "many": false, "usersTyping": { "b": 2, "c": 3 } });
    let many = json!({ "many": true, "usersTyping": null });
    assert_eq!(typing_diff(&few, &few), None);
    assert_eq!(typing_diff(&many, &many), None);
    assert_eq!(typing_diff(&few, &other), Some(json!({ "usersTyping": { "a": null, "c": 3 } })));
    assert_eq!(typing_diff(&few, &many), Some(many.clone()));
    assert_eq!(typing_diff(&many, &few), Some(few));
}

#[test]
fn a_file_is_shown_with_what_is_known_of_it() {
    use super::super::state::File;
    let file = File {
        id: "file_1".to_owned(),
        filename: "ä b/c.png".to_owned(),
        size: 3,
        content_type: "image/png".to_owned(),
        subtype: Some("image".to_owned()),
        width: Some(640.0),
        height: Some(480.5),
        duration: None,
    };
    let files = [("file_1".to_owned(), file)].into();
    let to = Viewer { user: "alice", app: "my app", base_url: "http://here:1", files: &files };
    let stored = json!({ "type": "file", "fileToken": "file_1" });
    let wanted = json!({
        "type": "file",
        "subtype": "image",
        "fileToken": "file_1",
        "url": "http://here:1/files/my%20app/file_1/%C3%A4%20b%2Fc.png",
        "size": 3,
        "filename": "ä b/c.png",
        "width": 640,
        "height": 480.5,
    });
    assert_eq!(block(&stored, &to), wanted);
    assert_eq!(block(&stored, &to)["width"].to_string(), "640");
}

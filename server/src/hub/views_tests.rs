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

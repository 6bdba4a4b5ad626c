//! The operations for the JavaScript side: which objects to make, which promises to settle, which
//! listeners to call. They leave as one JSON text, so that the boundary is crossed once per event,
//! and JavaScript's own parser makes the objects.
//!
//! | operation | meaning |
//! |---|---|
//! | `[0, handle, object]` | make the snapshot; its members that are links name other handles |
//! | `[1, handle, members]` | a new snapshot: the old one with these members in place of its own |
//! | `[2, handle, handles]` | make the list of these snapshots |
//! | `[3, handle, edits]` | a new list: the old one after some edits `at, removed, count, handles…` |
//! | `[4, handle]` | the handle is free: forget its object |
//! | `[5, subscription, handle or -1, loadedAll]` | the subscription is active with this snapshot |
//! | `[6, subscription, status, body]` | the subscription was refused |
//! | `[7, call, handle or -1]` | resolve the call's promise with this snapshot or null |
//! | `[8, call, value?]` | resolve it with this value, or with nothing |
//! | `[9, call, status, body]` | reject it: the service refused it |
//! | `[10, error]` | the session has ended: a code and a message, or the status and the body of a refusal |
//! | `[22, call, message or 0, conversation]` | the search of this call has a result |

use alloc::string::String;

use crate::error::{Failure, TalkError};
use crate::json::{push_char, push_u64, ArrayWriter, ObjectWriter, Raw};
use crate::place::{handle, Place};

/// A list of operations that grows until the shell takes it.
#[derive(Default)]
pub(crate) struct Ops(String);

impl Ops {
    /// Everything since the last time, as the elements of a JSON array.
    pub(crate) fn take(&mut self) -> String {
        core::mem::replace(&mut self.0, String::with_capacity(1000))
    }

    pub(crate) fn free(&mut self, handle: u32) {
        self.begin(4, handle);
        self.end();
    }

    /// Makes a snapshot, or patches the one that is there. The members are the caller's, and so is
    /// the call of [`Ops::end`].
    pub(crate) fn begin_snapshot(&mut self, handle: u32, patch: bool) -> ObjectWriter<'_> {
        let text = self.begin(u32::from(patch), handle);
        push_char(text, ',');
        ObjectWriter::new(text)
    }

    pub(crate) fn end(&mut self) {
        push_char(&mut self.0, ']');
    }

    /// Makes a list, or edits the one that is there.
    pub(crate) fn list(&mut self, handle: u32, edit: bool, numbers: &[u32]) {
        let text = self.begin(if edit { 3 } else { 2 }, handle);
        push_char(text, ',');
        let mut list = ArrayWriter::new(text);
        for &number in numbers {
            list.u64(number.into());
        }
        list.end();
        self.end();
    }

    pub(crate) fn active(&mut self, subscription: u32, handle: Option<u32>, loaded_all: bool) {
        let text = self.begin(5, subscription);
        push_handle(text, handle);
        text.push_str(if loaded_all { ",1]" } else { ",0]" });
    }

    pub(crate) fn failed(&mut self, subscription: u32, failure: &Failure) {
        self.refusal(6, subscription, failure);
    }

    pub(crate) fn resolve(&mut self, call: u32, handle: Option<u32>) {
        let text = self.begin(7, call);
        push_handle(text, handle);
        push_char(text, ']');
    }

    pub(crate) fn resolve_value(&mut self, call: u32, value: Option<Raw>) {
        let text = self.begin(8, call);
        if let Some(value) = value {
            push_char(text, ',');
            text.push_str(value.text());
        }
        push_char(text, ']');
    }

    pub(crate) fn reject(&mut self, call: u32, failure: &Failure) {
        self.refusal(9, call, failure);
    }

    fn refusal(&mut self, operation: u32, subject: u32, failure: &Failure) {
        let text = self.begin(operation, subject);
        push_char(text, ',');
        push_u64(text, failure.status.into());
        push_char(text, ',');
        text.push_str(&failure.body);
        self.end();
    }

    pub(crate) fn found(&mut self, call: u32, message: Place, conversation: Place) {
        let text = self.begin(22, call);
        push_handle(text, Some(handle(message)));
        push_handle(text, Some(handle(conversation)));
        self.end();
    }

    pub(crate) fn ended(&mut self, error: &TalkError) {
        let text = self.begin_operation(10);
        push_char(text, ',');
        error.write(text);
        self.end();
    }

    fn begin(&mut self, operation: u32, subject: u32) -> &mut String {
        let text = self.begin_operation(operation);
        push_char(text, ',');
        push_u64(text, subject.into());
        text
    }

    fn begin_operation(&mut self, operation: u32) -> &mut String {
        if !self.0.is_empty() {
            push_char(&mut self.0, ',');
        }
        push_char(&mut self.0, '[');
        push_u64(&mut self.0, operation.into());
        &mut self.0
    }
}

fn push_handle(text: &mut String, handle: Option<u32>) {
    push_char(text, ',');
    match handle {
        Some(handle) => push_u64(text, handle.into()),
        None => text.push_str("-1"),
    }
}

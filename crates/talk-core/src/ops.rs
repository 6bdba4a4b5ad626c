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
//! | `[6, subscription, error]` | the subscription has failed |
//! | `[7, call, handle or -1]` | resolve the call's promise with this snapshot or null |
//! | `[8, call, value?]` | resolve it with this value, or with nothing |
//! | `[9, call, error]` | reject it |
//! | `[10, error]` | the session has ended |

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::TalkError;
use crate::json::{push_u64, ArrayWriter, ObjectWriter, Raw};
use crate::store::Handle;

/// A list of operations that grows until the shell takes it.
#[derive(Default)]
pub(crate) struct Ops {
    text: String,
    next_handle: Handle,
    free_handles: Vec<Handle>,
}

impl Ops {
    /// Everything since the last time, as the elements of a JSON array.
    pub(crate) fn take(&mut self) -> Option<String> {
        (!self.text.is_empty()).then(|| core::mem::take(&mut self.text))
    }

    /// A handle for a new object.
    pub(crate) fn allot(&mut self) -> Handle {
        self.free_handles.pop().unwrap_or_else(|| {
            self.next_handle += 1;
            self.next_handle - 1
        })
    }

    pub(crate) fn free(&mut self, handle: Handle) {
        self.begin(4, handle).push(']');
        self.free_handles.push(handle);
    }

    /// Makes a snapshot, or patches the one that is there.
    pub(crate) fn snapshot(
        &mut self,
        handle: Handle,
        made: bool,
        write: impl FnOnce(&mut ObjectWriter),
    ) {
        let text = self.begin(u32::from(made), handle);
        text.push(',');
        let mut object = ObjectWriter::new(text);
        write(&mut object);
        object.end();
        text.push(']');
    }

    /// Makes a list (`edits` false), or edits the one that is there.
    pub(crate) fn list(&mut self, handle: Handle, edits: bool, numbers: impl Iterator<Item = u32>) {
        let text = self.begin(if edits { 3 } else { 2 }, handle);
        text.push(',');
        let mut list = ArrayWriter::new(text);
        numbers.for_each(|number| {
            list.u64(number.into());
        });
        list.end();
        text.push(']');
    }

    pub(crate) fn active(&mut self, subscription: u32, handle: Option<Handle>, loaded_all: bool) {
        let text = self.begin(5, subscription);
        push_handle(text, handle);
        text.push_str(if loaded_all { ",1]" } else { ",0]" });
    }

    pub(crate) fn failed(&mut self, subscription: u32, error: &TalkError) {
        push_error(self.begin(6, subscription), error);
    }

    pub(crate) fn resolve(&mut self, call: u32, handle: Option<Handle>) {
        let text = self.begin(7, call);
        push_handle(text, handle);
        text.push(']');
    }

    pub(crate) fn resolve_value(&mut self, call: u32, value: Option<Raw>) {
        let text = self.begin(8, call);
        if let Some(value) = value {
            text.push(',');
            text.push_str(value.text());
        }
        text.push(']');
    }

    pub(crate) fn reject(&mut self, call: u32, error: &TalkError) {
        push_error(self.begin(9, call), error);
    }

    pub(crate) fn ended(&mut self, error: &TalkError) {
        push_error(self.begin_operation(10), error);
    }

    fn begin(&mut self, operation: u32, subject: u32) -> &mut String {
        let text = self.begin_operation(operation);
        text.push(',');
        push_u64(text, subject.into());
        text
    }

    fn begin_operation(&mut self, operation: u32) -> &mut String {
        if !self.text.is_empty() {
            self.text.push(',');
        }
        self.text.push('[');
        push_u64(&mut self.text, operation.into());
        &mut self.text
    }
}

fn push_handle(text: &mut String, handle: Option<Handle>) {
    text.push(',');
    match handle {
        Some(handle) => push_u64(text, handle.into()),
        None => text.push_str("-1"),
    }
}

fn push_error(text: &mut String, error: &TalkError) {
    text.push(',');
    error.write(text);
    text.push(']');
}

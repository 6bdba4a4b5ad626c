//! What happens when the disk is full: nothing is confirmed, nothing is half-done, and what was kept
//! can still be read.
//!
//! The requests whose changes did not fit are answered with 507. The hub knew of those changes
//! already, so it is put back to what is stored, and all sockets close: their clients come back and
//! see that. From then on a request that would change something is refused before the hub sees it,
//! until there is room again.

use serde_json::{json, Value};

use super::super::complain;
use super::Driver;
use crate::hub::{ApiError, Output};

/// The answer to what could not be kept.
pub(in super::super) fn full() -> ApiError {
    let reason = "The disk of the server is full: nothing was changed. Make room on it.";
    ApiError::new(507, "DISK_FULL", reason)
}

impl Driver {
    /// Goes back to what is stored after a round whose changes did not fit.
    pub(super) fn turn_back(&mut self, outputs: Vec<Output>, why: &str) -> Result<(), String> {
        complain(&format!("{why}; nothing can be changed until there is room again"));
        self.is_full = true;
        self.hub.forget();
        let (store, hub) = (&mut self.store, &mut self.hub);
        tokio::task::block_in_place(|| {
            store.load(|record| hub.load(&record).map_err(|error| error.to_string()))
        })?;
        for output in outputs {
            match output {
                Output::Send { conn, text } => {
                    if let Some(text) = refused(&text) {
                        self.send(conn, text);
                    }
                }
                Output::Reply { id, .. } => {
                    self.carry_out(Output::Reply { id, reply: Err(full()) });
                }
                Output::Save(_) | Output::Delete(_) | Output::Wipe | Output::Close { .. } => {}
            }
        }
        for answer in std::mem::take(&mut self.answers) {
            answer(Some(full()));
        }
        for (conn, socket) in std::mem::take(&mut self.sockets) {
            if let Some(faults) = &mut self.faults {
                faults.closed(conn);
            }
            socket.close(1013, "the disk of the server is full");
        }
        Ok(())
    }

    /// The answer to a frame that would change something while nothing can be kept.
    pub(super) fn refusal(&mut self, text: &str) -> Option<String> {
        if !self.is_full {
            return None;
        }
        let frame: Value = serde_json::from_str(text).ok()?;
        let (method, path) = (frame[1].as_str()?, frame[2].as_str()?);
        let changes = matches!(method, "POST" | "PUT" | "PATCH" | "DELETE");
        let is_kept = path != "/session/renew" && !path.ends_with("/typing");
        if !changes || !is_kept || self.has_room() {
            return None;
        }
        Some(json!([frame[0], 507, full().body()]).to_string())
    }

    /// Whether something can be kept: tries, if it could not before.
    pub(super) fn has_room(&mut self) -> bool {
        if self.is_full {
            let store = &mut self.store;
            self.is_full = !tokio::task::block_in_place(|| store.has_room());
            if !self.is_full {
                complain("there is room on the disk again");
            }
        }
        !self.is_full
    }
}

/// An answer as one that says that nothing came of it; `None` when this frame is no answer.
fn refused(text: &str) -> Option<String> {
    let frame: Value = serde_json::from_str(text).ok()?;
    frame[1].is_number().then(|| json!([frame[0], 507, full().body()]).to_string())
}

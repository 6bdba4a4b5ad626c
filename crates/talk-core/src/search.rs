//! Searches. One page is one call and one HTTP request, whose answer comes in lines: one opens the
//! object and its array, then there is one result on each, and the last one begins with `]`, may have a
//! cursor, and closes the object.
//!
//! A result is told as soon as its snapshots are complete and those before it are told, and is what
//! it was then: searches are not followed. So with its page everything about it is let go, and a
//! search that JavaScript forgets leaves nothing behind. What a search goes on with, the cursor, is
//! what its call resolves with.

use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::conn::Ticket;
use crate::error::Failure;
use crate::json::{concat, Raw};
use crate::nodes::{Kind, Known, Phase};
use crate::place::{Place, NOBODY};

/// A page that is on its way.
pub(crate) struct Search {
    call: u32,
    ticket: Ticket,
    /// Whether messages are searched, and not conversations.
    messages: bool,
    /// What was found: a message, if they are searched, and a conversation. Both are held.
    results: Vec<(Place, Place)>,
    /// How many of the results are told, or passed over.
    told: usize,
    /// Whether all of the answer is there.
    over: bool,
    /// The cursor that the end of the array came with, as JSON: a text, or null.
    end: Option<String>,
}

impl Client {
    /// Asks for a page. `query` is the end of the address, from `messages/search` or
    /// `conversations/search` on.
    pub(crate) fn search(&mut self, call: u32, query: &str) {
        let ticket = self.conn.http(concat(&[&self.rest_url, "/me/", query]), None);
        let messages = query.starts_with('m');
        let (results, told, over, end) = (Vec::new(), 0, false, None);
        self.searches.push(Search { call, ticket, messages, results, told, over, end });
    }

    /// A page is not wanted any more.
    pub(crate) fn cancel_search(&mut self, call: u32) {
        if let Some(at) = self.searches.iter().position(|search| search.call == call) {
            self.conn.abort_http(self.searches[at].ticket);
            self.nodes.ops.resolve_value(call, None);
            self.end_search(at);
        }
    }

    /// Some whole lines of an answer. If the request is made again after a failure, they may have
    /// come before.
    pub(crate) fn search_lines(&mut self, ticket: Ticket, text: &str) {
        let Some(at) = self.searches.iter().position(|search| search.ticket == ticket) else {
            return;
        };
        let bytes = text.as_bytes();
        let mut next = 0;
        while next < bytes.len() {
            // From here to there it is a result, or the end; around it there is a comma at the most.
            let (mut start, mut end) = (usize::MAX, next);
            while let Some(&byte) = bytes.get(next) {
                next += 1;
                match byte {
                    b'{' | b']' => start = start.min(next - 1),
                    b'}' => end = next,
                    b'\n' => break,
                    _ => {}
                }
            }
            let line = text.get(start..end).unwrap_or("");
            let last = if bytes.get(start) == Some(&b']') { "{\"data\":[" } else { "" };
            let line = concat(&[last, line]);
            // Others, such as the one that opens the array, are nothing by themselves.
            let Some(value) = Raw::parse(&line) else { continue };
            match value.get("data") {
                // The end, or all of it at once.
                Some(data) => {
                    data.items().for_each(|item| self.found(at, item));
                    let cursor = value.get("cursor").filter(|cursor| cursor.is_string());
                    self.searches[at].end = Some(cursor.unwrap_or(Raw::NULL).text().into());
                }
                None => self.found(at, value),
            }
        }
    }

    fn found(&mut self, at: usize, item: Raw) {
        let messages = self.searches[at].messages;
        let id = |key| item.get(key).and_then(Raw::as_str).filter(|id| !id.is_empty());
        let owner = id(if messages { "conversationId" } else { "id" });
        let (Some(id), Some(owner)) = (id("id"), owner) else { return };
        let side = self.nodes.side(&owner);
        let feed = self.nodes[side].feed;
        let message = if messages { self.nodes.place(Kind::Message, feed, &id) } else { NOBODY };
        if self.searches[at].results.contains(&(message, side)) {
            return;
        }
        // Messages of one conversation are often found together, and page after page.
        self.hold(side);
        if messages {
            let node = &self.nodes[message];
            // The answer may be older than what its feed, or an answer while that was followed, said.
            let gone = node.known == Known::Absent && !node.unsure;
            if !gone && !self.is_fed(message) {
                self.take_state(message, item, false);
            }
            self.acquire(message);
            self.expand(message);
        }
        self.searches[at].results.push((message, side));
    }

    /// The answer to an HTTP request, if it is one for a page. What stops before the end of the array
    /// is no answer: a connection broke off, or somebody else answered, such as a hotel's network.
    pub(crate) fn search_answered(&mut self, ticket: Ticket, result: &Result<String, Failure>) {
        if let Ok(rest) = result {
            self.search_lines(ticket, rest);
        }
        if let Some(at) = self.searches.iter().position(|search| search.ticket == ticket) {
            let search = &mut self.searches[at];
            search.over = true;
            let strange = Failure::strange();
            let failure = match result {
                Ok(_) if search.end.is_some() => return,
                Ok(_) => &strange,
                Err(failure) => failure,
            };
            self.nodes.ops.reject(search.call, failure);
            self.end_search(at);
        }
    }

    /// Tells the results that are complete, and the ends of pages.
    pub(crate) fn flush_searches(&mut self) {
        for at in (0..self.searches.len()).rev() {
            while let Some(&(message, side)) = self.searches[at].results.get(self.searches[at].told)
            {
                let nodes = &mut self.nodes;
                // It was deleted, or I have left; or it cannot be had.
                let lost = |place| match nodes[place].known {
                    Known::No => nodes[place].phase == Phase::Loaded,
                    known => known == Known::Absent,
                };
                if !lost(message) && !lost(side) {
                    if message != NOBODY && !nodes[message].is_clean() || !nodes[side].is_clean() {
                        break;
                    }
                    nodes.ops.found(self.searches[at].call, message, side);
                }
                self.searches[at].told += 1;
            }
            let search = &self.searches[at];
            if search.over && search.told == search.results.len() {
                self.nodes.ops.resolve_value(search.call, search.end.as_deref().map(Raw::trusted));
                self.end_search(at);
            }
        }
    }

    fn end_search(&mut self, at: usize) {
        for (message, side) in self.searches.remove(at).results {
            self.release(message);
            self.release(side);
        }
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;

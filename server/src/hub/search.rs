//! Search: messages and conversations of a user that have the words of a query.
//!
//! It comes over HTTP, so its parameters are texts. The first page has a query and perhaps a
//! filter, every later one the cursor of the page before, which carries both.

use std::cmp::Reverse;

use serde_json::{json, Map, Value};

use super::app::App;
use super::content::plain_text;
use super::errors::{quote, ApiError};
use super::filters::Filter;
use super::pages::Page;
use super::params::{wrong, Params};
use super::paths::decode;
use super::state::{Conversation, Message, Participant};
use super::views::{self, Viewer};
use super::words::Query;

/// How many results a page has unless told, and at the most.
const PAGE: usize = 10;
const LARGEST_PAGE: usize = 50;

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The texts of messages.
    Messages,
    /// Conversations, by their `subject` or `custom.search`.
    Conversations,
}

/// The parameters of a search, as they come in a URL (decoded once, as every URL is).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// `searchString`, percent-encoded once more.
    pub text: Option<String>,
    /// `conversationFilter`, JSON.
    pub filter: Option<String>,
    /// `limit`.
    pub limit: Option<String>,
    /// `cursor`: of a page before, in place of text and filter.
    pub cursor: Option<String>,
}

/// What a search found: one page of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Messages with their `conversationId`, or `{id}` of conversations.
    pub items: Vec<Value>,
    /// Where to go on; `None` = that was all.
    pub cursor: Option<String>,
}

impl App {
    /// Serves one page of a search of `user`. Files of messages are reached through `base_url`.
    pub(crate) fn search(
        &self,
        user: &str,
        base_url: &str,
        what: What,
        search: &Search,
    ) -> Result<Found, ApiError> {
        if !self.settings.search {
            let reason = "Search is switched off for this app.";
            return Err(ApiError::new(403, "SEARCH_NOT_ENABLED", reason));
        }
        self.needed_user(user)?;
        let page = read_page(what, search)?;
        let query = Query::read(page.scope["text"].as_str().unwrap_or_default());
        let filter = Filter::read(&page.scope["filter"])?;
        let to = Viewer { user, app: &self.id, base_url, files: &self.files };
        let mine = self.memberships.get(user).into_iter().flatten().filter_map(|id| {
            let conversation = self.conversations.get(id)?;
            let me = conversation.participants.get(user)?;
            filter.fits(conversation, me).then_some((id.as_str(), conversation, me))
        });
        let mut body = match what {
            What::Messages => messages(&page, &query, mine, &to),
            What::Conversations => conversations(&page, &query, mine),
        };
        let items = match body["data"].take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        Ok(Found { items, cursor: body["cursor"].as_str().map(str::to_owned) })
    }
}

/// A conversation that may be searched: its id, itself, and the part of who searches.
type Mine<'a> = (&'a str, &'a Conversation, &'a Participant);

/// Newest first.
fn messages<'a>(
    page: &Page,
    query: &Query,
    mine: impl Iterator<Item = Mine<'a>>,
    to: &Viewer<'_>,
) -> Value {
    type Row<'a> = (&'a str, &'a Conversation, &'a Message);
    let all = mine.flat_map(|(id, conversation, _)| {
        conversation.messages.values().map(move |message| (id, conversation, message))
    });
    let is_found = |row: &Row<'_>| plain_text(&row.2.content).is_some_and(|t| query.finds(&t));
    let mut rows: Vec<Row<'_>> = all.filter(is_found).collect();
    let key = |row: &Row<'_>| (Reverse(row.2.created_at), row.2.id.clone());
    rows.sort_by_key(key);
    page.cut(
        rows,
        key,
        |(at, id)| (Reverse(at), id),
        |row| (row.2.created_at, row.2.id.clone()),
        |(id, conversation, message)| {
            let mut view = views::message(conversation, message, to);
            view["conversationId"] = (*id).into();
            view
        },
    )
}

/// Latest active first.
fn conversations<'a>(page: &Page, query: &Query, mine: impl Iterator<Item = Mine<'a>>) -> Value {
    let is_found = |conversation: &Conversation| {
        let matter = &conversation.matter;
        let texts = [matter.subject.as_ref(), matter.custom.get("search")];
        texts.into_iter().flatten().any(|text| query.finds(text))
    };
    let mut rows: Vec<(u64, &str)> = mine
        .filter(|(_, conversation, _)| is_found(conversation))
        .map(|(id, conversation, me)| (conversation.last_message_at(me.joined_at), id))
        .collect();
    let key = |row: &(u64, &str)| (Reverse(row.0), row.1.to_owned());
    rows.sort_by_key(key);
    page.cut(
        rows,
        key,
        |(at, id)| (Reverse(at), id),
        |(at, id)| (*at, (*id).to_owned()),
        |(_, id)| json!({ "id": id }),
    )
}

/// Reads the parameters. The scope of the page is `{what, text, filter}`.
fn read_page(what: What, search: &Search) -> Result<Page, ApiError> {
    let mut params = Map::new();
    if let Some(limit) = &search.limit {
        params.insert("limit".to_owned(), limit.parse().map_or(limit.as_str().into(), number));
    }
    if let Some(cursor) = &search.cursor {
        params.insert("cursor".to_owned(), cursor.as_str().into());
    }
    let mut page = Page::read(&Params::new(&params), PAGE, LARGEST_PAGE)?;
    let name = match what {
        What::Messages => "messages",
        What::Conversations => "conversations",
    };
    if search.cursor.is_some() {
        if page.scope["what"] == name {
            return Ok(page);
        }
        let wanted = format!("one of a search of {name}");
        return Err(wrong("cursor", &wanted, &"one of something else".into()));
    }
    let Some(text) = &search.text else {
        return Err(ApiError::params("\"searchString\" is missing: give the words to search for."));
    };
    let filter: Value = match search.filter.as_deref() {
        None | Some("") => Value::Null,
        Some(json) => serde_json::from_str(json).map_err(|error| {
            ApiError::params(format!("\"conversationFilter\" is not JSON: {error}."))
        })?,
    };
    // Clients encode the text twice. One that does not, and means its percent sign, is understood.
    let text = decode(text).unwrap_or_else(|| text.clone());
    if text.chars().count() > LONGEST_QUERY {
        return Err(ApiError::params(format!(
            "\"searchString\" has more than {LONGEST_QUERY} characters: {}.",
            quote(&text)
        )));
    }
    page.scope = json!({ "what": name, "text": text, "filter": filter });
    Ok(page)
}

/// The longest text to search for, in characters: it travels in every cursor.
const LONGEST_QUERY: usize = 1000;

fn number(number: u64) -> Value {
    number.into()
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;

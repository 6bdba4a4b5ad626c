//! Lists come in pages: a limit, and a cursor that says where the last page ended.

use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use base64::Engine;
use serde_json::{json, Value};

use super::errors::ApiError;
use super::params::{wrong, Params};

/// Where a page ends: the ordering number and the id of its last item.
pub(crate) type Position = (u64, String);

/// What a request wants of a list.
pub(crate) struct Page {
    pub(crate) limit: usize,
    pub(crate) after: Option<Position>,
    /// What the list is about besides its path: the cursor carries it from page to page. Null when
    /// that is nothing.
    pub(crate) scope: Value,
}

impl Page {
    /// Reads `limit` and `cursor`.
    pub(crate) fn read(params: &Params<'_>, default: usize, most: usize) -> Result<Page, ApiError> {
        let (after, scope) = match params.get("cursor") {
            None | Some(Value::Null) => (None, Value::Null),
            Some(value) => {
                let wanted = "the cursor of an earlier page";
                let place = value.as_str().and_then(decode);
                let (at, id, scope) = place.ok_or_else(|| wrong("cursor", wanted, value))?;
                (Some((at, id)), scope)
            }
        };
        Ok(Page { limit: params.limit(default, most)?, after, scope })
    }

    /// Cuts the page out of all items in order. `key` gives an item's place in that order; `of`
    /// makes the place of a position.
    pub(crate) fn cut<T, K: Ord>(
        &self,
        items: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> K,
        of: impl Fn(Position) -> K,
        position: impl Fn(&T) -> Position,
        view: impl Fn(&T) -> Value,
    ) -> Value {
        let start = self.after.clone().map(of);
        let mut items = items.into_iter().filter(|item| match &start {
            Some(start) => key(item) > *start,
            None => true,
        });
        let page: Vec<T> = items.by_ref().take(self.limit).collect();
        let more = items.next().is_some();
        let cursor = page.last().filter(|_| more).map(|last| self.encode(&position(last)));
        json!({ "data": page.iter().map(view).collect::<Vec<_>>(), "cursor": cursor })
    }

    fn encode(&self, (at, id): &Position) -> String {
        let place = match &self.scope {
            Value::Null => json!([at, id]),
            scope => json!([at, id, scope]),
        };
        B64.encode(place.to_string())
    }
}

/// The number, the id and the scope in a cursor.
fn decode(cursor: &str) -> Option<(u64, String, Value)> {
    let place: Vec<Value> = serde_json::from_slice(&B64.decode(cursor).ok()?).ok()?;
    match place.as_slice() {
        [at, id] => Some((at.as_u64()?, id.as_str()?.to_owned(), Value::Null)),
        [at, id, scope] => Some((at.as_u64()?, id.as_str()?.to_owned(), scope.clone())),
        _ => None,
    }
}

//! Searches: what was found goes out line by line, so that a client can show the first result while
//! the rest is on its way.

use std::collections::VecDeque;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::Query;
use axum::http::{header, HeaderMap, HeaderValue};
use axum::response::Response;
use futures_util::stream;
use serde_json::json;

use super::driver::stopping;
use super::http::{base_url, bearer, query, Parts, Refusal, State};
use crate::hub::{Ask, Found, Reply, Search, What};

/// What a URL of a search says.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Said {
    search_string: Option<String>,
    conversation_filter: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// `GET /public_api/v1/{app}/me/messages/search`
pub(super) async fn messages(
    axum::extract::State(state): axum::extract::State<State>,
    Parts(app): Parts<String>,
    headers: HeaderMap,
    said: Result<Query<Said>, QueryRejection>,
) -> Result<Response, Refusal> {
    search(state, app, What::Messages, &headers, query(said)?).await
}

/// `GET /public_api/v1/{app}/me/conversations/search`
pub(super) async fn conversations(
    axum::extract::State(state): axum::extract::State<State>,
    Parts(app): Parts<String>,
    headers: HeaderMap,
    said: Result<Query<Said>, QueryRejection>,
) -> Result<Response, Refusal> {
    search(state, app, What::Conversations, &headers, query(said)?).await
}

async fn search(
    state: State,
    app: String,
    what: What,
    headers: &HeaderMap,
    said: Said,
) -> Result<Response, Refusal> {
    let token = bearer(headers)?;
    let base_url = base_url(headers, state.addr);
    let Said { search_string: text, conversation_filter: filter, limit, cursor } = said;
    let search = Search { text, filter, limit, cursor };
    let ask = Ask::Search { app, token, what, search, base_url };
    let Reply::Found(found) = state.link.ask(ask).await? else {
        return Err(Refusal(stopping()));
    };
    let pace = if state.control_token.is_some() { state.link.pace().await } else { Duration::ZERO };
    let mut response = Response::new(Body::from_stream(stream::unfold(lines(found), {
        move |mut lines: VecDeque<String>| async move {
            let line = lines.pop_front()?;
            if !pace.is_zero() {
                tokio::time::sleep(pace).await;
            }
            Some((Ok::<_, std::convert::Infallible>(Bytes::from(line)), lines))
        }
    })));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// All of it is one JSON object; each result has a line of its own. A comma leads its line, and no
/// newline comes behind the last one: `@talkjs/core` takes an empty line for a result that is none.
fn lines(found: Found) -> VecDeque<String> {
    let mut lines = VecDeque::from(["{\"data\":[\n".to_owned()]);
    for (at, item) in found.items.into_iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        lines.push_back(format!("{comma}{item}\n"));
    }
    lines.push_back(match found.cursor {
        Some(cursor) => format!("],\"cursor\":{}}}", json!(cursor)),
        None => "]}".to_owned(),
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_line_for_each_result_and_json_as_a_whole() {
        let found = |count: usize, cursor: Option<&str>| Found {
            items: (0..count).map(|n| json!({ "id": format!("line\n{n}") })).collect(),
            cursor: cursor.map(str::to_owned),
        };
        for (count, cursor) in [(0, None), (1, Some("c\"")), (3, None)] {
            let lines = lines(found(count, cursor));
            assert_eq!(lines.len(), count + 2);
            assert!(lines.iter().all(|line| line.lines().count() == 1));
            assert!(lines.iter().take(count + 1).all(|line| line.ends_with('\n')));
            assert!(lines.back().is_some_and(|line| line.starts_with(']') && line.ends_with('}')));
            let whole: Value =
                serde_json::from_str(&lines.iter().cloned().collect::<String>()).expect("JSON");
            assert_eq!(whole["data"].as_array().map(Vec::len), Some(count));
            assert_eq!(whole["cursor"].as_str(), cursor);
        }
    }
}

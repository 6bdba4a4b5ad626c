//! Message content: what may be sent, and how it is stored.
//!
//! Stored form = received form, but for files: of those only the token is kept, and their URL and
//! size are filled in when a message is shown. Node names come in lower or camel case and go out in
//! camel case.

use serde_json::{json, Map, Number, Value};

use super::autolinks;
use super::errors::{quote, ApiError};

/// How deep text nodes may nest. A list of bold, italic and struck links has five levels; each level
/// is two of JSON, in which clients read 128 at the most.
pub(crate) const DEEPEST: usize = 20;

/// What content is judged by.
pub(crate) struct Rules<'a> {
    /// Whether a file token is known.
    pub(crate) has_file: &'a dyn Fn(&str) -> bool,
    /// Whether there may be links whose text is not their URL, and actions.
    pub(crate) links: bool,
}

/// Reads the `content` parameter.
pub(crate) fn read(content: Option<&Value>, rules: &Rules<'_>) -> Result<Vec<Value>, ApiError> {
    let blocks = match content {
        Some(Value::Array(blocks)) => blocks,
        _ => return Err(ApiError::params("\"content\" must be a list with one block.")),
    };
    let [block] = blocks.as_slice() else {
        let count = blocks.len();
        return Err(ApiError::params(format!("\"content\" must have one block, not {count}.")));
    };
    let block = match block["type"].as_str() {
        Some("text") => {
            let children = nodes(&block["children"], "text", rules, 1)?;
            if !has_text(&children) {
                return Err(ApiError::params("The message is empty: a text block needs text."));
            }
            json!({ "type": "text", "children": children })
        }
        Some("location") => json!({
            "type": "location",
            "latitude": coordinate(block, "latitude", 90.0)?,
            "longitude": coordinate(block, "longitude", 180.0)?,
        }),
        Some("file") => match block["fileToken"].as_str() {
            Some(token) if (rules.has_file)(token) => json!({ "type": "file", "fileToken": token }),
            Some(token) => {
                let reason = format!("No uploaded file has the token {}.", quote(token));
                return Err(ApiError::new(400, "FILE_NOT_FOUND", reason));
            }
            None => return Err(ApiError::params("A file block needs a \"fileToken\" string.")),
        },
        Some(other) => {
            let other = quote(other);
            return Err(ApiError::params(format!(
                "There is no block type {other}: use \"text\", \"file\" or \"location\"."
            )));
        }
        None => return Err(ApiError::params("Each block of \"content\" needs a \"type\".")),
    };
    Ok(vec![block])
}

/// What a node carries besides its type.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Children,
    Text,
    Url,
    Id,
    Action,
}

/// The node types: what they are called inside, and what they carry.
fn node_type(name: &str) -> Option<(&'static str, &'static [Part])> {
    use Part::{Action, Children, Id, Text, Url};
    Some(match name {
        "bold" => ("bold", &[Children]),
        "italic" => ("italic", &[Children]),
        "strikethrough" => ("strikethrough", &[Children]),
        "bulletList" | "bulletlist" => ("bulletList", &[Children]),
        "bulletPoint" | "bulletpoint" => ("bulletPoint", &[Children]),
        "codeSpan" | "codespan" => ("codeSpan", &[Text]),
        "customEmoji" | "customemoji" => ("customEmoji", &[Text]),
        "mention" => ("mention", &[Id, Text]),
        "link" => ("link", &[Url, Children]),
        "autoLink" | "autolink" => ("autoLink", &[Url, Text]),
        "actionLink" | "actionlink" => ("actionLink", &[Action, Children]),
        "actionButton" | "actionbutton" => ("actionButton", &[Action, Children]),
        _ => return None,
    })
}

fn nodes(
    children: &Value,
    parent: &str,
    rules: &Rules<'_>,
    level: usize,
) -> Result<Vec<Value>, ApiError> {
    match children {
        Value::Array(children) => children.iter().map(|child| node(child, rules, level)).collect(),
        _ => Err(ApiError::params(format!("A {parent} needs \"children\", a list of text nodes."))),
    }
}

fn node(value: &Value, rules: &Rules<'_>, level: usize) -> Result<Value, ApiError> {
    if value.is_string() {
        return Ok(value.clone());
    }
    if level > DEEPEST {
        let reason = format!("The message is nested too deep: text nodes have {DEEPEST} levels.");
        return Err(ApiError::params(reason));
    }
    let Some(given) = value["type"].as_str() else {
        return Err(ApiError::params("A text node is a string or an object with a \"type\"."));
    };
    let Some((name, parts)) = node_type(given) else {
        let given = quote(given);
        return Err(ApiError::params(format!("There is no text node type {given}.")));
    };
    if !rules.links && matches!(name, "link" | "actionLink" | "actionButton") {
        let reason = format!("This app does not let clients send {name} nodes.");
        return Err(ApiError::new(403, "UNAUTHORIZED_TO_SEND", reason));
    }
    let text = |field: &str| match &value[field] {
        Value::String(text) => Ok(Value::from(text.as_str())),
        _ => Err(ApiError::params(format!("A {name} node needs \"{field}\", a string."))),
    };
    let mut out = Map::new();
    out.insert("type".to_owned(), name.into());
    for part in parts {
        match part {
            Part::Children => {
                let children = nodes(&value["children"], name, rules, level + 1)?;
                out.insert("children".to_owned(), children.into())
            }
            Part::Text => out.insert("text".to_owned(), text("text")?),
            Part::Url => out.insert("url".to_owned(), text("url")?),
            Part::Id => out.insert("id".to_owned(), text("id")?),
            Part::Action => {
                out.insert("params".to_owned(), action_params(&value["params"], name)?);
                out.insert("action".to_owned(), text("action")?)
            }
        };
    }
    if name == "autoLink" {
        let text = |field: &str| value[field].as_str().unwrap_or_default();
        autolinks::check(text("text"), text("url"))?;
    }
    Ok(Value::Object(out))
}

fn action_params(params: &Value, node: &str) -> Result<Value, ApiError> {
    match params {
        Value::Null => Ok(json!({})),
        Value::Object(map) if map.values().all(Value::is_string) => Ok(params.clone()),
        _ => Err(ApiError::params(format!(
            "\"params\" of a {node} node must be an object whose values are strings."
        ))),
    }
}

/// Stored content that nests no deeper than is allowed now: what was stored when more was allowed
/// stops no client. What is too deep keeps its text.
pub(crate) fn shallow(mut content: Vec<Value>) -> Vec<Value> {
    content.iter_mut().for_each(|block| level_off(block, 0));
    content
}

fn level_off(node: &mut Value, level: usize) {
    let Some(Value::Array(children)) = node.get_mut("children") else { return };
    for child in children {
        if level >= DEEPEST && !child.is_string() {
            *child = flat(std::slice::from_ref(child)).into();
        } else {
            level_off(child, level + 1);
        }
    }
}

/// The text of stored content without its formatting; `None` when no block is text.
pub(crate) fn plain_text(content: &[Value]) -> Option<String> {
    let texts = content.iter().filter_map(|block| block["children"].as_array());
    let texts: Vec<String> = texts.map(|nodes| flat(nodes)).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

fn flat(nodes: &[Value]) -> String {
    let one = |node: &Value| match node {
        Value::String(text) => text.clone(),
        node => match (node["type"].as_str(), node["children"].as_array()) {
            (Some("bulletPoint"), Some(children)) => format!("\n- {}\n", flat(children)),
            (_, Some(children)) => flat(children),
            (Some("mention"), None) => format!("@{}", node["text"].as_str().unwrap_or_default()),
            _ => node["text"].as_str().unwrap_or_default().to_owned(),
        },
    };
    nodes.iter().map(one).collect()
}

/// Whether there is anything to read in these nodes.
fn has_text(nodes: &[Value]) -> bool {
    nodes.iter().any(|node| match node {
        Value::String(text) => !text.trim().is_empty(),
        node => match &node["children"] {
            Value::Array(children) => has_text(children),
            _ => true,
        },
    })
}

fn coordinate(block: &Value, name: &str, most: f64) -> Result<Number, ApiError> {
    match &block[name] {
        Value::Number(number) if number.as_f64().is_some_and(|n| n.abs() <= most) => {
            Ok(number.clone())
        }
        _ => Err(ApiError::params(format!("\"{name}\" must be a number from -{most} to {most}."))),
    }
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;

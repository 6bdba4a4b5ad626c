//! Text nodes written as markup, the way people type them.

use serde_json::Value;

/// The markup of some nodes. What a client makes of it is the same text, though not always the same
/// nodes: markup cannot say that an asterisk is just an asterisk.
pub(crate) fn write(nodes: &[Value]) -> String {
    let mut out = String::new();
    write_all(nodes, &mut out);
    out
}

fn write_all(nodes: &[Value], out: &mut String) {
    nodes.iter().for_each(|node| write_one(node, out));
}

fn write_one(node: &Value, out: &mut String) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let children = || node["children"].as_array().map_or("".to_owned(), |nodes| write(nodes));
    let wrapped = match node["type"].as_str() {
        None => node.as_str().unwrap_or_default().to_owned(),
        Some("bold") => format!("*{}*", children()),
        Some("italic") => format!("_{}_", children()),
        Some("strikethrough") => format!("~{}~", children()),
        Some("codeSpan") => format!("```{}```", text("text")),
        Some("mention") => format!("<!!mention:{}|{}>", text("id"), text("text")),
        Some("customEmoji") => format!("<!!customemoji:{}>", text("text")),
        Some("link") => format!("<{}|{}>", text("url"), children()),
        Some(name @ ("actionLink" | "actionButton")) => {
            format!("<{}:{}|{}>", name.to_lowercase(), action(node), children())
        }
        Some("bulletList") => return write_list(node, out),
        Some("bulletPoint") => format!("- {}", children()),
        Some(_) => text("text").to_owned(),
    };
    out.push_str(&wrapped);
}

/// A list has lines of its own.
fn write_list(list: &Value, out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    for point in list["children"].as_array().into_iter().flatten() {
        write_one(point, out);
        out.push('\n');
    }
}

/// The name of an action and its parameters, as in a URL.
fn action(node: &Value) -> String {
    let name = node["action"].as_str().unwrap_or_default();
    let params = node["params"].as_object().into_iter().flatten();
    let params: Vec<String> = params
        .map(|(key, value)| {
            let value = value.as_str().unwrap_or_default();
            format!("{}={}", super::encode(key), super::encode(value))
        })
        .collect();
    match params.as_slice() {
        [] => name.to_owned(),
        params => format!("{name}?{}", params.join("&")),
    }
}

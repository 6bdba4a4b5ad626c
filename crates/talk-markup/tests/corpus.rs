//! The nodes that the original was seen to send for many texts: ours are the same.

use serde_json::Value;
use talk_markup::{push_nodes, Source};

/// One case a line: `[source, text, nodes]`. Recorded by `tests/differential/markup/corpus.mjs`.
const CORPUS: &str = include_str!("corpus.jsonl");

#[test]
fn nodes_are_those_that_were_recorded() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    for line in CORPUS.lines() {
        let case: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = case[1].as_str().expect("a text");
        let source = match case[0].as_str() {
            Some("send") => Source::Send,
            Some("edit") => Source::Edit,
            other => panic!("unknown source {other:?}"),
        };
        let mut nodes = String::new();
        push_nodes(&mut nodes, text.encode_utf16().collect(), source);
        let own: Value = serde_json::from_str(&nodes).expect("JSON");
        if own != case[2] {
            wrong.push(format!("{source:?} {text:?}\n  recorded {}\n  ours     {own}", case[2]));
        }
        cases += 1;
    }
    assert!(cases >= 1000, "only {cases} cases");
    assert!(wrong.is_empty(), "{} of {cases} differ:\n{}", wrong.len(), wrong.join("\n"));
}

//! The rules one by one, and that the work grows with the length of a text and no faster.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::rules::LISTS;
use crate::{push_nodes, Parser, Source};

fn send(text: &str) -> String {
    let mut out = String::new();
    push_nodes(&mut out, text.encode_utf16().collect(), Source::Send);
    out
}

fn edit(text: &str) -> String {
    let mut out = String::new();
    push_nodes(&mut out, text.encode_utf16().collect(), Source::Edit);
    out
}

fn node(kind: &str, children: &str) -> String {
    format!(r#"{{"type":"{kind}","children":[{children}]}}"#)
}

fn bold(children: &str) -> String {
    node("bold", children)
}

fn link(url: &str, text: &str) -> String {
    format!(r#"{{"type":"autolink","url":"{url}","text":"{text}"}}"#)
}

#[track_caller]
fn sends(text: &str, nodes: &str) {
    assert_eq!(send(text), format!("[{nodes}]"), "{text:?}");
}

#[track_caller]
fn edits(text: &str, nodes: &str) {
    assert_eq!(edit(text), format!("[{nodes}]"), "{text:?}");
}

/// The text stays one string.
#[track_caller]
fn stays(text: &str) {
    sends(text, &format!(r#""{}""#, text.replace('\\', "\\\\").replace('"', "\\\"")));
}

#[test]
fn plain_text_stays() {
    sends("", "");
    stays(" a  b ");
    sends("a\nb\u{0}\t\"\\", r#""a\u000ab\u0000\u0009\"\\""#);
    stays("日本語 👩‍👩‍👧 \u{200f}שלום");
}

#[test]
fn text_goes_on_after_what_is_there() {
    let mut out = String::from("{\"children\":");
    push_nodes(&mut out, vec![0x61], Source::Send);
    assert_eq!(out, "{\"children\":[\"a\"]");
}

#[test]
fn lone_surrogates_go_out_as_escapes() {
    let mut out = String::new();
    let text = vec![0x2a, 0xd800, 0x2a, 0x20, 0xd83d, 0xde00];
    push_nodes(&mut out, text, Source::Send);
    assert_eq!(out, format!(r#"[{}," 😀"]"#, bold(r#""\ud800""#)));
}

#[test]
fn a_style_needs_boundaries() {
    sends("*a b*", &bold(r#""a b""#));
    sends("x *a* y", &format!(r#""x ",{}," y""#, bold(r#""a""#)));
    sends("«*a*»", &format!(r#"" ",{},"»""#, bold(r#""a""#)));
    for text in ["a*b*", "*b*c", "2*3*4", "snake_case_name", "\"*a*\"", "*a *", "é*a*", "*a\nb*"] {
        stays_or_breaks(text);
    }
}

/// Text that stays but for its line feeds, which are escaped.
#[track_caller]
fn stays_or_breaks(text: &str) {
    let escaped = text.replace('"', "\\\"").replace('\n', "\\u000a");
    sends(text, &format!(r#""{escaped}""#));
}

#[test]
fn the_boundary_before_a_style_becomes_a_blank() {
    sends("(*b*)", &format!(r#"" ",{},")""#, bold(r#""b""#)));
    sends("a\t*b*", &format!(r#""a ",{}"#, bold(r#""b""#)));
    sends("a\n*b*", &format!(r#""a\u000a",{}"#, bold(r#""b""#)));
}

#[test]
fn a_style_ends_early_but_not_after_one_character() {
    sends("*b c* *d*", &format!(r#"{}," ",{}"#, bold(r#""b c""#), bold(r#""d""#)));
    sends("*b* *d*", &bold(r#""b* *d""#));
    sends("*b*, *c*!", &format!(r#"{},"!""#, bold(r#""b*, *c""#)));
    sends("*b* *", &format!(r#"{}," *""#, bold(r#""b""#)));
    sends("**b**", &format!(r#"" ",{},"*""#, bold(r#""b""#)));
}

#[test]
fn styles_nest_in_each_other() {
    let italic = node("italic", r#""b""#);
    sends("*_b_*", &bold(&italic));
    sends("~_*b*_~", &node("strikethrough", &node("italic", &bold(r#""b""#))));
    sends(
        "*a ~b~ _b_*",
        &bold(&format!(r#""a ",{}," ",{italic}"#, node("strikethrough", r#""b""#))),
    );
}

#[test]
fn lines_with_bullets_are_lists() {
    let point = |text: &str| node("bulletpoint", text);
    let list = |points: &str| node("bulletlist", points);
    let two = list(&format!("{},{}", point(r#""a""#), point(r#""b""#)));
    sends("- a\n* b", &two);
    sends("+ a\n\n \n\t-  b", &two);
    sends("x\n\n- a\n- b\ny", &format!(r#""x",{two},"y""#));
    sends("- a\n\nx", &format!(r#"{},"\u000ax""#, list(&point(r#""a""#))));
    sends("- *a*", &list(&point(&bold(r#""a""#))));
    sends("-\n- a", &list(&point(r#""- a""#)));
    sends("-  ", &list(&point(r#"" ""#)));
    sends("x\r- a", &format!(r#""x\u000d",{}"#, point(r#""a""#)));
    for text in ["-a", "- ", "x - a", "1. a", "•\u{a0}a"] {
        stays(text);
    }
}

#[test]
fn three_backticks_enclose_code() {
    let code = |text: &str| format!(r#"{{"type":"codespan","text":"{text}"}}"#);
    sends(
        "a```*b*\n- c```d",
        &format!(r#""a```*b*",{}"#, node("bulletlist", &node("bulletpoint", r#""c```d""#))),
    );
    sends("a ```*b*\nwww.c.com``` d", &format!(r#""a ",{}," d""#, code(r"*b*\u000awww.c.com")));
    sends("````a````", &format!(r#"{},"`""#, code("`a")));
    sends("*c*```a```*b*", &format!("{},{},{}", bold(r#""c""#), code("a"), bold(r#""b""#)));
    sends("```x<!!mention:a b|c>y <!!customemoji::z:>```", &code("x@cy :z:"));
    for text in ["``````", "```a", "`a`", "``a``"] {
        stays(text);
    }
}

#[test]
fn mentions_and_emoji_need_their_exact_form() {
    let mention =
        |id: &str, text: &str| format!(r#"{{"type":"mention","id":"{id}","text":"{text}"}}"#);
    sends("hi <!!mention:a|B c>!", &format!(r#""hi ",{},"!""#, mention("a", "B c")));
    sends("<!!mention:%F0%9F%98%80%22|b|c>", &mention("😀\\\"", "b|c"));
    sends("<!!mention:|>", &mention("", ""));
    sends("<!!customemoji::x:>", r#"{"type":"customemoji","text":":x:"}"#);
    // An ID that is not UTF-8: the original throws.
    for id in ["%", "%f", "%zz", "%ff", "%e2%82", "%c3é", "%c0%80", "%ed%a0%80", "%f4%90%80%80"] {
        stays(&format!("<!!mention:{id}|b>"));
    }
    for text in [
        "<!!mention:a>",
        "<!!mention:a b|c>",
        "<!!mentioN:a|b>",
        "<!!customEmoji:a>",
        "<!mention:a|b>",
    ] {
        stays(text);
    }
}

#[test]
fn links_and_actions_are_for_edits() {
    let link_node = |url: &str, children: &str| {
        format!(r#"{{"type":"link","url":"{url}","children":[{children}]}}"#)
    };
    let action = |kind: &str, name: &str, params: &str| {
        format!(r#"{{"type":"{kind}","action":"{name}","params":{{{params}}},"children":["t"]}}"#)
    };
    edits("<https://a.b|c *d*>", &link_node("https://a.b", &format!(r#""c ",{}"#, bold(r#""d""#))));
    edits("<MAILTO:x|www.c.com>", &link_node("MAILTO:x", r#""www.c.com""#));
    edits("<actionlink:go|t>", &action("actionlink", "go", ""));
    let params = r#""k":"v w","x":"","é":"&""#;
    edits("<ActionButton:go?k=v+w&x&&%C3%A9=%26|t>", &action("actionbutton", "go", params));
    let params = r#""k":"1","k":"2","%zz":"�""#;
    edits("<actionlink:?k=1&k=2&%zz=%ff|t>", &action("actionlink", "", params));
    sends("<https://a.b|c>", &format!(r#""<",{},"|c>""#, link("https://a.b", "https://a.b")));
    stays("<actionlink:go|t>");
    edits("<actionlink:|t>", r#""<actionlink:|t>""#);
}

#[test]
fn known_domains_are_links() {
    for host in
        ["a.com", "A.B.Co.Uk", "münchen.de", "президент.РФ", "x.xn--p1ai", "😀.中国", "a-b.museum"]
    {
        sends(host, &link(&format!("http://{host}"), host));
    }
    for text in
        ["a.comm", "a..com", "a-.com", "e.g.", "file.txt", "3.14", "x.xn--com-", "x.xn--p1aia"]
    {
        stays(text);
    }
    sends("//a.com", &link("//a.com", "//a.com"));
    sends("(a.com/b(c)).", &format!(r#""(",{},").""#, link("http://a.com/b(c)", "a.com/b(c)")));
    sends("a.com:80/?b#c!", &format!(r#"{},"!""#, link("http://a.com:80/?b#c", "a.com:80/?b#c")));
}

#[test]
fn schemes_addresses_and_mail_are_links() {
    for url in ["http://a", "x+y://b", "https://localhost:3000/", "x:a.com", "file:///etc"] {
        sends(url, &link(url, url));
    }
    sends("seehttp://a", &format!(r#""see",{}"#, link("http://a", "http://a")));
    sends("127.0.0.1:80", &link("http://127.0.0.1:80", "127.0.0.1:80"));
    sends("a+b@c.com", &link("mailto:a+b@c.com", "a+b@c.com"));
    sends("MailTo:a@b.com", &link("mailto:a@b.com", "MailTo:a@b.com"));
    for text in ["javascript://a", "256.0.0.1", "1.2.3", "a@b", "x:y", "@a.com", "localhost:80"] {
        stays(text);
    }
}

#[test]
fn html_hides_links() {
    for text in ["<b a.com>", "<a>a.com", "<!-- a.com -->", "<A x=\"y\">a.com</B>"] {
        stays(text);
    }
    sends("<b>a.com", &format!(r#""<b>",{}"#, link("http://a.com", "a.com")));
    sends("a.com&nbsp;b", &format!(r#"{},"&nbsp;b""#, link("http://a.com", "a.com")));
}

#[test]
fn links_can_overlap() {
    let (one, two) = (link("http://1.a.com", "1.a.com"), link("http://a.com", "a.com"));
    sends("1.a.com", &format!("{one},{two}"));
}

#[test]
fn phone_numbers_have_seven_to_thirteen_digits() {
    for number in ["1234567", "1234567890123", "020 123 4567", "2018-2010", "24.30-11.45"] {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        sends(number, &link(&format!("tel:{digits}"), number));
    }
    sends("+31 6 12345678.", &format!(r#"{},".""#, link("tel:+31612345678", "+31 6 12345678")));
    sends("1234567 8", &format!(r#"{}," 8""#, link("tel:1234567", "1234567")));
    for text in ["123456", "12345678901234", "x1234567", "1234567-", "12  34567"] {
        stays(text);
    }
    for text in ["2010-2018", "10.30-11.45", "1.30-23.59"] {
        stays(text);
    }
}

/// How many steps a text takes.
fn steps(text: &str, source: Source) -> usize {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut out = String::new();
    let mut parser = Parser::new(&mut out, units, source);
    parser.rule(LISTS, 0, parser.text.len());
    parser.steps
}

#[test]
fn work_grows_with_the_length_only() {
    let units = [
        "*",
        "_",
        "~",
        "(",
        "[",
        "<",
        "`",
        "-",
        "|",
        ">",
        "&",
        ".",
        ":",
        "/",
        "@",
        "#",
        "+",
        "1",
        "a",
        "%",
        "\n",
        "\r",
        " ",
        "中",
        "😀",
        "*a ",
        "a* ",
        "*a* ",
        "_*~",
        "*_",
        "_a *",
        "*a_ ~b",
        "- ",
        "- \n",
        "\n- ",
        "- a\n",
        "\r- ",
        " \n",
        "````",
        "``` ",
        "```a```",
        "<!!mention:",
        "<!!mention:a|",
        "<!!mention:%|x>",
        "<!!mention:<!!mention:%a|",
        "<!!customemoji:",
        "<https://",
        "<https://a|",
        "<mailto:|",
        "<actionlink:",
        "<actionlink:a?",
        "a=b&",
        "&nbsp;",
        "&amp",
        "<a>",
        "<a ",
        "</a>",
        "<!--",
        "<!doctype",
        "--",
        "=\"",
        "a.",
        "a.com ",
        "a.com/",
        "a.com/?x://b&",
        "1.",
        "1-",
        "1.a.",
        "1.a.com ",
        "(1",
        "1(",
        "1(2",
        "1 ",
        "1234567 ",
        "+1",
        "a@",
        "a@b.",
        "a@b.com,",
        "x:",
        "x:y.",
        "a:b:",
        "http://",
        "http:",
        "//",
        "x//",
        "x-/",
        "?",
        "({[",
        ")}]",
        "a.com/)",
        "xn--a.xn--",
        ".xn--a ",
    ];
    for unit in units {
        for before in
            ["", "*a ", "<https://a|", "```", "<a>", "a.com/", "1.a.com/", "<actionlink:a?"]
        {
            for source in [Source::Send, Source::Edit] {
                let count = 400 / unit.len();
                let short = steps(&(before.to_string() + &unit.repeat(count)), source);
                let long = steps(&(before.to_string() + &unit.repeat(4 * count)), source);
                let what = format!("{before:?} and many {unit:?}: {short} steps, then {long}");
                assert!(long < 5 * short + 1000, "{what}");
                assert!(long < 1_600 * 40, "{what}");
            }
        }
    }
}

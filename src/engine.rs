//! The one loop: an input goes in, every output comes out, and only when the module has returned
//! are they carried out. So whatever JavaScript does then, calling back included, is just another
//! input.

use alloc::boxed::Box;
use alloc::string::String;

use talk_core::json::{push_char, push_quoted, push_u64, Raw};
use talk_core::{Call, Client, Input, Output, TalkError};
use wasm_bindgen::prelude::*;

/// One session.
pub struct Engine {
    client: Client,
    /// The time of the timer that JavaScript has set.
    wake_at: Option<u64>,
}

/// A session with the JSON of its options and 128 random bits. It is never taken apart: a session
/// that ends lets go of what it knows, and the code for the rest would cost every page more than the
/// rest ever costs one.
#[wasm_bindgen(skip_typescript)]
pub fn start(options: &str, now: f64, a: u32, b: u32, c: u32, d: u32) -> *mut Engine {
    let client = Client::new(options, [a, b, c, d], now as u64);
    Box::into_raw(Box::new(Engine { client, wake_at: None }))
}

/// Takes in what happened, and says what is to be done: an array of operations, of which
/// `talk_core::ops` has the first eleven and the last, and [`push_output`] the others.
///
/// | kind | what happened | `a` | `b` | `text` |
/// |---|---|---|---|---|
/// | 0 | the application called a method | number of the call | number of the method | arguments |
/// | 1 | the running task is through | | | |
/// | 2 | the timer is due | | | |
/// | 3 | a socket has opened | socket | | |
/// | 4 | a socket has closed | socket | code, if known | |
/// | 5 | a message came | socket | | the message |
/// | 6 | a request was answered (status 0: it failed; with a body: for good) | request | status | body |
/// | 7 | the application sets its token | | | the token |
/// | 8 | the application can be asked for tokens | 1, or 0 for no longer | | |
/// | 9 | `tokenFetcher` has ended | 1, or 0 for failed | | token, or why it failed |
/// | 10 | the network is back, or the page in view | | | |
/// | 11 | lines of an answer came, and the rest is still to come | request | | the lines |
///
/// # Safety
///
/// `engine` must come from [`start`].
#[wasm_bindgen(skip_typescript)]
#[allow(unsafe_code)]
pub unsafe fn feed(engine: *mut Engine, kind: u32, now: f64, a: u32, b: u32, text: &str) -> String {
    // SAFETY: engines live for ever. The module calls nothing, so no second reference can come to be
    // while this one is used. A class of wasm-bindgen's would count references at run time for this.
    let engine = unsafe { &mut *engine };
    let mut out = String::with_capacity(1000);
    push_char(&mut out, '[');
    let result = take_in(&mut engine.client, kind, now as u64, a, b, text);
    while let Some(output) = engine.client.poll() {
        push_output(&mut out, output);
    }
    if kind == 2 {
        engine.wake_at = None;
    }
    let wake_at = engine.client.next_wake();
    if engine.wake_at != wake_at {
        engine.wake_at = wake_at;
        push_number(&mut out, 20, wake_at.unwrap_or(0));
        push_char(&mut out, ']');
    }
    if let Err(error) = result {
        push_operation(&mut out, 21);
        push_char(&mut out, ',');
        error.write(&mut out);
        push_char(&mut out, ']');
    }
    push_char(&mut out, ']');
    out
}

fn take_in(
    client: &mut Client,
    kind: u32,
    now: u64,
    a: u32,
    b: u32,
    text: &str,
) -> Result<(), TalkError> {
    let input = match kind {
        0 => match Call::of_number(b) {
            Some(call) => Input::Call { number: a, call, args: text },
            None => return Ok(()),
        },
        1 => Input::Tick,
        2 => Input::Wake,
        3 => Input::SocketOpened(a),
        4 => Input::SocketClosed(a, b),
        5 => Input::Frame(a, text),
        6 if b == 0 && text.is_empty() => Input::HttpFailed(a),
        6 => Input::HttpResponse { request: a, status: b as u16, body: text },
        7 => return client.set_token(now, text),
        8 => return client.set_need_token(a != 0),
        9 => Input::TokenFetched(if a == 0 { Err(text) } else { Ok(text) }),
        10 => Input::Online,
        _ => Input::HttpPart(a, text),
    };
    client.handle(now, input);
    Ok(())
}

/// Appends an output as an operation, whose members follow one another as in the variants.
fn push_output(out: &mut String, output: Output) {
    match output {
        Output::Apply(operations) => {
            push_comma(out);
            out.push_str(&operations);
            return;
        }
        Output::OpenSocket { socket, url } => push_text(out, 11, socket, &url),
        Output::Send { socket, text } => push_text(out, 12, socket, &text),
        Output::CloseSocket { socket } => push_number(out, 13, socket.into()),
        Output::Fetch(fetch) => {
            push_text(out, 14, fetch.request, &fetch.url);
            push_char(out, ',');
            match &fetch.token {
                Some(token) => push_quoted(out, token),
                None => out.push_str(Raw::NULL.text()),
            }
            if let Some(upload) = fetch.body {
                push_char(out, ',');
                push_u64(out, upload.into());
            }
        }
        Output::Abort { request } => push_number(out, 15, request.into()),
        Output::Tick => push_operation(out, 16),
        Output::NeedToken => push_operation(out, 17),
        Output::FetchToken => push_operation(out, 18),
        Output::Warn(text) => {
            push_operation(out, 19);
            push_char(out, ',');
            push_quoted(out, &text);
        }
    }
    push_char(out, ']');
}

fn push_text(out: &mut String, operation: u64, subject: u32, text: &str) {
    push_number(out, operation, subject.into());
    push_char(out, ',');
    push_quoted(out, text);
}

fn push_number(out: &mut String, operation: u64, number: u64) {
    push_operation(out, operation);
    push_char(out, ',');
    push_u64(out, number);
}

fn push_operation(out: &mut String, operation: u64) {
    push_comma(out);
    push_char(out, '[');
    push_u64(out, operation);
}

fn push_comma(out: &mut String) {
    if !out.ends_with('[') {
        push_char(out, ',');
    }
}

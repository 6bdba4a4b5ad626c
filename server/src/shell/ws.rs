//! One socket: frames in to the driver, frames out from it.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};

use super::driver::{Link, Request, ToSocket};
use crate::hub::{ConnId, Input};

/// The largest frame from a client. What is sent is text; files go over HTTP.
const LARGEST_FRAME: usize = 1 << 20;
/// The largest frame that is read at all. What is larger than allowed is read to its end, so that the
/// client, which is still sending, hears why its socket closes and does not just see it break.
pub(super) const LARGEST_READ: usize = 32 << 20;
/// How long a client may take to say goodbye.
const GOODBYE: Duration = Duration::from_millis(300);
/// How long a client may take to accept a frame.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves one socket until one side ends it.
pub(super) async fn serve(
    mut socket: WebSocket,
    link: Link,
    conn: ConnId,
    mut outgoing: mpsc::Receiver<ToSocket>,
) {
    loop {
        tokio::select! {
            message = outgoing.recv() => {
                let Some(message) = message else { break };
                if !send(&mut socket, message).await {
                    break;
                }
            }
            message = socket.recv() => {
                let input = match message {
                    Some(Ok(Message::Text(text))) if text.len() > LARGEST_FRAME => {
                        too_large(&mut socket).await;
                        break;
                    }
                    Some(Ok(Message::Text(text))) => {
                        Input::Frame { conn, text: text.as_str().to_owned() }
                    }
                    Some(Ok(Message::Binary(_))) => Input::BinaryFrame { conn },
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_))) => {
                        // Reading on sends the answer to the close frame.
                        let _ = timeout(GOODBYE, socket.recv()).await;
                        break;
                    }
                    Some(Err(error)) => {
                        explain(&mut socket, &error).await;
                        break;
                    }
                    None => break,
                };
                link.send(Request::Input(input)).await;
            }
        }
    }
    link.send(Request::Input(Input::Disconnected { conn })).await;
}

/// Sends one message; false = the socket is done.
async fn send(socket: &mut WebSocket, message: ToSocket) -> bool {
    match message {
        ToSocket::Text { text, not_before } => {
            if let Some(moment) = not_before {
                sleep_until(moment).await;
            }
            let sent = timeout(PATIENCE, socket.send(Message::Text(text.into()))).await;
            matches!(sent, Ok(Ok(())))
        }
        ToSocket::Close { code, reason } => {
            close(socket, code, reason).await;
            false
        }
    }
}

async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    let _ = timeout(GOODBYE, socket.send(Message::Close(Some(frame)))).await;
    // Give the client the time to answer, so that it sees the frame and not a reset.
    let wait = async { while let Some(Ok(_)) = socket.recv().await {} };
    let _ = timeout(GOODBYE, wait).await;
}

async fn too_large(socket: &mut WebSocket) {
    close(socket, 1009, "the frame is larger than 1 MiB").await;
}

/// Tells a client that broke the rules of WebSockets what was wrong, if it still listens.
async fn explain(socket: &mut WebSocket, error: &axum::Error) {
    let text = error.to_string();
    if text.contains("too long") || text.contains("too big") {
        too_large(socket).await;
    } else if text.contains("utf-8") || text.contains("UTF-8") {
        close(socket, 1007, "the frame is not UTF-8").await;
    }
}

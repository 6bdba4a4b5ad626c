//! Uploads of each kind, compared byte for byte with what can be downloaded.

use gloo_net::http::Request;
use js_sys::{Array, Uint8Array};
use talk_browser_tests::api::TalkSession;
use talk_browser_tests::backend::{pair, Pair};
use talk_browser_tests::data::{Block, Failure, FileMetadata};
use talk_browser_tests::wait::got;
use tsify::{Ts, Tsify};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Blob, BlobPropertyBag, File};

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

fn blob(bytes: &[u8], kind: &str) -> Blob {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).unwrap()
}

fn metadata(filename: &str, numbers: [Option<f64>; 3]) -> FileMetadata {
    let [width, height, duration] = numbers;
    FileMetadata { filename: filename.to_owned(), width, height, duration }
}

fn as_js(metadata: &FileMetadata) -> Ts<FileMetadata> {
    metadata.into_ts().unwrap()
}

/// Sends the file as a message and gives the block that the other side receives.
async fn received(pair: &Pair, token: JsValue) -> Block {
    let message = js_sys::Object::new();
    let block = js_sys::Object::new();
    for (name, value) in [("type", &"file".into()), ("fileToken", &token)] {
        js_sys::Reflect::set(&block, &name.into(), value).unwrap();
    }
    js_sys::Reflect::set(&message, &"content".into(), &Array::of1(&block)).unwrap();
    let sent = pair.ours.send(&message).await.unwrap();
    let conversation = got(&pair.theirs, "the message", |conversation| {
        conversation.last_message.as_ref().is_some_and(|last| last.id == sent.id())
    })
    .await;
    conversation.last_message.unwrap().content.remove(0)
}

/// Expects a block to describe this file, and its address to lead to these bytes.
async fn assert_file(block: Block, kind: Option<&str>, expected: &FileMetadata, bytes: &[u8]) {
    let Block::File { subtype, url, size, metadata, .. } = block else {
        panic!("not a file: {block:?}")
    };
    assert_eq!(subtype.as_deref(), kind);
    assert_eq!(&metadata, expected);
    assert_eq!(size, bytes.len() as f64);
    let downloaded = Request::get(&url).send().await.unwrap().binary().await.unwrap();
    assert!(downloaded == bytes, "{} bytes differ from what was sent", downloaded.len());
}

#[wasm_bindgen_test]
async fn every_kind_arrives_byte_for_byte_with_its_metadata() {
    let pair = pair("rust uploads").await;
    let session: &TalkSession = &pair.alice;

    let (file, data) = (metadata("notes.bin", [None; 3]), bytes(100_003));
    let token = session.upload_file(&blob(&data, ""), &as_js(&file)).await.unwrap();
    assert_file(received(&pair, token).await, None, &file, &data).await;

    let (image, data) = (metadata("a.png", [Some(640.0), Some(480.0), None]), bytes(5_001));
    let token = session.upload_image(&blob(&data, "image/png"), &as_js(&image)).await.unwrap();
    assert_file(received(&pair, token).await, Some("image"), &image, &data).await;

    let numbers = [Some(1920.0), Some(1080.0), Some(12.5)];
    let (video, data) = (metadata("a.mp4", numbers), bytes(70_000));
    let token = session.upload_video(&blob(&data, "video/mp4"), &as_js(&video)).await.unwrap();
    assert_file(received(&pair, token).await, Some("video"), &video, &data).await;

    let (audio, data) = (metadata("a.mp3", [None, None, Some(61.25)]), bytes(333));
    let token = session.upload_audio(&blob(&data, "audio/mpeg"), &as_js(&audio)).await.unwrap();
    assert_file(received(&pair, token).await, Some("audio"), &audio, &data).await;

    let (voice, data) = (metadata("a.webm", [None, None, Some(3.0)]), bytes(4_096));
    let token = session.upload_voice(&blob(&data, "audio/webm"), &as_js(&voice)).await.unwrap();
    assert_file(received(&pair, token).await, Some("voice"), &voice, &data).await;
}

#[wasm_bindgen_test]
async fn files_and_bytes_are_taken_too() {
    let pair = pair("rust bytes").await;
    let (plain, data) = (metadata("given name.txt", [None; 3]), bytes(10_000));
    let parts = Array::of1(&Uint8Array::from(data.as_slice()));
    let file = File::new_with_u8_array_sequence(&parts, "its own name.txt").unwrap();
    let blob: &Blob = file.unchecked_ref();
    let token = pair.alice.upload_file(blob, &as_js(&plain)).await.unwrap();
    assert_file(received(&pair, token).await, None, &plain, &data).await;

    let view = Uint8Array::from(data.as_slice()).subarray(100, 900);
    let token = pair.alice.upload_bytes(&view, &as_js(&plain)).await.unwrap();
    assert_file(received(&pair, token).await, None, &plain, &data[100..900]).await;
}

#[wasm_bindgen_test]
async fn what_is_no_file_is_refused() {
    let pair = pair("rust no file").await;
    let nothing: Blob = JsValue::from("text").unchecked_into();
    let name = as_js(&metadata("x", [None; 3]));
    let refused = Failure::of(&pair.alice.upload_file(&nothing, &name).await.unwrap_err());
    assert_eq!(refused.code, "invalid-argument");
    let nameless = as_js(&metadata("", [None; 3]));
    let error = pair.alice.upload_file(&blob(b"x", ""), &nameless).await.unwrap_err();
    assert_eq!(Failure::of(&error).code, "invalid-argument");
}

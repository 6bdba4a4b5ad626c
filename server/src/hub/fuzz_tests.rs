//! Random input, seeded: nothing a client sends may panic, stay without an answer, or leave a
//! storage that cannot be loaded.

use serde_json::{json, Map, Value};

use super::testing::World;
use super::{Config, Hub, Input};

/// A small generator of numbers (xorshift64*), enough for choosing.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        (number % most as u64) as usize
    }

    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

const METHODS: &[&str] =
    &["GET", "POST", "PUT", "PATCH", "DELETE", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "LOOK", ""];
const WORDS: &[&str] = &[
    "users",
    "me",
    "conversations",
    "messages",
    "participants",
    "reactions",
    "online",
    "typing",
    "translate",
    "read",
    "unread",
    "session",
    "renew",
    "ping",
    "files",
    "validate",
    "alice",
    "bob",
    "c",
    "d",
    "%F0%9F%91%8D",
    "%",
    "%ff",
    "%2F",
    "ü",
    "",
    "..",
    ":x:",
];
const KEYS: &[&str] = &[
    "name",
    "custom",
    "subject",
    "welcomeMessages",
    "access",
    "notify",
    "content",
    "type",
    "children",
    "fileToken",
    "latitude",
    "longitude",
    "limit",
    "cursor",
    "filter",
    "ids",
    "actions",
    "id",
    "method",
    "params",
    "idempotencyKey",
    "referencedMessageId",
    "token",
    "email",
    "text",
    "pushTokens",
    "availabilityText",
    "filename",
    "filesize",
    "lang",
    "hasMessages",
    "createdAt",
];

/// Any JSON, of the kind that requests are made of.
fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 7 } else { 10 }) {
        0 => Value::Null,
        1 => dice.below(2).eq(&0).into(),
        2 => json!(dice.below(200)),
        3 => dice.one_of(&[json!(-1), json!(1.5), json!(1e300), json!(u64::MAX)]).clone(),
        4 | 5 => (*dice.one_of(WORDS)).into(),
        6 => (*dice.one_of(&[
            "text",
            "file",
            "location",
            "bold",
            "bulletlist",
            "PUT",
            "Read",
            "any",
            "oneOf",
            "between",
            "==",
        ]))
        .into(),
        7 | 8 => object(dice, depth - 1).into(),
        _ => (0..dice.below(4)).map(|_| value(dice, depth - 1)).collect(),
    }
}

fn object(dice: &mut Dice, depth: usize) -> Map<String, Value> {
    let fields = dice.below(5);
    (0..fields).map(|_| ((*dice.one_of(KEYS)).to_owned(), value(dice, depth))).collect()
}

fn path(dice: &mut Dice) -> String {
    let parts = dice.below(8);
    (0..parts).map(|_| format!("/{}", dice.one_of(WORDS))).collect()
}

/// A request that is nearly right: a real path with random data.
fn near(dice: &mut Dice) -> (String, String) {
    let c = *dice.one_of(&["c", "d"]);
    let u = *dice.one_of(&["alice", "bob", "ghost"]);
    let path = match dice.below(12) {
        0 => format!("/users/{u}"),
        1 => "/users".to_owned(),
        2 => "/me/conversations".to_owned(),
        3 => format!("/me/conversations/{c}"),
        4 => format!("/me/conversations/{c}/messages"),
        5 => format!("/me/conversations/{c}/participants"),
        6 => format!("/me/conversations/{c}/typing"),
        7 => format!("/conversations/{c}"),
        8 => format!("/conversations/{c}/participants"),
        9 => format!("/conversations/{c}/participants/{u}"),
        10 => format!("/conversations/{c}/messages"),
        _ => "/files/validate".to_owned(),
    };
    ((*dice.one_of(METHODS)).to_owned(), path)
}

/// One frame: a request, or something that looks like one, or rubbish.
fn frame(dice: &mut Dice, id: u64) -> String {
    let (method, path) = match dice.below(3) {
        0 => ((*dice.one_of(METHODS)).to_owned(), path(dice)),
        _ => near(dice),
    };
    let text = match dice.below(20) {
        0 => value(dice, 4).to_string(),
        1 => json!([id, method]).to_string(),
        2 => json!([value(dice, 2), method, path, value(dice, 3), {}]).to_string(),
        _ => json!([id, method, path, object(dice, 4), {}]).to_string(),
    };
    // Now and then a frame is cut off or has a letter too many.
    let mut letters: Vec<char> = text.chars().collect();
    match dice.below(30) {
        0 => letters.truncate(dice.below(letters.len() + 1)),
        1 => {
            letters.insert(dice.below(letters.len() + 1), *dice.one_of(&['"', '\\', '[', '\u{0}']))
        }
        _ => {}
    }
    letters.into_iter().collect()
}

#[test]
fn no_frame_is_too_strange() {
    for seed in 0..100 {
        let mut dice = Dice::new(seed);
        let (mut world, alice, bob) = World::chat();
        let carol = world.guest("carol");
        for conn in [alice, bob, carol] {
            world.subscribe(conn, "/me/conversations");
            world.subscribe(conn, "/me/conversations/c/messages");
        }
        for id in 1000..1150 {
            world.now += dice.below(3000) as u64;
            let conn = *dice.one_of(&[alice, bob, carol]);
            let text = frame(&mut dice, id);
            let before = world.publishes(conn);
            world.text(conn, &text);
            let is_ack = text.contains("\"ACK\"");
            let answers = world.frames.get(&conn).map_or(0, |frames| {
                frames[before..].iter().filter(|frame| frame[1] != "PUBLISH").count()
            });
            assert!(answers == 1 || is_ack, "seed {seed}: {answers} answers to {text}");
            for frame in world.frames.values_mut() {
                frame.retain(|frame| frame[1] == "PUBLISH");
            }
        }
        // Whoever they are now, what was kept is enough to go on.
        world.restart();
        let conn = world.guest("alice");
        world.call(conn, "GET", "/ping", json!({})).ok();
    }
}

#[test]
fn the_same_seed_and_input_give_the_same_output() {
    let run = |seed: u64| {
        let mut hub = Hub::new(Config::default(), seed);
        let mut dice = Dice::new(3);
        let mut all = Vec::new();
        for (conn, user) in [(1, "alice"), (2, "bob")] {
            let (app, user, client) = ("demo".to_owned(), user.to_owned(), String::new());
            let base_url = String::new();
            all.extend(hub.handle(1, Input::Connected { conn, app, user, client, base_url }));
        }
        for id in 0..500 {
            let (conn, text) = (1 + id % 2, frame(&mut dice, id));
            all.extend(hub.handle(id, Input::Frame { conn, text }));
        }
        all
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2), "ids follow the seed");
}

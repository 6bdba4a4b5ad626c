//! What the scripts have in common: Alice with a browser, and others who act at the backend.

use serde_json::{json, Value};
use talk_sim::{Call, Expected, Login, Outcome, State, World};

/// Alice, Bob, Carol and Dave exist. Alice and Bob are in the conversation "c". Alice has a
/// browser, whose requests are written down.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) alice: usize,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        let mut world = World::calm();
        for user in ["alice", "bob", "carol", "dave"] {
            world.request(user, "PUT", &format!("/users/{user}"), json!({ "name": user }));
        }
        let alice = world.open("alice", Login::Boken);
        world.watch(alice);
        let mut stage = Stage { world, alice };
        stage.conversation("c");
        stage.settle();
        stage
    }

    /// A new conversation of Alice and Bob, a second after what was before.
    pub(crate) fn conversation(&mut self, id: &str) {
        self.world.run(1_000);
        self.act("bob", "PUT", &format!("/conversations/{id}"), json!({}));
        for user in ["bob", "alice"] {
            let path = format!("/conversations/{id}/participants/{user}");
            self.act("bob", "PUT", &path, json!({}));
        }
    }

    /// A request to the backend that goes well.
    #[track_caller]
    pub(crate) fn act(&mut self, user: &str, method: &str, path: &str, data: Value) -> Value {
        let (status, body) = self.world.request(user, method, path, data);
        assert_eq!(status, 200, "{user} {method} {path}: {body}");
        body
    }

    /// Somebody sends so many messages to "c". Gives their ids, newest first.
    pub(crate) fn say(&mut self, user: &str, count: usize) -> Vec<String> {
        let mut ids: Vec<String> = (0..count).map(|_| self.say_in("c", user, json!({}))).collect();
        ids.reverse();
        ids
    }

    /// Somebody sends a message, with more fields than its text.
    pub(crate) fn say_in(&mut self, conversation: &str, user: &str, more: Value) -> String {
        self.world.run(10);
        let mut data = json!({ "content": [{ "type": "text", "children": ["hello"] }] });
        for (name, value) in more.as_object().into_iter().flatten() {
            data[name] = value.clone();
        }
        let path = format!("/conversations/{conversation}/messages");
        let body = self.act(user, "POST", &path, data);
        body["id"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn delete(&mut self, user: &str, id: &str) {
        self.act(user, "DELETE", &format!("/conversations/c/messages/{id}"), json!({}));
    }

    pub(crate) fn edit(&mut self, user: &str, id: &str, text: &str) {
        let data = json!({ "content": [{ "type": "text", "children": [text] }] });
        self.act(user, "PATCH", &format!("/conversations/c/messages/{id}"), data);
    }

    pub(crate) fn rename(&mut self, user: &str, name: &str) {
        self.act(user, "PUT", &format!("/users/{user}"), json!({ "name": name }));
    }

    pub(crate) fn remove(&mut self, user: &str, conversation: &str) {
        let path = format!("/conversations/{conversation}/participants/{user}");
        self.act("bob", "DELETE", &path, json!({}));
    }

    pub(crate) fn add(&mut self, user: &str, conversation: &str) {
        let path = format!("/conversations/{conversation}/participants/{user}");
        self.act("bob", "PUT", &path, json!({}));
    }

    // What Alice does.

    pub(crate) fn messages(&mut self) -> u32 {
        self.world.subscribe(self.alice, Call::MessagesSubscribe, json!(["c"]))
    }

    pub(crate) fn side(&mut self) -> u32 {
        self.world.subscribe(self.alice, Call::ConversationSubscribe, json!(["c"]))
    }

    pub(crate) fn list(&mut self) -> u32 {
        self.world.subscribe(self.alice, Call::ListSubscribe, json!(["{}"]))
    }

    pub(crate) fn user(&mut self, id: &str) -> u32 {
        self.world.subscribe(self.alice, Call::UserSubscribe, json!([id]))
    }

    pub(crate) fn load_more(&mut self, subscription: u32, count: impl Into<Value>) -> u32 {
        let args = json!([subscription, count.into()]);
        self.world.call(self.alice, Call::LoadMore, args)
    }

    /// Sends a text, as the package's front puts it for the core.
    pub(crate) fn send(&mut self, conversation: &str, text: &str) -> u32 {
        self.call(Call::ConversationSend, json!([conversation, { "text": text }]))
    }

    pub(crate) fn call(&mut self, call: Call, args: Value) -> u32 {
        self.world.call(self.alice, call, args)
    }

    pub(crate) fn unsubscribe(&mut self, subscription: u32) {
        self.world.unsubscribe(self.alice, subscription);
    }

    /// Breaks Alice's socket, and lets something happen before she is back.
    pub(crate) fn gap(&mut self, work: impl FnOnce(&mut Stage)) {
        self.world.weather.no_connect = 1_000;
        self.world.cut_socket(self.alice);
        self.world.run(60);
        work(self);
        self.world.weather.no_connect = 0;
        self.world.run(60_000);
    }

    /// Lets everything that is under way arrive.
    pub(crate) fn settle(&mut self) {
        self.world.run(1_000);
    }

    /// A few seconds of silence.
    pub(crate) fn wait(&mut self, seconds: u64) {
        self.world.run(seconds * 1_000);
    }

    // What Alice sees.

    pub(crate) fn requests(&mut self) -> Vec<String> {
        self.world.take_requests(self.alice)
    }

    /// The ids in the latest snapshot.
    #[track_caller]
    pub(crate) fn ids(&self, subscription: u32) -> Vec<String> {
        match self.world.page(self.alice).subscription(subscription).latest() {
            Some(heard) => heard.snapshot.ids(),
            None => panic!("subscription {subscription} has no snapshot yet"),
        }
    }

    /// The latest snapshot.
    #[track_caller]
    pub(crate) fn shown(&self, subscription: u32) -> Value {
        match self.world.page(self.alice).subscription(subscription).latest() {
            Some(heard) => heard.snapshot.to_value(),
            None => panic!("subscription {subscription} has no snapshot yet"),
        }
    }

    pub(crate) fn loaded_all(&self, subscription: u32) -> bool {
        let latest = self.world.page(self.alice).subscription(subscription).latest();
        latest.is_some_and(|heard| heard.loaded_all)
    }

    /// How often the listener was called so far.
    pub(crate) fn calls(&self, subscription: u32) -> usize {
        self.world.page(self.alice).subscription(subscription).heard.len()
    }

    pub(crate) fn state(&self, subscription: u32) -> State {
        self.world.page(self.alice).subscription(subscription).state.clone()
    }

    pub(crate) fn outcome(&self, call: u32) -> Outcome {
        self.world.page(self.alice).outcome(call).clone()
    }

    /// What a call resolved with, as JSON; nothing as null.
    #[track_caller]
    pub(crate) fn resolved(&self, call: u32) -> Value {
        match self.outcome(call) {
            Outcome::Snapshot(snapshot) => snapshot.to_value(),
            Outcome::Value(value) => value.unwrap_or_default(),
            other => panic!("call {call} resolves, but it is {other:?}"),
        }
    }

    /// The status that a call was rejected with.
    #[track_caller]
    pub(crate) fn rejected(&self, call: u32) -> u64 {
        match self.outcome(call) {
            Outcome::Rejected(error) => error["status"].as_u64().unwrap_or(0),
            other => panic!("call {call} is rejected, but it is {other:?}"),
        }
    }

    /// What Alice should see, by the backend.
    pub(crate) fn expected(&mut self) -> Expected<'_> {
        Expected::of(&mut self.world, "alice")
    }

    /// The messages of "c" by the backend, newest first.
    pub(crate) fn all_messages(&mut self) -> Vec<Value> {
        self.all_messages_of("c")
    }

    pub(crate) fn all_messages_of(&mut self, conversation: &str) -> Vec<Value> {
        self.expected().messages(conversation).unwrap_or_default()
    }

    /// Nothing is left once nobody wants anything any more.
    #[track_caller]
    pub(crate) fn close(mut self) {
        let live = self.world.page(self.alice).live().map(|(number, _)| number);
        live.collect::<Vec<u32>>().into_iter().for_each(|number| self.unsubscribe(number));
        // Participants linger for 30 s, then each of them, and then their users.
        self.wait(100);
        let left_over = self.world.left_over(self.alice);
        assert_eq!(left_over, Vec::<String>::new(), "nothing is held when nobody holds");
        assert_eq!(self.world.timer(self.alice), None, "no timer is left");
        let said = self.world.outputs(self.alice);
        self.wait(24 * 3_600);
        assert_eq!(self.world.outputs(self.alice), said, "nothing more is emitted");
    }
}

/// The ids of snapshots.
pub(crate) fn ids(snapshots: &[Value]) -> Vec<String> {
    let id = |snapshot: &Value| snapshot["id"].as_str().unwrap_or_default().to_owned();
    snapshots.iter().map(id).collect()
}

/// How many of these requests are such ones.
pub(crate) fn count(requests: &[String], start: &str) -> usize {
    requests.iter().filter(|request| request.starts_with(start)).count()
}

//! What the first stories leave out, for `SIM_WILD=1`: people who come for the first time, or leave
//! and are back at once, replies to what is soon gone, and several of that in one moment.

use serde_json::json;

use crate::story::Story;

impl Story {
    /// Dave and the crowd do a few things, without a pause.
    pub(crate) fn wild(&mut self) {
        for _ in 0..self.dice.between(1, 4) {
            let conversation = if self.dice.chance(600) { "c0" } else { "c1" };
            match self.dice.below(9) {
                0..=1 => self.dave_replies(conversation),
                2 => self.dave_deletes(conversation),
                3 => {
                    let user = format!("n{}", self.dice.below(60));
                    let data = json!({ "name": format!("{user} {}", self.count) });
                    self.backend(&user, "PUT", &format!("/users/{user}"), data);
                    self.member("PUT", conversation, &user);
                }
                4 => {
                    let user = format!("n{}", self.dice.below(60));
                    self.member("DELETE", conversation, &user);
                }
                5 => {
                    let user = format!("m{}", self.dice.below(self.plan.crowd.max(1)));
                    self.member("DELETE", conversation, &user);
                    self.member("PUT", conversation, &user);
                }
                6 => {
                    let user = self.someone();
                    let user = self.user(user);
                    self.member("DELETE", "c1", user);
                    if self.dice.chance(700) {
                        self.member("PUT", "c1", user);
                    }
                }
                7 => {
                    let people = ["alice", "bob", "carol", "m0", "m1", "n1"];
                    let user = self.dice.pick(&people).copied().unwrap_or("bob");
                    let data = json!({ "name": format!("{user} {}", self.count) });
                    self.backend(user, "PUT", &format!("/users/{user}"), data);
                }
                _ => {
                    let mood = if self.dice.chance(500) { json!("m") } else { json!(null) };
                    let data = json!({ "custom": { "mood": mood } });
                    self.world.request("dave", "PUT", "/conversations/c1", data);
                }
            }
            self.count += 1;
        }
        if self.dice.chance(150) {
            let who = self.someone();
            self.world.cut_socket(who);
        }
    }

    /// Dave adds somebody to a conversation, or takes them out.
    pub(crate) fn member(&mut self, method: &str, conversation: &str, user: &str) {
        let path = format!("/conversations/{conversation}/participants/{user}");
        self.world.request("dave", method, &path, json!({}));
    }

    /// To a message that somebody sees. It may be gone, or be a reply itself.
    fn dave_replies(&mut self, conversation: &str) {
        let who = self.someone();
        let Some((id, _)) = self.some_message(who, conversation) else { return };
        let content = json!([{ "type": "text", "children": ["I agree"] }]);
        let data = json!({ "content": content, "referencedMessageId": id });
        let path = format!("/conversations/{conversation}/messages");
        self.world.request("dave", "POST", &path, data);
    }

    fn dave_deletes(&mut self, conversation: &str) {
        let who = self.someone();
        if let Some(id) = self.some_message_of(who, conversation, "dave") {
            let path = format!("/conversations/{conversation}/messages/{id}");
            self.world.request("dave", "DELETE", &path, json!({}));
        }
    }
}

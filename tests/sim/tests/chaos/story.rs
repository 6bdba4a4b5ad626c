//! What the users of one seed do, and what happens to them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{json, Value};
use talk_session_server::hub::Control;
use talk_sim::{Call, Dice, Outcome, World};

use crate::kinds::{Kind, EMOJI, FILTERS};
use crate::plan::Plan;

/// A message that somebody sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) who: usize,
    pub(crate) conversation: String,
    /// In its `custom`, where no edit touches it.
    pub(crate) name: String,
    pub(crate) number: u32,
    /// When it was sent and when the call settled, counted in actions.
    pub(crate) begun: u64,
    pub(crate) done: Option<u64>,
}

/// Sends of one user to one conversation that wait for each other.
#[derive(Default)]
struct Chain {
    waits_for: Option<u32>,
    names: VecDeque<String>,
}

pub(crate) struct Story {
    pub(crate) world: World,
    pub(crate) plan: Plan,
    pub(crate) sends: Vec<Sent>,
    /// Messages that somebody asked to delete.
    pub(crate) deleted: BTreeSet<String>,
    /// Calls whose rejection is nobody's fault, and why they may.
    pub(crate) may_reject: BTreeMap<(usize, u32), &'static str>,
    pub(crate) kinds: BTreeMap<(usize, u32), Kind>,
    chains: BTreeMap<(usize, String), Chain>,
    handing_over_until: u64,
    pub(crate) dice: Dice,
    pub(crate) count: u64,
    names: u64,
    /// Whether what `wild.rs` has happens too.
    pub(crate) wild: bool,
}

impl Story {
    pub(crate) fn new(seed: u64) -> Story {
        let mut dice = Dice::new(seed);
        let plan = Plan::new(&mut dice);
        let world = World::new(seed, plan.weather.clone());
        Story {
            world,
            plan,
            sends: Vec::new(),
            deleted: BTreeSet::new(),
            may_reject: BTreeMap::new(),
            kinds: BTreeMap::new(),
            chains: BTreeMap::new(),
            handing_over_until: 0,
            dice,
            count: 0,
            names: 0,
            wild: std::env::var_os("SIM_WILD").is_some(),
        }
    }

    pub(crate) fn play(&mut self) {
        self.set_the_stage();
        for _ in 0..self.plan.rounds {
            self.round();
        }
        self.clear_up();
        self.judge();
    }

    fn set_the_stage(&mut self) {
        for user in ["alice", "bob", "carol", "dave"] {
            self.backend(user, "PUT", &format!("/users/{user}"), json!({ "name": user }));
        }
        for at in 0..self.plan.crowd {
            let user = format!("m{at}");
            self.backend(&user, "PUT", &format!("/users/{user}"), json!({ "name": user }));
        }
        let others = (0..self.plan.others).map(|at| format!("x{at}"));
        for id in ["c0".to_owned(), "c1".to_owned()].into_iter().chain(others) {
            self.backend("dave", "PUT", &format!("/conversations/{id}"), json!({}));
            let crowd = if id.starts_with('c') { self.plan.crowd } else { 0 };
            let crowd = (0..crowd).map(|at| format!("m{at}"));
            let people = ["dave", "alice", "bob", "carol"].map(str::to_owned);
            for user in people.into_iter().chain(crowd) {
                let path = format!("/conversations/{id}/participants/{user}");
                self.backend("dave", "PUT", &path, json!({}));
                if self.dice.chance(300) {
                    self.world.run(1);
                }
            }
            let messages = match id.as_str() {
                "c0" => self.plan.history,
                _ => self.dice.below(3),
            };
            (0..messages).for_each(|_| self.dave_says(&id));
            self.world.run(self.dice.clone().below(2_000));
        }
        for (user, login) in self.plan.people.clone() {
            let who = self.world.open(user, login);
            // People leave and are back before anybody could be told.
            self.world.page_mut(who).forgives_remade = self.wild;
            if self.dice.chance(500) {
                let args = json!([user, { "name": user }]);
                self.call(who, Call::UserCreate, args);
            }
        }
    }

    fn round(&mut self) {
        // What one client does at once is one tick.
        let who = self.someone();
        for _ in 0..self.dice.between(1, 3) {
            self.count += 1;
            self.act(who);
        }
        if self.dice.chance(150) {
            self.happening();
        }
        if self.wild && self.dice.chance(500) {
            self.wild();
        }
        if self.dice.chance(self.plan.upheavals) {
            self.upheaval();
        }
        if self.dice.chance(self.plan.naps) {
            let ms = self.dice.pick(&[500, 2_500, 10_000, 60_000, 60_000]).copied().unwrap_or(0);
            let who = self.someone();
            self.world.sleep(who, ms);
        }
        let wait = match self.dice.below(10) {
            0..=1 => 0,
            2..=7 => self.dice.below(500),
            8 => self.dice.below(4_000),
            _ => self.dice.below(45_000),
        };
        self.pass(wait);
    }

    /// Lets time pass, and lets those go on who waited for something.
    pub(crate) fn pass(&mut self, mut ms: u64) {
        loop {
            let part = ms.min(if ms > 2_000 { 500 } else { 50 });
            self.world.run(part);
            self.look_at_what_settled();
            ms -= part;
            if ms == 0 {
                return;
            }
        }
    }

    pub(crate) fn someone(&mut self) -> usize {
        self.dice.below(self.plan.people.len() as u64) as usize
    }

    pub(crate) fn user(&self, who: usize) -> &'static str {
        self.plan.people[who].0
    }

    /// `c0` most of the time, where everybody stays.
    fn conversation(&mut self) -> String {
        match self.dice.below(10) {
            0..=5 => "c0".to_owned(),
            6..=7 => "c1".to_owned(),
            _ => format!("x{}", self.dice.below(self.plan.others.max(1))),
        }
        .replace("x0", if self.plan.others == 0 { "c0" } else { "x0" })
    }

    // What users do.

    fn act(&mut self, who: usize) {
        match self.dice.below(112) {
            0..=19 => self.subscribe_to_something(who),
            20..=25 => {
                if let Some(number) = self.some_subscription(who, |_| true) {
                    self.world.unsubscribe(who, number);
                    if self.dice.chance(500) {
                        let kind = self.kinds[&(who, number)].clone();
                        self.subscribe(who, kind);
                    }
                }
            }
            26..=35 => self.load_more(who),
            36..=50 => {
                let conversation = self.conversation();
                for _ in 0..self.dice.between(1, 5) {
                    self.send(who, &conversation);
                }
            }
            51..=58 => {
                let conversation = self.conversation();
                let more = self.dice.between(1, 4);
                let names: Vec<String> = (0..more).map(|_| self.name(who)).collect();
                self.chains.entry((who, conversation.clone())).or_default().names.extend(names);
                self.go_on(who, &conversation);
            }
            59..=64 => self.edit(who),
            65..=68 if self.plan.deletions => self.delete(who),
            69..=73 => self.change_conversation(who),
            74..=77 => {
                let (user, name) = (self.user(who), self.name(who));
                self.call(who, Call::UserSet, json!([user, { "name": name }]));
            }
            78..=84 => {
                let conversation = self.conversation();
                let unread = self.dice.chance(300);
                let call = if unread { Call::ConversationUnread } else { Call::ConversationRead };
                self.call_in(who, call, &conversation, json!([conversation]));
            }
            85..=93 => self.get_something(who),
            94..=95 => {
                let call = if self.dice.chance(500) {
                    Call::ParticipantDelete
                } else {
                    Call::ParticipantCreate
                };
                self.call_in(who, call, "c1", json!(["c1", self.user(who), {}]));
            }
            96 => {
                let notify = self.dice.chance(500);
                let args = json!(["c0", self.user(who), { "notify": notify }]);
                self.call(who, Call::ParticipantEdit, args);
            }
            97 => {
                let id = format!("n{}", self.dice.below(5));
                self.call(who, Call::ConversationCreate, json!([id, { "subject": id }]));
            }
            98..=103 => self.react(who),
            104..=108 => {
                let conversation = self.conversation();
                let args = json!([conversation]);
                self.call_in(who, Call::ConversationTyping, &conversation, args);
            }
            109..=110 => {
                let access = if self.dice.chance(500) { "Read" } else { "ReadWrite" };
                let user = self.someone();
                let args = json!(["c1", self.user(user), { "access": access }]);
                self.call_in(who, Call::ParticipantEdit, "c1", args);
            }
            _ => self.world.online(who),
        }
    }

    fn react(&mut self, who: usize) {
        let conversation = self.conversation();
        if let Some((id, _)) = self.some_message(who, &conversation) {
            let (emoji, _) = self.dice.pick(&EMOJI).copied().unwrap_or(EMOJI[0]);
            let add = self.dice.chance(700);
            let call = if add { Call::ReactionAdd } else { Call::ReactionRemove };
            let number = self.call(who, call, json!([conversation, id, emoji]));
            self.may_reject.insert((who, number), "it may be deleted by now");
        }
    }

    fn call(&mut self, who: usize, call: Call, args: Value) -> u32 {
        self.world.call(who, call, args)
    }

    /// A call that may be refused in `c1`, where people come and go.
    fn call_in(&mut self, who: usize, call: Call, conversation: &str, args: Value) -> u32 {
        let number = self.call(who, call, args);
        if conversation == "c1" {
            self.may_reject.insert((who, number), "in c1 people come and go");
        }
        number
    }

    fn subscribe_to_something(&mut self, who: usize) {
        let conversation = self.conversation();
        let people = ["alice", "bob", "carol", "dave"];
        let user = self.dice.pick(&people).copied().unwrap_or("dave");
        let kind = match self.dice.below(20) {
            0..=2 => Kind::List(FILTERS[0]),
            3..=6 => Kind::List(self.dice.pick(&FILTERS).copied().unwrap_or(FILTERS[0])),
            7..=10 => Kind::Messages(conversation),
            11..=12 => Kind::Conversation(conversation),
            13 => Kind::User(user.to_owned()),
            14 => Kind::Online(user.to_owned()),
            15 => Kind::Members(conversation),
            16 => Kind::Participant(conversation, user.to_owned()),
            17 => Kind::Typing(conversation),
            _ => match self.some_message(who, &conversation) {
                Some((id, _)) => Kind::Reactions(conversation, id, self.dice.below(2) as usize),
                None => Kind::Typing(conversation),
            },
        };
        self.subscribe(who, kind);
    }

    pub(crate) fn subscribe(&mut self, who: usize, kind: Kind) -> u32 {
        let (call, args) = kind.call();
        let number = self.world.subscribe(who, call, args);
        self.kinds.insert((who, number), kind);
        if self.dice.chance(50) {
            let calls = self.dice.between(1, 3) as usize;
            self.world.make_fickle(who, number, calls);
        }
        number
    }

    fn some_subscription(&mut self, who: usize, fits: impl Fn(&Kind) -> bool) -> Option<u32> {
        let live = self.world.page(who).live().map(|(number, _)| number);
        let fitting: Vec<u32> = live.filter(|number| fits(&self.kinds[&(who, *number)])).collect();
        self.dice.pick(&fitting).copied()
    }

    fn load_more(&mut self, who: usize) {
        let windowed = |kind: &Kind| kind.page_sizes().is_some();
        let Some(number) = self.some_subscription(who, windowed) else { return };
        let most = self.kinds[&(who, number)].page_sizes().map_or(1, |(_, most)| most);
        for _ in 0..self.dice.between(1, 2) {
            let count = self.dice.between(1, most);
            let call = self.call(who, Call::LoadMore, json!([number, count]));
            self.may_reject.insert((who, call), "the subscription may end before the page comes");
        }
    }

    fn name(&mut self, who: usize) -> String {
        self.names += 1;
        format!("{}-{}", self.user(who), self.names)
    }

    fn send(&mut self, who: usize, conversation: &str) {
        let name = self.name(who);
        self.send_named(who, conversation, name);
    }

    fn send_named(&mut self, who: usize, conversation: &str, name: String) -> u32 {
        let mut params = json!({ "text": name, "custom": { "name": name } });
        // Only where nothing is deleted: the service refuses a reply to what is gone.
        if !self.plan.deletions && self.dice.chance(200) {
            if let Some((id, _)) = self.some_message(who, conversation) {
                params["referencedMessage"] = id.into();
            }
        }
        let args = json!([conversation, params]);
        let number = self.call_in(who, Call::ConversationSend, conversation, args);
        let (conversation, begun) = (conversation.to_owned(), self.count);
        self.sends.push(Sent { who, conversation, name, number, begun, done: None });
        number
    }

    /// Sends the next message of a chain, unless the one before it is still under way.
    fn go_on(&mut self, who: usize, conversation: &str) {
        let key = (who, conversation.to_owned());
        let Some(chain) = self.chains.get_mut(&key) else { return };
        if chain.waits_for.is_some() {
            return;
        }
        if let Some(name) = chain.names.pop_front() {
            self.count += 1;
            let number = self.send_named(who, conversation, name);
            self.chains.entry(key).or_default().waits_for = Some(number);
        }
    }

    fn look_at_what_settled(&mut self) {
        self.count += 1;
        for who in 0..self.plan.people.len() {
            for number in self.world.page_mut(who).take_settled() {
                let own = |sent: &&mut Sent| sent.who == who && sent.number == number;
                if let Some(sent) = self.sends.iter_mut().find(own) {
                    sent.done = Some(self.count);
                }
                let waits = |chain: &Chain| chain.waits_for == Some(number);
                let next = self.chains.iter_mut().find(|(key, chain)| key.0 == who && waits(chain));
                if let Some((key, chain)) = next {
                    chain.waits_for = None;
                    let conversation = key.1.clone();
                    self.count += 1;
                    self.go_on(who, &conversation);
                }
            }
        }
    }

    /// Whether somebody still has something to send.
    pub(crate) fn is_sending(&self) -> bool {
        self.chains.values().any(|chain| chain.waits_for.is_some() || !chain.names.is_empty())
    }

    /// A message that a user sees, and who sent it.
    pub(crate) fn some_message(
        &mut self,
        who: usize,
        conversation: &str,
    ) -> Option<(String, String)> {
        let page = self.world.page(who);
        let mut seen = Vec::new();
        for (number, own) in page.live() {
            if self.kinds[&(who, number)] == Kind::Messages(conversation.to_owned()) {
                for message in own.latest().map_or(&[][..], |heard| heard.snapshot.items()) {
                    let sender = message.link("sender").map_or("", |sender| sender.id());
                    seen.push((message.id().to_owned(), sender.to_owned()));
                }
            }
        }
        self.dice.pick(&seen).cloned()
    }

    fn some_own_message(&mut self, who: usize, conversation: &str) -> Option<String> {
        self.some_message_of(who, conversation, self.user(who))
    }

    /// A message that a user sees and that somebody sent.
    pub(crate) fn some_message_of(
        &mut self,
        who: usize,
        conversation: &str,
        by: &str,
    ) -> Option<String> {
        (0..10).find_map(|_| {
            let (id, sender) = self.some_message(who, conversation)?;
            (sender == by).then_some(id)
        })
    }

    fn edit(&mut self, who: usize) {
        let conversation = self.conversation();
        if let Some(id) = self.some_own_message(who, &conversation) {
            let text = format!("edit {}", self.count);
            let args = json!([conversation, id, { "text": text }]);
            let number = self.call(who, Call::MessageEdit, args);
            self.may_reject.insert((who, number), "it may be deleted by now");
        }
    }

    fn delete(&mut self, who: usize) {
        let conversation = self.conversation();
        if let Some(id) = self.some_own_message(who, &conversation) {
            self.deleted.insert(id.clone());
            let args = json!([conversation, id]);
            self.call_in(who, Call::MessageDelete, &conversation, args);
        }
    }

    fn change_conversation(&mut self, who: usize) {
        let conversation = self.conversation();
        let mut params = json!({});
        if self.dice.chance(700) {
            params["subject"] = format!("subject {}", self.count).into();
        }
        if self.dice.chance(500) {
            let value = if self.dice.chance(300) { Value::Null } else { json!(self.name(who)) };
            params["custom"] = json!({ "mood": value });
        }
        let args = json!([conversation, params]);
        self.call_in(who, Call::ConversationSet, &conversation, args);
    }

    fn get_something(&mut self, who: usize) {
        let conversation = self.conversation();
        let people = ["alice", "bob", "carol", "dave", "nobody"];
        let user = self.dice.pick(&people).copied().unwrap_or("dave");
        match self.dice.below(4) {
            0 => self.call(who, Call::UserGet, json!([user])),
            1 => self.call(who, Call::ConversationGet, json!([conversation])),
            2 => {
                let args = json!([conversation, user]);
                self.call_in(who, Call::ParticipantGet, &conversation, args)
            }
            _ => match self.some_message(who, &conversation) {
                Some((id, _)) => self.call(who, Call::MessageGet, json!([conversation, id])),
                None => return,
            },
        };
    }

    // What happens to them.

    pub(crate) fn backend(&mut self, user: &str, method: &str, path: &str, data: Value) {
        let (status, body) = self.world.request(user, method, path, data);
        assert!(status == 200, "{user} {method} {path}: {status} {body}");
    }

    pub(crate) fn dave_says(&mut self, conversation: &str) {
        let text = format!("dave {}", self.count);
        self.count += 1;
        let data = json!({ "content": [{ "type": "text", "children": [text] }] });
        self.backend("dave", "POST", &format!("/conversations/{conversation}/messages"), data);
    }

    /// Somebody without a browser does something.
    fn happening(&mut self) {
        let conversation = self.conversation();
        match self.dice.below(11) {
            0..=2 => (0..self.dice.between(1, 4)).for_each(|_| self.dave_says(&conversation)),
            3 => {
                // So much is missed that no single page has it.
                let who = self.someone();
                self.world.cut_socket(who);
                (0..self.dice.between(60, 150)).for_each(|_| self.dave_says(&conversation));
            }
            4 => {
                let (user, method) = (self.someone(), self.dice.chance(500));
                let user = self.user(user);
                self.member(if method { "PUT" } else { "DELETE" }, "c1", user);
            }
            5 => {
                let name = format!("dave {}", self.count);
                self.backend("dave", "PUT", "/users/dave", json!({ "name": name }));
            }
            6 => {
                let who = self.someone();
                if let Some((id, _)) = self.some_message(who, &conversation) {
                    let emoji = EMOJI[usize::from(self.dice.chance(300))].1;
                    for user in self.some_of_the_crowd() {
                        let path = format!(
                            "/conversations/{conversation}/messages/{id}/reactions/{emoji}/{user}"
                        );
                        let method = if self.dice.chance(700) { "PUT" } else { "DELETE" };
                        self.world.request(&user, method, &path, json!({}));
                    }
                }
            }
            7 => {
                for user in self.some_of_the_crowd() {
                    let path = format!("/me/conversations/{conversation}/typing");
                    self.world.request(&user, "POST", &path, json!({}));
                }
            }
            8 => {
                let people = ["carol", "dave"];
                let user = self.dice.pick(&people).copied().unwrap_or("dave");
                self.world.leave(user);
            }
            9 if self.plan.crowd > 0 => {
                let at = self.dice.below(self.plan.crowd);
                let path = format!("/conversations/c0/participants/m{at}");
                if self.dice.chance(500) {
                    self.world.request("dave", "DELETE", &path, json!({}));
                } else {
                    let access = if self.dice.chance(500) { "Read" } else { "ReadWrite" };
                    self.backend("dave", "PUT", &path, json!({ "access": access }));
                }
            }
            _ => {
                let user = self.someone();
                let user = self.user(user).to_owned();
                let events = vec![
                    json!({ "type": "of.the.future", "conversationId": "c0" }),
                    json!({ "type": "message.edited", "conversationId": "c0", "messageId": "?" }),
                ];
                self.world.control(Control::Publish { user, events });
            }
        }
    }

    /// Dave and some of those who are there without a browser.
    pub(crate) fn some_of_the_crowd(&mut self) -> Vec<String> {
        let crowd = (0..self.plan.crowd).filter(|_| self.dice.chance(400));
        let crowd: Vec<String> = crowd.map(|at| format!("m{at}")).collect();
        ["dave".to_owned()].into_iter().chain(crowd).collect()
    }

    fn upheaval(&mut self) {
        match self.dice.below(4) {
            0 => {
                self.handing_over_until = self.world.now() + 70_000;
                self.world.control(Control::Restarting);
            }
            // Who has promised to hand sessions over keeps the promise.
            1 if self.world.now() > self.handing_over_until => self.world.crash(),
            2 => {
                let user = self.someone();
                let user = self.user(user).to_owned();
                self.world.control(Control::Expire { user });
            }
            _ => {
                let who = self.someone();
                self.world.cut_socket(who);
            }
        }
    }

    /// What became of a call.
    pub(crate) fn outcome(&self, sent: &Sent) -> &Outcome {
        self.world.page(sent.who).outcome(sent.number)
    }
}

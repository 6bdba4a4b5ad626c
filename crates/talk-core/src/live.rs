//! Which resources are followed, and for how long.
//!
//! A resource is followed while somebody holds it: a subscription, a call that waits for it, or
//! another resource that shows it. The first hold subscribes to it and loads it; after the last one
//! it lingers, so that coming back soon costs nothing; then it is unsubscribed and forgotten.

use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::conn::{path, Keep, Method, Request};
use crate::output::Millis;
use crate::replies::Then;
use crate::store::Known;

/// A resource of the service that is followed by a subscription of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    User(u32),
    /// My side of a conversation.
    Side(u32),
    /// The messages of a conversation.
    Messages(u32),
    Participant(u32),
    /// The conversation list.
    List,
}

/// How far the loading of a resource is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing was asked yet, or there is no connection to ask on.
    #[default]
    Off,
    /// Subscribed, and its state is being fetched for the first time.
    Loading,
    /// Its state is known and kept up to date.
    Loaded,
    /// Its state is known, but events were missed: it is being fetched again.
    Reloading,
}

/// What every followed resource has.
#[derive(Default)]
pub(crate) struct Live {
    pub(crate) refs: u32,
    pub(crate) phase: Phase,
    /// Since nobody holds it: when it will be forgotten.
    pub(crate) until: Option<Millis>,
    /// Events that came while its state was being fetched. The state may be older or newer than
    /// they are, so they are applied again to it.
    pub(crate) early: Vec<String>,
}

impl Live {
    /// Whether nobody holds it and nothing of it is left on the service.
    pub(crate) fn is_idle(&self) -> bool {
        self.refs == 0 && self.phase == Phase::Off
    }

    pub(crate) fn has_state(&self) -> bool {
        matches!(self.phase, Phase::Loaded | Phase::Reloading)
    }

    pub(crate) fn is_fetching(&self) -> bool {
        matches!(self.phase, Phase::Loading | Phase::Reloading)
    }
}

impl Client {
    pub(crate) fn live(&mut self, resource: Resource) -> Option<&mut Live> {
        let store = &mut self.store;
        Some(match resource {
            Resource::User(place) => &mut store.users.get_mut(place)?.live,
            Resource::Side(place) => &mut store.conversations.get_mut(place)?.live,
            Resource::Messages(place) => &mut store.conversations.get_mut(place)?.messages.live,
            Resource::Participant(place) => &mut store.participants.get_mut(place)?.live,
            Resource::List => &mut store.list.live,
        })
    }

    /// One more hold on a resource. The first one starts following it.
    pub(crate) fn acquire(&mut self, resource: Resource) {
        let Some(live) = self.live(resource) else { return };
        let idle = live.is_idle();
        live.refs += 1;
        live.until = None;
        let start = live.refs == 1 && live.phase == Phase::Off;
        self.following += u32::from(idle);
        if start {
            self.start(resource);
        }
    }

    /// One hold less.
    pub(crate) fn release(&mut self, resource: Resource) {
        let until = self.now + linger(resource);
        let Some(live) = self.live(resource) else { return };
        live.refs = live.refs.saturating_sub(1);
        if live.refs == 0 {
            if live.phase == Phase::Off {
                self.forget(resource);
            } else {
                live.until = Some(until);
                self.lingering.push((until, resource));
            }
        }
    }

    /// Subscribes to a resource and fetches its state, if there is a connection. If there is none,
    /// or when there is a new one, [`Client::start_all`] does it.
    pub(crate) fn start(&mut self, resource: Resource) {
        if !self.ready {
            return;
        }
        if let Resource::Side(place) = resource {
            // The conversation list already follows the conversations it has shown.
            let known = self.store.conversations.get(place).map(|c| c.known);
            if self.store.list.live.has_state() && known != Some(Known::No) {
                return;
            }
        }
        let Some(live) = self.live(resource) else { return };
        live.phase = Phase::Loading;
        self.subscribe(resource);
        self.fetch(resource);
    }

    /// On a connection that is ready: subscribes to all that is followed, and (`refetch`) fetches
    /// its state again, since events may have been missed.
    pub(crate) fn start_all(&mut self, refetch: bool) {
        // What only lingers is let go: to keep it up to date would cost more than to load it anew.
        self.forget_unused(Millis::MAX);
        for resource in self.followed() {
            let Some(live) = self.live(resource) else { continue };
            match live.phase {
                Phase::Off => self.start(resource),
                Phase::Loaded if !refetch => self.subscribe(resource),
                Phase::Loaded | Phase::Reloading => {
                    live.phase = Phase::Reloading;
                    self.subscribe(resource);
                    self.fetch(resource);
                }
                Phase::Loading => {
                    self.subscribe(resource);
                    self.fetch(resource);
                }
            }
        }
        self.refetch_references(refetch);
    }

    /// All resources that are held, on the service or lingering. Lists come before what they show.
    fn followed(&self) -> Vec<Resource> {
        let store = &self.store;
        let mut all = Vec::new();
        if !store.list.live.is_idle() {
            all.push(Resource::List);
        }
        for (place, conversation) in store.conversations.iter() {
            if !conversation.live.is_idle() {
                all.push(Resource::Side(place));
            }
            if !conversation.messages.live.is_idle() {
                all.push(Resource::Messages(place));
            }
        }
        let participants = store.participants.iter().filter(|(_, p)| !p.live.is_idle());
        all.extend(participants.map(|(place, _)| Resource::Participant(place)));
        let users = store.users.iter().filter(|(_, u)| !u.live.is_idle());
        all.extend(users.map(|(place, _)| Resource::User(place)));
        all
    }

    /// Lets go of the resources that nobody holds and whose time is over at `now`; of all of them
    /// if `now` is `Millis::MAX`, and then without a word to the service.
    pub(crate) fn forget_unused(&mut self, now: Millis) {
        // To forget one thing may be the last release of another, which then lingers in turn.
        while let Some(at) = self.lingering.iter().position(|&(until, _)| until <= now) {
            let (until, resource) = self.lingering.swap_remove(at);
            // It may have been held again in the meantime.
            if self.live(resource).is_some_and(|live| live.until == Some(until)) {
                if now == Millis::MAX {
                    self.forget(resource);
                } else {
                    self.forget_if_unused(resource);
                }
            }
        }
    }

    /// Lets go of a resource at once if nobody holds it.
    pub(crate) fn forget_if_unused(&mut self, resource: Resource) {
        if self.live(resource).is_some_and(|live| live.refs == 0 && live.phase != Phase::Off) {
            if self.ready {
                let path = self.path_of(resource);
                self.request(Method::Unsubscribe, path, Keep::Connection, Then::Ignore);
            }
            self.forget(resource);
        }
    }

    /// When the next lingering resource is to be forgotten.
    pub(crate) fn next_forget(&self) -> Option<Millis> {
        self.lingering.iter().map(|&(until, _)| until).min()
    }

    fn subscribe(&mut self, resource: Resource) {
        let then = Then::Subscribed(resource);
        if let Resource::User(place) = resource {
            if let Some(user) = self.store.users.get(place) {
                let request = Request::SubscribeUser { id: user.id.clone().into() };
                self.send(request, Keep::Connection, then);
            }
        } else {
            let path = self.path_of(resource);
            self.request(Method::Subscribe, path, Keep::Connection, then);
        }
    }

    pub(crate) fn fetch(&mut self, resource: Resource) {
        match resource {
            Resource::List | Resource::Messages(_) => self.fetches.push(resource),
            Resource::User(place) => {
                if let Some(user) = self.store.users.get(place) {
                    let request = Request::GetUser { id: user.id.clone().into() };
                    self.send(request, Keep::Connection, Then::State(resource));
                }
            }
            Resource::Side(_) | Resource::Participant(_) => {
                let path = self.path_of(resource);
                self.request(Method::Get, path, Keep::Connection, Then::State(resource));
            }
        }
    }

    pub(crate) fn path_of(&self, resource: Resource) -> String {
        let store = &self.store;
        let conversation = |place| store.conversations.get(place).map_or("", |c| &*c.id);
        match resource {
            Resource::User(place) => path(&["users", store.users.get(place).map_or("", |u| &u.id)]),
            Resource::Side(place) => path(&["me", "conversations", conversation(place)]),
            Resource::Messages(place) => {
                path(&["me", "conversations", conversation(place), "messages"])
            }
            Resource::Participant(place) => {
                let participant = store.participants.get(place);
                let of = participant.map_or("", |p| conversation(p.conversation));
                let user = participant.and_then(|p| store.users.get(p.user)).map_or("", |u| &u.id);
                path(&["me", "conversations", of, "participants", user])
            }
            Resource::List => path(&["me", "conversations"]),
        }
    }

    /// Drops what is known of a resource, and its holds on others.
    fn forget(&mut self, resource: Resource) {
        let Some(live) = self.live(resource) else { return };
        *live = Live::default();
        self.following = self.following.saturating_sub(1);
        match resource {
            Resource::User(place) => {
                if let Some(user) = self.store.users.remove(place) {
                    self.store.user_ids.remove(&user.id);
                    self.store.ops.free(user.handle);
                }
            }
            Resource::Side(place) => {
                if let Some(conversation) = self.store.conversations.get_mut(place) {
                    // The conversation list may still show it.
                    if !conversation.in_list {
                        conversation.known = Known::No;
                    }
                }
                self.store.drop_conversation_if_unused(place);
            }
            Resource::Messages(place) => {
                self.clear_messages(place);
                if let Some(conversation) = self.store.conversations.get_mut(place) {
                    conversation.messages.reset();
                }
                self.store.drop_conversation_if_unused(place);
            }
            Resource::Participant(place) => {
                if let Some(participant) = self.store.participants.remove(place) {
                    self.store.ops.free(participant.handle);
                    if let Some(owner) = self.store.conversations.get_mut(participant.conversation)
                    {
                        owner.participants -= 1;
                    }
                    self.store.drop_conversation_if_unused(participant.conversation);
                    if participant.follows_user {
                        self.release(Resource::User(participant.user));
                    }
                }
            }
            Resource::List => self.clear_list(),
        }
    }
}

/// How long a resource is still followed after its last hold, in ms.
fn linger(resource: Resource) -> Millis {
    match resource {
        Resource::User(_) | Resource::Side(_) | Resource::Participant(_) => 30_000,
        Resource::Messages(_) | Resource::List => 10_000,
    }
}

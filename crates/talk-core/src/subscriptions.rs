//! Subscriptions of the application, and calls that wait until a snapshot is complete.

use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::error::{ErrorCode, Failure, TalkError};
use crate::live::{Phase, Resource};
use crate::store::{Handle, Known};

/// What a subscription shows or a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    User(u32),
    Conversation(u32),
    Messages(u32),
    Participant(u32),
    Message(u32),
    List,
}

impl Target {
    /// The resource that carries it. A single message has none.
    pub(crate) fn resource(self) -> Option<Resource> {
        Some(match self {
            Target::User(place) => Resource::User(place),
            Target::Conversation(place) => Resource::Side(place),
            Target::Messages(place) => Resource::Messages(place),
            Target::Participant(place) => Resource::Participant(place),
            Target::List => Resource::List,
            Target::Message(_) => return None,
        })
    }
}

/// A subscription of the application. Its number is JavaScript's.
pub(crate) struct Subscription {
    pub(crate) id: u32,
    pub(crate) target: Target,
    pub(crate) active: bool,
    /// Whether its snapshot changed in a way that `Client::changed` does not tell.
    pub(crate) dirty: bool,
    /// On a window: how many items it wants to show, until it does.
    pub(crate) want: Option<usize>,
    pub(crate) view: Option<Handle>,
    pub(crate) loaded_all: bool,
    /// The calls of `loadMore` that wait for it.
    pub(crate) loads: Vec<u32>,
}

/// A call that resolves with a snapshot once it is complete.
pub(crate) struct Waiter {
    pub(crate) call: u32,
    pub(crate) target: Target,
    pub(crate) operation: String,
}

/// How a snapshot stands.
pub(crate) enum Readiness {
    /// Parts of it are not known yet.
    Waiting,
    /// There is nothing to show.
    Null,
    Ready(Handle),
}

impl Client {
    /// Notes that a snapshot changed, for those who show it.
    pub(crate) fn changed(&mut self, target: Target) {
        self.changes.push(target);
    }

    pub(crate) fn subscribe_to(&mut self, id: u32, target: Target, first: Option<usize>) {
        self.subscriptions.push(Subscription {
            id,
            target,
            active: false,
            dirty: true,
            want: first,
            view: None,
            loaded_all: false,
            loads: Vec::new(),
        });
        self.hold(target);
        if let (Some(resource), true) = (target.resource(), first.is_some()) {
            self.settle_views(resource);
            self.fetches.push(resource);
        }
    }

    /// Ends a subscription on the application's wish. Its promises are JavaScript's matter.
    pub(crate) fn unsubscribe(&mut self, id: u32) {
        if let Some(at) = self.subscriptions.iter().position(|s| s.id == id) {
            self.remove_subscription(at, None);
        }
    }

    fn remove_subscription(&mut self, at: usize, error: Option<&TalkError>) {
        let subscription = self.subscriptions.remove(at);
        let over = TalkError::new(
            ErrorCode::Unsubscribed,
            "loadMore failed: the subscription was unsubscribed before the page came",
        );
        for load in subscription.loads {
            self.store.ops.reject(load, error.unwrap_or(&over));
        }
        if let Some(error) = error {
            self.store.ops.failed(subscription.id, error);
        }
        if let (Some(view), Some(resource)) = (subscription.view, subscription.target.resource()) {
            self.leave_view(resource, view);
        }
        self.unhold(subscription.target);
    }

    /// A call waits for a snapshot.
    pub(crate) fn wait_for(&mut self, call: u32, target: Target, operation: String) {
        self.hold(target);
        self.waiters.push(Waiter { call, target, operation });
    }

    pub(crate) fn hold(&mut self, target: Target) {
        if let Some(resource) = target.resource() {
            self.acquire(resource);
        }
        if let Target::Conversation(place) = target {
            // A conversation's snapshot shows its last message.
            self.acquire(Resource::Messages(place));
        }
    }

    pub(crate) fn unhold(&mut self, target: Target) {
        match target {
            Target::Message(place) => self.unhold_message(place),
            Target::Conversation(place) => {
                self.release(Resource::Messages(place));
                self.release(Resource::Side(place));
            }
            _ => {
                if let Some(resource) = target.resource() {
                    self.release(resource);
                }
            }
        }
    }

    /// `loadMore`: the view grows by `count` from what it shows now.
    pub(crate) fn load_more(&mut self, call: u32, id: u32, count: usize) {
        let Some(at) = self.subscriptions.iter().position(|s| s.id == id) else {
            return self.store.ops.resolve_value(call, None);
        };
        let Some(resource) = self.subscriptions[at].target.resource() else { return };
        let view = self.subscriptions[at].view;
        let shown = view.and_then(|v| self.window(resource)?.view(v)).map_or(0, |v| v.len);
        let subscription = &mut self.subscriptions[at];
        let want = subscription.want.unwrap_or(0).max(shown + count);
        subscription.want = Some(want);
        subscription.loads.push(call);
        self.settle_views(resource);
        self.fetches.push(resource);
    }

    /// How many items the subscriptions to a window want.
    pub(crate) fn wanted(&self, resource: Resource) -> usize {
        let of = |s: &&Subscription| s.target.resource() == Some(resource);
        self.subscriptions.iter().filter(of).filter_map(|s| s.want).max().unwrap_or(0)
    }

    /// Gives each subscription of a window the view it wants, as far as that is loaded.
    pub(crate) fn settle_views(&mut self, resource: Resource) {
        for at in 0..self.subscriptions.len() {
            let subscription = &self.subscriptions[at];
            if subscription.target.resource() != Some(resource) {
                continue;
            }
            let (Some(want), view) = (subscription.want, subscription.view) else { continue };
            let Some(window) = self.window(resource) else { return };
            let loaded = window.items.len();
            let enough = window.absent || window.cursor.is_none() || loaded >= want;
            if window.live.phase != Phase::Loaded || !enough {
                continue;
            }
            let absent = window.absent;
            let store = &mut self.store;
            let view = match (resource, view) {
                _ if absent => None,
                (Resource::Messages(place), view) => {
                    let messages = &store.messages;
                    let handle_of = |place| messages.get(place).map_or(0, |m| m.handle);
                    store.conversations.get_mut(place).map(|owner| match view {
                        Some(view) => {
                            let len = want.min(loaded);
                            owner.messages.grow_view(view, len, &mut store.ops, handle_of)
                        }
                        None => owner.messages.join_view(want.min(loaded), &mut store.ops),
                    })
                }
                (_, view) => {
                    let conversations = &store.conversations;
                    let handle_of = |place| conversations.get(place).map_or(0, |c| c.handle);
                    Some(match view {
                        Some(view) => {
                            let len = want.min(loaded);
                            store.list.grow_view(view, len, &mut store.ops, handle_of)
                        }
                        None => store.list.join_view(want.min(loaded), &mut store.ops),
                    })
                }
            };
            let subscription = &mut self.subscriptions[at];
            subscription.dirty |= subscription.view != view;
            subscription.view = view;
            subscription.want = None;
            self.mark_window(resource);
        }
    }

    /// A window is null now: its subscriptions show that, and want their first page if it comes back.
    pub(crate) fn window_absent(&mut self, resource: Resource) {
        for at in 0..self.subscriptions.len() {
            if self.subscriptions[at].target.resource() == Some(resource) {
                let subscription = &mut self.subscriptions[at];
                subscription.dirty = true;
                subscription.want = Some(subscription.want.unwrap_or(0).max(FIRST_MESSAGES));
                if let Some(view) = subscription.view.take() {
                    self.leave_view(resource, view);
                }
            }
        }
        self.mark_window(resource);
    }

    fn leave_view(&mut self, resource: Resource, view: Handle) {
        let store = &mut self.store;
        let window = match resource {
            Resource::Messages(place) => {
                store.conversations.get_mut(place).map(|owner| &mut owner.messages)
            }
            _ => Some(&mut store.list),
        };
        if let Some(window) = window {
            window.leave_view(view, &mut store.ops);
        }
    }

    /// A page could not be loaded: the calls that wait for it reject, what is shown stays.
    pub(crate) fn reject_loads(&mut self, resource: Resource, failure: Failure) {
        let error = failure.into_error("Load more");
        for subscription in &mut self.subscriptions {
            if subscription.target.resource() == Some(resource) && subscription.view.is_some() {
                subscription.want = None;
                for load in subscription.loads.drain(..) {
                    self.store.ops.reject(load, &error);
                }
            }
        }
    }

    /// A resource cannot be followed: whoever asked for it is told. What merely shows it does
    /// without.
    pub(crate) fn fail(&mut self, resource: Resource, failure: Failure) {
        let mut what = String::from("Subscribe to ");
        what.push_str(self.path_of(resource).get(1..).unwrap_or(""));
        let error = failure.clone().into_error(&what);
        match resource {
            Resource::User(place) => self.user_state(place, None, false),
            Resource::Messages(_) => {
                if let Some(window) = self.window_mut(resource) {
                    window.reload = None;
                    window.page = None;
                    window.live.phase = Phase::Loaded;
                }
                self.mark_window(resource);
            }
            _ => {}
        }
        if let Some(live) = self.live(resource) {
            live.phase = Phase::Loaded;
            live.early.clear();
        }
        while let Some(at) =
            self.subscriptions.iter().position(|s| s.target.resource() == Some(resource))
        {
            self.remove_subscription(at, Some(&error));
        }
        while let Some(at) = self.waiters.iter().position(|w| w.target.resource() == Some(resource))
        {
            let waiter = self.waiters.remove(at);
            self.store.ops.reject(waiter.call, &failure.clone().into_error(&waiter.operation));
            self.unhold(waiter.target);
        }
        // Nobody is left who wants it: then it must not linger as if it were known.
        self.forget_if_unused(resource);
    }

    /// How the snapshot of a target stands.
    pub(crate) fn readiness(&self, target: Target) -> Readiness {
        let store = &self.store;
        let of = |known, made: bool, dirty: u32, handle| match known {
            Known::No => Readiness::Waiting,
            Known::Absent => Readiness::Null,
            Known::Present if made && dirty == 0 => Readiness::Ready(handle),
            Known::Present => Readiness::Waiting,
        };
        match target {
            Target::User(place) => {
                store.users.get(place).map(|u| of(u.known, u.made, u.dirty, u.handle))
            }
            Target::Conversation(place) => {
                store.conversations.get(place).map(|c| of(c.known, c.made, c.dirty, c.handle))
            }
            Target::Participant(place) => {
                store.participants.get(place).map(|p| of(p.known, p.made, p.dirty, p.handle))
            }
            Target::Message(place) => {
                store.messages.get(place).map(|m| of(m.known, m.made, m.dirty, m.handle))
            }
            Target::Messages(_) | Target::List => None,
        }
        .unwrap_or(Readiness::Waiting)
    }
}

/// How many messages and conversations a subscription shows at first.
pub(crate) const FIRST_MESSAGES: usize = 30;
pub(crate) const FIRST_CONVERSATIONS: usize = 20;

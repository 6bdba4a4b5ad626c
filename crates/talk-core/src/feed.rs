//! Loading lists: first pages, older pages, and everything again after a gap in the events.

use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::conn::{Keep, Method, Ticket};
use crate::error::Failure;
use crate::json::{ObjectWriter, Raw};
use crate::nodes::{Kind, Node, Phase};
use crate::place::{is_among, Place, INBOX, NOBODY};
use crate::replies::Then;
use crate::schema;
use crate::subscriptions::page_sizes;

/// To close a gap no more than this is fetched. What is older is forgotten, and loaded again when
/// somebody asks for it.
const MOST_RELOADED: usize = 2_000;

/// After this many pages in a row that bring nothing new a list is taken to be at its end. A
/// service whose cursors lead nowhere would be asked for ever.
const MOST_BARREN: u32 = 4;

impl Client {
    /// Asks for the pages that became wanted during this input.
    pub(crate) fn run_fetches(&mut self) {
        for list in core::mem::take(&mut self.fetches) {
            self.fetch_page(list);
        }
    }

    fn fetch_page(&mut self, list: Place) {
        let followed = self.subscriptions.iter().any(|s| s.target == list);
        let (first, largest) = page_sizes(self.nodes[list].kind);
        // Without a subscription to the messages, only the last one is wanted.
        let first = if followed { first } else { 1 };
        let node = &self.nodes[list];
        let wanted =
            self.wanted(list).max(usize::from(!node.unsure || node.phase != Phase::Loaded));
        let window = &node.window;
        // Nobody may want it any more, after a moment. Messages are soon wanted again.
        let unwanted = node.refs == 0 && node.kind != Kind::Feed;
        if window.page.is_some() || !self.ready || !node.kind.is_list() {
            return;
        }
        if unwanted {
            if node.phase == Phase::Loading && !window.items.is_empty() {
                // What it knew is not kept up to date any more, and must get into no other list.
                self.give_up(list, true);
            }
            return;
        }
        let limit = match node.phase {
            Phase::Off => return,
            // Enough to show again what was shown, in as few pages as possible.
            Phase::Loading if window.incoming.is_empty() => wanted.max(first).max(window.shown()),
            Phase::Loading => largest,
            Phase::Loaded if window.cursor.is_some() => wanted.saturating_sub(window.items.len()),
            Phase::Loaded => 0,
        };
        if limit == 0 {
            return;
        }
        let mut data = String::new();
        let mut object = ObjectWriter::new(&mut data);
        object.u64("limit", limit.min(largest) as u64);
        match &window.cursor {
            Some(cursor) if node.phase == Phase::Loaded || !window.incoming.is_empty() => {
                object.raw("cursor", Raw::trusted(cursor));
            }
            _ if node.kind == Kind::List => {
                object.raw("filter", Raw::parse(&node.id).unwrap_or(Raw::EMPTY_OBJECT));
            }
            _ => {}
        }
        object.end();
        let source = if node.kind == Kind::List { INBOX } else { list };
        let path = (*self.nodes[source].path).into();
        let ticket = self.request_data(Method::Get, path, data, Keep::Connection, Then::Page(list));
        self.nodes[list].window.page = Some(ticket);
    }

    /// The answer to [`Client::fetch_page`].
    pub(crate) fn page_answer(
        &mut self,
        list: Place,
        ticket: Ticket,
        answer: Result<Raw, &Failure>,
    ) {
        let node = &mut self.nodes[list];
        if node.window.page != Some(ticket) {
            return;
        }
        node.window.page = None;
        let of_all = node.kind == Kind::List;
        // What is shown is not gone because a further page is: that is said by an event.
        let loading = node.phase == Phase::Loading;
        let absent = answer.as_ref().is_err_and(|failure| {
            loading
                && (failure.is("USER_NOT_FOUND")
                    || !of_all && (failure.status == 404 || failure.is("NOT_A_PARTICIPANT")))
        });
        if (absent || answer.is_ok()) && self.contradicted(list, absent) {
            return;
        }
        match answer {
            Ok(body) => self.page_arrived(list, body),
            Err(_) if absent => {
                self.drop_incoming(list);
                self.loaded(list);
                if of_all {
                    // The user does not exist yet, and so is in no conversation.
                    self.install(list);
                    self.nodes[list].window.cursor = None;
                } else {
                    self.list_absent(list);
                }
            }
            Err(failure) if loading => return self.fail(list, failure),
            Err(failure) => self.reject_loads(list, failure),
        }
        self.replay(list);
        self.settle_views(list);
        self.mark_window(list);
        self.fetches.push(list);
    }

    fn page_arrived(&mut self, list: Place, body: Raw) {
        let unsure = self.is_subscribing(list);
        let node = &mut self.nodes[list];
        let loading = node.phase == Phase::Loading;
        // Not only the last page counts: what happens after the first one is in none of them.
        node.unsure |= unsure;
        let window = &mut self.nodes[list].window;
        let first = window.incoming.is_empty();
        let before = window.items.len() + window.incoming.len();
        let cursor = body.get("cursor").filter(|cursor| cursor.is_string());
        window.cursor = cursor.map(|cursor| cursor.text().into());
        window.absent = false;
        // First all of them, since one may refer to another.
        let mut items = Vec::new();
        for state in body.get("data").unwrap_or(Raw::NULL).items() {
            items.extend(self.take_item(list, state));
        }
        let last = items.last().copied();
        for item in items {
            if !loading {
                self.put_in_list(list, item, true);
            } else if !is_among(&self.nodes[list].window.incoming, item) {
                // Held, lest it is forgotten as an old item before it is installed as a new one.
                self.hold_item(item);
                self.reposition(item, false);
                self.nodes[list].window.incoming.push(item);
            }
        }
        if let Some(last) = last {
            let Node { record, time, feed, .. } = &self.nodes[last];
            // Not by the last message that is shown while it is fetched again.
            let said = record.get(schema::CONVERSATION_LAST_MESSAGE_AT).as_f64();
            self.nodes[list].window.end = said.filter(|_| *feed != NOBODY).unwrap_or(*time);
        }
        let window = &mut self.nodes[list].window;
        let barren = window.items.len() + window.incoming.len() <= before;
        window.barren = if barren { window.barren + 1 } else { 0 };
        if window.barren >= MOST_BARREN {
            window.cursor = None;
        }
        // A page without items but with a cursor: there is nothing more to be had.
        let nothing = first && window.incoming.is_empty();
        if loading && (nothing || window.cursor.is_none() || self.is_enough(list)) {
            self.install(list);
        }
    }

    /// Before a reload: notes how far back the views go, since times may change with what comes.
    pub(crate) fn note_extent(&mut self, list: Place) {
        for at in 0..self.nodes[list].window.views.len() {
            let window = &self.nodes[list].window;
            let last = window.views[at].len.checked_sub(1).and_then(|at| window.items.get(at));
            let all = window.cursor.is_none() && window.views[at].len == window.items.len();
            let time = |&last: &Place| if all { f64::MIN } else { self.nodes[last].time };
            let since = last.map_or(f64::MAX, time);
            self.nodes[list].window.views[at].since = since;
        }
    }

    /// Whether what has come goes back as far as what was shown before.
    fn is_enough(&self, list: Place) -> bool {
        let window = &self.nodes[list].window;
        window.views.iter().all(|view| view.since == f64::MAX || window.end <= view.since)
            || window.incoming.len() >= MOST_RELOADED
    }

    /// What has come takes the place of what was there: what is not among it is gone.
    fn install(&mut self, list: Place) {
        for item in core::mem::take(&mut self.nodes[list].window.incoming) {
            // There may have been news since its page came.
            self.reposition(item, false);
            let at = self.place_among(&self.nodes[list].window.incoming, item);
            self.nodes[list].window.incoming.insert(at, item);
        }
        let window = &self.nodes[list].window;
        let time_of = |place: &Place| self.nodes[*place].time;
        let mut lens = Vec::new();
        for view in &window.views {
            let all = view.since == f64::MAX;
            let mut len = 0;
            while window.incoming.get(len).is_some_and(|it| all || time_of(it) >= view.since) {
                len += 1;
            }
            lens.push(len as u32);
        }
        // Without a cursor all that there is has come.
        let more = window.incoming.last().filter(|_| window.cursor.is_some());
        let oldest = more.map(time_of);
        self.loaded(list);
        let window = &mut self.nodes[list].window;
        window.trimmed = false;
        let old = window.install(&lens);
        let new = self.nodes[list].window.items.clone();
        for &item in &old {
            if !is_among(&new, item) {
                self.unlist_lost(item, oldest);
            }
        }
        for item in new {
            if !is_among(&old, item) {
                self.enlist(item);
            }
            self.unhold_item(item);
        }
        let node = &self.nodes[list];
        // Others than those in it.
        let quotes = node.kind == Kind::Feed && node.owned as usize > node.window.items.len();
        let alone = self.loaded_lists() == [list];
        if !quotes && !alone {
            return;
        }
        for place in self.nodes.places() {
            let node = &self.nodes[place];
            let quoted = node.owner == list && node.listed == 0 && node.linked > 0;
            if quoted && node.phase != Phase::Loading && node.unsure {
                // Nothing else tells what happened to it before the list was followed.
                self.reload(place);
            } else if alone && node.listed == 0 {
                // What happened to it in the meantime is not known.
                self.uncover(place);
            }
        }
    }

    /// An old item is not among the new ones. If they reach back beyond it, it does not exist any
    /// more; otherwise it is just not loaded. `oldest`: how far they reach, if there are others.
    fn unlist_lost(&mut self, item: Place, oldest: Option<f64>) {
        let gone = oldest.is_none_or(|oldest| self.nodes[item].time > oldest);
        if self.nodes[item].kind == Kind::Side {
            self.unlist(item);
            if self.nodes[item].listed == 0 {
                self.uncover(item);
            }
            return;
        }
        if gone {
            // It is in the list no more, so that this takes it from none.
            self.take_absence(item);
        }
        self.unlist(item);
    }

    /// Forgets the pages of a load that is not finished.
    pub(crate) fn drop_incoming(&mut self, list: Place) {
        for item in core::mem::take(&mut self.nodes[list].window.incoming) {
            self.unhold_item(item);
        }
    }

    #[inline(never)]
    fn hold_item(&mut self, item: Place) {
        let node = &mut self.nodes[item];
        node.listed += 1;
        let feed = node.feed;
        self.acquire(if feed == NOBODY { item } else { feed });
    }

    fn unhold_item(&mut self, item: Place) {
        self.unlist(item);
        self.nodes.vacate(item);
    }
}

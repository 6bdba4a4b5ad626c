//! Loading windows: first pages, older pages, and reloads after a gap in the events.

use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::conn::{Keep, Method, Ticket};
use crate::error::Failure;
use crate::json::{ObjectWriter, Raw};
use crate::live::{Phase, Resource};
use crate::replies::Then;
use crate::window::{Item, Page, Window};

/// The most that the service gives in one page, and what a window shows at first.
struct Sizes {
    page: usize,
    first: usize,
}

fn sizes(resource: Resource) -> Sizes {
    match resource {
        Resource::List => Sizes { page: 30, first: 20 },
        // Without a subscription to the messages, only the last one is wanted.
        _ => Sizes { page: 100, first: 1 },
    }
}

/// More pages than this are not fetched to close a gap: what is older is forgotten instead, and
/// loaded again when somebody asks for it.
const MOST_RELOADED: usize = 2_000;

impl Client {
    pub(crate) fn window(&self, resource: Resource) -> Option<&Window> {
        match resource {
            Resource::List => Some(&self.store.list),
            Resource::Messages(place) => Some(&self.store.conversations.get(place)?.messages),
            _ => None,
        }
    }

    pub(crate) fn window_mut(&mut self, resource: Resource) -> Option<&mut Window> {
        match resource {
            Resource::List => Some(&mut self.store.list),
            Resource::Messages(place) => {
                Some(&mut self.store.conversations.get_mut(place)?.messages)
            }
            _ => None,
        }
    }

    /// Notes that a window has something to flush.
    pub(crate) fn mark_window(&mut self, resource: Resource) {
        if let Some(window) = self.window_mut(resource) {
            if !core::mem::replace(&mut window.dirty, true) {
                self.dirty_windows.push(resource);
            }
        }
    }

    /// Asks for the pages that became wanted during this input.
    pub(crate) fn run_fetches(&mut self) {
        for resource in core::mem::take(&mut self.fetches) {
            self.fetch_page(resource);
        }
    }

    fn fetch_page(&mut self, resource: Resource) {
        let wanted = self.wanted(resource).max(sizes(resource).first);
        let largest = sizes(resource).page;
        let ready = self.ready;
        let Some(window) = self.window(resource) else { return };
        if window.page.is_some() || !ready {
            return;
        }
        let (limit, cursor, behind) = match window.live.phase {
            Phase::Off => return,
            Phase::Loading => (wanted, None, None),
            Phase::Loaded => match &window.cursor {
                Some(cursor) if window.items.len() < wanted && !window.absent => {
                    (wanted - window.items.len(), Some(cursor.clone()), None)
                }
                _ => return,
            },
            Phase::Reloading => {
                // Enough to show again what was shown, in as few pages as possible.
                let shown = window.views.iter().map(|view| view.len).max().unwrap_or(0);
                let limit = shown.max(sizes(resource).first);
                match &window.reload {
                    None => (limit, None, None),
                    Some((cursor, behind)) => (largest, Some(cursor.clone()), Some(*behind)),
                }
            }
        };
        let mut data = String::new();
        let mut object = ObjectWriter::new(&mut data);
        object.u64("limit", limit.min(largest) as u64);
        match &cursor {
            Some(cursor) => {
                object.raw("cursor", Raw::trusted(cursor));
            }
            None if resource == Resource::List => {
                object.raw("filter", Raw::EMPTY_OBJECT);
            }
            None => {}
        }
        object.end();
        let path = self.path_of(resource);
        let ticket =
            self.request_data(Method::Get, path, data, Keep::Connection, Then::Page(resource));
        if let Some(window) = self.window_mut(resource) {
            window.page = Some(Page { ticket, behind });
        }
    }

    /// The answer to [`Client::fetch_page`].
    pub(crate) fn page_answer(
        &mut self,
        resource: Resource,
        ticket: Ticket,
        answer: Result<Raw, Failure>,
    ) {
        let Some(window) = self.window_mut(resource) else { return };
        if window.page.as_ref().map(|page| page.ticket) != Some(ticket) {
            return;
        }
        let behind = window.page.take().and_then(|page| page.behind);
        let first = window.live.phase == Phase::Loading;
        let reload = window.live.phase == Phase::Reloading;
        match answer {
            Ok(body) => {
                self.page_arrived(resource, body, reload.then_some(behind));
            }
            Err(failure) if failure.status == 404 || failure.is("NOT_A_PARTICIPANT") => {
                if resource == Resource::List {
                    // The user does not exist yet, and so is in no conversation.
                    self.page_arrived(resource, Raw::EMPTY_OBJECT, reload.then_some(None));
                } else if let Resource::Messages(place) = resource {
                    self.clear_messages(place);
                    if let Some(window) = self.window_mut(resource) {
                        window.reset();
                        window.absent = true;
                        window.live.phase = Phase::Loaded;
                    }
                    self.window_absent(resource);
                }
            }
            Err(failure) if first || reload => {
                self.fail(resource, failure);
                return;
            }
            Err(failure) => self.reject_loads(resource, failure),
        }
        self.replay(resource);
        self.settle_views(resource);
        self.fetches.push(resource);
    }

    /// A page came. `reload` says where it begins if it is one of a reload.
    fn page_arrived(&mut self, resource: Resource, body: Raw, reload: Option<Option<Item>>) {
        let had = |client: &Client, place| {
            reload.is_some() && client.position_of(resource, place).is_some()
        };
        let mut places = Vec::new();
        let mut overlaps = false;
        for state in body.get("data").unwrap_or(Raw::NULL).items() {
            let known = self.known_place(resource, state);
            overlaps |= known.is_some_and(|place| had(self, place));
            let place = match resource {
                Resource::Messages(place) => self.put_in_window(place, state, reload.is_none()),
                _ => self.put_in_list(state, reload.is_none()),
            };
            places.extend(place);
        }
        let cursor = body.get("cursor").filter(|cursor| cursor.is_string());
        self.mark_window(resource);
        match reload {
            None => {
                let Some(window) = self.window_mut(resource) else { return };
                window.cursor = cursor.map(|cursor| cursor.text().into());
                window.absent = false;
                window.live.phase = Phase::Loaded;
            }
            Some(behind) => self.page_reloaded(resource, &places, cursor, behind, overlaps),
        }
    }

    /// A page of a reload was taken over: what it does not show any more is gone.
    fn page_reloaded(
        &mut self,
        resource: Resource,
        places: &[u32],
        cursor: Option<Raw>,
        behind: Option<Item>,
        overlaps: bool,
    ) {
        let start = behind.and_then(|item| self.position_of(resource, item.place));
        let start = start.map_or(0, |at| at + 1);
        let end_of_page =
            places.iter().filter_map(|&place| self.position_of(resource, place)).max();
        let Some(window) = self.window(resource) else { return };
        let all = window.items.len();
        let end = match (cursor, end_of_page) {
            (Some(_), Some(at)) => at + 1,
            (Some(_), None) => start,
            (None, _) => all,
        };
        let shown = window.views.iter().map(|view| view.len).max().unwrap_or(0);
        let covered = window.items.iter().take(end).skip(start).map(|item| item.place);
        let gone = covered.filter(|place| !places.contains(place) && !window.fresh.contains(place));
        let gone: Vec<u32> = gone.collect();
        let mut verified = end - gone.len();
        gone.into_iter().for_each(|place| self.lose(resource, place));
        let Some(window) = self.window_mut(resource) else { return };
        let last = verified.checked_sub(1).and_then(|at| window.items.get(at)).copied();
        window.reloaded_into_known |= overlaps;
        if let (Some(cursor), Some(last)) = (cursor, last) {
            if verified < shown && verified < MOST_RELOADED {
                window.reload = Some((cursor.text().into(), last));
                return;
            }
        }
        // Done. Is what lies behind the last page still what follows it? Only if the pages reached
        // back to what was known before. Otherwise it is let go, to be loaded again if wanted.
        if !window.reloaded_into_known || cursor.is_none() {
            verified = verified.min(window.items.len());
            let rest: Vec<u32> =
                window.items.iter().skip(verified).map(|item| item.place).collect();
            rest.into_iter().rev().for_each(|place| self.lose(resource, place));
        }
        let Some(window) = self.window_mut(resource) else { return };
        if window.items.len() == verified {
            window.cursor = cursor.map(|cursor| cursor.text().into());
        }
        window.reload = None;
        window.reloaded_into_known = false;
        window.fresh.clear();
        window.live.phase = Phase::Loaded;
    }

    /// Takes an item out, because it is not there any more.
    fn lose(&mut self, resource: Resource, place: u32) {
        match resource {
            Resource::Messages(_) => self.lose_message(place),
            _ => self.remove_from_list(place),
        }
    }

    fn position_of(&self, resource: Resource, place: u32) -> Option<usize> {
        match resource {
            Resource::Messages(_) => self.find_in_window(place),
            _ => self.find_in_list(place),
        }
    }

    fn known_place(&self, resource: Resource, state: Raw) -> Option<u32> {
        let id = state.get("id")?.as_str()?;
        match resource {
            Resource::Messages(place) => self.store.conversations.get(place)?.message_ids.get(&id),
            _ => self.store.conversation_ids.get(&id),
        }
    }
}

//! What befalls a world: sockets that break, pages that sleep, a backend that restarts or refuses.

use super::{Control, Input, SocketId, World};

impl World {
    /// Breaks the socket of a browser.
    pub fn cut_socket(&mut self, who: usize) {
        let open: Vec<u32> = self.browsers[who].sockets.keys().copied().collect();
        open.into_iter().for_each(|number| self.cut((who, number)));
    }

    /// Whether a browser has a socket, open or being opened.
    pub fn has_socket(&self, who: usize) -> bool {
        !self.browsers[who].sockets.is_empty()
    }

    /// When a browser's timer fires, if it has one.
    pub fn timer(&self, who: usize) -> Option<u64> {
        self.browsers[who].timer
    }

    /// What a browser still has although it should have nothing, in words: once nobody wants
    /// anything any more and the time that things linger is over, there is nothing.
    pub fn left_over(&self, who: usize) -> Vec<String> {
        let browser = &self.browsers[who];
        let mut all = browser.core.held();
        for (what, count) in [
            ("sockets", browser.sockets.len()),
            ("HTTP requests under way", browser.fetches.len()),
            ("snapshots in the table", browser.page.kept()),
            ("promises that are pending", browser.page.pending().len()),
        ] {
            if count > 0 {
                all.push(format!("{count} {what}"));
            }
        }
        all
    }

    /// How much a core has said so far.
    pub fn outputs(&self, who: usize) -> u64 {
        self.browsers[who].outputs
    }

    /// The timer of a browser fires later, as in a page that is hidden or asleep.
    pub fn sleep(&mut self, who: usize, ms: u64) {
        self.note(|| format!("{who} sleeps for {ms}"));
        self.browsers[who].sleep(ms);
    }

    /// A browser says that the network is back.
    pub fn online(&mut self, who: usize) {
        self.feed(who, Input::Online);
    }

    /// Ends the logins of a user, announces a restart, or sends made-up events.
    pub fn control(&mut self, control: Control) {
        self.note(|| format!("{control:?}"));
        let outputs = self.service.control(self.now, control);
        self.route(outputs);
    }

    /// The backend is killed and started again.
    pub fn crash(&mut self) {
        self.note(|| "the backend crashes".to_owned());
        self.service.crash();
        self.conns.clear();
        let ids: Vec<SocketId> = self.sockets.keys().copied().collect();
        for id in ids {
            self.cut(id);
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.conn = None;
            }
        }
    }

    /// The next such request of a browser is refused.
    pub fn refuse(&mut self, method: &str, path: &str, status: u16, code: &str) {
        self.refusals.push((method.to_owned(), path.to_owned(), status, code.to_owned()));
    }
}

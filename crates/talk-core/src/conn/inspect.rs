//! What a connection holds, for tests.

use super::Conn;

impl Conn {
    /// What is open or under way, in words.
    pub(crate) fn held(&self) -> impl Iterator<Item = &'static str> {
        let all = [
            (self.connection.is_there(), "a socket"),
            (self.queue.is_busy(), "requests"),
            (!self.http.is_empty(), "HTTP requests"),
            (self.app_check.is_some(), "the check of the app"),
            (self.login.boken_request().is_some(), "the request for a token"),
            (self.live, "the wish to stay connected"),
            (self.ticking, "the wish for a tick"),
        ];
        all.into_iter().filter_map(|(is, what)| is.then_some(what))
    }
}

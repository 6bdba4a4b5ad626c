//! A client for tests.

use super::Client;
use crate::output::Millis;

impl Client {
    /// A session with a token, at no host in particular.
    pub(crate) fn of_alice(now: Millis) -> Client {
        let options = r#"{"appId":"app","userId":"alice","token":"T","realtimeWsApiUrl":"ws://w",
            "internalHttpApiUrl":"http://i","restApiHttpUrl":"http://r"}"#;
        Client::new(options, [1, 2, 3, 4], now)
    }
}

//! One tab: a core, the JavaScript around it, one timer.

use std::collections::BTreeMap;

use serde_json::json;
use talk_core::{Client, Output};

use crate::dice::Dice;
use crate::page::Page;
use crate::service::APP;

/// Where a session's tokens come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// The service itself.
    Boken,
    /// The option `tokenFetcher`, with tokens that expire.
    Fetcher,
    /// `onNeedToken`, with tokens that expire.
    NeedToken,
}

/// One session.
pub struct Browser {
    /// Its user.
    pub user: String,
    /// Where its tokens come from.
    pub login: Login,
    /// The JavaScript side.
    pub page: Page,
    pub(crate) core: Client,
    /// The time that the core wants to be woken at.
    wake_at: Option<u64>,
    /// When the timer fires, in real time.
    pub(crate) timer: Option<u64>,
    pub(crate) ticking: bool,
    /// The state of each socket that the core has opened and not closed.
    pub(crate) sockets: BTreeMap<u32, bool>,
    pub(crate) fetches: Vec<u32>,
    /// How many requests for a boken in a row were refused.
    pub(crate) refused: u32,
    /// Requests that were sent, if somebody looks at them.
    pub(crate) requests: Option<Vec<String>>,
    /// Everything the core has said, counted.
    pub(crate) outputs: u64,
}

impl Browser {
    pub(crate) fn new(user: &str, login: Login, now: u64, dice: &mut Dice) -> Browser {
        let options = json!({
            "appId": APP,
            "userId": user,
            "clientBuild": "standalone",
            "tokenFetcher": login == Login::Fetcher,
            "realtimeWsApiUrl": "ws://localhost:1/public_api/v1",
            "internalHttpApiUrl": "http://localhost:1/api/v0",
            "restApiHttpUrl": "http://localhost:1/public_api/v1",
        });
        let seed = [dice.bits(), dice.bits(), dice.bits(), dice.bits()];
        let core = Client::new(&options.to_string(), seed, now);
        Browser {
            user: user.to_owned(),
            login,
            page: Page::default(),
            core,
            wake_at: None,
            timer: None,
            ticking: false,
            sockets: BTreeMap::new(),
            fetches: Vec::new(),
            refused: 0,
            requests: None,
            outputs: 0,
        }
    }

    /// Its timer fires late, as in a page that is hidden or asleep.
    pub(crate) fn sleep(&mut self, ms: u64) {
        self.timer = self.timer.map(|at| at + ms);
    }

    /// Sets the timer as the shell does: when the core's wish has changed.
    pub(crate) fn set_timer(&mut self, now: u64, woken: bool, late: u64) {
        if woken {
            self.wake_at = None;
            self.timer = None;
        }
        let wake_at = self.core.next_wake();
        if self.wake_at != wake_at {
            self.wake_at = wake_at;
            self.timer = wake_at.map(|at| now.max(at) + late);
        }
    }

    /// Everything the core has to say.
    pub(crate) fn take_outputs(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        while let Some(output) = self.core.poll() {
            outputs.push(output);
        }
        self.outputs += outputs.len() as u64;
        outputs
    }
}

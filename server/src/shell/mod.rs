//! The program around the hub: sockets, HTTP, storage, the clock, and nothing of the rules.

mod bodies;
mod clock;
mod connections;
mod control;
mod downloads;
mod driver;
mod files;
mod gate;
mod greeting;
mod http;
mod limits;
mod options;
mod private;
mod queue;
mod searches;
mod store;
mod token;
mod uploads;
mod ws;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::driver::{Driver, Setup};
use self::files::FileStore;
use self::gate::Gate;
pub use self::limits::Limits;
pub use self::options::{Command, Options, HELP};
use self::store::Store;
pub use self::token::TOKEN_VARIABLE;
use crate::hub::{Config, Hub};

/// A server that runs.
pub struct Server {
    /// Where it listens; the port is the real one, also when port 0 was asked for.
    pub addr: SocketAddr,
    /// What `/control` wants as a bearer token, if it is served.
    pub control_token: Option<String>,
    stop: watch::Sender<bool>,
    http: JoinHandle<()>,
    driver: JoinHandle<Result<(), String>>,
}

impl Server {
    /// Opens the data, binds the port and starts to serve. Errors are sentences for people.
    pub async fn start(options: Options) -> Result<Server, String> {
        let control_token = match (options.control, &options.control_token) {
            (false, _) => None,
            (true, None) => Some(token::make()?),
            (true, Some(token)) => {
                token::check(token)?;
                Some(token.clone())
            }
        };
        let mut store = match &options.data {
            Some(dir) => Store::open(dir)?,
            None => Store::in_memory()?,
        };
        let files =
            Arc::new(FileStore::open(options.data.clone().map(|dir: PathBuf| dir.join("files")))?);
        let config = Config { apps: options.apps.clone(), max_upload: options.max_upload };
        let mut hub = Hub::new(config, random_seed()?);
        store.load(|record| hub.load(&record).map_err(|error| error.to_string()))?;

        let at = format!("{}:{}", options.host, options.port);
        let listener = TcpListener::bind((options.host.as_str(), options.port))
            .await
            .map_err(|error| explain_listening(&at, &error))?;
        let addr = listener.local_addr().map_err(|error| error.to_string())?;

        let (stop, stopped) = watch::channel(false);
        let (limits, control) = (options.limits.clone(), options.control);
        let setup = Setup { hub, store, files: files.clone(), control, limits: limits.clone() };
        let (link, driver) = Driver::start(setup, stopped.clone());
        let gate = Gate::new(&options.host, addr, &options.allow_hosts, &options.allow_origins);
        let state = http::State {
            link,
            files,
            gate: Arc::new(gate),
            max_upload: options.max_upload,
            control_token: control_token.clone().map(Arc::from),
            addr,
            limits: limits.clone(),
            stopped: stopped.clone(),
        };
        let app = http::router(state);
        let http = tokio::spawn(connections::serve(listener, app, limits, stopped));
        Ok(Server { addr, control_token, stop, http, driver })
    }

    /// Waits until the server ends by itself, which it does only when it cannot go on.
    pub async fn failed(&mut self) -> String {
        match (&mut self.driver).await {
            Ok(Ok(())) => "the server stopped".to_owned(),
            Ok(Err(why)) => why,
            Err(error) => error.to_string(),
        }
    }

    /// Closes all sockets, finishes what is being stored and stops.
    pub async fn stop(mut self) -> Result<(), String> {
        self.stop.send_replace(true);
        let result = if self.driver.is_finished() {
            Ok(())
        } else {
            (&mut self.driver).await.unwrap_or_else(|error| Err(error.to_string()))
        };
        // Requests that hang, such as an upload that makes no progress, do not hold up the stop.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), &mut self.http).await;
        self.http.abort();
        // Sockets hold a receiver until they have said goodbye.
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), self.stop.closed()).await;
        result
    }
}

fn explain_listening(at: &str, error: &std::io::Error) -> String {
    let what_to_do = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            ": another program listens there; stop it, or choose another --port (0 = any)"
        }
        std::io::ErrorKind::PermissionDenied => ": ports below 1024 need rights; choose another",
        _ => "",
    };
    format!("cannot listen on {at}: {error}{what_to_do}")
}

/// Tells the operator. That nobody reads it is no reason to fail.
fn complain(what: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "talk-session-server: {what}");
}

fn random_seed() -> Result<[u8; 32], String> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| format!("no randomness to be had: {error}"))?;
    Ok(seed)
}

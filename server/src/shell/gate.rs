//! Who may talk to this server at all: which names it answers to, and the pages of which origins.
//!
//! A browser sends its pages' requests to this machine whoever wrote the page, so being reachable
//! from here only is no protection from the web. Two headers that no page can forge tell the
//! difference. `Host` is the name that was looked up: a name of somebody else's that leads here
//! (DNS rebinding) is refused. `Origin` is who wrote the page: pages of this machine may call (a
//! dev server on another port), pages of the web may not. Programs send no `Origin`. The controls
//! are for pages over HTTP alone: which app has a scheme of its own, as in `capacitor://localhost`,
//! nobody can tell.
//!
//! The port in either header says nothing about who asks: forwarded ports and proxies change it,
//! and every port of this machine is as trustworthy as another. So it is read and not compared.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Mutex;

use axum::extract::{Request, State};
use axum::http::{header, HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::complain;
use super::http::Refusal;
use crate::hub::ApiError;

/// How many refused origins and names the operator is told of.
const MOST_COMPLAINTS: usize = 20;

/// The rules, and what was complained of already.
pub(super) struct Gate {
    /// Names it answers to, besides the loopback ones: lower case, without a port.
    names: BTreeSet<String>,
    /// Whether it listens on every address of the machine, and so answers to any address. An
    /// address in place of a name cannot have been redirected.
    any_address: bool,
    /// Origins that may call, as browsers write them.
    origins: BTreeSet<String>,
    /// Whether pages of any origin may use the chat API.
    any_origin: bool,
    told: Mutex<BTreeSet<String>>,
}

/// What is asked for: the controls are for fewer than the chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    Chat,
    Control,
}

impl Gate {
    /// `host` is what the operator gave to listen on, `addr` what came of it.
    pub(super) fn new(host: &str, addr: SocketAddr, names: &[String], origins: &[String]) -> Gate {
        let bound = addr.ip().to_string();
        let given = [host, &bound].into_iter().chain(names.iter().map(String::as_str));
        Gate {
            names: given.map(plain_name).collect(),
            any_address: addr.ip().is_unspecified(),
            any_origin: origins.iter().any(|origin| origin == "*"),
            origins: origins.iter().map(|origin| plain_origin(origin)).collect(),
            told: Mutex::default(),
        }
    }

    /// Whether these headers may pass, or why not.
    pub(super) fn check(&self, door: Door, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiError> {
        // A target with a name in it stands above the header, so both have to be right.
        if let Some(authority) = uri.authority() {
            self.check_host(authority.as_str())?;
        }
        let mut hosts = headers.get_all(header::HOST).iter();
        match (hosts.next().map(HeaderValue::to_str), hosts.next()) {
            (Some(Ok(host)), None) => self.check_host(host)?,
            (None, _) => return Err(bad_host("The header \"Host\" is missing.".to_owned())),
            _ => return Err(bad_host("The header \"Host\" must be there once, as text.".into())),
        }
        for origin in headers.get_all(header::ORIGIN) {
            self.check_origin(door, origin.to_str().unwrap_or("?"))?;
        }
        Ok(())
    }

    fn check_host(&self, host: &str) -> Result<(), ApiError> {
        if split_port(host).is_some_and(|name| self.is_ours(name)) {
            return Ok(());
        }
        let host = cut(split_port(host).unwrap_or(host));
        self.tell(&format!(
            "refused a request to {host:?}, a name that this server does not go by; if it is one \
             of yours, start it with --allow-host and that name"
        ));
        Err(bad_host(format!(
            "This server does not go by the name {host:?}. Reach it by localhost or its address, \
             or start it with --allow-host NAME."
        )))
    }

    fn check_origin(&self, door: Door, origin: &str) -> Result<(), ApiError> {
        let named = || self.origins.contains(&plain_origin(origin));
        let ours = || {
            let (scheme, host) = origin.split_once("://")?;
            let is_page = ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str());
            let may_call = is_page || door == Door::Chat;
            split_port(host).map(|name| may_call && self.is_ours(name))
        };
        if (self.any_origin && door == Door::Chat) || named() || ours() == Some(true) {
            return Ok(());
        }
        let origin = cut(origin);
        self.tell(&format!(
            "refused a page of {origin:?}: pages of this machine may call; if it is one of yours, \
             start it with --allow-origin and that origin"
        ));
        let reason = format!(
            "Pages of {origin:?} may not call this server. Pages of this machine may; start it \
             with --allow-origin ORIGIN for others."
        );
        Err(ApiError::new(403, "ORIGIN_NOT_ALLOWED", reason))
    }

    /// Whether a name without a port leads here and nowhere else.
    fn is_ours(&self, name: &str) -> bool {
        let name = plain_name(name);
        match read_address(&name) {
            Some(address) => self.any_address || is_loopback(address) || self.names.contains(&name),
            None => {
                name == "localhost" || name.ends_with(".localhost") || self.names.contains(&name)
            }
        }
    }

    /// Tells the operator once, and of a page that tries many names not without end.
    fn tell(&self, what: &str) {
        let Ok(mut told) = self.told.lock() else { return };
        if told.len() < MOST_COMPLAINTS && told.insert(what.to_owned()) {
            complain(what);
        }
    }
}

/// Lets only those through who may talk to this server.
pub(super) async fn guard(
    State(state): State<super::http::State>,
    request: Request,
    next: Next,
) -> Response {
    let door = match request.uri().path() {
        super::http::CONTROL => Door::Control,
        _ => Door::Chat,
    };
    match state.gate.check(door, request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => Refusal(error).into_response(),
    }
}

fn bad_host(reason: String) -> ApiError {
    ApiError::new(403, "HOST_NOT_ALLOWED", reason)
}

/// What stands before the port; `None` when this is no host with or without a port.
fn split_port(host: &str) -> Option<&str> {
    let after = match host.strip_prefix('[') {
        Some(rest) => rest.find(']').map(|at| at + 2)?,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(after);
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    let is_right = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (is_right && !name.is_empty()).then_some(name)
}

/// A name as it is compared: in lower case, without the root's dot and an IPv6 address's brackets,
/// and an address in its one canonical writing.
fn plain_name(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    read_address(name).map_or_else(|| name.to_owned(), |address| address.to_string())
}

fn plain_origin(origin: &str) -> String {
    origin.trim().trim_end_matches('/').to_ascii_lowercase()
}

fn read_address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse::<IpAddr>().ok(),
    }
}

fn is_loopback(address: IpAddr) -> bool {
    let mapped = |address: Ipv6Addr| address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback());
    match address {
        IpAddr::V4(address) => Ipv4Addr::is_loopback(&address),
        IpAddr::V6(address) => address.is_loopback() || mapped(address),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;

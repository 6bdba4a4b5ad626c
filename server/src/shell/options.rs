//! The command line.

use std::path::PathBuf;

use lexopt::prelude::{Long, Short};

use super::limits::Limits;
use crate::hub::{AppConfig, Settings, Translate, Who};

/// What `--help` prints.
pub const HELP: &str = "\
talk-session-server: a local backend for talk-session, for tests and work without a network

Usage: talk-session-server [OPTIONS]

Where it serves, and what
  --host HOST          address to listen on; others than your own machine reach it only
                       when this is not a loopback address [default: 127.0.0.1]
  --allow-host NAME    a further name that it goes by, may be given several times; it
                       answers to localhost, to its address and to HOST by itself
  --allow-origin ORIGIN
                       pages of this origin, such as https://shop.test, may call it too,
                       may be given several times; pages of this machine may by
                       themselves; * opens the chats (not --control) to every page
  --port PORT          port to listen on, 0 for any free one [default: 4420]
  --data DIR           folder for chats and files; :memory: keeps nothing [default: .data]
  --app ID[:SECRET]    an app to serve, may be given several times; with a secret, clients
                       log in with JWTs signed with it (HS256) or with a signature, the
                       hex HMAC-SHA256 of the user id [default: demo]
  --max-upload BYTES   the largest file [default: 536870912]

What clients may do
  --no-sync            not create or change conversations and participants
  --edit WHO           who may edit a message: sender, everyone (in the conversation, with
                       the right to write) or nobody [default: sender]
  --delete WHO         who may delete a message, likewise [default: sender]
  --no-links           not send links with a text of their own, nor actions
  --no-search          not search
  --translate HOW      pseudo-translations as content or as markup, or off
                       [default: content]

For tests
  --control            POST /control makes faults on demand, changes what clients may do,
                       and empties the server, for those who have the token that is
                       printed at the start (the one in TALK_CONTROL_TOKEN, if it is set)

  --help               print this
  --version            print the version

Examples
  talk-session-server
  talk-session-server --port 0 --data :memory: --control
  talk-session-server --app shop:SECRET --no-sync

The first line on stdout is \"listening on http://ADDRESS:PORT\". Give ADDRESS:PORT to a
session as its host. With --control the second line is \"control token TOKEN\". Ctrl-C or
SIGTERM stops it.
";

/// What to serve, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The address to listen on.
    pub host: String,
    /// The port; 0 for any.
    pub port: u16,
    /// The folder for data; `None` keeps nothing.
    pub data: Option<PathBuf>,
    /// The apps.
    pub apps: Vec<AppConfig>,
    /// The largest upload in bytes.
    pub max_upload: u64,
    /// Whether `/control` is served.
    pub control: bool,
    /// What whoever uses `/control` has to know; `None` has a token made.
    pub control_token: Option<String>,
    /// Further names that it goes by, without a port.
    pub allow_hosts: Vec<String>,
    /// Further origins whose pages may call, as browsers write them; `*` for all of them.
    pub allow_origins: Vec<String>,
    /// How long it waits, and how much it holds.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            host: "127.0.0.1".to_owned(),
            port: 4420,
            data: Some(PathBuf::from(".data")),
            apps: vec![AppConfig::open("demo")],
            max_upload: 512 << 20,
            control: false,
            control_token: None,
            allow_hosts: Vec::new(),
            allow_origins: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve.
    Serve(Box<Options>),
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

impl Command {
    /// Reads the arguments, without the program's name.
    pub fn parse<I>(args: I) -> Result<Command, String>
    where
        I: IntoIterator,
        I::Item: Into<std::ffi::OsString>,
    {
        read(args).map_err(|error| format!("{error}; --help lists the options"))
    }
}

fn read<I>(args: I) -> Result<Command, lexopt::Error>
where
    I: IntoIterator,
    I::Item: Into<std::ffi::OsString>,
{
    let mut options = Options::default();
    let mut apps: Vec<AppConfig> = Vec::new();
    let mut settings = Settings::default();
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("host") => options.host = filled("host", text("host", &mut parser)?)?,
            Long("allow-host") => {
                options.allow_hosts.push(read_name(text("allow-host", &mut parser)?)?);
            }
            Long("allow-origin") => {
                options.allow_origins.push(read_origin(text("allow-origin", &mut parser)?)?);
            }
            Long("port") => {
                options.port = number("port", "a number from 0 to 65535", &mut parser)?;
            }
            Long("data") => {
                let dir = parser.value()?;
                if dir.to_string_lossy().trim().is_empty() {
                    return Err("--data wants a folder, or :memory: to keep nothing; it is empty \
                                here"
                        .into());
                }
                options.data = (dir != ":memory:").then(|| PathBuf::from(dir));
            }
            Long("app") => {
                let app = read_app(&text("app", &mut parser)?)?;
                if apps.iter().any(|other| other.id == app.id) {
                    return Err(format!("--app gives the app {:?} twice", app.id).into());
                }
                apps.push(app);
            }
            Long("no-sync") => settings.sync = false,
            Long("no-links") => settings.links = false,
            Long("no-search") => settings.search = false,
            Long("edit") => settings.edit = who("edit", &mut parser)?,
            Long("delete") => settings.delete = who("delete", &mut parser)?,
            Long("translate") => {
                let how = text("translate", &mut parser)?;
                let known = "content, markup or off";
                settings.translate = Translate::parse(&how)
                    .ok_or_else(|| format!("--translate wants {known}, not {how:?}"))?;
            }
            Long("max-upload") => {
                let wanted = "a whole number of bytes such as 5000000";
                options.max_upload = number("max-upload", wanted, &mut parser)?;
            }
            Long("control") => options.control = true,
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("version") | Short('V') => return Ok(Command::Version),
            other => return Err(other.unexpected()),
        }
    }
    if !apps.is_empty() {
        options.apps = apps;
    }
    for app in &mut options.apps {
        app.settings = settings.clone();
    }
    Ok(Command::Serve(Box::new(options)))
}

/// The value of an option.
fn text(option: &str, parser: &mut lexopt::Parser) -> Result<String, lexopt::Error> {
    let value = parser.value()?;
    value.into_string().map_err(|value| format!("--{option} wants UTF-8, not {value:?}").into())
}

/// The value of an option that is a number.
fn number<T: std::str::FromStr>(
    option: &str,
    wanted: &str,
    parser: &mut lexopt::Parser,
) -> Result<T, lexopt::Error> {
    let value = text(option, parser)?;
    value.parse().map_err(|_| format!("--{option} wants {wanted}, not {value:?}").into())
}

/// A value that may not be empty.
fn filled(option: &str, value: String) -> Result<String, lexopt::Error> {
    match value.trim() {
        "" => Err(format!("--{option} wants a value; it is empty here").into()),
        _ => Ok(value),
    }
}

fn read_name(name: String) -> Result<String, lexopt::Error> {
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match !name.is_empty() && (is_address || name.chars().all(is_name)) {
        true => Ok(name),
        false => {
            let wanted = "a name or an address such as chat.test, without a port";
            Err(format!("--allow-host wants {wanted}, not {name:?}").into())
        }
    }
}

fn read_origin(origin: String) -> Result<String, lexopt::Error> {
    let has_place = |(scheme, rest): (&str, &str)| {
        let host = rest.trim_end_matches('/');
        !scheme.is_empty() && !host.is_empty() && !host.contains(['/', '?', '#', '@', ' '])
    };
    let is_origin = origin.split_once("://").is_some_and(has_place);
    match is_origin || ["*", "null"].contains(&origin.as_str()) {
        true => Ok(origin),
        false => {
            let wanted = "an origin such as https://shop.test, without a path";
            Err(format!("--allow-origin wants {wanted}, or *, not {origin:?}").into())
        }
    }
}

fn who(option: &str, parser: &mut lexopt::Parser) -> Result<Who, lexopt::Error> {
    let name = text(option, parser)?;
    let known = "sender, everyone or nobody";
    Who::parse(&name).ok_or_else(|| format!("--{option} wants {known}, not {name:?}").into())
}

fn read_app(text: &str) -> Result<AppConfig, lexopt::Error> {
    let (id, secret) = match text.split_once(':') {
        Some((id, secret)) => (id, Some(secret.to_owned())),
        None => (text, None),
    };
    // The secret itself is not repeated: what is printed may be kept somewhere.
    if id.trim().is_empty() {
        return Err("--app wants ID or ID:SECRET; the ID is empty here".into());
    }
    if secret.as_deref().is_some_and(|secret| secret.trim().is_empty()) {
        return Err(format!("--app wants ID or ID:SECRET; the secret of {id:?} is empty").into());
    }
    Ok(AppConfig { secret, ..AppConfig::open(id) })
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;

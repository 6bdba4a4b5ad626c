//! The program: reads its options, serves until it is told to stop.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use talk_session_server::shell::{Command, Options, Server, HELP, TOKEN_VARIABLE};

fn main() -> ExitCode {
    let options = match Command::parse(std::env::args_os().skip(1)) {
        Ok(Command::Serve(options)) => *options,
        Ok(Command::Help) => {
            say(HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        Ok(Command::Version) => {
            say(concat!("talk-session-server ", env!("CARGO_PKG_VERSION")));
            return ExitCode::SUCCESS;
        }
        Err(why) => return fail(&why),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    match runtime.block_on(serve(options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => fail(&why),
    }
}

/// Prints a line. That nobody reads it (a closed pipe) is no reason to stop.
fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn fail(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "talk-session-server: {why}");
    ExitCode::FAILURE
}

async fn serve(mut options: Options) -> Result<(), String> {
    // Not an option of the command line: whoever lists the processes would read it.
    options.control_token = std::env::var(TOKEN_VARIABLE).ok();
    let mut server = Server::start(options.clone()).await?;
    say(&format!("listening on http://{}", server.addr));
    if let Some(token) = &server.control_token {
        say(&format!("control token {token}"));
    }
    if std::io::stdout().is_terminal() {
        say(&options.greeting(server.addr));
    }
    if let Some(warning) = options.warning(server.addr) {
        let _ = writeln!(std::io::stderr(), "talk-session-server: {warning}");
    }
    tokio::select! {
        why = server.failed() => Err(why),
        result = told_to_stop() => {
            result.map_err(|error| format!("cannot wait for signals: {error}"))?;
            server.stop().await
        }
    }
}

#[cfg(unix)]
async fn told_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{signal, SignalKind};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

//! Tests: the command line.

use super::*;

fn serve(args: &[&str]) -> Options {
    match Command::parse(args) {
        Ok(Command::Serve(options)) => *options,
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_options_it_serves_the_demo_on_loopback() {
    let options = serve(&[]);
    assert_eq!(options, Options::default());
    assert_eq!((options.host.as_str(), options.port), ("127.0.0.1", 4420));
    assert_eq!(options.apps, [AppConfig::open("demo")]);
    assert_eq!(options.max_upload, 512 * 1024 * 1024);
    assert!(!options.control);
}

#[test]
fn every_option_is_read() {
    let options = serve(&[
        "--host=0.0.0.0",
        "--port",
        "0",
        "--data",
        "d",
        "--max-upload",
        "9",
        "--control",
        "--allow-host",
        "chat.test",
        "--allow-host=::1",
        "--allow-origin=https://shop.test",
        "--allow-origin",
        "*",
        "--no-sync",
        "--no-links",
        "--no-search",
        "--edit",
        "everyone",
        "--delete=nobody",
        "--translate=markup",
        "--app",
        "one",
        "--app=two:se:cret",
    ]);
    let app = |id: &str, secret: Option<&str>| AppConfig {
        id: id.to_owned(),
        secret: secret.map(str::to_owned),
        settings: Settings {
            sync: false,
            edit: Who::Everyone,
            delete: Who::Nobody,
            links: false,
            search: false,
            translate: Translate::Markup,
        },
    };
    assert_eq!(
        options,
        Options {
            host: "0.0.0.0".to_owned(),
            port: 0,
            data: Some(PathBuf::from("d")),
            apps: vec![app("one", None), app("two", Some("se:cret"))],
            max_upload: 9,
            control: true,
            control_token: None,
            allow_hosts: vec!["chat.test".to_owned(), "::1".to_owned()],
            allow_origins: vec!["https://shop.test".to_owned(), "*".to_owned()],
            limits: Limits::default(),
        }
    );
    assert_eq!(serve(&["--data", ":memory:"]).data, None);
}

#[test]
fn help_and_version() {
    assert_eq!(Command::parse(["--help"]), Ok(Command::Help));
    assert_eq!(Command::parse(["-V"]), Ok(Command::Version));
    for option in [
        "--host",
        "--port",
        "--data",
        "--app",
        "--max-upload",
        "--control",
        "--allow-host",
        "--allow-origin",
        "--no-sync",
        "--edit",
        "--delete",
        "--no-links",
        "--no-search",
        "--translate",
    ] {
        assert!(HELP.contains(option), "{option} is in the help");
    }
}

#[test]
fn what_is_wrong_is_said() {
    for args in [
        vec!["--port", "x"],
        vec!["--port", "70000"],
        vec!["--port"],
        vec!["--nonsense"],
        vec!["stray"],
        vec!["--app", ""],
        vec!["--app", ":secret"],
        vec!["--app", "id:"],
        vec!["--app", "a", "--app", "a:s"],
        vec!["--max-upload", "-1"],
        vec!["--edit", "me"],
        vec!["--delete"],
        vec!["--translate", "no"],
        vec!["--data", ""],
        vec!["--data="],
        vec!["--host", ""],
        vec!["--allow-host", ""],
        vec!["--allow-host", "chat.test:80"],
        vec!["--allow-host", "http://chat.test"],
        vec!["--allow-origin", ""],
        vec!["--allow-origin", "shop.test"],
        vec!["--allow-origin", "https://shop.test/chat"],
        vec!["--allow-origin", "https://"],
    ] {
        let error = Command::parse(args.clone()).expect_err("wrong");
        assert!(error.contains("--help"), "{args:?}: {error}");
    }
}

#[test]
fn an_error_has_the_option_what_was_given_and_what_is_right() {
    for (args, words) in [
        (["--port", "abc"], "--port wants a number from 0 to 65535, not \"abc\""),
        (["--port", "70000"], "--port wants a number from 0 to 65535, not \"70000\""),
        (
            ["--max-upload", "5MB"],
            "--max-upload wants a whole number of bytes such as 5000000, not \"5MB\"",
        ),
        (["--max-upload", ""], "--max-upload wants a whole number of bytes such as 5000000, not"),
        (["--edit", "me"], "--edit wants sender, everyone or nobody, not \"me\""),
        (["--delete", "me"], "--delete wants sender, everyone or nobody, not \"me\""),
        (["--translate", "no"], "--translate wants content, markup or off, not \"no\""),
        (["--host", " "], "--host wants a value; it is empty here"),
        (["--allow-host", "a b"], "--allow-host wants a name or an address such as chat.test"),
        (["--allow-origin", "a"], "--allow-origin wants an origin such as https://shop.test"),
        (["--data", ""], "--data wants a folder, or :memory: to keep nothing; it is empty here"),
        (["--data", " \t"], "--data wants a folder, or :memory: to keep nothing; it is empty"),
        (["--app", ":secret"], "--app wants ID or ID:SECRET; the ID is empty here"),
        (["--app", " "], "--app wants ID or ID:SECRET; the ID is empty here"),
        (["--app", "shop:"], "--app wants ID or ID:SECRET; the secret of \"shop\" is empty"),
        (["--app=a", "--app=a:b"], "--app gives the app \"a\" twice"),
        (["--control=yes", ""], "'--control': \"yes\""),
        (["--control", "--port"], "missing argument for option '--port'"),
    ] {
        let error = Command::parse(args).expect_err("wrong");
        assert!(error.starts_with(words) || error.contains(words), "{args:?}: {error}");
        assert!(!error.contains(":secret"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_refused_by_name() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    for option in ["--host", "--port", "--app", "--edit", "--translate", "--allow-host"] {
        let args = [OsString::from(option), OsString::from_vec(vec![0xff])];
        let error = Command::parse(args).expect_err("wrong");
        assert!(error.starts_with(&format!("{option} wants UTF-8, not")), "{error}");
    }
}

//! What a person reads who has started the program. Programs read only the first line.

use std::net::SocketAddr;

use super::Options;

impl Options {
    /// Some lines about a server that listens at `addr`.
    pub fn greeting(&self, addr: SocketAddr) -> String {
        let apps = self.apps.iter().map(|app| match app.secret {
            Some(_) => format!("{} (log in with a signature or a JWT)", app.id),
            None => format!("{} (anybody may log in)", app.id),
        });
        let apps = apps.collect::<Vec<_>>().join(", ");
        let data = match &self.data {
            Some(dir) => dir.display().to_string(),
            None => "nothing is kept".to_owned(),
        };
        let app = self.apps.first().map_or("", |app| app.id.as_str());
        let host = if addr.ip().is_unspecified() {
            format!("localhost:{}", addr.port())
        } else {
            addr.to_string()
        };
        let mut text = format!(
            "  apps  {apps}\n  data  {data}\n  use   getTalkSession({{ appId: {app:?}, \
             userId: \"alice\", host: {host:?} }})\n"
        );
        if self.control {
            text.push_str(&format!(
                "  tests POST http://{host}/control, with the token above as a bearer token\n"
            ));
        }
        text.push_str("  end   Ctrl-C");
        text
    }

    /// What is unwise about these options: a sentence.
    pub fn warning(&self, addr: SocketAddr) -> Option<&'static str> {
        let is_open = self.control && !addr.ip().is_loopback();
        is_open.then_some(
            "warning: --control on an address that other machines reach: whoever learns the token \
             can empty this server",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::AppConfig;

    fn addr(text: &str) -> SocketAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn it_says_what_to_do() {
        let shop = AppConfig { secret: Some("hush".to_owned()), ..AppConfig::open("shop") };
        let apps = vec![AppConfig::open("demo"), shop];
        let options = Options { apps, control: true, data: None, ..Options::default() };
        let text = options.greeting(addr("0.0.0.0:80"));
        for part in ["demo (anybody", "shop (log in", "nothing is kept", "\"localhost:80\""] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(text.contains("http://localhost:80/control") && !text.contains("hush"), "{text}");
        let text = Options::default().greeting(addr("127.0.0.1:81"));
        assert!(text.contains(".data") && text.contains("\"127.0.0.1:81\""), "{text}");
        assert!(!text.contains("control"), "{text}");
    }

    #[test]
    fn it_warns_of_open_doors() {
        let control = |control| Options { control, ..Options::default() };
        assert!(control(true).warning(addr("0.0.0.0:1")).is_some());
        assert!(control(true).warning(addr("127.0.0.1:1")).is_none());
        assert!(control(false).warning(addr("0.0.0.0:1")).is_none());
    }
}

//! The settings, each read once. A wrong one stops the start with its name.
//!
//! Order: what is built in, then `motcua.toml` (or `--config FILE`), then `MOTCUA_…` from the
//! environment. Secrets are settings too and never printed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use links::mail::SmtpServer;
use links::payment::webhook::SHORTEST_SECRET;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The city this process serves at its root.
    pub city: String,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// `PATH` on local disk, or `s3://BUCKET` with the four settings below.
    pub files: String,
    pub s3_endpoint: Option<String>,
    pub s3_region: Option<String>,
    pub s3_key: Option<String>,
    pub s3_secret: Option<String>,
    pub listen: SocketAddr,
    /// As people reach it: written into links and QR codes.
    pub public_url: String,
    /// `vi` or `en`: the language of whoever has chosen none.
    pub language: String,
    /// `plain` for people, `json` for machines.
    pub log_format: LogFormat,
    /// A filter of tracing: `info`, `motcua=debug,info`.
    pub log: String,
    /// Where definitions are read from at `motcua publish` and by the demonstration city.
    pub services: PathBuf,
    /// Where the city's own data stands: organisation, calendar.
    pub data: PathBuf,
    /// Requests handled at once before the rest is told to come back (503).
    pub most_requests: usize,
    /// Minutes without use until a session ends.
    pub session_minutes: u32,
    /// Tries of one name before it must wait.
    pub sign_in_tries: u32,
    pub sign_in_wait_minutes: u32,
    /// Days a resident's half-filled form is kept.
    pub draft_days: u32,
    /// Days that numbers and words of calls, and of letters that were settled, are kept; they are counted for ever.
    pub contact_days: u32,
    /// Connections to PostgreSQL.
    pub database_connections: usize,
    /// Banks and gateways that may say money came, each with the secret of its signatures.
    pub payment_secrets: BTreeMap<String, String>,
    /// The mail server: `smtp://host:25` or `smtps://name:password@host:465`. None: no e-mail.
    pub smtp: Option<String>,
    /// Who writes: `Một Cửa Cần Thơ <khong-tra-loi@example.vn>`.
    pub mail_from: Option<String>,
    /// Where SMS and Zalo messages are handed to a provider (`docs/MESSAGES.md`). None: no such way.
    pub sms_webhook: Option<String>,
    pub zalo_webhook: Option<String>,
    /// Signs what goes there and proves what is reported from there.
    pub webhook_secret: Option<String>,
    /// The national portal (`docs/PORTAL.md`). None: what it is to be told waits.
    pub portal_url: Option<String>,
    pub portal_client: Option<String>,
    pub portal_secret: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    Plain,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            city: "can-tho".into(),
            database: "sqlite:var/motcua.db".into(),
            files: "var/files".into(),
            s3_endpoint: None,
            s3_region: None,
            s3_key: None,
            s3_secret: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://localhost:8080".into(),
            language: "vi".into(),
            log_format: LogFormat::Plain,
            log: "info".into(),
            services: "services".into(),
            data: "data".into(),
            most_requests: 512,
            session_minutes: 8 * 60,
            sign_in_tries: 5,
            sign_in_wait_minutes: 15,
            draft_days: 30,
            contact_days: 365,
            database_connections: 16,
            payment_secrets: BTreeMap::new(),
            smtp: None,
            mail_from: None,
            sms_webhook: None,
            zalo_webhook: None,
            webhook_secret: None,
            portal_url: None,
            portal_client: None,
            portal_secret: None,
        }
    }
}

/// Read where no other file is named, if it is there.
const USUAL: &str = "motcua.toml";

/// A setting that is wrong: its name, what it says and what it should say.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("setting `{name}`: {says}")]
pub struct Wrong {
    pub name: String,
    pub says: String,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`Wrong`] names the first setting that is unknown, of the wrong type or out of its range.
    pub fn read(file: Option<&Path>) -> Result<Self, Wrong> {
        let mut sources = Figment::from(Serialized::defaults(Self::default()));
        match file {
            Some(path) if !path.exists() => {
                return Err(wrong(
                    "config",
                    format!("the file {} is not there", path.display()),
                ));
            }
            Some(path) => sources = sources.merge(Toml::file_exact(path)),
            None if Path::new(USUAL).exists() => sources = sources.merge(Toml::file_exact(USUAL)),
            None => {}
        }
        let config: Self = sources
            .merge(Env::prefixed("MOTCUA_").ignore(&["test_postgres"]))
            .extract()
            .map_err(|error| {
                let name = match &error.kind {
                    figment::error::Kind::UnknownField(name, _) => name.clone(),
                    _ => error.path.join("."),
                };
                wrong(&name, error.kind.to_string())
            })?;
        config.check()?;
        Ok(config)
    }

    /// Judges what the reading alone cannot; called again where the command line set something.
    ///
    /// # Errors
    /// [`Wrong`] names the first setting out of its range.
    pub fn check(&self) -> Result<(), Wrong> {
        let code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.city.is_empty() || !self.city.chars().all(code) {
            return Err(wrong(
                "city",
                "must be lower-case letters, digits and hyphens",
            ));
        }
        if !["sqlite:", "postgres://", "postgresql://"]
            .iter()
            .any(|start| self.database.starts_with(start))
        {
            return Err(wrong("database", "must begin with sqlite: or postgres://"));
        }
        if !self.public_url.starts_with("http://") && !self.public_url.starts_with("https://") {
            return Err(wrong("public_url", "must begin with http:// or https://"));
        }
        if !["vi", "en"].contains(&self.language.as_str()) {
            return Err(wrong("language", "must be vi or en"));
        }
        if self.files.starts_with("s3://") {
            for (name, value) in [
                ("s3_endpoint", &self.s3_endpoint),
                ("s3_key", &self.s3_key),
                ("s3_secret", &self.s3_secret),
            ] {
                if value.is_none() {
                    return Err(wrong(name, "is needed when files stand on S3"));
                }
            }
        }
        for (provider, secret) in &self.payment_secrets {
            if provider.is_empty() || !provider.chars().all(code) {
                return Err(wrong(
                    "payment_secrets",
                    "names must be lower-case letters, digits and hyphens",
                ));
            }
            if secret.len() < SHORTEST_SECRET {
                return Err(wrong(
                    "payment_secrets",
                    format!("the secret of {provider} must have {SHORTEST_SECRET} signs or more"),
                ));
            }
        }
        self.mail_server()?;
        if let Some(url) = &self.portal_url {
            // Personal data travels there: never in the clear but to this machine.
            let here = url.starts_with("http://localhost") || url.starts_with("http://127.0.0.1");
            if !url.starts_with("https://") && !here {
                return Err(wrong("portal_url", "must begin with https://"));
            }
            if self.portal_client.is_none() {
                return Err(wrong("portal_client", "is needed with portal_url"));
            }
            if self.portal_secret.is_none() {
                return Err(wrong("portal_secret", "is needed with portal_url"));
            }
        }
        for (name, url) in [
            ("sms_webhook", &self.sms_webhook),
            ("zalo_webhook", &self.zalo_webhook),
        ] {
            let Some(url) = url else { continue };
            if !url.starts_with("http://") && !url.starts_with("https://") {
                return Err(wrong(name, "must begin with http:// or https://"));
            }
            if self.webhook_secret.as_ref().is_none_or(|s| s.len() < 16) {
                let says = format!("of 16 characters or more is needed with {name}");
                return Err(wrong("webhook_secret", says));
            }
        }
        for (name, value) in [
            ("most_requests", self.most_requests),
            ("session_minutes", self.session_minutes as usize),
            ("sign_in_tries", self.sign_in_tries as usize),
            ("draft_days", self.draft_days as usize),
            ("contact_days", self.contact_days as usize),
            ("database_connections", self.database_connections),
        ] {
            if value == 0 {
                return Err(wrong(name, "must be more than zero"));
            }
        }
        Ok(())
    }

    /// The mail server of the settings.
    ///
    /// # Errors
    /// [`Wrong`] where address or sender cannot be read. The setting holds a password and is never repeated.
    pub fn mail_server(&self) -> Result<Option<SmtpServer>, Wrong> {
        let Some(smtp) = &self.smtp else {
            return Ok(None);
        };
        let says = "must be smtp://host:port or smtps://name:password@host:port";
        let (tls, rest) = match (smtp.strip_prefix("smtp://"), smtp.strip_prefix("smtps://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => return Err(wrong("smtp", says)),
        };
        let (login, host) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((login, host)) => (login.split_once(':'), host),
        };
        let (host, port) = match host.rsplit_once(':') {
            None => (host, if tls { 465 } else { 25 }),
            Some((host, port)) => (host, port.parse().map_err(|_| wrong("smtp", says))?),
        };
        if host.is_empty() || (login.is_none() && rest.contains('@')) {
            return Err(wrong("smtp", says));
        }
        let from = self.mail_from.clone();
        let from = from.ok_or_else(|| wrong("mail_from", "is needed with smtp"))?;
        Ok(Some(SmtpServer {
            host: host.to_owned(),
            port,
            tls,
            login: login.map(|(name, password)| (name.to_owned(), password.to_owned())),
            from,
        }))
    }
}

fn wrong(name: &str, says: impl Into<String>) -> Wrong {
    Wrong {
        name: name.to_owned(),
        says: says.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, Wrong> {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let next = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("motcua-{}-{next}.toml", std::process::id()));
        std::fs::write(&path, text).expect("writes");
        let result = Config::read(Some(&path));
        std::fs::remove_file(&path).expect("removes");
        result
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(read(""), Ok(Config::default()));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (text, name) in [
            ("listen = \"nowhere\"", "listen"),
            ("databse = \"sqlite:x\"", "databse"),
            ("database = \"mysql://x\"", "database"),
            ("city = \"Cần Thơ\"", "city"),
            ("language = \"fr\"", "language"),
            ("files = \"s3://bucket\"", "s3_endpoint"),
            ("most_requests = 0", "most_requests"),
            ("payment_secrets = {bank = \"short\"}", "payment_secrets"),
            ("session_minutes = \"long\"", "session_minutes"),
            ("smtp = \"mail.example.vn\"", "smtp"),
            ("smtp = \"smtp://mail.example.vn:x\"", "smtp"),
            ("smtp = \"smtps://name@mail.example.vn\"", "smtp"),
            ("smtp = \"smtp://mail.example.vn\"", "mail_from"),
            ("sms_webhook = \"sms.example.vn\"", "sms_webhook"),
            ("zalo_webhook = \"https://z.example.vn\"", "webhook_secret"),
            ("portal_url = \"http://dvc.example.vn\"", "portal_url"),
            ("portal_url = \"https://dvc.example.vn\"", "portal_client"),
        ] {
            assert_eq!(read(text).expect_err(text).name, name, "{text}");
        }
    }

    #[test]
    fn a_missing_file_is_said_so() {
        assert_eq!(
            Config::read(Some(Path::new("/nowhere/x.toml")))
                .expect_err("absent")
                .name,
            "config"
        );
    }
}

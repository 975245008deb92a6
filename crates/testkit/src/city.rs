//! The city of a test: founded like the demonstration, without its synthetic year.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use actions::{City, Limits};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use links::courier::{Couriers, MemoryCourier};
use links::georeport::GeoReport;
use links::payment::webhook;
use links::push::{Push, PushDouble};
use links::registers::RegisterSource;
use links::signing::SigningService;
use motcua::config::Config;
use motcua::{demo, loops, wire};
use rules::case::Case;
use rules::ids::PersonId;
use rules::person::{Official, Person, Power};
use serde_json::Value as Json;
use store::{Account, AccountKind, Session, Store, StoreError};
use tempfile::TempDir;
use tower::ServiceExt;
use web::hall::{Hall, Shown};
use web::parties::Parties;

use crate::browser::Browser;
use crate::clock::{HandClock, MONDAY, seeded};
use crate::engine::{Engine, directory, new_database};

/// A founded city that is only copied.
pub(crate) struct Base {
    engine: Engine,
    shown: Shown,
    /// Of PostgreSQL.
    database: String,
    directory: TempDir,
}

impl Base {
    /// With a synthetic year of so many cases.
    pub(crate) async fn found(engine: Engine, cases: u32) -> Self {
        let (directory, database, config) = empty(engine).await;
        let city = open(&config, &HandClock::at(MONDAY), 1).await;
        let shown = demo::make(&config, &city, Some(cases))
            .await
            .expect("the city is founded");
        Self {
            engine,
            shown,
            database,
            directory,
        }
    }
}

/// A place without a city: its folder, its PostgreSQL database and the settings that lead there.
async fn empty(engine: Engine) -> (TempDir, String, Config) {
    let directory = directory();
    let (setting, database) = match engine {
        Engine::Sqlite => (sqlite(directory.path()), String::new()),
        Engine::Postgres => new_database(None).await,
    };
    let config = config(setting, directory.path());
    (directory, database, config)
}

/// Cheap to clone through [`TestCity::handle`]; its memory goes with the last one.
pub struct TestCity {
    pub engine: Engine,
    pub clock: HandClock,
    pub hall: Hall,
    /// Where every message of the city ends.
    pub courier: Arc<MemoryCourier>,
    routes: Router,
    directory: Arc<TempDir>,
}

impl TestCity {
    /// The demonstration city on its own, with a synthetic year of about so many cases.
    pub async fn lived(engine: Engine, cases: u32) -> Self {
        Self::copy_of(&Base::found(engine, cases).await).await
    }

    /// Made in two goes: stopped in the middle of its year, and started again.
    ///
    /// # Panics
    /// Where the first go was not stopped or the second fails.
    pub async fn interrupted(engine: Engine, cases: u32) -> Self {
        let (directory, database, config) = empty(engine).await;
        let city = open(&config, &HandClock::at(MONDAY), 1).await;
        let begun = demo::begin(&config, &city, Some(cases)).await;
        let begun = begun.expect("the city is founded");
        let some = async {
            while city
                .reader()
                .open_cases(None, 1)
                .await
                .expect("reads")
                .is_empty()
            {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        };
        tokio::select! {
            _ = begun.finish(&city) => panic!("the year was over before it could be stopped"),
            () = some => {}
        }
        drop(city);
        let city = open(&config, &HandClock::at(MONDAY), 4).await;
        let shown = demo::make(&config, &city, Some(1)).await;
        let shown = shown.expect("the second start goes on");
        drop(city);
        let base = Base {
            engine,
            shown,
            database,
            directory,
        };
        Self::copy_of(&base).await
    }

    pub(crate) async fn copy_of(base: &Base) -> Self {
        let directory = directory();
        let setting = match base.engine {
            Engine::Sqlite => sqlite(directory.path()),
            Engine::Postgres => new_database(Some(&base.database)).await.0,
        };
        copy(base.directory.path(), directory.path());
        let config = config(setting, directory.path());
        let clock = HandClock::at(MONDAY);
        let city = open(&config, &clock, 2).await;
        city.reload().await.expect("the law is read");
        let hall = wire::hall(&config, city, base.shown.clone())
            .await
            .expect("the city was founded");
        let routes = web::routes::house(&hall, 512);
        Self {
            engine: base.engine,
            clock,
            hall,
            courier: Arc::default(),
            routes,
            directory: Arc::new(directory),
        }
    }

    /// The same city again.
    pub fn handle(&self) -> Self {
        Self {
            engine: self.engine,
            clock: self.clock.clone(),
            hall: self.hall.clone(),
            courier: self.courier.clone(),
            routes: self.routes.clone(),
            directory: self.directory.clone(),
        }
    }

    pub fn city(&self) -> &City {
        self.hall.city()
    }

    /// Another server over the same memory, with a law of its own reading.
    ///
    /// # Panics
    /// Where the law cannot be read.
    pub async fn second_server(&self) -> City {
        let city = self.city();
        let other = over(city.store().clone(), city.code(), &self.clock, 3);
        other.reload().await.expect("the law is read");
        other
    }

    /// A body posted to an address as another system would: status and answer.
    ///
    /// # Panics
    /// Where the request cannot be made.
    pub async fn posts(&self, path: &str, headers: &[(&str, &str)], body: String) -> (u16, String) {
        self.posts_bytes(path, headers, body.into_bytes()).await
    }

    /// As [`TestCity::posts`], of anything.
    ///
    /// # Panics
    /// Where the request cannot be made.
    pub async fn posts_bytes(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> (u16, String) {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let answer = self
            .routes
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), usize::MAX)
            .await
            .expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// What a bank posts, signed with the demonstration's secret so many seconds from now.
    ///
    /// # Panics
    /// As [`TestCity::posts`].
    pub async fn bank_posts_at(&self, provider: &str, message: &Json, seconds: i64) -> (u16, Json) {
        let at = self.clock.now().as_second() + seconds;
        let body = message.to_string();
        let signature = webhook::sign(PAYMENT_SECRET, at, body.as_bytes());
        let at = at.to_string();
        let headers = [
            (webhook::TIMESTAMP, at.as_str()),
            (webhook::SIGNATURE, signature.as_str()),
        ];
        let path = format!("/payments/webhook/{provider}");
        let (status, answer) = self.posts(&path, &headers, body).await;
        (
            status,
            serde_json::from_str(&answer).unwrap_or(Json::String(answer)),
        )
    }

    /// What the demonstration's bank posts now.
    ///
    /// # Panics
    /// As [`TestCity::posts`].
    pub async fn bank_posts(&self, message: &Json) -> (u16, Json) {
        self.bank_posts_at("minh-hoa", message, 0).await
    }

    /// What the system of a ministry posts of its dossiers, signed with this secret.
    ///
    /// # Panics
    /// As [`TestCity::posts`].
    pub async fn owner_posts(&self, system: &str, secret: &str, message: &Json) -> (u16, Json) {
        let body = message.to_string();
        let (at, signature) = links::signed::sign(secret, body.as_bytes(), self.clock.now());
        let headers = [
            (links::signed::TIMESTAMP, at.as_str()),
            (links::signed::SIGNATURE, signature.as_str()),
        ];
        let (status, answer) = self
            .posts(&format!("/mirrored/{system}"), &headers, body)
            .await;
        let answer = serde_json::from_str(&answer).unwrap_or(Json::String(answer));
        (status, answer)
    }

    /// The same city, linked to these registers of others.
    #[must_use]
    pub fn meeting(self, registers: BTreeMap<String, Arc<dyn RegisterSource>>) -> Self {
        self.with(|parties| parties.registers = registers)
    }

    /// The same city, which believes this system of a ministry.
    #[must_use]
    pub fn told_by(self, system: &str, secret: &str) -> Self {
        self.with(|parties| {
            parties
                .mirrored
                .insert(system.to_owned(), secret.to_owned());
        })
    }

    /// The same city, to which this system brings calls, letters and texts.
    #[must_use]
    pub fn brought_by(self, system: &str, secret: &str) -> Self {
        self.with(|parties| {
            parties.brings.insert(system.to_owned(), secret.to_owned());
        })
    }

    /// What such a system posts so many seconds from now, signed with this secret.
    ///
    /// # Panics
    /// As [`TestCity::posts`].
    pub async fn brings(&self, path: &str, secret: &str, body: &str, seconds: i64) -> (u16, Json) {
        let at = self.clock.now().as_second() + seconds;
        let signature = links::signed::signature(secret, at, body.as_bytes());
        let at = at.to_string();
        let headers = [
            (links::signed::TIMESTAMP, at.as_str()),
            (links::signed::SIGNATURE, signature.as_str()),
        ];
        let (status, answer) = self.posts(path, &headers, body.to_owned()).await;
        let answer = serde_json::from_str(&answer).unwrap_or(Json::String(answer));
        (status, answer)
    }

    fn with(self, change: impl FnOnce(&mut Parties)) -> Self {
        let mut parties = self.hall.parties().clone();
        change(&mut parties);
        self.linked(parties)
    }

    /// The same city, which hands reports on to this system.
    #[must_use]
    pub fn handing_to(self, code: &str, partner: Arc<dyn GeoReport>) -> Self {
        self.with(|parties| drop(parties.partners.insert(code.to_owned(), partner)))
    }

    /// The same city, its papers signed by this service.
    #[must_use]
    pub fn signed_by(self, signing: Arc<dyn SigningService>) -> Self {
        self.with(|parties| parties.signing = Some(signing))
    }

    /// The same city, which tells browsers through this service.
    ///
    /// # Panics
    /// Where no key can be made.
    #[must_use]
    pub fn pushing_to(self, service: Arc<PushDouble>) -> Self {
        let key = links::push::new_key().expect("a key");
        let push = Push::new(&key, "http://localhost", service).expect("a sender");
        self.with(|parties| parties.push = Some(push))
    }

    /// The loop of followers, once; what was sealed is news.
    ///
    /// # Panics
    /// Where the city broke.
    pub async fn tell_followers(&self) {
        self.settle().await;
        let couriers = Couriers::in_memory(&self.courier);
        loops::following_round(&self.hall, &couriers)
            .await
            .expect("followers are told");
    }

    fn linked(self, parties: Parties) -> Self {
        let hall = Hall::new(
            self.city().clone(),
            self.hall.house().clone(),
            "http://localhost",
            self.hall.shown().clone(),
        );
        let hall = hall.meet(parties);
        hall.believe(secrets());
        let routes = web::routes::house(&hall, 512);
        Self {
            hall,
            routes,
            ..self
        }
    }

    /// A browser that nobody has used.
    pub fn browser(&self, whose: &str) -> Browser {
        Browser::new(self.routes.clone(), whose)
    }

    /// A browser signed in through the page.
    ///
    /// # Panics
    /// Where the city does not let this login in.
    pub async fn sign_in(&self, login: &str) -> Browser {
        let mut browser = self.browser(login);
        browser.open("/sign-in").await;
        browser
            .fill("Tên đăng nhập", login)
            .fill("Mật khẩu", &self.hall.shown().password);
        browser.press("Đăng nhập").await;
        assert_ne!(
            browser.page().path,
            "/sign-in",
            "{login} was not let in:\n{}",
            browser.page()
        );
        browser
    }

    /// The person behind a login, with the reach of their seats today.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn person(&self, login: &str) -> Person {
        let account = self.hall.reader().account_by_login(login).await;
        let account = account.expect("accounts are read");
        let id = account.unwrap_or_else(|| panic!("no account {login}")).id;
        let person = self.city().person(id).await.expect("people are read");
        person.unwrap_or_else(|| panic!("nobody is {login}"))
    }

    /// A resident with an account, signed in as the identity service would leave them.
    ///
    /// # Panics
    /// Where the memory does not take it.
    pub async fn resident_account(&self, name: &str) -> (Person, Browser) {
        static NEXT: AtomicU8 = AtomicU8::new(1);
        let (now, next) = (self.clock.now(), NEXT.fetch_add(1, Ordering::Relaxed));
        let id = PersonId::new(now, [next; 10]);
        let token = format!("resident-{next}");
        let account = Account {
            id,
            login: None,
            name: name.to_owned(),
            password: None,
            kind: AccountKind::Resident,
            powers: Vec::new(),
            disabled: false,
        };
        let session = Session {
            token_hash: actions::secret::token_hash(&token),
            person: id,
            created: now,
            last_used: now,
            expires: now + crate::days(365),
            revoked: None,
            agent: "testkit".to_owned(),
        };
        let writer = self.city().store().writer(self.city().code());
        let written: Result<(), StoreError> = writer
            .run("resident", move |tx| {
                let (account, session) = (account.clone(), session.clone());
                Box::pin(async move {
                    tx.save_account(&account).await?;
                    tx.open_session(&session).await
                })
            })
            .await;
        written.expect("the account is written");
        let cookie = web::session::cookie(token, false);
        let browser = self
            .browser(name)
            .with_cookie(cookie.name(), cookie.value());
        let name = name.to_owned();
        (Person::Resident { id, name }, browser)
    }

    /// What happens without anybody asking, once: time's own commands, papers, sealing, the
    /// figures.
    ///
    /// # Panics
    /// Where the city broke.
    pub async fn settle(&self) {
        loops::clock_round(self.city(), &mut HashMap::new())
            .await
            .expect("time speaks");
        while loops::papers_round(&self.hall)
            .await
            .expect("papers are made")
            > 0
        {}
        self.post().await;
        let city = self.city();
        while city
            .store()
            .seal(city.code(), city.now())
            .await
            .expect("seals")
            > 0
        {}
        loops::catch_up(&self.hall, &self.directory.path().join("figures"))
            .await
            .expect("figures follow");
        loops::count(&self.hall).await.expect("the ledger follows");
        loops::sample_round(&self.hall)
            .await
            .expect("a month's list is closed");
    }

    /// The posting loop, once.
    ///
    /// # Panics
    /// Where the city broke.
    pub async fn post(&self) {
        let couriers = Couriers::in_memory(&self.courier);
        let post = loops::postroom(&couriers, "http://localhost");
        loops::messages_round(&self.hall, &couriers, &post)
            .await
            .expect("messages are posted");
    }

    /// The truth about a case, whatever pages show.
    ///
    /// # Panics
    /// Where there is no such case.
    pub async fn case(&self, code: &str) -> Case {
        let seen = self.hall.case(&everything(), code).await;
        seen.unwrap_or_else(|failure| panic!("no case {code}: {failure:?}"))
            .case
    }
}

/// Somebody who sees all: to look at the truth, never to act.
pub(crate) fn everything() -> Person {
    Person::Official(Official {
        id: PersonId(uuid::Uuid::nil()),
        name: "Người kiểm thử".to_owned(),
        seats: Vec::new(),
        own: Vec::new(),
        stands_in_for: Vec::new(),
        powers: vec![Power::Leader],
    })
}

async fn open(config: &Config, clock: &HandClock, seed: u64) -> City {
    let store = wire::store(config).await.expect("the memory opens");
    over(store, &config.city, clock, seed)
}

fn over(store: Store, code: &str, clock: &HandClock, seed: u64) -> City {
    // Stories last for weeks of the clock; that sessions end is told where sessions are tried.
    let limits = Limits {
        session_minutes: 60 * 24 * 365,
        ..Limits::default()
    };
    City::new(store, code, clock.handed_in(), seeded(seed), limits)
}

fn sqlite(directory: &Path) -> String {
    format!("sqlite:{}", directory.join("city.db").display())
}

/// Of the demonstration's bank.
pub const PAYMENT_SECRET: &str = "bi mat cua ngan hang minh hoa 0123456789";

fn secrets() -> BTreeMap<String, String> {
    [("minh-hoa".to_owned(), PAYMENT_SECRET.to_owned())].into()
}

fn config(database: String, directory: &Path) -> Config {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    Config {
        database,
        files: directory.join("files").display().to_string(),
        public_url: "http://localhost".to_owned(),
        services: root.join("services"),
        data: root.join("data"),
        payment_secrets: secrets(),
        ..Config::default()
    }
}

/// Files of a folder and its folders. What a database keeps only while it is open stays behind.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the founded city's files") {
        let path = entry.expect("a file").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            std::fs::create_dir_all(&to).expect("a folder");
            copy(&path, &to);
        } else if path.extension().is_none_or(|ending| ending != "db-shm") {
            std::fs::copy(&path, &to).expect("a copy");
        }
    }
}

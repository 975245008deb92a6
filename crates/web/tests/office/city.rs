//! A small city on SQLite with shipped services and units, four officials and a clock that can be moved.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use actions::found::NewAccount;
use actions::publish::Ready;
use actions::{City, Limits, NewCase, Receipt};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use rules::Moment;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::organisation::Organisation;
use rules::person::{Person, Power, Seat};
use serde_json::json;
use service::definition::{Channel, Post, Who};
use service::{Answers, Frames, read_frame, resolve};
use store::{DatabaseConfig, FilesConfig, Store, StoreConfig};
use tempfile::TempDir;
use tower::ServiceExt;
use web::hall::{Hall, Shown};
use web::routes::house;
use web::visit::House;

pub const PASSWORD: &str = "motcua-minh-hoa";
/// A Monday, 09:00 in the city.
const BEGIN: &str = "2026-11-16T02:00:00Z";

pub struct Small {
    pub hall: Hall,
    router: Router,
    clock: Arc<AtomicI64>,
    /// Dropped last: the database lives in it.
    _folder: TempDir,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn to(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .and_then(|to| to.to_str().ok())
            .unwrap_or_default()
    }

    /// The value of the first hidden field with this name.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let (_, after) = self.body.split_once(&mark).expect("a hidden field");
        after.split('"').next().unwrap_or_default().to_owned()
    }
}

/// A signed-in browser, or one of nobody.
pub struct Browser<'a> {
    small: &'a Small,
    token: Option<String>,
}

impl Small {
    pub async fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let store = Store::open(&StoreConfig {
            database: DatabaseConfig::Sqlite(folder.path().join("city.db")),
            files: FilesConfig::Local(folder.path().join("files")),
        })
        .await
        .expect("a store");
        store.migrate().await.expect("a schema");
        let begin: Moment = BEGIN.parse().expect("a moment");
        let clock = Arc::new(AtomicI64::new(begin.as_microsecond()));
        let (hand, dice) = (clock.clone(), AtomicU64::new(1));
        let city = City::new(
            store,
            "can-tho",
            // Each look at the clock is a moment later, as in life.
            Arc::new(move || {
                let at = hand.fetch_add(1_000, Ordering::Relaxed);
                Moment::from_microsecond(at).expect("a moment")
            }),
            Arc::new(move |bytes: &mut [u8]| {
                for byte in bytes {
                    let thrown = dice.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
                    *byte = (thrown >> 40) as u8;
                }
            }),
            Limits::default(),
        );
        found(&city).await;
        let house_of = House {
            city: "Thành phố Cần Thơ".into(),
            demo: true,
            filling: false,
        };
        let hall = Hall::new(city, house_of, "http://city.example", Shown::default());
        Self {
            router: house(&hall, 512),
            hall,
            clock,
            _folder: folder,
        }
    }

    pub fn later(&self, hours: i64) {
        self.clock
            .fetch_add(hours * 3_600_000_000, Ordering::Relaxed);
    }

    pub async fn sign_in(&self, login: &str) -> Browser<'_> {
        let signed = self.hall.city().sign_in(login, PASSWORD, "test", "test");
        Browser {
            small: self,
            token: Some(signed.await.expect("signed in").token),
        }
    }

    pub fn nobody(&self) -> Browser<'_> {
        Browser {
            small: self,
            token: None,
        }
    }

    /// A lamp is dark in the ward of [`WARD`].
    pub async fn report(&self, key: &str, public: bool) -> Receipt {
        let answers = json!({
            "what": "Đèn đường trước số nhà 12 không sáng ba đêm nay",
            "problem": "out",
            "extent": "one",
            "road": "street",
            "where": {"words": "đường Mậu Thân", "area": WARD},
            "phone": "0912345678",
        });
        let new = NewCase {
            service: "report.street-light".into(),
            answers: match answers {
                serde_json::Value::Object(answers) => answers,
                _ => Answers::new(),
            },
            uploads: vec![],
            person: Person::Nobody,
            applicant: Who::Guest,
            channel: Channel::Web,
            key: key.to_owned(),
            public,
            received_at: None,
            about: None,
        };
        self.hall.city().open(new).await.expect("a case")
    }
}

/// Phường Cái Khế.
const WARD: &str = "31120";

async fn found(city: &City) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    let organisation: Organisation =
        toml::from_str(&text("data/can-tho/organisation.toml")).expect("an organisation");
    let calendar = Calendar::read(VIETNAM_1).expect("a calendar");
    city.found(
        "Thành phố Cần Thơ",
        true,
        json!({}),
        organisation,
        &calendar,
    )
    .await
    .expect("founded");
    let mut frames = Frames::default();
    for file in ["feedback-1", "one-stop-1", "directive-1"] {
        let (frame, _) = read_frame(&text(&format!("services/frames/{file}.yaml")));
        frames.0.insert(frame.frame.clone(), frame);
    }
    let ready = ["report.street-light", "marital-status.confirmation"].map(|code| {
        let text = text(&format!("services/{code}.yaml"));
        let resolved = resolve(&service::read(&text).definition, &frames);
        Ready { text, resolved }
    });
    city.install_services(ready.into()).await.expect("services");
    let ward = format!("commune-{WARD}");
    let accounts = [
        ("phoi", "Trần Văn Phối", "centre-1022", Post::Staff, false),
        ("tho", "Lê Thị Thợ", ward.as_str(), Post::Staff, false),
        ("hai", "Võ Văn Hai", ward.as_str(), Post::Staff, false),
        ("chu", "Phạm Chủ Tịch", ward.as_str(), Post::Head, false),
        ("la", "Người Xa Lạ", "commune-31135", Post::Staff, false),
        (
            "lanh",
            "Nguyễn Lãnh Đạo",
            "department-of-construction",
            Post::Head,
            true,
        ),
    ];
    let accounts = accounts.map(|(login, name, unit, post, leads)| NewAccount {
        id: None,
        name: name.into(),
        login: Some(login.into()),
        password: Some(PASSWORD.into()),
        seats: vec![Seat {
            unit: unit.into(),
            post,
        }],
        powers: if leads { vec![Power::Leader] } else { vec![] },
    });
    city.add_accounts(accounts.into()).await.expect("accounts");
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let encoded: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", web::ui::layout::encode(value)))
            .collect();
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request, Body::from(encoded.join("&"))).await
    }

    /// As a form with files sends it.
    pub async fn send(
        &self,
        path: &str,
        pairs: &[(&str, &str)],
        file: Option<(&str, &str, &[u8])>,
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in pairs {
            let head = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        if let Some((name, file, bytes)) = file {
            let head = format!(
                "--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\r\n"
            );
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--x--\r\n");
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
        self.ask(request, Body::from(body)).await
    }

    async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let mut request = request
            .header("host", "city.example")
            .header("sec-fetch-site", "same-origin");
        if let Some(token) = &self.token {
            request = request.header(header::COOKIE, format!("session={token}"));
        }
        let request = request.body(body).expect("a request");
        let answer = self.small.router.clone().oneshot(request).await;
        let (parts, body) = answer.expect("an answer").into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

/// A picture as a phone sends it.
pub fn photo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(32, 24, image::Rgb([20, 120, 110]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

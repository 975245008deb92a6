//! A small Cần Thơ on SQLite in a folder of its own, entered through the house's front door. The clock
//! stands where the test puts it.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use actions::publish::Ready;
use actions::{City, Limits};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use rules::Moment;
use rules::calendar::{Calendar, VIETNAM_1};
use service::Frames;
use store::{DatabaseConfig, FilesConfig, Store, StoreConfig};
use tower::ServiceExt;
use web::hall::{Hall, Shown};
use web::visit::House;

pub struct Town {
    pub hall: Hall,
    clock: Arc<AtomicI64>,
    /// Cookies of the browser.
    pub cookie: Mutex<Option<String>>,
    _folder: tempfile::TempDir,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    pub fn to(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .and_then(|to| to.to_str().ok())
            .unwrap_or_else(|| panic!("{} leads nowhere: {}", self.status, self.text))
    }

    #[track_caller]
    pub fn has(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "no {words:?} in {}", self.text);
        self
    }

    #[track_caller]
    pub fn lacks(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words:?} in {}", self.text);
        self
    }

    /// The value of the hidden control `name`.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let (_, after) = self
            .text
            .split_once(&mark)
            .unwrap_or_else(|| panic!("no hidden {name} in {}", self.text));
        after.split('"').next().unwrap_or_default().to_owned()
    }
}

impl Town {
    pub async fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Store::open(&StoreConfig {
            database: DatabaseConfig::Sqlite(folder.path().join("city.db")),
            files: FilesConfig::Local(folder.path().join("files")),
        })
        .await?;
        store.migrate().await?;
        // Monday 23 November 2026, 09:00 in Cần Thơ.
        let start: Moment = "2026-11-23T02:00:00Z".parse()?;
        let clock = Arc::new(AtomicI64::new(start.as_second()));
        let (reads, chance) = (clock.clone(), AtomicU64::new(1));
        let city = City::new(
            store,
            "can-tho",
            Arc::new(move || {
                Moment::from_second(reads.load(Ordering::Relaxed)).unwrap_or(Moment::UNIX_EPOCH)
            }),
            Arc::new(move |bytes: &mut [u8]| {
                let next = chance.fetch_add(1, Ordering::Relaxed);
                for (i, byte) in bytes.iter_mut().enumerate() {
                    *byte =
                        (next.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (8 * (i % 8))) as u8 ^ i as u8;
                }
            }),
            Limits::default(),
        );
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let organisation = toml::from_str(&fs::read_to_string(
            root.join("data/can-tho/organisation.toml"),
        )?)?;
        city.found(
            "Thành phố Cần Thơ",
            true,
            serde_json::json!({}),
            organisation,
            &Calendar::read(VIETNAM_1)?,
        )
        .await?;
        city.reload().await?;
        city.install_services(services(&root.join("services"))?)
            .await?;
        let house = House {
            city: "Thành phố Cần Thơ".into(),
            demo: true,
            filling: false,
        };
        let hall = Hall::new(city, house, "http://city.example", Shown::default());
        Ok(Self {
            hall,
            clock,
            cookie: Mutex::new(None),
            _folder: folder,
        })
    }

    pub fn later(&self, hours: i64) {
        self.clock.fetch_add(hours * 3600, Ordering::Relaxed);
    }

    pub async fn get(&self, path: &str) -> Page {
        self.ask(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Page {
        let body = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        let kind = "application/x-www-form-urlencoded";
        let request = Request::post(path).header(header::CONTENT_TYPE, kind);
        self.ask(request, Body::from(body)).await
    }

    /// A form with files: control, file name, bytes.
    pub async fn send(
        &self,
        path: &str,
        pairs: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Page {
        const EDGE: &str = "edge-of-a-part";
        let mut body = Vec::new();
        for (name, value) in pairs {
            body.extend(
                format!(
                    "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .into_bytes(),
            );
        }
        for (name, file, bytes) in files {
            body.extend(
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .into_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").into_bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = Request::post(path).header(header::CONTENT_TYPE, kind);
        self.ask(request, Body::from(body)).await
    }

    async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = match self.cookie.lock().expect("one thread").as_deref() {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let request = request
            .header(header::HOST, "city.example")
            .body(body)
            .expect("a sound request");
        let answer = web::routes::house(&self.hall, 512)
            .oneshot(request)
            .await
            .expect("the house always answers");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole page");
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

fn services(folder: &Path) -> anyhow::Result<Vec<Ready>> {
    let mut frames = Frames::default();
    for entry in fs::read_dir(folder.join("frames"))? {
        let (frame, _) = service::read_frame(&fs::read_to_string(entry?.path())?);
        frames.0.insert(frame.frame.clone(), frame);
    }
    let mut ready = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            let text = fs::read_to_string(&path)?;
            let resolved = service::resolve(&service::read(&text).definition, &frames);
            ready.push(Ready { text, resolved });
        }
    }
    Ok(ready)
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

pub const PHOTO: &[u8] = include_bytes!("../../../../data/can-tho/demonstration-photo.png");

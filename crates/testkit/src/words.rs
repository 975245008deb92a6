//! What people do in stories, in their own words: `city.resident().reports("report.street-light").at("Phường Ninh
//! Kiều").await`. Each is a walk over pages, nothing more.

use std::sync::atomic::{AtomicU32, Ordering};

use actions::{NewCase, Upload};
use rules::ids::AreaCode;
use rules::person::Person;
use serde_json::{Value as Json, json};
use service::Answers;
use service::definition::{Channel, Who};

use crate::browser::Browser;
use crate::city::TestCity;
use crate::page::{Page, Row};

/// A paper of one empty page.
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// A picture that the city takes: the demonstration's drawn card.
pub const PHOTO: &[u8] = include_bytes!("../../../data/can-tho/demonstration-photo.png");

pub const PLACE: &str = "Trước số 12 đường Nguyễn Trãi";

/// A lamp is out, in ordinary words.
pub const LAMP: &str = "Đèn đường trước số 12 không sáng đã ba đêm, đường rất tối";

/// Somebody at home with a phone.
pub struct Resident {
    pub browser: Browser,
    city: TestCity,
}

/// A report on its way.
pub struct Report {
    browser: Browser,
    city: TestCity,
    service: String,
    answers: Answers,
    photo: bool,
    public: bool,
}

/// What the sender holds afterwards.
pub struct Reported {
    pub code: String,
    pub secret: String,
    /// The sender's browser.
    pub browser: Browser,
}

impl TestCity {
    pub fn resident(&self) -> Resident {
        Resident {
            browser: self.browser("người dân"),
            city: self.handle(),
        }
    }

    /// The leader of the city, signed in.
    pub async fn leader(&self) -> Leader {
        Leader {
            browser: self.sign_in("lanhdao").await,
        }
    }

    /// The area of today's city with this name (`Phường Ninh Kiều`).
    ///
    /// # Panics
    /// Where there is none.
    pub fn area(&self, name: &str) -> AreaCode {
        let law = self.city().law();
        let today = self.hall.today().expect("a calendar");
        let found = law
            .organisation
            .areas_on(today)
            .find(|area| area.name == name);
        found
            .unwrap_or_else(|| panic!("no area {name}"))
            .code
            .clone()
    }

    /// Takes one outcome of a step on the case's page, by its words.
    ///
    /// # Panics
    /// Where the page does not offer it or the city refuses.
    pub async fn decides(&self, login: &str, code: &str, outcome: &str) -> Browser {
        let mut browser = self.sign_in(login).await;
        browser.open(&format!("/cases/{code}")).await;
        browser.press(outcome).await;
        browser.status(200);
        browser
    }

    /// An official calls a report a duplicate of another.
    ///
    /// # Panics
    /// Where the page does not offer it or the city refuses.
    pub async fn merges(&self, login: &str, code: &str, original: &str) -> Browser {
        let mut browser = self.sign_in(login).await;
        browser.open(&format!("/cases/{code}")).await;
        browser.press("Gộp vào phản ánh đã có …").await;
        browser.status(200);
        browser.fill("Hoặc mã của phản ánh gốc", original);
        browser.press("Gộp").await;
        browser.status(200);
        browser
    }
}

impl Resident {
    /// Begins a report of this kind. A lamp is described by itself; other kinds need [`Report::answering`].
    pub fn reports(self, service: &str) -> Report {
        let answers = match service {
            "report.street-light" => json!({"problem": "out", "extent": "one", "road": "street"}),
            _ => json!({}),
        };
        let mut answers = answers.as_object().cloned().unwrap_or_default();
        answers.insert("what".into(), LAMP.into());
        Report {
            browser: self.browser,
            city: self.city,
            service: service.to_owned(),
            answers,
            photo: false,
            public: true,
        }
    }
}

impl Report {
    pub fn saying(self, words: &str) -> Self {
        self.answering("what", words.into())
    }

    pub fn with_photo(mut self) -> Self {
        self.photo = true;
        self
    }

    /// Not for the public map.
    pub fn in_private(mut self) -> Self {
        self.public = false;
        self
    }

    /// An answer by the code of its field.
    pub fn answering(mut self, field: &str, answer: Json) -> Self {
        self.answers.insert(field.to_owned(), answer);
        self
    }

    /// Hands it in for this commune (`Phường Ninh Kiều`) without walking over the pages: for stories that begin
    /// where the report is there.
    ///
    /// # Panics
    /// Where the city does not take it.
    pub async fn at(self, area: &str) -> Reported {
        let area = self.city.area(area);
        self.at_spot(json!({"area": area, "words": PLACE})).await
    }

    /// As [`Report::at`], with the whole answer of the place: a point too.
    ///
    /// # Panics
    /// Where the city does not take it.
    pub async fn at_spot(mut self, place: Json) -> Reported {
        static KEYS: AtomicU32 = AtomicU32::new(0);
        self.answers.insert("where".into(), place);
        let key = format!("story-{}", KEYS.fetch_add(1, Ordering::Relaxed));
        let photo = self.photo.then(|| Upload {
            what: "photo".into(),
            name: "den-duong.png".into(),
            bytes: PHOTO.to_vec(),
            public: true,
        });
        let new = NewCase {
            service: self.service,
            answers: self.answers,
            uploads: photo.into_iter().collect(),
            person: Person::Nobody,
            applicant: Who::Guest,
            channel: Channel::Web,
            key,
            public: self.public,
            received_at: None,
            about: None,
        };
        let receipt = self.city.city().open(new).await;
        let receipt = receipt.unwrap_or_else(|error| panic!("not taken: {error:?}"));
        Reported {
            code: receipt.code,
            secret: receipt.secret,
            browser: self.browser,
        }
    }

    /// Tells about a lamp in this commune page by page, and stops at the page that shows all once more.
    pub async fn written_at(self, area: &str) -> Browser {
        let mut browser = self.told().await;
        lamp(&mut browser).choose("Phường, xã", area);
        browser.press("Xem lại trước khi gửi").await;
        if !self.public {
            browser.untick("Hiện phản ánh này trên bản đồ chung");
        }
        browser
    }

    /// Photo and words are given; the form of the kind that the city guessed stands open.
    pub async fn told(&self) -> Browser {
        let mut browser = self.browser.tab();
        browser.open("/report").await;
        let said = self.answers.get("what").and_then(Json::as_str);
        browser.fill("Bạn thấy chuyện gì, ở đâu?", said.unwrap_or_default());
        if self.photo {
            browser.attach("Ảnh hiện trường", "den-duong.png", PHOTO);
        }
        browser.press("Tiếp tục").await;
        browser
    }

    /// Sends it over the pages.
    pub async fn sent_at(self, area: &str) -> Reported {
        let mut browser = self.written_at(area).await;
        browser.press("Gửi phản ánh").await;
        Reported::of(browser)
    }
}

/// Answers what the city asks about a lamp, save where it stands.
pub fn lamp(browser: &mut Browser) -> &mut Browser {
    browser
        .fill("Mô tả vị trí", PLACE)
        .choose("Hiện tượng", "Đèn không sáng")
        .choose("Phạm vi", "Một bóng")
        .choose("Loại đường", "Đường phố")
}

impl Reported {
    /// Reads code and secret from the page that says it was sent.
    ///
    /// # Panics
    /// Where this is not that page.
    pub fn of(browser: Browser) -> Self {
        browser.sees("Thành phố đã nhận");
        let track = browser.page().link("Theo dõi");
        let (path, query) = track.split_once('?').unwrap_or((&track, ""));
        let code = path.rsplit('/').next().unwrap_or_default().to_owned();
        let secret = query
            .split('&')
            .find_map(|pair| pair.split_once('='))
            .map(|(_, secret)| secret.to_owned());
        let secret = secret.unwrap_or_else(|| panic!("no secret in {track}"));
        Self {
            code,
            secret,
            browser,
        }
    }

    /// The sender's page, opened by the link that carries the key.
    pub async fn track(&self, city: &TestCity) -> Browser {
        let mut browser = city.browser("người gửi");
        browser
            .open(&format!("/track/{}?key={}", self.code, self.secret))
            .await;
        browser
    }
}

/// The leader's browser.
pub struct Leader {
    pub browser: Browser,
}

impl Leader {
    /// The league as it stands now.
    pub async fn league(&mut self) -> League {
        League {
            page: self.browser.open("/league").await.clone(),
        }
    }
}

pub struct League {
    pub page: Page,
}

impl League {
    /// The row of a unit whose name contains these words.
    ///
    /// # Panics
    /// Where there is none.
    pub fn row(&self, unit: &str) -> &Row {
        self.page.row(unit)
    }
}

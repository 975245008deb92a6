//! Dossiers handed in without walking over the pages, for stories that begin where the dossier is there, and the
//! few moves that all of these stories share.

use std::sync::atomic::{AtomicU32, Ordering};

use actions::{NewCase, Upload};
use rules::case::Case;
use rules::person::Person;
use serde_json::Value as Json;
use service::definition::{Channel, Who};
use testkit::words::PDF;
use testkit::{Browser, Reported, TestCity};

/// Hands in a dossier with these papers (codes of the definition), each a page.
pub async fn filed(
    city: &TestCity,
    service: &str,
    channel: Channel,
    answers: Json,
    papers: &[&str],
) -> Reported {
    open(city, new(service, channel, answers, papers)).await
}

/// The same over the counter: `login` takes it in at `desk`.
pub async fn filed_at(
    city: &TestCity,
    (login, desk): (&str, &str),
    service: &str,
    answers: Json,
    papers: &[&str],
) -> Reported {
    let over = NewCase {
        person: city.person(login).await,
        received_at: Some(desk.to_owned()),
        ..new(service, Channel::Counter, answers, papers)
    };
    open(city, over).await
}

fn new(service: &str, channel: Channel, answers: Json, papers: &[&str]) -> NewCase {
    static KEYS: AtomicU32 = AtomicU32::new(0);
    let uploads = papers.iter().map(|paper| Upload {
        what: (*paper).to_owned(),
        name: format!("{paper}.pdf"),
        bytes: PDF.to_vec(),
        public: false,
    });
    NewCase {
        service: service.to_owned(),
        answers: answers.as_object().cloned().unwrap_or_default(),
        uploads: uploads.collect(),
        person: Person::Nobody,
        applicant: Who::Citizen,
        channel,
        key: format!("dossier-{}", KEYS.fetch_add(1, Ordering::Relaxed)),
        public: false,
        received_at: None,
        about: None,
    }
}

async fn open(city: &TestCity, new: NewCase) -> Reported {
    let receipt = city.city().open(new).await;
    let receipt = receipt.unwrap_or_else(|error| panic!("not taken: {error:?}"));
    Reported {
        code: receipt.code,
        secret: receipt.secret,
        browser: city.browser("người nộp"),
    }
}

pub async fn at_case(city: &TestCity, login: &str, code: &str) -> Browser {
    let mut browser = city.sign_in(login).await;
    browser.open(&format!("/cases/{code}")).await;
    browser
}

/// State by the national code, and the steps under way.
pub fn stands(case: &Case) -> (u8, Vec<&str>) {
    let steps = case.tasks.iter().map(|task| task.step.as_str()).collect();
    (case.life.number(), steps)
}

/// Takes the dossier in at the desk: what is owed is paid, what was claimed exempt is proven, then the outcome.
pub async fn taken_in(city: &TestCity, login: &str, code: &str, outcome: &str) -> Browser {
    let mut desk = at_case(city, login, code).await;
    while desk.offers("Xác nhận được miễn") {
        desk.attach("Giấy tờ chứng minh", "chung-minh.pdf", PDF);
        desk.press("Xác nhận được miễn").await;
        desk.status(200);
    }
    while desk.offers("Thu và ghi biên lai") {
        desk.press("Thu và ghi biên lai").await;
        desk.status(200);
    }
    desk.press(outcome).await;
    desk.status(200);
    desk
}

/// Hands the result over at the counter to whoever handed the dossier in, against the receipt.
pub async fn handed_over(city: &TestCity, login: &str, code: &str) {
    let mut desk = at_case(city, login, code).await;
    assert!(!desk.offers("Đã trả kết quả"), "never by one press alone");
    desk.follow("Trả kết quả: ghi người nhận, giấy tờ").await;
    desk.choose("Trả bằng cách nào?", "Tại quầy");
    desk.press("Trả kết quả F8").await;
    desk.status(200).sees("Đã trả kết quả");
}

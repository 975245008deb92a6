//! What nobody may see is in no public place, however it was sent.

use actions::{NewCase, Upload};
use serde_json::{Value, json};
use service::definition::{Channel, Who};
use testkit::{TestCity, both_engines};

use super::{EVERYWHERE, LIGHT, is_public, marked};
use crate::open311::V2;

both_engines!(
    nothing_public_tells_a_secret,
    a_kind_that_is_never_public_is_not_however_it_is_sent,
);

const NAME: &str = "Trần Văn Kín";
const NUMBER: &str = "0918273645";
const HOME: &str = "Hẻm 27 nhà sơn tím";

/// A report with all that nobody may know in it.
async fn secret(city: &TestCity, service: &str, public: bool, more: Value) -> (String, String) {
    let mut answers = more.as_object().cloned().unwrap_or_default();
    answers.insert(
        "what".into(),
        format!("Việc cần xử lý, gọi tôi {NUMBER}").into(),
    );
    answers.insert("phone".into(), NUMBER.into());
    let place = json!({"area": city.area("Phường Ninh Kiều"), "words": HOME, "lat": 10.034_567, "lon": 105.787_654});
    answers.insert("where".into(), place);
    let new = NewCase {
        service: service.to_owned(),
        answers,
        uploads: vec![Upload {
            what: "photo".into(),
            name: format!("{NAME}.jpg"),
            bytes: marked(
                service
                    .bytes()
                    .fold(u8::from(public) * 90, u8::wrapping_add),
            ),
            public: true,
        }],
        person: city.resident_account(NAME).await.0,
        applicant: Who::Citizen,
        channel: Channel::Web,
        key: format!("bi-mat-{service}-{public}"),
        public,
        received_at: None,
        about: None,
    };
    let receipt = city.city().open(new).await.expect("taken");
    (receipt.code, receipt.secret)
}

/// Walks every public place as nobody and looks for what was planted.
async fn nothing_public_tells_a_secret(city: TestCity) {
    let lamp = json!({"problem": "out", "extent": "one", "road": "street"});
    let order = json!({"matter": "gambling", "now": true, "hide_me": true});
    let (open, open_key) = secret(&city, LIGHT, true, lamp.clone()).await;
    let (closed, closed_key) = secret(&city, LIGHT, false, lamp.clone()).await;
    let (never, never_key) = secret(&city, "report.public-order", true, order).await;
    let (hidden, hidden_key) = secret(
        &city,
        "report.noise",
        true,
        json!({"source": "works", "now": true, "often": "once"}),
    )
    .await;
    city.settle().await;
    let program = city.program();
    let mut places: Vec<String> = EVERYWHERE.iter().map(|path| (*path).to_owned()).collect();
    for words in [
        NUMBER,
        "Kin",
        "27",
        "son%20tim",
        "hem",
        "viec",
        "0918%20273%20645",
    ] {
        places.push(format!("/open/reports?q={words}"));
        places.push(format!("/services?q={words}"));
    }
    for at in ["10.034567,105.787654", "10.0345,105.7876"] {
        places.push(format!("/open/map?at={at}"));
        places.push(format!("/open/reports.atom?at={at}&km=0.1"));
        places.push(format!("/open/reports.geojson?at={at}&km=0.1"));
    }
    places.push(format!("{V2}/requests.xml"));
    places.push(format!("{V2}/requests.json?extensions=true"));
    places.push(format!("{V2}/servicerequestupdates.xml"));
    let wrong = "A".repeat(27);
    let mut files = Vec::new();
    for code in [&open, &closed, &never, &hidden] {
        let case = city.case(code).await;
        let reader = city.hall.reader();
        for file in reader.attachments(case.id).await.expect("read") {
            files.push((code.clone(), file.hash.clone(), file.public && case.public));
        }
        for original in reader.originals(case.id).await.expect("read") {
            files.push((code.clone(), original.hash, false));
            places.push(format!("/cases/{code}/originals/{}", original.photo));
        }
        for own in [
            format!("/open/reports/{code}"),
            format!("/open/reports/{code}/feed.atom"),
            format!("{V2}/requests/{code}.json?extensions=true"),
            format!("{V2}/requests/{code}.xml"),
            format!("{V2}/requests.json?service_request_id={code}"),
            format!("/track/{code}"),
            format!("/track/{code}?key={wrong}"),
            format!("/track?code={code}"),
            format!("/report/sent/{code}"),
            format!("/report/sent/{code}?key={wrong}"),
            format!("/verify?code={code}"),
            format!("/live?case={code}"),
            format!("/cases/{code}"),
            format!("/moderation/{code}"),
        ] {
            places.push(own);
        }
    }
    let keys = [&open_key, &closed_key, &never_key, &hidden_key];
    for path in &places {
        if path.starts_with("/live") {
            // A stream that does not end: its door is asked, its silence is not waited for.
            continue;
        }
        let answer = program.get(path).await;
        assert!(answer.status < 500, "{path}");
        let asked = path.contains("?q=");
        for planted in [NAME, NUMBER, HOME, "Hẻm 27", "sơn tím", "MAY-ANH", "IMG_"] {
            let told = answer.body.matches(planted).count();
            // What was asked stands in the field again, and in links that ask it once more: as often as another number does.
            let own = match asked && path.contains(planted) {
                true => {
                    let other = program.get(&path.replace(planted, "0900000001")).await;
                    other.body.matches("0900000001").count()
                }
                false => 0,
            };
            assert!(told <= own, "{path} tells {planted}");
        }
        for key in keys {
            assert!(!answer.body.contains(key.as_str()), "{path} tells a key");
        }
        for code in [&closed, &never, &hidden] {
            let own = path.contains(code.as_str());
            assert!(
                own || !answer.body.contains(code.as_str()),
                "{path} knows of {code}"
            );
            let spot = answer.body.contains("10.03456") || answer.body.contains("105.78765");
            assert!(!(own && spot), "{path} tells where");
        }
    }
    for (code, hash, public) in files {
        for path in [
            format!("/open/reports/{code}/photos/{hash}"),
            format!("/cases/{code}/files/{hash}"),
        ] {
            let status = program.get(&path).await.status;
            assert_eq!(status == 200, public, "{path}");
        }
        // A photo is nobody else's.
        let path = format!("/open/reports/{open}/photos/{hash}");
        let status = program.get(&path).await.status;
        assert_eq!(status == 200, code == open && public, "{path} of {code}");
    }
    // Similar ones near by: a private report is nobody's duplicate.
    let mut browser = city.resident().reports(LIGHT).told().await;
    testkit::words::lamp(&mut browser).choose("Phường, xã", "Phường Ninh Kiều");
    browser.press("Xem lại trước khi gửi").await;
    browser.sees_not(&closed).sees_not(NUMBER).sees_not(HOME);
}

async fn a_kind_that_is_never_public_is_not_however_it_is_sent(city: TestCity) {
    let program = city.program();
    let order = json!({"matter": "fight", "now": true, "hide_me": false});
    let (code, _) = secret(&city, "report.public-order", true, order).await;
    assert!(!is_public(&program, &code).await);
    let case = city.case(&code).await;
    let files = city.hall.reader().attachments(case.id).await.expect("read");
    assert!(files.iter().all(|file| !file.public));
    let mut moderator = city.sign_in("1022-duyet").await;
    moderator.open(&format!("/moderation/{code}")).await;
    moderator.sees("không muốn công khai");
    moderator
        .send(
            "POST",
            &format!("/moderation/{code}"),
            &[("deed", "publish")],
        )
        .await;
    moderator.status(422);
    assert!(!is_public(&program, &code).await);
    // The form says so before anything is sent.
    let mut browser = city.browser("người gửi");
    browser.open("/report/report.public-order").await;
    browser
        .fill("Nội dung", "Đánh nhau ở chợ")
        .fill("Mô tả vị trí", "Chợ")
        .choose("Phường, xã", "Phường Ninh Kiều");
    browser
        .choose("Sự việc", "Gây rối, đánh nhau")
        .choose("Đang diễn ra", "Có");
    browser.choose("Giữ kín người gửi với đơn vị xử lý", "Không");
    browser.press("Xem lại trước khi gửi").await;
    browser.sees("không hiện công khai");
}

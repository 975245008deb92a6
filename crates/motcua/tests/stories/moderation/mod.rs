//! What anybody sees of a report is a moderator's to decide: whole, words, photos.

mod posting;
mod secrets;

use testkit::program::{Answer, Program};
use testkit::words::PHOTO;
use testkit::{Reported, TestCity, both_engines, days, hours};

use crate::open311::{V2, codes};

both_engines!(
    a_kind_that_is_looked_at_first_is_public_when_a_moderator_says_so,
    a_whole_report_is_hidden_and_its_sender_told_why,
    public_words_are_replaced_and_the_senders_stay_in_the_file,
    a_covered_photo_takes_the_place_of_the_first_everywhere,
    a_photo_as_sent_is_sealed_and_each_look_written_down,
    people_report_what_is_unfit_and_a_moderator_looks,
);

const LIGHT: &str = "report.street-light";

/// Every place where anybody may find reports, except the page of one.
const EVERYWHERE: [&str; 11] = [
    "/open/reports",
    "/open/reports?q=den",
    "/open/reports?which=open",
    "/open/reports.atom",
    "/open/reports.atom?at=10.0341,105.7876&km=20",
    "/open/reports.geojson",
    "/open/map?at=10.0341,105.7876",
    "/open/data.csv",
    "/open311/v2/requests.json",
    "/open311/v2/requests.xml?extensions=true",
    "/open311/v2/servicerequestupdates.json",
];

/// What the whole city says to nobody about this report, and its own addresses with their statuses.
async fn public_words(program: &Program, code: &str) -> String {
    let own = [
        format!("/open/reports/{code}"),
        format!("/open/reports/{code}/feed.atom"),
        format!("/open311/v2/requests/{code}.json?extensions=true"),
    ];
    let mut all = String::new();
    for path in EVERYWHERE.iter().map(|path| (*path).to_owned()).chain(own) {
        let answer = program.get(&path).await;
        assert!(answer.status < 500, "{path}");
        if answer.status == 200 {
            all.push_str(&answer.body);
        }
    }
    all
}

async fn is_public(program: &Program, code: &str) -> bool {
    let page = program.get(&format!("/open/reports/{code}")).await;
    let list = program.get("/open311/v2/requests.json").await;
    let words = public_words(program, code).await;
    let (page, listed) = (page.status == 200, codes(&list.json()).contains(&code));
    assert_eq!(page, listed, "the page and the programs say the same");
    assert_eq!(page, words.contains(code), "so does every list");
    page
}

/// Hashes of the photos on the public page, large ones.
async fn photos(program: &Program, code: &str) -> Vec<String> {
    let page = program.get(&format!("/open/reports/{code}")).await;
    let mark = format!("<a href=\"/open/reports/{code}/photos/");
    let rest = page.body.split(&mark).skip(1);
    rest.filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect()
}

async fn photo(program: &Program, code: &str, hash: &str) -> Answer {
    program
        .get(&format!("/open/reports/{code}/photos/{hash}"))
        .await
}

async fn noise(city: &TestCity) -> Reported {
    city.resident()
        .reports("report.noise")
        .saying("Karaoke quá to lúc nửa đêm")
        .answering("source", "karaoke".into())
        .answering("now", true.into())
        .answering("often", "daily".into())
        .at("Phường Ninh Kiều")
        .await
}

async fn a_kind_that_is_looked_at_first_is_public_when_a_moderator_says_so(city: TestCity) {
    let program = city.program();
    let sent = noise(&city).await;
    assert!(!is_public(&program, &sent.code).await);
    sent.track(&city).await.sees("chờ Trung tâm 1022 xem");
    // Handling does not wait for it.
    city.decides("1022", &sent.code, "Chuyển đơn vị xử lý")
        .await;
    assert!(!is_public(&program, &sent.code).await);

    let mut moderator = city.sign_in("1022-duyet").await;
    moderator.sees("Duyệt nội dung công khai").sees("Karaoke");
    moderator.follow("Karaoke quá to lúc nửa đêm").await;
    moderator.press("Cho hiện công khai").await;
    moderator.status(200).sees("Không có gì chờ duyệt");
    assert!(is_public(&program, &sent.code).await);
    sent.track(&city)
        .await
        .sees("Cho hiện công khai")
        .sees_not("chờ Trung tâm 1022 xem");
    // Others do not find the room.
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open("/moderation").await;
    handler.status(403);
}

async fn a_whole_report_is_hidden_and_its_sender_told_why(city: TestCity) {
    let program = city.program();
    let sent = city
        .resident()
        .reports(LIGHT)
        .with_photo()
        .at("Phường Ninh Kiều")
        .await;
    assert!(is_public(&program, &sent.code).await);
    let shown = photos(&program, &sent.code).await;
    assert_eq!(shown.len(), 1, "one photo stands there once");

    let mut moderator = city.sign_in("1022-duyet").await;
    moderator.open(&format!("/moderation/{}", sent.code)).await;
    moderator.press("Không hiện công khai").await;
    moderator.status(422).sees("Cần ghi lý do");
    moderator.fill("Lý do", "Lộ nơi ở của người khác");
    moderator.press("Không hiện công khai").await;
    moderator.status(200);
    assert!(!is_public(&program, &sent.code).await);
    photo(&program, &sent.code, &shown[0]).await.status(404);
    let mine = sent.track(&city).await;
    mine.sees("không hiện công khai")
        .sees("Lộ nơi ở của người khác");
    let mut other = city.browser("người lạ");
    other.open(&format!("/track/{}", sent.code)).await;
    other.sees_not("Lộ nơi ở");
    // Not lost: it can be shown again, and a second hiding says that it is hidden.
    moderator.open(&format!("/moderation/{}", sent.code)).await;
    moderator.press("Cho hiện công khai").await;
    assert!(is_public(&program, &sent.code).await);
    photo(&program, &sent.code, &shown[0]).await.status(200);
}

async fn public_words_are_replaced_and_the_senders_stay_in_the_file(city: TestCity) {
    let program = city.program();
    let said = "Đèn tắt trước nhà bà Nguyễn Thị Bí Mật";
    let sent = city
        .resident()
        .reports(LIGHT)
        .saying(said)
        .at("Phường Ninh Kiều")
        .await;
    assert!(public_words(&program, &sent.code).await.contains("Bí Mật"));

    let mut moderator = city.sign_in("1022-duyet").await;
    moderator.open(&format!("/moderation/{}", sent.code)).await;
    moderator
        .fill("Lời thay thế", "Đèn tắt trước nhà dân")
        .fill("Lý do", "Bỏ tên riêng");
    moderator.press("Hiện lời thay thế").await;
    moderator.status(200).sees("đã thay lời").sees(said);
    let words = public_words(&program, &sent.code).await;
    assert!(words.contains("Đèn tắt trước nhà dân") && !words.contains("Bí Mật"));
    let found = program.get("/open/reports?q=bi%20mat").await;
    assert!(!found.body.contains(&sent.code), "nor is it found by them");
    let mut handler = city.sign_in("1022").await;
    handler.open(&format!("/cases/{}", sent.code)).await;
    handler.sees(said).sees("Bỏ tên riêng");

    moderator.fill("Lý do", "Lời không phù hợp");
    moderator.press("Ẩn lời").await;
    let words = public_words(&program, &sent.code).await;
    assert!(words.contains(&sent.code) && !words.contains("nhà dân"));
    moderator.press("Hiện lại lời người gửi").await;
    assert!(public_words(&program, &sent.code).await.contains("Bí Mật"));
}

/// The brightness of the picture in a place, in percent of its width and height.
fn spread(jpeg: &[u8], x: std::ops::Range<u32>, y: std::ops::Range<u32>) -> i32 {
    let picture = image::load_from_memory(jpeg).expect("a picture").to_luma8();
    let (width, height) = picture.dimensions();
    let part = |range: std::ops::Range<u32>, whole: u32| {
        range.start * whole / 100..range.end * whole / 100
    };
    let values: Vec<i32> = part(y, height)
        .flat_map(|y| part(x.clone(), width).map(move |x| (x, y)))
        .map(|(x, y)| i32::from(picture.get_pixel(x, y).0[0]))
        .collect();
    values
        .iter()
        .max()
        .zip(values.iter().min())
        .map_or(0, |(a, b)| a - b)
}

async fn a_covered_photo_takes_the_place_of_the_first_everywhere(city: TestCity) {
    let program = city.program();
    let sent = city
        .resident()
        .reports(LIGHT)
        .with_photo()
        .at("Phường Ninh Kiều")
        .await;
    let first = photos(&program, &sent.code).await.remove(0);
    let media = async || {
        let answer = program
            .get(&format!("{V2}/requests/{}.json", sent.code))
            .await;
        answer.json()[0]["media_url"].as_str().map(str::to_owned)
    };
    assert!(media().await.is_some_and(|url| url.ends_with(&first)));

    let mut moderator = city.sign_in("1022-duyet").await;
    moderator.open(&format!("/moderation/{}", sent.code)).await;
    moderator.follow("Che một phần ảnh").await;
    // Without script: numbers. What is wrong is told, and what was typed stays.
    moderator
        .fill("Từ trái ô 1", "10")
        .fill("Từ trên ô 1", "10")
        .fill("Lý do", "Che biển số");
    moderator.press("Che và thay ảnh công khai").await;
    moderator.status(422).sees("Ô 1 chưa đúng");
    assert_eq!(moderator.value("Từ trái ô 1"), Some("10"));
    assert_eq!(moderator.value("Lý do"), Some("Che biển số"));
    moderator.fill("Rộng ô 1", "50,5").fill("Cao ô 1", "40");
    moderator.press("Che và thay ảnh công khai").await;
    moderator.status(200).sees("đã che");

    let second = photos(&program, &sent.code).await;
    assert_eq!(second.len(), 1);
    assert_ne!(second[0], first);
    assert!(media().await.is_some_and(|url| url.ends_with(&second[0])));
    photo(&program, &sent.code, &first).await.status(404);
    let mut viewer = city.browser("người xem");
    viewer
        .open(&format!("/open/reports/{}/photos/{}", sent.code, second[0]))
        .await;
    let covered = viewer.page().bytes.clone();
    assert!(spread(&covered, 12..58, 12..48) <= 6, "one colour");
    assert!(spread(&covered, 0..100, 0..100) > 60, "the rest is there");
    // Neither by the small picture nor past the page.
    let files = city
        .hall
        .reader()
        .attachments(city.case(&sent.code).await.id)
        .await;
    for file in files.expect("files are read") {
        let status = photo(&program, &sent.code, &file.hash).await.status;
        assert_eq!(status == 200, file.public, "{}", file.what);
        let other = format!("/cases/{}/files/{}", sent.code, file.hash);
        let status = program.get(&other).await.status;
        assert_eq!(status == 200, file.public, "{}", file.what);
        if file.public {
            viewer
                .open(&format!("/open/reports/{}/photos/{}", sent.code, file.hash))
                .await;
            assert!(
                spread(&viewer.page().bytes, 14..56, 14..46) <= 8,
                "{}",
                file.what
            );
        }
    }
    // The areas are there to be changed; the sender reads why.
    moderator.follow("Che một phần ảnh").await;
    assert_eq!(moderator.value("Rộng ô 1"), Some("50.5"));
    sent.track(&city).await.sees("Che biển số");

    moderator.open(&format!("/moderation/{}", sent.code)).await;
    moderator.press("Hiện lại ảnh như đã gửi").await;
    assert_eq!(
        photos(&program, &sent.code).await,
        std::slice::from_ref(&first)
    );
    photo(&program, &sent.code, &second[0]).await.status(404);
    moderator.fill("Lý do", "Ảnh người bị nạn");
    moderator.press("Ẩn ảnh này").await;
    moderator.status(200);
    assert!(photos(&program, &sent.code).await.is_empty());
    photo(&program, &sent.code, &first).await.status(404);
    assert_eq!(media().await, None);
    assert!(is_public(&program, &sent.code).await);
}

/// The demonstration's picture with words in it that a camera could have written. Another `shade` is another picture.
fn marked(shade: u8) -> Vec<u8> {
    let mut picture = image::load_from_memory(PHOTO).expect("a picture").to_rgb8();
    for x in 0..64 {
        for y in 0..64 {
            picture.put_pixel(x, y, image::Rgb([shade, 80, 80]));
        }
    }
    let mut jpeg = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut jpeg, image::ImageFormat::Jpeg)
        .expect("encodes");
    let mut jpeg = jpeg.into_inner();
    let words = b"MAY-ANH-CUA-LAN 0912345678";
    let mut segment = vec![0xff, 0xfe];
    segment.extend(u16::try_from(words.len() + 2).expect("short").to_be_bytes());
    segment.extend(words);
    jpeg.splice(2..2, segment);
    jpeg
}

async fn a_photo_as_sent_is_sealed_and_each_look_written_down(city: TestCity) {
    let program = city.program();
    let report = city.resident().reports(LIGHT);
    let mut browser = report.told().await;
    testkit::words::lamp(&mut browser).choose("Phường, xã", "Phường Ninh Kiều");
    browser.attach("Ảnh hiện trường", "IMG_1.jpg", &marked(0));
    browser.press("Xem lại trước khi gửi").await;
    browser.press("Gửi phản ánh").await;
    let sent = Reported::of(browser);
    city.decides("1022", &sent.code, "Chuyển đơn vị xử lý")
        .await;
    let case = city.case(&sent.code).await;
    let reader = city.hall.reader();
    let originals = reader.originals(case.id).await.expect("originals are read");
    assert_eq!(originals.len(), 1);
    let (drawn, sealed) = (&originals[0].photo, &originals[0].hash);

    // No list names it, and no public address gives it.
    for path in [
        format!("/open/reports/{}/photos/{sealed}", sent.code),
        format!("/cases/{}/files/{sealed}", sent.code),
        format!("/cases/{}/files/{sealed}?key={}", sent.code, sent.secret),
        format!("/draft/{}/{sealed}", sent.secret),
    ] {
        program.get(&path).await.status(404);
    }
    assert!(
        program
            .get(&format!("/cases/{}/originals/{drawn}", sent.code))
            .await
            .status
            != 200
    );
    for (login, status) in [
        ("cairang", 403),
        ("ninhkieu", 403),
        ("1022", 403),
        ("ninhkieu-lanhdao", 200),
        ("1022-duyet", 200),
    ] {
        let mut browser = city.sign_in(login).await;
        browser
            .open(&format!("/cases/{}/originals/{drawn}", sent.code))
            .await;
        assert_eq!(browser.page().status, status, "{login}");
        let words = browser
            .page()
            .bytes
            .windows(15)
            .any(|w| w == b"MAY-ANH-CUA-LAN");
        assert_eq!(words, status == 200, "{login}");
    }
    // Every other copy is without.
    for file in reader.attachments(case.id).await.expect("files are read") {
        let files = city.city().store().files();
        let bytes = files
            .read(city.city().code(), &file.hash)
            .await
            .expect("kept");
        assert!(!bytes.windows(7).any(|w| w == b"MAY-ANH"), "{}", file.what);
    }
    let looks = reader.accesses(case.id).await.expect("the log is read");
    let at = looks
        .iter()
        .filter(|(_, _, purpose)| purpose == "original")
        .count();
    assert_eq!(at, 2, "{looks:?}");

    // Years pass here: the calendar must know them.
    let text = rules::calendar::VIETNAM_1.replacen("version = 1", "version = 2", 1);
    let text = text.replacen("last = \"2027-12-31\"", "last = \"2033-12-31\"", 1);
    let longer = rules::calendar::CalendarFile::read(&text).expect("the calendar reads");
    city.city().keep_calendar(longer).await.expect("it is kept");
    city.city().refresh().await.expect("the law is asked");

    // The draft's own trace goes with the draft; an open case keeps its photos, an ended one as long as the frame says.
    let (files, code) = (city.city().store().files(), city.city().code());
    city.clock.forward(days(60));
    let sweep = async || {
        let swept = city.city().sweep(&mut None).await.expect("swept");
        swept.expect("for the first time today").originals
    };
    assert_eq!(sweep().await, 1);
    assert!(files.exists(code, sealed).await.expect("asked"));
    let mut sender = sent.track(&city).await;
    sender.fill("Lý do", "Đèn đã sáng");
    sender.press("Yêu cầu rút").await;
    let ended = city.case(&sent.code).await.life.ended();
    for (years, left) in [(4, true), (2, false)] {
        city.clock.forward(days(365 * years));
        let left = left || ended.is_none();
        assert_eq!(sweep().await == 0, left, "{ended:?}");
        assert_eq!(files.exists(code, sealed).await.expect("asked"), left);
    }
}

async fn people_report_what_is_unfit_and_a_moderator_looks(city: TestCity) {
    let program = city.program();
    let sent = city.resident().reports(LIGHT).at("Phường Ninh Kiều").await;
    let mut reader = city.browser("người đọc");
    reader.open(&format!("/open/reports/{}", sent.code)).await;
    reader.press("Gửi báo cáo").await;
    reader.status(422).sees("Xin chọn điều không phù hợp");
    reader.open(&format!("/open/reports/{}", sent.code)).await;
    reader.choose("Điều gì không phù hợp?", "Xúc phạm, bôi nhọ");
    reader.fill("Nói rõ hơn", "Chữi bới hàng xóm");
    reader.press("Gửi báo cáo").await;
    reader.status(200).sees("Cảm ơn bạn");
    assert!(
        is_public(&program, &sent.code).await,
        "until somebody looked"
    );

    let flag = async |address: &str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-forwarded-for", address),
        ];
        let path = format!("/open/reports/{}/flag", sent.code);
        program
            .ask("POST", &path, &headers, "reason=other".to_owned())
            .await
    };
    // The same address says it once, and not without end.
    for _ in 0..10 {
        flag("203.0.113.9").await.status(303);
    }
    let wait = flag("203.0.113.9").await;
    wait.status(429);
    assert!(wait.body.contains("1022"), "{}", wait.body);
    flag("203.0.113.10").await.status(303);
    let mut moderator = city.sign_in("1022-duyet").await;
    moderator.sees("3 lần báo không phù hợp");
    moderator.open(&format!("/moderation/{}", sent.code)).await;
    moderator.sees("Chữi bới hàng xóm");
    moderator.press("Đã xem, giữ nguyên").await;
    moderator.status(200).sees("Không có gì chờ duyệt");
    assert!(is_public(&program, &sent.code).await);
    sent.track(&city).await.sees_not("báo cáo không phù hợp");
    // Said again later, it comes again.
    city.clock.forward(hours(2));
    flag("203.0.113.9").await.status(303);
    moderator.open("/moderation").await;
    moderator.sees("1 lần báo không phù hợp");
    // A private one cannot be spoken of.
    let private = city
        .resident()
        .reports(LIGHT)
        .in_private()
        .at("Phường Ninh Kiều")
        .await;
    let path = format!("/open/reports/{}/flag", private.code);
    program
        .post(&path, &[("reason", "other")])
        .await
        .status(404);
}

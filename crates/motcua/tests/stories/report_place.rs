//! Where a report is: the point that a photo's camera noted, a point near a border, and a report that waited on a device
//! without a network. What a camera noted is offered, never kept and never shown.

use serde_json::{Value, json};
use store::StoreError;
use testkit::words::{LAMP, PHOTO, lamp};
use testkit::{Browser, TestCity, both_engines};

both_engines!(
    the_photos_place_is_offered_and_never_kept,
    near_a_border_the_person_is_asked,
    what_waited_without_a_network_arrives_once,
    what_waited_and_is_not_whole_is_gone_on_with,
    what_the_first_page_was_told_is_not_asked_again,
    the_map_to_tap_is_the_citys_own,
    the_site_is_an_app_and_its_worker_keeps_no_page_of_a_person,
);

const LIGHT: &str = "report.street-light";

/// The demonstration's card with a note of its camera: 10°1'48" N, 105°46'48" E.
fn noted() -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let head = [tag.to_be_bytes(), kind.to_be_bytes()].concat();
        [head, count.to_be_bytes().to_vec(), value.to_vec()].concat()
    };
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    tiff.extend(entry(0x8825, 4, 1, 26u32.to_be_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(4u16.to_be_bytes());
    tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(2, 5, 3, 80u32.to_be_bytes()));
    tiff.extend(entry(3, 2, 2, *b"E\0\0\0"));
    tiff.extend(entry(4, 5, 3, 104u32.to_be_bytes()));
    tiff.extend([0; 4]);
    for part in [10u32, 1, 1, 1, 48, 1, 105, 1, 46, 1, 48, 1] {
        tiff.extend(part.to_be_bytes());
    }
    let chunk = [b"eXIf".as_slice(), &tiff].concat();
    let length = u32::try_from(tiff.len()).expect("short").to_be_bytes();
    // After the header of the picture.
    let (head, rest) = PHOTO.split_at(33);
    [head, &length, &chunk, &crc(&chunk).to_be_bytes(), rest].concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
            1 => (crc >> 1) ^ 0xedb8_8320,
            _ => crc >> 1,
        })
    })
}

async fn told(city: &TestCity, photo: Option<&[u8]>) -> Browser {
    let mut browser = city.browser("người dân");
    browser.open("/report").await;
    browser.fill("Bạn thấy chuyện gì, ở đâu?", LAMP);
    if let Some(photo) = photo {
        browser.attach("Ảnh hiện trường", "den.png", photo);
    }
    browser.press("Tiếp tục").await;
    browser
}

async fn the_photos_place_is_offered_and_never_kept(city: TestCity) {
    let mut browser = told(&city, Some(&noted())).await;
    browser.status(200).sees("Ảnh có ghi nơi chụp");
    lamp(&mut browser);
    browser.press("Dùng làm vị trí").await;
    browser.status(200).sees_not("Ảnh có ghi nơi chụp");
    assert_eq!(
        browser.value("Nội dung"),
        Some(LAMP),
        "nothing typed is lost"
    );
    browser.press("Xem lại trước khi gửi").await;
    browser.press("Gửi phản ánh").await;
    let sent = testkit::Reported::of(browser);
    let case = city.case(&sent.code).await;
    let place = case.place.expect("the photo's place");
    assert!((place.lat - 10.03).abs() < 1e-5 && (place.lon - 105.78).abs() < 1e-5);
    // Where somebody does not take it, it is nowhere.
    let mut browser = told(&city, Some(&noted())).await;
    lamp(&mut browser).choose("Phường, xã", "Phường Ninh Kiều");
    browser.press("Xem lại trước khi gửi").await;
    browser.press("Gửi phản ánh").await;
    let sent = testkit::Reported::of(browser);
    let case = city.case(&sent.code).await;
    assert_eq!(case.place, None);
    city.settle().await;
    let answers = city.hall.reader().answers(case.id).await.expect("answers");
    assert!(!format!("{answers:?}").contains("10.03"), "{answers:?}");
    let mut reader = city.browser("ai đó");
    reader.open(&format!("/open/reports/{}", sent.code)).await;
    reader.sees_not("10.03");
    let photo = case.attached.get("photo").expect("a photo");
    reader
        .open(&format!("/open/reports/{}/photos/{photo}", sent.code))
        .await;
    if reader.page().status == 200 {
        let bytes = &reader.page().bytes;
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|part| part == needle);
        assert!(!holds(b"Exif") && !holds(b"eXIf") && !holds(b"GPS"));
    }
}

/// Two communes that meet at 105.78, drawn as squares.
async fn bordered(city: &TestCity) -> (String, String) {
    let (west, east) = (city.area("Phường Ninh Kiều"), city.area("Phường Cái Khế"));
    let square = |from: f64, to: f64| {
        json!({"type": "Polygon", "coordinates": [[[from, 10.0], [to, 10.0], [to, 10.1], [from, 10.1], [from, 10.0]]]})
            .to_string()
    };
    let shapes = [
        (west.clone(), square(105.70, 105.78)),
        (east.clone(), square(105.78, 105.86)),
    ];
    let writer = city.city().store().writer(city.city().code());
    let written: Result<(), StoreError> = writer
        .run("boundaries", move |tx| {
            let shapes = shapes.clone();
            Box::pin(async move {
                for (area, shape) in &shapes {
                    tx.save_boundary(area, shape).await?;
                }
                Ok(())
            })
        })
        .await;
    written.expect("boundaries are kept");
    city.city().reload().await.expect("the law is read");
    (west, east)
}

async fn near_a_border_the_person_is_asked(city: TestCity) {
    let (_, east) = bordered(&city).await;
    let tells = async |lon: &str, says: Option<&str>| {
        let key = city.city().new_token();
        let mut answers = vec![
            ("_key", key.as_str()),
            ("_go", "check"),
            ("what", LAMP),
            ("problem", "out"),
            ("extent", "one"),
            ("road", "street"),
            ("where.words", "Ngay ranh giới"),
            ("where.lat", "10.05"),
            ("where.lon", lon),
        ];
        answers.extend(says.map(|area| ("_area", area)));
        let mut browser = city.browser("người dân");
        let path = format!("/report/{LIGHT}");
        browser.send("POST", &path, &answers).await;
        browser
    };
    // 105.7801 is some eleven metres east of the border, 105.7803 some thirty-three.
    for lon in ["105.7801", "105.7799"] {
        let browser = tells(lon, None).await;
        browser
            .status(422)
            .sees("sát ranh giới")
            .sees("Phường Cái Khế")
            .sees("Phường Ninh Kiều");
        assert_eq!(browser.value("Nội dung"), Some(LAMP));
    }
    let browser = tells("105.7803", None).await;
    browser
        .status(200)
        .sees("Ai sẽ nhận")
        .sees_not("sát ranh giới");
    // Whose it is, is said by one press; the point stays.
    let browser = tells("105.7799", Some(&east)).await;
    browser
        .status(200)
        .sees("Ai sẽ nhận")
        .sees("Phường Cái Khế");
}

fn form(fields: &[(&str, &str)], photo: Option<&[u8]>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--ranh\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    if let Some(photo) = photo {
        body.extend(
            b"--ranh\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"den.png\"\r\n\
              content-type: image/png\r\n\r\n",
        );
        body.extend(photo);
        body.extend(b"\r\n");
    }
    body.extend(b"--ranh--\r\n");
    ("multipart/form-data; boundary=ranh".to_owned(), body)
}

async fn send(city: &TestCity, fields: &[(&str, &str)], photo: Option<&[u8]>) -> (u16, Value) {
    let (kind, body) = form(fields, photo);
    let headers = [("content-type", kind.as_str())];
    let (status, said) = city.posts_bytes("/report/waiting", &headers, body).await;
    (status, serde_json::from_str(&said).unwrap_or(Value::Null))
}

async fn cases(city: &TestCity) -> u64 {
    let replayed = city.hall.reader().replay().await;
    replayed.expect("the memory is read").cases
}

async fn what_waited_without_a_network_arrives_once(city: TestCity) {
    let before = cases(&city).await;
    let key = city.city().new_token();
    let area = city.area("Phường Ninh Kiều");
    let fields = [
        ("_key", key.as_str()),
        ("_public", "yes"),
        ("_service", "report.litter"),
        ("what", "Rác đổ đống đầu hẻm, bốc mùi"),
        ("spot", "street"),
        ("hazardous", "no"),
        ("where.words", "Đầu hẻm 51"),
        ("where.area", area.as_str()),
    ];
    let (status, said) = send(&city, &fields, Some(&noted())).await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["state"], "sent", "{said}");
    let code = said["code"].as_str().expect("a code").to_owned();
    // The answer was lost on the way: the device sends it again.
    let (_, again) = send(&city, &fields, Some(&noted())).await;
    assert_eq!(again, said);
    assert_eq!(cases(&city).await, before + 1);
    let case = city.case(&code).await;
    assert_eq!(case.service, "report.litter");
    assert!(case.attached.contains_key("photo") && case.public);
    assert_eq!(case.place, None, "the camera's place was not asked for");
    let mut sender = city.browser("người gửi");
    sender.open(said["to"].as_str().expect("an address")).await;
    sender.status(200).sees("Thành phố đã nhận").sees(&code);
    // Somebody else's key is nobody's business, and no key is no report.
    let (status, _) = send(&city, &[("_key", ""), ("what", "x")], None).await;
    assert!(status < 500, "{status}");
    assert_eq!(cases(&city).await, before + 1);
}

async fn what_waited_and_is_not_whole_is_gone_on_with(city: TestCity) {
    let before = cases(&city).await;
    let key = city.city().new_token();
    let fields = [("_key", key.as_str()), ("what", LAMP)];
    let (status, said) = send(&city, &fields, Some(PHOTO)).await;
    assert_eq!(
        (status, &said["state"]),
        (200, &json!("unfinished")),
        "{said}"
    );
    let mut browser = city.browser("người gửi");
    browser.open(said["to"].as_str().expect("an address")).await;
    browser.status(200);
    assert_eq!(browser.value("Nội dung"), Some(LAMP));
    lamp(&mut browser).choose("Phường, xã", "Phường Ninh Kiều");
    browser.press("Xem lại trước khi gửi").await;
    // The last page was sent without a network, too.
    let (_, said) = send(&city, &[("_key", key.as_str()), ("_public", "yes")], None).await;
    assert_eq!(said["state"], "sent", "{said}");
    assert_eq!(cases(&city).await, before + 1);
    let case = city.case(said["code"].as_str().expect("a code")).await;
    assert!(case.attached.contains_key("photo"), "{:?}", case.attached);
    // Words that mean no kind: the person chooses.
    let key = city.city().new_token();
    let (_, said) = send(&city, &[("_key", key.as_str()), ("what", "xin chào")], None).await;
    assert_eq!(said["to"], format!("/report?draft={key}"));
}

async fn what_the_first_page_was_told_is_not_asked_again(city: TestCity) {
    let mut browser = city.browser("người dân");
    browser.open("/report").await;
    browser
        .fill("Bạn thấy chuyện gì, ở đâu?", "Rác đổ đống đầu hẻm, bốc mùi")
        .fill("Mô tả vị trí", "Đầu hẻm 51")
        .choose("Phường, xã", "Phường Ninh Kiều")
        .attach("Ảnh hiện trường", "rac.png", PHOTO);
    browser.press("Tiếp tục").await;
    assert_eq!(browser.value("Mô tả vị trí"), Some("Đầu hẻm 51"));
    browser
        .choose("Rác nằm ở đâu", "Trên đường, vỉa hè")
        .choose("Có chất thải nguy hại", "Không");
    browser.press("Xem lại trước khi gửi").await;
    browser.status(200).sees("Ai sẽ nhận").sees("Đầu hẻm 51");
    browser.press("Gửi phản ánh").await;
    let sent = testkit::Reported::of(browser);
    let case = city.case(&sent.code).await;
    assert!(case.applicant.is_none(), "no account, no name");
    assert!(case.attached.contains_key("photo"));
}

async fn the_map_to_tap_is_the_citys_own(city: TestCity) {
    let mut reader = city.browser("ai đó");
    reader.open("/open/areas.json").await;
    reader.status(200);
    let plan: Value = serde_json::from_slice(&reader.page().bytes).expect("JSON");
    let areas = plan["areas"].as_array().expect("areas");
    assert_eq!(areas.len(), 103);
    assert!(areas.iter().all(|area| area["h"].is_array()), "hexagons");
    assert_eq!(plan.get("tiles"), None, "no other server");
    assert!(reader.page().bytes.len() < 20_000);
}

async fn the_site_is_an_app_and_its_worker_keeps_no_page_of_a_person(city: TestCity) {
    let mut reader = city.browser("ai đó");
    reader.open("/manifest.webmanifest").await;
    reader.status(200);
    let manifest: Value = serde_json::from_slice(&reader.page().bytes).expect("JSON");
    assert_eq!(manifest["start_url"], "/");
    for icon in manifest["icons"].as_array().expect("icons") {
        reader.open(icon["src"].as_str().expect("an address")).await;
        reader.status(200);
        assert!(reader.page().bytes.starts_with(b"\x89PNG"));
    }
    reader.open("/offline").await;
    reader.status(200).sees("Không có mạng");
}

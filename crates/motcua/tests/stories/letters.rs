//! Letters and texts from outside: read, filed by an operator, answered by mail; loops, floods and broken letters change nothing.

use std::collections::BTreeSet;

use rules::message::Channel as Way;
use serde_json::{Value as Json, json};
use service::definition::Channel;
use testkit::words::PHOTO;
use testkit::{Browser, TestCity, both_engines, days, hours, minutes};

both_engines!(
    a_letter_is_filed_answered_and_its_sender_goes_on_by_mail,
    programs_floods_and_broken_letters_open_nothing,
    a_letter_is_taken_once,
    an_answer_needs_the_letter_and_its_address,
    a_text_goes_the_same_way,
    a_letter_is_added_or_put_aside,
);

const SECRET: &str = "bi mat cua may chu thu minh hoa 0123456789";
const MAIL: &str = "/hooks/mail/may-chu-thu";
const LAN: &str = "lan@example.vn";

fn receiving(city: TestCity) -> TestCity {
    city.brought_by("may-chu-thu", SECRET)
}

fn letter(id: &str, from: &str, head: &str, body: &str) -> String {
    format!(
        "From: {from}\r\nTo: phananh@example.vn\r\nMessage-ID: <{id}>\r\nSubject: =?utf-8?Q?Ph=E1=BA=A3n_=C3=A1nh?=\r\nMIME-Version: 1.0\r\n{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}"
    )
}

async fn arrives(city: &TestCity, letter: &str) -> (u16, Json) {
    city.brings(MAIL, SECRET, letter, 0).await
}

const LAMP: &str = "Đèn đường trước nhà tôi ở Phường Ninh Kiều không sáng ba hôm nay";

/// What was sent to an address: subject and body, oldest first.
fn mail_to(city: &TestCity, to: &str) -> Vec<(String, String)> {
    let taken = city.courier.taken().into_iter();
    let theirs = taken.filter(|parcel| parcel.channel == Way::Email && parcel.to == to);
    theirs.map(|parcel| (parcel.subject, parcel.body)).collect()
}

/// The Message-ID of the last letter to an address, as a mail program quotes it.
fn last_id(city: &TestCity, to: &str) -> String {
    let taken = city.courier.taken();
    let last = taken.iter().rev().find(|parcel| parcel.to == to);
    let last = last.unwrap_or_else(|| panic!("nothing went to {to}"));
    let token = last.reply.as_deref().expect("it can be answered");
    format!("<{}.{token}@example.vn>", last.id)
}

async fn cases(city: &TestCity) -> u64 {
    let replayed = city.hall.reader().replay().await;
    replayed.expect("the memory is read").cases
}

async fn waiting(city: &TestCity) -> usize {
    let waiting = city.hall.reader().arrivals_waiting(100).await;
    waiting.expect("arrivals").len()
}

async fn filed_by_operator(city: &TestCity) -> String {
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline/letters").await;
    operator.sees("la•••@example.vn").sees_not(LAN);
    operator.follow("Phản ánh").await;
    operator.sees(LAN).sees("Hiện tượng");
    operator.press("Mở phản ánh F8").await;
    operator.status(422);
    operator
        .choose("Hiện tượng", "Đèn không sáng")
        .choose("Phạm vi", "Một bóng")
        .choose("Loại đường", "Đường phố");
    operator.press("Mở phản ánh F8").await;
    operator.status(200);
    code(&operator)
}

fn code(browser: &Browser) -> String {
    let link = browser.page().link("Mở hồ sơ");
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

async fn a_letter_is_filed_answered_and_its_sender_goes_on_by_mail(city: TestCity) {
    let city = receiving(city);
    let photo = base64(PHOTO);
    let mixed = format!(
        "From: Lan <{LAN}>\r\nTo: phananh@example.vn\r\nMessage-ID: <1@example.vn>\r\nSubject: =?utf-8?Q?Ph=E1=BA=A3n_=C3=A1nh?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{LAMP}</p><script>alert(1)</script>\r\n--b\r\nContent-Type: image/png; name=den.png\r\nContent-Disposition: attachment; filename=den.png\r\nContent-Transfer-Encoding: base64\r\n\r\n{photo}\r\n--b\r\nContent-Type: application/x-msdownload\r\nContent-Disposition: attachment; filename=virus.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAA=\r\n--b--\r\n"
    );
    let (status, answer) = arrives(&city, &mixed).await;
    assert_eq!(
        (status, answer["state"].as_str()),
        (200, Some("waiting")),
        "{answer}"
    );
    city.settle().await;
    let first = mail_to(&city, LAN);
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].1.contains("Trung tâm 1022"), "{first:?}");

    let code = filed_by_operator(&city).await;
    let case = city.case(&code).await;
    assert_eq!(case.channel, Channel::Email);
    assert!(!case.public, "nobody asked whether it may be shown");
    assert!(case.attached.contains_key("photo"), "{:?}", case.attached);
    assert_eq!(
        case.area.as_deref(),
        Some(city.area("Phường Ninh Kiều").as_str())
    );
    city.settle().await;
    let told = mail_to(&city, LAN);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[1].1.contains(&code) && told[1].1.contains(&format!("/track/{code}")),
        "{told:?}"
    );

    // 1022 asks; the answer comes as a reply, with what it answers quoted below.
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open(&format!("/cases/{code}")).await;
    dispatcher.fill("Ghi chú hoặc lý do", "Xin cho biết số nhà gần nhất");
    dispatcher.press("Hỏi thêm người gửi").await;
    city.settle().await;
    assert_eq!(mail_to(&city, LAN).len(), 3);
    let head = format!("In-Reply-To: {}\r\n", last_id(&city, LAN));
    let reply = letter(
        "2@example.vn",
        LAN,
        &head,
        "Trước nhà số 12\r\n\r\nVào 09:30 2/3/2026, Một Cửa đã viết:\r\n> Xin cho biết",
    );
    let (_, answer) = arrives(&city, &reply).await;
    assert_eq!(
        (answer["state"].as_str(), answer["detail"].as_str()),
        (Some("added"), Some(code.as_str())),
        "{answer}"
    );
    let case = city.case(&code).await;
    assert_eq!(case.tasks[0].step, "triage", "the question is answered");
    dispatcher.open(&format!("/cases/{code}")).await;
    dispatcher.sees("Trước nhà số 12").sees_not("đã viết");
    // A word more is a word more.
    city.clock.forward(minutes(1));
    let more = letter("3@example.vn", LAN, &head, "Nay còn tắt thêm một bóng");
    let (_, answer) = arrives(&city, &more).await;
    assert_eq!(answer["state"], "added");
    dispatcher.open(&format!("/cases/{code}")).await;
    dispatcher.sees("Nay còn tắt thêm một bóng");
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let n = three
            .iter()
            .enumerate()
            .fold(0u32, |n, (i, b)| n | u32::from(*b) << (16 - 8 * i));
        for i in 0..4 {
            match i <= three.len() {
                true => out.push(char::from(SIGNS[(n >> (18 - 6 * i) & 63) as usize])),
                false => out.push('='),
            }
        }
        if out.len().is_multiple_of(76) {
            out.push_str("\r\n");
        }
    }
    out
}

async fn programs_floods_and_broken_letters_open_nothing(city: TestCity) {
    let city = receiving(city);
    let before = cases(&city).await;
    for (n, (head, why)) in [
        ("Auto-Submitted: auto-replied\r\n", "automatic"),
        ("List-Id: <tin.example.vn>\r\n", "list"),
        ("Return-Path: <>\r\n", "bounce"),
    ]
    .into_iter()
    .enumerate()
    {
        let (status, answer) = arrives(
            &city,
            &letter(&format!("p{n}@x"), "may@example.vn", head, LAMP),
        )
        .await;
        assert_eq!(
            (status, answer["detail"].as_str()),
            (200, Some(why)),
            "{answer}"
        );
    }
    let (_, answer) = arrives(&city, &letter("e@x", "trong@example.vn", "", "  \r\n")).await;
    assert_eq!(answer["detail"], "empty");
    for broken in ["", "không phải thư", "From: x\r\n\r\nai"] {
        assert_eq!(arrives(&city, broken).await.0, 422, "{broken}");
    }
    assert_eq!(waiting(&city).await, 0);
    city.settle().await;
    assert_eq!(
        mail_to(&city, "may@example.vn"),
        [],
        "programs are not answered"
    );
    let empty = mail_to(&city, "trong@example.vn");
    assert!(
        empty.len() == 1 && empty[0].1.contains("không thấy nội dung"),
        "{empty:?}"
    );

    let mut states = BTreeSet::new();
    for n in 0..14 {
        let (_, answer) = arrives(
            &city,
            &letter(&format!("f{n}@x"), "lu@example.vn", "", LAMP),
        )
        .await;
        states.insert(format!("{}{}", answer["state"], answer["detail"]));
    }
    assert_eq!(waiting(&city).await, 10, "{states:?}");
    city.settle().await;
    assert_eq!(
        mail_to(&city, "lu@example.vn").len(),
        10,
        "who floods is not answered"
    );
    city.clock.forward(hours(2));
    let (_, answer) = arrives(&city, &letter("later@x", "lu@example.vn", "", LAMP)).await;
    assert_eq!(answer["state"], "waiting");
    assert_eq!(cases(&city).await, before);
    assert_eq!(
        city.brings(
            MAIL,
            "khong phai bi mat cua may chu 0123456",
            &letter("s@x", LAN, "", LAMP),
            0
        )
        .await
        .0,
        401
    );
    assert_eq!(
        city.brings(MAIL, SECRET, &letter("s@x", LAN, "", LAMP), -400)
            .await
            .0,
        401
    );
}

async fn a_letter_is_taken_once(city: TestCity) {
    let city = receiving(city);
    let one = letter("1@example.vn", LAN, "", LAMP);
    assert_eq!(arrives(&city, &one).await.1["state"], "waiting");
    assert_eq!(arrives(&city, &one).await.1["state"], "known");
    assert_eq!(waiting(&city).await, 1);
    // Without a name it is known by what it is.
    let nameless = one.replace("Message-ID: <1@example.vn>\r\n", "");
    assert_eq!(arrives(&city, &nameless).await.1["state"], "waiting");
    assert_eq!(arrives(&city, &nameless).await.1["state"], "known");
    // Two operators at once: one case.
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline/letters").await;
    let before = cases(&city).await;
    operator.follow("Phản ánh").await;
    operator
        .choose("Hiện tượng", "Đèn không sáng")
        .choose("Phạm vi", "Một bóng")
        .choose("Loại đường", "Đường phố");
    operator.press("Xem lại F9").await;
    operator
        .choose("Hiện tượng", "Đèn không sáng")
        .choose("Phạm vi", "Một bóng")
        .choose("Loại đường", "Đường phố");
    let mut colleague = operator.tab();
    operator.press("Mở phản ánh F8").await;
    operator.status(200);
    colleague.press("Mở phản ánh F8").await;
    assert_eq!(cases(&city).await, before + 1);
}

async fn an_answer_needs_the_letter_and_its_address(city: TestCity) {
    let city = receiving(city);
    arrives(&city, &letter("1@example.vn", LAN, "", LAMP)).await;
    let code = filed_by_operator(&city).await;
    city.settle().await;
    let right = last_id(&city, LAN);
    let id = right
        .trim_start_matches('<')
        .split('.')
        .next()
        .unwrap_or_default()
        .to_owned();
    for (from, head) in [
        ("ke-gian@example.vn", format!("In-Reply-To: {right}\r\n")),
        (
            LAN,
            format!("In-Reply-To: <{id}.00000000000000000000@example.vn>\r\n"),
        ),
        (LAN, format!("In-Reply-To: <{id}@example.vn>\r\n")),
        (LAN, format!("X-Case: {code}\r\n")),
    ] {
        let n = waiting(&city).await;
        let (_, answer) = arrives(
            &city,
            &letter(
                &format!("a{n}@x"),
                from,
                &head,
                &format!("Xin đóng vụ {code}"),
            ),
        )
        .await;
        assert_eq!(answer["state"], "waiting", "{from} {head}");
    }
    let mut official = city.sign_in("1022").await;
    official.open(&format!("/cases/{code}")).await;
    official.sees_not("Xin đóng vụ");
}

async fn a_text_goes_the_same_way(city: TestCity) {
    let city = receiving(city);
    let text = json!({"id": "z1", "way": "zalo", "from": "+84903111222", "text": "Rác đổ trộm ở phuong ninh kieu"});
    let path = "/hooks/texts/may-chu-thu";
    let (status, answer) = city.brings(path, SECRET, &text.to_string(), 0).await;
    assert_eq!(
        (status, answer["state"].as_str()),
        (200, Some("waiting")),
        "{answer}"
    );
    assert_eq!(
        city.brings(path, SECRET, &text.to_string(), 0).await.1["state"],
        "known"
    );
    for (wrong, status) in [
        (
            json!({"id": "", "way": "sms", "from": "0903111222", "text": "x"}),
            422,
        ),
        (
            json!({"id": "1", "way": "chim", "from": "0903111222", "text": "x"}),
            422,
        ),
        (
            json!({"id": "1", "way": "sms", "from": "ai", "text": "x"}),
            422,
        ),
    ] {
        assert_eq!(
            city.brings(path, SECRET, &wrong.to_string(), 0).await.0,
            status,
            "{wrong}"
        );
    }
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline/letters").await;
    operator
        .sees("•••222")
        .sees_not("0903111222")
        .sees("Phường Ninh Kiều")
        .sees("Zalo");
    operator.follow("Rác đổ trộm").await;
    operator
        .choose("Rác nằm ở đâu", "Trên đường, vỉa hè")
        .choose("Có chất thải nguy hại", "Không");
    operator.press("Mở phản ánh F8").await;
    operator.status(200);
    let case = city.case(&code(&operator)).await;
    assert_eq!(case.channel, Channel::Zalo);
    let (_, answers) = city
        .hall
        .reader()
        .answers(case.id)
        .await
        .expect("answers")
        .expect("some");
    assert_eq!(answers["phone"], "0903111222");
}

async fn a_letter_is_added_or_put_aside(city: TestCity) {
    let city = receiving(city);
    let reported = city
        .resident()
        .reports("report.street-light")
        .at("Phường Ninh Kiều")
        .await;
    arrives(&city, &letter("1@x", LAN, "", "Vẫn còn tắt")).await;
    city.clock.forward(minutes(1));
    arrives(&city, &letter("2@x", LAN, "", "Mua thuốc giá rẻ")).await;
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline/letters").await;
    operator.follow("Phản ánh").await;
    operator.fill("Mã vụ việc liên quan", &reported.code);
    operator.press("Bổ sung vụ việc F4").await;
    operator.status(200);
    operator.follow("Phản ánh").await;
    operator.press("Bỏ qua: tin rác, không có nội dung").await;
    operator.sees("Không có thư hay tin nhắn nào đang chờ");
    operator.open(&format!("/cases/{}", reported.code)).await;
    operator
        .sees("Người dân viết thư nói thêm")
        .sees("Vẫn còn tắt")
        .sees_not("thuốc");
    // What was settled is forgotten with time, and stays counted.
    let sweep = async |forward: i64| {
        city.clock.forward(days(forward));
        let swept = city.city().sweep(&mut None).await.expect("forgets");
        swept.expect("for the first time today").letters
    };
    assert_eq!(sweep(364).await, 0);
    assert!(sweep(2).await > 0);
    let mut other = city.sign_in("ninhkieu").await;
    other.open("/hotline/letters").await;
    other.status(404);
}

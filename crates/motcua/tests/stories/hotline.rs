//! The hotline: an exchange tells of a call, an operator takes it, and what it came to is counted where it belongs.

use actions::look::Purpose;
use rules::hotline::Outcome;
use serde_json::{Value as Json, json};
use service::definition::Channel;
use testkit::{Browser, TestCity, both_engines, days, hours, minutes};

both_engines!(
    a_call_rings_is_taken_and_becomes_a_report,
    answered_on_the_phone_is_counted_apart_and_nowhere_else,
    an_exchange_is_heard_once_in_any_order_and_only_with_its_signature,
    missed_calls_are_called_back_and_promises_kept,
    the_caller_is_known_and_every_look_is_written_down,
    a_call_about_a_known_case_adds_to_it_and_opens_nothing,
    the_pin_moves_without_script_and_nothing_typed_is_lost,
    the_hotline_is_its_operators_alone,
);

const SECRET: &str = "bi mat cua tong dai minh hoa 0123456789";
const HOOK: &str = "/hooks/calls/tong-dai";

fn exchange(city: TestCity) -> TestCity {
    city.brought_by("tong-dai", SECRET)
}

/// What the exchange tells, `ago` seconds after it happened.
fn telling(city: &TestCity, event: &str, call: &str, kind: &str, ago: i64) -> Json {
    let at = city.clock.now() - jiff::SignedDuration::from_secs(ago);
    json!({"event": event, "call": call, "type": kind, "at": at.to_string(), "number": "+84 903 111 222", "line": "101"})
}

async fn tells(city: &TestCity, message: &Json) -> (u16, Json) {
    city.brings(HOOK, SECRET, &message.to_string(), 0).await
}

async fn cases(city: &TestCity) -> u64 {
    let replayed = city.hall.reader().replay().await;
    replayed.expect("the memory is read").cases
}

/// A call that somebody writes down by hand.
async fn by_hand(city: &TestCity, number: &str) -> Browser {
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline").await;
    operator.fill("Số điện thoại", number);
    operator.press("Có người gọi đến F2").await;
    operator.status(200).sees("Người gọi nói gì?");
    operator
}

fn code(browser: &Browser) -> String {
    let link = browser.page().link("Mở hồ sơ");
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

fn secret(browser: &Browser) -> String {
    let after = browser.page().text.split("Mã bí mật").nth(1);
    let after = after.and_then(|rest| rest.split_whitespace().next());
    after.unwrap_or_default().to_owned()
}

fn lamp(browser: &mut Browser) {
    browser
        .choose("Hiện tượng", "Đèn không sáng")
        .choose("Phạm vi", "Một bóng")
        .choose("Loại đường", "Đường phố");
}

async fn a_call_rings_is_taken_and_becomes_a_report(city: TestCity) {
    let city = exchange(city);
    let (status, answer) = tells(&city, &telling(&city, "e1", "c1", "ringing", 0)).await;
    assert_eq!(
        (status, answer["state"].as_str()),
        (200, Some("ringing")),
        "{answer}"
    );
    let mut operator = city.sign_in("1022").await;
    operator.open("/inbox").await;
    operator.follow("Tổng đài 1022").await;
    operator.sees("0903 111 222").sees("Đang đổ chuông");
    city.clock.forward(jiff::SignedDuration::from_secs(12));
    let (_, answer) = tells(&city, &telling(&city, "e2", "c1", "answered", 0)).await;
    assert_eq!(answer["state"], "talking");
    operator.press("Nhận cuộc gọi F8").await;
    operator.sees("chờ 12 giây").sees("máy 101");

    // Words alone: the kind is guessed, its questions appear, what is missing is named.
    operator.fill("Người gọi nói gì?", "Đèn đường trước nhà tôi không sáng");
    operator.press("Xem lại F9").await;
    operator.sees("Hiện tượng").sees("Phạm vi");
    operator.press("Mở phản ánh F8").await;
    operator.status(422).sees("Phạm vi");
    assert_eq!(
        operator.value("Người gọi nói gì?"),
        Some("Đèn đường trước nhà tôi không sáng")
    );
    let before = cases(&city).await;
    lamp(&mut operator);
    operator
        .fill("Phường, xã", "ninh kieu")
        .fill("Mô tả vị trí", "Số 12 hẻm 51");
    let mut twice = operator.tab();
    operator.press("Mở phản ánh F8").await;
    operator.status(200).sees("Đã mở phản ánh");
    twice.press("Mở phản ánh F8").await;
    twice.status(200).sees("Đã mở phản ánh");
    assert_eq!(cases(&city).await, before + 1, "two presses open one case");
    let code = code(&operator);
    let secret = secret(&operator);
    let case = city.case(&code).await;
    assert_eq!(case.channel, Channel::Hotline);
    assert_eq!(case.received_at.as_deref(), Some("centre-1022"));
    assert!(case.public && case.clock.first_due.is_some());
    // The caller follows it with the secret that was read to them.
    let mut caller = city.browser("người gọi");
    caller.open(&format!("/track/{code}?key={secret}")).await;
    caller
        .status(200)
        .sees("Đèn đường trước nhà tôi không sáng");

    city.clock.forward(minutes(2));
    tells(&city, &telling(&city, "e3", "c1", "ended", 0)).await;
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline/calls").await;
    operator
        .sees("Đã xong")
        .sees("đã mở phản ánh")
        .sees("nói 2 phút");
    operator.open("/hotline/figures").await;
    let row = operator.page().row("Tất cả");
    assert_eq!(row.cell("Cuộc gọi đến").words, "1");
    assert_eq!(row.cell("Đã trả lời").words, "1 (100,0 %)");
    assert_eq!(row.cell("Một nửa chờ không quá").words, "12 giây");
}

/// Three reports with their times; then forty calls answered on the phone. No figure of handling moves.
async fn answered_on_the_phone_is_counted_apart_and_nowhere_else(city: TestCity) {
    for n in 0..3 {
        let reported = city
            .resident()
            .reports("report.street-light")
            .at("Phường Ninh Kiều")
            .await;
        city.clock.forward(hours(2 + n));
        city.decides("1022", &reported.code, "Không thuộc phạm vi – hướng dẫn")
            .await;
    }
    city.clock.forward(days(20));
    city.settle().await;
    let league = |browser: &Browser| -> Vec<String> {
        let row = browser.page().row("Ninh Kiều");
        row.cells.iter().map(|cell| cell.words.clone()).collect()
    };
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/league?by=area").await;
    let before = league(&leader);
    assert!(!before.is_empty());
    let known = cases(&city).await;

    let mut operator = city.sign_in("1022").await;
    for n in 0..40 {
        operator.open("/hotline").await;
        operator.fill("Số điện thoại", &format!("0903 200 {n:03}"));
        operator.press("Có người gọi đến F2").await;
        operator.fill("Người gọi nói gì?", "Hỏi lịch thu gom rác ở hẻm");
        operator.press("Trả lời ngay F2").await;
        operator.status(200).sees("Đã ghi kết quả cuộc gọi");
    }
    city.settle().await;
    leader.open("/league?by=area").await;
    assert_eq!(league(&leader), before, "no handling time moved");
    assert_eq!(cases(&city).await, known, "no case was opened");
    operator.open("/hotline/figures").await;
    let row = operator.page().row(Outcome::AnsweredAtOnce.words());
    assert_eq!(row.cell("Cuộc gọi").words, "40");
    let mut anybody = city.browser("người dân");
    anybody.open("/open").await;
    anybody.sees("40 cuộc gọi được trả lời ngay qua điện thoại");
}

trait Words {
    fn words(self) -> &'static str;
}

impl Words for Outcome {
    fn words(self) -> &'static str {
        match self {
            Outcome::AnsweredAtOnce => "trả lời ngay qua điện thoại",
            _ => "khác",
        }
    }
}

async fn an_exchange_is_heard_once_in_any_order_and_only_with_its_signature(city: TestCity) {
    let city = exchange(city);
    // The end comes first, then the answer, then the ring.
    let said = [
        ("e3", "ended", 10),
        ("e2", "answered", 50),
        ("e1", "ringing", 70),
    ];
    for (event, kind, ago) in said {
        let (status, answer) = tells(&city, &telling(&city, event, "c1", kind, ago)).await;
        assert_eq!(
            (status, answer["again"].as_bool()),
            (200, Some(false)),
            "{answer}"
        );
    }
    // All of it once more changes nothing.
    for (event, kind, ago) in said {
        let (status, answer) = tells(&city, &telling(&city, event, "c1", kind, ago + 5)).await;
        assert_eq!(
            (status, answer["again"].as_bool()),
            (200, Some(true)),
            "{answer}"
        );
    }
    let now = city.clock.now();
    let calls = city
        .hall
        .reader()
        .calls(now - hours(1), now)
        .await
        .expect("calls");
    let [call] = &calls[..] else {
        panic!("{} calls", calls.len());
    };
    assert_eq!((call.waited(now), call.talked()), (20, Some(40)));
    assert_eq!(call.number.as_deref(), Some("0903111222"));

    let good = telling(&city, "e9", "c9", "ringing", 0).to_string();
    for (body, secret, seconds, status) in [
        (good.as_str(), "khong phai bi mat cua tong dai 0123", 0, 401),
        (good.as_str(), SECRET, -301, 401),
        (good.as_str(), SECRET, 301, 401),
        ("không phải JSON", SECRET, 0, 422),
        (
            r#"{"event":"","call":"c","type":"ringing","at":"2026-03-02T01:00:00Z"}"#,
            SECRET,
            0,
            422,
        ),
        (
            r#"{"event":"x","call":"c","type":"sneezed","at":"2026-03-02T01:00:00Z"}"#,
            SECRET,
            0,
            422,
        ),
    ] {
        let (got, answer) = city.brings(HOOK, secret, body, seconds).await;
        assert_eq!(got, status, "{body}: {answer}");
    }
    let old = telling(&city, "e8", "c8", "ringing", 8 * 86_400);
    assert_eq!(tells(&city, &old).await.0, 422);
    assert_eq!(
        city.brings("/hooks/calls/khac", SECRET, &good, 0).await.0,
        404
    );
    assert_eq!(city.posts(HOOK, &[], good).await.0, 401);
    let after = city
        .hall
        .reader()
        .calls(now - days(30), now + hours(1))
        .await;
    assert_eq!(after.expect("calls").len(), 1, "nothing of these was taken");
}

async fn missed_calls_are_called_back_and_promises_kept(city: TestCity) {
    let city = exchange(city);
    tells(&city, &telling(&city, "e1", "c1", "ringing", 40)).await;
    tells(&city, &telling(&city, "e2", "c1", "missed", 5)).await;
    city.clock.forward(minutes(1));
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline/calls?show=missed").await;
    operator.sees("0903 111 222").sees("Nhỡ");
    operator.press("Gọi lại 0903 111 222").await;
    operator.sees("gọi ra");
    operator.press("Không ai bắt máy").await;
    operator.open("/hotline/calls?show=missed").await;
    operator.sees("0903 111 222");
    city.clock.forward(minutes(5));
    operator.press("Gọi lại 0903 111 222").await;
    operator.fill("Người gọi nói gì?", "Hỏi giờ làm việc");
    operator.fill("Ngày", "2020-01-01");
    operator.press("Trả lời ngay F2").await;
    operator
        .status(422)
        .sees("Giờ hẹn gọi lại phải ở phía trước");
    let tomorrow = city.hall.today().expect("a day").tomorrow().expect("a day");
    operator
        .fill("Ngày", &tomorrow.to_string())
        .fill("Giờ", "09:30");
    operator.press("Trả lời ngay F2").await;
    operator.open("/hotline/calls?show=missed").await;
    operator.sees("Không còn cuộc gọi nhỡ nào");

    operator.open("/hotline/calls?show=follow").await;
    operator.sees("Hẹn gọi");
    city.clock.forward(days(1));
    city.clock.forward(hours(4));
    operator.open("/hotline").await;
    operator.sees("Đến giờ hẹn gọi");
    operator.open("/hotline/calls?show=follow").await;
    operator.press("Gọi lại 0903 111 222").await;
    operator.press("Trả lời ngay F2").await;
    operator.open("/hotline/calls?show=follow").await;
    operator.sees("Không có lời hẹn nào");
}

async fn the_caller_is_known_and_every_look_is_written_down(city: TestCity) {
    let reported = city
        .resident()
        .reports("report.street-light")
        .answering("phone", "0903 111 222".into())
        .in_private()
        .at("Phường Ninh Kiều")
        .await;
    let id = city.case(&reported.code).await.id;
    let operator = by_hand(&city, "+84 903 111 222").await;
    operator.sees(&reported.code);
    let looks = city.hall.reader().accesses(id).await.expect("the log");
    let hotline = Purpose::Hotline.code();
    assert!(looks.iter().any(|(_, _, why)| why == hotline), "{looks:?}");
    // Another number, even one that begins alike, is somebody else.
    let other = by_hand(&city, "0903 111 2223").await;
    other.sees_not(&reported.code);
    // Called back by the code of the report, linked with it.
    let mut operator = city.sign_in("1022").await;
    operator.open("/hotline").await;
    operator.fill("Số điện thoại", &reported.code);
    operator.press("Gọi ra F4").await;
    operator.status(200).sees("0903 111 222");
    operator.press("Không ai bắt máy").await;
    let about = city.hall.reader().calls_about(id).await.expect("calls");
    assert_eq!(about.len(), 1);
    operator.open("/hotline").await;
    operator.fill("Số điện thoại", "không phải số");
    operator.press("Gọi ra F4").await;
    operator.status(422).sees("Đây không phải số điện thoại");
    assert_eq!(operator.value("Số điện thoại"), Some("không phải số"));
    let sweep = async |forward: i64| {
        city.clock.forward(days(forward));
        let swept = city.city().sweep(&mut None).await.expect("forgets");
        swept.expect("for the first time today").calls
    };
    assert_eq!(sweep(364).await, 0);
    assert!(sweep(2).await > 0);
    let about = city.hall.reader().calls_about(id).await.expect("calls");
    assert_eq!((about.len(), &about[0].number), (1, &None), "counted still");
}

async fn a_call_about_a_known_case_adds_to_it_and_opens_nothing(city: TestCity) {
    let reported = city
        .resident()
        .reports("report.street-light")
        .at("Phường Ninh Kiều")
        .await;
    let before = cases(&city).await;
    let mut operator = by_hand(&city, "").await;
    operator.sees("Số bị ẩn");
    operator.fill("Người gọi nói gì?", "Đèn vẫn chưa sáng, hỏi khi nào sửa");
    operator.press("Bổ sung vụ việc F4").await;
    operator.status(422).sees("Xin chọn vụ việc");
    operator.fill("Mã vụ việc liên quan", "KHONG-CO");
    operator.press("Bổ sung vụ việc F4").await;
    operator.status(422).sees("Không tìm thấy vụ việc");
    operator.fill("Mã vụ việc liên quan", &reported.code.to_lowercase());
    operator.press("Bổ sung vụ việc F4").await;
    operator.status(200).sees("Đã ghi kết quả cuộc gọi");
    operator.open(&format!("/cases/{}", reported.code)).await;
    operator.sees("Người dân gọi 1022 nói thêm: Đèn vẫn chưa sáng");
    assert_eq!(cases(&city).await, before);
}

async fn the_pin_moves_without_script_and_nothing_typed_is_lost(city: TestCity) {
    let near = city
        .resident()
        .reports("report.litter")
        .answering("spot", "street".into())
        .answering("hazardous", false.into())
        .saying("Rác đổ trộm đầu hẻm 51, bốc mùi")
        .at_spot(json!({"lat": 10.0301, "lon": 105.7801, "words": "hẻm 51"}))
        .await;
    let mut operator = by_hand(&city, "0903 111 222").await;
    operator
        .fill("Người gọi nói gì?", "Rác đổ trộm ở hẻm 51")
        .fill("Tọa độ", "10.0301, 105.7801");
    operator.press("Xem lại F9").await;
    operator.press("Dời ghim lên phía bắc").await;
    operator
        .status(200)
        .sees("Rác đổ trộm đầu hẻm 51")
        .sees("50 m");
    assert_eq!(operator.value("Tọa độ"), Some("10.030549, 105.780100"));
    assert_eq!(
        operator.value("Người gọi nói gì?"),
        Some("Rác đổ trộm ở hẻm 51")
    );
    operator.fill("Phường, xã", "long");
    operator.press("Mở phản ánh F8").await;
    operator
        .status(422)
        .sees("Không có một phường, xã nào là “long”");
    assert_eq!(operator.value("Phường, xã"), Some("long"));
    operator
        .fill("Phường, xã", "ninh kieu")
        .fill("Tọa độ", "ngoài chợ");
    operator.press("Mở phản ánh F8").await;
    operator.status(422).sees("Tọa độ không đọc được");
    assert_eq!(operator.value("Tọa độ"), Some("ngoài chợ"));
    assert!(!near.code.is_empty());
}

async fn the_hotline_is_its_operators_alone(city: TestCity) {
    for login in ["ninhkieu", "motcua-ninhkieu", "cairang"] {
        let mut other = city.sign_in(login).await;
        for path in [
            "/hotline",
            "/hotline/calls",
            "/hotline/figures",
            "/hotline/ring",
        ] {
            other.open(path).await;
            other.status(404);
        }
        other.open("/inbox").await;
        assert!(!other.page().text.contains("N Tổng đài 1022 Tất cả"));
    }
    let mut operator = city.sign_in("1022").await;
    operator.open("/inbox").await;
    assert!(operator.page().text.contains("N Tổng đài 1022 Tất cả"));
    operator.open("/hotline/ring").await;
    operator.press("Cho chuông reo").await;
    operator.sees("Đang đổ chuông");
    operator.press("Gác máy vì chờ lâu").await;
    operator.sees("Nhỡ");
    operator.open("/hotline/figures").await;
    operator.sees_not("Theo người trực");
    let mut head = city.sign_in("1022-truongca").await;
    head.open("/hotline/figures").await;
    head.sees("Theo người trực");
}

//! A report beside its steps: merged and taken out again, made another kind, shared, handed outside, answered with a
//! template, handled with others in one go, in the field.

use rules::case::Life;
use serde_json::json;
use service::definition::Ending;
use testkit::words::{LAMP, PHOTO, PLACE};
use testkit::{Reported, TestCity, both_engines, days, hours, minutes};

both_engines!(
    a_duplicate_shares_the_fate_of_its_original,
    what_ends_without_work_lets_its_duplicates_go,
    the_reporter_says_that_it_is_another_thing,
    another_kind_keeps_the_first_promise,
    several_units_work_on_one_report,
    somebody_outside_answers_by_a_link,
    a_template_is_read_over_before_it_is_sent,
    many_lines_each_judged_by_itself,
    a_phone_in_the_field_sends_once,
    reasons_go_with_the_score,
);

const LIGHT: &str = "report.street-light";

/// A lamp of Ninh Kiều, so many thousandths of a degree north of its middle.
async fn lamp(city: &TestCity, thousandths: f64) -> Reported {
    let place = json!({
        "area": city.area("Phường Ninh Kiều"),
        "words": PLACE,
        "lat": 10.0341 + thousandths / 1000.0,
        "lon": 105.7791,
    });
    city.resident().reports(LIGHT).at_spot(place).await
}

/// Handed on, mended with a photo and approved.
async fn mended(city: &TestCity, code: &str) {
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{code}")).await;
    handler.attach("Ảnh sau khi xử lý", "sau.png", PHOTO);
    handler.press("Đã xử lý xong").await;
    city.decides("ninhkieu-lanhdao", code, "Duyệt trả lời")
        .await;
}

async fn a_duplicate_shares_the_fate_of_its_original(city: TestCity) {
    let first = lamp(&city, 0.0).await;
    city.clock.forward(hours(1));
    let second = lamp(&city, 0.2).await;
    let third = lamp(&city, 0.3).await;
    // Chosen from those around; nothing chosen is told and nothing lost.
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open(&format!("/cases/{}", second.code)).await;
    dispatcher.fill("Ghi chú hoặc lý do", "Cùng một cột đèn");
    dispatcher.press("Gộp vào phản ánh đã có …").await;
    dispatcher.status(200).sees(&first.code).sees("22 m");
    assert_eq!(
        dispatcher.value("Lời nhắn cho người gửi"),
        Some("Cùng một cột đèn")
    );
    dispatcher.press("Gộp").await;
    dispatcher.status(422).sees("Xin chọn phản ánh gốc");
    assert_eq!(
        dispatcher.value("Lời nhắn cho người gửi"),
        Some("Cùng một cột đèn")
    );
    for (code, says) in [
        (second.code.as_str(), "trùng với chính nó"),
        ("H00-khong-co", "Không có phản ánh nào"),
    ] {
        dispatcher.fill("Hoặc mã của phản ánh gốc", code);
        dispatcher.press("Gộp").await;
        dispatcher.status(422).sees(says);
    }
    dispatcher.fill("Hoặc mã của phản ánh gốc", &first.code);
    dispatcher.press("Gộp").await;
    dispatcher.status(200);
    // The third names the second and goes to the first.
    city.merges("1022", &third.code, &second.code).await;
    let (dup, original) = (city.case(&third.code).await, city.case(&first.code).await);
    assert_eq!(
        dup.merged.as_ref().map(|merged| merged.original),
        Some(original.id)
    );
    assert!(matches!(
        dup.life,
        Life::Stopped {
            ending: Ending::Duplicate,
            ..
        }
    ));
    assert_eq!(dup.fate(), None, "open with its original");
    // The original, merged into its own duplicate: a ring.
    dispatcher.open(&format!("/cases/{}", first.code)).await;
    dispatcher
        .sees("2 phản ánh khác về cùng việc này")
        .sees(&second.code);
    dispatcher.press("Gộp vào phản ánh đã có …").await;
    dispatcher.fill("Hoặc mã của phản ánh gốc", &second.code);
    dispatcher.press("Gộp").await;
    dispatcher.status(422).sees("trùng với chính nó");

    // The sender of the duplicate sees how the original stands, and nothing of who sent it.
    let mut sender = second.track(&city).await;
    sender
        .sees("Được xử lý chung với phản ánh")
        .sees(&first.code)
        .sees("Cùng một cột đèn");
    assert!(!sender.offers("Gửi đánh giá"), "nothing to rate yet");
    let mut public = city.browser("ai đó");
    public.open(&format!("/open/reports/{}", first.code)).await;
    public.sees("Có 2 phản ánh khác về cùng việc này");
    public.open(&format!("/open/reports/{}", second.code)).await;
    public.sees("Xử lý chung với");

    city.decides("1022", &first.code, "Chuyển đơn vị xử lý")
        .await;
    city.clock.forward(days(1));
    mended(&city, &first.code).await;
    for reported in [&second, &third] {
        let case = city.case(&reported.code).await;
        assert_eq!(case.fate().map(|(ending, _)| ending), Some(Ending::Solved));
        assert!(case.evidenced, "the photo of the original proves both");
    }
    sender
        .open(&format!("/track/{}?key={}", second.code, second.secret))
        .await;
    sender.sees("đã kết thúc: Đã xử lý xong");
    assert!(sender.offers("Gửi đánh giá"), "{}", sender.page());
    // Opened again, the duplicates go on with it, under their own first promise.
    let before = city.case(&second.code).await.clock.first_due;
    let mut opened = first.track(&city).await;
    opened
        .fill("Trả lời của bạn", "Lại tắt")
        .press("Mở lại")
        .await;
    let case = city.case(&second.code).await;
    assert_eq!((case.fate(), case.clock.first_due), (None, before));

    // Taken out again: back to be sorted, with the day of its first contact.
    dispatcher.open(&format!("/cases/{}", third.code)).await;
    dispatcher
        .fill("Lý do", "Cột bên kia đường")
        .press("Tách ra")
        .await;
    dispatcher.status(200);
    let case = city.case(&third.code).await;
    assert!(
        case.merged.is_none() && case.task("triage", None).is_some(),
        "{case:?}"
    );
    assert_eq!(case.clock.first_due, before);
    let told = third.track(&city).await;
    told.sees("Tách ra xử lý riêng").sees("Cột bên kia đường");
}

async fn what_ends_without_work_lets_its_duplicates_go(city: TestCity) {
    let first = lamp(&city, 0.0).await;
    let second = lamp(&city, 0.1).await;
    city.merges("1022", &second.code, &first.code).await;
    city.decides("1022", &first.code, "Tin rác").await;
    let case = city.case(&second.code).await;
    assert!(
        case.merged.is_none() && case.task("triage", None).is_some(),
        "{case:?}"
    );
}

async fn the_reporter_says_that_it_is_another_thing(city: TestCity) {
    let (first, second) = (lamp(&city, 0.0).await, lamp(&city, 0.1).await);
    city.merges("1022", &second.code, &first.code).await;
    let mut sender = second.track(&city).await;
    sender
        .fill("Trả lời của bạn", "Đèn của tôi ở hẻm 7")
        .press("Đề nghị xử lý riêng")
        .await;
    sender.status(200).sees("xem xét riêng");
    assert!(city.case(&second.code).await.merged.is_none());
    city.merges("1022", &second.code, &first.code).await;
    let sender = second.track(&city).await;
    assert!(!sender.offers("Đề nghị xử lý riêng"), "once");
}

async fn another_kind_keeps_the_first_promise(city: TestCity) {
    let reported = lamp(&city, 0.0).await;
    let before = city.case(&reported.code).await;
    city.clock.forward(minutes(30));
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher.follow("Chuyển loại").await;
    dispatcher
        .choose("Hạ tầng đô thị", "Phản ánh cây xanh")
        .press("Tiếp tục")
        .await;
    // What both forms ask stays; what only the new one asks may stay open, but not what its promise hangs on.
    dispatcher
        .status(200)
        .sees("Câu trả lời giữ nguyên")
        .sees(LAMP);
    dispatcher.press("Chuyển loại").await;
    dispatcher.status(422);
    dispatcher
        .choose("Hiện tượng", "Cành khô, cành gãy")
        .choose("Đang cản trở đi lại", "Không");
    dispatcher
        .fill("Vì sao chuyển loại", "Là cây che đèn")
        .press("Chuyển loại")
        .await;
    dispatcher.status(200);
    let case = city.case(&reported.code).await;
    assert_eq!(case.service, "report.tree");
    assert_eq!(case.opened, before.opened);
    // Five working days instead of three: shown as longer, figures keep to three.
    assert_eq!(case.clock.first_due, before.clock.first_due);
    assert!(
        case.clock.due > before.clock.due && case.was[0].lengthened,
        "{:?}",
        case.clock
    );
    let task = case.task("triage", None).expect("still being sorted");
    assert_eq!(
        task.due,
        before.task("triage", None).and_then(|task| task.due)
    );
    let sender = reported.track(&city).await;
    sender.sees("Chuyển loại từ").sees("Là cây che đèn");
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher.sees("Loại sau hẹn lâu hơn");
    // It goes on as the new kind.
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    assert!(
        city.case(&reported.code)
            .await
            .task("handle", None)
            .is_some()
    );
    // Counted among the signs once it is closed.
    mended(&city, &reported.code).await;
    city.settle().await;
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/numbers/integrity/reports").await;
    let cell = leader
        .page()
        .row("Hạn dài ra vì đổi loại")
        .cell("Số phản ánh")
        .clone();
    assert_eq!(cell.words, "1");
}

async fn several_units_work_on_one_report(city: TestCity) {
    let reported = lamp(&city, 0.0).await;
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{}", reported.code)).await;
    handler.follow("Giao đơn vị khác cùng làm").await;
    handler.press("Giao việc").await;
    handler.status(422).sees("Xin chọn đơn vị");
    handler
        .choose("Đơn vị", "Sở Xây dựng thành phố Cần Thơ")
        .fill("Việc phải làm", "Cắt điện tuyến đường");
    handler.press("Giao việc").await;
    handler.status(200).sees("Sở Xây dựng").sees("Đang chờ");
    let report = city.case(&reported.code).await;
    let work = report.shared[0].clone();
    // The report cannot be called done before; the public sees one report.
    handler.attach("Ảnh sau khi xử lý", "sau.png", PHOTO);
    handler.press("Đã xử lý xong").await;
    handler.status(422).sees("đơn vị cùng làm chưa xong");
    let mut public = city.browser("ai đó");
    public.open(&format!("/open/reports/{}", work.code)).await;
    public.status(404);
    let mut other = city.sign_in("soxaydung").await;
    other.open("/inbox").await;
    other.sees(&work.code);
    other.open(&format!("/cases/{}", work.code)).await;
    other.sees("Cắt điện tuyến đường").sees(LAMP);
    other
        .fill("Ghi chú hoặc lý do", "Đã cắt")
        .press("Đã xong phần việc")
        .await;
    let report = city.case(&reported.code).await;
    assert_eq!(report.shared[0].ended, Some(Ending::Done));
    mended(&city, &reported.code).await;
    assert!(city.case(&reported.code).await.life.ended().is_some());
}

async fn somebody_outside_answers_by_a_link(city: TestCity) {
    let reported = lamp(&city, 0.0).await;
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    let mut handler = city.sign_in("ninhkieu").await;
    let forwarded = async |handler: &mut testkit::Browser| -> String {
        handler.open(&format!("/cases/{}", reported.code)).await;
        handler.follow("Chuyển đơn vị ngoài").await;
        handler
            .choose("Đơn vị", "Công ty Điện lực Cần Thơ")
            .fill("Đề nghị", "Xin đóng điện lại");
        handler.press("Tạo liên kết").await;
        handler.status(200);
        let page = handler.page().text.clone();
        let place = page.find("/outside/").expect("a link to the page outside");
        let link = page[place..].split_whitespace().next();
        link.unwrap_or_default().to_owned()
    };
    let link = forwarded(&mut handler).await;
    let mut outside = city.browser("điện lực");
    outside.open(&link).await;
    outside
        .status(200)
        .sees("Xin đóng điện lại")
        .sees(PLACE)
        .sees_not("Trần Thị Lan");
    outside.press("Gửi trả lời").await;
    outside.status(422).sees("Xin chọn tình trạng");
    outside
        .choose("Tình trạng", "Đã nhận xử lý")
        .fill("Nội dung trả lời", "Đội trực nhận việc");
    outside.press("Gửi trả lời").await;
    outside.status(200).sees("Đã nhận trả lời");
    city.clock.forward(hours(1));
    outside.open(&link).await;
    outside
        .choose("Tình trạng", "Đã xử lý xong")
        .fill("Nội dung trả lời", "Đã đóng điện");
    outside.attach("Ảnh", "dien.png", PHOTO);
    outside.press("Gửi trả lời").await;
    outside.status(200);
    // Done: the link opens no more, the handler reads it, the clock went on.
    outside.open(&link).await;
    outside.status(404);
    handler.open(&format!("/cases/{}", reported.code)).await;
    handler
        .sees("Đơn vị ngoài trả lời: Đã xử lý xong")
        .sees("Đã đóng điện")
        .sees("Đội trực nhận việc");
    let case = city.case(&reported.code).await;
    assert!(case.clock.running() && case.task("handle", None).is_some());
    // Taken back, another opens nothing either.
    let link = forwarded(&mut handler).await;
    handler.open(&format!("/cases/{}", reported.code)).await;
    handler.press("Rút lại liên kết").await;
    outside.open(&link).await;
    outside.status(404);
    // The sender reads that it was handed on, not what was asked or answered.
    let sender = reported.track(&city).await;
    sender
        .sees("Chuyển cho Công ty Điện lực Cần Thơ")
        .sees_not("Xin đóng điện lại")
        .sees_not("Đội trực nhận việc");
}

async fn a_template_is_read_over_before_it_is_sent(city: TestCity) {
    let reported = lamp(&city, 0.0).await;
    let mut head = city.sign_in("ninhkieu-lanhdao").await;
    head.open("/replies").await;
    head.fill("Tên mẫu", "Đã thay bóng")
        .fill("Nội dung", "Chào {name}");
    head.press("Lưu phiên bản mới").await;
    head.status(422).sees("Không có chỗ trống nào tên name");
    assert_eq!(head.value("Nội dung"), Some("Chào {name}"));
    head.choose("Loại phản ánh", "Phản ánh đèn chiếu sáng công cộng");
    head.choose("Kết quả của bước", "Đã xử lý xong");
    head.fill(
        "Nội dung",
        "Phản ánh {code} nhận ngày {opened} đã được {unit} thay bóng.",
    );
    head.press("Lưu phiên bản mới").await;
    head.status(200).sees("Đã thay bóng");
    head.fill("Nội dung", "Phản ánh {code} đã được {unit} thay bóng mới.");
    head.press("Lưu phiên bản mới").await;
    head.status(200).sees("thay bóng mới").sees("nhận ngày");
    let staff = city.sign_in("ninhkieu").await;
    drop(staff);
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{}", reported.code)).await;
    handler.fill("Ghi chú hoặc lý do", "Kính gửi ông bà.");
    handler.press("Đã thay bóng").await;
    let typed = handler
        .status(200)
        .value("Ghi chú hoặc lý do")
        .unwrap_or_default()
        .to_owned();
    assert!(typed.starts_with("Kính gửi ông bà."), "{typed}");
    assert!(
        typed.contains(&reported.code) && typed.contains("thay bóng mới"),
        "{typed}"
    );
    let case = city.case(&reported.code).await;
    assert!(case.task("handle", None).is_some(), "nothing was sent");
}

async fn many_lines_each_judged_by_itself(city: TestCity) {
    let lamps = [
        lamp(&city, 0.0).await,
        lamp(&city, 1.0).await,
        lamp(&city, 2.0).await,
    ];
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open("/inbox").await;
    for one in &lamps {
        dispatcher.tick(&format!("Chọn hồ sơ {}", one.code));
    }
    dispatcher.press("Xử lý các dòng đã chọn …").await;
    dispatcher.status(200).sees("3 dòng đã chọn");
    // A colleague was faster with one of them.
    city.decides("1022", &lamps[1].code, "Tin rác").await;
    dispatcher.fill(
        "Ghi chú, lý do hoặc câu trả lời chung",
        "Đơn vị kiểm tra giúp",
    );
    dispatcher.press("Quyết định").await;
    dispatcher.status(200).sees("Xin chọn kết quả");
    dispatcher.choose("Kết quả", "Chuyển đơn vị xử lý");
    dispatcher.press("Quyết định").await;
    dispatcher
        .status(200)
        .sees("Đã xong 2, chưa được 1")
        .sees("vừa thay đổi");
    for (place, handled) in [(0, true), (1, false), (2, true)] {
        let case = city.case(&lamps[place].code).await;
        assert_eq!(case.task("handle", None).is_some(), handled, "{place}");
    }
}

async fn a_phone_in_the_field_sends_once(city: TestCity) {
    let (near, far) = (lamp(&city, 1.0).await, lamp(&city, 9.0).await);
    for one in [&near, &far] {
        city.decides("1022", &one.code, "Chuyển đơn vị xử lý").await;
        city.decides("ninhkieu", &one.code, "Nhận việc này").await;
    }
    let mut inspector = city.sign_in("ninhkieu").await;
    inspector.open("/route").await;
    inspector
        .status(200)
        .sees("cách nơi trước")
        .sees("Mở bản đồ");
    let case = city.case(&near.code).await;
    let version = case.version.to_string();
    let fields = [
        ("version", version.as_str()),
        ("step", "handle"),
        ("outcome", "wrong-unit"),
        ("words", "Không phải đèn của phường"),
        ("back", "route"),
        ("once", "0123456789abcdef0123"),
    ];
    let address = format!("/cases/{}/decide", near.code);
    for _ in 0..2 {
        inspector.send("POST", &address, &fields).await;
        inspector.status(200).sees("Đã ghi.");
    }
    let case = city.case(&near.code).await;
    assert_eq!(case.count("handle.wrong-unit"), 1);
    // Without the key, the same thing again is told.
    inspector.send("POST", &address, &fields[..4]).await;
    inspector.status(409);
}

async fn reasons_go_with_the_score(city: TestCity) {
    let reported = lamp(&city, 0.0).await;
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    mended(&city, &reported.code).await;
    let mut sender = reported.track(&city).await;
    sender.choose("Bạn thấy việc này", "2 · kém");
    sender.tick("Quá lâu").tick("Giải quyết nhanh");
    sender.press("Gửi đánh giá").await;
    let case = city.case(&reported.code).await;
    assert_eq!(
        (case.rating, case.rated_for),
        (Some(2), vec!["slow".to_owned()])
    );
    let mut handler = city.sign_in("ninhkieu").await;
    handler.open(&format!("/cases/{}", reported.code)).await;
    handler.sees("Lý do đánh giá: Quá lâu");
}

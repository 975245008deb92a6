//! What the law provides beside the steps, through the pages: form 05 signed by the head, a result that came early, one
//! that was wrong and is put right, an opinion asked of another unit, papers that the agency lost.

use actions::publish::Ready;
use serde_json::json;
use service::definition::Channel;
use testkit::{Reported, TestCity, both_engines, days, hours};

use crate::dossier::{at_case, filed, handed_over, stands, taken_in};

both_engines!(
    the_head_stops_the_work_and_the_resident_reads_why,
    the_city_writes_its_own_grounds_and_old_ones_keep_their_words,
    a_result_before_its_day_is_announced,
    a_wrong_result_is_put_right_without_a_fee_and_the_first_day_stays,
    a_wrong_result_that_is_not_printed_yet_never_is,
    an_opinion_is_asked_answered_and_told_when_late,
    lost_papers_are_apologised_for_and_made_good,
    a_step_may_depend_on_what_kind_of_applicant_asks,
    where_the_law_says_so_a_supplement_gives_the_whole_time_again,
);

const DESK: &str = "motcua-ninhkieu";
const STAFF: &str = "ninhkieu";
const HEAD: &str = "ninhkieu-lanhdao";
const OTHER: &str = "cairang";

/// A confirmation of marital status, taken in on a Monday at eight; three working days.
pub async fn accepted(city: &TestCity) -> Reported {
    let area = city.area("Phường Ninh Kiều");
    let answers = json!({
        "personal_id": "092185001234", "residence": {"area": area, "words": "12 Nguyễn Trãi"},
        "moved": false, "phone": "0912345678", "status": "single", "use": "loan", "again": false,
        "copies": 1, "category": "disabled", "delivery": "counter",
    });
    let service = "marital-status.confirmation";
    let filed = filed(city, service, Channel::Online, answers, &[]).await;
    taken_in(city, DESK, &filed.code, "Đủ hồ sơ").await;
    filed
}

/// The whole way until the result lies at the desk, the same morning.
async fn to_the_desk(city: &TestCity, filed: &Reported) {
    let code = &filed.code;
    city.decides(HEAD, code, "Đủ điều kiện").await;
    city.decides(HEAD, code, "Trình ký").await;
    let mut lan = filed.track(city).await;
    lan.press("Nội dung đúng").await;
    signed(city, code).await;
}

async fn signed(city: &TestCity, code: &str) {
    city.decides(HEAD, code, "Ký Giấy xác nhận").await;
    city.decides(HEAD, code, "Đã phát hành").await;
    assert_eq!(stands(&city.case(code).await), (9, vec!["hand_over"]));
}

async fn the_head_stops_the_work_and_the_resident_reads_why(city: TestCity) {
    let filed = accepted(&city).await;
    let code = &filed.code;
    let mut staff = at_case(&city, STAFF, code).await;
    staff.sees_not("Dừng giải quyết (mẫu 05)");
    staff.open(&format!("/cases/{code}/stop")).await;
    staff.status(403);
    let mut head = at_case(&city, HEAD, code).await;
    head.follow("Dừng giải quyết (mẫu 05)").await;
    head.sees_not("không bổ sung, hoàn thiện hồ sơ");
    head.choose(
        "Căn cứ dừng",
        "Văn bản của cơ quan có thẩm quyền yêu cầu dừng giải quyết",
    );
    head.press("Ký và gửi thông báo dừng").await;
    head.status(422).sees("lý do");
    head.choose(
        "Căn cứ dừng",
        "Văn bản của cơ quan có thẩm quyền yêu cầu dừng giải quyết",
    )
    .fill("Lý do gửi người nộp", "Theo Quyết định số 12 của Tòa án");
    head.press("Ký và gửi thông báo dừng").await;
    head.status(200);
    assert_eq!(stands(&city.case(code).await), (8, vec![]));
    let lan = filed.track(&city).await;
    lan.sees("Dừng xử lý")
        .sees("Theo Quyết định số 12 của Tòa án")
        .sees("Văn bản của cơ quan có thẩm quyền");
    // Once: there is nothing left to stop.
    head.open(&format!("/cases/{code}/stop")).await;
    head.sees("không có căn cứ nào");
}

/// On the page of administration; `from`: its first day.
async fn grounds(city: &TestCity, from: &str, code: &str, name: &str) -> testkit::Browser {
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/messages/rules/stops").await;
    let text = format!(
        "version = 2\nfrom = \"{from}\"\n\n[[ground]]\ncode = \"{code}\"\nname = \"{name}\"\nname_en = \"{name}\"\nwhen = \"decision\"\n"
    );
    admin.fill("Căn cứ dừng (mẫu 05)", &text);
    admin.press("Lưu bản mới").await;
    admin
}

async fn the_city_writes_its_own_grounds_and_old_ones_keep_their_words(city: TestCity) {
    const SHIPPED: &str = "Tranh chấp, khiếu kiện đang được Tòa án";
    let filed = accepted(&city).await;
    let code = &filed.code;
    let admin = grounds(&city, "2026-03-01", "tòa án", "Tòa án đã thụ lý").await;
    admin.status(422).sees("Chưa lưu").sees("Tòa án đã thụ lý");
    // Of tomorrow: today's list still holds.
    let admin = grounds(&city, "2026-03-03", "court", "Tòa án đã thụ lý vụ án").await;
    admin.status(200).sees("áp dụng từ ngày");
    let stop = format!("/cases/{code}/stop");
    let mut head = city.sign_in(HEAD).await;
    head.open(&stop).await;
    head.sees(SHIPPED).sees_not("Tòa án đã thụ lý vụ án");
    city.clock.forward(days(1));
    // A page that was left open since yesterday.
    let version = city.case(code).await.version.to_string();
    let old = [
        ("version", &*version),
        ("ground", "dispute"),
        ("words", "Đơn kiện"),
    ];
    let mut head = city.sign_in(HEAD).await;
    head.open(&stop).await;
    head.send("POST", &stop, &old).await;
    assert_ne!(city.case(code).await.life.number(), 8, "yesterday's list");
    head.open(&stop).await;
    head.sees_not(SHIPPED);
    head.choose("Căn cứ dừng", "Tòa án đã thụ lý vụ án")
        .fill("Lý do gửi người nộp", "Thông báo thụ lý số 12 của Tòa án");
    head.press("Ký và gửi thông báo dừng").await;
    head.status(200);
    city.settle().await;
    // Worded otherwise, then left out: what was signed says what was signed.
    grounds(&city, "2026-03-03", "inspection", "Đang thanh tra").await;
    city.clock.forward(days(1));
    let lan = filed.track(&city).await;
    lan.sees("Tòa án đã thụ lý vụ án");
    let case = city.case(code).await;
    let rows = city.hall.reader().papers(case.id).await.expect("papers");
    let notice = rows.iter().find(|row| row.call.template == "form-05");
    let dossier = city.city().dossier(case.id).await.expect("a dossier");
    let paper = web::papers::planned(&city.hall, &dossier, notice.expect("the notice"));
    let text = papers::text(&paper.expect("planned")).expect("set");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Tòa án đã thụ lý vụ án"), "{words}");
    // Filed online: the copy goes to the desk that took it in.
    let desk = "- Trung tâm Phục vụ hành chính công phường Ninh Kiều;";
    assert!(words.contains(desk), "{words}");
}

async fn a_result_before_its_day_is_announced(city: TestCity) {
    let filed = accepted(&city).await;
    let code = &filed.code;
    city.clock.forward(hours(1));
    to_the_desk(&city, &filed).await;
    let desk = at_case(&city, DESK, code).await;
    desk.sees("Có kết quả trước hẹn: nhận được từ");
    let lan = filed.track(&city).await;
    lan.sees("Có kết quả trước hẹn: nhận được từ")
        .sees("đã hẹn");
    city.post().await;
    let sent = city.courier.taken();
    assert!(
        sent.iter()
            .any(|one| one.body.contains("trước hẹn, nhận từ")),
        "{sent:?}"
    );
    // Fetched, it is no news any more.
    handed_over(&city, DESK, code).await;
    filed.track(&city).await.sees_not("Có kết quả trước hẹn");
}

async fn a_wrong_result_is_put_right_without_a_fee_and_the_first_day_stays(city: TestCity) {
    let filed = accepted(&city).await;
    let code = &filed.code;
    to_the_desk(&city, &filed).await;
    handed_over(&city, DESK, code).await;
    city.settle().await;
    let first = city.case(code).await;
    city.clock.forward(days(7));
    let mut lan = filed.track(&city).await;
    lan.press("Gửi").await;
    lan.status(409);
    lan.fill(
        "Sai ở đâu, nội dung đúng là gì",
        "Sai năm sinh, đúng là 1985",
    );
    lan.press("Gửi").await;
    lan.status(200).sees("Người nhận báo kết quả có sai sót");
    // Whoever works on it reads it; the head answers.
    let mut staff = at_case(&city, STAFF, code).await;
    staff.follow("Kết quả có sai sót").await;
    staff.sees("Sai năm sinh, đúng là 1985");
    assert!(!staff.offers("Ký xin lỗi và cấp lại"), "the head signs");
    let mut head = at_case(&city, HEAD, code).await;
    head.follow("Kết quả có sai sót").await;
    head.fill(
        "Sai ở đâu, lời gửi người nộp",
        "Ghi nhầm năm sinh từ hồ sơ gốc",
    );
    head.press("Ký xin lỗi và cấp lại").await;
    head.status(200).sees("Đang cấp lại kết quả");
    assert_eq!(stands(&city.case(code).await), (4, vec!["sign"]));
    assert!(!head.offers("Xin lỗi và hẹn lại ngày trả"));
    filed
        .track(&city)
        .await
        .sees("Đang cấp lại kết quả có sai sót")
        .sees("Ghi nhầm năm sinh từ hồ sơ gốc");
    city.settle().await;
    filed
        .track(&city)
        .await
        .sees("Thư xin lỗi")
        .sees("Đã thu hồi");
    signed(&city, code).await;
    handed_over(&city, DESK, code).await;
    city.settle().await;
    let results = city.hall.reader().papers(first.id).await;
    let results = results.expect("papers").into_iter();
    let (wrong, right): (Vec<_>, Vec<_>) = results
        .filter(|row| row.call.what == "confirmation")
        .partition(|row| row.revoked.is_some());
    assert_eq!(
        (wrong.len(), right.len()),
        (1, 1),
        "one taken back, one holds"
    );
    let last = city.case(code).await;
    assert_eq!(stands(&last), (10, vec![]));
    assert_eq!(last.life.ended(), first.life.ended(), "the first decision");
    assert_eq!(last.clock.due, first.clock.due);
    assert_eq!(
        last.money.charges, first.money.charges,
        "nothing more is asked"
    );
    let mut leader = city.leader().await.browser;
    leader.open("/numbers/integrity").await;
    assert_eq!(
        leader.page().row("Kết quả có sai sót phải cấp lại").cells[1].words,
        "1"
    );
}

async fn a_wrong_result_that_is_not_printed_yet_never_is(city: TestCity) {
    let filed = accepted(&city).await;
    let code = &filed.code;
    // Found at the desk before the printer had its turn.
    to_the_desk(&city, &filed).await;
    let mut head = at_case(&city, HEAD, code).await;
    head.follow("Kết quả có sai sót").await;
    head.fill("Sai ở đâu, lời gửi người nộp", "Ghi nhầm năm sinh");
    head.press("Ký xin lỗi và cấp lại").await;
    head.status(200).sees("Đang cấp lại kết quả");
    city.settle().await;
    let results = async || -> Vec<bool> {
        let case = city.case(code).await;
        let rows = city.hall.reader().papers(case.id).await.expect("papers");
        let rows = rows
            .into_iter()
            .filter(|row| row.call.what == "confirmation");
        rows.map(|row| row.made.is_some() && row.revoked.is_none())
            .collect()
    };
    assert_eq!(results().await, [false; 0], "the wrong one was printed");
    signed(&city, code).await;
    city.settle().await;
    assert_eq!(results().await, [true]);
}

async fn an_opinion_is_asked_answered_and_told_when_late(city: TestCity) {
    let filed = accepted(&city).await;
    let code = &filed.code;
    let mut head = at_case(&city, HEAD, code).await;
    head.follow("Hỏi ý kiến").await;
    assert_eq!(head.value("Tính theo"), Some("days"));
    head.fill(
        "Nội dung xin ý kiến",
        "Ông Nam có từng kết hôn tại đây không?",
    );
    head.press("Gửi câu hỏi").await;
    head.status(422).sees("Hãy chọn đơn vị được hỏi");
    head.choose("Hỏi đơn vị nào", "Ủy ban nhân dân phường Cái Răng")
        .fill("Trả lời trong", "30");
    head.press("Gửi câu hỏi").await;
    head.status(422).sees("muộn hơn lúc hẹn");
    head.fill("Trả lời trong", "30")
        .choose("Tính theo", "giờ làm việc");
    head.press("Gửi câu hỏi").await;
    head.status(422).sees("muộn hơn lúc hẹn");
    assert_eq!(
        head.value("Nội dung xin ý kiến"),
        Some("Ông Nam có từng kết hôn tại đây không?"),
        "nothing typed is lost"
    );
    assert_eq!(head.value("Tính theo"), Some("hours"));
    head.fill("Trả lời trong", "4");
    head.press("Gửi câu hỏi").await;
    head.status(200)
        .sees("Hỏi ý kiến Ủy ban nhân dân phường Cái Răng");
    let case = city.case(code).await;
    assert_eq!(case.tasks.len(), 2);
    let asked = case.tasks.iter().find(|task| task.row.is_some());
    let within = asked.and_then(|task| Some(task.due?.duration_since(task.since)));
    assert_eq!(
        within.map(|time| time.as_hours()),
        Some(6),
        "four working hours from eight, over noon"
    );
    // On the last day the page offers hours by itself.
    city.clock.forward(days(2) + hours(4));
    let mut late = at_case(&city, HEAD, code).await;
    late.follow("Hỏi ý kiến").await;
    assert_eq!(late.value("Tính theo"), Some("hours"));
    // Silent for two days: those who must hear of it do (the centre's head among them, by the city's tiers).
    city.settle().await;
    let head = at_case(&city, HEAD, code).await;
    head.sees("Báo lên cấp trên vì chưa có trả lời");
    // The resident sees whose part it is and nothing of the question.
    filed.track(&city).await.sees_not("Ông Nam có từng kết hôn");
    let mut other = city.sign_in(OTHER).await;
    other.open(&format!("/cases/{code}")).await;
    other.sees("Ông Nam có từng kết hôn tại đây không?");
    other.press("Trả lời").await;
    other.status(422);
    other.fill("Ghi chú hoặc lý do", "Không có đăng ký nào");
    other.press("Trả lời").await;
    other.status(200);
    other.open(&format!("/cases/{code}")).await;
    other.status(404);
    let head = at_case(&city, HEAD, code).await;
    head.sees("Không có đăng ký nào");
    assert_eq!(stands(&city.case(code).await).1, ["check"]);
}

async fn lost_papers_are_apologised_for_and_made_good(city: TestCity) {
    let filed = accepted(&city).await;
    let code = &filed.code;
    let mut staff = at_case(&city, STAFF, code).await;
    staff.follow("Mất, hỏng giấy tờ").await;
    assert!(!staff.offers("Ký và gửi thư xin lỗi"), "the head signs");
    let mut head = at_case(&city, HEAD, code).await;
    head.follow("Mất, hỏng giấy tờ").await;
    head.fill("Lời gửi người nộp", "Tủ hồ sơ bị dột sau cơn bão");
    head.press("Ký và gửi thư xin lỗi").await;
    head.status(422);
    head.tick("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân")
        .choose("Chuyện gì đã xảy ra", "Bị hỏng");
    head.press("Ký và gửi thư xin lỗi").await;
    head.status(200).sees("Xin lỗi vì làm hỏng giấy tờ");
    let due = city.case(code).await.clock.due;
    let lan = filed.track(&city).await;
    lan.sees("chi phí do cơ quan chịu")
        .sees("Tủ hồ sơ bị dột sau cơn bão");
    let mut desk = at_case(&city, DESK, code).await;
    desk.follow("Mất, hỏng giấy tờ").await;
    desk.fill("Chi phí cơ quan đã chịu (đồng)", "nhiều");
    desk.press("Đã có lại giấy tờ").await;
    desk.status(422).sees("một số nguyên đồng");
    desk.fill("Chi phí cơ quan đã chịu (đồng)", "20.000");
    desk.press("Đã có lại giấy tờ").await;
    desk.status(200);
    let case = city.case(code).await;
    assert_eq!((case.losses[0].cost, case.clock.due), (20_000, due));
    filed.track(&city).await.sees_not("chi phí do cơ quan chịu");
}

const FRAME: &str = include_str!("../../../../services/frames/one-stop-1.yaml");
const MARITAL: &str = include_str!("../../../../services/marital-status.confirmation.yaml");

async fn install(city: &TestCity, frame: &str, text: &str) {
    let frames = std::iter::once(service::frame::read_frame(frame).0).collect();
    let definition = service::read::read(text).definition;
    let ready = Ready {
        text: text.to_owned(),
        resolved: service::frame::resolve(&definition, &frames),
    };
    let published = city.city().install_services(vec![ready]).await;
    assert_eq!(published.ok(), Some(1));
}

/// What kind of applicant asks is known for as long as the case lives, not while it is opened alone.
async fn a_step_may_depend_on_what_kind_of_applicant_asks(city: TestCity) {
    for (kind, next) in [("citizen", "confirm"), ("organisation", "sign")] {
        let condition = format!("when: applicant.kind == \"{kind}\"");
        let text = MARITAL.replace("when: channel == \"online\"", &condition);
        assert_ne!(text, MARITAL);
        install(&city, FRAME, &text).await;
        let filed = accepted(&city).await;
        city.decides(HEAD, &filed.code, "Đủ điều kiện").await;
        city.decides(HEAD, &filed.code, "Trình ký").await;
        let case = city.case(&filed.code).await;
        assert_eq!(stands(&case).1, [next], "a citizen asks; {condition}");
    }
}

async fn where_the_law_says_so_a_supplement_gives_the_whole_time_again(city: TestCity) {
    // The whole time begins again once the dossier is complete (NĐ 61/2018 Đ.19.4).
    let frame = FRAME.replace("supplement: pause", "supplement: restart");
    install(&city, &frame, MARITAL).await;
    let filed = accepted(&city).await;
    let code = &filed.code;
    let promised = city.case(code).await.clock.due;
    city.clock.forward(days(1));
    let mut head = at_case(&city, HEAD, code).await;
    head.fill("Tình trạng hôn nhân", "Chưa rõ, đề nghị khai đúng");
    head.press("Đề nghị yêu cầu bổ sung").await;
    city.decides(DESK, code, "Gửi phiếu yêu cầu bổ sung").await;
    city.clock.forward(days(1));
    let mut lan = filed.track(&city).await;
    lan.fill("Trả lời của bạn", "Tôi chưa từng kết hôn");
    lan.press("Đã bổ sung").await;
    lan.status(200);
    let case = city.case(code).await;
    // Monday at eight, three working days; complete on Wednesday: three working days from then.
    assert_eq!(stands(&case), (4, vec!["check"]));
    assert_eq!(case.clock.first_due, promised, "the first promise stays");
    let (Some(due), Some(promised)) = (case.clock.due, promised) else {
        panic!("no date");
    };
    assert_eq!(due.duration_since(promised), days(4), "over the weekend");
    filed.track(&city).await.sees("Ngày hẹn đầu tiên");
}

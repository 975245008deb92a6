//! What the city tells people: once, by the ways they have, with what a status notice must contain; and what happens when a
//! provider is away, refuses, or the server dies between sending and writing that down.

use rules::message::Channel;
use rules::notice::Kind;
use store::{Message, Side, State};
use testkit::{Reported, TestCity, both_engines, days, hours, minutes};

both_engines!(
    whoever_gave_a_number_is_told_once_with_what_the_law_asks,
    without_a_number_the_page_alone_tells,
    a_provider_that_is_away_loses_nothing,
    a_number_that_is_refused_is_given_up_visibly_and_goes_again_by_hand,
    a_server_that_dies_after_sending_sends_again_under_the_same_id,
    nobody_is_woken_at_night,
    who_is_late_climbs_the_tiers_once_each,
    officials_see_what_came_and_residents_what_they_were_told,
    a_text_of_the_city_holds_when_a_second_person_approves_it,
    rules_that_cannot_be_read_are_told_and_not_kept,
    a_kind_that_the_citys_own_rules_do_not_know_goes_as_shipped,
    an_official_who_wishes_so_gets_one_letter_a_day,
    a_provider_reports_what_became_of_a_message,
    a_way_that_fails_for_ever_gives_way_to_the_next,
);

const PHONE: &str = "0912345678";

async fn lamp(city: &TestCity) -> Reported {
    city.resident()
        .reports("report.street-light")
        .answering("phone", PHONE.into())
        .at("Phường Ninh Kiều")
        .await
}

/// All messages about a case on one side, oldest first.
pub async fn told(city: &TestCity, code: &str, side: Side) -> Vec<Message> {
    let id = city.case(code).await.id;
    let told = city.hall.reader().messages_of(id, Some(side)).await;
    let mut told = told.expect("messages are read");
    told.reverse();
    told
}

/// Who was told of it in the app, in the order of their names: `head:desk-31135`.
pub async fn heard(city: &TestCity, code: &str, kind: Kind) -> Vec<String> {
    let staff = told(city, code, Side::Staff).await.into_iter();
    let those = staff.filter(|m| m.kind == kind && m.channel == Channel::App);
    let mut heard: Vec<String> = those.map(|m| m.recipient.code()).collect();
    heard.sort_unstable();
    heard
}

fn ways(messages: &[Message]) -> Vec<(Kind, Channel, State)> {
    let way = |m: &Message| (m.kind, m.channel, m.state);
    let mut ways: Vec<_> = messages.iter().map(way).collect();
    ways.sort_by_key(|(kind, channel, _)| (*kind, *channel));
    ways
}

async fn whoever_gave_a_number_is_told_once_with_what_the_law_asks(city: TestCity) {
    let reported = lamp(&city).await;
    city.post().await;
    city.post().await;
    let told = told(&city, &reported.code, Side::Applicant).await;
    assert_eq!(
        ways(&told),
        [
            (Kind::Received, Channel::App, State::Delivered),
            (Kind::Received, Channel::Sms, State::Sent),
        ]
    );
    let sent = city.courier.taken();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(
        (sent[0].to.as_str(), sent[0].channel),
        (PHONE, Channel::Sms)
    );
    for part in [
        "Trung tâm 1022",
        "08:00 02/03/2026",
        &format!("http://localhost/track/{}", reported.code),
    ] {
        assert!(sent[0].body.contains(part), "{part}: {}", sent[0].body);
    }
    assert!(!sent[0].body.contains(PHONE), "{}", sent[0].body);
    // Whoever could take it up sees it in the app.
    let staff = self::told(&city, &reported.code, Side::Staff).await;
    assert_eq!(
        ways(&staff),
        [(Kind::StepArrived, Channel::App, State::Delivered)]
    );
}

async fn without_a_number_the_page_alone_tells(city: TestCity) {
    let lamp = city.resident().reports("report.street-light");
    let reported = lamp.at("Phường Ninh Kiều").await;
    city.post().await;
    let told = told(&city, &reported.code, Side::Applicant).await;
    assert_eq!(
        ways(&told),
        [(Kind::Received, Channel::App, State::Delivered)]
    );
    assert!(city.courier.taken().is_empty());
}

async fn a_provider_that_is_away_loses_nothing(city: TestCity) {
    city.courier.away(true);
    let reported = lamp(&city).await;
    city.post().await;
    let waiting = told(&city, &reported.code, Side::Applicant).await;
    assert_eq!(waiting[1].state, State::Waiting, "{waiting:?}");
    assert_eq!(waiting[1].fault.as_deref(), Some("does not answer"));
    // Not at once, but later; and each wait is longer.
    city.post().await;
    assert_eq!(
        told(&city, &reported.code, Side::Applicant).await[1].tries,
        1
    );
    city.clock.forward(minutes(2));
    city.post().await;
    assert_eq!(
        told(&city, &reported.code, Side::Applicant).await[1].tries,
        2
    );
    city.courier.away(false);
    city.clock.forward(minutes(5));
    city.post().await;
    let sent = told(&city, &reported.code, Side::Applicant).await;
    assert_eq!((sent[1].state, sent[1].tries), (State::Sent, 3));
    assert_eq!(city.courier.taken().len(), 1);
}

async fn a_number_that_is_refused_is_given_up_visibly_and_goes_again_by_hand(city: TestCity) {
    city.courier.refuse(PHONE, "số không tồn tại");
    let reported = lamp(&city).await;
    city.post().await;
    let failed = told(&city, &reported.code, Side::Applicant).await;
    assert_eq!(failed[1].state, State::Failed);
    assert_eq!(failed[1].fault.as_deref(), Some("số không tồn tại"));
    city.clock.forward(days(2));
    city.post().await;
    assert_eq!(
        city.courier.knocks(&failed[1].id.to_string()),
        1,
        "given up is given up"
    );
    // Whoever looks after messages sees it, without the number, and sends it again.
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/messages?state=failed").await;
    admin.sees("số không tồn tại").sees("•••678");
    assert!(!admin.page().to_string().contains(PHONE));
    admin.press("Gửi lại").await;
    admin.status(200).sees("Tin sẽ được gửi lại ngay");
    city.post().await;
    assert_eq!(city.courier.knocks(&failed[1].id.to_string()), 2);
}

async fn a_server_that_dies_after_sending_sends_again_under_the_same_id(city: TestCity) {
    let reported = lamp(&city).await;
    let couriers = links::courier::Couriers::in_memory(&city.courier);
    let post = motcua::loops::postroom(&couriers, "http://localhost");
    while city.city().address_notices(&post).await.expect("addressed") > 0 {}
    let claimed = city.city().claim_messages().await.expect("claimed");
    assert_eq!(claimed.len(), 1);
    // Handed over, and then nothing is written down.
    motcua::loops::hand_over(&city.hall, &couriers, &claimed[0]).await;
    // Another server must not take what this one holds.
    let other = city.second_server().await;
    assert!(other.claim_messages().await.expect("asked").is_empty());
    city.clock.forward(hours(1));
    city.post().await;
    let sent = told(&city, &reported.code, Side::Applicant).await;
    assert_eq!((sent[1].state, sent[1].tries), (State::Sent, 2));
    let id = sent[1].id.to_string();
    assert_eq!(city.courier.knocks(&id), 2, "handed over twice");
    assert_eq!(city.courier.taken().len(), 1, "and sent once");
}

async fn nobody_is_woken_at_night(city: TestCity) {
    // 22:30 in Cần Thơ.
    city.clock.forward(minutes(14 * 60 + 30));
    lamp(&city).await;
    city.post().await;
    assert!(city.courier.taken().is_empty());
    // 06:50 and 07:00.
    city.clock.forward(minutes(8 * 60 + 20));
    city.post().await;
    assert!(city.courier.taken().is_empty());
    city.clock.forward(minutes(10));
    city.post().await;
    assert_eq!(city.courier.taken().len(), 1);
}

async fn who_is_late_climbs_the_tiers_once_each(city: TestCity) {
    let reported = lamp(&city).await;
    city.decides("1022", &reported.code, "Chuyển đơn vị xử lý")
        .await;
    // In steps shorter than from one warning to the next: time speaks of the nearest only.
    for _ in 0..180 {
        city.clock.forward(hours(4));
        city.settle().await;
    }
    let staff = told(&city, &reported.code, Side::Staff).await;
    let times = |kind: Kind, recipient: &str| {
        let those = staff
            .iter()
            .filter(|m| m.kind == kind && m.channel == Channel::App);
        those.filter(|m| m.recipient.code() == recipient).count()
    };
    let (unit, head) = ("unit:commune-31135", "head:commune-31135");
    assert_eq!(times(Kind::DueSoon, unit), 1, "before the day");
    assert_eq!(times(Kind::DueSoon, head), 0);
    assert_eq!(times(Kind::DueToday, head), 1, "on the day the head too");
    assert_eq!(times(Kind::Late, head), 1);
    assert_eq!(times(Kind::Late, "head:desk-31135"), 1, "the centre");
    assert_eq!(times(Kind::LateStill, head), 2, "three and ten days after");
    // Three days: who stands above the unit; ten days: they and the leaders, who are the same here, once.
    assert_eq!(times(Kind::LateStill, "head:city"), 2);
    let told = told(&city, &reported.code, Side::Applicant).await;
    let late = told.iter().filter(|m| m.kind == Kind::Late);
    assert_eq!(
        late.count(),
        2,
        "whoever asked, in the app and by SMS, once"
    );
    // The list of the week came each week, to the leaders.
    let head = [store::Recipient::Head("city".to_owned())];
    let lists = city.hall.reader().notices(&head, None, 100).await;
    let lists = lists
        .expect("read")
        .into_iter()
        .filter(|m| m.kind == Kind::WeeklyList);
    let bodies: Vec<String> = lists.filter_map(|m| m.body).collect();
    assert!((3..=5).contains(&bodies.len()), "{bodies:?}");
    assert!(bodies[0].contains("Ninh Kiều"), "{}", bodies[0]);
}

async fn officials_see_what_came_and_residents_what_they_were_told(city: TestCity) {
    let reported = lamp(&city).await;
    city.post().await;
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open("/inbox").await;
    dispatcher.sees("1 tin chưa xem");
    dispatcher.open("/notices").await;
    dispatcher.sees(&reported.code).sees("Mới");
    dispatcher.open("/inbox").await;
    assert!(!dispatcher.page().to_string().contains("tin chưa xem"));
    // Of another unit: nothing.
    let mut other = city.sign_in("cairang").await;
    other.open("/notices").await;
    other.sees("Chưa có tin báo nào");
    // The case tells its handlers what went out, by which way, with the number masked.
    dispatcher.open(&format!("/cases/{}", reported.code)).await;
    dispatcher.sees("Tin đã gửi").sees("SMS").sees("•••678");
    // Whoever sent it reads it on the page; whoever has the code alone does not.
    let mut sender = reported.track(&city).await;
    sender
        .sees("Tin nhắn (1)")
        .sees("đã nhận yêu cầu của ông/bà");
    sender.open(&format!("/track/{}", reported.code)).await;
    let mut stranger = city.browser("người lạ");
    stranger.open(&format!("/track/{}", reported.code)).await;
    assert!(!stranger.page().to_string().contains("Tin nhắn (1)"));
}

async fn a_text_of_the_city_holds_when_a_second_person_approves_it(city: TestCity) {
    const AT: &str = "/admin/messages/texts/received.sms.vi";
    let mut first = city.sign_in("quantri").await;
    first.open(AT).await;
    // What cannot be said is told, and stays as it was typed.
    first.fill("Nội dung", "{{ khong_co }} xin chào");
    first.press("Xem thử").await;
    first.status(422).sees("Mẫu này chưa dùng được");
    assert_eq!(first.value("Nội dung"), Some("{{ khong_co }} xin chào"));
    first.fill("Nội dung", "TP Can Tho da nhan {{ code }}");
    first.press("Xem thử").await;
    first.status(200).sees("TP Can Tho da nhan H13");
    first.press("Gửi duyệt").await;
    first.status(200).sees("Bản 1 đang chờ duyệt");
    // Not yet: the shipped text holds, and the author does not approve.
    lamp(&city).await;
    city.post().await;
    assert!(!city.courier.taken()[0].body.starts_with("TP Can Tho"));
    first
        .send("POST", &format!("{AT}/approve"), &[("version", "1")])
        .await;
    first.status(409).sees("Người soạn không tự duyệt");
    let mut second = city.sign_in("quantri2").await;
    second.open(AT).await;
    second.press("Duyệt, dùng từ bây giờ").await;
    second.status(200);
    let reported = lamp(&city).await;
    city.post().await;
    let sent = city.courier.taken();
    let own = format!("TP Can Tho da nhan {}", reported.code);
    assert_eq!(
        sent.last().map(|parcel| parcel.body.as_str()),
        Some(own.as_str())
    );
}

async fn rules_that_cannot_be_read_are_told_and_not_kept(city: TestCity) {
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/messages/rules/messages").await;
    admin.fill("Quy tắc gửi", "version = 2\n[quiet]\nfrom = \"khuya\"");
    admin.press("Lưu bản mới").await;
    admin.status(422).sees("Chưa lưu");
    assert_eq!(city.city().law().messages.policy.version, 1);
    // Without quiet hours for SMS the same evening message goes at once.
    let text = rules::message::Policy::shipped_text();
    let loud = text.replace("channels = [\"sms\", \"zalo\"]", "channels = []");
    admin.fill("Quy tắc gửi", &loud.replace("version = 1", "version = 2"));
    admin.press("Lưu bản mới").await;
    admin.status(200).sees("quy tắc mới có hiệu lực ngay");
    city.clock.forward(minutes(14 * 60 + 30));
    lamp(&city).await;
    city.post().await;
    assert_eq!(city.courier.taken().len(), 1);
}

async fn a_kind_that_the_citys_own_rules_do_not_know_goes_as_shipped(city: TestCity) {
    // Written when the product knew no notice of receipt; the kind came later.
    let shipped = rules::message::Policy::shipped_text();
    let own: String = shipped
        .lines()
        .filter(|line| !line.starts_with("received = "))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut admin = city.sign_in("quantri").await;
    admin.open("/admin/messages/rules/messages").await;
    admin.sees_not("theo bản đi kèm phần mềm");
    admin.fill("Quy tắc gửi", &own);
    admin.press("Lưu bản mới").await;
    admin
        .status(200)
        .sees("1 loại tin không có trong bản này")
        .sees("received = {}");
    lamp(&city).await;
    city.post().await;
    assert_eq!(city.courier.taken().len(), 1);
    // Silent because the city says so.
    let silent = own.replace("[ways]\n", "[ways]\nreceived = {}\n");
    admin.fill("Quy tắc gửi", &silent);
    admin.press("Lưu bản mới").await;
    admin
        .status(200)
        .sees_not("loại tin không có trong bản này");
    lamp(&city).await;
    city.post().await;
    assert_eq!(city.courier.taken().len(), 1);
}

async fn an_official_who_wishes_so_gets_one_letter_a_day(city: TestCity) {
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open("/account/messages").await;
    dispatcher.fill("Địa chỉ thư điện tử", "khong phai thu");
    dispatcher.press("Lưu").await;
    dispatcher.status(422).sees("Địa chỉ thư chưa đúng");
    dispatcher
        .fill("Địa chỉ thư điện tử", "1022@cantho.example")
        .tick("Gộp thành một thư mỗi ngày làm việc thay vì từng thư");
    dispatcher.press("Lưu").await;
    dispatcher.status(200).sees("Đã lưu");
    // Today's hour has passed: what comes now stands in tomorrow's letter.
    city.post().await;
    lamp(&city).await;
    lamp(&city).await;
    city.post().await;
    let letters = |city: &TestCity| -> Vec<String> {
        let taken = city.courier.taken().into_iter();
        let to = taken.filter(|parcel| parcel.to == "1022@cantho.example");
        to.map(|parcel| parcel.body).collect()
    };
    assert!(letters(&city).is_empty());
    city.clock.forward(days(1));
    city.post().await;
    city.post().await;
    let sent = letters(&city);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].matches("- Việc mới").count(), 2, "{}", sent[0]);
    // Whoever has seen it all gets no letter.
    dispatcher.open("/notices").await;
    city.clock.forward(days(1));
    city.post().await;
    assert_eq!(letters(&city).len(), 1);
}

async fn a_provider_reports_what_became_of_a_message(city: TestCity) {
    const SECRET: &str = "bi-mat-cua-nha-cung-cap";
    let reported = lamp(&city).await;
    city.post().await;
    let id = told(&city, &reported.code, Side::Applicant).await[1]
        .id
        .to_string();
    let body = format!(r#"{{"id":"{id}","state":"delivered"}}"#);
    let (at, by) = links::signed::sign(SECRET, body.as_bytes(), city.clock.now());
    let report = async |body: &str, at: &str, by: &str| {
        let headers = [
            (links::signed::TIMESTAMP, at),
            (links::signed::SIGNATURE, by),
        ];
        city.browser("nhà cung cấp")
            .report("/hooks/messages", body, &headers)
            .await
    };
    assert_eq!(
        report(&body, &at, &by).await,
        404,
        "no reports are expected yet"
    );
    city.hall.expect_reports(SECRET.to_owned());
    assert_eq!(report(&body, &at, "sha256=00").await, 400);
    assert_eq!(report("{}", &at, &by).await, 400, "another body");
    let state = |messages: &[Message]| messages[1].state;
    assert_eq!(
        state(&told(&city, &reported.code, Side::Applicant).await),
        State::Sent
    );
    assert_eq!(report(&body, &at, &by).await, 200);
    assert_eq!(
        state(&told(&city, &reported.code, Side::Applicant).await),
        State::Delivered
    );
    city.clock.forward(hours(1));
    assert_eq!(
        report(&body, &at, &by).await,
        400,
        "too old to be believed again"
    );
}

async fn a_way_that_fails_for_ever_gives_way_to_the_next(city: TestCity) {
    // The provider of Zalo approved this text; the person has no Zalo.
    let key = rules::message::TemplateKey {
        kind: Some(Kind::Received),
        channel: Some(Channel::Zalo),
        language: "vi".to_owned(),
    };
    let text = rules::message::Template {
        body: "{{ code }}".to_owned(),
        provider_id: "301245".to_owned(),
        parameters: [("ma".to_owned(), "{{ code }}".to_owned())].into(),
        ..rules::message::Template::default()
    };
    let author = city.person("quantri").await;
    let approver = city.person("quantri2").await;
    let id = |person: &rules::person::Person| match person {
        rules::person::Person::Official(official) => official.id,
        _ => panic!("an official"),
    };
    city.city()
        .write_text(key.clone(), text, id(&author))
        .await
        .expect("written");
    city.city()
        .approve_text(key, 1, id(&approver))
        .await
        .expect("approved");
    let reported = lamp(&city).await;
    city.post().await;
    let sent = city.courier.taken();
    assert_eq!(sent[0].channel, Channel::Zalo);
    assert_eq!(
        sent[0]
            .provider
            .as_ref()
            .map(|call| call.parameters["ma"].as_str()),
        Some(reported.code.as_str())
    );
    city.courier.refuse(PHONE, "không dùng Zalo");
    let second = lamp(&city).await;
    city.post().await;
    let told = told(&city, &second.code, Side::Applicant).await;
    assert_eq!(
        ways(&told)[1..],
        [
            (Kind::Received, Channel::Sms, State::Failed),
            (Kind::Received, Channel::Zalo, State::Replaced),
        ],
        "the same number refuses the SMS too: {told:?}"
    );
}

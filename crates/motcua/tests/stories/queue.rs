//! The queue of a desk from the phone to the counter: numbers without a name, priority that does not starve the
//! others, a screen that says nothing but numbers, and waiting that is measured as it happens.

use std::collections::BTreeSet;

use actions::queue::{Call, TakeNumber};
use rules::counter::queue::State;
use testkit::{Browser, TestCity, both_engines, hours, minutes};

both_engines!(
    a_number_goes_from_the_phone_to_the_counter,
    priority_goes_first_and_nobody_waits_for_ever,
    two_hundred_at_once_get_two_hundred_numbers,
    clerks_who_call_at_once_get_different_people,
    a_closed_desk_says_when_it_opens,
    numbers_from_afar_are_limited_and_a_second_tap_is_the_same,
    a_clerk_calls_at_their_own_desk_only,
);

const DESK: &str = "desk-31135";
const CLERK: &str = "motcua-ninhkieu";
const FOR: &str = "Bạn đến làm việc gì?";

/// Takes a number on the page for phones; the browser then shows it.
async fn by_phone(city: &TestCity) -> Browser {
    let mut browser = city.browser("người ở nhà");
    browser.open("/queue?q=ninh kieu").await;
    let desk = browser.page().link("phường Ninh Kiều");
    browser.open(&desk).await;
    browser.choose(FOR, "Đất đai, sổ đỏ");
    browser.press("Lấy số").await;
    browser.status(200);
    browser
}

/// Touches the kiosk.
async fn at_kiosk(city: &TestCity, priority: &str, purpose: &str) -> Browser {
    let mut browser = city.browser("người tại chỗ");
    browser.open(&format!("/queue/{DESK}/kiosk")).await;
    browser.choose("Bạn thuộc diện ưu tiên?", priority);
    browser.press(purpose).await;
    browser.status(200);
    browser
}

async fn counter(city: &TestCity, number: u32) -> Browser {
    let mut clerk = city.sign_in(CLERK).await;
    clerk.open(&format!("/desk/queue?counter={number}")).await;
    clerk
}

fn token(browser: &Browser) -> String {
    let path = browser.page().path.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

async fn a_number_goes_from_the_phone_to_the_counter(city: TestCity) {
    let mut holder = by_phone(&city).await;
    holder.sees("B001").sees("Còn 0 người trước bạn");
    let place = holder.page().path.clone();
    let mut second = at_kiosk(&city, "Không", "Nhận kết quả").await;
    second.sees("K002").sees("Quét mã này bằng điện thoại");
    let followed = format!("/queue/ticket/{}", token(&second));

    city.clock.forward(minutes(12));
    let mut clerk = counter(&city, 2).await;
    clerk.sees("Quầy đang trống").sees("B001").sees("K002");
    clerk.press("Gọi số tiếp theo n").await;
    clerk
        .sees("B001")
        .sees("Đã chờ 12 phút")
        .sees("lấy số từ xa");
    holder.open(&place).await;
    holder.sees("Mời bạn đến quầy 2");
    let mut screen = city.browser("màn hình");
    screen.open(&format!("/queue/{DESK}/screen")).await;
    screen.sees("B001").sees("Quầy 2").sees("K002");
    for nobody in ["Trần", "Nguyễn", "Đăng xuất"] {
        screen.sees_not(nobody);
    }

    // Called again, not there, come after all, and sent on to counter 3 before everybody else.
    clerk.press("Gọi lại (đã gọi 1 lần)").await;
    clerk.sees("đã gọi 2 lần");
    clerk.press("Vắng mặt").await;
    holder.open(&place).await;
    holder.sees("Bạn đã được gọi mà không có mặt");
    screen.open(&format!("/queue/{DESK}/screen")).await;
    screen.sees_not("B001");
    clerk.press("Cho vào hàng lại").await;
    clerk.press("Gọi số tiếp theo n").await;
    clerk.sees("B001");
    city.clock.forward(minutes(3));
    clerk
        .choose("Bạn đến làm việc gì?", "Việc khác, hỏi thủ tục")
        .choose("Quầy", "Quầy 3");
    clerk.press("Chuyển").await;
    clerk.press("Gọi số tiếp theo n").await;
    clerk.sees("K002");
    second.open(&followed).await;
    second.sees("Mời bạn đến quầy 2");
    let mut third = counter(&city, 3).await;
    third.press("Gọi số tiếp theo n").await;
    third.sees("Z001");
    city.clock.forward(minutes(5));
    third.press("Xong").await;
    clerk.press("Xong, gọi số tiếp theo n").await;
    clerk.sees("Không còn ai chờ quầy này");
    holder.open(&place).await;
    holder.sees("Đã được phục vụ");

    // Measured: the first waited 12 minutes and talked 8 in all, the second waited 15 and talked 5.
    clerk.open("/desk/waiting").await;
    let row = clerk.page().row("Tất cả");
    assert_eq!(row.cell("Số đã phát").words, "2");
    assert_eq!(row.cell("Bỏ về, vắng").words, "0 (0,0 %)");
    assert_eq!(row.cell("Một nửa chờ không quá").words, "12 phút");
    assert_eq!(row.cell("9 trên 10 người chờ").words, "15 phút");
    assert_eq!(row.cell("9 trên 10 được phục vụ").words, "8 phút");
    clerk
        .open("/desk/waiting?from=2026-03-09&to=2026-03-01")
        .await;
    clerk.sees("Ngày sau đứng trước ngày đầu");
    let mut head = city.sign_in("ninhkieu-lanhdao").await;
    head.open("/desk/waiting").await;
    head.sees("phường Ninh Kiều").sees("12 phút");
}

async fn priority_goes_first_and_nobody_waits_for_ever(city: TestCity) {
    for priority in [
        "Không",
        "Người cao tuổi",
        "Người khuyết tật",
        "Người cao tuổi",
        "Người cao tuổi",
    ] {
        at_kiosk(&city, priority, "Nhận kết quả").await;
        city.clock.forward(minutes(1));
    }
    let mut last = by_phone(&city).await;
    last.sees("Còn 5 người trước bạn");
    let mut clerk = counter(&city, 1).await;
    let mut called = Vec::new();
    for _ in 0..6 {
        let words = match called.is_empty() {
            true => "Gọi số tiếp theo n",
            false => "Xong, gọi số tiếp theo n",
        };
        city.clock.forward(minutes(1));
        clerk.press(words).await;
        let queue = city
            .hall
            .reader()
            .queue(
                DESK,
                city.hall.today().expect("a day"),
                city.hall.today().expect("a day"),
            )
            .await
            .expect("a queue");
        let now = queue
            .iter()
            .find(|one| one.state == State::Called)
            .expect("somebody is called");
        called.push(now.number);
    }
    assert_eq!(
        called,
        [2, 3, 4, 1, 5, 6],
        "three with priority, then one who has waited"
    );
    last.press("Tôi không chờ nữa").await;
    last.status(409).sees("không còn ở trạng thái này");
}

async fn two_hundred_at_once_get_two_hundred_numbers(city: TestCity) {
    let taken = (0..200).map(|n| {
        let city = city.handle();
        tokio::spawn(async move {
            let take = TakeNumber {
                desk: DESK.into(),
                purpose: "land".into(),
                priority: None,
                afar: false,
                key: format!("at-once-{n}"),
            };
            city.city().take_number(take).await.expect("a number")
        })
    });
    let mut tokens = BTreeSet::new();
    for one in taken.collect::<Vec<_>>() {
        tokens.insert(one.await.expect("no panic"));
    }
    assert_eq!(tokens.len(), 200);
    let today = city.hall.today().expect("a day");
    let queue = city
        .hall
        .reader()
        .queue(DESK, today, today)
        .await
        .expect("a queue");
    let numbers: Vec<u32> = queue.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=200).collect::<Vec<u32>>());
}

async fn clerks_who_call_at_once_get_different_people(city: TestCity) {
    for _ in 0..4 {
        at_kiosk(&city, "Không", "Nhận kết quả").await;
    }
    let clerk = city.person(CLERK).await;
    let calls = (1..=4).map(|counter| {
        let (city, clerk) = (city.handle(), clerk.clone());
        tokio::spawn(async move { city.city().call(&clerk, DESK, counter, Call::Next).await })
    });
    let mut called = BTreeSet::new();
    for call in calls.collect::<Vec<_>>() {
        let ticket = call.await.expect("no panic").expect("called");
        called.insert(ticket.expect("somebody waits").number);
    }
    assert_eq!(called, BTreeSet::from([1, 2, 3, 4]));
}

async fn a_closed_desk_says_when_it_opens(city: TestCity) {
    city.clock.forward(hours(3) + minutes(30));
    let mut browser = city.browser("người đến trưa");
    browser.open(&format!("/queue/{DESK}")).await;
    browser
        .sees("Mở cửa lúc 13:00")
        .sees("Lúc này chưa phát số");
    assert!(!browser.offers("Lấy số"));
    let sent = [("key", "k"), ("purpose", "land")];
    browser.send("POST", &format!("/queue/{DESK}"), &sent).await;
    browser.status(422).sees("mở cửa lúc 13:00");
    // Half an hour before it opens, numbers are given.
    city.clock.forward(hours(1));
    browser.open(&format!("/queue/{DESK}")).await;
    assert!(browser.offers("Lấy số"));
    // At night there is nothing to wait for.
    city.clock.forward(hours(9));
    browser.open(&format!("/queue/{DESK}")).await;
    browser.sees("Đã đóng cửa lúc 17:00");
    browser.open("/queue/commune-31135").await;
    browser.status(404);
}

async fn numbers_from_afar_are_limited_and_a_second_tap_is_the_same(city: TestCity) {
    let mut browser = city.browser("người bấm hai lần");
    for n in 0..30 {
        let key = format!("afar-{}", n / 2 * 2);
        let sent = [("key", key.as_str()), ("purpose", "land")];
        browser.send("POST", &format!("/queue/{DESK}"), &sent).await;
        browser.status(200);
    }
    browser.sees("B015");
    for n in 0..15 {
        let key = format!("more-{n}");
        browser
            .send(
                "POST",
                &format!("/queue/{DESK}"),
                &[("key", &key), ("purpose", "land")],
            )
            .await;
        browser.status(200);
    }
    let sent = [("key", "one-too-many"), ("purpose", "land")];
    browser.send("POST", &format!("/queue/{DESK}"), &sent).await;
    browser.status(422).sees("Đã có 30 người lấy số từ xa");
    at_kiosk(&city, "Không", "Nhận kết quả").await.sees("K031");
    browser
        .send(
            "POST",
            &format!("/queue/{DESK}"),
            &[("key", "x"), ("purpose", "gold")],
        )
        .await;
    browser.status(404);
}

async fn a_clerk_calls_at_their_own_desk_only(city: TestCity) {
    at_kiosk(&city, "Không", "Nhận kết quả").await;
    let mut other = city.sign_in("cairang").await;
    other
        .open(&format!("/desk/queue?desk={DESK}&counter=1"))
        .await;
    other.status(404);
    let sent = [("desk", DESK), ("counter", "1"), ("do", "next")];
    other.send("POST", "/desk/queue", &sent).await;
    other.status(403);
    let mut clerk = city.sign_in(CLERK).await;
    let sent = [("desk", DESK), ("counter", "9"), ("do", "next")];
    clerk.send("POST", "/desk/queue", &sent).await;
    clerk.status(409).sees("chỉ có quầy 1 đến 4");
    other.open(&format!("/desk/waiting?desk={DESK}")).await;
    other.status(404);
    let mut leader = city.sign_in("lanhdao").await;
    leader.open(&format!("/desk/waiting?desk={DESK}")).await;
    leader.status(200).sees("phường Ninh Kiều");
}

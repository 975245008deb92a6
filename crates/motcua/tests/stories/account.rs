//! Residents with an account: signing in by electronic identity, what is theirs alone, who looked.

use testkit::words::{LAMP, lamp};
use testkit::{Browser, TestCity, both_engines, days, minutes};

both_engines!(
    a_newcomer_signs_in_from_the_first_page,
    a_trip_counts_once_for_the_browser_that_began_it,
    a_draft_is_its_owners_on_every_device_and_nobody_elses,
    who_read_a_case_is_shown_to_its_sender,
    a_device_left_behind_is_signed_out,
);

pub const LAN: &str = "Nguyễn Thị Lan Minh Họa";
pub const HUNG: &str = "Trần Văn Minh Họa";

/// Signed in through the pages, as one of the demonstration's residents.
pub async fn signed_in(city: &TestCity, name: &str) -> Browser {
    let mut browser = city.browser(name);
    browser.open("/sign-in").await;
    browser
        .follow("Đăng nhập bằng định danh điện tử minh hoạ")
        .await;
    browser.press(&format!("Đăng nhập là {name}")).await;
    browser.status(200);
    browser
}

async fn a_newcomer_signs_in_from_the_first_page(city: TestCity) {
    let mut browser = city.browser("người mới");
    browser.open("/").await;
    browser.follow("Tài khoản của tôi").await;
    assert_eq!(browser.page().path, "/sign-in?back=/account");
    browser
        .follow("Đăng nhập bằng định danh điện tử minh hoạ")
        .await;
    browser
        .sees("đều do máy bịa ra")
        .sees("Phạm Quốc Minh Họa, Giám đốc, đại diện");
    browser.press(&format!("Đăng nhập là {LAN}")).await;
    assert_eq!(browser.page().path, "/account");
    browser
        .sees(LAN)
        .sees("Định danh mức độ 2")
        .sees("Bạn chưa gửi hồ sơ nào");
    browser.follow("Dữ liệu của tôi").await;
    browser
        .sees("092190004321")
        .sees("08/03/1990")
        .sees("51 đường 3 Tháng 2, Phường Ninh Kiều");

    // The same person again is the same account; another one is another.
    let again = signed_in(&city, LAN).await;
    assert_eq!(again.page().path, "/account");
    let accounts = city
        .hall
        .reader()
        .residents_by_personal_id("092190004321")
        .await;
    assert_eq!(accounts.expect("accounts are read").len(), 1);
    browser.open("/account").await;
    browser.press("Đăng xuất").await;
    browser.open("/account/data").await;
    assert_eq!(browser.page().path, "/sign-in?back=/account/data");
}

async fn a_trip_counts_once_for_the_browser_that_began_it(city: TestCity) {
    // The victim's browser is led to an address that an attacker made with a trip of their own.
    let mut attacker = city.browser("kẻ gian");
    attacker.open("/sign-in/identity?back=/account").await;
    let page = attacker.page().clone();
    let hidden = |name: &str| {
        let (_, rest) = page
            .html
            .split_once(&format!("name=\"{name}\" value=\""))
            .expect(name);
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let (state, challenge) = (hidden("state"), hidden("challenge"));
    let fields = [
        ("state", state.as_str()),
        ("challenge", challenge.as_str()),
        ("person", "minh-hoa-hung"),
    ];
    let (_, to) = attacker
        .knock("POST", "/sign-in/demonstration", &fields)
        .await;
    let to = to.expect("back to the house");
    let to = to.trim_start_matches("http://localhost").to_owned();
    let mut victim = city.browser("nạn nhân");
    victim.open(&to).await;
    victim.status(422).sees("không còn hiệu lực");
    victim.open("/account").await;
    assert_eq!(victim.page().path, "/sign-in?back=/account");

    // A code that belongs to another trip of the same browser proves nothing, and the trip is over then.
    let mut other = city.browser("hai lần");
    other.open("/sign-in/identity").await;
    let first = other.page().path.clone();
    let state = first
        .split("state=")
        .nth(1)
        .and_then(|rest| rest.split('&').next());
    let state = state.expect("a state");
    other
        .open(&format!(
            "/sign-in/identity/return?code=bia-dat&state={state}"
        ))
        .await;
    other.status(422);
    let code = to
        .split("code=")
        .nth(1)
        .and_then(|rest| rest.split('&').next());
    let code = code.expect("a code");
    other
        .open(&format!(
            "/sign-in/identity/return?code={code}&state={state}"
        ))
        .await;
    other.status(422).sees("không còn hiệu lực");

    // Too long away.
    let mut slow = city.browser("đi lâu");
    slow.open("/sign-in/identity").await;
    city.clock.forward(minutes(11));
    slow.press(&format!("Đăng nhập là {LAN}")).await;
    slow.status(422).sees("Đăng nhập lại");
    // Nobody is led to another site.
    let mut led = city.browser("bị dẫn");
    led.open("/sign-in/identity?back=//evil.example/").await;
    led.press(&format!("Đăng nhập là {LAN}")).await;
    assert_eq!(led.page().path, "/account");
}

async fn a_draft_is_its_owners_on_every_device_and_nobody_elses(city: TestCity) {
    let mut phone = signed_in(&city, LAN).await;
    phone.open("/apply/household-business.registration").await;
    phone.press("Bắt đầu").await;
    let address = phone.page().path.clone();
    phone.press("Lưu, làm tiếp sau").await;
    phone.status(200);

    // Whoever gets hold of the address has nothing, signed in or not.
    for mut stranger in [signed_in(&city, HUNG).await, city.browser("người lạ")] {
        stranger.open(&address).await;
        stranger.status(404);
        let (status, _) = stranger.knock("POST", &address, &[("_go", "next")]).await;
        assert_eq!(status, 404);
    }

    let mut desktop = signed_in(&city, LAN).await;
    desktop.open("/account").await;
    desktop.sees("Đang làm dở");
    desktop.follow("Làm tiếp").await;
    desktop.status(200);
    assert_eq!(desktop.page().path, address);
    desktop.open("/account").await;
    let named = desktop.page().link("Làm tiếp");
    let mut hung = signed_in(&city, HUNG).await;
    hung.open(&named).await;
    hung.status(404);
    assert_eq!(hung.knock("POST", &named, &[]).await.0, 404);
    desktop.press("Bỏ").await;
    desktop.sees_not("Đang làm dở");
    phone.open(&address).await;
    phone.status(404);
}

async fn who_read_a_case_is_shown_to_its_sender(city: TestCity) {
    let mut lan = signed_in(&city, LAN).await;
    let code = lamp_out(&mut lan).await;
    lan.open("/account").await;
    lan.sees(&code);
    lan.open("/account/data").await;
    lan.sees("Chưa có ai xem");
    city.clock.forward(minutes(5));
    let mut official = city.sign_in("1022").await;
    official.open(&format!("/cases/{code}")).await;
    official.status(200);
    lan.open("/account/data").await;
    let row = lan.page().row(&code).clone();
    assert!(row.cell("Ai").words.contains("1022"), "{row:?}");
    assert_eq!(row.cell("Để làm gì").words, "giải quyết hồ sơ");
    let mut hung = signed_in(&city, HUNG).await;
    hung.open("/account/data").await;
    hung.sees("Chưa có ai xem").sees_not(&code);
    hung.open("/account").await;
    hung.sees_not(&code);
}

async fn a_device_left_behind_is_signed_out(city: TestCity) {
    let mut here = signed_in(&city, LAN).await;
    let mut there = signed_in(&city, LAN).await;
    let mut hung = signed_in(&city, HUNG).await;
    here.open("/account/sessions").await;
    here.sees("Máy này");
    here.press("Đăng xuất mọi máy khác").await;
    here.status(200);
    there.open("/account/data").await;
    assert_eq!(there.page().path, "/sign-in?back=/account/data");
    here.open("/account/data").await;
    here.status(200);
    hung.open("/account/data").await;
    hung.status(200);
    city.clock.forward(days(400));
    here.open("/account/data").await;
    assert_eq!(here.page().path, "/sign-in?back=/account/data");
}

/// Sends a report about a lamp with this account; gives its code.
async fn lamp_out(browser: &mut Browser) -> String {
    browser.open("/report/report.street-light").await;
    browser.fill("Nội dung", LAMP);
    lamp(browser).choose("Phường, xã", "Phường Ninh Kiều");
    browser.press("Xem lại trước khi gửi").await;
    browser.press("Gửi phản ánh").await;
    browser.status(200);
    let path = browser.page().path.clone();
    let code = path.trim_start_matches("/report/sent/").split('?').next();
    code.unwrap_or_default().to_owned()
}

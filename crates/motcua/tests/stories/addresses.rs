//! Addresses that lead nowhere, the city's two languages, and the door of the office.

use testkit::{TestCity, both_engines};

both_engines!(
    an_unknown_address_is_told_in_the_citys_language,
    a_wrong_password_is_told_and_the_name_is_kept,
    nobody_is_led_to_sign_in_and_back,
    whoever_signed_out_is_a_stranger,
    signs_that_no_text_holds_are_no_fault_of_ours,
);

async fn an_unknown_address_is_told_in_the_citys_language(city: TestCity) {
    let mut browser = city.browser("người lạ");
    browser.open("/khong-co-trang-nay").await;
    browser.status(404).sees("Không có trang này");
    assert!(
        browser.offers("Tìm"),
        "a search helps on:\n{}",
        browser.page()
    );
    browser.open("/language/en?back=/").await;
    browser.open("/khong-co-trang-nay").await;
    browser
        .status(404)
        .sees("no such page")
        .sees_not("Không có trang này");
}

async fn a_wrong_password_is_told_and_the_name_is_kept(city: TestCity) {
    let mut browser = city.browser("người lạ");
    browser.open("/sign-in").await;
    browser
        .fill("Tên đăng nhập", "1022")
        .fill("Mật khẩu", "sai mật khẩu");
    browser.press("Đăng nhập").await;
    browser
        .status(422)
        .sees("Tên đăng nhập hoặc mật khẩu không đúng");
    assert_eq!(browser.value("Tên đăng nhập"), Some("1022"));
    assert_eq!(browser.value("Mật khẩu"), Some(""));
}

async fn nobody_is_led_to_sign_in_and_back(city: TestCity) {
    let mut browser = city.browser("người lạ");
    browser.open("/account").await;
    assert!(
        browser.page().path.starts_with("/sign-in?back="),
        "{}",
        browser.page()
    );
    browser
        .fill("Tên đăng nhập", "ninhkieu")
        .fill("Mật khẩu", &city.hall.shown().password);
    browser.press("Đăng nhập").await;
    assert_eq!(browser.page().path, "/account");
    browser.status(200).sees("chuyên viên");
}

async fn whoever_signed_out_is_a_stranger(city: TestCity) {
    let mut browser = city.sign_in("ninhkieu").await;
    let mut thief = browser.tab();
    browser.open("/account").await;
    browser.press("Đăng xuất").await;
    // A copy of the cookie is worth nothing afterwards.
    thief.open("/account").await;
    assert!(
        thief.page().path.starts_with("/sign-in"),
        "{}",
        thief.page()
    );
}

async fn signs_that_no_text_holds_are_no_fault_of_ours(city: TestCity) {
    let mut browser = city.browser("người lạ");
    for path in [
        "/services?q=%00",
        "/open/reports?q=a%00b",
        "/open/reports?area=%00",
        "/track?code=%00",
        "/track/%00",
        "/report?draft=%00",
        "/verify?code=%00",
    ] {
        browser.open(path).await;
        assert!(browser.page().status < 500, "{path}");
    }
}

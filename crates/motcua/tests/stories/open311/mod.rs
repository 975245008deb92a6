//! Open311 GeoReport v2 as a black box: what is checked here is what the specification says, knowing nothing of
//! our code but the addresses. C1 … C23 are the points of conformance that other programs rely on.

mod reading;
mod spark;
mod writing;

use serde_json::Value;
use testkit::{Program, TestCity};

pub const V2: &str = "/open311/v2";

/// A key, given by the administrator on the page.
pub async fn a_key(city: &TestCity, per_minute: &str) -> String {
    let mut browser = city.sign_in("quantri").await;
    browser.open("/admin/api-keys").await;
    browser
        .fill("Tên chương trình", "Ứng dụng phường")
        .fill(
            "Người chịu trách nhiệm (thư điện tử hoặc điện thoại)",
            "0292 1022",
        )
        .fill("Nhiều nhất bao nhiêu yêu cầu mỗi phút", per_minute);
    browser.press("Cấp khóa").await;
    browser.status(200).sees("hãy chép lại ngay");
    let text = browser.page().to_string();
    let key = text.split_whitespace().find(|word| word.len() == 27);
    key.unwrap_or_else(|| panic!("no key in {text}")).to_owned()
}

/// A report as a program sends it.
pub async fn sent(program: &Program, key: &str, words: &str) -> String {
    let answer = program
        .post(
            &format!("{V2}/requests.json"),
            &[
                ("api_key", key),
                ("service_code", "report.litter"),
                ("lat", "10.0341"),
                ("long", "105.7876"),
                ("address_id", "31135"),
                ("description", words),
                ("attribute[spot]", "street"),
                ("attribute[hazardous]", "false"),
            ],
        )
        .await;
    let answer = answer.status(200).json();
    let code = answer[0]["service_request_id"].as_str();
    code.unwrap_or_else(|| panic!("no code in {answer}"))
        .to_owned()
}

pub fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub fn codes(value: &Value) -> Vec<&str> {
    rows(value)
        .iter()
        .filter_map(|row| row["service_request_id"].as_str())
        .collect()
}

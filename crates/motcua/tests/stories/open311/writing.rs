//! A program hands in: C8, keys and their limits, and what comes of a flood of nonsense.

use testkit::{TestCity, both_engines, minutes};

use super::{V2, a_key, rows, sent};

both_engines!(
    a_report_that_does_not_fit_is_told_by_parameter,
    a_report_keeps_its_words_and_comes_once,
    a_key_has_a_limit_and_an_end,
    nonsense_is_refused_with_a_sentence,
);

const FITS: [(&str, &str); 6] = [
    ("service_code", "report.litter"),
    ("lat", "10.0341"),
    ("long", "105.7876"),
    ("description", "Rác ở chợ"),
    ("attribute[spot]", "market"),
    ("attribute[hazardous]", "false"),
];

/// The fitting report with these fields in place of its own; an empty one is left out.
fn but<'a>(key: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FITS
        .iter()
        .filter(|(name, _)| changed.iter().all(|(other, _)| other != name));
    let sent = kept.chain(changed).filter(|(_, value)| !value.is_empty());
    sent.copied().chain([("api_key", key)]).collect()
}

async fn a_report_that_does_not_fit_is_told_by_parameter(city: TestCity) {
    let (program, key) = (city.program(), a_key(&city, "600").await);
    let (long, longer) = ("a".repeat(4000), "a".repeat(4001));
    type Fields<'a> = &'a [(&'a str, &'a str)];
    let table: &[(Fields<'_>, u16, &str)] = &[
        (&[("service_code", "")], 400, "service_code"),
        (&[("service_code", "khong-co")], 404, "khong-co"),
        (&[("lat", ""), ("long", "")], 400, "location"),
        (&[("long", "")], 400, "lat and long"),
        (&[("lat", "chín mươi")], 400, "lat must be"),
        (&[("lat", "NaN")], 400, "lat must be"),
        (&[("long", "181")], 400, "long must be"),
        (&[("description", "")], 400, "description"),
        (&[("description", &longer)], 400, "4000"),
        (&[("description", &long)], 200, ""),
        (&[("attribute[spot]", "")], 400, "attribute[spot]"),
        (&[("attribute[spot]", "tren-troi")], 400, "attribute[spot]"),
        (
            &[("attribute[hazardous]", "co-le")],
            400,
            "attribute[hazardous]",
        ),
        (&[("phone", "không có")], 400, "phone"),
        (&[("jurisdiction_id", "boston")], 404, "boston"),
        (&[("nobody_knows", "this")], 200, ""),
    ];
    for (changed, status, says) in table {
        let answer = program
            .post(&format!("{V2}/requests.json"), &but(&key, changed))
            .await;
        answer.status(*status);
        if *status != 200 {
            let said: Vec<String> = rows(&answer.json())
                .iter()
                .map(|e| e["description"].to_string())
                .collect();
            assert!(
                said.iter().any(|words| words.contains(says)),
                "{changed:?}: {said:?}"
            );
        }
    }
    for key in ["", "khong-phai-khoa"] {
        program
            .post(&format!("{V2}/requests.json"), &but(key, &[]))
            .await
            .status(403);
    }
}

async fn a_report_keeps_its_words_and_comes_once(city: TestCity) {
    let (program, key) = (city.program(), a_key(&city, "60").await);
    let code = sent(&program, &key, "Đổ trộm <b>xà bần</b>\nở bờ kênh").await;
    let mut desk = city.sign_in("1022").await;
    desk.open(&format!("/cases/{code}")).await;
    desk.sees("Đổ trộm <b>xà bần</b>")
        .sees("Trên đường, vỉa hè");
    // Sent again after a lost answer.
    let fields = but(&key, &[]);
    let body = fields.iter().map(|(n, v)| {
        format!(
            "{}={}",
            testkit::program::escape(n),
            testkit::program::escape(v)
        )
    });
    let body = body.collect::<Vec<_>>().join("&");
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("idempotency-key", "chuyen-1"),
    ];
    let path = format!("{V2}/requests.json");
    let first = program
        .ask("POST", &path, &headers, body.clone())
        .await
        .status(200)
        .json();
    let again = program
        .ask("POST", &path, &headers, body)
        .await
        .status(200)
        .json();
    assert_eq!(first, again);
    // A trial is judged and opens nothing.
    let trial = "/open311/test/v2/requests.json";
    program
        .post(trial, &but(&key, &[("lat", "x")]))
        .await
        .status(400);
    let tried = program
        .post(trial, &but(&key, &[]))
        .await
        .status(200)
        .json();
    assert!(tried[0]["service_request_id"].is_null(), "{tried}");
    let all = program.get(&format!("{V2}/requests.json")).await.json();
    assert_eq!(rows(&all).len(), 2, "{all}");
}

async fn a_key_has_a_limit_and_an_end(city: TestCity) {
    let (program, key) = (city.program(), a_key(&city, "2").await);
    let post = async || {
        program
            .post(&format!("{V2}/requests.json"), &but(&key, &[]))
            .await
    };
    post().await.status(200);
    post().await.status(200);
    let third = post().await;
    assert!(third.status(429).headers.contains_key("retry-after"));
    city.clock.forward(minutes(1));
    post().await.status(200);
    let mut browser = city.sign_in("quantri").await;
    browser.open("/admin/api-keys").await;
    browser.press("Thu hồi Ứng dụng phường").await;
    browser.status(200).sees("đã thu hồi ngày");
    city.clock.forward(minutes(1));
    post().await.status(403);
    // What is missing is said, and what was typed stays.
    browser
        .fill("Tên chương trình", "Ứng dụng xã")
        .fill("Nhiều nhất bao nhiêu yêu cầu mỗi phút", "nhiều");
    browser.press("Cấp khóa").await;
    browser.status(422).sees("Hãy ghi một số nguyên");
    assert_eq!(browser.value("Tên chương trình"), Some("Ứng dụng xã"));
}

async fn nonsense_is_refused_with_a_sentence(city: TestCity) {
    let (program, key) = (city.program(), a_key(&city, "6000").await);
    let odd = [
        "\u{0}",
        "\u{FFFF}",
        "%",
        "[]",
        "\u{202e}",
        "' OR 1=1 --",
        "{{7*7}}",
        "-1",
        "1e999",
        "\r\n\r\n",
        "🗑️",
    ];
    let names = [
        "service_code",
        "lat",
        "long",
        "description",
        "attribute[spot]",
        "attribute[spot][]",
        "address_id",
        "phone",
        "email",
    ];
    for name in names {
        for value in odd {
            let answer = program
                .post(&format!("{V2}/requests.xml"), &but(&key, &[(name, value)]))
                .await;
            assert!(answer.status < 500, "{name}={value:?}: {}", answer.body);
            super::spark::json(&answer.body);
        }
    }
    for kind in [
        "text/plain",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
    ] {
        let path = format!("{V2}/requests.json");
        let answer = program
            .ask("POST", &path, &[("content-type", kind)], "{\"a\":".into())
            .await;
        assert!(
            (400..500).contains(&answer.status),
            "{kind}: {} {}",
            answer.status,
            answer.body
        );
        assert!(!rows(&answer.json()).is_empty(), "{kind}: {}", answer.body);
    }
    for name in [
        "service_request_id",
        "service_code",
        "start_date",
        "status",
        "page",
        "updated_after",
        "extensions",
    ] {
        for value in odd {
            let path = format!(
                "{V2}/requests.xml?{name}={}",
                testkit::program::escape(value)
            );
            let answer = program.get(&path).await;
            assert!(answer.status < 500, "{path}: {}", answer.body);
            super::spark::json(&answer.body);
        }
    }
}

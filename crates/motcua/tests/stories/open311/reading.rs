//! What anybody may read: C1–C7, C9–C22.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::{Program, TestCity, both_engines, days, hours};

use super::spark;
use super::{V2, a_key, codes, rows, sent};

both_engines!(
    the_interface_is_found_and_says_what_it_takes,
    both_formats_say_the_same,
    lists_are_narrowed_and_walked,
    nothing_private_is_ever_here,
    what_happened_is_told_to_followers,
);

async fn the_interface_is_found_and_says_what_it_takes(city: TestCity) {
    let program = city.program();
    // C1, C2
    let found = program.get("/open311/discovery.json").await;
    assert_eq!(found.status(200).kind(), "application/json; charset=utf-8");
    let found = found.json();
    for field in ["changeset", "contact", "key_service"] {
        assert!(
            found[field].as_str().is_some_and(|text| !text.is_empty()),
            "{field}: {found}"
        );
    }
    let endpoint = &rows(&found["endpoints"])[0];
    assert_eq!(
        endpoint["specification"],
        "http://wiki.open311.org/GeoReport_v2"
    );
    assert!(rows(&endpoint["formats"]).contains(&"text/xml".into()));
    let base = endpoint["url"].as_str().expect("an address");
    assert!(base.ends_with(V2), "{base}");
    // The contact it names answers.
    program.get("/open311").await.status(200);

    // C5, C6, C7
    let services = program
        .get(&format!("{V2}/services.json"))
        .await
        .status(200)
        .json();
    assert!(rows(&services).len() >= 10, "{services}");
    let mut seen = BTreeSet::new();
    for service in rows(&services) {
        let code = service["service_code"].as_str().expect("a code");
        assert!(seen.insert(code.to_owned()), "{code} twice");
        assert_eq!(service["type"], "realtime");
        for field in ["service_name", "description", "group", "keywords"] {
            assert!(service[field].is_string(), "{field}: {service}");
        }
        let definition = program.get(&format!("{V2}/services/{code}.json")).await;
        match service["metadata"].as_bool() {
            Some(true) => judge_definition(code, &definition.status(200).json()),
            _ => drop(definition.status(400)),
        }
    }
    program
        .get(&format!("{V2}/services/khong-co.json"))
        .await
        .status(404);
}

fn judge_definition(code: &str, definition: &Value) {
    assert_eq!(definition["service_code"], code);
    let (mut orders, mut names) = (BTreeSet::new(), BTreeSet::new());
    for attribute in rows(&definition["attributes"]) {
        let order = attribute["order"].as_u64().expect("an order");
        assert!(order >= 1 && orders.insert(order), "{attribute}");
        assert!(
            names.insert(attribute["code"].as_str().expect("a code").to_owned()),
            "{attribute}"
        );
        let kind = attribute["datatype"].as_str().expect("a datatype");
        let list = kind.ends_with("list");
        assert_eq!(list, !rows(&attribute["values"]).is_empty(), "{attribute}");
        let keys: BTreeSet<_> = rows(&attribute["values"])
            .iter()
            .map(|v| v["key"].to_string())
            .collect();
        assert_eq!(
            keys.len(),
            rows(&attribute["values"]).len(),
            "keys twice: {attribute}"
        );
    }
}

/// C2, C3, C4 over every call, right and wrong.
async fn both_formats_say_the_same(city: TestCity) {
    let program = city.program();
    let key = a_key(&city, "60").await;
    let code = sent(&program, &key, "Rác & <bao tải>\nchặn \"lối đi\"").await;
    let calls = [
        "/open311/discovery".to_owned(),
        format!("{V2}/services"),
        format!("{V2}/services/report.litter"),
        format!("{V2}/requests"),
        format!("{V2}/requests/{code}"),
        format!("{V2}/servicerequestupdates"),
        format!("{V2}/requests/H13.000-000000-0000"),
        format!("{V2}/services/khong-co"),
        format!("{V2}/tokens/khong-co"),
        format!("{V2}/khong-co"),
    ];
    for call in calls {
        for more in [
            "",
            "?extensions=true",
            "?jurisdiction_id=boston",
            "?start_date=hom-qua",
        ] {
            let json = program.get(&format!("{call}.json{more}")).await;
            let xml = program.get(&format!("{call}.xml{more}")).await;
            assert_eq!(json.status, xml.status, "{call}{more}");
            assert_eq!(xml.kind(), "text/xml; charset=utf-8", "{call}{more}");
            assert_eq!(
                json.kind(),
                "application/json; charset=utf-8",
                "{call}{more}"
            );
            assert_eq!(spark::json(&xml.body), json.json(), "{call}{more}");
            if json.status != 200 {
                // C18
                let error = &rows(&json.json())[0].clone();
                assert_eq!(error["code"], json.status.to_string(), "{call}{more}");
                assert!(
                    error["description"]
                        .as_str()
                        .is_some_and(|words| !words.is_empty())
                );
            }
        }
    }
    // C12 of formats: none is XML, another is not ours.
    let none = program.get(&format!("{V2}/services")).await;
    assert_eq!(none.status(200).kind(), "text/xml; charset=utf-8");
    program
        .get(&format!("{V2}/services.yaml"))
        .await
        .status(404);
    // C22: anybody's page may read.
    assert_eq!(none.headers["access-control-allow-origin"], "*");
    let head = program
        .ask("HEAD", &format!("{V2}/services.json"), &[], String::new())
        .await;
    assert!(head.status(200).body.is_empty());
    // What is only read says so.
    let post = program
        .ask("POST", &format!("{V2}/services.json"), &[], "x".to_owned())
        .await;
    assert_eq!(post.status(405).headers["allow"], "GET, HEAD");
    assert!(post.body.contains("GET"), "{}", post.body);
}

async fn lists_are_narrowed_and_walked(city: TestCity) {
    let program = city.program();
    let key = a_key(&city, "600").await;
    let mut all = Vec::new();
    for n in 0..7 {
        all.push(sent(&program, &key, &format!("Rác lần {n}")).await);
        city.clock.forward(hours(1));
    }
    all.reverse();
    let list = async |params: &str| {
        let answer = program.get(&format!("{V2}/requests.json?{params}")).await;
        answer.status(200).json()
    };
    let everything = list("").await;
    assert_eq!(codes(&everything), all, "newest first");
    // C9: the same in the list and alone.
    for row in rows(&everything) {
        let code = row["service_request_id"].as_str().expect("a code");
        let alone = program
            .get(&format!("{V2}/requests/{code}.json"))
            .await
            .status(200)
            .json();
        assert_eq!(&rows(&alone)[0], row);
        assert_eq!(
            (row["lat"].as_f64(), row["long"].as_f64()),
            (Some(10.0341), Some(105.7876))
        );
    }
    // C10, C11, C15, C21
    let two = format!("{},{}", all[1], all[4]);
    let named = list(&format!(
        "service_request_id={two}&status=closed&start_date=2020-01-01T00:00:00Z"
    ))
    .await;
    assert_eq!(codes(&named), [all[1].as_str(), all[4].as_str()]);
    assert_eq!(
        list("service_code=report.litter,report.tree").await,
        everything
    );
    assert_eq!(
        codes(&list("service_code=report.tree").await),
        Vec::<&str>::new()
    );
    assert_eq!(
        list("status=&service_code=&start_date=&page=&page_size=&khong_ai_biet=1").await,
        everything
    );
    // C14: pages hold everything once, also while others come.
    let mut walked = Vec::new();
    for page in 1..=4 {
        walked.extend(
            codes(&list(&format!("page={page}&page_size=2")).await)
                .iter()
                .map(ToString::to_string),
        );
    }
    assert_eq!(walked, all);
    assert_eq!(
        list("page=0&page_size=2").await,
        list("page=1&page_size=2").await
    );
    program
        .get(&format!("{V2}/requests.json?page_size=1001"))
        .await
        .status(400);
    // C13
    let third = rows(&everything)[4]["requested_datetime"]
        .as_str()
        .expect("a moment")
        .to_owned();
    let third = testkit::program::escape(&third);
    assert_eq!(codes(&list(&format!("start_date={third}")).await), all[..5]);
    assert_eq!(
        codes(&list(&format!("end_date={third}")).await),
        all[4..],
        "the instant is inside"
    );
    let wide = "start_date=2026-01-01T00:00:00Z&end_date=2026-12-01T00:00:00Z";
    program
        .get(&format!("{V2}/requests.json?{wide}"))
        .await
        .status(400);
    program
        .get(&format!("{V2}/requests.json?start_date=2026-01-01"))
        .await
        .status(400);

    // C12, C16: closing one moves it from open to closed, with the moment of closing.
    let mut desk = city.sign_in("1022").await;
    desk.open(&format!("/cases/{}", all[0])).await;
    desk.fill("Ghi chú hoặc lý do", "Đã hướng dẫn");
    desk.press("Không thuộc phạm vi – hướng dẫn").await;
    let (open, closed) = (list("status=open").await, list("status=closed").await);
    assert_eq!(codes(&closed), [all[0].as_str()]);
    assert_eq!(codes(&open), all[1..]);
    assert_eq!(rows(&list("status=open,closed").await).len(), 7);
    let row = &rows(&closed)[0];
    assert!(
        row["updated_datetime"].as_str() >= row["requested_datetime"].as_str(),
        "{row}"
    );
    assert!(row["status_notes"].is_string(), "{row}");
    // Whoever asks for changes gets it, however old it is.
    city.clock.forward(days(200));
    assert_eq!(
        codes(&list("").await),
        Vec::<&str>::new(),
        "the window of ninety days"
    );
    let since = testkit::program::escape(row["updated_datetime"].as_str().expect("a moment"));
    assert_eq!(
        codes(&list(&format!("updated_after={since}")).await),
        [all[0].as_str()]
    );
}

/// C17, C19, C20
async fn nothing_private_is_ever_here(city: TestCity) {
    let program = city.program();
    let key = a_key(&city, "60").await;
    let public = sent(&program, &key, "Rác trước nhà bà Lan, gọi 0912345678").await;
    let private = a_private_report(&city).await;
    for call in ["requests", "servicerequestupdates"] {
        for more in ["", "&extensions=true"] {
            let said = program
                .get(&format!("{V2}/{call}.json?x=1{more}"))
                .await
                .status(200)
                .body
                .clone();
            assert!(said.contains(&public), "{said}");
            for secret in [
                private.as_str(),
                "0912345678",
                "Nguyễn Thị Kín",
                "nhà riêng của tôi",
            ] {
                assert!(!said.contains(secret), "{secret} in {said}");
            }
        }
    }
    program
        .get(&format!("{V2}/requests/{private}.json"))
        .await
        .status(404);
    let named = program
        .get(&format!("{V2}/requests.json?service_request_id={private}"))
        .await;
    assert_eq!(named.status(200).json(), serde_json::json!([]));
    program
        .get(&format!("{V2}/requests.json?jurisdiction_id=boston"))
        .await
        .status(404);
    program
        .get(&format!("{V2}/requests.json?jurisdiction_id=can-tho"))
        .await
        .status(200);
    program
        .get(&format!("{V2}/tokens/1.json"))
        .await
        .status(404);
}

async fn a_private_report(city: &TestCity) -> String {
    let mut browser = city.browser("bà Kín");
    browser.open("/report/report.noise").await;
    browser
        .fill("Nội dung", "Ồn ở nhà riêng của tôi, tôi là Nguyễn Thị Kín")
        .fill("Mô tả vị trí", "nhà riêng của tôi")
        .choose("Phường, xã", "Phường Ninh Kiều");
    browser
        .choose("Nguồn gây ồn", "Karaoke, loa kéo")
        .choose("Đang ồn lúc này", "Có")
        .choose("Mức lặp lại", "Hằng ngày");
    browser.press("Xem lại trước khi gửi").await;
    browser.status(200);
    browser.untick("Hiện phản ánh này trên bản đồ chung");
    browser.press("Gửi phản ánh").await;
    browser.status(200);
    let path = browser.page().path.clone();
    let code = path.split(['/', '?']).find(|part| part.starts_with("H13"));
    code.unwrap_or_else(|| panic!("no code in {path}"))
        .to_owned()
}

/// C23
async fn what_happened_is_told_to_followers(city: TestCity) {
    let program: Program = city.program();
    let key = a_key(&city, "60").await;
    let code = sent(&program, &key, "Rác ở chợ").await;
    let posted = program
        .post(
            &format!("{V2}/servicerequestupdates.json"),
            &[
                ("api_key", &key),
                ("service_request_id", &code),
                ("description", "Đã thấy xe đến"),
                ("status", "closed"),
            ],
        )
        .await
        .status(200)
        .json();
    assert!(
        rows(&posted)[0]["update_id"]
            .as_str()
            .is_some_and(|id| id.starts_with(&code)),
        "{posted}"
    );
    // Words decide nothing.
    let row = program
        .get(&format!("{V2}/requests/{code}.json"))
        .await
        .json();
    assert_eq!(rows(&row)[0]["status"], "open");
    let mut desk = city.sign_in("1022").await;
    desk.open(&format!("/cases/{code}")).await;
    desk.sees("Đã thấy xe đến");
    let updates = program
        .get(&format!("{V2}/servicerequestupdates.json"))
        .await
        .status(200)
        .json();
    let about: Vec<_> = rows(&updates)
        .iter()
        .filter(|u| u["service_request_id"] == code.as_str())
        .collect();
    assert!(
        about.len() >= 2 && about.iter().all(|u| u["status"] == "open"),
        "{updates}"
    );
    // Another program's report is not its own.
    let other = a_key(&city, "60").await;
    let forged = [
        ("api_key", other.as_str()),
        ("service_request_id", &code),
        ("description", "x"),
    ];
    program
        .post(&format!("{V2}/servicerequestupdates.json"), &forged)
        .await
        .status(404);
}

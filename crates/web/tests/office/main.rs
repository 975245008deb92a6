//! Stories of the office through the outermost door: real router, real rules, SQLite.

mod city;

use axum::http::{StatusCode, header};
use city::{Browser, Small, photo};

/// Decides a step as the page of the moment shows it.
async fn decide(who: &Browser<'_>, code: &str, step: &str, outcome: &str) -> city::Answer {
    let page = who.get(&format!("/cases/{code}")).await;
    let version = page.hidden("version");
    let pairs = [
        ("version", version.as_str()),
        ("step", step),
        ("outcome", outcome),
    ];
    who.send(&format!("/cases/{code}/decide"), &pairs, None)
        .await
}

#[tokio::test]
async fn a_report_is_triaged_handled_with_a_photo_and_approved() {
    let small = Small::new().await;
    let code = small.report("story", true).await.code;
    let (phoi, tho, chu) = (
        small.sign_in("phoi").await,
        small.sign_in("tho").await,
        small.sign_in("chu").await,
    );

    let inbox = phoi.get("/inbox").await;
    assert_eq!(inbox.status, StatusCode::OK);
    assert!(
        inbox.body.contains(&code) && inbox.body.contains("Phân loại"),
        "{}",
        inbox.body
    );
    let next = phoi.post("/inbox/next", &[]).await;
    assert_eq!(next.to(), format!("/cases/{code}"));
    let page = phoi.get(next.to()).await;
    assert!(page.body.contains("Chuyển đơn vị xử lý") && page.body.contains("Bạn đang giữ"));
    assert!(
        page.body.contains("0912345678"),
        "a handler sees whom to call"
    );
    assert_eq!(
        decide(&phoi, &code, "triage", "accept").await.status,
        StatusCode::SEE_OTHER
    );

    let work = tho.get(&format!("/cases/{code}")).await;
    let version = work.hidden("version");
    let path = format!("/cases/{code}/decide");
    let pairs = [
        ("version", version.as_str()),
        ("step", "handle"),
        ("outcome", "solved"),
        ("words", "Đã thay bóng <mới>"),
    ];
    let refused = tho.send(&path, &pairs, None).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("Cần kèm ảnh") && refused.body.contains("Đã thay bóng &lt;mới&gt;")
    );
    let done = tho
        .send(&path, &pairs, Some(("photo-after", "sau.png", &photo())))
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);

    assert_eq!(
        decide(&chu, &code, "approve", "approved").await.status,
        StatusCode::SEE_OTHER
    );
    let end = chu.get(&format!("/cases/{code}")).await;
    for words in [
        "Hồ sơ đã kết thúc",
        "Lê Thị Thợ",
        "Phạm Chủ Tịch",
        "Đã xử lý xong",
        "Đã thay bóng",
    ] {
        assert!(end.body.contains(words), "{words}: {}", end.body);
    }
    assert!(
        !end.body.contains("0912345678"),
        "nobody handles it any more"
    );
}

#[tokio::test]
async fn a_stale_page_tells_what_a_colleague_did_and_keeps_what_was_typed() {
    let small = Small::new().await;
    let code = small.report("stale", false).await.code;
    let (phoi, tho, hai) = (
        small.sign_in("phoi").await,
        small.sign_in("tho").await,
        small.sign_in("hai").await,
    );
    decide(&phoi, &code, "triage", "accept").await;
    let old = tho.get(&format!("/cases/{code}")).await.hidden("version");
    let claim = [("version", old.as_str()), ("step", "handle")];
    let claimed = hai.post(&format!("/cases/{code}/claim"), &claim).await;
    assert_eq!(claimed.status, StatusCode::SEE_OTHER, "{}", claimed.body);

    let note = [
        ("version", old.as_str()),
        ("step", "handle"),
        ("outcome", "wrong-unit"),
        ("words", "Quốc lộ, của Sở"),
    ];
    let stale = tho
        .send(&format!("/cases/{code}/decide"), &note, None)
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(
        stale.body.contains("Nhận việc: Sửa chữa tại hiện trường"),
        "{}",
        stale.body
    );
    assert!(stale.body.contains("Võ Văn Hai"));

    // Hai, who holds it, loses no word either.
    let words = [
        ("version", old.as_str()),
        ("step", "handle"),
        ("outcome", "wrong-unit"),
        ("words", "Quốc lộ, của Sở"),
    ];
    let stale = hai
        .send(&format!("/cases/{code}/decide"), &words, None)
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(
        stale.body.contains(">Quốc lộ, của Sở</textarea>"),
        "{}",
        stale.body
    );
}

#[tokio::test]
async fn a_refusal_keeps_the_text_and_says_why() {
    let small = Small::new().await;
    let code = small.report("refusal", false).await.code;
    let (phoi, tho) = (small.sign_in("phoi").await, small.sign_in("tho").await);
    decide(&phoi, &code, "triage", "accept").await;
    let refused = decide(&tho, &code, "handle", "wrong-unit").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Cần ghi lý do"), "{}", refused.body);
}

#[tokio::test]
async fn strangers_learn_nothing_of_a_secret_case_and_cannot_act_on_a_public_one() {
    let small = Small::new().await;
    let secret = small.report("secret", false).await.code;
    let public = small.report("public", true).await.code;
    let la = small.sign_in("la").await;
    for (code, status) in [
        (secret.as_str(), StatusCode::NOT_FOUND),
        (public.as_str(), StatusCode::FORBIDDEN),
        ("H13.26.0000-261116-9999", StatusCode::NOT_FOUND),
    ] {
        let page = la.get(&format!("/cases/{code}")).await;
        assert_eq!(page.status, status, "{code}");
        assert!(!page.body.contains("0912345678"));
        for act in [
            "decide",
            "claim",
            "release",
            "pass",
            "note",
            "extend",
            "withdrawal",
        ] {
            let pairs = [
                ("step", "triage"),
                ("outcome", "spam"),
                ("words", "x"),
                ("date", "2026-12-01"),
            ];
            let answer = la.post(&format!("/cases/{code}/{act}"), &pairs).await;
            assert_eq!(answer.status, status, "{act} of {code}");
        }
    }
    let nobody = small.nobody().get(&format!("/cases/{secret}")).await;
    assert_eq!(nobody.to(), format!("/sign-in?back=/cases/{secret}"));
    assert!(!la.get("/inbox").await.body.contains(&secret));
    assert!(!la.get("/find?q=den+duong").await.body.contains(&secret));
    assert!(
        la.get("/find?q=den+duong")
            .await
            .body
            .contains(&format!("/track?code={public}"))
    );
}

#[tokio::test]
async fn a_leader_reads_masked_and_every_look_is_written_down() {
    let small = Small::new().await;
    let receipt = small.report("look", false).await;
    let path = format!("/cases/{}", receipt.code);
    let leader = small.sign_in("lanh").await.get(&path).await;
    assert_eq!(leader.status, StatusCode::OK);
    assert!(
        !leader.body.contains("0912345678") && leader.body.contains("•••"),
        "{}",
        leader.body
    );
    small.sign_in("phoi").await.get(&path).await;
    let looks = small
        .hall
        .reader()
        .accesses(receipt.id)
        .await
        .expect("looks");
    let why: Vec<&str> = looks.iter().map(|(_, _, why)| why.as_str()).collect();
    assert_eq!(why.len(), 2);
    assert!(why.contains(&"handling") && why.contains(&"oversight"));
}

#[tokio::test]
async fn a_file_is_shown_to_whoever_may_see_the_case_and_can_run_nothing() {
    let small = Small::new().await;
    let code = small.report("file", false).await.code;
    let (phoi, tho) = (small.sign_in("phoi").await, small.sign_in("tho").await);
    decide(&phoi, &code, "triage", "accept").await;
    let version = tho.get(&format!("/cases/{code}")).await.hidden("version");
    let pairs = [
        ("version", version.as_str()),
        ("step", "handle"),
        ("outcome", "solved"),
    ];
    let file = photo();
    tho.send(
        &format!("/cases/{code}/decide"),
        &pairs,
        Some(("photo-after", "sau \"1\".png", &file)),
    )
    .await;
    let page = tho.get(&format!("/cases/{code}")).await;
    let mark = format!("href=\"/cases/{code}/files/");
    let (_, after) = page.body.split_once(&mark).expect("a photo on the page");
    let hash = after.split('"').next().expect("an address");
    let path = format!("/cases/{code}/files/{hash}");
    let shown = tho.get(&path).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert_eq!(shown.headers[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(shown.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(
        shown.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .expect("text")
            .contains("sandbox")
    );
    assert!(shown.headers.contains_key(header::CONTENT_DISPOSITION));
    assert_eq!(
        small.sign_in("la").await.get(&path).await.status,
        StatusCode::NOT_FOUND
    );
    let other = format!("/cases/{code}/files/{}", "0".repeat(64));
    assert_eq!(tho.get(&other).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn many_are_taken_at_once_and_one_already_taken_is_told() {
    let small = Small::new().await;
    for key in ["one", "two", "three"] {
        small.report(key, false).await;
    }
    let phoi = small.sign_in("phoi").await;
    let inbox = phoi.get("/inbox?show=free&most=2").await;
    assert!(inbox.body.contains("rel=\"next\""), "a second page");
    let places: Vec<String> = inbox
        .body
        .split("name=\"take\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(places.len(), 2);
    let pairs: Vec<(&str, &str)> = places
        .iter()
        .map(|place| ("take", place.as_str()))
        .collect();
    assert_eq!(
        phoi.post("/inbox/claim", &pairs).await.to(),
        "/inbox?said=taken&n=2"
    );
    assert_eq!(
        phoi.post("/inbox/claim", &pairs).await.to(),
        "/inbox?said=gone&n=2"
    );
    let mine = phoi.get("/inbox?show=mine").await;
    assert_eq!(mine.body.matches("data-open").count(), 2);
    phoi.post("/inbox/next", &[]).await;
    assert_eq!(phoi.post("/inbox/next", &[]).await.to(), "/inbox?said=none");
}

#[tokio::test]
async fn work_is_handed_to_a_colleague_or_with_a_reason_to_another_unit() {
    let small = Small::new().await;
    let code = small.report("pass", false).await.code;
    let (phoi, tho) = (small.sign_in("phoi").await, small.sign_in("tho").await);
    decide(&phoi, &code, "triage", "accept").await;
    let path = format!("/cases/{code}/pass");
    let page = tho.get(&format!("{path}?step=handle")).await;
    assert!(page.body.contains("Võ Văn Hai"), "{}", page.body);
    let version = page.hidden("version");
    let (_, after) = page
        .body
        .split_once("value=\"person:")
        .expect("a colleague");
    let to = format!("person:{}", after.split('"').next().expect("an id"));
    let pairs = [
        ("version", version.as_str()),
        ("step", "handle"),
        ("to", to.as_str()),
    ];
    assert_eq!(tho.post(&path, &pairs).await.to(), format!("/cases/{code}"));

    let chu = small.sign_in("chu").await;
    let version = chu
        .get(&format!("{path}?step=handle"))
        .await
        .hidden("version");
    let mut pairs = vec![
        ("version", version.as_str()),
        ("step", "handle"),
        ("to", "unit:"),
        ("unit", "department-of-construction"),
    ];
    let refused = chu.post(&path, &pairs).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Cần ghi lý do"), "{}", refused.body);
    pairs.push(("words", "Tuyến do Sở quản lý"));
    assert_eq!(chu.post(&path, &pairs).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_head_gives_a_new_date_once_and_time_left_turns_late() {
    let small = Small::new().await;
    let code = small.report("extend", false).await.code;
    let (phoi, chu) = (small.sign_in("phoi").await, small.sign_in("chu").await);
    decide(&phoi, &code, "triage", "accept").await;
    let page = chu.get(&format!("/cases/{code}")).await;
    let version = page.hidden("version");
    let path = format!("/cases/{code}/extend");
    let late = [
        ("version", version.as_str()),
        ("date", "2026-11-25"),
        ("words", "Chờ vật tư"),
    ];
    let none = [
        ("version", version.as_str()),
        ("date", "ngày mai"),
        ("words", "Chờ vật tư"),
    ];
    let wrong = chu.post(&path, &none).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Chờ vật tư</textarea>"));
    assert_eq!(chu.post(&path, &late).await.status, StatusCode::SEE_OTHER);
    let page = chu.get(&format!("/cases/{code}")).await;
    assert!(page.body.contains("Hẹn lần đầu") && !page.body.contains("id=\"extend-to\""));
    small.later(24 * 14);
    assert!(
        small
            .sign_in("tho")
            .await
            .get("/inbox?show=late")
            .await
            .body
            .contains("Trễ")
    );
}

#[tokio::test]
async fn the_hotline_hands_in_for_a_caller_and_nothing_typed_is_lost() {
    let small = Small::new().await;
    let phoi = small.sign_in("phoi").await;
    assert!(
        phoi.get("/desk")
            .await
            .body
            .contains("/desk/report.street-light")
    );
    let path = "/desk/report.street-light";
    let key = phoi.get(path).await.hidden("key");
    let pairs = |words: &'static str, area: &'static str| {
        [
            ("key", ""),
            ("channel", "hotline"),
            ("page", "0"),
            ("what", words),
            ("problem", "wire"),
            ("extent", "one"),
            ("road", "street"),
            ("page", "1"),
            ("where.words", "chợ An Hòa"),
            ("where.area", area),
            ("page", "2"),
            ("phone", "0912345678"),
            ("go", "send"),
        ]
    };
    let send = |mut pairs: [(&'static str, &'static str); 13], key: String| {
        let phoi = &phoi;
        async move {
            pairs[0].1 = "";
            let mut pairs: Vec<(&str, &str)> = pairs.to_vec();
            pairs[0].1 = &key;
            phoi.send(path, &pairs, None).await
        }
    };
    let flawed = send(pairs("", "31120"), key.clone()).await;
    assert_eq!(
        flawed.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        flawed.body
    );
    assert!(flawed.body.contains("chợ An Hòa") && flawed.body.contains("Hãy trả lời “Nội dung”"));
    let opened = send(pairs("Dây điện rơi", "31120"), key.clone()).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.body);
    let again = send(pairs("Dây điện rơi", "31120"), key).await;
    let (_, code) = opened.body.split_once("href=\"/cases/").expect("the case");
    let code = code.split('"').next().expect("a code");
    assert!(
        again.body.contains(code),
        "a second tap opens no second case"
    );
    let page = phoi.get(&format!("/cases/{code}")).await;
    assert!(page.body.contains("Dây điện rơi") && page.body.contains("1022"));
}

use axum::http::StatusCode;

use crate::town::{PHOTO, Page, Town};

/// A whole street lamp form; each test changes what it is about.
pub fn lamp<'a>(key: &'a str, words: &'a str, area: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("_key", key),
        ("_go", "check"),
        ("what", words),
        ("problem", "out"),
        ("extent", "one"),
        ("road", "local"),
        ("where.words", "trước nhà số 51"),
        ("where.area", area),
        ("phone", "0912345678"),
    ]
}

async fn filled(town: &Town) -> (String, Page) {
    let begun = town
        .send(
            "/report",
            &[
                ("_key", &town.get("/report").await.hidden("_key")),
                ("what", "Den duong hem 51 khong sang"),
            ],
            &[("photos", "đèn.png", PHOTO)],
        )
        .await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    assert!(begun.to().starts_with("/report/report.street-light?draft="));
    let form = town.get(begun.to()).await;
    form.has("Den duong hem 51 khong sang").has("/draft/");
    let key = form.hidden("_key");
    let area = commune(town);
    let checked = town
        .send(
            "/report/report.street-light",
            &lamp(&key, "Den duong hem 51 khong sang", &area),
            &[],
        )
        .await;
    (key, checked)
}

pub fn commune(town: &Town) -> String {
    let (law, today) = (town.hall.law(), town.hall.today().expect("a calendar"));
    let area = law.organisation.areas_on(today).next();
    area.expect("communes").code.clone()
}

#[tokio::test]
async fn a_photo_and_words_become_a_case_with_a_code_to_track() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let (key, checked) = filled(&town).await;
    assert_eq!(
        checked.to(),
        format!("/report/check/{key}"),
        "{}",
        checked.text
    );
    let check = town.get(checked.to()).await;
    // Three working days after Monday 09:00; Tuesday 24 November is a holiday since 2026.
    check
        .has("09:00 thứ Sáu 27/11/2026")
        .has("Đèn không sáng")
        .has("trước nhà số 51");
    let sent = town
        .post(checked.to(), &[("_go", "send"), ("_public", "yes")])
        .await;
    assert!(sent.to().starts_with("/report/sent/"), "{}", sent.text);
    let receipt = town.get(sent.to()).await;
    receipt
        .has("Thành phố đã nhận")
        .has("<svg")
        .has("09:00 thứ Sáu 27/11/2026");
    // A second tap, and a way back to the form's page, show the same receipt.
    let again = town.post(checked.to(), &[("_go", "send")]).await;
    assert_eq!(again.to(), sent.to());
    assert_eq!(town.get(checked.to()).await.to(), sent.to());
    let all = store::Page {
        after: None,
        most: 10,
    };
    let cases = town
        .hall
        .reader()
        .public_cases(&store::Narrow::default(), all)
        .await?;
    assert_eq!(cases.len(), 1);
    let attached = town.hall.reader().attachments(cases[0].id).await?;
    assert!(
        attached
            .iter()
            .any(|file| file.what == "photo" && file.public)
    );
    Ok(())
}

#[tokio::test]
async fn two_taps_at_once_make_one_case() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let (_, checked) = filled(&town).await;
    let tap = || async {
        town.post(checked.to(), &[("_go", "send"), ("_public", "yes")])
            .await
    };
    let (one, two) = tokio::join!(tap(), tap());
    assert_eq!(one.to(), two.to());
    let all = store::Page {
        after: None,
        most: 10,
    };
    let cases = town
        .hall
        .reader()
        .public_cases(&store::Narrow::default(), all)
        .await?;
    assert_eq!(cases.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_flaw_keeps_what_was_typed_and_a_bad_photo_is_named() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let key = town.get("/report/report.street-light").await.hidden("_key");
    let area = commune(&town);
    let mut pairs = lamp(&key, "Cột đèn nghiêng <b>", &area);
    pairs.retain(|(name, _)| *name != "problem");
    let page = town
        .send(
            "/report/report.street-light",
            &pairs,
            &[
                ("photos", "hỏng.jpg", b"no picture at all"),
                ("photos", "tốt.png", PHOTO),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("Tệp hỏng.jpg không phải ảnh")
        .has("Cột đèn nghiêng &lt;b&gt;")
        .has("trước nhà số 51")
        .has("0912345678")
        .has("href=\"#f-problem\"")
        // The good photo is kept.
        .has("/draft/");
    // And so it is after the browser was closed.
    let back = format!("/report/report.street-light?draft={key}");
    town.get(&back).await.has("Cột đèn nghiêng").has("/draft/");
    Ok(())
}

#[tokio::test]
async fn a_report_without_a_place_is_told_at_the_place() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let key = town.get("/report/report.street-light").await.hidden("_key");
    let page = town
        .send(
            "/report/report.street-light",
            &lamp(&key, "Đèn tắt", ""),
            &[],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("Xin chọn phường, xã");
    Ok(())
}

#[tokio::test]
async fn words_that_say_nothing_leave_the_choice_and_the_words() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let page = town.send("/report", &[("what", "xin chào")], &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has("Chưa đoán được").has("xin chào");
    let key = page.hidden("_key");
    page.has(&format!("/report/report.litter?draft={key}"));
    Ok(())
}

#[tokio::test]
async fn a_similar_report_near_by_is_offered_first() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let area = commune(&town);
    for (words, near) in [("Đèn thứ nhất tắt", false), ("Đèn thứ hai tắt", true)] {
        let key = town.get("/report/report.street-light").await.hidden("_key");
        let mut pairs = lamp(&key, words, &area);
        pairs.extend([("where.lat", "10.0339"), ("where.lon", "105.7850")]);
        let checked = town.send("/report/report.street-light", &pairs, &[]).await;
        let page = town.get(checked.to()).await;
        if near {
            page.has("Đèn thứ nhất tắt").has("0 m ·");
        } else {
            page.lacks("phản ánh giống vậy");
        }
        let pairs = [("_go", "send"), ("_public", "yes")];
        assert!(
            town.post(checked.to(), &pairs)
                .await
                .to()
                .contains("/sent/")
        );
        town.later(1);
    }
    Ok(())
}

#[tokio::test]
async fn search_engines_are_kept_from_what_belongs_to_one_person() -> anyhow::Result<()> {
    let town = Town::new().await?;
    town.get("/robots.txt").await.has("Disallow: /track/");
    assert_eq!(town.get("/favicon.ico").await.to(), "/mark.svg");
    Ok(())
}

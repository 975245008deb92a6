use actions::register::RegisterEntry;
use axum::http::StatusCode;
use serde_json::json;

use crate::report::commune;
use crate::town::{PHOTO, Page, Town};

const LAN: &str = "092185001234";

async fn town() -> anyhow::Result<Town> {
    let town = Town::new().await?;
    let record =
        json!({"personal_id": LAN, "full_name": "Nguyễn Thị Lan", "marital_status": "single"});
    town.hall
        .city()
        .add_register_entries(vec![RegisterEntry {
            register: "population".into(),
            key: LAN.into(),
            record: record.as_object().cloned().unwrap_or_default(),
        }])
        .await?;
    Ok(town)
}

/// Past the first page, with one residence elsewhere before.
async fn begun(town: &Town) -> (String, Page) {
    let start = town.get("/apply/marital-status.confirmation").await;
    start.has("3 ngày làm việc").has("Bắt đầu");
    let first = town
        .post("/apply/marital-status.confirmation", &[("_as", "citizen")])
        .await;
    let address = first.to().to_owned();
    let base = address
        .strip_suffix("/0")
        .unwrap_or_else(|| panic!("{address} is not the first page"));
    let area = commune(town);
    let page = town.post(&address, &person(LAN, &area)).await;
    (base.to_owned(), page)
}

fn person<'a>(id: &'a str, area: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("_go", "next"),
        ("personal_id", id),
        ("residence.area", area),
        ("residence.words", "51 đường 3 Tháng 2"),
        ("moved", "true"),
        ("phone", "0912345678"),
    ]
}

#[tokio::test]
async fn from_the_first_page_to_the_receipt() -> anyhow::Result<()> {
    let town = town().await?;
    let (base, page) = begun(&town).await;
    assert_eq!(page.to(), format!("{base}/1-0"), "{}", page.text);
    // What the register told is on the page, yet a number alone opens no name.
    let first = town.get(&format!("{base}/0")).await;
    first.has("N••••• T•• L••").lacks("Nguyễn Thị Lan");
    assert_eq!(town.hall.reader().register_looks("population").await?, 1);

    // A row with a flaw, mended, one more row, taken away again.
    let area = town.get(&format!("{base}/1-0")).await;
    let unit = area
        .text
        .split("<option value=\"commune-")
        .nth(1)
        .and_then(|after| after.split('"').next())
        .map(|code| format!("commune-{code}"))
        .expect("communes to choose");
    let former = |from, to, go| {
        vec![
            ("_go", go),
            ("unit", unit.as_str()),
            ("from_day", from),
            ("to_day", to),
        ]
    };
    let wrong = town
        .post(
            &format!("{base}/1-0"),
            &former("2015-01-01", "2010-01-01", "next"),
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong
        .has("Ngày đến phải sau ngày bắt đầu")
        .has("2015-01-01");
    let added = town
        .post(
            &format!("{base}/1-0"),
            &former("2010-01-01", "2015-01-01", "add"),
        )
        .await;
    assert_eq!(added.to(), format!("{base}/1-1"), "{}", added.text);
    let removed = town
        .post(&format!("{base}/1-1"), &[("_go", "remove")])
        .await;
    assert_eq!(removed.to(), format!("{base}/1-0"));
    let on = town
        .post(
            &format!("{base}/1-0"),
            &former("2010-01-01", "2015-01-01", "next"),
        )
        .await;
    assert_eq!(on.to(), format!("{base}/2"), "{}", on.text);

    let status = [
        ("_go", "next"),
        ("status", "single"),
        ("use", "loan"),
        ("again", "true"),
        ("copies", "2"),
    ];
    let on = town.post(&format!("{base}/2"), &status).await;
    assert_eq!(on.to(), format!("{base}/3"), "{}", on.text);
    // Put aside, and resumed by the address alone.
    let category = [
        ("_go", "later"),
        ("category", "none"),
        ("delivery", "counter"),
    ];
    let later = town.post(&format!("{base}/3"), &category).await;
    town.get(later.to())
        .await
        .has(&format!("http://city.example{base}"));
    let resumed = town.get(&base).await;
    assert_eq!(resumed.to(), format!("{base}/documents"));

    // The former certificate is needed, because it is issued again.
    let documents = format!("{base}/documents");
    let missing = town.send(&documents, &[("_go", "next")], &[]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    missing.has("href=\"#f-documents-former_certificate\"");
    let given = town
        .send(
            &documents,
            &[("_go", "next")],
            &[("documents/former_certificate", "giấy cũ.png", PHOTO)],
        )
        .await;
    let review = given.to().to_owned();
    assert_eq!(review, format!("{base}/review"), "{}", given.text);
    town.get(&review)
        .await
        .has("giấy cũ.png")
        .has("Chưa kết hôn với ai")
        .has(&format!("{base}/1-0"))
        .has("Ủy ban nhân dân")
        .has("đồng");

    let unsaid = town.post(&review, &[("_go", "send")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    unsaid.has("Cần đánh dấu cam đoan");
    let pairs = [("_go", "send"), ("_true", "yes")];
    let sent = town.post(&review, &pairs).await;
    let receipt = town.get(sent.to()).await;
    receipt.has("Thành phố đã nhận").has("3 ngày làm việc");
    assert_eq!(town.post(&review, &pairs).await.to(), sent.to());
    // The whole name is in the case: those who handle it see it.
    let code = sent.to().split(['/', '?']).nth(3).expect("a code");
    let case = town.hall.reader().track(code).await?.expect("a case");
    let (_, answers) = town.hall.reader().answers(case.id).await?.expect("answers");
    assert_eq!(answers["full_name"], "Nguyễn Thị Lan");
    let files = town.hall.reader().attachments(case.id).await?;
    assert!(
        files
            .iter()
            .any(|file| file.what == "former_certificate" && !file.public)
    );
    Ok(())
}

#[tokio::test]
async fn a_number_that_no_register_knows_holds_nobody_up_and_nothing_is_lost() -> anyhow::Result<()>
{
    let town = town().await?;
    let first = town.post("/apply/marital-status.confirmation", &[]).await;
    let area = commune(&town);
    // Said once, at the number; whoever sends it again declares what the register does not know.
    let unknown = person("092085009999", &area);
    let page = town.post(first.to(), &unknown).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has("Không tìm thấy số này").has("51 đường 3 Tháng 2");
    let page = town.post(first.to(), &unknown).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    town.get(first.to())
        .await
        .has("092085009999")
        .has("51 đường 3 Tháng 2");
    // Whom the register knows, nobody can name otherwise.
    let mut forged = person(LAN, &area);
    forged.push(("full_name", "Ai Đó"));
    let on = town.post(first.to(), &forged).await;
    assert_eq!(on.status, StatusCode::SEE_OTHER);
    town.get(first.to())
        .await
        .lacks("Ai Đó")
        .has("N••••• T•• L••");
    Ok(())
}

#[tokio::test]
async fn another_answer_makes_another_walk() -> anyhow::Result<()> {
    let town = town().await?;
    let (base, _) = begun(&town).await;
    let area = commune(&town);
    let mut pairs = person(LAN, &area);
    pairs.retain(|(name, _)| *name != "moved");
    pairs.push(("moved", "false"));
    let on = town.post(&format!("{base}/0"), &pairs).await;
    assert_eq!(on.to(), format!("{base}/2"));
    // A page that is not there any more leads on.
    assert_eq!(town.get(&format!("{base}/1-0")).await.to(), base);
    Ok(())
}

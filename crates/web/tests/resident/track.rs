use axum::http::StatusCode;

use crate::report::{commune, lamp};
use crate::town::{PHOTO, Town};

/// A report that nobody else may see: its code and its key.
async fn quiet_report(town: &Town) -> (String, String) {
    let key = town.get("/report/report.street-light").await.hidden("_key");
    let area = commune(town);
    let pairs = lamp(&key, "Đèn tắt trước nhà tôi", &area);
    let checked = town
        .send(
            "/report/report.street-light",
            &pairs,
            &[("photos", "a.png", PHOTO)],
        )
        .await;
    let sent = town.post(checked.to(), &[("_go", "send")]).await;
    let (path, key) = sent.to().split_once("?key=").expect("a key");
    let code = path.rsplit('/').next().expect("a code");
    (code.to_owned(), key.to_owned())
}

#[tokio::test]
async fn the_code_alone_shows_no_person_and_the_key_everything() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let (code, key) = quiet_report(&town).await;
    let by_code = town.get(&format!("/track/{code}")).await;
    assert_eq!(by_code.status, StatusCode::OK);
    by_code
        .has("Phản ánh đèn chiếu sáng công cộng")
        .has("Mới gửi")
        .has("09:00 thứ Sáu 27/11/2026")
        .has("Bước 1 trên 3")
        .lacks("Đèn tắt trước nhà tôi")
        .lacks("0912345678")
        .lacks("trước nhà số 51")
        .lacks("/files/")
        .lacks("/withdraw");
    let own = town.get(&format!("/track/{code}?key={key}")).await;
    own.has("Đèn tắt trước nhà tôi")
        .has("0912345678")
        .has("trước nhà số 51")
        .has("/files/")
        .has("/withdraw");
    town.get(&format!("/track/{code}?key=wrong"))
        .await
        .has("Mã bí mật không khớp")
        .lacks("0912345678");
    // The photo opens with the key alone.
    let picture = own.text.split("src=\"/cases/").nth(1).expect("a photo");
    let picture = format!("/cases/{}", picture.split('"').next().expect("an address"));
    let picture = picture.replace("&amp;", "&");
    assert_eq!(town.get(&picture).await.status, StatusCode::OK);
    let without = picture.split('?').next().expect("a path");
    assert_eq!(town.get(without).await.status, StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a_code_is_forgiving_and_a_wrong_one_is_a_sentence() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let (code, key) = quiet_report(&town).await;
    let typed = code.to_lowercase();
    let found = town.get(&format!("/track?code={typed}&key={key}")).await;
    assert_eq!(found.to(), format!("/track/{code}?key={key}"));
    let none = town.get("/track?code=H13.18-261116-9999").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    none.has("Không có hồ sơ nào mang mã H13.18-261116-9999");
    Ok(())
}

#[tokio::test]
async fn a_sender_adds_a_message_and_withdraws() -> anyhow::Result<()> {
    let town = Town::new().await?;
    let (code, key) = quiet_report(&town).await;
    let (comment, withdraw) = (
        format!("/track/{code}/comment"),
        format!("/track/{code}/withdraw"),
    );
    let page = town.get(&format!("/track/{code}?key={key}")).await;
    let version = page.hidden("version");
    let said = town
        .send(
            &comment,
            &[("key", &key), ("words", "Cột số 12, cạnh tiệm thuốc")],
            &[("photos", "b.png", PHOTO)],
        )
        .await;
    town.get(said.to())
        .await
        .has("Đã gửi thêm thông tin")
        .has("Cột số 12, cạnh tiệm thuốc");
    // The page that was open before is older than the case now.
    let pairs = [
        ("key", key.as_str()),
        ("version", &version),
        ("words", "Tôi tự sửa rồi"),
    ];
    let stale = town.post(&withdraw, &pairs).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    stale.has("vừa có thay đổi").has("Tôi tự sửa rồi");
    let version = stale.hidden("version");
    let pairs = [
        ("key", key.as_str()),
        ("version", &version),
        ("words", "Tôi tự sửa rồi"),
    ];
    let asked = town.post(&withdraw, &pairs).await;
    town.get(asked.to())
        .await
        .has("Người gửi xin rút")
        .lacks(&withdraw);
    // Without the key nobody may.
    let stranger = town.post(&comment, &[("words", "x")]).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    Ok(())
}

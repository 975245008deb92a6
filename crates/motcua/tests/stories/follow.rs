//! Following reports without an account: lists and single reports as Atom, the same reports as map data. What the
//! sender keeps back is in none of them.

use serde_json::{Value, json};
use testkit::{TestCity, both_engines};

both_engines!(
    a_list_is_followed_by_commune_kind_and_place,
    one_report_is_followed_to_its_end,
    nobody_follows_what_is_private,
);

const LIGHT: &str = "report.street-light";

/// The feed as XML that any reader takes.
fn entries(xml: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(xml).expect("UTF-8");
    let document = roxmltree::Document::parse(text).expect("well-formed");
    let feed = document.root_element();
    let atom = "http://www.w3.org/2005/Atom";
    assert_eq!(feed.tag_name().namespace(), Some(atom));
    for needed in ["id", "title", "updated"] {
        let found = feed
            .children()
            .find(|node| node.has_tag_name((atom, needed)));
        assert!(found.and_then(|node| node.text()).is_some(), "{needed}");
    }
    let entries = feed
        .children()
        .filter(|node| node.has_tag_name((atom, "entry")));
    let text = |entry: roxmltree::Node<'_, '_>, name: &str| {
        let found = entry
            .children()
            .find(|node| node.has_tag_name((atom, name)));
        found
            .and_then(|node| node.text())
            .unwrap_or_default()
            .to_owned()
    };
    entries
        .map(|entry| (text(entry, "id"), text(entry, "title")))
        .collect()
}

async fn a_list_is_followed_by_commune_kind_and_place(city: TestCity) {
    let place = json!({"area": city.area("Phường Ninh Kiều"), "words": "Số 12", "lat": 10.0340, "lon": 105.7880});
    let here = city
        .resident()
        .reports(LIGHT)
        .saying("Đèn <hỏng> & tối, số 0912345678")
        .at("Phường Ninh Kiều")
        .await;
    let there = city.resident().reports(LIGHT).at("Phường Cái Răng").await;
    let spot = city.resident().reports(LIGHT).at_spot(place).await;
    city.settle().await;
    let mut reader = city.browser("trình đọc tin");
    reader.open("/open/reports").await;
    let feed = reader.page().link("Theo dõi danh sách này qua Atom/RSS");
    reader.open(&feed).await;
    reader.status(200);
    assert!(
        reader
            .page()
            .content_type
            .starts_with("application/atom+xml")
    );
    let all = entries(&reader.page().bytes);
    assert_eq!(all.len(), 3);
    assert!(all.iter().any(|(_, title)| title.contains("<hỏng> & tối")));
    assert!(!all.iter().any(|(_, title)| title.contains("0912345678")));

    let area = city.area("Phường Cái Răng");
    reader
        .open(&format!("/open/reports.atom?area={area}"))
        .await;
    let one = entries(&reader.page().bytes);
    assert!(one.len() == 1 && one[0].0.ends_with(&there.code), "{one:?}");
    reader
        .open("/open/reports.atom?at=10.0345,105.7885&km=0.5")
        .await;
    let near = entries(&reader.page().bytes);
    assert!(
        near.len() == 1 && near[0].0.ends_with(&spot.code),
        "{near:?}"
    );
    // What cannot be read narrows nothing, and breaks nothing.
    for address in [
        "?at=NaN,1",
        "?at=10&km=x",
        "?km=-5",
        "?service=no.such",
        "?which=%00",
    ] {
        reader.open(&format!("/open/reports.atom{address}")).await;
        assert!(reader.page().status < 500, "{address}");
    }

    reader.open("/open/reports.geojson").await;
    reader.status(200);
    let map: Value = serde_json::from_slice(&reader.page().bytes).expect("JSON");
    assert_eq!(map["type"], "FeatureCollection");
    let features = map["features"].as_array().expect("features");
    let at = |code: &str| {
        let found = features.iter().find(|one| one["id"] == code);
        found.unwrap_or_else(|| panic!("{code} is not there"))
    };
    assert_eq!(
        at(&spot.code)["geometry"]["coordinates"],
        json!([105.788, 10.034])
    );
    assert_eq!(at(&here.code)["geometry"], Value::Null);
    assert_eq!(at(&here.code)["properties"]["service"], LIGHT);
}

async fn one_report_is_followed_to_its_end(city: TestCity) {
    let sent = city.resident().reports(LIGHT).at("Phường Ninh Kiều").await;
    city.settle().await;
    let mut reader = city.browser("trình đọc tin");
    reader.open(&format!("/open/reports/{}", sent.code)).await;
    let feed = reader.page().link("Theo dõi phản ánh này qua Atom/RSS");
    reader.open(&feed).await;
    let before = entries(&reader.page().bytes);
    assert!(
        before
            .iter()
            .any(|(_, title)| title == "Tiếp nhận phản ánh"),
        "{before:?}"
    );
    city.decides("1022", &sent.code, "Chuyển đơn vị xử lý")
        .await;
    reader.open(&feed).await;
    let after = entries(&reader.page().bytes);
    assert!(after.len() > before.len(), "{after:?}");
    // Newest first, each once.
    assert_eq!(after.last(), before.last());
    let ids: std::collections::BTreeSet<&String> = after.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), after.len());
}

async fn nobody_follows_what_is_private(city: TestCity) {
    let sent = city
        .resident()
        .reports(LIGHT)
        .in_private()
        .at("Phường Ninh Kiều")
        .await;
    city.settle().await;
    let mut reader = city.browser("trình đọc tin");
    reader.open("/open/reports.atom").await;
    assert!(entries(&reader.page().bytes).is_empty());
    reader.open("/open/reports.geojson").await;
    reader.sees_not(&sent.code);
    reader
        .open(&format!("/open/reports/{}/feed.atom", sent.code))
        .await;
    reader.status(404);
}

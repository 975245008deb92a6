//! Who gets a report: by the hour, by whose road it is; and changed rules tried on what was reported before.

use actions::publish::Ready;
use actions::rerouting::changed;
use actions::{ActionError, NewCase};
use rules::asset::Asset;
use rules::case::Spot;
use rules::person::Person;
use serde_json::json;
use service::definition::{Channel, Who};
use store::StoreError;
use testkit::{TestCity, both_engines, hours};

both_engines!(
    the_hour_and_the_owner_decide_too,
    changed_rules_are_tried_on_what_was_reported_and_change_nothing,
    the_heat_map_opens_its_reports_and_directs,
);

const KIND: &str = "report.street-light";
const OLD: &str = "    columns: [road, =]\n    rows:\n      - [national | provincial, department-of-construction]\n      - [\"*\", commune by where.area]\n";

async fn text(city: &TestCity) -> String {
    let versions = city.hall.reader().service_versions(KIND).await;
    let text = versions.expect("read").remove(0).text;
    assert!(text.contains(OLD), "{text}");
    text
}

async fn install(city: &TestCity, text: String) {
    let frames = city.city().law();
    let frame = frames.catalogue.versions(KIND).last().expect("published");
    let read = service::read(&text);
    // The frame is in the version before: what matters here is the table.
    let mut definition = frame.definition.clone();
    definition.tables = read.definition.tables.clone();
    let resolved = service::Resolved {
        definition,
        against_frame: Vec::new(),
        ..service::resolve(&read.definition, &service::Frames::default())
    };
    let ready = Ready { text, resolved };
    city.city()
        .install_services(vec![ready])
        .await
        .expect("installed");
}

async fn assets(city: &TestCity, all: Vec<Asset>) {
    let writer = city.city().store().writer(city.city().code());
    let saved: Result<(), StoreError> = writer
        .run("assets", move |tx| {
            let all = all.clone();
            Box::pin(async move { tx.save_assets("roads", &all).await })
        })
        .await;
    saved.expect("saved");
    city.city().reload().await.expect("the law is read");
}

fn lamp(place: serde_json::Value) -> NewCase {
    let answers = json!({
        "what": "Đèn không sáng", "problem": "out", "extent": "one", "road": "unknown", "where": place,
    });
    NewCase {
        service: KIND.into(),
        answers: serde_json::from_value(answers).expect("answers"),
        uploads: Vec::new(),
        person: Person::Nobody,
        applicant: Who::Guest,
        channel: Channel::Web,
        key: "thu".into(),
        public: true,
        received_at: None,
        about: None,
    }
}

async fn the_hour_and_the_owner_decide_too(city: TestCity) {
    let rules = "    columns: [where.owner, office_hours, =]\n    rows:\n      - [khu-quan-ly-duong-bo, \"*\", department-of-construction]\n      - [\"*\", true, commune by where.area]\n      - [\"*\", \"*\", centre-1022]\n";
    install(&city, text(&city).await.replace(OLD, rules)).await;
    let road = Asset {
        layer: "roads".into(),
        id: "QL91".into(),
        owner: "khu-quan-ly-duong-bo".into(),
        class: "national".into(),
        name: "Quốc lộ 91".into(),
        line: [(10.03, 105.70), (10.05, 105.80)]
            .map(|(lat, lon)| Spot { lat, lon })
            .to_vec(),
        within: 15.0,
    };
    assets(&city, vec![road]).await;
    let area = city.area("Phường Ninh Kiều");
    let handler = |place: serde_json::Value| {
        let seen = city.city().foresee(&lamp(place));
        seen.map(|seen| seen.handler)
            .map_err(|error: ActionError| error.to_string())
    };
    let on_it = json!({"lat": 10.04, "lon": 105.75, "area": area});
    let off_it = json!({"lat": 10.045, "lon": 105.75, "area": area});
    // Nobody says whose road it is but the city.
    let claimed =
        json!({"lat": 10.045, "lon": 105.75, "area": area, "owner": "khu-quan-ly-duong-bo"});
    // The city's clock stands on a Monday morning.
    assert_eq!(
        handler(on_it.clone()).as_ref().map(Option::as_deref),
        Ok(Some("department-of-construction"))
    );
    let commune = handler(off_it.clone()).expect("foreseen").expect("a unit");
    assert_ne!(commune, "centre-1022");
    assert_eq!(handler(claimed), Ok(Some(commune)));
    city.clock.forward(hours(14));
    assert_eq!(
        handler(off_it).as_ref().map(Option::as_deref),
        Ok(Some("centre-1022")),
        "at night who is on duty"
    );
    assert_eq!(
        handler(on_it).as_ref().map(Option::as_deref),
        Ok(Some("department-of-construction"))
    );
}

async fn changed_rules_are_tried_on_what_was_reported_and_change_nothing(city: TestCity) {
    let moved = city.resident().reports(KIND);
    let moved = moved
        .answering("road", "local".into())
        .at("Phường Ninh Kiều")
        .await;
    let stays = city.resident().reports(KIND);
    let stays = stays
        .answering("road", "national".into())
        .at("Phường Ninh Kiều")
        .await;
    let before = city.case(&moved.code).await;
    let mut admin = city.sign_in("quantri").await;
    admin.open(&format!("/admin/routing?service={KIND}")).await;
    let changed_text = text(&city).await.replace(
        "[\"*\", commune by where.area]",
        "[\"*\", department-of-construction]",
    );
    admin.status(200);
    admin.fill("Định nghĩa, với bảng phân việc", &changed_text);
    admin.press("Thử trên phản ánh năm qua").await;
    admin
        .status(200)
        .sees("Sẽ đi nơi khác")
        .sees("Phường Ninh Kiều")
        .sees("Sở Xây dựng")
        .sees(&moved.code)
        .sees_not(&stays.code);
    assert_eq!(city.case(&moved.code).await, before, "nothing happened");
    assert_eq!(
        city.hall
            .reader()
            .service_versions(KIND)
            .await
            .expect("read")
            .len(),
        1,
        "and nothing was published"
    );
    // Rules that name nobody are told so; a text that is none keeps what was typed.
    let nobody = text(&city)
        .await
        .replace("commune by where.area", "no-such-unit");
    admin.fill("Định nghĩa, với bảng phân việc", &nobody);
    admin.press("Thử trên phản ánh năm qua").await;
    admin.sees("sẽ không có đơn vị nào nhận");
    admin.fill("Định nghĩa, với bảng phân việc", "service: [");
    admin.press("Thử trên phản ánh năm qua").await;
    admin.status(422).sees("Chưa thử được");
    assert_eq!(
        admin.value("Định nghĩa, với bảng phân việc"),
        Some("service: [")
    );
    assert!(changed("service: x").is_err());
}

async fn the_heat_map_opens_its_reports_and_directs(city: TestCity) {
    let area = city.area("Phường Ninh Kiều");
    for n in 0..4 {
        let place = json!({"lat": 10.0355 + f64::from(n) * 0.0001, "lon": 105.7876, "area": area, "words": "chợ"});
        city.resident()
            .reports("report.litter")
            .answering("spot", "street".into())
            .answering("hazardous", false.into())
            .at_spot(place)
            .await;
    }
    let far = json!({"lat": 10.10, "lon": 105.70, "area": area, "words": "xa"});
    let far = city.resident().reports(KIND).at_spot(far).await;
    city.settle().await;
    let mut leader = city.leader().await.browser;
    leader.open("/numbers/heat").await;
    leader
        .status(200)
        .sees("5 phản ánh có vị trí, trong 2 ô")
        .sees("Phường Ninh Kiều");
    leader.open(&format!("/numbers/heat?service={KIND}")).await;
    leader.sees("1 phản ánh có vị trí, trong 1 ô");
    leader.follow("1").await;
    leader
        .status(200)
        .sees("Phản ánh trong một ô")
        .sees(&far.code);
    leader.open("/numbers/heat").await;
    leader
        .follow("Chỉ đạo Phường Ninh Kiều, Phản ánh rác thải, vệ sinh môi trường")
        .await;
    leader.status(200);
    let what = leader
        .value("Nội dung nhiệm vụ")
        .unwrap_or_default()
        .to_owned();
    assert!(
        what.contains("4 phản ánh") && what.contains("10.03"),
        "{what}"
    );
}

//! What a leader sees in the reports of residents: closes that look made, with the very cases, and places where the same
//! thing is reported again and again, of which the 1022 centre is told once.

use serde_json::json;
use testkit::{Reported, TestCity, both_engines, days, minutes};

both_engines!(
    a_close_that_looks_made_is_counted_and_opens_its_cases,
    a_hot_spot_is_seen_told_once_and_directed_from,
    communes_are_compared_only_where_the_city_brought_its_people,
);

const LIGHT: &str = "report.street-light";

/// A lamp at a point of Ninh Kiều, so many thousandths of a degree north of its middle.
async fn lamp(city: &TestCity, thousandths: f64) -> Reported {
    let place = json!({
        "area": city.area("Phường Ninh Kiều"),
        "words": "Đường Nguyễn Trãi",
        "lat": 10.0341 + thousandths / 1000.0,
        "lon": 105.7791,
    });
    city.resident().reports(LIGHT).at_spot(place).await
}

async fn a_close_that_looks_made_is_counted_and_opens_its_cases(city: TestCity) {
    // Sent away at once; then the same lamp is reported again.
    let away = lamp(&city, 0.0).await;
    city.clock.forward(minutes(2));
    city.decides("1022", &away.code, "Không thuộc phạm vi – hướng dẫn")
        .await;
    city.clock.forward(days(1));
    let again = lamp(&city, 0.1).await;
    // Merged with that one: in reach. Another one is called its duplicate though it is far away.
    let merged = lamp(&city, 0.2).await;
    let far = lamp(&city, 50.0).await;
    city.clock.forward(minutes(30));
    for code in [&merged.code, &far.code] {
        city.merges("1022", code, &again.code).await;
    }
    // The ward says it is not theirs: the work comes back. It is not closed, so it is not counted.
    city.decides("1022", &again.code, "Chuyển đơn vị xử lý")
        .await;
    city.settle().await;

    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/numbers/integrity/reports").await;
    leader.status(200).sees("Phản ánh đã đóng: 3");
    let table = [
        ("Đóng trong chưa đến 5 phút", vec![&away.code]),
        ("được phản ánh lại trong 30 ngày", vec![&away.code]),
        ("không thuộc phạm vi", vec![&away.code]),
        ("Gộp vì trùng", vec![&far.code]),
        ("Được gia hạn", vec![]),
        ("Việc quay lại đơn vị từng giữ", vec![]),
    ];
    for (sign, codes) in table {
        leader.open("/numbers/integrity/reports").await;
        let cell = leader.page().row(sign).cell("Số phản ánh").clone();
        assert_eq!(cell.words, codes.len().to_string(), "{sign}");
        let share = leader.page().row(sign).cell("Trên số đã đóng").clone();
        assert_eq!(share.words.starts_with("33"), codes.len() == 1, "{sign}");
        let Some(link) = cell.link else { continue };
        leader.open(&link).await;
        leader.status(200);
        for report in [&away, &again, &merged, &far] {
            if codes.contains(&&report.code) {
                leader.sees(&report.code);
            } else {
                leader.sees_not(&report.code);
            }
        }
    }
    // The centre decided all three; a unit with so few is not compared.
    leader
        .open("/numbers/integrity/reports?unit=centre-1022")
        .await;
    leader
        .sees("Quá ít để so")
        .sees_not("Cao hơn toàn thành phố:");
    leader
        .open("/numbers/integrity/reports?unit=commune-31135")
        .await;
    leader.sees("Không có phản ánh nào được đóng");
    for figure in ["report.nonsense", "hot.spot", "report."] {
        leader
            .open(&format!("/numbers/cases?figure={figure}&key=x"))
            .await;
        leader.status(404);
    }
}

async fn a_hot_spot_is_seen_told_once_and_directed_from(city: TestCity) {
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(lamp(&city, 0.0).await.code);
    }
    city.settle().await;
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/morning").await;
    leader.sees("Không có điểm nóng nào");
    city.clock.forward(days(1));
    codes.push(lamp(&city, 0.0).await.code);
    city.settle().await;
    // The posting round looks at what was counted before it.
    city.settle().await;

    leader.open("/morning").await;
    leader
        .sees("4 phản ánh trong 7 ngày")
        .sees("Phường Ninh Kiều");
    let morning = leader.page().clone();
    let cases = morning
        .links
        .iter()
        .find(|link| link.href.contains("figure=hot.spot"));
    leader.open(&cases.expect("it opens its cases").href).await;
    leader.status(200).sees("4 việc");
    for code in &codes {
        leader.sees(code);
    }
    let direct = morning
        .links
        .iter()
        .find(|link| link.href.contains("&hot="));
    leader.open(&direct.expect("it can be directed").href).await;
    assert!(
        leader
            .value("Nội dung nhiệm vụ")
            .is_some_and(|words| words.contains("4 phản ánh") && words.contains("cùng một chỗ")),
        "{}",
        leader.page()
    );

    // The centre is told once, however often somebody looks, until the days have passed.
    let told = async || {
        let centre = [store::Recipient::Unit("centre-1022".to_owned())];
        let notices = city.hall.reader().notices(&centre, None, 100).await;
        let notices = notices.expect("read").into_iter();
        let hot = notices.filter(|one| one.kind == rules::notice::Kind::HotSpot);
        hot.filter_map(|one| one.body).collect::<Vec<String>>()
    };
    let bodies = told().await;
    assert_eq!(bodies.len(), 1);
    for code in &codes {
        let line = format!("\n- {code} (");
        assert!(bodies[0].contains(&line), "{}", bodies[0]);
    }
    city.clock.forward(days(2));
    codes.push(lamp(&city, 0.0).await.code);
    city.settle().await;
    city.settle().await;
    assert_eq!(told().await.len(), 1, "the same spot on another day");
    let mut dispatcher = city.sign_in("1022").await;
    dispatcher.open("/notices").await;
    dispatcher.sees("Điểm nóng: Phản ánh đèn chiếu sáng công cộng, Phường Ninh Kiều");
    // Still hot a week later: said again.
    city.clock.forward(days(5));
    for _ in 0..3 {
        lamp(&city, 0.0).await;
    }
    city.settle().await;
    city.settle().await;
    assert_eq!(told().await.len(), 2);
    // And cold when the days have passed.
    city.clock.forward(days(8));
    city.settle().await;
    leader.open("/morning").await;
    leader.sees("Không có điểm nóng nào");
    leader.open(&cases.expect("as before").href).await;
    leader.status(200).sees("4 việc");
}

async fn communes_are_compared_only_where_the_city_brought_its_people(city: TestCity) {
    let (one, other) = (lamp(&city, 0.0).await, lamp(&city, 1.0).await);
    let spam = lamp(&city, 2.0).await;
    city.decides("1022", &spam.code, "Tin rác").await;
    city.settle().await;
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/numbers/communes").await;
    leader
        .status(200)
        .sees("Đừng xếp hạng")
        .sees("Còn thiếu dân số của 103 phường, xã");
    let row = leader.page().row("Phường Ninh Kiều").clone();
    assert_eq!(row.cell("Trên 10.000 dân").words, "–");
    let received = row.cell("Phản ánh nhận").clone();
    assert_eq!(received.words, "2");
    leader
        .open(&received.link.expect("it opens its cases"))
        .await;
    leader
        .status(200)
        .sees(&one.code)
        .sees(&other.code)
        .sees_not(&spam.code);

    // Without a source no number is taken, and what was typed stays.
    leader
        .open("/numbers/enter?period=2026&unit=commune-31135&key=people")
        .await;
    leader.fill("Tử số", "12500");
    leader.press("Lưu số liệu").await;
    leader.status(422).sees("thiếu nguồn số liệu");
    assert_eq!(leader.value("Tử số"), Some("12500"));
    leader.fill("Nguồn số liệu", "Niên giám thử nghiệm");
    leader.press("Lưu số liệu").await;
    leader.status(200);
    leader.open("/numbers/communes").await;
    leader.sees("Còn thiếu dân số của 102 phường, xã");
    let row = leader.page().row("Phường Ninh Kiều").clone();
    assert!(
        row.cell("Trên 10.000 dân").words.starts_with("1,6"),
        "{row:?}"
    );
    let people = &row.cell("Dân số").words;
    assert!(
        people.contains("12.500") && people.contains("Niên giám thử nghiệm"),
        "{people}"
    );
    let elsewhere = leader.page().row("Phường Cái Răng").clone();
    assert_eq!(elsewhere.cell("Phản ánh nhận").words, "0");
    assert_eq!(elsewhere.cell("Dân số").words, "chưa nhập");
}

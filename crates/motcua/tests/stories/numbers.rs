//! The state's numbers over a lived year: forms add up for every unit and month, sums roll up without counting
//! twice, and every number opens exactly its dossiers.

use testkit::page::Row;
use testkit::{Browser, TestCity, both_engines};

both_engines!(the_form_adds_up_and_opens_its_dossiers);

/// The columns 3 to 13 of a row.
fn columns(row: &Row) -> Vec<u64> {
    let number = |words: &str| {
        words
            .replace('.', "")
            .parse()
            .unwrap_or_else(|_| panic!("{words}"))
    };
    row.cells[1..]
        .iter()
        .map(|cell| number(&cell.words))
        .collect()
}

/// 3 = 4+5+6, 7 = 8+9+10, 11 = 12+13, 3 = 7+11.
fn adds_up(at: &str, row: &Row) {
    let c = columns(row);
    assert_eq!(c.len(), 11, "{at}");
    let name = &row.cells[0].words;
    assert_eq!(c[0], c[1] + c[2] + c[3], "3 of {name}, {at}");
    assert_eq!(c[4], c[5] + c[6] + c[7], "7 of {name}, {at}");
    assert_eq!(c[8], c[9] + c[10], "11 of {name}, {at}");
    assert_eq!(c[0], c[4] + c[8], "3 = 7 + 11 of {name}, {at}");
}

fn sum(rows: &[&Row]) -> Vec<u64> {
    let mut sum = vec![0; 11];
    for row in rows {
        for (sum, n) in sum.iter_mut().zip(columns(row)) {
            *sum += n;
        }
    }
    sum
}

/// Counts what stands in a list, page after page.
async fn counted(browser: &mut Browser, to: &str) -> u64 {
    browser.open(to).await;
    browser.status(200);
    let html = &browser.page().html;
    let says = html.split("id=\"count\">").nth(1).unwrap_or_default();
    let says = says.split(' ').next().unwrap_or_default().replace('.', "");
    let mut rows = browser.page().rows.len();
    while let Some(next) = later(browser) {
        browser.open(&next).await;
        rows += browser.page().rows.len();
    }
    assert_eq!(says, rows.to_string(), "{to}");
    rows as u64
}

fn later(browser: &Browser) -> Option<String> {
    let mut links = browser.page().links.iter();
    let link = links.find(|link| link.words.contains("Trang sau"));
    link.map(|link| link.href.clone())
}

async fn the_form_adds_up_and_opens_its_dossiers(city: TestCity) {
    let lived = TestCity::lived(city.engine, 300).await;
    lived.settle().await;
    let mut leader = lived.sign_in("lanhdao").await;
    let mut received = 0;
    // The year before 2 March 2026.
    for month in 2..15 {
        let (year, month) = (2025 + month / 12, month % 12 + 1);
        let period = format!("{year}-{month:02}");
        leader
            .open(&format!("/numbers/report?period={period}&by=unit"))
            .await;
        leader.status(200);
        let rows = leader.page().rows.clone();
        if rows.is_empty() {
            continue;
        }
        let (total, lines) = rows.split_last().expect("a total");
        rows.iter().for_each(|row| adds_up(&period, row));
        let units: Vec<&Row> = lines
            .iter()
            .filter(|row| {
                !row.cells[0].words.starts_with("Cấp ") && row.cells[0].words != "Cơ quan khác"
            })
            .collect();
        assert_eq!(sum(&units), columns(total), "units of {period}");
        // The same dossiers told apart otherwise.
        for by in ["level", "service"] {
            leader
                .open(&format!("/numbers/report?period={period}&by={by}"))
                .await;
            let again = leader.page().rows.clone();
            again.iter().for_each(|row| adds_up(&period, row));
            assert_eq!(
                again.last().map(columns),
                Some(columns(total)),
                "{by} of {period}"
            );
        }
        received += columns(total)[1] + columns(total)[2];
    }
    assert!(received > 60, "{received} dossiers in a year");

    // The months together: what was received in each is received in the year, once.
    leader.open("/numbers/report?period=2026-02").await;
    let rows = leader.page().rows.clone();
    let (mut opened, mut late) = (0, 0);
    for row in &rows {
        for (column, cell) in (3..).zip(&row.cells[1..]) {
            if let Some(link) = &cell.link {
                let n = counted(&mut leader, link).await;
                assert_eq!(n.to_string(), cell.words.replace('.', ""), "{link}");
                opened += 1;
                late += u64::from(column == 10 || column == 13) * n;
            }
        }
    }
    assert!(opened > 5, "{opened} numbers that open something");
    assert!(late > 0, "nobody is ever late");

    leader.open("/numbers/report.xlsx?period=2026-02").await;
    leader.status(200);
    assert!(leader.page().bytes.starts_with(b"PK"));
    for address in [
        "/numbers/report?period=2026-13&unit=khong-co&by=x&at=abc",
        "/numbers/report?period=1999",
    ] {
        leader.open(address).await;
        leader.status(200);
    }
    leader.open("/numbers/cases?figure=06a.99").await;
    leader.status(404);
}

//! The state's numbers over a lived year: forms add up for every unit and month, sums roll up without counting
//! twice, and every number opens exactly its dossiers.

use testkit::page::Row;
use testkit::{Browser, TestCity, both_engines, days, hours};

use crate::counter::{form, received, take};
use crate::dossier::at_case;
use crate::lawful::accepted;
use crate::printed;

both_engines!(
    the_form_adds_up_and_opens_its_dossiers,
    each_page_of_numbers_opens_what_it_counts,
    three_organisations_are_counted_apart,
    what_the_city_cannot_know_is_entered_with_its_source,
    an_officer_disputes_and_the_head_answers,
);

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

    // The same numbers as a spreadsheet and on paper.
    leader.open("/numbers/report.xlsx?period=2026-02").await;
    let sheet = printed::book(leader.page()).remove(0);
    let figures: Vec<Vec<u64>> = sheet
        .iter()
        .filter_map(|row| {
            let last = row.len().checked_sub(11).filter(|from| *from > 0)?;
            row[last..].iter().map(|cell| cell.parse().ok()).collect()
        })
        .collect();
    let shown: Vec<Vec<u64>> = rows.iter().map(columns).collect();
    assert_eq!(figures, shown, "{sheet:#?}");
    let total = shown.last().expect("a total").iter().map(u64::to_string);
    let total = format!("Tổng cộng {}", total.collect::<Vec<_>>().join(" "));
    leader.open("/numbers/report.pdf?period=2026-02").await;
    printed::paper(leader.page(), &["II.06a/VPCP/KSTT", &total]);
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

/// The numbers of the three tables of `/numbers/organisations`: competent, where received, who helped. The sum of each
/// is the sum of its lines.
fn organisations(browser: &Browser) -> [Vec<Vec<u64>>; 3] {
    let by = ["Cơ quan có thẩm quyền", "Nơi tiếp nhận", "Nơi hỗ trợ"];
    by.map(|by| {
        let rows = browser.page().rows.iter();
        let rows = rows.filter(|row| row.cells[0].column == by);
        let number = |cell: &testkit::page::Cell| {
            let digits = cell.words.replace('.', "");
            digits.parse::<u64>().unwrap_or_else(|_| panic!("{cell:?}"))
        };
        let rows: Vec<Vec<u64>> = rows
            .map(|row| row.cells[1..].iter().map(number).collect())
            .collect();
        if let Some((total, lines)) = rows.split_last() {
            for (column, total) in total.iter().enumerate() {
                let sum: u64 = lines.iter().map(|line| line[column]).sum();
                assert_eq!(sum, *total, "{by}, column {column}");
            }
        }
        rows
    })
}

/// One dossier of each way: over another commune's desk with somebody's help, over the own desk, online.
async fn three_organisations_are_counted_apart(city: TestCity) {
    let mut clerk = form(&city, "Phường Cái Răng").await;
    clerk.choose(
        "Ai giúp người dân nộp?",
        "Bưu điện (dịch vụ bưu chính công ích)",
    );
    take(&mut clerk).await;
    received(&city).await;
    accepted(&city).await;
    city.settle().await;
    let mut leader = city.sign_in("lanhdao").await;
    let page = "/numbers/organisations?period=2026-03";
    leader.open(page).await;
    leader.status(200);
    let [units, desks, helpers] = organisations(&leader);
    // All, own desk, another desk, online, helped.
    assert_eq!(
        units,
        [
            vec![2, 1, 0, 1, 0],
            vec![1, 0, 1, 0, 1],
            vec![3, 1, 1, 1, 1]
        ]
    );
    assert_eq!(desks, [vec![2, 1, 1, 1], vec![2, 1, 1, 1]]);
    assert_eq!(helpers, [vec![1, 0, 1, 0], vec![1, 0, 1, 0]]);
    leader.sees("Cái Răng").sees("Bưu điện");
    let opening = opening(&leader);
    assert_eq!(opening.len(), 3 + 3 + 5 + 4 + 2, "every number but zero");
    for (link, number) in &opening {
        let n = counted(&mut leader, link).await;
        assert_eq!(n.to_string(), *number, "{link}");
    }
    // One authority sees its own; another month nothing.
    leader.open(&format!("{page}&unit=commune-31186")).await;
    let [units, ..] = organisations(&leader);
    assert_eq!(units, [vec![1, 0, 1, 0, 1], vec![1, 0, 1, 0, 1]]);
    leader
        .open("/numbers/organisations?period=2026-01&unit=commune-31186")
        .await;
    leader.status(200);
    assert!(organisations(&leader).iter().all(Vec::is_empty));
}

/// Every number of a page that opens dossiers, with how many it says.
fn opening(browser: &Browser) -> Vec<(String, String)> {
    let cells = browser.page().rows.iter().flat_map(|row| &row.cells);
    let links = cells.filter_map(|cell| {
        let link = cell.link.clone()?;
        let number = cell.words.replace('.', "").parse::<u64>().ok()?;
        link.starts_with("/numbers/cases")
            .then(|| (link, number.to_string()))
    });
    links.collect()
}

async fn each_page_of_numbers_opens_what_it_counts(city: TestCity) {
    let lived = TestCity::lived(city.engine, 300).await;
    lived.settle().await;
    let mut leader = lived.sign_in("lanhdao").await;
    for (address, least) in [
        ("/numbers/index?period=2026-Q1", 4),
        ("/numbers/causes?period=2025", 4),
        ("/numbers/scores?period=2025&unit=commune-31135", 0),
        ("/numbers/integrity?period=2025", 0),
        ("/numbers/organisations?period=2025", 4),
        ("/numbers/integrity/reports?period=2025", 3),
    ] {
        leader.open(address).await;
        leader.status(200).sees_not("…");
        let opening = opening(&leader);
        assert!(
            opening.len() >= least,
            "{address} opens {}:\n{}",
            opening.len(),
            leader.page()
        );
        for (link, number) in opening.iter().take(12) {
            let n = counted(&mut leader, link).await;
            assert_eq!(n.to_string(), *number, "{link}");
        }
    }
    // The index and the scores as spreadsheets and on paper, with the figures of their pages.
    leader.open("/numbers/index?period=2026-Q1").await;
    let shown = leader.page().row("2.1").clone();
    let whole = |words: &str| words.replace('.', "");
    leader.open("/numbers/index.xlsx?period=2026-Q1").await;
    let sheet = printed::book(leader.page()).remove(0);
    let line = sheet.iter().find(|row| row[0] == "2.1").expect("2.1");
    assert_eq!(
        line[2..4],
        [
            whole(&shown.cell("Tử số").words),
            whole(&shown.cell("Mẫu số").words)
        ]
    );
    leader.open("/numbers/index.pdf?period=2026-Q1").await;
    printed::paper(leader.page(), &["CHỈ SỐ PHỤC VỤ NGƯỜI DÂN", "2.1"]);
    leader.open("/numbers/scores?period=2025").await;
    let units = leader.page().rows.clone();
    assert!(!units.is_empty(), "a unit that ended something");
    leader.open("/numbers/scores.xlsx?period=2025").await;
    let sheet = printed::book(leader.page()).remove(0);
    for row in &units {
        let name = &row.cells[0].words;
        let found = sheet.iter().filter(|line| line[0] == *name).count();
        assert_eq!(found, 1, "{name}: {sheet:#?}");
    }
    leader.open("/numbers/scores.pdf?period=2025").await;
    printed::paper(leader.page(), &["CHẤM ĐIỂM ĐƠN VỊ", "THỦ TRƯỞNG CƠ QUAN"]);
    // Every dossier has three organisations and counts once; the tables agree with form II.06a.
    leader.open("/numbers/organisations?period=2025").await;
    let [units, desks, _] = organisations(&leader);
    leader.open("/numbers/report?period=2025").await;
    let total = leader.page().rows.last().map(columns).expect("a total");
    let [all, own, elsewhere, online, _] = units.last().expect("a total")[..] else {
        panic!("five columns: {units:?}")
    };
    assert_eq!(all, total[1] + total[2], "received new");
    assert_eq!(all, own + elsewhere + online, "each came one way");
    assert_eq!(desks.last().map(|row| row[0]), Some(own + elsewhere));
    // Grades of units are everybody's, persons are nobody's.
    let mut anybody = lived.browser("người dân");
    anybody.open("/open/scores?period=2025").await;
    anybody.status(200).sees("Xếp loại").sees_not("Cán bộ");
    // The figures of one authority are part of the city's.
    leader
        .open("/numbers/index?period=2025&unit=department-of-agriculture-and-environment")
        .await;
    leader.status(200);
    let own = leader.page().row("2.1").cell("Mẫu số").words.clone();
    leader.open("/numbers/index?period=2025").await;
    let all = leader.page().row("2.1").cell("Mẫu số").words.clone();
    let number = |words: String| words.replace('.', "").parse::<u64>().expect("a number");
    assert!((1..number(all)).contains(&number(own)));
}

async fn what_the_city_cannot_know_is_entered_with_its_source(city: TestCity) {
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/numbers/index?period=2026-02").await;
    leader.status(200).sees("chưa có số liệu");
    leader.open("/numbers/enter?period=2026-02&key=1.4").await;
    leader
        .fill("Tử số", "1200")
        .fill("Mẫu số", "1000")
        .fill("Nguồn số liệu", "Báo cáo 12/BC-VP");
    leader.press("Lưu số liệu").await;
    leader.status(422).sees("không lớn hơn mẫu số");
    assert_eq!(leader.value("Nguồn số liệu"), Some("Báo cáo 12/BC-VP"));
    leader.fill("Tử số", "980");
    leader.press("Lưu số liệu").await;
    leader.status(200).sees("98");
    city.clock.forward(hours(1));
    // A newer one counts, and a table with one flawed line changes nothing.
    let head = "index,metric,subject,period,numerator,denominator,percent,source,on";
    let flawed = format!(
        "{head}\n766,1.4,,2026-02,990,1000,,Cổng quốc gia,02/03/2026\n766,2.1,,2026-02,1,1,,x,02/03/2026\n"
    );
    leader.attach("Tệp CSV", "so-lieu.csv", flawed.as_bytes());
    leader.press("Nhập bảng").await;
    leader
        .status(422)
        .sees("Dòng 3")
        .sees("không phải chỉ số nhập tay");
    let sound = format!("{head}\n766,1.4,,2026-02,\"995\",1000,,Cổng quốc gia,02/03/2026\n");
    leader.attach("Tệp CSV", "so-lieu.csv", sound.as_bytes());
    leader.press("Nhập bảng").await;
    leader.status(200).sees("Cổng quốc gia");
    leader.open("/numbers/index?period=2026-02").await;
    let row = leader.page().row("1.4");
    assert_eq!(row.cell("Tỷ lệ").words, "99,50 %");
    assert!(
        row.cell("Điểm").words.starts_with("5,97"),
        "{:?}",
        row.cell("Điểm")
    );
    leader.sees("Cổng quốc gia");
    // Another month has none of it.
    leader.open("/numbers/index?period=2026-01").await;
    assert!(
        leader
            .page()
            .row("1.4")
            .cells
            .iter()
            .any(|cell| cell.words.contains("chưa có số liệu"))
    );
}

async fn an_officer_disputes_and_the_head_answers(city: TestCity) {
    let filed = crate::land::filed(&city, false).await;
    let code = &filed.code;
    let mut desk = at_case(&city, "motcua-ninhkieu", code).await;
    desk.press("Thu và ghi biên lai").await;
    desk.press("Đủ hồ sơ – cấp giấy tiếp nhận").await;
    desk.status(200);
    city.clock.forward(days(20));
    let mut officer = at_case(&city, "datdai-giamdoc", code).await;
    officer.fill("Ghi chú hoặc lý do", "Không đủ điều kiện");
    officer.press("Không đủ điều kiện").await;
    officer.status(200);
    city.decides("motcua-ninhkieu", code, "Đã trả hồ sơ").await;
    city.settle().await;

    let mut officer = city.sign_in("datdai-giamdoc").await;
    officer.open("/mine").await;
    officer
        .status(200)
        .sees("Kết quả của tôi")
        .sees("Hồ sơ đã kết thúc");
    officer.follow("Hồ sơ của tôi trong kỳ").await;
    officer.status(200).sees(code);
    let mut desk = city.sign_in("motcua-ninhkieu").await;
    desk.open("/mine").await;
    desk.follow("Hồ sơ của tôi trong kỳ").await;
    desk.sees(code);
    desk.send("POST", "/mine/dispute", &[("case", code), ("words", "  ")])
        .await;
    desk.status(422).sees("Hãy ghi lý do");
    desk.fill("Lý do", "Hồ sơ nằm ở chi nhánh 20 ngày");
    desk.press("Gửi lãnh đạo đơn vị").await;
    desk.status(200).sees("Chờ trả lời");
    desk.send(
        "POST",
        "/mine/dispute",
        &[("case", code), ("words", "Lần nữa")],
    )
    .await;
    desk.status(422).sees("Bạn đã khiếu nại hồ sơ này");
    // Whoever decided nothing there has nothing to dispute; nobody answers for another unit or for themselves.
    let mut stranger = city.sign_in("cairang").await;
    stranger
        .send("POST", "/mine/dispute", &[("case", code), ("words", "x")])
        .await;
    stranger.status(404);
    officer.open("/mine/unit").await;
    officer.status(200).sees_not("nằm ở chi nhánh 20 ngày");

    let mut head = city.sign_in("ninhkieu-lanhdao").await;
    head.open("/mine/unit").await;
    head.status(200).sees("nằm ở chi nhánh 20 ngày");
    head.fill("Trả lời", "Đúng, chi nhánh giữ hồ sơ");
    head.press("Chấp nhận, để riêng hồ sơ").await;
    head.status(200).sees("Được chấp nhận");
    desk.open("/mine").await;
    desk.sees("Được chấp nhận")
        .sees("Đúng, chi nhánh giữ hồ sơ");
}

//! What leaves the city as a file: spreadsheets and papers, opened again by other people's readings of the formats.
//! The stories of the list of the week and of the printer at the desk stand here; figures and tills use the readers.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use roxmltree::{Document, Node};
use rules::notice::Kind;
use testkit::page::Page;
use testkit::{TestCity, both_engines, days};

use crate::counter::{form, take};

both_engines!(
    the_list_of_the_week_goes_out_on_paper,
    what_was_received_is_printed_at_once,
);

/// What stands in the cells of each sheet, row by row; empty cells and rows are left out.
pub type Book = Vec<Vec<Vec<String>>>;

/// A spreadsheet that was answered with.
pub fn book(page: &Page) -> Book {
    assert_eq!(
        (page.status, page.content_type.as_str()),
        (
            200,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
    );
    let words = member(&page.bytes, "xl/sharedStrings.xml");
    let words = words.map_or_else(Vec::new, |xml| shared(&xml));
    let sheets = (1..).map_while(|n| member(&page.bytes, &format!("xl/worksheets/sheet{n}.xml")));
    sheets.map(|xml| rows(&xml, &words)).collect()
}

fn shared(xml: &str) -> Vec<String> {
    let tree = Document::parse(xml).expect("XML");
    let all = tree.descendants().filter(|node| named(node, "si"));
    all.map(text_of).collect()
}

fn rows(xml: &str, words: &[String]) -> Vec<Vec<String>> {
    let tree = Document::parse(xml).expect("XML");
    let rows = tree.descendants().filter(|node| named(node, "row"));
    let cells = |row: Node<'_, '_>| {
        let cells = row.children().filter(|node| named(node, "c"));
        let value = |cell: Node<'_, '_>| {
            let value = cell.children().find(|node| named(node, "v"));
            let value = value.map_or_else(|| text_of(cell), text_of);
            match cell.attribute("t") {
                Some("s") => words[value.parse::<usize>().expect("a place")].clone(),
                _ => value,
            }
        };
        let values = cells.map(value).filter(|value| !value.is_empty());
        values.collect::<Vec<String>>()
    };
    rows.map(cells).filter(|row| !row.is_empty()).collect()
}

/// By its local name, in whatever namespace.
fn named(node: &Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn text_of(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}

/// A file of the archive, found by the archive's own directory; `None`: it holds none of this name.
fn member(zip: &[u8], name: &str) -> Option<String> {
    let two = |at: usize| usize::from(u16::from_le_bytes([zip[at], zip[at + 1]]));
    let four = |at: usize| two(at) | two(at + 2) << 16;
    let end = zip.windows(4).rposition(|mark| mark == b"PK\x05\x06");
    let end = end.expect("a directory");
    let mut at = four(end + 16);
    for _ in 0..two(end + 10) {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02", "a line of the directory");
        let (method, size, place) = (two(at + 10), four(at + 20), four(at + 42));
        let [named, extra, comment] = [two(at + 28), two(at + 30), two(at + 32)];
        if &zip[at + 46..at + 46 + named] == name.as_bytes() {
            let from = place + 30 + two(place + 26) + two(place + 28);
            let mut packed = &zip[from..from + size];
            let mut text = String::new();
            let read = match method {
                0 => packed.read_to_string(&mut text),
                _ => flate2::read::DeflateDecoder::new(packed).read_to_string(&mut text),
            };
            read.expect("it unpacks");
            return Some(text);
        }
        at += 46 + named + extra + comment;
    }
    None
}

/// What poppler reads in a PDF, each line with single spaces; `None` where it is not installed, which is said plainly.
pub fn lines(pdf: &[u8]) -> Option<Vec<String>> {
    assert!(pdf.starts_with(b"%PDF-"), "a PDF");
    let poppler = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut poppler) = poppler else {
        eprintln!("pdftotext of poppler is not installed: the paper was NOT read");
        return None;
    };
    let mut input = poppler.stdin.take().expect("an input");
    input.write_all(pdf).expect("it reads");
    drop(input);
    let output = poppler.wait_with_output().expect("it ends");
    assert!(output.status.success(), "poppler opens it");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let squeezed = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(squeezed.filter(|line| !line.is_empty()).collect())
}

/// A paper that was answered with, and says each of these in a line.
pub fn paper(page: &Page, wanted: &[&str]) {
    assert_eq!(
        (page.status, page.content_type.as_str()),
        (200, "application/pdf"),
        "{page}"
    );
    says(&page.bytes, wanted);
}

fn says(pdf: &[u8], wanted: &[&str]) {
    let Some(lines) = lines(pdf) else { return };
    for words in wanted {
        let told = lines.iter().any(|line| line.contains(words));
        assert!(told, "“{words}” is not in:\n{}", lines.join("\n"));
    }
}

async fn the_list_of_the_week_goes_out_on_paper(city: TestCity) {
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/account/messages").await;
    leader.fill("Địa chỉ thư điện tử", "lanhdao@cantho.example");
    leader.press("Lưu").await;
    leader.status(200);
    let lamp = city.resident().reports("report.street-light");
    let lamp = lamp.at("Phường Ninh Kiều").await;
    city.decides("1022", &lamp.code, "Chuyển đơn vị xử lý")
        .await;
    city.clock.forward(days(7));
    city.settle().await;
    city.post().await;
    let taken = city.courier.taken().into_iter();
    let letters = taken.filter(|parcel| !parcel.enclosed.is_empty());
    let letters: Vec<_> = letters.collect();
    assert_eq!(letters.len(), 1, "the list, once: {letters:?}");
    let letter = &letters[0];
    assert_eq!(letter.to, "lanhdao@cantho.example");
    let list = &letter.enclosed[0];
    assert_eq!(list.media, "application/pdf");
    assert!(list.name.ends_with(".pdf"), "{}", list.name);
    let wanted = ["HỒ SƠ QUÁ HẠN", "Ninh Kiều", "Tổng cộng 1"];
    says(&list.bytes, &wanted);
    // The same in the list of messages, and on the page whenever a leader wants it.
    let head = [store::Recipient::Head("city".to_owned())];
    let told = city.hall.reader().notices(&head, None, 100).await;
    let told = told.expect("read").into_iter();
    assert!(told.into_iter().any(|m| m.kind == Kind::WeeklyList));
    leader.open("/late").await;
    leader.follow("In danh sách (PDF)").await;
    paper(leader.page(), &wanted);
    let mut other = city.sign_in("cairang").await;
    other.open("/late.pdf").await;
    other.status(403);
}

async fn what_was_received_is_printed_at_once(city: TestCity) {
    let mut clerk = form(&city, "Phường Ninh Kiều").await;
    take(&mut clerk).await;
    let code = clerk.page().link("Mở hồ sơ");
    let code = code.rsplit('/').next().unwrap_or_default().to_owned();
    let [copies, slip, receipt] = [
        "In 02 liên trên một tờ A4",
        "In 01 bản khổ A5",
        "In biên lai 000001/2026",
    ]
    .map(|words| clerk.page().link(words));
    // The printer's loop has not come round yet: said so, and asked again.
    clerk.open(&slip).await;
    clerk.status(202).sees("Giấy đang được lập").sees(&code);
    city.settle().await;
    clerk.follow("Mở lại").await;
    let wanted = ["GIẤY TIẾP NHẬN HỒ SƠ", code.as_str()];
    paper(clerk.page(), &wanted);
    let one = clerk.page().bytes.clone();
    clerk.open(&copies).await;
    paper(clerk.page(), &wanted);
    let titles = |pdf: &[u8]| {
        let lines = lines(pdf)?.join("\n");
        Some(lines.matches("GIẤY TIẾP NHẬN HỒ SƠ").count())
    };
    if let (Some(once), Some(twice)) = (titles(&one), titles(&clerk.page().bytes)) {
        assert_eq!(twice, 2 * once, "two copies of the same slip");
    }
    clerk.open(&receipt).await;
    paper(clerk.page(), &["BIÊN LAI THU PHÍ, LỆ PHÍ", "000001/2026"]);
    // Nothing else can be printed this way, and nobody else prints it.
    clerk.open(&format!("/cases/{code}/print/tat-ca")).await;
    clerk.status(404);
    let mut other = city.sign_in("cairang").await;
    for address in [&slip, &copies, &receipt] {
        other.open(address).await;
        other.status(404);
    }
}

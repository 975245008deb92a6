//! Papers as files to look at: `LOOK=/tmp/look cargo test -p papers --test look`.

mod samples;

use papers::*;

fn sample(layout: Layout, body: Body) -> Paper {
    Paper {
        layout,
        title: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".into(),
        citation: "Mẫu số 01 – Thông tư số 03/2025/TT-VPCP".into(),
        head: Head {
            superior: "Ủy ban nhân dân phường Ninh Kiều".into(),
            agency: "Trung tâm Phục vụ hành chính công phường Ninh Kiều".into(),
            number: "Số: 123/TNHS".into(),
            place: "Ninh Kiều".into(),
            date: Some((2026, 11, 6)),
        },
        code: "H13.102.01-261106-0042".into(),
        check: "https://motcua.cantho.example/verify/K7QM-3XPA-9RTD".into(),
        body,
        signatures: vec![
            Signature {
                title: "Người nộp hồ sơ".into(),
                how: "(Ký và ghi rõ họ tên)".into(),
                ..Signature::default()
            },
            Signature {
                title: "Người tiếp nhận hồ sơ".into(),
                how: "(Ký và ghi rõ họ tên)".into(),
                name: "Trần Thị Bích Thuỷ".into(),
                ..Signature::default()
            },
        ],
        footnotes: vec!["Giấy này được lập thành 02 liên.".into()],
        ..Paper::default()
    }
}

#[test]
fn every_layout_is_set_even_when_nothing_is_known() {
    for (layout, body) in bodies() {
        let mut paper = sample(layout, body);
        let made = pdf(&paper).unwrap_or_else(|e| panic!("{layout:?}: {e}"));
        assert!(made.starts_with(b"%PDF-"));
        if let Ok(folder) = std::env::var("LOOK") {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(format!("{folder}/{layout:?}-empty.pdf"), &made).unwrap();
        }
        assert!(
            text(&paper)
                .unwrap()
                .contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
        );
        paper.code.clear();
        paper.check.clear();
        paper.signatures.clear();
        paper.head = Head::default();
        pdf(&paper).unwrap_or_else(|e| panic!("{layout:?} bare: {e}"));
    }
}

fn bodies() -> Vec<(Layout, Body)> {
    vec![
        (Layout::Receipt, Body::Receipt(Box::default())),
        (Layout::Supplement, Body::Supplement(Box::default())),
        (Layout::Refusal, Body::Refusal(Box::default())),
        (Layout::Apology, Body::Apology(Box::default())),
        (Layout::Stop, Body::Stop(Box::default())),
        (Layout::Control, Body::Control(Box::default())),
        (Layout::Book, Body::Book(Box::default())),
        (Layout::Result, Body::Result(Box::default())),
        (Layout::Notice, Body::Notice(Box::default())),
        (Layout::FeeReceipt, Body::Fees(Box::default())),
        (Layout::Table, Body::Table(Box::default())),
    ]
}

/// `Receipt.pdf` beside `Receipt-empty.pdf`: with something in every place.
#[test]
fn every_layout_is_set_with_something_in_every_place() {
    for layout in Layout::ALL {
        let made = pdf(&samples::sample(layout)).unwrap_or_else(|e| panic!("{layout:?}: {e}"));
        if let Ok(folder) = std::env::var("LOOK") {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(format!("{folder}/{layout:?}.pdf"), &made).unwrap();
        }
    }
}

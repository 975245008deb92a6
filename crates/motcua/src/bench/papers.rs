//! P9: a receipt set as PDF/A and PDF/UA, one after the other, each with other words.

use ::papers::{Applicant, Body, Component, Head, Layout, Paper, Receipt, Signature};
use anyhow::{Result, ensure};

use super::Options;
use super::measure::{Times, since};
use super::report::{Report, Target};

const TIMES: u32 = 300;

pub fn p9(options: &Options) -> Result<Report> {
    let times = options.cases.unwrap_or(TIMES).clamp(3, TIMES);
    let size = format!("{times} receipts of one page");
    let mut report = Report::new("p9", 0, size, options.seed);
    let started = std::time::Instant::now();
    let first = ::papers::pdf(&receipt(0))?;
    report.aimed(
        "the first: ms",
        since(started),
        "ms",
        Target::at_most(100.0),
    );
    ensure!(first.starts_with(b"%PDF-"), "what was set is no PDF");
    let mut next = 0;
    let mut flaw = None;
    let set = Times::of(times as usize, || {
        next += 1;
        flaw = ::papers::pdf(&receipt(next)).err();
    });
    ensure!(flaw.is_none(), "a receipt could not be set: {flaw:?}");
    report.aimed("one: median", set.median(), "ms", Target::at_most(8.0));
    report.aimed("one: p99", set.at(0.99), "ms", Target::at_most(20.0));
    let kilobytes = first.len() as f64 / 1000.0;
    report.aimed("size", kilobytes, "KB", Target::at_most(80.0));
    Ok(report)
}

/// No two alike: what the typesetter remembers of the last one helps as little as at a desk.
fn receipt(n: u32) -> Paper {
    let by_hand = |title: &str| Signature {
        title: title.to_owned(),
        how: "(Ký và ghi rõ họ tên)".to_owned(),
        name: format!("Nguyễn Thị Hồng Nhung {n}"),
        ..Signature::default()
    };
    let component = |c: u32| Component {
        name: format!("Giấy tờ số {n}-{c} theo quy định của thủ tục"),
        kind: "Bản chính".to_owned(),
        count: Some(1),
    };
    Paper {
        layout: Layout::Receipt,
        title: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".to_owned(),
        citation: "Mẫu số 01".to_owned(),
        head: Head {
            superior: "Ủy ban nhân dân phường Ninh Kiều".to_owned(),
            agency: "Trung tâm Phục vụ hành chính công phường Ninh Kiều".to_owned(),
            number: format!("Số: {n}/TNHS"),
            place: "Ninh Kiều".to_owned(),
            date: Some((2026, 11, 24)),
        },
        code: format!("H13.102.01-261124-{n:04}"),
        check: format!("https://localhost/verify/K7QM-3XPA-{n:04}"),
        body: Body::Receipt(Box::new(Receipt {
            desk: "Trung tâm Phục vụ hành chính công phường Ninh Kiều".to_owned(),
            applicant: Applicant {
                name: format!("Trần Văn Hoà {n}"),
                number: format!("0921850{n:05}"),
                address: format!("Số {n}, đường Nguyễn Trãi"),
                phone: "0912 345 678".to_owned(),
                email: String::new(),
            },
            subject: "Đăng ký biến động do chuyển nhượng quyền sử dụng đất".to_owned(),
            components: (1..=4).map(component).collect(),
            sets: Some(1),
            limit: "10 ngày làm việc".to_owned(),
            received: format!("08 giờ {:02} phút, ngày 24 tháng 11 năm 2026", n % 60),
            due: "16 giờ 30 phút, ngày 08 tháng 12 năm 2026".to_owned(),
            delivery: "Tại một cửa".to_owned(),
            ..Receipt::default()
        })),
        signatures: vec![by_hand("Người nộp hồ sơ"), by_hand("Người tiếp nhận hồ sơ")],
        footnotes: vec!["Giấy này được lập thành 02 bản.".to_owned()],
        ..Paper::default()
    }
}

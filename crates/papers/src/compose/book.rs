//! Form 07: the book of a desk and a period, a row for each dossier.

use jiff::civil::Date;
use rules::case::Life;
use rules::organisation::Organisation;
use rules::paper::PaperLaw;
use service::definition::Post;

use super::{Numbered, Told, head_of};
use crate::paper::{Body, Book, Entry, Layout, Paper, Signature};

/// A dossier's row.
pub fn entry(told: &Told<'_>) -> Entry {
    let case = told.case;
    let applicant = told.applicant();
    let day = |at: rules::Moment| {
        let (date, time) = (told.local)(at);
        format!(
            "{:02}:{:02} {}",
            time.hour(),
            time.minute(),
            date.strftime("%d/%m/%Y")
        )
    };
    let (returned, note) = match &case.life {
        Life::HandedOver { at, .. } => (Some(*at), ""),
        Life::NotAccepted { at, .. } => (Some(*at), "Từ chối tiếp nhận"),
        Life::Stopped { at, .. } => (Some(*at), "Dừng giải quyết"),
        Life::Decided { .. } => (None, "Đã có kết quả, chưa trả"),
        _ => (None, ""),
    };
    let address = [applicant.address, applicant.phone];
    let address = address.iter().filter(|part| !part.is_empty());
    Entry {
        code: case.code.clone(),
        subject: told.definition.name.vi.clone(),
        sets: "01".to_owned(),
        applicant: applicant.name,
        address: address.cloned().collect::<Vec<_>>().join("; "),
        agency: told.unit_name(&case.unit),
        received: day(case.accepted.unwrap_or(case.opened)),
        due: case.clock.due.map_or_else(String::new, day),
        returned: returned.map_or_else(String::new, day),
        delivery: told.answer("delivery").unwrap_or_default().to_owned(),
        note: note.to_owned(),
    }
}

/// The book of `desk` with these rows, dated `day`. `period`: `Tháng 11 năm 2026`.
pub fn book(
    organisation: &Organisation,
    law: &PaperLaw,
    desk: &str,
    period: &str,
    entries: Vec<Entry>,
    day: Date,
) -> Paper {
    let template = "form-07";
    let unit = organisation.unit_ever(desk);
    let numbered = Numbered {
        issuer: desk.to_owned(),
        ..Numbered::default()
    };
    let kind = unit.map_or("", |unit| unit.kind.as_str());
    let title = law.form(template, day);
    Paper {
        layout: Layout::Book,
        title: title.map_or_else(String::new, |(form, _)| form.title.clone()),
        citation: law.citation(template, day),
        head: head_of(organisation, &numbered, day),
        body: Body::Book(Box::new(Book {
            desk: unit.map_or_else(String::new, |unit| unit.name.clone()),
            period: period.to_owned(),
            entries,
        })),
        signatures: vec![
            Signature {
                title: "Người vào sổ".to_owned(),
                how: "(Ký và ghi rõ họ tên)".to_owned(),
                ..Signature::default()
            },
            Signature {
                title: law.post(kind, Post::Head).to_owned(),
                how: "(Ký, đóng dấu)".to_owned(),
                ..Signature::default()
            },
        ],
        ..Paper::default()
    }
}

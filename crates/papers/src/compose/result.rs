//! Results and letters: what was asked and granted, signed by the right that was used.

use rules::case::Event;
use rules::paper::Call;
use service::definition::FieldKind;

use super::{Ask, face, sign};
use crate::paper::{Body, Line, Notice, Outcome, Paper, Section};

/// A certificate, confirmation or permit: its grounds, then what it says ([`face`]); what nobody laid out says what was
/// declared.
pub(super) fn result(ask: &Ask<'_>, call: &Call, paper: &mut Paper) {
    let told = ask.told;
    let grounds = told.definition.legal_basis.iter();
    let grounds = grounds.map(|basis| match basis.says.is_empty() {
        true => format!("Căn cứ {};", basis.document),
        false => format!("Căn cứ {} ({});", basis.document, basis.says),
    });
    let face = face::of(&call.template);
    paper.body = Body::Result(Box::new(Outcome {
        grounds: match &face {
            Some(face) if !face.cites => Vec::new(),
            _ => grounds.collect(),
        },
        opening: match &face {
            Some(face) => face.opening.to_owned(),
            None => "CHỨNG NHẬN:".to_owned(),
        },
        sections: match &face {
            Some(face) => face::sections(face, told),
            None => sections(ask),
        },
        closing: face.map_or_else(String::new, |face| face::closing(face, told, paper)),
    }));
    let used = ask.decided().and_then(|decided| decided.authority.as_ref());
    paper.signatures = vec![match used {
        Some(used) => sign::by_right(told, used, ask.actor()),
        None => sign::head_of(told, ask.issuer, ask.actor()),
    }];
    if let Some(used) = used.filter(|used| !used.basis.is_empty()) {
        paper.footnotes.push(format!("Ký theo {}.", used.basis));
    }
}

/// What is not the result's business: how to reach the applicant, how they want it, what they owe.
fn beside(code: &str, kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Phone | FieldKind::Email | FieldKind::File | FieldKind::Photos
    ) || matches!(code, "delivery" | "post_address" | "category" | "copies")
}

fn sections(ask: &Ask<'_>) -> Vec<Section> {
    let groups = ask.told.groups.iter().map(|group| Section {
        title: group.title.clone(),
        lines: group
            .answers
            .iter()
            .filter(|answer| !beside(&answer.code, &answer.kind))
            .map(|answer| Line::new(&answer.label, &answer.words))
            .collect(),
    });
    groups.filter(|section| !section.lines.is_empty()).collect()
}

/// What the agency did wrong, and what it does about it (NĐ 61/2018 Đ.21).
fn apologises(ask: &Ask<'_>) -> Vec<String> {
    let told = ask.told;
    let agency = told.unit_name(ask.issuer);
    match ask.called().map(|one| &one.event) {
        Some(Event::CorrectionBegun { due, .. }) => vec![
            format!("{agency} xin lỗi ông (bà) vì kết quả giải quyết hồ sơ đã trả có sai sót."),
            format!(
                "Kết quả đúng được cấp lại chậm nhất {}. Ông (bà) không phải nộp thêm giấy tờ, phí, lệ phí; kết quả có sai sót được thu hồi khi trả kết quả mới.",
                told.moment(*due)
            ),
        ],
        Some(Event::PapersLost(lost)) => {
            let names = lost.papers.iter().map(|code| {
                let mut known = told.definition.documents.iter();
                let known = known.find(|document| document.code == *code);
                known.map_or(code.as_str(), |document| &document.label.vi)
            });
            let names: Vec<&str> = names.collect();
            let happened = if lost.damaged { "hư hỏng" } else { "mất" };
            vec![
                format!(
                    "{agency} xin lỗi ông (bà) vì đã để {happened} giấy tờ sau của hồ sơ trong khi lưu giữ: {}.",
                    names.join("; ")
                ),
                "Đề nghị ông (bà) cung cấp lại các giấy tờ này; cơ quan chịu mọi chi phí. Thời hạn giải quyết hồ sơ không thay đổi.".to_owned(),
            ]
        }
        _ => Vec::new(),
    }
}

/// A letter about the case in general words.
pub(super) fn notice(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    let mut paragraphs = apologises(ask);
    paragraphs.extend(Some(ask.reason()).filter(|reason| !reason.is_empty()));
    paper.body = Body::Notice(Box::new(Notice {
        to: told.applicant().name,
        paragraphs,
        lines: vec![
            Line::new("Thủ tục", &told.definition.name.vi),
            Line::new("Mã hồ sơ", &told.case.code),
        ],
    }));
    paper.signatures = vec![sign::head_of(told, ask.issuer, ask.actor())];
}

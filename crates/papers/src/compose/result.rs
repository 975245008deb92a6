//! Results and letters: what was asked and granted, signed by the right that was used.

use rules::paper::Call;
use service::definition::FieldKind;

use super::{Ask, sign};
use crate::paper::{Body, Line, Notice, Outcome, Paper, Section};

/// A certificate, confirmation or permit in the demonstration layout: its grounds, then what was declared.
pub(super) fn result(ask: &Ask<'_>, call: &Call, paper: &mut Paper) {
    let told = ask.told;
    let grounds = told.definition.legal_basis.iter();
    let grounds = grounds.map(|basis| match basis.says.is_empty() {
        true => format!("Căn cứ {};", basis.document),
        false => format!("Căn cứ {} ({});", basis.document, basis.says),
    });
    let opening = match call.template.as_str() {
        "marital-status" => "XÁC NHẬN:",
        "construction-permit" => "CẤP PHÉP XÂY DỰNG CÔNG TRÌNH THEO CÁC NỘI DUNG SAU:",
        "birth-certificate" => "",
        _ => "CHỨNG NHẬN:",
    };
    paper.body = Body::Result(Box::new(Outcome {
        // A certificate of civil status cites no law on its face.
        grounds: match call.template.as_str() {
            "birth-certificate" | "household-business" => Vec::new(),
            _ => grounds.collect(),
        },
        opening: opening.to_owned(),
        sections: sections(ask),
        closing: String::new(),
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

/// A letter about the case in general words.
pub(super) fn notice(ask: &Ask<'_>, paper: &mut Paper) {
    let told = ask.told;
    let reason = ask.reason();
    paper.body = Body::Notice(Box::new(Notice {
        to: told.applicant().name,
        paragraphs: match reason.is_empty() {
            true => Vec::new(),
            false => vec![reason],
        },
        lines: vec![
            Line::new("Thủ tục", &told.definition.name.vi),
            Line::new("Mã hồ sơ", &told.case.code),
        ],
    }));
    paper.signatures = vec![sign::head_of(told, ask.issuer, ask.actor())];
}

//! Check 10: who asks for personal data says why, how it is shown, and how long it is kept.

use super::Found;
use crate::definition::{Definition, Field, FieldKind, Kind, PUBLIC, Publish, SHOWN};

pub fn privacy(definition: &Definition) -> Vec<Found> {
    let mut found: Vec<Found> = published(definition).into_iter().collect();
    for (page_at, page) in definition.form.iter().enumerate() {
        for (field_at, field) in page.fields.iter().enumerate() {
            let missing = missing(field);
            if is_personal(field) && !missing.is_empty() {
                found.push(
                    Found::error(
                        format!("form/{page_at}/fields/{field_at}"),
                        format!(
                            "Ô “{}” hỏi dữ liệu cá nhân nhưng chưa nói {}.",
                            field.code,
                            missing.join(", ")
                        ),
                    )
                    .instead("purpose: …, mask: last-4, keep: 10 years (ở đây hoặc trong khung)"),
                );
            }
        }
    }
    found
}

/// What is published is a report, and one that the public may see.
fn published(definition: &Definition) -> Option<Found> {
    let wanted = definition
        .access
        .publish
        .filter(|said| *said != Publish::Never)?;
    let says = match definition.kind {
        Kind::Report if definition.publishes() == wanted => return None,
        Kind::Report => format!(
            "Nói khi nào công khai nhưng “see” không cho công chúng xem: cần “{PUBLIC}: {SHOWN}”."
        ),
        _ => "Chỉ phản ánh mới được công khai.".to_owned(),
    };
    Some(Found::error("access/publish", says).instead("publish: never"))
}

fn is_personal(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldKind::PersonalId | FieldKind::Phone | FieldKind::Email | FieldKind::Address
    )
}

fn missing(field: &Field) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if field
        .purpose
        .as_ref()
        .is_none_or(|purpose| purpose.vi.is_empty())
    {
        missing.push("mục đích (purpose)");
    }
    if field.mask.is_none() {
        missing.push("cách che (mask)");
    }
    if field.keep.is_none() {
        missing.push("thời gian lưu (keep)");
    }
    missing
}

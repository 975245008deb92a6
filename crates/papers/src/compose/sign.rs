//! Who signs, in the words of NĐ 30/2020, Phụ lục I: TM. for a committee, KT. for a deputy, TL. and TUQ. with the
//! unit that signs for another.

use rules::case::event::AuthorityUsed;
use rules::person::Actor;
use service::definition::Post;

use super::{COMMITTEE, Told};
use crate::paper::Signature;

/// The head of a unit, by hand or by the deputy who acted; staff leave the place to the head.
pub(super) fn head_of(told: &Told<'_>, unit: &str, actor: Option<&Actor>) -> Signature {
    let (kind, committee) = told.unit(unit).map_or(("", false), |unit| {
        (unit.kind.as_str(), unit.name.starts_with(COMMITTEE))
    });
    let (post, name) = match actor {
        Some(Actor::Official { id, post, .. }) if *post >= Post::DeputyHead => {
            (*post, told.person(*id))
        }
        _ => (Post::Head, String::new()),
    };
    let head = told.law.post(kind, Post::Head);
    let mut prefix = Vec::new();
    if committee {
        prefix.push(format!("TM. {COMMITTEE}"));
    }
    if post == Post::DeputyHead {
        prefix.push(format!("KT. {head}"));
    }
    Signature {
        prefix,
        title: told.law.post(kind, post).to_owned(),
        name,
        ..Signature::default()
    }
}

/// By the grant that was used on the day.
pub(super) fn by_right(told: &Told<'_>, used: &AuthorityUsed, actor: Option<&Actor>) -> Signature {
    let title = told.law.title(&used.title);
    let name = match actor {
        Some(Actor::Official { id, .. }) => told.person(*id),
        _ => String::new(),
    };
    let unit = told.unit_name(&used.unit);
    let committee = unit.starts_with(COMMITTEE);
    let on_behalf = committee.then(|| format!("TM. {COMMITTEE}"));
    let kind = told.unit(&used.unit).map_or("", |unit| unit.kind.as_str());
    let (prefix, title) = match used.prefix.as_str() {
        "" => (Vec::new(), title.to_owned()),
        "TM." => (on_behalf.into_iter().collect(), title.to_owned()),
        "KT." => {
            let acting = format!("KT. {title}");
            let deputy = told.law.post(kind, Post::DeputyHead);
            (
                on_behalf.into_iter().chain([acting]).collect(),
                deputy.to_owned(),
            )
        }
        // By order or by delegation: before the title of whoever gave it (NĐ 30/2020, Phụ lục I, mục II.7); whose unit
        // each is must be read beside the title.
        other => {
            let giver = used.in_name_of.as_ref().map(|office| {
                let (title, unit) = (told.law.title(&office.title), told.unit_name(&office.unit));
                format!("{other} {title} {unit}")
            });
            let before = giver.unwrap_or_else(|| other.to_owned());
            (vec![before], format!("{title} {unit}"))
        }
    };
    Signature {
        prefix,
        title,
        name,
        ..Signature::default()
    }
}

//! What was typed on the desk, read back page by page, with what registers know.

use actions::register::{self, Asker};
use rules::origin::Origins;
use service::applicant::Applicant;
use service::definition::{Channel, Field, FieldKind};
use service::expr::Scope;
use service::field::FieldProblem;
use service::walk::{self, PageRef};
use service::{Answers, Definition, answer};

use super::super::posted::Posted;
use crate::error::Failure;
use crate::hall::Hall;
use crate::resident::lookup;
use crate::visit::Visit;

/// A number of twelve digits is a person's, one that begins with 0 a phone's, anything else a name.
pub(super) fn typed_who(who: &str) -> Applicant {
    let who = who.trim();
    let digits: String = who.chars().filter(|c| !" .-".contains(*c)).collect();
    let number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let mut found = Applicant::default();
    match (number, digits.len()) {
        (true, 12) => found.number = Some(digits),
        (true, 9..=11) => found.phone = Some(digits),
        (true, _) => {}
        (false, _) => found.name = Some(who.to_owned()).filter(|name| !name.is_empty()),
    }
    found
}

/// The answers of every page that was on the desk, each read from the pairs behind its mark, with what registers
/// know and the keys they do not.
pub(super) async fn typed(
    hall: &Hall,
    visit: &Visit,
    definition: &Definition,
    posted: &Posted,
    channel: Channel,
    today: jiff::civil::Date,
) -> Result<(Answers, Vec<FieldProblem>), Failure> {
    let mut answers = Answers::new();
    let mut at: Option<PageRef> = None;
    let mut by_hand: Vec<(PageRef, String, String)> = Vec::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut close = |at: Option<PageRef>, pairs: &[(String, String)]| {
        let Some(at) = at else { return };
        let before = answers.clone();
        let scope = Scope::of(definition, &before).channel(channel).today(today);
        answers = answer::judge_page(definition, at, pairs, &scope).0;
        let page = definition.form.get(at.index);
        for field in page
            .into_iter()
            .flat_map(|page| &page.fields)
            .filter(|field| registered(field))
        {
            let words = pairs
                .iter()
                .find(|(name, _)| *name == field.code)
                .map(|(_, words)| words.trim());
            if let Some(words) = words.filter(|words| !words.is_empty()) {
                by_hand.push((at, field.code.clone(), words.to_owned()));
            }
        }
    };
    for (name, value) in &posted.pairs {
        if name != "page" {
            pairs.push((name.clone(), value.clone()));
            continue;
        }
        close(at, &pairs);
        pairs.clear();
        at = marked(value);
    }
    close(at, &pairs);
    filled_in(hall, visit, definition, answers, channel, &by_hand).await
}

/// A text that a register fills in, and a clerk from the paper shown where no register knows it.
pub(super) fn registered(field: &Field) -> bool {
    field.from.is_some() && field.read_only && field.kind == FieldKind::Text
}

/// Asks the registers page by page; what they do not know stays as it was typed by hand.
pub(super) async fn filled_in(
    hall: &Hall,
    visit: &Visit,
    definition: &Definition,
    mut answers: Answers,
    channel: Channel,
    by_hand: &[(PageRef, String, String)],
) -> Result<(Answers, Vec<FieldProblem>), Failure> {
    let today = hall.today()?;
    let mut unknown = Vec::new();
    let scope = Scope::of(definition, &answers)
        .channel(channel)
        .today(today);
    for at in walk::pages(definition, &scope) {
        let before = answers.clone();
        let scope = Scope::of(definition, &before).channel(channel).today(today);
        let asker = Asker {
            person: &visit.person,
            place: "desk",
            purpose: "desk",
            service: &definition.service,
            reference: "",
        };
        let typed: Vec<(String, String)> = by_hand
            .iter()
            .filter(|(page, ..)| *page == at)
            .map(|(_, code, words)| (code.clone(), words.clone()))
            .collect();
        let none = Origins::new();
        let wanted = register::wanted(definition, at, &scope, &none);
        let outside = lookup::outside(hall, wanted, &asker).await?;
        let filled = hall
            .city()
            .fill_in(definition, at, &scope, &asker, &typed, &none, &outside)
            .await?;
        answers = filled.answers;
        let hand = by_hand.iter().filter(|(page, ..)| *page == at);
        let mut helped = false;
        for (_, code, words) in hand {
            let target = match (&definition.form[at.index].repeat, at.row) {
                (Some(repeat), Some(row)) => answers
                    .get_mut(&repeat.code)
                    .and_then(|rows| rows.get_mut(row)?.as_object_mut()),
                _ => Some(&mut answers),
            };
            if let Some(target) = target {
                helped = true;
                target.entry(code).or_insert_with(|| words.clone().into());
            }
        }
        if !helped {
            unknown.extend(filled.problems);
            unknown.extend(filled.unknown);
        }
    }
    Ok((answers, unknown))
}

/// `2` or `2/0`: the place of a page, and the row of a group.
fn marked(value: &str) -> Option<PageRef> {
    let (index, row) = match value.split_once('/') {
        Some((index, row)) => (index, Some(row.parse().ok()?)),
        None => (value, None),
    };
    let index = index.parse().ok()?;
    Some(PageRef { index, row })
}

pub(super) fn mark(at: PageRef) -> String {
    match at.row {
        Some(row) => format!("{}/{row}", at.index),
        None => at.index.to_string(),
    }
}

pub(super) fn add_row(definition: &Definition, answers: &mut Answers, group: &str) {
    let repeats = definition.form.iter().filter_map(|p| p.repeat.as_ref());
    let Some(repeat) = repeats.into_iter().find(|r| r.code == group) else {
        return;
    };
    let rows = answers
        .entry(group)
        .or_insert_with(|| serde_json::Value::Array(vec![]));
    if let Some(rows) = rows.as_array_mut()
        && rows.len() < repeat.max as usize
    {
        rows.push(serde_json::json!({}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_mark_survives_the_form() {
        for at in [
            PageRef {
                index: 2,
                row: None,
            },
            PageRef {
                index: 0,
                row: Some(3),
            },
        ] {
            assert_eq!(marked(&mark(at)), Some(at));
        }
        assert_eq!(marked("x"), None);
        assert_eq!(marked("1/x"), None);
    }
}

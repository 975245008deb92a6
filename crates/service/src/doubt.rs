//! What does not fit together though each answer alone may stand: a personal number against the day of birth and the
//! sex beside it. A doubt is shown and never blocks: old papers err, and so do registers.

use jiff::civil::Date;
use serde_json::Value as Json;

use crate::definition::{Definition, Field, FieldKind, Page};
use crate::expr::Scope;
use crate::field::ids::personal_id;
use crate::text::Text;
use crate::walk::{self, PageRef};

/// Whom a number says it was given to: year of birth, and whether to a man (digits 4 to 6, Luật Căn cước 2023).
pub fn says(number: &str) -> Option<(i16, bool)> {
    let digits = personal_id(number, None)?;
    let century: i16 = digits[3..4].parse().ok()?;
    let year: i16 = digits[4..6].parse().ok()?;
    Some((1900 + century / 2 * 100 + year, century % 2 == 0))
}

/// The doubts of a form as it stands, each with the page where it can be mended.
pub fn doubts(definition: &Definition, scope: &Scope<'_>) -> Vec<(PageRef, Text)> {
    let mut all = Vec::new();
    for at in walk::pages(definition, scope) {
        let Some(page) = definition.form.get(at.index) else {
            continue;
        };
        let answer = |field: &Field| match (&page.repeat, at.row) {
            (Some(repeat), Some(row)) => {
                scope.answers.get(&repeat.code)?.get(row)?.get(&field.code)
            }
            _ => scope.answers.get(&field.code),
        };
        for field in page
            .fields
            .iter()
            .filter(|f| f.kind == FieldKind::PersonalId)
        {
            let number = answer(field).and_then(Json::as_str);
            let Some((year, man)) = number.and_then(says) else {
                continue;
            };
            let text = |found: Option<&Field>| found.and_then(answer).and_then(Json::as_str);
            let born = text(beside(page, field, &["birth_date", "born_on", "birthday"]));
            let born = born.and_then(|day| day.parse::<Date>().ok());
            if born.is_some_and(|day| day.year() != year) {
                all.push((
                    at,
                    told(field, &year.to_string(), "năm sinh", "year of birth"),
                ));
            }
            match text(beside(page, field, &["sex"])) {
                Some("male") if !man => all.push((at, told(field, "nữ", "giới tính", "sex"))),
                Some("female") if man => all.push((at, told(field, "nam", "giới tính", "sex"))),
                _ => {}
            }
        }
    }
    all
}

/// `mother_id` goes with `mother_birth_date`, `personal_id` with `birth_date`.
fn beside<'p>(page: &'p Page, number: &Field, names: &[&str]) -> Option<&'p Field> {
    let stem = number.code.strip_suffix("personal_id");
    let stem = stem.or_else(|| number.code.strip_suffix("id"))?;
    let mut fields = page.fields.iter();
    fields.find(|field| {
        names
            .iter()
            .any(|name| field.code == format!("{stem}{name}"))
    })
}

fn told(field: &Field, says: &str, vi: &str, en: &str) -> Text {
    let label = &field.label;
    Text::vi(format!(
        "{}: theo cách đánh số thì {vi} là {says}, khác điều đã khai. Xin xem lại; nếu giấy tờ ghi đúng như vậy thì cứ nộp",
        label.vi
    ))
    .and(
        "en",
        format!(
            "{}: the digits do not fit the {en} that was given. Please check; if your papers say so, go on",
            label.get("en")
        ),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_says_year_and_sex() {
        assert_eq!(says("092190004321"), Some((1990, false)));
        assert_eq!(says("094203003579"), Some((2003, true)));
        assert_eq!(says("092 085 001 234"), Some((1985, true)));
        assert_eq!(says("092"), None);
    }

    #[test]
    fn what_does_not_fit_is_doubted_and_what_fits_is_not() {
        let field = |code: &str, kind| Field {
            code: code.into(),
            kind,
            ..Field::default()
        };
        let page = Page {
            fields: vec![
                field("mother_id", FieldKind::PersonalId),
                field("mother_birth_date", FieldKind::Date),
                field("mother_sex", FieldKind::Choice(Some("sex".into()))),
            ],
            ..Page::default()
        };
        let definition = Definition {
            form: vec![page],
            ..Definition::default()
        };
        for (born, sex, doubts) in [
            ("1990-03-08", "female", 0),
            ("1991-03-08", "female", 1),
            ("1990-03-08", "male", 1),
            ("1991-03-08", "male", 2),
        ] {
            let answers =
                json!({"mother_id": "092190004321", "mother_birth_date": born, "mother_sex": sex});
            let answers = answers.as_object().expect("answers").clone();
            let scope = Scope::of(&definition, &answers);
            assert_eq!(
                super::doubts(&definition, &scope).len(),
                doubts,
                "{born} {sex}"
            );
        }
    }
}

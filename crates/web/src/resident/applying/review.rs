//! The page that shows all once more before it is sent, and how a register's names look to who may not know them.

use super::*;

impl Trip<'_> {
    pub(super) fn review_page(&self, refused: Option<String>) -> Result<maud::Markup, Failure> {
        let l = self.visit.lang;
        let (answers, problems) = self.judged()?;
        let mend = problems
            .iter()
            .map(|problem| self.address(mends(problem)))
            .collect();
        let scope = self.scope(&answers)?;
        let doubts = service::doubt::doubts(self.definition, &scope)
            .into_iter()
            .map(|(at, says)| (says.get(l.code()).to_owned(), self.address(Stop::Page(at))))
            .collect();
        let fees = fees::due(self.definition, &scope)
            .unwrap_or_default()
            .into_iter()
            .map(|fee| (fee.label.get(l.code()).to_owned(), fee.amount))
            .collect();
        let receiver = self
            .hall
            .city()
            .foresee(&self.new_case())
            .map(|forecast| unit_name(self.hall, &forecast.unit))
            .unwrap_or_default();
        Ok(apply::review(
            &self.visit.frame(),
            &Review {
                way: self.way(Stop::Review)?,
                sections: self.sections(&answers)?,
                problems: &problems,
                mend,
                doubts,
                fees,
                receiver,
                how_long: limit_words(l, self.definition),
                refused,
            },
        ))
    }

    fn sections(&self, settled: &Answers) -> Result<Vec<Section>, Failure> {
        let l = self.visit.lang;
        let (areas, units) = (areas(self.hall)?, units(self.hall)?);
        let truth = self.scope(&self.filling.answers)?;
        let shown = self.shown(settled);
        let mut sections: Vec<Section> = self.standing_section().into_iter().collect();
        for at in walk::pages(self.definition, &truth) {
            let Some(page) = self.definition.form.get(at.index) else {
                continue;
            };
            let mut scope = self.scope(&shown)?;
            let mut title = page.page.get(l.code()).to_owned();
            if let (Some(row), Some(repeat)) = (at.row, &page.repeat) {
                scope = scope.row(&repeat.code, row);
                title = format!("{} {}", repeat.label.get(l.code()), row + 1);
            }
            let sheet = Sheet {
                lang: l,
                scope,
                problems: &[],
                areas: &areas,
                units: &units,
                known: &[],
                map: None,
            };
            sections.push(Section {
                title,
                change: self.address(Stop::Page(at)),
                answers: walk::fields(self.definition, &truth, at)
                    .into_iter()
                    .filter_map(|field| {
                        let words = answer_words(&sheet, field)?;
                        Some((field.label.get(l.code()).to_owned(), words))
                    })
                    .collect(),
            });
        }
        if !self.definition.documents.is_empty() {
            let files = self.filling.files.iter();
            sections.push(Section {
                title: l.t("apply.papers").to_owned(),
                change: self.address(Stop::Documents),
                answers: files
                    .filter_map(|file| {
                        let mut all = self.definition.documents.iter();
                        let document = all.find(|d| d.code == file.what)?;
                        Some((document.label.get(l.code()).to_owned(), file.name.clone()))
                    })
                    .collect(),
            });
        }
        Ok(sections)
    }

    /// What a register told of a person is shown whole only to that person, proven by their account: a number
    /// alone must not open somebody's name. What was typed is shown as typed.
    pub(super) fn shown(&self, answers: &Answers) -> Answers {
        let (mut shown, origins) = (answers.clone(), self.filling.origins());
        let mine = self.filling.answers.get(MINE).and_then(Value::as_str);
        for page in &self.definition.form {
            for field in page.fields.iter().filter(|field| field.from.is_some()) {
                let told = |row: Option<usize>| {
                    let at = PageRef { index: 0, row };
                    let origin = origins.get(&super::known::path(page, at, &field.code));
                    origin.is_some_and(|o| o.declared.is_none() && mine != Some(o.key.as_str()))
                };
                match &page.repeat {
                    None if told(None) => hide(field, shown.get_mut(&field.code)),
                    None => {}
                    Some(repeat) => {
                        let rows = shown.get_mut(&repeat.code).and_then(Value::as_array_mut);
                        for (n, row) in rows.into_iter().flatten().enumerate() {
                            if told(Some(n)) {
                                hide(field, row.get_mut(&field.code));
                            }
                        }
                    }
                }
            }
        }
        shown
    }
}

use crate::resident::filling::MINE;

pub(super) fn value<'a>(
    page: &Page,
    at: PageRef,
    field: &Field,
    answers: &'a Answers,
) -> Option<&'a Value> {
    match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => answers.get(&repeat.code)?.get(row)?.get(&field.code),
        _ => answers.get(&field.code),
    }
}

/// Parts of a record that name a person.
const NAMES: [&str; 3] = ["owner", "full_name", "representative"];

pub(super) fn hide(field: &Field, value: Option<&mut Value>) {
    match value {
        Some(Value::Object(record)) => {
            for name in NAMES {
                if let Some(Value::String(text)) = record.get_mut(name) {
                    *text = initials(text);
                }
            }
        }
        Some(Value::String(text)) if field.kind == FieldKind::Text => *text = initials(text),
        // A birthday or where somebody lives has no initials.
        Some(value) => *value = Value::Null,
        None => {}
    }
}

/// `Nguyễn Thị Lan` → `N••••• T•• L••`
fn initials(name: &str) -> String {
    let word = |word: &str| {
        let mut signs = word.chars();
        let first = signs.next().map(String::from).unwrap_or_default();
        format!("{first}{}", "•".repeat(signs.count()))
    };
    name.split_whitespace()
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_alone_opens_no_name() {
        assert_eq!(initials("Nguyễn Thị Lan"), "N••••• T•• L••");
    }
}

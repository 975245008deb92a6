//! One page of questions: drawn, and read back with what registers know.

use super::*;

use crate::redirect;

impl Trip<'_> {
    pub(super) fn questions_page(
        &self,
        at: PageRef,
        problems: &[FieldProblem],
    ) -> Result<maud::Markup, Failure> {
        let l = self.visit.lang;
        let page = self
            .definition
            .form
            .get(at.index)
            .ok_or(Failure::NotFound)?;
        let truth = self.scope(&self.filling.answers)?;
        let answers = self.shown(&self.filling.answers);
        let (areas, units) = (areas(self.hall)?, units(self.hall)?);
        let mut scope = self.scope(&answers)?;
        if let (Some(row), Some(repeat)) = (at.row, &page.repeat) {
            scope = scope.row(&repeat.code, row);
        }
        let known = self.known(page, at, &answers);
        let fields = self.as_shown(page, at);
        let many = page.repeat.as_ref();
        let rows = many.map_or(0, |repeat| {
            let rows = self.filling.answers.get(&repeat.code);
            rows.and_then(Value::as_array).map_or(0, Vec::len)
        });
        let title = page.page.get(l.code());
        let title = match (many, at.row) {
            (Some(repeat), Some(row)) => {
                format!(
                    "{title}: {} {}",
                    repeat.label.get(l.code()).to_lowercase(),
                    row + 1
                )
            }
            _ => title.to_owned(),
        };
        let named = many.map(|repeat| repeat.label.get(l.code()).to_lowercase());
        Ok(apply::questions(
            &self.visit.frame(),
            &Questions {
                way: self.way(Stop::Page(at))?,
                title: &title,
                help: page.help.get(l.code()),
                sheet: Sheet {
                    lang: l,
                    scope,
                    problems,
                    areas: &areas,
                    units: &units,
                    known: &known,
                    map: None,
                },
                fields: &fields,
                // What is computed is told on the review page.
                shown: walk::fields(self.definition, &truth, at)
                    .into_iter()
                    .filter(|field| field.value.is_none())
                    .collect(),
                can_add: named
                    .clone()
                    .filter(|_| many.is_some_and(|repeat| rows.max(1) < repeat.max as usize)),
                can_remove: named
                    .filter(|_| many.is_some_and(|repeat| rows > (repeat.min as usize).max(1))),
                entries: self.known_entries(&page.fields),
            },
        ))
    }

    pub(super) async fn questions(
        &mut self,
        at: PageRef,
        posted: Posted,
        place: &str,
    ) -> Result<Response, Failure> {
        let page = self
            .definition
            .form
            .get(at.index)
            .ok_or(Failure::NotFound)?;
        let go = posted.get("_go").to_owned();
        if go == "remove" {
            if let (Some(row), Some(repeat)) = (at.row, &page.repeat)
                && let Some(Value::Array(rows)) = self.filling.answers.get_mut(&repeat.code)
                && row < rows.len()
            {
                rows.remove(row);
                self.forget_row(&repeat.code, row);
            }
            self.filling.save(self.hall, &self.visit.person).await?;
            let first = Stop::Page(PageRef {
                index: at.index,
                row: at.row.map(|row| row.saturating_sub(1)),
            });
            return Ok(redirect::to(&self.address(first)).into_response());
        }
        self.filling.drop_files(posted.all("_drop"));
        let mut problems = self
            .filling
            .take(self.hall, self.definition, posted.files)
            .await?;
        self.filling.name_files(self.definition);
        let typed = filling::typed(self.definition, &self.filling.answers, &posted.pairs);
        let before = self.filling.answers.clone();
        let (answers, _) = {
            let scope = self.scope(&before)?;
            judge_page(self.definition, at, &typed, &scope)
        };
        self.filling.answers = answers;
        self.keep_proven(&before);
        let unknown = self.fill_in(at, &typed, place).await?;
        // Judged when all is there: what was typed, what is proven, what registers say.
        let found = self.judged_page(at)?;
        self.filling.save(self.hall, &self.visit.person).await?;
        if go == "later" {
            return Ok(redirect::to(&format!("{}/later", self.base())).into_response());
        }
        problems.extend(found);
        problems.extend(unknown);
        if !problems.is_empty() {
            return self.page(Stop::Page(at), &problems, None).await;
        }
        if go == "add"
            && let Some(repeat) = &page.repeat
        {
            let rows = self
                .filling
                .answers
                .entry(repeat.code.clone())
                .or_insert_with(|| json!([]));
            let mut new = 0;
            if let Value::Array(rows) = rows
                && rows.len() < repeat.max as usize
            {
                new = rows.len();
                rows.push(json!({}));
            }
            self.filling.save(self.hall, &self.visit.person).await?;
            let row = Stop::Page(PageRef {
                index: at.index,
                row: Some(new),
            });
            return Ok(redirect::to(&self.address(row)).into_response());
        }
        let next = self.next(Stop::Page(at))?;
        Ok(redirect::to(&self.address(next)).into_response())
    }
}

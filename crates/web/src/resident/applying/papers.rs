//! The papers of an application: which these answers ask for, and the files that were sent.

use super::*;

impl Trip<'_> {
    pub(super) fn asked_papers(&self) -> Result<Vec<(&Document, bool)>, Failure> {
        let scope = self.scope(&self.filling.answers)?;
        Ok(documents(self.definition, &scope)
            .into_iter()
            .map(|(document, required)| {
                let found = self.definition.documents.iter();
                let own = found.clone().find(|d| d.code == document.code);
                (own, required)
            })
            .filter_map(|(document, required)| Some((document?, required)))
            .collect())
    }

    pub(super) fn papers_page(&self, problems: &[FieldProblem]) -> Result<maud::Markup, Failure> {
        let (areas, units) = (areas(self.hall)?, units(self.hall)?);
        let papers = self
            .asked_papers()?
            .into_iter()
            .map(|(document, required)| {
                let files = self.filling.files.iter();
                let of = files.filter(|file| file.what == document.code).collect();
                (document, required, of)
            })
            .collect();
        Ok(apply::papers(
            &self.visit.frame(),
            &Papers {
                way: self.way(Stop::Documents)?,
                sheet: Sheet {
                    lang: self.visit.lang,
                    scope: self.scope(&self.filling.answers)?,
                    problems,
                    areas: &areas,
                    units: &units,
                    known: &[],
                    map: None,
                },
                papers,
            },
        ))
    }

    pub(super) async fn papers(&mut self, posted: Posted) -> Result<Response, Failure> {
        let go = posted.get("_go").to_owned();
        self.filling.drop_files(posted.all("_drop"));
        let mut problems = self
            .filling
            .take(self.hall, self.definition, posted.files)
            .await?;
        self.filling.save(self.hall, &self.visit.person).await?;
        if go == "later" {
            return Ok(Redirect::to(&format!("{}/later", self.base())).into_response());
        }
        let supplied = self.supplied();
        for (document, required) in self.asked_papers()? {
            let path = format!("documents/{}", document.code);
            // A file that was refused is told once, not as missing too.
            let told = problems.iter().any(|problem| problem.field == path);
            if required && !supplied.contains(&document.code) && !told {
                problems.push(FieldProblem {
                    field: path,
                    label: document.label.clone(),
                    help: Text::default(),
                    page: None,
                    wrong: Wrong::DocumentMissing,
                });
            }
        }
        if !problems.is_empty() {
            return self.page(Stop::Documents, &problems, None);
        }
        Ok(Redirect::to(&self.address(Stop::Review)).into_response())
    }
}

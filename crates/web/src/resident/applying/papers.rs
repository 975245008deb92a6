//! The papers of an application: which these answers ask for, and the files that were sent.

use actions::kept::as_file;
use store::KeptPaper;

use super::*;

use crate::redirect;

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

    /// Papers of the visitor's own store that may be this document: those of its code first. Pictures that are
    /// there already are not offered again.
    pub(super) fn fitting<'p>(
        &self,
        store: &'p [KeptPaper],
        document: &Document,
    ) -> Vec<(&'p KeptPaper, bool)> {
        let today = self.hall.today().ok();
        let here = |paper: &KeptPaper| {
            let mut files = self.filling.files.iter();
            files.any(|file| file.what == document.code && file.hash == paper.hash)
        };
        let takes = |paper: &KeptPaper| {
            let endings: &[&str] = match paper.media.as_str() {
                "application/pdf" => &["pdf"],
                _ => &["jpg", "jpeg", "png", "webp"],
            };
            let mut accept = document.accept.iter();
            document.accept.is_empty() || accept.any(|one| endings.contains(&one.as_str()))
        };
        let valid = |paper: &KeptPaper| match (paper.expires, today) {
            (Some(last), Some(today)) => last >= today,
            _ => true,
        };
        let codes = self.codes_of(document);
        let fits = |paper: &KeptPaper| paper.code.as_ref().is_some_and(|code| codes.contains(code));
        let mut fitting: Vec<(&KeptPaper, bool)> = store
            .iter()
            .filter(|paper| !here(paper) && takes(paper) && valid(paper))
            .map(|paper| (paper, fits(paper)))
            .collect();
        fitting.sort_by_key(|(paper, fits)| (!fits, paper.trust));
        fitting
    }

    /// The codes under which a paper is this document: its own, and those of results that the city issues for it.
    fn codes_of(&self, document: &Document) -> Vec<String> {
        let law = self.hall.law();
        let today = self.hall.today().ok();
        let mut codes: Vec<String> = document.national_code.iter().cloned().collect();
        for service in &document.result_of {
            let published = today.and_then(|today| law.catalogue.current(service, today));
            let papers = published.iter().flat_map(|p| &p.definition.papers);
            for paper in papers {
                codes.extend(paper.national_code.clone());
                codes.push(format!("{service}/{}", paper.code));
            }
        }
        codes
    }

    /// The store of whoever is signed in; empty without an account.
    async fn store(&self) -> Result<Vec<KeptPaper>, Failure> {
        match &self.visit.person {
            Person::Resident { id, .. } => Ok(self.hall.reader().papers_of(*id).await?),
            Person::Nobody | Person::Bearer { .. } | Person::Official(_) => Ok(Vec::new()),
        }
    }

    pub(super) async fn papers_page(
        &self,
        problems: &[FieldProblem],
    ) -> Result<maud::Markup, Failure> {
        let (areas, units) = (areas(self.hall)?, units(self.hall)?);
        let store = self.store().await?;
        let papers = self
            .asked_papers()?
            .into_iter()
            .map(|(document, required)| {
                let files = self.filling.files.iter();
                apply::AskedPaper {
                    document,
                    required,
                    kept: files.filter(|file| file.what == document.code).collect(),
                    offered: self.fitting(&store, document),
                }
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

    /// Takes papers out of the visitor's own store: `_reuse = DOCUMENT/PAPER`. What is not in it is not taken.
    async fn reuse(
        &mut self,
        pairs: impl Iterator<Item = &(String, String)>,
    ) -> Result<(), Failure> {
        let wanted: Vec<(String, String)> = pairs
            .filter(|(name, _)| name == "_reuse")
            .filter_map(|(_, value)| value.split_once('/'))
            .map(|(document, paper)| (document.to_owned(), paper.to_owned()))
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let store = self.store().await?;
        for (document, paper) in wanted {
            let mut documents = self.definition.documents.iter();
            let Some(document) = documents.find(|one| one.code == document) else {
                continue;
            };
            let fitting = self.fitting(&store, document).into_iter();
            let found = fitting
                .map(|(paper, _)| paper)
                .find(|one| one.id.to_string() == paper);
            if let Some(paper) = found
                && self.filling.files.len() < actions::upload::MOST
            {
                self.filling.files.push(as_file(paper, &document.code));
            }
        }
        Ok(())
    }

    pub(super) async fn papers(&mut self, posted: Posted) -> Result<Response, Failure> {
        let go = posted.get("_go").to_owned();
        self.filling.drop_files(posted.all("_drop"));
        let mut problems = self
            .filling
            .take(self.hall, self.definition, posted.files)
            .await?;
        self.reuse(posted.pairs.iter()).await?;
        self.filling.save(self.hall, &self.visit.person).await?;
        if go == "later" {
            return Ok(redirect::to(&format!("{}/later", self.base())).into_response());
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
            return self.page(Stop::Documents, &problems, None).await;
        }
        Ok(redirect::to(&self.address(Stop::Review)).into_response())
    }
}

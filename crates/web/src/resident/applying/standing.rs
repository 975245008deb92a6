//! In whose name one applies: for oneself, for an organisation, or for somebody who gave a power. Both are recorded,
//! who acts and for whom; the paper that gives the power is among the documents of the service.

use maud::{Markup, html};
use rules::resident::{Proven, personal_id};
use rules::standing::{Party, Standing};
use service::definition::Who;
use service::field::ids::organisation_id;

use super::*;
use crate::redirect;
use crate::ui::parts::{Tone, note};

/// Among the answers of a draft; no field's code begins so.
const FOR: &str = "_for";

/// Whose dossier it is, as far as one knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Owner {
    /// It is the account itself.
    pub account: bool,
    pub personal_id: Option<String>,
    pub personal_name: Option<String>,
    pub organisation_id: Option<String>,
    pub organisation_name: Option<String>,
}

impl Owner {
    pub(super) fn of_account(proven: Option<&Proven>) -> Self {
        let organisation = proven.and_then(|proven| proven.organisation.as_ref());
        Self {
            account: true,
            organisation_id: organisation.map(|o| o.id.clone()),
            organisation_name: organisation.map(|o| o.name.clone()),
            ..Self::default()
        }
    }
}

/// What stands on the page, as typed.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub name: String,
    pub number: String,
    pub relation: String,
    pub my_name: String,
    pub my_number: String,
}

impl Trip<'_> {
    /// Whether one must say for whom one acts: for somebody else always; for an organisation where the account is
    /// not the organisation's own.
    pub(super) fn says_for_whom(&self) -> bool {
        match self.filling.applicant(self.definition) {
            Who::Proxy => true,
            Who::Organisation => !self.filling.of_organisation(),
            Who::Citizen | Who::Guest | Who::Official => false,
        }
    }

    fn typed(&self) -> Typed {
        let known = self.filling.answers.get(FOR);
        known
            .and_then(|known| serde_json::from_value(known.clone()).ok())
            .unwrap_or_default()
    }

    pub(super) fn owner(&self, proven: Option<&Proven>) -> Owner {
        let typed = self.typed();
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        match self.filling.applicant(self.definition) {
            Who::Proxy if typed.number.len() == 12 => Owner {
                personal_id: some(&typed.number),
                personal_name: some(&typed.name),
                ..Owner::default()
            },
            Who::Proxy | Who::Organisation if !self.filling.of_organisation() => Owner {
                organisation_id: some(&typed.number),
                organisation_name: some(&typed.name),
                ..Owner::default()
            },
            Who::Proxy => Owner::default(),
            _ => Owner::of_account(proven),
        }
    }

    /// Flaws of what was said about whom one acts for; none where nothing need be said.
    pub(super) fn standing_flaws(&self) -> Vec<FieldProblem> {
        if !self.says_for_whom() {
            return Vec::new();
        }
        let (typed, l) = (self.typed(), Lang::Vi);
        let proxy = self.filling.applicant(self.definition) == Who::Proxy;
        let mut flaws = Vec::new();
        let mut flaw = |code: &str, label: &'static str, wrong: Wrong| {
            let label = Text::vi(l.t(label)).and("en", Lang::En.t(label));
            flaws.push(FieldProblem {
                field: code.to_owned(),
                label,
                help: Text::default(),
                page: None,
                wrong,
            });
        };
        let both = |words: fn(Lang) -> &'static str| {
            Wrong::Check(Text::vi(words(Lang::Vi)).and("en", words(Lang::En)))
        };
        if typed.name.trim().is_empty() {
            flaw("name", "standing.name", Wrong::Required);
        }
        let person = personal_id(&typed.number, self.hall.today().ok());
        let organisation = organisation_id(&typed.number, None);
        match (typed.number.trim().is_empty(), proxy) {
            (true, _) => flaw("number", "standing.number", Wrong::Required),
            (false, true) if person.is_none() && organisation.is_none() => {
                flaw(
                    "number",
                    "standing.number",
                    both(|l| l.t("standing.number-wrong")),
                );
            }
            (false, false) if organisation.is_none() => {
                flaw(
                    "number",
                    "standing.number",
                    both(|l| l.t("standing.organisation-wrong")),
                );
            }
            _ => {}
        }
        if self.visit.person == Person::Nobody {
            if typed.my_name.trim().is_empty() {
                flaw("my_name", "standing.my-name", Wrong::Required);
            }
            if personal_id(&typed.my_number, self.hall.today().ok()).is_none() {
                flaw(
                    "my_number",
                    "standing.my-number",
                    both(|l| l.t("standing.my-number-wrong")),
                );
            }
        }
        flaws
    }

    pub(super) async fn stand(&mut self, posted: &Posted) -> Result<Response, Failure> {
        let clean = |name: &str| -> String {
            let text = posted.get(name).trim();
            text.chars().filter(|c| !c.is_control()).take(200).collect()
        };
        let number = clean("number");
        let number = personal_id(&number, None)
            .or_else(|| organisation_id(&number, None))
            .unwrap_or(number);
        let my_number = clean("my_number");
        let typed = Typed {
            name: clean("name"),
            number,
            relation: clean("relation"),
            my_name: clean("my_name"),
            my_number: personal_id(&my_number, None).unwrap_or(my_number),
        };
        self.filling.answers.insert(FOR.to_owned(), json!(typed));
        let flaws = self.standing_flaws();
        if flaws.is_empty() {
            let proven = self.hall.city().proven(&self.visit.person).await?;
            self.fill_from_account(proven.as_ref().map(|resident| &resident.proven))?;
        }
        self.filling.save(self.hall, &self.visit.person).await?;
        if posted.get("_go") == "later" {
            return Ok(redirect::to(&format!("{}/later", self.base())).into_response());
        }
        if !flaws.is_empty() {
            return self.page(Stop::Standing, &flaws, None).await;
        }
        let next = self.next(Stop::Standing)?;
        Ok(redirect::to(&self.address(next)).into_response())
    }

    pub(super) fn standing_page(&self, problems: &[FieldProblem]) -> Result<Markup, Failure> {
        let (l, typed) = (self.visit.lang, self.typed());
        let proxy = self.filling.applicant(self.definition) == Who::Proxy;
        let title = match proxy {
            true => l.t("standing.proxy"),
            false => l.t("standing.organisation"),
        };
        let field = |code: &str, label: &str, value: &str, help: Option<&str>| {
            let problem = problems.iter().find(|problem| problem.field == code);
            let described = problem.map(|_| format!("f-{code}-says"));
            html! {
                div class=(if problem.is_some() { "field wrong" } else { "field" }) {
                    label for={ "f-" (code) } { (label) }
                    @if let Some(help) = help { p.help id={ "f-" (code) "-help" } { (help) } }
                    @if let Some(problem) = problem { p.says id={ "f-" (code) "-says" } { (problem.says(l.code())) } }
                    input id={ "f-" (code) } name=(code) value=(value) maxlength="200" autocomplete="off" aria-describedby=[described] aria-invalid=[problem.map(|_| "true")];
                }
            }
        };
        let papers: Vec<&str> = self
            .definition
            .documents
            .iter()
            .filter(|document| {
                let when = document.required_when.as_ref();
                when.is_some_and(|when| when.0.contains("applicant.kind"))
            })
            .map(|document| document.label.get(l.code()))
            .collect();
        let body = html! {
            @if proxy && !papers.is_empty() { (note(Tone::Run, &html! { p { (l.f("standing.paper", &[("paper", &papers.join(", "))])) } })) }
            (field("name", if proxy { l.t("standing.name") } else { l.t("standing.organisation-name") }, &typed.name, None))
            (field("number", if proxy { l.t("standing.number") } else { l.t("standing.organisation-number") }, &typed.number, Some(if proxy { l.t("standing.number-help") } else { l.t("standing.organisation-help") })))
            @if proxy { (field("relation", l.t("standing.relation"), &typed.relation, Some(l.t("standing.relation-help")))) }
            @if self.visit.person == Person::Nobody {
                h2 { (l.t("standing.me")) }
                (field("my_name", l.t("standing.my-name"), &typed.my_name, None))
                (field("my_number", l.t("standing.my-number"), &typed.my_number, None))
            }
        };
        Ok(apply::plain(
            &self.visit.frame(),
            &self.way(Stop::Standing)?,
            title,
            problems,
            &body,
        ))
    }

    /// Who acts and for whom, to be kept with the case; nothing where one acts for oneself.
    pub(super) fn standing(&self, proven: Option<&Proven>) -> Option<Standing> {
        let who = self.filling.applicant(self.definition);
        let typed = self.typed();
        let acting = match proven {
            Some(proven) => Party {
                name: proven.name.clone(),
                number: proven.personal_id.clone().unwrap_or_default(),
                proven: true,
            },
            None => Party {
                name: typed.my_name,
                number: typed.my_number,
                proven: false,
            },
        };
        let organisation = proven.and_then(|proven| proven.organisation.as_ref());
        let (owner, relation) = match (who, organisation) {
            (Who::Organisation, Some(organisation)) => (
                Party {
                    name: organisation.name.clone(),
                    number: organisation.id.clone(),
                    proven: true,
                },
                organisation.role.clone(),
            ),
            (Who::Proxy | Who::Organisation, _) => (
                Party {
                    name: typed.name,
                    number: typed.number,
                    proven: false,
                },
                typed.relation,
            ),
            _ => return None,
        };
        let paper = self.definition.documents.iter().find(|document| {
            let when = document.required_when.as_ref();
            when.is_some_and(|when| when.0.contains("applicant.kind"))
                && self
                    .filling
                    .files
                    .iter()
                    .any(|file| file.what == document.code)
        });
        Some(Standing {
            acting,
            owner,
            who,
            relation,
            paper: paper.map(|document| document.code.clone()),
        })
    }

    /// For the review page: `Nộp thay`, in words.
    pub(super) fn standing_section(&self) -> Option<Section> {
        if !self.says_for_whom() {
            return None;
        }
        let (l, typed) = (self.visit.lang, self.typed());
        let line = |key: &'static str, value: String| (l.t(key).to_owned(), value);
        let mut answers = vec![
            line("standing.name", typed.name),
            line("standing.number", typed.number),
            line("standing.relation", typed.relation),
            line("standing.my-name", typed.my_name),
        ];
        answers.retain(|(_, value)| !value.is_empty());
        Some(Section {
            title: l.t("standing.title").to_owned(),
            change: self.address(Stop::Standing),
            answers,
        })
    }
}

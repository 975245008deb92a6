//! What is not asked again: parts of the account and what registers tell. Each is marked with where it comes from;
//! what is proven is not typed over, whatever a form sends.

use actions::register::{self, Asker};
use axum::Extension;
use axum::extract::ConnectInfo;
use rules::origin::{ACCOUNT, Origin, Origins, Why, without_row};
use rules::resident::{Proven, Sex};
use service::account::{AccountPart, part};
use service::field::judge;
use std::net::SocketAddr;

use super::standing::Owner;
use super::*;
use crate::resident::lookup;
use crate::ui::form::Known;

/// Where a request comes from, as far as limits need it.
pub(super) type Connect = Option<Extension<ConnectInfo<SocketAddr>>>;

pub(super) fn place(connect: &Connect) -> String {
    match connect {
        Some(Extension(ConnectInfo(at))) => at.ip().to_string(),
        None => "local".to_owned(),
    }
}

/// The value of a part; `None` where the account does not say it.
fn value_of(part: AccountPart, proven: Option<&Proven>, owner: &Owner) -> Option<Value> {
    let own = owner.account.then_some(proven).flatten();
    let text = |text: &str| (!text.is_empty()).then(|| json!(text));
    match part {
        AccountPart::PersonalId => match own {
            Some(proven) => proven.personal_id.as_deref().and_then(text),
            None => owner.personal_id.as_deref().and_then(text),
        },
        AccountPart::FullName => match own {
            Some(proven) => text(&proven.name),
            None => owner.personal_name.as_deref().and_then(text),
        },
        AccountPart::BirthDate => own?.birth_date.map(|day| json!(day.to_string())),
        AccountPart::Sex => own?.sex.map(|sex| match sex {
            Sex::Male => json!("male"),
            Sex::Female => json!("female"),
        }),
        AccountPart::Residence => own?
            .residence
            .as_ref()
            .map(|residence| json!({"area": residence.area, "words": residence.words})),
        AccountPart::OrganisationId => owner.organisation_id.as_deref().and_then(text),
        AccountPart::OrganisationName => owner.organisation_name.as_deref().and_then(text),
        // Of whoever acts, never of the one they act for.
        AccountPart::Phone => proven?.phone.as_deref().and_then(text),
        AccountPart::Email => proven?.email.as_deref().and_then(text),
    }
}

impl Trip<'_> {
    /// Fills in what the account says, at the beginning and when it becomes known for whom one acts. What was
    /// typed meanwhile into an open field stays.
    pub(super) fn fill_from_account(&mut self, proven: Option<&Proven>) -> Result<(), Failure> {
        let owner = self.owner(proven);
        let requester = Owner::of_account(proven);
        let mut origins = self.filling.origins();
        for page in self
            .definition
            .form
            .iter()
            .filter(|page| page.repeat.is_none())
        {
            for field in &page.fields {
                let Some((part, of_requester)) = field.account.as_deref().and_then(part) else {
                    continue;
                };
                let whose = if of_requester { &requester } else { &owner };
                let said = value_of(part, proven, whose);
                let from_account = |origins: &Origins| {
                    origins
                        .get(&field.code)
                        .is_some_and(|o| o.source == ACCOUNT)
                };
                let typed =
                    self.filling.answers.contains_key(&field.code) && !from_account(&origins);
                if typed && !part.proven() {
                    continue;
                }
                let value = said.and_then(|said| {
                    let scope = self.scope(&self.filling.answers).ok()?;
                    judge(field, &said, &scope)
                        .ok()
                        .filter(|value| !value.is_null())
                });
                match value {
                    Some(value) => {
                        self.filling.answers.insert(field.code.clone(), value);
                        origins.insert(field.code.clone(), self.of_account());
                    }
                    None if from_account(&origins) => {
                        self.filling.answers.remove(&field.code);
                        origins.remove(&field.code);
                    }
                    None => {}
                }
            }
        }
        self.filling.set_origins(&origins);
        Ok(())
    }

    fn of_account(&self) -> Origin {
        Origin {
            source: ACCOUNT.to_owned(),
            key: String::new(),
            at: self.hall.now(),
            as_of: None,
            declared: None,
        }
    }

    /// Asks registers for every page that can be filled in already, before the first is shown.
    pub(super) async fn fill_ahead(&mut self, place: &str) -> Result<(), Failure> {
        let pages = {
            let scope = self.scope(&self.filling.answers)?;
            walk::pages(self.definition, &scope)
        };
        for at in pages.into_iter().filter(|at| at.row.is_none()) {
            let known = {
                let scope = self.scope(&self.filling.answers)?;
                !register::wanted(self.definition, at, &scope, &self.filling.origins()).is_empty()
            };
            if known {
                let problems = self.fill_in(at, &[], place).await?;
                // Nobody typed anything yet: what is not found is said when its page is sent.
                drop(problems);
            }
        }
        Ok(())
    }

    /// What registers say to a page, with what was typed where they do not know.
    pub(super) async fn fill_in(
        &mut self,
        at: PageRef,
        typed: &[(String, String)],
        place: &str,
    ) -> Result<Vec<FieldProblem>, Failure> {
        let origins = self.filling.origins();
        let name = self.filling.name();
        let asker = Asker {
            person: &self.visit.person,
            place,
            purpose: "apply",
            service: &self.definition.service,
            reference: &name,
        };
        let filled = {
            let scope = self.scope(&self.filling.answers)?;
            let wanted = register::wanted(self.definition, at, &scope, &origins);
            let outside = lookup::outside(self.hall, wanted, &asker).await?;
            self.hall
                .city()
                .fill_in(
                    self.definition,
                    at,
                    &scope,
                    &asker,
                    typed,
                    &origins,
                    &outside,
                )
                .await?
        };
        self.filling.answers = filled.answers;
        self.filling.set_origins(&filled.origins);
        Ok([filled.problems, filled.unknown].concat())
    }

    /// What the account proves stands, whatever was sent.
    pub(super) fn keep_proven(&mut self, before: &Answers) {
        let origins = self.filling.origins();
        let fields = self
            .definition
            .form
            .iter()
            .filter(|page| page.repeat.is_none());
        for field in fields.flat_map(|page| &page.fields) {
            let of_account = origins
                .get(&field.code)
                .is_some_and(|origin| origin.source == ACCOUNT);
            if !of_account {
                continue;
            }
            let kept = before.get(&field.code).cloned();
            if locked(field) {
                match kept {
                    Some(value) => self.filling.answers.insert(field.code.clone(), value),
                    None => self.filling.answers.remove(&field.code),
                };
            } else if self.filling.answers.get(&field.code) != kept.as_ref() {
                // Typed over: no longer the account's word.
                let mut origins = self.filling.origins();
                origins.remove(&field.code);
                self.filling.set_origins(&origins);
            }
        }
    }

    pub(super) fn forget_row(&mut self, group: &str, row: usize) {
        let mut origins = self.filling.origins();
        without_row(&mut origins, group, row);
        self.filling.set_origins(&origins);
    }

    /// The fields of a page as they are shown: proven ones closed, those that a register did not fill in open.
    pub(super) fn as_shown(&self, page: &Page, at: PageRef) -> Vec<Field> {
        let origins = self.filling.origins();
        let shown = page.fields.iter().map(|field| {
            let origin = origins.get(&path(page, at, &field.code));
            let says = origin.is_some_and(|origin| origin.declared.is_none());
            let closed = match (&field.from, says) {
                (_, true) if field.from.is_some() || locked(field) => true,
                // A record is declared only after its register was asked in vain.
                (Some(_), _) if field.kind == FieldKind::Record => origin.is_none(),
                (Some(_), _) => false,
                (None, _) => field.read_only,
            };
            Field {
                read_only: closed,
                ..field.clone()
            }
        });
        shown.collect()
    }

    /// Where each answer of a page comes from, in words.
    pub(super) fn known(&self, page: &Page, at: PageRef, answers: &Answers) -> Vec<Known> {
        let origins = self.filling.origins();
        let l = self.visit.lang;
        let fields = page.fields.iter();
        fields
            .filter_map(|field| {
                let origin = origins.get(&path(page, at, &field.code))?;
                let empty = value(page, at, field, answers).is_none();
                if origin.declared.is_none() && empty {
                    return None;
                }
                Some(Known {
                    code: field.code.clone(),
                    words: origin_words(l, origin),
                    sure: origin.declared.is_none(),
                })
            })
            .collect()
    }
}

/// Proven by the identity provider: nobody types over it.
fn locked(field: &Field) -> bool {
    field
        .account
        .as_deref()
        .and_then(part)
        .is_some_and(|(part, _)| part.proven())
}

pub(super) fn path(page: &Page, at: PageRef, code: &str) -> String {
    match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => format!("{}/{row}/{code}", repeat.code),
        _ => code.to_owned(),
    }
}

/// `Lấy từ CSDL quốc gia về dân cư, số liệu ngày 01/11/2026`
pub fn origin_words(l: Lang, origin: &Origin) -> String {
    let source = l.of("source", &origin.source, &[]);
    match (origin.declared, origin.as_of) {
        (Some(Why::NotFound), _) => l.f("known.not-found", &[("source", &source)]),
        (Some(Why::Away), _) => l.f("known.away", &[("source", &source)]),
        (Some(Why::TooOften), _) => l.f("known.too-often", &[("source", &source)]),
        (None, Some(day)) => {
            let day = day.strftime("%d/%m/%Y").to_string();
            l.f("known.as-of", &[("source", &source), ("day", &day)])
        }
        (None, None) => l.f(
            "known.at",
            &[("source", &source), ("day", &say::date(origin.at))],
        ),
    }
}

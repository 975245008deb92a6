//! The sender completes the dossier: the marked answers and papers can be changed here, everything else
//! stays as it was handed in. What a form posts beside the request is refused, not ignored.

use actions::register::{self, Asker};
use maud::{Markup, html};
use serde_json::Value;
use service::Answers;
use service::answer::judge_some;
use service::definition::{Definition, Field};
use service::expr::Scope;
use service::field::FieldProblem;
use service::supplement::{self, Mark, Open, Spot};
use service::walk::{self, PageRef};

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::resident::lookup;
use crate::text::Lang;
use crate::ui::form::{self, Sheet};
use rules::case::{Case, Refusal};
use rules::person::Person;

/// Under which name the control of an answer is posted.
fn control(spot: &Spot) -> String {
    let name = spot.name();
    name.trim_start_matches("fields/").replace('/', "-")
}

/// Every question that is open, shown or waiting behind a condition.
fn open_spots<'d>(definition: &'d Definition, scope: &Scope, open: &Open) -> Vec<(Spot<'d>, bool)> {
    let mut spots = Vec::new();
    for at in walk::pages(definition, scope) {
        let Some(page) = definition.form.get(at.index) else {
            continue;
        };
        let shown = walk::fields(definition, scope, at);
        for field in &page.fields {
            let spot = Spot { at, page, field };
            let typed = field.value.is_none() && field.from.is_none() && !field.read_only;
            if typed && open.field(&spot) {
                let visible = shown.iter().any(|f| f.code == field.code);
                spots.push((spot, visible));
            }
        }
    }
    spots
}

/// The controls for what was asked, each under the words that ask it.
pub(super) struct Controls<'a> {
    pub l: Lang,
    pub definition: &'a Definition,
    pub scope: Scope<'a>,
    pub marks: &'a [Mark],
    pub problems: &'a [FieldProblem],
    pub areas: &'a [(String, String)],
    pub units: &'a [(String, String)],
}

impl Controls<'_> {
    fn why(&self, what: &str) -> Option<&str> {
        let mark = self.marks.iter().find(|mark| mark.what == what);
        mark.map(|mark| mark.why.as_str())
    }

    pub fn fields(&self) -> Markup {
        let (l, open) = (self.l, Open::of(self.definition, self.marks));
        let spots = open_spots(self.definition, &self.scope, &open);
        // In a row a control needs a name of its own; its answer stands under that name too.
        let mut answers = self.scope.answers.clone();
        for (spot, _) in &spots {
            let value = spot.value(self.scope.answers).cloned();
            if let (Some(row), Some(repeat), Some(value)) = (spot.at.row, &spot.page.repeat, value)
                && let Some(Value::Object(row)) = answers
                    .get_mut(&repeat.code)
                    .and_then(|all| all.get_mut(row))
            {
                row.insert(control(spot), value);
            }
        }
        let problems: Vec<FieldProblem> = self.problems.iter().map(flat).collect();
        html! {
            @if !spots.is_empty() {
                h3 { (l.t("supplement.your-fields")) }
                @for (spot, visible) in &spots {
                    @let mut scope = Scope::of(self.definition, &answers).like(&self.scope);
                    @let field = Field { code: control(spot), ..spot.field.clone() };
                    @if let (Some(row), Some(repeat)) = (spot.at.row, &spot.page.repeat) {
                        @let () = scope = scope.row(&repeat.code, row);
                        p.small.muted.flush { (repeat.label.get(l.code())) " " (row + 1) }
                    }
                    @if let Some(why) = self.why(&spot.name()) { p.flush { b { "→ " (why) } } }
                    @let sheet = Sheet { lang: l, scope, problems: &problems, areas: self.areas, units: self.units, known: &[], map: None };
                    (form::field_of(&sheet, &field, *visible))
                }
            }
        }
    }

    /// Papers to hand in again: code, name, and what is wrong with them.
    pub fn papers(&self) -> Vec<(String, String, Option<String>)> {
        let open = Open::of(self.definition, self.marks);
        let documents = self.definition.documents.iter();
        documents
            .filter(|document| open.document(&document.code))
            .filter_map(|document| {
                let why = self
                    .why(&supplement::document_name(document))
                    .map(str::to_owned);
                let asked = why.is_some() || self.newly_required(&document.code);
                asked.then(|| {
                    let name = document.label.get(self.l.code()).to_owned();
                    (document.code.clone(), name, why)
                })
            })
            .collect()
    }

    fn newly_required(&self, code: &str) -> bool {
        let papers = service::answer::documents(self.definition, &self.scope);
        papers
            .iter()
            .any(|(paper, required)| paper.code == code && !required)
    }
}

/// `buyers/0/full_name` → `buyers-0-full_name`, as the control is named.
fn flat(problem: &FieldProblem) -> FieldProblem {
    FieldProblem {
        field: problem.field.replace('/', "-"),
        ..problem.clone()
    }
}

/// What the sender typed, put to the answers so far.
pub(super) struct Read {
    pub answers: Answers,
    pub problems: Vec<FieldProblem>,
    /// Labels of what was asked for and left as it was, without a word.
    pub untouched: Vec<String>,
}

/// Reads a posted supplement.
///
/// # Errors
/// [`Refusal::NotMarked`] where the form holds an answer that was not asked for.
#[expect(
    clippy::too_many_arguments,
    reason = "a request, its answer and whoever answers meet here alone"
)]
pub(super) async fn read(
    hall: &Hall,
    person: &Person,
    l: Lang,
    definition: &Definition,
    case: &Case,
    old: &Answers,
    marks: &[Mark],
    posted: &Posted,
) -> Result<Read, Failure> {
    let open = Open::of(definition, marks);
    if let Some(what) = forged(definition, &open, posted) {
        let what = supplement::label(definition, &what, l.code());
        return Err(Failure::Refused(Refusal::NotMarked { what }));
    }
    let (today, mut answers) = (hall.today()?, old.clone());
    let mut problems = Vec::new();
    let places: Vec<PageRef> = {
        let scope = Scope::of(definition, old)
            .channel(case.channel)
            .today(today);
        let mut places: Vec<PageRef> = open_spots(definition, &scope, &open)
            .iter()
            .map(|(spot, _)| spot.at)
            .collect();
        places.dedup();
        places
    };
    for at in places {
        let Some(page) = definition.form.get(at.index) else {
            continue;
        };
        let typed = match (&page.repeat, at.row) {
            (Some(repeat), Some(row)) => {
                let prefix = format!("{}-{row}-", repeat.code);
                let here = posted.pairs.iter();
                here.filter_map(|(name, value)| {
                    Some((name.strip_prefix(&prefix)?.to_owned(), value.clone()))
                })
                .collect()
            }
            _ => posted.pairs.clone(),
        };
        let scope = Scope::of(definition, &answers)
            .channel(case.channel)
            .today(today);
        let may = |field: &Field| open.field(&Spot { at, page, field });
        let (after, found) = judge_some(definition, at, may, &typed, &scope);
        problems.extend(found);
        answers = after;
        if page.fields.iter().any(|field| field.from.is_some()) {
            let scope = Scope::of(definition, &answers)
                .channel(case.channel)
                .today(today);
            let asker = Asker {
                person,
                place: "track",
                purpose: "apply",
                service: &definition.service,
                reference: &case.code,
            };
            let origins = hall.reader().origins(case.id).await?;
            let wanted = register::wanted(definition, at, &scope, &origins);
            let outside = lookup::outside(hall, wanted, &asker).await?;
            let filled = hall
                .city()
                .fill_in(definition, at, &scope, &asker, &[], &origins, &outside)
                .await?;
            answers = filled.answers;
            problems.extend(filled.problems);
        }
    }
    let changed = supplement::differences(definition, old, &answers);
    let left = |mark: &&Mark| match mark.what.strip_prefix("documents/") {
        Some(code) => !posted
            .files
            .iter()
            .any(|file| file.what.strip_prefix("documents/") == Some(code)),
        None => !changed
            .iter()
            .any(|difference| difference.what == mark.what),
    };
    let untouched = marks.iter().filter(left);
    Ok(Read {
        untouched: untouched
            .map(|mark| supplement::label(definition, &mark.what, l.code()))
            .collect(),
        answers,
        problems,
    })
}

/// The first posted answer or paper that is not open.
fn forged(definition: &Definition, open: &Open, posted: &Posted) -> Option<String> {
    let papers = posted.files.iter().filter_map(|file| {
        let code = file.what.strip_prefix("documents/")?;
        (!open.document(code)).then(|| file.what.clone())
    });
    let answers = posted.pairs.iter().filter_map(|(name, _)| {
        let name = name.split('.').next().unwrap_or(name);
        let what = named(definition, name)?;
        (!open.named(&what)).then_some(what)
    });
    papers.chain(answers).next()
}

/// The answer a control's name stands for.
fn named(definition: &Definition, name: &str) -> Option<String> {
    for page in &definition.form {
        let code = match &page.repeat {
            None => name,
            Some(repeat) => {
                let rest = name.strip_prefix(&repeat.code);
                let rest = rest.and_then(|rest| rest.strip_prefix('-')?.split_once('-'));
                match rest {
                    Some((row, code)) if row.parse::<u32>().is_ok() => {
                        let known = page.fields.iter().any(|field| field.code == code);
                        return known.then(|| format!("fields/{}/{row}/{code}", repeat.code));
                    }
                    _ => continue,
                }
            }
        };
        if page.fields.iter().any(|field| field.code == code) {
            return Some(format!("fields/{code}"));
        }
    }
    None
}

/// The sentence about what was left as it was.
pub(super) fn untouched_words(l: Lang, labels: &[String]) -> String {
    l.f("supplement.untouched", &[("what", &labels.join("; "))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_controls_name_stands_for_one_answer() {
        let text = "service: a.b\nname: A\nkind: procedure\nframe: one-stop/1\neffective: 2026-01-01\napplicants: {who: [citizen], channels: [online]}\nform:\n  - page: Một\n    fields:\n      - {code: price, label: Giá, type: money}\n  - page: Hai\n    repeat: {code: buyers, label: Bên, min: 1, max: 3}\n    fields:\n      - {code: name, label: Tên, type: text}\nroles:\n  desk: {name: Bàn, at: agency}\nprocess:\n  steps:\n    - {code: receive, name: Nhận, by: desk, within: 1 day}\n";
        let definition = service::read(text).definition;
        let of = |name: &str| named(&definition, name);
        assert_eq!(of("price").as_deref(), Some("fields/price"));
        assert_eq!(of("buyers-1-name").as_deref(), Some("fields/buyers/1/name"));
        for other in [
            "words",
            "name",
            "buyers-x-name",
            "buyers-1-price",
            "version",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}

//! The request to complete a dossier (form 02) on the workbench: beside each answer and paper a place to say what
//! is wrong, and afterwards what the applicant changed. Absent: what may be changed (`service::supplement`).

use maud::{Markup, html};
use rules::case::{Case, Event, Recorded};
use rules::process::Flow;
use service::definition::{Definition, Step};
use service::expr::Scope;
use service::supplement::{self, Mark};
use service::{Answers, answer};
use store::{Attachment, Reader};

use super::posted::Posted;
use crate::error::Failure;
use crate::text::Lang;
use crate::ui::form::{Sheet, answer_words};
use crate::ui::parts::{Tone, tag};

/// Names of a form begin so: `mark:fields/full_name`.
const MARK: &str = "mark:";

/// Answers and papers that can be marked, in the groups of the form.
pub struct Marking {
    pub groups: Vec<(String, Vec<Item>)>,
    /// Something is marked already.
    pub begun: bool,
}

pub struct Item {
    pub what: String,
    pub label: String,
    /// The answer as it stands; of a paper how many files came.
    pub now: String,
    pub why: String,
}

/// The marks of a posted form, in its order.
pub fn marks_of(posted: &Posted) -> Vec<Mark> {
    let marked = posted.pairs.iter().filter_map(|(name, why)| {
        let (what, why) = (name.strip_prefix(MARK)?, why.trim());
        (!why.is_empty()).then(|| Mark {
            what: what.to_owned(),
            why: why.to_owned(),
        })
    });
    marked.collect()
}

/// Whether one of this step's ways asks the applicant to complete the dossier.
pub fn asks(definition: &Definition, step: &Step) -> bool {
    step.outcomes
        .iter()
        .any(|way| supplement::asks(definition, &way.to))
}

/// What can be marked of these answers; `marks` are those typed or proposed so far.
pub fn marking(
    l: Lang,
    names: &Names,
    scope: Scope<'_>,
    definition: &Definition,
    attached: &[Attachment],
    marks: &[Mark],
) -> Marking {
    let why = |what: &str| {
        let found = marks.iter().find(|mark| mark.what == what);
        found.map(|mark| mark.why.clone()).unwrap_or_default()
    };
    let mut groups: Vec<(String, Vec<Item>)> = Vec::new();
    for spot in supplement::spots(definition, &scope) {
        let mut title = spot.page.page.get(l.code()).to_owned();
        let mut here = scope;
        if let (Some(row), Some(repeat)) = (spot.at.row, &spot.page.repeat) {
            title = format!("{} {}", repeat.label.get(l.code()), row + 1);
            here = here.row(&repeat.code, row);
        }
        let what = spot.name();
        let item = Item {
            why: why(&what),
            what,
            label: spot.field.label.get(l.code()).to_owned(),
            now: answer_words(&names.sheet(l, here), spot.field).unwrap_or_default(),
        };
        match groups.last_mut().filter(|(last, _)| *last == title) {
            Some((_, items)) => items.push(item),
            None => groups.push((title, vec![item])),
        }
    }
    let papers = definition.documents.iter().map(|document| {
        let what = supplement::document_name(document);
        let files = attached
            .iter()
            .filter(|file| file.what == document.code)
            .count();
        Item {
            why: why(&what),
            what,
            label: document.label.get(l.code()).to_owned(),
            now: match files {
                0 => l.t("supplement.no-file").to_owned(),
                n => l.n("form.files", i64::try_from(n).unwrap_or(i64::MAX), &[]),
            },
        }
    });
    let papers: Vec<Item> = papers.collect();
    if !papers.is_empty() {
        groups.push((l.t("case.papers").to_owned(), papers));
    }
    Marking {
        groups,
        begun: !marks.is_empty(),
    }
}

/// Names of communes and units for answers in words.
pub struct Names {
    pub areas: Vec<(String, String)>,
    pub units: Vec<(String, String)>,
}

impl Names {
    pub fn of(law: &actions::Law, now: rules::Moment) -> Self {
        let Ok(calendar) = law.calendar() else {
            return Self {
                areas: Vec::new(),
                units: Vec::new(),
            };
        };
        let today = calendar.local(now).0;
        let areas = law.organisation.areas_on(today);
        let units = law.organisation.units_on(today);
        Self {
            areas: areas.map(|a| (a.code.clone(), a.name.clone())).collect(),
            units: units.map(|u| (u.code.clone(), u.name.clone())).collect(),
        }
    }

    pub fn sheet<'a>(&'a self, lang: Lang, scope: Scope<'a>) -> Sheet<'a> {
        Sheet {
            lang,
            scope,
            problems: &[],
            areas: &self.areas,
            units: &self.units,
            known: &[],
            map: None,
        }
    }
}

/// A line to write on beside each answer and paper; empty lines are in order.
pub fn form(l: Lang, prefix: &str, marking: &Marking) -> Markup {
    html! {
        details.more.marks open[marking.begun] {
            summary { (l.t("supplement.mark")) }
            p.help { (l.t("supplement.mark-says")) }
            @for (n, (title, items)) in marking.groups.iter().enumerate() {
                fieldset.field {
                    legend { (title) }
                    @for (i, item) in items.iter().enumerate() {
                        @let id = format!("{prefix}-{n}-{i}");
                        div.field.tight {
                            label for=(id) { (item.label) }
                            p.help id={ (id) "-now" } { @if item.now.is_empty() { (l.t("supplement.empty")) } @else { (item.now) } }
                            input type="text" id=(id) name={ (MARK) (item.what) } value=(item.why) maxlength=(supplement::LONGEST) placeholder=(l.t("supplement.in-order")) aria-describedby={ (id) "-now" };
                        }
                    }
                }
            }
        }
    }
}

/// What became different by the last supplement.
#[derive(Default)]
pub struct Supplied {
    pub lines: Vec<Line>,
}

pub struct Line {
    pub label: String,
    /// What the city had asked for here; `None`: it followed from another change.
    pub why: Option<String>,
    pub old: String,
    pub new: String,
    /// Asked for and yet as before.
    pub same: bool,
    /// Address of the paper that came.
    pub file: Option<String>,
}

/// What the last supplement was asked for and what it brought, loaded.
pub struct Brought {
    marks: Vec<Mark>,
    old: Answers,
    new: Answers,
    /// Code of the paper, hash, and whether one of the kind was there before.
    papers: Vec<(String, String, bool)>,
}

impl Brought {
    /// `None` where nothing was supplied since the last request.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn load(
        reader: &Reader,
        definition: &Definition,
        case: &Case,
        events: &[Recorded],
    ) -> Result<Option<Self>, Failure> {
        let (Some(list), Some((asked, supplied))) = (case.requested, stretch(definition, events))
        else {
            return Ok(None);
        };
        let since = &events[asked..=supplied];
        let versions: Vec<u32> = since
            .iter()
            .filter_map(|recorded| match recorded.event {
                Event::AnswersChanged { answers } => Some(answers),
                _ => None,
            })
            .collect();
        let (old, new) = match (versions.first(), versions.last()) {
            (Some(first), Some(last)) => (
                reader
                    .answers_of_version(case.id, first.saturating_sub(1))
                    .await?,
                reader.answers_of_version(case.id, *last).await?,
            ),
            _ => (None, None),
        };
        let attached = |recorded: &Recorded| match &recorded.event {
            Event::Attached { file, what, .. } => Some((what.clone(), file.clone())),
            _ => None,
        };
        let before: Vec<(String, String)> = events[..asked].iter().filter_map(attached).collect();
        let papers = since.iter().filter_map(attached).map(|(what, file)| {
            let replaced = before.iter().any(|(was, _)| *was == what);
            (what, file, replaced)
        });
        Ok(Some(Self {
            marks: reader.marks(case.id, list).await?,
            old: old.unwrap_or_default(),
            new: new.unwrap_or_default(),
            papers: papers.collect(),
        }))
    }

    /// Line by line, masked for those who do not handle the case.
    pub fn told(
        &self,
        l: Lang,
        definition: &Definition,
        names: &Names,
        handles: bool,
        address: impl Fn(&str) -> String,
    ) -> Supplied {
        let (old, new) = match handles {
            true => (self.old.clone(), self.new.clone()),
            false => (
                answer::masked(definition, &self.old),
                answer::masked(definition, &self.new),
            ),
        };
        let why = |what: &str| {
            let mark = self.marks.iter().find(|mark| mark.what == what);
            mark.map(|mark| mark.why.clone())
        };
        let changed = supplement::differences(definition, &self.old, &self.new);
        let mut lines: Vec<Line> = changed
            .iter()
            .map(|difference| Line {
                label: supplement::label(definition, &difference.what, l.code()),
                why: why(&difference.what),
                old: words(l, definition, names, &old, &difference.what),
                new: words(l, definition, names, &new, &difference.what),
                same: false,
                file: None,
            })
            .collect();
        for (code, hash, replaced) in &self.papers {
            let what = format!("documents/{code}");
            if !definition.documents.iter().any(|d| d.code == *code) {
                continue;
            }
            let member = if *replaced { "replaced" } else { "came" };
            lines.push(Line {
                label: supplement::label(definition, &what, l.code()),
                why: why(&what),
                old: String::new(),
                new: l.of("supplied", member, &[]),
                same: false,
                file: Some(address(hash)),
            });
        }
        for mark in &self.marks {
            let touched = changed.iter().any(|d| d.what == mark.what)
                || (self.papers.iter()).any(|(code, ..)| mark.what == format!("documents/{code}"));
            if !touched {
                lines.push(Line {
                    label: supplement::label(definition, &mark.what, l.code()),
                    why: Some(mark.why.clone()),
                    old: String::new(),
                    new: l.of("supplied", "same", &[]),
                    same: true,
                    file: None,
                });
            }
        }
        Supplied { lines }
    }
}

/// From the last request to the decision that brought the supplement.
fn stretch(definition: &Definition, events: &[Recorded]) -> Option<(usize, usize)> {
    let asked = events.iter().rposition(|recorded| {
        use rules::case::event::Asked;
        matches!(
            recorded.event,
            Event::ApplicantAsked {
                what: Asked::Supplement
            }
        )
    })?;
    let flow = Flow::of(definition);
    let supplied = events
        .iter()
        .skip(asked)
        .position(|recorded| match &recorded.event {
            Event::StepDecided(decided) => {
                let step = flow.step(&decided.step);
                step.is_some_and(supplement::is_supplement) && decided.outcome != "lapsed"
            }
            _ => false,
        })?;
    Some((asked, asked + supplied))
}

fn words(l: Lang, definition: &Definition, names: &Names, answers: &Answers, what: &str) -> String {
    let path: Vec<&str> = what.trim_start_matches("fields/").split('/').collect();
    let mut scope = Scope::of(definition, answers);
    let code = match path[..] {
        [group, row, code] => {
            scope = scope.row(group, row.parse().unwrap_or_default());
            code
        }
        [code] => code,
        _ => return String::new(),
    };
    let mut fields = definition.form.iter().flat_map(|page| &page.fields);
    fields
        .find(|field| field.code == code)
        .and_then(|field| answer_words(&names.sheet(l, scope), field))
        .unwrap_or_else(|| l.t("supplement.empty").to_owned())
}

/// Old → new, line by line.
pub fn supplied(l: Lang, s: &Supplied) -> Markup {
    html! {
        @if !s.lines.is_empty() {
            section.card.mark-river aria-labelledby="supplied" {
                h2 #supplied { (l.t("supplement.changed")) }
                dl.facts.one.flush { @for line in &s.lines {
                    dt { (line.label) }
                    dd {
                        @if let Some(why) = &line.why { span.small.muted { (l.t("supplement.asked")) " " (why) } br; }
                        @match &line.file {
                            Some(file) => a href=(file) { (line.new) },
                            None if line.same => (tag(Tone::Soon, &line.new)),
                            None => { del { (line.old) } " → " ins { (line.new) } },
                        }
                    }
                } }
            }
        }
    }
}

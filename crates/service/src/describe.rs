//! A process in plain sentences, beside every step of the designer and on the page of the service.
//!
//! Absent: the words of pages (`web/text`). These sentences are made from the definition alone.

mod words;

use serde::Serialize;

use crate::definition::{
    ClockStart, Code, Definition, LimitRule, Move, Node, PARTS, Step, StepOutcome, WaitFor, Within,
};
use words::{Language, lower_first};

/// One sentence and the step it tells; `None`: of the service as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    pub step: Option<Code>,
    pub text: String,
}

/// The process in the order of the file, in Vietnamese or (`en`) English; other languages read
/// Vietnamese.
pub fn describe(definition: &Definition, language: &str) -> Vec<Sentence> {
    let teller = Teller {
        definition,
        code: language,
        language: Language::of(language),
    };
    let mut sentences: Vec<Sentence> = teller
        .whole()
        .into_iter()
        .map(|text| Sentence { step: None, text })
        .collect();
    for node in &definition.process.steps {
        match node {
            Node::Step(step) => sentences.push(teller.step(step)),
            Node::Parallel {
                code,
                wait_for,
                branches,
                name,
            } => {
                sentences.push(Sentence {
                    step: Some(code.clone()),
                    text: teller.language.parallel(
                        name.get(language),
                        branches.len(),
                        *wait_for == WaitFor::Any,
                    ),
                });
                sentences.extend(branches.iter().flatten().map(|step| teller.step(step)));
            }
            Node::Each {
                code, over, steps, ..
            } => {
                sentences.push(Sentence {
                    step: Some(code.clone()),
                    text: teller.language.each(&teller.group(over)),
                });
                sentences.extend(steps.iter().map(|step| teller.step(step)));
            }
        }
    }
    sentences.extend(teller.late().map(|text| Sentence { step: None, text }));
    sentences
}

struct Teller<'d> {
    definition: &'d Definition,
    code: &'d str,
    language: Language,
}

impl Teller<'_> {
    /// The legal time, and when it begins.
    fn whole(&self) -> Option<String> {
        let process = &self.definition.process;
        let limit = match process.limit.as_ref()? {
            LimitRule::Fixed(limit) => self.language.length(*limit),
            LimitRule::Table { table, .. } => {
                let rows = self
                    .definition
                    .tables
                    .iter()
                    .find(|known| known.code == *table)?
                    .rows
                    .len();
                self.language.by_table(rows)
            }
            LimitRule::ByChannel(limits) => {
                let mut limits: Vec<String> = limits
                    .iter()
                    .map(|(_, limit)| self.language.length(*limit))
                    .collect();
                limits.dedup();
                limits.join(self.language.or())
            }
            LimitRule::Answer(_) => self.language.typed_day().to_owned(),
        };
        let accepted = process
            .clock
            .starts
            .map(|starts| starts == ClockStart::Accepted);
        Some(self.language.limit(&limit, accepted))
    }

    fn step(&self, step: &Step) -> Sentence {
        let who = self.who(&step.by);
        let what = lower_first(step.name.get(self.code));
        let mut text = match (&step.within, step.wait_at_most) {
            (_, Some(limit)) => {
                let stopped = self
                    .definition
                    .process
                    .clock
                    .stopped_in
                    .contains(&step.code);
                self.language
                    .waits(&what, &self.language.length(limit), stopped)
            }
            (Some(Within::Limit(limit)), _) => {
                self.language
                    .does(&who, &what, &self.language.length(*limit))
            }
            (Some(Within::Rest), _) => self.language.does_in_rest(&who, &what),
            (Some(Within::Answer(_)), _) => self.language.does_until(&who, &what),
            (None, None) => format!("{who}: {what}"),
        };
        if let Some(when) = &step.when {
            text += &self.language.only_when(&when.0);
        }
        for outcome in &step.outcomes {
            if let Some(part) = self.outcome(outcome) {
                text += &part;
            }
        }
        Sentence {
            step: Some(step.code.clone()),
            text: text + ".",
        }
    }

    /// `; nếu thiếu thì sang bước “Bổ sung hồ sơ” (nhiều nhất 2 lần)`; going on is not told.
    fn outcome(&self, outcome: &StepOutcome) -> Option<String> {
        let label = lower_first(outcome.label.get(self.code));
        let (to, limit) = match &outcome.to {
            Move::Next => return None,
            Move::End(ending) => (self.language.ends(*ending).to_owned(), outcome.at_most),
            Move::Step(code) => {
                let step = self.find(code);
                let name = step.map_or(code.as_str(), |step| step.name.get(self.code));
                let clock = &self.definition.process.clock;
                let supplement = step.is_some_and(|step| {
                    step.by == "applicant" && clock.stopped_in.contains(&step.code)
                });
                let entries = step
                    .and_then(|step| step.at_most)
                    .or(clock.max_supplements.filter(|_| supplement));
                (self.language.goes_to(name), outcome.at_most.or(entries))
            }
        };
        let times = limit.map_or(String::new(), |limit| self.language.times(limit));
        Some(self.language.outcome(&label, &to, &times))
    }

    /// What happens when the promise is not kept.
    fn late(&self) -> Option<String> {
        let late = self.definition.process.when_late.as_ref()?;
        let paper = late.makes.as_ref().map(|code| {
            let paper = self
                .definition
                .papers
                .iter()
                .find(|paper| paper.code == *code);
            lower_first(paper.map_or(code.as_str(), |paper| paper.name.get(self.code)))
        });
        Some(self.language.late(paper.as_deref(), late.new_dates))
    }

    fn who(&self, role: &str) -> String {
        let known = self
            .definition
            .roles
            .iter()
            .find(|known| known.code == role);
        match known {
            Some(role) => role.name.get(self.code).to_owned(),
            None if role == PARTS => self.language.parts().to_owned(),
            None => self.language.applicant().to_owned(),
        }
    }

    fn group(&self, code: &str) -> String {
        let repeats = self
            .definition
            .form
            .iter()
            .filter_map(|page| page.repeat.as_ref());
        let found = repeats.into_iter().find(|repeat| repeat.code == code);
        lower_first(found.map_or(code, |repeat| repeat.label.get(self.code)))
    }

    fn find(&self, code: &str) -> Option<&Step> {
        self.definition
            .process
            .steps
            .iter()
            .find_map(|node| match node {
                Node::Step(step) => (step.code == code).then_some(step),
                Node::Parallel { branches, .. } => {
                    branches.iter().flatten().find(|step| step.code == code)
                }
                Node::Each { steps, .. } => steps.iter().find(|step| step.code == code),
            })
    }
}

//! The publish gate: what must hold before a service goes live (checks 1 to 6 and 8 to 12).
//!
//! Absent: what needs the city's people and past (empty seats, replay, forecast: `actions`).

mod codes;
mod flow;
mod graph;
mod linked;
mod names;
mod privacy;
mod samples;
mod signing;
mod supplements;
mod texts;
mod time;
mod trial;

pub use flow::{Flow, Goal, Stage, StageKind, Way};
pub use time::{LegalTime, legal_time};

use crate::frame::{Frames, Resolved, resolve};
use crate::problem::{Problem, Severity};
use crate::read::{Places, read};
use crate::world::World;

/// A flaw at a path of the file; [`Places`] knows its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: String,
    pub severity: Severity,
    pub says: String,
    pub instead: Option<String>,
}

impl Found {
    pub(crate) fn error(path: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            severity: Severity::Error,
            says: says.into(),
            instead: None,
        }
    }

    pub(crate) fn warning(path: impl Into<String>, says: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(path, says)
        }
    }

    pub(crate) fn instead(mut self, instead: impl Into<String>) -> Self {
        self.instead = Some(instead.into());
        self
    }
}

/// Everything wrong with a well-formed definition, in the order of the file.
pub fn check(resolved: &Resolved, world: &World, places: &Places) -> Vec<Problem> {
    let definition = &resolved.definition;
    let mut problems = Vec::new();
    let mut put = |check: u8, found: Vec<Found>| {
        problems.extend(found.into_iter().map(|found| {
            let mark = places.find(&found.path);
            Problem {
                severity: found.severity,
                check,
                line: mark.line,
                column: mark.column,
                says: found.says,
                instead: found.instead,
            }
        }));
    };
    put(1, resolved.against_frame.clone());
    let names = names::names(resolved, world);
    let names_hold = names.iter().all(|found| found.severity != Severity::Error);
    put(2, names);
    put(2, codes::given_once(definition));
    put(2, codes::unused_roles(definition));
    put(2, linked::mirrored(definition));
    put(4, linked::parts(definition));
    put(3, crate::expr::check_definition(definition));
    let (flow, unresolved) = Flow::of(&definition.process);
    let whole = unresolved.is_empty();
    put(4, unresolved);
    let graph = graph::graph(&flow);
    let sound = whole && graph.is_empty();
    put(4, graph);
    // Times along ways that do not end, and tests over names that do not exist, say nothing.
    if sound {
        put(5, time::too_long(definition, &flow));
        put(6, time::worst_case(definition, &flow));
    }
    put(4, supplements::through(definition));
    put(8, signing::delegations(definition));
    put(9, signing::separation(definition));
    put(10, privacy::privacy(definition));
    put(11, texts::texts(definition, world));
    if names_hold && sound {
        put(12, trial::tests(definition, &flow));
    }
    problems.sort_by_key(|p| (p.line, p.column, p.check));
    // An expression over a name that does not exist (3) says again what the name itself said (2).
    problems.dedup_by(|later, first| {
        later == first
            || ((first.check, later.check) == (2, 3)
                && (first.line, first.column) == (later.line, later.column))
    });
    problems
}

/// Reads, resolves and checks a service file; for a file that is not well formed, only that.
pub fn check_file(text: &str, frames: &Frames, world: &World) -> Vec<Problem> {
    let found = read(text);
    if found.problems.iter().any(|p| p.severity == Severity::Error) {
        return found.problems;
    }
    let mut problems = found.problems;
    problems.extend(check(
        &resolve(&found.definition, frames),
        world,
        &found.places,
    ));
    problems
}

/// One line a problem: `land.yaml:12:7: lỗi: … → …`.
pub fn render(file: &str, problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| {
            let severity = match problem.severity {
                Severity::Error => "lỗi",
                Severity::Warning => "cảnh báo",
            };
            let instead = problem.instead.as_ref().map(|text| format!(" → {text}"));
            let sentence = format!("{}{}", problem.says, instead.unwrap_or_default());
            format!(
                "{file}:{}:{}: {severity}: {}\n",
                problem.line,
                problem.column,
                // What is quoted from the file may run over several lines.
                sentence.split_whitespace().collect::<Vec<_>>().join(" ")
            )
        })
        .collect()
}

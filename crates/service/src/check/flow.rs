//! The process as stages and ways between them; a block is one stage with branches inside.
//!
//! Because a move may not cross the edge of a block, each branch is a small flow of its own.

use std::collections::VecDeque;

use super::Found;
use crate::definition::{ClockRule, Ending, Move, Node, Process, Step, StepOutcome, WaitFor};
use crate::read::meant::meant;

#[derive(Debug, Clone)]
pub struct Flow<'d> {
    pub stages: Vec<Stage<'d>>,
    pub ways: Vec<Way<'d>>,
}

#[derive(Debug, Clone)]
pub struct Stage<'d> {
    pub code: &'d str,
    /// `process/steps/2/branches/0/1`
    pub path: String,
    pub kind: StageKind<'d>,
    /// How often it can be entered, where that is limited.
    pub bound: Option<u32>,
}

#[derive(Debug, Clone)]
pub enum StageKind<'d> {
    Step(&'d Step),
    Block {
        wait_for: WaitFor,
        branches: Vec<Flow<'d>>,
    },
}

#[derive(Debug, Clone)]
pub struct Way<'d> {
    pub from: usize,
    pub to: Goal,
    /// `None`: passing by a step whose `when` does not hold, or the end of a block.
    pub outcome: Option<&'d StepOutcome>,
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    Stage(usize),
    /// Behind the last stage: the end of the block, or of the file.
    Exit,
    End(Ending),
}

impl<'d> Flow<'d> {
    /// The flow of a process, and the ways that lead nowhere or across the edge of a block.
    pub fn of(process: &'d Process) -> (Self, Vec<Found>) {
        let everywhere = all_codes(process);
        let mut found = Vec::new();
        let mut stages = Vec::new();
        for (index, node) in process.steps.iter().enumerate() {
            let path = format!("process/steps/{index}");
            let mut inner = |steps: &'d [Step], path: &str| {
                let stages: Vec<Stage> = steps
                    .iter()
                    .enumerate()
                    .map(|(at, step)| stage_of(step, format!("{path}/{at}"), &process.clock))
                    .collect();
                Self::joined(stages, &everywhere, &mut found)
            };
            stages.push(match node {
                Node::Step(step) => stage_of(step, path, &process.clock),
                Node::Parallel {
                    code,
                    wait_for,
                    branches,
                    ..
                } => Stage {
                    code,
                    kind: StageKind::Block {
                        wait_for: *wait_for,
                        branches: branches
                            .iter()
                            .enumerate()
                            .map(|(at, steps)| inner(steps, &format!("{path}/branches/{at}")))
                            .collect(),
                    },
                    bound: None,
                    path,
                },
                Node::Each { code, steps, .. } => Stage {
                    code,
                    kind: StageKind::Block {
                        wait_for: WaitFor::All,
                        branches: vec![inner(steps, &format!("{path}/steps"))],
                    },
                    bound: None,
                    path,
                },
            });
        }
        let flow = Self::joined(stages, &everywhere, &mut found);
        (flow, found)
    }

    fn joined(
        stages: Vec<Stage<'d>>,
        everywhere: &[(&str, Option<&str>)],
        found: &mut Vec<Found>,
    ) -> Self {
        let next = |from: usize| {
            if from + 1 < stages.len() {
                Goal::Stage(from + 1)
            } else {
                Goal::Exit
            }
        };
        let mut ways = Vec::new();
        for (from, stage) in stages.iter().enumerate() {
            let StageKind::Step(step) = stage.kind else {
                ways.push(Way {
                    from,
                    to: next(from),
                    outcome: None,
                    path: stage.path.clone(),
                });
                continue;
            };
            for outcome in &step.outcomes {
                let path = format!("{}/outcomes/{}", stage.path, outcome.code);
                let to = match &outcome.to {
                    Move::Next => next(from),
                    Move::End(ending) => Goal::End(*ending),
                    Move::Step(code) => match stages.iter().position(|stage| stage.code == code) {
                        Some(stage) => Goal::Stage(stage),
                        None => {
                            found.push(leads_nowhere(
                                stage.code,
                                &outcome.code,
                                code,
                                &path,
                                everywhere,
                            ));
                            continue;
                        }
                    },
                };
                ways.push(Way {
                    from,
                    to,
                    outcome: Some(outcome),
                    path,
                });
            }
            if step.when.is_some() {
                ways.push(Way {
                    from,
                    to: next(from),
                    outcome: None,
                    path: format!("{}/when", stage.path),
                });
            }
        }
        Self { stages, ways }
    }

    /// This flow and those inside its blocks.
    pub fn all(&self) -> Vec<&Flow<'d>> {
        let mut flows = vec![self];
        for stage in &self.stages {
            if let StageKind::Block { branches, .. } = &stage.kind {
                flows.extend(branches.iter());
            }
        }
        flows
    }

    /// The stage of this code, here or inside a block: the flow it stands in and its place there.
    pub fn find(&self, code: &str) -> Option<(&Flow<'d>, usize)> {
        self.all().into_iter().find_map(|flow| {
            Some((
                flow,
                flow.stages.iter().position(|stage| stage.code == code)?,
            ))
        })
    }

    pub fn ways_from(&self, from: usize) -> impl Iterator<Item = &Way<'d>> {
        self.ways.iter().filter(move |way| way.from == from)
    }

    /// The most times a way can be taken, where that is limited.
    pub fn bound(&self, way: &Way) -> Option<u32> {
        let own = way.outcome.and_then(|outcome| outcome.at_most);
        let entries = [
            self.stages[way.from].bound,
            match way.to {
                Goal::Stage(to) => self.stages[to].bound,
                Goal::Exit | Goal::End(_) => None,
            },
        ];
        own.into_iter().chain(entries.into_iter().flatten()).min()
    }

    /// The fewest ways from the first stage to `goal`, as codes joined by arrows.
    pub fn shortest(&self, goal: usize) -> String {
        let mut before: Vec<Option<usize>> = vec![None; self.stages.len()];
        let mut seen = vec![false; self.stages.len()];
        let mut queue = VecDeque::from([0]);
        if let Some(first) = seen.first_mut() {
            *first = true;
        }
        while let Some(at) = queue.pop_front() {
            for way in self.ways_from(at) {
                if let Goal::Stage(to) = way.to
                    && !std::mem::replace(&mut seen[to], true)
                {
                    before[to] = Some(at);
                    queue.push_back(to);
                }
            }
        }
        let mut codes = vec![self.stages[goal].code];
        let mut at = goal;
        while let Some(previous) = before[at] {
            codes.push(self.stages[previous].code);
            at = previous;
        }
        codes.reverse();
        codes.join(" → ")
    }
}

fn stage_of<'d>(step: &'d Step, path: String, clock: &ClockRule) -> Stage<'d> {
    // A supplement is asked for only as often as the clock allows, whatever the arrows say.
    let supplement = step.by == "applicant" && clock.stopped_in.contains(&step.code);
    Stage {
        code: &step.code,
        path,
        kind: StageKind::Step(step),
        bound: step
            .at_most
            .or(clock.max_supplements.filter(|_| supplement)),
    }
}

fn leads_nowhere(
    from: &str,
    outcome: &str,
    to: &str,
    path: &str,
    everywhere: &[(&str, Option<&str>)],
) -> Found {
    let block_of = |code: &str| {
        everywhere
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, block)| *block)
    };
    if let Some(block) = block_of(to) {
        let found = Found::error(
            path,
            format!(
                "“{from}.{outcome}” đi qua ranh giới của một khối để tới “{to}”; chỉ được vào ở đầu khối và ra ở cuối khối."
            ),
        );
        let own = block_of(from).flatten();
        return found.instead(block.filter(|_| own.is_none()).unwrap_or("next"));
    }
    let found = Found::error(
        path,
        format!("“{from}.{outcome}” dẫn tới bước “{to}” không có."),
    );
    let known = everywhere.iter().map(|(code, _)| *code).chain(["next"]);
    match meant(to, known) {
        Some(word) => found.instead(word),
        None => found,
    }
}

/// Every step and block, with the block it stands in.
fn all_codes(process: &Process) -> Vec<(&str, Option<&str>)> {
    let mut codes = Vec::new();
    for node in &process.steps {
        match node {
            Node::Step(step) => codes.push((step.code.as_str(), None)),
            Node::Parallel { code, branches, .. } => {
                codes.push((code, None));
                let steps = branches.iter().flatten();
                codes.extend(steps.map(|step| (step.code.as_str(), Some(code.as_str()))));
            }
            Node::Each { code, steps, .. } => {
                codes.push((code, None));
                codes.extend(
                    steps
                        .iter()
                        .map(|step| (step.code.as_str(), Some(code.as_str()))),
                );
            }
        }
    }
    codes
}

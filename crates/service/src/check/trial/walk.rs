//! A walk along outcomes, as a test of the file writes it: `[receive.incomplete, supplement.supplied]`.

use std::collections::BTreeMap;

use crate::check::flow::{Flow, Goal, StageKind, Way};
use crate::check::samples::Sample;
use crate::definition::{Definition, Ending, WaitFor};
use crate::expr::holds;

/// Where a walk arrived.
#[derive(Debug, Default)]
pub struct Walked {
    /// The step; in a block the block and the step of each of its branches. Empty at the end.
    pub at: Vec<String>,
    pub end: Option<Ending>,
}

/// Takes the moves one by one, as often as each may be taken.
///
/// # Errors
/// The sentence that says where the walk cannot go on.
pub fn walk(
    definition: &Definition,
    flow: &Flow,
    sample: &Sample,
    moves: &[String],
) -> Result<Walked, String> {
    let mut walker = Walker {
        definition,
        flow,
        sample,
        at: 0,
        inside: Vec::new(),
        taken: BTreeMap::new(),
        end: None,
    };
    walker.enter(0);
    for step in moves {
        walker.go(step)?;
    }
    Ok(Walked {
        at: walker.standing(),
        end: walker.end,
    })
}

struct Walker<'a> {
    definition: &'a Definition,
    flow: &'a Flow<'a>,
    sample: &'a Sample,
    /// Stage of the outer flow.
    at: usize,
    /// In a block: the stage of each branch, `None` once the branch is through.
    inside: Vec<Option<usize>>,
    /// How often each way was taken and each bounded stage entered, by path.
    taken: BTreeMap<String, u32>,
    end: Option<Ending>,
}

impl Walker<'_> {
    fn enter(&mut self, stage: usize) {
        self.at = stage;
        self.inside = match self.flow.stages.get(stage).map(|stage| &stage.kind) {
            Some(StageKind::Block { branches, .. }) => branches
                .iter()
                .map(|branch| (!branch.stages.is_empty()).then_some(0))
                .collect(),
            _ => Vec::new(),
        };
    }

    fn standing(&self) -> Vec<String> {
        let Some(stage) = self.flow.stages.get(self.at).filter(|_| self.end.is_none()) else {
            return Vec::new();
        };
        let mut codes = vec![stage.code.to_owned()];
        if let StageKind::Block { branches, .. } = &stage.kind {
            let inside = branches.iter().zip(&self.inside);
            codes.extend(
                inside.filter_map(|(branch, at)| Some(branch.stages[(*at)?].code.to_owned())),
            );
        }
        codes
    }

    fn go(&mut self, step: &str) -> Result<(), String> {
        let (code, outcome) = step
            .split_once('.')
            .ok_or_else(|| format!("“{step}” phải viết là bước.kết_quả"))?;
        if self.end.is_some() {
            return Err(format!("hồ sơ đã kết thúc trước “{step}”"));
        }
        self.pass_by(code);
        let StageKind::Block { branches, wait_for } = &self.flow.stages[self.at].kind else {
            let (to, _) = self.take(self.flow, self.at, code, outcome)?;
            return self.follow(to);
        };
        let branch = (0..branches.len()).find(|&branch| {
            self.inside[branch].is_some_and(|at| branches[branch].stages[at].code == code)
        });
        let branch = branch.ok_or_else(|| {
            format!(
                "không ở bước “{code}” mà ở khối “{}”",
                self.flow.stages[self.at].code
            )
        })?;
        let (to, _) = self.take(
            &branches[branch],
            self.inside[branch].unwrap_or(0),
            code,
            outcome,
        )?;
        match to {
            Goal::Stage(stage) => self.inside[branch] = Some(stage),
            Goal::End(ending) => self.end = Some(ending),
            Goal::Exit => self.inside[branch] = None,
        }
        let through = self.inside.iter().filter(|at| at.is_none()).count();
        let open = match wait_for {
            WaitFor::All => through < self.inside.len(),
            WaitFor::Any => through == 0,
        };
        if open || self.end.is_some() {
            return Ok(());
        }
        let after = self
            .flow
            .ways_from(self.at)
            .next()
            .map_or(Goal::Exit, |way| way.to);
        self.follow(after)
    }

    fn follow(&mut self, to: Goal) -> Result<(), String> {
        match to {
            Goal::Stage(stage) => self.enter(stage),
            Goal::End(ending) => self.end = Some(ending),
            Goal::Exit => return Err("không còn bước nào".into()),
        }
        Ok(())
    }

    /// Steps whose `when` does not hold are passed by, unless the walk names them.
    fn pass_by(&mut self, code: &str) {
        let scope = self.sample.scope(self.definition);
        while let StageKind::Step(step) = &self.flow.stages[self.at].kind
            && step.code != code
            && let Some(when) = &step.when
            && !holds(when, &scope).unwrap_or(false)
            && let Some(Goal::Stage(next)) = self
                .flow
                .ways_from(self.at)
                .find(|way| way.outcome.is_none())
                .map(|way| way.to)
        {
            self.enter(next);
        }
    }

    fn take<'f>(
        &mut self,
        flow: &'f Flow<'f>,
        at: usize,
        code: &str,
        outcome: &str,
    ) -> Result<(Goal, &'f Way<'f>), String> {
        let stage = &flow.stages[at];
        if stage.code != code {
            return Err(format!("không ở bước “{code}” mà ở bước “{}”", stage.code));
        }
        let named = |way: &&Way| way.outcome.is_some_and(|known| known.code == outcome);
        let way = flow.ways_from(at).find(named);
        let way = way.ok_or_else(|| format!("bước “{code}” không có kết quả “{outcome}”"))?;
        let count = self.taken.entry(way.path.clone()).or_default();
        *count += 1;
        if flow.bound(way).is_some_and(|most| *count > most) {
            return Err(format!("“{code}.{outcome}” chỉ được {} lần", *count - 1));
        }
        Ok((way.to, way))
    }
}

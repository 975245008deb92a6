//! From one step to the next: ways, blocks, conditions, and the end.

use service::definition::{Ending, Move, Node, Pick, Role, Step, StepOutcome, UnitRule};

use super::command::Refusal;
use super::event::{Asked, Event};
use super::evolve::way;
use super::life::Life;
use super::state::{OWN_STEP, Task};
use super::work::Work;
use crate::authority;
use crate::counter::{is_desk, is_desk_kind};
use crate::ids::{NoteId, PersonId, UnitCode};
use crate::process::{Place, good};
use crate::routing;

/// A step about to start, in its row of an `each` block.
type Start<'a> = (&'a Step, Option<u32>);

impl<'a> Work<'a> {
    /// Goes the way an outcome names. The step itself is no longer under way.
    pub(super) fn follow(
        &mut self,
        place: Place,
        row: Option<u32>,
        outcome: &'a StepOutcome,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        match &outcome.to {
            Move::End(ending) => self.end(*ending, why),
            Move::Next => self.next(place, row, why),
            Move::Step(code) => self.go_to(place, row, code, why),
        }
    }

    fn next(&mut self, place: Place, row: Option<u32>, why: Option<NoteId>) -> Result<(), Refusal> {
        let rest = self.flow.rest_of_branch(place);
        if let Some(step) = self.first_wanted(rest, self.over(place.node), row)? {
            return self.start(place.node, &[(step, row)]);
        }
        if place.inside.is_some() {
            if self.flow.waits_for_any(place.node) {
                self.drop_all();
            }
            if !self.case.tasks.is_empty() {
                // The other branches go on; the clock may run again if this one held it.
                return self.start(place.node, &[]);
            }
        }
        self.enter(place.node + 1, why)
    }

    /// A way that names a step. Inside the own branch it stays there; anywhere else it leaves the
    /// block, which the publish gate forbids and which here ends the block's other branches.
    fn go_to(
        &mut self,
        from: Place,
        row: Option<u32>,
        code: &str,
        why: Option<NoteId>,
    ) -> Result<(), Refusal> {
        let unknown = || Refusal::NoSuchStep {
            step: code.to_owned(),
        };
        let found = self.flow.find(code);
        if let Some((to, step)) = found
            && to.node == from.node
            && to.inside.map(|inside| inside.branch) == from.inside.map(|inside| inside.branch)
        {
            return self.start(to.node, &[(step, row)]);
        }
        let block = self.flow.node_named(code);
        let node = block.or(found.map(|(to, _)| to.node)).ok_or_else(unknown)?;
        self.drop_all();
        self.enter(node, why)
    }

    /// Starts what stands at `node`, or the first listed after it whose condition holds.
    pub(super) fn enter(&mut self, node: usize, why: Option<NoteId>) -> Result<(), Refusal> {
        let flow = self.flow;
        for (index, listed) in flow.nodes().iter().enumerate().skip(node) {
            let starts = self.starts_of(listed)?;
            if !starts.is_empty() {
                return self.start(index, &starts);
            }
        }
        match flow.nodes().is_empty() {
            // A definition without steps (a register of notices): nothing to do, nothing to end.
            true => Ok(()),
            false => self.end(flow.usual_end(), why),
        }
    }

    fn starts_of(&self, node: &'a Node) -> Result<Vec<Start<'a>>, Refusal> {
        let mut starts = Vec::new();
        match node {
            Node::Step(step) => {
                let wanted = self.first_wanted(std::slice::from_ref(step), None, None)?;
                starts.extend(wanted.map(|step| (step, None)));
            }
            Node::Parallel { branches, .. } => {
                for branch in branches {
                    let wanted = self.first_wanted(branch, None, None)?;
                    starts.extend(wanted.map(|step| (step, None)));
                }
            }
            Node::Each { over, steps, .. } => {
                let rows = self
                    .given
                    .answers
                    .get(over)
                    .and_then(|rows| rows.as_array());
                let count = u32::try_from(rows.map_or(0, Vec::len)).unwrap_or(u32::MAX);
                for row in 0..count {
                    let wanted = self.first_wanted(steps, Some(over), Some(row))?;
                    starts.extend(wanted.map(|step| (step, Some(row))));
                }
            }
        }
        Ok(starts)
    }

    /// A step whose `when` does not hold is passed over.
    fn first_wanted(
        &self,
        steps: &'a [Step],
        over: Option<&str>,
        row: Option<u32>,
    ) -> Result<Option<&'a Step>, Refusal> {
        for step in steps {
            if self.ask(over.zip(row), |context| context.holds(step.when.as_ref()))? {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// The repeating group that an `each` node goes over.
    pub(super) fn over(&self, node: usize) -> Option<&'a str> {
        match self.flow.nodes().get(node) {
            Some(Node::Each { over, .. }) => Some(over),
            Some(Node::Step(_) | Node::Parallel { .. }) | None => None,
        }
    }

    /// Starts steps of one node together, with everything that entering them means for the life and the
    /// clock of the case. With none, only settles both after a branch has ended.
    fn start(&mut self, node: usize, starts: &[Start<'a>]) -> Result<(), Refusal> {
        let steps: Vec<&Step> = starts.iter().map(|(step, _)| *step).collect();
        self.allow(starts)?;
        if self.is_work(node) {
            self.accept()?;
        }
        if steps.iter().any(|step| step.outside_limit) && self.case.accepted.is_some() {
            let ending = self.end_ahead(node, &steps);
            self.issue(ending);
            // A part's result goes to the whole, which hands everything over together.
            if self.case.whole.is_some() {
                return self.end(ending, None);
            }
        }
        self.settle_clock(&steps)?;
        self.settle_asking(&steps);
        for (step, row) in starts {
            let task = self.task(node, step, *row)?;
            self.then(Event::StepStarted { task });
        }
        // What is done again asks nothing more.
        if !self.case.corrections.iter().any(|one| one.begun.is_some()) {
            self.ask_new();
        }
        Ok(())
    }

    /// Steps have a bounded number of entries, cases a bounded number of supplements.
    fn allow(&self, starts: &[Start<'a>]) -> Result<(), Refusal> {
        for (step, row) in starts {
            // The law's own reason before that of the file, which says the same in other words.
            let most = self.given.definition.process.clock.max_supplements;
            if let (Some(Asked::Supplement), Some(most)) = (self.asked(step), most)
                && self.case.supplements >= most
            {
                return Err(Refusal::SupplementUsedUp { most });
            }
            let way = way(&step.code, *row);
            let times = self.case.count(&way);
            if step.at_most.is_some_and(|most| times >= most) {
                return Err(Refusal::WayUsedUp { way, times });
            }
        }
        Ok(())
    }

    /// On the main line behind reception: the city has taken the case.
    fn is_work(&self, node: usize) -> bool {
        (self.flow.work()..self.flow.main_line()).contains(&node)
    }

    /// State 2, once.
    pub(super) fn accept(&mut self) -> Result<(), Refusal> {
        if self.case.accepted.is_some() {
            return Ok(());
        }
        self.then(Event::Accepted);
        self.start_clock()
    }

    fn issue(&mut self, ending: Ending) {
        if self.correcting() {
            self.then(Event::Corrected);
        } else if self.case.life.ended().is_none() {
            self.then(Event::Issued { ending });
        }
    }

    /// What is issued when a step outside the limit begins: on the main line the good end ahead,
    /// elsewhere (a letter of refusal to hand over) what the step itself ends with.
    fn end_ahead(&self, node: usize, steps: &[&Step]) -> Ending {
        if node < self.flow.main_line() {
            return self.flow.good_end(node);
        }
        let mut ways = steps.iter().flat_map(|step| &step.outcomes);
        ways.find_map(|way| match way.to {
            Move::End(ending) => Some(ending),
            Move::Next | Move::Step(_) => None,
        })
        .unwrap_or(Ending::Stopped)
    }

    /// States 5 and 6 while the applicant has a step to do, and back when there is none left.
    fn settle_asking(&mut self, starting: &[&Step]) {
        if self.case.life.ended().is_some() {
            return;
        }
        for step in starting {
            if let Some(what) = self.asked(step) {
                self.then(Event::ApplicantAsked { what });
            }
        }
        let waits = matches!(
            self.case.life,
            Life::AwaitingSupplement { .. } | Life::AwaitingPayment { .. }
        );
        let theirs = self.case.tasks.iter().any(Task::by_applicant)
            || starting.iter().any(|step| self.asked(step).is_some());
        if waits && !theirs {
            self.then(Event::ApplicantAnswered);
        }
    }

    /// The case ends, whatever is still under way.
    pub(super) fn end(&mut self, ending: Ending, why: Option<NoteId>) -> Result<(), Refusal> {
        self.drop_all();
        if self.correcting() {
            self.then(Event::Corrected);
        }
        let issued = self.case.life.ended().is_some();
        if !issued && good(ending) {
            self.accept()?;
            self.issue(ending);
        }
        let event = match (issued || good(ending), self.case.accepted, ending) {
            (true, ..) => Event::HandedOver { ending },
            (false, None, Ending::Refused) => Event::NotAccepted { why },
            (false, ..) => Event::Stopped { ending, why },
        };
        self.then(event);
        Ok(())
    }

    pub(super) fn drop_all(&mut self) {
        for task in self.case.tasks.clone() {
            self.then(Event::StepDropped {
                step: task.step,
                row: task.row,
            });
        }
    }

    pub(super) fn task(&self, node: usize, step: &Step, row: Option<u32>) -> Result<Task, Refusal> {
        let in_row = self.over(node).zip(row);
        let mut task = Task {
            step: step.code.clone(),
            row,
            role: step.by.clone(),
            unit: None,
            keeper: None,
            post: Default::default(),
            since: self.given.now,
            due: self.step_due(step, in_row, self.given.now)?,
            holder: None,
            own_step: self.sees_own_step_only(&step.by),
            reported: None,
            warned: Vec::new(),
        };
        if task.by_applicant() {
            return Ok(task);
        }
        let Some(role) = self.flow.role(&step.by) else {
            task.unit = Some(self.case.unit.clone());
            return Ok(task);
        };
        let (unit, post) = self.seat_of(role, in_row)?;
        task.post = post;
        task.keeper = role.outside.then(|| self.case.unit.clone());
        task.holder = match role.pick {
            Pick::Anyone => None,
            Pick::LeastLoaded => self.least_loaded(&unit, post),
        };
        task.unit = Some(unit);
        Ok(task)
    }

    fn sees_own_step_only(&self, role: &str) -> bool {
        let mut see = self.given.definition.access.see.iter();
        see.any(|(who, what)| who == role && what == OWN_STEP)
    }

    /// At which unit and from which post upwards a role acts. A signer acts where today's first grant
    /// lies (a delegate before the original authority), with the lowest post that may sign there.
    pub(super) fn seat_of(
        &self,
        role: &Role,
        row: Option<(&str, u32)>,
    ) -> Result<(UnitCode, service::definition::Post), Refusal> {
        if let Some(rule) = &role.at {
            if let Some(desk) = self.receiving_desk(rule) {
                return Ok((desk, role.post));
            }
            let unit = self.ask(row, |context| routing::unit(rule, context));
            return match unit {
                // Nobody keeps a list of the offices outside; the case's own unit asks them.
                Err(Refusal::NoUnit { .. }) if role.outside => {
                    Ok((self.case.unit.clone(), role.post))
                }
                unit => Ok((self.rerouted(unit?), role.post)),
            };
        }
        let grants = self.ask(row, |context| authority::who_may_sign(role, context))?;
        match grants.first() {
            None if authority::needs_grant(role) => Err(Refusal::NoAuthority),
            None => Ok((self.case.unit.clone(), role.post)),
            Some(first) => {
                let there = grants.iter().filter(|grant| grant.unit == first.unit);
                let post = there.map(|grant| grant.post).min();
                Ok((first.unit.clone(), post.unwrap_or(first.post)))
            }
        }
    }

    /// Any centre takes any dossier of the city, and what was handed in at a desk is received and handed over
    /// there: a role that sits at the desk of an area sits at the desk that received it.
    fn receiving_desk(&self, rule: &UnitRule) -> Option<UnitCode> {
        let UnitRule::KindByArea { kind, .. } = rule else {
            return None;
        };
        let (received, today) = (self.case.received_at.as_ref()?, self.given.today());
        let unit = self.given.organisation.unit(received, today)?;
        (is_desk_kind(kind) && is_desk(unit)).then(|| received.clone())
    }

    /// Where the whole case went to another unit, the roles that would sit in the first one sit there.
    fn rerouted(&self, unit: UnitCode) -> UnitCode {
        match self.case.stints.first() {
            Some(first) if first.unit == unit => self.case.unit.clone(),
            _ => unit,
        }
    }

    fn least_loaded(&self, unit: &UnitCode, post: service::definition::Post) -> Option<PersonId> {
        let there = self.given.staff.iter();
        there
            .filter(|candidate| candidate.unit == *unit && candidate.post == post)
            .min_by_key(|candidate| (candidate.holds, candidate.person))
            .map(|candidate| candidate.person)
    }
}

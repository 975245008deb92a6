//! One synthetic case from its first contact to its end or to the present, lived by giving commands
//! to the city's own rules with a moving clock. Nothing here writes a statistic.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use rules::Moment;
use rules::calendar::Calendar;
use rules::case::counter::{Collected, CopyKind, Delivery, PaperReceived, PapersReceived, Seen};
use rules::case::event::Recorded;
use rules::case::{Case, Command, Given, Opening, Task, decide, open, record, record_opening};
use rules::ids::{NoteId, PersonId, UnitCode};
use rules::index::causes::Cause;
use rules::organisation::Organisation;
use rules::person::Actor;
use rules::process::Flow;
use service::definition::{Channel, Definition, Post, StepOutcome};
use service::{Answers, Definition as Service};

use super::dice::Dice;
use super::script::Script;
use super::year::Offered;

/// The world a case lives in.
pub struct World<'a> {
    pub organisation: &'a Organisation,
    pub calendar: &'a Calendar,
    pub script: &'a Script,
    /// Who works where.
    pub staff: &'a BTreeMap<(UnitCode, Post), Vec<PersonId>>,
    /// How slowly a unit works: 1 is usual, 2 takes twice as long.
    pub tempo: &'a BTreeMap<UnitCode, f64>,
    /// Why a date could not be kept, as form 04 may say it.
    pub causes: &'a [Cause],
    /// Whose dossier waits for a letter of apology.
    pub waits: Option<PersonId>,
    /// A photo to show for work done.
    pub evidence: &'a str,
    /// The present: nothing happens after it.
    pub until: Moment,
}

/// A case as it was lived, with what stands apart from its events.
pub struct Lived {
    pub case: Case,
    pub recorded: Vec<Recorded>,
    pub notes: Vec<(NoteId, String)>,
}

/// More steps than any honest case takes: a definition that circles is noticed, not endured.
const MOST_STEPS: usize = 80;

pub(super) struct Life<'a> {
    world: &'a World<'a>,
    service: &'a Service,
    version: u32,
    answers: &'a Answers,
    pub(super) dice: &'a mut Dice,
    pub(super) lived: Lived,
}

/// Lives a case that opens at `at`. `None` where the city refuses to open it.
pub fn live(
    world: &World<'_>,
    service: &Definition,
    version: u32,
    opening: &Opening,
    answers: &Answers,
    at: Moment,
    dice: &mut Dice,
) -> Option<Lived> {
    let mut life = Life::begin(world, service, version, opening, answers, at, dice)?;
    life.run(at);
    Some(life.lived)
}

/// Opened at the first moment, taken in at the second; then nothing more happens to it.
pub fn taken_in(
    world: &World<'_>,
    offered: &Offered<'_>,
    opening: &Opening,
    answers: &Answers,
    (at, received): (Moment, Moment),
    dice: &mut Dice,
) -> Option<Lived> {
    let (service, version) = (offered.definition, offered.version);
    let mut life = Life::begin(world, service, version, opening, answers, at, dice)?;
    let task = life.lived.case.tasks.first().cloned()?;
    let clerk = life.actor(&task);
    life.at_the_counter(&task, received);
    life.settle_fees(&task.step, &clerk, received);
    let complete = Flow::of(service).step(&task.step)?.outcomes.first()?;
    life.take(&task, complete, clerk, received)
        .then_some(life.lived)
}

pub(super) fn given<'a>(
    world: &'a World<'_>,
    definition: &'a Definition,
    version: u32,
    answers: &'a Answers,
    actor: &'a Actor,
    now: Moment,
) -> Given<'a> {
    Given::new(
        now,
        actor,
        (definition, version),
        answers,
        world.calendar,
        world.organisation,
    )
}

impl<'a> Life<'a> {
    fn begin(
        world: &'a World<'a>,
        service: &'a Service,
        version: u32,
        opening: &Opening,
        answers: &'a Answers,
        at: Moment,
        dice: &'a mut Dice,
    ) -> Option<Self> {
        let actor = opening.applicant.map_or(Actor::Visitor, Actor::Resident);
        let given = given(world, service, version, answers, &actor, at);
        let events = open(opening, &given).ok()?;
        let (case, recorded) = record_opening(opening.id, events, at, &actor)?;
        let lived = Lived {
            case,
            recorded,
            notes: Vec::new(),
        };
        Some(Self {
            world,
            service,
            version,
            answers,
            dice,
            lived,
        })
    }
}

impl Life<'_> {
    fn run(&mut self, opened: Moment) {
        let mut now = opened;
        for _ in 0..MOST_STEPS {
            let Some(task) = self
                .lived
                .case
                .tasks
                .iter()
                .min_by_key(|task| task.since)
                .cloned()
            else {
                break;
            };
            let at = self.moment_of_decision(&task, now);
            if self.clock_strikes(now, at.min(self.world.until)) {
                now = self.lived.recorded.last().map_or(now, |last| last.at);
                continue;
            }
            if at > self.world.until {
                return;
            }
            self.maybe_claim(&task, at);
            self.at_the_counter(&task, at);
            let held = self.lived.case.task(&task.step, task.row).cloned();
            let clerk = self.actor(held.as_ref().unwrap_or(&task));
            self.settle_fees(&task.step, &clerk, at);
            if !self.decide(&held.unwrap_or(task), at) {
                return;
            }
            now = at;
        }
        self.afterwards(now);
    }

    /// What a clerk writes down beside the decision: the papers that came, and into whose hands a result goes.
    fn at_the_counter(&mut self, task: &Task, at: Moment) {
        let case = &self.lived.case;
        let paper = matches!(case.channel, Channel::Counter | Channel::Post);
        let flow = Flow::of(self.service);
        let reception = flow.reception().is_some_and(|step| step.code == task.step);
        let command = if paper && reception && case.received_at.is_some() && case.sets == 0 {
            Command::ReceivePapers(papers(case, self.service))
        } else if matches!(case.life, rules::case::Life::Decided { .. }) && task.unit.is_some() {
            Command::Collect(collected(case, self.answers))
        } else {
            return;
        };
        let actor = self.actor(task);
        self.command(command, actor, at);
    }

    /// Half of the work is done in half of its time; slow units and bad luck stretch it.
    fn moment_of_decision(&mut self, task: &Task, now: Moment) -> Moment {
        let tempo = match &task.unit {
            None => return now + hours(self.dice.around(20.0, 1.1)),
            Some(unit) => self.world.tempo.get(unit).copied().unwrap_or(1.0),
        };
        let stuck = if self.dice.chance(0.015 * tempo) {
            30.0
        } else {
            1.0
        };
        let share = self.dice.around(0.5, 0.55) * tempo * stuck;
        let calendar = self.world.calendar;
        let allowed = task
            .due
            .and_then(|due| calendar.working_between(task.since, due).ok())
            .filter(|seconds| *seconds > 0)
            .unwrap_or(6 * 3600);
        let needed = (allowed as f64 * share).clamp(120.0, 400.0 * 8.0 * 3600.0) as i64;
        calendar
            .add_working(now.max(task.since), needed)
            .unwrap_or(self.world.until)
    }

    /// The clock's own commands between two moments: warnings, lapses, silence. True where it did
    /// something that changes whose turn it is.
    fn clock_strikes(&mut self, from: Moment, to: Moment) -> bool {
        let case = &self.lived.case;
        let day = SignedDuration::from_hours(24);
        let mut moments: Vec<Moment> = case.tasks.iter().filter_map(|task| task.due).collect();
        moments.extend(case.clock.due);
        moments.extend(case.clock.due.and_then(|due| due.checked_sub(day).ok()));
        moments.sort();
        let tasks = case.tasks.clone();
        for moment in moments {
            let strike = moment + SignedDuration::from_secs(60);
            if strike > from && strike <= to {
                self.command(Command::Tick, Actor::Clock, strike);
                self.apologise(strike, to);
                if self.lived.case.tasks != tasks {
                    return true;
                }
            }
        }
        false
    }

    /// The draft is signed where the date cannot be kept any more: most heads sign in time, some when it has passed,
    /// a few never. No chance: it falls out of the case's own number, so that nothing else of the year changes.
    fn apologise(&mut self, now: Moment, until: Moment) {
        let case = &self.lived.case;
        let Some(draft) = case.apologies.last().filter(|one| one.signed.is_none()) else {
            return;
        };
        let (Some(due), Some(proposed)) = (case.clock.due, draft.proposed) else {
            return;
        };
        let number = case.id.0.as_bytes()[13];
        let signs = match number % 20 {
            0..14 => now <= due,
            14..18 => now > due,
            _ => false,
        };
        if draft.due != due || due > until || !signs {
            return;
        }
        let heads = self.world.staff.get(&(case.unit.clone(), Post::Head));
        let Some(&id) = heads.and_then(|heads| heads.first()) else {
            return;
        };
        let actor = Actor::Official {
            id,
            unit: case.unit.clone(),
            post: Post::Head,
        };
        let causes = self.world.causes;
        let Some(cause) = causes.get(usize::from(number / 20) % causes.len().max(1)) else {
            return;
        };
        let day = proposed.max(now + SignedDuration::from_hours(24));
        let calendar = self.world.calendar;
        let Ok(to) = calendar.end_of_working_day(calendar.local(day).0) else {
            return;
        };
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&case.id.0.as_bytes()[6..]);
        let why = NoteId::new(now, bytes);
        let command = Command::Apologise {
            cause: cause.code.clone(),
            to,
            why: Some(why),
        };
        if self.command(command, actor, now) {
            self.lived.notes.push((why, cause.name.clone()));
        }
    }

    fn maybe_claim(&mut self, task: &Task, at: Moment) {
        if task.unit.is_none() || task.holder.is_some() || !self.dice.chance(0.6) {
            return;
        }
        let waited = at.duration_since(task.since);
        let claimed = task.since + SignedDuration::from_secs((waited.as_secs() / 3).max(1));
        let last = self.lived.recorded.last().map_or(claimed, |last| last.at);
        let command = Command::Claim {
            step: task.step.clone(),
            row: task.row,
        };
        let actor = self.actor(task);
        self.command(command, actor, claimed.max(last).min(at));
    }

    fn actor(&mut self, task: &Task) -> Actor {
        let Some(unit) = &task.unit else {
            return Actor::Visitor;
        };
        let people = self.world.staff.get(&(unit.clone(), task.post));
        match (
            task.holder,
            people.and_then(|people| self.dice.pick(people)),
        ) {
            (Some(id), _) | (None, Some(&id)) => Actor::Official {
                id,
                unit: unit.clone(),
                post: task.post,
            },
            (None, None) => Actor::Clock,
        }
    }

    /// Decides the step by the outcome that chance falls on, or by the first one that is allowed.
    fn decide(&mut self, task: &Task, at: Moment) -> bool {
        let Some(outcomes) = Flow::of(self.service)
            .step(&task.step)
            .map(|step| &step.outcomes)
        else {
            return false;
        };
        let weights: Vec<f64> = (0..outcomes.len())
            .map(|place| if place == 0 { 0.9 } else { 0.08 / place as f64 })
            .collect();
        let chosen = self.dice.weighted(&weights);
        let order =
            std::iter::once(chosen).chain((0..outcomes.len()).filter(|place| *place != chosen));
        let actor = self.actor(task);
        for place in order {
            if self.take(task, &outcomes[place], actor.clone(), at) {
                return true;
            }
        }
        false
    }

    fn take(&mut self, task: &Task, outcome: &StepOutcome, actor: Actor, at: Moment) -> bool {
        let back = outcome.reason_required || outcome.to != service::definition::Move::Next;
        let kind = match (&task.unit, back) {
            (None, _) => None,
            (Some(_), true) => Some("reason"),
            (Some(_), false) => Some("solved").filter(|_| self.dice.chance(0.3)),
        };
        let note = kind.map(|kind| {
            let id = NoteId::new(at, self.dice.bytes());
            (id, self.world.script.answer(kind, self.dice))
        });
        if service::supplement::asks(self.service, &outcome.to) {
            let list = NoteId::new(at, self.dice.bytes());
            self.command(Command::Mark { list }, actor.clone(), at);
        }
        let command = Command::Decide {
            step: task.step.clone(),
            row: task.row,
            outcome: outcome.code.clone(),
            note: note.as_ref().map(|(id, _)| *id),
            files: vec![self.world.evidence.to_owned()],
            answers: None,
        };
        let done = self.command(command, actor, at);
        if done {
            self.lived.notes.extend(note);
        }
        done
    }

    /// Ratings, and the few who come back because it was not done.
    fn afterwards(&mut self, ended: Moment) {
        if self.lived.case.life.ended().is_none() {
            return;
        }
        let later = ended + hours(self.dice.around(20.0, 0.8));
        if later <= self.world.until && self.dice.chance(0.22) {
            let score = 1 + self.dice.weighted(&[0.08, 0.07, 0.15, 0.35, 0.35]) as u8;
            self.command(
                Command::Rate {
                    score,
                    reasons: Vec::new(),
                    note: None,
                },
                Actor::Visitor,
                later,
            );
        }
        let again = ended + hours(self.dice.between(2.0, 200.0));
        let last = self.lived.recorded.last().map_or(again, |last| last.at);
        if again.max(last) <= self.world.until
            && self.dice.chance(0.05)
            && self.command(
                Command::Reopen { why: None },
                Actor::Visitor,
                again.max(last),
            )
        {
            self.run(again.max(last));
        }
    }

    /// Gives a command; false where the city refuses.
    pub(super) fn command(&mut self, command: Command, actor: Actor, at: Moment) -> bool {
        let events = {
            let given = given(
                self.world,
                self.service,
                self.version,
                self.answers,
                &actor,
                at,
            );
            decide(&self.lived.case, command, &given)
        };
        let Ok(events) = events else { return false };
        let (case, recorded) = record(self.lived.case.clone(), events, at, &actor);
        self.lived.case = case;
        self.lived.recorded.extend(recorded);
        true
    }
}

/// Every paper the procedure always asks for, once. No chance: what falls out of the case's own number.
fn papers(case: &Case, service: &Service) -> PapersReceived {
    let needed = service
        .documents
        .iter()
        .filter(|document| document.required);
    let papers = needed.map(|document| PaperReceived {
        document: document.code.clone(),
        copy: CopyKind::Original,
        count: document.originals.max(1),
    });
    let helper = match case.id.0.as_bytes()[15] % 12 {
        0 => Some("post-office"),
        1 => Some("neighbourhood"),
        _ => None,
    };
    PapersReceived {
        papers: papers.collect(),
        sets: 1,
        helper: helper.map(str::to_owned),
    }
}

fn collected(case: &Case, answers: &Answers) -> Collected {
    let wish = answers.get("delivery").and_then(|wish| wish.as_str());
    let way = match wish {
        Some("post") => Delivery::Post,
        Some("electronic") => Delivery::Electronic,
        _ => Delivery::Counter,
    };
    let proxy = case.id.0.as_bytes()[14].is_multiple_of(8);
    let (relation, seen) = match (way, proxy) {
        (Delivery::Counter, true) => ("proxy", vec![Seen::Receipt, Seen::ProxyPaper]),
        (Delivery::Counter, false) => ("self", vec![Seen::Receipt]),
        _ => ("", Vec::new()),
    };
    let originals = case
        .papers
        .iter()
        .filter(|paper| paper.copy == CopyKind::Original);
    Collected {
        way,
        relation: relation.to_owned(),
        seen,
        returned: originals.map(|paper| paper.document.clone()).collect(),
        surrendered: Vec::new(),
        slip: None,
        note: None,
    }
}

fn hours(hours: f64) -> SignedDuration {
    SignedDuration::from_secs((hours * 3600.0).clamp(60.0, 3.0e8) as i64)
}

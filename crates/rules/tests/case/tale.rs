//! Stories as tables: a moment, who does what, what happened, the state it left (1–10).
//!
//! A line is `moment | who: command | events or refusal | state`. Who: `desk`, `office`, … a unit (its
//! staff; `office^` its head, `office'` its deputy), `me` the applicant, `clock`. Commands:
//! `receive.complete` decides; `!` gives a reason, `+` a file, `[0]` a row; the others by their name.

use jiff::civil::DateTime;
use rules::Moment;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::command::Taking;
use rules::case::counter::{Collected, Delivery, Seen};
use rules::case::event::{Event, Silence, WorkShared};
use rules::case::merge::Original;
use rules::case::money::{Proof, RefundWhy, Way};
use rules::case::outside::Said;
use rules::case::stop::{Ground, StopLaw};
use rules::case::{self, Candidate, Case, Command, Given, Opening, Recorded, Refusal};
use rules::ids::{CaseId, NoteId, PersonId};
use rules::organisation::Organisation;
use rules::person::Actor;
use rules::process::Flow;
use service::definition::{Channel, Definition, Ending, Kind, Limit, LimitUnit, Post, Who};
use service::{Answers, frame, read};

/// A ground as the list that ships has it.
pub fn shipped(code: &str) -> Ground {
    let law = StopLaw::default();
    let ground = law.named(code, jiff::civil::date(2026, 3, 2));
    ground.unwrap_or_else(|| panic!("no ground {code}")).clone()
}

const PERMIT: &str = "
service: permit
name: Giấy phép
kind: procedure
frame: one-stop/1
group: Xây dựng
effective: 2019-01-01
agency: land-office by area
applicants: {who: [citizen], identity: none, channels: [online, counter]}
form:
  - page: Chung
    fields:
      - {code: area, label: Xã, type: text, required: true}
";

pub struct City {
    pub definition: Definition,
    pub answers: Answers,
    pub organisation: Organisation,
    pub calendar: Calendar,
    pub staff: Vec<Candidate>,
}

pub struct Tale<'a> {
    pub city: &'a City,
    pub case: Option<Case>,
    pub log: Vec<Recorded>,
}

impl City {
    /// A definition without a frame: what it does not say holds nowhere. Steps without a limit are fine
    /// here, though the publish gate refuses them.
    pub fn with(definition: &str, answers: serde_json::Value) -> Self {
        let read = read::read(definition);
        let said = read.problems.iter().map(|flaw| &flaw.says);
        let wrong: Vec<_> = said
            .filter(|says| !says.ends_with("chưa có thời hạn."))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        Self {
            definition: read.definition,
            answers: answers.as_object().cloned().unwrap_or_default(),
            organisation: organisation(),
            calendar: Calendar::read(VIETNAM_1).expect("the calendar reads"),
            staff: Vec::new(),
        }
    }

    /// A permit of the land offices, named by its commune; `rest`: more fields of its page, then fees, roles, process.
    pub fn permit(rest: &str, answers: serde_json::Value) -> Self {
        Self::with(
            &format!("{PERMIT}{}", rest.trim_start_matches('\n')),
            answers,
        )
    }

    /// A shipped service in its frame.
    pub fn shipped(service: &str, answers: serde_json::Value) -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../services");
        let text = |path: String| std::fs::read_to_string(&path).expect(&path);
        let frames = ["one-stop-1", "feedback-1", "directive-1"]
            .map(|name| frame::read_frame(&text(format!("{root}/frames/{name}.yaml"))).0);
        let mut city = Self::with(&text(format!("{root}/{service}.yaml")), answers);
        let resolved = frame::resolve(&city.definition, &frames.into_iter().collect());
        city.definition = resolved.definition;
        city
    }

    /// Plays the table and compares every line; answers with the case for further questions.
    pub fn plays(&self, table: &str) -> Tale<'_> {
        let mut tale = Tale {
            city: self,
            case: None,
            log: Vec::new(),
        };
        let (mut expected, mut happened) = (Vec::new(), Vec::new());
        for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [moment, said, ..] = cells[..] else {
                panic!("four cells: {line}");
            };
            let (who, command) = said.split_once(": ").unwrap_or(("me", said));
            let (told, state) = tale.does(self.moment(moment), who, command);
            expected.push(cells.join(" | "));
            happened.push([moment, said, &told, &state].join(" | "));
        }
        let told = happened.join("\n");
        assert!(expected == happened, "what happened instead:\n{told}");
        tale
    }

    pub fn moment(&self, text: &str) -> Moment {
        let local: DateTime = text.parse().expect(text);
        self.calendar
            .at(local.date(), local.time())
            .expect("a day of the calendar")
    }

    pub fn given<'a>(&'a self, now: Moment, actor: &'a Actor) -> Given<'a> {
        Given {
            staff: &self.staff,
            ..Given::new(
                now,
                actor,
                (&self.definition, 1),
                &self.answers,
                &self.calendar,
                &self.organisation,
            )
        }
    }
}

impl Tale<'_> {
    pub fn case(&self) -> &Case {
        self.case.as_ref().expect("an open case")
    }

    fn does(&mut self, now: Moment, who: &str, command: &str) -> (String, String) {
        let actor = actor(who);
        self.shows_the_receipt(now, &actor, command);
        let given = self.city.given(now, &actor);
        let answer = match &self.case {
            None => case::open(&opening(command), &given),
            Some(case) => case::decide(case, self.command(command), &given),
        };
        let told = match answer {
            Ok(events) => self.take(now, &actor, events),
            Err(refusal) => format!("no: {}", name_of(&refusal)),
        };
        let state = self.case.as_ref().map_or(0, |case| case.life.number());
        (told, state.to_string())
    }

    /// Whoever hands a result over has seen the receipt first: the tables tell of what follows, a story of what is
    /// refused without it.
    fn shows_the_receipt(&mut self, now: Moment, actor: &Actor, command: &str) {
        let Some(case) = &self.case else { return };
        let step = command.split_once('.').map_or(command, |(step, _)| step);
        let flow = Flow::of(&self.city.definition);
        let by_hand = flow.step(step).is_some_and(|step| step.outside_limit);
        if !by_hand || case.collected.is_some() {
            return;
        }
        let collected = Collected {
            way: Delivery::Counter,
            relation: "self".to_owned(),
            seen: vec![Seen::Receipt],
            returned: Vec::new(),
            surrendered: Vec::new(),
            slip: None,
            note: None,
        };
        let given = self.city.given(now, actor);
        if let Ok(events) = case::decide(case, Command::Collect(collected), &given) {
            self.take(now, actor, events);
        }
    }

    pub fn take(&mut self, now: Moment, actor: &Actor, events: Vec<Event>) -> String {
        let mut told = Vec::new();
        for event in events {
            told.push(self.brief(&event));
            let recorded = Recorded {
                case: CaseId(uuid::Uuid::from_u128(1)),
                version: self.case.as_ref().map_or(1, |case| case.version + 1),
                at: now,
                actor: actor.clone(),
                event,
            };
            self.case = Some(case::evolve(self.case.take(), &recorded));
            self.log.push(recorded);
        }
        told.join(" ")
    }

    fn command(&self, text: &str) -> Command {
        let why = text.contains('!').then(|| NoteId(uuid::Uuid::from_u128(7)));
        // A `+` at the head of a name belongs to it: the task of an opinion.
        let files = text.matches('+').filter(|_| !text.starts_with('+'));
        let files = files.map(|_| "f".repeat(64)).collect();
        let plain = match text.starts_with('+') {
            true => text.replace('!', ""),
            false => text.replace(['!', '+'], ""),
        };
        let words: Vec<&str> = plain.split(' ').collect();
        match words[..] {
            ["claim", step] => {
                let (step, row) = step_and_row(step);
                Command::Claim { step, row }
            }
            ["release", step] => {
                let (step, row) = step_and_row(step);
                Command::Release { step, row }
            }
            ["pass", step, unit] => {
                let (step, row) = step_and_row(step);
                Command::Pass {
                    step,
                    row,
                    unit: unit.to_owned(),
                    to: None,
                    why,
                }
            }
            ["tick"] => Command::Tick,
            ["withdraw"] => Command::AskWithdrawal { why },
            ["let-go"] => Command::AnswerWithdrawal { accept: true, why },
            ["keep"] => Command::AnswerWithdrawal { accept: false, why },
            ["reopen"] => Command::Reopen { why },
            ["rate", score] => Command::Rate {
                reasons: Vec::new(),
                score: score.parse().expect("a score"),
                note: None,
            },
            ["ask"] => Command::AskFees,
            ["take", amount, way] => Command::TakePayment(Box::new(Taking {
                amount: amount.parse().expect("an amount"),
                way: Way::of_code(way).expect("a way"),
                unit: "desk-a".to_owned(),
                receipt: None,
                bank: None,
            })),
            ["void", payment] => Command::VoidPayment {
                payment: payment.parse().expect("a number"),
                why,
            },
            ["waive", fee, register] => Command::Waive {
                fee: fee.to_owned(),
                proof: Proof {
                    file: None,
                    register: (register != "-").then(|| register.to_owned()),
                },
                why,
            },
            ["no-waiver", fee] => Command::RejectWaiver {
                fee: fee.to_owned(),
                why,
            },
            ["refund", amount, fee] => Command::AskRefund {
                amount: amount.parse().expect("an amount"),
                why: match fee {
                    "surplus" => RefundWhy::Surplus,
                    fee => RefundWhy::NotDue {
                        fee: fee.to_owned(),
                    },
                },
                note: why,
            },
            ["approve", refund] | ["disapprove", refund] => Command::AnswerRefund {
                refund: refund.parse().expect("a number"),
                approve: words[0] == "approve",
                note: why,
            },
            ["pay-out", refund] => Command::PayRefund {
                refund: refund.parse().expect("a number"),
                way: Way::Cash,
                unit: "desk-a".to_owned(),
                bank: None,
            },
            ["redate"] => Command::Redate,
            ["apologise", to] => Command::Apologise {
                cause: "overload".to_owned(),
                to: self.city.moment(to),
                why,
            },
            ["stop", ground] => Command::Stop {
                ground: shipped(ground),
                why,
            },
            ["error"] => Command::ReportError { why },
            ["no-error"] => Command::DeclineError { why },
            ["correct", step] => Command::Correct {
                step: step.to_owned(),
                why,
            },
            ["consult", step, unit, days, silent] => Command::Consult {
                step: step.to_owned(),
                row: None,
                unit: unit.to_owned(),
                within: Limit {
                    thousandths: days.parse::<i64>().expect("days") * 1000,
                    unit: LimitUnit::WorkingDays,
                },
                if_silent: match silent {
                    "consent" => Silence::Consent,
                    _ => Silence::Remind,
                },
                question: NoteId(uuid::Uuid::from_u128(10)),
            },
            ["lost", paper] | ["damaged", paper] => Command::DeclareLoss {
                papers: vec![paper.to_owned()],
                damaged: words[0] == "damaged",
                why,
            },
            ["good", loss, cost] => Command::MakeGood {
                loss: loss.parse().expect("a number"),
                cost: cost.parse().expect("an amount"),
                note: None,
            },
            ["mark"] => Command::Mark {
                list: NoteId(uuid::Uuid::from_u128(9)),
            },
            ["merge", decided] => {
                let (step, outcome) = decided.split_once('.').expect(text);
                Command::Merge {
                    step: step.to_owned(),
                    row: None,
                    outcome: outcome.to_owned(),
                    note: why,
                    original: Box::new(original()),
                }
            }
            ["unmerge"] => Command::Unmerge { why },
            ["forward", step] => Command::Forward {
                step: step.to_owned(),
                row: None,
                party: "power".to_owned(),
                within: Limit {
                    thousandths: 7000,
                    unit: LimitUnit::Days,
                },
                question: NoteId(uuid::Uuid::from_u128(10)),
            },
            ["outside", said] => Command::HearOutside {
                n: 0,
                said: Said::from_code(said).expect("a word of theirs"),
                note: why,
                files: Vec::new(),
            },
            ["take-back"] => Command::TakeBack { n: 0 },
            ["share", step, unit, waits] => Command::ShareWork {
                step: step.to_owned(),
                row: None,
                shared: WorkShared {
                    case: CaseId(uuid::Uuid::from_u128(77)),
                    code: "H13-77".to_owned(),
                    unit: unit.to_owned(),
                    waits: waits == "waits",
                },
            },
            ["through"] => Command::HearShared {
                case: CaseId(uuid::Uuid::from_u128(77)),
                ending: Ending::Done,
            },
            ["direct"] => Command::Direct {
                directive: CaseId(uuid::Uuid::from_u128(99)),
            },
            ["note"] => Command::Note {
                note: NoteId(uuid::Uuid::from_u128(8)),
                public: true,
            },
            ["attach", what] => Command::Attach {
                file: "a".repeat(64),
                what: what.to_owned(),
                public: false,
            },
            ["extend", to] => Command::Extend {
                to: self.city.moment(to),
                why,
            },
            [decided] => {
                let (place, outcome) = decided.split_once('.').expect(text);
                let (step, row) = step_and_row(place);
                Command::Decide {
                    step,
                    row,
                    outcome: outcome.to_owned(),
                    note: why,
                    files,
                    answers: None,
                }
            }
            _ => panic!("unknown command: {text}"),
        }
    }

    /// An event in a word or two.
    fn brief(&self, event: &Event) -> String {
        let at = |moment: &Moment| {
            let (date, time) = self.city.calendar.local(*moment);
            format!("{}T{}", date.strftime("%m-%d"), time.strftime("%H:%M"))
        };
        match event {
            Event::ClockStarted { due, .. } => format!("clock→{}", at(due)),
            Event::ClockStopped { why } => format!("stop:{}", word(why)),
            Event::ClockResumed { due } => format!("clock→{}", at(due)),
            Event::Redated { to, steps, .. } => {
                let to = to.as_ref().map(at).unwrap_or_default();
                let steps = steps.iter().map(|step| {
                    let due = step.due.as_ref().map(at).unwrap_or_default();
                    format!(" {}→{due}", placed(&step.step, step.row))
                });
                format!("redated→{to}{}", steps.collect::<String>())
            }
            Event::Extended { to, .. } => format!("extended→{}", at(to)),
            Event::ApplicantAsked { what } => format!("asked:{}", word(what)),
            Event::StepStarted { task } => {
                let unit = task.unit.as_deref().unwrap_or("me");
                let due = task.due.as_ref().map(|due| format!("→{}", at(due)));
                let place = placed(&task.step, task.row);
                format!("+{place}@{unit}{}", due.unwrap_or_default())
            }
            Event::StepDecided(decided) => {
                let sign = decided.authority.as_ref();
                let sign = sign.map(|used| format!("({}{})", used.prefix, used.unit));
                let place = placed(&decided.step, decided.row);
                format!("{place}.{}{}", decided.outcome, sign.unwrap_or_default())
            }
            Event::StepDropped { step, row } => format!("-{}", placed(step, *row)),
            Event::Passed { step, unit, .. } => format!("{step}→{unit}"),
            Event::Rerouted { unit, .. } => format!("case→{unit}"),
            Event::Issued { ending } => format!("issued:{}", word(ending)),
            Event::HandedOver { ending } => format!("handed:{}", word(ending)),
            Event::Stopped { ending, .. } => format!("stopped:{}", word(ending)),
            Event::ApologyPrepared { proposed, .. } => format!("draft→{}", at(proposed)),
            Event::Apologised { authority, .. } => format!("sorry({})", authority.prefix),
            Event::StopOrdered { ground, authority } => {
                format!("form-05:{ground}({})", authority.prefix)
            }
            Event::CorrectionBegun { step, due, .. } => format!("again:{step}→{}", at(due)),
            Event::ConsultationAsked(asked) => {
                format!("ask:{}→{}", asked.unit, at(&asked.due))
            }
            Event::PapersLost(lost) => format!("lost:{}", lost.papers.join(",")),
            Event::LossMadeGood { cost, .. } => format!("good:{cost}"),
            Event::Warned { of, step, row } => {
                let place = step.as_ref().map(|step| format!(":{}", placed(step, *row)));
                format!("{}{}", word(of), place.unwrap_or_default())
            }
            Event::FeeAsked {
                fee,
                amount,
                claimed,
                ..
            } => format!("ask:{fee}={amount}{}", if *claimed { "?" } else { "" }),
            Event::FeePaid(paid) => format!("paid:{}", paid.amount),
            Event::FeeWaived { fee, .. } => format!("waived:{fee}"),
            Event::RefundAsked { amount, .. } => format!("back?{amount}"),
            Event::RefundAnswered { approved, .. } => format!("back:{approved}"),
            other => word(other),
        }
    }
}

/// The word under which a value is stored.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value).expect("serialises") {
        serde_json::Value::String(word) => word,
        serde_json::Value::Object(fields) => {
            let word = fields.get("event").or(fields.get("refusal"));
            word.and_then(|word| word.as_str())
                .expect("a tag")
                .to_owned()
        }
        other => panic!("no word for {other}"),
    }
}

pub fn name_of(refusal: &Refusal) -> String {
    word(refusal)
}

fn placed(step: &str, row: Option<u32>) -> String {
    row.map_or(step.to_owned(), |row| format!("{step}[{row}]"))
}

fn step_and_row(text: &str) -> (String, Option<u32>) {
    match text.trim_end_matches(']').split_once('[') {
        None => (text.to_owned(), None),
        Some((step, row)) => (step.to_owned(), row.parse().ok()),
    }
}

/// The report that a table merges into.
pub fn original() -> Original {
    Original {
        id: CaseId(uuid::Uuid::from_u128(2)),
        code: "H13-2".to_owned(),
        kind: Kind::Report,
        unit: "commune-b".to_owned(),
        merged: false,
        ended: None,
        evidenced: false,
    }
}

/// Each unit and post has one person, told by the word.
pub fn actor(who: &str) -> Actor {
    match who {
        "me" => Actor::Resident(PersonId(uuid::Uuid::from_u128(1))),
        "visitor" => Actor::Visitor,
        "clock" => Actor::Clock,
        "bank" => Actor::Bank,
        unit => Actor::Official {
            id: person(unit),
            unit: unit.trim_end_matches(['^', '\'']).to_owned(),
            post: match unit {
                _ if unit.ends_with('^') => Post::Head,
                _ if unit.ends_with('\'') => Post::DeputyHead,
                _ => Post::Staff,
            },
        },
    }
}

pub fn person(name: &str) -> PersonId {
    let number = name
        .bytes()
        .fold(1000, |sum: u128, byte| sum * 31 + u128::from(byte));
    PersonId(uuid::Uuid::from_u128(number))
}

pub fn opening(text: &str) -> Opening {
    let channel = match text.split_once(' ') {
        Some((_, "counter")) => Channel::Counter,
        _ => Channel::Online,
    };
    Opening {
        id: CaseId(uuid::Uuid::from_u128(1)),
        code: "H13-1".to_owned(),
        channel,
        applicant: Some(PersonId(uuid::Uuid::from_u128(1))),
        applicant_kind: Some(Who::Citizen),
        received_at: None,
        area: None,
        place: None,
        public: true,
        about: None,
    }
}

/// A small city: two communes with desks and land offices, departments, and a unit that has ended.
pub fn organisation() -> Organisation {
    let unit = |code: &str, kind: &str, parent: &str, areas: &[&str]| {
        serde_json::json!({
            "code": code, "name": code, "kind": kind, "areas": areas, "valid_from": "2018-01-01",
            "parent": (!parent.is_empty()).then_some(parent),
        })
    };
    let mut units = vec![
        unit("city", "city", "", &[]),
        unit("centre-1022", "centre-1022", "city", &[]),
        unit("department", "department", "city", &[]),
        unit("works", "works", "department", &[]),
        unit("commune-a", "commune", "city", &["a"]),
        unit("commune-b", "commune", "city", &["b"]),
        unit("desk-a", "one-stop-desk", "commune-a", &["a"]),
        unit("desk-b", "one-stop-desk", "commune-b", &["b"]),
        unit("office", "land-office", "department", &[]),
        unit("office-a", "land-office", "department", &["a"]),
        unit("department-of-construction", "department", "city", &[]),
        unit("city-office", "city-office", "city", &[]),
    ];
    units.push(serde_json::json!({
        "code": "district", "name": "district", "kind": "district", "valid_from": "2004-01-01",
        "valid_to": "2025-06-30", "successors": ["commune-a"],
    }));
    let json = serde_json::json!({ "units": units, "areas": [], "sets": [] });
    serde_json::from_value(json).expect("an organisation")
}

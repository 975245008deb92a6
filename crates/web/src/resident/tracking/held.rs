//! A case as its sender may see it: what was done, what lies ahead, what is asked of them, what they may do.

use super::*;

pub(super) struct Held<'a> {
    pub(super) hall: &'a Hall,
    pub(super) l: Lang,
    pub(super) law: std::sync::Arc<actions::Law>,
    pub(super) now: Moment,
    pub(super) case: Case,
    pub(super) events: Vec<Recorded>,
    pub(super) notes: Vec<store::Note>,
    pub(super) attached: Vec<Attachment>,
    pub(super) answers: Option<service::Answers>,
    /// What the open request to complete the dossier lists.
    pub(super) marks: Vec<service::supplement::Mark>,
    pub(super) key: Option<String>,
    pub(super) wrong_key: bool,
    /// The sender, or an official who handles it.
    pub(super) own: bool,
    /// More than the code alone: public, or own.
    pub(super) known: bool,
    /// The report that this one is handled together with, at the end of all mergings.
    pub(super) original: Option<Case>,
}

impl Held<'_> {
    pub(super) fn track(
        &self,
        title: Option<String>,
        said: Option<String>,
        typed: Typed,
    ) -> Result<Track, Failure> {
        let (l, case) = (self.l, &self.case);
        let published = self
            .law
            .catalogue
            .get(&case.service, case.service_version)
            .ok_or(Failure::NotFound)?;
        let definition = &published.definition;
        let calendar = self.law.calendar_of(case.clock.calendar)?;
        let name = definition.name.get(l.code()).to_owned();
        let mut timeline = self.history(definition);
        timeline.extend(self.ahead(definition));
        let face = clocks::legal(case, calendar, self.now);
        let late = case.life.ended().is_none() && clock::late(&case.clock, self.now);
        Ok(Track {
            code: case.code.clone(),
            kind: case.kind,
            title: title.unwrap_or(name),
            state: match (&case.merged, case.fate()) {
                (None, _) => state_words(l, case),
                (Some(_), None) => l.t("merge.state").to_owned(),
                (Some(_), Some((ending, _))) => ending_words(l, ending),
            },
            state_tone: match (&case.merged, case.fate()) {
                (None, _) => tone(&case.life, late && self.known),
                (Some(_), None) => Tone::Run,
                (Some(_), Some((ending, _))) if rules::process::good(ending) => Tone::Done,
                (Some(_), Some(_)) => Tone::Plain,
            },
            reasons: match definition.kind {
                service::definition::Kind::Report => Reasons::shipped().list.as_slice(),
                _ => &[],
            },
            holder: self.holder(),
            face,
            due: self.due(),
            pauses: self.pauses(),
            stands: self.stands(definition),
            step: case.tasks.first().map(|task| {
                (
                    names::step(l, definition, &task.step),
                    clocks::step(task, calendar, self.now),
                )
            }),
            timeline,
            asked_for: self.sent(definition)?,
            asked: match self.own {
                true => self.asked(definition, &typed)?,
                false => None,
            },
            may: self.may(definition, calendar),
            papers: self.papers(definition),
            fees: self
                .own
                .then(|| crate::money::pay::reminder(l, case, self.key.as_deref()))
                .flatten(),
            handed_out: maud::Markup::default(),
            linked: maud::Markup::default(),
            elsewhere: case.mirror.is_some() && case.whole.is_none(),
            version: case.version,
            key: self.key.clone(),
            said,
            typed,
            progress: progress(case, definition),
            opened: say::moment(l, case.opened),
            sorry: late.then(|| {
                let unit = unit_name(self.hall, &case.unit);
                l.f("track.sorry", &[("unit", &unit)])
            }),
            locked: !self.own,
            bare: !self.known && definition.kind != service::definition::Kind::Report,
            wrong_key: self.wrong_key,
            messages: maud::Markup::default(),
        })
    }

    fn holder(&self) -> Option<String> {
        // A result that is ready lies at the desk; what is over lies with whoever decided it.
        let mut holding = self.case.tasks.iter().map(|task| match &task.unit {
            Some(unit) => unit_name(self.hall, unit),
            None => self.l.t("service.you").to_owned(),
        });
        let over = self.case.life.ended().is_some();
        holding
            .next()
            .or_else(|| over.then(|| unit_name(self.hall, &self.case.unit)))
    }

    fn due(&self) -> String {
        let clock = &self.case.clock;
        match (self.case.fate(), clock.due) {
            (Some((_, at)), _) => self.l.f("track.ended", &[("at", &say::moment(self.l, at))]),
            (None, Some(due)) => self.l.f("track.due", &[("at", &say::moment(self.l, due))]),
            (None, None) => self.l.t("track.no-due").to_owned(),
        }
    }

    /// A result that came early, one that is put right, papers that the city lost.
    fn stands(&self, definition: &Definition) -> Vec<(Tone, String)> {
        if !self.own {
            return self.together().into_iter().collect();
        }
        let (l, case) = (self.l, &self.case);
        let early = lawful::early_words(l, &self.law, definition, case);
        let mut told: Vec<(Tone, String)> =
            early.map(|words| (Tone::Done, words)).into_iter().collect();
        told.extend(
            case.corrections
                .last()
                .map(|one| lawful::correction_words(l, one)),
        );
        told.extend(self.shown());
        let open = case.losses.iter().any(|loss| loss.made_good.is_none());
        told.extend(open.then(|| (Tone::Late, l.t("track.lost").to_owned())));
        told.extend(self.together());
        told
    }

    /// A report that waits for a moderator, or that one took from the public, with the reason.
    fn shown(&self) -> Option<(Tone, String)> {
        let (l, shown) = (self.l, &self.case.shown);
        if shown.waits {
            return Some((Tone::Soon, l.t("moderation.sender-waits").to_owned()));
        }
        if !shown.hidden {
            return None;
        }
        let why = self.events.iter().rev().find_map(|one| match one.event {
            Event::Moderated {
                deed: Deed::Hide,
                why,
            } => Some(why),
            _ => None,
        });
        let note = self.notes.iter().find(|note| Some(Some(note.id)) == why);
        let why = note.and_then(|note| note.text.clone()).unwrap_or_default();
        let says = l.f("moderation.sender-hidden", &[("why", &why)]);
        Some((Tone::Stopped, says))
    }

    /// How the report stands that this one was merged into. Its code is told where anybody may see it, nothing else of
    /// it ever.
    fn together(&self) -> Option<(Tone, String)> {
        let (l, original) = (self.l, self.original.as_ref().filter(|_| self.known)?);
        let (member, code) = match original.public {
            true => ("with", original.code.as_str()),
            false => ("with-hidden", ""),
        };
        Some(match original.life.ended() {
            Some((ending, at)) => {
                let tone = match rules::process::good(ending) {
                    true => Tone::Done,
                    false => Tone::Plain,
                };
                let member = format!("{member}-ended");
                let (state, at) = (ending_words(l, ending), say::moment(l, at));
                (
                    tone,
                    l.of(
                        "merge",
                        &member,
                        &[("code", &code), ("state", &state), ("at", &at)],
                    ),
                )
            }
            None => {
                let state = state_words(l, original);
                (
                    Tone::Run,
                    l.of("merge", member, &[("code", &code), ("state", &state)]),
                )
            }
        })
    }

    /// Why the date moved, and every time the clock stood.
    fn pauses(&self) -> Vec<String> {
        let (l, clock) = (self.l, &self.case.clock);
        let mut told = Vec::new();
        for pause in &clock.intervals {
            let Some(why) = pause.stopped.filter(|why| *why != Stopped::Ended) else {
                continue;
            };
            let (why, from) = (why_stopped(l, why), say::short(pause.from));
            told.push(match pause.to {
                Some(to) => l.f(
                    "track.pause",
                    &[("why", &why), ("from", &from), ("to", &say::short(to))],
                ),
                None => l.f("track.pause-now", &[("why", &why), ("from", &from)]),
            });
        }
        if let (Some(first), Some(due)) = (clock.first_due, clock.due)
            && first != due
        {
            told.push(l.f("track.first-due", &[("at", &say::moment(l, first))]));
        }
        told
    }

    /// What happened, as the sender is told: no names of officials, no words among officials.
    fn history(&self, definition: &Definition) -> Vec<Entry> {
        let events: Vec<Recorded> = self
            .events
            .iter()
            .filter_map(|recorded| self.told(recorded, definition))
            .collect();
        let notes: HashMap<NoteId, String> = self
            .notes
            .iter()
            .filter_map(|note| Some((note.id, note.text.clone()?)))
            .collect();
        let photos = self.photos();
        Teller {
            l: self.l,
            law: &self.law,
            definition,
            people: &People::new(),
            notes: &notes,
            photos: &photos,
        }
        .entries(&events)
    }

    fn told(&self, recorded: &Recorded, definition: &Definition) -> Option<Recorded> {
        let mut told = recorded.clone();
        match &mut told.event {
            Event::Claimed { .. }
            | Event::Released { .. }
            | Event::StepDropped { .. }
            | Event::Directed { .. }
            | Event::ApologyPrepared { .. }
            // What is asked of another unit stays inside; whose part it is shows with its step.
            | Event::ConsultationAsked(_)
            | Event::TakenUp
            | Event::TakenBack { .. }
            // Which units help stays inside; the report is one.
            | Event::WorkShared(_)
            | Event::SharedWorkEnded { .. }
            // The clock and the step under way have their own places on the page.
            | Event::ClockStarted { .. } => return None,
            Event::StepStarted { task } if self.case.task(&task.step, task.row).is_some() => {
                return None;
            }
            Event::Warned { of, step, .. } => {
                let late = *of == rules::case::event::Warning::Late && step.is_none();
                return late.then_some(told);
            }
            Event::Noted { public, .. } => return (*public && self.own).then_some(told),
            // Who collected is told to whom the case belongs, without the words about them.
            Event::Collected(collected) => {
                collected.note = None;
                return self.own.then_some(told);
            }
            Event::PartOf { .. } => return None,
            // What a moderator did and why is between them and the sender; that somebody looked is nobody's news.
            Event::Moderated { deed: Deed::Keep, .. } => return None,
            Event::Moderated { .. } | Event::ReviewAwaited => return self.own.then_some(told),
            // What they write is for whoever works on it.
            Event::PartnerSaid { note, .. } => *note = None,
            Event::PapersReceived(_) | Event::CodedElsewhere { .. } => {
                return self.own.then_some(told);
            }
            Event::Attached { file, .. } => {
                let shown = self.shows(file);
                return shown.then_some(told);
            }
            // What is paid is between the sender and the desk; what officials tell each other stays inside.
            Event::FeeAsked { .. }
            | Event::FeePaid(_)
            | Event::FeeWaived { .. }
            | Event::WaiverRejected { .. }
            | Event::Refunded { .. } => return self.own.then_some(told),
            Event::PaymentVoided { why, .. }
            | Event::RefundAsked { note: why, .. }
            | Event::RefundAnswered { note: why, .. } => {
                *why = None;
                return self.own.then_some(told);
            }
            Event::Passed { to, why, .. } => {
                *to = None;
                *why = None;
            }
            Event::Rerouted { why, .. } => *why = None,
            Event::StepDecided(decided) => {
                if !self.own || !self.meant_for_sender(definition, &decided.step, &decided.outcome)
                {
                    decided.note = None;
                }
                decided.files.retain(|file| self.shows(file));
            }
            Event::Extended { why, .. }
            | Event::WithdrawalAsked { why }
            | Event::WithdrawalRefused { why }
            | Event::NotAccepted { why }
            | Event::Stopped { why, .. }
            | Event::Reopened { why }
            | Event::ErrorReported { why }
            | Event::ErrorDeclined { why }
            | Event::CorrectionBegun { why, .. }
                if !self.own =>
            {
                *why = None;
            }
            Event::PapersLost(lost) => {
                lost.why = lost.why.filter(|_| self.own);
                return self.own.then_some(told);
            }
            Event::LossMadeGood { note, .. } => {
                *note = None;
                return self.own.then_some(told);
            }
            Event::Rated { note, .. } if !self.own => *note = None,
            Event::LookedAgain(looked) => {
                looked.note = looked.note.filter(|_| self.own);
                looked.files.clear();
            }
            Event::RatedFor { .. } => return self.own.then_some(told),
            // Of another report only what anybody may know.
            Event::Merged { code, .. } if !self.original.as_ref().is_some_and(|one| one.public) => {
                code.clear();
            }
            Event::Forwarded(asked) => asked.question = NoteId::new(recorded.at, [0; 10]),
            Event::OutsideSaid(said) => {
                said.note = None;
                said.files.retain(|file| self.shows(file));
            }
            Event::Recategorised(as_what) if !self.own => as_what.why = None,
            Event::Unmerged { why, .. } if !self.own => *why = None,
            _ => {}
        }
        Some(told)
    }

    /// A reason that goes to the sender: it asks them, it ends the case, or it is the approved answer.
    fn meant_for_sender(&self, definition: &Definition, step: &str, outcome: &str) -> bool {
        let flow = Flow::of(definition);
        let Some(step) = flow.step(step) else {
            return false;
        };
        let by_sender = |step: &service::definition::Step| step.by == rules::case::state::APPLICANT;
        if by_sender(step) {
            return true;
        }
        let way = step.outcomes.iter().find(|way| way.code == outcome);
        match way.map(|way| &way.to) {
            Some(Move::End(_)) => true,
            Some(Move::Step(to)) => flow.step(to).is_some_and(|to| {
                by_sender(to) || to.outcomes.iter().all(|way| matches!(way.to, Move::End(_)))
            }),
            Some(Move::Next) => self.case.life.ended().is_some(),
            None => false,
        }
    }

    /// Files the viewer may see: public ones, and to the sender their own and the proof of the work.
    fn shows(&self, hash: &str) -> bool {
        let sent = self.events.iter().any(|recorded| {
            matches!(&recorded.event, Event::Attached { file, .. } if file == hash)
                && matches!(recorded.actor, Actor::Visitor | Actor::Resident(_))
        });
        self.attached
            .iter()
            .filter(|file| file.hash == hash)
            .any(|file| file.public || (self.own && (sent || file.what == "photo-after")))
    }

    fn small(&self, file: &Attachment) -> Option<&Attachment> {
        let mark = format!("{THUMBNAIL}{}", file.hash);
        self.attached
            .iter()
            .find(|other| other.what.ends_with(&mark))
    }

    fn file_address(&self, hash: &str) -> String {
        let code = &self.case.code;
        match &self.key {
            Some(key) => format!("/cases/{code}/files/{hash}?key={key}"),
            None => format!("/cases/{code}/files/{hash}"),
        }
    }

    fn photos(&self) -> HashMap<String, (String, String)> {
        self.attached
            .iter()
            .filter_map(|file| {
                let small = self.small(file)?;
                let says = self.l.perhaps("file", &file.what).unwrap_or(&file.name);
                Some((
                    file.hash.clone(),
                    (self.file_address(&small.hash), says.to_owned()),
                ))
            })
            .collect()
    }

    /// What was handed in beside pictures.
    fn papers(&self, definition: &Definition) -> Vec<(String, String)> {
        self.attached
            .iter()
            .filter(|file| !file.what.contains(THUMBNAIL) && file.what != PHOTO)
            .filter(|file| file.what != "photo-after" && self.shows(&file.hash))
            .map(|file| {
                let document = definition.documents.iter().find(|d| d.code == file.what);
                let name = document.map_or(file.name.as_str(), |d| d.label.get(self.l.code()));
                (self.file_address(&file.hash), name.to_owned())
            })
            .collect()
    }

    /// Where it is now, and the steps still to come on the usual road.
    fn ahead(&self, definition: &Definition) -> Vec<Entry> {
        let entry = |mark, title: String, under: String| Entry {
            mark,
            title,
            under,
            note: None,
            photos: Vec::new(),
        };
        if !self.known || self.case.life.ended().is_some() {
            return Vec::new();
        }
        let mut ahead: Vec<Entry> = self
            .case
            .tasks
            .iter()
            .map(|task| {
                let name = names::step(self.l, definition, &task.step);
                let who = match &task.unit {
                    Some(unit) => unit_name(self.hall, unit),
                    None => self.l.t("service.you").to_owned(),
                };
                entry(Mark::Now, name, who)
            })
            .collect();
        let flow = Flow::of(definition);
        let at = current(&self.case, flow);
        let rest = flow.nodes().iter().take(flow.main_line());
        for node in rest.skip(at.map_or(usize::MAX, |at| at + 1)) {
            let name = match node {
                Node::Step(step) if step.when.is_some() => continue,
                Node::Step(step) => &step.name,
                Node::Parallel { name, .. } | Node::Each { name, .. } => name,
            };
            let name = name.get(self.l.code());
            if !name.is_empty() {
                ahead.push(entry(Mark::Next, name.to_owned(), String::new()));
            }
        }
        ahead
    }

    /// Their own answers, as they gave them.
    fn sent(&self, definition: &Definition) -> Result<Vec<(String, String)>, Failure> {
        let Some(answers) = &self.answers else {
            return Ok(Vec::new());
        };
        let l = self.l;
        let (areas, units) = (areas(self.hall)?, units(self.hall)?);
        let scope = Scope::of(definition, answers).channel(self.case.channel);
        let mut told = Vec::new();
        for at in walk::pages(definition, &scope) {
            let mut here = scope;
            let page = definition.form.get(at.index);
            if let (Some(row), Some(repeat)) = (at.row, page.and_then(|p| p.repeat.as_ref())) {
                here = here.row(&repeat.code, row);
            }
            let sheet = Sheet {
                lang: l,
                scope: here,
                problems: &[],
                areas: &areas,
                units: &units,
                known: &[],
                map: None,
            };
            for field in walk::fields(definition, &scope, at) {
                if let Some(words) = answer_words(&sheet, field) {
                    told.push((field.label.get(l.code()).to_owned(), words));
                }
            }
        }
        Ok(told)
    }
}

/// The outcome that only the clock takes.
pub(super) const LAPSED: &str = "lapsed";

fn tone(life: &Life, late: bool) -> Tone {
    match life {
        _ if late => Tone::Late,
        Life::AwaitingSupplement { .. } | Life::AwaitingPayment { .. } => Tone::Soon,
        Life::WithdrawalAsked { .. } => Tone::Stopped,
        Life::Decided { .. } | Life::HandedOver { .. } => Tone::Done,
        Life::NotAccepted { .. } | Life::Stopped { .. } => Tone::Plain,
        Life::Registered | Life::Accepted { .. } | Life::InProgress | Life::Correcting { .. } => {
            Tone::Run
        }
    }
}

/// The place of the work under way on the main line; `None` beside it.
fn current(case: &Case, flow: Flow<'_>) -> Option<usize> {
    let places = case.tasks.iter().filter_map(|task| flow.find(&task.step));
    places
        .map(|(place, _)| place.node)
        .filter(|node| *node < flow.main_line())
        .min()
}

fn progress(case: &Case, definition: &Definition) -> Option<(usize, usize)> {
    let flow = Flow::of(definition);
    let of = flow.main_line();
    match case.life.ended() {
        Some(_) => None,
        None => current(case, flow).map(|at| (at + 1, of)),
    }
}

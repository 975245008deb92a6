//! The hotline: what an exchange tells of a call, who takes it, what it came to. Absent: how a report is opened (that is
//! [`City::open`], whoever calls).

use jiff::SignedDuration;
use jiff::civil::Date;
use rules::Moment;
use rules::case::{Case, Refusal};
use rules::hotline::{Call, Direction, Outcome, Said, TYPED, Wrap, number};
use rules::ids::{CallId, CaseId, UnitCode};
use rules::organisation::Unit;
use rules::person::{Official, Person};
use service::applicant::Applicant;
use service::definition::Post;
use store::{HotlineSaid, StoreError};

use crate::change::published;
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::look::Purpose;

/// The kind of unit that answers the hotline.
pub const CENTRE: &str = "centre-1022";
/// How far ahead of ours an exchange's clock may be, and how long it may try to tell something.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
const BEHIND: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What an exchange tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTold {
    pub system: String,
    /// Its name for this saying, and for the call.
    pub event: String,
    pub call: String,
    pub said: Said,
    pub at: Moment,
    pub direction: Direction,
    /// As the exchange writes it; empty where it is withheld.
    pub number: String,
    pub line: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeardCall {
    Fresh(Box<Call>),
    /// It was told before; nothing changed.
    Known,
    /// The moment cannot be: too old, or from the future.
    NoSuchMoment,
}

/// The unit that answers the hotline on a day.
pub fn centre(law: &Law, day: Date) -> Option<&Unit> {
    law.organisation.units_on(day).find(|u| u.kind == CENTRE)
}

impl City {
    /// Takes in what an exchange says: each saying once, in any order.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn hear_call(&self, told: CallTold) -> Result<HeardCall, ActionError> {
        let now = self.now();
        if told.at > now + AHEAD || told.at < now - BEHIND {
            return Ok(HeardCall::NoSuchMoment);
        }
        let id = CallId::new(now, self.chance());
        let heard: Result<HeardCall, StoreError> = self
            .writer()
            .run("hear-call", move |tx| {
                let told = told.clone();
                Box::pin(async move {
                    let known = tx.call_to_change(&told.system, &told.call).await?;
                    let said = HotlineSaid {
                        system: told.system.clone(),
                        event: told.event.clone(),
                        call: known.as_ref().map_or(id, |call| call.id),
                        said: told.said,
                        at: told.at,
                        came: now,
                    };
                    if !tx.note_said(&said).await? {
                        return Ok(HeardCall::Known);
                    }
                    let hear = |call: &mut Call| {
                        call.hear(told.said, told.at, told.line.as_deref());
                        call.number = call.number.take().or_else(|| number(&told.number));
                    };
                    let mut call = blank(id, &told.system, &told.call, told.direction);
                    hear(&mut call);
                    if known.is_none() {
                        tx.add_call(&call, now).await?;
                    }
                    // Of two servers that heard of it at once one added it; the other adds to that.
                    let kept = tx.call_to_change(&told.system, &told.call).await?;
                    let mut kept =
                        kept.ok_or_else(|| StoreError::corrupt("a call just written"))?;
                    if kept.id != id {
                        hear(&mut kept);
                        tx.change_call(&kept, now).await?;
                    }
                    let call = kept;
                    Ok(HeardCall::Fresh(Box::new(call)))
                })
            })
            .await;
        Ok(heard?)
    }

    /// Whoever works at the hotline, with its unit.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] for everybody else: the page is not theirs.
    pub fn operator<'p>(
        &self,
        person: &'p Person,
    ) -> Result<(&'p Official, UnitCode), ActionError> {
        let (official, unit, _) = self.at_hotline(person)?;
        Ok((official, unit))
    }

    /// Whether the person heads the hotline, or the unit above it.
    pub fn supervises_hotline(&self, person: &Person) -> bool {
        self.at_hotline(person)
            .is_ok_and(|(_, _, post)| post >= Post::DeputyHead)
    }

    fn at_hotline<'p>(
        &self,
        person: &'p Person,
    ) -> Result<(&'p Official, UnitCode, Post), ActionError> {
        let law = self.law();
        let today = law.calendar()?.local(self.now()).0;
        let centre = centre(&law, today).ok_or(ActionError::NotFound)?;
        let Person::Official(official) = person else {
            return Err(ActionError::NotFound);
        };
        let seats = official.seats.iter();
        let post = seats
            .filter(|seat| seat.unit == centre.code)
            .map(|seat| seat.post)
            .max();
        Ok((
            official,
            centre.code.clone(),
            post.ok_or(ActionError::NotFound)?,
        ))
    }

    /// An operator takes a call that rings, or one that a colleague has.
    ///
    /// # Errors
    /// [`ActionError::NotFound`]; [`Refusal::HeldByAnother`] where its wrap-up is written already by another.
    pub async fn take_call(&self, person: &Person, id: CallId) -> Result<Call, ActionError> {
        let operator = self.operator(person)?.0.id;
        let now = self.now();
        self.writer()
            .run("take-call", move |tx| {
                Box::pin(async move {
                    let mut call = tx.call_by_id(id).await?.ok_or(ActionError::NotFound)?;
                    if call.wrapped.is_some() && call.operator != Some(operator) {
                        return Err(Refusal::HeldByAnother.into());
                    }
                    call.operator = Some(operator);
                    tx.change_call(&call, now).await?;
                    Ok(call)
                })
            })
            .await
    }

    /// A call that no exchange tells of: somebody calls, or is called back.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where one does not work at the hotline.
    pub async fn begin_call(
        &self,
        person: &Person,
        direction: Direction,
        to: Option<String>,
        back_to: Option<CallId>,
        case: Option<CaseId>,
    ) -> Result<Call, ActionError> {
        let operator = self.operator(person)?.0.id;
        let now = self.now();
        let id = CallId::new(now, self.chance());
        let mut call = blank(id, TYPED, &id.to_string(), direction);
        call.number = to;
        call.operator = Some(operator);
        call.back_to = back_to;
        call.wrap.case = case;
        call.hear(Said::Answered, now, None);
        let new = call.clone();
        let written: Result<(), StoreError> = self
            .writer()
            .run("begin-call", move |tx| {
                let call = call.clone();
                Box::pin(async move { tx.add_call(&call, now).await })
            })
            .await;
        written?;
        Ok(new)
    }

    /// Writes what a call came to. `reached`: of a call out, whether somebody answered.
    ///
    /// # Errors
    /// [`ActionError::NotFound`]; [`Refusal::HeldByAnother`] where it is a colleague's and one is not their head.
    pub async fn wrap_up(
        &self,
        person: &Person,
        id: CallId,
        wrap: Wrap,
        reached: bool,
    ) -> Result<Call, ActionError> {
        let operator = self.operator(person)?.0.id;
        let heads = self.supervises_hotline(person);
        let now = self.now();
        self.writer()
            .run("wrap-up", move |tx| {
                let wrap = wrap.clone();
                Box::pin(async move {
                    let mut call = tx.call_by_id(id).await?.ok_or(ActionError::NotFound)?;
                    let mine = call.operator.is_none_or(|one| one == operator);
                    if !mine && !heads {
                        return Err(Refusal::HeldByAnother.into());
                    }
                    call.operator = call.operator.or(Some(operator));
                    if call.system == TYPED {
                        call.ended = call.ended.or(Some(now));
                        if call.direction == Direction::Out && !reached {
                            call.answered = None;
                        }
                    }
                    // Somebody spoke, though the exchange did not tell of it yet: at the latest now. What it tells
                    // later, and of an earlier moment, counts.
                    if reached && wrap.outcome != Some(Outcome::Nothing) {
                        call.answered = call.answered.or(Some(now));
                    }
                    if wrap.follow_up != call.wrap.follow_up {
                        call.followed = None;
                    }
                    call.wrap = wrap;
                    call.wrapped = Some(now);
                    tx.change_call(&call, now).await?;
                    if let (Some(first), true) = (call.back_to, reached)
                        && let Some(mut first) = tx.call_by_id(first).await?
                        && first.followed.is_none()
                    {
                        first.followed = Some(now);
                        tx.change_call(&first, now).await?;
                    }
                    Ok(call)
                })
            })
            .await
    }

    /// An operator says at which extension they sit.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where one does not work at the hotline.
    pub async fn sit_at(&self, person: &Person, line: &str) -> Result<(), ActionError> {
        let operator = self.operator(person)?.0.id;
        let (now, line) = (self.now(), line.to_owned());
        let written: Result<(), StoreError> = self
            .writer()
            .run("sit-at", move |tx| {
                let line = line.clone();
                Box::pin(async move { tx.save_line(operator, &line, now).await })
            })
            .await;
        Ok(written?)
    }

    /// Cases that gave this number as the applicant's, newest first. Each look is written down before it is shown.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where one does not work at the hotline.
    pub async fn cases_of_caller(
        &self,
        person: &Person,
        caller: &str,
        most: u32,
    ) -> Result<Vec<Case>, ActionError> {
        let operator = self.operator(person)?.0.id;
        let law = self.law();
        let mut found = Vec::new();
        for id in self.reader().cases_of_person(caller, most * 4).await? {
            let Some(case) = self.reader().case_for_counter(id).await? else {
                continue;
            };
            let Some((_, answers)) = self.reader().answers(id).await? else {
                continue;
            };
            let Ok(published) = published(&law, &case) else {
                continue;
            };
            let phone = Applicant::of(&published.definition, &answers).phone;
            // The search knows beginnings of words; here it is the whole number.
            if phone.and_then(|phone| number(&phone)).as_deref() == Some(caller)
                && found.len() < most as usize
            {
                found.push(case);
            }
        }
        for case in &found {
            self.look(operator, case.id, Purpose::Hotline).await?;
        }
        Ok(found)
    }
}

fn blank(id: CallId, system: &str, foreign: &str, direction: Direction) -> Call {
    Call {
        id,
        system: system.to_owned(),
        foreign: foreign.to_owned(),
        direction,
        number: None,
        line: None,
        line_since: None,
        operator: None,
        rang: None,
        answered: None,
        ended: None,
        transfers: 0,
        back_to: None,
        wrap: Wrap::default(),
        wrapped: None,
        followed: None,
    }
}

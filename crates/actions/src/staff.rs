//! Who is away and who does their work; all work of one account moved to another.

use jiff::civil::Date;
use rules::case::Refusal;
use rules::duty::{self, Act};
use rules::ids::{CaseCode, PersonId, StandInId};
use rules::person::{Official, Person, Power, Seat};
use rules::stand_in::{self, StandIn, Wrong};
use service::definition::Post;

use crate::change::{Change, Verb};
use crate::city::City;
use crate::error::ActionError;

/// Somebody else for the days of an absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    pub absent: PersonId,
    pub person: PersonId,
    pub first: Date,
    pub last: Date,
    pub why: String,
}

/// What became of all the work of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    pub moved: u32,
    /// Those that could not go, with the reason; they stay where they are and can be tried again.
    pub left: Vec<(CaseCode, Refusal)>,
}

impl City {
    /// Enters who stands in for whom.
    ///
    /// # Errors
    /// [`ActionError::StandIn`] with what is wrong; [`Refusal::NotYours`] where the person leads no unit of
    /// the absent one.
    pub async fn stand_in(
        &self,
        person: &Person,
        absence: Absence,
    ) -> Result<StandInId, ActionError> {
        let leader = manager(person)?;
        let (now, today) = (self.now(), self.law().calendar()?.local(self.now()).0);
        let seats = self.seats_of(absence.absent).await?;
        if !leads(leader, &seats) {
            return Err(Refusal::NotYours.into());
        }
        let theirs = self.seats_of(absence.person).await?;
        if !theirs
            .iter()
            .any(|own| seats.iter().any(|seat| seat.unit == own.unit))
        {
            return Err(ActionError::StandIn(Wrong::OtherUnit));
        }
        let one = StandIn {
            id: StandInId::new(now, self.chance()),
            absent: absence.absent,
            person: absence.person,
            first: absence.first,
            last: absence.last,
            why: absence.why,
            entered_by: leader.id,
        };
        let id = one.id;
        self.writer()
            .run("stand in", move |tx| {
                let one = one.clone();
                Box::pin(async move {
                    let known = tx.stand_ins(one.first.min(today)).await?;
                    stand_in::judge(&one, &known, today).map_err(ActionError::StandIn)?;
                    tx.save_stand_in(&one, now).await?;
                    Ok::<_, ActionError>(())
                })
            })
            .await?;
        self.reload().await?;
        Ok(id)
    }

    /// The absent person is back: yesterday was the last day.
    ///
    /// # Errors
    /// [`ActionError::NotFound`]; [`Refusal::NotYours`].
    pub async fn end_stand_in(&self, person: &Person, id: StandInId) -> Result<(), ActionError> {
        let leader = manager(person)?;
        let today = self.law().calendar()?.local(self.now()).0;
        let known = self.reader().stand_ins(today).await?;
        let one = known.into_iter().find(|one| one.id == id);
        let one = one.ok_or(ActionError::NotFound)?;
        if !leads(leader, &self.seats_of(one.absent).await?) {
            return Err(Refusal::NotYours.into());
        }
        let last = today.yesterday().unwrap_or(today);
        self.writer()
            .run("stand in", move |tx| {
                Box::pin(async move { tx.end_stand_in(id, last).await })
            })
            .await?;
        self.reload().await
    }

    /// Every task that `from` holds goes to `to`, one case at a time: cut short, it goes on where it stopped.
    ///
    /// # Errors
    /// [`Refusal::NotYours`]; [`Refusal::ReasonRequired`]; where the memory does not answer.
    pub async fn move_work(
        &self,
        person: &Person,
        from: PersonId,
        to: PersonId,
        why: &str,
    ) -> Result<Moved, ActionError> {
        let leader = manager(person)?;
        if !leads(leader, &self.seats_of(from).await?) {
            return Err(Refusal::NotYours.into());
        }
        if why.trim().is_empty() {
            return Err(Refusal::ReasonRequired.into());
        }
        let mut moved = Moved::default();
        for (case, step, row) in self.reader().held_by(from).await? {
            let change = Change {
                words: Some(why.to_owned()),
                ..Change::new(case, Verb::Reassign { step, row, to })
            };
            match self.change_as(Some(person), change).await {
                Ok(_) => moved.moved += 1,
                Err(ActionError::Refused(refusal)) => {
                    let head = self.reader().head(case).await?;
                    moved.left.push((head.unwrap_or_default().0, refusal));
                }
                // Somebody decided it meanwhile.
                Err(ActionError::Meanwhile(_) | ActionError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(moved)
    }

    /// Seats held, not widened; none where there is no such official.
    async fn seats_of(&self, id: PersonId) -> Result<Vec<Seat>, ActionError> {
        match self.reader().person(id, self.now()).await? {
            Some(Person::Official(official)) => Ok(official.seats),
            _ => Ok(Vec::new()),
        }
    }
}

fn manager(person: &Person) -> Result<&Official, ActionError> {
    duty::may(person, &Act::ManageStaff, None)?;
    match person {
        Person::Official(official) => Ok(official),
        Person::Nobody | Person::Bearer { .. } | Person::Resident { .. } => {
            Err(Refusal::NotYours.into())
        }
    }
}

/// An administrator's, or who is head or deputy head of a unit where they sit (not over one's own head).
pub fn leads(leader: &Official, seats: &[Seat]) -> bool {
    leader.powers.contains(&Power::Administrator)
        || seats.iter().any(|seat| {
            let mut own = leader.seats.iter();
            own.any(|own| {
                own.unit == seat.unit && own.post >= Post::DeputyHead && own.post >= seat.post
            })
        })
}

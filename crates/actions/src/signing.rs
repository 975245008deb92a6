//! What is an official's to sign today, and by which right. Signing itself is a decision like any other
//! ([`City::change`]), where the right is looked up once more in the same transaction.

use rules::authority::{self, Grant};
use rules::case::event::StepDecided;
use rules::case::{Case, Context, Event, Given, Recorded, Refusal};
use rules::mandate::Mandate;
use rules::paper::{Call, calls};
use rules::person::{Actor, Official, Seat};
use rules::process::{Flow, carries_on};
use service::definition::Step;
use store::{Held, InboxFilter, InboxLine, InboxPage};

use crate::change::published;
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::mandates::signing;
use crate::papers::Dossier;

/// A step that signs and waits at one of the official's units.
#[derive(Debug, Clone)]
pub struct ToSign {
    pub line: InboxLine,
    /// By which grant they would sign; `None`: by the step's own place in the process.
    pub right: Result<Option<Grant>, Refusal>,
}

impl City {
    /// Steps that sign at the official's units, the most urgent first.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn to_sign(
        &self,
        official: &Official,
        most: u32,
    ) -> Result<Vec<ToSign>, ActionError> {
        let law = self.law();
        let today = law.calendar()?.local(self.now()).0;
        let (_, steps) = signing(&law.catalogue.all(today).collect::<Vec<_>>());
        let filter = InboxFilter {
            held: Held::Any,
            steps: Some(steps),
            ..InboxFilter::default()
        };
        let page = InboxPage { after: None, most };
        let lines = self.reader().inbox(official, &filter, &page).await?;
        let register = self.reader().mandates().await?;
        let mut found = Vec::new();
        for line in lines {
            let published = published(&law, &line.state)?;
            let flow = Flow::of(&published.definition);
            let step = flow.step(&line.step).filter(|step| step.signs.is_some());
            let Some(step) = step else {
                continue;
            };
            let right = self
                .right(&law, official, &line.state, step, &register)
                .await?;
            found.push(ToSign { line, right });
        }
        Ok(found)
    }

    /// The dossier as it would stand if the official signed this step now, and the paper that would call for. Nothing is
    /// changed; `None` where signing makes no paper.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where the step signs nothing; the refusal where the official may not sign today.
    pub async fn would_sign(
        &self,
        official: &Official,
        mut dossier: Dossier,
        step: &str,
    ) -> Result<Option<(Dossier, Call)>, ActionError> {
        let (law, case) = (self.law(), &dossier.case);
        let published = published(&law, case)?;
        let definition = &published.definition;
        let flow = Flow::of(definition);
        let task = case.tasks.iter().find(|task| task.step == step);
        let step = flow.step(step).filter(|step| step.signs.is_some());
        let (Some(task), Some(step)) = (task, step) else {
            return Err(ActionError::NotFound);
        };
        let register = self.reader().mandates().await?;
        let grant = self.right(&law, official, case, step, &register).await??;
        let seat = seat(official, case, step).ok_or(Refusal::NoAuthority)?;
        let forward = step.outcomes.iter().find(|way| carries_on(way));
        let Some(forward) = forward else {
            return Ok(None);
        };
        let signed = Recorded {
            case: case.id,
            version: case.version + 1,
            at: self.now(),
            actor: actor(official, seat),
            event: Event::StepDecided(Box::new(StepDecided {
                step: step.code.clone(),
                row: task.row,
                outcome: forward.code.clone(),
                note: None,
                files: Vec::new(),
                authority: grant.map(Into::into),
            })),
        };
        let call = calls(definition, std::slice::from_ref(&signed)).pop();
        dossier
            .people
            .extend(self.reader().names(&[official.id]).await?);
        dossier.events.push(signed);
        Ok(call.map(|call| (dossier, call)))
    }

    async fn right(
        &self,
        law: &Law,
        official: &Official,
        case: &Case,
        step: &Step,
        register: &[Mandate],
    ) -> Result<Result<Option<Grant>, Refusal>, ActionError> {
        let published = published(law, case)?;
        let flow = Flow::of(&published.definition);
        let Some(role) = flow.role(&step.by) else {
            return Ok(Ok(None));
        };
        let Some(seat) = seat(official, case, step) else {
            return Ok(Err(Refusal::NoAuthority));
        };
        if !authority::needs_grant(role) {
            return Ok(match seat.post >= role.post {
                true => Ok(None),
                false => Err(Refusal::NoAuthority),
            });
        }
        let answers = self.reader().answers(case.id).await?.unwrap_or_default().1;
        let actor = actor(official, seat);
        let given = Given {
            mandates: register,
            ..Given::new(
                self.now(),
                &actor,
                (&published.definition, published.number),
                &answers,
                law.calendar_of(case.clock.calendar)?,
                &law.organisation,
            )
        };
        let grant = authority::grant_for(role, &actor, &Context::of(&given, case));
        Ok(grant.map(Some))
    }
}

/// Where the official sits in the unit that has the step.
fn seat<'a>(official: &'a Official, case: &Case, step: &Step) -> Option<&'a Seat> {
    let task = case.tasks.iter().find(|task| task.step == step.code);
    let unit = task.and_then(|task| task.unit.as_ref());
    let unit = unit.unwrap_or(&case.unit);
    let seats = official.own.iter().filter(|seat| seat.unit == *unit);
    seats.max_by_key(|seat| seat.post)
}

fn actor(official: &Official, seat: &Seat) -> Actor {
    Actor::Official {
        id: official.id,
        unit: seat.unit.clone(),
        post: seat.post,
    }
}

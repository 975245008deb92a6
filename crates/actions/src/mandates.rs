//! The register of mandates: one person enters, a second confirms; then signing steps under way go to whoever
//! may sign today.

use jiff::civil::Date;
use rules::authority;
use rules::case::Refusal;
use rules::duty::{self, Act};
use rules::ids::{CaseId, MandateId};
use rules::mandate::{self, Entered, Entry, Mandate, Terms};
use rules::person::{Official, Person};
use service::definition::{Definition, Node, Step};

use crate::change::{Change, Verb};
use crate::city::City;
use crate::error::ActionError;

/// Cases read at a time.
const PAGE: u32 = 500;

impl City {
    /// Enters a mandate; it holds once a second person confirms it.
    ///
    /// # Errors
    /// [`ActionError::Mandate`] with what is wrong; [`Refusal::NotYours`].
    pub async fn propose_mandate(
        &self,
        person: &Person,
        terms: Terms,
    ) -> Result<MandateId, ActionError> {
        let official = keeper(person)?;
        if !mandate::may_propose(official, &terms) {
            return Err(mandate::Wrong::NotYours.into());
        }
        let (law, now) = (self.law(), self.now());
        let today = law.calendar()?.local(now).0;
        mandate::judge(&terms, &law.organisation, today)?;
        let every: Vec<&Definition> = law.catalogue.all(today).map(|p| &p.definition).collect();
        authority::may_give(
            &terms,
            |service| law.catalogue.current(service, today).map(|p| &p.definition),
            &every,
            &self.reader().mandates().await?,
            &law.organisation,
            today,
        )?;
        let id = MandateId::new(now, self.chance());
        let entry = Entry::Proposed {
            terms: Box::new(terms),
        };
        let entered = Entered {
            at: now,
            by: official.id,
            entry,
        };
        self.writer()
            .run("mandate", move |tx| {
                let entered = entered.clone();
                Box::pin(async move { tx.enter_mandate(id, 1, &entered).await })
            })
            .await?;
        self.reload().await?;
        Ok(id)
    }

    /// Confirms, rejects or proposes the end. `seen`: how many entries the page showed.
    ///
    /// # Errors
    /// [`ActionError::Mandate`] with the reason; [`ActionError::Meanwhile`] where somebody was faster.
    pub async fn enter_mandate(
        &self,
        person: &Person,
        id: MandateId,
        seen: u32,
        entry: Entry,
    ) -> Result<Mandate, ActionError> {
        let official = keeper(person)?.clone();
        let (law, now) = (self.law(), self.now());
        let today = law.calendar()?.local(now).0;
        let counts = matches!(entry, Entry::Confirmed | Entry::EndConfirmed);
        let mandate = self
            .writer()
            .run("mandate", move |tx| {
                let (official, entry) = (official.clone(), entry.clone());
                Box::pin(async move {
                    let register = tx.mandates().await?;
                    let known = register.into_iter().find(|mandate| mandate.id == id);
                    let mut known = known.ok_or(ActionError::NotFound)?;
                    if known.history.len() != seen as usize {
                        return Err(ActionError::Meanwhile(Vec::new()));
                    }
                    known.may_enter(&official, &entry, today)?;
                    let entered = Entered {
                        at: now,
                        by: official.id,
                        entry,
                    };
                    tx.enter_mandate(id, seen + 1, &entered).await?;
                    known.history.push(entered);
                    Mandate::of(id, known.history).ok_or(ActionError::NotFound)
                })
            })
            .await?;
        self.reload().await?;
        if counts {
            self.reseat().await?;
        }
        Ok(mandate)
    }

    /// Every step that signs and is under way goes to whoever may sign it today. Can be repeated: on the day
    /// after a mandate's last, and on its first. Returns how many cases moved.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn reseat(&self) -> Result<u32, ActionError> {
        let law = self.law();
        let today = law.calendar()?.local(self.now()).0;
        let (services, steps) = signing(&law.catalogue.all(today).collect::<Vec<_>>());
        if steps.is_empty() {
            return Ok(0);
        }
        let (mut moved, mut after) = (0, None::<CaseId>);
        loop {
            let page = self.reader();
            let page = page.cases_at_steps(&services, &steps, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(moved);
            };
            after = Some(*last);
            for case in page {
                moved += u32::from(self.reseat_one(case).await?);
            }
        }
    }

    async fn reseat_one(&self, id: CaseId) -> Result<bool, ActionError> {
        let before = self.reader().head(id).await?;
        match self.change_as(None, Change::new(id, Verb::Reseat)).await {
            Ok(case) => Ok(before.is_some_and(|(_, before)| before < case.version)),
            Err(ActionError::Fault(fault)) => Err(fault.into()),
            // A case of a service that is no more, or where nobody may sign: it stays.
            Err(_) => Ok(false),
        }
    }

    /// Once a day mandates begin and end by themselves.
    ///
    /// # Errors
    /// As [`City::reseat`].
    pub async fn reseat_daily(&self, last: &mut Option<Date>) -> Result<(), ActionError> {
        let today = self.law().calendar()?.local(self.now()).0;
        if *last != Some(today) {
            self.reseat().await?;
            *last = Some(today);
        }
        Ok(())
    }
}

fn keeper(person: &Person) -> Result<&Official, ActionError> {
    duty::may(person, &Act::KeepMandates, None)?;
    match person {
        Person::Official(official) => Ok(official),
        Person::Nobody | Person::Bearer { .. } | Person::Resident { .. } => {
            Err(Refusal::NotYours.into())
        }
    }
}

/// Services with steps that sign, and the codes of those steps.
pub fn signing(published: &[&std::sync::Arc<service::Published>]) -> (Vec<String>, Vec<String>) {
    let (mut services, mut steps) = (Vec::new(), Vec::new());
    for one in published {
        let own = steps_of(&one.definition).filter(|step| step.signs.is_some());
        let codes: Vec<String> = own.map(|step| step.code.clone()).collect();
        if !codes.is_empty() {
            services.push(one.definition.service.clone());
            steps.extend(codes);
        }
    }
    steps.sort_unstable();
    steps.dedup();
    (services, steps)
}

fn steps_of(definition: &Definition) -> impl Iterator<Item = &Step> {
    definition.process.steps.iter().flat_map(|node| match node {
        Node::Step(step) => vec![step],
        Node::Parallel { branches, .. } => branches.iter().flatten().collect(),
        Node::Each { steps, .. } => steps.iter().collect(),
    })
}

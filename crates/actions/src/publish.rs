//! A definition goes live: checked by the gate, confirmed by a second person, numbered, never changed.

use jiff::civil::Time;
use rules::ids::PersonId;
use service::{Published, Resolved, Severity, World};
use store::{ServiceVersion, StoreError, Tx};

use crate::city::City;
use crate::error::ActionError;

/// A definition that is ready to go live.
#[derive(Debug, Clone)]
pub struct Ready {
    pub text: String,
    pub resolved: Resolved,
}

impl City {
    /// What the gate may look up: units, kinds, registers of this city on the day.
    ///
    /// # Errors
    /// [`ActionError::NoCalendar`].
    pub fn world(&self) -> Result<World, ActionError> {
        let law = self.law();
        let today = law.calendar()?.local(self.now()).0;
        let mut world = World::default();
        for unit in law.organisation.units_on(today) {
            world.units.insert(unit.code.clone());
            world.unit_kinds.insert(unit.kind.clone());
        }
        Ok(world)
    }

    /// Publishes definitions at the installation of a city: the administrator's deed, outside the
    /// designer. What is unchanged since its last version is left alone.
    ///
    /// # Errors
    /// [`ActionError::Unfit`] with the first definition's errors; nothing is published then.
    pub async fn install_services(&self, ready: Vec<Ready>) -> Result<u32, ActionError> {
        let mut published = 0;
        for one in ready {
            published += u32::from(self.install(one, None).await?);
        }
        self.reload().await?;
        Ok(published)
    }

    async fn install(&self, ready: Ready, by: Option<PersonId>) -> Result<bool, ActionError> {
        let (law, now) = (self.law(), self.now());
        let calendar = law.calendar()?;
        let definition = &ready.resolved.definition;
        let flaws: Vec<_> = ready
            .resolved
            .against_frame
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .collect();
        if let Some(flaw) = flaws.first() {
            return Err(
                StoreError::corrupt(format!("{}: {}", definition.service, flaw.says)).into(),
            );
        }
        let last = law.catalogue.versions(&definition.service).last().cloned();
        let number = last.as_ref().map_or(0, |last| last.number) + 1;
        let effective = definition.effective.unwrap_or(calendar.local(now).0);
        let new = Published::new(number, effective, &ready.resolved);
        if last.is_some_and(|last| last.hash == new.hash) {
            return Ok(false);
        }
        let version = ServiceVersion {
            service: definition.service.clone(),
            version: number,
            text: ready.text.clone(),
            resolved: serde_json::to_string(&ready.resolved)
                .map_err(|e| StoreError::corrupt(e.to_string()))?,
            hash: new.hash,
            effective: calendar.at(effective, Time::midnight())?,
            published_by: by,
            at: now,
        };
        let title = definition.name.vi.clone();
        let words = [
            &definition.summary.vi,
            &definition.group.vi,
            &definition.keywords.join(" "),
        ]
        .map(String::as_str)
        .join(" ");
        self.writer()
            .run("publish", move |tx: &mut Tx| {
                let (version, title, words) = (version.clone(), title.clone(), words.clone());
                Box::pin(async move {
                    tx.publish_service(&version).await?;
                    tx.index_service(&version.service, &title, &words, now)
                        .await?;
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
        Ok(true)
    }
}

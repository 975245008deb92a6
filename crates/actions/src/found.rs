//! Founding a city: its name, units, calendar, accounts; and bringing many cases at once.

use rules::calendar::Calendar;
use rules::counter::Counter;
use rules::ids::{ContentHash, NoteId, PersonId};
use rules::organisation::Organisation;
use rules::person::{Power, Seat};
use serde_json::Value as Json;
use service::Answers;
use service::applicant::Applicant;
use store::{Account, AccountKind, Save, StoreError};

use crate::city::City;
use crate::error::ActionError;
use crate::law::COUNTER;
use crate::secret::password_hash;
use crate::upload::Upload;

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub id: Option<PersonId>,
    pub name: String,
    pub login: Option<String>,
    pub password: Option<String>,
    pub seats: Vec<Seat>,
    pub powers: Vec<Power>,
}

/// A case that is brought in whole, with what stands apart from its events.
#[derive(Debug, Clone)]
pub struct Brought {
    pub save: Save,
    pub answers: Option<Answers>,
    pub notes: Vec<(NoteId, String)>,
}

impl City {
    /// Founds the city or changes its name, settings and organisation.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn found(
        &self,
        name: &str,
        demonstration: bool,
        settings: Json,
        organisation: Organisation,
        calendar: &Calendar,
    ) -> Result<(), ActionError> {
        let now = self.now();
        let (name, file) = (name.to_owned(), calendar.file().clone());
        let known: Option<rules::calendar::CalendarFile> =
            self.reader().calendar(Some(calendar.version())).await?;
        let missing = known.is_none();
        let written: Result<(), StoreError> = self
            .writer()
            .run("found", move |tx| {
                let (name, settings) = (name.clone(), settings.clone());
                let (organisation, file) = (organisation.clone(), file.clone());
                Box::pin(async move {
                    tx.save_city(&name, demonstration, &settings).await?;
                    tx.save_organisation(&organisation).await?;
                    if missing {
                        tx.save_calendar(file.version, &file, now).await?;
                    }
                    Ok(())
                })
            })
            .await;
        written?;
        self.reload().await
    }

    /// Settles how the one-stop desks serve.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn keep_counter(&self, counter: &Counter) -> Result<(), ActionError> {
        let kept = serde_json::to_string(counter)
            .map_err(|error| StoreError::corrupt(error.to_string()))?;
        let written: Result<(), StoreError> = self
            .writer()
            .run("counter", move |tx| {
                let kept = kept.clone();
                Box::pin(async move { tx.set_law(COUNTER, &kept).await })
            })
            .await;
        written?;
        self.reload().await
    }

    /// Remembers a value of the installation under a name.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn remember(&self, name: &str, value: &str) -> Result<(), ActionError> {
        let (name, value) = (name.to_owned(), value.to_owned());
        let written: Result<(), StoreError> = self
            .writer()
            .run("remember", move |tx| {
                let (name, value) = (name.clone(), value.clone());
                Box::pin(async move { tx.set_value(&name, &value).await })
            })
            .await;
        Ok(written?)
    }

    /// Makes accounts with their seats. Each password costs a fifth of a second of a core.
    ///
    /// # Errors
    /// Where a login is taken or the memory does not answer.
    pub async fn add_accounts(&self, accounts: Vec<NewAccount>) -> Result<(), ActionError> {
        let now = self.now();
        let mut made = Vec::new();
        for new in accounts {
            let password = new
                .password
                .as_deref()
                .and_then(|p| password_hash(p, self.chance()));
            let account = Account {
                id: new.id.unwrap_or_else(|| self.new_person_id()),
                login: new.login.map(|login| login.to_lowercase()),
                name: new.name,
                password,
                kind: AccountKind::Official,
                powers: new.powers,
                disabled: false,
            };
            made.push((account, new.seats));
        }
        let written: Result<(), StoreError> = self
            .writer()
            .run("accounts", move |tx| {
                let made = made.clone();
                Box::pin(async move {
                    for (account, seats) in &made {
                        tx.save_account(account).await?;
                        for seat in seats {
                            tx.give_seat(account.id, seat, now).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await;
        Ok(written?)
    }

    /// Brings in many lived or imported cases in one transaction.
    ///
    /// # Errors
    /// Where one of them exists already; none is written then.
    pub async fn bring(&self, cases: Vec<Brought>) -> Result<(), ActionError> {
        let law = self.law();
        self.writer()
            .run("bring", move |tx| {
                let (cases, law) = (cases.clone(), law.clone());
                Box::pin(async move {
                    let mut saves: Vec<Save> =
                        cases.iter().map(|brought| brought.save.clone()).collect();
                    crate::money::give_receipts(tx, &law, &mut saves).await?;
                    tx.save_opened(&saves).await?;
                    for brought in &cases {
                        let (id, at) = (brought.save.case.id, brought.save.case.opened);
                        if let Some(answers) = &brought.answers {
                            tx.save_answers(id, 1, answers, at).await?;
                            let case = &brought.save.case;
                            let known = law.catalogue.get(&case.service, case.service_version);
                            let words =
                                known.map(|p| Applicant::of(&p.definition, answers).words());
                            tx.index_person(id, &words.unwrap_or_default(), at).await?;
                        }
                        for (note, words) in &brought.notes {
                            tx.save_note(id, *note, words, false, at).await?;
                        }
                        crate::reception::keep(tx, &brought.save.case, &brought.save.recorded)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Keeps a file that many cases will show, without a case of its own.
    ///
    /// # Errors
    /// [`ActionError::Photo`] where it is not what it says.
    pub async fn keep_shared(&self, upload: Upload) -> Result<Option<ContentHash>, ActionError> {
        let kept = self.keep(vec![upload]).await?;
        let hash = kept.first().map(|file| file.attachment.hash.clone());
        let written: Result<(), StoreError> = self
            .writer()
            .run("file", move |tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    for file in &kept {
                        tx.save_file(
                            &file.attachment.hash,
                            file.size,
                            file.media,
                            file.attachment.at,
                        )
                        .await?;
                    }
                    Ok(())
                })
            })
            .await;
        written?;
        Ok(hash)
    }
}

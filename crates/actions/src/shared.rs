//! Another unit does a part of a report, as a case of its own: opened and written into the report in one go.

use std::collections::BTreeSet;
use std::sync::Arc;

use rules::case::event::WorkShared;
use rules::duty::{self, Act};
use rules::ids::{CaseId, UnitCode};
use rules::person::Person;
use serde_json::json;
use service::Answers;
use service::definition::{Channel, Code, Who};

use crate::change::{self, Asked, Change, Verb};
use crate::city::City;
use crate::error::ActionError;
use crate::handling::Handling;
use crate::open::{self, NewCase, Receipt};

/// The service of such work.
pub const SERVICE: &str = "report.shared-work";

#[derive(Debug, Clone)]
pub struct Sharing {
    pub report: CaseId,
    pub seen: Option<u32>,
    pub step: Code,
    pub row: Option<u32>,
    pub unit: UnitCode,
    /// What is to be done there.
    pub words: String,
    /// ISO day.
    pub due: String,
    /// The report is not called done before it.
    pub waits: bool,
    /// Made with the form: the same tap twice opens one case.
    pub key: String,
}

impl City {
    /// # Errors
    /// As [`City::open`] and [`City::change`].
    pub async fn share_work(
        &self,
        person: &Person,
        sharing: Sharing,
    ) -> Result<Receipt, ActionError> {
        let (law, now) = (self.law(), self.now());
        let report = self.reader().case(person, sharing.report).await?;
        let report = report.ok_or(ActionError::NotFound)?.case;
        let act = Act::Decide {
            step: sharing.step.clone(),
            row: sharing.row,
        };
        duty::may(person, &act, Some(&report))?;
        let answers = [
            ("what", json!(sharing.words.trim())),
            ("unit", json!(sharing.unit)),
            ("due", json!(sharing.due)),
            ("report", json!(report.code)),
        ];
        let new = NewCase {
            service: SERVICE.to_owned(),
            answers: Answers::from_iter(answers.map(|(code, value)| (code.to_owned(), value))),
            uploads: Vec::new(),
            person: person.clone(),
            applicant: Who::Official,
            channel: Channel::Internal,
            key: sharing.key.clone(),
            public: false,
            // Whoever gives it goes on seeing it.
            received_at: report
                .task(&sharing.step, sharing.row)
                .and_then(|task| task.unit.clone()),
            about: Some(report.id),
        };
        let ready = Arc::new(self.ready(new, Vec::new(), &BTreeSet::new()).await?);
        let both = Arc::new((person.clone(), sharing));
        self.writer()
            .run("share", move |tx| {
                let (law, ready, both) = (law.clone(), ready.clone(), both.clone());
                Box::pin(async move {
                    let (person, sharing) = &*both;
                    let (receipt, fresh) = open::write(tx, &ready).await?;
                    if !fresh {
                        return Ok(receipt);
                    }
                    let verb = Verb::Handling(Handling::Share {
                        step: sharing.step.clone(),
                        row: sharing.row,
                        shared: WorkShared {
                            case: receipt.id,
                            code: receipt.code.clone(),
                            unit: sharing.unit.clone(),
                            waits: sharing.waits,
                        },
                    });
                    let change = Change {
                        seen: sharing.seen,
                        ..Change::new(sharing.report, verb)
                    };
                    let asked = Asked::within(person, change, None, None);
                    change::write(tx, &law, &asked, now).await?;
                    Ok(receipt)
                })
            })
            .await
    }
}

//! Every verb on a case passes here: load, ask who may, decide, save, in one transaction.

mod acting;
mod write;

use std::sync::Arc;

use rules::Moment;
use rules::case::shown;
use rules::case::{Case, Command};
use rules::ids::{CaseId, NoteId, PersonId, UnitCode};
use rules::person::Person;
use rules::sample::Found;
use service::definition::Code;
use service::supplement::Mark;
use service::{Answers, Published};

use crate::city::{City, Law};
use crate::error::ActionError;
use crate::handling::Handling;
use crate::lawful::Lawful;
use crate::money::Deed;
use crate::parcel::SendTo;
use crate::shown::Covered;
use crate::upload::Upload;

pub(crate) use acting::candidates;
pub(crate) use write::{Asked, write};

/// What a page asks of a case.
#[derive(Debug, Clone)]
pub struct Change {
    pub case: CaseId,
    /// The version that the page showed; `None` where it does not matter (the clock, a comment).
    pub seen: Option<u32>,
    pub verb: Verb,
    /// What the person wrote: a reason, an answer, a message.
    pub words: Option<String>,
    pub uploads: Vec<Upload>,
    /// The applicant's new answers, where they supplied some.
    pub answers: Option<Answers>,
    /// What is wrong or missing, where the step asks the applicant to complete the dossier.
    pub marks: Vec<Mark>,
    /// What the counter writes down before the verb: papers received, a result handed over.
    pub counter: Vec<Command>,
    /// Words that the counter's events refer to, apart from the reason.
    pub beside: Option<(NoteId, String)>,
    /// The result goes there by post.
    pub parcel: Option<SendTo>,
    /// The copy of a photo that a moderator had covered.
    pub covered: Option<Covered>,
    /// Made with the form: sent again by a phone that did not hear the answer, it is done once.
    pub once: Option<String>,
}

impl Change {
    pub fn new(case: CaseId, verb: Verb) -> Self {
        Self {
            case,
            seen: None,
            verb,
            words: None,
            uploads: Vec::new(),
            answers: None,
            marks: Vec::new(),
            counter: Vec::new(),
            beside: None,
            parcel: None,
            covered: None,
            once: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Verb {
    Claim {
        step: Code,
        row: Option<u32>,
    },
    Release {
        step: Code,
        row: Option<u32>,
    },
    Pass {
        step: Code,
        row: Option<u32>,
        unit: UnitCode,
        to: Option<PersonId>,
    },
    Decide {
        step: Code,
        row: Option<u32>,
        outcome: Code,
    },
    Note {
        public: bool,
    },
    Extend {
        to: Moment,
    },
    /// Form 04: a cause of the city's list, the new date; the words of the letter are those of the change.
    Apologise {
        cause: Code,
        to: Moment,
    },
    /// What the law provides beside the steps.
    Lawful(Lawful),
    /// What is done with a report beside its steps.
    Handling(Handling),
    AskWithdrawal,
    AnswerWithdrawal {
        accept: bool,
    },
    Reopen,
    /// What became of a report that was drawn in this month.
    LookAgain {
        month: String,
        found: Found,
    },
    Rate {
        score: u8,
        /// Codes of the city's list.
        reasons: Vec<Code>,
    },
    /// What is asked, paid, waived, given back.
    Money(Deed),
    /// As head or administrator: to a colleague of the unit, whoever holds it.
    Reassign {
        step: Code,
        row: Option<u32>,
        to: PersonId,
    },
    /// A paper of the case holds no longer; whoever verifies it reads the words of the change.
    RevokePaper {
        what: Code,
        of: u32,
    },
    /// What anybody sees of it; the words of the change are the reason, those beside it the public text.
    Moderate {
        deed: shown::Deed,
    },
    /// The newest working calendar holds for this case too.
    Redate,
    /// Steps that sign go to whoever may sign today.
    Reseat,
    Tick,
}

impl City {
    /// Does it, if the person may and the rules allow.
    ///
    /// # Errors
    /// [`ActionError::Meanwhile`] with what a colleague did since the page was drawn; refusals, flaws
    /// and files as their variants say; [`ActionError::NotFound`] where the person may not know of it.
    pub async fn change(&self, person: &Person, change: Change) -> Result<Case, ActionError> {
        self.change_as(Some(person), change).await
    }

    /// The clock's command: warnings, lapses, silence.
    ///
    /// # Errors
    /// As [`City::change`].
    pub async fn tick(&self, case: CaseId) -> Result<Case, ActionError> {
        self.change_as(None, Change::new(case, Verb::Tick)).await
    }

    pub(crate) async fn change_as(
        &self,
        person: Option<&Person>,
        mut change: Change,
    ) -> Result<Case, ActionError> {
        let (law, now) = (self.law(), self.now());
        let kept = self.keep(std::mem::take(&mut change.uploads)).await?;
        crate::reception::scanned(&mut change.counter, &kept);
        let words = change.words.take().unwrap_or_default().trim().to_owned();
        let marked = !change.marks.is_empty();
        let note = (marked || !words.is_empty()).then(|| (self.new_note_id(), words));
        let parcel = change.parcel.take().map(|to| self.parcel(change.case, to));
        let asked = Arc::new(Asked {
            parcel,
            person: person.cloned(),
            list: marked.then(|| self.new_note_id()),
            change,
            kept,
            note,
        });
        loop {
            let (law, asked) = (law.clone(), asked.clone());
            let done = self.writer().run("change", move |tx| {
                let (law, asked) = (law.clone(), asked.clone());
                Box::pin(async move { write(tx, &law, &asked, now).await })
            });
            match done.await {
                // A paper was entered between our reading and our writing: it changed nothing of ours.
                Err(ActionError::Meanwhile(events))
                    if !events.is_empty() && events.iter().all(|one| one.event.aside()) => {}
                other => return other,
            }
        }
    }
}

pub(crate) fn published(law: &Law, case: &Case) -> Result<Arc<Published>, ActionError> {
    let published = law.catalogue.get(&case.service, case.service_version);
    published
        .cloned()
        .ok_or_else(|| ActionError::NoService(case.service.clone()))
}

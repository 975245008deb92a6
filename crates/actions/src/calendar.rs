//! A newer working calendar takes effect: it is kept beside the older ones, and every open case is
//! re-dated. Law is data: a holiday decided in December is a file, not a release.

use std::sync::Arc;

use rules::Moment;
use rules::calendar::{Calendar, CalendarFile};
use rules::ids::{CaseCode, CaseId};

use crate::change::{Change, Verb};
use crate::city::City;
use crate::error::ActionError;

/// Open cases read at a time.
const PAGE: u32 = 500;

/// An open case and its date before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redated {
    pub code: CaseCode,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redating {
    pub moved: Vec<Redated>,
    /// Those that could not be worked out, with the reason; they stay on the calendar they were on.
    pub left: Vec<(CaseCode, String)>,
}

impl City {
    /// Keeps a calendar as the one in force. Cases are re-dated by [`City::redate`].
    ///
    /// # Errors
    /// [`ActionError::CalendarOrder`] where its version is not the next one; flaws of the file itself.
    pub async fn keep_calendar(&self, file: CalendarFile) -> Result<(), ActionError> {
        let (law, now) = (self.law(), self.now());
        let newest = law.calendars.keys().next_back().copied().unwrap_or(0);
        if file.version != newest + 1 {
            return Err(ActionError::CalendarOrder {
                version: file.version,
                next: newest + 1,
            });
        }
        Calendar::new(file.clone())?;
        let file = Arc::new(file);
        self.writer()
            .run("calendar", move |tx| {
                let file = file.clone();
                Box::pin(async move { tx.save_calendar(file.version, &*file, now).await })
            })
            .await?;
        self.reload().await
    }

    /// Every open case goes over to the calendar in force. Can be repeated: a case that is there already has
    /// nothing to say.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn redate(&self) -> Result<Redating, ActionError> {
        let (mut redating, mut after) = (Redating::default(), None::<CaseId>);
        loop {
            let open = self.reader().open_cases(after, PAGE).await?;
            let Some(last) = open.last() else {
                return Ok(redating);
            };
            after = Some(last.0);
            for (id, code, from) in open {
                match self.change_as(None, Change::new(id, Verb::Redate)).await {
                    Ok(case) if case.clock.due != from && case.life.ended().is_none() => {
                        let to = case.clock.due;
                        redating.moved.push(Redated { code, from, to });
                    }
                    // A case that came by import, without a definition, keeps the date it came with.
                    Ok(_) | Err(ActionError::NotFound | ActionError::NoService(_)) => {}
                    Err(ActionError::Fault(fault)) => return Err(fault.into()),
                    Err(reason) => redating.left.push((code, reason.to_string())),
                }
            }
        }
    }
}

//! What is kept for a time is forgotten when it is over, once a day of the city: forms that were never sent, photos as they
//! were sent, numbers and words of calls and letters, sessions, tries to sign in, keys of forms that were sent.

use jiff::SignedDuration;
use jiff::civil::Date;
use store::Dropped;

use crate::city::City;
use crate::error::ActionError;

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub drafts: u64,
    pub files: u64,
    pub originals: u64,
    pub calls: u64,
    pub letters: u64,
    pub sessions: u64,
}

impl City {
    /// Sweeps where `day` is not today yet. `None`: it was done today.
    ///
    /// # Errors
    /// Where the memory or the files do not answer; the next call begins anew.
    pub async fn sweep(&self, day: &mut Option<Date>) -> Result<Option<Swept>, ActionError> {
        let now = self.now();
        let today = self.law().calendar()?.local(now).0;
        if *day == Some(today) {
            return Ok(None);
        }
        let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
        let contacts = now - days(self.limits().contact_days);
        // A form lives as long as a draft; whoever sends it later is asked anew.
        let forms = now - days(self.limits().draft_days);
        let (dropped, calls, letters, sessions): (Dropped, u64, u64, u64) = self
            .writer()
            .run("sweep", move |tx| {
                Box::pin(async move {
                    tx.forget_keys(forms).await?;
                    tx.forget_attempts(forms).await?;
                    let sessions = tx.forget_sessions(now).await?;
                    let calls = tx.erase_calls(contacts).await?;
                    let letters = tx.erase_arrivals(contacts).await?;
                    let dropped = tx.drop_drafts(now).await?;
                    Ok::<_, ActionError>((dropped, calls, letters, sessions))
                })
            })
            .await?;
        let files = self.store().files();
        for hash in &dropped.free {
            files.delete(self.code(), hash).await?;
        }
        let originals = self.forget_originals().await?;
        *day = Some(today);
        Ok(Some(Swept {
            drafts: dropped.drafts,
            files: dropped.free.len() as u64,
            originals,
            calls,
            letters,
            sessions,
        }))
    }
}

//! What the rules want told, put into the outbox for the posting loop and for the national portal.

use rules::Moment;
use rules::case::{Case, Recorded};
use rules::notice::{Tiers, To, notices};
use store::Post;

/// The outbox topic of notices.
pub const NOTICE: &str = "notice";

pub(crate) fn posts(case: &Case, recorded: &[Recorded], tiers: &Tiers, now: Moment) -> Vec<Post> {
    let told = notices(case, recorded, tiers).into_iter();
    // The applicant knows the whole and hears of its parts through it.
    let part = case.whole.is_some();
    let told = told.filter(|notice| !(part && notice.to == To::Applicant));
    let notices = told.filter_map(|notice| {
        let payload = serde_json::to_value(notice).ok()?;
        Some(Post {
            topic: NOTICE.to_owned(),
            payload,
            not_before: now,
        })
    });
    notices
        .chain(crate::portal::post(case, recorded, now))
        .collect()
}

//! What the rules want told, put into the outbox for the posting loop.

use rules::Moment;
use rules::case::{Case, Recorded};
use rules::notice::notices;
use store::Post;

/// The outbox topic of notices.
pub const NOTICE: &str = "notice";

pub(crate) fn posts(case: &Case, recorded: &[Recorded], now: Moment) -> Vec<Post> {
    let told = notices(case, recorded).into_iter();
    told.filter_map(|notice| {
        let payload = serde_json::to_value(notice).ok()?;
        Some(Post {
            topic: NOTICE.to_owned(),
            payload,
            not_before: now,
        })
    })
    .collect()
}

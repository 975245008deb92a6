//! What somebody may see. Who may is `rules::duty`'s answer for a single case; here it also becomes a
//! condition for lists, and the two are compared by a test.

use rules::case::Case;
use rules::duty::{Act, may};
use rules::person::{Person, Power};

use crate::read::query::Query;

/// How much of a case is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// What anybody sees: title, place, how far it is.
    Public,
    /// The applicant's page: their own answers, notes meant for them.
    Own,
    /// Everything.
    Whole,
}

/// `None`: not even that it exists.
pub fn sight(viewer: &Person, case: &Case) -> Option<Sight> {
    if may(viewer, &Act::ReadCase, Some(case)).is_ok() {
        Some(Sight::Whole)
    } else if may(viewer, &Act::ReadOwn, Some(case)).is_ok() {
        Some(Sight::Own)
    } else {
        case.public.then_some(Sight::Public)
    }
}

/// `AND (…)`: those cases `c` that the viewer may see at least in public.
pub(crate) fn visible(viewer: &Person, query: &mut Query<'_>) {
    query.push("AND (c.public = 1");
    match viewer {
        Person::Nobody => {}
        Person::Bearer { case } => {
            query.with("OR c.id =", *case);
        }
        Person::Resident { id, .. } => {
            query.with("OR c.applicant =", *id);
        }
        Person::Official(official) => {
            query.with("OR c.applicant =", official.id);
            if official.powers.contains(&Power::Leader) {
                query.push("OR 1 = 1");
            } else if !official.seats.is_empty() {
                query.push(
                    "OR EXISTS (SELECT 1 FROM holding h
                     WHERE h.city = c.city AND h.case_id = c.id AND",
                );
                let mut units: Vec<String> =
                    official.seats.iter().map(|s| s.unit.clone()).collect();
                units.sort_unstable();
                units.dedup();
                query.one_of("h.unit", units).push(")");
            }
        }
    }
    query.push(")");
}

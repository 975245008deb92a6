//! The city at a glance: what came and went today, what is open, what is late, what comes due.

use crate::answer::Role;
use crate::days;
use crate::plan::{BROKEN, LATER, Plan, REJECT, meaning_of};
use crate::query::Query;
use crate::scan::seen;
use crate::table::{Facts, OPEN_DUE};

/// As of the query's moment; `today` is its day on the city's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Today {
    pub opened: u32,
    /// Finished today.
    pub finished: u32,
    pub open: u32,
    pub overdue: u32,
    /// Open, and the deadline is still to come today.
    pub due_today: u32,
    /// Open, and the deadline is within the seven days after today.
    pub due_soon: u32,
    /// Age of the oldest open case, seconds.
    pub oldest: u32,
}

impl Facts {
    /// Filters and cohort of the query hold; its dimensions are not looked at.
    pub fn today(&self, query: &Query) -> Today {
        let query = Query {
            by: Vec::new(),
            ..query.clone()
        };
        let plan = Plan::new(self, &query);
        let day = days::day(plan.as_of, query.zone);
        let (start, end) = (
            days::begins(day, query.zone),
            days::begins(day + 1, query.zone),
        );
        let soon = days::begins(day + 8, query.zone);
        let mut today = Today::default();
        for chunk in &self.chunks {
            // What is recent in a chunk is open, or was opened or ended today or later.
            let recent = i64::from(chunk.bounds.opened.1) >= start
                || i64::from(chunk.bounds.ended.1) >= start;
            if !recent && chunk.bounds.open == 0 {
                continue;
            }
            for (row, fate) in chunk.fate.iter().enumerate() {
                if !recent && fate >> 11 < OPEN_DUE || plan.part(chunk, row) >= REJECT {
                    continue;
                }
                let Some(seen) = seen(&plan, chunk, row) else {
                    continue;
                };
                let role = plan.roles[seen.fate];
                if plan.fates[seen.fate] >= REJECT || role == Role::Nowhere {
                    continue;
                }
                today.opened += u32::from(seen.opened >= start);
                if role == Role::Closed {
                    today.finished += u32::from(seen.opened + i64::from(seen.seconds) >= start);
                }
                if role == Role::Open {
                    today.open += 1;
                    today.oldest = today.oldest.max(seen.seconds);
                    today.overdue += u32::from(meaning_of(seen.fate).1 == BROKEN);
                    if let Some(due) = seen.due.filter(|_| meaning_of(seen.fate).1 == LATER) {
                        today.due_today += u32::from(due < end);
                        today.due_soon += u32::from(due >= end && due < soon);
                    }
                }
            }
        }
        today
    }
}

//! How many came, how many went, how many were there: by day, week or month.

use crate::days;
use crate::plan::{self, Plan};
use crate::query::Query;
use crate::scan::{each_row, on_threads, seen};
use crate::table::Facts;
use crate::{Cohort, answer::Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    Day,
    /// From Monday.
    Week,
    Month,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Point {
    /// The second at which the day, week or month begins on the city's clock.
    pub from: i64,
    pub opened: u32,
    /// Finished.
    pub closed: u32,
    /// Withdrawn, stopped: neither finished nor open.
    pub left: u32,
    /// Open at its end, or at `as_of`.
    pub backlog: u32,
}

/// Cases by day, from the first day of the table.
#[derive(Debug, Clone, Default)]
struct Daily {
    opened: Vec<u32>,
    closed: Vec<u32>,
    left: Vec<u32>,
}

impl Facts {
    /// The periods that touch `from..to`, without void cases and those set apart. Filters of the query
    /// hold as of its moment; its dimensions are not looked at.
    pub fn series(&self, query: &Query, every: Every, from: i64, to: i64) -> Vec<Point> {
        let begins = |second: i64| {
            let day = days::day(second, query.zone);
            match every {
                Every::Day => day,
                Every::Week => days::monday(day),
                Every::Month => days::first_of_month(day),
            }
        };
        let query = Query {
            by: Vec::new(),
            cohort: cohort_of(query),
            ..query.clone()
        };
        let plan = Plan::new(self, &query);
        let to = to.min(plan.as_of + 1);
        let first = self.chunks.iter().map(|chunk| chunk.bounds.opened.0).min();
        let Some(first) = first.filter(|first| i64::from(*first) <= plan.as_of) else {
            return Vec::new();
        };
        let first = days::day(first.into(), query.zone);
        let daily = count(&plan, first, days::day(plan.as_of, query.zone), query.zone);

        let mut points: Vec<Point> = Vec::new();
        let mut open = 0u32;
        if to <= from {
            return points;
        }
        // The last period is counted to its end, or to now.
        let mut last = days::day(to - 1, query.zone);
        let of_last = begins(to - 1);
        let now = days::day(plan.as_of, query.zone);
        while last < now && begins(days::begins(last + 1, query.zone)) == of_last {
            last += 1;
        }
        for day in first.min(begins(from))..=last {
            let of = |counts: &[u32]| {
                usize::try_from(day - first)
                    .ok()
                    .and_then(|day| counts.get(day))
                    .copied()
                    .unwrap_or(0)
            };
            let (opened, closed, left) = (of(&daily.opened), of(&daily.closed), of(&daily.left));
            open = open + opened - closed - left;
            let start = days::begins(begins(days::begins(day, query.zone)), query.zone);
            if day < begins(from) {
                continue;
            }
            if points.last().is_none_or(|point| point.from != start) {
                points.push(Point {
                    from: start,
                    ..Point::default()
                });
            }
            if let Some(point) = points.last_mut() {
                point.opened += opened;
                point.closed += closed;
                point.left += left;
                point.backlog = open;
            }
        }
        points
    }

    /// Slots of the cases the query is about, the newest first: what stands behind a figure. Narrow it
    /// to the figure by [`crate::Filter::Is`].
    pub fn select(&self, query: &Query, limit: usize) -> Vec<u32> {
        let query = Query {
            by: Vec::new(),
            ..query.clone()
        };
        let plan = Plan::new(self, &query);
        let mut slots = Vec::new();
        for (number, chunk) in self.chunks.iter().enumerate().rev() {
            if plan.reach(chunk) == plan::Reach::Nothing {
                continue;
            }
            let mut found = Vec::new();
            each_row(&plan, chunk, |row| {
                if seen(&plan, chunk, row).is_some_and(|seen| plan.fates[seen.fate] < plan::REJECT)
                {
                    found.push((number * crate::table::CHUNK + chunk.slot(row)) as u32);
                }
            });
            found.sort_unstable_by(|a, b| b.cmp(a));
            slots.extend(found.into_iter().take(limit - slots.len()));
            if slots.len() == limit {
                break;
            }
        }
        slots
    }
}

/// A series is over all time unless the query narrows the cases by opening or deadline.
fn cohort_of(query: &Query) -> Cohort {
    match query.cohort {
        Cohort::Live { .. } => Cohort::All,
        cohort => cohort,
    }
}

fn count(plan: &Plan, first: i32, last: i32, zone: i32) -> Daily {
    let days = (last - first + 1) as usize;
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(plan.facts.chunks.len().div_ceil(2)).max(1);
    let counted = on_threads(threads, || {
        let mut daily = Daily {
            opened: vec![0; days],
            closed: vec![0; days],
            left: vec![0; days],
        };
        while let Some(chunk) = plan
            .facts
            .chunks
            .get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
        {
            if plan.reach(chunk) == plan::Reach::Nothing {
                continue;
            }
            each_row(plan, chunk, |row| {
                let Some(seen) = seen(plan, chunk, row) else {
                    return;
                };
                let role = plan.roles[seen.fate];
                if plan.fates[seen.fate] >= plan::REJECT || role == Role::Nowhere {
                    return;
                }
                let day = |second: i64| (days::day(second, zone) - first) as usize;
                daily.opened[day(seen.opened)] += 1;
                match role {
                    Role::Closed => daily.closed[day(seen.opened + i64::from(seen.seconds))] += 1,
                    Role::Left => daily.left[day(seen.opened + i64::from(seen.seconds))] += 1,
                    _ => {}
                }
            });
        }
        daily
    });
    counted
        .into_iter()
        .reduce(|mut sum, part| {
            for (sum, part) in [
                (&mut sum.opened, part.opened),
                (&mut sum.closed, part.closed),
                (&mut sum.left, part.left),
            ] {
                sum.iter_mut()
                    .zip(part)
                    .for_each(|(sum, count)| *sum += count);
            }
            sum
        })
        .unwrap_or_default()
}

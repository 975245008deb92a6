//! The same answers, one case after the other and as plainly as they can be said: what the fast table
//! is compared with, and what recounts rows that come from elsewhere (SQL). Slow on purpose.

use std::collections::BTreeMap;

use crate::answer::{Answer, Cell, Counts, Group, Key, Role};
use crate::bins;
use crate::case::{CaseFact, State};
use crate::days;
use crate::query::{Cohort, Dimension, Figure, Filter, Meaning, Query};
use crate::{Every, Point, Today};

pub fn ask<'a>(cases: impl IntoIterator<Item = &'a CaseFact>, query: &Query) -> Answer {
    let mut groups: BTreeMap<Vec<Key>, Counting> = BTreeMap::new();
    for case in cases {
        if belongs(case, query) {
            groups
                .entry(keys(case, query))
                .or_default()
                .count(case, query);
        }
    }
    let groups = groups.into_iter().map(|(key, counting)| Group {
        key,
        counts: counting.counts,
        durations: counting
            .cells
            .into_iter()
            .map(|((role, bin), count)| Cell { count, bin, role })
            .collect(),
    });
    Answer {
        groups: groups.collect(),
    }
}

/// The same periods counted anew.
pub fn series(cases: &[CaseFact], query: &Query, every: Every, points: &[Point]) -> Vec<Point> {
    let cohort = if let Cohort::Live { .. } = query.cohort {
        Cohort::All
    } else {
        query.cohort
    };
    let query = Query {
        cohort,
        ..query.clone()
    };
    let counted: Vec<&CaseFact> = cases
        .iter()
        .filter(|case| belongs(case, &query) && counts(case, &query))
        .collect();
    let count = |passes: &dyn Fn(&CaseFact) -> bool| {
        counted.iter().filter(|case| passes(case)).count() as u32
    };
    let point = |point: &Point| {
        let (from, to) = (point.from, next(point.from, every, query.zone));
        let within = |second: i64| second >= from && second < to;
        let end = |case: &CaseFact| ended(case, query.as_of);
        let finished = |ending: u8| query.meaning.finished.has(ending);
        Point {
            from,
            opened: count(&|case| within(case.opened)),
            closed: count(&|case| end(case).is_some_and(|(at, how)| within(at) && finished(how))),
            left: count(&|case| end(case).is_some_and(|(at, how)| within(at) && !finished(how))),
            backlog: count(&|case| case.opened < to && end(case).is_none_or(|(at, _)| at >= to)),
        }
    };
    points.iter().map(point).collect()
}

/// Where the next period begins.
pub fn next(from: i64, every: Every, zone: i32) -> i64 {
    let day = days::day(from, zone);
    let next = match every {
        Every::Day => day + 1,
        Every::Week => day + 7,
        Every::Month => (day + 1..)
            .find(|next| days::month(*next) != days::month(day))
            .unwrap_or(day),
    };
    days::begins(next, zone)
}

pub fn today(cases: &[CaseFact], query: &Query) -> Today {
    let now = query.moment();
    let day = days::day(now, query.zone);
    let on =
        |second: i64, days: std::ops::Range<i32>| days.contains(&days::day(second, query.zone));
    let mut today = Today::default();
    for case in cases
        .iter()
        .filter(|case| belongs(case, query) && counts(case, query))
    {
        let finished = |ending: u8| query.meaning.finished.has(ending);
        today.opened += u32::from(on(case.opened, day..day + 1));
        match ended(case, now) {
            Some((at, how)) => today.finished += u32::from(finished(how) && on(at, day..day + 1)),
            None => {
                today.open += 1;
                today.oldest = today.oldest.max((now - case.opened) as u32);
                let due = case.due.filter(|due| *due > now);
                today.overdue += u32::from(case.due.is_some_and(|due| due <= now));
                today.due_today += u32::from(due.is_some_and(|due| on(due, day..day + 1)));
                today.due_soon += u32::from(due.is_some_and(|due| on(due, day + 1..day + 8)));
            }
        }
    }
    today
}

/// Neither void nor set apart.
fn counts(case: &CaseFact, query: &Query) -> bool {
    is(case, Figure::Cases, query.moment(), &query.meaning)
}

/// In the cohort at `as_of`, and every filter lets it through.
pub fn belongs(case: &CaseFact, query: &Query) -> bool {
    let in_cohort = match query.cohort {
        Cohort::All => true,
        Cohort::Opened { from, to } => (from..to).contains(&case.opened),
        Cohort::Due { from, to } => (from..to).contains(&case.due.unwrap_or(case.opened)),
        Cohort::Live { from, .. } => match case.state {
            State::Ended { at, .. } => at >= from,
            State::Open => true,
        },
    };
    in_cohort
        && case.opened <= query.moment()
        && query
            .filters
            .iter()
            .all(|filter| passes(case, filter, query.moment(), &query.meaning))
}

fn passes(case: &CaseFact, filter: &Filter, as_of: i64, meaning: &Meaning) -> bool {
    let ended = ended(case, as_of);
    match filter {
        Filter::Unit(names) => names.contains(&case.unit),
        Filter::Service(names) => names.contains(&case.service),
        Filter::Group(names) => names.contains(&case.group),
        Filter::Kind(kinds) => kinds.contains(&case.kind),
        Filter::Area(areas) => areas.contains(&case.area),
        Filter::Channel(channels) => channels.contains(&case.channel),
        Filter::Public(public) => case.public == *public,
        Filter::Reopened(reopened) => case.reopened == *reopened,
        Filter::Verified(verified) => case.verified == *verified,
        Filter::Rating(ratings) => case.rating.is_some_and(|rating| ratings.contains(&rating)),
        Filter::Ending(endings) => endings.contains(&ended.map(|(_, ending)| ending)),
        Filter::Is(figure) => is(case, *figure, as_of, meaning),
    }
}

fn is(case: &CaseFact, figure: Figure, as_of: i64, meaning: &Meaning) -> bool {
    let query = Query {
        as_of,
        meaning: *meaning,
        ..Query::default()
    };
    let mut alone = Counting::default();
    alone.count(case, &query);
    let counts = alone.counts;
    let count = match figure {
        Figure::Cases => counts.cases,
        Figure::Open => counts.open,
        Figure::Finished => counts.finished(meaning),
        Figure::Passed => counts.passed,
        Figure::OnTime => counts.on_time,
        Figure::Late => counts.passed - counts.on_time,
        Figure::Overdue => counts.overdue,
        Figure::BeforeDue => counts.before_due,
        Figure::NoDeadline => counts.no_deadline,
        Figure::LeftEarly => counts.left_early,
        Figure::Apart => counts.apart,
        Figure::Void => counts.void,
    };
    count == 1
}

fn ended(case: &CaseFact, as_of: i64) -> Option<(i64, u8)> {
    match case.state {
        State::Ended { at, ending } if at <= as_of => Some((at, ending)),
        _ => None,
    }
}

fn keys(case: &CaseFact, query: &Query) -> Vec<Key> {
    let key = |dimension: &Dimension| match dimension {
        Dimension::Unit => Key::from(case.unit.as_str()),
        Dimension::Service => Key::from(case.service.as_str()),
        Dimension::Group => Key::from(case.group.as_str()),
        Dimension::Kind => Key::Code(case.kind),
        Dimension::Area => case.area.as_deref().map_or(Key::Nothing, Key::from),
        Dimension::Channel => Key::Code(case.channel),
        Dimension::Ending => {
            ended(case, query.moment()).map_or(Key::Nothing, |(_, ending)| Key::Code(ending))
        }
        Dimension::Month => {
            let date = match query.cohort {
                Cohort::Due { .. } => case.due.unwrap_or(case.opened),
                _ => case.opened,
            };
            Key::month(days::month(days::day(date, query.zone)))
        }
    };
    query.by.iter().map(key).collect()
}

#[derive(Default)]
struct Counting {
    counts: Counts,
    cells: BTreeMap<(Role, u16), u32>,
}

impl Counting {
    fn count(&mut self, case: &CaseFact, query: &Query) {
        let (as_of, meaning, counts) = (query.moment(), &query.meaning, &mut self.counts);
        let ended = ended(case, as_of);
        if let Some((_, ending)) = ended {
            counts.ended[usize::from(ending)] += 1;
            if meaning.void.has(ending) {
                counts.void += 1;
                return;
            }
            if meaning.apart.has(ending) {
                counts.apart += 1;
                return;
            }
        }
        counts.cases += 1;
        let finished = ended.is_some_and(|(_, ending)| meaning.finished.has(ending));
        match (case.due, ended) {
            (None, _) => counts.no_deadline += 1,
            (Some(due), Some((at, _))) if at <= due && !finished => counts.left_early += 1,
            (Some(due), _) if due > as_of => counts.before_due += 1,
            (Some(due), Some((at, _))) => {
                counts.passed += 1;
                counts.on_time += u32::from(at <= due && finished);
            }
            (Some(_), None) => {
                counts.passed += 1;
                counts.overdue += 1;
            }
        }
        if finished && query.quality {
            counts.reopened += u32::from(case.reopened);
            counts.verified += u32::from(case.verified);
            if let Some(rating) = case.rating {
                counts.ratings[usize::from(rating) - 1] += 1;
            }
        }
        let seconds = (ended.map_or(as_of, |(at, _)| at) - case.opened) as u32;
        if ended.is_none() {
            counts.open += 1;
            counts.oldest = counts.oldest.max(seconds);
        }
        if query.durations {
            let role = match ended {
                None => Role::Open,
                Some(_) if finished => Role::Closed,
                Some(_) => Role::Left,
            };
            self.span(role, seconds);
            if let Cohort::Live { from, .. } = query.cohort
                && case.opened < from
            {
                self.span(Role::Entered, (from - case.opened) as u32);
            }
        }
    }

    fn span(&mut self, role: Role, seconds: u32) {
        *self.cells.entry((role, bins::bin(seconds))).or_default() += 1;
    }
}

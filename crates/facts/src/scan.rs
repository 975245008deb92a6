//! The scan: rows into counters, chunk by chunk, on all cores. Where everything about a chunk is
//! decided by the moment of the question, only codes and fates are read; otherwise dates are compared
//! row by row.
//!
//! Many groups at once would not fit the processor's caches: where months are told apart they are taken
//! month by month, which is a stretch of chunks; otherwise cases are sorted first (`sorted`).

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::answer::Answer;
use crate::bins;
use crate::column::Codes;
use crate::packed::Desks;
use crate::plan::{self, Plan, Reach};
use crate::query::Cohort;
use crate::runs::OpenRows;
use crate::table::{ABSENT, Chunk, OPEN_DUE};
use crate::tally::Tally;

/// Rows whose groups are worked out together.
pub(crate) const BLOCK: usize = 1024;
/// Groups counted in one go, with and without durations (10 KB and 256 bytes each).
const STRETCH_WITH_DURATIONS: u32 = 2_048;
const STRETCH: u32 = 131_072;

pub(crate) fn answer(plan: &Plan) -> Answer {
    let most = if plan.durations {
        STRETCH_WITH_DURATIONS
    } else {
        STRETCH
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(plan.facts.chunks.len().div_ceil(2)).max(1);
    let mut groups = match &plan.month {
        _ if plan.groups <= most => together(plan, threads),
        // Whole months at a time, as few as fill the counters' share of the cache.
        Some(month) if month.step >= 64 && month.step <= most => {
            in_stretches(plan, threads, month.step)
        }
        _ => crate::sorted::answer(plan, threads),
    };
    groups.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Answer { groups }
}

/// All threads count all groups, each in its own counters, over chunks taken in turn.
fn together(plan: &Plan, threads: usize) -> Vec<crate::Group> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut tally = Tally::new(plan, 0, plan.groups);
        while let Some(chunk) = plan.facts.chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            scan(plan, chunk, &mut tally);
        }
        tally
    };
    let tallies = on_threads(threads, work);
    let share = plan.groups.div_ceil(threads as u32).max(1);
    let turn = AtomicUsize::new(0);
    let parts = on_threads(threads, || {
        let from = turn.fetch_add(1, Ordering::Relaxed) as u32 * share;
        (from..(from + share).min(plan.groups))
            .filter_map(|group| Tally::group(plan, &tallies, group))
            .collect::<Vec<_>>()
    });
    parts.into_iter().flatten().collect()
}

/// Each thread counts a stretch of groups alone, over the chunks that can hold them.
fn in_stretches(plan: &Plan, threads: usize, stretch: u32) -> Vec<crate::Group> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        let mut tally = Tally::new(plan, 0, stretch);
        loop {
            let from = next.fetch_add(1, Ordering::Relaxed) as u64 * u64::from(stretch);
            if from >= plan.groups.into() {
                return found;
            }
            let from = from as u32;
            let to = (from + stretch).min(plan.groups);
            let step = plan.month.as_ref().map_or(0, |month| month.step);
            let outside = |(first, last): (u32, u32)| first >= to || last + step <= from;
            let mut chunks = plan
                .facts
                .chunks
                .iter()
                .filter(|chunk| !plan.stretch(chunk).is_some_and(outside))
                .filter(|chunk| plan.reach(chunk) != Reach::Nothing)
                .peekable();
            if chunks.peek().is_none() {
                continue;
            }
            tally.restart(from, to - from);
            chunks.for_each(|chunk| scan(plan, chunk, &mut tally));
            let tallies = std::slice::from_ref(&tally);
            found.extend((from..to).filter_map(|group| Tally::group(plan, tallies, group)));
        }
    };
    on_threads(threads, work).into_iter().flatten().collect()
}

pub(crate) fn on_threads<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    if threads <= 1 {
        return vec![work()];
    }
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(&work)).collect();
        let mut results = vec![work()];
        for other in others {
            results.push(
                other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            );
        }
        results
    })
}

fn scan(plan: &Plan, chunk: &Chunk, tally: &mut Tally) {
    let reach = plan.reach(chunk);
    if reach == Reach::Nothing {
        return;
    }
    if reach == Reach::Everything
        && let Some(runs) = plan.by_runs(chunk)
    {
        return crate::runs::count(plan, chunk, runs, tally);
    }
    if let (Cohort::Live { from, .. }, None) = (plan.cohort, &plan.month) {
        return at_work(plan, chunk, from, tally);
    }
    let mut parts = [0u32; BLOCK];
    let mut open = match reach {
        Reach::Everything => OpenRows::of(chunk),
        _ => OpenRows::default(),
    };
    for from in (0..chunk.fate.len()).step_by(BLOCK) {
        let to = (from + BLOCK).min(chunk.fate.len());
        let parts = &mut parts[..to - from];
        parts_of(plan, chunk, from, parts);
        if reach == Reach::Everything {
            match (plan.durations, plan.quality) {
                (false, false) => {
                    settled::<false, false>(plan, chunk, from, parts, &mut open, tally)
                }
                (false, true) => settled::<false, true>(plan, chunk, from, parts, &mut open, tally),
                (true, false) => settled::<true, false>(plan, chunk, from, parts, &mut open, tally),
                (true, true) => settled::<true, true>(plan, chunk, from, parts, &mut open, tally),
            }
        } else {
            for (part, row) in parts.iter().zip(from..) {
                look(plan, chunk, row, *part, tally);
            }
        }
    }
}

/// Rows that were at work from a moment on: a case that ended after less time than lies between the
/// chunk's last opening and the moment was gone by then, which its fate tells without a date.
fn at_work(plan: &Plan, chunk: &Chunk, from: i64, tally: &mut Tally) {
    let between = (from - i64::from(chunk.bounds.opened.1)).clamp(0, i64::from(i32::MAX));
    let long = bins::bin(between as u32);
    let candidate = |fate: &u16| *fate >= OPEN_DUE << 11 || *fate & 2047 >= long;
    each_of(&chunk.fate, candidate, |row| {
        if chunk.fate[row] != ABSENT {
            look(plan, chunk, row, plan.part(chunk, row), tally);
        }
    });
}

/// Tells which of the fates pass. Sixteen are asked at once, for where this is of use few do.
pub(crate) fn each_of(fates: &[u16], passes: impl Fn(&u16) -> bool, mut tell: impl FnMut(usize)) {
    for (sixteen, first) in fates.chunks(16).zip((0..).step_by(16)) {
        if !sixteen.iter().fold(false, |any, fate| any | passes(fate)) {
            continue;
        }
        for (fate, row) in sixteen.iter().zip(first..) {
            if passes(fate) {
                tell(row);
            }
        }
    }
}

/// Tells each row that the filters by code let through. For questions that tell no groups apart.
pub(crate) fn each_row(plan: &Plan, chunk: &Chunk, mut tell: impl FnMut(usize)) {
    let mut parts = [0u32; BLOCK];
    for from in (0..chunk.fate.len()).step_by(BLOCK) {
        let to = (from + BLOCK).min(chunk.fate.len());
        let parts = &mut parts[..to - from];
        parts_of(plan, chunk, from, parts);
        let passing = parts
            .iter()
            .zip(from..)
            .filter(|(part, _)| **part < plan::REJECT);
        passing.for_each(|(_, row)| tell(row));
    }
}

/// The group of each row as far as its codes decide it.
pub(crate) fn parts_of(plan: &Plan, chunk: &Chunk, from: usize, parts: &mut [u32]) {
    parts.fill(0);
    if let Some(table) = &plan.desk {
        match &chunk.desk {
            Desks::Rows(codes) => add(codes, table, from, parts),
            Desks::Packed { desks, .. } => {
                desks.within(from, from + parts.len(), |desk, first, end| {
                    let part = table[desk as usize];
                    parts[first - from..end - from]
                        .iter_mut()
                        .for_each(|sum| *sum += part);
                })
            }
        }
    }
    if let Some(table) = &plan.area {
        add(&chunk.area, table, from, parts);
    }
    if let Some(table) = &plan.traits {
        add(&chunk.traits, table, from, parts);
    }
    if let Some(month) = &plan.month {
        match plan.stretch(chunk) {
            Some((first, last)) if first == last => {
                parts.iter_mut().for_each(|part| *part += first);
            }
            _ => {
                for (part, row) in parts.iter_mut().zip(from..) {
                    if *part < plan::REJECT && chunk.fate[row] != ABSENT {
                        *part += month.part(date(chunk, row, month.by_due));
                    }
                }
            }
        }
    }
}

/// Opened, or the deadline where there is one and it is asked for.
fn date(chunk: &Chunk, row: usize, by_due: bool) -> u32 {
    let opened = chunk.opened(row);
    if by_due && chunk.has_deadline(row) {
        opened.wrapping_add(chunk.due.get(row))
    } else {
        opened
    }
}

fn add(codes: &Codes, table: &[u32], from: usize, parts: &mut [u32]) {
    match codes {
        Codes::One(list) => {
            for (part, code) in parts.iter_mut().zip(&list[from..]) {
                *part += table[usize::from(*code)];
            }
        }
        Codes::Two(list) => {
            for (part, code) in parts.iter_mut().zip(&list[from..]) {
                *part += table[usize::from(*code)];
            }
        }
        Codes::Four(list) => {
            for (part, code) in parts.iter_mut().zip(&list[from..]) {
                *part += table[*code as usize];
            }
        }
    }
}

/// Rows of a chunk that is all in the past: an ended row's fate says everything.
fn settled<const DURATIONS: bool, const QUALITY: bool>(
    plan: &Plan,
    chunk: &Chunk,
    from: usize,
    parts: &[u32],
    open: &mut OpenRows,
    tally: &mut Tally,
) {
    // By the upper bits of a row's fate: its part, and where its duration is counted. Open rows get a
    // part that is no group, so that one comparison serves them and the filters.
    let places: [(u32, u32); 32] = std::array::from_fn(|state| {
        let part = if state < usize::from(OPEN_DUE) {
            plan.fates[state]
        } else {
            plan::REJECT
        };
        (part, Tally::place(plan.roles[state]))
    });
    let rows = &chunk.fate[from..from + parts.len()];
    tally.run::<DURATIONS>(parts, rows, &places);
    let to = from + parts.len();
    open.count(plan, chunk, (from, to), |row| parts[row - from], tally);
    if QUALITY {
        for ((part, fate), row) in parts.iter().zip(rows).zip(from..) {
            let state = usize::from(fate >> 11);
            let group = part.wrapping_add(places[state].0).wrapping_sub(tally.from);
            if group < tally.groups {
                tally.quality(group as usize, plan.roles[state], chunk.traits.get(row));
            }
        }
    }
}

/// An open row of a chunk that is all in the past: of its dates only the opening is read.
#[inline]
pub(crate) fn open(
    plan: &Plan,
    chunk: &Chunk,
    row: usize,
    opened: u32,
    part: u32,
    tally: &mut Tally,
) {
    let promise = if chunk.has_deadline(row) {
        plan::BROKEN
    } else {
        plan::NONE
    };
    let fate = plan::fate(None, promise);
    let group = part.wrapping_add(plan.fates[fate]).wrapping_sub(tally.from);
    if group < tally.groups {
        let seconds = (plan.as_of - i64::from(opened)) as u32;
        tally.add(plan, group as usize, fate, seconds, chunk.traits.get(row));
    }
}

/// What a row is at the moment of the question; `None`: not of the cohort.
pub(crate) struct Seen {
    pub fate: usize,
    pub opened: i64,
    /// Until its end, or until now.
    pub seconds: u32,
    pub due: Option<i64>,
}

#[inline]
pub(crate) fn seen(plan: &Plan, chunk: &Chunk, row: usize) -> Option<Seen> {
    let moments = chunk.moments(row)?;
    let opened = i64::from(moments.opened);
    let due = moments.due.map(i64::from);
    let in_cohort = match plan.cohort {
        Cohort::All => true,
        Cohort::Opened { from, to } => opened >= from && opened < to,
        Cohort::Due { from, to } => {
            let date = due.unwrap_or(opened);
            date >= from && date < to
        }
        Cohort::Live { from, .. } => moments.ended.is_none_or(|(at, _)| i64::from(at) >= from),
    };
    if !in_cohort || opened > plan.as_of {
        return None;
    }
    let ended = moments
        .ended
        .map(|(at, ending)| (i64::from(at), ending))
        .filter(|(at, _)| *at <= plan.as_of);
    let promise = match (due, ended) {
        (None, _) => plan::NONE,
        (Some(due), Some((at, _))) if at > due => plan::BROKEN,
        (Some(due), _) if due > plan.as_of => plan::LATER,
        (Some(_), Some(_)) => plan::KEPT,
        (Some(_), None) => plan::BROKEN,
    };
    Some(Seen {
        fate: plan::fate(ended.map(|(_, ending)| ending), promise),
        opened,
        seconds: (ended.map_or(plan.as_of, |(at, _)| at) - opened) as u32,
        due,
    })
}

fn look(plan: &Plan, chunk: &Chunk, row: usize, part: u32, tally: &mut Tally) {
    if part >= plan::REJECT {
        return;
    }
    let Some(seen) = seen(plan, chunk, row) else {
        return;
    };
    let group = (part + plan.fates[seen.fate]).wrapping_sub(tally.from);
    if group >= tally.groups {
        return;
    }
    tally.add(
        plan,
        group as usize,
        seen.fate,
        seen.seconds,
        chunk.traits.get(row),
    );
    if let Cohort::Live { from, .. } = plan.cohort
        && seen.opened < from
    {
        tally.entered(plan, group as usize, seen.fate, (from - seen.opened) as u32);
    }
}

//! Very many groups (services by areas): the cases that match are sorted by group, so that one small
//! set of counters serves all. Takes sixteen bytes a matching case while it runs.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Group;
use crate::plan::{self, Plan, Reach};
use crate::query::Cohort;
use crate::scan::{BLOCK, on_threads, parts_of, seen};
use crate::table::Chunk;
use crate::tally::Tally;

/// A case that counts.
#[derive(Clone, Copy)]
struct Row {
    group: u32,
    seconds: u32,
    /// Age at entry; 0: was there from the beginning.
    entered: u32,
    traits: u16,
    fate: u8,
}

pub(crate) fn answer(plan: &Plan, threads: usize) -> Vec<Group> {
    let next = AtomicUsize::new(0);
    let lists = on_threads(threads, || {
        let mut rows = Vec::new();
        while let Some(chunk) = plan.facts.chunks.get(next.fetch_add(1, Ordering::Relaxed)) {
            if plan.reach(chunk) != Reach::Nothing {
                collect(plan, chunk, &mut rows);
            }
        }
        rows.sort_unstable_by_key(|row: &Row| row.group);
        rows
    });
    let share = plan.groups.div_ceil(threads as u32).max(1);
    let turn = AtomicUsize::new(0);
    let parts = on_threads(threads, || {
        let from = turn.fetch_add(1, Ordering::Relaxed) as u32 * share;
        let slices = lists.iter().map(|rows| {
            let place = |group| rows.partition_point(|row| row.group < group);
            &rows[place(from)..place(from + share)]
        });
        count(plan, slices.collect())
    });
    parts.into_iter().flatten().collect()
}

fn collect(plan: &Plan, chunk: &Chunk, rows: &mut Vec<Row>) {
    let mut parts = [0u32; BLOCK];
    for from in (0..chunk.fate.len()).step_by(BLOCK) {
        let to = (from + BLOCK).min(chunk.fate.len());
        let parts = &mut parts[..to - from];
        parts_of(plan, chunk, from, parts);
        for (part, row) in parts.iter().zip(from..) {
            if *part >= plan::REJECT {
                continue;
            }
            let Some(seen) = seen(plan, chunk, row) else {
                continue;
            };
            let group = part + plan.fates[seen.fate];
            if group >= plan.groups {
                continue;
            }
            let entered = match plan.cohort {
                Cohort::Live { from, .. } => (from - seen.opened).max(0) as u32,
                _ => 0,
            };
            rows.push(Row {
                group,
                seconds: seen.seconds,
                entered,
                traits: chunk.traits.get(row) as u16,
                fate: seen.fate as u8,
            });
        }
    }
}

/// Group by group, over lists sorted by group.
fn count(plan: &Plan, mut lists: Vec<&[Row]>) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut tally = Tally::new(plan, 0, 1);
    while let Some(group) = lists
        .iter()
        .filter_map(|rows| rows.first())
        .map(|row| row.group)
        .min()
    {
        tally.restart(group, 1);
        for rows in &mut lists {
            let these = rows.iter().take_while(|row| row.group == group).count();
            let (these, others) = rows.split_at(these);
            for row in these {
                tally.add(plan, 0, row.fate.into(), row.seconds, row.traits.into());
                if row.entered > 0 {
                    tally.entered(plan, 0, row.fate.into(), row.entered);
                }
            }
            *rows = others;
        }
        groups.extend(Tally::group(plan, std::slice::from_ref(&tally), group));
    }
    groups
}

//! Checks 5 and 6: does the longest way keep the legal time; and with every way back taken?
//!
//! Time is counted in thousandths of a working hour; eight hours are a working day. A legal limit
//! on the wall clock is compared by the working time of an ordinary week that begins on a Monday:
//! 24 hours hold 8 working hours, seven days hold five working days, a month holds twenty.
//! Steps in `stopped-in` and those `outside-limit` do not count; `rest` takes what is left.

use super::Found;
use super::flow::{Flow, Goal, StageKind};
use crate::definition::{
    ClockRule, Definition, Limit, LimitRule, LimitUnit, Step, WaitFor, Within,
};

const DAY: i64 = 8_000;

/// What the process needs against what the law gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalTime {
    /// Thousandths of a working hour on the longest way, each way back left out.
    pub longest: i64,
    /// The same with every way back taken as often as it may be, one after the other.
    pub worst: i64,
    /// The steps of the longest way that cost time, dearest first.
    pub parts: Vec<(String, i64)>,
}

/// The time of a sound process.
pub fn legal_time(definition: &Definition, flow: &Flow) -> LegalTime {
    let clock = &definition.process.clock;
    let longest = longest_way(flow, clock);
    let mut parts: Vec<(String, i64)> = longest
        .parts
        .into_iter()
        .filter(|(_, cost)| *cost > 0)
        .collect();
    parts.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
    LegalTime {
        longest: longest.total,
        worst: worst(flow, clock),
        parts,
    }
}

pub fn too_long(definition: &Definition, flow: &Flow) -> Vec<Found> {
    let time = legal_time(definition, flow);
    limits(definition)
        .into_iter()
        .filter_map(|(path, limit)| {
            let given = working(limit);
            let rests = time.parts.iter().filter(|(_, cost)| *cost == REST).count();
            if time.longest <= given {
                return None;
            }
            if let Some((rest, _)) = time.parts.iter().find(|(_, cost)| *cost == REST)
                && time.longest - i64::try_from(rests).unwrap_or(0) * REST <= given
            {
                let says = format!(
                    "Không còn thời gian cho bước “{rest}” (rest): các bước khác đã dùng hết {}.",
                    limit.vi()
                );
                return Some(Found::error(path, says));
            }
            Some(Found::error(path, too_long_says(&time, limit, given)))
        })
        .collect()
}

/// `10,5 > 10 ngày làm việc: tax_notice 5, appraise 2, …`
fn too_long_says(time: &LegalTime, limit: Limit, given: i64) -> String {
    let (size, unit) = match limit.unit {
        LimitUnit::Hours | LimitUnit::WorkingHours => (1_000, "giờ làm việc"),
        LimitUnit::WorkingDays | LimitUnit::Days | LimitUnit::Months => (DAY, "ngày làm việc"),
    };
    let parts: Vec<String> = time
        .parts
        .iter()
        .filter(|(_, cost)| *cost > REST)
        .map(|(code, cost)| format!("{code} {}", number(*cost, size)))
        .collect();
    let wall = match limit.unit {
        LimitUnit::WorkingDays | LimitUnit::WorkingHours => String::new(),
        LimitUnit::Days | LimitUnit::Hours | LimitUnit::Months => {
            format!(" ({} có chừng ấy giờ làm việc)", limit.vi())
        }
    };
    format!(
        "Quy trình không kịp thời hạn: {} > {} {unit}{wall}: {}.",
        number(time.longest - time.longest % 5, size),
        number(given, size),
        parts.join(", ")
    )
}

pub fn worst_case(definition: &Definition, flow: &Flow) -> Vec<Found> {
    let time = legal_time(definition, flow);
    let tightest = limits(definition)
        .into_iter()
        .min_by_key(|(_, limit)| working(*limit));
    let Some((path, limit)) = tightest else {
        return Vec::new();
    };
    let given = working(limit);
    if time.longest > given || time.worst <= given {
        return Vec::new();
    }
    let says = format!(
        "Nếu mọi lần trả lại đều xảy ra thì cần {} ngày làm việc, thời hạn là {}.",
        number(time.worst, DAY),
        number(given, DAY)
    );
    vec![Found::warning(path, says)]
}

/// Each limit that may hold, with its place in the file.
fn limits(definition: &Definition) -> Vec<(String, Limit)> {
    match &definition.process.limit {
        None | Some(LimitRule::Answer(_)) => Vec::new(),
        Some(LimitRule::Fixed(limit)) => vec![("process/limit".into(), *limit)],
        Some(LimitRule::ByChannel(limits)) => limits
            .iter()
            .map(|(_, limit)| ("process/limit".into(), *limit))
            .collect(),
        Some(LimitRule::Table { table, column }) => {
            let Some(table) = definition.tables.iter().find(|known| known.code == *table) else {
                return Vec::new();
            };
            let Some(at) = table.outputs.iter().position(|output| output == column) else {
                return Vec::new();
            };
            let cells = table.rows.iter().enumerate().filter_map(|(index, row)| {
                let limit = row.then.get(at)?.parse().ok()?;
                Some((format!("tables/{}/rows/{index}", table.code), limit))
            });
            cells.collect()
        }
    }
}

/// `10,5` of thousandths of a working hour.
pub(super) fn number_of_days(time: i64) -> String {
    number(time, DAY)
}

/// The working time inside a limit.
pub(super) fn working(limit: Limit) -> i64 {
    let count = limit.thousandths;
    match limit.unit {
        LimitUnit::WorkingDays => count.saturating_mul(8),
        LimitUnit::WorkingHours => count,
        LimitUnit::Hours => {
            let days = count / 24_000;
            let hours = count % 24_000;
            calendar_days(days * 1_000).saturating_add(hours / 3)
        }
        LimitUnit::Days => calendar_days(count),
        LimitUnit::Months => count.saturating_mul(20 * 8),
    }
}

fn calendar_days(thousandths: i64) -> i64 {
    let weeks = thousandths / 7_000;
    let rest = (thousandths % 7_000).min(5_000);
    (weeks * 5_000 + rest).saturating_mul(8)
}

/// What `rest` costs at least: something.
const REST: i64 = 1;

fn cost(step: &Step, clock: &ClockRule) -> i64 {
    if step.outside_limit || clock.stopped_in.contains(&step.code) {
        return 0;
    }
    match (&step.within, step.wait_at_most) {
        (Some(Within::Limit(limit)), _) => working(*limit),
        (None, Some(limit)) => working(limit),
        (Some(Within::Rest), _) => REST,
        (Some(Within::Answer(_)), _) | (None, None) => 0,
    }
}

#[derive(Debug, Clone, Default)]
struct Length {
    total: i64,
    parts: Vec<(String, i64)>,
}

/// The dearest way from the first stage to an end.
fn longest_way(flow: &Flow, clock: &ClockRule) -> Length {
    let costs: Vec<Length> = flow
        .stages
        .iter()
        .map(|stage| match &stage.kind {
            StageKind::Step(step) => {
                let cost = cost(step, clock);
                Length {
                    total: cost,
                    parts: vec![(step.code.clone(), cost)],
                }
            }
            StageKind::Block { wait_for, branches } => {
                let all = branches.iter().map(|branch| longest_way(branch, clock));
                match wait_for {
                    WaitFor::All => all.max_by_key(|length| length.total),
                    WaitFor::Any => all.min_by_key(|length| length.total),
                }
                .unwrap_or_default()
            }
        })
        .collect();
    let (forward, _) = forward(flow);
    dearest(flow, &costs, &forward, 0, None).unwrap_or_default()
}

/// As [`longest_way`], adding for every way back what lies between its ends, as often as allowed.
fn worst(flow: &Flow, clock: &ClockRule) -> i64 {
    let costs: Vec<Length> = flow
        .stages
        .iter()
        .map(|stage| match &stage.kind {
            StageKind::Step(step) => Length {
                total: cost(step, clock),
                parts: Vec::new(),
            },
            StageKind::Block { wait_for, branches } => {
                let all = branches.iter().map(|branch| worst(branch, clock));
                let total = match wait_for {
                    WaitFor::All => all.max(),
                    WaitFor::Any => all.min(),
                };
                Length {
                    total: total.unwrap_or_default(),
                    parts: Vec::new(),
                }
            }
        })
        .collect();
    let (forward, back) = forward(flow);
    let once = dearest(flow, &costs, &forward, 0, None).map_or(0, |length| length.total);
    let again: i64 = back
        .iter()
        .filter_map(|&way| {
            let way = &flow.ways[way];
            let Goal::Stage(to) = way.to else { return None };
            let between = dearest(flow, &costs, &forward, to, Some(way.from))?;
            Some(between.total.saturating_mul(i64::from(flow.bound(way)?)))
        })
        .sum();
    once.saturating_add(again)
}

/// The ways (by index) that lead forward, never in a circle, and those that lead back.
fn forward(flow: &Flow) -> (Vec<usize>, Vec<usize>) {
    let (bounded, free): (Vec<usize>, Vec<usize>) =
        (0..flow.ways.len()).partition(|&way| flow.bound(&flow.ways[way]).is_some());
    let mut forward: Vec<usize> = Vec::new();
    let mut back = Vec::new();
    for way in free.into_iter().chain(bounded) {
        let circle = match flow.ways[way].to {
            Goal::Stage(to) => leads(flow, &forward, to, flow.ways[way].from),
            Goal::Exit | Goal::End(_) => false,
        };
        if circle {
            back.push(way)
        } else {
            forward.push(way)
        }
    }
    (forward, back)
}

fn leads(flow: &Flow, ways: &[usize], from: usize, to: usize) -> bool {
    let mut seen = vec![false; flow.stages.len()];
    let mut waiting = vec![from];
    while let Some(at) = waiting.pop() {
        if at == to {
            return true;
        }
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        waiting.extend(ways.iter().filter_map(|&way| match flow.ways[way].to {
            Goal::Stage(next) if flow.ways[way].from == at => Some(next),
            _ => None,
        }));
    }
    false
}

/// The dearest way from `from` to an end, or to `goal`; `None` where there is none.
fn dearest(
    flow: &Flow,
    costs: &[Length],
    ways: &[usize],
    from: usize,
    goal: Option<usize>,
) -> Option<Length> {
    let mut known: Vec<Option<Option<Length>>> = vec![None; flow.stages.len()];
    dearest_from(flow, costs, ways, from, goal, &mut known)
}

fn dearest_from(
    flow: &Flow,
    costs: &[Length],
    ways: &[usize],
    at: usize,
    goal: Option<usize>,
    known: &mut [Option<Option<Length>>],
) -> Option<Length> {
    if let Some(length) = known.get(at)? {
        return length.clone();
    }
    let rest = if goal == Some(at) {
        Some(Length::default())
    } else {
        let mut best: Option<Length> = None;
        for &way in ways.iter().filter(|&&way| flow.ways[way].from == at) {
            let rest = match flow.ways[way].to {
                Goal::Stage(to) => dearest_from(flow, costs, ways, to, goal, known),
                Goal::Exit | Goal::End(_) => goal.is_none().then(Length::default),
            };
            // Passing by a step costs nothing, but the step itself is never cheaper.
            if let Some(rest) = rest
                && best.as_ref().is_none_or(|best| best.total < rest.total)
            {
                best = Some(rest);
            }
        }
        best
    };
    let length = rest.map(|rest| {
        let mut parts = costs[at].parts.clone();
        parts.extend(rest.parts);
        Length {
            total: costs[at].total.saturating_add(rest.total),
            parts,
        }
    });
    known[at] = Some(length.clone());
    length
}

/// `10,5` of a size.
fn number(thousandths: i64, size: i64) -> String {
    let milli = thousandths.saturating_mul(1_000) / size;
    let part = format!("{:03}", milli % 1_000);
    let part = part.trim_end_matches('0');
    if part.is_empty() {
        (milli / 1_000).to_string()
    } else {
        format!("{},{part}", milli / 1_000)
    }
}

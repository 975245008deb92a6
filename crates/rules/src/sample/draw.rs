//! The draw: a number and a list in, a sample out. Anybody can repeat it with a hash and a sort (`/open/sample` says how):
//!
//! 1. ticket = SHA-256 of `{month}/{number}/{tag}`, for each line of the list;
//! 2. in the order of the tickets each line is taken whose unit has fewer than its least;
//! 3. again in that order each line that is left is taken whose unit has fewer than its most;
//! 4. both end where the month is full.
//!
//! A line is named by its tag, the hash of the case's id: ids are made by chance before anybody knows the number, and
//! a tag gives away nothing of a report that is not public. Absent: what the units and lines are called.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Sample;
use crate::ids::{CaseId, ContentHash, UnitCode};

/// One report that could be drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line {
    pub tag: String,
    /// Who closed it.
    pub unit: UnitCode,
}

/// What a case is called in the list: half a SHA-256 of its id.
pub fn tag(case: CaseId) -> String {
    hex(&Sha256::digest(format!("sample/{case}"))[..16])
}

/// Of the whole list: SHA-256 of its lines `tag,unit` in order, each with its end.
pub fn hash(list: &[Line]) -> ContentHash {
    let mut lines: Vec<&Line> = list.iter().collect();
    lines.sort();
    let mut hash = Sha256::new();
    for Line { tag, unit } in lines {
        hash.update(format!("{tag},{unit}\n"));
    }
    hex(&hash.finalize())
}

/// What decides a line's place.
pub fn ticket(month: &str, seed: &str, tag: &str) -> String {
    hex(&Sha256::digest(format!("{month}/{seed}/{tag}")))
}

/// The tags drawn, in the order of their tickets.
pub fn draw(list: &[Line], month: &str, seed: &str, law: &Sample) -> Vec<String> {
    let mut order: Vec<(String, &Line)> = list
        .iter()
        .map(|line| (ticket(month, seed, &line.tag), line))
        .collect();
    order.sort();
    let mut by_unit: BTreeMap<&str, u32> = BTreeMap::new();
    let mut taken = vec![false; order.len()];
    let mut room = law.per_month;
    for most in [law.unit_at_least, law.unit_at_most] {
        for (place, (_, line)) in order.iter().enumerate() {
            let of_unit = by_unit.entry(&line.unit).or_default();
            if room > 0 && !taken[place] && *of_unit < most {
                (taken[place], *of_unit, room) = (true, *of_unit + 1, room - 1);
            }
        }
    }
    let drawn = order.into_iter().zip(taken).filter(|(_, taken)| *taken);
    drawn.map(|((_, line), _)| line.tag.clone()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

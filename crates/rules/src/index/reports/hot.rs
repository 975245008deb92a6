//! Hot spots: one kind of thing, reported again and again within one cell of the map in few days.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use service::definition::Ending;

use super::signs::place;
use super::{Report, Reports};
use crate::case::Spot;
use crate::index::dossier::At;
use crate::index::names::{Name, Names};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Side of a cell.
    pub metres: f64,
    pub days: u32,
    pub at_least: usize,
}

#[derive(Debug, Clone)]
pub struct Hot<'a> {
    pub service: Name,
    /// Row and column of the cell.
    pub cell: (i64, i64),
    /// Newest first, never empty.
    pub reports: Vec<&'a Report>,
}

impl Hot<'_> {
    /// As addresses name it: `report.litter|7419|78120`.
    pub fn key(&self, names: &Names) -> String {
        let (row, column) = self.cell;
        format!("{}|{row}|{column}", names.word(self.service))
    }

    /// The newest one: stands for all of them.
    pub fn newest(&self) -> Option<&Report> {
        self.reports.first().copied()
    }
}

/// The cell of a point. Its width follows from its row, so that cells are about square everywhere.
pub fn cell(spot: Spot, metres: f64) -> (i64, i64) {
    let north = metres / Spot::DEGREE;
    let (row, _) = place(spot, (north, 1.0));
    #[expect(clippy::cast_precision_loss, reason = "rows of the earth")]
    let middle = (row as f64 + 0.5) * north;
    let east = north / middle.to_radians().cos().max(0.01);
    place(spot, (north, east))
}

/// All hot spots at a moment, the hottest first. Nonsense does not count; a duplicate does: somebody else saw it too.
pub fn spots<'a>(reports: &'a [Report], limits: &Reports, as_of: At) -> Vec<Hot<'a>> {
    let since = as_of.get() - i64::from(limits.hot.days) * 86_400;
    let mut cells: BTreeMap<(Name, (i64, i64)), Vec<&'a Report>> = BTreeMap::new();
    for one in reports {
        let spam = one.close.is_some_and(|close| close.ending == Ending::Spam);
        let recent = one.opened <= as_of && one.opened.get() > since;
        if let (Some(spot), true, false) = (one.spot, recent, spam) {
            let cell = cell(spot, limits.hot.metres);
            cells.entry((one.service, cell)).or_default().push(one);
        }
    }
    let mut hot: Vec<Hot<'a>> = cells
        .into_iter()
        .filter(|(_, found)| found.len() >= limits.hot.at_least.max(2))
        .map(|((service, cell), mut reports)| {
            reports.sort_by(|a, b| b.opened.cmp(&a.opened).then_with(|| a.id.cmp(&b.id)));
            Hot {
                service,
                cell,
                reports,
            }
        })
        .collect();
    hot.sort_by_key(|one| std::cmp::Reverse(one.reports.len()));
    hot
}

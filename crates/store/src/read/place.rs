//! Cases in a box of the map: the cells it touches are asked one by one and merged, each in the order of its own index and no
//! further than the page needs.

use rules::case::Spot;

use crate::error::Result;
use crate::params;
use crate::read::list::{CaseLine, LINE, Narrow, Page, after, read_line};
use crate::read::query::Query;
use crate::reader::{Reader, Source};
use crate::tx::Tx;

/// A box of the map, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    pub south: f64,
    pub west: f64,
    pub north: f64,
    pub east: f64,
}

/// Cells that are asked one by one at most, and parts of a question: a cell, or a cell and a kind.
const CELLS: i64 = 64;
const PARTS: usize = 256;

impl Extent {
    /// Reaches so many metres from a spot to each side.
    pub fn around(spot: Spot, metres: f64) -> Self {
        let north = metres / Spot::DEGREE;
        let east = north / spot.lat.to_radians().cos().max(0.01);
        Self {
            south: spot.lat - north,
            north: spot.lat + north,
            west: spot.lon - east,
            east: spot.lon + east,
        }
    }

    /// The cells it touches; `None` where they are too many to be asked one by one.
    fn cells(self) -> Option<Vec<i64>> {
        // A point on the edge of two cells may have been rounded to either.
        const EDGE: f64 = 1e-9;
        let rows = |low: f64, high: f64| Spot::row(low - EDGE)..=Spot::row(high + EDGE);
        let (south, west) = (rows(self.south, self.north), rows(self.west, self.east));
        let many = |range: &std::ops::RangeInclusive<i64>| range.end() - range.start() + 1;
        let wide = [self.south, self.north, self.west, self.east]
            .iter()
            .any(|degrees| !degrees.is_finite() || degrees.abs() > 360.0);
        if wide || many(&south) * many(&west) > CELLS {
            return None;
        }
        let cells =
            south.flat_map(|row| west.clone().map(move |column| Spot::cell_at(row, column)));
        Some(cells.collect())
    }
}

impl Reader {
    /// Cases anybody may see, newest first.
    pub async fn public_cases(&self, narrow: &Narrow, page: Page) -> Result<Vec<CaseLine>> {
        public(self, narrow, page, "").await
    }

    /// As [`Tx::open_near`], for a page.
    pub async fn open_near(
        &self,
        service: &str,
        within: Extent,
        most: u32,
    ) -> Result<Vec<CaseLine>> {
        open_near(self, service, within, most).await
    }
}

impl Tx {
    /// Open public cases of a service inside a box: candidates for "this was reported already".
    pub async fn open_near(
        &mut self,
        service: &str,
        within: Extent,
        most: u32,
    ) -> Result<Vec<CaseLine>> {
        open_near(self, service, within, most).await
    }
}

async fn open_near(
    from: impl Source,
    service: &str,
    within: Extent,
    most: u32,
) -> Result<Vec<CaseLine>> {
    let narrow = Narrow {
        services: vec![service.to_owned()],
        open: Some(true),
        within: Some(within),
        ..Narrow::default()
    };
    let page = Page { after: None, most };
    public(from, &narrow, page, "AND c.original IS NULL").await
}

async fn public(
    mut from: impl Source,
    narrow: &Narrow,
    page: Page,
    and: &str,
) -> Result<Vec<CaseLine>> {
    let city = from.city();
    let query = question(&city, narrow, page, and)?;
    let rows = from.rows(&query.sql, &query.params).await?;
    rows.into_iter()
        .map(|mut row| read_line(&mut row))
        .collect()
}

fn question<'a>(city: &'a str, narrow: &'a Narrow, page: Page, and: &str) -> Result<Query<'a>> {
    let mut query = Query::new(String::new(), params![city]);
    // Said plainly, so that the indexes of public cases serve.
    let public = format!("SELECT {LINE} FROM cases c WHERE c.city = $1 AND c.public = 1");
    for (n, part) in parts(narrow).into_iter().enumerate() {
        if n > 0 {
            query.push("UNION ALL");
        }
        query.push(&public);
        if let Some(cell) = part.cell {
            query.with("AND c.cell =", cell);
        }
        if let Some(service) = part.service {
            query.with("AND c.service =", service);
        }
        narrow.push(&mut query)?;
        after(query.push(and), page);
    }
    query.with("ORDER BY opened DESC, id DESC LIMIT", page.most);
    Ok(query)
}

/// One arm of the question: what an index can be asked for at once.
#[derive(Clone, Copy)]
struct Part<'a> {
    cell: Option<i64>,
    service: Option<&'a str>,
}

fn parts(narrow: &Narrow) -> Vec<Part<'_>> {
    let whole = Part {
        cell: None,
        service: None,
    };
    let Some(cells) = narrow.within.and_then(Extent::cells) else {
        return vec![whole];
    };
    let cells = cells.into_iter().map(|cell| Part {
        cell: Some(cell),
        ..whole
    });
    let kinds = &narrow.services;
    if kinds.is_empty() || kinds.len() * cells.len() > PARTS {
        return cells.collect();
    }
    let of = |part: Part<'_>| {
        kinds.iter().map(move |kind| Part {
            service: Some(kind),
            ..part
        })
    };
    cells.flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::query::plan;

    /// At a million reports another index than these takes seconds, and sorting reads whole histories.
    #[tokio::test]
    async fn a_box_and_a_commune_are_read_in_the_order_of_their_own_indexes() {
        let (_folder, store) = plan::empty().await;
        let spot = Spot {
            lat: 10.03,
            lon: 105.78,
        };
        let within = Some(Extent::around(spot, 2_000.0));
        let some = || vec!["one".to_owned()];
        let by = |services, areas, open, within| Narrow {
            services,
            areas,
            open,
            within,
            ..Narrow::default()
        };
        for (narrow, index) in [
            (by(Vec::new(), Vec::new(), None, within), "case_cell ("),
            (
                by(Vec::new(), Vec::new(), Some(true), within),
                "case_cell_open (",
            ),
            (by(some(), Vec::new(), None, within), "case_cell_service ("),
            (by(Vec::new(), some(), None, None), "case_area ("),
            (by(some(), some(), Some(true), None), "case_area_service ("),
        ] {
            let page = Page {
                after: None,
                most: 30,
            };
            let reader = store.reader("city");
            let query = question("city", &narrow, page, "").expect("a question");
            let way = plan::of(&reader, &query).await;
            assert!(way.contains(index), "{index} {way}");
            assert!(!way.contains("TEMP B-TREE"), "{way}");
        }
    }
}

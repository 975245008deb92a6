//! A hexagon for every commune: centroids are spread apart until each has room, then given to the
//! cells of a lattice so that the sum of squared ways is least. No two share a cell and neighbours
//! stay near. Pure geometry; knows neither names nor colours.

/// A cell of a lattice of pointed hexagons in "odd rows shifted right" counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    pub column: i32,
    pub row: i32,
}

const ROW_HEIGHT: f64 = 0.866_025_403_784_438_6; // √3/2 with cells one wide

impl Cell {
    /// Centre of the cell; neighbouring centres are 1 apart.
    pub fn centre(self) -> (f64, f64) {
        let shift = if self.row.rem_euclid(2) == 1 {
            0.5
        } else {
            0.0
        };
        (
            f64::from(self.column) + shift,
            f64::from(self.row) * ROW_HEIGHT,
        )
    }
}

/// One cell per centroid (latitude, longitude in degrees), in the order given. North is up: rows
/// count downwards.
pub fn assign(centroids: &[(f64, f64)]) -> Vec<Cell> {
    if centroids.is_empty() {
        return Vec::new();
    }
    let points = spread(&plane(centroids));
    let cells = lattice(&points);
    let costs: Vec<Vec<f64>> = points
        .iter()
        .map(|p| cells.iter().map(|c| squared(*p, c.centre())).collect())
        .collect();
    let chosen = cheapest(&costs);
    let taken: Vec<Cell> = chosen.into_iter().map(|i| cells[i]).collect();
    // Begin at the first used column and an even row (an odd shift would break the rows' offset).
    let column = taken.iter().map(|c| c.column).min().unwrap_or(0);
    let row = taken.iter().map(|c| c.row).min().unwrap_or(0) & !1;
    taken
        .into_iter()
        .map(|c| Cell {
            column: c.column - column,
            row: c.row - row,
        })
        .collect()
}

/// Degrees to a plane of equal scale both ways, sized so that a point has about one cell of room.
fn plane(centroids: &[(f64, f64)]) -> Vec<(f64, f64)> {
    #[allow(clippy::cast_precision_loss)]
    let n = centroids.len() as f64;
    let (lat, lon) = centroids
        .iter()
        .fold((0.0, 0.0), |(a, b), c| (a + c.0 / n, b + c.1 / n));
    let flat: Vec<(f64, f64)> = centroids
        .iter()
        .map(|c| ((c.1 - lon) * lat.to_radians().cos(), lat - c.0))
        .collect();
    let reach = (flat.iter().map(|p| p.0 * p.0 + p.1 * p.1).sum::<f64>() / n).sqrt();
    // A disc of n cells has its root mean square radius at √(n · √3 / 4π).
    let wanted = (n * ROW_HEIGHT / (2.0 * std::f64::consts::PI)).sqrt();
    let scale = if reach > 0.0 { wanted / reach } else { 1.0 };
    flat.into_iter()
        .map(|p| (p.0 * scale, p.1 * scale))
        .collect()
}

/// Points nearer than a cell's width push each other away, a little each round. Points at the very
/// same place part along a direction of their own.
fn spread(start: &[(f64, f64)]) -> Vec<(f64, f64)> {
    const ROUNDS: usize = 300;
    let mut points = start.to_vec();
    for _ in 0..ROUNDS {
        let mut moves = vec![(0.0, 0.0); points.len()];
        for i in 0..points.len() {
            for j in 0..i {
                let (dx, dy) = (points[i].0 - points[j].0, points[i].1 - points[j].1);
                let apart = (dx * dx + dy * dy).sqrt();
                if apart >= 1.0 {
                    continue;
                }
                #[allow(clippy::cast_precision_loss)]
                let (ux, uy) = if apart > 1e-6 {
                    (dx / apart, dy / apart)
                } else {
                    ((i as f64).cos(), (i as f64).sin())
                };
                let push = (1.0 - apart) * 0.22;
                moves[i].0 += ux * push;
                moves[i].1 += uy * push;
                moves[j].0 -= ux * push;
                moves[j].1 -= uy * push;
            }
        }
        for (point, step) in points.iter_mut().zip(&moves) {
            point.0 += step.0;
            point.1 += step.1;
        }
    }
    points
}

/// All cells that hold or neighbour a point, and at least as many as there are points.
fn lattice(points: &[(f64, f64)]) -> Vec<Cell> {
    let mut reach = 0.75;
    loop {
        let bound = |f: fn(f64, f64) -> f64, pick: fn(&(f64, f64)) -> f64| {
            points.iter().map(pick).fold(pick(&points[0]), f)
        };
        #[allow(clippy::cast_possible_truncation)] // some tens of cells
        let (x0, x1) = (
            (bound(f64::min, |p| p.0) - reach).floor() as i32 - 1,
            (bound(f64::max, |p| p.0) + reach).ceil() as i32 + 1,
        );
        #[allow(clippy::cast_possible_truncation)]
        let (y0, y1) = (
            ((bound(f64::min, |p| p.1) - reach) / ROW_HEIGHT).floor() as i32 - 1,
            ((bound(f64::max, |p| p.1) + reach) / ROW_HEIGHT).ceil() as i32 + 1,
        );
        let cells: Vec<Cell> = (y0..=y1)
            .flat_map(|row| (x0..=x1).map(move |column| Cell { column, row }))
            .filter(|cell| {
                points
                    .iter()
                    .any(|p| squared(*p, cell.centre()) <= reach * reach)
            })
            .collect();
        if cells.len() >= points.len() {
            return cells;
        }
        reach += 0.5;
    }
}

fn squared(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)
}

/// The assignment problem by successive shortest ways (Hungarian method with potentials): for each
/// row its column, all different, with the least sum. Needs at least as many columns as rows.
fn cheapest(costs: &[Vec<f64>]) -> Vec<usize> {
    let (rows, columns) = (costs.len(), costs[0].len());
    let mut row_price = vec![0.0; rows + 1];
    let mut column_price = vec![0.0; columns + 1];
    // Index 0 is a column that stands for "none yet"; rows and columns count from 1.
    let mut owner = vec![0usize; columns + 1];
    for row in 1..=rows {
        owner[0] = row;
        let mut at = 0;
        let mut nearest = vec![f64::INFINITY; columns + 1];
        let mut came_from = vec![0usize; columns + 1];
        let mut seen = vec![false; columns + 1];
        while owner[at] != 0 {
            seen[at] = true;
            let here = owner[at];
            let (mut least, mut next) = (f64::INFINITY, 0);
            for column in 1..=columns {
                if seen[column] {
                    continue;
                }
                let cost = costs[here - 1][column - 1] - row_price[here] - column_price[column];
                if cost < nearest[column] {
                    nearest[column] = cost;
                    came_from[column] = at;
                }
                if nearest[column] < least {
                    least = nearest[column];
                    next = column;
                }
            }
            for column in 0..=columns {
                if seen[column] {
                    row_price[owner[column]] += least;
                    column_price[column] -= least;
                } else {
                    nearest[column] -= least;
                }
            }
            at = next;
        }
        while at != 0 {
            owner[at] = owner[came_from[at]];
            at = came_from[at];
        }
    }
    let mut chosen = vec![0; rows];
    for column in 1..=columns {
        if owner[column] > 0 {
            chosen[owner[column] - 1] = column - 1;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    /// The communes of Cần Thơ, as the city's own data has them: dense in the middle, thin outside.
    fn communes() -> Vec<(f64, f64)> {
        let text = include_str!("../../../../data/can-tho/organisation.toml");
        let city: rules::organisation::Organisation = toml::from_str(text).expect("the city reads");
        city.areas
            .iter()
            .filter(|a| a.valid_to.is_none())
            .map(|a| (a.lat, a.lon))
            .collect()
    }

    #[test]
    fn neighbours_stay_near() {
        let centroids = communes();
        assert_eq!(centroids.len(), 103);
        let cells = assign(&centroids);
        assert_eq!(
            cells.iter().collect::<HashSet<_>>().len(),
            103,
            "a collision"
        );
        assert!(cells.iter().all(|c| c.column >= 0 && c.row >= 0));
        let way = |i: usize, j: usize| squared(cells[i].centre(), cells[j].centre()).sqrt();
        let nearest = |i: usize| {
            (0..centroids.len()).filter(|j| *j != i).min_by(|a, b| {
                squared(centroids[i], centroids[*a])
                    .total_cmp(&squared(centroids[i], centroids[*b]))
            })
        };
        let kept = (0..103)
            .filter(|i| nearest(*i).is_some_and(|j| way(*i, j) < 2.1))
            .count();
        assert!(
            kept >= 99,
            "only {kept} of 103 are within two cells of their nearest neighbour"
        );
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        let cells = assign(&[(10.5, 105.0), (10.0, 105.5), (9.5, 106.0)]);
        assert!(cells[0].row < cells[1].row && cells[1].row < cells[2].row);
        assert!(cells[0].centre().0 < cells[2].centre().0);
    }

    #[test]
    fn the_assignment_is_the_cheapest_of_all() {
        let costs = vec![
            vec![4.0, 1.0, 3.0, 9.0],
            vec![2.0, 0.0, 5.0, 9.0],
            vec![3.0, 2.0, 2.0, 9.0],
        ];
        assert_eq!(cheapest(&costs), vec![1, 0, 2]);
    }

    proptest! {
        #[test]
        fn every_point_gets_a_cell_of_its_own(points in prop::collection::vec((9.0..10.5f64, 105.0..106.5f64), 1..60)) {
            let mut twice = points.clone();
            twice.push(points[0]);
            let cells = assign(&twice);
            prop_assert_eq!(cells.iter().collect::<HashSet<_>>().len(), twice.len());
        }
    }
}

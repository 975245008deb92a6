//! A way through places: from one always to the nearest that is left. Not the shortest way, but one that anybody on a
//! motorbike would choose.

use crate::case::Spot;

/// The order in which to go to `stops`, as their places in the list. From `start`, or from the first stop that has a
/// spot; those without one come last, as they stand.
pub fn order(start: Option<Spot>, stops: &[Option<Spot>]) -> Vec<usize> {
    let mut left: Vec<(usize, Spot)> = (0..)
        .zip(stops)
        .filter_map(|(place, spot)| Some((place, (*spot)?)))
        .collect();
    let mut order = Vec::with_capacity(stops.len());
    let mut here = start.or(left.first().map(|(_, spot)| *spot));
    while let Some(from) = here {
        let away = |(_, spot): &(usize, Spot)| from.metres_to(*spot);
        let nearest = (0..left.len()).min_by(|a, b| away(&left[*a]).total_cmp(&away(&left[*b])));
        here = nearest.map(|nearest| {
            let (place, spot) = left.remove(nearest);
            order.push(place);
            spot
        });
    }
    let without = (0..stops.len()).filter(|place| stops[*place].is_none());
    order.extend(without);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64) -> Option<Spot> {
        Some(Spot { lat, lon: 105.78 })
    }

    #[test]
    fn always_to_the_nearest() {
        let stops = [at(10.03), None, at(10.09), at(10.04), at(10.01)];
        for (start, expected) in [
            (None, [0, 3, 4, 2, 1]),
            (at(10.10), [2, 3, 0, 4, 1]),
            (at(10.00), [4, 0, 3, 2, 1]),
        ] {
            assert_eq!(order(start, &stops), expected, "{start:?}");
        }
        assert_eq!(order(at(10.0), &[]), [0usize; 0]);
        assert_eq!(order(None, &[None, None]), [0, 1]);
    }
}

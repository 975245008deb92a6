//! Where names may stand in a drawing so that none covers another: the first free place beside its mark,
//! or none at all (the mark still has its title and its link).

/// A name beside its mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    pub x: f64,
    /// Baseline.
    pub y: f64,
    /// `start` or `end`, as SVG anchors text.
    pub anchor: &'static str,
}

/// Of a letter at the size the drawings use, on the safe side.
const WIDE: f64 = 7.4;
const HIGH: f64 = 14.0;
const AWAY: f64 = 10.0;

/// A place for each mark (x, y, letters of its name), between `left` and `right`; the order is who comes first.
pub fn places(marks: &[(f64, f64, usize)], left: f64, right: f64) -> Vec<Option<Label>> {
    let mut taken: Vec<[f64; 4]> = marks
        .iter()
        .map(|(x, y, _)| [x - 6.0, y - 6.0, x + 6.0, y + 6.0])
        .collect();
    marks
        .iter()
        .map(|&(x, y, letters)| {
            #[allow(clippy::cast_precision_loss)] // letters of a name
            let width = letters as f64 * WIDE;
            let rows = [0.0, -HIGH, HIGH];
            let sides = [(x + AWAY, "start"), (x - AWAY, "end")];
            let tries = rows.iter().flat_map(|row| sides.map(|side| (row, side)));
            for (row, (at, anchor)) in tries {
                let from = if anchor == "start" { at } else { at - width };
                let y = y + row;
                let place = [from, y - HIGH / 2.0, from + width, y + HIGH / 2.0];
                let inside = from >= left && from + width <= right;
                if inside && !taken.iter().any(|other| overlap(other, &place)) {
                    taken.push(place);
                    let y = y + 4.0;
                    return Some(Label { x: at, y, anchor });
                }
            }
            None
        })
        .collect()
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_to_the_right_where_there_is_room_else_to_the_left() {
        let placed = places(&[(100.0, 50.0, 10), (690.0, 50.0, 10)], 50.0, 700.0);
        assert_eq!(placed[0].map(|l| l.anchor), Some("start"));
        assert_eq!(placed[1].map(|l| l.anchor), Some("end"));
    }

    #[test]
    fn names_never_cover_each_other_and_the_last_goes_without() {
        let marks: Vec<_> = (0..12).map(|i| (300.0 + f64::from(i), 100.0, 30)).collect();
        let placed = places(&marks, 50.0, 700.0);
        let boxes: Vec<[f64; 4]> = placed
            .iter()
            .flatten()
            .map(|l| {
                let from = if l.anchor == "start" {
                    l.x
                } else {
                    l.x - 222.0
                };
                [from, l.y - 11.0, from + 222.0, l.y + 3.0]
            })
            .collect();
        assert!(!boxes.is_empty() && boxes.len() < 12);
        for (i, a) in boxes.iter().enumerate() {
            assert!(boxes[i + 1..].iter().all(|b| !overlap(a, b)));
        }
    }
}

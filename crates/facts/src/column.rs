//! Columns that are as narrow as what they hold, and grow wider when they must.

/// Numbers below 2³², in one, two or four bytes each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Codes {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Default for Codes {
    fn default() -> Self {
        Codes::One(Vec::new())
    }
}

impl Codes {
    #[inline]
    pub fn get(&self, row: usize) -> u32 {
        match self {
            Codes::One(list) => list[row].into(),
            Codes::Two(list) => list[row].into(),
            Codes::Four(list) => list[row],
        }
    }

    /// `row` is an existing one or the next.
    pub fn set(&mut self, row: usize, value: u32) {
        let width = self.width();
        if width == 1 && value > 0xff || width == 2 && value > 0xffff {
            let codes = (0..self.len()).map(|row| self.get(row));
            *self = if value > 0xffff {
                Codes::Four(room(self.len(), codes))
            } else {
                Codes::Two(room(self.len(), codes.map(|value| value as u16)))
            };
        }
        match self {
            Codes::One(list) => place(list, row, value as u8),
            Codes::Two(list) => place(list, row, value as u16),
            Codes::Four(list) => place(list, row, value),
        }
    }

    pub fn shrink(&mut self) {
        match self {
            Codes::One(list) => list.shrink_to_fit(),
            Codes::Two(list) => list.shrink_to_fit(),
            Codes::Four(list) => list.shrink_to_fit(),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Codes::One(list) => list.len(),
            Codes::Two(list) => list.len(),
            Codes::Four(list) => list.len(),
        }
    }

    pub fn width(&self) -> usize {
        match self {
            Codes::One(_) => 1,
            Codes::Two(_) => 2,
            Codes::Four(_) => 4,
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Codes::One(list) => list.capacity(),
            Codes::Two(list) => list.capacity() * 2,
            Codes::Four(list) => list.capacity() * 4,
        }
    }
}

/// Numbers below 2³² in planes: two bytes always, the third and the fourth only where a row of the
/// column needs them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Planes {
    pub low: Vec<u16>,
    /// Empty, or as long as `low`.
    pub third: Vec<u8>,
    pub fourth: Vec<u8>,
}

impl Planes {
    #[inline]
    pub fn get(&self, row: usize) -> u32 {
        let mut value = u32::from(self.low[row]);
        if !self.third.is_empty() {
            value |= u32::from(self.third[row]) << 16;
        }
        if !self.fourth.is_empty() {
            value |= u32::from(self.fourth[row]) << 24;
        }
        value
    }

    /// `row` is an existing one or the next.
    pub fn set(&mut self, row: usize, value: u32) {
        let rows = self.low.len();
        if value > 0xffff && self.third.is_empty() {
            self.third = room(rows, std::iter::repeat_n(0, rows));
        }
        if value > 0xff_ffff && self.fourth.is_empty() {
            self.fourth = room(rows, std::iter::repeat_n(0, rows));
        }
        // Judged before `low` grows: a first row needs the plane as well.
        let (third, fourth) = (
            value > 0xffff || !self.third.is_empty(),
            value > 0xff_ffff || !self.fourth.is_empty(),
        );
        place(&mut self.low, row, value as u16);
        if third {
            place(&mut self.third, row, (value >> 16) as u8);
        }
        if fourth {
            place(&mut self.fourth, row, (value >> 24) as u8);
        }
    }

    pub fn bytes(&self) -> usize {
        self.low.capacity() * 2 + self.third.capacity() + self.fourth.capacity()
    }
}

/// A list that later grows by doubling to just a chunk's length.
fn room<T>(rows: usize, values: impl Iterator<Item = T>) -> Vec<T> {
    let mut list = Vec::with_capacity(rows.next_power_of_two());
    list.extend(values);
    list
}

fn place<T>(list: &mut Vec<T>, row: usize, value: T) {
    if row == list.len() {
        list.push(value);
    } else {
        list[row] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_width() -> impl Strategy<Value = u32> {
        prop_oneof![0u32..300, 0u32..70_000, 0u32..20_000_000, any::<u32>()]
    }

    proptest! {
        #[test]
        fn columns_give_back_what_was_set(sets in prop::collection::vec((0usize..20, any_width()), 1..60)) {
            let (mut codes, mut planes, mut plain) = (Codes::default(), Planes::default(), Vec::new());
            for (row, value) in sets {
                let row = row.min(plain.len());
                codes.set(row, value);
                planes.set(row, value);
                place(&mut plain, row, value);
            }
            for (row, value) in plain.iter().enumerate() {
                prop_assert_eq!(codes.get(row), *value);
                prop_assert_eq!(planes.get(row), *value);
            }
        }
    }
}

//! Numbers of a queue: who is called next, how long people waited. Whoever wrote the rule of priority wrote
//! data; that nobody waits for ever is ours: after so many in a row, one without priority is called.

use serde::{Deserialize, Serialize};
use service::definition::Code;

use crate::Moment;

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Waiting,
    /// At a counter, or on the way to it.
    Called,
    Done,
    /// Called and not there.
    Absent,
    /// Gave it back.
    Left,
}

/// A number that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub number: u32,
    pub purpose: Code,
    pub priority: bool,
    /// Sent on by another counter: was served already and goes first.
    pub sent_on: bool,
    /// The counter it was sent to, where it was.
    pub counter: Option<u32>,
    pub since: Moment,
}

/// Which of `waiting` a counter calls next: its place in the list. `serves`: the purposes this counter calls.
/// `in_a_row`: how many with priority were called just before.
pub fn next(
    waiting: &[Waiting],
    counter: u32,
    serves: impl Fn(&str) -> bool,
    in_a_row: u32,
    most_in_a_row: u32,
) -> Option<usize> {
    let mine = |one: &Waiting| match one.counter {
        Some(wanted) => wanted == counter,
        None => serves(&one.purpose),
    };
    let turn = |one: &Waiting| match (one.sent_on, one.priority) {
        (true, _) => 0,
        (false, true) if in_a_row < most_in_a_row => 1,
        (false, false) => 2,
        (false, true) => 3,
    };
    let callable = waiting.iter().enumerate().filter(|(_, one)| mine(one));
    callable
        .min_by_key(|(_, one)| (turn(one), one.since, one.number))
        .map(|(place, _)| place)
}

/// Those who will be called before the number at `place`, as far as the rule alone says: the order of a single
/// counter that serves all.
pub fn ahead(waiting: &[Waiting], number: u32, in_a_row: u32, most_in_a_row: u32) -> Option<usize> {
    let mut left: Vec<Waiting> = waiting.to_vec();
    for one in &mut left {
        one.counter = None;
    }
    let (mut ahead, mut row) = (0, in_a_row);
    while let Some(place) = next(&left, 0, |_| true, row, most_in_a_row) {
        let called = left.remove(place);
        if called.number == number {
            return Some(ahead);
        }
        row = if called.priority { row + 1 } else { 0 };
        ahead += 1;
    }
    None
}

/// One number as figures need it; seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub state: State,
    pub waited: u32,
    pub served: u32,
    pub called: bool,
}

/// How people waited and were served. Times in seconds, by the nearest rank; `None`: nobody yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub taken: u32,
    pub done: u32,
    pub waiting: u32,
    /// Absent when called, or gave the number back.
    pub abandoned: u32,
    pub median_wait: Option<u32>,
    pub nine_of_ten_wait: Option<u32>,
    pub median_service: Option<u32>,
    pub nine_of_ten_service: Option<u32>,
}

/// Counts numbers. Waiting is measured over everybody who was called, there or not; service over those done.
pub fn figures(numbers: &[Measured]) -> Figures {
    let count = |wanted: &[State]| {
        let some = numbers.iter().filter(|one| wanted.contains(&one.state));
        u32::try_from(some.count()).unwrap_or(u32::MAX)
    };
    let mut waited: Vec<u32> = numbers
        .iter()
        .filter(|one| one.called)
        .map(|one| one.waited)
        .collect();
    let done = numbers.iter().filter(|one| one.state == State::Done);
    let mut served: Vec<u32> = done.map(|one| one.served).collect();
    waited.sort_unstable();
    served.sort_unstable();
    Figures {
        taken: u32::try_from(numbers.len()).unwrap_or(u32::MAX),
        done: count(&[State::Done]),
        waiting: count(&[State::Waiting, State::Called]),
        abandoned: count(&[State::Absent, State::Left]),
        median_wait: rank(&waited, 50),
        nine_of_ten_wait: rank(&waited, 90),
        median_service: rank(&served, 50),
        nine_of_ten_service: rank(&served, 90),
    }
}

/// The value at the nearest rank of a percentage.
fn rank(sorted: &[u32], percent: usize) -> Option<u32> {
    let place = (sorted.len() * percent).div_ceil(100);
    sorted.get(place.checked_sub(1)?).copied()
}

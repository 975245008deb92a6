//! The inspectors' room: what was drawn of what units called solved, and one drawn report on a phone in the field. Shown
//! is what is needed to find the place and compare; nothing of who reported.

mod list;
mod one;

use axum::routing::get;
use rules::case::event::LookedAgain;
use rules::duty::Act;
use rules::sample::Found;

use crate::door::{Doors, Duty};
use crate::hall::Hall;
use crate::text::Lang;
use crate::ui::parts::Tone;

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/looks", get(list::get).duty(Act::LookAgain))
        .door(
            "/looks/{month}/{code}",
            get(one::get).post(one::post).duty(Act::LookAgain),
        )
        .door(
            "/looks/{month}/{code}/photos/{hash}",
            get(one::photo).duty(Act::LookAgain),
        )
}

/// An event of looking again in a sentence.
pub fn words(l: Lang, looked: &LookedAgain) -> String {
    let (month, found) = (month_words(&looked.month), found_words(l, looked.found));
    match looked.instead_of {
        None => l.f("looks.event", &[("month", &month), ("found", &found)]),
        Some(before) => {
            let before = found_words(l, before);
            let args: [(&str, &dyn std::fmt::Display); 3] =
                [("month", &month), ("found", &found), ("before", &before)];
            l.f("looks.event-again", &args)
        }
    }
}

pub fn found_words(l: Lang, found: Found) -> String {
    l.of("looks-found", found.word(), &[])
}

pub fn tone(found: Found) -> Tone {
    match found {
        Found::Holds => Tone::Done,
        Found::DoesNotHold => Tone::Late,
        Found::CannotTell => Tone::Stopped,
    }
}

/// `10/2026`
pub fn month_words(month: &str) -> String {
    match month.split_once('-') {
        Some((year, month)) => format!("{month}/{year}"),
        None => month.to_owned(),
    }
}

//! The hotline desk (1022): who is calling, one page for a call, what was missed or promised, figures. Everything works by
//! keyboard and without script. Absent: how a report is judged and opened; an exchange is heard in `hook`.

mod call;
mod figures;
mod home;
mod hook;
mod letter;
mod lists;
mod pin;
mod ring;
mod sheet;
mod similar;
pub mod texts_in;
mod typed;

use axum::routing::{get, post};
use maud::{Markup, html};
use rules::Moment;
use rules::duty::Act;
use rules::hotline::{Call, Direction, State};

use crate::door::{Doors, Duty};
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, tag};

/// The doors of the hotline. Whether somebody works there is asked behind each: to others it is not there.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door("/hotline", get(home::get).duty(Act::OpenForOthers))
        .door("/hotline/live", get(home::live).duty(Act::OpenForOthers))
        .door("/hotline/begin", post(home::begin).duty(Act::OpenForOthers))
        .door("/hotline/take", post(home::take).duty(Act::OpenForOthers))
        .door("/hotline/line", post(home::line).duty(Act::OpenForOthers))
        .door(
            "/hotline/call/{id}",
            get(call::get).post(call::post).duty(Act::OpenForOthers),
        )
        .door("/hotline/calls", get(lists::get).duty(Act::OpenForOthers))
        .door(
            "/hotline/figures",
            get(figures::get).duty(Act::OpenForOthers),
        )
        .door(
            "/hotline/letters",
            get(letter::list).duty(Act::OpenForOthers),
        )
        .door(
            "/hotline/letter/{id}",
            get(letter::get).post(letter::post).duty(Act::OpenForOthers),
        )
        .door(
            "/hotline/letter/{id}/{hash}",
            get(letter::picture).duty(Act::OpenForOthers),
        )
        .door(
            "/hooks/mail/{system}",
            post(texts_in::mail).duty(Act::BringIn),
        )
        .door(
            "/hooks/texts/{system}",
            post(texts_in::text).duty(Act::BringIn),
        )
        .door(
            "/hotline/ring",
            get(ring::get).post(ring::post).duty(Act::OpenForOthers),
        )
        .door("/hooks/calls/{system}", post(hook::post).duty(Act::BringIn))
}

/// A number as it is read aloud: `0903 123 456`; that it is withheld, where it is.
pub(crate) fn spoken(l: Lang, number: Option<&str>) -> String {
    let Some(number) = number else {
        return l.t("hotline.withheld").to_owned();
    };
    let mut out = String::new();
    let first = number.chars().count() % 3 + 3;
    for (i, c) in number.chars().enumerate() {
        if i >= first && (i - first) % 3 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

fn state(l: Lang, call: &Call, now: Moment) -> Markup {
    let (tone, word) = match call.state(now) {
        State::Ringing => (Tone::Soon, "ringing"),
        State::Talking => (Tone::Run, "talking"),
        State::Over => (Tone::Done, "over"),
        State::Missed => match call.direction {
            Direction::In => (Tone::Late, "missed"),
            Direction::Out => (Tone::Plain, "not-reached"),
        },
    };
    tag(tone, &l.of("hotline-state", word, &[]))
}

/// `14:05 · vào · chờ 12 giây · nói 3 phút`
fn about(l: Lang, call: &Call, now: Moment) -> String {
    let mut parts = vec![say::short(call.began())];
    parts.push(
        match call.direction {
            Direction::In => l.t("hotline.in"),
            Direction::Out => l.t("hotline.out"),
        }
        .to_owned(),
    );
    if call.rang.is_some() && call.direction == Direction::In {
        parts.push(l.f("hotline.waited", &[("time", &seconds(l, call.waited(now)))]));
    }
    if let Some(talked) = call.talked() {
        parts.push(l.f("hotline.talked", &[("time", &seconds(l, talked))]));
    }
    if let Some(outcome) = call.wrap.outcome {
        parts.push(l.of("hotline-outcome", outcome.code(), &[]));
    }
    parts.join(" · ")
}

/// `45 giây`, `3 phút`: calls are shorter than anything else in the house.
fn seconds(l: Lang, seconds: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a call")]
    match seconds {
        ..120 => l.f("hotline.seconds", &[("n", &say::whole(l, seconds))]),
        _ => say::length(l, seconds as f64),
    }
}

/// What stands above every page of the hotline.
fn tabs(l: Lang, here: &str, demo: bool) -> Markup {
    let mut all = vec![
        ("/hotline", l.t("hotline.title")),
        ("/hotline/calls?show=missed", l.t("hotline.missed-calls")),
        ("/hotline/calls?show=follow", l.t("hotline.follow-ups")),
        ("/hotline/calls", l.t("hotline.log")),
        ("/hotline/letters", l.t("letters.title")),
        ("/hotline/figures", l.t("hotline.figures")),
    ];
    if demo {
        all.push(("/hotline/ring", l.t("hotline-ring.title")));
    }
    html! {
        nav.tabs aria-label=(l.t("hotline.title")) { ul {
            @for (to, words) in all { li { a href=(to) aria-current=[(to == here).then_some("page")] { (words) } } }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_threes() {
        for (number, spoken_as) in [
            ("0903123456", "0903 123 456"),
            ("02923820123", "02923 820 123"),
            ("1022", "1022"),
            ("113", "113"),
        ] {
            assert_eq!(spoken(Lang::Vi, Some(number)), spoken_as);
        }
        assert_eq!(spoken(Lang::Vi, None), "Số bị ẩn");
    }
}

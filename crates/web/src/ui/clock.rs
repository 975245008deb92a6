//! The face of a clock: what is left, how late, or why it stands still. It draws what `rules` worked
//! out; it compares no moments itself.

use maud::{Markup, html};
use rules::case::state::Stopped;

use super::parts::{Tone, tag};
use crate::text::Lang;

/// A length as a person would say it, already rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Minutes(i64),
    Hours(i64),
    WorkingHours(i64),
    Days(i64),
    WorkingDays(i64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Face {
    NoLimit,
    /// `share` of the time is used up, 0 to 1.
    Running {
        left: Length,
        share: f64,
        soon: bool,
    },
    Late {
        by: Length,
    },
    Stopped {
        since: Length,
        why: Stopped,
        share: f64,
    },
    Done {
        late: Option<Length>,
    },
}

pub fn length(lang: Lang, length: Length) -> String {
    match length {
        Length::Minutes(n) => lang.n("time.minutes", n, &[]),
        Length::Hours(n) => lang.n("time.hours", n, &[]),
        Length::WorkingHours(n) => lang.n("time.working-hours", n, &[]),
        Length::Days(n) => lang.n("time.days", n, &[]),
        Length::WorkingDays(n) => lang.n("time.working-days", n, &[]),
    }
}

/// `Còn 6 giờ làm việc`, `Trễ 2 ngày`, `Dừng 3 ngày: chờ nộp thuế`
pub fn words(lang: Lang, face: &Face) -> String {
    match face {
        Face::NoLimit => lang.t("clock.none").to_owned(),
        Face::Running { left, .. } => lang.f("clock.left", &[("length", &length(lang, *left))]),
        Face::Late { by } => lang.f("clock.late", &[("length", &length(lang, *by))]),
        Face::Stopped { since, why, .. } => lang.f(
            "clock.stopped",
            &[
                ("length", &length(lang, *since)),
                ("why", &why_stopped(lang, *why)),
            ],
        ),
        Face::Done { late: None } => lang.t("clock.done").to_owned(),
        Face::Done { late: Some(by) } => {
            lang.f("clock.done-late", &[("length", &length(lang, *by))])
        }
    }
}

pub fn why_stopped(lang: Lang, why: Stopped) -> String {
    let member = match why {
        Stopped::Supplement => "supplement",
        Stopped::Payment => "payment",
        Stopped::Question => "question",
        Stopped::Withdrawal => "withdrawal",
        Stopped::Excluded => "excluded",
        Stopped::Ended => "ended",
    };
    lang.of("stopped", member, &[])
}

pub fn tone(face: &Face) -> Tone {
    match face {
        Face::NoLimit => Tone::Plain,
        Face::Running { soon: true, .. } => Tone::Soon,
        Face::Running { .. } => Tone::Run,
        Face::Late { .. } | Face::Done { late: Some(_) } => Tone::Late,
        Face::Stopped { .. } => Tone::Stopped,
        Face::Done { late: None } => Tone::Done,
    }
}

/// The words as a tag: for lists.
pub fn clock_tag(lang: Lang, face: &Face) -> Markup {
    tag(tone(face), &words(lang, face))
}

/// The drawn face with the words and, under them, the date promised.
pub fn clock(lang: Lang, face: &Face, under: &str) -> Markup {
    // 2πr for r = 27: the ring is dashed by the part that is left.
    const ROUND: f64 = 169.646;
    let left = match face {
        Face::Running { share, .. } | Face::Stopped { share, .. } => 1.0 - share.clamp(0.0, 1.0),
        Face::NoLimit => 0.0,
        Face::Late { .. } | Face::Done { .. } => 1.0,
    };
    let dash = format!("{:.1} {ROUND:.1}", left * ROUND);
    let hand = match face {
        Face::Done { late: None } => "M21 33l8 8 15-17",
        Face::Stopped { .. } => "M26 23v18M38 23v18",
        Face::Late { .. } | Face::Done { .. } => "M32 19v16M32 43v1",
        Face::NoLimit => "M22 32h20",
        Face::Running { .. } => "M32 18v14l9 6",
    };
    html! {
        div class={ "clock " (tone(face).class()) } {
            svg.face viewBox="0 0 64 64" aria-hidden="true" focusable="false" {
                circle.ring cx="32" cy="32" r="27" {}
                @if left > 0.0 {
                    circle.left cx="32" cy="32" r="27" stroke-dasharray=(dash) transform="rotate(-90 32 32)" {}
                }
                path.hand d=(hand) {}
            }
            div { b { (words(lang, face)) } @if !under.is_empty() { p.small.muted { (under) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_says_in_words_what_it_draws() {
        let running = |left, soon| Face::Running {
            left,
            share: 0.5,
            soon,
        };
        for (face, says, tone_of) in [
            (
                running(Length::WorkingHours(6), true),
                "Còn 6 giờ làm việc",
                Tone::Soon,
            ),
            (
                running(Length::WorkingDays(4), false),
                "Còn 4 ngày làm việc",
                Tone::Run,
            ),
            (
                Face::Late {
                    by: Length::Days(2),
                },
                "Trễ 2 ngày",
                Tone::Late,
            ),
            (
                Face::Stopped {
                    since: Length::Days(3),
                    why: Stopped::Payment,
                    share: 0.2,
                },
                "Dừng 3 ngày: chờ nộp nghĩa vụ tài chính",
                Tone::Stopped,
            ),
            (Face::Done { late: None }, "Xong đúng hạn", Tone::Done),
            (
                Face::Done {
                    late: Some(Length::Hours(3)),
                },
                "Xong trễ 3 giờ",
                Tone::Late,
            ),
        ] {
            assert_eq!(words(Lang::Vi, &face), says);
            assert_eq!(tone(&face), tone_of);
            assert!(clock(Lang::Vi, &face, "").into_string().contains(says));
        }
        assert_eq!(
            words(
                Lang::En,
                &Face::Late {
                    by: Length::Days(1)
                }
            ),
            "1 day late"
        );
    }
}

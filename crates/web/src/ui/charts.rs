//! Drawings made by the server: interval bar, funnel, Kaplan–Meier curve, sparkline. They place what
//! `rules::league` worked out; they judge nothing. Each has words for those who do not see it.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::labels::places;
use crate::say;
use crate::text::Lang;

/// How a unit stands to the city, as `rules::league` judged it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Better,
    Even,
    Worse,
}

impl Standing {
    pub fn class(self) -> &'static str {
        match self {
            Standing::Better => "better",
            Standing::Even => "even",
            Standing::Worse => "worse",
        }
    }
}

/// A share with its interval and the city's mean, all between 0 and 1, on the scale `from`..1.
pub fn interval_bar(
    lang: Lang,
    share: f64,
    low: f64,
    high: f64,
    mean: f64,
    from: f64,
    standing: Standing,
) -> Markup {
    let span = (1.0 - from).max(0.01);
    let x = |value: f64| {
        format!(
            "{:.1}",
            6.0 + 148.0 * ((value - from) / span).clamp(0.0, 1.0)
        )
    };
    let says = lang.f(
        "chart.interval",
        &[
            ("share", &say::percent(lang, share)),
            ("low", &say::percent(lang, low)),
            ("high", &say::percent(lang, high)),
            ("mean", &say::percent(lang, mean)),
        ],
    );
    html! {
        svg.iv viewBox="0 0 160 20" role="img" aria-label=(says) {
            line.mid x1=(x(mean)) x2=(x(mean)) y1="0" y2="20" {}
            g class=(standing.class()) {
                line.bar-line x1=(x(low)) x2=(x(high)) y1="10" y2="10" {}
                @match standing {
                    Standing::Better => path d={ "M" (x(share)) " 4l5.500 10h-11z" } {},
                    Standing::Even => circle cx=(x(share)) cy="10" r="4.5" {},
                    Standing::Worse => path d={ "M" (x(share)) " 16l5.500 -10h-11z" } {},
                }
            }
        }
    }
}

/// One unit of a funnel: how many cases, which share, where it leads.
pub struct Dot {
    pub name: String,
    pub cases: u64,
    pub share: f64,
    pub standing: Standing,
    pub link: String,
}

/// Limits of a funnel at one number of cases.
pub struct Limits {
    pub cases: u64,
    pub low_95: f64,
    pub high_95: f64,
    pub low_998: f64,
    pub high_998: f64,
}

/// Units by number of cases and share, with the limits within which chance alone moves them. The
/// horizontal scale is logarithmic because units differ a hundredfold.
pub fn funnel(lang: Lang, mean: f64, limits: &[Limits], dots: &[Dot]) -> Markup {
    let most = dots
        .iter()
        .map(|d| d.cases)
        .chain(limits.iter().map(|l| l.cases))
        .max()
        .unwrap_or(1)
        .max(2);
    let fewest = dots
        .iter()
        .map(|d| d.cases)
        .chain(limits.iter().map(|l| l.cases))
        .min()
        .unwrap_or(1)
        .max(1);
    let low = dots
        .iter()
        .map(|d| d.share)
        .chain(limits.iter().map(|l| l.low_95))
        .fold(mean, f64::min);
    let from = ((low * 10.0).floor() / 10.0).clamp(0.0, 0.9);
    let (left, right, top, bottom) = (52.0, 700.0, 16.0, 324.0);
    #[allow(clippy::cast_precision_loss)] // counts of cases, far below 2^52
    let x = |cases: u64| {
        let (a, b) = (
            (fewest as f64).ln(),
            (most as f64).ln().max((fewest as f64).ln() + 0.1),
        );
        left + (right - left) * (((cases.max(1) as f64).ln() - a) / (b - a)).clamp(0.0, 1.0)
    };
    let y = |share: f64| bottom - (bottom - top) * ((share - from) / (1.0 - from)).clamp(0.0, 1.0);
    let line =
        |value: &dyn Fn(&Limits) -> f64| path(limits.iter().map(|l| (x(l.cases), y(value(l)))));
    // A line every 5 or 10 per cent.
    let every = if 1.0 - from > 0.4 { 0.1 } else { 0.05 };
    #[allow(clippy::cast_possible_truncation)] // at most ten lines
    let steps = ((1.0 - from) / every).round() as i32;
    // Those who need to be told apart have their names, the furthest off first.
    let mut worst: Vec<&Dot> = dots
        .iter()
        .filter(|dot| dot.standing == Standing::Worse)
        .collect();
    worst.sort_by(|a, b| a.share.total_cmp(&b.share));
    let marks: Vec<_> = worst
        .iter()
        .map(|dot| (x(dot.cases), y(dot.share), dot.name.chars().count()))
        .collect();
    let named = places(&marks, left, right + 16.0);
    html! {
        svg.chart viewBox="0 0 720 368" role="group" aria-label=(lang.t("chart.funnel")) {
            @for i in 0..=steps {
                @let share = from + every * f64::from(i);
                line.guide x1=(left) x2=(right) y1={ (format!("{:.1}", y(share))) } y2={ (format!("{:.1}", y(share))) } {}
                text x=(left - 6.0) y={ (format!("{:.1}", y(share) + 4.0)) } text-anchor="end" { (say::decimal(lang, share * 100.0, 0)) "%" }
            }
            @for cases in scale(fewest, most) {
                text x={ (format!("{:.1}", x(cases))) } y="342" text-anchor="middle" { (say::whole(lang, i64::try_from(cases).unwrap_or(i64::MAX))) }
            }
            text x=(f64::midpoint(left, right)) y="362" text-anchor="middle" { (lang.t("chart.cases-due")) }
            line.axis x1=(left) x2=(right) y1=(bottom) y2=(bottom) {}
            line.mean x1=(left) x2=(right) y1={ (format!("{:.1}", y(mean))) } y2={ (format!("{:.1}", y(mean))) } {}
            path.limit d=(line(&|l| l.low_95)) {}
            path.limit d=(line(&|l| l.high_95)) {}
            path.limit.far d=(line(&|l| l.low_998)) {}
            path.limit.far d=(line(&|l| l.high_998)) {}
            @for dot in dots {
                @let (cx, cy) = (x(dot.cases), y(dot.share));
                a href=(dot.link) aria-label={ (dot.name) ": " (say::percent(lang, dot.share)) ", " (lang.n("chart.cases", i64::try_from(dot.cases).unwrap_or(i64::MAX), &[])) } {
                    title { (dot.name) ": " (say::percent(lang, dot.share)) }
                    @let class = format!("dot {}", dot.standing.class());
                    @match dot.standing {
                        Standing::Better => path class=(class) d={ (format!("M{cx:.1} {:.1}l6 11h-12z", cy - 6.0)) } {},
                        Standing::Even => circle class=(class) cx={ (format!("{cx:.1}")) } cy={ (format!("{cy:.1}")) } r="5" {},
                        Standing::Worse => path class=(class) d={ (format!("M{cx:.1} {:.1}l6 -11h-12z", cy + 6.0)) } {},
                    }
                }
            }
            @for (dot, label) in worst.iter().zip(named) {
                @if let Some(label) = label {
                    text.name x={ (format!("{:.1}", label.x)) } y={ (format!("{:.1}", label.y)) } text-anchor=(label.anchor) { (dot.name) }
                }
            }
        }
    }
}

/// 30, 100, 300, 1000 … between the bounds.
fn scale(fewest: u64, most: u64) -> impl Iterator<Item = u64> {
    (0..8u32)
        .flat_map(|power| [10u64.pow(power), 3 * 10u64.pow(power)])
        .filter(move |n| (fewest..=most).contains(n))
}

/// A point of a Kaplan–Meier curve: after `days`, this share is still open, within the band.
pub struct Still {
    pub days: f64,
    pub open: f64,
    pub low: f64,
    pub high: f64,
}

/// How long cases stay open. Steps, because that is what the estimate is.
pub fn survival(lang: Lang, points: &[Still], until_days: f64) -> Markup {
    let (left, right, top, bottom) = (52.0, 700.0, 16.0, 264.0);
    let x = |days: f64| left + (right - left) * (days / until_days.max(0.001)).clamp(0.0, 1.0);
    let y = |share: f64| bottom - (bottom - top) * share.clamp(0.0, 1.0);
    let steps = |value: &dyn Fn(&Still) -> f64| {
        let mut before = 1.0;
        let mut corners = vec![(x(0.0), y(1.0))];
        for point in points.iter().filter(|p| p.days <= until_days) {
            corners.push((x(point.days), y(before)));
            before = value(point);
            corners.push((x(point.days), y(before)));
        }
        corners.push((right, y(before)));
        corners
    };
    let mut band = steps(&|p| p.high);
    band.extend(steps(&|p| p.low).into_iter().rev());
    html! {
        svg.chart viewBox="0 0 720 304" role="img" aria-label=(lang.t("chart.survival")) {
            path.band d={ (path(band.into_iter())) "Z" } {}
            @for share in [0.0, 0.1, 0.5, 1.0] {
                line.guide x1=(left) x2=(right) y1={ (format!("{:.1}", y(share))) } y2={ (format!("{:.1}", y(share))) } {}
                text x=(left - 6.0) y={ (format!("{:.1}", y(share) + 4.0)) } text-anchor="end" { (say::decimal(lang, share * 100.0, 0)) "%" }
            }
            @for i in 0..=6 {
                @let days = until_days * f64::from(i) / 6.0;
                text x={ (format!("{:.1}", x(days))) } y="282" text-anchor="middle" { (say::decimal(lang, days, usize::from(until_days < 6.0))) }
            }
            text x=(f64::midpoint(left, right)) y="300" text-anchor="middle" { (lang.t("chart.days-open")) }
            line.axis x1=(left) x2=(right) y1=(bottom) y2=(bottom) {}
            path.curve d=(path(steps(&|p| p.open).into_iter())) {}
        }
    }
}

/// A run of values, the last one marked. `says` tells the trend in words.
pub fn sparkline(values: &[f64], says: &str) -> Markup {
    let (least, most) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| {
            (a.min(*v), b.max(*v))
        });
    let span = if most - least > f64::EPSILON {
        most - least
    } else {
        1.0
    };
    #[allow(clippy::cast_precision_loss)] // at most a few hundred values
    let at = |i: usize, v: f64| {
        (
            3.0 + 88.0 * i as f64 / (values.len().max(2) - 1) as f64,
            20.0 - 16.0 * (v - least) / span,
        )
    };
    html! {
        @if let Some(last) = values.last() {
            @let (cx, cy) = at(values.len() - 1, *last);
            svg.spark viewBox="0 0 96 24" role="img" aria-label=(says) {
                path d=(path(values.iter().enumerate().map(|(i, v)| at(i, *v)))) {}
                circle cx={ (format!("{cx:.1}")) } cy={ (format!("{cy:.1}")) } r="3" {}
            }
        }
    }
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut d = String::new();
    for (i, (x, y)) in points.enumerate() {
        // Writing to a String cannot fail.
        write!(d, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' })
            .expect("a string takes what is written");
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_bar_says_its_numbers_and_marks_by_form() {
        let bar =
            interval_bar(Lang::Vi, 0.961, 0.948, 0.971, 0.906, 0.6, Standing::Better).into_string();
        assert!(
            bar.contains("96,1") && bar.contains("94,8") && bar.contains("90,6"),
            "{bar}"
        );
        assert!(bar.contains("<path") && !bar.contains("<circle"));
    }

    #[test]
    fn a_curve_falls_in_steps_and_stays_inside() {
        let points = [
            Still {
                days: 1.0,
                open: 0.5,
                low: 0.4,
                high: 0.6,
            },
            Still {
                days: 40.0,
                open: 0.1,
                low: 0.0,
                high: 0.2,
            },
        ];
        let curve = survival(Lang::Vi, &points, 30.0).into_string();
        assert!(
            curve.contains(r#"class="curve" d="M52.0 16.0L73.6 16.0L73.6 140.0L700.0 140.0""#),
            "{curve}"
        );
    }

    #[test]
    fn drawings_of_nothing_do_not_panic() {
        assert!(sparkline(&[], "").into_string().is_empty());
        assert!(sparkline(&[2.0], "hai").into_string().contains("circle"));
        assert!(
            funnel(Lang::En, 0.9, &[], &[])
                .into_string()
                .contains("svg")
        );
        assert!(survival(Lang::En, &[], 30.0).into_string().contains("svg"));
    }
}

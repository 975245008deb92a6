//! The funnel plot: units by size and (adjusted) share, with the limits that chance alone explains,
//! widened by what all units vary beyond it.

use maud::{Markup, html};
use rules::league::{League, Z_95, Z_998};

use super::ask::Ask;
use super::league::Line;
use super::words;
use crate::figures::plain;
use crate::say;
use crate::text::Lang;
use crate::ui::charts::{Dot, Limits, funnel};
use crate::ui::layout::encode;

pub fn section(l: Lang, ask: &Ask, lines: &[Line<'_>], league: &League) -> Markup {
    let Some(mean) = league.city.on_time.map(|share| share.share) else {
        return html! {};
    };
    let dots: Vec<Dot> = lines
        .iter()
        .filter_map(|line| {
            let share = line.row.on_time?;
            Some(Dot {
                name: line.name.clone(),
                cases: share.n,
                share: line.row.adjusted.unwrap_or(share.share),
                standing: words::standing(line.row.verdict),
                link: match ask.question.by {
                    facts::Dimension::Unit => {
                        ask.link(&format!("/league/{}", encode(&plain(line.key))), &[])
                    }
                    _ => ask.cases("passed", Some(line.key)),
                },
            })
        })
        .collect();
    html! {
        @if dots.len() > 2 {
            section {
                h2 { (l.t("league.funnel")) }
                p.small.muted { (l.f("league.funnel-says", &[("phi", &say::decimal(l, league.phi.max(1.0), 1))])) }
                (funnel(l, mean, &limits(mean, league.phi, &dots), &dots))
            }
        }
    }
}

/// θ ± z·√φ·√(θ(1−θ)/n) at sizes from the smallest to the largest unit, evenly on the logarithm.
fn limits(mean: f64, phi: f64, dots: &[Dot]) -> Vec<Limits> {
    const STEPS: u32 = 40;
    let sizes = || dots.iter().map(|dot| dot.cases.max(1));
    let (Some(least), Some(most)) = (sizes().min(), sizes().max()) else {
        return Vec::new();
    };
    #[allow(clippy::cast_precision_loss)] // counts of cases
    let (least, most) = ((least as f64).ln(), (most as f64).ln());
    (0..=STEPS)
        .map(|step| {
            let n = (least + (most - least) * f64::from(step) / f64::from(STEPS)).exp();
            let half = |z: f64| z * (phi.max(1.0) * mean * (1.0 - mean) / n).sqrt();
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let cases = n.round() as u64;
            Limits {
                cases,
                low_95: (mean - half(Z_95)).max(0.0),
                high_95: (mean + half(Z_95)).min(1.0),
                low_998: (mean - half(Z_998)).max(0.0),
                high_998: (mean + half(Z_998)).min(1.0),
            }
        })
        .collect()
}

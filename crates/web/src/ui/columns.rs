//! Two drawings over time: what came and went by week, and how cases ended by age. They place numbers;
//! they judge nothing, and a table or words stand beside them.

use maud::{Markup, html};

use crate::say;
use crate::text::Lang;

const LEFT: f64 = 52.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 224.0;

/// One week: how many came, how many went, how many were open at its end.
pub struct Week {
    /// `24/11`
    pub name: String,
    pub came: u32,
    pub went: u32,
    pub open: u32,
}

/// Pairs of columns with the stock as a line.
pub fn weeks(lang: Lang, weeks: &[Week], says: &str) -> Markup {
    let most = weeks
        .iter()
        .flat_map(|w| [w.came, w.went, w.open])
        .max()
        .unwrap_or(0)
        .max(1);
    #[allow(clippy::cast_precision_loss)] // at most some hundred weeks
    let room = (RIGHT - LEFT) / weeks.len().max(1) as f64;
    let y = |n: u32| BOTTOM - (BOTTOM - TOP) * f64::from(n) / f64::from(most);
    #[allow(clippy::cast_precision_loss)]
    let x = |i: usize| LEFT + room * i as f64;
    let every = weeks.len().div_ceil(9).max(1);
    let line: Vec<String> = weeks
        .iter()
        .enumerate()
        .map(|(i, w)| format!("{:.1},{:.1}", x(i) + room / 2.0, y(w.open)))
        .collect();
    html! {
        svg.chart viewBox="0 0 720 264" role="img" aria-label=(says) {
            @for n in [0, most / 2, most] {
                line.guide x1=(LEFT) x2=(RIGHT) y1={ (format!("{:.1}", y(n))) } y2={ (format!("{:.1}", y(n))) } {}
                text x=(LEFT - 6.0) y={ (format!("{:.1}", y(n) + 4.0)) } text-anchor="end" { (say::whole(lang, n.into())) }
            }
            @for (i, week) in weeks.iter().enumerate() {
                rect.came x={ (format!("{:.1}", x(i) + room * 0.12)) } y={ (format!("{:.1}", y(week.came))) } width={ (format!("{:.1}", room * 0.36)) } height={ (format!("{:.1}", BOTTOM - y(week.came))) } {}
                rect.went x={ (format!("{:.1}", x(i) + room * 0.52)) } y={ (format!("{:.1}", y(week.went))) } width={ (format!("{:.1}", room * 0.36)) } height={ (format!("{:.1}", BOTTOM - y(week.went))) } {}
                @if i % every == 0 { text x={ (format!("{:.1}", x(i) + room / 2.0)) } y="242" text-anchor="middle" { (week.name) } }
            }
            polyline.stock points=(line.join(" ")) {}
            line.axis x1=(LEFT) x2=(RIGHT) y1=(BOTTOM) y2=(BOTTOM) {}
        }
    }
}

/// Shares of each ending by age: (days, share of each), growing; what remains above is still open.
pub fn endings<const K: usize>(
    lang: Lang,
    points: &[(f64, [f64; K])],
    until_days: f64,
    says: &str,
) -> Markup {
    let x = |days: f64| LEFT + (RIGHT - LEFT) * (days / until_days.max(0.001)).clamp(0.0, 1.0);
    let y = |share: f64| BOTTOM - (BOTTOM - TOP) * share.clamp(0.0, 1.0);
    let sum = |shares: &[f64; K], upto: usize| shares.iter().take(upto).sum::<f64>();
    // A step curve from age 0; the area of ending `k` lies between the sums below and with it.
    let steps = |upto: usize| {
        let mut before = 0.0;
        let mut corners = vec![(x(0.0), y(0.0))];
        for (days, shares) in points.iter().filter(|(days, _)| *days <= until_days) {
            corners.push((x(*days), y(before)));
            before = sum(shares, upto);
            corners.push((x(*days), y(before)));
        }
        corners.push((RIGHT, y(before)));
        corners
    };
    let area = |k: usize| {
        let mut corners = steps(k + 1);
        corners.extend(steps(k).into_iter().rev());
        let corners: Vec<String> = corners
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        corners.join(" ")
    };
    html! {
        svg.chart viewBox="0 0 720 264" role="img" aria-label=(says) {
            @for k in 0..K { polygon class={ "v" (K - k) } points=(area(k)) {} }
            @for share in [0.0, 0.5, 1.0] {
                line.guide x1=(LEFT) x2=(RIGHT) y1={ (format!("{:.1}", y(share))) } y2={ (format!("{:.1}", y(share))) } {}
                text x=(LEFT - 6.0) y={ (format!("{:.1}", y(share) + 4.0)) } text-anchor="end" { (say::decimal(lang, share * 100.0, 0)) "%" }
            }
            @for i in 0..=6 {
                @let days = until_days * f64::from(i) / 6.0;
                text x={ (format!("{:.1}", x(days))) } y="242" text-anchor="middle" { (say::decimal(lang, days, usize::from(until_days < 6.0))) }
            }
            text x=(f64::midpoint(LEFT, RIGHT)) y="260" text-anchor="middle" { (lang.t("chart.days-open")) }
            line.axis x1=(LEFT) x2=(RIGHT) y1=(BOTTOM) y2=(BOTTOM) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_on_the_axis_and_the_highest_reaches_the_top() {
        let week = |came, went, open| Week {
            name: "24/11".into(),
            came,
            went,
            open,
        };
        let drawn = weeks(Lang::Vi, &[week(10, 5, 5), week(0, 5, 0)], "hai tuần").into_string();
        assert!(
            drawn.contains(r#"y="16.0" width="116.6" height="208.0""#),
            "{drawn}"
        );
        assert!(weeks(Lang::Vi, &[], "").into_string().contains("svg"));
    }

    #[test]
    fn endings_stack() {
        let drawn = endings(Lang::Vi, &[(1.0, [0.5, 0.25])], 2.0, "kết quả").into_string();
        // The second area lies on the first: from half to three quarters.
        assert!(
            drawn.contains(
                r#"class="v1" points="52.0,224.0 376.0,224.0 376.0,68.0 700.0,68.0 700.0,120.0"#
            ),
            "{drawn}"
        );
    }
}

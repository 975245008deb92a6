//! One unit, closely: how long its cases take, how old its open ones are, what came and went, what kinds
//! it has against what the city does with them, how they end, and those that are late now.

use axum::extract::{Path, Query, State};

use facts::{Cohort, Dimension, Every, Key};
use maud::{Markup, html};
use rules::Moment;
use rules::league::survival::{Outcomes, cumulative_incidence, kaplan_meier};
use rules::league::{Curve, UnitInput, UnitRow, Z_95};
use service::definition::Ending;
use service::fold::place_key;
use store::Page;

use super::ask::{AGES, Ask, Asked};
use super::{cases, league, words};
use crate::error::Failure;
use crate::figures;
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;
use crate::ui::charts::{Still, survival};
use crate::ui::columns::{Week, endings, weeks};
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Column, crumbs, empty, table};
use crate::visit::Visit;

/// Late cases shown on the page; the rest is one link away.
const SHOWN: u32 = 10;

/// Done; answered; refused; withdrawn or stopped.
const WAYS: usize = 4;

/// Everything counted for the page, in one go.
struct Counted {
    row: Option<UnitRow>,
    curve: Curve,
    ages: [u32; AGES.len()],
    weeks: Vec<Week>,
    mix: Vec<Kind>,
    ends: Vec<(f64, [f64; WAYS])>,
}

/// One service of the unit beside the city.
struct Kind {
    key: Key,
    name: String,
    passed: u64,
    on_time: u64,
    city: Option<f64>,
}

/// `GET /league/{unit}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(unit): Path<String>,
    Query(mut asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    if law.organisation.unit_ever(&unit).is_none() {
        return Err(Failure::NotFound);
    }
    asked.by = String::new();
    asked.unit = String::new();
    let whole = asked.clone().understood(&law, hall.now());
    asked.unit.clone_from(&unit);
    let own = asked.understood(&law, hall.now());
    let counted = count(&hall, &visit, &unit, &whole, &own)?;
    let query = own.behind("overdue-now").ok_or(Failure::NotFound)?;
    let page_of = Page {
        after: None,
        most: SHOWN,
    };
    let late = hall.reader().behind(&visit.person, &query, page_of).await?;
    let name = words::unit(&law, &unit);
    let at = Moment::from_second(own.question.as_of).unwrap_or_default();
    Ok(page(
        &visit.frame(),
        &name,
        html! {
            (crumbs(l, &[("/league", l.t("league.title"))]))
            div.row.between { h1 { (name) } a.btn href={ "/direct?unit=" (encode(&unit)) } { (l.t("direct.give")) } }
            (league::filters(l, &law, today, &own, &format!("/league/{}", encode(&unit))))
            div data-live="unit" {
                p.small.muted { (l.t("league.counting")) " " a href="/open/method" { (l.t("foot.method")) } " · "
                    (l.f("league.as-of", &[("time", &say::clock_time(at)), ("day", &say::date(at))])) }
                @match &counted.row {
                    None => (empty(l.t("league.nothing"), &html! {})),
                    Some(row) => (figures_of(l, &own, row)),
                }
                section { h2 { (l.t("unit.time")) } p.small.muted { (l.t("unit.time-says")) } (curve(l, &counted.curve)) }
                section { h2 { (l.t("unit.ages")) } (ages(l, &own, &counted.ages)) }
                section { h2 { (l.t("unit.weeks")) } p.small.muted { (l.t("unit.weeks-says")) } (weeks(l, &counted.weeks, &weeks_say(l, &counted.weeks))) }
                section { h2 { (l.t("unit.mix")) } p.small.muted { (l.t("unit.mix-says")) } (mix(l, &own, &counted.mix)) }
                section { h2 { (l.t("unit.ends")) } p.small.muted { (l.t("unit.ends-says")) } (ends(l, &counted.ends)) }
                section {
                    h2 { (l.t("unit.late")) }
                    @if late.is_empty() { p { (l.t("unit.none-late")) } }
                    @else {
                        (cases::list(&visit, &law, today, at, &late, true))
                        p { a href=(own.link("/league/cases", &[("figure", "overdue-now")])) { (l.t("unit.all-late")) } }
                    }
                }
            }
        },
    ))
}

fn count(
    hall: &Hall,
    visit: &Visit,
    unit: &str,
    whole: &Ask,
    own: &Ask,
) -> Result<Counted, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let (keys, league) = league::count(hall, whole);
    let facts = hall.facts();
    let mine = Key::from(unit);
    let row = keys
        .iter()
        .position(|key| *key == mine)
        .map(|at| league.rows[at].clone());
    let input = figures::units(&facts, &own.question)
        .into_iter()
        .map(|(_, input)| input)
        .next()
        .unwrap_or_else(UnitInput::default);
    let mut ages = [0; AGES.len()];
    for (bucket, age) in ages.iter_mut().enumerate() {
        let query = own
            .behind(&format!("age-{bucket}"))
            .ok_or(Failure::NotFound)?;
        *age = facts
            .ask(&query)
            .groups
            .iter()
            .map(|g| g.counts.cases)
            .sum();
    }
    let by_service = |ask: &Ask| {
        let mut question = ask.question.clone();
        question.by = Dimension::Service;
        figures::units(&facts, &question)
    };
    let city = by_service(whole);
    let mut mix: Vec<Kind> = by_service(own)
        .into_iter()
        .filter(|(_, input)| input.passed > 0)
        .map(|(key, input)| Kind {
            name: words::name(visit.lang, &law, today, Dimension::Service, &key),
            city: city
                .iter()
                .find(|(other, _)| *other == key)
                .filter(|(_, input)| input.passed > 0)
                .map(|(_, all)| part(all.on_time, all.passed)),
            key,
            passed: input.passed,
            on_time: input.on_time,
        })
        .collect();
    mix.sort_by(|a, b| {
        b.passed
            .cmp(&a.passed)
            .then_with(|| place_key(&a.name).cmp(&place_key(&b.name)))
    });
    let plain = facts::Query {
        cohort: Cohort::All,
        filters: own.question.filters.clone(),
        ..own.behind("open-now").ok_or(Failure::NotFound)?
    };
    let (from, to) = own
        .question
        .period
        .unwrap_or((own.question.as_of - 365 * 86_400, own.question.as_of + 1));
    let weeks = facts
        .series(&plain, Every::Week, from, to)
        .into_iter()
        .map(|point| Week {
            name: say::zoned(Moment::from_second(point.from).unwrap_or_default())
                .strftime("%d/%m")
                .to_string(),
            came: point.opened,
            went: point.closed + point.left,
            open: point.backlog,
        })
        .collect();
    let opened = own
        .question
        .period
        .map_or(Cohort::All, |(from, to)| Cohort::Opened { from, to });
    let ends = outcomes(&facts.ask(&facts::Query {
        cohort: opened,
        by: vec![Dimension::Ending],
        durations: true,
        ..plain
    }));
    Ok(Counted {
        row,
        curve: kaplan_meier(&input.histogram, &input.delayed),
        ages,
        weeks,
        mix,
        ends: cumulative_incidence(&ends)
            .into_iter()
            .map(|(seconds, shares)| (seconds / 86_400.0, shares))
            .collect(),
    })
}

#[allow(clippy::cast_precision_loss)] // counts of cases
fn part(some: u64, all: u64) -> f64 {
    some as f64 / all.max(1) as f64
}

/// Counts by ending become competing outcomes, each time once.
fn outcomes(answer: &facts::Answer) -> Vec<Outcomes<WAYS>> {
    let mut bins: std::collections::BTreeMap<u32, ([u32; WAYS], u32)> = Default::default();
    for group in &answer.groups {
        let way = match group.key.first() {
            Some(Key::Code(ending)) => Some(way_of(*ending)),
            _ => None,
        };
        for span in group.spans() {
            let bin = bins.entry(span.seconds).or_default();
            match way {
                Some(way) => bin.0[way] += span.closed + span.left,
                None => bin.1 += span.open,
            }
        }
    }
    bins.into_iter()
        .filter(|(_, (ended, open))| ended.iter().sum::<u32>() + open > 0)
        .map(|(seconds, (ended, censored))| Outcomes {
            seconds: f64::from(seconds),
            ended,
            censored,
        })
        .collect()
}

fn way_of(ending: u8) -> usize {
    if ending == Ending::Answered as u8 {
        1
    } else if ending == Ending::Refused as u8 {
        2
    } else if [Ending::Granted, Ending::Solved, Ending::Done]
        .iter()
        .any(|e| *e as u8 == ending)
    {
        0
    } else {
        3
    }
}

fn figures_of(l: Lang, own: &Ask, row: &UnitRow) -> Markup {
    let passed = row.on_time.map_or(0, |share| share.n);
    html! {
        dl.figures {
            div { dt { (l.t("league.on-time")) } dd { @match row.on_time { Some(s) => a href=(own.cases("passed", None)) { (say::percent(l, s.share)) }, None => "–" } } }
            div { dt { (l.t("league.passed")) } dd { (words::opens(l, own, "passed", None, passed)) } }
            div { dt { (l.t("league.median")) } dd { (words::time(l, row.median)) } }
            div { dt { (l.t("league.p90")) } dd { (words::time(l, row.p90)) } }
            div { dt { (l.t("league.overdue")) } dd.bad[row.overdue > 0] { (words::opens(l, own, "overdue", None, row.overdue)) } }
            div { dt { (l.t("league.open")) } dd { (words::opens(l, own, "open", None, row.open)) } }
        }
        p { (words::verdict(l, row.verdict)) }
    }
}

fn curve(l: Lang, curve: &Curve) -> Markup {
    let until = (curve.longest * 1.05 / 86_400.0).clamp(1.0, 90.0);
    // When the last case is done nothing says how sure that is: the band keeps its last upper edge.
    let mut edge = 1.0_f64;
    let points: Vec<Still> = curve
        .steps
        .iter()
        .map(|step| {
            let (low, high) = step.band(Z_95);
            if step.open > 0.0 {
                edge = high;
            }
            let high = edge;
            Still {
                days: step.seconds / 86_400.0,
                open: step.open,
                low,
                high,
            }
        })
        .collect();
    html! {
        @if points.is_empty() { (empty(l.t("league.nothing"), &html! {})) }
        @else {
            (survival(l, &points, until))
            p.small.muted { (l.f("unit.half", &[("median", &words::time(l, curve.quantile(0.5))), ("p90", &words::time(l, curve.quantile(0.9)))])) }
        }
    }
}

fn ages(l: Lang, own: &Ask, ages: &[u32; AGES.len()]) -> Markup {
    let columns = [
        Column {
            words: l.t("unit.age"),
            number: false,
        },
        Column {
            words: l.t("league.open"),
            number: true,
        },
    ];
    let rows: Vec<Vec<Markup>> = ages
        .iter()
        .enumerate()
        .map(|(i, n)| {
            let name = l.of("age", &i.to_string(), &[]);
            vec![
                html! { (name) },
                words::opens(l, own, &format!("age-{i}"), None, (*n).into()),
            ]
        })
        .collect();
    table(l.t("unit.ages"), &columns, &rows)
}

fn weeks_say(l: Lang, weeks: &[Week]) -> String {
    let came: u32 = weeks.iter().map(|w| w.came).sum();
    let went: u32 = weeks.iter().map(|w| w.went).sum();
    l.f(
        "unit.weeks-sum",
        &[
            ("came", &say::whole(l, came.into())),
            ("went", &say::whole(l, went.into())),
            (
                "open",
                &say::whole(l, weeks.last().map_or(0, |w| w.open).into()),
            ),
        ],
    )
}

fn mix(l: Lang, own: &Ask, mix: &[Kind]) -> Markup {
    let columns = [
        Column {
            words: l.t("league.service"),
            number: false,
        },
        Column {
            words: l.t("league.passed"),
            number: true,
        },
        Column {
            words: l.t("league.on-time"),
            number: true,
        },
        Column {
            words: l.t("unit.city"),
            number: true,
        },
    ];
    let rows: Vec<Vec<Markup>> = mix
        .iter()
        .map(|kind| {
            let code = figures::plain(&kind.key);
            let at = own.question.as_of.to_string();
            let to = own.link(
                "/league/cases",
                &[("service", &code), ("figure", "passed"), ("at", &at)],
            );
            vec![
                html! { (kind.name) },
                html! { a href=(to) { (words::count(l, kind.passed)) } },
                html! { (say::percent(l, part(kind.on_time, kind.passed))) },
                html! { @match kind.city { Some(share) => (say::percent(l, share)), None => "–" } },
            ]
        })
        .collect();
    table(l.t("unit.mix"), &columns, &rows)
}

fn ends(l: Lang, points: &[(f64, [f64; WAYS])]) -> Markup {
    let Some((longest, last)) = points.last() else {
        return empty(l.t("league.nothing"), &html! {});
    };
    let says: Vec<(u8, String)> = (0u8..)
        .zip(last)
        .map(|(way, share)| {
            let words = format!(
                "{}: {}",
                l.of("way", &way.to_string(), &[]),
                say::percent(l, *share)
            );
            (4 - way, words)
        })
        .chain([(
            0,
            format!(
                "{}: {}",
                l.t("unit.still-open"),
                say::percent(l, (1.0 - last.iter().sum::<f64>()).max(0.0))
            ),
        )])
        .collect();
    let spoken: Vec<&str> = says.iter().map(|(_, words)| words.as_str()).collect();
    html! {
        (endings(l, points, (longest * 1.05).clamp(1.0, 90.0), &spoken.join("; ")))
        (crate::ui::map::legend(&says))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_goes_one_way() {
        let ways: Vec<usize> = (0..facts::case::ENDINGS).map(way_of).collect();
        assert_eq!(ways, [0, 0, 1, 0, 2, 3, 3, 3, 3, 3]);
    }
}

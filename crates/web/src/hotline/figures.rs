//! `/hotline/figures`: calls that came, were answered, were missed, and how long people waited, those who gave up counted in. By
//! operator for the head alone.

use axum::extract::{Query, State};
use jiff::SignedDuration;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::Moment;
use rules::hotline::{Call, Figures, Outcome, Wait, figures};
use serde::Deserialize;

use super::home::operators;
use super::{seconds, sheet, tabs};
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;
use crate::ui::days::{days, days_fields};
use crate::ui::page;
use crate::ui::parts::{Column, Figure, Tone, figures as drawn, note, table};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    to: String,
}

/// `GET /hotline/figures?from=…&to=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    hall.city().operator(&visit.person)?;
    let (l, now, today) = (visit.lang, hall.now(), hall.today()?);
    let (from, to, wrong) = days(l, &asked.from, &asked.to, today);
    let midnight = |day: Date| -> Result<Moment, Failure> {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
        Ok(day.to_zoned(zone).map_err(Failure::fault)?.timestamp())
    };
    let until = midnight(to)? + SignedDuration::from_hours(24);
    let calls = hall.reader().calls(midnight(from)?, until).await?;
    let heads = hall.city().supervises_hotline(&visit.person);
    let names = operators(&hall, &calls).await?;
    let all = figures(&calls, now);
    let local = |call: &Call| say::zoned(call.began());
    let by_day = grouped(&calls, |call| {
        Some(local(call).strftime("%d/%m/%Y").to_string())
    });
    let mut by_hour = grouped(&calls, |call| Some(format!("{:02}:00", local(call).hour())));
    by_hour.sort_by(|a, b| a.0.cmp(&b.0));
    let by_operator = grouped(&calls, |call| {
        let (_, name) = names.iter().find(|(id, _)| Some(*id) == call.operator)?;
        Some(name.clone())
    });
    let whole = vec![(l.t("waiting.all").to_owned(), calls.iter().collect())];
    Ok(page(
        &visit.frame(),
        l.t("hotline.figures"),
        html! {
            h1 { (l.t("hotline.figures")) }
            (tabs(l, "/hotline/figures", visit.house.demo))
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            form.filters action="/hotline/figures" {
                (days_fields(l, from, to))
            }
            @if calls.is_empty() { (sheet::nothing(l.t("hotline.figures-none"))) }
            @else {
                (drawn(&heading(l, &all)))
                p.small.muted { (l.t("hotline.wait-says")) }
                h2 { (l.t("hotline.outcomes")) }
                (outcomes(l, &all))
                p.small.muted { (l.t("hotline.answered-says")) }
                h2 { (l.t("hotline.by-day")) }
                (rows(l, l.t("waiting.day"), &[by_day, whole].concat(), now))
                h2 { (l.t("hotline.by-hour")) }
                (rows(l, l.t("hotline.hour"), &by_hour, now))
                @if heads {
                    h2 { (l.t("hotline.by-operator")) }
                    @if by_operator.is_empty() { p.muted { (l.t("hotline.by-operator-none")) } } @else { (by_person(l, &by_operator, now)) }
                }
            }
        },
    ))
}

type Group<'c> = (String, Vec<&'c Call>);

fn grouped<'c>(calls: &'c [Call], name: impl Fn(&Call) -> Option<String>) -> Vec<Group<'c>> {
    let mut groups: Vec<Group<'c>> = Vec::new();
    for call in calls {
        let Some(name) = name(call) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, some)) => some.push(call),
            None => groups.push((name, vec![call])),
        }
    }
    groups
}

fn wait(l: Lang, wait: Option<Wait>) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "seconds of a call")]
    match wait {
        None => "–".to_owned(),
        Some(Wait::Within(time)) => seconds(l, time.round() as i64),
        Some(Wait::MoreThan(time)) => l.f(
            "hotline.more-than",
            &[("time", &seconds(l, time.round() as i64))],
        ),
    }
}

fn share(l: Lang, part: u32, of: u32) -> String {
    let share = f64::from(part) / f64::from(of.max(1));
    format!(
        "{} ({})",
        say::whole(l, part.into()),
        say::percent(l, share)
    )
}

fn heading(l: Lang, f: &Figures) -> Vec<Figure> {
    let one = |name: &str, value: String, bad: bool| Figure {
        name: name.to_owned(),
        value,
        bad,
        link: None,
        drawing: None,
    };
    vec![
        one(
            l.t("hotline.calls-in"),
            say::whole(l, f.calls_in.into()),
            false,
        ),
        one(
            l.t("hotline.answered"),
            share(l, f.answered, f.calls_in),
            false,
        ),
        one(
            l.t("hotline.missed"),
            share(l, f.missed, f.calls_in),
            f.missed > 0,
        ),
        one(l.t("hotline.median-wait"), wait(l, f.median_wait), false),
        one(
            l.t("hotline.nine-of-ten-wait"),
            wait(l, f.nine_of_ten_wait),
            false,
        ),
        one(
            l.t("hotline.median-talk"),
            f.median_talk
                .map_or_else(|| "–".to_owned(), |talk| seconds(l, talk.into())),
            false,
        ),
        one(
            l.t("hotline.calls-out"),
            say::whole(l, f.calls_out.into()),
            false,
        ),
        one(
            l.t("hotline.unwritten"),
            say::whole(l, f.unwrapped.into()),
            false,
        ),
    ]
}

fn outcomes(l: Lang, f: &Figures) -> Markup {
    let column = |words, number| Column { words, number };
    let columns = [
        column(l.t("hotline.outcome"), false),
        column(l.t("hotline.calls"), true),
    ];
    let rows: Vec<Vec<Markup>> = Outcome::ALL
        .into_iter()
        .map(|outcome| {
            let words = l.of("hotline-outcome", outcome.code(), &[]);
            let count = say::whole(l, f.outcome(outcome).into());
            vec![html! { (words) }, html! { (count) }]
        })
        .collect();
    table(l.t("hotline.outcomes"), &columns, &rows)
}

fn rows(l: Lang, first: &str, groups: &[Group<'_>], now: Moment) -> Markup {
    let column = |words, number| Column { words, number };
    let columns = [
        column(first, false),
        column(l.t("hotline.calls-in"), true),
        column(l.t("hotline.answered"), true),
        column(l.t("hotline.missed"), true),
        column(l.t("hotline.median-wait"), true),
        column(l.t("hotline.nine-of-ten-wait"), true),
        column(l.t("hotline.calls-out"), true),
    ];
    let rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|(name, some)| {
            let f = figures(some.iter().copied(), now);
            let words = [
                name.clone(),
                say::whole(l, f.calls_in.into()),
                share(l, f.answered, f.calls_in),
                share(l, f.missed, f.calls_in),
                wait(l, f.median_wait),
                wait(l, f.nine_of_ten_wait),
                say::whole(l, f.calls_out.into()),
            ];
            words.into_iter().map(|words| html! { (words) }).collect()
        })
        .collect();
    table(first, &columns, &rows)
}

fn by_person(l: Lang, groups: &[Group<'_>], now: Moment) -> Markup {
    let column = |words, number| Column { words, number };
    let columns = [
        column(l.t("hotline.operator"), false),
        column(l.t("hotline.answered"), true),
        column(l.t("hotline.calls-out"), true),
        column(l.t("hotline.median-talk"), true),
        column(l.t("hotline.filed"), true),
        column(l.t("hotline.answered-at-once"), true),
        column(l.t("hotline.unwritten"), true),
    ];
    let rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|(name, some)| {
            let f = figures(some.iter().copied(), now);
            let talk = f
                .median_talk
                .map_or_else(|| "–".to_owned(), |talk| seconds(l, talk.into()));
            let words = [
                name.clone(),
                say::whole(l, f.answered.into()),
                say::whole(l, f.calls_out.into()),
                talk,
                say::whole(l, f.outcome(Outcome::Filed).into()),
                say::whole(l, f.outcome(Outcome::AnsweredAtOnce).into()),
                say::whole(l, f.unwrapped.into()),
            ];
            words.into_iter().map(|words| html! { (words) }).collect()
        })
        .collect();
    table(l.t("hotline.by-operator"), &columns, &rows)
}

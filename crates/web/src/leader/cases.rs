//! The very cases behind a figure, newest first: the same question, asked of the rows. How many it says
//! is counted by `facts`, so the list and the figure cannot tell two numbers.

use std::str::FromStr;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::Moment;
use rules::ids::CaseId;
use store::{CaseLine, Page};

use super::ask::{Ask, Asked};
use super::words;
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, pages, tag};
use crate::visit::Visit;

const MOST: u32 = 50;

/// `GET /league/cases?figure=overdue&unit=…&at=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let after = place(&asked.after);
    let ask = asked.understood(&law, hall.now());
    let figure = ask.asked.figure.clone();
    let query = ask.behind(&figure).ok_or(Failure::NotFound)?;
    let number: u32 = {
        let answer = hall.facts().ask(&query);
        answer
            .groups
            .iter()
            .map(|group| counted(&group.counts))
            .sum()
    };
    let lines = hall
        .reader()
        .behind(
            &visit.person,
            &query,
            Page {
                after,
                most: MOST + 1,
            },
        )
        .await?;
    let more = lines.len() > MOST as usize;
    let lines = &lines[..lines.len().min(MOST as usize)];
    let later = lines.last().filter(|_| more).map(|line| next(&ask, line));
    let title = l.of("figure", family(&figure), &[]);
    let scope = scope(&visit, &law, today, &ask);
    Ok(page(
        &visit.frame(),
        &title,
        html! {
            (crumbs(l, &[("/league", l.t("league.title"))]))
            h1 { (title) }
            p { b #count { (l.n("league.cases", i64::from(number), &[])) } " · " (scope) }
            p.small.muted { (l.f("league.as-of", &[("time", &say::clock_time(at(&ask))), ("day", &say::date(at(&ask)))])) }
            @if lines.is_empty() { (empty(l.t("league.nothing"), &html! {})) }
            @else { (list(&visit, &law, today, at(&ask), lines, true)) }
            (pages(l, None, later.as_deref()))
        },
    ))
}

/// Void and apart cases are not among `cases`.
fn counted(counts: &facts::Counts) -> u32 {
    counts.cases + counts.apart + counts.void
}

fn at(ask: &Ask) -> Moment {
    Moment::from_second(ask.question.as_of).unwrap_or(Moment::UNIX_EPOCH)
}

fn scope(visit: &Visit, law: &actions::Law, today: jiff::civil::Date, ask: &Ask) -> String {
    let (l, a) = (visit.lang, &ask.asked);
    let mut parts = Vec::new();
    if !a.unit.is_empty() {
        parts.push(words::unit(law, &a.unit));
    }
    match a.service.split_once(':') {
        Some(("group", group)) => parts.push(group.to_owned()),
        Some(("kind", kind)) if super::ask::kind_of(kind).is_some() => {
            parts.push(l.of("case-kind", kind, &[]));
        }
        Some(_) => {}
        None if a.service.is_empty() => {}
        None => parts.push(words::service(l, law, today, &a.service)),
    }
    match a.area.strip_prefix("set:") {
        Some(set) => parts.extend(
            (law.organisation.sets.iter().find(|known| known.code == set))
                .map(|set| set.name.clone()),
        ),
        None if a.area == "-" => parts.push(l.t("league.no-place").to_owned()),
        None if a.area.is_empty() => {}
        None => parts.push(words::area(law, &a.area)),
    }
    parts.push(match ask.question.period {
        None => l.t("league.all-time").to_owned(),
        Some((from, to)) => {
            let day = |second| say::date(Moment::from_second(second).unwrap_or_default());
            l.f(
                "league.between",
                &[("from", &day(from)), ("to", &day(to - 1))],
            )
        }
    });
    parts.join(" · ")
}

/// The word of a figure: ages share one.
fn family(figure: &str) -> &str {
    if figure.starts_with("age-") {
        "age"
    } else {
        figure
    }
}

fn next(ask: &Ask, line: &CaseLine) -> String {
    let (opened, id) = line.place_in_list();
    let after = format!("{}.{id}", opened.as_microsecond());
    let at = ask.question.as_of.to_string();
    ask.link("/league/cases", &[("after", &after), ("at", &at)])
}

/// `1795489200000000.0192…`: where a list goes on.
pub fn place(after: &str) -> Option<(Moment, CaseId)> {
    let (opened, id) = after.split_once('.')?;
    let opened = Moment::from_microsecond(opened.parse().ok()?).ok()?;
    Some((opened, CaseId::from_str(id).ok()?))
}

/// A list of cases; `direct`: with the leader's button.
pub fn list(
    visit: &Visit,
    law: &actions::Law,
    today: jiff::civil::Date,
    now: Moment,
    lines: &[CaseLine],
    direct: bool,
) -> Markup {
    let l = visit.lang;
    html! {
        div.wrap-table role="region" aria-label=(l.t("league.cases-title")) tabindex="0" {
            table.folds {
                caption.hidden-words { (l.t("league.cases-title")) }
                thead { tr {
                    th scope="col" { (l.t("league.case")) }
                    th scope="col" { (l.t("league-by.unit")) }
                    th scope="col" { (l.t("league.opened")) }
                    th scope="col" { (l.t("league.due")) }
                    th scope="col" { (l.t("league.state")) }
                    @if direct { th scope="col" { span.hidden-words { (l.t("direct.title")) } } }
                } }
                tbody {
                    @for line in lines {
                        tr {
                            th scope="row" {
                                a href={ "/cases/" (encode(&line.code)) } { b { (line.title) } }
                                br; span.small.muted { span.code { (line.code) } " · " (words::service(l, law, today, &line.service)) }
                            }
                            td data-label=(l.t("league-by.unit")) { (words::unit(law, &line.unit)) @if let Some(area) = &line.area { br; span.small.muted { (words::area(law, area)) } } }
                            td data-label=(l.t("league.opened")) { (say::date(line.opened)) }
                            td data-label=(l.t("league.due")) { @match line.first_due { Some(due) => (say::short(due)), None => "–" } }
                            td data-label=(l.t("league.state")) { (state(visit, now, line)) }
                            @if direct { td { a.btn.quiet href={ "/direct?about=" (encode(&line.code)) "&unit=" (encode(&line.unit)) } { (l.t("direct.give")) span.hidden-words { " " (line.code) } } } }
                        }
                    }
                }
            }
        }
    }
}

/// Late or not, by the first promise, as of a moment.
pub fn state(visit: &Visit, now: Moment, line: &CaseLine) -> Markup {
    let l = visit.lang;
    let ended = line.ended.filter(|ended| *ended <= now);
    match (ended, line.first_due) {
        (None, Some(due)) if due <= now => tag(Tone::Late, l.t("case-state.late")),
        (None, _) => tag(Tone::Run, l.t("case-state.open")),
        (Some(ended), Some(due)) if ended > due => tag(
            Tone::Late,
            &l.f("case-state.done-late", &[("day", &say::date(ended))]),
        ),
        (Some(ended), _) => tag(
            Tone::Done,
            &l.f("case-state.done", &[("day", &say::date(ended))]),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_list_survives_its_address_and_nonsense_does_not() {
        let id = CaseId::new(Moment::UNIX_EPOCH, [7; 10]);
        let at = Moment::from_microsecond(1_795_489_200_000_123).expect("a moment");
        let text = format!("{}.{id}", at.as_microsecond());
        assert_eq!(place(&text), Some((at, id)));
        for text in ["", "1", "1.x", "x.1", "99999999999999999999.1"] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}

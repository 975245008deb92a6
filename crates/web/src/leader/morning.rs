//! The morning page, for a phone: five lines, each with who owns it, each opening its cases; then the hot
//! spots of the last days.

use axum::extract::State;
use facts::{Dimension, Filter, Key, Query};
use maud::{Markup, html};
use rules::Moment;
use service::definition::Kind;

use super::ask::{Ask, Asked};
use super::words;
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::ui::page;
use crate::visit::Visit;

/// Owners named in a line.
const NAMED: usize = 3;

struct Line {
    number: u32,
    to: String,
    /// Unit, how many, where they are.
    owners: Vec<(String, u32, String)>,
}

/// `GET /morning`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = Asked::default().understood(&law, hall.now());
    let mut directives = ask.clone();
    directives.asked.service = "kind:directive".to_owned();
    directives
        .question
        .filters
        .push(Filter::Kind(vec![Kind::Directive as u8]));
    let lines = {
        let facts = hall.facts();
        [
            (&ask, "turned-red"),
            (&ask, "overdue-now"),
            (&ask, "due-today"),
            (&ask, "due-week"),
            (&directives, "overdue-now"),
        ]
        .into_iter()
        .filter_map(|(ask, figure)| Some(line(&facts, &law, ask, figure, &ask.behind(figure)?)))
        .collect::<Vec<_>>()
    };
    let hot = crate::numbers::hot::section(l, &hall);
    let at = Moment::from_second(ask.question.as_of).unwrap_or_default();
    let words_of = |i: usize| l.of("morning-line", &i.to_string(), &[]);
    Ok(page(
        &visit.frame().narrow(),
        l.t("morning.title"),
        html! {
            h1 { (l.t("morning.title")) }
            div data-live="morning" {
                p.small.muted { (l.f("league.as-of", &[("time", &say::clock_time(at)), ("day", &say::date(at))])) }
                ul.list {
                    @for (i, line) in lines.iter().enumerate() {
                        li {
                            p.flush {
                                @if line.number > 0 { a.big.bad[i < 2 || i == 4] href=(line.to) { (say::whole(l, line.number.into())) " " span.hidden-words { (words_of(i)) } } }
                                @else { span.big { "0" } }
                                " " (words_of(i))
                            }
                            @if !line.owners.is_empty() {
                                p.small.muted.flush {
                                    (l.t("morning.owners")) " "
                                    @for (n, (name, cases, to)) in line.owners.iter().enumerate() { @if n > 0 { ", " } a href=(to) { (name) " (" (say::whole(l, (*cases).into())) ")" } }
                                }
                            }
                        }
                    }
                }
            }
            (hot)
            p.acts { a.btn href="/league" { (l.t("league.title")) } a.btn.quiet href="/directives" { (l.t("nav.directives")) } a.btn.quiet href="/apologies" { (l.t("apology.list")) } }
        },
    ))
}

fn line(facts: &facts::Facts, law: &actions::Law, ask: &Ask, figure: &str, query: &Query) -> Line {
    let by_unit = Query {
        by: vec![Dimension::Unit],
        ..query.clone()
    };
    let mut groups: Vec<(Key, u32)> = facts
        .ask(&by_unit)
        .groups
        .into_iter()
        .filter_map(|group| Some((group.key.first()?.clone(), group.counts.cases)))
        .collect();
    groups.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Line {
        number: groups.iter().map(|(_, n)| n).sum(),
        to: ask.cases(figure, None),
        owners: groups
            .iter()
            .take(NAMED)
            .map(|(key, n)| {
                (
                    words::unit(law, &crate::figures::plain(key)),
                    *n,
                    ask.cases(figure, Some(key)),
                )
            })
            .collect(),
    }
}

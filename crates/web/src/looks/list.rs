//! `/looks`: what is to be looked at again, the next due first; and what was looked at.

use actions::sample::may_look;
use axum::extract::State;
use maud::{Markup, html};
use rules::Moment;
use store::SampleCase;

use super::{found_words, month_words, tone};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, note, tag};
use crate::visit::Visit;

/// Draws that are shown.
const MONTHS: u32 = 3;

pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let months = hall.reader().sample_months(MONTHS).await?;
    let mut drawn = match (months.last(), months.first()) {
        (Some(first), Some(last)) => {
            let found = hall.reader().sample_drawn(&first.month, &last.month);
            found.await?
        }
        _ => Vec::new(),
    };
    drawn.sort_by(|a, b| a.due.cmp(&b.due).then(a.code.cmp(&b.code)));
    let (done, waiting): (Vec<_>, Vec<_>) = drawn.into_iter().partition(|one| one.found.is_some());
    let (mine, others): (Vec<_>, Vec<_>) = waiting
        .into_iter()
        .partition(|one| may_look(&visit.person, &one.unit, &[], &law).is_ok());
    Ok(page(
        &visit.frame(),
        l.t("looks.title"),
        html! {
            h1 { (l.t("looks.title")) }
            @if visit.path.contains("said=done") { div role="status" { (note(Tone::Done, &html! { p { (l.t("looks.done")) } })) } }
            p { (l.t("looks.says")) " " a href="/open/sample" { (l.t("looks.how")) } }
            @if mine.is_empty() { (empty(l.t("looks.none"), &html! {})) }
            @else { ul.list.links-list { @for one in &mine { li { (line(l, &law, one, now)) } } } }
            @if !others.is_empty() { p.small.muted { (l.n("looks.others", i64::try_from(others.len()).unwrap_or(i64::MAX), &[])) } }
            @if !done.is_empty() {
                details.more { summary { (l.t("looks.looked")) " (" (done.len()) ")" }
                    ul.list.links-list { @for one in done.iter().rev() { li { (line(l, &law, one, now)) } } }
                }
            }
        },
    ))
}

fn line(l: Lang, law: &actions::Law, one: &SampleCase, now: Moment) -> Markup {
    let due = say::date(one.due);
    html! {
        a href={ "/looks/" (one.month) "/" (encode(&one.code)) } {
            b { (one.title) }
            span {
                (words::unit(law, &one.unit)) @if let Some(area) = &one.area { " · " (words::area(law, area)) }
                " · " (one.code) " · " (l.f("looks.of-month", &[("month", &month_words(&one.month))])) " "
                @match one.found {
                    Some((found, _)) => (tag(tone(found), &found_words(l, found))),
                    None if one.due < now => (tag(Tone::Late, &l.f("looks.late", &[("day", &due)]))),
                    None => (tag(Tone::Soon, &l.f("looks.until", &[("day", &due)]))),
                }
            }
        }
    }
}

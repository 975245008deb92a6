//! Every directive: what, who has it, by when, how far it is. Newest first.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;
use service::definition::Kind;
use store::{CaseLine, Narrow, Page};

use super::cases::{place, state};
use super::words;
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, link_button, note, pages};
use crate::visit::Visit;

const MOST: u32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Code of the directive just given.
    new: String,
    /// `open`, `done`, or all.
    which: String,
    after: String,
}

/// `GET /directives`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let narrow = Narrow {
        kind: Some(Kind::Directive),
        open: match asked.which.as_str() {
            "open" => Some(true),
            "done" => Some(false),
            _ => None,
        },
        ..Narrow::default()
    };
    let page_of = Page {
        after: place(&asked.after),
        most: MOST + 1,
    };
    let found = hall.reader().cases(&visit.person, &narrow, page_of).await?;
    let more = found.len() > MOST as usize;
    let mut lines = Vec::new();
    for line in found.into_iter().take(MOST as usize) {
        let owners = owners(&hall, &line).await?;
        lines.push((line, owners));
    }
    let later = lines.last().filter(|_| more).map(|(line, _)| {
        let (opened, id) = line.place_in_list();
        format!(
            "/directives?which={}&after={}.{id}",
            encode(&asked.which),
            opened.as_microsecond()
        )
    });
    Ok(page(
        &visit.frame(),
        l.t("nav.directives"),
        html! {
            div.row.between { h1 { (l.t("nav.directives")) } a.btn.go href="/direct" { (l.t("direct.title")) } }
            @if !asked.new.is_empty() { div role="status" { (note(Tone::Done, &html! { p { (l.f("direct.given", &[("code", &asked.new)])) } })) } }
            p.row {
                @for which in ["", "open", "done"] {
                    @let word = if which.is_empty() { "all" } else { which };
                    a href={ "/directives?which=" (which) } aria-current=[(asked.which == which).then_some("true")] { (l.of("directives", word, &[])) }
                }
            }
            div data-live="directives" {
                @if lines.is_empty() { (empty(l.t("direct.none"), &link_button("/direct", l.t("direct.title"), ""))) }
                @else {
                    div.wrap-table role="region" aria-label=(l.t("nav.directives")) tabindex="0" {
                        table.folds {
                            caption.hidden-words { (l.t("nav.directives")) }
                            thead { tr { th scope="col" { (l.t("direct.what")) } th scope="col" { (l.t("direct.owner")) } th scope="col" { (l.t("league.opened")) } th scope="col" { (l.t("league.due")) } th scope="col" { (l.t("league.state")) } } }
                            tbody {
                                @for (line, (what, owners)) in &lines {
                                    tr data-key-row=(line.code) {
                                        th scope="row" { a href={ "/cases/" (encode(&line.code)) } { (what) } br; span.small.muted.code { (line.code) } }
                                        td data-label=(l.t("direct.owner")) { @for (i, owner) in owners.iter().enumerate() { @if i > 0 { br; } (words::unit(&law, owner)) } }
                                        td data-label=(l.t("league.opened")) { (say::date(line.opened)) }
                                        td data-label=(l.t("league.due")) { @match line.due.or(line.first_due) { Some(due) => (say::short(due)), None => "–" } }
                                        td data-label=(l.t("league.state")) { (state(&visit, now, line)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            (pages(l, None, later.as_deref()))
        },
    ))
}

/// What is asked, and the units it was given to; the city office's own where that was erased.
async fn owners(hall: &Hall, line: &CaseLine) -> Result<(String, Vec<String>), Failure> {
    let answers = hall.reader().answers(line.id).await?.unwrap_or_default().1;
    let what = answers.get("what").and_then(|what| what.as_str());
    let what = what
        .and_then(|text| text.lines().next())
        .unwrap_or(&line.title);
    let tasks = answers.get("tasks").and_then(|tasks| tasks.as_array());
    let owners: Vec<String> = tasks
        .into_iter()
        .flatten()
        .filter_map(|task| Some(task.get("unit")?.as_str()?.to_owned()))
        .collect();
    let owners = match owners.is_empty() {
        true => vec![line.unit.clone()],
        false => owners,
    };
    Ok((what.to_owned(), owners))
}

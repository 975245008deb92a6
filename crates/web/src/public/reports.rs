//! Reports that their senders allowed to be shown: filters, search in words with or without marks, newest
//! first, page after page.

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::person::Person;
use serde::Deserialize;
use service::definition::Kind;
use service::fold::place_key;
use store::{CaseLine, Narrow, Page};

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::cases::{place, state};
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{crumbs, empty, link_button, pages};
use crate::visit::Visit;

const MOST: u32 = 30;

/// Which reports: of the list, and of what follows it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    pub service: String,
    pub area: String,
    unit: String,
    /// `open`, `done`, or all.
    which: String,
    /// `lat,lon`; feeds alone.
    pub at: String,
    /// Kilometres around it.
    pub km: String,
    after: String,
}

impl Asked {
    /// What is narrowed without a place.
    pub fn narrow(&self) -> Narrow {
        let one = |value: &str| match value.is_empty() {
            true => Vec::new(),
            false => vec![value.to_owned()],
        };
        Narrow {
            services: one(&self.service),
            units: one(&self.unit),
            areas: one(&self.area),
            open: match self.which.as_str() {
                "open" => Some(true),
                "done" => Some(false),
                _ => None,
            },
            ..Narrow::default()
        }
    }

    /// The same question once more, as the query of an address: what was searched and the page fall away.
    pub fn query(&self) -> String {
        let parts = [
            ("service", &self.service),
            ("area", &self.area),
            ("unit", &self.unit),
            ("which", &self.which),
            ("at", &self.at),
            ("km", &self.km),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> = parts
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        match parts.is_empty() {
            true => String::new(),
            false => format!("?{}", parts.join("&")),
        }
    }
}

/// `GET /open/reports`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today, now) = (visit.lang, hall.law(), hall.today()?, hall.now());
    let (lines, later) = match asked.q.trim() {
        "" => listed(&hall, &asked).await?,
        words => (searched(&hall, words).await?, None),
    };
    let question = asked.query();
    Ok(page(
        &visit.frame(),
        l.t("reports.title"),
        html! {
            (crumbs(l, &[("/open", l.t("open.title"))]))
            h1 { (l.t("reports.title")) }
            p { (l.t("reports.says")) }
            form.search action="/open/reports" role="search" {
                input type="search" name="q" value=(asked.q) aria-label=(l.t("reports.search")) placeholder=(l.t("reports.example")) data-key="search";
                button type="submit" { (l.t("home.search-go")) }
            }
            div.space { (filters(l, &law, today, &asked)) }
            div data-live="reports" {
                @if lines.is_empty() { (empty(l.t("reports.none"), &link_button("/report", l.t("home.report"), ""))) }
                @else {
                    ul.list.links-list {
                        @for line in &lines {
                            li {
                                a href={ "/open/reports/" (encode(&line.code)) } {
                                    b { (line.title) }
                                    span { (words::service(l, &law, today, &line.service)) " · " @if let Some(area) = &line.area { (words::area(&law, area)) " · " } (say::date(line.opened)) " · " (words::unit(&law, &line.unit)) }
                                }
                                (state(&visit, now, line))
                            }
                        }
                    }
                }
            }
            (pages(l, None, later.as_deref()))
            p.small.muted {
                a href={ "/follow" (question) } { (l.t("follow.link-list")) } " · "
                a href={ "/open/reports.atom" (question) } { (l.t("reports.follow")) } " · "
                a href={ "/open/reports.geojson" (question) } { (l.t("reports.geojson")) } " · "
                a href={ "/open/reports.parquet" (question) } { (l.t("reports.parquet")) }
            }
        },
    ))
}

async fn listed(hall: &Hall, asked: &Asked) -> Result<(Vec<CaseLine>, Option<String>), Failure> {
    let narrow = asked.narrow();
    let page_of = Page {
        after: place(&asked.after),
        most: MOST + 1,
    };
    let mut lines = hall.reader().public_cases(&narrow, page_of).await?;
    let more = lines.len() > MOST as usize;
    lines.truncate(MOST as usize);
    let later = lines.last().filter(|_| more).map(|line| {
        let (opened, id) = line.place_in_list();
        let query = asked.query();
        let joined = if query.is_empty() { "?" } else { "&" };
        let after = opened.as_microsecond();
        format!("/open/reports{query}{joined}after={after}.{id}")
    });
    Ok((lines, later))
}

/// Only what anybody may see is searched, whoever asks.
async fn searched(hall: &Hall, words: &str) -> Result<Vec<CaseLine>, Failure> {
    let found = hall
        .reader()
        .search_cases(&Person::Nobody, words, MOST)
        .await?;
    Ok(found.into_iter().filter(|line| line.public).collect())
}

fn filters(l: Lang, law: &actions::Law, today: jiff::civil::Date, asked: &Asked) -> Markup {
    let mut services: Vec<(String, String)> = law
        .catalogue
        .all(today)
        .filter(|p| p.definition.kind == Kind::Report)
        .map(|p| {
            (
                p.definition.service.clone(),
                p.definition.name.get(l.code()).to_owned(),
            )
        })
        .collect();
    services.sort_by_key(|(_, name)| place_key(name));
    let mut areas: Vec<_> = law.organisation.areas_on(today).collect();
    areas.sort_by_key(|area| place_key(&area.name));
    html! {
        form.filters action="/open/reports" {
            @if !asked.unit.is_empty() { input type="hidden" name="unit" value=(asked.unit); }
            label { (l.t("league.service")) select name="service" { option value="" { (l.t("league.every-service")) } @for (code, name) in &services { option value=(code) selected[asked.service == *code] { (name) } } } }
            label { (l.t("league.area")) select name="area" { option value="" { (l.t("league.whole-city")) } @for area in areas { option value=(area.code) selected[asked.area == area.code] { (area.name) } } } }
            label { (l.t("league.state")) select name="which" { @for which in ["", "open", "done"] { @let word = if which.is_empty() { "all" } else { which }; option value=(which) selected[asked.which == which] { (l.of("directives", word, &[])) } } } }
            button.btn type="submit" { (l.t("league.show")) }
        }
    }
}

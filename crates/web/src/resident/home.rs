//! The first page: search in plain words, report, track, life events, and how the city is doing.

use axum::extract::State;
use maud::{Markup, PreEscaped, html};
use rules::league::Quantile;

use crate::error::Failure;
use crate::figures::EndingRule;
use crate::hall::Hall;
use crate::resident::lived::lived;
use crate::say;
use crate::text::Lang;
use crate::visit::Visit;

use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{Figure, figures};
use crate::ui::{Frame, page};

/// A kind of moment in life and how many services belong to it.
pub struct LifeEvent {
    pub code: String,
    pub name: String,
}

pub struct Home {
    pub life_events: Vec<LifeEvent>,
    /// `None` where nothing was counted yet.
    pub figures: Vec<Figure>,
    /// `08:14:05`
    pub as_of: String,
}

/// The moments of life in the order a life has them; those without a service are not shown.
const LIFE: [&str; 8] = [
    "birth", "marriage", "land", "house", "business", "moving", "identity", "death",
];

/// `GET /`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let law = hall.law();
    let now = hall.now();
    let today = hall.today()?;
    let offered: Vec<_> = law.catalogue.all(today).collect();
    let life_events = LIFE
        .iter()
        .filter(|code| {
            offered
                .iter()
                .any(|p| p.definition.life_events.iter().any(|e| e == *code))
        })
        .map(|code| LifeEvent {
            code: (*code).to_owned(),
            name: visit.lang.of("life", code, &[]),
        })
        .collect();
    Ok(view(
        &visit.frame(),
        &Home {
            life_events,
            figures: today_figures(&hall, visit.lang),
            as_of: say::clock_time(now),
        },
    ))
}

/// Four honest numbers of the last 30 days; none before there is anything to say.
fn today_figures(hall: &Hall, l: Lang) -> Vec<Figure> {
    let now = hall.now().as_second();
    let (facts, meaning) = (hall.facts(), EndingRule::of(&hall.law()).meaning());
    let Some(lived) = lived(&facts, meaning, Vec::new(), now, 30) else {
        return Vec::new();
    };
    let query = facts::Query {
        as_of: now,
        meaning,
        zone: 7 * 3_600,
        ..facts::Query::default()
    };
    let today = facts.today(&query);
    let figure = |name: &str, value: String, bad: bool| Figure {
        name: name.to_owned(),
        value,
        bad,
        link: None,
        drawing: None,
    };
    let mut figures = Vec::new();
    if let Some(share) = lived.share() {
        figures.push(figure(l.t("home.on-time"), say::percent(l, share), false));
    }
    figures.push(figure(l.t("home.half"), took(l, lived.half), false));
    let whole = |n: u32| say::whole(l, i64::from(n));
    figures.push(figure(l.t("home.open"), whole(today.open), false));
    figures.push(figure(
        l.t("home.late"),
        whole(today.overdue),
        today.overdue > 0,
    ));
    figures
}

/// `1,8 ngày`, or `hơn 30 ngày` where that many were not finished yet.
pub fn took(l: Lang, quantile: Quantile) -> String {
    match quantile {
        Quantile::Reached(days) => say::length(l, days * 86_400.0),
        Quantile::NotReached { beyond } => {
            let length = say::length(l, beyond * 86_400.0);
            l.f("service.more-than", &[("length", &length)])
        }
    }
}

pub fn view(frame: &Frame, home: &Home) -> Markup {
    let l = frame.lang;
    page(
        frame,
        l.t("home.title"),
        html! {
            div.hero {
                h1 { (l.t("home.ask")) }
                form.search action="/services" role="search" {
                    input type="search" name="q" aria-label=(l.t("home.search")) placeholder=(l.t("home.search-example")) autocomplete="off" data-key="search";
                    button type="submit" { (icon(Icon::Search)) (l.t("home.search-go")) }
                }
                (waves())
            }
            div.doors {
                a.door.go href="/report" { (icon(Icon::Speak)) b { (l.t("home.report")) } span { (l.t("home.report-says")) } }
                a.door href="/track" { (icon(Icon::Track)) b { (l.t("home.track")) } span { (l.t("home.track-says")) } }
                a.door href="/queue" { (icon(Icon::Pin)) b { (l.t("queue.title")) } span { (l.t("queue.home-says")) } }
                a.door href="/account" { (icon(Icon::Card)) b { (l.t("home.account")) } span { (l.t("home.account-says")) } }
            }
            @if !home.life_events.is_empty() {
                section aria-labelledby="life" {
                    h2 #life { (l.t("home.life")) }
                    ul.tiles {
                        @for event in &home.life_events {
                            li { a href={ "/services?life=" (event.code) } { (icon(Icon::of_life_event(&event.code))) span { (event.name) } } }
                        }
                    }
                }
            }
            @if !home.figures.is_empty() {
                section aria-labelledby="today" {
                    h2 #today { (l.t("home.today")) }
                    div data-live="today" { (figures(&home.figures))
                        p.small.muted { (l.t("home.today-says")) " " a href="/open/method" { (l.t("foot.method")) } " · " (l.f("home.as-of", &[("at", &home.as_of)])) }
                    }
                }
            }
        },
    )
}

fn waves() -> Markup {
    PreEscaped(
        r#"<svg class="waves" viewBox="0 0 1200 56" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path class="back" d="M0 30c150-26 300-26 450-4s300 26 450 4 225-24 300-14v40H0z"/><path class="front" d="M0 44c130-18 260-18 400-4s280 14 420 0 260-18 380-6v22H0z"/></svg>"#
            .to_owned(),
    )
}

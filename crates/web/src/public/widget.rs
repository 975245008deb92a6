//! `/widget`: a small page for the sites of communes, schools, newspapers: report, track, what was reported near. The only page that
//! others may put into a frame. No cookie, no script, nothing of whoever looks. `/open/widget` gives the line to copy.

use axum::extract::{Query, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use service::definition::Kind;
use service::fold::place_key;
use store::{Narrow, Page};

use crate::assets;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{crumbs, empty};
use crate::visit::Visit;

/// As everywhere (`guard`), save that anybody may frame it and that it needs no script.
const POLICY: &str = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors *";
const MOST: u32 = 5;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A commune; the whole city where it is none.
    area: String,
    /// `vi`, `en`
    lang: String,
}

/// `GET /widget?area=…&lang=…`
pub async fn get(
    State(hall): State<Hall>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let l = Lang::from_code(&asked.lang).unwrap_or_default();
    let (law, today) = (hall.law(), hall.today()?);
    let area = law.organisation.area(&asked.area, today);
    let narrow = Narrow {
        areas: area.iter().map(|area| area.code.clone()).collect(),
        ..Narrow::default()
    };
    let newest = Page {
        after: None,
        most: MOST * 4,
    };
    let mut lines = hall.reader().public_cases(&narrow, newest).await?;
    lines.retain(|line| line.kind == Kind::Report);
    lines.truncate(MOST as usize);
    let city = hall.house().city;
    let all = match area {
        Some(area) => format!("/open/reports?area={}", encode(&area.code)),
        None => "/open/reports".to_owned(),
    };
    let drawn = html! {
        (DOCTYPE)
        html lang=(l.code()) {
            head {
                meta charset="utf-8";
                title { (l.t("widget.title")) " · " (city) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(sheet) = assets::address("city.css") { link rel="stylesheet" href=(sheet); }
            }
            body.widget {
                main {
                    h1 { (l.t("widget.title")) }
                    p.small.muted { (match area { Some(area) => area.name.as_str(), None => city.as_str() }) @if hall.house().demo { " · " (l.t("house.demo")) } }
                    p { a.btn.go.wide href="/report" target="_blank" rel="noopener" { (l.t("nav.report")) } }
                    form.field action="/track" target="_blank" rel="noopener" {
                        label for="code" { (l.t("widget.code")) }
                        div.row { input.short type="text" id="code" name="code" autocomplete="off" required; button.btn type="submit" { (l.t("nav.track")) } }
                    }
                    h2 { (l.t("widget.newest")) }
                    @if lines.is_empty() { (empty(l.t("widget.none"), &html! {})) }
                    @else { ul.list { @for line in &lines { li {
                        a href={ "/open/reports/" (encode(&line.code)) } target="_blank" rel="noopener" { (line.title) }
                        br; span.small.muted { (words::service(l, &law, today, &line.service)) " · " (say::date(line.opened)) " · " @if line.ended.is_some() { (l.t("widget.done")) } @else { (l.t("widget.open")) } }
                    } } } }
                    p.small { a href=(all) target="_blank" rel="noopener" { (l.t("widget.all")) } }
                }
            }
        }
    };
    Ok((
        [
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "unsafe-none",
            ),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "public, max-age=60"),
        ],
        drawn,
    )
        .into_response())
}

/// `GET /open/widget?area=…&lang=…`
pub async fn copy(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let mut areas: Vec<_> = law.organisation.areas_on(today).collect();
    areas.sort_by_key(|area| place_key(&area.name));
    let area = law.organisation.area(&asked.area, today);
    let language = Lang::from_code(&asked.lang).unwrap_or(l);
    let mut query = Vec::new();
    if let Some(area) = area {
        query.push(format!("area={}", area.code));
    }
    if language == Lang::En {
        query.push("lang=en".to_owned());
    }
    let query = match query.is_empty() {
        true => String::new(),
        false => format!("?{}", query.join("&")),
    };
    let here = format!("/widget{query}");
    let title = language.t("widget.title");
    let line = format!(
        "<iframe src=\"{}\" title=\"{title}\" width=\"100%\" height=\"640\" loading=\"lazy\"></iframe>",
        hall.link(&here).replace('&', "&amp;")
    );
    Ok(page(
        &visit.frame(),
        l.t("widget.copy-title"),
        html! {
            (crumbs(l, &[("/open", l.t("open.title"))]))
            h1 { (l.t("widget.copy-title")) }
            p { (l.t("widget.copy-says")) }
            form.filters action="/open/widget" {
                label { (l.t("league.area")) select name="area" { option value="" { (l.t("league.whole-city")) } @for one in areas { option value=(one.code) selected[area.is_some_and(|a| a.code == one.code)] { (one.name) } } } }
                label { (l.t("widget.language")) select name="lang" { @for one in [Lang::Vi, Lang::En] { option value=(one.code()) selected[one == language] { (l.of("widget-language", one.code(), &[])) } } } }
                button.btn type="submit" { (l.t("widget.make")) }
            }
            div.field {
                label for="line" { (l.t("widget.line")) }
                p.help #line-help { (l.t("widget.line-help")) }
                textarea id="line" rows="4" readonly aria-describedby="line-help" { (line) }
            }
            p { a.btn href=(here) { (l.t("widget.look")) } }
            p.small.muted { (l.t("widget.privacy")) }
        },
    ))
}

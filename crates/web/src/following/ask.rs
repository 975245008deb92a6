//! `/follow`: what to follow and by which way; the letter's link asks once more before anything is kept.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use maud::{Markup, html};
use rules::following::{Interest, Pace};
use rules::person::Person;
use serde::Deserialize;
use service::definition::Kind;
use service::fold::place_key;

use super::{Connect, REACHES, Wanted, not_too_often, secret_of, words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::text::Lang;
use crate::ui::icon::{Icon, icon};
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, link_button, note};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(flatten)]
    wanted: Wanted,
    /// `too`: has just said that they have seen the same thing.
    said: String,
    /// `report`: instead of a report of their own, whose draft is not needed any more.
    from: String,
}

/// `GET /follow`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    jar: CookieJar,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let wanted = asked.wanted.reaching();
    let sheet = Sheet {
        said_too: asked.said == "too",
        instead: asked.from == "report",
        has_device: secret_of(&jar).is_some(),
        ..Sheet::default()
    };
    draw(&hall, &visit, &wanted, &sheet).await
}

/// What the page says beside the form.
#[derive(Default)]
struct Sheet<'a> {
    email: &'a str,
    pace: Pace,
    wrong: bool,
    said_too: bool,
    instead: bool,
    has_device: bool,
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    wanted: &Wanted,
    sheet: &Sheet<'_>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let interest = wanted.interest(hall).await?;
    let (mut title, mut count) = (None, 0);
    if let Some(code) = &interest.case {
        let seen = hall.case(&Person::Nobody, code).await?;
        let counts = hall.reader().seen_too(&[seen.case.id]).await?;
        count = counts.get(&seen.case.id).copied().unwrap_or(0);
        title = Some(seen.title);
    }
    let what = words::interest(hall, l, &interest, title.as_deref());
    let parties = hall.parties();
    Ok(page(
        &visit.frame().narrow(),
        l.t("follow.title"),
        html! {
            @match &interest.case {
                Some(code) => { (crumbs(l, &[("/open/reports", l.t("reports.title")), (&format!("/open/reports/{}", encode(code)), l.t("reports.single"))])) }
                None => { (crumbs(l, &[("/open", l.t("open.title")), ("/open/reports", l.t("reports.title"))])) }
            }
            h1 { (l.t("follow.title")) }
            @if sheet.instead { div data-draft-sent="report" {} }
            @if sheet.said_too { div role="status" { (note(Tone::Done, &html! { p { b { (l.t("follow.too-done")) } " " (words::seen_too(l, count)) } p { (l.t("follow.too-next")) } })) } }
            p { b { (what) } }
            @if !sheet.said_too && count > 0 { p.small.muted { (words::seen_too(l, count)) } }
            @if let Some(push) = &parties.push {
                section.card data-push=(push.public_key()) hidden {
                    h2 { (l.t("follow.on-device")) }
                    p.small.muted { (l.t("follow.on-device-says")) }
                    form data-push-form method="post" action="/follow/device" { (hidden(&interest)) p.flush { button.btn type="submit" { (l.t("follow.on-device-go")) } } }
                    p.small.muted data-push-says aria-live="polite" data-denied=(l.t("follow.on-device-denied")) data-failed=(l.t("follow.on-device-failed")) {}
                }
            }
            @if !parties.no_mail { (by_mail(hall, l, &interest, wanted, sheet)?) }
            section {
                h2 { (l.t("follow.other-ways")) }
                ul.list.links-list {
                    li { a href=(feed(&interest)) { b { (l.t("follow.atom")) } span { (l.t("follow.atom-says")) } } }
                    @if sheet.has_device { li { a href="/follow/mine" { b { (l.t("follow.mine")) } span { (l.t("follow.mine-says")) } } } }
                }
            }
        },
    ))
}

fn by_mail(
    hall: &Hall,
    l: Lang,
    interest: &Interest,
    wanted: &Wanted,
    sheet: &Sheet<'_>,
) -> Result<Markup, Failure> {
    let wrong = sheet.wrong;
    Ok(html! {
        section.card {
            h2 { (l.t("follow.by-mail")) }
            form method="post" action="/follow" {
                @match &interest.case {
                    Some(code) => { input type="hidden" name="report" value=(code); }
                    None => { (filters(hall, l, wanted)?) }
                }
                div.field.wrong[wrong] {
                    label for="email" { (l.t("follow.email")) }
                    p.help #email-help { (l.t("follow.email-says")) }
                    @if wrong { p.says #email-wrong role="alert" { (l.t("follow.email-wrong")) } }
                    input.short #email type="email" name="email" value=(sheet.email) autocomplete="email" maxlength="254" required aria-describedby=(if wrong { "email-help email-wrong" } else { "email-help" }) aria-invalid=[wrong.then_some("true")];
                }
                (paces(l, sheet.pace))
                p.acts.flush { button.btn.go type="submit" { (l.t("follow.by-mail-go")) } }
            }
        }
    })
}

pub(super) fn paces(l: Lang, chosen: Pace) -> Markup {
    html! {
        fieldset.field {
            legend { (l.t("follow.pace")) }
            div.picks {
                @for pace in Pace::ALL {
                    label.pick { input type="radio" name="pace" value=(pace.code()) checked[pace == chosen]; span { (l.of("follow-pace", pace.code(), &[])) } }
                }
            }
        }
    }
}

fn filters(hall: &Hall, l: Lang, wanted: &Wanted) -> Result<Markup, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let mut services: Vec<(String, String)> = law
        .catalogue
        .all(today)
        .filter(|p| p.definition.kind == Kind::Report)
        .map(|p| {
            let definition = &p.definition;
            (
                definition.service.clone(),
                definition.name.get(l.code()).to_owned(),
            )
        })
        .collect();
    services.sort_by_key(|(_, name)| place_key(name));
    let mut areas: Vec<_> = law.organisation.areas_on(today).collect();
    areas.sort_by_key(|area| place_key(&area.name));
    let (lat, lon) = wanted.at.split_once(',').unwrap_or_default();
    Ok(html! {
        div.field { label for="service" { (l.t("league.service")) } select #service name="service" {
            option value="" { (l.t("league.every-service")) }
            @for (code, name) in &services { option value=(code) selected[wanted.service == *code] { (name) } }
        } }
        div.field { label for="area" { (l.t("league.area")) } select #area name="area" {
            option value="" { (l.t("league.whole-city")) }
            @for area in areas { option value=(area.code) selected[wanted.area == area.code] { (area.name) } }
        } }
        fieldset.field data-place {
            legend { (l.t("follow.near")) " " span.optional { (l.t("form.optional")) } }
            @if wanted.around().is_some() { p.known { "✓ " (l.f("follow.near-known", &[("at", &wanted.at)])) } }
            p.flush { button.btn type="button" data-locate hidden data-waiting=(l.t("place.waiting")) data-found=(l.t("place.found")) data-failed=(l.t("place.failed")) { (icon(Icon::Pin)) (l.t("place.locate")) } }
            p.small.muted data-located aria-live="polite" {}
            input type="hidden" data-lat name="lat" value=(lat.trim());
            input type="hidden" data-lon name="lon" value=(lon.trim());
            label for="km" { (l.t("follow.reach")) }
            select #km name="km" { @for km in REACHES { option value=(km) selected[wanted.km == km] { (km.replace('.', ",")) " km" } } }
            p.help { (l.t("follow.near-says")) }
        }
    })
}

fn hidden(interest: &Interest) -> Markup {
    html! {
        @if let Some(code) = &interest.case { input type="hidden" name="report" value=(code); }
        @if let Some(code) = &interest.service { input type="hidden" name="service" value=(code); }
        @if let Some(code) = &interest.area { input type="hidden" name="area" value=(code); }
        @if let Some(around) = interest.around {
            input type="hidden" name="at" value=(format!("{},{}", around.spot.lat, around.spot.lon));
            input type="hidden" name="km" value=(f64::from(around.metres) / 1000.0);
        }
    }
}

fn feed(interest: &Interest) -> String {
    if let Some(code) = &interest.case {
        return format!("/open/reports/{}/feed.atom", encode(code));
    }
    let mut parts = Vec::new();
    for (name, value) in [("service", &interest.service), ("area", &interest.area)] {
        parts.extend(
            value
                .as_ref()
                .map(|value| format!("{name}={}", encode(value))),
        );
    }
    if let Some(around) = interest.around {
        let km = f64::from(around.metres) / 1000.0;
        let (lat, lon) = (around.spot.lat, around.spot.lon);
        parts.push(format!("at={lat},{lon}&km={km}"));
    }
    match parts.is_empty() {
        true => "/open/reports.atom".to_owned(),
        false => format!("/open/reports.atom?{}", parts.join("&")),
    }
}

/// `POST /follow`: the same answer whoever follows already.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    connect: Connect,
    posted: Posted,
) -> Result<Response, Failure> {
    not_too_often(&hall, &connect)?;
    let l = visit.lang;
    let wanted = wanted(&posted);
    let interest = wanted.interest(&hall).await?;
    let pace = Pace::from_code(posted.get("pace")).unwrap_or_default();
    let email = posted.get("email").trim();
    match hall
        .city()
        .ask_to_follow(email, interest, pace, l.code())
        .await
    {
        Ok(()) => {}
        Err(actions::ActionError::NotFound) => {
            let sheet = Sheet {
                email,
                pace,
                wrong: true,
                ..Sheet::default()
            };
            let page = draw(&hall, &visit, &wanted, &sheet).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(other) => return Err(other.into()),
    }
    let back = match wanted.report.is_empty() {
        true => "/open/reports".to_owned(),
        false => format!("/open/reports/{}", encode(&wanted.report)),
    };
    Ok(page(
        &visit.frame().narrow(),
        l.t("follow.asked"),
        html! {
            h1 { (l.t("follow.asked")) }
            (note(Tone::Run, &html! { p { (l.f("follow.asked-says", &[("email", &email)])) } }))
            p.small.muted { (l.t("follow.asked-again")) }
            p.acts { (link_button(&back, l.t("follow.back"), "go")) }
        },
    )
    .into_response())
}

pub(super) fn wanted(posted: &Posted) -> Wanted {
    let (lat, lon) = (posted.get("lat"), posted.get("lon"));
    let at = match (posted.get("at"), lat.is_empty() || lon.is_empty()) {
        ("", false) => format!("{lat},{lon}"),
        (at, _) => at.to_owned(),
    };
    Wanted {
        report: posted.get("report").to_owned(),
        service: posted.get("service").to_owned(),
        area: posted.get("area").to_owned(),
        at,
        km: posted.get("km").to_owned(),
    }
    .reaching()
}

/// `GET /follow/confirm/{token}`: programs that look at links confirm nothing.
pub async fn confirm(
    State(hall): State<Hall>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let hash = actions::secret::token_hash(&token);
    let wish = hall.reader().wish(&hash, hall.now()).await?;
    Ok(page(
        &visit.frame().narrow(),
        l.t("follow.confirm"),
        html! {
            h1 { (l.t("follow.confirm")) }
            @match &wish {
                Some(wish) => {
                    p { b { (words::interest(&hall, l, &wish.interest, None)) } }
                    p { (l.f("follow.confirm-says", &[("email", &wish.email)])) }
                    form method="post" action={ "/follow/confirm/" (encode(&token)) } { p.acts { button.btn.go type="submit" { (l.t("follow.confirm-go")) } } }
                }
                None => { (note(Tone::Soon, &html! { p { (l.t("follow.confirm-old")) } })) p.acts { (link_button("/open/reports", l.t("follow.back"), "")) } }
            }
        },
    ))
}

/// `POST /follow/confirm/{token}`
pub async fn confirmed(
    State(hall): State<Hall>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    match hall.city().confirm_follow(&token).await {
        Ok(secret) => {
            Ok(redirect::to(&format!("/follow/mine/{secret}?said=confirmed")).into_response())
        }
        Err(actions::ActionError::NotFound) => {
            let page = confirm(State(hall), visit, Path(token)).await?;
            Ok((StatusCode::NOT_FOUND, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

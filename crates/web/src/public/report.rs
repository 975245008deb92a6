//! One public report: what and roughly where, who has it, what happened, without any person in it. The
//! point is shown only where the definition lets anybody see it.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::{Event, Recorded};
use rules::person::Person;
use service::answer::public_view;

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::history::ending_words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, tag};
use crate::ui::timeline::{Entry, Mark, timeline};
use crate::visit::Visit;

/// `GET /open/reports/{code}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let (l, law, today, now) = (visit.lang, hall.law(), hall.today()?, hall.now());
    let seen = public(&hall, &code).await?;
    let case = &seen.case;
    let definition = law
        .catalogue
        .get(&case.service, case.service_version)
        .map(|published| &published.definition);
    let answers = hall
        .reader()
        .answers(case.id)
        .await?
        .map(|(_, answers)| answers);
    let shown = definition
        .zip(answers.as_ref())
        .map(|(definition, answers)| public_view(definition, answers));
    let point = shown.as_ref().and_then(|shown| {
        shown
            .values()
            .find_map(|value| Some((value.get("lat")?.as_f64()?, value.get("lon")?.as_f64()?)))
    });
    let files = hall.reader().attachments(case.id).await?;
    let photos: Vec<(String, String)> = files
        .iter()
        .filter(|file| file.public)
        .map(|file| {
            (
                format!("/open/reports/{}/photos/{}", encode(&case.code), file.hash),
                l.t("reports.photo").to_owned(),
            )
        })
        .collect();
    let entries = history(l, &law, &hall.reader().timeline(case.id).await?);
    let ended = case.life.ended();
    let due = case.clock.first_due;
    Ok(page(
        &visit.frame(),
        &seen.title,
        html! {
            (crumbs(l, &[("/open", l.t("open.title")), ("/open/reports", l.t("reports.title"))]))
            p.small.muted.flush { (l.t("slip.report-code")) " " span.code { (case.code) } }
            h1 { (seen.title) }
            div.split {
                div {
                    dl.facts {
                        dt { (l.t("league.service")) } dd { (words::service(l, &law, today, &case.service)) }
                        @if let Some(area) = &case.area { dt { (l.t("league.area")) } dd { (words::area(&law, area)) } }
                        @if let Some((lat, lon)) = point { dt { (l.t("reports.point")) } dd { a href={ "/open/map?at=" (format!("{lat:.5},{lon:.5}")) } { (format!("{lat:.5}, {lon:.5}")) } } }
                        dt { (l.t("direct.owner")) } dd { (words::unit(&law, &case.unit)) }
                        dt { (l.t("league.opened")) } dd { (say::moment(l, case.opened)) }
                        @if let Some(due) = due { dt { (l.t("league.due")) } dd { (say::moment(l, due)) } }
                        dt { (l.t("league.state")) } dd {
                            @match (ended, due) {
                                (Some((ending, at)), due) => { (tag(if due.is_some_and(|due| at > due) { Tone::Late } else { Tone::Done }, &ending_words(l, ending))) " " (say::date(at)) },
                                (None, Some(due)) if due <= now => (tag(Tone::Late, l.t("case-state.late"))),
                                (None, _) => (tag(Tone::Run, l.t("case-state.open"))),
                            }
                        }
                    }
                    @if !photos.is_empty() { ul.photos { @for (address, says) in &photos { li { a href=(address) { img src=(address) alt=(says) loading="lazy" width="96" height="96"; } } } } }
                    p.small { a href={ "/verify?code=" (encode(&case.code)) } { (l.t("verify.title")) } " · " a href={ "/open/reports/" (encode(&case.code)) "/feed.atom" } { (l.t("reports.follow-one")) } }
                }
                section data-live="report" { h2 { (l.t("reports.happened")) } (timeline(&entries)) }
            }
        },
    ))
}

/// `GET /open/reports/{code}/photos/{hash}`: only what was marked public, and only of this report.
pub async fn photo(
    State(hall): State<Hall>,
    Path((code, hash)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let seen = public(&hall, &code).await?;
    let files = hall.reader().attachments(seen.case.id).await?;
    if !files.iter().any(|file| file.public && file.hash == hash) {
        return Err(Failure::NotFound);
    }
    let (_, media) = hall.reader().file(&hash).await?.ok_or(Failure::NotFound)?;
    let bytes = hall
        .city()
        .store()
        .files()
        .read(hall.city().code(), &hash)
        .await?;
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    let media = match media.as_str() {
        "image/jpeg" | "image/png" | "image/webp" => media,
        // Nothing else is shown inside our pages.
        _ => "application/octet-stream".to_owned(),
    };
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(&media).map_err(Failure::fault)?,
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=86400"),
    );
    Ok(answer)
}

/// A report that anybody may see; whoever asks, this page shows only that.
async fn public(hall: &Hall, code: &str) -> Result<store::Seen, Failure> {
    hall.case(&Person::Nobody, code).await
}

/// What happened, by units and days; notes and persons are not here.
fn history(l: Lang, law: &actions::Law, recorded: &[Recorded]) -> Vec<Entry> {
    recorded
        .iter()
        .filter_map(|one| {
            let (word, about) = told(law, &one.event)?;
            Some(Entry {
                mark: match word {
                    "late" => Mark::Late,
                    "asked" => Mark::Stop,
                    _ => Mark::Past,
                },
                title: match about {
                    Some(about) => format!("{}: {about}", l.of("happened", word, &[])),
                    None => l.of("happened", word, &[]),
                },
                under: say::moment(l, one.at),
                note: None,
                photos: Vec::new(),
            })
        })
        .collect()
}

/// The event in one word of the family `happened`, and the unit it names.
pub(crate) fn told(law: &actions::Law, event: &Event) -> Option<(&'static str, Option<String>)> {
    let unit = |code: &str| Some(words::unit(law, code));
    Some(match event {
        Event::Opened(opened) => ("opened", unit(&opened.unit)),
        Event::Imported(imported) => ("opened", unit(&imported.opened.unit)),
        Event::Accepted => ("accepted", None),
        Event::TakenUp => ("taken-up", None),
        Event::ApplicantAsked { .. } => ("asked", None),
        Event::ApplicantAnswered => ("answered", None),
        Event::Extended { .. } => ("extended", None),
        Event::Redated { from, to, .. } if from != to => ("extended", None),
        Event::Rerouted { unit: to, .. } => ("rerouted", unit(to)),
        Event::StepStarted { task } => ("started", task.unit.as_deref().and_then(unit)),
        Event::Issued { .. } => ("issued", None),
        Event::HandedOver { .. } => ("handed-over", None),
        Event::NotAccepted { .. } => ("not-accepted", None),
        Event::Stopped { .. } => ("stopped", None),
        Event::Reopened { .. } => ("reopened", None),
        Event::Warned {
            of: rules::case::event::Warning::Late,
            ..
        } => ("late", None),
        _ => return None,
    })
}

//! One public report: what and roughly where, who has it, what happened, without any person in it. The
//! point is shown only where the definition lets anybody see it.

use actions::shown::{MOST_FLAG_WORDS, REASONS};
use actions::upload::{THUMBNAIL, small_of};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::shown::Text;
use rules::case::{Event, Recorded};
use rules::person::Person;
use service::answer::public_view;
use store::Attachment;

use crate::error::Failure;
use crate::following::address_of;
use crate::following::words::seen_too;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::history::ending_words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
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
    let address = |hash: &str| format!("/open/reports/{}/photos/{hash}", encode(&case.code));
    let photos = pictures(&files, |file| file.public);
    let photos: Vec<(String, String)> = photos
        .into_iter()
        .map(|(file, small)| (address(&file.hash), address(&small)))
        .collect();
    let entries = history(l, &law, &hall.reader().timeline(case.id).await?);
    let counts = hall.reader().seen_too(&[case.id]).await?;
    let count = counts.get(&case.id).copied().unwrap_or(0);
    let (ended, due) = (case.fate(), case.clock.first_due);
    let original = match &case.merged {
        Some(merged) => public(&hall, &merged.code).await.ok(),
        None => None,
    };
    let few = store::Page {
        after: None,
        most: 100,
    };
    let others = hall.reader().merged_into(case.id, few).await?.len();
    Ok(page(
        &visit.frame(),
        &seen.title,
        html! {
            (crumbs(l, &[("/open", l.t("open.title")), ("/open/reports", l.t("reports.title"))]))
            p.small.muted.flush { (l.t("slip.report-code")) " " span.code { (case.code) } }
            h1 { (seen.title) }
            @if matches!(case.shown.text, Text::Edited(_)) { p.small.muted { (l.t("moderation.edited")) } }
            @if let Some((tone, says)) = said(l, &visit.path) { div role="status" { (note(tone, &html! { p { (says) } })) } }
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
                                (None, _) if case.merged.is_some() => (tag(Tone::Run, l.t("merge.state"))),
                                (None, Some(due)) if due <= now => (tag(Tone::Late, l.t("case-state.late"))),
                                (None, _) => (tag(Tone::Run, l.t("case-state.open"))),
                            }
                        }
                    }
                    @if let Some(original) = &original { p { (l.t("merge.original")) " " a href={ "/open/reports/" (encode(&original.case.code)) } { (original.title) } } }
                    @if others > 0 { p { (l.n("merge.others", i64::try_from(others).unwrap_or(i64::MAX), &[])) } }
                    @if !photos.is_empty() { ul.photos { @for (address, small) in &photos { li { a href=(address) { img src=(small) alt=(l.t("reports.photo")) loading="lazy" width="96" height="96"; } } } } }
                    (too(l, &case.code, count, ended.is_none()))
                    p.small { a href={ "/verify?code=" (encode(&case.code)) } { (l.t("verify.title")) } " · " a href={ "/open/reports/" (encode(&case.code)) "/feed.atom" } { (l.t("reports.follow-one")) } }
                }
                section data-live="report" { h2 { (l.t("reports.happened")) } (timeline(&entries)) }
            }
            (unfit(l, &case.code, "", ""))
        },
    ))
}

/// Photos that have a small picture, in their order, with the hash of that.
pub(crate) fn pictures(
    files: &[Attachment],
    wanted: impl Fn(&Attachment) -> bool,
) -> Vec<(&Attachment, String)> {
    let whole = files
        .iter()
        .filter(|file| !file.what.contains(THUMBNAIL) && wanted(file));
    whole
        .filter_map(|file| {
            let what = small_of(&file.what, &file.hash);
            let small = files.iter().find(|other| other.what == what)?;
            Some((file, small.hash.clone()))
        })
        .collect()
}

/// Whoever finds something here unfit says so, without an account.
pub(super) fn unfit(l: Lang, code: &str, reason: &str, words: &str) -> Markup {
    html! {
        details.more open[!reason.is_empty() || !words.is_empty()] {
            summary { (l.t("flag.title")) }
            form method="post" action={ "/open/reports/" (encode(code)) "/flag" } {
                p.small.muted { (l.t("flag.says")) }
                fieldset.field {
                    legend { (l.t("flag.reason")) }
                    @for one in REASONS { label.pick { input type="radio" name="reason" value=(one) checked[reason == one] required; span { (l.of("flag-reason", one, &[])) } } }
                }
                div.field {
                    label for="flag-words" { (l.t("flag.words")) " " span.optional { (l.t("form.optional")) } }
                    textarea #flag-words name="words" rows="2" maxlength=(MOST_FLAG_WORDS) { (words) }
                }
                p { button.btn type="submit" { (l.t("flag.send")) } }
            }
        }
    }
}

/// What was just done here.
fn said(l: Lang, path: &str) -> Option<(Tone, &'static str)> {
    path.ends_with("?said=flagged")
        .then(|| (Tone::Done, l.t("flag.done")))
}

/// One tap for whoever has seen the same, and the way to be told what becomes of it.
fn too(l: Lang, code: &str, count: u32, open: bool) -> Markup {
    html! {
        form method="post" action={ "/follow/too/" (encode(code)) } {
            p.acts {
                @if open { button.btn type="submit" { (l.t("follow.too")) } }
                a.btn.quiet href=(address_of(code)) { (l.t("follow.link")) }
                @if count > 0 { span.small.muted { (seen_too(l, count)) } }
            }
        }
    }
}

/// `GET /open/reports/{code}/photos/{hash}`: only what was marked public, and only of this report.
pub async fn photo(
    State(hall): State<Hall>,
    Path((code, hash)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let seen = public(&hall, &code).await?;
    let files = hall.reader().attachments(seen.case.id).await?;
    if !files.iter().any(|file| file.public && file.hash == hash) {
        return Err(Failure::NotFound);
    }
    let (_, media) = hall.reader().file(&hash).await?.ok_or(Failure::NotFound)?;
    let tag = format!("\"{hash}\"");
    let known = headers.get(header::IF_NONE_MATCH);
    let mut answer = match known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => {
            let city = hall.city();
            let bytes = city.store().files().read(city.code(), &hash).await?;
            bytes.into_response()
        }
    };
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
        // Asked again each time: what a moderator took away is gone at once.
        HeaderValue::from_static("public, no-cache"),
    );
    headers.insert(
        header::ETAG,
        HeaderValue::from_str(&tag).map_err(Failure::fault)?,
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
        Event::Merged { .. } => ("merged", None),
        Event::Unmerged { .. } => ("unmerged", None),
        Event::OriginalSaid(said) if said.ended.is_some() => ("original-ended", None),
        Event::Recategorised(_) => ("recategorised", None),
        Event::Forwarded(_) => ("forwarded", None),
        Event::OutsideSaid(_) => ("outside-said", None),
        Event::LookedAgain(_) => ("looked-again", None),
        Event::Warned {
            of: rules::case::event::Warning::Late,
            ..
        } => ("late", None),
        _ => return None,
    })
}

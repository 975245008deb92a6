//! `/outside/{token}`: what somebody outside the city's offices sees who was asked to do something, and their answer. No
//! account, nothing of who reported; an unknown, used or withdrawn link is a page that is not there.

use actions::outside::Answer;
use actions::public_words::without_numbers;
use actions::upload::{PHOTO, THUMBNAIL};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use rules::case::Case;
use rules::case::outside::{Parties, Said};
use rules::duty::Act;
use service::answer::public_view;
use service::definition::FieldKind;
use service::expr::Scope;
use store::OutsideLink;

use crate::door::{Doors, Duty};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::act::photo_words;
use crate::official::posted::Posted;
use crate::official::{files, names};
use crate::resident::filling::{areas, units};
use crate::say;
use crate::ui::form::{Sheet, answer_words};
use crate::ui::page;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door(
            "/outside/{token}",
            get(show).post(post).duty(Act::ReadPublic),
        )
        .door(
            "/outside/{token}/photos/{hash}",
            get(photo).duty(Act::ReadPublic),
        )
}

/// `GET /outside/{token}`
pub async fn show(
    State(hall): State<Hall>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let (link, case) = hall.city().open_outside(&token).await?;
    let drawn = draw(
        &hall,
        &visit,
        &token,
        &link,
        &case,
        &Posted::default(),
        None,
    )
    .await?;
    Ok(unseen(drawn.into_response()))
}

/// `GET /outside/{token}/photos/{hash}`: pictures of the place, no other file.
pub async fn photo(
    State(hall): State<Hall>,
    Path((token, hash)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (_, case) = hall.city().look_outside(&token).await?;
    let attached = hall.reader().attachments(case.id).await?;
    let shown = attached
        .iter()
        .find(|file| file.hash == hash && of_place(&file.what));
    let name = &shown.ok_or(Failure::NotFound)?.name;
    Ok(unseen(files::served(&hall, &hash, name).await?))
}

fn of_place(what: &str) -> bool {
    what == PHOTO || what.starts_with(&format!("{PHOTO}{THUMBNAIL}"))
}

/// `POST /outside/{token}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(token): Path<String>,
    mut posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let (link, case) = hall.city().look_outside(&token).await?;
    let again = async |posted: &Posted, wrong: &str| -> Result<Response, Failure> {
        let page = draw(&hall, &visit, &token, &link, &case, posted, Some(wrong)).await?;
        Ok(unseen(
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
        ))
    };
    let Some(said) = Said::from_code(posted.get("said")) else {
        return again(&posted, l.t("outside.no-said")).await;
    };
    let answer = Answer {
        said,
        words: posted.get("words").to_owned(),
        uploads: std::mem::take(&mut posted.files),
    };
    match hall.city().hear_outside(&token, answer).await {
        Ok(_) => Ok(unseen(thanks(&visit, said).into_response())),
        Err(actions::ActionError::Refused(refusal)) => {
            again(&posted, &refusal_words(l, &refusal)).await
        }
        Err(actions::ActionError::Photo { name, problem }) => {
            again(&posted, &format!("{name}: {}", photo_words(l, problem))).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The address is a secret: it is kept nowhere, told to nobody, found by no search.
fn unseen(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "x-robots-tag",
        HeaderValue::from_static("noindex, nofollow"),
    );
    answer
}

fn thanks(visit: &Visit, said: Said) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("outside.thanks"),
        html! {
            h1 { (l.t("outside.thanks")) }
            p { (l.f("outside.thanks-says", &[("said", &l.of("outside-said", said.code(), &[]))])) }
            @if !said.is_last() { p { (l.t("outside.again")) } }
        },
    )
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    token: &str,
    link: &OutsideLink,
    case: &Case,
    posted: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let asked = case
        .forwards
        .get(link.n as usize)
        .ok_or(Failure::NotFound)?;
    let published = law.catalogue.get(&case.service, case.service_version);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let answers = hall.reader().answers(case.id).await?;
    let answers = answers.map(|(_, answers)| answers).unwrap_or_default();
    let open = public_view(definition, &answers);
    let (areas, units) = (areas(hall)?, units(hall)?);
    let sheet = Sheet {
        lang: l,
        scope: Scope::of(definition, &open),
        problems: &[],
        areas: &areas,
        units: &units,
        known: &[],
        map: None,
    };
    let fields = definition.form.iter().flat_map(|page| &page.fields);
    let told: Vec<(String, String)> = fields
        .filter(|field| {
            !matches!(
                field.kind,
                FieldKind::Photos | FieldKind::File | FieldKind::LongText
            )
        })
        .filter_map(|field| {
            let words = answer_words(&sheet, field)?;
            Some((field.label.get(l.code()).to_owned(), words))
        })
        .collect();
    // Where it is must be found: the words about the place, as they were given.
    let place = answers.get("where").and_then(|place| place.get("words"));
    let place = place.and_then(|words| words.as_str()).unwrap_or_default();
    let what = answers.get("what").and_then(|what| what.as_str());
    let question = hall.reader().notes(case.id).await?;
    let question = question
        .into_iter()
        .find(|note| note.id == asked.question)
        .and_then(|note| note.text);
    let attached = hall.reader().attachments(case.id).await?;
    let photos: Vec<&store::Attachment> =
        attached.iter().filter(|file| file.what == PHOTO).collect();
    let chosen = posted.get("said");
    let unit = case
        .task(&asked.step, asked.row)
        .and_then(|task| task.unit.as_deref());
    let unit = names::unit(&law, unit.unwrap_or(&case.unit));
    Ok(page(
        &visit.frame().narrow(),
        l.t("outside.page"),
        html! {
            h1 { (l.t("outside.page")) }
            p { (l.f("outside.asks", &[("unit", &unit), ("party", &Parties::shipped().name(&asked.party, l.code()))])) }
            @if let Some(question) = &question { blockquote { (question) } }
            h2 { (definition.name.get(l.code())) }
            @if let Some(what) = what { p { (without_numbers(what)) } }
            dl.facts.one {
                dt { (l.t("slip.code")) } dd { span.code { (case.code) } }
                dt { (l.t("league.opened")) } dd { (say::moment(l, case.opened)) }
                @if !place.is_empty() { dt { (l.t("outside.place")) } dd { (without_numbers(place)) } }
                @if let Some(spot) = case.place { dt { (l.t("reports.point")) } dd { a href={ "geo:" (format!("{:.5},{:.5}", spot.lat, spot.lon)) } { (format!("{:.5}, {:.5}", spot.lat, spot.lon)) } } }
                @for (label, words) in &told { dt { (label) } dd { (words) } }
            }
            @if !photos.is_empty() {
                ul.photos { @for (i, file) in photos.iter().enumerate() {
                    @let address = format!("/outside/{token}/photos/{}", file.hash);
                    li { a href=(address) { img src=(address) alt={ (l.t("reports.photo")) " " (i + 1) } loading="lazy" width="96" height="96"; } }
                } }
            }
            section.card {
                h2 { (l.t("outside.your-answer")) }
                @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
                form method="post" action={ "/outside/" (token) } enctype="multipart/form-data" {
                    fieldset.field {
                        legend { (l.t("outside.said")) }
                        @for said in Said::ALL { label.pick { input type="radio" name="said" value=(said.code()) checked[said.code() == chosen] required; span { (l.of("outside-said", said.code(), &[])) } } }
                    }
                    div.field {
                        label for="words" { (l.t("outside.answer-words")) }
                        textarea #words name="words" rows="4" maxlength="4000" required { (posted.get("words")) }
                    }
                    div.field {
                        label for="photos" { (l.t("outside.photos")) " " span.optional { (l.t("form.optional")) } }
                        p.help #photos-help { (l.t("form.help-photos")) }
                        div.upload { input type="file" #photos name="photos" accept="image/jpeg,image/png,image/webp" multiple aria-describedby="photos-help"; }
                    }
                    p.acts { button.btn.go type="submit" { (l.t("outside.answer-send")) } }
                }
                p.small.muted { (l.f("outside.until", &[("at", &say::moment(l, asked.until))])) }
            }
        },
    ))
}

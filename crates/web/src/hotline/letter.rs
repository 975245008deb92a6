//! `/hotline/letters`, `/hotline/letter/{id}`: letters and texts that wait for an operator: filed as a report, added to a case, or put aside.

use actions::{ActionError, Change, NewCase, Verb};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::ids::ArrivalId;
use rules::message::Channel as Way;
use service::definition::Who;
use store::{Arrival, ArrivalState, Sight};

use super::call::{Said, around, middle};
use super::sheet::{self, Asked};
use super::typed::{Report, Typed, kinds};
use super::{pin, spoken, tabs};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::form;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

const MOST: u32 = 100;

/// `GET /hotline/letters`
pub async fn list(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    hall.city().operator(&visit.person)?;
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let waiting = hall.reader().arrivals_waiting(MOST).await?;
    Ok(page(
        &visit.frame(),
        l.t("letters.title"),
        html! {
            h1 { (l.t("letters.title")) }
            (tabs(l, "/hotline/letters", visit.house.demo))
            @if waiting.is_empty() { (sheet::nothing(l.t("letters.none"))) }
            @else { ul.list.links-list { @for one in &waiting { li data-row {
                a href={ "/hotline/letter/" (one.id) } data-open {
                    b { (heading(one)) }
                    span { (l.of("letters-way", one.way.code(), &[])) " · " (sender(l, one)) " · " (say::short(one.came))
                        @if let Some(kind) = &one.service { @if let Some(p) = law.catalogue.current(kind, today) { " · " (p.definition.name.get(l.code())) } }
                        @if let Some(area) = one.area.as_ref().and_then(|area| law.organisation.area(area, today)) { " · " (area.name) }
                        @if !one.files.is_empty() { " · " (l.n("letters.files", i64::try_from(one.files.len()).unwrap_or(0), &[])) } }
                }
            } } } }
        },
    ))
}

/// Its subject, or how it begins.
fn heading(one: &Arrival) -> String {
    let subject = one.subject.as_deref().unwrap_or_default().trim();
    let words = one.body.as_deref().unwrap_or_default();
    let shown = if subject.is_empty() { words } else { subject };
    let first = shown.lines().next().unwrap_or_default();
    match first.is_empty() {
        true => "…".to_owned(),
        false => first.chars().take(120).collect(),
    }
}

/// Masked until the letter is open.
fn sender(l: Lang, one: &Arrival) -> String {
    match &one.sender {
        None => l.t("letters.erased").to_owned(),
        Some(address) if one.way == Way::Email => {
            let (name, host) = address.split_once('@').unwrap_or((address, ""));
            let first: String = name.chars().take(2).collect();
            format!("{first}•••@{host}")
        }
        Some(number) => {
            let last: Vec<char> = number.chars().rev().take(3).collect();
            format!("•••{}", last.into_iter().rev().collect::<String>())
        }
    }
}

async fn find(hall: &Hall, id: &str) -> Result<Arrival, Failure> {
    let id: ArrivalId = id.parse().map_err(|_| Failure::NotFound)?;
    hall.reader().arrival(id).await?.ok_or(Failure::NotFound)
}

/// `GET /hotline/letter/{id}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    hall.city().operator(&visit.person)?;
    let letter = find(&hall, &id).await?;
    let typed = Typed {
        key: hall.city().new_token(),
        words: words_of(&letter),
        area: letter.area.clone().unwrap_or_default(),
        spot: letter.files.iter().find_map(|file| file.taken_at),
        spot_words: letter
            .files
            .iter()
            .find_map(|file| file.taken_at)
            .map(pin::written)
            .unwrap_or_default(),
        ..Typed::default()
    };
    draw(&hall, &visit, &letter, &typed, Said::Nothing).await
}

fn words_of(letter: &Arrival) -> String {
    let parts = [&letter.subject, &letter.body];
    let parts = parts.iter().filter_map(|part| part.as_deref());
    let parts: Vec<&str> = parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("\n").chars().take(4_000).collect()
}

/// `POST /hotline/letter/{id}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let (operator, centre) = hall.city().operator(&visit.person)?;
    let l = visit.lang;
    let letter = find(&hall, &id).await?;
    let go = posted.get("_go").to_owned();
    let mut typed = Typed::of(posted);
    typed.settle_area(&hall.law(), hall.today()?);
    typed.move_pin(&hall, &go);
    let wrong = async |why: &str| -> Result<Response, Failure> {
        let said = Said::Wrong(why.to_owned());
        let page = draw(&hall, &visit, &letter, &typed, said).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let done = "/hotline/letters";
    match go.as_str() {
        "drop" => {
            let state = ArrivalState::Dropped;
            match hall
                .city()
                .settle_arrival(&visit.person, letter.id, state, None)
                .await
            {
                Ok(()) => Ok(redirect::to(done).into_response()),
                Err(ActionError::Refused(refusal)) => wrong(&refusal_words(l, &refusal)).await,
                Err(other) => Err(other.into()),
            }
        }
        "add" => {
            if typed.about.is_empty() {
                return wrong(l.t("hotline.which-case")).await;
            }
            let code = actions::code::typed(&typed.about);
            let seen = hall.reader().case_by_code(&visit.person, &code).await?;
            let Some(seen) = seen.filter(|seen| seen.sight == Sight::Whole) else {
                return wrong(l.t("hotline.no-such-case")).await;
            };
            let case = Some(seen.case.id);
            let state = ArrivalState::Added;
            match hall
                .city()
                .settle_arrival(&visit.person, letter.id, state, case)
                .await
            {
                Ok(()) => {}
                Err(ActionError::Refused(refusal)) => {
                    return wrong(&refusal_words(l, &refusal)).await;
                }
                Err(other) => return Err(other.into()),
            }
            let change = Change {
                words: Some(Lang::Vi.f("letters.wrote-about", &[("words", &typed.words)])),
                ..Change::new(seen.case.id, Verb::Note { public: false })
            };
            match hall.city().change(&visit.person, change).await {
                Ok(_) => Ok(redirect::to(done).into_response()),
                Err(ActionError::Refused(refusal)) => wrong(&refusal_words(l, &refusal)).await,
                Err(other) => Err(other.into()),
            }
        }
        "file" => {
            if letter.settled.is_some() {
                let again = rules::case::Refusal::AlreadyDone;
                return wrong(&refusal_words(l, &again)).await;
            }
            if !typed.spot_words.is_empty() && typed.spot.is_none() {
                return wrong(l.t("hotline.no-such-place")).await;
            }
            if !typed.area_words.is_empty() {
                let why = l.f("hotline.no-such-area", &[("words", &typed.area_words)]);
                return wrong(&why).await;
            }
            let (law, today) = (hall.law(), hall.today()?);
            let phone = letter
                .sender
                .as_deref()
                .filter(|_| letter.way != Way::Email);
            let report = Report::of(
                &typed,
                &kinds(&law, today),
                &hall.learned(),
                today,
                phone,
                &letter.files,
            );
            let Some(definition) = report.definition else {
                return wrong(l.t("hotline.choose-kind")).await;
            };
            let flawed = async || -> Result<Response, Failure> {
                let page = draw(&hall, &visit, &letter, &typed, Said::Flawed).await?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            };
            if !report.problems.is_empty() {
                return flawed().await;
            }
            let new = NewCase {
                service: definition.service.clone(),
                answers: report.answers.clone(),
                uploads: Vec::new(),
                person: visit.person.clone(),
                applicant: Who::Citizen,
                channel: actions::arrivals::channel(letter.way),
                key: typed.key.clone(),
                public: typed.public,
                received_at: Some(centre),
                about: None,
            };
            let besides = actions::open::Besides {
                files: letter.files.clone(),
                arrival: Some((letter.id, Some(operator.id))),
                ..actions::open::Besides::default()
            };
            match hall.city().open_from(new, besides).await {
                Ok(receipt) => {
                    let case = hall.reader().case(&visit.person, receipt.id).await?;
                    let case = case.as_ref().map(|seen| &seen.case);
                    Ok(sheet::opened(&hall, &visit, &receipt, case).into_response())
                }
                Err(ActionError::Flawed(_)) => flawed().await,
                Err(ActionError::Refused(refusal)) => wrong(&refusal_words(l, &refusal)).await,
                Err(other) => Err(other.into()),
            }
        }
        _ => draw(&hall, &visit, &letter, &typed, Said::Nothing).await,
    }
}

/// `GET /hotline/letter/{id}/{hash}`: a picture that came with it, small.
pub async fn picture(
    State(hall): State<Hall>,
    visit: Visit,
    Path((id, hash)): Path<(String, String)>,
) -> Result<Response, Failure> {
    hall.city().operator(&visit.person)?;
    let letter = find(&hall, &id).await?;
    let file = letter.files.iter().find(|file| file.hash == hash);
    let small = file
        .and_then(|file| file.small.clone())
        .ok_or(Failure::NotFound)?
        .0;
    let city = hall.city();
    let bytes = match city.store().files().read(city.code(), &small).await {
        Ok(bytes) => bytes,
        Err(store::StoreError::Missing { .. }) => return Err(Failure::NotFound),
        Err(error) => return Err(error.into()),
    };
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    letter: &Arrival,
    typed: &Typed,
    said: Said,
) -> Result<Response, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let all = kinds(&law, today);
    let phone = letter
        .sender
        .as_deref()
        .filter(|_| letter.way != Way::Email);
    let report = Report::of(typed, &all, &hall.learned(), today, phone, &letter.files);
    let found = around(hall, typed, &report).await?;
    let none = [];
    let problems = match &said {
        Said::Flawed => &report.problems[..],
        Said::Nothing | Said::Wrong(_) => &none,
    };
    let asked = Asked {
        typed,
        report: &report,
        kinds: &all,
        around: &found,
        middle: typed.spot.or_else(|| middle(hall, &typed.area)),
    };
    let from = match (&letter.sender, letter.way) {
        (None, _) => l.t("letters.erased").to_owned(),
        (Some(address), Way::Email) => address.clone(),
        (Some(number), _) => spoken(l, Some(number)),
    };
    let address = format!("/hotline/letter/{}", letter.id);
    let drawn = page(
        &visit.frame(),
        &heading(letter),
        html! {
            (crumbs(l, &[("/hotline", l.t("hotline.title")), ("/hotline/letters", l.t("letters.title"))]))
            h1 { (heading(letter)) }
            p.muted { (l.of("letters-way", letter.way.code(), &[])) " · " (from) " · " (say::moment(l, letter.came)) " " @if letter.settled.is_some() { (tag(Tone::Done, l.t("letters.settled"))) } }
            @if letter.why.as_deref() == Some("case-refused") { (note(Tone::Soon, &html! { p { (l.t("letters.case-refused")) } })) }
            (form::errors(l, problems))
            @if let Said::Wrong(why) = &said { div role="alert" { (note(Tone::Late, &html! { p { (why) } })) } }
            div.split {
                form #hotline method="post" action=(address) enctype="multipart/form-data" data-look-form {
                    button.hidden-words type="submit" name="_go" value="look" formnovalidate tabindex="-1" aria-hidden="true" { (l.t("hotline.look")) }
                    input type="hidden" name="_key" value=(typed.key);
                    (sheet::words(l, &asked, problems))
                    @if !letter.files.is_empty() { ul.photos { @for file in letter.files.iter().filter(|file| file.small.is_some()) { li { img src={ "/hotline/letter/" (letter.id) "/" (file.hash) } alt=(file.name) width="96" height="96"; } } } }
                    (sheet::place(hall, l, &asked, problems)?)
                    (sheet::kind(hall, l, &asked, problems)?)
                    section { h2 { (l.t("letters.what-now")) } }
                    p.acts {
                        (sheet::button("file", "F8", "8", l.t("letters.file"), "go"))
                        (sheet::button("add", "F4", "4", l.t("letters.add"), ""))
                        (sheet::button("look", "F9", "9", l.t("hotline.look"), "quiet"))
                    }
                    div.field {
                        label for="about-code" { (l.t("hotline.about-code")) }
                        p.help #about-help { (l.t("hotline.about-help")) }
                        input.short type="text" id="about-code" name="_about-code" value=(typed.about) autocomplete="off" aria-describedby="about-help";
                    }
                    p.acts { button.btn.quiet type="submit" name="_go" value="drop" { (l.t("letters.drop")) } }
                    p.small.muted.space { (l.t("letters.answer-says")) }
                }
                aside { (sheet::similar(hall, l, &asked)) }
            }
        },
    );
    Ok(drawn.into_response())
}

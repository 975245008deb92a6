//! The desk: an official hands in for somebody who calls, writes or stands at the counter. The whole form
//! on one page, because a clerk types faster than pages turn; rows of groups are added as needed.
//! Fields of different pages may bear one code, so a hidden `page` mark stands before each page's fields.

use actions::{ActionError, NewCase, Receipt, Upload};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::catalogue::Catalogue;
use service::definition::{Channel, Field, Kind, Page, Who};
use service::expr::Scope;
use service::field::FieldProblem;
use service::walk::{self, PageRef};
use service::{Answers, Definition, answer};

use super::act;
use super::history::channel_words;
use super::inbox::official;
use super::posted::Posted;
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::resident::filling::{areas, units};
use crate::text::Lang;
use crate::ui::form::{self, Sheet};
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, slip};
use crate::visit::Visit;

/// Ways in which somebody reaches a desk.
const CHANNELS: [Channel; 3] = [Channel::Counter, Channel::Hotline, Channel::Post];

fn channels(definition: &Definition) -> Vec<Channel> {
    let taken = &definition.applicants.channels;
    CHANNELS.into_iter().filter(|c| taken.contains(c)).collect()
}

/// `GET /desk`: the services that take hand-ins here, by group.
pub async fn choose(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let l = visit.lang;
    let groups = offered(&hall.law().catalogue, hall.today()?, l);
    Ok(page(
        &visit.frame(),
        l.t("nav.desk"),
        html! {
            h1 { (l.t("nav.desk")) }
            p.muted { (l.t("desk.choose")) }
            @for (group, services) in &groups {
                h2 { (group) }
                ul.list.links-list { @for (code, name) in services { li { a href={ "/desk/" (code) } { b { (name) } } } } }
            }
        },
    ))
}

/// A group's name with code and name of its services.
type Group = (String, Vec<(String, String)>);

fn offered(catalogue: &Catalogue, today: jiff::civil::Date, l: Lang) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for published in catalogue.all(today) {
        let d = &published.definition;
        let inside = matches!(d.kind, Kind::Directive | Kind::Inspection | Kind::Survey);
        if inside || channels(d).is_empty() {
            continue;
        }
        let (group, name) = (d.group.get(l.code()), d.name.get(l.code()));
        let service = (d.service.clone(), name.to_owned());
        match groups.iter_mut().find(|(known, _)| known == group) {
            Some((_, services)) => services.push(service),
            None => groups.push((group.to_owned(), vec![service])),
        }
    }
    groups.sort_by_key(|(group, _)| service::fold::sort_key(group));
    for (_, services) in &mut groups {
        services.sort_by_key(|(_, name)| service::fold::sort_key(name));
    }
    groups
}

/// What is on the desk.
#[derive(Default)]
struct Filled {
    answers: Answers,
    problems: Vec<FieldProblem>,
    key: String,
    channel: String,
    wrong: Option<String>,
    files: bool,
}

/// `GET /desk/{service}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
) -> Result<Markup, Failure> {
    let filled = Filled {
        key: hall.city().new_token(),
        ..Filled::default()
    };
    draw(&hall, &visit, &service, &filled)
}

/// `POST /desk/{service}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let official = official(&visit.person)?;
    let (law, today) = (hall.law(), hall.today()?);
    let published = law.catalogue.current(&service, today);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let channel = channels(definition)
        .into_iter()
        .find(|c| word(*c) == posted.get("channel"))
        .ok_or(Failure::Unreadable)?;
    let mut filled = Filled {
        answers: typed(definition, &posted, channel, today),
        key: posted.get("key").to_owned(),
        channel: posted.get("channel").to_owned(),
        files: !posted.files.is_empty(),
        ..Filled::default()
    };
    let go = posted.get("go");
    if go != "send" {
        if let Some(group) = go.strip_prefix("add:") {
            add_row(definition, &mut filled.answers, group);
        }
        return Ok(draw(&hall, &visit, &service, &filled)?.into_response());
    }
    let uploads = posted.files.into_iter().map(|file| Upload {
        what: file
            .what
            .strip_prefix("documents/")
            .unwrap_or(&file.what)
            .to_owned(),
        ..file
    });
    let new = NewCase {
        service: service.clone(),
        answers: filled.answers.clone(),
        uploads: uploads.collect(),
        person: visit.person.clone(),
        applicant: Who::Citizen,
        channel,
        key: filled.key.clone(),
        public: false,
        received_at: official.seats.first().map(|seat| seat.unit.clone()),
        about: None,
    };
    let l = visit.lang;
    match hall.city().open(new).await {
        Ok(receipt) => return Ok(opened(&visit, &receipt).into_response()),
        Err(ActionError::Flawed(problems)) => filled.problems = problems,
        Err(ActionError::Refused(refusal)) => filled.wrong = Some(refusal_words(l, &refusal)),
        Err(ActionError::Photo { name, problem }) => {
            filled.wrong = Some(format!("{name}: {}", act::photo_words(l, problem)));
        }
        Err(other) => return Err(other.into()),
    }
    let again = draw(&hall, &visit, &service, &filled)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn word(channel: Channel) -> &'static str {
    match channel {
        Channel::Hotline => "hotline",
        Channel::Post => "post",
        _ => "counter",
    }
}

/// The answers of every page that was on the desk, each read from the pairs behind its mark.
fn typed(
    definition: &Definition,
    posted: &Posted,
    channel: Channel,
    today: jiff::civil::Date,
) -> Answers {
    let mut answers = Answers::new();
    let mut at: Option<PageRef> = None;
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut close = |at: Option<PageRef>, pairs: &[(String, String)]| {
        let Some(at) = at else { return };
        let before = answers.clone();
        let scope = Scope::of(definition, &before).channel(channel).today(today);
        answers = answer::judge_page(definition, at, pairs, &scope).0;
    };
    for (name, value) in &posted.pairs {
        if name != "page" {
            pairs.push((name.clone(), value.clone()));
            continue;
        }
        close(at, &pairs);
        pairs.clear();
        at = marked(value);
    }
    close(at, &pairs);
    answers
}

/// `2` or `2/0`: the place of a page, and the row of a group.
fn marked(value: &str) -> Option<PageRef> {
    let (index, row) = match value.split_once('/') {
        Some((index, row)) => (index, Some(row.parse().ok()?)),
        None => (value, None),
    };
    let index = index.parse().ok()?;
    Some(PageRef { index, row })
}

fn mark(at: PageRef) -> String {
    match at.row {
        Some(row) => format!("{}/{row}", at.index),
        None => at.index.to_string(),
    }
}

fn add_row(definition: &Definition, answers: &mut Answers, group: &str) {
    let repeats = definition.form.iter().filter_map(|p| p.repeat.as_ref());
    let Some(repeat) = repeats.into_iter().find(|r| r.code == group) else {
        return;
    };
    let rows = answers
        .entry(group)
        .or_insert_with(|| serde_json::Value::Array(vec![]));
    if let Some(rows) = rows.as_array_mut()
        && rows.len() < repeat.max as usize
    {
        rows.push(serde_json::json!({}));
    }
}

fn draw(hall: &Hall, visit: &Visit, service: &str, filled: &Filled) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let published = law.catalogue.current(service, today);
    let d = &published.ok_or(Failure::NotFound)?.definition;
    let channels = channels(d);
    let chosen = channels.iter().find(|c| word(**c) == filled.channel);
    let first = chosen.or(channels.first()).ok_or(Failure::NotFound)?;
    let scope = Scope::of(d, &filled.answers).channel(*first).today(today);
    let (areas, units) = (areas(hall)?, units(hall)?);
    let sheet = |problems| Sheet {
        lang: l,
        scope,
        problems,
        areas: &areas,
        units: &units,
        known: &[],
        map: None,
    };
    let title = d.name.get(l.code());
    let address = format!("/desk/{service}");
    let papers = answer::documents(d, &scope);
    // A problem of one row is not told in another.
    let pages: Vec<(PageRef, Vec<FieldProblem>)> = walk::pages(d, &scope)
        .into_iter()
        .map(|at| {
            let here = |p: &&FieldProblem| p.page.is_none_or(|page| page == at);
            (at, filled.problems.iter().filter(here).cloned().collect())
        })
        .collect();
    Ok(page(
        &visit.frame().narrow(),
        title,
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk"))]))
            h1 { (title) }
            (form::errors(l, &filled.problems))
            @if let Some(wrong) = &filled.wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            @if filled.files { p.small { (l.t("case.files-again")) } }
            form method="post" action=(address) enctype="multipart/form-data" data-draft={ "desk-" (service) } {
                input type="hidden" name="key" value=(filled.key);
                fieldset.field {
                    legend { (l.t("desk.channel")) }
                    div.picks.side { @for channel in &channels {
                        label.pick { input type="radio" name="channel" value=(word(*channel)) checked[channel == first]; span { (channel_words(l, *channel)) } }
                    } }
                }
                @for (at, here) in &pages {
                    @if let Some(page) = d.form.get(at.index) { (one_page(l, &sheet(here), page, *at, &walk::fields(d, &scope, *at))) }
                }
                @if !papers.is_empty() {
                    h2 { (l.t("apply.papers")) }
                    @for (paper, required) in &papers { (form::document(&sheet(&filled.problems), paper, *required, 0)) }
                }
                p.acts {
                    button.btn.go type="submit" name="go" value="send" { (l.t("desk.send")) }
                    button.btn.quiet type="submit" name="go" value="look" formnovalidate { (l.t("desk.refresh")) }
                }
            }
        },
    ))
}

fn one_page(l: Lang, sheet: &Sheet<'_>, page: &Page, at: PageRef, shown: &[&Field]) -> Markup {
    let name = page.page.get(l.code());
    let title = match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => format!("{} {}", repeat.label.get(l.code()), row + 1),
        _ => name.to_owned(),
    };
    let scope = match (&page.repeat, at.row) {
        (Some(repeat), Some(row)) => sheet.scope.row(&repeat.code, row),
        _ => sheet.scope,
    };
    let sheet = Sheet { scope, ..*sheet };
    html! {
        section {
            h2 { (title) }
            input type="hidden" name="page" value=(mark(at));
            // With conditions kept on the server: rows share codes, and a script could not tell them apart.
            @for field in shown { (form::field_of(&sheet, field, true)) }
            @if let Some(repeat) = &page.repeat {
                p.flush { button.btn.quiet type="submit" name="go" value={ "add:" (repeat.code) } formnovalidate { "+ " (l.f("apply.add-row", &[("what", &repeat.label.get(l.code()))])) } }
            }
        }
    }
}

/// What the person takes home.
fn opened(visit: &Visit, receipt: &Receipt) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("desk.opened"),
        html! {
            h1 { (l.t("desk.opened")) }
            section.card {
                (slip(l, &receipt.code, None, ""))
                dl.facts { dt { (l.t("sent.secret")) } dd { b.code { (receipt.secret) } br; span.small.muted { (l.t("sent.secret-says")) } } }
            }
            p.acts { a.btn.go href={ "/cases/" (receipt.code) } { (l.t("desk.open-case")) } a.btn.quiet href="/desk" { (l.t("desk.another")) } }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_mark_survives_the_form() {
        for at in [
            PageRef {
                index: 2,
                row: None,
            },
            PageRef {
                index: 0,
                row: Some(3),
            },
        ] {
            assert_eq!(marked(&mark(at)), Some(at));
        }
        assert_eq!(marked("x"), None);
        assert_eq!(marked("1/x"), None);
    }
}

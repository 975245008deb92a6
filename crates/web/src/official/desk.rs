//! The desk: an official hands in for somebody who calls, writes or stands at the counter. The whole form
//! on one page, because a clerk types faster than pages turn; rows of groups are added as needed. A procedure is
//! received and decided in the same post (`reception` draws that part).
//! Fields of different pages may bear one code, so a hidden `page` mark stands before each page's fields.

use actions::reception::Reception;
use actions::register::{self, Asker};
use actions::{ActionError, NewCase, Receipt, Upload};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::catalogue::Catalogue;
use rules::ids::CaseId;
use rules::origin::Origins;
use serde::Deserialize;
use service::applicant::Applicant;
use service::definition::{Channel, Field, FieldKind, Kind, Page, Who};
use service::expr::Scope;
use service::field::FieldProblem;
use service::walk::{self, PageRef};
use service::{Answers, Definition, answer};

use super::act;
use super::history::channel_words;
use super::inbox::official;
use super::posted::Posted;
use super::reception::{self, OnDesk};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::resident::filling::{areas, units};
use crate::resident::lookup;
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

/// A group's name with code and name of its services.
pub type Group = (String, Vec<(String, String)>);

/// The services of these that take hand-ins here, by group.
pub fn offered(
    catalogue: &Catalogue,
    today: jiff::civil::Date,
    l: Lang,
    wanted: impl Fn(&Definition) -> bool,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for published in catalogue.all(today) {
        let d = &published.definition;
        let inside = matches!(d.kind, Kind::Directive | Kind::Inspection | Kind::Survey);
        if inside || channels(d).is_empty() || !wanted(d) {
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
struct Filled {
    answers: Answers,
    problems: Vec<FieldProblem>,
    key: String,
    channel: String,
    wrong: Option<String>,
    files: bool,
    desk: OnDesk,
}

/// Who stands here, as far as it was found.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The earlier case of somebody who came before.
    from: String,
    /// What was typed to find them.
    who: String,
    desk: String,
    ticket: String,
}

/// `GET /desk/{service}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(service): Path<String>,
    Query(known): Query<Known>,
) -> Result<Markup, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let published = law.catalogue.current(&service, today);
    let definition = &published.ok_or(Failure::NotFound)?.definition;
    let who = match known.from.parse::<CaseId>() {
        Ok(case) => hall.city().known_from(&visit.person, case).await?,
        Err(_) => typed_who(&known.who),
    };
    let mut answers = Answers::new();
    if definition.kind != Kind::Report {
        who.fill(definition, &mut answers);
    }
    let channel = channels(definition)
        .first()
        .copied()
        .ok_or(Failure::NotFound)?;
    let (answers, _) = filled_in(&hall, &visit, definition, answers, channel, &[]).await?;
    let filled = Filled {
        answers,
        key: hall.city().new_token(),
        problems: Vec::new(),
        channel: String::new(),
        wrong: None,
        files: false,
        desk: OnDesk::new(known.desk, known.ticket),
    };
    draw(&hall, &visit, &service, &filled)
}

/// Whether this outcome of the first step asks the applicant to complete the dossier.
fn asks(definition: &Definition, outcome: &str) -> bool {
    let ways = reception::step(definition)
        .into_iter()
        .flat_map(|step| &step.outcomes);
    let mut taken = ways.filter(|way| way.code == outcome);
    taken.any(|way| service::supplement::asks(definition, &way.to))
}

/// A number of twelve digits is a person's, one that begins with 0 a phone's, anything else a name.
fn typed_who(who: &str) -> Applicant {
    let who = who.trim();
    let digits: String = who.chars().filter(|c| !" .-".contains(*c)).collect();
    let number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let mut found = Applicant::default();
    match (number, digits.len()) {
        (true, 12) => found.number = Some(digits),
        (true, 9..=11) => found.phone = Some(digits),
        (true, _) => {}
        (false, _) => found.name = Some(who.to_owned()).filter(|name| !name.is_empty()),
    }
    found
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
    let (answers, unknown) = typed(&hall, &visit, definition, &posted, channel, today).await?;
    let mut filled = Filled {
        answers,
        problems: unknown,
        key: posted.get("key").to_owned(),
        channel: posted.get("channel").to_owned(),
        files: !posted.files.is_empty(),
        wrong: None,
        desk: OnDesk::of(&posted, definition),
    };
    let go = posted.get("go").to_owned();
    let outcome = go.strip_prefix("decide:").map(str::to_owned);
    if go != "send" && outcome.is_none() {
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
    let seats = official.seats.iter().map(|seat| &seat.unit);
    let at_desk = super::queue::desk(&hall, &visit, &filled.desk.desk);
    let new = NewCase {
        service: service.clone(),
        answers: filled.answers.clone(),
        uploads: uploads.collect(),
        person: visit.person.clone(),
        applicant: Who::Citizen,
        channel,
        key: filled.key.clone(),
        public: false,
        received_at: at_desk
            .ok()
            .map(|desk| desk.code)
            .or(seats.into_iter().next().cloned()),
        about: None,
    };
    let l = visit.lang;
    let asks = outcome
        .as_ref()
        .is_some_and(|outcome| asks(definition, outcome));
    let scope = Scope::of(definition, &filled.answers)
        .channel(channel)
        .today(today);
    let reception = Reception {
        marks: match asks {
            // The resident reads it: Vietnamese, whatever the clerk reads.
            true => filled.desk.missing(Lang::Vi, definition, &scope),
            false => Vec::new(),
        },
        new,
        papers: filled.desk.received(),
        outcome,
        words: Some(filled.desk.words.clone()),
        paid: filled.desk.paid.clone(),
        way: filled.desk.way,
        waived: filled.desk.waived.clone(),
        elsewhere: filled.desk.elsewhere(),
    };
    match hall.city().receive(reception).await {
        Ok(receipt) => return opened(&hall, &visit, &service, &filled, &receipt).await,
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

/// The answers of every page that was on the desk, each read from the pairs behind its mark, with what registers
/// know and the keys they do not.
async fn typed(
    hall: &Hall,
    visit: &Visit,
    definition: &Definition,
    posted: &Posted,
    channel: Channel,
    today: jiff::civil::Date,
) -> Result<(Answers, Vec<FieldProblem>), Failure> {
    let mut answers = Answers::new();
    let mut at: Option<PageRef> = None;
    let mut by_hand: Vec<(PageRef, String, String)> = Vec::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut close = |at: Option<PageRef>, pairs: &[(String, String)]| {
        let Some(at) = at else { return };
        let before = answers.clone();
        let scope = Scope::of(definition, &before).channel(channel).today(today);
        answers = answer::judge_page(definition, at, pairs, &scope).0;
        let page = definition.form.get(at.index);
        for field in page
            .into_iter()
            .flat_map(|page| &page.fields)
            .filter(|field| registered(field))
        {
            let words = pairs
                .iter()
                .find(|(name, _)| *name == field.code)
                .map(|(_, words)| words.trim());
            if let Some(words) = words.filter(|words| !words.is_empty()) {
                by_hand.push((at, field.code.clone(), words.to_owned()));
            }
        }
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
    filled_in(hall, visit, definition, answers, channel, &by_hand).await
}

/// A text that a register fills in, and a clerk from the paper shown where no register knows it.
fn registered(field: &Field) -> bool {
    field.from.is_some() && field.read_only && field.kind == FieldKind::Text
}

/// Asks the registers page by page; what they do not know stays as it was typed by hand.
async fn filled_in(
    hall: &Hall,
    visit: &Visit,
    definition: &Definition,
    mut answers: Answers,
    channel: Channel,
    by_hand: &[(PageRef, String, String)],
) -> Result<(Answers, Vec<FieldProblem>), Failure> {
    let today = hall.today()?;
    let mut unknown = Vec::new();
    let scope = Scope::of(definition, &answers)
        .channel(channel)
        .today(today);
    for at in walk::pages(definition, &scope) {
        let before = answers.clone();
        let scope = Scope::of(definition, &before).channel(channel).today(today);
        let asker = Asker {
            person: &visit.person,
            place: "desk",
            purpose: "desk",
            service: &definition.service,
            reference: "",
        };
        let typed: Vec<(String, String)> = by_hand
            .iter()
            .filter(|(page, ..)| *page == at)
            .map(|(_, code, words)| (code.clone(), words.clone()))
            .collect();
        let none = Origins::new();
        let wanted = register::wanted(definition, at, &scope, &none);
        let outside = lookup::outside(hall, wanted, &asker).await?;
        let filled = hall
            .city()
            .fill_in(definition, at, &scope, &asker, &typed, &none, &outside)
            .await?;
        answers = filled.answers;
        let hand = by_hand.iter().filter(|(page, ..)| *page == at);
        let mut helped = false;
        for (_, code, words) in hand {
            let target = match (&definition.form[at.index].repeat, at.row) {
                (Some(repeat), Some(row)) => answers
                    .get_mut(&repeat.code)
                    .and_then(|rows| rows.get_mut(row)?.as_object_mut()),
                _ => Some(&mut answers),
            };
            if let Some(target) = target {
                helped = true;
                target.entry(code).or_insert_with(|| words.clone().into());
            }
        }
        if !helped {
            unknown.extend(filled.problems);
        }
    }
    Ok((answers, unknown))
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
    let reception = match first {
        Channel::Counter | Channel::Post if d.kind != Kind::Report => reception::step(d),
        _ => None,
    };
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
            form method="post" action=(address) enctype="multipart/form-data" data-enter="moves" data-draft=[reception.is_none().then(|| format!("desk-{service}"))] {
                // The first button is what Enter presses without script: it must only look.
                button.hidden-words type="submit" name="go" value="look" formnovalidate tabindex="-1" aria-hidden="true" { (l.t("desk.refresh")) }
                input type="hidden" name="key" value=(filled.key);
                input type="hidden" name="desk" value=(filled.desk.desk);
                input type="hidden" name="ticket" value=(filled.desk.ticket);
                fieldset.field {
                    legend { (l.t("desk.channel")) }
                    div.picks.side { @for channel in &channels {
                        label.pick { input type="radio" name="channel" value=(word(*channel)) checked[channel == first]; span { (channel_words(l, *channel)) } }
                    } }
                }
                @for (at, here) in &pages {
                    @if let Some(page) = d.form.get(at.index) { (one_page(l, &sheet(here), page, *at, &walk::fields(d, &scope, *at))) }
                }
                @if let Some(step) = reception {
                    (reception::papers(&sheet(&filled.problems), d, &filled.desk))
                    (reception::around(l, &law.counter, &law, today, &filled.desk))
                    (reception::fees(l, d, step, &scope, &filled.desk, filled.wrong.is_some()))
                    (reception::ways(l, d, step, &filled.desk))
                } @else {
                    @if !papers.is_empty() {
                        h2 { (l.t("apply.papers")) }
                        @for (paper, required) in &papers { (form::document(&sheet(&filled.problems), paper, *required, 0)) }
                    }
                    p.acts {
                        button.btn.go type="submit" name="go" value="send" { (l.t("desk.send")) }
                        button.btn.quiet type="submit" name="go" value="look" formnovalidate { (l.t("desk.refresh")) }
                    }
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
            @for field in shown {
                @let open = Field { read_only: false, ..(*field).clone() };
                (form::field_of(&sheet, if registered(field) { &open } else { field }, true))
            }
            @if let Some(repeat) = &page.repeat {
                p.flush { button.btn.quiet type="submit" name="go" value={ "add:" (repeat.code) } formnovalidate { "+ " (l.f("apply.add-row", &[("what", &repeat.label.get(l.code()))])) } }
            }
        }
    }
}

/// What the person takes home, and where the dossier goes now.
async fn opened(
    hall: &Hall,
    visit: &Visit,
    service: &str,
    filled: &Filled,
    receipt: &Receipt,
) -> Result<Response, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let case = hall
        .reader()
        .case(&visit.person, receipt.id)
        .await?
        .map(|seen| seen.case);
    let accepted = case.as_ref().filter(|case| case.accepted.is_some());
    let hand_on = match accepted {
        Some(case) => super::counter::hand_on_by(&law, case, hall.now())?,
        None => None,
    };
    let ticket = !filled.desk.ticket.is_empty();
    let drawn = page(
        &visit.frame().narrow(),
        l.t("desk.opened"),
        html! {
            div data-draft-sent={ "desk-" (service) } {}
            h1 { (l.t("desk.opened")) }
            section.card {
                (slip(l, &receipt.code, None, ""))
                dl.facts {
                    dt { (l.t("sent.secret")) } dd { b.code { (receipt.secret) } br; span.small.muted { (l.t("sent.secret-says")) } }
                    @if let Some(case) = &case {
                        dt { (l.t("case.state")) } dd { (super::case::state_words(l, &case.life)) }
                        @if let Some(due) = case.clock.due { dt { (l.t("sent.by-when")) } dd { b { (crate::say::moment(l, due)) } } }
                        dt { (l.of("case-fact", "unit", &[])) } dd { (super::names::unit(&law, &case.unit)) }
                    }
                    @if let Some(by) = hand_on { dt { (l.t("reception.hand-on")) } dd { (crate::say::moment(l, by)) br; span.small.muted { (l.t("reception.hand-on-says")) } } }
                }
            }
            p.acts {
                @if ticket { a.btn.go autofocus href={ "/desk/queue?desk=" (filled.desk.desk) } { (l.t("reception.back-to-queue")) } }
                @else { a.btn.go autofocus href={ "/desk/receive?desk=" (filled.desk.desk) } { (l.t("desk.another")) } }
                a.btn href={ "/cases/" (receipt.code) } { (l.t("desk.open-case")) }
            }
        },
    );
    Ok(drawn.into_response())
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

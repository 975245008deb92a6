//! `/sign`: what is mine to sign and by which right, several in one confirmation; each is decided for itself and
//! answers for itself.

use actions::signing::ToSign;
use actions::{ActionError, Change, Verb};
use axum::extract::State;
use maud::{Markup, html};
use rules::ids::CaseId;
use rules::process::carries_on;
use service::definition::Step;

use super::{say, staff};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::inbox::official;
use crate::official::posted::Posted;
use crate::official::{clocks, names};
use crate::text::Lang;
use crate::ui::clock::{Face, clock_tag};
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, note, tag};
use crate::visit::Visit;

/// Rows of the page, and papers signed at once.
const MOST: u32 = 100;

/// A step to sign, as the page shows it.
struct Line {
    place: String,
    face: Face,
    title: String,
    code: String,
    service: String,
    step: String,
    unit: String,
    /// Address of what would be signed, as a draft.
    draft: String,
    /// By which right, or why not.
    right: Result<String, String>,
    ways: Vec<Way>,
}

struct Way {
    code: String,
    label: String,
    /// Signs, and so needs no reason.
    forward: bool,
}

/// `GET /sign`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    let l = visit.lang;
    let lines = lines(&hall, &visit).await?;
    let (mine, not_mine): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|line| line.right.is_ok());
    let standing = staff::mine(&hall, &visit.person, l).await?;
    Ok(page(
        &visit.frame(),
        l.t("sign.title"),
        html! {
            div.row.between { h1.flush { (l.t("sign.title")) } a.btn.quiet href="/authority" { (l.t("authority.title")) } }
            (standing)
            p { (l.t("sign.says")) }
            @if mine.is_empty() { (empty(l.t("sign.nothing"), &html! { p { a.btn href="/inbox" { (l.t("nav.inbox")) } } })) }
            @else {
                form method="post" action="/sign/check" {
                    (table(l, l.t("sign.title"), &mine, true))
                    p.acts { button.btn.go type="submit" { (l.t("sign.check")) } }
                }
            }
            @if !not_mine.is_empty() {
                h2 { (l.t("sign.not-mine")) }
                p.muted { (l.t("sign.not-mine-says")) }
                (table(l, l.t("sign.not-mine"), &not_mine, false))
            }
        },
    ))
}

fn table(l: Lang, caption: &str, lines: &[&Line], ticks: bool) -> Markup {
    html! {
        div.wrap-table role="region" aria-label=(caption) tabindex="0" {
            table.folds.work {
                caption.hidden-words { (caption) }
                thead { tr {
                    th scope="col" { (l.t("inbox.left")) }
                    th scope="col" { (l.t("inbox.case")) }
                    th scope="col" { (l.t("sign.right")) }
                    th scope="col" { (l.t("slip.code")) }
                } }
                tbody { @for line in lines {
                    tr data-row {
                        td { span.take {
                            @if ticks { label.tick { input type="checkbox" name="take" value=(line.place) data-tick; span.hidden-words { (l.f("sign.take", &[("code", &line.code)])) } } }
                            (clock_tag(l, &line.face))
                        } }
                        th scope="row" { a href={ "/cases/" (line.code) } data-open { b { (line.title) } } br; span.small.muted { (line.step) @if line.service != line.title { " · " (line.service) } } }
                        td { @match &line.right {
                            Ok(right) => { (right) br; a.small href=(line.draft) target="_blank" { (l.t("sign.draft")) } },
                            Err(why) => (why),
                        } }
                        td.small.muted { span.code { (line.code) } }
                    }
                } }
            }
        }
    }
}

/// `POST /sign/check`: the ticked ones once more, with what will be decided; nothing is changed yet.
pub async fn check(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let taken: Vec<&str> = posted.all("take").collect();
    let lines = lines(&hall, &visit).await?;
    let chosen: Vec<&Line> = lines
        .iter()
        .filter(|line| line.right.is_ok() && taken.contains(&line.place.as_str()))
        .collect();
    Ok(page(
        &visit.frame().narrow(),
        l.t("sign.confirm"),
        html! {
            (crumbs(l, &[("/sign", l.t("sign.title"))]))
            h1 { (l.t("sign.confirm")) }
            @if chosen.is_empty() { (empty(l.t("sign.none-chosen"), &html! { p { a.btn href="/sign" { (l.t("sign.title")) } } })) }
            @else {
                p { (l.n("sign.confirm-says", i64::try_from(chosen.len()).unwrap_or(0), &[])) }
                form method="post" action="/sign" {
                    @for (n, line) in chosen.iter().enumerate() { (card(l, line, n)) }
                    p.acts { button.btn.go type="submit" { (l.t("sign.go")) } a.btn.quiet href="/sign" { (l.t("pass.back")) } }
                }
            }
        },
    ))
}

fn card(l: Lang, line: &Line, n: usize) -> Markup {
    html! {
        section.card aria-labelledby={ "line-" (n) } {
            h2 id={ "line-" (n) } { (line.title) }
            p.small.muted { span.code { (line.code) } " · " (line.step) " · " (line.unit) }
            p { (clock_tag(l, &line.face)) }
            @if let Ok(right) = &line.right { p { b { (l.t("sign.right")) ": " } (right) } }
            input type="hidden" name="take" value=(line.place);
            div.field { label for={ "way-" (n) } { (l.t("sign.decision")) } select id={ "way-" (n) } name={ "way-" (n) } {
                @for way in &line.ways { option value=(way.code) selected[way.forward] { (way.label) } }
            } }
            div.field { label for={ "words-" (n) } { (l.t("case.words")) " " span.optional { (l.t("form.optional")) } } p.help id={ "help-" (n) } { (l.t("sign.words-say")) } textarea id={ "words-" (n) } name={ "words-" (n) } rows="2" maxlength="4000" aria-describedby={ "help-" (n) } {} }
            p.small { a href=(line.draft) target="_blank" { (l.t("sign.draft")) } " · " a href={ "/cases/" (line.code) } { (l.t("sign.open-case")) } }
        }
    }
}

/// What became of one.
struct Done {
    code: String,
    title: String,
    signed: Result<String, String>,
}

/// `POST /sign`: each decided for itself, in its own transaction.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    official(&visit.person)?;
    let mut done = Vec::new();
    for (n, place) in posted.all("take").take(MOST as usize).enumerate() {
        let (id, seen, step, row) = read(place).ok_or(Failure::Unreadable)?;
        let outcome = posted.get(&format!("way-{n}")).to_owned();
        let words = posted.get(&format!("words-{n}")).to_owned();
        done.push(decide(&hall, &visit, id, seen, step, row, outcome, words).await?);
    }
    let signed = done.iter().filter(|one| one.signed.is_ok()).count();
    let left = done.len() - signed;
    Ok(page(
        &visit.frame().narrow(),
        l.t("sign.result"),
        html! {
            (crumbs(l, &[("/sign", l.t("sign.title"))]))
            h1 { (l.t("sign.result")) }
            div role="status" {
                @if signed > 0 { (note(Tone::Done, &html! { p { (l.n("sign.went", i64::try_from(signed).unwrap_or(0), &[])) } })) }
                @if left > 0 { (note(Tone::Late, &html! { p { (l.n("sign.stayed", i64::try_from(left).unwrap_or(0), &[])) } })) }
                @if done.is_empty() { p { (l.t("sign.none-chosen")) } }
            }
            ul.list { @for one in &done {
                li {
                    a href={ "/cases/" (one.code) } { b { (one.title) } } " " span.small.muted.code { (one.code) } br;
                    @match &one.signed {
                        Ok(what) => { (tag(Tone::Done, what)) },
                        Err(why) => { (tag(Tone::Late, l.t("sign.not-done"))) " " (why) },
                    }
                }
            } }
            p.acts { a.btn href="/sign" { (l.t("sign.title")) } }
        },
    ))
}

#[expect(
    clippy::too_many_arguments,
    reason = "one line of the form, as it came"
)]
async fn decide(
    hall: &Hall,
    visit: &Visit,
    id: CaseId,
    seen: u32,
    step: String,
    row: Option<u32>,
    outcome: String,
    words: String,
) -> Result<Done, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let found = hall.reader().case(&visit.person, id).await?;
    let found = found.ok_or(Failure::NotFound)?;
    let published = law
        .catalogue
        .get(&found.case.service, found.case.service_version);
    let label = published
        .and_then(|one| rules::process::Flow::of(&one.definition).step(&step))
        .map_or_else(|| outcome.clone(), |step| names::outcome(l, step, &outcome));
    let change = Change {
        seen: Some(seen),
        words: Some(words),
        ..Change::new(id, Verb::Decide { step, row, outcome })
    };
    let signed = match hall.city().change(&visit.person, change).await {
        Ok(_) => Ok(label),
        Err(ActionError::Refused(refusal)) => Err(refusal_words(l, &refusal)),
        Err(ActionError::Meanwhile(_)) => Err(l.t("case.not-done").to_owned()),
        Err(error) => return Err(error.into()),
    };
    Ok(Done {
        code: found.case.code,
        title: found.title,
        signed,
    })
}

async fn lines(hall: &Hall, visit: &Visit) -> Result<Vec<Line>, Failure> {
    let me = official(&visit.person)?;
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let mut lines = Vec::new();
    for ToSign { line, right } in hall.city().to_sign(me, MOST).await? {
        let case = &line.state;
        let published = law.catalogue.get(&case.service, case.service_version);
        let Some(published) = published else {
            continue;
        };
        let definition = &published.definition;
        let Some(step) = rules::process::Flow::of(definition).step(&line.step) else {
            continue;
        };
        let calendar = law.calendar_of(case.clock.calendar)?;
        lines.push(Line {
            place: written(&line.case.id, case.version, &line.step, line.row),
            face: clocks::first(case, case.task(&line.step, line.row), calendar, now),
            title: line.case.title.clone(),
            code: line.case.code.clone(),
            service: definition.name.get(l.code()).to_owned(),
            step: step.name.get(l.code()).to_owned(),
            unit: names::unit(&law, line.unit.as_deref().unwrap_or_default()),
            draft: format!("/cases/{}/draft/{}", line.case.code, line.step),
            right: match right {
                Ok(Some(grant)) => Ok(say::grant(l, &law, &grant)),
                Ok(None) => Ok(l.t("sign.by-place").to_owned()),
                Err(refusal) => Err(refusal_words(l, &refusal)),
            },
            ways: ways(l, step),
        });
    }
    Ok(lines)
}

fn ways(l: Lang, step: &Step) -> Vec<Way> {
    let ways = step.outcomes.iter().map(|way| Way {
        code: way.code.clone(),
        label: names::outcome(l, step, &way.code),
        forward: carries_on(way),
    });
    ways.collect()
}

/// A step as it travels in the form: `case~version~step~row`.
fn written(case: &CaseId, version: u32, step: &str, row: Option<u32>) -> String {
    let row = row.map(|row| row.to_string()).unwrap_or_default();
    format!("{case}~{version}~{step}~{row}")
}

fn read(text: &str) -> Option<(CaseId, u32, String, Option<u32>)> {
    let mut parts = text.splitn(4, '~');
    let case = parts.next()?.parse().ok()?;
    let version = parts.next()?.parse().ok()?;
    let step = parts.next()?.to_owned();
    let row = match parts.next()? {
        "" => None,
        row => Some(row.parse().ok()?),
    };
    Some((case, version, step, row))
}

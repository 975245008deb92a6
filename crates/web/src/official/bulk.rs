//! `/inbox/bulk`: several lines of the inbox at once. First what was ticked, with what can be done; then each line is
//! judged by itself with the version that was seen, and the page says which went and which did not, and why.

use std::collections::{BTreeMap, BTreeSet};

use actions::handling::Handling;
use actions::{ActionError, Change, Verb};
use axum::extract::State;
use maud::{Markup, html};
use rules::case::{Case, Refusal};
use rules::duty::{Act, may};
use rules::ids::CaseId;
use rules::process::Flow;
use service::definition::{Ending, Kind, Move};

use super::act::photo_words;
use super::handling::merge;
use super::inbox::{official, read};
use super::names;
use super::pass::units;
use super::posted::Posted;
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, note, tag};
use crate::visit::Visit;

/// Lines of one go.
const MOST: usize = 100;

/// A ticked line as it stands now.
struct Line {
    place: String,
    seen: Option<u32>,
    case: Case,
    title: String,
    step: String,
    row: Option<u32>,
    step_name: String,
}

/// What became of a line.
enum Went {
    Done(String),
    Not(String),
}

/// `POST /inbox/bulk`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Markup, Failure> {
    official(&visit.person)?;
    let l = visit.lang;
    let lines = ticked(&hall, &visit, &posted).await?;
    let go = posted.get("go");
    let wrong = match go {
        "decide" if posted.get("outcome").is_empty() => Some(l.t("bulk.no-outcome")),
        "pass" if posted.get("unit").is_empty() => Some(l.t("bulk.no-unit")),
        "merge" if original(&posted).is_empty() => Some(l.t("merge.choose")),
        _ => None,
    };
    if wrong.is_some() || !matches!(go, "claim" | "decide" | "pass" | "merge") {
        return draw(&hall, &visit, &lines, &posted, wrong, &[]);
    }
    let mut results = Vec::new();
    for line in &lines {
        let went = one(&hall, &visit, &posted, line).await?;
        results.push((line, went));
    }
    // What did not go stays ticked, as it stands now.
    let left: BTreeSet<&str> = results
        .iter()
        .filter(|(_, went)| matches!(went, Went::Not(_)))
        .map(|(line, _)| line.place.as_str())
        .collect();
    let mut again = Vec::new();
    for line in lines
        .iter()
        .filter(|line| left.contains(line.place.as_str()))
    {
        again.extend(current(&hall, &visit, &line.place, None).await?);
    }
    draw(&hall, &visit, &again, &posted, None, &results)
}

fn original(posted: &Posted) -> String {
    match actions::code::typed(posted.get("code")) {
        typed if typed.is_empty() => posted.get("original").to_owned(),
        typed => typed,
    }
}

/// The ticked lines that are still there, each once.
async fn ticked(hall: &Hall, visit: &Visit, posted: &Posted) -> Result<Vec<Line>, Failure> {
    let seen: BTreeMap<&str, u32> = posted
        .all("seen")
        .filter_map(|seen| {
            let (place, version) = seen.rsplit_once('@')?;
            Some((place, version.parse().ok()?))
        })
        .collect();
    let places: BTreeSet<&str> = posted.all("take").collect();
    let mut lines = Vec::new();
    for place in places.into_iter().take(MOST) {
        lines.extend(current(hall, visit, place, seen.get(place).copied()).await?);
    }
    Ok(lines)
}

async fn current(
    hall: &Hall,
    visit: &Visit,
    place: &str,
    seen: Option<u32>,
) -> Result<Option<Line>, Failure> {
    let (_, id, step, row) = read(place).ok_or(Failure::Unreadable)?;
    let Some(found) = hall.reader().case(&visit.person, id).await? else {
        return Ok(None);
    };
    if may(&visit.person, &Act::ReadCase, Some(&found.case)).is_err() {
        return Ok(None);
    }
    let case = found.case;
    let law = hall.law();
    let name = names::step_of_service(visit.lang, &law, &case.service, case.service_version, &step);
    Ok(Some(Line {
        place: place.to_owned(),
        seen: seen.or(Some(case.version)),
        title: found.title,
        step_name: match row {
            None => name,
            Some(row) => format!("{name} ({})", row + 1),
        },
        case,
        step,
        row,
    }))
}

/// Does it to one line, or says why not.
async fn one(hall: &Hall, visit: &Visit, posted: &Posted, line: &Line) -> Result<Went, Failure> {
    let l = visit.lang;
    let (step, row) = (line.step.clone(), line.row);
    let verb = match posted.get("go") {
        "claim" => Verb::Claim { step, row },
        "pass" => Verb::Pass {
            step,
            row,
            unit: posted.get("unit").to_owned(),
            to: None,
        },
        "merge" => {
            let original = original(posted);
            if original == line.case.code {
                return Ok(Went::Done(l.t("bulk.is-original").to_owned()));
            }
            let law = hall.law();
            let published = law
                .catalogue
                .get(&line.case.service, line.case.service_version);
            let outcome = published.and_then(|p| merge::outcome(&p.definition, &step));
            let Some(outcome) = outcome else {
                return Ok(Went::Not(l.t("bulk.no-merge").to_owned()));
            };
            Verb::Handling(Handling::Merge {
                step,
                row,
                outcome,
                original,
            })
        }
        _ => Verb::Decide {
            step,
            row,
            outcome: posted.get("outcome").to_owned(),
        },
    };
    let change = Change {
        seen: line.seen,
        words: Some(posted.get("words").to_owned()),
        ..Change::new(line.case.id, verb)
    };
    match hall.city().change(&visit.person, change).await {
        Ok(after) => Ok(Went::Done(super::case::state_words(l, &after))),
        Err(error) => why_not(l, error).map(Went::Not),
    }
}

fn why_not(l: Lang, error: ActionError) -> Result<String, Failure> {
    Ok(match error {
        ActionError::Refused(refusal) => refusal_words(l, &refusal),
        ActionError::Meanwhile(_) => l.t("bulk.meanwhile").to_owned(),
        ActionError::NotFound => refusal_words(l, &Refusal::NotYours),
        ActionError::Photo { name, problem } => format!("{name}: {}", photo_words(l, problem)),
        ActionError::Flawed(flaws) => {
            let says: Vec<String> = flaws.iter().map(|flaw| flaw.says(l.code())).collect();
            says.join(". ")
        }
        other => return Err(other.into()),
    })
}

/// Outcomes that at least one of the lines can take, with how many can.
fn outcomes(hall: &Hall, l: Lang, lines: &[Line]) -> Vec<(String, String, usize)> {
    let law = hall.law();
    let mut found: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for line in lines {
        let case = &line.case;
        let Some(published) = law.catalogue.get(&case.service, case.service_version) else {
            continue;
        };
        let Some(step) = Flow::of(&published.definition).step(&line.step) else {
            continue;
        };
        for way in &step.outcomes {
            // Each names its own original.
            if case.kind == Kind::Report && way.to == Move::End(Ending::Duplicate) {
                continue;
            }
            let name = names::outcome(l, step, &way.code);
            found.entry(way.code.clone()).or_insert((name, 0)).1 += 1;
        }
    }
    let mut list: Vec<(String, String, usize)> = found
        .into_iter()
        .map(|(code, (name, n))| (code, name, n))
        .collect();
    list.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.1.cmp(&b.1)));
    list
}

fn draw(
    hall: &Hall,
    visit: &Visit,
    lines: &[Line],
    posted: &Posted,
    wrong: Option<&str>,
    results: &[(&Line, Went)],
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let units = units(hall, l, "")?;
    let ways = outcomes(hall, l, lines);
    let reports: Vec<&Line> = distinct(lines)
        .into_iter()
        .filter(|line| line.case.kind == Kind::Report)
        .collect();
    Ok(page(
        &visit.frame(),
        l.t("bulk.title"),
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox"))]))
            h1 { (l.t("bulk.title")) }
            @if !results.is_empty() { (told(l, results)) }
            @if lines.is_empty() {
                @if results.is_empty() { (empty(l.t("bulk.none"), &html! { p { a.btn.go href="/inbox" { (l.t("bulk.back")) } } })) }
                @else { p.acts { a.btn.go href="/inbox" { (l.t("bulk.back")) } } }
            } @else {
                form method="post" action="/inbox/bulk" {
                    @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
                    fieldset.field {
                        legend { (l.n("bulk.lines", i64::try_from(lines.len()).unwrap_or(i64::MAX), &[])) }
                        @for line in lines {
                            input type="hidden" name="seen" value={ (line.place) "@" (line.seen.unwrap_or(line.case.version)) };
                            label.pick { input type="checkbox" name="take" value=(line.place) checked; span { b { (line.title) } span { (line.step_name) " · " (line.case.code) } } }
                        }
                    }
                    div.field {
                        label for="words" { (l.t("bulk.words")) " " span.optional { (l.t("form.optional")) } }
                        p.help #words-help { (l.t("bulk.words-says")) }
                        textarea #words name="words" rows="4" maxlength="4000" aria-describedby="words-help" { (posted.get("words")) }
                    }
                    div.three {
                        section.card aria-labelledby="bulk-decide" {
                            h2 #bulk-decide { (l.t("bulk.decide")) }
                            div.field { label for="outcome" { (l.t("bulk.outcome")) }
                                select #outcome name="outcome" {
                                    option value="" { (l.t("form.choose")) }
                                    @for (code, name, n) in &ways { option value=(code) selected[code == posted.get("outcome")] { (name) @if *n < lines.len() { " (" (n) "/" (lines.len()) ")" } } }
                                }
                            }
                            p { button.btn type="submit" name="go" value="decide" { (l.t("bulk.decide-send")) } }
                        }
                        section.card aria-labelledby="bulk-pass" {
                            h2 #bulk-pass { (l.t("case.pass")) }
                            div.field { label for="unit" { (l.t("pass.which-unit")) }
                                select #unit name="unit" {
                                    option value="" { (l.t("form.choose")) }
                                    @for (kind, units) in &units { optgroup label=(kind) { @for (code, name) in units { option value=(code) selected[code == posted.get("unit")] { (name) } } } }
                                }
                            }
                            p { button.btn type="submit" name="go" value="pass" { (l.t("bulk.pass-send")) } }
                            p { button.btn.quiet type="submit" name="go" value="claim" { (l.t("inbox.claim")) } }
                        }
                        @if !reports.is_empty() {
                            section.card aria-labelledby="bulk-merge" {
                                h2 #bulk-merge { (l.t("bulk.merge")) }
                                div.field { label for="original" { (l.t("bulk.original")) }
                                    select #original name="original" {
                                        option value="" { (l.t("form.choose")) }
                                        @for line in &reports { option value=(line.case.code) selected[line.case.code == posted.get("original")] { (line.title) " · " (line.case.code) } }
                                    }
                                }
                                div.field { label for="code" { (l.t("merge.code")) } input.short type="text" #code name="code" value=(posted.get("code")) autocomplete="off" autocapitalize="characters" spellcheck="false"; }
                                p { button.btn type="submit" name="go" value="merge" { (l.t("merge.send")) } }
                            }
                        }
                    }
                }
            }
        },
    ))
}

/// Each case once, oldest first: the first report is the likeliest original.
fn distinct(lines: &[Line]) -> Vec<&Line> {
    let mut known: BTreeSet<CaseId> = BTreeSet::new();
    let mut list: Vec<&Line> = lines
        .iter()
        .filter(|line| known.insert(line.case.id))
        .collect();
    list.sort_by_key(|line| line.case.opened);
    list
}

fn told(l: Lang, results: &[(&Line, Went)]) -> Markup {
    let done = results
        .iter()
        .filter(|(_, went)| matches!(went, Went::Done(_)));
    let done = done.count();
    let not = results.len() - done;
    html! {
        div role="status" {
            (note(if not == 0 { Tone::Done } else { Tone::Soon }, &html! { p { (l.f("bulk.result", &[("done", &done), ("not", &not)])) @if not > 0 { " " (l.t("bulk.left")) } } }))
        }
        div.wrap-table role="region" aria-label=(l.t("bulk.results")) tabindex="0" {
            table.folds {
                caption.hidden-words { (l.t("bulk.results")) }
                thead { tr { th scope="col" { (l.t("inbox.case")) } th scope="col" { (l.t("inbox.step")) } th scope="col" { (l.t("case.state")) } } }
                tbody { @for (line, went) in results { tr {
                    th scope="row" { a href={ "/cases/" (line.case.code) } { (line.title) } " " span.small.muted.code { (line.case.code) } }
                    td data-label=(l.t("inbox.step")) { (line.step_name) }
                    td data-label=(l.t("case.state")) { @match went {
                        Went::Done(state) => { (tag(Tone::Done, l.t("bulk.done"))) " " (state) },
                        Went::Not(why) => { (tag(Tone::Late, l.t("bulk.not"))) " " (why) },
                    } }
                } } }
            }
        }
    }
}

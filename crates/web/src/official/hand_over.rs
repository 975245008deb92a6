//! `/cases/{code}/hand-over`: the result into somebody's hands (state 9 → 10): at the counter against the receipt or a
//! proxy's paper, by post, or electronically; which originals go back and which are kept.

use actions::papers::check_typed;
use actions::parcel::SendTo;
use actions::reception::SLIP;
use actions::{ActionError, Change, Verb};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::counter::{Collected, CopyKind, Delivery, Seen as Saw};
use rules::case::{Case, Life, Refusal, Task};
use rules::duty::{Act, may};
use rules::process::Flow;
use service::Answers;
use service::applicant::Applicant;
use service::definition::{Code, Definition, Kind};
use store::Seen;

use super::posted::Posted;
use super::{act, case, names};
use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::redirect;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::visit::Visit;

const WAYS: [Delivery; 3] = [Delivery::Counter, Delivery::Post, Delivery::Electronic];

fn word(way: Delivery) -> &'static str {
    match way {
        Delivery::Counter => "counter",
        Delivery::Post => "post",
        Delivery::Electronic => "electronic",
    }
}

/// What the page shows as chosen and typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    way: Option<Delivery>,
    relation: String,
    seen: Vec<Saw>,
    who: String,
    returned: Vec<Code>,
    surrendered: Vec<Code>,
    addressee: String,
    phone: String,
    address: String,
    /// Of the parcel.
    number: String,
    /// Of the receipt that was presented, or its code.
    receipt: String,
    wrong: Option<String>,
    files: bool,
}

/// The step that hands the result over, where this person may decide it now.
pub fn task<'c>(visit: &Visit, definition: &Definition, case: &'c Case) -> Option<&'c Task> {
    // What ends a petition or a directive puts nothing into anybody's hands.
    let procedure = definition.kind == Kind::Procedure;
    if !procedure || !matches!(case.life, Life::Decided { .. }) {
        return None;
    }
    case.tasks.iter().find(|task| {
        let act = Act::Decide {
            step: task.step.clone(),
            row: task.row,
        };
        let outside = Flow::of(definition)
            .step(&task.step)
            .is_some_and(|step| step.outside_limit);
        outside && may(&visit.person, &act, Some(case)).is_ok()
    })
}

/// A case with what its page needs.
struct Held {
    seen: Seen,
    definition: Definition,
    answers: Answers,
}

async fn load(hall: &Hall, visit: &Visit, code: &str) -> Result<Held, Failure> {
    let seen = case::whole(hall, visit, code).await?;
    let published = hall
        .law()
        .catalogue
        .get(&seen.case.service, seen.case.service_version)
        .cloned();
    let definition = published.ok_or(Failure::NotFound)?.definition.clone();
    let answers = hall.reader().answers(seen.case.id).await?;
    Ok(Held {
        seen,
        definition,
        answers: answers.map(|(_, answers)| answers).unwrap_or_default(),
    })
}

/// `GET /cases/{code}/hand-over`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let held = load(&hall, &visit, &code).await?;
    if task(&visit, &held.definition, &held.seen.case).is_none() {
        // Handed over meanwhile, or not there yet: the case says how it stands.
        return Ok(redirect::to(&format!("/cases/{}", held.seen.case.code)).into_response());
    }
    let wish = held.answers.get("delivery").and_then(|wish| wish.as_str());
    let who = Applicant::of(&held.definition, &held.answers);
    let typed = Typed {
        way: WAYS.into_iter().find(|way| Some(word(*way)) == wish),
        relation: "self".to_owned(),
        seen: vec![Saw::Receipt],
        addressee: who.name.unwrap_or_default(),
        phone: who.phone.unwrap_or_default(),
        address: who.address.unwrap_or_default(),
        ..Typed::default()
    };
    Ok(draw(&hall, &visit, &held, &typed)?.into_response())
}

/// `POST /cases/{code}/hand-over`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    mut posted: Posted,
) -> Result<Response, Failure> {
    let (l, held) = (visit.lang, load(&hall, &visit, &code).await?);
    let case = &held.seen.case;
    let Some(task) = task(&visit, &held.definition, case) else {
        may(&visit.person, &Act::Note, Some(case))?;
        return Err(Failure::Refused(Refusal::NotFromHere {
            life: case.life.number(),
        }));
    };
    let mut typed = read(&posted, &held);
    let presented = presented(&hall, case, &typed.receipt).await?;
    let outcome = Flow::of(&held.definition)
        .step(&task.step)
        .and_then(|step| step.outcomes.first())
        .map(|way| way.code.clone());
    let way = typed.way.unwrap_or(Delivery::Counter);
    let wrong = missing(l, way, &typed).or_else(|| match presented {
        Presented::Another if way == Delivery::Counter => {
            Some(l.f("hand-over.another-receipt", &[("typed", &typed.receipt)]))
        }
        _ => None,
    });
    if presented == Presented::This && !typed.seen.contains(&Saw::Receipt) {
        typed.seen.push(Saw::Receipt);
    }
    if let Some(wrong) = wrong {
        typed.wrong = Some(wrong);
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            draw(&hall, &visit, &held, &typed)?,
        )
            .into_response());
    }
    let mut uploads = std::mem::take(&mut posted.files);
    for upload in &mut uploads {
        upload.what = SLIP.to_owned();
    }
    let verb = Verb::Decide {
        step: task.step.clone(),
        row: task.row,
        outcome: outcome.ok_or(Failure::NotFound)?,
    };
    let desk = task.unit.clone().unwrap_or_else(|| case.unit.clone());
    let change = Change {
        seen: posted.number("version"),
        uploads,
        parcel: (way == Delivery::Post).then(|| SendTo {
            desk,
            addressee: typed.addressee.clone(),
            phone: typed.phone.clone(),
            address: typed.address.clone(),
            number: Some(typed.number.clone()).filter(|number| !number.is_empty()),
        }),
        ..Change::new(case.id, verb)
    };
    let counter = way == Delivery::Counter;
    let collected = Collected {
        way,
        relation: if counter {
            typed.relation.clone()
        } else {
            Code::new()
        },
        seen: if counter {
            typed.seen.clone()
        } else {
            Vec::new()
        },
        returned: typed.returned.clone(),
        surrendered: typed.surrendered.clone(),
        slip: None,
        note: None,
    };
    let who = if counter {
        typed.who.clone()
    } else {
        String::new()
    };
    match hall
        .city()
        .hand_over(&visit.person, change, collected, &who)
        .await
    {
        Ok(after) => Ok(redirect::to(&format!("/cases/{}", after.code)).into_response()),
        Err(error) => {
            typed.wrong = Some(match error {
                ActionError::Refused(Refusal::AnswerMissing { what }) if what == "who" => {
                    l.t("hand-over.who-missing").to_owned()
                }
                ActionError::Refused(refusal) if refusal != Refusal::NotYours => {
                    refusal_words(l, &refusal)
                }
                ActionError::Photo { name, problem } => {
                    format!("{name}: {}", act::photo_words(l, problem))
                }
                other => return Err(other.into()),
            });
            Ok((
                StatusCode::UNPROCESSABLE_ENTITY,
                draw(&hall, &visit, &held, &typed)?,
            )
                .into_response())
        }
    }
}

/// What the number on the receipt that was typed or scanned leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presented {
    Nothing,
    /// The receipt of this dossier.
    This,
    Another,
}

/// Compares what was typed with the receipt of this dossier: its number, its verification code, the address in its
/// QR code, or the dossier's own code that stands on it in bars.
async fn presented(hall: &Hall, case: &Case, typed: &str) -> Result<Presented, Failure> {
    if typed.is_empty() {
        return Ok(Presented::Nothing);
    }
    let scanned = typed.rsplit('/').next().unwrap_or(typed);
    let same = |known: &str| typed.eq_ignore_ascii_case(known);
    let papers = hall.reader().papers(case.id).await?;
    let receipts = papers
        .iter()
        .filter(|paper| paper.call.template == "form-01");
    let this = same(&case.code)
        || receipts.into_iter().any(|paper| {
            same(&paper.numbered())
                || typed == paper.number.to_string()
                || check_typed(scanned) == paper.check
        });
    Ok(match this {
        true => Presented::This,
        false => Presented::Another,
    })
}

fn read(posted: &Posted, held: &Held) -> Typed {
    let documents = |name: &str| -> Vec<Code> {
        let chosen: Vec<&str> = posted.all(name).collect();
        let known = held
            .definition
            .documents
            .iter()
            .map(|document| &document.code);
        known
            .filter(|code| chosen.contains(&code.as_str()))
            .cloned()
            .collect()
    };
    Typed {
        way: WAYS.into_iter().find(|way| word(*way) == posted.get("way")),
        relation: posted.get("relation").to_owned(),
        seen: posted.all("seen").filter_map(Saw::of).collect(),
        who: posted.get("who").trim().to_owned(),
        returned: documents("returned"),
        surrendered: documents("surrendered"),
        addressee: posted.get("addressee").trim().to_owned(),
        phone: posted.get("phone").trim().to_owned(),
        address: posted.get("address").trim().to_owned(),
        number: posted.get("number").trim().to_uppercase(),
        receipt: posted.get("receipt").trim().to_owned(),
        wrong: None,
        files: !posted.files.is_empty(),
    }
}

/// A parcel without a name or an address goes nowhere; one paper cannot go back and stay.
fn missing(l: Lang, way: Delivery, typed: &Typed) -> Option<String> {
    let twice = typed
        .returned
        .iter()
        .any(|code| typed.surrendered.contains(code));
    if twice {
        return Some(l.t("hand-over.both").to_owned());
    }
    let nowhere = way == Delivery::Post && (typed.addressee.is_empty() || typed.address.is_empty());
    nowhere.then(|| l.t("hand-over.no-address").to_owned())
}

fn draw(hall: &Hall, visit: &Visit, held: &Held, typed: &Typed) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let case = &held.seen.case;
    let way = typed.way.unwrap_or(Delivery::Counter);
    let originals: Vec<_> = held
        .definition
        .documents
        .iter()
        .filter(|document| {
            let had = case
                .papers
                .iter()
                .filter(|paper| paper.document == document.code);
            let mut originals =
                had.filter(|paper| matches!(paper.copy, CopyKind::Original | CopyKind::Certified));
            originals.next().is_some() || (case.papers.is_empty() && document.originals > 0)
        })
        .collect();
    let title = l.t("hand-over.title");
    Ok(page(
        &visit.frame().narrow(),
        title,
        html! {
            (crumbs(l, &[("/desk", l.t("nav.desk")), ("/desk/results", l.t("results.title"))]))
            p.small.muted.flush { span.code { (case.code) } " · " (held.seen.title) }
            h1 { (title) }
            p.row { (tag(Tone::Done, &case::state_words(l, case))) }
            @if let Some(wrong) = &typed.wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            @if typed.files { p.small { (l.t("case.files-again")) } }
            form method="post" action={ "/cases/" (case.code) "/hand-over" } enctype="multipart/form-data" data-enter="moves" {
                input type="hidden" name="version" value=(case.version);
                fieldset.field {
                    legend { (l.t("hand-over.way")) }
                    div.picks.side { @for one in WAYS { label.pick { input type="radio" name="way" value=(word(one)) checked[one == way]; span { (l.of("hand-over-way", word(one), &[])) } } } }
                }
                fieldset.card {
                    legend.hidden-words { (l.of("hand-over-way", "counter", &[])) }
                    h2 { (l.t("hand-over.at-counter")) }
                    div.field { label for="relation" { (l.t("hand-over.relation")) } select id="relation" name="relation" {
                        @for relation in &law.counter.relation { option value=(relation.code) selected[relation.code == typed.relation] { (relation.label(l.code())) } }
                    } }
                    fieldset.field {
                        legend { (l.t("hand-over.seen")) }
                        @for saw in Saw::ALL { label.pick { input type="checkbox" name="seen" value=(saw.code()) checked[typed.seen.contains(&saw)]; span { (l.of("seen", saw.code(), &[])) } } }
                    }
                    div.field { label for="receipt" { (l.t("hand-over.receipt")) " " span.optional { (l.t("form.optional")) } } p.help #receipt-help { (l.t("hand-over.receipt-says")) } input.short type="text" id="receipt" name="receipt" value=(typed.receipt) maxlength="200" autocomplete="off" aria-describedby="receipt-help"; }
                    div.field { label for="who" { (l.t("hand-over.who")) " " span.optional { (l.t("form.optional")) } } p.help { (l.t("hand-over.who-says")) } input type="text" id="who" name="who" value=(typed.who) maxlength="300" autocomplete="off"; }
                    div.field { label for="slip" { (l.t("hand-over.slip")) " " span.optional { (l.t("form.optional")) } } div.upload { input type="file" id="slip" name="slip" accept=".pdf,.jpg,.jpeg,.png"; } }
                }
                fieldset.card {
                    legend.hidden-words { (l.of("hand-over-way", "post", &[])) }
                    h2 { (l.t("hand-over.by-post")) }
                    div.field { label for="addressee" { (l.t("hand-over.addressee")) } input type="text" id="addressee" name="addressee" value=(typed.addressee) maxlength="120" autocomplete="off"; }
                    div.field { label for="phone" { (l.t("hand-over.phone")) } input.short type="tel" id="phone" name="phone" value=(typed.phone) maxlength="20" autocomplete="off"; }
                    div.field { label for="address" { (l.t("hand-over.address")) } input type="text" id="address" name="address" value=(typed.address) maxlength="300" autocomplete="off"; }
                    div.field { label for="number" { (l.t("hand-over.number")) " " span.optional { (l.t("form.optional")) } } p.help #number-help { (l.t("hand-over.number-says")) } input.short type="text" id="number" name="number" value=(typed.number) maxlength="40" autocomplete="off" aria-describedby="number-help"; }
                }
                @if !originals.is_empty() {
                    h2 { (l.t("hand-over.originals")) }
                    p.small.muted { (l.t("hand-over.originals-says")) }
                    @for document in &originals {
                        @let name = document.label.get(l.code());
                        fieldset.field {
                            legend { (name) }
                            div.picks.side {
                                label.pick { input type="checkbox" name="returned" value=(document.code) checked[typed.returned.contains(&document.code)]; span { (l.t("hand-over.returned")) } }
                                label.pick { input type="checkbox" name="surrendered" value=(document.code) checked[typed.surrendered.contains(&document.code)]; span { (l.t("hand-over.surrendered")) } }
                            }
                        }
                    }
                }
                p.acts { button.btn.go type="submit" data-key="F8" accesskey="1" { (title) " " kbd { "F8" } } a.btn.quiet href={ "/cases/" (case.code) } { (l.t("hand-over.not-now")) } }
            }
            p.small.muted { (names::unit(&law, case.received_at.as_ref().unwrap_or(&case.unit))) }
        },
    ))
}

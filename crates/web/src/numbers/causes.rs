//! Why dossiers were late in a period, by cause, by unit and by procedure, and where the time of a procedure
//! went step by step. What an official wrote on form 04 comes first; the rest is read from the events.

use std::collections::BTreeMap;

use actions::Law;
use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::index::causes::Cause;
use rules::index::lateness::{self, Told, Waterfall};
use rules::index::measure::Lens;
use rules::index::period::Length;
use rules::index::{Dossier, Name};

use super::asked::{Ask, Asked};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use super::procedures::Procedures;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::empty;
use crate::visit::Visit;

/// Rows of units and procedures shown before the rest folds away.
const SHOWN: usize = 12;

/// The cause of a dossier, where it was late in the period.
fn told<'a>(
    counted: &Counted<'a>,
    procedures: &Procedures,
    lens: &Lens<'_>,
    one: &'a Dossier,
) -> Option<Told<'a>> {
    lateness::late_since(one, lens)?;
    let names = &counted.ledger.names;
    let word = |name: Name| names.word(name);
    let steps = &procedures.get(one.service).steps;
    let causes = &counted.law.yardsticks.causes;
    Some(lateness::cause(one, steps, causes, &word, lens))
}

/// Whether a dossier stands behind `cause`, `unit|CODE` (which held it too long), `service|CODE` or
/// `step|CODE` (one step over its time); empty: all late ones.
pub fn behind<'a>(
    counted: &'a Counted<'a>,
    lens: Lens<'a>,
    member: &'a str,
) -> Box<dyn Fn(&Dossier) -> bool + 'a> {
    let procedures = Procedures::of(counted.ledger, counted.law, counted.ask.today);
    Box::new(move |one| {
        let names = &counted.ledger.names;
        if let Some(step) = member.strip_prefix("step|") {
            return one.hops.iter().any(|hop| {
                let here = hop.to.is_some_and(|to| lens.holds(to)) && !hop.undecided;
                here && hop.over() > 0 && names.word(hop.step) == step
            });
        }
        if lateness::late_since(one, &lens).is_none() {
            return false;
        }
        let steps = &procedures.get(one.service).steps;
        let word = |name: Name| names.word(name);
        let told = lateness::cause(one, steps, &counted.law.yardsticks.causes, &word, &lens);
        match member.split_once('|') {
            None => member.is_empty() || told.cause == member,
            Some(("unit", code)) => names.word(culprit(one, &told)) == code,
            Some(("service", code)) => names.word(one.service) == code,
            Some(_) => false,
        }
    })
}

/// Where it lay too long; the competent unit where no step shows it.
fn culprit(one: &Dossier, told: &Told<'_>) -> Name {
    let held = told.hop.map(|hop| hop.unit).filter(|unit| !unit.is_none());
    held.unwrap_or(one.unit)
}

/// The words of a cause.
pub fn cause_words<'a>(l: Lang, law: &'a Law, code: &'a str) -> &'a str {
    let named = |cause: &'a Cause| {
        if l == Lang::En {
            &cause.name_en
        } else {
            &cause.name
        }
    };
    law.yardsticks
        .causes
        .get(code)
        .map_or(code, |cause| named(cause))
}

#[derive(Default)]
struct Late {
    all: u64,
    given: u64,
    by_cause: BTreeMap<String, u64>,
    by_unit: BTreeMap<String, u64>,
    by_service: BTreeMap<String, u64>,
}

fn count(counted: &Counted<'_>, lens: &Lens<'_>) -> Late {
    let procedures = Procedures::of(counted.ledger, counted.law, counted.ask.today);
    let mut late = Late::default();
    for one in counted.rows() {
        let Some(told) = told(counted, &procedures, lens, one) else {
            continue;
        };
        late.all += 1;
        late.given += u64::from(told.given);
        *late.by_cause.entry(told.cause.to_owned()).or_default() += 1;
        let unit = counted.word(culprit(one, &told)).to_owned();
        *late.by_unit.entry(unit).or_default() += 1;
        let service = counted.word(one.service).to_owned();
        *late.by_service.entry(service).or_default() += 1;
    }
    late
}

/// `GET /numbers/causes`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let lens = lens(&law, &ask)?;
    let (late, falls, shown, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let late = count(&counted, &lens);
        let most = late.by_service.iter().max_by_key(|(_, n)| **n);
        let shown = match ask.asked.service.as_str() {
            "" => most.map(|(code, _)| code.clone()).unwrap_or_default(),
            code => code.to_owned(),
        };
        let falls = waterfall(l, &ask, &counted, &lens, &shown);
        (late, falls, shown, ledger.is_ready())
    };
    let more = html! {
        label { (l.t("numbers.procedure"))
            select name="service" {
                option value="" { (l.t("numbers.every-procedure")) }
                @for (code, name) in procedures_offered(l, &law, &ask) { option value=(code) selected[ask.asked.service == code] { (name) } }
            }
        }
    };
    let head = Head {
        path: "/numbers/causes",
        title: l.t("numbers.causes-title"),
        says: l.t("numbers.causes-says").to_owned(),
        more,
        ready,
    };
    let body = html! {
        @if late.all == 0 { (empty(l.t("numbers.none-late"), &html! {})) }
        @else {
            dl.figures {
                div { dt { (l.t("numbers.late-dossiers")) } dd.bad { a href=(ask.cases("cause.", "")) { (words::count(l, late.all)) } } }
                div { dt { (l.t("numbers.written-down")) } dd { (words::count(l, late.given)) } }
            }
            (by_cause(l, &law, &ask, &late))
            (by(l, &ask, l.t("numbers.where-held"), "unit", &late.by_unit, late.all, |code| words::unit(&law, code)))
            (by(l, &ask, l.t("numbers.which-procedures"), "service", &late.by_service, late.all, |code| words::service(l, &law, ask.today, code)))
        }
        @if !shown.is_empty() { (falls) }
        details.more { summary { (l.t("numbers.about")) } p.small { (l.t("numbers.causes-notes")) } }
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

/// Procedures to choose from.
fn procedures_offered(l: Lang, law: &Law, ask: &Ask) -> Vec<(String, String)> {
    let mut offered: Vec<(String, String)> = law
        .catalogue
        .all(ask.today)
        .filter(|one| one.definition.kind == service::definition::Kind::Procedure)
        .map(|one| {
            let definition = &one.definition;
            (
                definition.service.clone(),
                definition.name.get(l.code()).to_owned(),
            )
        })
        .collect();
    offered.sort_by_key(|(_, name)| service::fold::place_key(name));
    offered
}

#[allow(clippy::cast_precision_loss)] // counts of dossiers
fn share(n: u64, all: u64) -> f64 {
    n as f64 / all.max(1) as f64
}

fn by_cause(l: Lang, law: &Law, ask: &Ask, late: &Late) -> Markup {
    let mut causes: Vec<(&String, &u64)> = late.by_cause.iter().collect();
    causes.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let whose = |code: &str| {
        let cause = law.yardsticks.causes.get(code);
        cause.map(|cause| l.of("numbers-whose", whose_word(cause), &[]))
    };
    html! {
        h2 { (l.t("numbers.by-cause")) }
        div.wrap-table role="region" aria-label=(l.t("numbers.by-cause")) tabindex="0" {
            table.folds {
                caption.hidden-words { (l.t("numbers.by-cause")) }
                thead { tr { th scope="col" { (l.t("numbers.cause")) } th scope="col" { (l.t("numbers.whose")) } th.num scope="col" { (l.t("numbers.dossiers")) } th.num scope="col" { (l.t("numbers.share")) } } }
                tbody {
                    @for (code, n) in causes {
                        tr {
                            th scope="row" { (cause_words(l, law, code)) }
                            td data-label=(l.t("numbers.whose")) { (whose(code).unwrap_or_default()) }
                            td.num data-label=(l.t("numbers.dossiers")) { a href=(ask.cases(&format!("cause.{code}"), "")) { (words::count(l, *n)) } }
                            td.num data-label=(l.t("numbers.share")) { (say::percent(l, share(*n, late.all))) }
                        }
                    }
                }
            }
        }
    }
}

fn whose_word(cause: &Cause) -> &'static str {
    use rules::index::causes::Whose;
    match cause.whose {
        Whose::Authority => "authority",
        Whose::OtherUnit => "other-unit",
        Whose::Applicant => "applicant",
        Whose::Law => "law",
        Whose::System => "system",
    }
}

fn by(
    l: Lang,
    ask: &Ask,
    title: &str,
    family: &str,
    counts: &BTreeMap<String, u64>,
    all: u64,
    name: impl Fn(&str) -> String,
) -> Markup {
    let mut rows: Vec<(&String, &u64)> = counts.iter().collect();
    rows.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    let (first, rest) = rows.split_at(rows.len().min(SHOWN));
    let table = |rows: &[(&String, &u64)]| {
        html! {
            div.wrap-table role="region" aria-label=(title) tabindex="0" {
                table {
                    caption.hidden-words { (title) }
                    thead { tr { th scope="col" { (title) } th.num scope="col" { (l.t("numbers.dossiers")) } th.num scope="col" { (l.t("numbers.share")) } } }
                    tbody { @for (code, n) in rows { tr {
                        th scope="row" { (name(code)) }
                        td.num { a href=(ask.cases(&format!("cause.{family}|{code}"), "")) { (words::count(l, **n)) } }
                        td.num { (say::percent(l, share(**n, all))) }
                    } } }
                }
            }
        }
    };
    html! {
        h2 { (title) }
        (table(first))
        @if !rest.is_empty() { details.more { summary { (l.t("numbers.the-rest")) " (" (rest.len()) ")" } (table(rest)) } }
    }
}

/// Each step of one procedure: what it was given, its median and nine of ten, and how often it was longer.
fn waterfall(l: Lang, ask: &Ask, counted: &Counted<'_>, lens: &Lens<'_>, code: &str) -> Markup {
    let service = counted.ledger.names.find(code);
    let rows = counted.rows().filter(|one| Some(one.service) == service);
    let falls = lateness::waterfall(rows, lens);
    if falls.is_empty() {
        return html! {};
    }
    let definition = counted.law.catalogue.current(code, ask.today);
    let step_name = |fall: &Waterfall| {
        let code = counted.word(fall.step);
        definition.map_or_else(
            || code.to_owned(),
            |published| crate::official::names::step(l, &published.definition, code),
        )
    };
    let longest = falls
        .iter()
        .map(|fall| fall.nine_of_ten)
        .max()
        .unwrap_or(1)
        .max(1);
    let hours = |seconds: u32| say::decimal(l, f64::from(seconds) / 3600.0, 1);
    let title = words::service(l, counted.law, ask.today, code);
    html! {
        h2 { (l.t("numbers.waterfall")) }
        p.small.muted { (title) ". " (l.t("numbers.waterfall-says")) }
        div.wrap-table role="region" aria-label=(l.t("numbers.waterfall")) tabindex="0" {
            table.folds {
                caption.hidden-words { (l.t("numbers.waterfall")) }
                thead { tr { th scope="col" { (l.t("numbers.step")) } th.num scope="col" { (l.t("numbers.times")) } th.num scope="col" { (l.t("numbers.allowed")) } th.num scope="col" { (l.t("numbers.median")) } th.num scope="col" { (l.t("numbers.nine-of-ten")) } th scope="col" { span.hidden-words { (l.t("numbers.waterfall")) } } th.num scope="col" { (l.t("numbers.too-long")) } } }
                tbody {
                    @for fall in &falls {
                        @let over = u64::try_from(fall.over).unwrap_or(0);
                        tr {
                            th scope="row" { (step_name(fall)) @if fall.by_applicant { " " span.small.muted { (l.t("numbers.applicants-turn")) } } }
                            td.num data-label=(l.t("numbers.times")) { (words::count(l, u64::try_from(fall.hops).unwrap_or(0))) }
                            td.num data-label=(l.t("numbers.allowed")) { @if fall.allowed == 0 { "–" } @else { (hours(fall.allowed)) } }
                            td.num data-label=(l.t("numbers.median")) { (hours(fall.median)) }
                            td.num.bad[fall.allowed > 0 && fall.nine_of_ten > fall.allowed] data-label=(l.t("numbers.nine-of-ten")) { (hours(fall.nine_of_ten)) }
                            td { (bar(fall, longest)) }
                            td.num data-label=(l.t("numbers.too-long")) { @if over == 0 { "0" } @else { a href=(ask.link("/numbers/cases", &[("figure", &format!("cause.step|{}", counted.word(fall.step))), ("service", code), ("at", &ask.as_of.to_string())])) { (words::count(l, over)) } } }
                        }
                    }
                }
            }
        }
    }
}

/// Median and nine of ten as bars, the limit as a line. The numbers beside it say the same.
fn bar(fall: &Waterfall, longest: u32) -> Markup {
    let width = |seconds: u32| f64::from(seconds.min(longest)) / f64::from(longest) * 120.0;
    let late = fall.allowed > 0 && fall.nine_of_ten > fall.allowed;
    html! {
        svg.steps viewBox="0 0 120 16" width="120" height="16" aria-hidden="true" {
            rect.far.late[late] x="0" y="4" height="8" width=(format!("{:.1}", width(fall.nine_of_ten))) {}
            rect.near x="0" y="4" height="8" width=(format!("{:.1}", width(fall.median))) {}
            @if fall.allowed > 0 { @let x = format!("{:.1}", width(fall.allowed).min(119.0)); line x1=(x) x2=(x) y1="0" y2="16" {} }
        }
    }
}

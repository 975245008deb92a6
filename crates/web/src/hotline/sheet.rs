//! How a call looks: what is typed on the left, what is known on the right. Parts marked `data-look` are fetched again by the script
//! while the operator types; the button "Xem lại" does the same without it.

use actions::Receipt;
use maud::{Markup, html};
use rules::case::{Case, Spot};
use rules::hotline::{Call, Outcome};
use service::Definition;
use service::definition::Field;
use service::field::FieldProblem;

use super::call::Said;
use super::similar::Similar;
use super::typed::{Report, Typed, WORDS, scope};
use super::{about, pin, spoken, state};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case::state_words;
use crate::official::names;
use crate::resident::filling::{areas, units};
use crate::resident::reporting::place_field;
use crate::say;
use crate::text::Lang;
use crate::ui::form::{self, Sheet};
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, empty, note, slip};
use crate::visit::Visit;

/// The report that words from outside would be, whichever way they came.
pub struct Asked<'a> {
    pub typed: &'a Typed,
    pub report: &'a Report<'a>,
    pub kinds: &'a [&'a Definition],
    pub around: &'a [Similar],
    /// Where the pin stands, or would.
    pub middle: Option<Spot>,
}

pub struct Shown<'a> {
    pub call: &'a Call,
    pub asked: Asked<'a>,
    /// With the title, where one may read it.
    pub cases: Vec<(&'a Case, &'a Option<String>)>,
    pub calls: Vec<&'a Call>,
    pub operator: Option<&'a str>,
    pub said: &'a Said,
    pub out: bool,
}

pub fn draw(hall: &Hall, visit: &Visit, shown: &Shown<'_>) -> Result<Markup, Failure> {
    let (l, now) = (visit.lang, hall.now());
    let call = shown.call;
    let none: [FieldProblem; 0] = [];
    let problems = match shown.said {
        Said::Flawed => &shown.asked.report.problems[..],
        Said::Nothing | Said::Wrong(_) => &none,
    };
    let address = format!("/hotline/call/{}", call.id);
    Ok(page(
        &visit.frame(),
        &l.f(
            "hotline.call-with",
            &[("number", &spoken(l, call.number.as_deref()))],
        ),
        html! {
            (crumbs(l, &[("/hotline", l.t("hotline.title"))]))
            h1 { (spoken(l, call.number.as_deref())) " " (state(l, call, now)) }
            p.muted { (about(l, call, now)) @if let Some(line) = &call.line { " · " (l.f("hotline.on-line", &[("line", line)])) } @if let Some(name) = shown.operator { " · " (name) } }
            (form::errors(l, problems))
            @if let Said::Wrong(why) = shown.said { div role="alert" { (note(Tone::Late, &html! { p { (why) } })) } }
            div.split {
                form #hotline method="post" action=(address) enctype="multipart/form-data" data-look-form {
                    // What Enter presses without script only looks.
                    button.hidden-words type="submit" name="_go" value="look" formnovalidate tabindex="-1" aria-hidden="true" { (l.t("hotline.look")) }
                    input type="hidden" name="_key" value=(shown.asked.typed.key);
                    (words(l, &shown.asked, problems))
                    (place(hall, l, &shown.asked, problems)?)
                    (kind(hall, l, &shown.asked, problems)?)
                    (outcomes(l, shown))
                }
                aside { (beside(hall, l, shown)) }
            }
        },
    ))
}

fn wrong<'p>(problems: &'p [FieldProblem], code: &str) -> Option<&'p FieldProblem> {
    problems.iter().find(|problem| problem.field == code)
}

pub fn words(l: Lang, shown: &Asked<'_>, problems: &[FieldProblem]) -> Markup {
    let wrong = wrong(problems, WORDS);
    html! {
        div class=(if wrong.is_some() { "field wrong" } else { "field" }) {
            label for="f-what" { (l.t("hotline.words")) }
            p.help #words-help { (l.t("hotline.words-help")) }
            @if let Some(problem) = wrong { p.says { (problem.says(l.code())) } }
            textarea id="f-what" name="_words" rows="4" maxlength="4000" autofocus[problems.is_empty()] aria-describedby="words-help" { (shown.typed.words) }
        }
    }
}

pub fn place(
    hall: &Hall,
    l: Lang,
    shown: &Asked<'_>,
    problems: &[FieldProblem],
) -> Result<Markup, Failure> {
    let typed = shown.typed;
    let code = shown.report.definition.and_then(place_field);
    let wrong = code.and_then(|field| wrong(problems, &field.code));
    let (law, today) = (hall.law(), hall.today()?);
    let under = typed
        .spot
        .and_then(|spot| law.organisation.area_at(spot, today, &law.boundaries));
    let elsewhere = under.filter(|area| !typed.area.is_empty() && area.code != typed.area);
    let around: Vec<(Spot, String)> = shown
        .around
        .iter()
        .filter_map(|one| {
            let (lat, lon) = one.line.place?;
            Some((Spot { lat, lon }, one.line.title.clone()))
        })
        .collect();
    let area = match law.organisation.area(&typed.area, today) {
        Some(area) => area.name.clone(),
        None => typed.area_words.clone(),
    };
    let spot = match typed.spot {
        Some(spot) => pin::written(spot),
        None => typed.spot_words.clone(),
    };
    Ok(html! {
        fieldset id="f-where" class=(if wrong.is_some() { "field wrong" } else { "field" }) {
            legend { (l.t("hotline.where")) }
            @if let Some(problem) = wrong { p.says { (problem.says(l.code())) } }
            div.pair {
                div.field { label for="area" { (l.t("place.area")) }
                    input type="text" id="area" name="_area" value=(area) list="areas" autocomplete="off" maxlength="100" aria-describedby="area-help";
                    p.help #area-help { (l.t("hotline.area-help")) }
                    datalist id="areas" { @for (_, name) in &areas(hall)? { option value=(name) {} } } }
                div.field { label for="place" { (l.t("place.words")) }
                    input type="text" id="place" name="_place" value=(typed.place) maxlength="300" autocomplete="off"; }
            }
            details.more open[typed.spot.is_some() || !typed.spot_words.is_empty()] {
                summary { (l.t("hotline.pin")) }
                div.field { label for="spot" { (l.t("hotline.spot")) } p.help #spot-help { (l.t("hotline.spot-help")) }
                    input.short type="text" id="spot" name="_spot" value=(spot) inputmode="decimal" autocomplete="off" data-pin-spot aria-describedby="spot-help"; }
                div data-look="pin" {
                    @match shown.middle {
                        Some(middle) => (pin::draw(l, middle, &around)),
                        None => p.small.muted { (l.t("hotline.pin-none")) },
                    }
                    @if let Some(area) = elsewhere { p.small.bad { (l.f("hotline.pin-elsewhere", &[("area", &area.name)])) } }
                }
            }
        }
    })
}

pub fn kind(
    hall: &Hall,
    l: Lang,
    shown: &Asked<'_>,
    problems: &[FieldProblem],
) -> Result<Markup, Failure> {
    let (areas, units, today) = (areas(hall)?, units(hall)?, hall.today()?);
    let report = shown.report;
    let guessed: Vec<&str> = report.guessed.iter().map(|d| d.service.as_str()).collect();
    let name = |d: &Definition| d.name.get(l.code()).to_owned();
    Ok(html! {
        div data-look="kind" {
            div.field {
                label for="service" { (l.t("hotline.kind")) }
                select id="service" name="_service" {
                    option value="" { @match report.guessed.first() { Some(first) => (l.f("hotline.kind-guessed", &[("name", &name(first))])), None => (l.t("hotline.kind-none")) } }
                    @for d in report.guessed.iter().skip(usize::from(shown.typed.service.is_empty())) { option value=(d.service) selected[d.service == shown.typed.service] { (name(d)) } }
                    @for d in shown.kinds.iter().filter(|d| !guessed.contains(&d.service.as_str())) { option value=(d.service) selected[d.service == shown.typed.service] { (name(d)) } }
                }
            }
            @if let Some(definition) = report.definition {
                @let own: Vec<Field> = Report::own(definition);
                @let codes = Report::shown(definition, &report.answers, today);
                @let seen: Vec<&Field> = own.iter().filter(|field| codes.contains(&field.code)).collect();
                @let sheet = Sheet { lang: l, scope: scope(definition, &report.answers, today), problems, areas: &areas, units: &units, known: &[], map: None };
                (form::fields(&sheet, &own, &seen))
            }
        }
        label.pick { input type="checkbox" name="_public" value="yes" checked[shown.typed.public]; span { (l.t("report.show-yes")) span { (l.t("report.show-says")) } } }
    })
}

pub fn button(code: &str, key: &str, access: &str, words: &str, class: &str) -> Markup {
    html! {
        button class={ "btn " (class) } type="submit" name="_go" value=(code) data-key=(key) accesskey=(access) { (words) " " kbd { (key) } }
    }
}

/// What the call came to: each a button with its key.
fn outcomes(l: Lang, shown: &Shown<'_>) -> Markup {
    let typed = shown.asked.typed;
    let of = |outcome: Outcome| l.of("hotline-do", outcome.code(), &[]);
    html! {
        details.more open[!typed.day.is_empty() || !typed.time.is_empty()] {
            summary { (l.t("hotline.promise")) }
            div.row {
                div.field { label for="day" { (l.t("hotline.promise-day")) } input type="date" id="day" name="_day" value=(typed.day); }
                div.field { label for="time" { (l.t("hotline.promise-time")) } input type="time" id="time" name="_time" value=(typed.time); }
            }
        }
        section { h2 { (l.t("hotline.came-to")) } }
        @if let Some(outcome) = shown.call.wrap.outcome { p { (l.f("hotline.came-to-already", &[("outcome", &l.of("hotline-outcome", outcome.code(), &[]))])) } }
        p.acts {
            (button("file", "F8", "8", &of(Outcome::Filed), "go"))
            (button(Outcome::AnsweredAtOnce.code(), "F2", "2", &of(Outcome::AnsweredAtOnce), ""))
            (button("add", "F4", "4", &of(Outcome::Added), ""))
            (button("look", "F9", "9", l.t("hotline.look"), "quiet"))
        }
        p.small.muted { (l.t("hotline.answered-says")) }
        div.field {
            label for="about-code" { (l.t("hotline.about-code")) }
            p.help #about-help { (l.t("hotline.about-help")) }
            input.short type="text" id="about-code" name="_about-code" value=(typed.about) autocomplete="off" aria-describedby="about-help";
        }
        p.acts {
            button.btn.quiet type="submit" name="_go" value=(Outcome::SentElsewhere.code()) { (of(Outcome::SentElsewhere)) }
            @if shown.out { button.btn.quiet type="submit" name="_go" value="not-reached" { (l.t("hotline.not-reached")) } }
            @else { button.btn.quiet type="submit" name="_go" value=(Outcome::Nothing.code()) { (of(Outcome::Nothing)) } }
        }
        p.small.muted.space { (l.t("hotline.keys")) }
    }
}

fn beside(hall: &Hall, l: Lang, shown: &Shown<'_>) -> Markup {
    let (law, now) = (hall.law(), hall.now());
    html! {
        (similar(hall, l, &shown.asked))
        section.card {
            h2 { (l.t("hotline.earlier-cases")) }
            @if shown.cases.is_empty() { p.small.muted { (l.t("hotline.earlier-none")) } }
            @else { ul.list.flush { @for (case, title) in &shown.cases {
                @let service = law.catalogue.get(&case.service, case.service_version).map_or(case.service.as_str(), |p| p.definition.name.get(l.code()));
                li.about { (pick(l, &shown.asked, &case.code)) div {
                    @match title {
                        Some(title) => a href={ "/cases/" (case.code) } target="_blank" rel="noopener" { (title) },
                        None => (service),
                    }
                    span.small.muted {
                        (case.code) " · " (say::date(case.opened)) " · " (state_words(l, case)) " · " (names::unit(&law, &case.unit))
                        @if let Some(due) = case.clock.due.filter(|_| case.life.ended().is_none()) { " · " (l.f("hotline.due", &[("at", &say::short(due))])) }
                    }
                } }
            } } }
            p.small.muted { (l.t("hotline.looked")) }
        }
        @if !shown.calls.is_empty() { section.card {
            h2 { (l.t("hotline.earlier-calls")) }
            ul.list.flush { @for one in &shown.calls { li {
                a href={ "/hotline/call/" (one.id) } { (about(l, one, now)) }
                @if let Some(note) = &one.wrap.note { br; span.small.muted { (note) } }
            } } }
        } }
    }
}

fn pick(l: Lang, shown: &Asked<'_>, code: &str) -> Markup {
    html! { input type="radio" name="_about" value=(code) form="hotline" aria-label=(l.f("hotline.about-this", &[("code", &code)])) checked[shown.typed.about == code]; }
}

/// Open reports that may be the same.
pub fn similar(hall: &Hall, l: Lang, shown: &Asked<'_>) -> Markup {
    let (law, now) = (hall.law(), hall.now());
    html! {
        section.card data-look="similar" {
            h2 { (l.t("hotline.similar")) }
            @if shown.around.is_empty() { p.small.muted { (l.t("hotline.similar-none")) } }
            @else { ul.list.flush { @for one in shown.around {
                li.about { (pick(l, shown, &one.line.code)) div {
                    a href={ "/cases/" (one.line.code) } target="_blank" rel="noopener" { (one.line.title) }
                    span.small.muted { (far(l, one, now)) " · " (names::unit(&law, &one.line.unit)) }
                } }
            } } }
        }
    }
}

fn far(l: Lang, one: &Similar, now: rules::Moment) -> String {
    #[expect(clippy::cast_precision_loss, reason = "seconds since a report")]
    let age = now.duration_since(one.line.opened).as_secs() as f64;
    let ago = l.f("report.ago", &[("length", &say::length(l, age))]);
    match one.metres {
        Some(metres) => format!("{} m · {ago}", say::decimal(l, metres, 0)),
        None => ago,
    }
}

/// What is read to the caller once the report is open.
pub fn opened(hall: &Hall, visit: &Visit, receipt: &Receipt, case: Option<&Case>) -> Markup {
    let (l, law) = (visit.lang, hall.law());
    page(
        &visit.frame().narrow(),
        l.t("hotline.opened"),
        html! {
            h1 { (l.t("hotline.opened")) }
            section.card {
                (slip(l.t("slip.report-code"), &receipt.code, None, ""))
                dl.facts {
                    dt { (l.t("sent.secret")) } dd { b.code { (receipt.secret) } br; span.small.muted { (l.t("sent.secret-says")) } }
                    @if let Some(case) = case {
                        @if let Some(due) = case.clock.due { dt { (l.t("sent.by-when")) } dd { b { (say::moment(l, due)) } } }
                        dt { (l.of("case-fact", "unit", &[])) } dd { (names::unit(&law, &case.unit)) }
                    }
                }
            }
            p.acts {
                a.btn.go href="/hotline" autofocus { (l.t("hotline.next")) }
                a.btn href={ "/cases/" (receipt.code) } { (l.t("desk.open-case")) }
            }
        },
    )
}

/// Nothing to show in a list.
pub fn nothing(words: &str) -> Markup {
    empty(words, &html! {})
}

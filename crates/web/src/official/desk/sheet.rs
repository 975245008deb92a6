//! The whole form on one page, and at its foot the reception where the service has one.

use maud::{Markup, html};
use service::answer;
use service::definition::{Channel, Field, Kind, Page};
use service::expr::Scope;
use service::field::FieldProblem;
use service::walk::{self, PageRef};

use super::super::history::channel_words;
use super::super::reception;
use super::typed::{mark, registered};
use super::{Filled, channels, word};
use crate::error::Failure;
use crate::hall::Hall;
use crate::resident::filling::{areas, units};
use crate::text::Lang;
use crate::ui::form::{self, Sheet};
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

pub(super) fn draw(
    hall: &Hall,
    visit: &Visit,
    service: &str,
    filled: &Filled,
) -> Result<Markup, Failure> {
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
                    @if d.kind == Kind::Report { label.pick { input type="checkbox" name="_public" value="yes" checked[filled.public]; span { (l.t("report.show-yes")) span { (l.t("report.show-says")) } } } }
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

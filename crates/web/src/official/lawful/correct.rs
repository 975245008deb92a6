//! `/cases/{code}/correction`: an error found in the result is written down by whoever works on the case; the head of
//! the deciding unit answers that it is right, or has the step that signs done again with an apology.

use actions::lawful::Lawful;
use maud::{Markup, html};
use rules::case::correct::{has_result, signing};
use rules::duty::Act;
use store::Seen;

use super::{Lawfully, Sheet, correction_words};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::official::posted::Posted;
use crate::text::Lang;
use crate::ui::parts::{Tone, note};

pub struct Page;

impl Lawfully for Page {
    fn act(_: &Posted) -> Act {
        Act::Note
    }

    /// `go` is `report`, `decline` or `begin`.
    fn asked(l: Lang, typed: &Posted) -> Result<Lawful, String> {
        match typed.get("go") {
            "report" => Ok(Lawful::ReportError),
            "decline" => Ok(Lawful::DeclineError),
            "begin" => Ok(Lawful::Correct {
                step: typed.get("step").to_owned(),
            }),
            _ => Err(l.t("correction.choose").to_owned()),
        }
    }

    async fn draw(of: &Sheet<'_>) -> Result<Markup, Failure> {
        let (l, case, typed) = (of.visit.lang, &of.seen.case, of.typed);
        let definition = of.definition()?;
        let head = of.may(&Act::Correct);
        let steps: Vec<_> = signing(definition).collect();
        let found = report(of.hall, of.seen).await?;
        let waits = case.error_waiting().is_some();
        let body = html! {
            p.muted { (l.t("correction.says")) }
            @if let Some(last) = case.corrections.last() { @let (tone, words) = correction_words(l, last); (note(tone, &html! { p { (words) } })) }
            @if let Some(found) = &found { blockquote { (found) } }
            @if !has_result(case) { (note(Tone::Stopped, &html! { p { (l.t("correction.none")) } })) }
            @else {
                form method="post" action={ "/cases/" (case.code) "/correction" } data-draft={ "correction-" (case.code) } {
                    (of.version())
                    @if head && steps.len() > 1 {
                        fieldset.field {
                            legend { (l.t("correction.step")) }
                            @for step in &steps { label.pick { input type="radio" name="step" value=(step.code) checked[step.code == typed.get("step") || typed.get("step").is_empty() && Some(&step.code) == steps.last().map(|s| &s.code)]; span { (names::step(l, definition, &step.code)) } } }
                        }
                    } @else if let Some(step) = steps.first() { input type="hidden" name="step" value=(step.code); }
                    @if head { (of.words(l.t("correction.words"), l.t("correction.words-says"))) }
                    @else { (of.words(l.t("correction.found"), l.t("correction.found-says"))) }
                    div.ways {
                        @if head && !steps.is_empty() { button.btn.go type="submit" name="go" value="begin" { (l.t("correction.begin")) } }
                        @if head && waits { button.btn type="submit" name="go" value="decline" { (l.t("correction.decline")) } }
                        @if !waits { button.btn type="submit" name="go" value="report" { (l.t("correction.report")) } }
                    }
                }
            }
        };
        Ok(of.page(l.t("correction.title"), &body))
    }
}

/// The words of the latest report.
async fn report(hall: &Hall, seen: &Seen) -> Result<Option<String>, Failure> {
    if seen.case.corrections.is_empty() {
        return Ok(None);
    }
    let events = hall.reader().timeline(seen.case.id).await?;
    let why = events.iter().rev().find_map(|one| match &one.event {
        rules::case::Event::ErrorReported { why } => *why,
        _ => None,
    });
    let notes = hall.reader().notes(seen.case.id).await?;
    let note = notes.into_iter().find(|note| Some(note.id) == why);
    Ok(note.and_then(|note| note.text))
}

//! `/cases/{code}/loss`: the head says which papers the agency lost or damaged and apologises; whoever works on the case
//! writes down when they are there again and what that cost the agency.

use actions::lawful::Lawful;
use maud::{Markup, html};
use rules::case::state::Loss;
use rules::duty::Act;
use service::Definition;

use super::{Lawfully, Sheet, open};
use crate::error::Failure;
use crate::official::posted::Posted;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, note};

pub struct Page;

impl Lawfully for Page {
    fn act(_: &Posted) -> Act {
        Act::Note
    }

    /// `go` is `declare`, or the number of the loss that was made good.
    fn asked(l: Lang, typed: &Posted) -> Result<Lawful, String> {
        let Some(loss) = typed.number("go") else {
            return Ok(Lawful::DeclareLoss {
                papers: typed.all("paper").map(str::to_owned).collect(),
                damaged: typed.get("how") == "damaged",
            });
        };
        let cost = typed.get("cost").chars();
        let cost: String = cost
            .filter(|c| !matches!(c, '.' | ' ' | '\u{a0}'))
            .collect();
        let cost = match cost.as_str() {
            "" => Ok(0),
            typed => typed.parse::<i64>(),
        };
        match cost {
            Ok(cost) => Ok(Lawful::MakeGood { loss, cost }),
            Err(_) => Err(l.t("loss.no-cost").to_owned()),
        }
    }

    async fn draw(of: &Sheet<'_>) -> Result<Markup, Failure> {
        let (l, case) = (of.visit.lang, &of.seen.case);
        let definition = of.definition()?;
        let head = of.may(&Act::DeclareLoss);
        let marked: Vec<&str> = of.typed.all("paper").collect();
        let damaged = of.typed.get("how") == "damaged";
        let action = format!("/cases/{}/loss", case.code);
        let body = html! {
            p.muted { (l.t("loss.says")) }
            @for (number, loss) in case.losses.iter().enumerate() { (one(of, definition, &action, number, loss)) }
            @if !open(case) { (note(Tone::Stopped, &html! { p { (l.t("loss.closed")) } })) }
            @else if !head { (note(Tone::Plain, &html! { p { (l.t("loss.head")) } })) }
            @else {
                form method="post" action=(action) data-draft={ "loss-" (case.code) } {
                    (of.version())
                    fieldset.field {
                        legend { (l.t("loss.which")) }
                        @for document in &definition.documents {
                            label.pick { input type="checkbox" name="paper" value=(document.code) checked[marked.contains(&document.code.as_str())]; span { (document.label.get(l.code())) } }
                        }
                    }
                    fieldset.field {
                        legend { (l.t("loss.how")) }
                        label.pick { input type="radio" name="how" value="lost" checked[!damaged]; span { (l.t("loss.lost")) } }
                        label.pick { input type="radio" name="how" value="damaged" checked[damaged]; span { (l.t("loss.damaged")) } }
                    }
                    (of.words(l.t("loss.words"), l.t("loss.words-says")))
                    div.ways { button.btn.go type="submit" name="go" value="declare" { (l.t("loss.sign")) } }
                }
            }
        };
        Ok(of.page(l.t("loss.title"), &body))
    }
}

fn papers(l: Lang, definition: &Definition, codes: &[String]) -> String {
    let names = codes.iter().map(|code| {
        let mut known = definition.documents.iter();
        let known = known.find(|document| document.code == *code);
        known.map_or(code.as_str(), |document| document.label.get(l.code()))
    });
    names.collect::<Vec<_>>().join("; ")
}

fn one(
    of: &Sheet<'_>,
    definition: &Definition,
    action: &str,
    number: usize,
    loss: &Loss,
) -> Markup {
    let l = of.visit.lang;
    let what = match loss.damaged {
        true => l.t("loss.damaged"),
        false => l.t("loss.lost"),
    };
    html! {
        section.card {
            p.flush { b { (papers(l, definition, &loss.papers)) } }
            p.small.muted { (what) " · " (say::moment(l, loss.at)) }
            @match loss.made_good {
                Some(at) => { (note(Tone::Done, &html! { p.flush { (l.f("loss.made-good", &[("at", &say::moment(l, at)), ("cost", &say::money(l, loss.cost))])) } })) }
                None => {
                    form method="post" action=(action) {
                        (of.version())
                        div.field {
                            label for={ "cost-" (number) } { (l.t("loss.cost")) }
                            p.help id={ "cost-help-" (number) } { (l.t("loss.cost-says")) }
                            input.shorter type="text" inputmode="numeric" id={ "cost-" (number) } name="cost" aria-describedby={ "cost-help-" (number) };
                        }
                        p { button.btn type="submit" name="go" value=(number) { (l.t("loss.good")) } }
                    }
                }
            }
        }
    }
}

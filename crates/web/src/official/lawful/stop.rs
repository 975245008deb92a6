//! `/cases/{code}/stop`: form 05, on a ground that holds now, signed by the head of the deciding unit.

use actions::lawful::Lawful;
use maud::{Markup, html};
use rules::case::stop::Ground;
use rules::duty::Act;

use super::{Lawfully, Sheet};
use crate::error::Failure;
use crate::official::posted::Posted;
use crate::text::Lang;
use crate::ui::parts::{Tone, note};

pub fn ground_words(l: Lang, ground: &Ground) -> &str {
    match l {
        Lang::Vi => &ground.name,
        Lang::En => &ground.name_en,
    }
}

pub struct Page;

impl Lawfully for Page {
    fn act(_: &Posted) -> Act {
        Act::Stop
    }

    fn asked(_: Lang, typed: &Posted) -> Result<Lawful, String> {
        Ok(Lawful::Stop {
            ground: typed.get("ground").to_owned(),
        })
    }

    async fn draw(of: &Sheet<'_>) -> Result<Markup, Failure> {
        let (l, case) = (of.visit.lang, &of.seen.case);
        let definition = of.definition()?;
        let list = of.law.stops.on(of.hall.today()?);
        let grounds: Vec<&Ground> = list.hold(case, definition, of.hall.now()).collect();
        let chosen = of.typed.get("ground");
        let body = html! {
            p.muted { (l.t("stop.says")) }
            @if grounds.is_empty() { (note(Tone::Stopped, &html! { p { (l.t("stop.none")) } })) }
            @else {
                form method="post" action={ "/cases/" (case.code) "/stop" } data-draft={ "stop-" (case.code) } {
                    (of.version())
                    fieldset.field {
                        legend { (l.t("stop.ground")) }
                        @for ground in &grounds {
                            label.pick { input type="radio" name="ground" value=(ground.code) checked[ground.code == chosen] required; span { (ground_words(l, ground)) } }
                        }
                    }
                    (of.words(l.t("stop.words"), l.t("stop.words-says")))
                    div.ways { button.btn.stop type="submit" { (l.t("stop.sign")) } }
                }
            }
        };
        Ok(of.page(l.t("stop.title"), &body))
    }
}

//! How everything is counted, in plain words, from the rules of `rules::league` and this city's meaning
//! of endings.

use axum::extract::State;
use maud::{Markup, html};

use crate::figures::EndingRule;
use crate::hall::Hall;
use crate::official::history::ending_words;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::crumbs;
use crate::visit::Visit;

/// One heading each, in the order of the page.
const PARTS: [&str; 10] = [
    "on-time", "interval", "time", "period", "compare", "small", "quality", "apart", "clock",
    "check",
];

/// `GET /open/method`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Markup {
    let l = visit.lang;
    let rule = EndingRule::of(&hall.law());
    page(
        &visit.frame().narrow(),
        l.t("foot.method"),
        html! {
            (crumbs(l, &[("/open", l.t("open.title"))]))
            h1 { (l.t("foot.method")) }
            p { (l.t("open.method-says")) }
            @for part in PARTS {
                section id=(part) {
                    h2 { (l.of("method-title", part, &[])) }
                    p { (l.of("method", part, &[])) }
                }
            }
            section {
                h2 { (l.t("open.endings")) }
                dl.facts {
                    dt { (l.t("open.finished")) } dd { (listed(l, &rule.finished)) }
                    dt { (l.t("open.apart")) } dd { (listed(l, &rule.apart)) }
                    dt { (l.t("open.void")) } dd { (listed(l, &rule.void)) }
                }
            }
        },
    )
}

fn listed(l: Lang, endings: &[service::definition::Ending]) -> String {
    let words: Vec<String> = endings.iter().map(|e| ending_words(l, *e)).collect();
    words.join(", ")
}

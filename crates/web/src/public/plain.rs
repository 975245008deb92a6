//! Two honest pages of words: what was done for everybody to be able to use this, and what happens to
//! personal data.

use maud::{Markup, html};

use crate::ui::page;
use crate::visit::Visit;

/// `GET /accessibility`
pub async fn accessibility(visit: Visit) -> Markup {
    words(
        &visit,
        "accessibility",
        visit.lang.t("foot.accessibility"),
        5,
    )
}

/// `GET /privacy`
pub async fn privacy(visit: Visit) -> Markup {
    words(&visit, "privacy", visit.lang.t("foot.privacy"), 6)
}

/// Paragraphs `1` to `many` of a family.
fn words(visit: &Visit, family: &str, title: &str, many: u32) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        title,
        html! {
            h1 { (title) }
            @for n in 1..=many {
                p {
                    @match family {
                        "privacy" => (l.of("privacy", &n.to_string(), &[])),
                        _ => (l.of("accessibility", &n.to_string(), &[])),
                    }
                }
            }
        },
    )
}

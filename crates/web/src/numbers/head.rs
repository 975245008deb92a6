//! What the pages of this area have in common: the way between them, what they are about, the filters, and up to
//! when they were counted.

use actions::Law;
use maud::{Markup, html};
use rules::Moment;

use super::asked::{Ask, filters, period_words};
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

/// The pages of this area.
const PAGES: [(&str, &str); 10] = [
    ("/numbers/report", "report"),
    ("/numbers/organisations", "organisations"),
    ("/numbers/index", "index"),
    ("/numbers/causes", "causes"),
    ("/numbers/scores", "scores"),
    ("/numbers/integrity", "integrity"),
    ("/numbers/integrity/reports", "reports"),
    ("/numbers/sample", "sample"),
    ("/numbers/communes", "communes"),
    ("/numbers/heat", "heat"),
];

/// A page of figures: where it stands and what is above its figures.
pub struct Head<'a> {
    pub path: &'a str,
    pub title: &'a str,
    /// What is counted here, in a sentence or two.
    pub says: String,
    /// Filters beside period and unit.
    pub more: Markup,
    /// The first reading of the log is done.
    pub ready: bool,
}

impl Head<'_> {
    pub fn page(&self, visit: &Visit, law: &Law, ask: &Ask, body: &Markup) -> Markup {
        let l = visit.lang;
        page(
            &visit.frame(),
            self.title,
            html! {
                @if PAGES.iter().any(|(to, _)| *to == self.path) { (tabs(l, self.path)) }
                h1 { (self.title) }
                p.muted { (self.says) }
                (filters(l, law, ask, self.path, &self.more))
                (as_of(l, ask, self.ready))
                (body)
            },
        )
    }
}

/// Links between the pages of this area, `here` the current one.
pub fn tabs(l: Lang, here: &str) -> Markup {
    html! {
        nav.tabs aria-label=(l.t("numbers.pages")) {
            @for (to, words) in PAGES {
                a href=(to) aria-current=[(to == here).then_some("page")] { (l.of("numbers-page", words, &[])) }
            }
        }
    }
}

/// Up to when, and whether the first reading still lasts.
pub fn as_of(l: Lang, ask: &Ask, ready: bool) -> Markup {
    let at = Moment::from_second(ask.to.get() - 1).unwrap_or_default();
    let (time, day) = (say::clock_time(at), say::date(at));
    html! {
        @if !ready { (note(Tone::Soon, &html! { (l.t("numbers.reading")) })) }
        p.small.muted {
            b { (period_words(l, ask.period)) } " · "
            (l.f("league.as-of", &[("time", &time), ("day", &day)]))
            @if ask.running() { " · " (l.t("numbers.running")) }
        }
    }
}

//! The inbox and the results of a search, drawn.

use maud::{Markup, html};
use store::InboxCounts;

use super::inbox::Asked;
use crate::say;
use crate::text::Lang;
use crate::ui::clock::{Face, clock_tag};
use crate::ui::parts::{Tone, empty, note, pages};
use crate::ui::{Frame, page};

/// A step of a case that waits for somebody.
pub struct Line {
    /// As it travels in the form.
    pub place: String,
    /// The version of the case that this line shows.
    pub version: u32,
    pub face: Face,
    pub title: String,
    pub service: String,
    pub step: String,
    pub unit: String,
    pub applicant: Option<String>,
    pub code: String,
    pub mine: bool,
    pub free: bool,
    pub holder: Option<String>,
}

pub struct Shown {
    pub asked: Asked,
    pub lines: Vec<Line>,
    pub counts: InboxCounts,
    /// Letters of apology that are missing, and that wait.
    pub apologies: (usize, usize),
    pub services: Vec<(String, String)>,
    /// Empty where there is only one.
    pub units: Vec<(String, String)>,
    pub earlier: Option<String>,
    pub later: Option<String>,
    /// `08:14:05`
    pub at: String,
    /// For whom one stands in, and who for oneself; empty where nobody does.
    pub standing: Markup,
    /// One works at the hotline too.
    pub hotline: bool,
    /// May write the city's reply templates.
    pub keeps_replies: bool,
}

pub fn inbox(frame: &Frame, shown: &Shown) -> Markup {
    let l = frame.lang;
    page(
        frame,
        l.t("nav.inbox"),
        html! {
            div.row.between {
                h1.flush { (l.t("nav.inbox")) }
                form method="post" action="/inbox/next" {
                    (carried(&shown.asked))
                    button.btn.go type="submit" data-key="n" { (l.t("inbox.next")) " " kbd aria-hidden="true" { "N" } }
                }
            }
            @if shown.hotline { p { a.btn href="/hotline" { (l.t("hotline.title")) } } }
            (shown.standing)
            @if let Some(said) = said(l, &shown.asked) { div role="status" { (said) } }
            (super::apologies::bar(l, shown.apologies))
            (tabs(l, shown))
            (filters(l, shown))
            div data-live="inbox" {
                @if shown.lines.is_empty() {
                    (empty(l.t("inbox.empty"), &html! { p { a.btn href="/inbox" { (l.t("inbox.show-all")) } } }))
                } @else {
                    (table(l, shown))
                }
                p.small.muted.order {
                    (l.f("inbox.order", &[("n", &shown.lines.len()), ("all", &say::whole(l, i64::from(shown.counts.all))), ("at", &shown.at)]))
                }
            }
            (pages(l, shown.earlier.as_deref(), shown.later.as_deref()))
            p.small { a href="/route" { (l.t("route.link")) } @if shown.keeps_replies { " · " a href="/replies" { (l.t("replies.title")) } } }
            p.small.muted.keys {
                kbd { "J" } "/" kbd { "K" } " " (l.t("inbox.key-move")) " · " kbd { "Enter" } " " (l.t("inbox.key-open"))
                " · " kbd { "X" } " " (l.t("inbox.key-tick")) " · " kbd { "A" } " " (l.t("inbox.key-act")) " · " kbd { "/" } " " (l.t("nav.find"))
            }
        },
    )
}

fn said(l: Lang, asked: &Asked) -> Option<Markup> {
    let n = i64::from(asked.n.unwrap_or(0));
    let (tone, words) = match asked.said.as_str() {
        "taken" => (Tone::Done, l.n("inbox.taken", n, &[])),
        "gone" => (Tone::Soon, l.n("inbox.gone", n, &[])),
        "none" => (Tone::Soon, l.t("inbox.none-free").to_owned()),
        "moved-on" => (Tone::Done, l.t("inbox.moved-on").to_owned()),
        "nothing" => (Tone::Soon, l.t("inbox.nothing").to_owned()),
        _ => return None,
    };
    Some(note(tone, &html! { p { (words) } }))
}

/// Whose work and how urgent: links with counts, not a form, so that each has an address.
fn tabs(l: Lang, shown: &Shown) -> Markup {
    let counts = &shown.counts;
    let tabs = [
        ("", l.t("inbox.all"), counts.all),
        ("mine", l.t("inbox.mine"), counts.mine),
        ("free", l.t("inbox.free"), counts.free),
        ("late", l.t("inbox.late"), counts.late),
        ("today", l.t("inbox.today"), counts.late + counts.today),
    ];
    html! {
        nav.tabs aria-label=(l.t("inbox.show")) {
            ul {
                @for (show, words, count) in tabs {
                    li { a href=(shown.asked.showing(show)) aria-current=[(shown.asked.show == show).then_some("true")] {
                        (words) " " span.num.count.late[show == "late" && count > 0] { (say::whole(l, i64::from(count))) }
                    } }
                }
            }
        }
    }
}

fn filters(l: Lang, shown: &Shown) -> Markup {
    let asked = &shown.asked;
    html! {
        form.filters action="/inbox" {
            @if !asked.show.is_empty() { input type="hidden" name="show" value=(asked.show); }
            label { (l.t("inbox.service")) (options("service", &asked.service, &shown.services, l.t("inbox.every"))) }
            @if !shown.units.is_empty() {
                label { (l.t("inbox.unit")) (options("unit", &asked.unit, &shown.units, l.t("inbox.every"))) }
            }
            label { (l.t("inbox.rows"))
                select name="most" {
                    @for most in [50, 100, 200] { option value=(most) selected[asked.most == Some(most)] { (most) } }
                }
            }
            button.btn.quiet type="submit" { (l.t("inbox.filter")) }
        }
    }
}

fn options(name: &str, value: &str, pairs: &[(String, String)], first: &str) -> Markup {
    html! {
        select name=(name) {
            option value="" { (first) }
            @for (code, words) in pairs { option value=(code) selected[code == value] { (words) } }
        }
    }
}

fn carried(asked: &Asked) -> Markup {
    let most = asked.most.map(|m| m.to_string()).unwrap_or_default();
    html! {
        @for (name, value) in [("show", &asked.show), ("service", &asked.service), ("unit", &asked.unit), ("most", &most)] {
            @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
        }
    }
}

fn table(l: Lang, shown: &Shown) -> Markup {
    html! {
        form method="post" action="/inbox/claim" {
            (carried(&shown.asked))
            div.wrap-table role="region" aria-label=(l.t("nav.inbox")) tabindex="0" {
                table.folds.work {
                    caption.hidden-words { (l.t("nav.inbox")) }
                    thead { tr {
                        th scope="col" { (l.t("inbox.left")) }
                        th scope="col" { (l.t("inbox.case")) }
                        th scope="col" { (l.t("inbox.step")) }
                        th scope="col" { (l.t("inbox.unit")) }
                        th scope="col" { (l.t("inbox.applicant")) }
                        th scope="col" { (l.t("slip.code")) }
                    } }
                    tbody { @for line in &shown.lines { (row(l, line)) } }
                }
            }
            p.acts {
                @if shown.lines.iter().any(|line| line.free) { button.btn type="submit" { (l.t("inbox.claim")) } }
                button.btn type="submit" formaction="/inbox/bulk" { (l.t("bulk.open")) }
            }
        }
    }
}

fn row(l: Lang, line: &Line) -> Markup {
    html! {
        tr data-row data-key-row=(line.place) {
            td {
                span.take {
                    label.tick { input type="checkbox" name="take" value=(line.place) data-tick; span.hidden-words { (l.f("inbox.take", &[("code", &line.code)])) } }
                    input type="hidden" name="seen" value={ (line.place) "@" (line.version) };
                    (clock_tag(l, &line.face))
                }
            }
            th scope="row" {
                a href={ "/cases/" (line.code) } data-open data-act { b { (line.title) } }
                @if line.service != line.title { br; span.small.muted { (line.service) } }
            }
            td {
                (line.step)
                @if line.mine { br; span.small.held { (l.t("inbox.held-mine")) } }
                @else if let Some(holder) = &line.holder { br; span.small.muted { (l.f("inbox.held-by", &[("name", holder)])) } }
            }
            td { (line.unit) }
            td.nowrap.nobody[line.applicant.is_none()] { @match &line.applicant { Some(name) => (name), None => span aria-hidden="true" { "—" } } }
            td.small.muted { span.code { (line.code) } }
        }
    }
}

/// A case found.
pub struct Found {
    /// The workbench, or the public page where that is all one may see.
    pub link: String,
    pub code: String,
    pub title: String,
    pub service: String,
    pub unit: String,
    pub state: String,
    pub face: Face,
    pub opened: String,
}

/// `words` as typed; `found` is `None` before anything was asked.
pub fn find(frame: &Frame, words: &str, found: Option<&[Found]>) -> Markup {
    let l = frame.lang;
    page(
        frame,
        l.t("find.title"),
        html! {
            h1 { (l.t("find.title")) }
            form.search action="/find" role="search" {
                input type="search" name="q" value=(words) aria-label=(l.t("find.label")) placeholder=(l.t("find.example")) autocomplete="off" data-key="search";
                button type="submit" { (l.t("home.search-go")) }
            }
            @match found {
                None => p.muted.space { (l.t("find.says")) },
                Some([]) => div.space { (empty(&l.f("find.none", &[("words", &words)]), &html! { p { (l.t("find.none-todo")) } })) },
                Some(found) => {
                    p.small.muted.space { (l.n("find.count", i64::try_from(found.len()).unwrap_or(i64::MAX), &[])) }
                    div.wrap-table role="region" aria-label=(l.t("find.title")) tabindex="0" {
                        table.folds.work {
                            caption.hidden-words { (l.t("find.title")) }
                            thead { tr {
                                th scope="col" { (l.t("inbox.left")) }
                                th scope="col" { (l.t("inbox.case")) }
                                th scope="col" { (l.t("case.state")) }
                                th scope="col" { (l.t("inbox.unit")) }
                                th scope="col" { (l.t("find.opened")) }
                                th scope="col" { (l.t("slip.code")) }
                            } }
                            tbody { @for one in found {
                                tr data-row {
                                    td { (clock_tag(l, &one.face)) }
                                    th scope="row" {
                                        a href=(one.link) data-open { b { (one.title) } }
                                        @if one.service != one.title { br; span.small.muted { (one.service) } }
                                    }
                                    td { (one.state) }
                                    td { (one.unit) }
                                    td.nowrap { (one.opened) }
                                    td.small.muted { span.code { (one.code) } }
                                }
                            } }
                        }
                    }
                }
            }
        },
    )
}

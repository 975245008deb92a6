//! How an application looks, page by page: one group of questions a page, progress, save and resume, documents,
//! review, send. Which page comes next is `service::walk`'s answer.

use maud::{Markup, html};
use service::definition::{Document, Field};
use service::field::FieldProblem;
use store::{DraftFile, KeptPaper};

use crate::hall::ShownEntry;
use crate::resident::filling;
use crate::say;
use crate::text::Lang;
use crate::ui::form::{self, Sheet};
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::ui::{Frame, page};

/// Where a person stands on the way.
pub struct Way<'a> {
    pub service_name: &'a str,
    /// `/apply/land.transfer/0198…`: the draft's own address.
    pub address: &'a str,
    /// 1-based; documents and review count.
    pub page: usize,
    pub of: usize,
    pub back: Option<String>,
    /// The form's key.
    pub key: &'a str,
    /// `đến 23/12/2026`
    pub kept_until: String,
}

fn head(l: Lang, way: &Way<'_>, title: &str, problems: &[FieldProblem]) -> Markup {
    html! {
        p.small.muted.flush { (way.service_name) }
        ol.steps aria-hidden="true" {
            @for i in 1..=way.of { li.past[i < way.page].here[i == way.page] {} }
        }
        p.small.muted { (l.f("apply.progress", &[("page", &way.page), ("of", &way.of)])) }
        h1 { (title) }
        (form::errors(l, problems))
    }
}

fn foot(l: Lang, way: &Way<'_>, go: &str) -> Markup {
    html! {
        p.acts {
            button.btn.go type="submit" name="_go" value="next" { (go) }
            @if let Some(back) = &way.back { a.btn.quiet href=(back) { (l.t("apply.back")) } }
            button.btn.quiet type="submit" name="_go" value="later" formnovalidate { (l.t("apply.later")) }
        }
        p.small.muted { (l.f("apply.kept", &[("until", &way.kept_until)])) }
    }
}

/// Before the first question: what is needed, how long, how much, and as whom one asks.
pub struct Start<'a> {
    pub service: &'a str,
    pub name: &'a str,
    pub how_long: String,
    /// Names of papers that are always needed.
    pub papers: Vec<&'a str>,
    /// Code and words; one alone is not asked.
    pub who: Vec<(String, String)>,
    /// The service is taken on this way.
    pub online: bool,
    /// What is said about the identity it asks for.
    pub identity: Markup,
    /// It is not begun online without that identity.
    pub closed: bool,
}

pub fn start(frame: &Frame, shown: &Start<'_>) -> Markup {
    let l = frame.lang;
    let service = format!("/services/{}", shown.service);
    page(
        &frame.narrow(),
        shown.name,
        html! {
            (crumbs(l, &[("/", l.t("nav.home")), (service.as_str(), shown.name)]))
            h1 { (shown.name) }
            dl.facts {
                dt { (l.t("service.how-long")) } dd { b { (shown.how_long) } }
                dt { (l.t("service.what-needed")) }
                dd { @if shown.papers.is_empty() { (l.t("service.no-papers")) } @else { ul.plain { @for paper in &shown.papers { li { (paper) } } } } }
            }
            @if shown.online {
                p.muted { (l.t("apply.start-says")) }
                (shown.identity)
                @if !shown.closed { form method="post" {
                    @if shown.who.len() > 1 {
                        fieldset.field {
                            legend { (l.t("apply.as")) }
                            div.picks { @for (i, (code, words)) in shown.who.iter().enumerate() { label.pick { input type="radio" name="_as" value=(code) checked[i == 0]; span { (words) } } } }
                        }
                    }
                    p.acts { button.btn.go type="submit" { (l.t("apply.begin")) } }
                } }
            } @else { (note(Tone::Soon, &html! { p { (l.t("apply.not-online")) } })) }
        },
    )
}

pub struct Questions<'a> {
    pub way: Way<'a>,
    pub title: &'a str,
    pub help: &'a str,
    pub sheet: Sheet<'a>,
    pub fields: &'a [Field],
    pub shown: Vec<&'a Field>,
    /// On a repeating page: may another row be added, may this one be removed?
    pub can_add: Option<String>,
    pub can_remove: Option<String>,
    /// Numbers that the demonstration's registers know, where this page asks one of them.
    pub entries: Vec<&'a ShownEntry>,
}

pub fn questions(frame: &Frame, shown: &Questions<'_>) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        &format!("{} · {}", shown.title, shown.way.service_name),
        html! {
            (head(l, &shown.way, shown.title, shown.sheet.problems))
            @if !shown.help.is_empty() { p.muted { (shown.help) } }
            @if !shown.entries.is_empty() {
                (note(Tone::Soon, &html! {
                    p { (l.t("apply.demonstration")) }
                    ul.plain { @for entry in &shown.entries { li { b { (entry.key) } ": " (entry.says) } } }
                }))
            }
            form method="post" enctype="multipart/form-data" data-answers=[form::asked_elsewhere(&shown.sheet, shown.fields)] {
                // Enter in a field goes on; it never removes a row.
                button.hidden-words type="submit" name="_go" value="next" tabindex="-1" aria-hidden="true" { (l.t("apply.next")) }
                (form::fields(&shown.sheet, shown.fields, &shown.shown))
                @if let Some(what) = &shown.can_add { p.flush { button.btn type="submit" name="_go" value="add" { "+ " (l.f("apply.add-row", &[("what", what)])) } } }
                @if let Some(what) = &shown.can_remove { p.flush { button.btn.quiet type="submit" name="_go" value="remove" formnovalidate { (l.f("apply.remove-row", &[("what", what)])) } } }
                (foot(l, &shown.way, l.t("apply.next")))
            }
        },
    )
}

/// A page of the way with a body of its own.
pub fn plain(
    frame: &Frame,
    way: &Way<'_>,
    title: &str,
    problems: &[FieldProblem],
    body: &Markup,
) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        &format!("{title} · {}", way.service_name),
        html! {
            (head(l, way, title, problems))
            form method="post" {
                button.hidden-words type="submit" name="_go" value="next" tabindex="-1" aria-hidden="true" { (l.t("apply.next")) }
                (body)
                (foot(l, way, l.t("apply.next")))
            }
        },
    )
}

pub struct Papers<'a> {
    pub way: Way<'a>,
    pub sheet: Sheet<'a>,
    pub papers: Vec<AskedPaper<'a>>,
}

pub struct AskedPaper<'a> {
    pub document: &'a Document,
    /// By these answers.
    pub required: bool,
    /// Files that are there already.
    pub kept: Vec<&'a DraftFile>,
    /// Of the person's own store, and whether it is of the kind that is asked for.
    pub offered: Vec<(&'a KeptPaper, bool)>,
}

pub fn papers(frame: &Frame, shown: &Papers<'_>) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        &format!("{} · {}", l.t("apply.papers"), shown.way.service_name),
        html! {
            (head(l, &shown.way, l.t("apply.papers"), shown.sheet.problems))
            p.muted { (l.t("apply.papers-says")) }
            form method="post" enctype="multipart/form-data" {
                @for paper in &shown.papers {
                    (form::document(&shown.sheet, paper.document, paper.required, paper.kept.len()))
                    (filling::kept(l, shown.way.key, &paper.kept))
                    (offered(l, paper))
                }
                (foot(l, &shown.way, l.t("apply.next")))
            }
        },
    )
}

/// Papers of the person's own store, to be used again: those of the right kind stand open, the others are folded.
fn offered(l: Lang, paper: &AskedPaper<'_>) -> Markup {
    let tick = |kept: &KeptPaper, fits: bool| {
        html! {
            label.pick {
                input type="checkbox" name="_reuse" value={ (paper.document.code) "/" (kept.id) };
                span { (kept.title)
                    @if !kept.number.is_empty() { " · " (kept.number) }
                    @if let Some(day) = kept.issued { " · " (day.strftime("%d/%m/%Y").to_string()) }
                    @if fits { " " (tag(Tone::Done, l.t("kept.fits"))) } }
            }
        }
    };
    let (right, other): (Vec<_>, Vec<_>) = paper.offered.iter().partition(|(_, fits)| *fits);
    html! {
        @if !right.is_empty() {
            fieldset.field {
                legend { (l.t("kept.reuse")) span.hidden-words { ": " (paper.document.label.get(l.code())) } }
                @for (kept, _) in right { (tick(kept, true)) }
            }
        }
        @if !other.is_empty() {
            details.more {
                summary { (l.t("kept.reuse")) span.hidden-words { ": " (paper.document.label.get(l.code())) } " (" (other.len()) ")" }
                @for (kept, _) in other { (tick(kept, false)) }
            }
        }
    }
}

/// A group of answers on the review page and where to change them.
pub struct Section {
    pub title: String,
    pub change: String,
    /// Label and answer in words.
    pub answers: Vec<(String, String)>,
}

pub struct Review<'a> {
    pub way: Way<'a>,
    pub sections: Vec<Section>,
    pub problems: &'a [FieldProblem],
    /// Where each problem can be mended, in the same order.
    pub mend: Vec<String>,
    /// What does not fit together and blocks nothing: sentence and where to look again.
    pub doubts: Vec<(String, String)>,
    /// Label and whole đồng.
    pub fees: Vec<(String, i64)>,
    pub receiver: String,
    /// `10 ngày làm việc kể từ khi tiếp nhận`
    pub how_long: String,
    /// What the city said to the last try.
    pub refused: Option<String>,
}

pub fn review(frame: &Frame, shown: &Review<'_>) -> Markup {
    let l = frame.lang;
    let total: i64 = shown.fees.iter().map(|f| f.1).sum();
    page(
        &frame.narrow(),
        &format!("{} · {}", l.t("apply.review"), shown.way.service_name),
        html! {
            (head(l, &shown.way, l.t("apply.review"), &[]))
            @if !shown.problems.is_empty() {
                div.errors role="alert" tabindex="-1" autofocus {
                    h2 { (l.n("form.errors", i64::try_from(shown.problems.len()).unwrap_or(i64::MAX), &[])) }
                    ul { @for (problem, to) in shown.problems.iter().zip(&shown.mend) { li { a href=(to) { (problem.says(l.code())) } } } }
                }
            }
            @if !shown.doubts.is_empty() {
                (note(Tone::Soon, &html! { ul.plain { @for (says, to) in &shown.doubts { li { (says) ". " a href=(to) { (l.t("apply.change")) } } } } }))
            }
            @if let Some(refused) = &shown.refused { div role="alert" { (note(Tone::Late, &html! { p { (refused) } })) } }
            @for section in &shown.sections {
                section {
                    h2 { (section.title) }
                    dl.facts { @for (label, answer) in &section.answers { dt { (label) } dd { (answer) } } }
                    p { a href=(section.change) { (l.t("apply.change")) span.hidden-words { " " (section.title) } } }
                }
            }
            section {
                h2 { (l.t("service.how-much")) }
                @if shown.fees.is_empty() { p { (l.t("service.free")) } }
                @else {
                    dl.facts {
                        @for (label, dong) in &shown.fees { dt { (label) } dd.num { (say::money(l, *dong)) } }
                        dt { b { (l.t("apply.total")) } } dd.num { b { (say::money(l, total)) } }
                    }
                }
            }
            section.card.mark-river {
                h2 { (l.t("report.receiver")) }
                p.flush { b { (shown.receiver) } br; (l.t("service.how-long")) ": " b { (shown.how_long) } }
            }
            form method="post" {
                label.pick { input type="checkbox" name="_true" value="yes" aria-required="true"; span { (l.t("apply.truth")) } }
                p.acts {
                    button.btn.go type="submit" name="_go" value="send" { (l.t("apply.send")) }
                    @if let Some(back) = &shown.way.back { a.btn.quiet href=(back) { (l.t("apply.back")) } }
                    button.btn.quiet type="submit" name="_go" value="later" formnovalidate { (l.t("apply.later")) }
                }
            }
        },
    )
}

/// Put aside: how to come back.
pub fn put_aside(frame: &Frame, way: &Way<'_>) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        l.t("apply.aside"),
        html! {
            h1 { (l.t("apply.aside")) }
            p { (l.f("apply.kept", &[("until", &way.kept_until)])) }
            (note(Tone::Run, &html! { p { (l.t("apply.aside-says")) br; a.break href=(way.address) { (way.address) } } }))
        },
    )
}

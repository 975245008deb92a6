//! How a report looks: photo and words, the questions of its kind, the page to check before it is sent.
//! Loading and sending: `reporting`.

use maud::{Markup, html};
use service::definition::{Field, Publish};
use store::DraftFile;

use crate::following::words::seen_too;
use crate::resident::filling;
use crate::text::Lang;
use crate::ui::form::{self, Sheet};
use crate::ui::icon::{Icon, icon};
use crate::ui::layout::encode;
use crate::ui::parts::{Tone, crumbs, note};
use crate::ui::{Frame, page};

/// A kind of report to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindOf {
    pub service: String,
    pub name: String,
    pub summary: String,
}

/// The first page: a photo and words; the kind is guessed from them.
pub struct Begin<'a> {
    pub key: &'a str,
    pub words: &'a str,
    pub kept: Vec<&'a DraftFile>,
    /// What is wrong, with the control it belongs to.
    pub problems: &'a [service::field::FieldProblem],
    /// The words led to no kind: the person chooses.
    pub unguessed: bool,
    pub kinds: Vec<KindOf>,
    /// Of the place.
    pub sheet: Sheet<'a>,
    /// Nothing of it is on the server yet.
    pub fresh: bool,
}

pub fn begin(frame: &Frame, shown: &Begin<'_>) -> Markup {
    let l = frame.lang;
    let wrong = |code: &str| shown.problems.iter().find(|p| p.field == code);
    page(
        &frame.narrow(),
        l.t("report.title"),
        html! {
            (crumbs(l, &[("/", l.t("nav.home"))]))
            h1 { (l.t("report.title")) }
            p.muted { (l.t("report.intro")) }
            (form::errors(l, shown.problems))
            @if shown.unguessed { (note(Tone::Soon, &html! { p { (l.t("report.unguessed")) } })) }
            (queued(l))
            form method="post" action="/report" enctype="multipart/form-data" data-draft="report" data-fresh[shown.fresh] {
                p.note.done data-draft-restored hidden { (l.t("report.restored")) }
                input type="hidden" name="_key" value=(shown.key);
                (filling::kept(l, shown.key, &shown.kept))
                div class=(if wrong("photos").is_some() { "field wrong" } else { "field" }) {
                    label for="f-photos" { (l.t("report.photo")) " " span.optional { (l.t("form.optional")) } }
                    p.help #photos-help { (l.t("form.help-photos")) }
                    @if let Some(problem) = wrong("photos") { p.says { (problem.says(l.code())) } }
                    div.upload { (icon(Icon::Camera)) input type="file" id="f-photos" name="photos" accept="image/jpeg,image/png,image/webp" multiple aria-describedby="photos-help"; }
                }
                div class=(if wrong("what").is_some() { "field wrong" } else { "field" }) {
                    label for="f-what" { (l.t("report.words")) }
                    p.help #what-help { (l.t("report.words-says")) }
                    @if let Some(problem) = wrong("what") { p.says { (problem.says(l.code())) } }
                    textarea id="f-what" name="what" rows="4" maxlength="4000" aria-required="true" aria-describedby="what-help" { (shown.words) }
                }
                fieldset.field #f-where {
                    legend { (l.t("report.where")) }
                    (form::place(&shown.sheet, "where"))
                }
                (without_network(l))
                p.acts { button.btn.go type="submit" { (l.t("report.continue")) } }
                p.small.muted.space { (icon(Icon::Info)) " " (l.t("report.emergency")) }
            }
            section {
                h2 { (l.t("report.or-choose")) }
                ul.list.links-list {
                    @for kind in &shown.kinds {
                        li { a href=(to(&kind.service, shown.unguessed.then_some(shown.key))) { b { (kind.name) } span { (kind.summary) } } }
                    }
                }
            }
        },
    )
}

/// The map to tap, for a place field. Folded: it is loaded when somebody opens it.
pub fn map(l: Lang) -> Markup {
    html! {
        details.more data-map="/open/areas.json" data-label=(l.t("place.map-label")) data-point=(l.t("place.map-point")) data-area=(l.t("place.map-area")) data-outside=(l.t("place.map-outside")) data-failed=(l.t("place.map-failed")) hidden {
            summary { (icon(Icon::Pin)) " " (l.t("place.map")) }
            p.small.muted { (l.t("place.map-says")) }
            div.tap-room data-map-room {}
            p.map-do {
                button.btn type="button" data-map-do="in" { (l.t("place.map-in")) }
                button.btn type="button" data-map-do="out" { (l.t("place.map-out")) }
                button.btn type="button" data-map-do="middle" { (l.t("place.map-middle")) }
            }
            p.small data-map-says aria-live="polite" {}
        }
    }
}

/// Where the form went that was sent without a network.
fn queued(l: Lang) -> Markup {
    html! {
        div data-queued tabindex="-1" hidden {
            (note(Tone::Run, &html! { h2.plain { (l.t("offline.queued")) } p { (l.t("offline.queued-says")) } }))
            p.acts { a.btn href="/report" { (l.t("offline.another")) } }
        }
    }
}

/// What is asked on the last page otherwise; shown while there is no network.
fn without_network(l: Lang) -> Markup {
    html! {
        div data-offline hidden {
            (note(Tone::Soon, &html! { p { (l.t("offline.now")) } }))
            label.pick { input type="checkbox" name="_public" value="yes" checked; span { (l.t("report.show-yes")) span { (l.t("report.show-says")) } } }
        }
    }
}

fn to(service: &str, key: Option<&str>) -> String {
    match key {
        Some(key) => format!("/report/{service}?draft={key}"),
        None => format!("/report/{service}"),
    }
}

/// The form of one kind: photo, words and place first, then its own questions.
pub struct Form<'a> {
    pub key: &'a str,
    pub service: &'a str,
    pub name: &'a str,
    pub summary: &'a str,
    pub sheet: Sheet<'a>,
    pub fields: &'a [Field],
    pub shown: Vec<&'a Field>,
    pub kept: Vec<&'a DraftFile>,
    /// The kind was guessed from the words: say so, and offer the next best.
    pub guessed: bool,
    pub others: Vec<KindOf>,
    /// Nothing of it is on the server yet.
    pub fresh: bool,
    /// Communes that the point may lie in, where the person must say which.
    pub border: Vec<(String, String)>,
    /// The commune near which a photo was taken, where no point was given.
    pub photo_place: Option<String>,
}

pub fn form(frame: &Frame, shown: &Form<'_>) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        shown.name,
        html! {
            (crumbs(l, &[("/", l.t("nav.home")), ("/report", l.t("report.title"))]))
            h1 { (shown.name) }
            p.muted { (shown.summary) }
            (form::errors(l, shown.sheet.problems))
            (queued(l))
            form method="post" action={ "/report/" (shown.service) } enctype="multipart/form-data" data-draft="report" data-fresh[shown.fresh] data-answers=[form::asked_elsewhere(&shown.sheet, shown.fields)] {
                p.note.done data-draft-restored hidden { (l.t("report.restored")) }
                input type="hidden" name="_key" value=(shown.key);
                input type="hidden" name="_service" value=(shown.service);
                // Enter in a field means "go on", not "another kind".
                button.hidden-words type="submit" name="_go" value="check" tabindex="-1" aria-hidden="true" { (l.t("report.check")) }
                (border(l, &shown.border))
                (kinds(l, shown))
                (filling::kept(l, shown.key, &shown.kept))
                @if let Some(place) = &shown.photo_place {
                    section.card {
                        h2 { (l.t("report.photo-place")) }
                        p { (l.f("report.photo-place-says", &[("area", place)])) }
                        p.flush { button.btn type="submit" name="_go" value="place" formnovalidate { (l.t("report.photo-place-use")) } }
                    }
                }
                (form::fields(&shown.sheet, shown.fields, &shown.shown))
                (without_network(l))
                p.small.muted { (icon(Icon::Info)) " " (l.t("report.hidden-name")) }
                p.acts { button.btn.go type="submit" name="_go" value="check" { (l.t("report.check")) } }
            }
        },
    )
}

fn border(l: Lang, communes: &[(String, String)]) -> Markup {
    html! {
        @if !communes.is_empty() {
            section.card.mark-soon role="alert" {
                h2 { (l.t("report.border")) }
                p { (l.t("report.border-says")) }
                p.acts.flush { @for (code, name) in communes { button.btn type="submit" name="_area" value=(code) { (name) } } }
            }
        }
    }
}

fn kinds(l: Lang, shown: &Form<'_>) -> Markup {
    html! {
        details.more {
            summary { (l.t("report.other-kind")) }
            @if shown.guessed { p.small.muted { (l.t("report.kind-says")) } }
            div.picks {
                @for (i, kind) in shown.others.iter().enumerate() {
                    @if !shown.guessed || i < 3 { (kind_pick(kind, shown.service)) }
                }
            }
            @if shown.guessed && shown.others.len() > 3 {
                details.more {
                    summary { (l.t("report.all-kinds")) }
                    @for kind in shown.others.iter().skip(3) { (kind_pick(kind, shown.service)) }
                }
            }
            p { button.btn.quiet type="submit" name="_go" value="kind" formnovalidate { (l.t("report.kind-changed")) } }
        }
    }
}

fn kind_pick(kind: &KindOf, chosen: &str) -> Markup {
    html! {
        label.pick {
            input type="radio" name="_kind" value=(kind.service) checked[kind.service == chosen];
            span { (kind.name) @if !kind.summary.is_empty() { span { (kind.summary) } } }
        }
    }
}

/// A similar report close by.
pub struct Near {
    pub code: String,
    pub title: String,
    /// `60 m · 2 ngày trước`
    pub under: String,
    /// How many have said that they see the same.
    pub too: u32,
}

/// Everything once more, with who will get it and by when.
pub struct Check<'a> {
    pub key: &'a str,
    pub name: &'a str,
    pub service: &'a str,
    /// Label and answer in words.
    pub answers: Vec<(String, String)>,
    pub kept: Vec<&'a DraftFile>,
    pub receiver: String,
    /// Who looks at it first, where that is another.
    pub first: Option<String>,
    pub by_when: Option<String>,
    pub near: Vec<Near>,
    /// The commune near which a photo was taken, where no point was given.
    pub photo_place: Option<String>,
    /// No point on the map: it goes by its commune.
    pub without_point: bool,
    /// When anybody may see it, where the sender agrees.
    pub publish: Publish,
    /// The visitor is signed in and may send without the account.
    pub signed_in: bool,
    /// What the city said to the last try.
    pub refused: Option<String>,
}

/// Followed by one tap instead of being reported again.
fn near_line(l: Lang, near: &Near) -> Markup {
    html! {
        li {
            a href={ "/open/reports/" (encode(&near.code)) } { b { (near.title) } span { (near.under) @if near.too > 0 { " · " (seen_too(l, near.too)) } } }
            form method="post" action={ "/follow/too/" (encode(&near.code)) } {
                input type="hidden" name="from" value="report";
                button.btn type="submit" { (l.t("follow.too")) span.hidden-words { ": " (near.title) } }
            }
        }
    }
}

pub fn check(frame: &Frame, shown: &Check<'_>) -> Markup {
    let l = frame.lang;
    let change = format!("/report/{}?draft={}", shown.service, shown.key);
    page(
        &frame.narrow(),
        l.t("report.confirm"),
        html! {
            (crumbs(l, &[("/", l.t("nav.home")), (change.as_str(), shown.name)]))
            h1 { (l.t("report.confirm")) }
            @if let Some(refused) = &shown.refused { div role="alert" { (note(Tone::Late, &html! { p { (refused) } })) } }
            section.card.mark-river {
                h2 { (l.t("report.receiver")) }
                p { b { (shown.receiver) } }
                @if let Some(first) = &shown.first { p.small.muted { (l.f("report.first", &[("unit", first)])) } }
                @if let Some(at) = &shown.by_when { p.flush { (l.t("report.by-when")) " " b { (at) } } }
            }
            @if !shown.near.is_empty() {
                section.card.mark-soon {
                    h2 { (l.n("report.near", i64::try_from(shown.near.len()).unwrap_or(i64::MAX), &[])) }
                    p.small.muted { (l.t("report.near-says")) }
                    ul.list.links-list {
                        @for near in &shown.near { (near_line(l, near)) }
                    }
                }
            }
            (queued(l))
            form method="post" action={ "/report/check/" (shown.key) } data-wait {
                input type="hidden" name="_key" value=(shown.key);
                button.hidden-words type="submit" name="_go" value="send" tabindex="-1" aria-hidden="true" { (l.t("report.send")) }
                @if let Some(place) = &shown.photo_place {
                    section.card {
                        h2 { (l.t("report.photo-place")) }
                        p { (l.f("report.photo-place-says", &[("area", place)])) }
                        p { button.btn type="submit" name="_go" value="place" formnovalidate { (l.t("report.photo-place-use")) } }
                    }
                }
                section {
                    h2 { (shown.name) }
                    dl.facts { @for (label, answer) in &shown.answers { dt { (label) } dd { (answer) } } }
                    @if !shown.kept.is_empty() {
                        ul.photos { @for file in &shown.kept { li { img src={ "/draft/" (shown.key) "/" (file.hash) } alt=(file.name) width="96" height="96"; } } }
                    }
                    @if shown.without_point { p.small.muted { (icon(Icon::Pin)) " " (l.t("report.without-point")) } }
                    p { a href=(change) { (l.t("report.change")) } }
                }
                fieldset.field {
                    legend { (l.t("report.show")) }
                    @match shown.publish {
                        Publish::Never => p.flush { (l.t("report.show-never")) },
                        Publish::AtOnce => label.pick { input type="checkbox" name="_public" value="yes" checked; span { (l.t("report.show-yes")) span { (l.t("report.show-says")) } } },
                        Publish::AfterReview => label.pick { input type="checkbox" name="_public" value="yes" checked; span { (l.t("report.show-yes")) span { (l.t("report.show-says")) " " (l.t("report.show-review")) } } },
                    }
                    @if shown.signed_in { label.pick { input type="checkbox" name="_nameless" value="yes"; span { (l.t("report.nameless")) } } }
                }
                p.acts {
                    button.btn.go type="submit" name="_go" value="send" { (l.t("report.send")) }
                    a.btn.quiet href=(change) { (l.t("apply.back")) }
                }
            }
        },
    )
}

//! Small parts: tags that say a word with their colour, notes, figures, tables, empty states, slips.

use maud::{Markup, PreEscaped, html};

use service::definition::Kind;

use crate::text::Lang;

/// What a colour means. There is no other use of red, amber and green.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Late,
    Soon,
    Run,
    Stopped,
    Done,
    Plain,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Late => "late",
            Tone::Soon => "soon",
            Tone::Run => "run",
            Tone::Stopped => "stopped",
            Tone::Done => "done",
            Tone::Plain => "plain",
        }
    }
}

pub fn tag(tone: Tone, words: &str) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (words) } }
}

pub fn note(tone: Tone, body: &Markup) -> Markup {
    html! { div class={ "note " (tone.class()) } { (body) } }
}

/// The one primary button of a page is `go`; all others are plain or quiet.
pub fn link_button(to: &str, words: &str, class: &str) -> Markup {
    html! { a class={ "btn " (class) } href=(to) { (words) } }
}

/// One number with its name, and a drawing under it where there is one.
pub struct Figure {
    pub name: String,
    pub value: String,
    pub bad: bool,
    pub link: Option<String>,
    pub drawing: Option<Markup>,
}

pub fn figures(figures: &[Figure]) -> Markup {
    html! {
        dl.figures {
            @for figure in figures {
                div {
                    dt { (figure.name) }
                    dd.bad[figure.bad] {
                        @match &figure.link {
                            Some(to) => a href=(to) { (figure.value) },
                            None => (figure.value),
                        }
                        @if let Some(drawing) = &figure.drawing { (drawing) }
                    }
                }
            }
        }
    }
}

/// Nothing to show: says so and what to do instead.
pub fn empty(words: &str, todo: &Markup) -> Markup {
    html! { div.empty { p { (words) } (todo) } }
}

pub fn crumbs(lang: Lang, steps: &[(&str, &str)]) -> Markup {
    html! {
        nav aria-label=(lang.t("nav.crumbs")) {
            ol.crumbs { @for (to, words) in steps { li { a href=(to) { (words) } } } }
        }
    }
}

/// A heading of a column; `number` columns stand right.
pub struct Column<'a> {
    pub words: &'a str,
    pub number: bool,
}

/// A table that scrolls by itself on a narrow screen and can be reached by keyboard. The first cell
/// of each row names the row.
pub fn table(caption: &str, columns: &[Column<'_>], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.wrap-table role="region" aria-label=(caption) tabindex="0" {
            table.folds {
                caption.hidden-words { (caption) }
                thead { tr { @for column in columns { th.num[column.number] scope="col" { (column.words) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (i, cell) in row.iter().enumerate() {
                                @if i == 0 { th scope="row" { (cell) } }
                                @else { td.num[columns.get(i).is_some_and(|c| c.number)] data-label=(columns.get(i).map_or("", |c| c.words)) { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Earlier and later pages of a list.
pub fn pages(lang: Lang, earlier: Option<&str>, later: Option<&str>) -> Markup {
    html! {
        @if earlier.is_some() || later.is_some() {
            nav.pages aria-label=(lang.t("nav.pages")) {
                @if let Some(to) = earlier { a.btn.quiet href=(to) rel="prev" { "← " (lang.t("nav.previous")) } } @else { span {} }
                @if let Some(to) = later { a.btn.quiet href=(to) rel="next" { (lang.t("nav.next")) " →" } }
            }
        }
    }
}

/// What a code is the code of: a report is no dossier.
pub fn code_word(l: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::Report => l.t("slip.report-code"),
        _ => l.t("slip.code"),
    }
}

/// A code to read aloud (`what` it is the code of), with its QR drawn by `papers` (an `<svg>` element made by us, not by people).
pub fn slip(what: &str, code: &str, qr_svg: Option<&str>, qr_says: &str) -> Markup {
    html! {
        div.slip {
            @if let Some(svg) = qr_svg {
                div.qr role="img" aria-label=(qr_says) { (PreEscaped(svg)) }
            }
            p.small.muted.flush { (what) }
            p.code { (code) }
        }
    }
}

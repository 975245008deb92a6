//! Papers that a case has handed out, as a list beside it: what each is, its number and day, whether it still
//! holds, and the file.

use maud::{Markup, html};
use rules::case::Case;
use store::PaperRow;

use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::parts::{Tone, tag};

/// For whom the list is drawn.
#[derive(Debug, Clone, Copy)]
pub enum For<'a> {
    /// Prints them at the counter, and sees the way of the dossier; a head may take one back.
    Official { heads: bool },
    /// Holds the case by account or by the key of their link.
    Sender(Option<&'a str>),
}

/// The list; empty where no paper was called for and nobody could print one.
///
/// # Errors
/// Where the memory does not answer.
pub async fn of(hall: &Hall, l: Lang, case: &Case, whom: For<'_>) -> Result<Markup, Failure> {
    let rows = hall.reader().papers(case.id).await?;
    let official = matches!(whom, For::Official { .. });
    let heads = matches!(whom, For::Official { heads: true });
    let procedure = case.kind == service::definition::Kind::Procedure;
    if rows.is_empty() && !(official && procedure) {
        return Ok(html! {});
    }
    let key = match whom {
        For::Sender(Some(key)) => format!("?key={}", encode(key)),
        For::Sender(None) | For::Official { .. } => String::new(),
    };
    let code = &case.code;
    Ok(html! {
        section.papers aria-labelledby="handed-out" {
            h3 #handed-out { (l.t("papers.title")) }
            @if rows.is_empty() { p.small.muted { (l.t("papers.none")) } }
            ul.list.flush { @for row in &rows { li { (one(l, code, row, &key, official, heads)) } } }
            @if official && procedure {
                p.small { a href={ "/cases/" (code) "/control.pdf" } target="_blank" { (l.t("papers.control")) } }
            }
        }
    })
}

fn one(l: Lang, code: &str, row: &PaperRow, key: &str, official: bool, heads: bool) -> Markup {
    let address = format!("/cases/{code}/papers/{}", row.check);
    html! {
        @match row.file() {
            Some(_) => { a href={ (address) (key) } target="_blank" { b { (row.title) } } }
            None => { b { (row.title) } }
        }
        br;
        span.small.muted { (l.t("papers.number")) " " (row.numbered()) " · " (say::date(row.planned)) }
        " " (state(l, row))
        @if official && row.file().is_some() && row.revoked.is_none() && two_copies(&row.call.template) {
            br; a.small href={ (address) "/copies" } target="_blank" { (l.t("papers.copies")) }
        }
        @if row.file().is_some() { br; span.small { a href={ "/verify/" (actions::papers::check_shown(&row.check)) } { (l.t("papers.verify")) } @if heads && row.revoked.is_none() { " · " a href={ (address) "/revoke" } { (l.t("papers.revoke")) } } } }
    }
}

/// Receipt and slips go home in one copy and into the dossier in another (TT 01/2018/TT-VPCP, mẫu 01).
pub(super) fn two_copies(template: &str) -> bool {
    matches!(template, "form-01" | "form-02" | "form-03")
}

/// Being printed, signed, revoked; nothing is said of one that simply holds.
pub fn state(l: Lang, row: &PaperRow) -> Markup {
    html! {
        @if row.revoked.is_some() { (tag(Tone::Late, l.t("papers.revoked"))) }
        @else if row.signed.is_some() { (tag(Tone::Done, l.t("papers.signed"))) }
        @else if row.made.is_none() { (tag(Tone::Soon, l.t("papers.printing"))) }
    }
}

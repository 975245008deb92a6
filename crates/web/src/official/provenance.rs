//! For whoever handles a case: who acted for whom, and which answers are proven by an account or a register and which
//! are only declared. Masked where the reader does not handle the case.

use maud::{Markup, html};
use rules::ids::CaseId;
use rules::standing::Party;
use service::Definition;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::resident::applying::origin_words;
use crate::text::Lang;
use crate::ui::parts::{Tone, tag};

/// The panel; empty where the applicant acted for themselves and typed everything.
///
/// # Errors
/// Where the memory does not answer.
pub async fn panel(
    hall: &Hall,
    l: Lang,
    case: CaseId,
    definition: &Definition,
    whole: bool,
) -> Result<Markup, Failure> {
    let standing = hall.reader().standing(case).await?;
    let origins = hall.reader().origins(case).await?;
    let files = hall.reader().attachment_origins(case).await?;
    let reused = files.iter().filter(|file| file.from_store).count();
    let label = |path: &str| {
        let code = path.rsplit('/').next().unwrap_or(path);
        let mut fields = definition.form.iter().flat_map(|page| &page.fields);
        let field = fields.find(|field| field.code == code);
        field.map_or_else(
            || code.to_owned(),
            |field| field.label.get(l.code()).to_owned(),
        )
    };
    Ok(html! {
        @if let Some(standing) = &standing {
            section.card {
                h2 { (l.t("standing.title")) }
                dl.facts {
                    dt { (l.t("standing.acting")) } dd { (party(l, &standing.acting, whole)) }
                    dt { (l.t("standing.owner")) } dd { (party(l, &standing.owner, whole)) }
                    @if !standing.relation.is_empty() { dt { (l.t("standing.relation")) } dd { (standing.relation) } }
                    dt { (l.t("standing.with-paper")) }
                    dd { @match &standing.paper {
                        Some(code) => (definition.documents.iter().find(|d| &d.code == code).map_or(code.as_str(), |d| d.label.get(l.code()))),
                        None => (l.t("standing.no-paper")),
                    } }
                }
            }
        }
        @if !origins.is_empty() || reused > 0 {
            details.more {
                summary { (l.t("origin.title")) }
                ul.list {
                    @for (path, origin) in &origins { li {
                        b { (label(path)) } " "
                        @if origin.declared.is_none() { (tag(Tone::Done, l.t("origin.proven"))) } @else { (tag(Tone::Soon, l.t("origin.declared"))) }
                        br; span.small.muted { (origin_words(l, origin)) }
                    } }
                    @if reused > 0 { li { (l.n("origin.reused", i64::try_from(reused).unwrap_or(i64::MAX), &[])) } }
                }
            }
        }
    })
}

fn party(l: Lang, party: &Party, whole: bool) -> Markup {
    let hidden = |number: &str| {
        let signs: Vec<char> = number.chars().collect();
        let last: String = signs.iter().skip(signs.len().saturating_sub(4)).collect();
        format!("{}{last}", "•".repeat(signs.len().saturating_sub(4)))
    };
    html! {
        @if whole { (party.name) } @else { (names::masked(&party.name)) }
        @if !party.number.is_empty() { " · " @if whole { (party.number) } @else { (hidden(&party.number)) } }
        br; span.small.muted { @if party.proven { (l.t("standing.proven")) } @else { (l.t("standing.declared")) } }
    }
}

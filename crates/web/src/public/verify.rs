//! Is the city's record of a case still what it was? Shows the fingerprint of its last entry, the seal
//! over it, and says whether a fingerprint from somebody's receipt is in the record. Tells nothing else
//! about the case.

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::Moment;
use rules::case::Case;
use serde::Deserialize;
use store::Receipt;

use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::ui::page;
use crate::ui::parts::{Tone, note};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    code: String,
    /// From a receipt: of an entry or of a seal.
    hash: String,
}

enum Found {
    NoCase,
    /// Not sealed yet.
    Waiting,
    /// Sealed, and nothing was compared.
    Sealed,
    Same,
    Other,
    /// The entry does not lead to its seal.
    Altered,
}

/// `GET /verify?code=…&hash=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let code = actions::code::typed(&asked.code);
    let hash: String = asked
        .hash
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    let case = match code.is_empty() {
        true => None,
        false => hall.reader().track(&code).await?,
    };
    let receipt = match &case {
        Some(case) => hall.reader().receipt(case.id, case.version).await?,
        None => None,
    };
    let found = match (&case, &receipt) {
        _ if code.is_empty() => None,
        (None, _) => Some(Found::NoCase),
        (Some(_), None) => Some(Found::Waiting),
        (Some(case), Some(last)) => Some(compared(&hall, case, last, &hash).await?),
    };
    Ok(page(
        &visit.frame().narrow(),
        l.t("verify.title"),
        html! {
            h1 { (l.t("verify.title")) }
            p { (l.t("verify.says")) }
            form action="/verify" {
                div.field { label for="code" { (l.t("slip.code")) } input #code type="text" name="code" value=(asked.code) autocomplete="off" spellcheck="false" required; }
                div.field {
                    label for="hash" { (l.t("verify.hash")) " " span.optional { (l.t("form.optional")) } }
                    p.help #hash-help { (l.t("verify.hash-says")) }
                    input #hash type="text" name="hash" value=(asked.hash) autocomplete="off" spellcheck="false" aria-describedby="hash-help";
                }
                p.acts { button.btn.go type="submit" { (l.t("verify.go")) } }
            }
            @if let Some(found) = &found { div.space role="status" { (answer(&visit, found)) } }
            @if let Some(receipt) = &receipt { (shown(&visit, receipt)) }
        },
    ))
}

/// Whether the typed fingerprint is one of the case's entries or of a seal over them, and all hold.
async fn compared(hall: &Hall, case: &Case, last: &Receipt, hash: &str) -> Result<Found, Failure> {
    if !last.holds() {
        return Ok(Found::Altered);
    }
    if hash.is_empty() {
        return Ok(Found::Sealed);
    }
    if matches(last, hash) {
        return Ok(Found::Same);
    }
    for version in (1..case.version).rev() {
        let Some(receipt) = hall.reader().receipt(case.id, version).await? else {
            continue;
        };
        if !receipt.holds() {
            return Ok(Found::Altered);
        }
        if matches(&receipt, hash) {
            return Ok(Found::Same);
        }
    }
    Ok(Found::Other)
}

fn matches(receipt: &Receipt, hash: &str) -> bool {
    let seal = &receipt.seal;
    [receipt.entry.event_hash, seal.root, seal.hash]
        .iter()
        .any(|known| hex::encode(known) == hash)
}

fn answer(visit: &Visit, found: &Found) -> Markup {
    let (tone, word) = match found {
        Found::NoCase => (Tone::Late, "no-case"),
        Found::Waiting => (Tone::Soon, "waiting"),
        Found::Sealed => (Tone::Run, "sealed"),
        Found::Same => (Tone::Done, "same"),
        Found::Other => (Tone::Late, "other"),
        Found::Altered => (Tone::Late, "altered"),
    };
    note(
        tone,
        &html! { p { (visit.lang.of("verified", word, &[])) } },
    )
}

fn shown(visit: &Visit, receipt: &Receipt) -> Markup {
    let l = visit.lang;
    let sealed = Moment::from_microsecond(receipt.seal.at).unwrap_or_default();
    html! {
        dl.facts {
            dt { (l.t("verify.entries")) } dd { (receipt.entry.version) }
            dt { (l.t("verify.entry")) } dd { code.long { (hex::encode(receipt.entry.event_hash)) } }
            dt { (l.t("verify.height")) } dd { (say::whole(l, receipt.seal.height)) " · " (say::moment(l, sealed)) }
            dt { (l.t("verify.root")) } dd { code.long { (hex::encode(receipt.seal.root)) } }
            dt { (l.t("verify.seal")) } dd { code.long { (hex::encode(receipt.seal.hash)) } }
        }
    }
}

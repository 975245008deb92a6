//! `/verify/{code}`: where the QR code of a paper leads. Says which paper it is, its number, day and issuer,
//! whether it holds or was revoked, and the fingerprint of its file; and compares a file with it. Never a name,
//! never what the paper says: whoever found it in the street learns nothing of its owner.

use actions::papers::{check_shown, check_typed};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use store::PaperRow;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::official::posted::Posted;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

/// What a file that was brought turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Same,
    /// As it was before it was signed.
    Unsigned,
    Other,
    /// The form came without one.
    Nothing,
}

/// `GET /verify/{code}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    show(&hall, &visit, &code, None).await
}

/// `POST /verify/{code}`: the file is read for its fingerprint and forgotten.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let brought = posted.files.first();
    let hash = brought.map(|file| hex::encode(Sha256::digest(&file.bytes)));
    show(&hall, &visit, &code, Some(hash)).await
}

async fn show(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    brought: Option<Option<String>>,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let check = check_typed(code);
    let row = hall.reader().paper_by_check(&check).await?;
    let Some(row) = row.filter(|row| row.made.is_some()) else {
        let body = none(visit, &check_shown(&check));
        return Ok((StatusCode::NOT_FOUND, body).into_response());
    };
    let compared = brought.map(|hash| compare(&row, hash.as_deref()));
    let issuer = names::unit(&hall.law(), &row.issuer);
    let body = page(
        &visit.frame().narrow(),
        l.t("verify-paper.title"),
        html! {
            (crumbs(l, &[("/", l.t("nav.home"))]))
            h1 { (l.t("verify-paper.title")) }
            (verdict(l, &row))
            @if let Some(compared) = compared { div role="status" { (outcome(l, compared)) } }
            dl.facts {
                dt { (l.t("verify-paper.kind")) } dd { b { (row.title) } }
                dt { (l.t("papers.number")) } dd { (row.numbered()) }
                dt { (l.t("verify-paper.day")) } dd { (say::date(row.planned)) }
                dt { (l.t("verify-paper.issuer")) } dd { (issuer) }
                dt { (l.t("verify-paper.code")) } dd { span.code { (check_shown(&row.check)) } }
                @if let Some(hash) = row.file() { dt { (l.t("verify-paper.hash")) } dd { code.long { (hash) } } }
            }
            section.card aria-labelledby="compare" {
                h2 #compare { (l.t("verify-paper.compare")) }
                form method="post" action={ "/verify/" (check_shown(&row.check)) } enctype="multipart/form-data" {
                    div.field {
                        label for="file" { (l.t("verify-paper.file")) }
                        p.help #file-help { (l.t("verify-paper.file-says")) }
                        div.upload { input #file type="file" name="file" accept="application/pdf,.pdf" aria-describedby="file-help" required; }
                    }
                    p.acts { button.btn.go type="submit" { (l.t("verify-paper.go")) } }
                }
            }
            p.small.muted { (l.t("verify-paper.says")) }
        },
    );
    Ok(body.into_response())
}

fn compare(row: &PaperRow, hash: Option<&str>) -> Compared {
    let made = row.made.as_ref().map(|made| made.hash.as_str());
    match hash {
        None => Compared::Nothing,
        Some(_) if hash == row.file().map(String::as_str) => Compared::Same,
        Some(_) if hash == made => Compared::Unsigned,
        Some(_) => Compared::Other,
    }
}

fn verdict(l: Lang, row: &PaperRow) -> Markup {
    match &row.revoked {
        Some(revoked) => note(
            Tone::Late,
            &html! {
                p { b { (l.f("verify-paper.revoked", &[("at", &say::moment(l, revoked.at))])) } }
                @if !revoked.why.is_empty() { p { (revoked.why) } }
            },
        ),
        None => note(
            Tone::Done,
            &html! { p { b { (l.t("verify-paper.holds")) } " " (if row.signed.is_some() { l.t("verify-paper.signed") } else { l.t("verify-paper.unsigned") }) } },
        ),
    }
}

fn outcome(l: Lang, compared: Compared) -> Markup {
    let (tone, member) = match compared {
        Compared::Same => (Tone::Done, "same"),
        Compared::Unsigned => (Tone::Soon, "unsigned"),
        Compared::Other => (Tone::Late, "other"),
        Compared::Nothing => (Tone::Soon, "nothing"),
    };
    note(tone, &html! { p { (l.of("compared", member, &[])) } })
}

fn none(visit: &Visit, code: &str) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("verify-paper.title"),
        html! {
            (crumbs(l, &[("/", l.t("nav.home"))]))
            h1 { (l.t("verify-paper.title")) }
            (note(Tone::Late, &html! { p { (l.f("verify-paper.none", &[("code", &code)])) } }))
            p { (l.t("verify-paper.none-says")) }
            p { a href="/verify" { (l.t("verify-paper.other")) } }
        },
    )
}

//! `/verify/{code}`: where the QR code of a paper leads. Says which paper it is, its number, day and issuer,
//! whether it holds or was revoked, whose digital signatures its file bears and what they are worth; and does the same
//! for a file that is brought. Never the name of its owner, never what it says: whoever found it learns nothing of them.

use actions::papers::{check_shown, check_typed};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use papers::signature::check::{Signature, Trust, Unjudged, Verdict, check};
use store::PaperRow;

use super::file;
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::names;
use crate::official::posted::Posted;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note, tag};
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

/// A file that was brought: its fingerprint, and what its signatures are worth.
struct Brought {
    hash: String,
    signatures: Result<Vec<Signature>, Unjudged>,
}

/// `POST /verify/{code}`: the file is read and forgotten.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let brought = match posted.files.first() {
        Some(file) => Some(Brought {
            hash: store::content_hash(&file.bytes),
            signatures: judged(&hall, file.bytes.clone()).await?,
        }),
        None => None,
    };
    show(&hall, &visit, &code, Some(brought)).await
}

async fn show(
    hall: &Hall,
    visit: &Visit,
    code: &str,
    brought: Option<Option<Brought>>,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let check = check_typed(code);
    let row = hall.reader().paper_by_check(&check).await?;
    let Some(row) = row.filter(|row| row.made.is_some()) else {
        let body = none(visit, &check_shown(&check));
        return Ok((StatusCode::NOT_FOUND, body).into_response());
    };
    let compared = brought.as_ref().map(|file| {
        let hash = file.as_ref().map(|file| file.hash.as_str());
        compare(&row, hash)
    });
    let signatures = match &row.signed {
        Some(_) => Some(judged(hall, file::bytes(hall, &row).await?.to_vec()).await?),
        None => None,
    };
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
            @if let Some(signatures) = &signatures { (signed(l, "signed", l.t("verify-paper.signatures"), signatures)) }
            @if let Some(Some(brought)) = &brought { (signed(l, "brought", l.t("verify-paper.signatures-brought"), &brought.signatures)) }
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

/// What the signatures of a file are worth, by those whose word the city takes.
async fn judged(hall: &Hall, bytes: Vec<u8>) -> Result<Result<Vec<Signature>, Unjudged>, Failure> {
    let trusted = hall.parties().trusted.clone();
    let judged = tokio::task::spawn_blocking(move || {
        let trust = Trust::of(trusted.iter().map(Vec::as_slice));
        check(&bytes, &trust)
    });
    judged.await.map_err(Failure::fault)
}

fn signed(l: Lang, id: &str, title: &str, found: &Result<Vec<Signature>, Unjudged>) -> Markup {
    html! {
        section.card aria-labelledby=(id) {
            h2 id=(id) { (title) }
            @match found {
                Err(Unjudged::NoPdf) => p { (l.t("signature.no-pdf")) },
                Err(Unjudged::Encrypted) => p { (l.t("signature.encrypted")) },
                Ok(none) if none.is_empty() => p { (l.t("signature.none")) },
                Ok(signatures) => ol.list.flush { @for one in signatures { li { (signature(l, one)) } } },
            }
        }
    }
}

fn signature(l: Lang, one: &Signature) -> Markup {
    let (tone, member) = match one.verdict {
        Verdict::Valid => (Tone::Done, "valid"),
        Verdict::UnknownIssuer => (Tone::Soon, "unknown-issuer"),
        Verdict::OutOfTime => (Tone::Late, "out-of-time"),
        Verdict::Altered => (Tone::Late, "altered"),
        Verdict::Extended => (Tone::Late, "extended"),
        Verdict::BadRange => (Tone::Late, "bad-range"),
        Verdict::Unreadable => (Tone::Late, "unreadable"),
    };
    html! {
        @match &one.signer {
            Some(told) => { b { (told.name) } @if let Some(unit) = &told.organisation { ", " (unit) } },
            None => b { (l.t("signature.nobody")) },
        }
        " " (tag(tone, &l.of("signature", member, &[])))
        p.small.muted {
            @if let Some(at) = one.at { (l.f("verify-paper.signed-at", &[("at", &say::moment(l, at))])) }
            @if let Some(told) = &one.signer {
                " · " (l.f("verify-paper.vouched", &[("issuer", &told.issuer), ("serial", &told.serial)]))
            }
        }
    }
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

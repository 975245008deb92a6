//! My papers (kho dữ liệu của tôi): what the city issued to me, what I photographed myself, and whom I let see one.

use actions::ActionError;
use actions::kept::{Described, MOST_SHARED_DAYS};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::ids::{NoteId, PersonId};
use store::{KeptPaper, Share, Trust};

use super::{me, room};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::files::served;
use crate::official::posted::Posted;
use crate::redirect;
use crate::resident::filling::{photo_word, told};
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, note, tag};
use crate::visit::Visit;

/// What stands in the form of a new paper.
#[derive(Default)]
struct Typed {
    title: String,
    number: String,
    issuer: String,
    issued: String,
    expires: String,
    wrong: Option<String>,
}

/// `GET /account/papers`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    draw(&hall, &visit, &Typed::default(), None).await
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    typed: &Typed,
    code: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, id) = (visit.lang, me(visit)?);
    let papers = hall.reader().papers_of(id).await?;
    let shares = hall.reader().shares_of(id, 50).await?;
    let now = hall.now();
    let open = |share: &&Share| share.ended.is_none() && share.expires > now;
    let body = html! {
        p { (l.t("kept.says")) }
        @if let Some(code) = code {
            div role="status" { (note(Tone::Done, &html! {
                p { (l.t("kept.shared-now")) br; a.break href={ "/shared/" (code) } { (hall.link(&format!("/shared/{code}"))) } }
            })) }
        }
        @if papers.is_empty() { (empty(l.t("kept.none"), &html! {})) }
        @for paper in &papers {
            article.card {
                h2 { (paper.title) }
                p.flush { (trust(l, paper.trust)) }
                dl.facts { @for (name, value) in facts(l, paper) { dt { (name) } dd { (value) } } }
                p.acts {
                    a.btn href={ "/account/papers/" (paper.id) } { (l.t("kept.open")) span.hidden-words { " " (paper.title) } }
                }
                details.more {
                    summary { (l.t("kept.more")) span.hidden-words { " " (paper.title) } }
                    form method="post" action={ "/account/papers/" (paper.id) "/share" } {
                        div.field {
                            label for={ "days-" (paper.id) } { (l.f("kept.days", &[("most", &MOST_SHARED_DAYS)])) }
                            input.shorter id={ "days-" (paper.id) } name="days" value="7" inputmode="numeric";
                        }
                        p.flush { button.btn type="submit" { (l.t("kept.share")) } }
                    }
                    form method="post" action={ "/account/papers/" (paper.id) "/remove" } {
                        p.flush { button.btn.quiet type="submit" { (l.t("kept.remove")) span.hidden-words { " " (paper.title) } } }
                        p.small.muted { (l.t("kept.remove-says")) }
                    }
                }
            }
        }
        @if shares.iter().any(|share| open(&share)) {
            section aria-labelledby="shares" {
                h2 #shares { (l.t("kept.shares")) }
                ul.list { @for share in shares.iter().filter(open) { li {
                    b { (papers.iter().find(|paper| paper.id == share.paper).map_or("", |paper| paper.title.as_str())) } br;
                    span.small.muted { (l.f("kept.share-line", &[("hint", &share.hint), ("until", &say::moment(l, share.expires)), ("n", &share.opened)])) }
                    form method="post" action="/account/shares/end" {
                        input type="hidden" name="hint" value=(share.hint);
                        p.flush { button.btn type="submit" { (l.t("kept.end-share")) span.hidden-words { " …" (share.hint) } } }
                    }
                } } }
            }
        }
        section aria-labelledby="add" {
            h2 #add { (l.t("kept.add")) }
            @if let Some(wrong) = &typed.wrong { div.errors role="alert" tabindex="-1" autofocus { p.flush { (wrong) } } }
            form method="post" enctype="multipart/form-data" {
                (line("title", l.t("kept.title"), &typed.title, None))
                (line("number", l.t("kept.number"), &typed.number, Some(l.t("form.optional"))))
                (line("issuer", l.t("kept.issuer"), &typed.issuer, Some(l.t("form.optional"))))
                (day("issued", l.t("kept.issued"), &typed.issued, l.t("form.optional")))
                (day("expires", l.t("kept.expires"), &typed.expires, l.t("form.optional")))
                div.field {
                    label for="paper" { (l.t("kept.file")) }
                    p.help id="paper-help" { (l.t("kept.file-says")) }
                    div.upload { input type="file" id="paper" name="paper" accept=".pdf,.jpg,.jpeg,.png,.webp" aria-describedby="paper-help"; }
                }
                p.acts { button.btn.go type="submit" { (l.t("kept.keep")) } }
            }
        }
    };
    Ok(room(
        &visit.frame(),
        "/account/papers",
        l.t("account.papers"),
        &body,
    ))
}

fn line(name: &str, label: &str, value: &str, optional: Option<&str>) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) @if let Some(words) = optional { " " span.optional { (words) } } }
            input id=(name) name=(name) value=(value) maxlength="200" autocomplete="off";
        }
    }
}

fn day(name: &str, label: &str, value: &str, optional: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) " " span.optional { (optional) } }
            input.shorter id=(name) name=(name) type="date" value=(value);
        }
    }
}

pub fn trust(l: Lang, trust: Trust) -> Markup {
    match trust {
        Trust::Issued => tag(Tone::Done, l.t("kept.trust-issued")),
        Trust::Accepted => tag(Tone::Run, l.t("kept.trust-accepted")),
        Trust::Picture => tag(Tone::Plain, l.t("kept.trust-picture")),
    }
}

fn facts(l: Lang, paper: &KeptPaper) -> Vec<(&'static str, String)> {
    let date = |day: Date| day.strftime("%d/%m/%Y").to_string();
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let all = [
        (l.t("kept.number"), text(&paper.number)),
        (l.t("kept.issuer"), text(&paper.issuer)),
        (l.t("kept.issued"), paper.issued.map(date)),
        (l.t("kept.expires"), paper.expires.map(date)),
        (l.t("kept.code"), paper.code.clone()),
        (l.t("kept.kept-on"), Some(say::date(paper.at))),
    ];
    let known = all.into_iter();
    known
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// `POST /account/papers`
pub async fn add(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let (l, owner) = (visit.lang, me(&visit)?);
    let clean = |name: &str| -> String {
        let text = posted.get(name).trim();
        text.chars().filter(|c| !c.is_control()).take(200).collect()
    };
    let mut typed = Typed {
        title: clean("title"),
        number: clean("number"),
        issuer: clean("issuer"),
        issued: clean("issued"),
        expires: clean("expires"),
        wrong: None,
    };
    let date = |text: &str| match text {
        "" => Ok(None),
        text => text.parse::<Date>().map(Some),
    };
    let dates = (date(&typed.issued), date(&typed.expires));
    let file = posted.files.into_iter().next();
    let wrong = match (&dates, &file) {
        _ if typed.title.is_empty() => Some(l.t("kept.title-missing").to_owned()),
        ((Err(_), _) | (_, Err(_)), _) => Some(l.t("kept.date-wrong").to_owned()),
        ((Ok(Some(from)), Ok(Some(to))), _) if to < from => Some(l.t("kept.date-order").to_owned()),
        (_, None) => Some(l.t("kept.file-missing").to_owned()),
        _ => None,
    };
    if let (None, (Ok(issued), Ok(expires)), Some(file)) = (&wrong, dates, file) {
        let described = Described {
            title: typed.title.clone(),
            number: typed.number.clone(),
            issuer: typed.issuer.clone(),
            issued,
            expires,
        };
        match hall.city().keep_own_paper(owner, described, file).await {
            Ok(_) => return Ok(redirect::to("/account/papers").into_response()),
            Err(ActionError::Photo { name, problem }) => {
                let says = told(&name, photo_word(problem));
                typed.wrong = Some(says.get(l.code()).to_owned());
            }
            Err(ActionError::TooMany { .. }) => {
                typed.wrong = Some(l.t("kept.full").to_owned());
            }
            Err(other) => return Err(other.into()),
        }
    } else {
        typed.wrong = wrong;
    }
    let page = draw(&hall, &visit, &typed, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// A paper of mine by the id in an address.
async fn mine(hall: &Hall, owner: PersonId, id: &str) -> Result<KeptPaper, Failure> {
    let id: NoteId = id.parse().map_err(|_| Failure::NotFound)?;
    let paper = hall.reader().paper_of(owner, id).await?;
    paper.ok_or(Failure::NotFound)
}

/// `GET /account/papers/{id}`: the file.
pub async fn file(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let paper = mine(&hall, me(&visit)?, &id).await?;
    served(&hall, &paper.hash, &paper.title).await
}

/// `POST /account/papers/{id}/remove`
pub async fn remove(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let owner = me(&visit)?;
    let paper = mine(&hall, owner, &id).await?;
    hall.city().remove_paper(owner, paper.id).await?;
    Ok(redirect::to("/account/papers").into_response())
}

/// `POST /account/papers/{id}/share`: the code is shown on this answer alone.
pub async fn share(
    State(hall): State<Hall>,
    visit: Visit,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Markup, Failure> {
    let owner = me(&visit)?;
    let paper = mine(&hall, owner, &id).await?;
    let days = posted.number("days").unwrap_or(7);
    let code = hall.city().share_paper(owner, paper.id, days).await?;
    draw(&hall, &visit, &Typed::default(), Some(&code)).await
}

/// `POST /account/shares/end`
pub async fn end(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    hall.city()
        .end_share(me(&visit)?, posted.get("hint"))
        .await?;
    Ok(redirect::to("/account/papers").into_response())
}

/// `GET /shared/{code}`: what the bearer of the code sees: the paper, not its owner's account.
pub async fn shared(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let paper = hall.city().open_share(&code).await?;
    let paper = paper.ok_or(Failure::NotFound)?;
    let l = visit.lang;
    Ok(page(
        &visit.frame().narrow(),
        &paper.title,
        html! {
            h1 { (paper.title) }
            p { (trust(l, paper.trust)) }
            @if paper.trust == Trust::Picture { (note(Tone::Soon, &html! { p { (l.t("kept.picture-says")) } })) }
            dl.facts { @for (name, value) in facts(l, &paper) { dt { (name) } dd { (value) } } }
            p.small.muted.break { "SHA-256 " (paper.hash) }
            p.acts { a.btn.go href={ "/shared/" (code) "/file" } { (l.t("kept.open")) } }
        },
    ))
}

/// `GET /shared/{code}/file`
pub async fn shared_file(
    State(hall): State<Hall>,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let hash = actions::secret::token_hash(&code);
    let paper = hall.reader().shared_paper(&hash, hall.now()).await?;
    let paper = paper.ok_or(Failure::NotFound)?;
    let mut answer = served(&hall, &paper.hash, &paper.title).await?;
    // Once the share ends nothing of it may stay behind.
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

//! The accountant's page: what banks told and nobody could place, money on its way back, statements to be
//! imported. Everything here is for whoever keeps the accounts.

use actions::ActionError;
use actions::money::BankTold;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use links::payment::statement::{self, Flaw, Mapping};
use maud::{Markup, html};
use rules::case::Refusal;
use store::{AccountLine, BankLine, BankState};

use crate::error::{Failure, refusal_words};
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, empty, note, table, tag};
use crate::visit::Visit;

use super::till::columns;

/// Lines shown at once; the oldest first, so that none is forgotten.
const MOST: u32 = 200;
/// Rows of one statement.
const MOST_ROWS: usize = 20_000;
/// Flaws of a statement that are told one by one.
const MOST_FLAWS: usize = 30;
/// Under which the city remembers how statements of its banks are laid out: name of the file → its text.
pub const MAPPINGS: &str = "statement-mappings";

/// What was just done, or why not.
#[derive(Default)]
struct Said {
    done: Option<Markup>,
    wrong: Option<String>,
    /// Of which line, and what was typed there.
    line: Option<(String, String)>,
    pairs: Vec<(String, String)>,
}

impl Said {
    fn is_of(&self, line: &BankLine) -> bool {
        let of = self.line.as_ref();
        of.is_some_and(|(source, number)| *source == line.source && *number == line.number)
    }
}

/// `GET /payments`
pub async fn get(State(hall): State<Hall>, visit: Visit) -> Result<Markup, Failure> {
    draw(&hall, &visit, &Said::default()).await
}

/// `POST /payments/{what}`
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path(what): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    if what == "import" {
        return import(&hall, &visit, &posted).await;
    }
    let line = (
        posted.get("source").to_owned(),
        posted.get("number").to_owned(),
    );
    let note = Some(posted.get("note").trim().to_owned()).filter(|note| !note.is_empty());
    let done = match what.as_str() {
        "assign" => {
            let code = actions::code::typed(posted.get("code"));
            let assigned = hall.city();
            let assigned = assigned.assign_bank_line(&visit.person, line.clone(), code, note);
            assigned.await.map(drop)
        }
        "return" => {
            let returned = hall.city();
            returned
                .return_bank_line(&visit.person, line.clone(), note)
                .await
        }
        _ => return Err(Failure::NotFound),
    };
    let wrong = match done {
        Ok(()) => return Ok(redirect::to("/payments").into_response()),
        Err(ActionError::Refused(refusal)) if refusal != Refusal::NotYours => {
            refusal_words(l, &refusal)
        }
        Err(ActionError::NotFound) => l.f("payments.no-case", &[("code", &posted.get("code"))]),
        Err(other) => return Err(other.into()),
    };
    let said = Said {
        wrong: Some(wrong),
        line: Some(line),
        pairs: posted.pairs,
        ..Said::default()
    };
    let page = draw(&hall, &visit, &said).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn mappings(hall: &Hall) -> Result<Vec<Mapping>, Failure> {
    let kept: Option<String> = hall.reader().value(MAPPINGS).await?;
    let texts: Vec<String> = match kept {
        Some(kept) => serde_json::from_str(&kept).map_err(Failure::fault)?,
        None => Vec::new(),
    };
    let read = texts
        .iter()
        .map(|text| Mapping::read(text).map_err(Failure::fault));
    read.collect()
}

/// The page with the reason on top.
async fn refuse(hall: &Hall, visit: &Visit, says: String) -> Result<Response, Failure> {
    let said = Said {
        wrong: Some(says),
        ..Said::default()
    };
    let page = draw(hall, visit, &said).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Each row is booked by itself: a row that cannot be booked keeps no other from it, and the whole file can be
/// sent again.
async fn import(hall: &Hall, visit: &Visit, posted: &Posted) -> Result<Response, Failure> {
    let l = visit.lang;
    let Some(file) = posted.files.first() else {
        return refuse(hall, visit, l.t("payments.no-file").to_owned()).await;
    };
    let mappings = mappings(hall).await?;
    let mapping = mappings
        .iter()
        .find(|known| known.source == posted.get("mapping"));
    let Some(mapping) = mapping else {
        return refuse(hall, visit, l.t("payments.no-mapping").to_owned()).await;
    };
    let read = match statement::read(mapping, &file.bytes) {
        Ok(read) => read,
        Err(flaw) => return refuse(hall, visit, flaw_words(l, &flaw)).await,
    };
    if read.lines.len() > MOST_ROWS {
        let most = say::whole(l, count(MOST_ROWS));
        let says = l.f("payments.too-many", &[("most", &most)]);
        return refuse(hall, visit, says).await;
    }
    let (mut booked, mut open, mut again) = (0, 0, 0);
    for line in read.lines {
        let told = hall.city().bank_told(BankTold {
            source: mapping.source.clone(),
            number: line.number,
            at: line.at,
            amount: line.amount,
            account: line.account,
            words: line.words,
        });
        match told.await? {
            told if told.again => again += 1,
            told if told.line.state == BankState::Open => open += 1,
            _ => booked += 1,
        }
    }
    let counts = [
        (l.t("payments.booked"), booked),
        (l.t("payments.open-now"), open),
        (l.t("payments.again"), again),
        (l.t("payments.outgoing"), count(read.outgoing)),
    ];
    let said = Said {
        done: Some(html! {
            p { b { (l.f("payments.imported", &[("file", &file.name)])) } }
            ul { @for (words, n) in counts { li { (words) ": " b.num { (say::whole(l, n)) } } } }
            @if !read.flaws.is_empty() {
                p { (l.n("payments.flaws", count(read.flaws.len()), &[])) }
                ul { @for flaw in read.flaws.iter().take(MOST_FLAWS) { li { (flaw_words(l, flaw)) } } }
            }
        }),
        ..Said::default()
    };
    Ok(draw(hall, visit, &said).await?.into_response())
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What is wrong with a statement, and where.
pub fn flaw_words(l: Lang, flaw: &Flaw) -> String {
    match flaw {
        Flaw::NotText => l.of("statement-flaw", "not-text", &[]),
        Flaw::NoColumn { name } => l.of("statement-flaw", "no-column", &[("name", name)]),
        Flaw::NoNumber { line } => l.of("statement-flaw", "no-number", &[("line", line)]),
        Flaw::Ragged { line } => l.of("statement-flaw", "ragged", &[("line", line)]),
        Flaw::NoDate { line, text } => l.of(
            "statement-flaw",
            "no-date",
            &[("line", line), ("text", text)],
        ),
        Flaw::NoAmount { line, text } => l.of(
            "statement-flaw",
            "no-amount",
            &[("line", line), ("text", text)],
        ),
    }
}

async fn draw(hall: &Hall, visit: &Visit, said: &Said) -> Result<Markup, Failure> {
    let (l, reader) = (visit.lang, hall.reader());
    let open = reader.open_bank_lines(MOST).await?;
    let back = reader.money_back(MOST).await?;
    let settled = reader.settled_bank_lines(30).await?;
    let mappings = mappings(hall).await?;
    // Beside its line, unless a colleague has settled that one meanwhile.
    let beside = open.iter().any(|line| said.is_of(line));
    let full = open.len() == MOST as usize;
    Ok(page(
        &visit.frame(),
        l.t("payments.title"),
        html! {
            h1 { (l.t("payments.title")) }
            p.muted { (l.t("payments.says")) }
            p { a href="/payments/settlement" { (l.t("settlement.title")) } }
            @if let Some(done) = &said.done { div role="status" { (note(Tone::Done, done)) } }
            @if let Some(wrong) = said.wrong.as_ref().filter(|_| !beside) { div role="alert" tabindex="-1" autofocus { (note(Tone::Late, &html! { p { (wrong) } })) } }
            section aria-labelledby="open" {
                h2 #open { (l.n("payments.open", count(open.len()), &[])) }
                @if full { p.small.muted { (l.t("payments.oldest")) } }
                @if open.is_empty() { (empty(l.t("payments.none"), &html! {})) }
                @for (n, line) in open.iter().enumerate() { (one(l, line, n, said)) }
            }
            section aria-labelledby="back" {
                h2 #back { (l.t("payments.back")) }
                @if back.is_empty() { p.muted { (l.t("payments.back-none")) } } @else { (returning(l, &back)) }
            }
            (upload(l, &mappings))
            section aria-labelledby="settled" {
                h2 #settled { (l.t("payments.settled")) }
                @if settled.is_empty() { p.muted { (l.t("payments.settled-none")) } } @else { (known(l, &settled)) }
            }
        },
    ))
}

fn why(l: Lang, line: &BankLine) -> String {
    let why = line.why.as_deref().filter(|why| !why.is_empty());
    why.map_or_else(String::new, |why| l.of("bank-why", why, &[]))
}

/// A line that nobody could place, with what may be done about it.
fn one(l: Lang, line: &BankLine, n: usize, said: &Said) -> Markup {
    let here = said.is_of(line);
    let was = |name: &str| {
        let pairs = said.pairs.iter().filter(|_| here);
        let mut pairs = pairs.filter(|(known, _)| known == name);
        pairs.next().map_or("", |(_, value)| value.as_str())
    };
    html! {
        form.card.mark-soon method="post" action="/payments/assign" {
            input type="hidden" name="source" value=(line.source);
            input type="hidden" name="number" value=(line.number);
            div.row.between { b.num { (say::money(l, line.amount)) } span.small.muted { (say::moment(l, line.at)) } }
            p.tight { q { (line.words) } }
            p.small.muted { (line.source) " · " span.code { (line.number) } " · " (line.account) }
            p { (tag(Tone::Soon, &why(l, line))) }
            @if let Some(wrong) = said.wrong.as_ref().filter(|_| here) { p.says role="alert" { (wrong) } }
            div.field { label for={ "code-" (n) } { (l.t("payments.code")) } input.short type="text" id={ "code-" (n) } name="code" autocomplete="off" value=(was("code")); }
            div.field { label for={ "note-" (n) } { (l.t("payments.note")) } input type="text" id={ "note-" (n) } name="note" maxlength="500" value=(was("note")); }
            div.ways {
                button.btn type="submit" { (l.t("payments.assign")) }
                button.btn.quiet type="submit" formaction="/payments/return" { (l.t("payments.return")) }
            }
        }
    }
}

fn returning(l: Lang, back: &[AccountLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = back
        .iter()
        .map(|line| {
            vec![
                html! { span.code { (line.code) } },
                html! { (line.title) },
                html! { (say::money(l, line.paid)) },
                html! { (say::money(l, line.surplus)) },
                html! { (say::money(l, line.going_back)) },
            ]
        })
        .collect();
    let columns = columns(&[
        (l.t("slip.code"), false),
        (l.t("till.service"), false),
        (l.t("money.paid"), true),
        (l.t("money.surplus"), true),
        (l.t("payments.going-back"), true),
    ]);
    table(l.t("payments.back"), &columns, &rows)
}

fn upload(l: Lang, mappings: &[Mapping]) -> Markup {
    html! {
        form.card method="post" action="/payments/import" enctype="multipart/form-data" {
            h2 { (l.t("payments.import")) }
            p.small.muted { (l.t("payments.import-says")) }
            div.field { label for="statement" { (l.t("payments.file")) } div.upload { input type="file" id="statement" name="statement" accept=".csv,text/csv,text/plain"; } }
            div.field { label for="mapping" { (l.t("payments.mapping")) } select id="mapping" name="mapping" {
                @for mapping in mappings { option value=(mapping.source) { (mapping.name) } }
            } }
            p.flush { button.btn type="submit" { (l.t("payments.import-send")) } }
        }
    }
}

fn known(l: Lang, settled: &[BankLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = settled
        .iter()
        .map(|line| {
            let (tone, word) = match line.state {
                BankState::Matched => (Tone::Done, "matched"),
                BankState::Assigned => (Tone::Done, "assigned"),
                BankState::Returned => (Tone::Stopped, "returned"),
                BankState::Open => (Tone::Soon, "open"),
            };
            vec![
                html! { (say::short(line.at)) },
                html! { span.code { (line.number) } },
                html! { (tag(tone, &l.of("bank-state", word, &[]))) " " span.small { (why(l, line)) } },
                html! { (line.note.as_deref().unwrap_or_default()) },
                html! { (say::money(l, line.amount)) },
            ]
        })
        .collect();
    let columns = columns(&[
        (l.t("money.when"), false),
        (l.t("payments.number"), false),
        (l.t("payments.state"), false),
        (l.t("payments.note"), false),
        (l.t("money.amount"), true),
    ]);
    table(l.t("payments.settled"), &columns, &rows)
}

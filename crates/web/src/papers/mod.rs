//! From a case to a paper of it: gathers what `papers::compose` prints, in Vietnamese whatever the visitor
//! reads, and says the addresses that stand on it. Who may have a paper is judged by the page or loop that asks.

pub mod book;
pub mod draft;
pub mod file;
pub mod list;
pub mod print;
pub mod revoke;
pub mod verify;
pub mod words;

use actions::papers::{Dossier, check_shown};
use axum::routing::get;
use jiff::civil::Date;
use papers::compose::{self, Numbered, Told};
use papers::{Component, Entry, Line, Paper};
use rules::case::money::{Claim, Money, Standing};
use rules::duty::Act;
use rules::paper::Call;
use service::definition::Document;
use service::expr::Scope;
use service::{Definition, fees};
use store::PaperRow;

use crate::door::{Doors, Duty};
use crate::error::Failure;
use crate::hall::Hall;
use crate::money::code;
use crate::money::words::{receipt_words, way_words};
use crate::say;
use crate::text::Lang;

/// A planned paper in its words, dated the day its number was given.
///
/// # Errors
/// Where the city has no calendar or does not know the service.
pub fn planned(hall: &Hall, dossier: &Dossier, row: &PaperRow) -> Result<Paper, Failure> {
    let day = hall.law().calendar()?.local(row.planned).0;
    let numbered = Numbered {
        issuer: row.issuer.clone(),
        number: row.numbered(),
        check: hall.link(&format!("/verify/{}", check_shown(&row.check))),
    };
    told(hall, dossier, |told| {
        compose::compose(&row.call, told, &numbered, day)
    })
}

/// A paper that signing would call for, with nothing of a number and said to be a draft.
///
/// # Errors
/// As [`planned`].
pub fn drafted(hall: &Hall, dossier: &Dossier, call: &Call) -> Result<Paper, Failure> {
    let numbered = Numbered {
        issuer: compose::issuer(call, &dossier.case, &dossier.events),
        ..Numbered::default()
    };
    let day = hall.today()?;
    let mut paper = told(hall, dossier, |told| {
        compose::compose(call, told, &numbered, day)
    })?;
    paper.demonstration = "DỰ THẢO – CHƯA KÝ, CHƯA CÓ HIỆU LỰC".to_owned();
    Ok(paper)
}

/// What a paper will be called.
///
/// # Errors
/// As [`planned`].
pub fn title(hall: &Hall, dossier: &Dossier, call: &Call) -> Result<String, Failure> {
    let day = hall.today()?;
    told(hall, dossier, |told| compose::title(call, told, day))
}

/// Form 06 of a case as it stands today: no number, nothing to verify but the case itself.
///
/// # Errors
/// As [`planned`].
pub fn control(hall: &Hall, dossier: &Dossier, day: Date) -> Result<Paper, Failure> {
    let case = &dossier.case;
    told(hall, dossier, |told| {
        let numbered = Numbered {
            issuer: compose::desk(case, told.events, told.definition).clone(),
            number: String::new(),
            check: hall.link(&format!("/verify?code={}", case.code)),
        };
        compose::control(told, &numbered, day)
    })
}

/// The receipt of one payment. `None`: there was no such payment.
///
/// # Errors
/// As [`planned`].
pub fn fee_receipt(hall: &Hall, dossier: &Dossier, payment: u32) -> Result<Option<Paper>, Failure> {
    let case = &dossier.case;
    let Some(paid) = case.money.payment(payment) else {
        return Ok(None);
    };
    let numbered = Numbered {
        issuer: paid.unit.clone(),
        number: paid.receipt.as_ref().map(receipt_words).unwrap_or_default(),
        check: hall.link(&format!("/verify?code={}", case.code)),
    };
    let way = way_words(Lang::Vi, paid.way);
    told(hall, dossier, |told| {
        compose::fee_receipt(told, payment, &way, &numbered)
    })
}

/// A row of form 07.
///
/// # Errors
/// As [`planned`].
pub fn entry(hall: &Hall, dossier: &Dossier) -> Result<Entry, Failure> {
    told(hall, dossier, compose::entry)
}

/// The doors to papers.
pub fn doors(doors: Doors<Hall>) -> Doors<Hall> {
    doors
        .door(
            "/cases/{code}/papers/{check}",
            get(file::get).duty(Act::ReadOwn),
        )
        .door(
            "/cases/{code}/papers/{check}/copies",
            get(file::copies).duty(Act::ReadCase),
        )
        .door(
            "/cases/{code}/draft/{step}",
            get(draft::get).duty(Act::ReadCase),
        )
        .door(
            "/cases/{code}/papers/{check}/revoke",
            get(revoke::get).post(revoke::post).duty(Act::RevokePaper),
        )
        .door(
            "/cases/{code}/receipts/{payment}",
            get(file::fee_receipt).duty(Act::ReadOwn),
        )
        .door(
            "/cases/{code}/control.pdf",
            get(file::control).duty(Act::ReadCase),
        )
        .door(
            "/cases/{code}/print/{what}",
            get(print::get).duty(Act::ReadCase),
        )
        .door("/book", get(book::get).duty(Act::OpenForOthers))
        .door("/book.pdf", get(book::print).duty(Act::OpenForOthers))
        .door(
            "/verify/{code}",
            get(verify::get).post(verify::post).duty(Act::ReadPublic),
        )
}

fn told<T>(
    hall: &Hall,
    dossier: &Dossier,
    print: impl FnOnce(&Told<'_>) -> T,
) -> Result<T, Failure> {
    let law = hall.law();
    let case = &dossier.case;
    let published = law.catalogue.get(&case.service, case.service_version);
    let published = published.ok_or(Failure::NotFound)?;
    let definition = &published.definition;
    let calendar = law.calendar_of(case.clock.calendar)?;
    let today = hall.today()?;
    let mut groups = Vec::new();
    let mut owed = Vec::new();
    if let Some(answers) = &dossier.answers {
        groups = words::groups(&words::Asked {
            law: &law,
            definition,
            truth: answers,
            shown: answers,
            channel: case.channel,
            now: hall.now(),
            lang: Lang::Vi,
        });
        let scope = Scope::of(definition, answers)
            .channel(case.channel)
            .today(today);
        owed = foreseen(definition, &scope);
    }
    if !case.money.charges.is_empty() {
        owed = asked(definition, &case.money);
    }
    let components = components(definition, dossier);
    let transfer = code::slip(&law, case, today);
    Ok(print(&Told {
        case,
        events: &dossier.events,
        definition,
        organisation: &law.organisation,
        law: &law.papers,
        stops: &law.stops,
        groups: &groups,
        notes: &dossier.notes,
        people: &dossier.people,
        components: &components,
        fees: &owed,
        transfer: transfer.as_ref(),
        site: hall
            .link("")
            .trim_start_matches("https://")
            .trim_start_matches("http://"),
        local: &|at| calendar.local(at),
    }))
}

/// What the answers cost, where nothing was asked yet.
fn foreseen(definition: &Definition, scope: &Scope<'_>) -> Vec<Line> {
    let due = fees::due(definition, scope).unwrap_or_default().into_iter();
    due.map(|fee| Line::new(&fee.label.vi, say::money(Lang::Vi, fee.amount)))
        .collect()
}

/// What was asked, and how far it is settled.
fn asked(definition: &Definition, money: &Money) -> Vec<Line> {
    let charges = money.charges.iter();
    charges
        .map(|charge| {
            let fee = definition.fees.iter().find(|fee| fee.code == charge.fee);
            let label = fee.map_or(charge.fee.as_str(), |fee| fee.label.vi.as_str());
            let amount = say::money(Lang::Vi, charge.amount);
            let words = match (&charge.claim, money.standing(&charge.fee)) {
                (Claim::Granted(_), _) => format!("{amount} (được miễn)"),
                (Claim::Made, _) => format!("{amount} (đang xét miễn)"),
                (_, Standing::Settled) if charge.amount > 0 => format!("{amount} (đã nộp)"),
                _ => amount,
            };
            Line::new(label, words)
        })
        .collect()
}

/// What was handed in: as the counter wrote it down, else by the files, in the definition's order of papers.
fn components(definition: &Definition, dossier: &Dossier) -> Vec<Component> {
    if !dossier.case.papers.is_empty() {
        let received = dossier.case.papers.iter();
        return received
            .map(|paper| {
                let mut documents = definition.documents.iter();
                let document = documents.find(|document| document.code == paper.document);
                Component {
                    name: document
                        .map_or(&paper.document, |found| &found.label.vi)
                        .clone(),
                    kind: Lang::Vi.of("copy", paper.copy.code(), &[]),
                    count: Some(paper.count),
                }
            })
            .collect();
    }
    let count = |document: &Document| {
        let files = dossier.attached.iter();
        files.filter(|file| file.what == document.code).count()
    };
    let documents = definition.documents.iter();
    documents
        .filter_map(|document| {
            let files = u32::try_from(count(document)).unwrap_or(u32::MAX);
            (files > 0).then(|| Component {
                name: document.label.vi.clone(),
                kind: "Bản điện tử".to_owned(),
                count: Some(files),
            })
        })
        .collect()
}

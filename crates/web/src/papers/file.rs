//! Papers as files: the one that was handed out, two copies on a sheet for the counter's printer, and the
//! control slip of a case as it stands. Only whoever works on the case and whoever holds it get them; each
//! look of an official is written down.

use actions::look::Purpose;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rules::person::Person;
use serde::Deserialize;
use service::fold::fold;
use store::{PaperRow, Sight};

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case::whole;
use crate::ui::layout::encode;
use crate::visit::Visit;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Key {
    key: Option<String>,
}

/// `GET /cases/{code}/papers/{check}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, check)): Path<(String, String)>,
    Query(key): Query<Key>,
) -> Result<Response, Failure> {
    let person = hall.holder(&visit, &code, key.key.as_deref()).await?;
    let row = row(&hall, &person, &code, &check).await?;
    let bytes = bytes(&hall, &row).await?;
    Ok(answer(bytes, &name(&row)))
}

/// `GET /cases/{code}/papers/{check}/copies`: two copies beside each other on A4.
pub async fn copies(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, check)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let row = row(&hall, &visit.person, &code, &check).await?;
    // Only the counter prints for both sides.
    whole(&hall, &visit, &code).await?;
    let bytes = bytes(&hall, &row).await?;
    let sheet = tokio::task::spawn_blocking(move || papers::two_copies(&bytes)).await;
    let sheet = sheet.map_err(Failure::fault)?.map_err(Failure::fault)?;
    Ok(answer(sheet, &name(&row)))
}

/// `GET /cases/{code}/receipts/{payment}`: the receipt of a fee, as often as it is asked for.
pub async fn fee_receipt(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, payment)): Path<(String, String)>,
    Query(key): Query<Key>,
) -> Result<Response, Failure> {
    let person = hall.holder(&visit, &code, key.key.as_deref()).await?;
    let seen = hall.case(&person, &code).await?;
    if seen.sight < Sight::Own {
        return Err(Failure::NotFound);
    }
    let payment = payment.parse().map_err(|_| Failure::NotFound)?;
    note_look(&hall, &person, &seen.case).await?;
    let dossier = hall.city().dossier(seen.case.id).await?;
    let paper = super::fee_receipt(&hall, &dossier, payment)?;
    let paper = paper.ok_or(Failure::NotFound)?;
    let name = format!("{} {}", paper.title, paper.head.number);
    Ok(answer(printed(paper).await?, &name))
}

/// `GET /cases/{code}/control.pdf`: form 06 of the case as it stands.
pub async fn control(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    let seen = whole(&hall, &visit, &code).await?;
    note_look(&hall, &visit.person, &seen.case).await?;
    let dossier = hall.city().dossier(seen.case.id).await?;
    let paper = super::control(&hall, &dossier, hall.today()?)?;
    let name = format!("{} {}", paper.title, seen.case.code);
    Ok(answer(printed(paper).await?, &name))
}

/// Sets a paper beside the threads that answer pages.
pub(crate) async fn printed(paper: papers::Paper) -> Result<Vec<u8>, Failure> {
    let made = tokio::task::spawn_blocking(move || papers::pdf(&paper)).await;
    made.map_err(Failure::fault)?.map_err(Failure::fault)
}

async fn row(hall: &Hall, person: &Person, code: &str, check: &str) -> Result<PaperRow, Failure> {
    let seen = hall.case(person, code).await?;
    if seen.sight < Sight::Own {
        return Err(Failure::NotFound);
    }
    let check = actions::papers::check_typed(check);
    let row = hall.reader().paper_by_check(&check).await?;
    let row = row.filter(|row| row.case == seen.case.id);
    note_look(hall, person, &seen.case).await?;
    row.ok_or(Failure::NotFound)
}

pub(super) async fn note_look(
    hall: &Hall,
    person: &Person,
    case: &rules::case::Case,
) -> Result<(), Failure> {
    if let Person::Official(official) = person {
        let city = hall.city();
        city.look(official.id, case.id, Purpose::Handling).await?;
    }
    Ok(())
}

/// The file that is handed out.
pub(super) async fn bytes(hall: &Hall, row: &PaperRow) -> Result<bytes::Bytes, Failure> {
    let hash = row.file().ok_or(Failure::NotFound)?;
    let city = hall.city();
    match city.store().files().read(city.code(), hash).await {
        Ok(bytes) => Ok(bytes),
        Err(store::StoreError::Missing { .. }) => Err(Failure::NotFound),
        Err(error) => Err(error.into()),
    }
}

fn name(row: &PaperRow) -> String {
    format!("{} {}", row.title, row.numbered())
}

/// A PDF that a browser shows and runs nothing of, under its Vietnamese name; a plain one for old programs.
pub(crate) fn answer(bytes: impl Into<axum::body::Body>, name: &str) -> Response {
    let name: String = name.replace(['/', '\\', ':', '"'], "-");
    let plain: String = fold(&name)
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let place = format!(
        "inline; filename=\"{plain}.pdf\"; filename*=UTF-8''{}.pdf",
        encode(&name)
    );
    let mut answer = (StatusCode::OK, bytes.into()).into_response();
    let headers = answer.headers_mut();
    if let Ok(place) = HeaderValue::from_str(&place) {
        headers.insert(header::CONTENT_DISPOSITION, place);
    }
    for (header, value) in [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ),
        (header::CACHE_CONTROL, "private, no-store"),
    ] {
        headers.insert(header, HeaderValue::from_static(value));
    }
    answer
}

//! `GET /cases/{code}/originals/{hash}`: a photo as it was sent, to be kept as a file and never shown inside a page. Who
//! looked is written down before a byte is given.

use actions::look::Purpose;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use rules::duty::{Act, may};
use rules::person::Person;

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case::whole;
use crate::visit::Visit;

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, hash)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let case = whole(&hall, &visit, &code).await?.case;
    may(&visit.person, &Act::ReadOriginal, Some(&case))?;
    let originals = hall.reader().originals(case.id).await?;
    let found = originals.into_iter().find(|one| one.photo == hash);
    let found = found.ok_or(Failure::NotFound)?;
    let Person::Official(official) = &visit.person else {
        return Err(Failure::NotFound);
    };
    hall.city()
        .look(official.id, case.id, Purpose::Original)
        .await?;
    let city = hall.city();
    let bytes = match city.store().files().read(city.code(), &found.hash).await {
        Ok(bytes) => bytes,
        Err(store::StoreError::Missing { .. }) => return Err(Failure::NotFound),
        Err(error) => return Err(error.into()),
    };
    let ending = found.media.rsplit('/').next().unwrap_or("bin");
    let name = format!(
        "attachment; filename=\"{}-{}.{ending}\"",
        case.code,
        &hash[..8]
    );
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&name).map_err(Failure::fault)?,
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

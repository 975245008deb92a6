//! `GET /cases/{code}/files/{hash}`: a photo or paper of a case, to whoever may see it. Served so that a
//! browser shows pictures and papers but runs nothing.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::Sight;

use crate::error::Failure;
use crate::hall::Hall;
use crate::ui::layout::encode;
use crate::visit::Visit;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Key {
    key: Option<String>,
}

/// Nothing inside a file may load or run anything.
const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, hash)): Path<(String, String)>,
    Query(key): Query<Key>,
) -> Result<Response, Failure> {
    let person = hall.holder(&visit, &code, key.key.as_deref()).await?;
    let seen = hall.case(&person, &code).await?;
    let attached = hall.reader().attachments(seen.case.id).await?;
    let shown = attached
        .into_iter()
        .filter(|file| file.hash == hash)
        .find(|file| file.public || seen.sight > Sight::Public)
        .ok_or(Failure::NotFound)?;
    served(&hall, &hash, &shown.name).await
}

/// A stored file under a name that people gave it. Whether the visitor may see it was asked before.
///
/// # Errors
/// [`Failure::NotFound`] where there is no such file.
pub(crate) async fn served(hall: &Hall, hash: &str, name: &str) -> Result<Response, Failure> {
    let (_, media) = hall.reader().file(hash).await?.ok_or(Failure::NotFound)?;
    let city = hall.city();
    let bytes = match city.store().files().get(city.code(), hash).await {
        Ok(bytes) => bytes,
        Err(store::StoreError::Missing { .. }) => return Err(Failure::NotFound),
        Err(error) => return Err(error.into()),
    };
    let mut answer = Body::from_stream(bytes).into_response();
    let headers = answer.headers_mut();
    let kind = match media.as_str() {
        known @ ("image/jpeg" | "image/png" | "image/webp" | "application/pdf") => known,
        _ => "application/octet-stream",
    };
    let place = if kind == "application/octet-stream" {
        "attachment"
    } else {
        "inline"
    };
    let named = format!(
        "{place}; filename*=UTF-8''{}",
        encode(name).replace('/', "%2F")
    );
    if let Ok(named) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    // The name is the content: what was seen once need not travel again.
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=86400, immutable"),
    );
    Ok(answer)
}

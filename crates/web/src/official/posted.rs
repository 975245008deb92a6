//! A posted form as pairs and files, multipart or not. Nothing is trusted: names are only looked up,
//! files are proven by `actions`.

use std::sync::atomic::{AtomicUsize, Ordering};

use actions::Upload;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::error::Failure;

/// Parts of one form: no page of ours has a tenth of them.
const MOST_PARTS: usize = 4000;
/// Bytes of forms in memory at once, over all who send now; whoever comes on top is told to come back.
const MOST_HELD: usize = 768 * 1024 * 1024;

static HELD: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug, Default)]
pub struct Posted {
    pub pairs: Vec<(String, String)>,
    pub files: Vec<Upload>,
    pub held: Held,
}

/// Bytes that this form holds; given back with it.
#[derive(Debug, Default)]
pub struct Held(usize);

impl Held {
    fn more(&mut self, bytes: usize) -> Result<(), Failure> {
        self.0 += bytes;
        match HELD.fetch_add(bytes, Ordering::Relaxed) + bytes > MOST_HELD {
            true => Err(Failure::Busy),
            false => Ok(()),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

impl Posted {
    /// The first value under a name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// `None` where it is absent or no number.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.get(name).parse().ok()
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let multipart = request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"));
        if !multipart {
            let form = axum::Form::<Vec<(String, String)>>::from_request(request, state).await;
            let axum::Form(pairs) = form.map_err(|wrong| match wrong.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
                _ => Failure::Unreadable,
            })?;
            return Ok(Self {
                pairs,
                ..Self::default()
            });
        }
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| Failure::Unreadable)?;
        let mut posted = Self::default();
        while let Some(mut part) = parts.next_field().await.map_err(broken)? {
            if posted.pairs.len() + posted.files.len() >= MOST_PARTS {
                return Err(Failure::Unreadable);
            }
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(broken)? {
                posted.held.more(chunk.len())?;
                bytes.extend_from_slice(&chunk);
            }
            match file {
                // What is no UTF-8 is read as far as it is.
                None => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    posted.pairs.push((name, text));
                }
                Some(_) if bytes.is_empty() => {}
                Some(name_of_file) => posted.files.push(Upload {
                    what: name,
                    name: name_of_file,
                    bytes,
                    public: false,
                }),
            }
        }
        Ok(posted)
    }
}

fn broken(error: MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        _ => Failure::Unreadable,
    }
}

//! A posted form as pairs and files, multipart or not. Nothing is trusted: names are only looked up,
//! files are proven by `actions`.

use actions::Upload;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

use crate::error::Failure;

#[derive(Debug, Default)]
pub struct Posted {
    pub pairs: Vec<(String, String)>,
    pub files: Vec<Upload>,
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
            let axum::Form(pairs) = form.map_err(|_| Failure::Unreadable)?;
            return Ok(Self {
                pairs,
                files: Vec::new(),
            });
        }
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| Failure::Unreadable)?;
        let mut posted = Self::default();
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                None => posted
                    .pairs
                    .push((name, part.text().await.map_err(broken)?)),
                Some(file) => {
                    let bytes = part.bytes().await.map_err(broken)?.to_vec();
                    if !bytes.is_empty() {
                        posted.files.push(Upload {
                            what: name,
                            name: file,
                            bytes,
                            public: false,
                        });
                    }
                }
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

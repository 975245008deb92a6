//! The outside party of file storage: as much of S3 as objects need, in memory. Knows its key by the
//! request's signature header; that the signature is right is the library's own test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub const NAME: &str = "motcua-test";
pub const KEY: &str = "test-key";

#[derive(Default)]
struct Inside {
    objects: BTreeMap<String, bytes::Bytes>,
    asked: u32,
}

type Shared = Arc<Mutex<Inside>>;

pub struct Bucket {
    pub endpoint: String,
    inside: Shared,
}

impl Bucket {
    pub async fn open() -> Self {
        let inside = Shared::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(inside.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { endpoint, inside }
    }

    /// How many requests came.
    pub fn asked(&self) -> u32 {
        self.inside.lock().unwrap().asked
    }
}

async fn answer(State(inside): State<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let header = |name| head.headers.get(name).and_then(|v| v.to_str().ok());
    let signed = format!("AWS4-HMAC-SHA256 Credential={KEY}/");
    if !header(header::AUTHORIZATION).is_some_and(|shown| shown.starts_with(&signed)) {
        return failed(StatusCode::FORBIDDEN, "InvalidAccessKeyId");
    }
    let only_new = header(header::IF_NONE_MATCH) == Some("*");
    let body = axum::body::to_bytes(body, 10 << 20).await.unwrap();
    let mut inside = inside.lock().unwrap();
    inside.asked += 1;
    if head.method == Method::POST && head.uri.query() == Some("delete") {
        return deleted(&mut inside, &String::from_utf8_lossy(&body));
    }
    let Some(key) = head.uri.path().strip_prefix(&format!("/{NAME}/")) else {
        return failed(StatusCode::NOT_FOUND, "NoSuchBucket");
    };
    match (head.method, inside.objects.get(key).cloned()) {
        (Method::PUT, Some(_)) if only_new => {
            failed(StatusCode::PRECONDITION_FAILED, "PreconditionFailed")
        }
        (Method::PUT, _) => {
            inside.objects.insert(key.to_owned(), body);
            found(bytes::Bytes::new())
        }
        (Method::GET | Method::HEAD, Some(object)) => found(object),
        _ => failed(StatusCode::NOT_FOUND, "NoSuchKey"),
    }
}

/// Many at once, as the library deletes even one.
fn deleted(inside: &mut Inside, asked: &str) -> Response {
    let keys = asked.split("<Key>").skip(1);
    let keys = keys.filter_map(|rest| rest.split_once("</Key>").map(|(key, _)| key));
    let mut told = String::from("<?xml version=\"1.0\"?><DeleteResult>");
    for key in keys {
        inside.objects.remove(key);
        told += &format!("<Deleted><Key>{key}</Key></Deleted>");
    }
    found((told + "</DeleteResult>").into())
}

fn found(object: bytes::Bytes) -> Response {
    let length = object.len().to_string();
    let headers = [
        (header::CONTENT_LENGTH, length.as_str()),
        (header::ETAG, "\"1\""),
        (header::LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT"),
    ];
    (headers, Body::from(object)).into_response()
}

fn failed(status: StatusCode, code: &str) -> Response {
    let text = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>");
    (status, text).into_response()
}

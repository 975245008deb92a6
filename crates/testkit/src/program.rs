//! A program at the city's door: one request as it is, one answer as it comes.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use tower::ServiceExt;

use crate::TestCity;

/// Cheap to clone.
#[derive(Clone)]
pub struct Program {
    routes: Router,
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestCity {
    pub fn program(&self) -> Program {
        let routes = web::routes::house(&self.hall, 512);
        Program { routes }
    }
}

impl Program {
    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], String::new()).await
    }

    /// Sends fields as a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let kind = (
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8",
        );
        self.ask("POST", path, &[kind], body).await
    }

    /// # Panics
    /// Where the request cannot be made or the answer cannot be read.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self
            .routes
            .clone()
            .oneshot(request)
            .await
            .expect("routes always answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX)
            .await
            .expect("the answer is read");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status,
            headers,
            body,
        }
    }
}

impl Answer {
    /// # Panics
    /// Where the status is another.
    pub fn status(&self, wanted: u16) -> &Self {
        assert_eq!(self.status, wanted, "{}", self.body);
        self
    }

    /// # Panics
    /// Where it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn kind(&self) -> &str {
        self.headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default()
    }
}

/// Percent-encodes everything but plain letters and digits.
pub fn escape(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let one = |b: u8| match plain(b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
}

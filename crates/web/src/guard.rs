//! What stands around every route: headers that make a browser careful, same-site posts only, limits of
//! size and time, compression, and a catch for panics. Knows no page.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::error;

/// Largest request: five photos of 12 MB, or three papers of 20 MB.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Largest form without files: every pair of it costs many times its length.
pub const MOST_FORM_BYTES: usize = 2 * 1024 * 1024;
/// Longest a page may take. A live stream answers at once and then lasts.
const LONGEST: Duration = Duration::from_secs(30);

/// No inline script or style, nothing from elsewhere, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:IMAGES; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts all guards around the routes. The session layer (which makes the `Visit`) goes outside of this.
/// `images`: the one other origin that pictures may come from.
pub fn guard<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    images: Option<&str>,
) -> Router<S> {
    let images = images.map_or_else(String::new, |origin| format!(" {origin}"));
    let policy = POLICY.replace("IMAGES", &images);
    let policy = HeaderValue::try_from(policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'"));
    routes
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST,
        ))
        .layer(CsrfLayer::new())
        .layer(from_fn(small_forms))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn(error::dress))
        .layer(CompressionLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            policy,
        ))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "same-origin"))
        .layer(header_layer(
            HeaderName::from_static("permissions-policy"),
            "geolocation=(self), camera=(self), microphone=()",
        ))
        .layer(header_layer(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
        // Pages hold what one person may see; assets say otherwise themselves.
        .layer(header_layer(header::CACHE_CONTROL, "private, no-cache"))
}

/// A form without files is words: what is longer was not typed.
async fn small_forms(mut request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    }) {
        DefaultBodyLimit::max(MOST_FORM_BYTES).apply(&mut request);
    }
    next.run(request).await
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::{get, post};
    use tower::ServiceExt;

    use super::*;

    fn house() -> Router {
        guard(
            Router::new()
                .route("/ok", get(|| async { "ok" }).post(|| async { "done" }))
                .route(
                    "/broken",
                    get(|| async {
                        if true {
                            panic!("a bug")
                        }
                    }),
                )
                .route(
                    "/upload",
                    post(|body: axum::body::Bytes| async move { body.len().to_string() }),
                ),
            Some("https://ban-do.example"),
        )
    }

    async fn ask(request: Request<Body>) -> (StatusCode, axum::http::HeaderMap, String) {
        let answer = house().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (
            parts.status,
            parts.headers,
            String::from_utf8_lossy(&body).into_owned(),
        )
    }

    #[tokio::test]
    async fn every_answer_carries_the_headers() {
        for path in ["/ok", "/nowhere", "/broken"] {
            let (_, headers, _) = ask(Request::get(path).body(Body::empty()).unwrap()).await;
            assert!(
                headers[header::CONTENT_SECURITY_POLICY]
                    .to_str()
                    .unwrap()
                    .contains("default-src 'none'"),
                "{path}"
            );
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str();
            assert!(
                policy.is_ok_and(|policy| policy.contains("blob: https://ban-do.example;")),
                "{path}"
            );
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        }
    }

    #[tokio::test]
    async fn a_post_from_another_site_is_refused_with_a_page() {
        let request = |site: &str| {
            Request::post("/ok")
                .header("host", "city.example")
                .header("sec-fetch-site", site)
                .body(Body::empty())
                .unwrap()
        };
        let (status, _, page) = ask(request("cross-site")).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(page.contains("<h1>"), "{page}");
        assert_eq!(ask(request("same-origin")).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_with_a_number() {
        let (status, _, page) = ask(Request::get("/broken").body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(page.contains("<h1>") && !page.contains("a bug"), "{page}");
    }

    #[tokio::test]
    async fn an_unknown_address_is_a_helpful_page() {
        let (status, _, page) = ask(Request::get("/nowhere").body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(page.contains(r#"action="/services""#), "{page}");
    }

    #[tokio::test]
    async fn too_large_is_said() {
        let request = Request::post("/upload")
            .body(Body::from(vec![0u8; MOST_BYTES + 1]))
            .unwrap();
        let (status, _, page) = ask(request).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.contains("<h1>"));
        let form = |bytes: usize| {
            Request::post("/upload")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(vec![b'a'; bytes]))
                .unwrap()
        };
        assert_eq!(ask(form(MOST_FORM_BYTES)).await.0, StatusCode::OK);
        assert_eq!(
            ask(form(MOST_FORM_BYTES + 1)).await.0,
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }
}

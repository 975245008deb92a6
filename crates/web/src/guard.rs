//! What stands around every route: headers that make a browser careful, same-site posts only, limits of
//! size and time, compression, and a catch for panics. Knows no page.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::error::{self, Failure};

/// Largest request: five photos of 12 MB, or three papers of 20 MB.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Largest form without files: every pair of it costs many times its length.
pub const MOST_FORM_BYTES: usize = 2 * 1024 * 1024;
/// How long things may take.
#[derive(Debug, Clone, Copy)]
struct Times {
    /// A page. A live stream answers at once and then lasts.
    page: Duration,
    /// Files: five photos over a bad line in the fields.
    upload: Duration,
    /// Nothing coming of a request that has begun.
    silence: Duration,
}

const TIMES: Times = Times {
    page: Duration::from_secs(30),
    upload: Duration::from_mins(10),
    silence: Duration::from_secs(30),
};
/// One request in so many may bring files: slow ones must not take all places.
const UPLOADS: usize = 4;

/// No inline script or style, nothing from elsewhere, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:IMAGES; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts all guards around the routes. The session layer (which makes the `Visit`) goes outside of this.
/// `images`: the one other origin that pictures may come from. `most`: requests answered at once; whoever comes beyond them is told
/// to come back (503).
pub fn guard<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    images: Option<&str>,
    most: usize,
) -> Router<S> {
    within(routes, images, most, TIMES)
}

fn within<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    images: Option<&str>,
    most: usize,
    times: Times,
) -> Router<S> {
    let places = Places {
        times,
        pages: Arc::new(Semaphore::new(most)),
        uploads: Arc::new(Semaphore::new(most.div_ceil(UPLOADS))),
    };
    let images = images.map_or_else(String::new, |origin| format!(" {origin}"));
    let policy = POLICY.replace("IMAGES", &images);
    let policy = HeaderValue::try_from(policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'"));
    routes
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(places, in_its_place))
        .layer(RequestBodyTimeoutLayer::new(times.silence))
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

/// Requests that may be answered at once.
#[derive(Clone)]
struct Places {
    times: Times,
    pages: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
}

/// Each request takes a place until it is answered, and gets the time of its kind.
async fn in_its_place(State(places): State<Places>, request: Request, next: Next) -> Response {
    let (places, longest) = match is(&request, b"multipart/form-data") {
        true => (places.uploads, places.times.upload),
        false => (places.pages, places.times.page),
    };
    let Ok(_place) = places.try_acquire() else {
        return Failure::Busy.into_response();
    };
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => Failure::Busy.into_response(),
    }
}

fn is(request: &Request, kind: &[u8]) -> bool {
    let told = request.headers().get(header::CONTENT_TYPE);
    told.is_some_and(|told| told.as_bytes().starts_with(kind))
}

/// A form without files is words: what is longer was not typed.
async fn small_forms(mut request: Request, next: Next) -> Response {
    if is(&request, b"application/x-www-form-urlencoded") {
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
    use axum::http::{Request, StatusCode};
    use axum::routing::{get, post};
    use tower::ServiceExt;

    use super::*;

    fn house() -> Router {
        house_of(8, TIMES)
    }

    fn house_of(most: usize, times: Times) -> Router {
        within(
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
                    "/slow",
                    get(|| async { tokio::time::sleep(Duration::from_millis(400)).await }),
                )
                .route(
                    "/stuck",
                    get(|| async { tokio::time::sleep(Duration::from_secs(10)).await }),
                )
                .route(
                    "/upload",
                    post(|body: axum::body::Bytes| async move { body.len().to_string() }),
                ),
            Some("https://ban-do.example"),
            most,
            times,
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
    async fn a_full_house_asks_to_come_back_and_keeps_room_beside_uploads() {
        let times = Times {
            page: Duration::from_millis(800),
            upload: Duration::from_secs(20),
            silence: Duration::from_millis(600),
        };
        let house = house_of(1, times);
        let ask = async |request: Request<Body>| {
            let answer = house.clone().oneshot(request).await.unwrap();
            (
                answer.status(),
                answer.headers().get(header::RETRY_AFTER).is_some(),
            )
        };
        let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
        // Bytes of a photo that come one by one: longer than a page may take, never silent.
        let upload = |every: Duration, bytes: usize| {
            let bytes = futures::stream::unfold(0, move |n| async move {
                tokio::time::sleep(every).await;
                (n < bytes).then(|| (Ok::<_, std::io::Error>(vec![b'a']), n + 1))
            });
            let kind = "multipart/form-data; boundary=x";
            let request = Request::post("/upload").header(header::CONTENT_TYPE, kind);
            request.body(Body::from_stream(bytes)).unwrap()
        };
        let (slow, second, photo, page) = tokio::join!(
            ask(get("/slow")),
            ask(get("/ok")),
            ask(upload(Duration::from_millis(50), 40)),
            async {
                tokio::time::sleep(Duration::from_millis(1200)).await;
                ask(get("/ok")).await
            }
        );
        assert_eq!(slow, (StatusCode::OK, false));
        assert_eq!(second, (StatusCode::SERVICE_UNAVAILABLE, true));
        assert_eq!(photo, (StatusCode::OK, false));
        assert_eq!(page, (StatusCode::OK, false));
        assert_eq!(
            ask(get("/stuck")).await,
            (StatusCode::SERVICE_UNAVAILABLE, true)
        );
        let silent = ask(upload(Duration::from_secs(2), 2)).await;
        assert!(silent.0.is_client_error(), "{silent:?}");
        assert_eq!(ask(get("/ok")).await.0, StatusCode::OK);
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

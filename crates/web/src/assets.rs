//! Styles, fonts and scripts, embedded with hashed names: a name never changes its content, so a
//! browser keeps it for a year. Compressed when built, never while serving. Knows no directory on disk.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

struct Asset {
    /// `city.css`
    name: &'static str,
    /// `city-2KPPV5NP.css`
    file: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of an asset, or `None` where it was not built (no script without Node).
pub fn address(name: &str) -> Option<String> {
    FILES
        .iter()
        .find(|asset| asset.name == name)
        .map(|asset| format!("/assets/{}", asset.file))
}

/// `GET /assets/{file}`
pub async fn get(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = FILES.iter().find(|asset| asset.file == file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepts = |coding: &str| {
        headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|offer| {
                let mut parts = offer.split(';').map(str::trim);
                parts.next() == Some(coding) && !parts.any(|p| p == "q=0" || p == "q=0.0")
            })
    };
    let mut answer = HeaderMap::new();
    answer.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static(kind(asset.file)),
    );
    answer.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    answer.insert(
        header::VARY,
        header::HeaderValue::from_static("accept-encoding"),
    );
    let body = match (asset.brotli, asset.gzip) {
        (Some(brotli), _) if accepts("br") => {
            answer.insert(
                header::CONTENT_ENCODING,
                header::HeaderValue::from_static("br"),
            );
            brotli
        }
        (_, Some(gzip)) if accepts("gzip") => {
            answer.insert(
                header::CONTENT_ENCODING,
                header::HeaderValue::from_static("gzip"),
            );
            gzip
        }
        _ => asset.plain,
    };
    (answer, body).into_response()
}

/// `GET /mark.svg`: the icon in the browser's tab.
pub async fn mark() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=604800"),
    ];
    let svg = crate::ui::icon::mark().into_string().replacen(
        "<svg ",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" ",
        1,
    );
    (headers, svg).into_response()
}

/// `GET /icon-192.png` and `/icon-512.png`: the icon of the installed site.
pub async fn icon_small() -> Response {
    icon(include_bytes!("../assets/icons/icon-192.png"))
}

pub async fn icon_large() -> Response {
    icon(include_bytes!("../assets/icons/icon-512.png"))
}

fn icon(bytes: &'static [u8]) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=604800"),
    ];
    (headers, bytes).into_response()
}

/// `GET /sw.js`: the service worker. It reaches as far as its address, so it stands at the root, under a name that does
/// not change; a browser asks for it anew each time.
pub async fn worker() -> Response {
    let Some(asset) = FILES.iter().find(|asset| asset.name == "sw.js") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, asset.plain).into_response()
}

/// `GET /robots.txt`: what belongs to one person is not for search engines.
pub async fn robots() -> Response {
    const SAYS: &str = "User-agent: *\nDisallow: /track/\nDisallow: /report/\nDisallow: /apply/\nDisallow: /draft/\nDisallow: /cases/\nDisallow: /sign-in\nDisallow: /follow/\n";
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], SAYS).into_response()
}

/// `GET /favicon.ico`: browsers ask for it whatever a page says.
pub async fn favicon() -> axum::response::Redirect {
    axum::response::Redirect::permanent("/mark.svg")
}

fn kind(file: &str) -> &'static str {
    match file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_stylesheet_is_always_there_and_kept_for_a_year() {
        let address = address("city.css").expect("embedded with or without Node");
        let file = address.trim_start_matches("/assets/").to_owned();
        let answer = get(Path(file), HeaderMap::new()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
        assert!(
            answer.headers()[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
    }

    #[tokio::test]
    async fn an_unknown_name_is_not_found() {
        let answer = get(Path("../Cargo.toml".to_owned()), HeaderMap::new()).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}

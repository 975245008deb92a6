//! The site as an app on a phone: what it is called and how it looks there, and the page for when there is no network.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::json;

use crate::hall::Hall;
use crate::ui::page;
use crate::ui::parts::link_button;
use crate::visit::Visit;

/// `GET /manifest.webmanifest`
pub async fn manifest(State(hall): State<Hall>, visit: Visit) -> Response {
    let l = visit.lang;
    let icon = |size: u32, purpose: &str| {
        json!({
            "src": format!("/icon-{size}.png"),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
            "purpose": purpose,
        })
    };
    let manifest = json!({
        "id": "/",
        "name": format!("{} {}", l.t("house.name"), hall.house().city),
        "short_name": l.t("house.name"),
        "lang": l.code(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf7f0",
        "theme_color": "#0b6e6b",
        "icons": [icon(192, "any"), icon(512, "any"), icon(512, "maskable")],
        "shortcuts": [
            {"name": l.t("report.title"), "url": "/report"},
            {"name": l.t("nav.track"), "url": "/track"},
        ],
    });
    let headers = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "private, max-age=3600"),
    ];
    (headers, Json(manifest).0.to_string()).into_response()
}

/// `GET /offline`: kept by the service worker for when a page cannot be reached.
pub async fn offline(visit: Visit) -> Markup {
    let l = visit.lang;
    page(
        &visit.frame().narrow(),
        l.t("offline.title"),
        html! {
            h1 { (l.t("offline.title")) }
            p { (l.t("offline.says")) }
            p.acts { (link_button("/report", l.t("offline.write"), "go")) }
        },
    )
}

//! The session layer: finds out who comes, once per request, and hands pages a [`Visit`].

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use rules::person::Person;

use crate::hall::Hall;
use crate::visit::Visit;

const SESSION: &str = "session";

/// Goes outside of the guards, so that even an error page knows the visitor's language.
pub async fn visitor(State(hall): State<Hall>, mut request: Request, next: Next) -> Response {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let mut visit = Visit::nobody(hall.house(), path, request.headers());
    if let Some(token) = token(request.headers()) {
        match hall.city().who(&token).await {
            Ok(person) => visit.person = person,
            Err(error) => tracing::error!(%error, "the session could not be read"),
        }
    }
    if let Person::Official(official) = &visit.person {
        // Only the late ones are read, from the index: this runs for every page and every form posted.
        let now = hall.now();
        let filter = store::InboxFilter {
            due_before: Some(now),
            ..store::InboxFilter::default()
        };
        match hall
            .reader()
            .inbox_counts(official, &filter, now, now)
            .await
        {
            Ok(counts) => visit.late = counts.late,
            Err(error) => tracing::error!(%error, "the inbox could not be counted"),
        }
    }
    visit.unseen = unseen(&hall, &visit.person).await;
    request.extensions_mut().insert(visit);
    next.run(request).await
}

/// Notices that the signed-in person has not seen. A page is drawn without the number where it cannot be told.
async fn unseen(hall: &Hall, person: &Person) -> u32 {
    let id = match person {
        Person::Official(official) => official.id,
        Person::Resident { id, .. } => *id,
        Person::Nobody | Person::Bearer { .. } => return 0,
    };
    let Ok(today) = hall.today() else { return 0 };
    let whose = actions::messages::in_app(person, &hall.law(), today);
    match hall.reader().unseen(id, &whose).await {
        Ok(unseen) => unseen,
        Err(error) => {
            tracing::error!(%error, "notices could not be counted");
            0
        }
    }
}

/// The token of this browser's session.
pub fn token(headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(SESSION).map(|cookie| cookie.value().to_owned())
}

/// The cookie that carries a session: not readable by script, not sent by other sites.
pub fn cookie(token: String, secure: bool) -> Cookie<'static> {
    Cookie::build((SESSION, token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
}

/// Takes the cookie away.
pub fn no_cookie() -> Cookie<'static> {
    Cookie::build((SESSION, "")).path("/").removal().build()
}

//! Who came, in which language, to which page: what every handler may know of a request. Made once,
//! by the session layer; pages read it and never look at cookies.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use rules::person::{Person, Power};
use serde::Deserialize;

use crate::redirect;
use crate::text::Lang;
use crate::ui::{Frame, Room, Width};

/// What the whole installation shares with the frame of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    /// `Thành phố Cần Thơ`
    pub city: String,
    /// The city's data is made up, and every page says so.
    pub demo: bool,
    /// Its synthetic cases are still being added.
    pub filling: bool,
}

#[derive(Debug, Clone)]
pub struct Visit {
    pub person: Person,
    pub lang: Lang,
    /// Path and query.
    pub path: String,
    pub house: House,
    /// Own cases that are late now, for the badge.
    pub late: u32,
    /// Notices not seen yet, for the badge.
    pub unseen: u32,
}

impl Visit {
    pub fn nobody(house: House, path: String, headers: &HeaderMap) -> Self {
        Self {
            person: Person::Nobody,
            lang: language(headers),
            path,
            house,
            late: 0,
            unseen: 0,
        }
    }

    pub fn frame(&self) -> Frame {
        let (who, room) = match &self.person {
            Person::Nobody | Person::Bearer { .. } => (None, Room::Public),
            Person::Resident { name, .. } => (Some(name.clone()), Room::Public),
            Person::Official(official) if official.powers.contains(&Power::Leader) => {
                (Some(official.name.clone()), Room::Lead)
            }
            Person::Official(official) if official.powers.contains(&Power::Accountant) => {
                (Some(official.name.clone()), Room::Accounts)
            }
            Person::Official(official) if official.powers.contains(&Power::Administrator) => {
                (Some(official.name.clone()), Room::Admin)
            }
            Person::Official(official) if official.powers.contains(&Power::Moderator) => {
                (Some(official.name.clone()), Room::Review)
            }
            Person::Official(official) if official.powers.contains(&Power::Inspector) => {
                (Some(official.name.clone()), Room::Inspect)
            }
            Person::Official(official) => (Some(official.name.clone()), Room::Office),
        };
        Frame {
            lang: self.lang,
            city: self.house.city.clone(),
            path: self.path.clone(),
            room,
            who,
            late: self.late,
            unseen: self.unseen,
            demo: self.house.demo,
            filling: self.house.filling,
            width: Width::Wide,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Visit>().cloned().unwrap_or_else(|| {
            let house = House {
                city: String::new(),
                demo: false,
                filling: false,
            };
            Visit::nobody(house, parts.uri.to_string(), &parts.headers)
        }))
    }
}

const LANGUAGE: &str = "language";

/// The cookie's language, else Vietnamese. What a browser says it prefers is not asked: phones sold
/// here say English far more often than their owners read it.
fn language(headers: &HeaderMap) -> Lang {
    CookieJar::from_headers(headers)
        .get(LANGUAGE)
        .and_then(|c| Lang::from_code(c.value()))
        .unwrap_or_default()
}

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    back: String,
}

/// `GET /language/{code}?back=/…`: remembers the language and returns to the page.
pub async fn choose_language(
    axum::extract::Path(code): axum::extract::Path<String>,
    Query(back): Query<Back>,
    jar: CookieJar,
) -> Response {
    let jar = match Lang::from_code(&code) {
        Some(lang) => jar.add(
            Cookie::build((LANGUAGE, lang.code()))
                .path("/")
                .same_site(SameSite::Lax)
                .permanent()
                .build(),
        ),
        None => jar,
    };
    let mut answer = (jar, redirect::to(local(&back.back))).into_response();
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Only a path of this house: never another site, whatever a link says.
pub fn local(back: &str) -> &str {
    let inside = back.starts_with('/')
        && !back.starts_with("//")
        && !back.starts_with("/\\")
        && !back.contains(['\r', '\n', '\t']);
    if inside { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        for (back, to) in [
            ("/track?code=1", "/track?code=1"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("/\t/evil.example", "/"),
        ] {
            assert_eq!(local(back), to, "{back:?}");
        }
    }
}

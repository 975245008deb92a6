//! The three kinds of no, as a page: the city refuses (a sentence), there is no such thing (404 with a
//! search), we broke (a number to quote, logged once, here). The page is drawn by [`dress`], because
//! only the outermost layer knows the visitor's language.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::Refusal;

use crate::redirect;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::visit::Visit;

#[derive(Debug, Clone)]
pub enum Failure {
    Refused(Refusal),
    /// Also where the existence of a thing is a secret.
    NotFound,
    /// Needs a signed-in person; `back` is where to return.
    SignIn {
        back: String,
    },
    /// The page that was sent is older than the case.
    Stale,
    /// A form that no page of ours makes.
    Unreadable,
    /// More than the city can answer now.
    Busy,
    TooLarge,
    /// We broke. The cause is for the log only.
    Fault(String),
}

impl Failure {
    pub fn fault(cause: impl std::fmt::Display) -> Self {
        Failure::Fault(cause.to_string())
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Failure::Refused(Refusal::NotYours | Refusal::OwnWork { .. }) => StatusCode::FORBIDDEN,
            Failure::Refused(_) | Failure::Stale => StatusCode::CONFLICT,
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::SignIn { .. } => StatusCode::UNAUTHORIZED,
            Failure::Unreadable => StatusCode::BAD_REQUEST,
            Failure::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a bare status of a library layer means in our terms.
    fn of_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Failure::NotFound),
            StatusCode::FORBIDDEN => Some(Failure::Refused(Refusal::NotYours)),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Failure::TooLarge),
            StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::REQUEST_TIMEOUT => Some(Failure::Busy),
            status if status.is_server_error() => {
                Some(Failure::Fault(format!("answered {status}")))
            }
            status if status.is_client_error() => Some(Failure::Unreadable),
            _ => None,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Layer around all routes: draws the page of a failure in the visitor's language. Answers that
/// already carry a page (a form with its flaws) pass untouched.
pub async fn dress(visit: Visit, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let machine =
        request.uri().path().starts_with("/api/") || request.uri().path().starts_with("/assets/");
    let response = next.run(request).await;
    let status = response.status();
    let failure = match response.extensions().get::<Failure>() {
        Some(failure) => failure.clone(),
        None if response.headers().contains_key(header::CONTENT_TYPE) && !is_plain(&response) => {
            return response;
        }
        None => match Failure::of_status(status) {
            Some(failure) => failure,
            None => return response,
        },
    };
    if machine {
        return response;
    }
    match failure {
        Failure::SignIn { back } if method == Method::GET => {
            redirect::to(&format!("/sign-in?back={}", encode(&back))).into_response()
        }
        failure => {
            // CSRF, limits and the like keep their own status.
            let status = if status.is_client_error() || status.is_server_error() {
                status
            } else {
                failure.status()
            };
            let mut dressed = (status, failure_page(&visit, &failure)).into_response();
            if matches!(failure, Failure::Busy) {
                dressed
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            dressed
        }
    }
}

fn is_plain(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// The page that says no, and what can be done instead.
pub fn failure_page(visit: &Visit, failure: &Failure) -> Markup {
    let l = visit.lang;
    let (title, says) = match failure {
        Failure::Refused(refusal) => (l.t("error.refused").to_owned(), refusal_words(l, refusal)),
        Failure::NotFound => (
            l.t("error.not-found").to_owned(),
            l.t("error.not-found-says").to_owned(),
        ),
        Failure::SignIn { .. } => (
            l.t("error.sign-in").to_owned(),
            l.t("error.sign-in-says").to_owned(),
        ),
        Failure::Stale => (
            l.t("error.stale").to_owned(),
            l.t("error.stale-says").to_owned(),
        ),
        Failure::Unreadable => (
            l.t("error.unreadable").to_owned(),
            l.t("error.unreadable-says").to_owned(),
        ),
        Failure::Busy => (
            l.t("error.busy").to_owned(),
            l.t("error.busy-says").to_owned(),
        ),
        Failure::TooLarge => (
            l.t("error.too-large").to_owned(),
            l.t("error.too-large-says").to_owned(),
        ),
        Failure::Fault(cause) => {
            let number = fault_number(cause);
            tracing::error!(number, cause, path = visit.path, "fault");
            (
                l.t("error.fault").to_owned(),
                l.f("error.fault-says", &[("number", &number)]),
            )
        }
    };
    page(
        &visit.frame().narrow(),
        &title,
        html! {
            h1 { (title) }
            p { (says) }
            @if matches!(failure, Failure::NotFound) { (search(l)) }
            p.acts { a.btn href="/" { (l.t("error.home")) } a.btn.quiet href="/track" { (l.t("nav.track")) } }
        },
    )
}

fn search(l: Lang) -> Markup {
    html! {
        form.search action="/services" role="search" {
            input type="search" name="q" aria-label=(l.t("home.search")) placeholder=(l.t("home.search-example"));
            button { (l.t("home.search-go")) }
        }
    }
}

/// The sentence of a refusal.
pub fn refusal_words(l: Lang, refusal: &Refusal) -> String {
    let plain = |member: &str| l.of("refusal", member, &[]);
    match refusal {
        Refusal::NotYours => plain("not-yours"),
        Refusal::NoSuchStep { .. } => plain("no-such-step"),
        Refusal::NoSuchOutcome { .. } => plain("no-such-outcome"),
        Refusal::WayUsedUp { times, .. } => l.of("refusal", "way-used-up", &[("times", times)]),
        Refusal::Ended { .. } => plain("ended"),
        Refusal::NotFromHere { .. } => plain("not-from-here"),
        Refusal::ReasonRequired => plain("reason-required"),
        Refusal::EvidenceRequired { .. } => plain("evidence-required"),
        Refusal::Unpaid { .. } => plain("unpaid"),
        Refusal::HeldByAnother => plain("held-by-another"),
        Refusal::NoAuthority => plain("no-authority"),
        Refusal::MandateOver { number, last } => {
            let last = crate::say::day(*last);
            l.of(
                "refusal",
                "mandate-over",
                &[("number", number), ("last", &last)],
            )
        }
        Refusal::MandateNotYet { number, from } => {
            let from = crate::say::day(*from);
            l.of(
                "refusal",
                "mandate-not-yet",
                &[("number", number), ("from", &from)],
            )
        }
        Refusal::NotSeatedThere { .. } => plain("not-seated-there"),
        Refusal::SupplementUsedUp { most } => {
            l.of("refusal", "supplement-used-up", &[("most", most)])
        }
        Refusal::ExtensionUsedUp { most } => {
            l.of("refusal", "extension-used-up", &[("most", most)])
        }
        Refusal::NotLater => plain("not-later"),
        Refusal::TooLateToReopen => plain("too-late-to-reopen"),
        Refusal::NoUnit { .. } => plain("no-unit"),
        Refusal::AnswerMissing { what } => l.of("refusal", "answer-missing", &[("what", what)]),
        Refusal::BadScore => plain("bad-score"),
        Refusal::NoCalendar => plain("no-calendar"),
        Refusal::AlreadyDone => plain("already-done"),
        Refusal::NothingMarked => plain("nothing-marked"),
        Refusal::NothingChosen => plain("nothing-chosen"),
        Refusal::NotMarked { what } => l.of("refusal", "not-marked", &[("what", what)]),
        Refusal::ClaimUnproven { .. } => plain("claim-unproven"),
        Refusal::NoSuchFee { .. } => plain("no-such-fee"),
        Refusal::NoAmount => plain("no-amount"),
        Refusal::MoreThanDue { left } => l.of(
            "refusal",
            "more-than-due",
            &[("left", &crate::say::money(l, *left))],
        ),
        Refusal::MoreThanPaid { most } => l.of(
            "refusal",
            "more-than-paid",
            &[("most", &crate::say::money(l, *most))],
        ),
        Refusal::NoSuchMoney => plain("no-such-money"),
        Refusal::SameHand => plain("same-hand"),
        Refusal::TillClosed => plain("till-closed"),
        Refusal::TillOpen => plain("till-open"),
        Refusal::NoGround { .. } => plain("no-ground"),
        Refusal::OnlyPutRight => plain("only-put-right"),
        Refusal::OwnUnit { .. } => plain("own-unit"),
        Refusal::AfterTheAppointment => plain("after-the-appointment"),
        Refusal::NoSuchPaper { document } => {
            l.of("refusal", "no-such-paper", &[("document", document)])
        }
        Refusal::OwnedElsewhere { .. } => plain("owned-elsewhere"),
        Refusal::WaitsForParts => plain("waits-for-parts"),
        Refusal::NotPublic => plain("not-public"),
        Refusal::OriginalRequired => plain("original-required"),
        Refusal::NoOriginal => plain("no-original"),
        Refusal::OwnOriginal => plain("own-original"),
        Refusal::OwnWork { .. } => plain("own-work"),
        Refusal::OriginalOver { .. } => plain("original-over"),
        Refusal::WaitsForOthers { code } => l.of("refusal", "waits-for-others", &[("code", code)]),
        Refusal::PaperNotSeen { what } => l.of(
            "refusal",
            "paper-not-seen",
            &[("what", &l.of("seen", what, &[]))],
        ),
    }
}

/// `7F3A-12`: short enough to read over the telephone, found in the log again.
fn fault_number(cause: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let hash = cause.bytes().fold(0x811c_9dc5u32, |h, b| {
        (h ^ u32::from(b)).wrapping_mul(0x0100_0193)
    });
    format!(
        "{:04X}-{}",
        hash & 0xffff,
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::*;
    use crate::visit::House;

    fn visit(lang: Lang) -> Visit {
        let house = House {
            city: "Thành phố Cần Thơ".into(),
            demo: false,
            filling: false,
        };
        Visit {
            lang,
            ..Visit::nobody(house, "/x".into(), &HeaderMap::new())
        }
    }

    #[test]
    fn an_unknown_address_offers_a_search_in_the_visitors_language() {
        let page = failure_page(&visit(Lang::Vi), &Failure::NotFound).into_string();
        assert!(
            page.contains("Không có trang này") && page.contains(r#"action="/services""#),
            "{page}"
        );
        assert!(
            failure_page(&visit(Lang::En), &Failure::NotFound)
                .into_string()
                .contains("no such page")
        );
    }

    #[test]
    fn a_fault_shows_a_number_and_never_its_cause() {
        let page = failure_page(&visit(Lang::Vi), &Failure::fault("disk on fire")).into_string();
        assert!(!page.contains("disk on fire"));
        assert!(page.contains(&format!(
            "{:04X}-",
            "disk on fire".bytes().fold(0x811c_9dc5u32, |h, b| {
                (h ^ u32::from(b)).wrapping_mul(0x0100_0193)
            }) & 0xffff
        )));
    }

    #[test]
    fn each_failure_has_its_status() {
        for (failure, status) in [
            (Failure::Refused(Refusal::NotYours), 403),
            (Failure::Refused(Refusal::ReasonRequired), 409),
            (Failure::Stale, 409),
            (Failure::NotFound, 404),
            (Failure::Busy, 503),
            (Failure::TooLarge, 413),
            (Failure::fault("x"), 500),
        ] {
            assert_eq!(failure.status().as_u16(), status);
            assert_eq!(failure.into_response().status().as_u16(), status);
        }
    }
}

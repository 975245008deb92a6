//! A route says what it is for, or it does not compile: `doors.door("/cases/{code}", get(page).duty(Act::ReadCase))`.
//!
//! Acts that need no case are judged here, before the handler runs. Acts on a case are judged with that
//! case by whoever loads it (`Reader` and `actions`), because only they know whose it is.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use rules::case::Refusal;
use rules::duty::{Act, may};
use rules::person::Person;

use crate::error::Failure;
use crate::visit::Visit;

/// A method of a path, with its act.
pub struct Door<S> {
    router: MethodRouter<S>,
    act: Act,
}

pub trait Duty<S> {
    fn duty(self, act: Act) -> Door<S>;
}

impl<S> Duty<S> for MethodRouter<S> {
    fn duty(self, act: Act) -> Door<S> {
        Door { router: self, act }
    }
}

/// All doors of the house. The table of paths and acts is kept for the test that sends the wrong people.
pub struct Doors<S> {
    router: Router<S>,
    table: Vec<(&'static str, Act)>,
}

impl<S: Clone + Send + Sync + 'static> Default for Doors<S> {
    fn default() -> Self {
        Self {
            router: Router::new(),
            table: Vec::new(),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Doors<S> {
    #[must_use]
    pub fn door(mut self, path: &'static str, door: Door<S>) -> Self {
        let act = door.act.clone();
        self.table.push((path, door.act));
        self.router = self.router.route(
            path,
            door.router
                .layer(from_fn(move |request: Request, next: Next| {
                    let act = act.clone();
                    async move { judge(&act, request, next).await }
                })),
        );
        self
    }

    pub fn table(&self) -> &[(&'static str, Act)] {
        &self.table
    }

    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

async fn judge(act: &Act, request: Request, next: Next) -> Response {
    if needs_case(act) {
        return next.run(request).await;
    }
    // A request without a visit never passed the session layer: treated as nobody.
    let person = request
        .extensions()
        .get::<Visit>()
        .map_or(Person::Nobody, |visit| visit.person.clone());
    match may(&person, act, None) {
        Ok(()) => next.run(request).await,
        Err(_) if person == Person::Nobody => Failure::SignIn {
            back: request.uri().path().to_owned(),
        }
        .into_response(),
        Err(refusal) => Failure::Refused(refusal).into_response(),
    }
}

/// Whether the answer depends on whose case it is. A new act must be sorted here: there is no default.
pub fn needs_case(act: &Act) -> bool {
    match act {
        Act::ReadPublic
        | Act::Open
        | Act::TrackByCode
        | Act::ReadMine
        | Act::Inbox
        | Act::OpenForOthers
        | Act::ReadFigures
        | Act::EnterFigures
        | Act::OwnRecord
        | Act::JudgeRecord
        | Act::Direct
        | Act::Design
        | Act::Publish
        | Act::Administer
        | Act::Measure
        | Act::KeepTill
        | Act::KeepAccounts
        | Act::TellPayment
        | Act::TellMirrored
        | Act::BringIn
        | Act::ManageStaff
        | Act::KeepMandates
        | Act::KeepReplies
        | Act::LookAgain
        | Act::Moderate => false,
        Act::ReadOwn
        | Act::Supply
        | Act::Withdraw
        | Act::Reopen
        | Act::Rate
        | Act::Comment
        | Act::ReadCase
        | Act::Claim { .. }
        | Act::Pass { .. }
        | Act::Decide { .. }
        | Act::Reassign { .. }
        | Act::Note
        | Act::Attach
        | Act::Extend
        | Act::AnswerWithdrawal
        | Act::RevokePaper
        | Act::Stop
        | Act::Correct
        | Act::DeclareLoss
        | Act::Consult { .. }
        | Act::Collect
        | Act::ApproveMoney
        | Act::ReadOriginal => true,
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused(refusal)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{HeaderMap, StatusCode, header};
    use axum::routing::get;
    use rules::person::Official;
    use tower::ServiceExt;

    use super::*;
    use crate::visit::House;

    async fn ask(person: Person) -> Response {
        let house = House {
            city: String::new(),
            demo: false,
            filling: false,
        };
        let visit = Visit {
            person,
            ..Visit::nobody(house, "/inbox".into(), &HeaderMap::new())
        };
        let router = Doors::<()>::default()
            .door("/inbox", get(|| async { "work" }).duty(Act::Inbox))
            .into_router();
        let mut request = Request::get("/inbox").body(Body::empty()).unwrap();
        request.extensions_mut().insert(visit);
        crate::guard::guard(router, None, 8)
            .oneshot(request)
            .await
            .unwrap()
    }

    fn official(seats: Vec<rules::person::Seat>) -> Person {
        let id = rules::ids::PersonId::new(rules::Moment::UNIX_EPOCH, [1; 10]);
        Person::Official(Official {
            id,
            name: "An".into(),
            own: seats.clone(),
            seats,
            stands_in_for: Vec::new(),
            powers: vec![],
        })
    }

    #[tokio::test]
    async fn nobody_is_led_to_sign_in_and_back() {
        let answer = ask(Person::Nobody).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[header::LOCATION], "/sign-in?back=/inbox");
    }

    #[tokio::test]
    async fn an_official_without_a_seat_is_refused_and_one_with_a_seat_comes_in() {
        assert_eq!(ask(official(vec![])).await.status(), StatusCode::FORBIDDEN);
        let seat = rules::person::Seat {
            unit: "centre-1022".into(),
            post: service::definition::Post::Staff,
        };
        assert_eq!(ask(official(vec![seat])).await.status(), StatusCode::OK);
    }
}

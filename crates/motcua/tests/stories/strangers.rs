//! The wrong people at every door. For each route of the house, everybody who could come comes, with a case of
//! Ninh Kiều where the route is about one; who gets in is what `rules::duty::may` says, nothing else. A new route
//! without a row here fails.

use actions::{Change, Verb};
use rules::case::Case;
use rules::duty::{Act, may};
use rules::person::Person;
use testkit::{Browser, Reported, TestCity, both_engines};
use web::door::needs_case;

both_engines!(every_door_knows_who_may_pass);

/// Who may pass a door.
#[derive(Clone, Copy, PartialEq)]
enum Judge {
    /// As `may` says of the route's act.
    Duty,
    /// Whoever sees more than the public of a private case: its handlers, its leader, its sender.
    Sight,
    /// A private case has no public page, whoever asks.
    Nobody,
    /// As `may` says, and of those only who sits in this unit.
    TillOf(&'static str),
    /// Only with a signature, which nobody here has.
    Signed,
    /// The rooms of a resident's account: for officials as if they were not there.
    Own,
}
mod addresses;
mod more;

use addresses::ADDRESSES;
use more::MORE;

/// Names and values of a posted form.
type Sent = &'static [(&'static str, &'static str)];
const STEP: (&str, &str) = ("step", "handle");

struct Visitor {
    who: &'static str,
    person: Person,
    browser: Browser,
    /// Holds the secret of the case.
    bearer: bool,
}

async fn every_door_knows_who_may_pass(city: TestCity) {
    let city = city.told_by(
        "enterprise-register",
        "bi mat ma khong ai o day biet 0123456789",
    );
    let city = city.brought_by("tong-dai", "bi mat ma khong ai o day biet 0123456789");
    let doors = web::routes::doors();
    for (route, _) in doors.table() {
        let known = ADDRESSES.iter().chain(MORE).any(|row| row.0 == *route);
        assert!(known, "the route {route} has no row in ADDRESSES");
    }
    let mut wrong = Vec::new();
    for mut visitor in visitors(&city).await {
        for row in ADDRESSES.iter().chain(MORE) {
            let door = doors.table().iter().find(|(route, _)| *route == row.0);
            let (_, act) = door.unwrap_or_else(|| panic!("{} is no route any more", row.0));
            for method in ["GET", "POST"] {
                wrong.extend(knock(&city, &mut visitor, row, act, method).await);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong answers:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A sentence where the door answers otherwise than the rules say.
async fn knock(
    city: &TestCity,
    visitor: &mut Visitor,
    (route, address, sent, judge): &(&str, &str, Sent, Judge),
    act: &Act,
    method: &str,
) -> Option<String> {
    let on_case = address.contains("CODE");
    let (case, mut address) = (fresh_case(city, on_case).await, (*address).to_owned());
    if let Some((reported, case)) = &case {
        let photo = case.attached.get("photo");
        address = address
            .replace("CODE", &reported.code)
            .replace("FILE", photo.expect("a photo was sent"));
        if visitor.bearer {
            let join = if address.contains('?') { '&' } else { '?' };
            address = format!(
                "{address}{join}secret={secret}&key={secret}",
                secret = reported.secret
            );
        }
    }
    let mut sent = sent.to_vec();
    let secret = case.as_ref().map(|(reported, _)| reported.secret.clone());
    if let (true, Some(secret)) = (visitor.bearer, &secret) {
        sent.push(("key", secret));
    }
    let case = case.map(|(_, case)| case);
    if visitor.bearer {
        visitor.person = match &case {
            Some(case) => Person::Bearer { case: case.id },
            None => Person::Nobody,
        };
    }
    let (status, to) = visitor.browser.knock(method, &address, &sent).await;
    if status == 405 {
        // This door has no such handle.
        return None;
    }
    let to_sign_in = to
        .as_deref()
        .is_some_and(|to| to.starts_with("/sign-in?back="));
    let asked_in = status == 401 || to_sign_in;
    // What anybody sees of a case by its code.
    let to_track = to.as_deref().is_some_and(|to| to.starts_with("/track/"));
    let expected = expected(&visitor.person, act, case.as_ref(), *judge);
    let right = match expected {
        Expected::In => !asked_in && status != 403 && status < 500 && (status != 404 || !on_case),
        Expected::SignIn => asked_in,
        // Who is not signed in may be asked to.
        Expected::Unsigned => status == 401,
        Expected::Forbidden => status == 403 || (visitor.bearer && asked_in),
        Expected::Hidden => {
            status == 404 || to_track || (visitor.person == Person::Nobody && asked_in)
        }
    };
    let (who, to) = (visitor.who, to.unwrap_or_default());
    (!right).then(|| {
        format!("{method} {route} as {who}: {status} {to}, expected {expected:?} ({act:?})")
    })
}

#[derive(Debug)]
enum Expected {
    In,
    /// Asked to sign in.
    SignIn,
    Forbidden,
    /// 401 without the way to sign in.
    Unsigned,
    /// Its existence is a secret: as if it were not there.
    Hidden,
}

fn expected(person: &Person, act: &Act, case: Option<&Case>, judge: Judge) -> Expected {
    let act = on_step(act, case);
    let sees = case.and_then(|case| store::sight(person, case)) > Some(store::Sight::Public);
    let answer = match judge {
        Judge::Duty => may(person, &act, case),
        Judge::Sight if sees => Ok(()),
        Judge::Sight | Judge::Nobody => return Expected::Hidden,
        Judge::Own if matches!(person, Person::Official(_)) => return Expected::Hidden,
        Judge::Own => may(person, &act, case),
        Judge::Signed => return Expected::Unsigned,
        Judge::TillOf(unit) => may(person, &act, case).and_then(|()| match person {
            Person::Official(official) if official.seats.iter().any(|s| s.unit == *unit) => Ok(()),
            _ => Err(rules::case::Refusal::NotYours),
        }),
    };
    match answer {
        Ok(()) => Expected::In,
        Err(_) if !needs_case(&act) && *person == Person::Nobody => Expected::SignIn,
        Err(_) if !needs_case(&act) => Expected::Forbidden,
        Err(_) => match case.and_then(|case| store::sight(person, case)) {
            None => Expected::Hidden,
            Some(_) if *person == Person::Nobody => Expected::SignIn,
            Some(_) => Expected::Forbidden,
        },
    }
}

/// A route names its act before it knows the step: the one under way.
fn on_step(act: &Act, case: Option<&Case>) -> Act {
    let task = case.and_then(|case| case.tasks.first());
    let Some((step, row)) = task.map(|task| (task.step.clone(), task.row)) else {
        return act.clone();
    };
    match act {
        Act::Claim { .. } => Act::Claim { step, row },
        Act::Pass { .. } => Act::Pass { step, row },
        Act::Decide { .. } => Act::Decide { step, row },
        Act::Consult { .. } => Act::Consult { step, row },
        other => other.clone(),
    }
}

async fn visitors(city: &TestCity) -> Vec<Visitor> {
    let stranger = |who, bearer| Visitor {
        who,
        person: Person::Nobody,
        browser: city.browser(who),
        bearer,
    };
    let mut all = vec![stranger("nobody", false), stranger("the bearer", true)];
    let (person, browser) = city.resident_account("Trần Thị Lan").await;
    all.push(Visitor {
        who: "a resident",
        person,
        browser,
        bearer: false,
    });
    for (who, login) in [
        ("an official of another unit", "cairang"),
        ("the dispatcher who handed it on", "1022"),
        ("an official of the unit", "ninhkieu"),
        ("the unit's head", "ninhkieu-lanhdao"),
        ("the leader", "lanhdao"),
        ("a designer", "thietke"),
        ("the administrator", "quantri"),
        ("the accountant", "ketoan"),
        ("the moderator", "1022-duyet"),
        ("an inspector", "1022-kiemtra"),
    ] {
        let (person, browser) = (city.person(login).await, city.sign_in(login).await);
        all.push(Visitor {
            who,
            person,
            browser,
            bearer: false,
        });
    }
    all
}

/// A private report that Ninh Kiều is working on, untouched by those who knocked before.
async fn fresh_case(city: &TestCity, wanted: bool) -> Option<(Reported, Case)> {
    if !wanted {
        return None;
    }
    let reported = city
        .resident()
        .reports("report.street-light")
        .in_private()
        .with_photo()
        .at("Phường Ninh Kiều")
        .await;
    let id = city.case(&reported.code).await.id;
    let (step, outcome) = ("triage".to_owned(), "accept".to_owned());
    let accept = Change::new(
        id,
        Verb::Decide {
            step,
            row: None,
            outcome,
        },
    );
    let case = city.city().change(&city.person("1022").await, accept).await;
    Some((reported, case.expect("1022 hands it on")))
}

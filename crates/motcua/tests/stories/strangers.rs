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
use Judge::{Duty, Nobody, Own, Sight, Signed, TillOf};

/// Route, an address of it, what is posted there, who judges. `CODE` is the case's code, `FILE` the hash of its
/// photo.
const ADDRESSES: &[(&str, &str, Sent, Judge)] = &[
    ("/", "/", &[], Duty),
    ("/services", "/services?q=den", &[], Duty),
    (
        "/services/{code}",
        "/services/report.street-light",
        &[],
        Duty,
    ),
    ("/report", "/report", &[], Duty),
    (
        "/report/{service}",
        "/report/report.street-light",
        &[],
        Duty,
    ),
    ("/report/check/{key}", "/report/check/khong-co", &[], Duty),
    ("/report/sent/{code}", "/report/sent/CODE", &[], Sight),
    ("/draft/{key}/{hash}", "/draft/khong-co/khong-co", &[], Duty),
    ("/apply/{service}", "/apply/land.transfer", &[], Duty),
    (
        "/apply/{service}/{key}",
        "/apply/land.transfer/khong-co",
        &[],
        Duty,
    ),
    (
        "/apply/{service}/{key}/{page}",
        "/apply/land.transfer/khong-co/1",
        &[],
        Duty,
    ),
    ("/track", "/track", &[], Duty),
    ("/track/{code}", "/track/CODE", &[], Duty),
    (
        "/track/{code}/{what}",
        "/track/CODE/comment",
        &[("words", "Vẫn tối")],
        Duty,
    ),
    ("/desk", "/desk", &[], Duty),
    ("/desk/{service}", "/desk/land.transfer", &[], Duty),
    ("/desk/queue", "/desk/queue", &[], Duty),
    ("/desk/waiting", "/desk/waiting", &[], Duty),
    ("/desk/receive", "/desk/receive?who=tran", &[], Duty),
    ("/desk/results", "/desk/results", &[], Duty),
    ("/desk/parcels", "/desk/parcels", &[], Duty),
    (
        "/cases/{code}/hand-over",
        "/cases/CODE/hand-over",
        &[],
        Duty,
    ),
    ("/queue", "/queue?q=ninh", &[], Duty),
    ("/queue/{desk}", "/queue/desk-31135", &[], Duty),
    ("/queue/{desk}/kiosk", "/queue/desk-31135/kiosk", &[], Duty),
    (
        "/queue/{desk}/screen",
        "/queue/desk-31135/screen",
        &[],
        Duty,
    ),
    ("/queue/{desk}/live", "/queue/desk-31135/live", &[], Duty),
    ("/queue/ticket/{token}", "/queue/ticket/khong-co", &[], Duty),
    ("/language/{code}", "/language/vi", &[], Duty),
    (
        "/sign-in",
        "/sign-in",
        &[("login", "nobody"), ("password", "x")],
        Duty,
    ),
    ("/account", "/account", &[], Duty),
    ("/account/data", "/account/data", &[], Own),
    (
        "/account/drafts/{name}",
        "/account/drafts/khong-co",
        &[],
        Own,
    ),
    ("/account/sessions", "/account/sessions", &[], Duty),
    ("/account/papers", "/account/papers", &[], Own),
    ("/account/papers/{id}", "/account/papers/0193", &[], Own),
    (
        "/account/papers/{id}/remove",
        "/account/papers/0193/remove",
        &[],
        Own,
    ),
    (
        "/account/papers/{id}/share",
        "/account/papers/0193/share",
        &[("days", "3")],
        Own,
    ),
    (
        "/account/shares/end",
        "/account/shares/end",
        &[("hint", "khong-co")],
        Own,
    ),
    (
        "/account/consents",
        "/account/consents",
        &[("purpose", "survey"), ("_go", "withdraw")],
        Own,
    ),
    ("/shared/{code}", "/shared/khong-co", &[], Duty),
    ("/shared/{code}/file", "/shared/khong-co/file", &[], Duty),
    ("/registers", "/registers", &[], Duty),
    (
        "/registers/{code}",
        "/registers/population",
        &[("source", "Công an")],
        Duty,
    ),
    (
        "/account/sessions/end",
        "/account/sessions/end",
        &[("which", "khong-co")],
        Duty,
    ),
    ("/sign-in/identity", "/sign-in/identity", &[], Duty),
    (
        "/sign-in/identity/return",
        "/sign-in/identity/return?code=x&state=y",
        &[],
        Duty,
    ),
    (
        "/sign-in/demonstration",
        "/sign-in/demonstration",
        &[],
        Duty,
    ),
    ("/live", "/live", &[], Duty),
    ("/inbox", "/inbox", &[], Duty),
    ("/inbox/claim", "/inbox/claim", &[], Duty),
    ("/inbox/next", "/inbox/next", &[], Duty),
    ("/find", "/find?q=den", &[], Duty),
    ("/sign", "/sign", &[], Duty),
    ("/sign/check", "/sign/check", &[], Duty),
    ("/authority", "/authority", &[], Duty),
    ("/authority/new", "/authority/new", &[], Duty),
    ("/authority/{id}", "/authority/khong-co", &[], Duty),
    (
        "/authority/{id}/enter",
        "/authority/khong-co/enter",
        &[],
        Duty,
    ),
    ("/staff", "/staff", &[], Duty),
    ("/staff/{id}", "/staff/khong-co", &[], Duty),
    (
        "/staff/{id}/stand-in",
        "/staff/khong-co/stand-in",
        &[],
        Duty,
    ),
    (
        "/staff/{id}/back",
        "/staff/khong-co/back",
        &[("one", "khong-co")],
        Duty,
    ),
    ("/staff/{id}/move", "/staff/khong-co/move", &[], Duty),
    ("/cases/{code}", "/cases/CODE", &[], Duty),
    (
        "/cases/{code}/files/{hash}",
        "/cases/CODE/files/FILE",
        &[],
        Sight,
    ),
    (
        "/cases/{code}/decide",
        "/cases/CODE/decide",
        &[STEP, ("outcome", "solved")],
        Duty,
    ),
    ("/cases/{code}/claim", "/cases/CODE/claim", &[STEP], Duty),
    (
        "/cases/{code}/release",
        "/cases/CODE/release",
        &[STEP],
        Duty,
    ),
    (
        "/cases/{code}/pass",
        "/cases/CODE/pass?step=handle",
        &[
            STEP,
            ("to", "unit:commune-31186"),
            ("words", "Thuộc phường bạn"),
        ],
        Duty,
    ),
    (
        "/cases/{code}/note",
        "/cases/CODE/note",
        &[("words", "Đã gọi"), ("to", "inside")],
        Duty,
    ),
    (
        "/cases/{code}/money/{what}",
        "/cases/CODE/money/ask",
        &[],
        Duty,
    ),
    ("/track/{code}/pay", "/track/CODE/pay", &[], Duty),
    ("/till", "/till", &[], Duty),
    (
        "/till/{unit}/{day}",
        "/till/commune-31135/2026-03-02",
        &[],
        TillOf("commune-31135"),
    ),
    (
        "/till/{unit}/{day}/lines.csv",
        "/till/commune-31135/2026-03-02/lines.csv",
        &[],
        TillOf("commune-31135"),
    ),
    (
        "/till/{unit}/{day}/{what}",
        "/till/commune-31135/2026-03-02/open",
        &[("opening", "500.000")],
        TillOf("commune-31135"),
    ),
    ("/payments", "/payments", &[], Duty),
    (
        "/payments/{what}",
        "/payments/assign",
        &[("source", "x"), ("number", "x"), ("code", "x")],
        Duty,
    ),
    ("/payments/settlement", "/payments/settlement", &[], Duty),
    (
        "/payments/settlement.csv",
        "/payments/settlement.csv",
        &[],
        Duty,
    ),
    // Told apart by its signature, whoever sends it: nobody gets in without.
    (
        "/payments/webhook/{provider}",
        "/payments/webhook/minh-hoa",
        &[],
        Signed,
    ),
    (
        "/cases/{code}/extend",
        "/cases/CODE/extend",
        &[("date", "2026-03-10"), ("words", "Chờ vật tư")],
        Duty,
    ),
    (
        "/cases/{code}/withdrawal",
        "/cases/CODE/withdrawal",
        &[("accept", "yes")],
        Duty,
    ),
    ("/apologies", "/apologies", &[], Duty),
    (
        "/cases/{code}/apology",
        "/cases/CODE/apology",
        &[("go", "save"), ("words", "Chờ cơ quan thuế")],
        Duty,
    ),
    ("/morning", "/morning", &[], Duty),
    ("/league", "/league", &[], Duty),
    ("/numbers/report", "/numbers/report", &[], Duty),
    ("/numbers/report.xlsx", "/numbers/report.xlsx", &[], Duty),
    ("/numbers/index", "/numbers/index", &[], Duty),
    ("/numbers/index.xlsx", "/numbers/index.xlsx", &[], Duty),
    ("/numbers/causes", "/numbers/causes", &[], Duty),
    ("/numbers/scores", "/numbers/scores", &[], Duty),
    ("/numbers/integrity", "/numbers/integrity", &[], Duty),
    (
        "/numbers/enter",
        "/numbers/enter",
        &[("metric", "766/1.4")],
        Duty,
    ),
    ("/open/scores", "/open/scores", &[], Duty),
    ("/mine", "/mine", &[], Duty),
    ("/mine/cases", "/mine/cases?figure=1:all", &[], Duty),
    (
        "/mine/dispute",
        "/mine/dispute",
        &[("case", "khong-co"), ("words", "x")],
        Duty,
    ),
    ("/mine/unit", "/mine/unit", &[], Duty),
    (
        "/mine/answer",
        "/mine/answer",
        &[("dispute", "khong-co")],
        Duty,
    ),
    ("/numbers/cases", "/numbers/cases?figure=06a.3", &[], Duty),
    ("/league.csv", "/league.csv", &[], Duty),
    ("/league/cases", "/league/cases?figure=open", &[], Duty),
    ("/league/{unit}", "/league/commune-31135", &[], Duty),
    ("/directives", "/directives", &[], Duty),
    (
        "/direct",
        "/direct",
        &[("key", "story"), ("what", "Kiểm tra")],
        Duty,
    ),
    ("/open", "/open", &[], Duty),
    ("/open/data.csv", "/open/data.csv", &[], Duty),
    ("/open/map", "/open/map", &[], Duty),
    ("/open/method", "/open/method", &[], Duty),
    ("/open/reports", "/open/reports", &[], Duty),
    ("/open/reports/{code}", "/open/reports/CODE", &[], Nobody),
    (
        "/open/reports/{code}/photos/{hash}",
        "/open/reports/CODE/photos/FILE",
        &[],
        Nobody,
    ),
    ("/verify", "/verify", &[], Duty),
    ("/verify/{code}", "/verify/KHONG-CO", &[], Duty),
    ("/book", "/book", &[], Duty),
    ("/book.pdf", "/book.pdf", &[], Duty),
    (
        "/cases/{code}/control.pdf",
        "/cases/CODE/control.pdf",
        &[],
        Duty,
    ),
    // A report hands out no paper: nobody finds one.
    (
        "/cases/{code}/papers/{check}",
        "/cases/CODE/papers/KHONG-CO",
        &[],
        Nobody,
    ),
    (
        "/cases/{code}/papers/{check}/copies",
        "/cases/CODE/papers/KHONG-CO/copies",
        &[],
        Nobody,
    ),
    ("/open311", "/open311", &[], Duty),
    ("/open311/{file}", "/open311/discovery.json", &[], Duty),
    ("/open311/v2/{file}", "/open311/v2/services.json", &[], Duty),
    (
        "/open311/v2/{list}/{file}",
        "/open311/v2/services/report.litter.json",
        &[],
        Duty,
    ),
    (
        "/open311/test/v2/{file}",
        "/open311/test/v2/services.json",
        &[],
        Duty,
    ),
    (
        "/open311/test/v2/{list}/{file}",
        "/open311/test/v2/services/report.litter.json",
        &[],
        Duty,
    ),
    ("/admin/api-keys", "/admin/api-keys", &[], Duty),
    ("/admin/api-keys/end", "/admin/api-keys/end", &[], Duty),
    ("/privacy", "/privacy", &[], Duty),
    ("/accessibility", "/accessibility", &[], Duty),
    ("/notices", "/notices", &[], Duty),
    (
        "/account/messages",
        "/account/messages",
        &[("address", "hoa@example.vn"), ("email", "yes")],
        Duty,
    ),
    ("/late", "/late?unit=commune-31135", &[], Duty),
    ("/admin", "/admin", &[], Duty),
    ("/admin/messages", "/admin/messages?state=failed", &[], Duty),
    (
        "/admin/messages/resend",
        "/admin/messages/resend",
        &[("id", "00000000000000000000000000000000")],
        Duty,
    ),
    ("/admin/messages/texts", "/admin/messages/texts", &[], Duty),
    (
        "/admin/messages/texts/{key}",
        "/admin/messages/texts/received.sms.vi",
        &[("body", "{{ code }}"), ("act", "try")],
        Duty,
    ),
    (
        "/admin/messages/texts/{key}/approve",
        "/admin/messages/texts/received.sms.vi/approve",
        &[("version", "1")],
        Duty,
    ),
    (
        "/admin/messages/rules/{name}",
        "/admin/messages/rules/escalation",
        &[("text", "không phải TOML")],
        Duty,
    ),
    ("/hooks/messages", "/hooks/messages", &[], Duty),
    ("/admin/portal", "/admin/portal", &[], Duty),
    (
        "/admin/portal/resend",
        "/admin/portal/resend",
        &[("case", "00000000000000000000000000000000"), ("place", "0")],
        Duty,
    ),
    ("/admin/portal/missing", "/admin/portal/missing", &[], Duty),
    // The last one: whoever knocks here is signed out.
    ("/sign-out", "/sign-out", &[], Duty),
];
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
    let doors = web::routes::doors();
    for (route, _) in doors.table() {
        let known = ADDRESSES.iter().any(|row| row.0 == *route);
        assert!(known, "the route {route} has no row in ADDRESSES");
    }
    let mut wrong = Vec::new();
    for mut visitor in visitors(&city).await {
        for row in ADDRESSES {
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

//! Stories of the leader's and the open rooms through the Router, on a real store: each figure opens
//! exactly as many cases as it says, strangers are refused, nothing personal reaches a public page.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use actions::found::{Brought, NewAccount};
use actions::publish::Ready;
use actions::{City, Limits};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use rules::Moment;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::event::{Imported, Opened};
use rules::case::{Event, Recorded, Spot, evolve};
use rules::ids::{CaseId, PersonId};
use rules::organisation::Organisation;
use rules::person::{Actor, Power, Seat};
use serde_json::json;
use service::Frames;
use service::definition::{Channel, Ending, Kind, Post};
use store::{DatabaseConfig, Extras, FilesConfig, Save, Store, StoreConfig};
use tower::ServiceExt;
use web::hall::{Hall, Shown};
use web::visit::House;

const CITY: &str = "can-tho";
const PASSWORD: &str = "một mật khẩu dài";
const COMMUNES: [&str; 4] = ["31120", "31135", "31147", "31186"];
const CASES: u32 = 400;
/// What only those who handle a case may see.
const PRIVATE: [&str; 4] = [
    "Nguyễn Thị Kín",
    "0912345678",
    "hẻm 51 nhà riêng",
    "ghi chú nội bộ",
];

fn now() -> Moment {
    "2026-11-23T04:00:00Z".parse().expect("a moment")
}

struct House1 {
    hall: Hall,
    router: Router,
    leader: String,
    official: String,
    codes: Vec<String>,
    _folder: tempfile::TempDir,
}

async fn house() -> House1 {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&StoreConfig {
        database: DatabaseConfig::Sqlite(folder.path().join("city.db")),
        files: FilesConfig::Local(folder.path().join("files")),
    })
    .await
    .expect("the store opens");
    store.migrate().await.expect("the schema is laid");
    let turn = Arc::new(AtomicU8::new(1));
    let chance = move |bytes: &mut [u8]| {
        for byte in bytes {
            *byte = turn.fetch_add(1, Ordering::Relaxed);
        }
    };
    let city = City::new(
        store,
        CITY,
        Arc::new(now),
        Arc::new(chance),
        Limits::default(),
    );
    found(&city).await;
    let codes = live(&city).await;
    let hall = Hall::new(
        city,
        House {
            city: "Thành phố Cần Thơ".into(),
            demo: true,
            filling: false,
        },
        "http://localhost",
        Shown::default(),
    );
    follow(&hall).await;
    let router = web::routes::house(&hall, 512);
    let sign_in = async |login: &str| {
        let signed_in = hall.city().sign_in(login, PASSWORD, "test", "").await;
        signed_in.expect("signs in").token
    };
    let (leader, official) = (sign_in("lanhdao").await, sign_in("canbo").await);
    House1 {
        router,
        leader,
        official,
        codes,
        hall,
        _folder: folder,
    }
}

async fn found(city: &City) {
    let organisation = include_str!("../../../data/can-tho/organisation.toml");
    let organisation: Organisation = toml::from_str(organisation).expect("the organisation reads");
    let calendar = Calendar::read(VIETNAM_1).expect("a sound calendar");
    city.found(
        "Thành phố Cần Thơ",
        true,
        json!({}),
        organisation,
        &calendar,
    )
    .await
    .expect("the city is founded");
    let account = |login: &str, unit: &str, powers: Vec<Power>| NewAccount {
        id: None,
        name: login.to_owned(),
        login: Some(login.to_owned()),
        password: Some(PASSWORD.to_owned()),
        seats: vec![Seat {
            unit: unit.to_owned(),
            post: Post::Head,
        }],
        powers,
    };
    city.add_accounts(vec![
        account("lanhdao", "city", vec![Power::Leader]),
        account("canbo", "commune-31135", Vec::new()),
    ])
    .await
    .expect("accounts are made");
}

/// Cases of every fate: kept, late, open, overdue, without a deadline, duplicate, spam, withdrawn.
async fn live(city: &City) -> Vec<String> {
    let days = |n: i64| SignedDuration::from_hours(24 * n);
    let mut brought = Vec::new();
    let mut codes = Vec::new();
    for n in 0..CASES {
        let opened_at = now() - days(i64::from(n % 200) + 1) - SignedDuration::from_secs(n.into());
        let due = (n % 11 != 0).then(|| opened_at + days(5));
        let commune = COMMUNES[(n % 4) as usize];
        let ended = match n % 9 {
            0 => None,
            1 => Some((Ending::Solved, days(9))),
            2 => Some((Ending::Duplicate, days(1))),
            3 => Some((Ending::Spam, days(1))),
            4 => Some((Ending::Withdrawn, days(2))),
            5 => Some((Ending::Refused, days(3))),
            _ => Some((Ending::Solved, days(i64::from(n % 4) + 1))),
        };
        let ended = ended
            .map(|(ending, after)| (ending, opened_at + after))
            .filter(|(_, at)| *at < now());
        let id = CaseId::new(opened_at, [u8::try_from(n % 251).expect("small"); 10]);
        let code = format!("H13-{n:04}");
        let public = n % 5 != 0;
        let opened = Opened {
            code: code.clone(),
            service: if n % 3 == 0 {
                "report.litter"
            } else {
                "report.noise"
            }
            .to_owned(),
            service_version: 1,
            kind: Kind::Report,
            channel: Channel::Web,
            applicant: Some(PersonId::new(opened_at, [9; 10])),
            applicant_kind: None,
            unit: format!("commune-{commune}"),
            received_at: None,
            area: (n % 7 != 0).then(|| commune.to_owned()),
            place: Some(Spot {
                lat: 10.03,
                lon: 105.77 + f64::from(n) / 100_000.0,
            }),
            public,
            about: None,
        };
        let recorded = Recorded {
            case: id,
            version: 1,
            at: now(),
            actor: Actor::Import,
            event: Event::Imported(Box::new(Imported {
                opened,
                at: opened_at,
                due,
                ended,
            })),
        };
        let answers = json!({"what": "Rác", "name": PRIVATE[0], "phone": PRIVATE[1], "where": {"words": PRIVATE[2]}});
        brought.push(Brought {
            save: Save {
                prior: None,
                case: evolve(None, &recorded),
                recorded: vec![recorded],
                extras: Extras {
                    title: Some(format!("Rác số {n}")),
                    words: Some("rác thải".into()),
                    group: "Môi trường".into(),
                    ..Extras::default()
                },
            },
            answers: answers.as_object().cloned(),
            notes: vec![(
                rules::ids::NoteId::new(opened_at, [3; 10]),
                PRIVATE[3].to_owned(),
            )],
        });
        codes.push(code);
    }
    city.bring(brought).await.expect("cases are brought");
    codes
}

async fn follow(hall: &Hall) {
    hall.city().store().seal(CITY, now()).await.expect("seals");
    let page = hall.reader().facts_after(0, 100_000).await.expect("rows");
    hall.update_facts(|facts| {
        *facts = facts::Facts::new();
        for (slot, row) in &page.rows {
            facts.put(*slot, row).expect("a sound row");
        }
    });
}

impl House1 {
    async fn get(&self, session: &str, path: &str) -> (StatusCode, String) {
        let request = Request::get(path)
            .header(header::COOKIE, format!("session={session}"))
            .body(Body::empty())
            .expect("a request");
        self.send(request).await
    }

    async fn send(&self, request: Request<Body>) -> (StatusCode, String) {
        let answer = self.router.clone().oneshot(request).await.expect("answers");
        let status = answer.status();
        let location = answer.headers().get(header::LOCATION).cloned();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX)
            .await
            .expect("a body");
        let text = String::from_utf8_lossy(&body).into_owned();
        (
            status,
            location.map_or(text, |to| to.to_str().expect("text").to_owned()),
        )
    }

    async fn seen(&self, path: &str) -> String {
        let (status, page) = self.get(&self.leader, path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        page
    }

    /// Walks a list to its end; the codes of its rows.
    async fn walk(&self, path: &str) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.seen(&path).await;
            for (code, _) in links(&page, "/cases/") {
                assert!(codes.insert(code.clone()), "{code} twice in {path}");
            }
            next = page
                .split("<a class=\"btn quiet\" href=\"")
                .skip(1)
                .filter_map(|rest| rest.split_once('>'))
                .find(|(tag, _)| tag.contains("rel=\"next\""))
                .and_then(|(tag, _)| tag.split_once('"'))
                .map(|(to, _)| to.replace("&amp;", "&"));
        }
        codes
    }
}

/// (address, words) of the links that begin so.
fn links(page: &str, begins: &str) -> Vec<(String, String)> {
    page.split("href=\"")
        .skip(1)
        .filter(|rest| rest.starts_with(begins))
        .filter_map(|rest| {
            let (to, rest) = rest.split_once('"')?;
            let (_, words) = rest.split_once('>')?;
            let (words, _) = words.split_once('<')?;
            Some((to.replace("&amp;", "&"), words.to_owned()))
        })
        .collect()
}

#[tokio::test]
async fn each_figure_opens_exactly_as_many_cases_as_it_says() {
    let house = house().await;
    let pages = [
        "/league?period=all",
        "/league?period=90",
        "/league?period=all&by=area",
        "/league?period=365&by=service&area=31135",
        "/league?period=all&day=2026-10-01",
        "/league?period=range&from=2026-07-01&to=2026-09-30&service=report.litter",
        "/league/commune-31135?period=all",
        "/morning",
    ];
    let mut opened = 0;
    for path in pages {
        let page = house.seen(path).await;
        let mut numbers = 0;
        for (to, words) in links(&page, "/league/cases?") {
            let shown: Option<usize> = words.trim().replace('.', "").parse().ok();
            let codes = house.walk(&to).await;
            let list = house.seen(&to).await;
            assert!(
                list.contains(&format!("<b id=\"count\">{} việc</b>", codes.len())),
                "{path} → {to}: {} rows",
                codes.len()
            );
            if let Some(shown) = shown {
                assert_eq!(codes.len(), shown, "{path} → {to}");
                numbers += 1;
            }
            opened += 1;
        }
        assert!(numbers > 1, "{path} shows only {numbers} numbers");
    }
    assert!(opened > 60, "only {opened} figures were opened");
}

#[tokio::test]
async fn figures_and_directives_are_the_leaders_alone() {
    let house = house().await;
    for path in [
        "/league",
        "/league.csv",
        "/league/cases?figure=open",
        "/league/commune-31135",
        "/morning",
        "/direct",
        "/directives",
    ] {
        let (status, to) = house.get("", path).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{path}");
        assert!(to.starts_with("/sign-in?back="), "{to}");
        let (status, page) = house.get(&house.official, path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        assert!(!page.contains("H13-0001"), "{path}");
    }
    for path in [
        "/league/cases?figure=nonsense",
        "/league/cases?figure=age-9",
        "/league/no-such-unit",
    ] {
        assert_eq!(
            house.get(&house.leader, path).await.0,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn nothing_personal_reaches_a_public_page() {
    let house = house().await;
    let (open, closed) = (&house.codes[1], &house.codes[5]);
    let report = format!("/open/reports/{open}");
    let verify = format!("/verify?code={closed}");
    let paths = [
        "/open",
        "/open?by=area",
        "/open/reports",
        "/open/reports?q=rac",
        "/open/map",
        "/open/map?figure=overdue",
        "/open/map?area=31135",
        "/open/data.csv",
        "/open/method",
        "/accessibility",
        "/privacy",
        &report,
        &verify,
    ];
    for path in paths {
        for session in ["", house.leader.as_str()] {
            let (status, page) = house.get(session, path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            for secret in PRIVATE {
                assert!(!page.contains(secret), "{path} tells {secret}");
            }
            assert!(
                !page.contains("Rác số 5<"),
                "{path} shows a report that is not public"
            );
        }
    }
    for session in ["", house.leader.as_str()] {
        let (status, _) = house.get(session, &format!("/open/reports/{closed}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "a report that is not public");
    }
    assert!(house.get("", &report).await.1.contains("Rác số 1"));
    assert!(
        house
            .get("", "/open/map?area=31135")
            .await
            .1
            .contains("class=\"pin\" d=")
    );
}

#[tokio::test]
async fn a_record_proves_itself_and_a_foreign_fingerprint_does_not() {
    let house = house().await;
    let code = &house.codes[3];
    let case = house
        .hall
        .reader()
        .track(code)
        .await
        .expect("reads")
        .expect("there");
    let receipt = house
        .hall
        .reader()
        .receipt(case.id, 1)
        .await
        .expect("reads")
        .expect("sealed");
    let own: String = receipt
        .entry
        .event_hash
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let foreign = "0".repeat(64);
    for (query, says) in [
        (format!("code={code}"), "Lần ghi cuối khớp"),
        (format!("code={code}&hash={own}"), "Khớp: dấu vân"),
        (format!("code={code}&hash={foreign}"), "Không khớp"),
        ("code=H13-9999".to_owned(), "Không có hồ sơ"),
    ] {
        let (status, page) = house.get("", &format!("/verify?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}");
        assert!(page.contains(says), "{query}: {page}");
    }
}

#[tokio::test]
async fn a_directive_about_a_case_is_followed() {
    let house = house().await;
    publish_directive(house.hall.city()).await;
    let code = &house.codes[0];
    let form = house
        .seen(&format!("/direct?about={code}&unit=commune-31120"))
        .await;
    let key = form
        .split("name=\"key\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a key");
    assert!(form.contains("value=\"commune-31120\" selected"), "{form}");
    let post = |body: String| {
        Request::post("/direct")
            .header(header::COOKIE, format!("session={}", house.leader))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("host", "localhost")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request")
    };
    let fields = |due: &str| {
        format!(
            "key={key}&about={code}&what=D%E1%BB%8Dn+r%C3%A1c&priority=urgent&due={due}&unit=commune-31120&product=B%C3%A1o+c%C3%A1o&deadline={due}"
        )
    };
    let (status, page) = house.send(post(fields("2020-01-01"))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.contains("Dọn rác") && page.contains("Báo cáo"),
        "what was typed is kept"
    );
    let (status, to) = house.send(post(fields("2026-12-15"))).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{to}");
    let (_, again) = house.send(post(fields("2026-12-15"))).await;
    assert_eq!(again, to, "a second tap is the same directive");
    let list = house.seen("/directives").await;
    assert!(
        list.contains("Dọn rác") && list.contains("phường Cái Khế"),
        "{list}"
    );
    let about = house
        .hall
        .reader()
        .track(code)
        .await
        .expect("reads")
        .expect("there");
    assert_eq!(about.directives.len(), 1);
}

async fn publish_directive(city: &City) {
    let mut frames = Frames::default();
    for text in [
        include_str!("../../../services/frames/directive-1.yaml"),
        include_str!("../../../services/frames/feedback-1.yaml"),
    ] {
        let (frame, _) = service::read_frame(text);
        frames.0.insert(frame.frame.clone(), frame);
    }
    let texts = [
        include_str!("../../../services/directive.task.yaml"),
        // The case that it is about.
        include_str!("../../../services/report.litter.yaml"),
    ];
    let ready = texts.map(|text| Ready {
        text: text.to_owned(),
        resolved: service::resolve(&service::read(text).definition, &frames),
    });
    city.install_services(ready.into())
        .await
        .expect("published");
}

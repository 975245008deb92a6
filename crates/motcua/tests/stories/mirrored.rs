//! Dossiers of a ministry's system: told by a signed message, shown, found and counted here, and decided there
//! alone (invariant 12).

use actions::money::Deed;
use actions::{ActionError, Change, Verb};
use motcua::import::dirt::Report;
use motcua::import::mirrored::{self, PLACE};
use rules::case::money::{RefundWhy, Way};
use rules::ids::PersonId;
use rules::person::{Official, Person, Power, Seat};
use serde_json::{Value as Json, json};
use service::definition::Post;
use testkit::{TestCity, both_engines, days};

both_engines!(
    a_ministry_tells_and_the_city_shows_finds_and_counts,
    each_line_is_taken_or_refused_by_itself_and_nobody_else_is_believed,
    a_table_is_told_row_by_row_and_again_without_harm,
    nobody_here_changes_what_another_system_decides,
);

const SYSTEM: &str = "enterprise-register";
const SECRET: &str = "bi mat cua he thong doanh nghiep 0123456789";

fn line(code: &str, state: u8, at: &str) -> Json {
    json!({"code": code, "procedure": "2.001610", "state": state, "at": at,
        "received": "2026-02-26 08:00", "area": "31135"})
}

async fn told(city: &TestCity, lines: &[Json]) -> Json {
    let (status, answer) = city
        .owner_posts(SYSTEM, SECRET, &json!({"dossiers": lines}))
        .await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn a_ministry_tells_and_the_city_shows_finds_and_counts(city: TestCity) {
    let city = city.told_by(SYSTEM, SECRET);
    let mut first = line("DN26-0001", 2, "2026-02-26 09:00");
    first["due"] = "2026-03-03 09:00".into();
    let answer = told(
        &city,
        &[first.clone(), line("DN26-0002", 9, "2026-02-27 15:00")],
    )
    .await;
    assert_eq!(
        answer["dossiers"][0],
        json!({"code": "DN26-0001", "here": "DN26-0001", "news": "fresh"})
    );
    // The same once more changes nothing; what was late in coming changes nothing that came later.
    let again = told(&city, &[first, line("DN26-0002", 4, "2026-02-26 10:00")]).await;
    assert_eq!(again["dossiers"][0]["news"], "known");
    assert_eq!(again["dossiers"][1]["news"], "changed");
    let case = city.case("DN26-0002").await;
    assert_eq!(case.life.number(), 9);
    assert_eq!(case.unit, "department-of-finance");

    // Officials see whose it is, and nothing to press.
    let mut leader = city.sign_in("lanhdao").await;
    leader.open("/find?q=DN26-0001").await;
    leader.sees("Đăng ký thành lập doanh nghiệp tư nhân");
    leader.open("/cases/DN26-0001").await;
    leader
        .status(200)
        .sees("Hồ sơ của hệ thống khác: Hệ thống thông tin quốc gia về đăng ký doanh nghiệp")
        .sees("Được tiếp nhận");
    let buttons = [
        "Nhận việc",
        "Đủ hồ sơ",
        "Từ chối tiếp nhận",
        "Hẹn lại",
        "Chuyển",
    ];
    for button in buttons {
        assert!(!leader.offers(button), "{button}");
    }

    // A resident follows it by the code of that system, and hands in there.
    let mut resident = city.browser("người dân");
    resident.open("/track?code=dn26-0001").await;
    resident.sees("Được tiếp nhận").sees("Hồ sơ của hệ thống");
    resident
        .open("/services/enterprise.sole-proprietorship")
        .await;
    let site = resident.page().link("Nộp hồ sơ trên");
    assert_eq!(site, "https://dangkykinhdoanh.gov.vn");
    resident.open("/apply/enterprise.sole-proprietorship").await;
    resident.sees("Nộp hồ sơ trên");

    // Counted once at Sở Tài chính: received in February, one of them ended in time.
    city.settle().await;
    leader.open("/numbers/report?period=2026-02&by=unit").await;
    let row = leader.page().row("Sở Tài chính").clone();
    assert_eq!(row.cells[1].words, "2", "{row:?}");
    leader
        .open("/numbers/report?period=2026-02&by=service")
        .await;
    leader.sees("Đăng ký thành lập doanh nghiệp tư nhân");
}

async fn each_line_is_taken_or_refused_by_itself_and_nobody_else_is_believed(city: TestCity) {
    let city = city
        .told_by(SYSTEM, SECRET)
        .told_by("social-insurance", SECRET);
    let with = |key: &str, value: &str| {
        let mut line = line("DN26-0009", 4, "2026-02-26 10:00");
        line[key] = value.into();
        line
    };
    let lines = [
        (with("procedure", "9.999999"), "unknown-procedure"),
        (with("procedure", "1.001193"), "decided-here"),
        (with("procedure", "1.004222"), "procedure-of-another-system"),
        (with("code", " "), "no-code"),
        (with("code", &"1".repeat(61)), "code-too-long"),
        (with("state", "11"), "unknown-state"),
        (with("state", "xong"), "unknown-state"),
        (with("at", "hôm qua"), "unreadable-date"),
        (with("at", "2027-01-01 08:00"), "date-in-the-future"),
        (with("at", "2026-02-25 08:00"), "before-it-was-received"),
        (with("due", "mai"), "unreadable-date"),
        (with("result", "tốt"), "unknown-result"),
        (with("area", "99999"), "unknown-area"),
        (with("channel", "fax"), "unknown-channel"),
        (with("reference", "H13-1"), "unknown-reference"),
        (with("ten", "Lan"), "unknown-field"),
        (json!("DN26"), "no-code"),
    ];
    let sent: Vec<Json> = lines.iter().map(|(line, _)| line.clone()).collect();
    let mut all = sent.clone();
    all.push(line("DN26-0010", 4, "2026-02-26 10:00"));
    let answer = told(&city, &all).await;
    for (n, (line, reason)) in lines.iter().enumerate() {
        assert_eq!(answer["dossiers"][n]["refused"], *reason, "{line}");
    }
    assert_eq!(
        (&answer["taken"], &answer["refused"]),
        (&json!(1), &json!(lines.len()))
    );
    assert_eq!(answer["dossiers"][lines.len()]["news"], "fresh");

    // Another secret, another system, an old message, no table of lines.
    let message = json!({"dossiers": [line("DN26-0011", 4, "2026-02-26 10:00")]});
    for (system, secret, status) in [
        (SYSTEM, "bi mat khac 0123456789 0123456789 0123", 401),
        ("khong-co", SECRET, 404),
    ] {
        assert_eq!(
            city.owner_posts(system, secret, &message).await.0,
            status,
            "{system}"
        );
    }
    assert_eq!(
        city.owner_posts(SYSTEM, SECRET, &json!({"ho-so": []}))
            .await
            .0,
        422
    );
    let many = vec![line("DN26-0012", 4, "2026-02-26 10:00"); 501];
    assert_eq!(
        city.owner_posts(SYSTEM, SECRET, &json!({"dossiers": many}))
            .await
            .0,
        413
    );
    // The code of one dossier is not that of another owner's procedure.
    let (_, other) = city
        .owner_posts(
            "social-insurance",
            SECRET,
            &json!({"dossiers": [{"code": "DN26-0010", "procedure": "health-insurance.child-card",
                "state": 4, "at": "2026-02-26 10:00"}]}),
        )
        .await;
    assert_eq!(other["dossiers"][0]["news"], "fresh");
    assert_ne!(
        other["dossiers"][0]["here"], "DN26-0010",
        "two dossiers, two codes"
    );
}

async fn a_table_is_told_row_by_row_and_again_without_harm(city: TestCity) {
    let table = "\u{feff}Mã hồ sơ,Thủ tục,Trạng thái,Từ lúc,Hẹn trả\n\
        DN26-0021,2.001610,2,26/02/2026 09:00,03/03/2026 09:00\n\
        DN26-0021,2.001610,9,27/02/2026 09:00,\n\
        DN26-0022,2.001610,12,26/02/2026 09:00,\n\
        DN26-0023,0.000000,4,26/02/2026 09:00,\n\
        DN26-0024,2.001610,4,2026-02-26T09:00:00+07:00\n";
    let named = [
        ("code", "Mã hồ sơ"),
        ("procedure", "Thủ tục"),
        ("state", "Trạng thái"),
        ("at", "Từ lúc"),
        ("due", "Hẹn trả"),
    ];
    let named = named
        .map(|(name, words)| (name.to_owned(), words.to_owned()))
        .into();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.csv");
    let load = async || {
        let mut report = Report::begin(&path, &PLACE).expect("a report");
        let loaded = mirrored::load(city.city(), SYSTEM, table, &named, &mut report).await;
        report.end().expect("the report ends");
        (
            loaded.expect("loads"),
            std::fs::read_to_string(&path).expect("written"),
        )
    };
    let (first, report) = load().await;
    assert_eq!(
        (first.rows, first.fresh, first.changed, first.known),
        (5, 2, 1, 0)
    );
    for said in [
        "4,DN26-0022,set-aside,unknown-state,12",
        "5,DN26-0023,set-aside,unknown-procedure,0.000000",
    ] {
        assert!(report.contains(said), "{report}");
    }
    let case = city.case("DN26-0021").await;
    assert_eq!(case.life.number(), 9);
    let (again, _) = load().await;
    assert_eq!((again.fresh, again.changed, again.known), (0, 0, 3));
    assert_eq!(city.case("DN26-0021").await.version, case.version);
    let mut report = Report::begin(&path, &PLACE).expect("a report");
    let none = Default::default();
    let table = "code,state\n1,2\n";
    let wrong = mirrored::load(city.city(), SYSTEM, table, &none, &mut report).await;
    let wrong = wrong.expect_err("no procedure, no moment");
    assert!(wrong.to_string().contains("procedure"), "{wrong}");
}

/// One of each verb.
fn verbs(city: &TestCity) -> Vec<Verb> {
    let (step, row) = ("receive".to_owned(), None);
    let to = city.clock.now() + days(3);
    let colleague = PersonId(uuid::Uuid::from_u128(7));
    let (fee, why) = ("publication_fee".to_owned(), RefundWhy::Surplus);
    let deeds = [
        Deed::Ask,
        Deed::Take {
            amount: 100_000,
            way: Way::Cash,
            bank: None,
        },
        Deed::Void { payment: 1 },
        Deed::Waive {
            fee: fee.clone(),
            register: None,
        },
        Deed::RejectWaiver { fee },
        Deed::AskRefund { amount: 1, why },
        Deed::AnswerRefund {
            refund: 1,
            approve: true,
        },
        Deed::PayRefund {
            refund: 1,
            way: Way::Cash,
            bank: None,
        },
    ];
    let all = [
        Verb::Claim {
            step: step.clone(),
            row,
        },
        Verb::Release {
            step: step.clone(),
            row,
        },
        Verb::Pass {
            step: step.clone(),
            row,
            unit: "city-office".into(),
            to: None,
        },
        Verb::Decide {
            step: step.clone(),
            row,
            outcome: "complete".into(),
        },
        Verb::Note { public: true },
        Verb::Note { public: false },
        Verb::Extend { to },
        Verb::Apologise {
            cause: "workload".into(),
            to,
        },
        Verb::AskWithdrawal,
        Verb::AnswerWithdrawal { accept: true },
        Verb::Reopen,
        Verb::Rate {
            score: 1,
            reasons: Vec::new(),
        },
        Verb::Reassign {
            step,
            row,
            to: colleague,
        },
        Verb::Redate,
        Verb::Reseat,
        Verb::Tick,
    ];
    all.into_iter().chain(deeds.map(Verb::Money)).collect()
}

async fn nobody_here_changes_what_another_system_decides(city: TestCity) {
    let city = city.told_by(SYSTEM, SECRET);
    let mut ended = line("DN26-0003", 7, "2026-02-27 15:00");
    ended["due"] = "2026-03-03 09:00".into();
    told(&city, &[line("DN26-0001", 4, "2026-02-27 15:00"), ended]).await;
    // Everybody who could sit over it: its agency's own staff and head with every power there is.
    let of_agency = |post| {
        let seats = vec![Seat {
            unit: "department-of-finance".into(),
            post,
        }];
        Person::Official(Official {
            id: PersonId(uuid::Uuid::from_u128(12)),
            name: "Sở Tài chính".into(),
            own: seats.clone(),
            seats,
            stands_in_for: Vec::new(),
            powers: vec![
                Power::Leader,
                Power::Designer,
                Power::Administrator,
                Power::Accountant,
            ],
        })
    };
    let mut people = vec![
        Person::Nobody,
        of_agency(Post::Staff),
        of_agency(Post::Head),
    ];
    for login in ["lanhdao", "ninhkieu-lanhdao", "motcua-ninhkieu", "1022"] {
        people.push(city.person(login).await);
    }
    for code in ["DN26-0001", "DN26-0003"] {
        let before = city.case(code).await;
        people.push(Person::Bearer { case: before.id });
        for person in &people {
            for verb in verbs(&city) {
                let told = format!("{person:?}: {verb:?}");
                let change = Change {
                    words: Some("Thử".to_owned()),
                    ..Change::new(before.id, verb)
                };
                let done = city.city().change(person, change).await;
                if let Err(ActionError::Fault(fault)) = done {
                    panic!("{told}: {fault}");
                }
                let after = city.case(code).await;
                assert_eq!(after.life, before.life, "{told}");
                assert_eq!(after.clock, before.clock, "{told}");
                assert_eq!(after.mirror, before.mirror, "{told}");
            }
        }
        city.city()
            .tick(before.id)
            .await
            .expect("the clock does nothing");
        assert_eq!(city.case(code).await.life, before.life);
    }
}

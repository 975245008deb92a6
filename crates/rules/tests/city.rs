//! Units and areas over time, routing, authority, the catalogue, retention and broken logs.

use jiff::civil::Date;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::event::Opened;
use rules::case::{Context, Event, Given, Recorded, Refusal, Spot};
use rules::catalogue::{Catalogue, NotPublished};
use rules::ids::{CaseId, PersonId};
use rules::organisation::{Boundary, Organisation};
use rules::person::Actor;
use rules::replay::{Broken, fold};
use rules::retention::{Keep, Kept, dates, erasable};
use rules::{authority, routing};
use serde_json::json;
use service::definition::{Channel, Definition, Ending, Expr, Kind, UnitRule};
use service::frame::Published;

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Hưng Lợi bore the code 31147 until 30/6/2025; since then it is Tân An's, made of two communes.
fn organisation() -> Organisation {
    let json = json!({
        "units": [
            {"code": "city", "name": "TP", "kind": "city", "valid_from": "2004-01-01"},
            {"code": "old-a", "name": "An Khánh", "kind": "commune", "areas": ["31149"], "parent": "city",
             "valid_from": "2004-01-01", "valid_to": "2025-06-30", "successors": ["new"]},
            {"code": "old-b", "name": "Hưng Lợi", "kind": "commune", "areas": ["31147"], "parent": "city",
             "valid_from": "2004-01-01", "valid_to": "2025-06-30", "successors": ["new"]},
            {"code": "split", "name": "Long Tuyền cũ", "kind": "commune", "areas": ["31184"],
             "valid_from": "2004-01-01", "valid_to": "2025-06-30", "successors": ["new", "far"]},
            {"code": "new", "name": "Tân An", "kind": "commune", "areas": ["31147"], "parent": "city",
             "valid_from": "2025-07-01"},
            {"code": "far", "name": "Long Tuyền", "kind": "commune", "areas": ["31183"], "parent": "city",
             "valid_from": "2025-07-01"},
            {"code": "new-desk", "name": "Một cửa", "kind": "desk", "areas": ["31147"], "parent": "new",
             "valid_from": "2025-07-01"},
            {"code": "land", "name": "VPĐKĐĐ", "kind": "land", "parent": "city", "valid_from": "2004-01-01"},
            {"code": "land-1", "name": "Chi nhánh", "kind": "land", "areas": ["31147", "31150"],
             "parent": "land", "valid_from": "2004-01-01"},
            {"code": "round", "name": "Vòng", "kind": "loop", "parent": "round", "valid_from": "2004-01-01",
             "valid_to": "2020-01-01", "successors": ["round"]},
        ],
        "areas": [
            {"code": "31147", "name": "Hưng Lợi", "kind": "phường", "lat": 10.02, "lon": 105.77, "km2": 3.0,
             "valid_from": "2004-01-01", "valid_to": "2025-06-30"},
            {"code": "31147", "name": "Tân An", "kind": "phường", "lat": 10.02, "lon": 105.76, "km2": 8.0,
             "valid_from": "2025-07-01"},
            {"code": "31183", "name": "Long Tuyền", "kind": "phường", "lat": 10.00, "lon": 105.70,
             "km2": 30.0, "valid_from": "2025-07-01"},
        ],
        "sets": [{"code": "ninh-kieu", "name": "Ninh Kiều", "areas": ["31147", "99999"]}],
    });
    serde_json::from_value(json).expect("an organisation")
}

#[test]
fn the_same_code_is_another_area_on_another_day() {
    let city = organisation();
    let name = |day| city.area("31147", date(day)).map(|area| area.name.as_str());
    assert_eq!(name("2025-06-30"), Some("Hưng Lợi"));
    assert_eq!(name("2025-07-01"), Some("Tân An"));
    assert_eq!(name("2003-12-31"), None);
    let of_set = city.areas_of_set("ninh-kieu", date("2026-01-01"));
    assert_eq!(
        of_set
            .iter()
            .map(|area| area.name.as_str())
            .collect::<Vec<_>>(),
        ["Tân An"]
    );
}

#[test]
fn heirs_trees_and_children() {
    let city = organisation();
    let heirs = |code, day| {
        let heirs = city.heirs(code, date(day)).into_iter();
        heirs.map(|unit| unit.code.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(heirs("old-a", "2025-06-30"), ["old-a"]);
    assert_eq!(heirs("old-a", "2026-01-01"), ["new"]);
    assert_eq!(heirs("split", "2026-01-01"), ["far", "new"]);
    assert_eq!(
        heirs("round", "2026-01-01"),
        [""; 0],
        "a circle in the data ends"
    );
    let tree = city.tree("city", date("2026-01-01"));
    let tree: Vec<_> = tree.iter().map(|unit| unit.code.as_str()).collect();
    assert_eq!(tree, ["city", "new", "far", "land", "new-desk", "land-1"]);
    assert_eq!(
        city.unit_ever("old-b").map(|unit| unit.name.as_str()),
        Some("Hưng Lợi")
    );
}

#[test]
fn a_point_falls_into_its_outline_or_to_the_nearest_centre() {
    let city = organisation();
    let today = date("2026-01-01");
    let spot = Spot {
        lat: 10.01,
        lon: 105.755,
    };
    let code = |area: Option<&rules::organisation::Area>| area.map(|area| area.code.clone());
    assert_eq!(
        code(city.nearest_area(spot, today)).as_deref(),
        Some("31147")
    );
    let corner = |lat, lon| Spot { lat, lon };
    let outline = |low: f64, high: f64| {
        vec![
            corner(low, 105.6),
            corner(low, 105.8),
            corner(high, 105.8),
            corner(high, 105.6),
        ]
    };
    let hole = vec![outline(9.9, 10.1), outline(10.0, 10.02)];
    let whole = Boundary {
        area: "31183".to_owned(),
        rings: vec![outline(9.9, 10.1)],
    };
    let holed = Boundary {
        area: "31183".to_owned(),
        rings: hole,
    };
    assert!(whole.holds(spot) && !holed.holds(spot));
    assert_eq!(
        code(city.area_at(spot, today, &[whole])).as_deref(),
        Some("31183")
    );
    assert_eq!(
        code(city.area_at(spot, today, &[holed])).as_deref(),
        Some("31147")
    );
    assert_eq!(city.nearest_area(spot, date("1990-01-01")), None);
}

struct World {
    definition: Definition,
    answers: service::Answers,
    organisation: Organisation,
    calendar: Calendar,
}

impl World {
    fn new(definition: &str) -> Self {
        let answers =
            json!({"area": "31147", "far_area": "31183", "unit": "old-a", "road": "national"});
        Self {
            definition: service::read::read(definition).definition,
            answers: answers.as_object().cloned().expect("an object"),
            organisation: organisation(),
            calendar: Calendar::read(VIETNAM_1).expect("the calendar reads"),
        }
    }

    fn asks<T>(&self, day: &str, actor: &Actor, question: impl FnOnce(&Context<'_>) -> T) -> T {
        let noon = jiff::civil::Time::constant(12, 0, 0, 0);
        let given = Given::new(
            self.calendar.at(date(day), noon).expect("a day"),
            actor,
            (&self.definition, 1),
            &self.answers,
            &self.calendar,
            &self.organisation,
        );
        let context = Context {
            agency: Some("land"),
            ..Context::opening(&given, Channel::Web, None)
        };
        question(&context)
    }
}

const TABLES: &str = "
service: made.up
name: Thử
kind: report
tables:
  handler:
    hit: first
    columns: [road, =, = second]
    rows:
      - [national, land by area, city]
      - [\"*\", commune by far_area, table(handler)]
roles:
  signer:
    name: Người ký
    authority: chairman of commune by area
    delegations:
      - {to: director of land by area, when: road == \"national\", basis: QĐ 1, prefix: TUQ., from: 2026-01-01, until: 2026-06-30}
      - {to: director of land, when: road == \"local\", basis: QĐ 2, prefix: TUQ.}
    acting: {post: deputy-chairman, prefix: KT.}
";

#[test]
fn units_are_found_by_rule_on_the_day() {
    let world = World::new(TABLES);
    let by_area = |kind: &str, area: &str| UnitRule::KindByArea {
        kind: kind.to_owned(),
        area: Expr(area.to_owned()),
    };
    let table = |column: Option<&str>| UnitRule::Table {
        table: "handler".to_owned(),
        column: column.map(str::to_owned),
    };
    let cases = [
        (UnitRule::Agency, "2026-03-02", Some("land")),
        (UnitRule::Unit("new".into()), "2026-03-02", Some("new")),
        (UnitRule::Unit("old-b".into()), "2025-06-30", Some("old-b")),
        (UnitRule::Unit("old-b".into()), "2026-03-02", Some("new")),
        (UnitRule::Unit("split".into()), "2026-03-02", None),
        (UnitRule::Unit("city".into()), "2026-03-02", Some("city")),
        (UnitRule::Unit("nothing".into()), "2026-03-02", None),
        (by_area("commune", "area"), "2025-06-30", Some("old-b")),
        (by_area("commune", "area"), "2026-03-02", Some("new")),
        (by_area("land", "area"), "2026-03-02", Some("land-1")),
        (by_area("land", "far_area"), "2026-03-02", Some("land")),
        (by_area("desk", "far_area"), "2026-03-02", None),
        (
            UnitRule::Answer(Expr("unit".into())),
            "2026-03-02",
            Some("new"),
        ),
        (table(None), "2026-03-02", Some("land-1")),
        (table(Some("second")), "2026-03-02", Some("city")),
    ];
    for (rule, day, expected) in cases {
        let found = world.asks(day, &Actor::Clock, |context| routing::unit(&rule, context));
        match expected {
            Some(unit) => assert_eq!(found.as_deref(), Ok(unit), "{rule:?} on {day}"),
            None => assert!(
                matches!(found, Err(Refusal::NoUnit { .. })),
                "{rule:?} on {day}"
            ),
        }
    }
    let missing = by_area("commune", "nowhere");
    let found = world.asks("2026-03-02", &Actor::Clock, |context| {
        routing::unit(&missing, context)
    });
    assert!(
        matches!(found, Err(Refusal::AnswerMissing { .. })),
        "{found:?}"
    );
}

#[test]
fn who_signs_by_what_right_on_which_day() {
    let world = World::new(TABLES);
    let role = &world.definition.roles[0];
    let who = |day: &str| {
        let grants = world.asks(day, &Actor::Clock, |context| {
            authority::who_may_sign(role, context)
        });
        let grants = grants.expect("judged").into_iter();
        let told = grants.map(|grant| format!("{}{}:{}", grant.prefix, grant.unit, grant.title));
        told.collect::<Vec<_>>()
    };
    assert_eq!(who("2025-12-31"), ["TM.new:chairman", "KT.new:chairman"]);
    let delegated = ["TUQ.land-1:director", "TM.new:chairman", "KT.new:chairman"];
    assert_eq!(who("2026-01-01"), delegated);
    assert_eq!(who("2026-06-30"), delegated);
    assert_eq!(who("2026-07-01"), ["TM.new:chairman", "KT.new:chairman"]);

    use service::definition::Post;
    let signs = |day: &str, unit: &str, post| {
        let actor = Actor::Official {
            id: PersonId(uuid::Uuid::nil()),
            unit: unit.to_owned(),
            post,
        };
        let grant = world.asks(day, &actor, |context| {
            authority::grant_for(role, &actor, context)
        });
        grant.map(|grant| (grant.prefix, grant.basis))
    };
    let ok = |prefix: &str, basis: &str| Ok((prefix.to_owned(), basis.to_owned()));
    assert_eq!(
        signs("2026-03-02", "land-1", Post::Head),
        ok("TUQ.", "QĐ 1")
    );
    assert_eq!(signs("2026-03-02", "new", Post::DeputyHead), ok("KT.", ""));
    assert_eq!(signs("2026-03-02", "new", Post::Head), ok("TM.", ""));
    let none = Err(Refusal::NoAuthority);
    assert_eq!(signs("2026-03-02", "new", Post::Staff), none);
    assert_eq!(
        signs("2026-03-02", "land-1", Post::DeputyHead),
        none,
        "no sub-delegation"
    );
    assert_eq!(
        signs("2026-07-01", "land-1", Post::Head),
        Err(Refusal::MandateOver {
            number: "QĐ 1".to_owned(),
            last: date("2026-06-30"),
        }),
        "the delegation has ended"
    );
}

#[test]
fn a_published_version_never_changes_and_holds_from_its_day() {
    let published = |number, effective: &str, hash: &str| Published {
        number,
        effective: date(effective),
        hash: hash.to_owned(),
        definition: Definition {
            service: "permit".to_owned(),
            ..Definition::default()
        },
    };
    let mut catalogue = Catalogue::default();
    catalogue
        .publish(published(1, "2026-01-01", "a"))
        .expect("new");
    catalogue
        .publish(published(2, "2026-06-01", "b"))
        .expect("new");
    catalogue
        .publish(published(2, "2026-06-01", "b"))
        .expect("the same again");
    let exists = NotPublished::Exists {
        service: "permit".to_owned(),
        number: 2,
    };
    assert_eq!(
        catalogue.publish(published(2, "2026-06-01", "c")).err(),
        Some(exists)
    );
    catalogue
        .publish(published(4, "2026-03-01", "d"))
        .expect("new");
    let order = catalogue.publish(published(3, "2026-03-01", "e")).err();
    assert!(matches!(
        order,
        Some(NotPublished::OutOfOrder { last: 4, .. })
    ));
    let current = |day: &str| {
        catalogue
            .current("permit", date(day))
            .map(|each| each.number)
    };
    assert_eq!(current("2025-12-31"), None);
    assert_eq!(current("2026-01-01"), Some(1));
    assert_eq!(
        current("2026-07-01"),
        Some(4),
        "the newest of those in force"
    );
    assert_eq!(catalogue.all(date("2026-07-01")).count(), 1);
    assert_eq!(catalogue.versions("permit").count(), 3);
    assert_eq!(
        catalogue.get("permit", 1).map(|each| each.hash.as_str()),
        Some("a")
    );
}

fn recorded(version: u32, second: i64, event: Event) -> Recorded {
    Recorded {
        case: CaseId(uuid::Uuid::from_u128(1)),
        version,
        at: jiff::Timestamp::from_second(1_770_000_000 + second).expect("a moment"),
        actor: Actor::Clock,
        event,
    }
}

fn opened() -> Event {
    Event::Opened(Box::new(Opened {
        code: "H13-1".to_owned(),
        service: "permit".to_owned(),
        service_version: 1,
        kind: Kind::Procedure,
        channel: Channel::Online,
        applicant: None,
        applicant_kind: None,
        unit: "new".to_owned(),
        received_at: None,
        area: None,
        place: None,
        public: false,
        about: None,
    }))
}

#[test]
fn a_broken_log_is_named() {
    let case = CaseId(uuid::Uuid::from_u128(1));
    let found = CaseId(uuid::Uuid::from_u128(2));
    let stranger = Recorded {
        case: found,
        ..recorded(2, 0, Event::TakenUp)
    };
    let cases = [
        (vec![], Broken::Empty),
        (
            vec![recorded(1, 0, Event::TakenUp)],
            Broken::NoBeginning { case },
        ),
        (
            vec![recorded(2, 0, opened())],
            Broken::Gap {
                case,
                expected: 1,
                found: 2,
            },
        ),
        (
            vec![recorded(1, 0, opened()), recorded(3, 0, Event::TakenUp)],
            Broken::Gap {
                case,
                expected: 2,
                found: 3,
            },
        ),
        (
            vec![recorded(1, 0, opened()), stranger],
            Broken::Stranger { case, found },
        ),
        (
            vec![recorded(1, 0, opened()), recorded(2, -1, Event::TakenUp)],
            Broken::BackInTime { case, version: 2 },
        ),
        (
            vec![recorded(1, 0, opened()), recorded(2, 0, opened())],
            Broken::TwoBeginnings { case, version: 2 },
        ),
    ];
    for (log, broken) in cases {
        assert_eq!(fold(log), Err(broken));
    }
}

const KEEPS: &str = "
service: made.up
name: Thử
form:
  - page: Chung
    fields:
      - {code: phone, label: Số điện thoại, type: phone, keep: 2 years}
      - {code: what, label: Nội dung, type: text}
  - page: Người
    repeat: {code: people, label: Người, min: 0, max: 3}
    fields:
      - {code: personal_id, label: Số định danh, type: personal-id, keep: 18 months}
papers:
  certificate: {name: Giấy, template: t, keep: forever}
  letter: {name: Thư, template: t, keep: 30 days}
";

#[test]
fn what_is_personal_is_kept_as_long_as_the_definition_says_after_the_end() {
    let world = World::new(KEEPS);
    let open = fold([recorded(1, 0, opened())]).expect("a log");
    let stopped = Event::Stopped {
        ending: Ending::Withdrawn,
        why: None,
    };
    // 2026-02-02 in the city.
    let ended = fold([recorded(1, 0, opened()), recorded(2, 60, stopped)]).expect("a log");
    let until = |text| Keep::Until(date(text));
    let answer = |code: &str, keep| Kept::Answer(code.to_owned(), keep);
    let paper = |code: &str, keep| Kept::Paper(code.to_owned(), keep);
    assert_eq!(
        dates(&world.definition, &ended, &world.calendar),
        [
            answer("phone", until("2028-02-02")),
            answer("what", Keep::NotStated),
            answer("people.personal_id", until("2027-08-02")),
            paper("certificate", Keep::Forever),
            paper("letter", until("2026-03-04")),
        ]
    );
    assert_eq!(
        dates(&world.definition, &open, &world.calendar)[0],
        answer("phone", Keep::WhileOpen)
    );
    let gone = |case, day| erasable(&world.definition, case, &world.calendar, date(day));
    assert_eq!(gone(&ended, "2027-08-02"), [""; 0]);
    assert_eq!(gone(&ended, "2027-08-03"), ["people.personal_id"]);
    assert_eq!(gone(&ended, "2030-01-01"), ["phone", "people.personal_id"]);
    assert_eq!(gone(&open, "2030-01-01"), [""; 0]);
}

//! The register of mandates: who may enter and confirm, what is refused and why, and who signs by it on which day.

use jiff::civil::Date;
use rules::authority::{self, Right};
use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::{Context, Given, Refusal};
use rules::ids::{MandateId, PersonId};
use rules::mandate::{At, Entered, Entry, Kind, Mandate, Office, Receiver, State, Terms, Wrong};
use rules::organisation::Organisation;
use rules::person::{Actor, Official, Power, Seat};
use serde_json::json;
use service::Definition;
use service::definition::{Channel, Expr, Post};

const LAND: &str = "
service: land
name: Thử
kind: procedure
agency: branch by area
form:
  - page: Thửa
    fields:
      - {code: area, label: Nơi, type: text, required: true}
      - {code: buyer, label: Bên mua, type: choice, options: {person: Cá nhân, company: Tổ chức}, required: true}
roles:
  signer:
    name: Người ký
    authority: director of department
    delegations:
      - {to: director of branch by area, basis: QĐ cũ, prefix: TUQ.}
    acting: {post: deputy-director, prefix: KT.}
papers:
  certificate: {name: Giấy, template: certificate, signed-by: signer}
";

struct World {
    definition: Definition,
    organisation: Organisation,
    calendar: Calendar,
    answers: service::Answers,
    register: Vec<Mandate>,
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn person(number: u128) -> PersonId {
    PersonId(uuid::Uuid::from_u128(number))
}

impl World {
    fn new() -> Self {
        let unit = |code: &str, kind: &str, parent: Option<&str>, areas: &[&str]| {
            json!({"code": code, "name": code, "kind": kind, "parent": parent, "areas": areas,
                "valid_from": "2025-07-01"})
        };
        let units = [
            unit("city", "city", None, &[]),
            unit("department", "department", Some("city"), &[]),
            unit("branch-1", "branch", Some("department"), &["1"]),
            unit("branch-2", "branch", Some("department"), &["2"]),
        ];
        let organisation = json!({"units": units, "areas": [], "sets": []});
        let answers = json!({"area": "1", "buyer": "person"});
        Self {
            definition: service::read::read(LAND).definition,
            organisation: serde_json::from_value(organisation).expect("an organisation"),
            calendar: Calendar::read(VIETNAM_1).expect("a calendar"),
            answers: answers.as_object().cloned().expect("answers"),
            register: Vec::new(),
        }
    }

    fn asks<T>(&self, day: &str, question: impl FnOnce(&Context<'_>) -> T) -> T {
        let noon = jiff::civil::Time::constant(12, 0, 0, 0);
        let given = Given {
            mandates: &self.register,
            ..Given::new(
                self.calendar.at(date(day), noon).expect("a day"),
                &Actor::Clock,
                (&self.definition, 1),
                &self.answers,
                &self.calendar,
                &self.organisation,
            )
        };
        question(&Context {
            agency: Some("branch-1"),
            area: Some("1"),
            ..Context::opening(&given, Channel::Web, None)
        })
    }

    /// `TUQ. branch-1 (12/QĐ)` for each who may sign, in order.
    fn signers(&self, day: &str) -> Vec<String> {
        let role = &self.definition.roles[0];
        let grants = self.asks(day, |context| authority::who_may_sign(role, context));
        let told =
            |grant: authority::Grant| format!("{} {} ({})", grant.prefix, grant.unit, grant.basis);
        grants.expect("judged").into_iter().map(told).collect()
    }

    fn signs(&self, day: &str, who: u128, unit: &str, post: Post) -> Result<Right, Refusal> {
        let role = &self.definition.roles[0];
        let actor = Actor::Official {
            id: person(who),
            unit: unit.to_owned(),
            post,
        };
        let grant = self.asks(day, |context| authority::grant_for(role, &actor, context));
        grant.map(|grant| grant.right)
    }

    fn gives(&self, terms: &Terms) -> Result<(), Wrong> {
        let today = date("2026-03-02");
        rules::mandate::judge(terms, &self.organisation, today)?;
        let find = |service: &str| (service == "land").then_some(&self.definition);
        let every = [&self.definition];
        authority::may_give(
            terms,
            find,
            &every,
            &self.register,
            &self.organisation,
            today,
        )
    }
}

fn director_of(unit: &str) -> Office {
    Office {
        title: "director".to_owned(),
        post: Post::Head,
        unit: unit.to_owned(),
    }
}

fn terms(number: &str) -> Terms {
    Terms {
        kind: Kind::Delegated,
        from: Some(director_of("department")),
        to: Receiver {
            title: "director".to_owned(),
            post: Post::Head,
            at: At::Kind("branch".to_owned()),
            person: None,
        },
        services: vec!["land".to_owned()],
        papers: Vec::new(),
        areas: Vec::new(),
        when: None,
        prefix: "TUQ.".to_owned(),
        number: number.to_owned(),
        decided: date("2026-01-05"),
        valid_from: date("2026-01-10"),
        until: Some(date("2026-12-31")),
    }
}

fn entered(by: u128, entry: Entry) -> Entered {
    Entered {
        at: jiff::Timestamp::UNIX_EPOCH,
        by: person(by),
        entry,
    }
}

fn mandate(terms: Terms, more: &[(u128, Entry)]) -> Mandate {
    let terms = Box::new(terms);
    let mut entries = vec![entered(1, Entry::Proposed { terms })];
    entries.extend(more.iter().map(|(by, entry)| entered(*by, entry.clone())));
    Mandate::of(MandateId(uuid::Uuid::from_u128(7)), entries).expect("a mandate")
}

fn official(number: u128, seats: &[(&str, Post)], powers: &[Power]) -> Official {
    let seats: Vec<Seat> = seats
        .iter()
        .map(|(unit, post)| Seat {
            unit: (*unit).to_owned(),
            post: *post,
        })
        .collect();
    Official {
        id: person(number),
        name: String::new(),
        own: seats.clone(),
        seats,
        stands_in_for: Vec::new(),
        powers: powers.to_vec(),
    }
}

fn end(last: &str) -> Entry {
    Entry::EndProposed {
        last: date(last),
        number: "99/QĐ".to_owned(),
        why: "Đổi người".to_owned(),
    }
}

/// Changes one thing of a mandate that fits.
type Alter = fn(&mut Terms);

#[test]
fn the_register_replaces_the_definitions_delegations_and_they_do_not_come_back() {
    let mut world = World::new();
    let (old, own, acting) = (
        "TUQ. branch-1 (QĐ cũ)",
        " department ()",
        "KT. department ()",
    );
    let new = "TUQ. branch-1 (12/QĐ)";
    assert_eq!(world.signers("2026-03-02"), [old, own, acting]);
    world.register = vec![mandate(terms("12/QĐ"), &[])];
    assert_eq!(
        world.signers("2026-03-02"),
        [old, own, acting],
        "only proposed"
    );
    world.register = vec![mandate(terms("12/QĐ"), &[(2, Entry::Confirmed)])];
    assert_eq!(world.signers("2026-01-09"), [own, acting], "not yet");
    assert_eq!(world.signers("2026-01-10"), [new, own, acting]);
    assert_eq!(world.signers("2026-12-31"), [new, own, acting]);
    assert_eq!(world.signers("2027-01-01"), [own, acting], "over by itself");
    let ended = [
        (2, Entry::Confirmed),
        (1, end("2026-06-30")),
        (2, Entry::EndConfirmed),
    ];
    world.register = vec![mandate(terms("12/QĐ"), &ended)];
    assert_eq!(world.signers("2026-06-30"), [new, own, acting]);
    assert_eq!(world.signers("2026-07-01"), [own, acting], "ended");
}

#[test]
fn who_is_refused_is_told_why() {
    let mut world = World::new();
    let head = |world: &World, day: &str| world.signs(day, 5, "branch-1", Post::Head);
    assert_eq!(head(&world, "2026-03-02"), Ok(Right::Delegated));
    let ended = [
        (2, Entry::Confirmed),
        (1, end("2026-06-30")),
        (2, Entry::EndConfirmed),
    ];
    world.register = vec![mandate(terms("12/QĐ"), &ended)];
    let number = "12/QĐ".to_owned();
    let last = date("2026-06-30");
    let over = Refusal::MandateOver {
        number: number.clone(),
        last,
    };
    assert_eq!(head(&world, "2026-07-01"), Err(over));
    let from = date("2026-01-10");
    assert_eq!(
        head(&world, "2026-01-09"),
        Err(Refusal::MandateNotYet { number, from })
    );
    assert_eq!(head(&world, "2026-06-30"), Ok(Right::Delegated));
    for (unit, post) in [
        ("branch-1", Post::DeputyHead),
        ("branch-2", Post::Head),
        ("department", Post::Staff),
    ] {
        let found = world.signs("2026-03-02", 5, unit, post);
        assert_eq!(found, Err(Refusal::NoAuthority), "{unit} {post:?}");
    }
    assert_eq!(
        world.signs("2026-03-02", 5, "department", Post::DeputyHead),
        Ok(Right::Acting)
    );
}

#[test]
fn scope_is_kept() {
    let confirmed = [(2, Entry::Confirmed)];
    let mut world = World::new();
    let own = [" department ()", "KT. department ()"];
    let given = ["TUQ. branch-1 (12/QĐ)", own[0], own[1]];
    let scopes: [(Alter, bool); 7] = [
        (|terms| terms.papers = vec!["certificate".to_owned()], true),
        (
            |terms| terms.areas = vec!["1".to_owned(), "9".to_owned()],
            true,
        ),
        (|terms| terms.areas = vec!["2".to_owned()], false),
        (
            |terms| terms.when = Some(Expr("buyer == \"person\"".to_owned())),
            true,
        ),
        (
            |terms| terms.when = Some(Expr("buyer == \"company\"".to_owned())),
            false,
        ),
        (|terms| terms.to.at = At::Unit("branch-1".to_owned()), true),
        (|terms| terms.services.clear(), true),
    ];
    for (n, (narrow, signs)) in scopes.into_iter().enumerate() {
        let mut terms = terms("12/QĐ");
        narrow(&mut terms);
        world.register = vec![mandate(terms, &confirmed)];
        let expected: &[&str] = if signs { &given } else { &own };
        assert_eq!(world.signers("2026-03-02"), expected, "scope {n}");
    }
    // Of another service: the definition's own delegation stands.
    let mut other = terms("12/QĐ");
    other.services = vec!["birth".to_owned()];
    world.register = vec![mandate(other, &confirmed)];
    assert_eq!(world.signers("2026-03-02").len(), 3);
    // A named person, and nobody else in the post.
    let mut named = terms("12/QĐ");
    named.to.person = Some(person(5));
    world.register = vec![mandate(named, &confirmed)];
    assert_eq!(
        world.signs("2026-03-02", 5, "branch-1", Post::Head),
        Ok(Right::Delegated)
    );
    let another = world.signs("2026-03-02", 6, "branch-1", Post::Head);
    assert_eq!(another, Err(Refusal::NoAuthority));
    // From somebody whose authority it is not: as if it were not there.
    let mut strangers = terms("12/QĐ");
    strangers.from = Some(director_of("branch-2"));
    world.register = vec![mandate(strangers, &confirmed)];
    assert_eq!(world.signers("2026-03-02")[0], "TUQ. branch-1 (QĐ cũ)");
}

#[test]
fn nobody_gives_what_is_not_theirs() {
    let mut world = World::new();
    let changed = |change: fn(&mut Terms)| {
        let mut terms = terms("12/QĐ");
        change(&mut terms);
        terms
    };
    assert_eq!(world.gives(&terms("12/QĐ")), Ok(()));
    assert_eq!(world.gives(&changed(|t| t.services.clear())), Ok(()));
    let passed_on = changed(|t| {
        t.from = Some(director_of("branch-1"));
        t.to.at = At::Unit("branch-2".to_owned());
    });
    assert_eq!(
        world.gives(&passed_on),
        Err(Wrong::SubDelegation("QĐ cũ".into()))
    );
    let table: [(Alter, Wrong); 10] = [
        (
            |t| t.from = Some(director_of("city")),
            Wrong::NotTheGivers("land".into()),
        ),
        (|t| t.number = "  ".into(), Wrong::NoNumber),
        (
            |t| t.until = Some(date("2026-01-09")),
            Wrong::EndsBeforeItBegins,
        ),
        (|t| t.decided = date("2026-01-11"), Wrong::BeforeItsDecision),
        (|t| t.from = None, Wrong::NoGiver),
        (|t| t.kind = Kind::Own, Wrong::OwnNeedsServices),
        (
            |t| t.to.at = At::Unit("department".into()),
            Wrong::ToThemselves,
        ),
        (
            |t| t.services = vec!["sea".into()],
            Wrong::NoService("sea".into()),
        ),
        (
            |t| t.to.at = At::Kind("port".into()),
            Wrong::NoUnit("port".into()),
        ),
        (
            |t| {
                t.services.clear();
                t.when = Some(Expr("buyer == \"person\"".into()));
            },
            Wrong::ConditionNeedsService,
        ),
    ];
    for (change, wrong) in table {
        assert_eq!(world.gives(&changed(change)), Err(wrong));
    }
    let paper = Wrong::NoPaper {
        service: "land".into(),
        paper: "licence".into(),
    };
    assert_eq!(
        world.gives(&changed(|t| t.papers = vec!["licence".into()])),
        Err(paper)
    );
    let unreadable = changed(|t| t.when = Some(Expr("buyers == 1".into())));
    assert!(matches!(world.gives(&unreadable), Err(Wrong::Condition(_))));
    // Who was assigned the authority for good may delegate it; who was delegated it may not.
    let assigned = changed(|t| t.kind = Kind::Assigned);
    world.register = vec![mandate(assigned, &[(2, Entry::Confirmed)])];
    assert_eq!(world.gives(&passed_on), Ok(()));
    world.register = vec![mandate(terms("12/QĐ"), &[(2, Entry::Confirmed)])];
    assert_eq!(
        world.gives(&passed_on),
        Err(Wrong::SubDelegation("12/QĐ".into()))
    );
}

#[test]
fn two_people_enter_and_confirm() {
    let today = date("2026-03-02");
    let clerk = official(1, &[("city", Post::Staff)], &[Power::Administrator]);
    let head = official(2, &[("department", Post::Head)], &[]);
    let deputy = official(3, &[("department", Post::DeputyHead)], &[]);
    let other = official(4, &[("branch-1", Post::Head)], &[]);
    let proposed = mandate(terms("12/QĐ"), &[]);
    let may =
        |mandate: &Mandate, who: &Official, entry: &Entry| mandate.may_enter(who, entry, today);
    assert!(rules::mandate::may_propose(&clerk, &proposed.terms));
    assert!(rules::mandate::may_propose(&head, &proposed.terms));
    assert!(!rules::mandate::may_propose(&other, &proposed.terms));
    assert_eq!(
        may(&proposed, &clerk, &Entry::Confirmed),
        Err(Wrong::SamePerson)
    );
    assert_eq!(
        may(&proposed, &other, &Entry::Confirmed),
        Err(Wrong::NotYours)
    );
    assert_eq!(may(&proposed, &head, &Entry::Confirmed), Ok(()));
    assert_eq!(
        may(&proposed, &head, &Entry::EndConfirmed),
        Err(Wrong::NotWaiting)
    );
    let silent = Entry::Rejected { why: " ".into() };
    assert_eq!(may(&proposed, &head, &silent), Err(Wrong::NoReason));
    // Technical administration has no approval right.
    let second_clerk = official(9, &[("city", Post::Staff)], &[Power::Administrator]);
    assert_eq!(
        may(&proposed, &second_clerk, &Entry::Confirmed),
        Err(Wrong::NotYours)
    );

    let confirmed = mandate(terms("12/QĐ"), &[(2, Entry::Confirmed)]);
    assert_eq!(
        may(&confirmed, &head, &Entry::Confirmed),
        Err(Wrong::NotWaiting)
    );
    assert_eq!(
        may(&confirmed, &head, &end("2026-02-28")),
        Err(Wrong::EndInThePast)
    );
    assert_eq!(
        may(&confirmed, &head, &end("2026-03-01")),
        Ok(()),
        "over as of today"
    );
    assert_eq!(
        may(&confirmed, &other, &end("2026-03-09")),
        Err(Wrong::NotYours)
    );
    let ending = mandate(
        terms("12/QĐ"),
        &[(2, Entry::Confirmed), (2, end("2026-03-09"))],
    );
    assert!(
        ending.in_force(date("2026-03-10")),
        "the end waits for a second person"
    );
    assert_eq!(
        may(&ending, &head, &Entry::EndConfirmed),
        Err(Wrong::SamePerson)
    );
    assert_eq!(may(&ending, &deputy, &Entry::EndConfirmed), Ok(()));
    let kept = Entry::Rejected {
        why: "Còn cần".into(),
    };
    let entries = [(2, Entry::Confirmed), (2, end("2026-03-09")), (3, kept)];
    assert_eq!(mandate(terms("12/QĐ"), &entries).state, State::Confirmed);
    let no = Entry::Rejected {
        why: "Sai số".into(),
    };
    assert_eq!(mandate(terms("12/QĐ"), &[(2, no)]).state, State::Rejected);
}

#[test]
fn stand_ins_do_not_chain_or_meet() {
    use rules::ids::StandInId;
    use rules::stand_in::{StandIn, Wrong, judge, stands_in_for};
    let one = |absent: u128, by: u128, first: &str, last: &str| StandIn {
        id: StandInId(uuid::Uuid::from_u128(absent)),
        absent: person(absent),
        person: person(by),
        first: date(first),
        last: date(last),
        why: String::new(),
        entered_by: person(9),
    };
    let today = date("2026-03-02");
    let known = [one(1, 2, "2026-03-02", "2026-03-06")];
    for (new, expected) in [
        (
            one(3, 3, "2026-03-02", "2026-03-06"),
            Err(Wrong::Themselves),
        ),
        (
            one(3, 4, "2026-03-06", "2026-03-02"),
            Err(Wrong::EndsBeforeItBegins),
        ),
        (one(3, 4, "2026-02-02", "2026-03-01"), Err(Wrong::Over)),
        (one(1, 4, "2026-03-06", "2026-03-09"), Err(Wrong::Covered)),
        (one(3, 1, "2026-03-06", "2026-03-09"), Err(Wrong::AwayToo)),
        (one(2, 4, "2026-03-06", "2026-03-09"), Err(Wrong::AwayToo)),
        (one(3, 2, "2026-03-06", "2026-03-09"), Ok(())),
        (one(1, 4, "2026-03-07", "2026-03-09"), Ok(())),
    ] {
        assert_eq!(judge(&new, &known, today), expected, "{new:?}");
    }
    assert_eq!(stands_in_for(person(2), &known, today), [person(1)]);
    assert_eq!(stands_in_for(person(2), &known, date("2026-03-07")), []);
}

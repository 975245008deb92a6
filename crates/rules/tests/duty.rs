//! Who may do what, as a table of acts against persons.

use rules::case::life::Life;
use rules::case::state::{Stint, Task};
use rules::case::{Case, Event, Recorded, Refusal, evolve};
use rules::duty::{Act, may};
use rules::ids::{CaseId, PersonId};
use rules::organisation::Organisation;
use rules::person::{Actor, Official, Person, Power, Seat};
use service::definition::{Channel, Kind, Post};

/// In the order of the table's columns.
const PERSONS: [&str; 15] = [
    "nobody",
    "bearer",
    "other bearer",
    "applicant",
    "resident",
    "stranger",
    "official",
    "deputy",
    "parent's head",
    "leader",
    "designer",
    "administrator",
    "accountant",
    "moderator of the desk",
    "inspector of the desk",
];

fn id(number: u128) -> PersonId {
    PersonId(uuid::Uuid::from_u128(number))
}

fn case_id(number: u128) -> CaseId {
    CaseId(uuid::Uuid::from_u128(number))
}

fn official(number: u128, seats: &[(&str, Post)], powers: &[Power]) -> Person {
    let seats: Vec<Seat> = seats
        .iter()
        .map(|(unit, post)| Seat {
            unit: (*unit).to_owned(),
            post: *post,
        })
        .collect();
    let on = "2026-03-02".parse().expect("a date");
    Person::Official(Official {
        id: id(number),
        name: "Thử".to_owned(),
        seats: organisation().reach(&seats, on),
        own: seats,
        stands_in_for: Vec::new(),
        powers: powers.to_vec(),
    })
}

/// The desk `desk` below the commune `commune`, and `other`.
fn organisation() -> Organisation {
    let unit = |code: &str, parent: Option<&str>| {
        serde_json::json!({"code": code, "name": code, "kind": "unit", "parent": parent,
            "valid_from": "2025-07-01"})
    };
    let units = [
        unit("commune", None),
        unit("desk", Some("commune")),
        unit("corner", Some("desk")),
        unit("other", None),
    ];
    let json = serde_json::json!({"units": units, "areas": [], "sets": []});
    serde_json::from_value(json).expect("an organisation")
}

fn persons() -> Vec<Person> {
    let resident = |number| Person::Resident {
        id: id(number),
        name: "Lan".to_owned(),
    };
    vec![
        Person::Nobody,
        Person::Bearer { case: case_id(1) },
        Person::Bearer { case: case_id(2) },
        resident(1),
        resident(2),
        official(3, &[("other", Post::Head)], &[]),
        official(4, &[("desk", Post::Staff)], &[]),
        official(5, &[("desk", Post::DeputyHead)], &[]),
        official(6, &[("commune", Post::Head)], &[]),
        official(7, &[], &[Power::Leader]),
        official(8, &[], &[Power::Designer]),
        official(9, &[], &[Power::Administrator]),
        official(10, &[], &[Power::Accountant]),
        official(11, &[("desk", Post::Staff)], &[Power::Moderator]),
        official(12, &[("desk", Post::Staff)], &[Power::Inspector]),
    ]
}

fn task(step: &str, unit: Option<&str>, post: Post) -> Task {
    Task {
        step: step.to_owned(),
        row: None,
        role: unit.map_or("applicant", |_| "role").to_owned(),
        unit: unit.map(str::to_owned),
        keeper: None,
        post,
        since: jiff::Timestamp::UNIX_EPOCH,
        due: None,
        holder: None,
        own_step: false,
        reported: None,
        warned: Vec::new(),
    }
}

/// At the desk: a step for staff, one for the deputy, one for the applicant, one kept for an office outside.
fn case() -> Case {
    let opened = rules::case::event::Opened {
        code: "H13-1".to_owned(),
        service: "permit".to_owned(),
        service_version: 1,
        kind: Kind::Procedure,
        channel: Channel::Online,
        applicant: Some(id(1)),
        applicant_kind: None,
        unit: "desk".to_owned(),
        received_at: None,
        area: None,
        place: None,
        public: false,
        about: None,
    };
    let recorded = Recorded {
        case: case_id(1),
        version: 1,
        at: jiff::Timestamp::UNIX_EPOCH,
        actor: Actor::Clock,
        event: Event::Opened(Box::new(opened)),
    };
    let mut case = evolve(None, &recorded);
    let mut outside = task("outside", Some("tax-office"), Post::Staff);
    outside.keeper = Some("desk".to_owned());
    case.life = Life::InProgress;
    case.tasks = vec![
        task("work", Some("desk"), Post::Staff),
        task("approve", Some("desk"), Post::DeputyHead),
        task("pay", None, Post::Staff),
        outside,
    ];
    case
}

fn act(word: &str) -> Act {
    let step = |step: &str| (step.to_owned(), None::<u32>);
    match word.split_once(' ') {
        Some(("claim", name)) => {
            let (step, row) = step(name);
            Act::Claim { step, row }
        }
        Some(("pass", name)) => {
            let (step, row) = step(name);
            Act::Pass { step, row }
        }
        Some(("consult", name)) => {
            let (step, row) = step(name);
            Act::Consult { step, row }
        }
        Some(("reassign", name)) => {
            let (step, row) = step(name);
            Act::Reassign { step, row }
        }
        Some(("decide", name)) => {
            let (step, row) = step(name);
            Act::Decide { step, row }
        }
        _ => match word {
            "read-public" => Act::ReadPublic,
            "open" => Act::Open,
            "track" => Act::TrackByCode,
            "read-mine" => Act::ReadMine,
            "read-own" => Act::ReadOwn,
            "supply" => Act::Supply,
            "withdraw" => Act::Withdraw,
            "reopen" => Act::Reopen,
            "rate" => Act::Rate,
            "comment" => Act::Comment,
            "inbox" => Act::Inbox,
            "open-for-others" => Act::OpenForOthers,
            "read-case" => Act::ReadCase,
            "note" => Act::Note,
            "attach" => Act::Attach,
            "extend" => Act::Extend,
            "revoke-paper" => Act::RevokePaper,
            "answer-withdrawal" => Act::AnswerWithdrawal,
            "stop" => Act::Stop,
            "correct" => Act::Correct,
            "declare-loss" => Act::DeclareLoss,
            "figures" => Act::ReadFigures,
            "enter-figures" => Act::EnterFigures,
            "own-record" => Act::OwnRecord,
            "judge-record" => Act::JudgeRecord,
            "direct" => Act::Direct,
            "design" => Act::Design,
            "publish" => Act::Publish,
            "administer" => Act::Administer,
            "measure" => Act::Measure,
            "collect" => Act::Collect,
            "approve-money" => Act::ApproveMoney,
            "keep-till" => Act::KeepTill,
            "keep-accounts" => Act::KeepAccounts,
            "tell-payment" => Act::TellPayment,
            "manage-staff" => Act::ManageStaff,
            "keep-mandates" => Act::KeepMandates,
            "moderate" => Act::Moderate,
            "look-again" => Act::LookAgain,
            "read-original" => Act::ReadOriginal,
            "keep-replies" => Act::KeepReplies,
            other => panic!("no act {other}"),
        },
    }
}

/// Columns: nobody, bearer of this case, of another, the applicant, another resident, head of another unit,
/// staff of the desk, its deputy head, head of the parent, leader, designer, administrator, accountant,
/// a moderator and an inspector of the desk.
const TABLE: &str = "
    read-public       yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
    open              yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
    track             yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
    read-mine         .   .   .   yes yes yes yes yes yes yes yes yes yes yes yes
    read-own          .   yes .   yes .   .   .   .   .   .   .   .   .   .   .
    supply            .   yes .   yes .   .   .   .   .   .   .   .   .   .   .
    withdraw          .   yes .   yes .   .   .   .   .   .   .   .   .   .   .
    reopen            .   yes .   yes .   .   .   .   .   .   .   .   .   .   .
    rate              .   yes .   yes .   .   .   .   .   .   .   .   .   .   .
    comment           .   yes .   yes .   .   .   .   .   .   .   .   .   .   .
    inbox             .   .   .   .   .   yes yes yes yes .   .   .   .   yes yes
    open-for-others   .   .   .   .   .   yes yes yes yes .   .   .   .   yes yes
    read-case         .   .   .   .   .   .   yes yes yes yes .   .   .   yes yes
    claim work        .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    decide work       .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    decide approve    .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    decide pay        .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    decide outside    .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    pass work         .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    pass approve      .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    note              .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    attach            .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    extend            .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    revoke-paper      .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    answer-withdrawal .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    stop              .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    correct           .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    declare-loss      .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    consult work      .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    consult approve   .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    figures           .   .   .   .   .   .   .   .   .   yes .   .   .   .   .
    enter-figures     .   .   .   .   .   .   .   .   .   yes .   .   .   .   .
    own-record        .   .   .   .   .   yes yes yes yes .   .   .   .   yes yes
    judge-record      .   .   .   .   .   yes .   yes yes .   .   .   .   .   .
    direct            .   .   .   .   .   .   .   .   .   yes .   .   .   .   .
    design            .   .   .   .   .   .   .   .   .   .   yes .   .   .   .
    publish           .   .   .   .   .   .   .   .   .   .   yes .   .   .   .
    administer        .   .   .   .   .   .   .   .   .   .   .   yes .   .   .
    measure           .   .   .   .   .   yes yes yes yes .   .   .   .   yes yes
    collect           .   .   .   .   .   .   yes yes yes .   .   .   .   yes yes
    approve-money     .   .   .   .   .   .   .   yes yes .   .   .   .   .   .
    keep-till         .   .   .   .   .   yes yes yes yes .   .   .   .   yes yes
    keep-accounts     .   .   .   .   .   .   .   .   .   .   .   .   yes .   .
    tell-payment      yes yes yes yes yes yes yes yes yes yes yes yes yes yes yes
    manage-staff      .   .   .   .   .   yes .   yes yes .   .   yes .   .   .
    keep-mandates     .   .   .   .   .   yes .   yes yes .   .   yes .   .   .
    keep-replies      .   .   .   .   .   yes .   yes yes .   .   yes .   .   .
    reassign work     .   .   .   .   .   .   .   yes yes .   .   yes .   .   .
    moderate          .   .   .   .   .   .   .   .   .   .   .   .   .   yes .
    read-original     .   .   .   .   .   .   .   yes yes .   .   .   .   yes .
    look-again        .   .   .   .   .   .   .   .   .   .   .   .   .   .   yes
";

#[test]
fn the_table_of_duties() {
    let (case, persons) = (case(), persons());
    for line in TABLE.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (act_words, cells) = words.split_at(words.len() - PERSONS.len());
        let act = act(&act_words.join(" "));
        for ((person, name), cell) in persons.iter().zip(PERSONS).zip(cells) {
            let expected = match *cell {
                "yes" => Ok(()),
                _ => Err(Refusal::NotYours),
            };
            assert_eq!(
                may(person, &act, Some(&case)),
                expected,
                "{act:?} by {name}"
            );
        }
    }
}

#[test]
fn acts_on_a_case_need_the_case_and_the_step() {
    let person = &persons()[6];
    let gone = Refusal::NoSuchStep {
        step: "gone".to_owned(),
    };
    assert_eq!(may(person, &act("decide gone"), Some(&case())), Err(gone));
    for word in ["decide work", "read-case", "note", "read-own", "extend"] {
        assert_eq!(
            may(person, &act(word), None),
            Err(Refusal::NotYours),
            "{word}"
        );
    }
}

/// A unit that held the case still reads it; its head no longer leads it.
#[test]
fn the_former_unit_reads_on() {
    let mut case = case();
    case.stints.push(Stint {
        unit: "other".to_owned(),
        since: jiff::Timestamp::UNIX_EPOCH,
    });
    let stranger = &persons()[5];
    assert_eq!(may(stranger, &Act::ReadCase, Some(&case)), Ok(()));
    assert_eq!(
        may(stranger, &Act::Extend, Some(&case)),
        Err(Refusal::NotYours)
    );
    assert_eq!(
        may(stranger, &act("decide work"), Some(&case)),
        Err(Refusal::NotYours)
    );
}

#[test]
fn heads_reach_one_level_down_and_staff_none() {
    let seat = |unit: &str, post| Seat {
        unit: unit.to_owned(),
        post,
    };
    let on = "2026-03-02".parse().expect("a date");
    let city = organisation();
    let head = [seat("commune", Post::Head)];
    let below = [seat("commune", Post::Head), seat("desk", Post::Head)];
    assert_eq!(city.reach(&head, on), below);
    let staff = [seat("commune", Post::Staff)];
    assert_eq!(city.reach(&staff, on), staff);
    let early = "2025-06-30".parse().expect("a date");
    assert_eq!(city.reach(&head, early), head, "before the desk existed");
}

//! Cases that another system decides: what it says in any order, and that nobody here changes them (invariant 12).

use rules::Moment;
use rules::case::counter::{Collected, CopyKind, Delivery, PaperReceived, PapersReceived};
use rules::case::mirror::{self, OwnerSaid};
use rules::case::money::{RefundWhy, Way};
use rules::case::parts::PartNews;
use rules::case::{self, Case, Command, Given, Life, Refusal, command::Taking};
use rules::ids::{CaseId, NoteId};
use rules::person::Actor;
use service::definition::Ending;

use crate::tale::{City, opening, organisation, person};

const FILE: &str = "
service: enterprise.made-up
name: Đăng ký doanh nghiệp
kind: procedure
frame: none/1
group: Thử
effective: 2026-01-01
agency: department
owner: {system: enterprise-register, name: Hệ thống quốc gia, site: https://example.vn}
applicants: {who: [citizen], channels: [online]}
process:
  limit: 3 working-days
";

fn city() -> City {
    let mut city = City::with(FILE, serde_json::json!({}));
    city.organisation = organisation();
    city
}

fn at(text: &str) -> Moment {
    format!("2026-03-{text}:00+07:00")
        .parse()
        .expect("a moment")
}

fn given<'a>(city: &'a City, actor: &'a Actor) -> Given<'a> {
    Given::new(
        at("20T08:00"),
        actor,
        (&city.definition, 1),
        &city.answers,
        &city.calendar,
        &city.organisation,
    )
}

fn said(state: u8, since: &str, due: Option<&str>) -> OwnerSaid {
    OwnerSaid {
        state,
        at: at(since),
        due: due.map(at),
        ending: None,
    }
}

/// A case that heard these words in this order.
fn heard(city: &City, words: &[OwnerSaid]) -> Case {
    let given = given(city, &Actor::Import);
    let events = mirror::open(&opening("x"), at("02T08:00"), &given).expect("opens");
    let id = opening("x").id;
    let (mut case, _) =
        case::record_opening(id, events, given.now, &Actor::Import).expect("a case");
    for word in words {
        let events = case::decide(&case, Command::HearOwner(word.clone()), &given).expect("heard");
        case = case::record(case, events, given.now, &Actor::Import).0;
    }
    case
}

#[test]
fn in_whatever_order_it_comes_the_latest_moment_holds() {
    let city = city();
    let words = [
        said(1, "02T08:00", None),
        said(2, "02T09:00", Some("05T09:00")),
        said(5, "03T09:00", None),
        said(4, "04T09:00", Some("06T09:00")),
        said(9, "05T10:00", None),
        said(10, "06T08:00", None),
    ];
    let straight = heard(&city, &words);
    assert_eq!(
        straight.life,
        Life::HandedOver {
            ending: Ending::Granted,
            decided: at("05T10:00"),
            at: at("06T08:00"),
        }
    );
    assert_eq!(straight.opened, at("02T08:00"));
    assert_eq!(straight.accepted, Some(at("02T09:00")));
    assert_eq!(straight.clock.first_due, Some(at("05T09:00")));
    assert_eq!(straight.clock.due, Some(at("06T09:00")));
    assert!(
        rules::clock::is_sound(&straight.clock),
        "{:?}",
        straight.clock
    );
    let mut orders = vec![words.to_vec()];
    orders.push(words.iter().rev().cloned().collect());
    orders.push([4, 0, 5, 2, 1, 3].map(|n| words[n].clone()).to_vec());
    // Every word twice.
    orders.push(words.iter().chain(&words).cloned().collect());
    for order in orders {
        let mut case = heard(&city, &order);
        case.version = straight.version;
        assert_eq!(case, straight, "{order:?}");
    }
}

#[test]
fn what_an_end_means_is_told_or_follows_from_what_was_before() {
    let city = city();
    let ended = |words: &[OwnerSaid]| heard(&city, words).life.ended().map(|(ending, _)| ending);
    let refused = OwnerSaid {
        ending: Some(Ending::Refused),
        ..said(9, "05T10:00", None)
    };
    for (words, ending) in [
        (vec![said(4, "03T09:00", None)], None),
        (vec![said(3, "03T09:00", None)], Some(Ending::Refused)),
        (vec![said(8, "03T09:00", None)], Some(Ending::Stopped)),
        (
            vec![said(7, "03T09:00", None), said(8, "04T09:00", None)],
            Some(Ending::Withdrawn),
        ),
        (vec![refused], Some(Ending::Refused)),
        (vec![said(9, "05T10:00", None)], Some(Ending::Granted)),
    ] {
        assert_eq!(ended(&words), ending, "{words:?}");
    }
}

/// One of each command.
fn commands() -> Vec<Command> {
    let (step, row, why) = ("receive".to_owned(), None, Some(NoteId(uuid::Uuid::nil())));
    let note = why.expect("a note");
    let to = at("30T08:00");
    vec![
        Command::Claim {
            step: step.clone(),
            row,
        },
        Command::Release {
            step: step.clone(),
            row,
        },
        Command::Pass {
            step: step.clone(),
            row,
            unit: "works".into(),
            to: None,
            why,
        },
        Command::Decide {
            step: step.clone(),
            row,
            outcome: "complete".into(),
            note: why,
            files: vec![],
            answers: Some(2),
        },
        Command::Note { note, public: true },
        Command::Attach {
            file: "00".into(),
            what: "x".into(),
            public: false,
        },
        Command::Extend { to, why },
        Command::AskWithdrawal { why },
        Command::AnswerWithdrawal { accept: true, why },
        Command::Reopen { why },
        Command::Rate {
            reasons: Vec::new(),
            score: 5,
            note: None,
        },
        Command::Direct {
            directive: CaseId(uuid::Uuid::nil()),
        },
        Command::AskFees,
        Command::TakePayment(Box::new(Taking {
            amount: 1,
            way: Way::Cash,
            unit: "department".into(),
            receipt: None,
            bank: None,
        })),
        Command::VoidPayment { payment: 1, why },
        Command::RejectWaiver {
            fee: "x".into(),
            why,
        },
        Command::AskRefund {
            amount: 1,
            why: RefundWhy::Surplus,
            note: why,
        },
        Command::AnswerRefund {
            refund: 1,
            approve: true,
            note: why,
        },
        Command::PayRefund {
            refund: 1,
            way: Way::Cash,
            unit: "department".into(),
            bank: None,
        },
        Command::Redate,
        Command::Tick,
        Command::Mark { list: note },
        Command::Apologise {
            cause: "x".into(),
            to,
            why,
        },
        Command::Reassign {
            step,
            row,
            to: person("works"),
            why,
        },
        Command::Reseat,
        Command::ReceivePapers(PapersReceived {
            papers: vec![PaperReceived {
                document: "x".into(),
                copy: CopyKind::Plain,
                count: 1,
            }],
            sets: 1,
            helper: None,
        }),
        Command::Collect(Collected {
            way: Delivery::Counter,
            relation: "self".into(),
            seen: vec![],
            returned: vec![],
            surrendered: vec![],
            slip: None,
            note: None,
        }),
        Command::CodeElsewhere {
            system: "other".into(),
            code: "1".into(),
        },
        Command::HearOwner(said(10, "19T08:00", None)),
        Command::PartOpened {
            part: "x".into(),
            case: CaseId(uuid::Uuid::nil()),
            code: "1".into(),
        },
        Command::HearPart {
            part: "x".into(),
            news: PartNews::Ended(Ending::Granted),
        },
        Command::EndWithWhole {
            ending: Ending::Withdrawn,
        },
    ]
}

#[test]
fn no_person_changes_what_another_system_decides() {
    let city = city();
    let states = [
        vec![],
        vec![said(2, "02T09:00", Some("05T09:00"))],
        vec![said(5, "03T09:00", None)],
        vec![said(7, "03T09:00", None)],
        vec![said(9, "04T09:00", None)],
        vec![said(10, "04T09:00", None)],
    ];
    let people = [
        Actor::Visitor,
        Actor::Resident(opening("x").applicant.expect("somebody")),
        crate::tale::actor("department"),
        crate::tale::actor("department^"),
        crate::tale::actor("city-office^"),
        Actor::Clock,
        Actor::Bank,
    ];
    for words in &states {
        let case = heard(&city, words);
        for actor in &people {
            let given = given(&city, actor);
            for command in commands() {
                let told = format!("{actor:?}: {command:?}");
                let Ok(events) = case::decide(&case, command, &given) else {
                    continue;
                };
                let (after, _) = case::record(case.clone(), events, given.now, actor);
                assert_eq!(after.life, case.life, "{told}");
                assert_eq!(after.clock, case.clock, "{told}");
                assert_eq!(after.mirror, case.mirror, "{told}");
                assert_eq!(after.tasks, case.tasks, "{told}");
            }
        }
    }
}

#[test]
fn it_is_not_opened_here_and_its_owner_speaks_of_no_case_of_ours() {
    let city = city();
    let given_by = |actor| given(&city, actor);
    let owned = Refusal::OwnedElsewhere {
        system: "enterprise-register".into(),
    };
    assert_eq!(
        case::open(&opening("x"), &given_by(&Actor::Visitor)),
        Err(owned)
    );
    let mut case = heard(&city, &[]);
    case.mirror = None;
    let heard = case::decide(
        &case,
        Command::HearOwner(said(10, "04T09:00", None)),
        &given_by(&Actor::Import),
    );
    assert_eq!(heard, Err(Refusal::NotYours));
}

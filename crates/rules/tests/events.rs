//! Events are kept for ever: what was written once must be read for ever. `tests/events/1.jsonl` holds
//! one of each kind as the log stores it; lines are added (`WRITE_DOCS=1`), never changed.

use rules::Moment;
use rules::case::counter::{Collected, CopyKind, Delivery, PaperReceived, PapersReceived, Seen};
use rules::case::event::LookedAgain;
use rules::case::event::{
    Asked, AuthorityUsed, ConsultationAsked, FeePaid, Forwarded, Imported, Opened, OriginalSaid,
    OutsideSaid, PaperMade, PaperSigned, PapersLost, Recategorised, Signatory, SignatureMade,
    Silence, StepDecided, StepRedated, Warning, WorkShared,
};
use rules::case::mirror::OwnerSaid;
use rules::case::money::{Proof, ReceiptNumber, RefundWhy, Way};
use rules::case::outside::Said;
use rules::case::shown::{Area, Deed};
use rules::case::state::{Stopped, Task};
use rules::case::{Event, Life, Recorded, Spot, evolve};
use rules::clock;
use rules::ids::{CaseId, NoteId, PersonId};
use rules::person::Actor;
use rules::sample::Found;
use service::definition::{Channel, Ending, Kind, Limit, LimitUnit, Post};

fn at(second: i64) -> Moment {
    Moment::from_second(1_770_000_000 + second).expect("a moment")
}

fn opened() -> Opened {
    Opened {
        code: "H13-1".to_owned(),
        service: "report.litter".to_owned(),
        service_version: 3,
        kind: Kind::Report,
        channel: Channel::Zalo,
        applicant: Some(PersonId(uuid::Uuid::from_u128(1))),
        applicant_kind: None,
        unit: "commune-31147".to_owned(),
        received_at: Some("centre-1022".to_owned()),
        area: Some("31147".to_owned()),
        place: Some(Spot {
            lat: 10.03,
            lon: 105.78,
        }),
        public: true,
        about: Some(CaseId(uuid::Uuid::from_u128(3))),
    }
}

/// One of each kind, in the order of the type.
fn samples() -> Vec<Event> {
    let step = || "handle".to_owned();
    let note = Some(NoteId(uuid::Uuid::from_u128(9)));
    let unit = || "commune-31147".to_owned();
    vec![
        Event::Opened(Box::new(opened())),
        Event::Imported(Box::new(Imported {
            opened: opened(),
            at: at(-90_000),
            due: Some(at(-1000)),
            ended: Some((Ending::Solved, at(-2000))),
        })),
        Event::Accepted,
        Event::TakenUp,
        Event::ClockStarted {
            limit: Some(Limit {
                thousandths: 8500,
                unit: LimitUnit::WorkingDays,
            }),
            calendar: 1,
            due: at(500_000),
        },
        Event::ClockStopped {
            why: Stopped::Supplement,
        },
        Event::ClockResumed { due: at(600_000) },
        Event::ApplicantAsked {
            what: Asked::Supplement,
        },
        Event::ApplicantAnswered,
        Event::Extended {
            from: at(600_000),
            to: at(700_000),
            why: note,
        },
        Event::StepStarted {
            task: Task {
                step: step(),
                row: Some(2),
                role: "handler".to_owned(),
                unit: Some(unit()),
                keeper: Some("centre-1022".to_owned()),
                post: Post::DeputyHead,
                since: at(0),
                due: Some(at(9000)),
                holder: None,
                own_step: false,
                reported: None,
                warned: Vec::new(),
            },
        },
        Event::Claimed {
            step: step(),
            row: Some(2),
            by: PersonId(uuid::Uuid::from_u128(5)),
        },
        Event::Released {
            step: step(),
            row: Some(2),
        },
        Event::Passed {
            step: step(),
            row: Some(2),
            unit: "works".to_owned(),
            to: Some(PersonId(uuid::Uuid::from_u128(6))),
            why: note,
        },
        Event::StepDecided(Box::new(StepDecided {
            step: step(),
            row: Some(2),
            outcome: "solved".to_owned(),
            note,
            files: vec!["ab".repeat(32)],
            authority: Some(AuthorityUsed {
                title: "director".to_owned(),
                unit: unit(),
                prefix: "TUQ.".to_owned(),
                basis: "QĐ 1".to_owned(),
                mandate: None,
                decided: None,
                in_name_of: None,
            }),
        })),
        Event::StepDropped {
            step: step(),
            row: None,
        },
        Event::Rerouted {
            unit: "works".to_owned(),
            why: note,
        },
        Event::Noted {
            note: NoteId(uuid::Uuid::from_u128(9)),
            public: true,
        },
        Event::Attached {
            file: "cd".repeat(32),
            what: "photo-after".to_owned(),
            public: true,
        },
        Event::AnswersChanged { answers: 2 },
        Event::WithdrawalAsked { why: note },
        Event::WithdrawalRefused { why: note },
        Event::Issued {
            ending: Ending::Granted,
        },
        Event::HandedOver {
            ending: Ending::Granted,
        },
        Event::NotAccepted { why: note },
        Event::Stopped {
            ending: Ending::NoAnswer,
            why: None,
        },
        Event::Reopened { why: note },
        Event::Rated {
            score: 5,
            note: None,
        },
        Event::Directed {
            directive: CaseId(uuid::Uuid::from_u128(4)),
        },
        Event::Warned {
            of: Warning::Escalated,
            step: Some(step()),
            row: Some(2),
        },
        Event::Redated {
            calendar: 2,
            from: Some(at(600_000)),
            to: Some(at(700_000)),
            steps: vec![StepRedated {
                step: step(),
                row: None,
                due: Some(at(9000)),
            }],
        },
        Event::SupplementMarked {
            list: NoteId(uuid::Uuid::from_u128(10)),
        },
        Event::ApologyPrepared {
            due: at(700_000),
            proposed: at(800_000),
        },
        Event::Apologised {
            due: at(700_000),
            cause: "silence".to_owned(),
            authority: AuthorityUsed {
                title: "chairman".to_owned(),
                unit: unit(),
                prefix: "TM.".to_owned(),
                basis: String::new(),
                mandate: None,
                decided: None,
                in_name_of: None,
            },
        },
        Event::FeeAsked {
            fee: "fee".to_owned(),
            amount: 50_000,
            step: Some("receive".to_owned()),
            unit: unit(),
            claimed: true,
        },
        Event::FeePaid(Box::new(FeePaid {
            payment: 1,
            amount: 60_000,
            way: Way::Transfer,
            unit: unit(),
            receipt: Some(ReceiptNumber {
                unit: unit(),
                year: 2026,
                number: 17,
            }),
            bank: Some("bank FT26001".to_owned()),
        })),
        Event::PaymentVoided {
            payment: 1,
            why: note,
        },
        Event::FeeWaived {
            fee: "fee".to_owned(),
            proof: Proof {
                file: Some("cd".repeat(32)),
                register: Some("merit".to_owned()),
            },
            why: note,
        },
        Event::WaiverRejected {
            fee: "fee".to_owned(),
            why: note,
        },
        Event::RefundAsked {
            refund: 1,
            amount: 10_000,
            why: RefundWhy::NotDue {
                fee: "fee".to_owned(),
            },
            note,
        },
        Event::RefundAnswered {
            refund: 1,
            approved: true,
            note,
        },
        Event::Refunded {
            refund: 1,
            amount: 10_000,
            way: Way::Cash,
            unit: unit(),
            bank: None,
        },
        Event::Reseated {
            step: step(),
            row: Some(2),
            unit: "works".to_owned(),
            post: Post::DeputyHead,
        },
        Event::PapersReceived(Box::new(PapersReceived {
            papers: vec![PaperReceived {
                document: "contract".to_owned(),
                copy: CopyKind::Certified,
                count: 2,
            }],
            sets: 1,
            helper: Some("post-office".to_owned()),
        })),
        Event::Collected(Box::new(Collected {
            way: Delivery::Counter,
            relation: "proxy".to_owned(),
            seen: vec![Seen::Receipt, Seen::ProxyPaper],
            returned: vec!["contract".to_owned()],
            surrendered: vec!["certificate_old".to_owned()],
            slip: Some("ef".repeat(32)),
            note,
        })),
        Event::CodedElsewhere {
            system: "national-portal".to_owned(),
            code: "G09.20-20260609-0092637".to_owned(),
        },
        Event::PaperMade(Box::new(PaperMade {
            what: "receipt".to_owned(),
            template: "form-01".to_owned(),
            of: 3,
            issuer: unit(),
            number: 123,
            symbol: "TNHS".to_owned(),
            file: "ab".repeat(32),
        })),
        Event::PaperSigned(Box::new(PaperSigned {
            what: "certificate".to_owned(),
            of: 9,
            file: "ac".repeat(32),
            signatures: vec![
                SignatureMade {
                    by: Signatory::Person(PersonId(uuid::Uuid::from_u128(5))),
                    serial: "4a01".to_owned(),
                    fingerprint: "ad".repeat(32),
                },
                SignatureMade {
                    by: Signatory::Seal(unit()),
                    serial: "4a02".to_owned(),
                    fingerprint: "ae".repeat(32),
                },
            ],
        })),
        Event::PaperRevoked {
            what: "certificate".to_owned(),
            of: 9,
            why: note,
        },
        Event::StopOrdered {
            ground: "authority".to_owned(),
            authority: own_authority(),
        },
        Event::ErrorReported { why: note },
        Event::ErrorDeclined { why: note },
        Event::CorrectionBegun {
            step: step(),
            due: at(900_000),
            why: note,
            authority: own_authority(),
        },
        Event::Corrected,
        Event::ConsultationAsked(Box::new(ConsultationAsked {
            row: 0,
            step: step(),
            step_row: Some(2),
            unit: "works".to_owned(),
            due: at(800_000),
            if_silent: Silence::Consent,
            question: NoteId(uuid::Uuid::from_u128(11)),
        })),
        Event::PapersLost(Box::new(PapersLost {
            papers: vec!["contract".to_owned()],
            damaged: true,
            why: note,
            authority: own_authority(),
        })),
        Event::LossMadeGood {
            loss: 0,
            cost: 20_000,
            note,
        },
        Event::Mirrored {
            system: "enterprise-register".to_owned(),
        },
        Event::OwnerSaid(Box::new(OwnerSaid {
            state: 9,
            at: at(-500),
            due: Some(at(-100)),
            ending: Some(Ending::Granted),
        })),
        Event::PartOf {
            whole: CaseId(uuid::Uuid::from_u128(2)),
            part: "birth".to_owned(),
        },
        Event::PartOpened {
            part: "birth".to_owned(),
            case: CaseId(uuid::Uuid::from_u128(4)),
            code: "H13-1.1".to_owned(),
        },
        Event::PartWaits {
            part: "birth".to_owned(),
        },
        Event::PartGoesOn {
            part: "birth".to_owned(),
        },
        Event::PartEnded {
            part: "birth".to_owned(),
            ending: Ending::Granted,
        },
        Event::PartDropped {
            part: "insurance".to_owned(),
        },
        Event::ReviewAwaited,
        Event::Moderated {
            deed: Deed::BlurPhoto {
                file: "ab".repeat(32),
                by: "cd".repeat(32),
                areas: vec![Area {
                    x: 100,
                    y: 250,
                    width: 300,
                    height: 50,
                }],
            },
            why: note,
        },
        Event::Relayed {
            partner: "power".to_owned(),
            id: "1042".to_owned(),
        },
        Event::PartnerSaid {
            partner: "power".to_owned(),
            closed: true,
            note,
        },
        Event::Merged {
            original: CaseId(uuid::Uuid::from_u128(6)),
            code: "H13-6".to_owned(),
        },
        Event::Unmerged {
            original: CaseId(uuid::Uuid::from_u128(6)),
            why: note,
        },
        Event::OriginalSaid(Box::new(OriginalSaid {
            original: CaseId(uuid::Uuid::from_u128(6)),
            ended: Some((Ending::Solved, at(400_000))),
            evidenced: true,
        })),
        Event::Recategorised(Box::new(Recategorised {
            from: "report.litter".to_owned(),
            from_version: 3,
            to: "report.tree".to_owned(),
            to_version: 2,
            limit: Some(Limit {
                thousandths: 3000,
                unit: LimitUnit::WorkingDays,
            }),
            promised: Some(at(450_000)),
            due: Some(at(460_000)),
            missing: vec!["danger".to_owned()],
            why: note,
        })),
        Event::Forwarded(Box::new(Forwarded {
            n: 0,
            step: step(),
            row: None,
            party: "power".to_owned(),
            until: at(900_000),
            question: NoteId(uuid::Uuid::from_u128(9)),
        })),
        Event::OutsideSaid(Box::new(OutsideSaid {
            n: 0,
            said: Said::Finished,
            note,
            files: vec!["ef".repeat(32)],
        })),
        Event::TakenBack { n: 0 },
        Event::WorkShared(Box::new(WorkShared {
            case: CaseId(uuid::Uuid::from_u128(7)),
            code: "H13-7".to_owned(),
            unit: "works".to_owned(),
            waits: true,
        })),
        Event::SharedWorkEnded {
            case: CaseId(uuid::Uuid::from_u128(7)),
            ending: Ending::Done,
        },
        Event::RatedFor {
            reasons: vec!["slow".to_owned()],
        },
        Event::LookedAgain(Box::new(LookedAgain {
            month: "2026-03".to_owned(),
            unit: "commune-31147".to_owned(),
            found: Found::DoesNotHold,
            instead_of: Some(Found::Holds),
            reopens: true,
            note,
            files: vec!["ef".repeat(32)],
        })),
    ]
}

fn own_authority() -> AuthorityUsed {
    AuthorityUsed {
        title: "chairman".to_owned(),
        unit: "commune-31147".to_owned(),
        prefix: "TM.".to_owned(),
        basis: String::new(),
        mandate: None,
        decided: None,
        in_name_of: None,
    }
}

fn recorded(version: u32, event: Event) -> Recorded {
    Recorded {
        case: CaseId(uuid::Uuid::from_u128(1)),
        version,
        at: at(i64::from(version)),
        actor: Actor::Official {
            id: PersonId(uuid::Uuid::from_u128(5)),
            unit: "commune-31147".to_owned(),
            post: Post::Head,
        },
        event,
    }
}

fn log() -> Vec<Recorded> {
    (1..)
        .zip(samples())
        .map(|(version, event)| recorded(version, event))
        .collect()
}

#[test]
fn what_was_written_is_read_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/events/1.jsonl");
    let log = log();
    let lines: Vec<String> = log
        .iter()
        .map(|recorded| serde_json::to_string(recorded).expect("serialises"))
        .collect();
    if std::env::var_os("WRITE_DOCS").is_some() {
        std::fs::write(path, lines.join("\n") + "\n").expect("the folder is there");
    }
    let written = std::fs::read_to_string(path).expect("the samples are there");
    let mut read: Vec<Recorded> = Vec::new();
    for line in written.lines() {
        read.push(serde_json::from_str(line).expect(line));
    }
    assert_eq!(read, log);
    let mut case = None;
    for recorded in &read {
        case = Some(evolve(case, recorded));
    }
    assert_eq!(
        case.map(|case| case.version),
        u32::try_from(samples().len()).ok(),
        "evolve takes any order without a word"
    );
}

/// A kind of event without a sample cannot be added unseen.
#[test]
fn every_kind_has_its_sample() {
    let source = include_str!("../src/case/event.rs");
    let kinds = source
        .split("pub enum Event {")
        .nth(1)
        .and_then(|rest| rest.split("\n}\n").next());
    let kinds: Vec<String> = kinds
        .expect("the enum")
        .lines()
        .filter(|line| line.starts_with("    ") && !line.starts_with("     "))
        .map(|line| line.trim().trim_end_matches([',', '{', ' ']))
        .map(|line| line.split('(').next().unwrap_or(line).to_owned())
        .filter(|line| line.starts_with(char::is_uppercase))
        .collect();
    let sampled: Vec<String> = samples()
        .iter()
        .map(|event| format!("{event:?}"))
        .map(|text| text.split([' ', '(']).next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(kinds, sampled);
}

#[test]
fn an_imported_case_is_a_whole_life_in_one_event() {
    let import = |ended| {
        let imported = Imported {
            opened: opened(),
            at: at(-90_000),
            due: Some(at(-1000)),
            ended,
        };
        evolve(None, &recorded(1, Event::Imported(Box::new(imported))))
    };
    let solved = import(Some((Ending::Solved, at(-2000))));
    assert_eq!(solved.opened, at(-90_000));
    assert_eq!(solved.life.ended(), Some((Ending::Solved, at(-2000))));
    assert_eq!(solved.clock.first_due, Some(at(-1000)));
    assert!(!clock::late(&solved.clock, at(0)) && clock::is_sound(&solved.clock));
    let spam = import(Some((Ending::Spam, at(-2000))));
    assert!(matches!(
        spam.life,
        Life::Stopped {
            ending: Ending::Spam,
            ..
        }
    ));
    let open = import(None);
    assert_eq!(open.life, Life::InProgress);
    assert!(clock::late(&open.clock, at(0)), "open past its date");
}

//! How the state counts: the eight clauses of metric 2.1 (QĐ 766/QĐ-TTg) and form II.06a.

use proptest::prelude::*;
use rules::Moment;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::event::Opened;
use rules::case::state::Stopped;
use rules::case::{Case, Event, Life, Recorded, evolve};
use rules::clock;
use rules::ids::CaseId;
use rules::index::on_time::{Against, Judged, Left, Why, judge};
use rules::index::report_06a::{self, Row, Timing};
use rules::person::Actor;
use service::definition::{Channel, Ending, Kind, Limit, LimitUnit};

fn calendar() -> Calendar {
    Calendar::read(VIETNAM_1).expect("the calendar reads")
}

/// `11-18 08:30` of 2026 in the city.
fn at(text: &str) -> Moment {
    let text = text.replace(' ', "T");
    format!("2026-{text}+07:00").parse().expect("a moment")
}

fn days(n: i64) -> Limit {
    Limit {
        thousandths: n * 1000,
        unit: LimitUnit::WorkingDays,
    }
}

fn opened(channel: Channel, moment: Moment) -> Case {
    let opened = Opened {
        code: "H13-1".into(),
        service: "land.transfer".into(),
        service_version: 1,
        kind: Kind::Procedure,
        channel,
        applicant: None,
        unit: "land".into(),
        received_at: None,
        area: None,
        place: None,
        public: false,
        about: None,
    };
    let recorded = Recorded {
        case: CaseId(uuid::Uuid::from_u128(1)),
        version: 1,
        at: moment,
        actor: Actor::Visitor,
        event: Event::Opened(Box::new(opened)),
    };
    evolve(None, &recorded)
}

/// Accepted on Monday 2/11 at 9, five working days: due Monday 9/11 at 9.
fn accepted() -> Case {
    let from = at("11-02 09:00");
    let mut case = opened(Channel::Online, at("11-01 20:00"));
    case.accepted = Some(from);
    case.life = Life::InProgress;
    case.clock = clock::started(from, days(5), 1, at("11-09 09:00"));
    case
}

fn decided(mut case: Case, moment: &str) -> Case {
    let ending = Ending::Granted;
    case.life = Life::Decided {
        ending,
        at: at(moment),
    };
    clock::stop(&mut case.clock, at(moment), Stopped::Ended);
    case
}

fn handed_over(case: Case, decided_at: &str, moment: &str) -> Case {
    let mut case = decided(case, decided_at);
    case.life = Life::HandedOver {
        ending: Ending::Granted,
        decided: at(decided_at),
        at: at(moment),
    };
    case
}

fn stopped(mut case: Case, ending: Ending, moment: &str) -> Case {
    let moment = at(moment);
    case.life = Life::Stopped {
        ending,
        at: moment,
        why: None,
    };
    clock::stop(&mut case.clock, moment, Stopped::Ended);
    case
}

fn waiting(mut case: Case, since: &str) -> Case {
    case.supplements += 1;
    clock::stop(&mut case.clock, at(since), Stopped::Supplement);
    case.life = Life::AwaitingSupplement { since: at(since) };
    case
}

fn without_date(mut case: Case) -> Case {
    (case.clock.due, case.clock.first_due) = (None, None);
    case
}

const LATE: Judged = Judged::Late(Why::AfterTheAppointment);

#[test]
fn each_clause_of_metric_2_1() {
    let twice = {
        let mut case = decided(accepted(), "11-03 09:00");
        case.supplements = 2;
        case
    };
    let never = opened(Channel::Online, at("11-02 09:00"));
    let refused = |moment: &str| Case {
        life: Life::NotAccepted {
            at: at(moment),
            why: None,
        },
        ..opened(Channel::Online, at("11-02 09:00"))
    };
    // A supplement of two working days: clause 6 takes them out.
    let supplemented = |end: &str| {
        let mut case = waiting(without_date(accepted()), "11-03 09:00");
        clock::resume(&mut case.clock, at("11-05 09:00"), at("11-11 09:00"));
        case.life = Life::InProgress;
        without_date(decided(case, end))
    };
    #[rustfmt::skip]
    let table = [
        ("1 at the very moment", decided(accepted(), "11-09 09:00"), Judged::OnTime),
        ("1 a minute after", decided(accepted(), "11-09 09:01"), LATE),
        ("2 collected late, decided in time", handed_over(accepted(), "11-06 09:00", "11-20 09:00"), Judged::OnTime),
        ("2 refused after appraisal, in time", stopped(accepted(), Ending::Refused, "11-05 09:00"), Judged::OnTime),
        ("2 stopped too late", stopped(accepted(), Ending::Stopped, "11-12 09:00"), LATE),
        ("2 refused at reception", refused("11-03 09:00"), Judged::OnTime),
        ("3 withdrawn after acceptance", stopped(accepted(), Ending::Withdrawn, "11-04 09:00"), Judged::OnTime),
        ("3 withdrawn before it", stopped(never.clone(), Ending::Withdrawn, "11-04 09:00"), Judged::NotCounted(Left::NeverAccepted)),
        ("4 waiting since before the date", waiting(accepted(), "11-06 09:00"), Judged::OnTime),
        ("4 asked when it was late already", waiting(accepted(), "11-10 09:00"), LATE),
        ("5 asked twice, though early", twice, Judged::Late(Why::AskedTwice)),
        ("6 two days of waiting taken out", supplemented("11-11 09:00"), Judged::OnTime),
        ("6 and no more than these", supplemented("11-11 09:01"), Judged::Late(Why::TooLong)),
        ("7 nothing yet at the end of the period", accepted(), LATE),
        ("8 no appointment, within the longest time", without_date(decided(accepted(), "11-09 09:00")), Judged::OnTime),
        ("8 no appointment, longer", without_date(decided(accepted(), "11-10 09:00")), Judged::Late(Why::TooLong)),
        ("never accepted", never, Judged::NotCounted(Left::NeverAccepted)),
    ];
    let end = at("12-01 00:00");
    for (name, case, wanted) in table {
        let judged = judge(&case, Against::Current, Some(days(5)), &calendar(), end);
        assert_eq!(judged, Ok(wanted), "{name}");
    }
}

#[test]
fn the_end_of_the_period_and_what_to_compare_with() {
    let judged = |case: &Case, against, most, end: &str| {
        judge(case, against, most, &calendar(), at(end)).expect("covered")
    };
    // 7: on Friday it is not late yet, whatever happens later.
    let late = decided(accepted(), "11-20 09:00");
    let first = Against::First;
    assert_eq!(judged(&late, first, None, "11-06 00:00"), Judged::OnTime);
    assert_eq!(judged(&late, first, None, "12-01 00:00"), LATE);
    // Form 04 moves the current date alone.
    let mut extended = accepted();
    clock::extend(
        &mut extended.clock,
        at("11-06 09:00"),
        at("11-23 09:00"),
        None,
    );
    let extended = decided(extended, "11-20 09:00");
    assert_eq!(
        judged(&extended, Against::Current, None, "12-01 00:00"),
        Judged::OnTime
    );
    assert_eq!(judged(&extended, Against::First, None, "12-01 00:00"), LATE);
    let later = judged(&accepted(), first, None, "11-01 00:00");
    assert_eq!(later, Judged::NotCounted(Left::NotYet));
    let timeless = without_date(accepted());
    let nothing = judged(&timeless, first, None, "12-01 00:00");
    assert_eq!(nothing, Judged::NotCounted(Left::NoTime));
}

#[test]
fn form_06a_puts_a_dossier_into_one_column_of_each_side() {
    let row = |case: &Case| report_06a::of(case, &calendar(), at("11-01 00:00"), at("12-01 00:00"));
    let online = Row {
        online: 1,
        ..Row::default()
    };
    #[rustfmt::skip]
    let table = [
        ("the day before", decided(accepted(), "11-06 16:00"), Row { early: 1, ..online }),
        ("later on the day itself", decided(accepted(), "11-09 16:00"), Row { on_time: 1, ..online }),
        ("the day after", decided(accepted(), "11-10 08:00"), Row { late: 1, ..online }),
        ("withdrawn early is in time", stopped(accepted(), Ending::Withdrawn, "11-04 09:00"), Row { on_time: 1, ..online }),
        ("refused late is late", stopped(accepted(), Ending::Refused, "11-24 09:00"), Row { late: 1, ..online }),
        ("waiting for papers", waiting(accepted(), "11-06 09:00"), Row { running_in_time: 1, ..online }),
        ("not done by the end", accepted(), Row { running_late: 1, ..online }),
        ("done after the period", decided(accepted(), "12-02 09:00"), Row { running_late: 1, ..online }),
    ];
    for (name, case, wanted) in table {
        assert_eq!(row(&case), Some(wanted), "{name}");
    }
    let december =
        |case: &Case| report_06a::of(case, &calendar(), at("12-01 00:00"), at("12-31 00:00"));
    let carried = december(&decided(accepted(), "12-02 09:00")).expect("carried over");
    assert_eq!((carried.carried_over, carried.late), (1, 1));
    assert_eq!(december(&decided(accepted(), "11-06 16:00")), None);
    assert_eq!(row(&opened(Channel::Post, at("11-02 09:00"))), None);
    let calendar = calendar();
    let timeless = without_date(accepted());
    let timing = report_06a::timing(&timeless, &calendar, Ending::Granted, at("11-30 09:00"));
    assert_eq!(timing, Timing::OnTime);
}

proptest! {
    /// Columns 3 = 4 + 5 + 6 = 7 + 11 in every period; what is in process at the end of one period is
    /// carried over into the next.
    #[test]
    fn the_identities_of_form_06a(
        ends in prop::collection::vec((0i64..40, prop::option::of(0i64..40), any::<bool>()), 1..40),
    ) {
        let calendar = calendar();
        let day = |n: i64| at("10-05 09:00") + jiff::SignedDuration::from_hours(24 * n);
        let cases: Vec<Case> = ends.iter().map(|(begin, length, online)| {
            let channel = if *online { Channel::Online } else { Channel::Counter };
            let mut case = opened(channel, day(*begin));
            case.accepted = Some(day(*begin));
            case.life = Life::InProgress;
            case.clock = clock::started(day(*begin), days(5), 1, day(*begin + 7));
            if let Some(length) = length {
                let end = day(begin + length);
                case.life = Life::Decided { ending: Ending::Granted, at: end };
                clock::stop(&mut case.clock, end, Stopped::Ended);
            }
            case
        }).collect();
        let sum = |from: Moment, to: Moment| {
            let mut sum = Row::default();
            for row in cases.iter().filter_map(|case| report_06a::of(case, &calendar, from, to)) {
                sum.add(&row);
            }
            sum
        };
        let (begin, middle, end) = (day(-1), day(20), day(45));
        let (first, second) = (sum(begin, middle), sum(middle, end));
        for row in [&first, &second] {
            prop_assert_eq!(row.received(), row.processed() + row.running());
        }
        prop_assert_eq!(second.carried_over, first.running());
    }
}

//! How the state counts: the eight clauses of metric 2.1 (QĐ 766/QĐ-TTg) and form II.06a.

mod reports;
mod signs;
mod story;

use proptest::prelude::*;
use rules::Moment;
use rules::case::Event;
use rules::index::on_time::{Against, Judged, Left, Why, judge};
use rules::index::report_06a::{self, Row, Timing};
use rules::index::{At, Dossier};
use service::definition::{Channel, Ending};

use story::{
    Story, ZONE, accepted, at, calendar, clock_started, days, decided, handed_over, opened,
    stopped, supplied, waiting, without_date,
};

const LATE: Judged = Judged::Late(Why::AfterTheAppointment);

#[test]
fn each_clause_of_metric_2_1() {
    let twice = {
        let once = supplied(
            waiting(accepted(), "11-02 10:00"),
            "11-02 14:00",
            Some("11-09 11:00"),
        );
        let twice = supplied(
            waiting(once, "11-02 15:00"),
            "11-02 16:00",
            Some("11-09 14:00"),
        );
        decided(twice, "11-03 09:00")
    };
    let never = opened(Channel::Online, "11-02 09:00");
    let refused = |moment: &str| never.clone().then(moment, Event::NotAccepted { why: None });
    // A supplement of two working days: clause 6 takes them out.
    let supplemented = |end: &str| {
        let story = supplied(waiting(without_date(), "11-03 09:00"), "11-05 09:00", None);
        decided(story, end)
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
        ("8 no appointment, within the longest time", decided(without_date(), "11-09 09:00"), Judged::OnTime),
        ("8 no appointment, longer", decided(without_date(), "11-10 09:00"), Judged::Late(Why::TooLong)),
        ("never accepted", never.clone(), Judged::NotCounted(Left::NeverAccepted)),
    ];
    let end = At::from(at("12-01 00:00"));
    for (name, story, wanted) in table {
        let judged = judge(
            &story.dossier(),
            Against::Current,
            Some(days(5)),
            calendar(),
            end,
        );
        assert_eq!(judged, Ok(wanted), "{name}");
    }
}

#[test]
fn the_end_of_the_period_and_what_to_compare_with() {
    let judged = |story: &Story, against, most, end: &str| {
        judge(
            &story.dossier(),
            against,
            most,
            calendar(),
            At::from(at(end)),
        )
        .expect("covered")
    };
    // 7: on Friday it is not late yet, whatever happens later.
    let late = decided(accepted(), "11-20 09:00");
    let first = Against::First;
    assert_eq!(judged(&late, first, None, "11-06 00:00"), Judged::OnTime);
    assert_eq!(judged(&late, first, None, "12-01 00:00"), LATE);
    // Form 04 moves the current date alone, and not before it was given.
    let (from, to) = (at("11-09 09:00"), at("11-23 09:00"));
    let extended = |moment: &str| {
        let why = None;
        let story = accepted().then(moment, Event::Extended { from, to, why });
        decided(story, "11-20 09:00")
    };
    let in_time = extended("11-06 09:00");
    let current = Against::Current;
    assert_eq!(
        judged(&in_time, current, None, "12-01 00:00"),
        Judged::OnTime
    );
    assert_eq!(judged(&in_time, first, None, "12-01 00:00"), LATE);
    let afterwards = extended("11-12 09:00");
    assert_eq!(judged(&afterwards, current, None, "11-11 00:00"), LATE);
    assert_eq!(
        judged(&afterwards, current, None, "11-13 00:00"),
        Judged::OnTime
    );
    // What is asked for later is not known yet.
    let asked = waiting(
        supplied(
            waiting(accepted(), "11-03 09:00"),
            "11-04 09:00",
            Some("11-10 09:00"),
        ),
        "11-05 09:00",
    );
    assert_eq!(judged(&asked, first, None, "11-05 00:00"), Judged::OnTime);
    let twice = Judged::Late(Why::AskedTwice);
    assert_eq!(judged(&asked, first, None, "11-06 00:00"), twice);
    let later = judged(&accepted(), first, None, "11-01 00:00");
    assert_eq!(later, Judged::NotCounted(Left::NotYet));
    let nothing = judged(&without_date(), first, None, "12-01 00:00");
    assert_eq!(nothing, Judged::NotCounted(Left::NoTime));
}

#[test]
fn form_06a_puts_a_dossier_into_one_column_of_each_side() {
    let within = |story: &Story, from: &str, to: &str| {
        report_06a::of(&story.dossier(), ZONE, at(from).into(), at(to).into())
    };
    let row = |story: &Story| within(story, "11-01 00:00", "12-01 00:00");
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
    for (name, story, wanted) in table {
        assert_eq!(row(&story), Some(wanted), "{name}");
    }
    let december = |story: &Story| within(story, "12-01 00:00", "12-31 00:00");
    let carried = december(&decided(accepted(), "12-02 09:00")).expect("carried over");
    assert_eq!((carried.carried_over, carried.late), (1, 1));
    assert_eq!(december(&decided(accepted(), "11-06 16:00")), None);
    assert_eq!(row(&opened(Channel::Post, "11-02 09:00")), None);
    let timeless = without_date().dossier();
    let end = At::from(at("11-30 09:00"));
    let timing = report_06a::timing(&timeless, ZONE, Ending::Granted, end);
    assert_eq!(timing, Timing::OnTime);
}

proptest! {
    /// Columns 3 = 4 + 5 + 6 = 7 + 11 in every period; what is in process at the end of one period is
    /// carried over into the next.
    #[test]
    fn the_identities_of_form_06a(
        ends in prop::collection::vec((0i64..40, prop::option::of(0i64..40), any::<bool>()), 1..40),
    ) {
        let day = |n: i64| at("10-05 09:00") + jiff::SignedDuration::from_hours(24 * n);
        let text = |n: i64| day(n).to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)))
            .strftime("%m-%d %H:%M").to_string();
        let dossiers: Vec<Dossier> = ends.iter().map(|(begin, length, online)| {
            let channel = if *online { Channel::Online } else { Channel::Counter };
            let story = opened(channel, &text(*begin))
                .then(&text(*begin), Event::Accepted)
                .then(&text(*begin), clock_started(&text(*begin + 7)));
            match length {
                Some(length) => decided(story, &text(begin + length)),
                None => story,
            }.dossier()
        }).collect();
        let sum = |from: Moment, to: Moment| {
            let mut sum = Row::default();
            let rows = dossiers.iter();
            for row in rows.filter_map(|one| report_06a::of(one, ZONE, from.into(), to.into())) {
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

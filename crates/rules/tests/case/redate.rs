//! A holiday decided after cases were received: a newer calendar, new dates, the old ones in the log.

use rules::calendar::{Calendar, VIETNAM_1};
use rules::case::{self, Command, Event, Given};
use rules::notice::{Kind, Tiers, To, notices};
use rules::person::Actor;
use serde_json::json;

use crate::tale::{City, Tale};

fn lamp() -> City {
    City::shipped(
        "report.street-light",
        json!({"what": "tối", "problem": "out", "extent": "one", "road": "street", "where": {"area": "a"}}),
    )
}

/// The shipped calendar with one more day off.
fn newer(day_off: &str) -> Calendar {
    let text = VIETNAM_1.replacen("version = 1", "version = 2", 1);
    let off = format!("\n[[off]]\nfrom = \"{day_off}\"\nname = \"Nghỉ\"\nsource = \"thử\"\n");
    Calendar::read(&(text + &off)).expect("the newer calendar reads")
}

fn redated(tale: &mut Tale<'_>, at: &str, calendar: &Calendar) -> Vec<Event> {
    let now = tale.city.moment(at);
    let given = Given {
        calendar,
        ..tale.city.given(now, &Actor::Clock)
    };
    let events = case::decide(tale.case(), Command::Redate, &given).expect("no refusal");
    tale.take(now, &Actor::Clock, events.clone());
    events
}

#[test]
fn a_new_day_off_moves_the_date_and_the_rest_of_the_time_but_not_the_first_promise() {
    let (city, newer) = (lamp(), newer("2026-03-04"));
    let mut tale = city.plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.accept | triage.accept accepted +handle@commune-a→03-05T08:00 | 2",
    );
    let events = redated(&mut tale, "2026-03-02T09:00", &newer);
    let later = Some(city.moment("2026-03-06T08:00"));
    let case = tale.case();
    assert_eq!((case.clock.due, case.clock.calendar), (later, 2));
    assert_eq!(case.tasks[0].due, later);
    assert_eq!(case.clock.first_due, Some(city.moment("2026-03-05T08:00")));
    assert_eq!(events.len(), 1);
    let told = notices(case, &tale.log[tale.log.len() - 1..], &Tiers::default());
    assert!(
        told.iter()
            .any(|n| n.to == To::Applicant && n.kind == Kind::NewDate)
    );
    assert_eq!(redated(&mut tale, "2026-03-02T09:01", &newer), []);
}

#[test]
fn a_day_off_elsewhere_moves_nothing_and_tells_nobody_but_the_case_goes_over_to_the_newer_calendar()
{
    let (city, newer) = (lamp(), newer("2026-03-11"));
    let mut tale = city.plays(
        "2026-03-02T08:00 | open | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1",
    );
    let before = tale.case().clone();
    redated(&mut tale, "2026-03-02T09:00", &newer);
    let case = tale.case();
    assert_eq!(
        (case.clock.due, &case.tasks),
        (before.clock.due, &before.tasks)
    );
    assert_eq!(case.clock.calendar, 2);
    assert_eq!(
        notices(case, &tale.log[tale.log.len() - 1..], &Tiers::default()),
        []
    );
}

#[test]
fn what_has_ended_keeps_its_dates() {
    let (city, newer) = (lamp(), newer("2026-03-04"));
    let mut tale = city.plays(
        "2026-03-02T08:00 | open                      | opened clock→03-05T08:00 +triage@centre-1022→03-02T10:00 | 1
         2026-03-02T08:10 | centre-1022: triage.out-of-scope | triage.out-of-scope accepted issued:answered handed:answered | 10",
    );
    assert_eq!(redated(&mut tale, "2026-03-02T09:00", &newer), []);
}

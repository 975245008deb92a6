//! Whose step it was and whose clock stands: what a unit goes on seeing, and what presses it.

use rules::case::event::Event;
use rules::case::state::Stopped;
use rules::person::{Actor, Person};
use service::definition::Post;
use store::{InboxFilter, InboxPage, Narrow, Sight};

use crate::engines::Fixture;
use crate::reads::{MOST, official};
use crate::sample::{Sample, case_id, moment};

both_engines!(
    a_clock_that_stands_still_presses_nobody,
    who_had_a_step_goes_on_seeing_it_but_for_own_steps,
);

async fn a_clock_that_stands_still_presses_nobody(f: Fixture) {
    for n in [1, 2] {
        Sample::opened(n).save(&f.writer()).await.unwrap();
    }
    let me = official(1, "commune-31135", Post::Staff);
    let late = async || {
        let (any, now) = (InboxFilter::default(), moment(80 * 3600));
        let counts = f.reader().inbox_counts(&me, &any, now, now).await;
        counts.unwrap().late
    };
    let first = async || {
        let (any, page) = (
            InboxFilter::default(),
            InboxPage {
                after: None,
                most: 9,
            },
        );
        let lines = f.reader().inbox(&me, &any, &page).await.unwrap();
        (lines[0].case.id, lines[0].sort)
    };
    assert_eq!(late().await, 2);
    // Measuring the ground does not count; the step has its own time, and none after that is over.
    let mut stopped = Sample::opened(1).saved();
    let why = Stopped::Excluded;
    stopped.then(moment(50), Actor::Clock, Event::ClockStopped { why });
    stopped.save(&f.writer()).await.unwrap();
    let step_due = moment(24 * 3600 + 1).as_microsecond();
    assert_eq!(first().await, (case_id(1), step_due));
    let due = moment(200 * 3600);
    let mut resumed = stopped.saved();
    resumed.then(moment(60), Actor::Clock, Event::ClockResumed { due });
    resumed.save(&f.writer()).await.unwrap();
    assert_eq!(first().await.0, case_id(2));
    assert_eq!(late().await, 1);
}

async fn who_had_a_step_goes_on_seeing_it_but_for_own_steps(f: Fixture) {
    let mut sample = Sample::opened_as(1, |opened| opened.public = false);
    let mut task = sample.case().tasks[0].clone();
    for (step, unit, own_step) in [
        ("triage", "centre-1022", false),
        ("tax", "tax-office", true),
    ] {
        (task.step, task.unit, task.own_step) = (step.into(), Some(unit.into()), own_step);
        let task = task.clone();
        sample.then(moment(2), Actor::Clock, Event::StepStarted { task });
    }
    sample.save(&f.writer()).await.unwrap();
    let sees = async |unit: &str| {
        let viewer = Person::Official(official(7, unit, Post::Staff));
        let alone = f.reader().case(&viewer, case_id(1)).await.unwrap();
        let alone = alone.is_some_and(|seen| seen.sight == Sight::Whole);
        let listed = f
            .reader()
            .cases(&viewer, &Narrow::default(), MOST)
            .await
            .unwrap();
        assert_eq!(
            alone,
            listed.len() == 1,
            "{unit}: lists and single cases agree"
        );
        alone
    };
    for unit in ["centre-1022", "tax-office", "commune-31135"] {
        assert!(sees(unit).await, "{unit}");
    }
    assert!(!sees("elsewhere").await);
    let mut over = sample.saved();
    for step in ["triage", "tax"] {
        let (step, row) = (step.into(), None);
        over.then(moment(3), Actor::Clock, Event::StepDropped { step, row });
    }
    over.save(&f.writer()).await.unwrap();
    assert!(sees("centre-1022").await);
    assert!(!sees("tax-office").await);
    assert!(f.reader().replay().await.unwrap().is_equal());
}

//! Every shipped service is lived a few dozen times by the rules: all of them open, most of them
//! end, and what they tell folds back to the same case.

use std::collections::BTreeMap;
use std::path::Path;

use rules::replay;

use super::dice::Dice;
use super::live::World;
use super::people::people;
use super::script::Script;
use super::waiting::waiting;
use super::year::{Offered, tempo, year};
use crate::shipped;

/// The world of a small year that ends on 20 November 2026, and what is offered in it.
fn in_a_small_world(what: impl FnOnce(World<'_>, &[Offered<'_>], Dice)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let frames = shipped::frames(&root.join("services")).expect("frames");
    let services = shipped::services(&root.join("services"), &frames).expect("services");
    let organisation = shipped::organisation(&root.join("data"), "can-tho").expect("organisation");
    let calendar = shipped::calendar().expect("calendar");
    let text =
        std::fs::read_to_string(root.join("data/can-tho/demonstration.toml")).expect("script");
    let mut script = Script::read(&text).expect("script");
    script.volume.values_mut().for_each(|volume| *volume = 40);

    let until: rules::Moment = "2026-11-20T02:00:00Z".parse().expect("a moment");
    let today = calendar.local(until).0;
    let mut dice = Dice::new(1);
    let people = people(&organisation, today, until, &script, &mut dice);
    let tempo = tempo(&organisation, today, &mut dice);
    let world = World {
        organisation: &organisation,
        calendar: &calendar,
        script: &script,
        staff: &people.staff,
        tempo: &tempo,
        causes: &rules::index::yardsticks::Yardsticks::default().causes.list,
        waits: Some(rules::ids::PersonId::new(until, [7; 10])),
        evidence: "0000",
        until,
    };
    let offered: Vec<Offered<'_>> = services
        .iter()
        .map(|s| Offered {
            definition: &s.resolved.definition,
            version: 1,
        })
        .collect();
    what(world, &offered, dice);
}

/// Whoever starts the demonstration, at whatever hour, finds a letter of apology to write, and time to write it.
#[test]
fn the_dossier_that_waits_calls_for_a_letter_at_every_hour() {
    in_a_small_world(|mut world, offered, dice| {
        let script = world.script.waiting.as_ref().expect("one waits");
        let service = offered
            .iter()
            .find(|one| one.definition.service == script.service);
        let service = service.expect("its service is offered");
        let resident = world.waits.expect("somebody");
        let begun = world.until;
        // Over the New Year holiday too.
        for half_hours in (0..14 * 48).chain(43 * 48..50 * 48) {
            world.until = begun + jiff::SignedDuration::from_mins(30 * half_hours);
            let told = waiting(&world, service, script, resident, &mut dice.clone(), |_| {
                "H".into()
            });
            let case = told
                .unwrap_or_else(|| panic!("nothing at {}", world.until))
                .lived
                .case;
            let due = case.clock.due.expect("a date");
            let calendar = world.calendar;
            let soon = calendar
                .add_working(due, -calendar.day_seconds())
                .expect("known days");
            let left = calendar
                .working_between(world.until, due)
                .expect("known days");
            assert!(
                soon <= world.until && left > 3600,
                "at {}: {due}",
                world.until
            );
        }
    });
}

#[test]
fn every_shipped_service_can_be_lived() {
    in_a_small_world(|world, offered, dice| lives_whole(&world, offered, &dice));
}

fn lives_whole(world: &World<'_>, offered: &[Offered<'_>], dice: &Dice) {
    let mut lives: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    year(world, offered, dice, |told| {
        let case = &told.lived.case;
        let count = lives.entry(case.service.clone()).or_default();
        count.0 += 1;
        count.1 += u32::from(case.life.ended().is_some());
        assert_eq!(
            replay::fold(told.lived.recorded.iter().cloned()).as_ref(),
            Ok(case),
            "{}",
            case.service
        );
        assert!(
            told.lived
                .recorded
                .windows(2)
                .all(|pair| pair[0].at <= pair[1].at),
            "{}",
            case.service
        );
        Ok(())
    })
    .expect("a year");
    // A linked procedure, and a part of a report, live through other cases, which a synthetic year does not tell.
    let alone = |one: &&Offered<'_>| {
        let definition = one.definition;
        definition.parts.is_empty() && definition.service != "report.shared-work"
    };
    for one in offered.iter().filter(alone) {
        let code = &one.definition.service;
        let (opened, ended) = lives.get(code).copied().unwrap_or_default();
        assert!(opened >= 30, "{code}: {opened} of 40 opened");
        assert!(ended >= opened / 2, "{code}: {ended} of {opened} ended");
    }
}

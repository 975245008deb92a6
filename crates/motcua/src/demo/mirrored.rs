//! Synthetic dossiers of a ministry's system: handed in, taken in, decided there; here only heard of.

use jiff::SignedDuration;
use rules::Moment;
use rules::case::mirror::{self, OwnerSaid};
use rules::case::{Command, Opening, decide, record, record_opening};
use rules::person::Actor;
use service::definition::{Definition, LimitRule};

use super::dice::Dice;
use super::live::{Lived, World, given};

/// Tells of a dossier handed in at `at`, as far as the present. `None` where it cannot be told.
pub fn mirrored(
    world: &World<'_>,
    service: &Definition,
    version: u32,
    opening: &Opening,
    at: Moment,
    dice: &mut Dice,
) -> Option<Lived> {
    let answers = service::Answers::default();
    let given = |now| given(world, service, version, &answers, &Actor::Import, now);
    let events = mirror::open(opening, at, &given(at)).ok()?;
    let (mut case, mut recorded) = record_opening(opening.id, events, at, &Actor::Import)?;
    let mut hear = |command: Command, now: Moment| -> Option<()> {
        let events = decide(&case, command, &given(now)).ok()?;
        let (after, new) = record(case.clone(), events, now, &Actor::Import);
        case = after;
        recorded.extend(new);
        Some(())
    };
    let system = service.owner.as_ref()?.system.clone();
    let code = opening.code.clone();
    hear(Command::CodeElsewhere { system, code }, at)?;
    let limit = match &service.process.limit {
        Some(LimitRule::Fixed(limit)) => Some(*limit),
        _ => None,
    };
    let accepted = at + SignedDuration::from_mins((30.0 + 400.0 * dice.share()) as i64);
    let due = limit.and_then(|limit| world.calendar.due(accepted, limit, None, false).ok());
    let due = due.map(|due| due.at);
    let length = due.map_or(72 * 3600, |due| due.duration_since(accepted).as_secs());
    // Most are quick, a few late, some refused.
    let share = dice.around(0.7, 0.25).clamp(0.1, 1.6);
    let decided = accepted + SignedDuration::from_secs((length as f64 * share) as i64);
    let ending = match dice.chance(0.06) {
        true => service::definition::Ending::Refused,
        false => service::definition::Ending::Granted,
    };
    let words = [
        (2, accepted, due, None),
        (4, accepted + SignedDuration::from_hours(1), due, None),
        (9, decided, None, Some(ending)),
        (
            10,
            decided + SignedDuration::from_hours(20),
            None,
            Some(ending),
        ),
    ];
    for (state, since, due, ending) in words {
        // The message comes a few minutes after what it tells.
        let heard = since + SignedDuration::from_mins(7);
        if heard >= world.until {
            break;
        }
        let since = Moment::from_second(since.as_second()).ok()?;
        let said = OwnerSaid {
            state,
            at: since,
            due,
            ending,
        };
        let heard = Moment::from_second(heard.as_second()).ok()?;
        hear(Command::HearOwner(said), heard)?;
    }
    Some(Lived {
        case,
        recorded,
        notes: Vec::new(),
    })
}

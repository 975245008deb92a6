//! One dossier whose date can hardly be kept: filed by a resident who can sign in, taken in, still being looked at, due within a
//! working day. Whoever tries the city finds a letter of apology to write in time, whatever chance made of the year.

use jiff::SignedDuration;
use rules::Moment;
use rules::case::Opening;
use rules::ids::{CaseCode, CaseId, PersonId};
use service::Answers;
use service::definition::Channel;

use super::dice::Dice;
use super::live::{World, taken_in};
use super::script::Waiting;
use super::year::{Offered, Told};

/// How far back a beginning is looked for: longer than any limit and the longest holidays.
const HOURS: i64 = 24 * 60;
/// Working seconds in which whoever tries the city still finds it waiting.
const TO_WRITE: i64 = 3600;
/// Between sending and reception.
const TAKEN_IN: SignedDuration = SignedDuration::from_mins(20);

/// The dossier as it stands now. `None` where the rules allow no such beginning. `number` gives a code of the day.
pub fn waiting(
    world: &World<'_>,
    service: &Offered<'_>,
    script: &Waiting,
    resident: PersonId,
    dice: &mut Dice,
    mut number: impl FnMut(Moment) -> CaseCode,
) -> Option<Told> {
    let answers: Answers = script.answers.clone().into_iter().collect();
    let bytes = dice.bytes();
    for hour in 1..HOURS {
        let at = world.until - SignedDuration::from_hours(hour);
        let received = at + TAKEN_IN;
        if !world.calendar.is_working_time(received).ok()? || received > world.until {
            continue;
        }
        let opening = Opening {
            id: CaseId::new(at, bytes),
            code: String::new(),
            channel: Channel::Online,
            applicant: Some(resident),
            applicant_kind: Some(service::definition::Who::Citizen),
            received_at: None,
            area: Some(script.area.clone()),
            place: None,
            public: false,
            about: None,
        };
        let begun = |code: CaseCode, dice: &mut Dice| {
            let opening = Opening {
                code,
                ..opening.clone()
            };
            let when = (at, received);
            taken_in(world, service, &opening, &answers, when, dice)
        };
        let mut tried = dice.clone();
        let due = begun(String::new(), &mut tried)?.case.clock.due?;
        let left = world.calendar.working_between(world.until, due).ok()?;
        // Enough of the day to write the letter, and not so much that no letter is called for yet.
        if due > world.until && left > TO_WRITE && left < world.calendar.day_seconds() - 600 {
            return Some(Told {
                lived: begun(number(at), dice)?,
                answers,
                title: service.definition.name.vi.clone(),
            });
        }
    }
    None
}

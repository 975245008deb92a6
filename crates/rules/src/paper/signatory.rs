//! Whose digital signatures a paper carries (NĐ 30/2020/NĐ-CP Đ.13 and Phụ lục I; NĐ 45/2020/NĐ-CP on electronic
//! results): the official whose act called for it, then the seal of the organisation in whose name it goes out.

use super::Call;
use crate::case::Recorded;
use crate::case::event::Signatory;
use crate::ids::UnitCode;
use crate::person::Actor;

/// In the order in which they are put on. What nobody but the clock called for bears the seal alone.
pub fn signatories(call: &Call, events: &[Recorded], issuer: &UnitCode) -> Vec<Signatory> {
    let called = events.iter().find(|one| one.version == call.version);
    let person = called.and_then(|called| match called.actor {
        Actor::Official { id, .. } => Some(Signatory::Person(id)),
        Actor::Resident(_) | Actor::Visitor | Actor::Clock | Actor::Bank | Actor::Import => None,
    });
    let seal = Signatory::Seal(issuer.clone());
    person.into_iter().chain([seal]).collect()
}

#[cfg(test)]
mod tests {
    use service::definition::Post;

    use super::*;
    use crate::Moment;
    use crate::case::Event;
    use crate::ids::{CaseId, PersonId};

    #[test]
    fn a_person_signs_before_the_seal_and_the_clock_signs_nothing() {
        let me = PersonId(uuid::Uuid::from_u128(7));
        let official = Actor::Official {
            id: me,
            unit: "branch-1".to_owned(),
            post: Post::Head,
        };
        let seal = || Signatory::Seal("department".to_owned());
        let table = [
            (official, 4, vec![Signatory::Person(me), seal()]),
            (Actor::Clock, 4, vec![seal()]),
            (Actor::Resident(me), 4, vec![seal()]),
            // The event is not there: nobody is said to have signed.
            (Actor::Clock, 9, vec![seal()]),
        ];
        for (actor, version, then) in table {
            let events = [Recorded {
                case: CaseId(uuid::Uuid::from_u128(1)),
                version: 4,
                at: Moment::UNIX_EPOCH,
                actor,
                event: Event::Accepted,
            }];
            let call = Call {
                what: "certificate".to_owned(),
                template: "land".to_owned(),
                version,
            };
            assert_eq!(signatories(&call, &events, &"department".to_owned()), then);
        }
    }
}

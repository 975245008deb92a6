//! Asks registers that others keep, before `actions` fills a form in: this room may speak to the outside. What
//! they do not answer in time is declared by hand; nobody is held up.

use actions::register::{Asker, Outside, Told, Wanted};
use futures::future::join_all;
use links::registers::{Question, RegisterFault};
use rules::person::Person;

use crate::error::Failure;
use crate::hall::Hall;

/// Answers of others to what is wanted; registers that only the city keeps are not among them.
///
/// # Errors
/// Where the memory does not answer.
pub async fn outside(
    hall: &Hall,
    wanted: Vec<Wanted>,
    asker: &Asker<'_>,
) -> Result<Outside, Failure> {
    let registers = &hall.parties().registers;
    let wanted: Vec<Wanted> = wanted
        .into_iter()
        .filter(|one| registers.contains_key(one.register))
        .collect();
    if wanted.is_empty() || hall.city().asks_too_often(asker).await? {
        return Ok(Outside::new());
    }
    let who = match asker.person {
        Person::Official(official) => official
            .seats
            .first()
            .map_or_else(|| "official".to_owned(), |seat| seat.unit.clone()),
        Person::Resident { .. } | Person::Nobody | Person::Bearer { .. } => "applicant".to_owned(),
    };
    let now = hall.now();
    let asked = wanted.into_iter().filter_map(|wanted| {
        let register = registers.get(wanted.register)?.clone();
        let question = Question {
            register: wanted.register.to_owned(),
            key: wanted.key.clone(),
            purpose: asker.service.to_owned(),
            reference: asker.reference.to_owned(),
            asker: who.clone(),
        };
        Some(async move {
            let told = match register.find(&question, now).await {
                Ok(Some(found)) => Told::Found {
                    record: found.record,
                    as_of: found.as_of,
                },
                Ok(None) => Told::NotFound,
                Err(fault) => {
                    let register = wanted.register;
                    match &fault {
                        RegisterFault::Away(_) => tracing::warn!(register, %fault, "not asked"),
                        // Somebody must mend this: it will not pass by itself.
                        RegisterFault::Refused(_) => tracing::error!(register, %fault, "refused"),
                    }
                    Told::Away
                }
            };
            (wanted, told)
        })
    });
    Ok(join_all(asked).await.into_iter().collect())
}

//! Search of cases by words or code, with or without marks, as far as one may see.

use axum::extract::{Query, State};
use maud::Markup;
use serde::Deserialize;
use store::{Seen, Sight};

use super::view::{self, Found};
use super::{case, clocks, names};
use crate::error::Failure;
use crate::hall::Hall;
use crate::say;
use crate::ui::layout::encode;
use crate::visit::Visit;

const MOST: u32 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
}

/// `GET /find?q=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let words = asked.q.trim();
    if words.is_empty() {
        return Ok(view::find(&visit.frame(), words, None));
    }
    let reader = hall.reader();
    let code = actions::code::typed(words);
    let mut seen: Vec<Seen> = reader
        .case_by_code(&visit.person, &code)
        .await?
        .into_iter()
        .collect();
    for id in reader.cases_coded_elsewhere(words).await? {
        seen.extend(reader.case(&visit.person, id).await?);
    }
    for line in reader.search_cases(&visit.person, words, MOST).await? {
        // A line does not tell whether its clock stands, nor how much of it one may see.
        if let Some(one) = reader.case(&visit.person, line.id).await?
            && seen.iter().all(|known| known.case.id != one.case.id)
        {
            seen.push(one);
        }
    }
    seen.sort_by_key(|one| std::cmp::Reverse(one.case.opened));
    let (l, law, now) = (visit.lang, hall.law(), hall.now());
    let mut found = Vec::with_capacity(seen.len());
    for Seen { case, title, sight } in seen {
        let calendar = law.calendar_of(case.clock.calendar)?;
        found.push(Found {
            link: match sight {
                Sight::Whole => format!("/cases/{}", case.code),
                Sight::Own | Sight::Public => format!("/track?code={}", encode(&case.code)),
            },
            face: clocks::first(&case, case.tasks.first(), calendar, now),
            service: law
                .catalogue
                .get(&case.service, case.service_version)
                .map_or_else(String::new, |p| p.definition.name.get(l.code()).to_owned()),
            unit: names::unit(&law, &case.unit),
            state: case::state_words(l, &case),
            opened: say::date(case.opened),
            title,
            code: case.code,
        });
    }
    Ok(view::find(&visit.frame(), words, Some(&found)))
}

//! Letters of apology as rows: for each date of a case that came near, whether it was signed, and when the case
//! was decided. Rewritten with the case, like its tasks; the draft beside it is data and can be erased.

use rules::Moment;
use rules::case::Case;
use rules::case::state::Apology;
use rules::ids::{CaseId, PersonId};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::{from_json, to_json};
use crate::write::case::Step;

/// What was written on a draft so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApologyDraft {
    /// Code of the city's list of causes.
    pub cause: String,
    pub words: String,
    /// ISO day.
    pub to: String,
    /// A word of the head's own.
    pub personal: String,
}

/// The rows of a case that are new or changed.
pub(crate) fn steps<'a>(
    city: &'a str,
    prior: Option<&Case>,
    case: &'a Case,
    steps: &mut Vec<Step<'a>>,
) {
    let ended = |case: &Case| case.life.ended().map(|(_, at)| at);
    let promised = |apology: &Apology| {
        let mut extensions = case.clock.extensions.iter();
        extensions.find(|e| e.from == apology.due).map(|e| e.to)
    };
    for apology in &case.apologies {
        let known = prior
            .is_some_and(|prior| prior.apologies.contains(apology) && ended(prior) == ended(case));
        if known {
            continue;
        }
        let sql = "INSERT INTO apology
            (city, case_id, due, unit, prepared, proposed, signed, signer, promised, ended)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (city, case_id, due) DO UPDATE SET unit = $4, prepared = $5, proposed = $6,
            signed = $7, signer = $8, promised = $9, ended = $10";
        let prepared = apology.prepared.or(apology.signed).unwrap_or(apology.due);
        let proposed = apology
            .proposed
            .or(promised(apology))
            .unwrap_or(apology.due);
        let params = params![
            city,
            case.id,
            apology.due,
            &case.unit,
            prepared,
            proposed,
            apology.signed,
            apology.signer,
            promised(apology),
            ended(case),
        ];
        steps.push((sql, params.into()));
    }
}

impl Tx {
    pub async fn save_apology_draft(
        &mut self,
        case: CaseId,
        due: Moment,
        draft: &ApologyDraft,
        by: PersonId,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO apology_draft (city, case_id, due, body, by, at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (city, case_id, due) DO UPDATE SET body = $4, by = $5, at = $6";
        let body = to_json(draft)?;
        self.execute(sql, &params![&*city, case, due, body, by, at])
            .await?;
        Ok(())
    }
}

impl Reader {
    /// What was written on the draft for this date; `None`: nothing yet, or erased.
    pub async fn apology_draft(&self, case: CaseId, due: Moment) -> Result<Option<ApologyDraft>> {
        let sql = "SELECT body FROM apology_draft WHERE city = $1 AND case_id = $2 AND due = $3";
        let params = params![&*self.city, case, due];
        let body = self.maybe(sql, &params, |mut row| row.next::<Option<String>>());
        body.await?.flatten().as_deref().map(from_json).transpose()
    }
}

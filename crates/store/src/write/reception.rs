//! What stands beside a case that came over a counter: the three organisations of its reception, the codes other
//! systems gave it, and the words by which its applicant is found again.

use rules::Moment;
use rules::ids::CaseId;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::write::search::{Found, add_steps};

/// A dossier received: where, for whom, with whose help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reception {
    pub case: CaseId,
    /// Who received it.
    pub desk: String,
    /// Who is competent.
    pub unit: String,
    /// Who helped.
    pub helper: Option<String>,
    pub channel: String,
    pub at: Moment,
    pub papers: u32,
    pub sets: u32,
}

impl Tx {
    /// Writes the reception of a case; papers that came later are added up by the caller.
    pub async fn save_reception(&mut self, reception: &Reception) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO reception (city, case_id, desk, unit, helper, channel, at, papers, sets)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (city, case_id) DO UPDATE SET helper = $5, papers = $8, sets = $9";
        let params = params![
            &*city,
            reception.case,
            &reception.desk,
            &reception.unit,
            reception.helper.as_deref(),
            &reception.channel,
            reception.at,
            reception.papers,
            reception.sets,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// The case to which a system gave this code.
    pub async fn case_coded(&mut self, system: &str, code: &str) -> Result<Option<CaseId>> {
        let city = self.shared_city();
        let sql = "SELECT case_id FROM foreign_code WHERE city = $1 AND code = $2 AND system = $3";
        let params = params![&*city, code, system];
        self.maybe(sql, &params, |mut row| row.next()).await
    }

    /// Notes what another system calls a case. False where that system gave the code to another case.
    pub async fn add_foreign_code(
        &mut self,
        case: CaseId,
        system: &str,
        code: &str,
        at: Moment,
    ) -> Result<bool> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO foreign_code (city, code, system, case_id, at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (city, code, system) DO NOTHING";
        let params = params![&*city, code, system, case, at];
        self.execute(sql, &params).await?;
        Ok(self.case_coded(system, code).await? == Some(case))
    }

    /// Makes the applicant of a case findable by these words in place of those before.
    pub async fn index_person_anew(&mut self, case: CaseId, words: &str, at: Moment) -> Result<()> {
        self.unindex_person(case).await?;
        self.index_person(case, words, at).await
    }

    /// Makes the applicant of a new case findable by these words. Nobody but the counter searches here.
    pub async fn index_person(&mut self, case: CaseId, words: &str, at: Moment) -> Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        let city = self.shared_city();
        let mut steps = Vec::new();
        let found = Found {
            kind: "person",
            name: case.to_string(),
            case: Some(case),
            title: None,
            words: Some(words),
            public: false,
            at: at.as_microsecond(),
        };
        add_steps(self.dialect(), &city, found, "", &mut steps);
        self.execute_many(&steps).await
    }
}

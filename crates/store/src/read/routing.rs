//! Reports as they were handed in, for asking the rules of routing once more; and what belongs to whom in the city.

use rules::Moment;
use rules::asset::Asset;
use rules::case::Case;
use rules::ids::CaseId;
use service::Answers;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::from_json;

impl Reader {
    /// Cases of a service opened between two moments with their newest answers, in the order of their ids; `after`: the last
    /// one of the page before. Without answers: they were erased.
    pub async fn handed_in(
        &self,
        service: &str,
        from: Moment,
        to: Moment,
        after: Option<CaseId>,
        most: u32,
    ) -> Result<Vec<(Case, Option<Answers>)>> {
        let after = after.unwrap_or(CaseId(uuid::Uuid::nil()));
        let sql = "SELECT c.state, (SELECT a.body FROM answers a WHERE a.city = c.city AND a.case_id = c.id
            ORDER BY a.version DESC LIMIT 1) FROM cases c WHERE c.city = $1 AND c.service = $2
            AND c.opened >= $3 AND c.opened < $4 AND c.id > $5 ORDER BY c.id LIMIT $6";
        let params = params![&*self.city, service, from, to, after, most];
        self.all(sql, &params, |mut row| {
            let case = row.json()?;
            let answers = row.next::<Option<String>>()?;
            Ok((case, answers.as_deref().map(from_json).transpose()?))
        })
        .await
    }

    /// All assets.
    pub async fn assets(&self) -> Result<Vec<Asset>> {
        let sql = "SELECT body FROM asset WHERE city = $1 ORDER BY layer, id";
        self.all(sql, &params![&*self.city], |mut row| row.json())
            .await
    }
}

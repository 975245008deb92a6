//! Links by which somebody outside answers. Of the secret only the hash is kept.

use rules::Moment;
use rules::ids::CaseId;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::Row;

/// To which forwarding of which case a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideLink {
    pub case: CaseId,
    pub n: u32,
    pub made: Moment,
    pub until: Moment,
    /// How often the page behind it was opened, and when last.
    pub opened: u32,
    pub last: Option<Moment>,
}

const LINK: &str = "case_id, n, made, until, opened, last";

fn read_link(mut row: Row) -> Result<OutsideLink> {
    Ok(OutsideLink {
        case: row.next()?,
        n: row.next()?,
        made: row.next()?,
        until: row.next()?,
        opened: row.next()?,
        last: row.next()?,
    })
}

impl Tx {
    pub async fn add_outside_link(&mut self, hash: &Hash, link: &OutsideLink) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO outside_link (city, hash, case_id, n, made, until, opened)
            VALUES ($1, $2, $3, $4, $5, $6, 0)";
        let params = params![&*city, hash, link.case, link.n, link.made, link.until];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn outside_link(&mut self, hash: &Hash) -> Result<Option<OutsideLink>> {
        let city = self.shared_city();
        let sql = format!("SELECT {LINK} FROM outside_link WHERE city = $1 AND hash = $2");
        self.maybe(&sql, &params![&*city, hash], read_link).await
    }

    /// Writes down that the page was opened.
    pub async fn note_outside_opened(&mut self, hash: &Hash, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE outside_link SET opened = opened + 1, last = $3
            WHERE city = $1 AND hash = $2";
        self.execute(sql, &params![&*city, hash, now]).await?;
        Ok(())
    }
}

impl Reader {
    pub async fn outside_link(&self, hash: &Hash) -> Result<Option<OutsideLink>> {
        let sql = format!("SELECT {LINK} FROM outside_link WHERE city = $1 AND hash = $2");
        self.maybe(&sql, &params![&*self.city, hash], read_link)
            .await
    }

    /// The links of a case, by the number of the forwarding.
    pub async fn outside_links(&self, case: CaseId) -> Result<Vec<OutsideLink>> {
        let sql = format!(
            "SELECT {LINK} FROM outside_link WHERE city = $1 AND case_id = $2 ORDER BY n, made"
        );
        self.all(&sql, &params![&*self.city, case], read_link).await
    }
}

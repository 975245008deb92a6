//! Papers of a case, the one that a verification code leads to, the case behind a paper, and the rows of a book.

use rules::Moment;
use rules::case::Case;
use rules::ids::CaseId;

use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::write::handed_out::{PAPER, PaperRow, read_paper};

impl Reader {
    /// In the order they were called for; planned ones too. Ask for [`Reader::case`] first: this does not judge
    /// who looks.
    pub async fn papers(&self, case: CaseId) -> Result<Vec<PaperRow>> {
        let sql = format!(
            "SELECT {PAPER} FROM paper WHERE city = $1 AND case_id = $2 ORDER BY version, planned, what"
        );
        self.all(&sql, &params![&*self.city, case], read_paper)
            .await
    }

    /// The case a paper is about, whoever asked for it: for the printer alone.
    pub async fn case_to_print(&self, id: CaseId) -> Result<Option<Case>> {
        let sql = "SELECT state FROM cases WHERE city = $1 AND id = $2";
        self.maybe(sql, &params![&*self.city, id], |mut row| row.json())
            .await
    }

    /// Procedures that a unit held and that were opened in a stretch of time, oldest first: the rows of its book.
    /// Who may read the book is the caller's question.
    pub async fn book(
        &self,
        unit: &str,
        from: Moment,
        until: Moment,
        most: u32,
    ) -> Result<Vec<Case>> {
        let sql =
            "SELECT c.state FROM cases c JOIN holding h ON h.city = c.city AND h.case_id = c.id
            WHERE c.city = $1 AND h.city = $1 AND h.unit = $2 AND c.kind = 'procedure'
            AND c.opened >= $3 AND c.opened < $4 ORDER BY c.opened, c.id LIMIT $5";
        let params = params![&*self.city, unit, from, until, most];
        self.all(sql, &params, |mut row| row.json()).await
    }

    /// The paper on which this verification code stands.
    pub async fn paper_by_check(&self, check: &str) -> Result<Option<PaperRow>> {
        let sql = format!("SELECT {PAPER} FROM paper WHERE city = $1 AND check_code = $2");
        self.maybe(&sql, &params![&*self.city, check], read_paper)
            .await
    }
}

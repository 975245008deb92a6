//! A person's own store of papers (kho dữ liệu điện tử của tổ chức, cá nhân): each with issuer, number, dates, code
//! and how far it can be trusted; and codes that let somebody else see one for a while.

use jiff::civil::Date;
use rules::Moment;
use rules::ids::{CaseId, ContentHash, NoteId, PersonId};
use serde::{Deserialize, Serialize};

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::{to_json, word};

/// How far a paper can be trusted, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Issued by this city, as its own record proves.
    Issued,
    /// Accepted by an official in an earlier case.
    Accepted,
    /// A picture that its owner made.
    Picture,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperSource {
    /// Its owner uploaded it.
    Upload,
    /// It came out of a case.
    Case,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPaper {
    pub owner: PersonId,
    pub id: NoteId,
    pub title: String,
    /// National code of the result or component.
    pub code: Option<String>,
    pub number: String,
    pub issuer: String,
    pub issued: Option<Date>,
    pub expires: Option<Date>,
    pub trust: Trust,
    pub source: PaperSource,
    pub case: Option<CaseId>,
    pub hash: ContentHash,
    /// Bytes.
    pub size: u64,
    pub media: String,
    /// The small picture of a photo.
    pub small: Option<(ContentHash, u64)>,
    pub at: Moment,
}

/// Somebody may see one paper for a while, by a code that is remembered as its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub code_hash: Hash,
    pub owner: PersonId,
    pub paper: NoteId,
    /// The last signs of the code, for its owner to tell shares apart.
    pub hint: String,
    pub made: Moment,
    pub expires: Moment,
    pub ended: Option<Moment>,
    /// How often it was opened.
    pub opened: u32,
}

impl Tx {
    /// Known already, it gets the newer file.
    pub async fn keep_paper(&mut self, paper: &KeptPaper) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO kept_paper (city, owner, id, title, code, number, issuer, issued, expires,
            trust, source, case_id, hash, size, media, body, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            ON CONFLICT (city, owner, id) DO UPDATE SET hash = excluded.hash, size = excluded.size";
        let params = params![
            &*city,
            paper.owner,
            paper.id,
            &paper.title,
            paper.code.as_ref(),
            &paper.number,
            &paper.issuer,
            paper.issued,
            paper.expires,
            word(&paper.trust)?,
            word(&paper.source)?,
            paper.case,
            &paper.hash,
            i64::try_from(paper.size).unwrap_or(i64::MAX),
            &paper.media,
            to_json(&paper.small)?,
            paper.at,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Takes a paper out of its owner's store and ends its shares. `false`: there was none.
    pub async fn remove_paper(&mut self, owner: PersonId, id: NoteId, now: Moment) -> Result<bool> {
        let city = self.shared_city();
        let sql = "UPDATE kept_paper SET removed = $4 WHERE city = $1 AND owner = $2 AND id = $3
            AND removed IS NULL";
        let done = self.execute(sql, &params![&*city, owner, id, now]).await?;
        let sql = "UPDATE paper_share SET ended = $4 WHERE city = $1 AND owner = $2 AND paper = $3
            AND ended IS NULL";
        self.execute(sql, &params![&*city, owner, id, now]).await?;
        Ok(done > 0)
    }

    pub async fn share_paper(&mut self, share: &Share) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO paper_share
            (city, code_hash, owner, paper, hint, made, expires, opened)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
        let params = params![
            &*city,
            &share.code_hash,
            share.owner,
            share.paper,
            &share.hint,
            share.made,
            share.expires,
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Ends the owner's share with this hint made at this moment.
    pub async fn end_share(&mut self, owner: PersonId, hint: &str, now: Moment) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE paper_share SET ended = $4 WHERE city = $1 AND owner = $2 AND hint = $3
            AND ended IS NULL";
        self.execute(sql, &params![&*city, owner, hint, now])
            .await?;
        Ok(())
    }

    /// Counts that a share was opened.
    pub async fn note_share_opened(&mut self, code_hash: &Hash) -> Result<()> {
        let city = self.shared_city();
        let sql = "UPDATE paper_share SET opened = opened + 1 WHERE city = $1 AND code_hash = $2";
        self.execute(sql, &params![&*city, code_hash]).await?;
        Ok(())
    }
}

//! A person's own store of papers and what they share of it.

use rules::Moment;
use rules::ids::{NoteId, PersonId};

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::reader::Reader;
use crate::value::Row;
use crate::write::kept::{KeptPaper, Share};

const PAPER: &str =
    "p.owner, p.id, p.title, p.code, p.number, p.issuer, p.issued, p.expires, p.trust,
    p.source, p.case_id, p.hash, p.size, p.media, p.body, p.at";

fn read_paper(mut row: Row) -> Result<KeptPaper> {
    Ok(KeptPaper {
        owner: row.next()?,
        id: row.next()?,
        title: row.next()?,
        code: row.next()?,
        number: row.next()?,
        issuer: row.next()?,
        issued: row.next()?,
        expires: row.next()?,
        trust: row.word()?,
        source: row.word()?,
        case: row.next()?,
        hash: row.next()?,
        size: row.next()?,
        media: row.next()?,
        small: row.json()?,
        at: row.next()?,
    })
}

impl Reader {
    /// What is in a person's store, newest first.
    pub async fn papers_of(&self, owner: PersonId) -> Result<Vec<KeptPaper>> {
        let sql = format!(
            "SELECT {PAPER} FROM kept_paper p WHERE p.city = $1 AND p.owner = $2
             AND p.removed IS NULL ORDER BY p.at DESC, p.id DESC"
        );
        self.all(&sql, &params![&*self.city, owner], read_paper)
            .await
    }

    /// One paper of a person's store.
    pub async fn paper_of(&self, owner: PersonId, id: NoteId) -> Result<Option<KeptPaper>> {
        let sql = format!(
            "SELECT {PAPER} FROM kept_paper p WHERE p.city = $1 AND p.owner = $2 AND p.id = $3
             AND p.removed IS NULL"
        );
        self.maybe(&sql, &params![&*self.city, owner, id], read_paper)
            .await
    }

    /// The paper that this code opens now.
    pub async fn shared_paper(&self, code_hash: &Hash, now: Moment) -> Result<Option<KeptPaper>> {
        let sql = format!(
            "SELECT {PAPER} FROM paper_share s
             JOIN kept_paper p ON p.city = s.city AND p.owner = s.owner AND p.id = s.paper
             WHERE s.city = $1 AND s.code_hash = $2 AND s.expires > $3 AND s.ended IS NULL
             AND p.removed IS NULL"
        );
        self.maybe(&sql, &params![&*self.city, code_hash, now], read_paper)
            .await
    }

    /// What a person shares or shared, newest first.
    pub async fn shares_of(&self, owner: PersonId, most: u32) -> Result<Vec<Share>> {
        let sql = "SELECT code_hash, owner, paper, hint, made, expires, ended, opened
            FROM paper_share WHERE city = $1 AND owner = $2 ORDER BY made DESC LIMIT $3";
        let read = |mut row: Row| {
            Ok(Share {
                code_hash: row.next()?,
                owner: row.next()?,
                paper: row.next()?,
                hint: row.next()?,
                made: row.next()?,
                expires: row.next()?,
                ended: row.next()?,
                opened: row.next()?,
            })
        };
        self.all(sql, &params![&*self.city, owner, most], read)
            .await
    }
}

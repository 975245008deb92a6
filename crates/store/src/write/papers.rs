//! What stands apart from events so that it can be erased: answers, notes, attachments; and drafts of
//! applications that are not cases yet.

use std::collections::BTreeSet;

use rules::Moment;
use rules::case::Spot;
use rules::ids::{CaseId, ContentHash, NoteId, PersonId};
use serde::{Deserialize, Serialize};
use service::Answers;

use crate::chain::Hash;
use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::value::{from_json, to_json};

/// An application being written, saved page by page; found again by the token whose hash this is.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub token_hash: Hash,
    pub service: String,
    pub service_version: u32,
    pub person: Option<PersonId>,
    pub answers: Answers,
    /// Files that came with it so far.
    pub files: Vec<DraftFile>,
    pub at: Moment,
    pub expires: Moment,
    /// The token itself, where a signed-in person owns the draft: another device of theirs goes on with it, and
    /// without its owner it opens nothing.
    pub own_key: Option<String>,
}

/// A file that waits in a draft for its case. It was proven and stands in the files by its hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftFile {
    pub hash: ContentHash,
    /// As [`Attachment::what`].
    pub what: String,
    /// As the sender named it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// `image/jpeg` or `application/pdf`.
    pub media: String,
    /// The small picture of a photo: hash and bytes.
    pub small: Option<(ContentHash, u64)>,
    /// Where a photo was taken: offered as the place, and forgotten with the draft.
    pub taken_at: Option<Spot>,
    /// A photo as it was sent: hash, bytes and media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<(ContentHash, u64, String)>,
    /// The paper of the person's own store that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<NoteId>,
}

/// A file of a case, by content hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub hash: ContentHash,
    /// `photo`, `photo-after`, a paper's code …
    pub what: String,
    pub public: bool,
    /// As the sender named it; shown, never used as a path.
    pub name: String,
    pub at: Moment,
}

impl Tx {
    /// A version of a case's answers; versions are never overwritten.
    pub async fn save_answers(
        &mut self,
        case: CaseId,
        version: u32,
        answers: &Answers,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql =
            "INSERT INTO answers (city, case_id, version, body, at) VALUES ($1, $2, $3, $4, $5)";
        let body = to_json(answers)?;
        self.execute(sql, &params![&*city, case, version, body, at])
            .await?;
        Ok(())
    }

    pub async fn save_note(
        &mut self,
        case: CaseId,
        note: NoteId,
        text: &str,
        public: bool,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO note (city, case_id, id, body, public, at) VALUES ($1, $2, $3, $4, $5, $6)";
        self.execute(sql, &params![&*city, case, note, text, public, at])
            .await?;
        Ok(())
    }

    /// The same file for the same purpose is one attachment; it can become public or private.
    pub async fn save_attachment(&mut self, case: CaseId, file: &Attachment) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO attachment (city, case_id, hash, what, public, name, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (city, case_id, hash, what) DO UPDATE SET public = $5, name = $6";
        let (hash, what, name) = (&file.hash, &file.what, &file.name);
        let params = params![&*city, case, hash, what, file.public, name, file.at];
        self.execute(sql, &params).await?;
        Ok(())
    }

    /// Remembers a stored file's size and media type ([`crate::Files::put`] gives hash and size).
    pub async fn save_file(
        &mut self,
        hash: &str,
        size: u64,
        media: &str,
        at: Moment,
    ) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO file (city, hash, size, media, at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (city, hash) DO NOTHING";
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        self.execute(sql, &params![&*city, hash, size, media, at])
            .await?;
        Ok(())
    }

    /// Erases what a case holds of persons: answers, notes, names of files, search words. History stays.
    /// Files themselves are deleted with [`crate::Files::delete`] once no attachment names them.
    pub async fn erase_personal(&mut self, case: CaseId) -> Result<()> {
        let city = self.shared_city();
        for sql in [
            "UPDATE answers SET body = NULL WHERE city = $1 AND case_id = $2",
            "UPDATE note SET body = NULL WHERE city = $1 AND case_id = $2",
            "UPDATE mark_list SET body = NULL WHERE city = $1 AND case_id = $2",
            "UPDATE apology_draft SET body = NULL WHERE city = $1 AND case_id = $2",
            "DELETE FROM attachment WHERE city = $1 AND case_id = $2",
            "DELETE FROM attachment_origin WHERE city = $1 AND case_id = $2",
            "UPDATE standing SET body = NULL WHERE city = $1 AND case_id = $2",
            "UPDATE answer_origin SET body = NULL WHERE city = $1 AND case_id = $2",
            "UPDATE flag SET words = NULL WHERE city = $1 AND case_id = $2",
        ] {
            self.execute(sql, &params![&*city, case]).await?;
        }
        self.erase_messages_of(case).await?;
        self.erase_packets_of(case).await?;
        self.unindex_case(case).await
    }

    /// Writes a draft or overwrites the one with the same token.
    pub async fn save_draft(&mut self, draft: &Draft) -> Result<()> {
        let city = self.shared_city();
        let sql = "INSERT INTO draft
            (city, token_hash, service, service_version, person, answers, at, expires, files, own_key)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (city, token_hash) DO UPDATE SET service = $3, service_version = $4,
            person = $5, answers = $6, at = $7, expires = $8, files = $9, own_key = $10";
        let params = params![
            &*city,
            &draft.token_hash,
            &draft.service,
            draft.service_version,
            draft.person,
            to_json(&draft.answers)?,
            draft.at,
            draft.expires,
            to_json(&draft.files)?,
            draft.own_key.as_ref(),
        ];
        self.execute(sql, &params).await?;
        Ok(())
    }

    pub async fn delete_draft(&mut self, token_hash: &Hash) -> Result<()> {
        let city = self.shared_city();
        let sql = "DELETE FROM draft WHERE city = $1 AND token_hash = $2";
        self.execute(sql, &params![&*city, token_hash]).await?;
        Ok(())
    }

    /// Drops drafts whose time is over. The files that nothing else needs: they can go.
    pub async fn drop_drafts(&mut self, now: Moment) -> Result<Dropped> {
        let city = self.shared_city();
        let sql = "DELETE FROM draft WHERE city = $1 AND expires <= $2 RETURNING files";
        let over: Vec<String> = self
            .all(sql, &params![&*city, now], |mut row| row.next())
            .await?;
        let mut hashes = BTreeSet::new();
        for files in &over {
            let files: Vec<DraftFile> = from_json(files)?;
            for file in files {
                hashes.insert(file.hash);
                hashes.extend(file.small.map(|(hash, _)| hash));
            }
        }
        let mut free = Vec::new();
        for hash in hashes {
            let sql = "SELECT 1 FROM file WHERE city = $1 AND hash = $2
                UNION ALL SELECT 1 FROM original WHERE city = $1 AND hash = $2
                UNION ALL SELECT 1 FROM draft WHERE city = $1 AND files LIKE $3 LIMIT 1";
            let params = params![&*city, &hash, format!("%{hash}%")];
            let needed = self
                .maybe(sql, &params, |mut row| row.next::<i64>())
                .await?;
            if needed.is_none() {
                free.push(hash);
            }
        }
        Ok(Dropped {
            drafts: over.len() as u64,
            free,
        })
    }
}

/// Drafts that were dropped, and files that nothing needs any more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dropped {
    pub drafts: u64,
    pub free: Vec<ContentHash>,
}

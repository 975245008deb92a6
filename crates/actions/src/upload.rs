//! Files that people hand in: proven by their content, kept by content hash, never trusted by name.

use rules::Moment;
use rules::case::Spot;
use rules::ids::{CaseId, ContentHash};
use store::{Attachment, DraftFile, Original, Tx};

use crate::city::City;
use crate::error::ActionError;
use crate::photo::{self, Photo, PhotoProblem};

/// What came with a form.
#[derive(Debug, Clone)]
pub struct Upload {
    /// `photo`, `photo-after`, or the code of a document.
    pub what: String,
    /// As the sender named it.
    pub name: String,
    pub bytes: Vec<u8>,
    /// Shown to everybody (photos of public reports).
    pub public: bool,
}

/// An upload that was proven and put into the files; the case's row is written by the command.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub attachment: Attachment,
    pub size: u64,
    pub media: &'static str,
    /// The small picture beside a photo.
    pub thumbnail: Option<(ContentHash, u64)>,
    /// Where a photo was taken: for whoever fills in a form, never kept with a case.
    pub taken_at: Option<Spot>,
    /// The photo of a report as it was sent: sealed, in no list of files.
    pub original: Option<(ContentHash, u64, String)>,
}

const PDF: &str = "application/pdf";
pub(crate) const JPEG: &str = "image/jpeg";

/// Files of one command.
pub const MOST: usize = 20;

/// What the photos of a report are called among the files of its case.
pub const PHOTO: &str = "photo";

impl City {
    /// Proves and keeps uploads before the command that refers to them. A command refused afterwards
    /// leaves files without a case; they are swept by their age.
    pub(crate) async fn keep(&self, uploads: Vec<Upload>) -> Result<Vec<Kept>, ActionError> {
        let mut kept = Vec::new();
        for upload in uploads
            .into_iter()
            .filter(|upload| !upload.bytes.is_empty())
            .take(MOST)
        {
            kept.push(self.keep_one(upload).await?);
        }
        Ok(kept)
    }

    pub(crate) async fn keep_one(&self, upload: Upload) -> Result<Kept, ActionError> {
        let Upload {
            what,
            name,
            bytes,
            public,
        } = upload;
        let refuse = |problem| ActionError::Photo {
            name: name.clone(),
            problem,
        };
        let files = self.store().files();
        let mut original = None;
        let (stored, media, thumbnail, taken_at) = if bytes.starts_with(b"%PDF-") {
            if bytes.len() > photo::MOST_BYTES {
                return Err(refuse(PhotoProblem::TooLarge));
            }
            (files.put(self.code(), bytes).await?, PDF, None, None)
        } else {
            // A decoded photo is large: two at a time, the others wait.
            let turn = self.drawing().acquire().await;
            let cleaned = tokio::task::spawn_blocking(move || (photo::clean(&bytes), bytes)).await;
            drop(turn);
            let (photo, bytes) = cleaned.map_err(|_| refuse(PhotoProblem::Damaged))?;
            let photo = photo.map_err(refuse)?;
            if what == PHOTO {
                original = Some(self.seal(&photo, bytes).await?);
            }
            let small = files.put(self.code(), photo.thumbnail).await?;
            let large = files.put(self.code(), photo.picture).await?;
            (large, JPEG, Some((small.hash, small.size)), photo.taken_at)
        };
        let attachment = Attachment {
            hash: stored.hash,
            what,
            public,
            name: short(&name),
            at: self.now(),
        };
        Ok(Kept {
            attachment,
            size: stored.size,
            media,
            thumbnail,
            taken_at,
            original,
        })
    }
}

impl City {
    /// Keeps a photo as it was sent, for no case yet: what never comes to one is forgotten with its draft.
    async fn seal(
        &self,
        photo: &Photo,
        bytes: Vec<u8>,
    ) -> Result<(ContentHash, u64, String), ActionError> {
        let sealed = self.store().files().put(self.code(), bytes).await?;
        let original = Original {
            photo: store::content_hash(&photo.picture),
            hash: sealed.hash.clone(),
            size: sealed.size,
            media: photo.media.to_owned(),
            at: self.now(),
        };
        self.writer()
            .run("seal", move |tx| {
                let original = original.clone();
                Box::pin(async move {
                    Ok::<_, ActionError>(tx.save_original(NO_CASE, &original).await?)
                })
            })
            .await?;
        Ok((sealed.hash, sealed.size, photo.media.to_owned()))
    }
}

/// Under which photos wait for their case.
pub(crate) const NO_CASE: CaseId = CaseId(uuid::Uuid::nil());

impl Kept {
    /// A file that waited in a draft. `public`: shown to everybody from now on.
    pub fn of_draft(file: &DraftFile, public: bool, at: Moment) -> Self {
        let media = if file.media == PDF { PDF } else { JPEG };
        Self {
            attachment: Attachment {
                hash: file.hash.clone(),
                what: file.what.clone(),
                public,
                name: file.name.clone(),
                at,
            },
            size: file.size,
            media,
            thumbnail: file.small.clone(),
            taken_at: file.taken_at,
            original: file.original.clone(),
        }
    }
}

/// Writes the rows of kept files.
pub(crate) async fn attach(
    tx: &mut Tx,
    case: CaseId,
    kept: &[Kept],
) -> Result<(), store::StoreError> {
    for file in kept {
        let at = file.attachment.at;
        tx.save_file(&file.attachment.hash, file.size, file.media, at)
            .await?;
        tx.save_attachment(case, &file.attachment).await?;
        if let Some((hash, size, media)) = &file.original {
            let original = Original {
                photo: file.attachment.hash.clone(),
                hash: hash.clone(),
                size: *size,
                media: media.clone(),
                at,
            };
            tx.save_original(case, &original).await?;
        }
        if let Some((hash, size)) = &file.thumbnail {
            tx.save_file(hash, *size, file.media, at).await?;
            let what = small_of(&file.attachment.what, &file.attachment.hash);
            let small = Attachment {
                hash: hash.clone(),
                what,
                ..file.attachment.clone()
            };
            tx.save_attachment(case, &small).await?;
        }
    }
    Ok(())
}

/// Between what a photo is and the hash of the large picture, in the `what` of its small one.
pub const THUMBNAIL: &str = ":small-of:";

/// The `what` of the small picture of a photo.
pub fn small_of(what: &str, hash: &str) -> String {
    format!("{what}{THUMBNAIL}{hash}")
}

fn short(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path() {
        assert_eq!(short("../../etc/passwd"), "passwd");
        assert_eq!(short("C:\\ảnh\\đèn.jpg"), "đèn.jpg");
        assert_eq!(short(&"x".repeat(500)).len(), 120);
    }
}

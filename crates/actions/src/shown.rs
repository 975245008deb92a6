//! What anybody sees of a report: the words on its face, and what a moderator makes of them and of its photos. Judged in
//! `rules::case::shown`; here a covered photo is drawn, the rows that pages read follow, and people say what is unfit.

use jiff::SignedDuration;
use rules::Moment;
use rules::case::shown::{Area, Deed, Photo, Text};
use rules::case::{Case, Event, Recorded, Refusal};
use rules::ids::{CaseId, ContentHash, NoteId};
use rules::person::Person;
use rules::retention::photos_until;
use serde_json::Value;
use service::answer::shows_place;
use service::definition::{Definition, Kind};
use service::{Answers, Published};
use store::{Attachment, Extras, Flag, Original, Tx};

use crate::change::{Change, Verb, published};
use crate::city::{City, Law};
use crate::error::ActionError;
use crate::photo::{self, PhotoProblem};
use crate::posting::{Passage, source};
use crate::public_words;
use crate::upload::{JPEG, NO_CASE, THUMBNAIL, small_of};

/// Letters of what somebody says beside the reason.
pub const MOST_FLAG_WORDS: usize = 500;
/// Rectangles on one photo.
pub const MOST_AREAS: usize = 40;
/// What somebody may say is wrong with a public report.
pub const REASONS: [&str; 5] = ["personal", "insult", "false", "advert", "other"];

/// The words that stand on the face of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Words<'a> {
    AsSent,
    Hidden,
    Edited(&'a str),
}

/// Title and words to be found by, of which anybody may see each.
pub(crate) fn face(
    definition: &Definition,
    answers: &Answers,
    words: &Words<'_>,
) -> (String, String) {
    let name = &definition.name.vi;
    if definition.kind != Kind::Report {
        let place = text(answers, "where").unwrap_or_default();
        return (name.clone(), format!("{name}  {place}"));
    }
    let sent = answers.get("what").and_then(Value::as_str);
    let sent = match words {
        Words::AsSent => sent.unwrap_or_default(),
        Words::Hidden => "",
        Words::Edited(words) => *words,
    };
    let title = match public_words::title(sent) {
        title if title.is_empty() => name.clone(),
        title => title,
    };
    // Where the place is kept back, being found by it would tell it.
    let place = match shows_place(definition) && *words != Words::Hidden {
        true => text(answers, "where").unwrap_or_default(),
        false => "",
    };
    let found = public_words::without_numbers(&format!("{sent} {place}"));
    (title, format!("{name} {found}"))
}

/// The words of a place.
fn text<'a>(answers: &'a Answers, place: &str) -> Option<&'a str> {
    answers.get(place)?.get("words")?.as_str()
}

/// Words of the city's list stand in what was sent.
pub(crate) fn is_doubtful(law: &Law, answers: &Answers) -> bool {
    let what = answers.get("what").and_then(Value::as_str);
    let said = what.into_iter().chain(text(answers, "where"));
    let said: Vec<&str> = said.collect();
    law.posting.is_doubtful(&said.join(" "))
}

/// What a moderator wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Publish,
    Hide,
    Keep,
    HideText,
    /// These words instead of the sender's.
    EditText(String),
    ShowText,
    HidePhoto(ContentHash),
    BlurPhoto(ContentHash, Vec<Area>),
    ShowPhoto(ContentHash),
}

/// A covered copy that was drawn and put into the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    pub large: (ContentHash, u64),
    pub small: (ContentHash, u64),
}

impl City {
    /// Does it, if the person may and the rules allow.
    ///
    /// # Errors
    /// As [`City::change`]; [`ActionError::NotFound`] for a photo that is not of this case's public ones.
    pub async fn moderate(
        &self,
        person: &Person,
        case: &Case,
        seen: Option<u32>,
        wish: Wish,
        reason: &str,
    ) -> Result<Case, ActionError> {
        let mut change = Change {
            seen,
            words: Some(reason.to_owned()),
            ..Change::new(case.id, Verb::Tick)
        };
        let deed = match wish {
            Wish::Publish => Deed::Publish,
            Wish::Hide => Deed::Hide,
            Wish::Keep => Deed::Keep,
            Wish::HideText => Deed::HideText,
            Wish::ShowText => Deed::ShowText,
            Wish::EditText(words) => {
                let words = words.trim().to_owned();
                if words.is_empty() {
                    return Err(Refusal::NothingChosen.into());
                }
                let id = self.new_note_id();
                change.beside = Some((id, words));
                Deed::EditText { words: id }
            }
            Wish::HidePhoto(file) => {
                self.is_photo(case, &file).await?;
                Deed::HidePhoto { file }
            }
            Wish::ShowPhoto(file) => {
                self.is_photo(case, &file).await?;
                Deed::ShowPhoto { file }
            }
            Wish::BlurPhoto(file, areas) => {
                self.is_photo(case, &file).await?;
                if areas.is_empty() || areas.len() > MOST_AREAS {
                    return Err(Refusal::NothingChosen.into());
                }
                let covered = self.covered(&file, areas.clone()).await?;
                let by = covered.large.0.clone();
                change.covered = Some(covered);
                Deed::BlurPhoto { file, by, areas }
            }
        };
        change.verb = Verb::Moderate { deed };
        self.change(person, change).await
    }

    /// A photo that is public, or was until a moderator took it away.
    async fn is_photo(&self, case: &Case, file: &str) -> Result<(), ActionError> {
        let files = self.reader().attachments(case.id).await?;
        let mut ours = files.iter().filter(|one| one.hash == file);
        let known = case.shown.photos.contains_key(file);
        match ours.any(|one| !one.what.contains(THUMBNAIL) && (one.public || known)) {
            true => Ok(()),
            false => Err(ActionError::NotFound),
        }
    }

    async fn covered(&self, file: &str, areas: Vec<Area>) -> Result<Covered, ActionError> {
        let files = self.store().files();
        let kept = files.read(self.code(), file).await?;
        let turn = self.drawing().acquire().await;
        let drawn = tokio::task::spawn_blocking(move || photo::cover(&kept, &areas)).await;
        drop(turn);
        let problem = |problem| ActionError::Photo {
            name: String::new(),
            problem,
        };
        let drawn = drawn.map_err(|_| problem(PhotoProblem::Damaged))?;
        let (large, small) = drawn.map_err(problem)?;
        let large = files.put(self.code(), large).await?;
        let small = files.put(self.code(), small).await?;
        Ok(Covered {
            large: (large.hash, large.size),
            small: (small.hash, small.size),
        })
    }

    /// Somebody says that a public report is unfit: it comes to the moderators. `address`: where they are.
    ///
    /// # Errors
    /// [`ActionError::NotFound`] where it is not public.
    pub async fn flag(
        &self,
        case: CaseId,
        address: Option<&str>,
        reason: &str,
        words: &str,
    ) -> Result<Passage, ActionError> {
        if !REASONS.contains(&reason) {
            return Err(Refusal::NothingChosen.into());
        }
        match self.may_flag(address).await? {
            Passage::Free => {}
            other => return Ok(other),
        }
        let words: String = words.trim().chars().take(MOST_FLAG_WORDS).collect();
        let flag = Flag {
            source: source(address.unwrap_or_default()),
            at: self.now(),
            reason: reason.to_owned(),
            words: (!words.is_empty()).then_some(words),
            settled: None,
        };
        self.writer()
            .run("flag", move |tx| {
                let flag = flag.clone();
                Box::pin(async move {
                    let known = tx.case(case).await?;
                    known
                        .filter(|case| case.public)
                        .ok_or(ActionError::NotFound)?;
                    Ok::<_, ActionError>(tx.flag_case(case, &flag).await?)
                })
            })
            .await?;
        Ok(Passage::Free)
    }

    /// Forgets photos as they were sent whose time is over: of ended cases by what field and frame say of photos, of forms
    /// that were never sent with their drafts. How many.
    pub(crate) async fn forget_originals(&self) -> Result<u64, ActionError> {
        let (law, now) = (self.law(), self.now());
        let calendar = law.calendar()?.clone();
        let today = calendar.local(now).0;
        let waits = SignedDuration::from_hours(24 * (i64::from(self.limits().draft_days) + 1));
        let (mut gone, mut after) = (0, None);
        loop {
            let before = now - waits;
            let page = self
                .reader()
                .originals_before(before, after.as_ref(), 200)
                .await?;
            let Some((case, last)) = page.last() else {
                return Ok(gone);
            };
            after = Some((last.at, *case, last.photo.clone()));
            for (case, original) in page {
                let over = case == NO_CASE
                    || match self.reader().case_state(case).await? {
                        None => true,
                        Some(case) => published(&law, &case)
                            .ok()
                            .and_then(|of| photos_until(&of.definition, &case, &calendar))
                            .is_some_and(|last| last < today),
                    };
                if over {
                    self.forget(case, original).await?;
                    gone += 1;
                }
            }
        }
    }

    async fn forget(&self, case: CaseId, original: Original) -> Result<(), ActionError> {
        let row = original.clone();
        let free = self
            .writer()
            .run("forget original", move |tx| {
                let row = row.clone();
                Box::pin(async move { Ok::<_, ActionError>(tx.forget_original(case, &row).await?) })
            })
            .await?;
        if free {
            self.store()
                .files()
                .delete(self.code(), &original.hash)
                .await?;
        }
        Ok(())
    }
}

/// Title and words of a report that is handled as another kind from here on; what a moderator made of them stays.
pub(crate) fn of_another_kind(definition: &Definition, case: &Case, answers: &Answers) -> Extras {
    match case.shown.text {
        Text::AsSent => crate::open::described(definition, answers),
        Text::Hidden | Text::Edited(_) => Extras {
            group: definition.group.vi.clone(),
            ..Extras::default()
        },
    }
}

/// Title and words anew, where a moderator changed them.
pub(crate) fn words(
    published: &Published,
    answers: &Answers,
    recorded: &[Recorded],
    beside: Option<&(NoteId, String)>,
) -> Extras {
    let last = recorded.iter().rev().find_map(|one| match &one.event {
        Event::Moderated { deed, .. } => match deed {
            Deed::HideText => Some(Words::Hidden),
            Deed::ShowText => Some(Words::AsSent),
            Deed::EditText { words } => beside
                .filter(|(id, _)| id == words)
                .map(|(_, words)| Words::Edited(words)),
            _ => None,
        },
        _ => None,
    });
    let Some(last) = last else {
        return Extras::default();
    };
    let (title, words) = face(&published.definition, answers, &last);
    Extras {
        title: Some(title),
        words: Some(words),
        ..Extras::default()
    }
}

/// Which photos are public follows.
pub(crate) async fn photos(
    tx: &mut Tx,
    prior: &Case,
    recorded: &[Recorded],
    covered: Option<&Covered>,
    now: Moment,
) -> Result<(), ActionError> {
    for one in recorded {
        let Event::Moderated { deed, .. } = &one.event else {
            continue;
        };
        let (file, show) = match deed {
            Deed::HidePhoto { file } | Deed::BlurPhoto { file, .. } => (file, false),
            Deed::ShowPhoto { file } => (file, true),
            _ => continue,
        };
        let files = tx.attachments(prior.id).await?;
        // The copy shown until now is shown no longer.
        if let Some(Photo::Blurred { by, .. }) = prior.shown.photos.get(file) {
            turn(tx, prior.id, &files, by, false).await?;
        }
        turn(tx, prior.id, &files, file, show).await?;
        let was = files
            .iter()
            .find(|one| one.hash == *file && !one.what.contains(THUMBNAIL));
        if let (Deed::BlurPhoto { .. }, Some(covered), Some(was)) = (deed, covered, was) {
            let (large, small) = (&covered.large, &covered.small);
            let what = small_of(&was.what, &large.0);
            for ((hash, size), what) in [(large, was.what.clone()), (small, what)] {
                tx.save_file(hash, *size, JPEG, now).await?;
                let attachment = Attachment {
                    hash: hash.clone(),
                    what,
                    public: true,
                    ..was.clone()
                };
                tx.save_attachment(prior.id, &attachment).await?;
            }
        }
    }
    Ok(())
}

async fn turn(
    tx: &mut Tx,
    case: CaseId,
    files: &[Attachment],
    hash: &str,
    public: bool,
) -> Result<(), ActionError> {
    let found = files
        .iter()
        .find(|one| one.hash == hash && !one.what.contains(THUMBNAIL));
    if let Some(file) = found {
        let small = small_of(&file.what, hash);
        tx.show_photo(case, hash, &file.what, &small, public)
            .await?;
    }
    Ok(())
}

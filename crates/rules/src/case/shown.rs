//! What anybody sees of a case, decided by a moderator: the whole, its words, each photo. One place of truth: lists,
//! map, feeds and programs outside ask `Case::public`, the title that is kept, and which photos are public; all three
//! follow from here. Nothing is lost by it: answers and photos stay as they were sent, for those who may see them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use service::Definition;
use service::definition::Publish;

use super::command::Refusal;
use super::event::Event;
use super::state::Case;
use super::work::Work;
use crate::ids::{ContentHash, NoteId};

/// What a moderator does to what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Anybody may see it.
    Publish,
    /// Nobody but those who handle it and its sender.
    Hide,
    /// Looked at after somebody reported it: it stays as it is.
    Keep,
    /// The sender's words are not shown.
    HideText,
    /// Other words are shown instead; they stand apart and can be erased.
    EditText {
        words: NoteId,
    },
    /// The sender's words are shown again.
    ShowText,
    HidePhoto {
        file: ContentHash,
    },
    /// A copy with these places covered is shown instead.
    BlurPhoto {
        file: ContentHash,
        by: ContentHash,
        areas: Vec<Area>,
    },
    /// The photo is shown as it was sent.
    ShowPhoto {
        file: ContentHash,
    },
}

impl Deed {
    /// Takes something from the public: that is never done without a reason.
    pub fn takes(&self) -> bool {
        match self {
            Self::Publish | Self::Keep | Self::ShowText | Self::ShowPhoto { .. } => false,
            Self::Hide
            | Self::HideText
            | Self::EditText { .. }
            | Self::HidePhoto { .. }
            | Self::BlurPhoto { .. } => true,
        }
    }
}

/// A rectangle of a picture, in thousandths of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    pub const WHOLE: u16 = 1000;

    /// Inside the picture and not empty.
    pub fn is_sound(&self) -> bool {
        let fits =
            |from: u16, length: u16| length > 0 && from.saturating_add(length) <= Self::WHOLE;
        fits(self.x, self.width) && fits(self.y, self.height)
    }
}

/// What is shown of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its sender wishes it to be public; a moderator has not looked yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waits: bool,
    /// A moderator took it from the public.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    #[serde(default, skip_serializing_if = "Text::is_as_sent")]
    pub text: Text,
    /// Photos that are not shown as they were sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub photos: BTreeMap<ContentHash, Photo>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Text {
    #[default]
    AsSent,
    Hidden,
    Edited(NoteId),
}

impl Text {
    fn is_as_sent(&self) -> bool {
        *self == Self::AsSent
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Photo {
    Hidden,
    Blurred { by: ContentHash, areas: Vec<Area> },
}

impl Shown {
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether a new case waits for a moderator before anybody sees it. `doubtful`: its words are on the city's list.
pub fn awaits_review(definition: &Definition, public: bool, doubtful: bool) -> bool {
    public && (doubtful || definition.publishes() == Publish::AfterReview)
}

pub(super) fn add(case: &mut Case, deed: &Deed) {
    let shown = &mut case.shown;
    match deed {
        Deed::Publish => {
            case.public = true;
            (shown.waits, shown.hidden) = (false, false);
        }
        Deed::Hide => {
            case.public = false;
            (shown.waits, shown.hidden) = (false, true);
        }
        Deed::Keep => {}
        Deed::HideText => shown.text = Text::Hidden,
        Deed::EditText { words } => shown.text = Text::Edited(*words),
        Deed::ShowText => shown.text = Text::AsSent,
        Deed::HidePhoto { file } => {
            shown.photos.insert(file.clone(), Photo::Hidden);
        }
        Deed::BlurPhoto { file, by, areas } => {
            let (by, areas) = (by.clone(), areas.clone());
            let photo = Photo::Blurred { by, areas };
            shown.photos.insert(file.clone(), photo);
        }
        Deed::ShowPhoto { file } => {
            shown.photos.remove(file);
        }
    }
}

impl Work<'_> {
    /// Open or ended: what is public stays so after the work is done.
    pub(super) fn moderate(&mut self, deed: Deed, why: Option<NoteId>) -> Result<(), Refusal> {
        let shown = &self.case.shown;
        // What its sender keeps private is not a moderator's to publish.
        if !self.case.public && !shown.waits && !shown.hidden {
            return Err(Refusal::NotPublic);
        }
        if deed.takes() && why.is_none() {
            return Err(Refusal::ReasonRequired);
        }
        let done = match &deed {
            Deed::Publish => self.case.public,
            Deed::Hide => shown.hidden,
            Deed::HideText => shown.text == Text::Hidden,
            Deed::ShowText => shown.text == Text::AsSent,
            Deed::HidePhoto { file } => shown.photos.get(file) == Some(&Photo::Hidden),
            Deed::ShowPhoto { file } => !shown.photos.contains_key(file),
            Deed::Keep | Deed::EditText { .. } | Deed::BlurPhoto { .. } => false,
        };
        if done {
            return Err(Refusal::AlreadyDone);
        }
        if let Deed::BlurPhoto { areas, .. } = &deed
            && (areas.is_empty() || !areas.iter().all(Area::is_sound))
        {
            return Err(Refusal::NothingChosen);
        }
        self.then(Event::Moderated { deed, why });
        Ok(())
    }
}

//! A resident, or an official for them, hands in a case: judged, routed, promised, saved once.

use std::collections::BTreeSet;
use std::sync::Arc;

use rules::Moment;
use rules::case::shown::awaits_review;
use rules::case::{self, Case, Event, Given, Opening, Recorded, Spot};
use rules::duty::{self, Act};
use rules::ids::{AreaCode, ArrivalId, CaseId, PersonId, UnitCode};
use rules::origin::Origins;
use rules::person::{Actor, Person};
use rules::standing::Standing;
use serde::{Deserialize, Serialize};
use service::answer::{judge_all, shows_photos};
use service::applicant::Applicant;
use service::definition::{Channel, Code, FieldKind, Publish, Who};
use service::expr::Scope;
use service::{Answers, Definition, Published};
use store::{ArrivalState, AttachmentOrigin, DraftFile, Extras, Post, StoreError, Tx};

use crate::city::{City, Law};
use crate::code;
use crate::error::ActionError;
use crate::letters;
use crate::papers;
use crate::secret;
use crate::shown::{self, Words};
use crate::upload::{Kept, MOST, PHOTO, Upload, attach};

/// What is handed in.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub service: Code,
    pub answers: Answers,
    pub uploads: Vec<Upload>,
    pub person: Person,
    pub applicant: Who,
    pub channel: Channel,
    /// Made with the empty form: the same key opens the same case, however often it is sent.
    pub key: String,
    /// The reporter wishes the report to be public.
    pub public: bool,
    pub received_at: Option<UnitCode>,
    pub about: Option<CaseId>,
}

/// The case as its holder gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub id: CaseId,
    pub code: String,
    /// Opens the whole case to who holds it; never stored, made from the form's key.
    pub secret: String,
}

/// What comes with a case beside its answers.
#[derive(Debug, Clone, Default)]
pub struct Besides {
    /// Files that waited in a draft. Photos are public where the case is.
    pub files: Vec<DraftFile>,
    /// Where answers came from that nobody typed.
    pub origins: Origins,
    /// In whose name it is handed in, where one acts for another.
    pub standing: Option<Standing>,
    /// The words from outside that it is opened from, and the operator who read them.
    pub arrival: Option<(ArrivalId, Option<PersonId>)>,
}

/// Who will get it and by when, before anything is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    pub unit: UnitCode,
    /// Who works on it, where that is another than who answers for it.
    pub handler: Option<UnitCode>,
    pub due: Option<Moment>,
}

impl City {
    /// Says who would get this case and by when. Nothing is written.
    ///
    /// # Errors
    /// As [`City::open`], save for flaws in the form, which are not judged here.
    pub fn foresee(&self, new: &NewCase) -> Result<Forecast, ActionError> {
        let (law, now) = (self.law(), self.now());
        let asked = Asked::of(&law, new, now)?;
        let opening = asked.opening(new, CaseId::new(now, [0; 10]), String::new());
        let answers = asked.answers.clone();
        let (case, _) = opened(&law, &asked, &opening, &answers, &actor(&new.person), now)?;
        let handler =
            crate::forecast::handler(&asked.published.definition, &answers, &law, &case, now)?;
        Ok(Forecast {
            unit: case.unit,
            handler,
            due: case
                .clock
                .first_due
                .or(crate::forecast::due(&asked, &law, now)),
        })
    }

    /// Opens a case.
    ///
    /// # Errors
    /// [`ActionError::Flawed`] with every flaw of the form; [`ActionError::Refused`] where no unit
    /// serves the place; [`ActionError::Photo`] for a file that is not what it says.
    pub async fn open(&self, new: NewCase) -> Result<Receipt, ActionError> {
        self.open_with(new, Vec::new()).await
    }

    /// Opens a case with files that waited in a draft. Photos are public where the case is.
    ///
    /// # Errors
    /// As [`City::open`].
    pub async fn open_with(
        &self,
        new: NewCase,
        waited: Vec<DraftFile>,
    ) -> Result<Receipt, ActionError> {
        let besides = Besides {
            files: waited,
            ..Besides::default()
        };
        self.open_from(new, besides).await
    }

    /// Opens a case with everything that a draft held.
    ///
    /// # Errors
    /// As [`City::open`].
    pub async fn open_from(&self, new: NewCase, besides: Besides) -> Result<Receipt, ActionError> {
        let none = BTreeSet::new();
        let ready = self.ready(new, besides.files.clone(), &none).await?;
        let both = Arc::new((ready, besides));
        self.writer()
            .run("open", move |tx| {
                let both = both.clone();
                Box::pin(async move {
                    let (ready, besides) = &*both;
                    let (receipt, fresh) = write(tx, ready).await?;
                    // A second tap finds the first case, with all that came beside it.
                    if fresh {
                        beside(tx, besides, ready.id, ready.now).await?;
                    }
                    Ok(receipt)
                })
            })
            .await
    }

    /// Everything of an opening that needs no transaction: duty, judgment, files. `shown`: documents that were
    /// seen on paper and need no file.
    pub(crate) async fn ready(
        &self,
        mut new: NewCase,
        waited: Vec<DraftFile>,
        shown: &BTreeSet<Code>,
    ) -> Result<Ready, ActionError> {
        let act = if new.received_at.is_some() {
            Act::OpenForOthers
        } else {
            Act::Open
        };
        duty::may(&new.person, &act, None)?;
        let (law, now) = (self.law(), self.now());
        let mut asked = Asked::of(&law, &new, now)?;
        let supplied: BTreeSet<Code> = new
            .uploads
            .iter()
            .map(|upload| upload.what.clone())
            .chain(waited.iter().map(|file| file.what.clone()))
            .chain(shown.iter().cloned())
            .collect();
        let scope = asked.scope(&new, &law, now);
        let (answers, flaws) = judge_all(&asked.published.definition, &scope, &supplied);
        if !flaws.is_empty() {
            return Err(ActionError::Flawed(flaws));
        }
        asked.answers = answers;
        let definition = &asked.published.definition;
        new.public &= definition.publishes() != Publish::Never;
        // Public as soon as the case is: a private case hides its files whole.
        let photos = new.public && shows_photos(definition);
        for upload in &mut new.uploads {
            upload.public &= photos;
        }
        let mut kept = self.keep(std::mem::take(&mut new.uploads)).await?;
        kept.extend(
            waited
                .iter()
                .take(MOST)
                .map(|file| Kept::of_draft(file, photos && file.what == PHOTO, now)),
        );
        let secret = secret::of_key(&new.key);
        Ok(Ready {
            law,
            new,
            asked,
            kept,
            id: self.new_case_id(),
            secret,
            now,
        })
    }
}

/// An opening that only has to be written.
pub(crate) struct Ready {
    pub law: Arc<Law>,
    pub new: NewCase,
    pub asked: Asked,
    kept: Vec<Kept>,
    id: CaseId,
    secret: String,
    pub now: Moment,
}

/// Keeps what came with the case beside its answers.
async fn beside(
    tx: &mut Tx,
    besides: &Besides,
    id: CaseId,
    now: Moment,
) -> Result<(), ActionError> {
    if !besides.origins.is_empty() {
        tx.save_origins(id, &besides.origins, now).await?;
    }
    if let Some((arrival, operator)) = besides.arrival {
        let filed = ArrivalState::Filed;
        tx.settle_arrival(arrival, filed, Some(id), operator, now)
            .await?;
    }
    if let Some(standing) = &besides.standing {
        tx.save_standing(id, standing, now).await?;
    }
    for file in &besides.files {
        let origin = AttachmentOrigin::of_draft(file, now);
        tx.save_attachment_origin(id, &origin).await?;
    }
    Ok(())
}

/// Under which a form's receipt is remembered.
pub(crate) fn once_key(key: &str) -> String {
    format!("open/{key}")
}

/// Writes the case. False beside the receipt: the same form was written before.
pub(crate) async fn write(tx: &mut Tx, ready: &Ready) -> Result<(Receipt, bool), ActionError> {
    let Ready {
        law,
        new,
        asked,
        kept,
        id,
        secret,
        now,
    } = ready;
    let (id, now) = (*id, *now);
    let key = once_key(&new.key);
    if let Some(Some(receipt)) = tx.once::<Option<Receipt>>(&key, now).await? {
        return Ok((receipt, false));
    }
    let actor = actor(&new.person);
    let opening = asked.opening(new, id, String::new());
    let (first, _) = opened(law, asked, &opening, &asked.answers, &actor, now)?;
    let day = law.calendar()?.local(now).0;
    let issuer = new.received_at.as_ref().unwrap_or(&first.unit);
    let opening = Opening {
        code: code::next(tx, law, issuer, day).await?,
        ..opening
    };
    let (case, mut recorded) = opened(law, asked, &opening, &asked.answers, &actor, now)?;
    let attached = kept.iter().map(|file| Event::Attached {
        file: file.attachment.hash.clone(),
        what: file.attachment.what.clone(),
        public: file.attachment.public,
    });
    let doubtful = shown::is_doubtful(law, &asked.answers);
    let waits = awaits_review(&asked.published.definition, case.public, doubtful);
    let review = waits.then_some(Event::ReviewAwaited);
    let (case, files) = case::record(case, attached.chain(review).collect(), now, &actor);
    recorded.extend(files);
    let mut posts = letters::posts(&case, &recorded, &law.messages.tiers, now);
    posts.extend(papers::posts(&asked.published.definition, &recorded, now));
    posts.extend(crate::partner::posts(law, &case, &recorded, now));
    let extras = extras(asked, secret::token_hash(secret), posts);
    tx.save_case(None, &case, &recorded, &extras).await?;
    tx.save_answers(id, 1, &asked.answers, now).await?;
    let words = Applicant::of(&asked.published.definition, &asked.answers).words();
    tx.index_person(id, &words, now).await?;
    attach(tx, id, kept).await?;
    // Shared work is written into its report by whoever shares it.
    if let Some(about) = new.about.filter(|_| new.service != crate::shared::SERVICE) {
        crate::direct::note_directive(tx, law, about, id, &new.person, now).await?;
    }
    let receipt = Receipt {
        id,
        code: case.code,
        secret: secret.clone(),
    };
    tx.remember(&key, &Some(&receipt)).await?;
    Ok((receipt, true))
}

/// A request put beside the law of its day.
#[derive(Clone)]
pub(crate) struct Asked {
    pub published: Arc<Published>,
    pub answers: Answers,
    pub place: Option<Spot>,
    pub area: Option<AreaCode>,
}

impl Asked {
    fn of(law: &Law, new: &NewCase, now: Moment) -> Result<Self, ActionError> {
        let today = law.calendar()?.local(now).0;
        let published = law.catalogue.current(&new.service, today);
        let published = published
            .cloned()
            .ok_or_else(|| ActionError::NoService(new.service.clone()))?;
        let mut answers = new.answers.clone();
        let place = name_area(&published.definition, &mut answers, law, now)?;
        let area = area(&published.definition, &answers);
        Ok(Self {
            published,
            answers,
            place,
            area,
        })
    }

    fn scope<'a>(&'a self, new: &NewCase, law: &Law, now: Moment) -> Scope<'a> {
        let scope = Scope::of(&self.published.definition, &self.answers);
        let scope = scope.applicant(new.applicant).channel(new.channel);
        match law.calendar() {
            Ok(calendar) => scope.today(calendar.local(now).0),
            Err(_) => scope,
        }
    }

    fn opening(&self, new: &NewCase, id: CaseId, code: String) -> Opening {
        let applicant = match &new.person {
            Person::Resident { id, .. } => Some(*id),
            Person::Nobody | Person::Bearer { .. } | Person::Official(_) => None,
        };
        Opening {
            id,
            code,
            channel: new.channel,
            applicant,
            applicant_kind: Some(new.applicant),
            received_at: new.received_at.clone(),
            area: self.area.clone(),
            place: self.place,
            public: new.public && self.published.definition.publishes() != Publish::Never,
            about: new.about,
        }
    }
}

/// A point without an area gets the area it lies in.
pub(crate) fn name_area(
    definition: &Definition,
    answers: &mut Answers,
    law: &Law,
    now: Moment,
) -> Result<Option<Spot>, ActionError> {
    let today = law.calendar()?.local(now).0;
    let mut first = None;
    for field in definition.form.iter().flat_map(|page| &page.fields) {
        if field.kind != FieldKind::Place {
            continue;
        }
        let Some(place) = answers
            .get_mut(&field.code)
            .and_then(|answer| answer.as_object_mut())
        else {
            continue;
        };
        let number = |key: &str| place.get(key).and_then(|value| value.as_f64());
        let spot = number("lat")
            .zip(number("lon"))
            .map(|(lat, lon)| Spot { lat, lon });
        let named = place
            .get("area")
            .and_then(|area| area.as_str())
            .is_some_and(|area| !area.is_empty());
        // Whose it is, the city says; nobody who reports.
        place.remove("owner");
        if let Some(spot) = spot {
            if let Some((asset, _)) = law.assets.nearest(spot) {
                place.insert("owner".into(), asset.owner.clone().into());
                if !asset.class.is_empty() {
                    place.insert("road_class".into(), asset.class.clone().into());
                }
            }
            first = first.or(Some(spot));
            if !named && let Some(area) = law.organisation.area_at(spot, today, &law.boundaries) {
                place.insert("area".into(), area.code.clone().into());
            }
        }
    }
    Ok(first)
}

/// The area that a case counts in: of its place, or of the record it is about.
fn area(definition: &Definition, answers: &Answers) -> Option<AreaCode> {
    let fields = || definition.form.iter().flat_map(|page| &page.fields);
    let placed =
        fields().filter(|field| matches!(field.kind, FieldKind::Place | FieldKind::Record));
    placed
        .filter_map(|field| answers.get(&field.code)?.get("area")?.as_str())
        .next()
        .map(str::to_owned)
}

pub(crate) fn actor(person: &Person) -> Actor {
    match person {
        Person::Nobody | Person::Bearer { .. } => Actor::Visitor,
        Person::Resident { id, .. } => Actor::Resident(*id),
        Person::Official(official) => match official.seats.first() {
            Some(seat) => Actor::Official {
                id: official.id,
                unit: seat.unit.clone(),
                post: seat.post,
            },
            None => Actor::Resident(official.id),
        },
    }
}

fn opened(
    law: &Law,
    asked: &Asked,
    opening: &Opening,
    answers: &Answers,
    actor: &Actor,
    now: Moment,
) -> Result<(Case, Vec<Recorded>), ActionError> {
    let given = Given::new(
        now,
        actor,
        (&asked.published.definition, asked.published.number),
        answers,
        law.calendar()?,
        &law.organisation,
    );
    let events = case::open(opening, &given)?;
    case::record_opening(opening.id, events, now, actor)
        .ok_or_else(|| StoreError::corrupt("a case opened without an event").into())
}

fn extras(asked: &Asked, secret: [u8; 32], posts: Vec<Post>) -> Extras {
    Extras {
        secret_hash: Some(secret),
        posts,
        ..described(&asked.published.definition, &asked.answers)
    }
}

/// What a case is called and found by.
pub(crate) fn described(definition: &Definition, answers: &Answers) -> Extras {
    let (title, words) = shown::face(definition, answers, &Words::AsSent);
    Extras {
        title: Some(title),
        words: Some(words),
        group: definition.group.vi.clone(),
        ..Extras::default()
    }
}

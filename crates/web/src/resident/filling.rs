//! A form being filled in, kept on the server under the form's key from the first page on: answers as
//! typed and files already proven. Nothing typed is lost by a flaw, a photo that cannot be read, a lost
//! connection or a browser without script.

use actions::photo::PhotoProblem;
use actions::{ActionError, Upload};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::ids::UnitCode;
use rules::origin::Origins;
use rules::person::Person;
use rules::resident::Proven;
use serde_json::{Value, json};
use service::definition::{Channel, Definition, Field, FieldKind, Who};
use service::expr::Scope;
use service::field::{FieldProblem, Wrong};
use service::{Answers, Text};
use store::DraftFile;

use crate::error::Failure;
use crate::hall::Hall;
use crate::text::Lang;
use crate::visit::Visit;

pub struct Filling {
    /// The form's key and the draft's token: who knows it may go on.
    pub key: String,
    pub service: String,
    pub answers: Answers,
    pub files: Vec<DraftFile>,
}

/// As whom the applicant sends, among the answers of a draft. No field's code begins so, and what a form
/// does not know is dropped when it is sent.
const AS: &str = "_as";
/// Where answers came from, by the paths of their fields.
const FROM: &str = "_from";
/// The personal number of the account that began it.
pub const MINE: &str = "_mine";
/// The account that began it is an organisation's.
const ORGANISATION: &str = "_organisation";

impl Filling {
    pub fn new(hall: &Hall, service: &str) -> Self {
        Self {
            key: hall.city().new_token(),
            service: service.to_owned(),
            answers: Answers::new(),
            files: Vec::new(),
        }
    }

    /// The draft under this key; none where it is somebody else's.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn load(hall: &Hall, key: &str, person: &Person) -> Result<Option<Self>, Failure> {
        if !sound(key) {
            return Ok(None);
        }
        let draft = hall.city().draft(key, person).await?;
        Ok(draft.map(|draft| Self {
            key: key.to_owned(),
            service: draft.service,
            answers: draft.answers,
            files: draft.files,
        }))
    }

    /// The draft under the key that a form brought, or a new one under that key.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn of_form(
        hall: &Hall,
        key: &str,
        service: &str,
        person: &Person,
    ) -> Result<Self, Failure> {
        if let Some(found) = Self::load(hall, key, person).await? {
            return Ok(Self {
                service: service.to_owned(),
                ..found
            });
        }
        let new = Self::new(hall, service);
        let key = if sound(key) { key.to_owned() } else { new.key };
        Ok(Self { key, ..new })
    }

    /// Keeps it as it stands.
    ///
    /// # Errors
    /// Where the service is not offered or the memory does not answer.
    pub async fn save(&self, hall: &Hall, person: &Person) -> Result<(), Failure> {
        let (answers, files) = (self.answers.clone(), self.files.clone());
        hall.city()
            .save_draft(&self.key, &self.service, person, answers, files)
            .await?;
        Ok(())
    }

    /// Proves and keeps the files that came. Those that are no picture or paper are told by name; the rest
    /// of the form goes on.
    ///
    /// # Errors
    /// Where the files do not answer.
    pub async fn take(
        &mut self,
        hall: &Hall,
        definition: &Definition,
        sent: Vec<Upload>,
    ) -> Result<Vec<FieldProblem>, Failure> {
        let mut problems = Vec::new();
        for file in sent {
            let Some(place) = place_of(definition, &file.what) else {
                continue;
            };
            if self.files.len() >= actions::upload::MOST {
                problems.push(place.says(&told(&file.name, "too-many")));
                continue;
            }
            if !place.fits(&file.bytes) {
                problems.push(place.says(&told(&file.name, "not-accepted")));
                continue;
            }
            if place
                .most
                .is_some_and(|most| file.bytes.len() as u64 > most)
            {
                problems.push(place.says(&told(&file.name, "too-large")));
                continue;
            }
            let upload = Upload {
                what: place.what.clone(),
                ..file
            };
            match hall.city().keep_for_draft(upload).await {
                Ok(kept) => {
                    // The same picture twice is one.
                    if !self
                        .files
                        .iter()
                        .any(|known| known.hash == kept.hash && known.what == kept.what)
                    {
                        self.files.push(kept);
                    }
                }
                Err(ActionError::Photo { name, problem }) => {
                    problems.push(place.says(&told(&name, photo_word(problem))));
                }
                Err(other) => return Err(other.into()),
            }
        }
        Ok(problems)
    }

    /// Takes files out again.
    pub fn drop_files<'a>(&mut self, hashes: impl Iterator<Item = &'a str>) {
        let hashes: Vec<&str> = hashes.collect();
        self.files
            .retain(|file| !hashes.contains(&file.hash.as_str()));
    }

    /// The answers of photo and file fields are the files that are there.
    pub fn name_files(&mut self, definition: &Definition) {
        for field in definition.form.iter().flat_map(|page| &page.fields) {
            let Some(what) = what_of(field) else { continue };
            let hashes: Vec<Value> = self
                .files
                .iter()
                .filter(|file| file.what == what)
                .map(|file| json!(file.hash))
                .collect();
            if hashes.is_empty() {
                self.answers.remove(&field.code);
            } else {
                self.answers
                    .insert(field.code.clone(), Value::Array(hashes));
            }
        }
    }

    pub fn applicant(&self, definition: &Definition) -> Who {
        let chosen = self
            .answers
            .get(AS)
            .and_then(|word| serde_json::from_value(word.clone()).ok());
        let who = &definition.applicants.who;
        chosen
            .filter(|chosen| who.contains(chosen))
            .or(who.first().copied())
            .unwrap_or(Who::Citizen)
    }

    pub fn set_applicant(&mut self, word: &str) {
        if serde_json::from_value::<Who>(json!(word)).is_ok() {
            self.answers.insert(AS.to_owned(), json!(word));
        }
    }

    /// A short name for whoever reads what was looked up for this form: opens nothing.
    pub fn name(&self) -> String {
        hex::encode(&actions::secret::token_hash(&self.key)[..8])
    }

    pub fn origins(&self) -> Origins {
        let kept = self.answers.get(FROM);
        kept.and_then(|kept| serde_json::from_value(kept.clone()).ok())
            .unwrap_or_default()
    }

    pub fn set_origins(&mut self, origins: &Origins) {
        if origins.is_empty() {
            self.answers.remove(FROM);
        } else {
            self.answers.insert(FROM.to_owned(), json!(origins));
        }
    }

    pub fn set_account(&mut self, proven: Option<&Proven>) {
        if proven.is_some_and(|proven| proven.organisation.is_some()) {
            self.answers.insert(ORGANISATION.to_owned(), json!(true));
        }
        if let Some(number) = proven.and_then(|proven| proven.personal_id.as_ref()) {
            self.answers.insert(MINE.to_owned(), json!(number));
        }
    }

    pub fn of_organisation(&self) -> bool {
        self.answers.contains_key(ORGANISATION)
    }

    /// What expressions may ask about this form.
    ///
    /// # Errors
    /// Where the city has no calendar.
    pub fn scope<'a>(
        &'a self,
        hall: &Hall,
        definition: &'a Definition,
        channel: Channel,
    ) -> Result<Scope<'a>, Failure> {
        Ok(Scope::of(definition, &self.answers)
            .applicant(self.applicant(definition))
            .channel(channel)
            .today(hall.today()?))
    }
}

/// The pairs of a form as they count: of file fields the files that are here, not the names a browser
/// sent.
pub fn typed(
    definition: &Definition,
    answers: &Answers,
    pairs: &[(String, String)],
) -> Vec<(String, String)> {
    let mut typed = Vec::new();
    for field in definition.form.iter().flat_map(|page| &page.fields) {
        if what_of(field).is_some() {
            let hashes = answers.get(&field.code).and_then(Value::as_array);
            for hash in hashes.into_iter().flatten().filter_map(Value::as_str) {
                typed.push((field.code.clone(), hash.to_owned()));
            }
        } else {
            let part = format!("{}.", field.code);
            let of_field = pairs
                .iter()
                .filter(|(name, _)| *name == field.code || name.starts_with(&part));
            typed.extend(of_field.cloned());
        }
    }
    typed
}

/// A key that we could have made: 27 characters of base 64.
fn sound(key: &str) -> bool {
    key.len() == 27
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// Under which name the files of a field are kept.
fn what_of(field: &Field) -> Option<&str> {
    match field.kind {
        FieldKind::Photos => Some(actions::upload::PHOTO),
        FieldKind::File => Some(&field.code),
        _ => None,
    }
}

/// Where a file control stands in the definition.
struct FilePlace {
    path: String,
    label: Text,
    what: String,
    /// Endings without a dot; empty: pictures.
    accept: Vec<String>,
    most: Option<u64>,
}

fn place_of(definition: &Definition, control: &str) -> Option<FilePlace> {
    if let Some(code) = control.strip_prefix("documents/") {
        let document = definition.documents.iter().find(|d| d.code == code)?;
        return Some(FilePlace {
            path: control.to_owned(),
            label: document.label.clone(),
            what: document.code.clone(),
            accept: document.accept.clone(),
            most: document.max_bytes,
        });
    }
    let mut fields = definition.form.iter().flat_map(|page| &page.fields);
    let field = fields.find(|field| field.code == control)?;
    Some(FilePlace {
        path: control.to_owned(),
        label: field.label.clone(),
        what: what_of(field)?.to_owned(),
        accept: Vec::new(),
        most: None,
    })
}

impl FilePlace {
    /// By its content: a paper that asks for PDF takes no picture, photos take no PDF.
    fn fits(&self, bytes: &[u8]) -> bool {
        let pdf = bytes.starts_with(b"%PDF-");
        let takes = |endings: &[&str]| {
            self.accept
                .iter()
                .any(|one| endings.contains(&one.as_str()))
        };
        match (self.accept.is_empty(), pdf) {
            (true, pdf) => !(pdf && self.what == actions::upload::PHOTO),
            (false, true) => takes(&["pdf"]),
            (false, false) => takes(&["jpg", "jpeg", "png", "webp"]),
        }
    }

    fn says(&self, text: &Text) -> FieldProblem {
        FieldProblem {
            field: self.path.clone(),
            label: self.label.clone(),
            help: Text::default(),
            page: None,
            wrong: Wrong::Check(text.clone()),
        }
    }
}

/// Why a file was not taken, with its name, in every language.
pub fn told(name: &str, why: &str) -> Text {
    let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    let says = |lang: Lang| lang.of("photo", why, &[("name", &name)]);
    Text::vi(says(Lang::Vi)).and("en", says(Lang::En))
}

pub fn photo_word(problem: PhotoProblem) -> &'static str {
    match problem {
        PhotoProblem::TooLarge => "too-large",
        PhotoProblem::NotAPicture => "not-a-picture",
        PhotoProblem::TooManyPixels => "too-many-pixels",
        PhotoProblem::Damaged => "damaged",
    }
}

/// Communes of the day for place fields: code and name, in the order of the alphabet.
///
/// # Errors
/// Where the city has no calendar.
pub fn areas(hall: &Hall) -> Result<Vec<(String, String)>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let mut areas: Vec<_> = law
        .organisation
        .areas_on(today)
        .map(|area| (area.code.clone(), area.name.clone()))
        .collect();
    areas.sort_by_cached_key(|(_, name)| service::fold::fold(name));
    Ok(areas)
}

/// Units of the day for fields of that type, communes first.
///
/// # Errors
/// Where the city has no calendar.
pub fn units(hall: &Hall) -> Result<Vec<(String, String)>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let mut units: Vec<_> = law
        .organisation
        .units_on(today)
        .map(|unit| (unit.kind != "commune", unit.code.clone(), unit.name.clone()))
        .collect();
    units.sort_by_cached_key(|(later, _, name)| (*later, service::fold::fold(name)));
    Ok(units
        .into_iter()
        .map(|(_, code, name)| (code, name))
        .collect())
}

/// The unit's name, today's or its last; its code where nobody remembers.
pub fn unit_name(hall: &Hall, code: &UnitCode) -> String {
    hall.law()
        .organisation
        .unit_ever(code)
        .map_or_else(|| code.clone(), |unit| unit.name.clone())
}

/// Files that are kept already, each with a box to take it out.
pub fn kept(lang: Lang, key: &str, files: &[&DraftFile]) -> Markup {
    html! {
        @if !files.is_empty() {
            fieldset.field {
                legend { (lang.n("form.kept-files", i64::try_from(files.len()).unwrap_or(i64::MAX), &[])) }
                ul.photos.kept {
                    @for file in files {
                        li {
                            @if file.small.is_some() { img src={ "/draft/" (key) "/" (file.hash) } alt=(file.name) width="96" height="96"; }
                            @else { span.paper { (file.name) } }
                            label.pick { input type="checkbox" name="_drop" value=(file.hash); span { (lang.t("form.drop")) span.hidden-words { " " (file.name) } } }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /draft/{key}/{hash}`: the small picture of a file that waits in a draft, for who knows its key.
///
/// # Errors
/// [`Failure::NotFound`] where there is no such draft or file.
pub async fn picture(
    State(hall): State<Hall>,
    visit: Visit,
    Path((key, hash)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let filling = Filling::load(&hall, &key, &visit.person).await?;
    let small = filling
        .iter()
        .flat_map(|filling| &filling.files)
        .find(|file| file.hash == hash)
        .and_then(|file| file.small.clone())
        .ok_or(Failure::NotFound)?
        .0;
    let city = hall.city();
    let bytes = match city.store().files().read(city.code(), &small).await {
        Ok(bytes) => bytes,
        Err(store::StoreError::Missing { .. }) => return Err(Failure::NotFound),
        Err(error) => return Err(error.into()),
    };
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}

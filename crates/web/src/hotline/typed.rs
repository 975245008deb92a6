//! What an operator typed while the caller spoke, and the report it would be.

use actions::Law;
use jiff::civil::Date;
use rules::case::Spot;
use rules::guess::{Learned, guess};
use service::Answers;
use service::answer::judge_page;
use service::definition::{Channel, Definition, Field, FieldKind, Kind, Who};
use service::expr::Scope;
use service::field::FieldProblem;
use service::fold::fold;
use service::walk::{self, PageRef};
use store::DraftFile;

use super::call::middle;
use super::pin;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::resident::filling;
use crate::resident::reporting::place_field;

/// The field of a report that holds what the reporter says.
pub const WORDS: &str = "what";

/// The form as it came.
#[derive(Debug, Default, Clone)]
pub struct Typed {
    pub key: String,
    pub words: String,
    /// A commune's code; empty where none is known.
    pub area: String,
    /// As typed, where it names no one commune.
    pub area_words: String,
    pub place: String,
    pub spot: Option<Spot>,
    /// As typed, where it is no place.
    pub spot_words: String,
    /// The kind chosen; empty: what the words mean.
    pub service: String,
    pub public: bool,
    /// A case that the call is about: a code.
    pub about: String,
    pub day: String,
    pub time: String,
    /// Answers to the kind's own questions.
    pub pairs: Vec<(String, String)>,
}

impl Typed {
    pub fn of(posted: Posted) -> Self {
        let text = |name: &str| posted.get(name).trim().to_owned();
        let spot_words = text("_spot");
        let about = match text("_about-code") {
            code if code.is_empty() => text("_about"),
            code => code,
        };
        Self {
            key: text("_key"),
            words: text("_words"),
            area: String::new(),
            area_words: text("_area"),
            place: text("_place"),
            spot: pin::read(&spot_words),
            spot_words,
            service: text("_service"),
            public: posted.get("_public") == "yes",
            about,
            day: text("_day"),
            time: text("_time"),
            pairs: posted
                .pairs
                .into_iter()
                .filter(|(name, _)| !name.starts_with('_'))
                .collect(),
        }
    }
}

impl Typed {
    /// Moves the pin where a key of the map was pressed: from where it stands, else from the middle of the commune. False: another
    /// key was pressed.
    pub fn move_pin(&mut self, hall: &Hall, go: &str) -> bool {
        let Some(way) = go.strip_prefix("pin:") else {
            return false;
        };
        let start = self.spot.or_else(|| middle(hall, &self.area));
        self.spot = start.map(|spot| pin::moved(spot, way));
        self.spot_words = self.spot.map(pin::written).unwrap_or_default();
        true
    }

    /// Finds the commune that was typed: its name or the words that it alone has, with or without marks.
    pub fn settle_area(&mut self, law: &Law, today: Date) {
        let wanted = fold(&self.area_words);
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        if wanted.is_empty() {
            return;
        }
        let folded = |name: &str| {
            fold(name)
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let areas: Vec<_> = law.organisation.areas_on(today).collect();
        let whole = areas.iter().find(|area| folded(&area.name) == wanted);
        let holds = |name: &str| {
            wanted
                .iter()
                .all(|word| folded(name).iter().any(|known| known.starts_with(word)))
        };
        let mut some = areas.iter().filter(|area| holds(&area.name));
        let only = match (some.next(), some.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        };
        if let Some(area) = whole.or(only) {
            self.area.clone_from(&area.code);
            self.area_words.clear();
        }
    }
}

/// The report that the call would be.
pub struct Report<'l> {
    /// Kinds that the words point to, likeliest first.
    pub guessed: Vec<&'l Definition>,
    /// `None`: nothing chosen, and the words tell nothing.
    pub definition: Option<&'l Definition>,
    pub answers: Answers,
    pub problems: Vec<FieldProblem>,
}

/// Kinds of report that a caller may hand in, in the order of the alphabet.
pub fn kinds(law: &Law, today: Date) -> Vec<&Definition> {
    let mut kinds: Vec<&Definition> = law
        .catalogue
        .all(today)
        .map(|published| &published.definition)
        .filter(|d| d.kind == Kind::Report && d.applicants.channels.contains(&Channel::Hotline))
        .filter(|d| d.form.iter().all(|page| page.repeat.is_none()))
        .collect();
    kinds.sort_by_cached_key(|d| service::fold::fold(&d.name.vi));
    kinds
}

impl<'l> Report<'l> {
    /// `caller`: their number, where the kind asks for one and none was typed. `files`: pictures that came along.
    pub fn of(
        typed: &Typed,
        kinds: &[&'l Definition],
        learned: &Learned,
        today: Date,
        caller: Option<&str>,
        files: &[DraftFile],
    ) -> Self {
        let guessed = guess(&typed.words, kinds, learned);
        let chosen = kinds.iter().find(|d| d.service == typed.service);
        let Some(definition) = chosen.or(guessed.first()).copied() else {
            return Self {
                guessed,
                definition: None,
                answers: Answers::new(),
                problems: Vec::new(),
            };
        };
        let mut pairs = typed.pairs.clone();
        pairs.push((WORDS.to_owned(), typed.words.clone()));
        if let Some(place) = place_field(definition) {
            let part = |name: &str| format!("{}.{name}", place.code);
            pairs.push((part("words"), typed.place.clone()));
            pairs.push((part("area"), typed.area.clone()));
            if let Some(spot) = typed.spot {
                pairs.push((part("lat"), spot.lat.to_string()));
                pairs.push((part("lon"), spot.lon.to_string()));
            }
        }
        let phones = fields(definition).filter(|field| field.kind == FieldKind::Phone);
        for phone in phones {
            let asked = pairs.iter().any(|(name, _)| *name == phone.code);
            // A number from abroad or of an office may be none that the field takes: then nothing stands there.
            let fits = |caller: &&str| {
                let none = Answers::new();
                let scope = scope(definition, &none, today);
                service::field::judge(phone, &serde_json::json!(caller), &scope).is_ok()
            };
            if let (false, Some(caller)) = (asked, caller.filter(fits)) {
                pairs.push((phone.code.clone(), caller.to_owned()));
            }
        }
        let mut sent = Answers::new();
        for field in fields(definition).filter(|field| field.kind == FieldKind::Photos) {
            let hashes = files.iter().map(|file| &file.hash).collect::<Vec<_>>();
            sent.insert(field.code.clone(), serde_json::json!(hashes));
        }
        let typed = filling::typed(definition, &sent, &pairs);
        let (mut answers, mut problems) = (Answers::new(), Vec::new());
        for index in 0..definition.form.len() {
            let at = PageRef { index, row: None };
            let before = answers.clone();
            let scope = scope(definition, &before, today);
            let (after, found) = judge_page(definition, at, &typed, &scope);
            answers = after;
            problems.extend(found);
        }
        Self {
            guessed,
            definition: Some(definition),
            answers,
            problems,
        }
    }

    /// The kind's own questions: what is not asked of every report in the same place.
    pub fn own(definition: &'l Definition) -> Vec<Field> {
        let own = |field: &&Field| {
            field.code != WORDS && !matches!(field.kind, FieldKind::Place | FieldKind::Photos)
        };
        fields(definition).filter(own).cloned().collect()
    }

    /// Fields that are asked with these answers.
    pub fn shown(definition: &Definition, answers: &Answers, today: Date) -> Vec<String> {
        let scope = scope(definition, answers, today);
        (0..definition.form.len())
            .flat_map(|index| walk::fields(definition, &scope, PageRef { index, row: None }))
            .map(|field| field.code.clone())
            .collect()
    }
}

pub fn scope<'a>(definition: &'a Definition, answers: &'a Answers, today: Date) -> Scope<'a> {
    Scope::of(definition, answers)
        .applicant(Who::Citizen)
        .channel(Channel::Hotline)
        .today(today)
}

fn fields(definition: &Definition) -> impl Iterator<Item = &Field> {
    definition.form.iter().flat_map(|page| &page.fields)
}

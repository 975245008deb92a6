//! The ledger as one question sees it: which dossiers are in its scope, and whose they are. A unit's dossiers
//! are those it is competent for, with all units below it: each dossier counts once however it rolls up.

use std::collections::HashMap;

use actions::Law;
use jiff::civil::Date;
use rules::index::{Dossier, Ledger, Name};

use super::asked::Ask;

/// The two levels of government, and what stands beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    City,
    Commune,
    Other,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::City => "city",
            Level::Commune => "commune",
            Level::Other => "other",
        }
    }
}

/// The department or commune that answers for a unit: itself or the first above it that is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub code: String,
    pub level: Level,
}

pub fn subject(law: &Law, unit: &str, on: Date) -> Subject {
    let mut at = law.organisation.unit(unit, on);
    // Data may name a unit its own ancestor.
    for _ in 0..8 {
        let Some(found) = at else { break };
        let level = match found.kind.as_str() {
            "commune" => Level::Commune,
            "department" | "city-office" | "city" => Level::City,
            _ => {
                at = found
                    .parent
                    .as_deref()
                    .and_then(|parent| law.organisation.unit(parent, on));
                continue;
            }
        };
        return Subject {
            code: found.code.clone(),
            level,
        };
    }
    Subject {
        code: unit.to_owned(),
        level: Level::Other,
    }
}

/// Whose the dossiers of each unit are, looked up once for a question.
pub struct Counted<'a> {
    pub ledger: &'a Ledger,
    pub law: &'a Law,
    pub ask: &'a Ask,
    subjects: HashMap<Name, Subject>,
    scope: Scope,
}

struct Scope {
    /// `None`: the whole city.
    units: Option<Vec<Name>>,
    /// `Some(NONE)` where no dossier ever had it.
    group: Option<Name>,
    service: Option<Name>,
}

impl<'a> Counted<'a> {
    pub fn of(ledger: &'a Ledger, law: &'a Law, ask: &'a Ask) -> Self {
        let names = &ledger.names;
        let asked = |code: &str| {
            let chosen = !code.is_empty();
            chosen.then(|| names.find(code).unwrap_or(Name::NONE))
        };
        let unit = ask.asked.unit.as_str();
        let units = (!unit.is_empty()).then(|| {
            let tree = law.organisation.tree(unit, ask.today);
            let mut found: Vec<Name> = tree
                .iter()
                .filter_map(|unit| names.find(&unit.code))
                .collect();
            found.extend(names.find(unit));
            found.sort_unstable();
            found.dedup();
            found
        });
        let mut subjects: HashMap<Name, Subject> = HashMap::new();
        for row in ledger.rows() {
            subjects
                .entry(row.unit)
                .or_insert_with(|| subject(law, names.word(row.unit), ask.today));
        }
        let scope = Scope {
            units,
            group: asked(&ask.asked.group),
            service: asked(&ask.asked.service),
        };
        Self {
            ledger,
            law,
            ask,
            subjects,
            scope,
        }
    }

    /// The dossiers in scope, whenever they were.
    pub fn rows(&self) -> impl Iterator<Item = &'a Dossier> + '_ {
        self.ledger.rows().iter().filter(|row| self.holds(row))
    }

    /// The unit or one below it was asked for, or the whole city.
    pub fn in_scope(&self, unit: Name) -> bool {
        let units = self.scope.units.as_ref();
        units.is_none_or(|units| units.binary_search(&unit).is_ok())
    }

    fn holds(&self, row: &Dossier) -> bool {
        let scope = &self.scope;
        self.in_scope(row.unit)
            && scope.group.is_none_or(|group| group == row.group)
            && scope.service.is_none_or(|service| service == row.service)
    }

    pub fn subject(&self, row: &Dossier) -> &Subject {
        // Every unit of the ledger was looked up at the start.
        &self.subjects[&row.unit]
    }

    pub fn word(&self, name: Name) -> &'a str {
        self.ledger.names.word(name)
    }
}

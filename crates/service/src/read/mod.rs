//! A file → a service definition, its problems, and where each thing stands.
//!
//! Never fails: what could not be read is left at its default and has a problem. Here live the
//! form of the file and the words it may use (gate check 1); whether names exist, types agree and
//! the process ends is for [`crate::check`].

mod form;
pub(crate) mod meant;
mod part;
mod places;
mod process;
mod roles;
mod service;
pub mod shape;
pub(crate) mod tables;
pub(crate) mod words;

pub(crate) use form::{MASKS, keep};
pub(crate) use part::{Part, Reader};
pub use places::Places;
pub(crate) use process::{after, before_late, clock, when_late};
pub(crate) use service::{is_frame, legal_basis, papers};
pub use words::{post, unit_rule};

use crate::definition::Definition;
use crate::problem::Problem;
use crate::yaml;

/// What was found in a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    pub definition: Definition,
    /// In the order of the file. Empty: the file is well formed.
    pub problems: Vec<Problem>,
    pub places: Places,
}

/// Reads a definition file, finished or not.
pub fn read(text: &str) -> Read {
    let parsed = yaml::parse(text);
    let mut reader = Reader::with(parsed.problems);
    let Some(root) = parsed.root else {
        if reader.problems.is_empty() {
            reader.say(
                yaml::Mark { line: 1, column: 1 },
                "Tệp trống.",
                Some("service: mã.dịch_vụ".into()),
            );
        }
        return Read {
            problems: reader.problems,
            ..Read::default()
        };
    };
    // After a line that could not be read, the rest would be told of what stands on that line.
    let unreadable = reader.problems.len();
    let definition = service::service(&mut reader, &root);
    let mut problems = reader.problems;
    if parsed.broken {
        problems.truncate(unreadable);
    }
    problems.sort_by_key(|p| (p.line, p.column));
    Read {
        definition,
        problems,
        places: Places::of(&root),
    }
}

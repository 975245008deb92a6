//! The one way a file is written: `fmt`. Key order, quotes and lines are fixed, remarks are kept.
//!
//! Works on the tree of the file, not on the definition, so nothing a person wrote is lost.

mod scalar;
mod write;

pub use scalar::quoted;

use unicode_normalization::UnicodeNormalization;

use crate::problem::{Problem, Severity};
use crate::read::shape::{FRAME, SERVICE};
use crate::{frame, read, yaml};

/// The canonical form of a service or frame file; its problems where it is not well formed.
pub fn format(text: &str) -> Result<String, Vec<Problem>> {
    let text: String = text.nfc().collect();
    let parsed = yaml::parse(&text);
    let is_frame = parsed.root.as_ref().is_some_and(is_frame);
    let problems = if is_frame {
        frame::read_frame(&text).1
    } else {
        read::read(&text).problems
    };
    let errors: Vec<Problem> = problems
        .into_iter()
        .filter(|p| p.severity == Severity::Error)
        .collect();
    let Some(root) = parsed.root.filter(|_| errors.is_empty()) else {
        return Err(errors);
    };
    let comments = yaml::comments(&text, &parsed.multiline);
    let shape = if is_frame { &FRAME } else { &SERVICE };
    Ok(write::file(&root, shape, comments))
}

/// A file of its own kind: it names a frame and no service.
pub fn is_frame(root: &yaml::Node) -> bool {
    root.get("frame").is_some() && root.get("service").is_none()
}

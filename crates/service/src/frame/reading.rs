//! A frame file → [`Frame`] and its problems.

use super::{AnyTime, Frame, Privacy};
use crate::problem::Problem;
use crate::read::meant::meant;
use crate::read::shape::{FRAME, PRIVACY};
use crate::read::{self, Part, Reader, words};
use crate::yaml;

const ANY_TIME: &[(&str, AnyTime)] = &[
    ("withdraw", AnyTime::Withdraw),
    ("comment", AnyTime::Comment),
    ("attach", AnyTime::Attach),
    ("ask", AnyTime::Ask),
    ("hand-over", AnyTime::HandOver),
];

/// Reads a frame file; never fails, like [`read::read`].
pub fn read_frame(text: &str) -> (Frame, Vec<Problem>) {
    let parsed = yaml::parse(text);
    let mut reader = Reader::with(parsed.problems);
    let Some(root) = parsed.root else {
        if reader.problems.is_empty() {
            reader.say(
                yaml::Mark { line: 1, column: 1 },
                "Tệp trống.",
                Some("frame: one-stop/1".into()),
            );
        }
        return (Frame::default(), reader.problems);
    };
    let file = reader.part(&root, &FRAME);
    reader.need(&file, "frame");
    let frame = Frame {
        frame: reader
            .parsed(&file, "frame", "khung/số", "one-stop/1", |text| {
                read::is_frame(text).then(|| text.to_owned())
            })
            .unwrap_or_default(),
        name: reader.label(&file, "name"),
        legal_basis: read::legal_basis(&mut reader, &file),
        clock: file
            .node("clock")
            .map(|node| read::clock(&mut reader, node))
            .unwrap_or_default(),
        before_late: file
            .node("before-late")
            .map(|node| read::before_late(&mut reader, node)),
        when_late: file
            .node("when-late")
            .map(|node| read::when_late(&mut reader, node)),
        after: file
            .node("after")
            .map(|node| read::after(&mut reader, node))
            .unwrap_or_default(),
        receipt: reader.string(&file, "receipt"),
        any_time: reader.some_of(&file, "any-time", ANY_TIME),
        papers: read::papers(&mut reader, &file),
        privacy: privacy(&mut reader, &file),
    };
    let mut problems = reader.problems;
    problems.sort_by_key(|p| (p.line, p.column));
    (frame, problems)
}

fn privacy(reader: &mut Reader, file: &Part) -> Vec<(String, Privacy)> {
    let kinds: Vec<&str> = words::FIELD_KINDS.iter().map(|(kind, _)| *kind).collect();
    let named = reader.named(file, "privacy");
    named
        .iter()
        .map(|entry| {
            if !kinds.contains(&entry.key.as_str()) {
                let instead = meant(&entry.key, kinds.iter().copied()).map(str::to_owned);
                reader.say(
                    entry.mark,
                    format!("“{}” không phải là một loại ô.", entry.key),
                    instead,
                );
            }
            let part = reader.part(&entry.value, &PRIVACY);
            let privacy = Privacy {
                purpose: part.has("purpose").then(|| reader.label(&part, "purpose")),
                mask: reader.one_of(&part, "mask", read::MASKS).map(str::to_owned),
                keep: read::keep(reader, &part),
            };
            (entry.key.clone(), privacy)
        })
        .collect()
}

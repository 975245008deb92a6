//! No letter of any paper is borrowed from another face: what is embedded is the family that was meant, in every
//! style that is used. Asked of the typesetter, and of poppler where it is installed.

mod samples;

use std::collections::BTreeSet;
use std::process::Command;

use papers::{Layout, pdf};
use samples::{letters, sample};

/// Where the faces were not brought at build, papers are set in the typesetter's own.
fn family() -> &'static str {
    match papers::faces() {
        0 => "LibertinusSerif",
        _ => "Tinos",
    }
}

#[test]
fn all_four_styles_are_there_or_none() {
    assert!(
        matches!(papers::faces(), 0 | 4),
        "regular, bold, italic and bold italic belong together"
    );
}

#[test]
fn every_paper_embeds_the_family_that_was_meant_and_no_other() {
    for layout in Layout::ALL {
        let file = pdf(&sample(layout)).unwrap_or_else(|error| panic!("{layout:?}: {error}"));
        let found = names(&file);
        assert!(!found.is_empty(), "{layout:?} has no face at all");
        for name in &found {
            assert!(
                name.starts_with(family()),
                "{layout:?} embeds {name}: {found:?}"
            );
        }
        match fonts(&file) {
            None => eprintln!("pdffonts of poppler is not installed: its verdict was NOT asked"),
            Some(told) => assert_eq!(told, found, "{layout:?}"),
        }
    }
}

/// Every letter of the language in each style, as a person's name may have any of them.
#[test]
fn every_letter_of_the_language_is_there_in_each_style() {
    let mut paper = sample(Layout::Notice);
    let all = letters();
    paper.recipients = vec![all.clone()];
    paper.head.place = all.clone();
    paper.about = all.clone();
    paper.footnotes = vec![all];
    let found = names(&pdf(&paper).expect("set"));
    assert!(
        found.iter().all(|name| name.starts_with(family())),
        "{found:?}"
    );
}

/// The faces a file names, without the mark of a subset: `Tinos-BoldItalic`.
fn names(file: &[u8]) -> BTreeSet<String> {
    let document = lopdf::Document::load_mem(file).expect("a file");
    let named = document.objects.values().filter_map(|object| {
        let font = object.as_dict().ok()?;
        let kind = font.get(b"Type").and_then(lopdf::Object::as_name).ok()?;
        let name = font
            .get(b"FontName")
            .and_then(lopdf::Object::as_name)
            .ok()?;
        (kind == b"FontDescriptor").then(|| plain(&String::from_utf8_lossy(name)))
    });
    named.collect()
}

fn plain(name: &str) -> String {
    name.split_once('+')
        .map_or(name, |(_, name)| name)
        .to_owned()
}

/// What poppler says; `None` where it is not installed.
fn fonts(file: &[u8]) -> Option<BTreeSet<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, file).expect("written");
    let told = Command::new("pdffonts").arg(&path).output().ok()?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let lines = told
        .lines()
        .skip(2)
        .filter_map(|line| line.split_whitespace().next());
    Some(lines.map(plain).collect())
}

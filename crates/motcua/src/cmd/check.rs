//! `check`, `fmt` and `schema`: definition files as a designer's desk sees them. Absent: publishing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::json;
use service::check::{check_file, render};
use service::{Frames, Problem, Severity, World, read_frame};

use super::{Answer, Here};

#[derive(Args)]
pub struct Check {
    /// Files or folders; the setting `services` where none is named.
    files: Vec<PathBuf>,
}

#[derive(Args)]
pub struct Fmt {
    /// Say which files are not in canonical form, and change none.
    #[arg(long)]
    check: bool,
    /// Files or folders; the setting `services` where none is named.
    files: Vec<PathBuf>,
}

impl Check {
    pub fn run(&self, here: &Here) -> Result<Answer> {
        let files = definition_files(&self.files, here)?;
        let frames = frames(&files, here)?;
        let mut text = String::new();
        let mut all = Vec::new();
        let (mut errors, mut warnings) = (0u64, 0u64);
        for path in &files {
            let shown = path.display().to_string();
            let file = fs::read_to_string(path).with_context(|| shown.clone())?;
            let problems = problems(&file, &frames);
            for problem in &problems {
                match problem.severity {
                    Severity::Error => errors += 1,
                    Severity::Warning => warnings += 1,
                }
                all.push(json!({ "file": shown, "problem": problem }));
            }
            text.push_str(&render(&shown, &problems));
        }
        let language = here.language;
        let count = |number: u64| language.count(number);
        text.push_str(&format!(
            "{} {}, {} {}, {} {}\n",
            count(files.len() as u64),
            language.say("tệp", "files"),
            count(errors),
            language.say("lỗi", "errors"),
            count(warnings),
            language.say("cảnh báo", "warnings"),
        ));
        Ok(Answer {
            text,
            json: json!({
                "files": files.len(), "errors": errors, "warnings": warnings, "problems": all,
            }),
            fine: errors == 0,
        })
    }
}

/// Everything wrong with one file, a service or a frame.
pub fn problems(file: &str, frames: &Frames) -> Vec<Problem> {
    match is_frame(file) {
        true => read_frame(file).1,
        false => check_file(file, frames, &World::default()),
    }
}

fn is_frame(file: &str) -> bool {
    let root = service::yaml::parse(file).root;
    root.is_some_and(|root| service::canonical::is_frame(&root))
}

impl Fmt {
    pub fn run(&self, here: &Here) -> Result<Answer> {
        let (mut text, mut changed, mut broken) = (String::new(), Vec::new(), Vec::new());
        let files = definition_files(&self.files, here)?;
        for path in &files {
            let shown = path.display().to_string();
            let file = fs::read_to_string(path).with_context(|| shown.clone())?;
            match service::format(&file) {
                Ok(canonical) if canonical == file => {}
                Ok(canonical) => {
                    if !self.check {
                        fs::write(path, canonical).with_context(|| shown.clone())?;
                    }
                    text.push_str(&format!("{shown}\n"));
                    changed.push(shown);
                }
                Err(problems) => {
                    text.push_str(&render(&shown, &problems));
                    broken.push(shown);
                }
            }
        }
        Ok(Answer {
            fine: broken.is_empty() && (!self.check || changed.is_empty()),
            json: json!({
                "files": files.len(), "written": !self.check, "changed": changed, "broken": broken,
            }),
            text,
        })
    }
}

/// The files named, those below the folders named, sorted; frames come before services.
pub fn definition_files(named: &[PathBuf], here: &Here) -> Result<Vec<PathBuf>> {
    let start = match named.is_empty() {
        true => vec![here.config.services.clone()],
        false => named.to_vec(),
    };
    let mut files = Vec::new();
    for path in start {
        match path.is_dir() {
            true => below(&path, &mut files)?,
            false => files.push(path),
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            below(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

/// The frames that ship, and over them those among or beside the files. A frame with a flaw is still
/// used as far as it was read: its own file says what is wrong.
pub fn frames(files: &[PathBuf], here: &Here) -> Result<Frames> {
    let mut folders = vec![here.config.services.join("frames")];
    folders.extend(
        files
            .iter()
            .filter_map(|file| Some(file.parent()?.join("frames"))),
    );
    folders.dedup();
    let mut paths = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        below(folder, &mut paths)?;
    }
    paths.extend(files.iter().cloned());
    let mut frames = Frames::default();
    for path in paths {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        if is_frame(&text) {
            let frame = read_frame(&text).0;
            frames.0.insert(frame.frame.clone(), frame);
        }
    }
    Ok(frames)
}

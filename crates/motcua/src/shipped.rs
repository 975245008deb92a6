//! The files that ship with the product, read from their folders: frames, definitions, organisation.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use links::payment::statement::Mapping;
use rules::calendar::{Calendar, VIETNAM_1};
use rules::counter::Counter;
use rules::organisation::Organisation;
use serde::Deserialize;
use service::{Definition, Frames, Problem, Resolved, Severity, read_frame, resolve};
use store::CollectingAccount;

/// A definition file with what was read from it.
pub struct Shipped {
    pub path: PathBuf,
    pub text: String,
    pub definition: Definition,
    pub resolved: Resolved,
    /// Of reading and of filling in the frame.
    pub problems: Vec<Problem>,
}

/// The frames under `folder/frames`.
///
/// # Errors
/// Where a file cannot be read or a frame has an error.
pub fn frames(folder: &Path) -> Result<Frames> {
    let mut frames = Frames::default();
    for path in yaml_files(&folder.join("frames"))? {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let (frame, problems) = read_frame(&text);
        if let Some(problem) = problems.iter().find(|p| p.severity == Severity::Error) {
            bail!(
                "{}:{}:{}: {}",
                path.display(),
                problem.line,
                problem.column,
                problem.says
            );
        }
        frames.0.insert(frame.frame.clone(), frame);
    }
    Ok(frames)
}

/// The definitions in `folder`, by file name.
///
/// # Errors
/// Where a file cannot be read from disk; flaws inside are `problems`.
pub fn services(folder: &Path, frames: &Frames) -> Result<Vec<Shipped>> {
    yaml_files(folder)?
        .into_iter()
        .map(|path| service(path, frames))
        .collect()
}

fn service(path: PathBuf, frames: &Frames) -> Result<Shipped> {
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let read = service::read(&text);
    let resolved = resolve(&read.definition, frames);
    Ok(Shipped {
        path,
        text,
        definition: read.definition,
        resolved,
        problems: read.problems,
    })
}

/// The organisation of `data/CITY/organisation.toml`.
///
/// # Errors
/// Where the file is absent or does not fit.
pub fn organisation(data: &Path, city: &str) -> Result<Organisation> {
    let path = data.join(city).join("organisation.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

/// How the desks serve: `data/CITY/counter.toml`.
///
/// # Errors
/// Where the file is absent or has a flaw.
pub fn counter(data: &Path, city: &str) -> Result<Counter> {
    let path = data.join(city).join("counter.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    Counter::read(&text).map_err(|flaw| anyhow!("{}: {flaw}", path.display()))
}

#[derive(Deserialize)]
struct Accounts {
    account: Vec<CollectingAccount>,
}

/// Which accounts collect, from a file like `data/CITY/accounts.toml`.
///
/// # Errors
/// Where the file is absent or does not fit.
pub fn read_accounts(path: &Path) -> Result<Vec<CollectingAccount>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let read: Accounts = toml::from_str(&text).with_context(|| path.display().to_string())?;
    for account in &read.account {
        let probe = papers::vietqr::Payment {
            bank: &account.bank,
            account: &account.account,
            amount: None,
            reference: "MC",
        };
        papers::vietqr::text(&probe)
            .with_context(|| format!("{}: {}", path.display(), account.unit))?;
    }
    Ok(read.account)
}

/// Which accounts collect: `data/CITY/accounts.toml`.
///
/// # Errors
/// As [`read_accounts`].
pub fn accounts(data: &Path, city: &str) -> Result<Vec<CollectingAccount>> {
    read_accounts(&data.join(city).join("accounts.toml"))
}

/// How the city's banks lay out their statements: the texts under `data/CITY/statements`, each proven to read.
///
/// # Errors
/// Where a file cannot be read or does not fit.
pub fn statements(data: &Path, city: &str) -> Result<Vec<String>> {
    let folder = data.join(city).join("statements");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    let read = paths.iter().map(|path| {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Mapping::read(&text).with_context(|| path.display().to_string())?;
        Ok(text)
    });
    read.collect()
}

/// The working calendar that ships.
///
/// # Errors
/// Where the built-in file does not fit, which its own tests exclude.
pub fn calendar() -> Result<Calendar> {
    Ok(Calendar::read(VIETNAM_1)?)
}

fn yaml_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

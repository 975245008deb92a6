//! What was not taken as it stood, with its reason: one line each in a report file, and a summary.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// What became of the thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Not loaded.
    SetAside,
    /// Loaded, with something left out or worth a look.
    Noted,
}

impl Fate {
    pub fn code(self) -> &'static str {
        match self {
            Fate::SetAside => "set-aside",
            Fate::Noted => "noted",
        }
    }
}

/// How often each reason was said.
pub type Reasons = BTreeMap<(Fate, &'static str), u64>;

/// A report that is written while the work goes on.
pub struct Report {
    file: csv::Writer<fs::File>,
    counts: Reasons,
}

impl Report {
    /// Begins the file anew; `columns` name what stands before fate, reason and value.
    pub fn begin(path: &Path, columns: &[&str]) -> Result<Self> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        let mut file = csv::Writer::from_path(path).with_context(|| path.display().to_string())?;
        file.write_record(columns.iter().chain(&["fate", "reason", "value"]))?;
        Ok(Self {
            file,
            counts: Reasons::new(),
        })
    }

    pub fn say(
        &mut self,
        place: &[&str],
        fate: Fate,
        reason: &'static str,
        value: &str,
    ) -> Result<()> {
        let fields = place.iter().copied().chain([fate.code(), reason, value]);
        self.file.write_record(fields)?;
        *self.counts.entry((fate, reason)).or_default() += 1;
        Ok(())
    }

    /// Ends the file.
    pub fn end(mut self) -> Result<Reasons> {
        self.file.flush()?;
        Ok(self.counts)
    }
}

//! Where a bench makes its data: the folder it is given, or one of its own that is removed at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

pub struct Folder {
    path: PathBuf,
    own: bool,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Folder {
    /// # Errors
    /// Where the folder cannot be made.
    pub fn open(named: Option<&Path>) -> Result<Self> {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let own =
            || std::env::temp_dir().join(format!("motcua-bench-{}-{next}", std::process::id()));
        let path = named.map_or_else(own, Path::to_owned);
        fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        Ok(Self {
            path,
            own: named.is_none(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder inside, made where it is not there.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub fn room(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).with_context(|| path.display().to_string())?;
        Ok(path)
    }

    /// The same, empty.
    ///
    /// # Errors
    /// Where what was in it cannot be removed.
    pub fn empty_room(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| path.display().to_string())?;
        }
        self.room(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.own
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "the bench's folder stays");
        }
    }
}

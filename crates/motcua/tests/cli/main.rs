//! The command line through its outermost door: the program itself, on SQLite in a folder of its own.

mod areas;
mod calendar;
mod definitions;
mod due;
mod letters;
mod record;
mod register;
mod replay;
mod requests;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A folder with a database for one test.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = "database = \"sqlite:city.db\"\nfiles = \"files\"\n";
        std::fs::write(folder.path().join("motcua.toml"), settings).expect("writes");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("writes");
        path
    }

    fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_motcua"))
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .output()
            .expect("motcua starts")
    }

    /// The JSON answer of a command that goes well.
    fn json(&self, words: &[&str]) -> Value {
        let output = self.run(&[words, &["--json"]].concat());
        assert!(
            output.status.success(),
            "{words:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The text answer, whatever the exit code, and that code.
    fn text(&self, words: &[&str]) -> (String, i32) {
        let output = self.run(words);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).expect("UTF-8");
        (text, output.status.code().expect("an exit code"))
    }
}

/// The root of the repository.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the repository")
}

/// A path below the root, as an argument.
fn shipped(name: &str) -> String {
    root().join(name).display().to_string()
}

/// A file that lies beside the repository and not in it; `None`, and a word about it, where it does not.
fn beside(name: &str) -> Option<String> {
    let mut folders = root()
        .ancestors()
        .map(|folder| folder.join("shared/data").join(name));
    let found = folders.find(|path| path.exists());
    if found.is_none() {
        eprintln!("{name} is not beside the repository: nothing was tested");
    }
    found.map(|path| path.display().to_string())
}

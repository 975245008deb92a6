//! The words of every page, from `text/{vi,en}/*.toml`. Vietnamese is complete by test; another
//! language falls back to it. Pages hold keys, never sentences.
//!
//! `l.t("home.title")`, `l.f("sent.code", &[("code", &code)])`, `l.n("time.days", 3, &[])` (keys
//! `.one` and `.other` under it; `{n}` is the number), `l.of("refusal", "not-yours", &[])` for keys
//! chosen by data.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;

/// A language of the city's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    Vi,
    En,
}

/// What a placeholder is replaced by: its name and the value.
pub type Args<'a> = &'a [(&'a str, &'a dyn Display)];

macro_rules! files {
    ($($file:literal,)+) => {
        const VI: &[(&str, &str)] =
            &[$(($file, include_str!(concat!("../text/vi/", $file, ".toml")))),+];
        const EN: &[(&str, &str)] =
            &[$(($file, include_str!(concat!("../text/en/", $file, ".toml")))),+];
    };
}

// One line each: whoever adds a room adds its file.
files! {
    "common",
    "time",
    "form",
    "resident",
    "official",
    "error",
    "leader",
    "papers",
    "public",
    "authority",
    "queue",
    "flow",
    "counter",
    "hotline",
    "open311",
    "account",
    "registers",
    "numbers",
    "money",
    "messages",
    "linked",
    "shown",
    "following",
    "handling",
    "sample",
}

static BOOK_VI: LazyLock<HashMap<String, String>> = LazyLock::new(|| book(VI));
static BOOK_EN: LazyLock<HashMap<String, String>> = LazyLock::new(|| book(EN));

impl Lang {
    pub fn code(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Lang::Vi),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    pub fn other(self) -> Self {
        match self {
            Lang::Vi => Lang::En,
            Lang::En => Lang::Vi,
        }
    }

    /// The words under `key`.
    pub fn t(self, key: &str) -> &'static str {
        let own = match self {
            Lang::Vi => None,
            Lang::En => BOOK_EN.get(key),
        };
        match own.or_else(|| BOOK_VI.get(key)) {
            Some(words) => words,
            // The test over all sources keeps this from happening; a page is better than a panic.
            None => {
                tracing::error!(key, "no words under this key");
                "…"
            }
        }
    }

    /// The words under `key` with their placeholders filled.
    pub fn f(self, key: &str, args: Args<'_>) -> String {
        fill(self.t(key), args)
    }

    /// The words for a number: `key.one` or `key.other`. Vietnamese has no plural and uses `other`.
    pub fn n(self, key: &str, count: i64, args: Args<'_>) -> String {
        let form = match (self, count) {
            (Lang::En, 1) => "one",
            _ => "other",
        };
        let number = crate::say::whole(self, count);
        let mut all: Vec<(&str, &dyn Display)> = vec![("n", &number)];
        all.extend_from_slice(args);
        fill(self.t(&format!("{key}.{form}")), &all)
    }

    /// The words of one member of a family whose keys come from data (`refusal.not-yours`).
    pub fn of(self, family: &str, member: &str, args: Args<'_>) -> String {
        fill(self.t(&format!("{family}.{member}")), args)
    }

    /// As [`Lang::of`], where a member may be unknown.
    pub fn perhaps(self, family: &str, member: &str) -> Option<&'static str> {
        let key = format!("{family}.{member}");
        BOOK_VI.contains_key(&key).then(|| self.t(&key))
    }
}

fn fill(words: &str, args: Args<'_>) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        if let Some((_, value)) = args.iter().find(|(n, _)| *n == name) {
            out.push_str(&value.to_string());
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Flattens tables to dotted keys. A broken text file is a broken build; the tests read all of them.
fn book(files: &[(&str, &str)]) -> HashMap<String, String> {
    let mut all = HashMap::new();
    for (file, text) in files {
        match text.parse::<toml::Table>() {
            Ok(table) => flatten("", &table, &mut all),
            Err(error) => tracing::error!(file, %error, "a text file cannot be read"),
        }
    }
    all
}

fn flatten(prefix: &str, table: &toml::Table, all: &mut HashMap<String, String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, all),
            toml::Value::String(words) => {
                all.insert(key, words.clone());
            }
            other => tracing::error!(key, %other, "a text is not a string"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_reads_and_no_key_stands_twice() {
        for files in [VI, EN] {
            let mut seen = HashMap::new();
            for (file, text) in files {
                let table = text
                    .parse::<toml::Table>()
                    .unwrap_or_else(|e| panic!("{file}: {e}"));
                let mut one = HashMap::new();
                flatten("", &table, &mut one);
                for key in one.into_keys() {
                    if let Some(other) = seen.insert(key.clone(), file) {
                        panic!("{key} stands in {other} and in {file}");
                    }
                }
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let plain = |book: &HashMap<String, String>| -> BTreeSet<String> {
            book.keys()
                .filter(|k| !k.ends_with(".one"))
                .cloned()
                .collect()
        };
        assert_eq!(plain(&BOOK_VI), plain(&BOOK_EN));
        for (key, vi) in BOOK_VI.iter() {
            assert_eq!(
                placeholders(vi),
                placeholders(&BOOK_EN[key]),
                "placeholders of {key}"
            );
        }
        for (key, words) in BOOK_EN.iter() {
            if let Some(stem) = key.strip_suffix(".one") {
                assert!(
                    BOOK_EN.contains_key(&format!("{stem}.other")),
                    "{stem} has no other"
                );
                assert!(
                    placeholders(words)
                        .is_subset(&placeholders(&BOOK_EN[&format!("{stem}.other")]))
                );
            }
        }
    }

    /// Keys are found in the sources by the four verbs; `of` and `perhaps` use a whole family.
    #[test]
    fn every_key_used_exists_and_none_is_unused() {
        let mut keys = BTreeSet::new();
        let mut families = BTreeSet::new();
        sources(
            Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
            &mut |code| {
                for (verb, plural) in [(".t(\"", false), (".f(\"", false), (".n(\"", true)] {
                    for key in arguments(code, verb) {
                        keys.insert(if plural { format!("{key}.other") } else { key });
                    }
                }
                for verb in [".of(\"", ".perhaps(\""] {
                    families.extend(arguments(code, verb));
                }
            },
        );
        for key in &keys {
            assert!(BOOK_VI.contains_key(key), "no words under {key}");
        }
        for family in &families {
            assert!(
                BOOK_VI.keys().any(|k| k.starts_with(&format!("{family}."))),
                "no family {family}"
            );
        }
        let unused: Vec<_> = BOOK_VI
            .keys()
            .filter(|k| {
                !keys.contains(*k) && !families.iter().any(|f| k.starts_with(&format!("{f}.")))
            })
            .collect();
        assert!(unused.is_empty(), "words nobody says: {unused:?}");
    }

    #[test]
    fn placeholders_are_filled_and_braces_survive() {
        assert_eq!(
            fill("Mã {code}, {n} việc", &[("code", &"H13"), ("n", &3)]),
            "Mã H13, 3 việc"
        );
        assert_eq!(fill("a { b", &[]), "a { b");
    }

    fn placeholders(words: &str) -> BTreeSet<&str> {
        words
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    fn arguments(code: &str, verb: &str) -> Vec<String> {
        let code: String = code
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace("( \"", "(\"");
        code.split(verb)
            .skip(1)
            .filter_map(|rest| rest.split_once('"'))
            .map(|(key, _)| key.to_owned())
            .filter(|key| key.contains('.') || code.contains(&format!("{verb}{key}\",")))
            .collect()
    }

    fn sources(directory: &Path, each: &mut dyn FnMut(&str)) {
        for entry in std::fs::read_dir(directory).expect("the sources are there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                sources(&path, each);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("src/text.rs")
            {
                each(&std::fs::read_to_string(&path).expect("readable"));
            }
        }
    }
}

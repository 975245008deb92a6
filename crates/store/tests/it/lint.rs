//! The door to a sharded PostgreSQL stays open: every key begins with `city`, every question stays
//! within a city, and words of one engine stay in `src/dialect`.

use std::path::{Path, PathBuf};

/// Words of one engine, or words that a sharded PostgreSQL refuses.
const FORBIDDEN: &[&str] = &[
    "FOR UPDATE",
    "SKIP LOCKED",
    "PRAGMA",
    "::",
    "ROWID",
    " MATCH ",
    "@@",
    "ILIKE",
    "NOW(",
    "CURRENT_",
    "STRFTIME",
    "JSON_",
    "SERIAL",
    "AUTOINCREMENT",
    "IDENTITY",
    "TRIGGER",
    "GENERATED",
    "UNNEST",
    " GLOB ",
    "INSERT OR",
    "REPLACE INTO",
    "GREATEST(",
    "LEAST(",
    "ROLLUP",
    "CUBE",
    "GROUPING SETS",
    "USING (",
    "NATURAL",
    "IFNULL",
    "REFERENCES",
    "WITHOUT",
    "IS DISTINCT",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(under: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

/// The string literals of a Rust file, with line ends as spaces. Char literals and comments are skipped.
fn literals(source: &str) -> Vec<String> {
    let (mut found, mut chars) = (Vec::new(), source.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next().is_some_and(|c| c != '\n') {},
            '\'' => {
                let one = chars.next();
                if one == Some('\\') {
                    chars.next();
                }
                if chars.peek() == Some(&'\'') {
                    chars.next();
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => text.extend(chars.next().filter(|c| *c != '\n')),
                        _ => text.push(c),
                    }
                }
                found.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            _ => {}
        }
    }
    found
}

fn statements(text: &str) -> bool {
    ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "]
        .iter()
        .any(|verb| text.starts_with(verb))
}

/// Why a statement may leave its city; `None`: it does not.
fn leaves_city(sql: &str) -> Option<String> {
    if sql.starts_with("INSERT INTO ") {
        let columns = sql.split_once('(').map(|(_, rest)| rest);
        let first = columns.is_some_and(|c| c.starts_with("city,"));
        if !first {
            return Some("its first column is not city".into());
        }
        if !sql.contains("SELECT") {
            return None;
        }
    }
    let words: Vec<&str> = sql.split(' ').collect();
    let tables = words
        .windows(2)
        .filter(|w| matches!(w[0], "FROM" | "JOIN" | "UPDATE") && !w[1].starts_with('('))
        .filter(|w| w[1] != "SET")
        .count();
    let bound = sql.matches("city = ").count();
    if bound < tables {
        return Some(format!("{tables} tables, {bound} conditions on city"));
    }
    for joined in sql.split(" JOIN ").skip(1) {
        let whole = joined.starts_with('(');
        let on = joined
            .split(" WHERE ")
            .next()
            .filter(|_| !whole)
            .unwrap_or(joined);
        if !on.contains(".city = ") {
            return Some(format!("a join without its city: {on}"));
        }
    }
    None
}

#[test]
fn every_statement_stays_in_its_city() {
    let mut sources = Vec::new();
    files(&root().join("src"), "rs", &mut sources);
    let (mut checked, mut wrong) = (0, Vec::new());
    for path in sources {
        let dialect = path.components().any(|c| c.as_os_str() == "dialect");
        for sql in literals(&std::fs::read_to_string(&path).unwrap()) {
            if !statements(&sql) {
                continue;
            }
            checked += 1;
            let name = path.file_name().unwrap().display();
            // A backup is of the whole installation: it reads every city on purpose.
            let whole = path.ends_with("backup.rs");
            if !dialect && !whole {
                wrong.extend(leaves_city(&sql).map(|why| format!("{name}: {why}\n  {sql}")));
                let upper = sql.to_uppercase();
                let word = FORBIDDEN.iter().find(|word| upper.contains(**word));
                wrong.extend(word.map(|word| format!("{name}: {word}\n  {sql}")));
            }
        }
    }
    assert!(
        checked > 100,
        "only {checked} statements were found: the lint is blind"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_begins_with_city() {
    let mut migrations = Vec::new();
    files(&root().join("migrations"), "sql", &mut migrations);
    let (mut keys, mut wrong) = (0, Vec::new());
    for path in migrations {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with("--"));
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        let text = words.join(" ");
        for statement in text.split(';').map(str::trim).filter(|s| !s.is_empty()) {
            keys += 1;
            let ok = if statement.starts_with("CREATE TABLE ") {
                statement.contains("( city TEXT NOT NULL,")
                    && (statement.contains("PRIMARY KEY (city,")
                        || statement.contains("PRIMARY KEY (city)"))
                    && !statement.contains("UNIQUE")
            } else if statement.starts_with("CREATE INDEX ")
                || statement.starts_with("CREATE UNIQUE INDEX ")
            {
                statement.contains("(city,")
            } else if statement.starts_with("UPDATE ") {
                // A new column filled from its own row: every shard does that for itself.
                !["SELECT", "FROM", "JOIN"]
                    .iter()
                    .any(|word| statement.contains(word))
            } else if statement.starts_with("DROP INDEX ") {
                true
            } else {
                statement.starts_with("ALTER TABLE ") && !statement.contains("UNIQUE")
            };
            let upper = statement.to_uppercase();
            let word = FORBIDDEN.iter().find(|word| upper.contains(**word));
            if !ok || word.is_some() {
                wrong.push(format!("{word:?} {statement}"));
            }
        }
    }
    assert!(
        keys > 40,
        "only {keys} statements were found: the lint is blind"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_lint_sees() {
    assert!(leaves_city("SELECT a FROM task WHERE id = $1").is_some());
    assert!(
        leaves_city("SELECT a FROM task t JOIN cases c ON c.id = t.x WHERE t.city = $1").is_some()
    );
    assert!(leaves_city("INSERT INTO kv (name, city) VALUES ($1, $2)").is_some());
    assert!(leaves_city("DELETE FROM kv WHERE name = $1").is_some());
    assert!(leaves_city("DELETE FROM kv WHERE city = $1").is_none());
    assert_eq!(
        literals("let a = '\"'; // \"no\"\n f(\"SELECT\n  1\")"),
        ["SELECT 1"]
    );
}

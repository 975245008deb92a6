//! Backups in a form that belongs to no engine: one file of lines for each table, the files, and a
//! manifest with the hash of each. Taken from one moment while the city goes on; read back into either
//! engine.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use rules::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::dialect::{Dialect, sqlite as lite};
use crate::engine::Conn;
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::params;
use crate::reader::Snapshot;
use crate::store::Store;
use crate::value::{Row, Value, from_json, to_json};
use crate::write::search::scope;

/// Rows read or written at a time.
const PAGE: usize = 1000;

/// What a backup holds, with SHA-256 of each part in hex. Equal stores give equal manifests but for `at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub at: Moment,
    /// Version of the schema.
    pub schema: i64,
    pub tables: BTreeMap<String, Part>,
    /// City → hashes of its files.
    pub files: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub rows: u64,
    pub hash: String,
}

/// A table with its columns and key, read from the migrations.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
}

impl Store {
    /// Writes everything under `directory`, which must not exist.
    pub async fn backup(&self, directory: &Path, now: Moment) -> Result<Manifest> {
        std::fs::create_dir_all(directory.join("tables")).map_err(StoreError::files)?;
        std::fs::create_dir_all(directory.join("files")).map_err(StoreError::files)?;
        let mut snapshot = self.reader("").snapshot().await?;
        let mut tables = BTreeMap::new();
        for table in tables_of_schema() {
            let part = export(&mut snapshot, &table, directory).await?;
            tables.insert(table.name, part);
        }
        let sql = "SELECT city FROM city ORDER BY city";
        let cities = snapshot
            .all(sql, &[], |mut row| row.next::<String>())
            .await?;
        snapshot.end().await?;
        let mut files = BTreeMap::new();
        for city in cities {
            let hashes = self.files().list(&city).await?;
            let place = directory.join("files").join(&city);
            std::fs::create_dir_all(&place).map_err(StoreError::files)?;
            for hash in &hashes {
                let bytes = self.files().read(&city, hash).await?;
                std::fs::write(place.join(hash), bytes).map_err(StoreError::files)?;
            }
            files.insert(city, hashes);
        }
        let schema = migrate::MIGRATIONS.last().map_or(0, |m| m.version);
        let manifest = Manifest {
            at: now,
            schema,
            tables,
            files,
        };
        let text = serde_json::to_string_pretty(&manifest).map_err(StoreError::files)?;
        std::fs::write(directory.join("manifest.json"), text).map_err(StoreError::files)?;
        Ok(manifest)
    }

    /// Reads a backup into this store, which must be migrated and empty. Every part is held against its
    /// hash; on any difference nothing is kept of the tables.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where a part is not what the manifest says; [`StoreError::Duplicate`]
    /// where the store is not empty.
    pub async fn restore(&self, directory: &Path) -> Result<Manifest> {
        let text = std::fs::read_to_string(directory.join("manifest.json"));
        let manifest: Manifest = from_json(&text.map_err(StoreError::files)?)?;
        let schema = migrate::MIGRATIONS.last().map_or(0, |m| m.version);
        if manifest.schema != schema {
            return Err(StoreError::misuse(format!(
                "the backup is of schema {}, this program writes {schema}",
                manifest.schema
            )));
        }
        for (city, hashes) in &manifest.files {
            for hash in hashes {
                let path = directory.join("files").join(city).join(hash);
                let bytes = std::fs::read(path).map_err(StoreError::files)?;
                let stored = self.files().put(city, bytes).await?;
                if stored.hash != *hash {
                    return Err(StoreError::corrupt(format!(
                        "the file {hash} in the backup"
                    )));
                }
            }
        }
        let mut conn = migrate::own_connection(&self.inner).await?;
        conn.begin().await?;
        match import_all(&mut conn, &manifest, directory).await {
            Ok(()) => conn.commit().await?,
            Err(error) => {
                conn.script("ROLLBACK").await?;
                return Err(error);
            }
        }
        Ok(manifest)
    }
}

fn tables_of_schema() -> Vec<Table> {
    let texts = migrate::MIGRATIONS.iter().map(|m| m.text);
    let mut tables: Vec<Table> = texts.clone().flat_map(tables_in).collect();
    for (name, column) in texts.flat_map(migrate::added) {
        if let Some(table) = tables.iter_mut().find(|table| table.name == name) {
            table.columns.push(column.to_owned());
        }
    }
    tables
}

/// Columns and keys as the migrations write them: `name TYPE …,` and `PRIMARY KEY (…)`.
fn tables_in(text: &str) -> Vec<Table> {
    text.split("CREATE TABLE ")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once(" (")?;
            let (columns, rest) = rest.split_once("PRIMARY KEY (")?;
            let (key, _) = rest.split_once(')')?;
            let columns = columns
                .split(',')
                .filter_map(|c| c.split_whitespace().next());
            // `search.doc` is a row number of one engine's index.
            let columns = columns.filter(|c| *c != "doc");
            Some(Table {
                name: name.to_owned(),
                columns: columns.map(str::to_owned).collect(),
                key: key.split(", ").map(str::to_owned).collect(),
            })
        })
        .collect()
}

/// All rows in the order of the key, in pages that begin after the last key.
async fn export(snapshot: &mut Snapshot, table: &Table, directory: &Path) -> Result<Part> {
    let path = directory
        .join("tables")
        .join(format!("{}.jsonl", table.name));
    let mut file = BufWriter::new(std::fs::File::create(path).map_err(StoreError::files)?);
    let (columns, key) = (table.columns.join(", "), table.key.join(", "));
    let places: Vec<String> = (1..=table.key.len()).map(|n| format!("${n}")).collect();
    let (name, places) = (&table.name, places.join(", "));
    let first = format!("SELECT {columns} FROM {name} ORDER BY {key} LIMIT {PAGE}");
    let next = format!(
        "SELECT {columns} FROM {name} WHERE ({key}) > ({places}) ORDER BY {key} LIMIT {PAGE}"
    );
    let mut part = Digester::default();
    let mut after: Vec<Value<'static>> = Vec::new();
    loop {
        let sql = if after.is_empty() { &first } else { &next };
        let page = snapshot.all(sql, &after, |row: Row| Ok(row.rest())).await?;
        for values in &page {
            let line = line(values)?;
            part.add(&line);
            file.write_all(line.as_bytes()).map_err(StoreError::files)?;
        }
        let Some(last) = page.last() else { break };
        let at = |column: &String| table.columns.iter().position(|c| c == column);
        let places: Vec<usize> = table.key.iter().filter_map(at).collect();
        after = places.into_iter().map(|n| last[n].clone()).collect();
    }
    file.flush().map_err(StoreError::files)?;
    Ok(part.done())
}

/// Order does not matter to the hash: engines sort texts differently.
#[derive(Default)]
struct Digester {
    rows: u64,
    sum: [u8; 32],
}

impl Digester {
    fn add(&mut self, line: &str) {
        self.rows += 1;
        let hash = Sha256::digest(line.as_bytes());
        let mut carry = 0u16;
        for (sum, byte) in self.sum.iter_mut().zip(hash) {
            carry += u16::from(*sum) + u16::from(byte);
            *sum = carry.to_le_bytes()[0];
            carry >>= 8;
        }
    }
    fn done(self) -> Part {
        Part {
            rows: self.rows,
            hash: hex::encode(self.sum),
        }
    }
}

/// `{"b": "…"}` stands for bytes, `{"r": "…"}` for a real number exactly.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Cell {
    Null,
    Int(i64),
    Text(String),
    Bytes { b: String },
    Real { r: String },
}

fn line(values: &[Value<'static>]) -> Result<String> {
    let cells: Vec<Cell> = values
        .iter()
        .map(|value| match value {
            Value::Null => Cell::Null,
            Value::Int(n) => Cell::Int(*n),
            Value::Real(x) => Cell::Real { r: x.to_string() },
            Value::Text(text) => Cell::Text(text.to_string()),
            Value::Bytes(bytes) => Cell::Bytes {
                b: hex::encode(bytes),
            },
            Value::Id(id) => Cell::Bytes {
                b: hex::encode(id.as_bytes()),
            },
        })
        .collect();
    Ok(to_json(&cells)? + "\n")
}

fn cells(line: &str) -> Result<Vec<Value<'static>>> {
    let cells: Vec<Cell> = from_json(line)?;
    cells
        .into_iter()
        .map(|cell| {
            Ok(match cell {
                Cell::Null => Value::Null,
                Cell::Int(n) => Value::Int(n),
                Cell::Text(text) => Value::Text(text.into()),
                Cell::Bytes { b } => {
                    let bytes = hex::decode(b).map_err(|e| StoreError::corrupt(e.to_string()))?;
                    Value::Bytes(bytes.into())
                }
                Cell::Real { r } => {
                    let real = r.parse().map_err(|_| StoreError::corrupt("a number"))?;
                    Value::Real(real)
                }
            })
        })
        .collect()
}

async fn import_all(conn: &mut Conn, manifest: &Manifest, directory: &Path) -> Result<()> {
    for table in tables_of_schema() {
        let Some(expected) = manifest.tables.get(&table.name) else {
            return Err(StoreError::corrupt(format!(
                "no table {} in the backup",
                table.name
            )));
        };
        let found = import(conn, &table, directory).await?;
        if found != *expected {
            return Err(StoreError::corrupt(format!(
                "{} in the backup: its rows do not give its hash",
                table.name
            )));
        }
    }
    Ok(())
}

async fn import(conn: &mut Conn, table: &Table, directory: &Path) -> Result<Part> {
    let path = directory
        .join("tables")
        .join(format!("{}.jsonl", table.name));
    let file = BufReader::new(std::fs::File::open(path).map_err(StoreError::files)?);
    let mut columns = table.columns.clone();
    let search = table.name == "search";
    columns.extend(search.then(|| "doc".to_owned()));
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let (columns, places) = (columns.join(", "), places.join(", "));
    let sql = format!("INSERT INTO {} ({columns}) VALUES ({places})", table.name);
    let mut part = Digester::default();
    let mut steps: Vec<(&str, Vec<Value<'_>>)> = Vec::new();
    for line in file.lines() {
        let line = line.map_err(StoreError::files)? + "\n";
        part.add(&line);
        let mut values = cells(&line)?;
        if values.len() != table.columns.len() {
            return Err(StoreError::corrupt(format!("a row of {}", table.name)));
        }
        if search && conn.dialect() == Dialect::Sqlite {
            steps.push((lite::SEARCH_RESTORE, index_row(part.rows, &values)?));
        }
        if search {
            // Rows come in the order of their ids, which is that of time.
            values.push(Value::Int(part.rows as i64));
        }
        steps.push((&sql, values));
        if steps.len() >= PAGE {
            conn.execute_many(&steps).await?;
            steps.clear();
        }
    }
    conn.execute_many(&steps).await?;
    Ok(part.done())
}

/// The full-text entry of a row of `search`: (doc, scope, words).
fn index_row(doc: u64, values: &[Value<'static>]) -> Result<Vec<Value<'static>>> {
    let [
        Value::Text(city),
        Value::Text(kind),
        _,
        _,
        _,
        Value::Text(words),
        Value::Int(public),
        _,
    ] = values
    else {
        return Err(StoreError::corrupt("a row of search"));
    };
    let scope = scope(city, kind, *public == 1);
    Ok(params![doc as i64, scope, words.to_string()].into())
}

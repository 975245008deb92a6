//! A register comes in as a table: judged row by row, kept as a version with the day its data is of. What cannot
//! be taken is listed with its reason; nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rules::ids::PersonId;
use serde_json::{Map, Value as Json, json};
use service::Text;
use service::definition::{Field, FieldKind};
use service::expr::Scope;
use service::field::{self, FieldProblem};
use service::fold::fold;
use service::registers::{Register, register};
use store::{RegisterFlaw, RegisterVersion};

use super::folded;
use crate::city::{City, Law};
use crate::error::ActionError;

/// A table that shall become the register's next version.
#[derive(Debug, Clone)]
pub struct RegisterFile {
    /// `population`, `land-register` …
    pub register: String,
    /// CSV with a head, in UTF-8; commas, semicolons or tabs between.
    pub bytes: Vec<u8>,
    /// Field of the register → words at the head of its column; what is missing is found by its name.
    pub columns: BTreeMap<String, String>,
    pub as_of: Date,
    /// Who gave it.
    pub source: String,
    /// It is the whole register: what it does not hold is gone. Else it is added.
    pub whole: bool,
    pub by: Option<PersonId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub version: u32,
    pub entries: u32,
    pub flaws: Vec<RegisterFlaw>,
    /// Columns of the file that the register has no field for.
    pub unused: Vec<String>,
}

/// Rows written in one transaction.
const CHUNK: usize = 2000;
/// Flaws that are kept one by one.
const MOST_FLAWS: usize = 5000;

type Row = (String, Map<String, Json>);

/// The words at the head of the columns and what stands between them.
///
/// # Errors
/// A sentence where the file is no table in UTF-8.
pub fn read_head(bytes: &[u8]) -> Result<(Vec<String>, u8), Text> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Text::vi("Tệp không phải UTF-8. Hãy lưu lại dạng “CSV UTF-8”")
            .and("en", "The file is not UTF-8. Save it as “CSV UTF-8”")
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: char| first.matches(mark).count();
    let mark = [',', ';', '\t']
        .into_iter()
        .max_by_key(|mark| (count(*mark), *mark == ','));
    let mark = mark.unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark as u8)
        .from_reader(text.as_bytes());
    let head: Vec<String> = match reader.headers() {
        Ok(head) => head.iter().map(|word| word.trim().to_owned()).collect(),
        Err(_) => Vec::new(),
    };
    if head.iter().all(String::is_empty) {
        return Err(Text::vi("Tệp không có dòng tiêu đề cột")
            .and("en", "The file has no head with the names of its columns"));
    }
    Ok((head, mark as u8))
}

impl City {
    /// Judges and keeps a table as the next version of a register.
    ///
    /// # Errors
    /// [`ActionError::Flawed`] where the file as a whole cannot be read: not UTF-8, no head, no column of the key;
    /// nothing is kept then.
    pub async fn import_register(&self, file: RegisterFile) -> Result<Imported, ActionError> {
        let law = self.law();
        let register = register(&file.register)
            .ok_or_else(|| ActionError::NoService(file.register.clone()))?;
        let (rows, mut flaws, unused) = judged(&law, &register, &file, self.now())?;
        let (now, code) = (self.now(), register.code);
        let version = self
            .writer()
            .run("register version", move |tx| {
                Box::pin(async move { Ok::<_, ActionError>(tx.next_register_version(code).await?) })
            })
            .await?;
        let entries = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        for chunk in rows.chunks(CHUNK) {
            let (chunk, as_of) = (chunk.to_vec(), file.as_of);
            self.writer()
                .run("register import", move |tx| {
                    let chunk = chunk.clone();
                    Box::pin(async move {
                        for (key, record) in chunk {
                            let body = Json::Object(record);
                            let of = (version, Some(as_of));
                            tx.save_register_entry(code, &key, &body, of, now).await?;
                        }
                        Ok::<_, ActionError>(())
                    })
                })
                .await?;
        }
        let refused: BTreeSet<u32> = flaws.iter().map(|flaw| flaw.line).collect();
        let told = RegisterVersion {
            register: code.to_owned(),
            version,
            as_of: file.as_of,
            source: file.source.clone(),
            entries,
            refused: u32::try_from(refused.len()).unwrap_or(u32::MAX),
            whole: file.whole,
            by: file.by,
            at: now,
        };
        flaws.truncate(MOST_FLAWS);
        let (kept, whole) = (flaws.clone(), file.whole);
        self.writer()
            .run("register version", move |tx| {
                let (told, kept) = (told.clone(), kept.clone());
                Box::pin(async move {
                    if whole {
                        tx.drop_register_before(code, version).await?;
                    }
                    tx.save_register_version(&told, &kept).await?;
                    Ok::<_, ActionError>(())
                })
            })
            .await?;
        Ok(Imported {
            version,
            entries,
            flaws,
            unused,
        })
    }
}

fn whole_file(says: Text) -> ActionError {
    let field = Field {
        code: "file".into(),
        label: Text::vi("Tệp").and("en", "File"),
        ..Field::default()
    };
    ActionError::Flawed(vec![FieldProblem::of(&field, field::Wrong::Check(says))])
}

/// Which column each field stands in.
fn places(register: &Register, file: &RegisterFile, head: &[String]) -> BTreeMap<String, usize> {
    let names = register.fields.iter().map(|(name, _)| *name);
    let names: BTreeSet<&str> = names.chain([register.about]).collect();
    let column = |words: &str| head.iter().position(|one| fold(one) == fold(words));
    let place = |name: &str| match file.columns.get(name) {
        Some(words) => column(words),
        None => column(name).or_else(|| usual(name).iter().find_map(|words| column(words))),
    };
    names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), place(name)?)))
        .collect()
}

/// What offices write at the head of such a column.
fn usual(name: &str) -> &'static [&'static str] {
    match name {
        "personal_id" => &["Số định danh cá nhân", "Số định danh", "Số CCCD", "CCCD"],
        "full_name" => &["Họ và tên", "Họ tên", "Họ, chữ đệm và tên"],
        "birth_date" => &["Ngày sinh", "Ngày, tháng, năm sinh"],
        "sex" => &["Giới tính"],
        "residence" => &["Nơi thường trú", "Thường trú"],
        "marital_status" => &["Tình trạng hôn nhân"],
        "area" => &["Phường, xã", "Phường xã", "Xã", "Mã xã"],
        "certificate_no" => &["Số Giấy chứng nhận", "Số GCN", "Số phát hành"],
        "sheet" => &["Tờ bản đồ", "Số tờ"],
        "parcel_no" => &["Số thửa", "Thửa"],
        "area_m2" => &["Diện tích (m²)", "Diện tích (m2)", "Diện tích"],
        "zone" => &["Khu vực"],
        "purpose" => &["Mục đích sử dụng", "Loại đất"],
        "owner" => &["Người sử dụng đất", "Chủ sử dụng", "Tên chủ"],
        "owner_id" => &["Số định danh chủ sử dụng", "Số định danh người sử dụng đất"],
        "address" => &["Địa chỉ", "Địa chỉ thửa đất", "Địa chỉ trụ sở"],
        "organisation_id" => &["Mã số doanh nghiệp", "Mã số thuế", "MST"],
        "name" => &["Tên doanh nghiệp", "Tên tổ chức", "Tên"],
        "representative" => &["Người đại diện", "Người đại diện theo pháp luật"],
        "registered" => &["Ngày đăng ký", "Ngày cấp"],
        "capital" => &["Vốn điều lệ", "Vốn (đồng)", "Vốn"],
        "record_no" => &["Số sổ", "Số quyển, số sổ"],
        _ => &[],
    }
}

type Judged = (Vec<Row>, Vec<RegisterFlaw>, Vec<String>);

fn judged(
    law: &Law,
    register: &Register,
    file: &RegisterFile,
    now: rules::Moment,
) -> Result<Judged, ActionError> {
    let (head, mark) = read_head(&file.bytes).map_err(whole_file)?;
    let places = places(register, file, &head);
    if !places.contains_key(register.key) {
        let label = usual(register.key).first().copied().unwrap_or(register.key);
        let all = head.join(", ");
        return Err(whole_file(
            Text::vi(format!(
                "Không có cột “{label}” ({}). Các cột trong tệp: {all}",
                register.key
            ))
            .and(
                "en",
                format!(
                    "There is no column “{label}” ({}). Columns: {all}",
                    register.key
                ),
            ),
        ));
    }
    let unused = head.iter().enumerate();
    let unused = unused
        .filter(|(at, words)| !words.is_empty() && !places.values().any(|place| place == at))
        .map(|(_, words)| words.clone())
        .collect();
    let today = law.calendar()?.local(now).0;
    let text = std::str::from_utf8(&file.bytes).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let none = service::Answers::new();
    let definition = service::Definition::default();
    let scope = Scope::of(&definition, &none).today(today);
    let (mut rows, mut flaws, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (n, row) in reader.records().enumerate() {
        let line = u32::try_from(n + 2).unwrap_or(u32::MAX);
        let mut flaw = |field: &str, reason: Text| flaws.push(self::flaw(line, field, &reason));
        let Ok(row) = row else {
            flaw(
                "",
                Text::vi("Dòng không đọc được").and("en", "The row cannot be read"),
            );
            continue;
        };
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let (mut record, mut good) = (Map::new(), true);
        for (name, place) in &places {
            let cell = row.get(*place).unwrap_or_default().trim();
            match part(law, register, name, cell, &scope, today) {
                Ok(Json::Null) => {}
                Ok(value) => {
                    record.insert(name.clone(), value);
                }
                Err(reason) => {
                    good = false;
                    flaw(name, reason);
                }
            }
        }
        let Some(key) = record.get(register.key).and_then(Json::as_str).map(folded) else {
            continue;
        };
        if let Some(first) = seen.get(&key) {
            let says = Text::vi(format!("Trùng khóa với dòng {first}"));
            flaw(
                register.key,
                says.and("en", format!("Same key as line {first}")),
            );
            continue;
        }
        if good {
            seen.insert(key.clone(), line);
            rows.push((key, record));
        }
    }
    Ok((rows, flaws, unused))
}

fn flaw(line: u32, field: &str, reason: &Text) -> RegisterFlaw {
    RegisterFlaw {
        line,
        field: field.to_owned(),
        reason: json!(reason).to_string(),
    }
}

/// One cell as the register keeps it: codes stay, their words become codes.
fn part(
    law: &Law,
    register: &Register,
    name: &str,
    cell: &str,
    scope: &Scope<'_>,
    today: Date,
) -> Result<Json, Text> {
    let label = usual(name).first().copied().unwrap_or(name);
    let Some(field) = register.asks(name, Text::vi(label).and("en", name)) else {
        return Ok(Json::Null);
    };
    if name == "area" && !cell.is_empty() {
        let mut areas = law.organisation.areas_on(today);
        let found = areas.find(|area| area.code == cell || fold(&area.name) == fold(cell));
        return match found {
            Some(area) => Ok(json!(area.code)),
            None => Err(
                Text::vi(format!("“{cell}” không phải phường, xã của hôm nay"))
                    .and("en", format!("“{cell}” is no commune of today")),
            ),
        };
    }
    let mut raw = json!(cell);
    if let FieldKind::Choice(_) = field.kind {
        let options = field::options(&field);
        let found = options
            .iter()
            .find(|option| option.code == cell || fold(&option.label.vi) == fold(cell));
        if let Some(option) = found {
            raw = json!(option.code);
        }
    }
    field::judge(&field, &raw, scope).map_err(|wrong| {
        let problem = FieldProblem::of(&field, wrong);
        Text::vi(problem.says("vi")).and("en", problem.says("en"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_between_columns_is_found_and_a_wrong_file_is_said_so() {
        for (text, mark) in [
            ("a,b,c\n1,2,3", b','),
            ("a;b;c\n1;2;3", b';'),
            ("a\tb\n1\t2", b'\t'),
        ] {
            assert_eq!(read_head(text.as_bytes()).expect("a head").1, mark);
        }
        assert_eq!(
            read_head("\u{feff}Họ tên".as_bytes()).expect("a head").0,
            ["Họ tên"]
        );
        assert!(
            read_head(&[0xff, 0xfe, 0x41])
                .expect_err("UTF-16")
                .vi
                .contains("UTF-8")
        );
        assert!(read_head(b"").is_err());
    }

    #[test]
    fn every_part_of_a_register_has_usual_words() {
        for code in service::registers::REGISTERS {
            let register = register(code).expect("a register");
            for (name, _) in &register.fields {
                assert!(!usual(name).is_empty(), "{code}.{name}");
            }
        }
    }
}

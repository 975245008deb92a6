//! Decision tables: input columns, `=` output columns, rows.

use super::shape::TABLE;
use super::{Part, Reader, words};
use crate::definition::{Expr, Hit, Row, Table};
use crate::yaml::Node;

pub fn tables(reader: &mut Reader, file: &Part) -> Vec<Table> {
    let named = reader.named(file, "tables");
    named
        .iter()
        .map(|entry| {
            if !words::is_identifier(&entry.key) {
                reader.bad_code(entry.mark, &entry.key);
            }
            table(reader, entry.key.clone(), &entry.value)
        })
        .collect()
}

fn table(reader: &mut Reader, code: String, node: &Node) -> Table {
    let part = reader.part(node, &TABLE);
    reader.need(&part, "columns");
    reader.need(&part, "rows");
    let columns = reader.words(&part, "columns");
    let mark = part.node("columns").map_or(part.mark, |node| node.mark);
    let mut inputs = Vec::new();
    let mut outputs: Vec<String> = Vec::new();
    for column in &columns {
        match column.strip_prefix('=') {
            Some(output) => outputs.push(output.trim().to_owned()),
            None if outputs.is_empty() => inputs.push(Expr(column.clone())),
            None => reader.say(
                mark,
                format!("Cột “{column}” là điều kiện nên phải đứng trước các cột kết quả (=)."),
                None,
            ),
        }
    }
    if outputs.is_empty() && part.has("columns") {
        reader.say(
            mark,
            format!("Bảng “{code}” chưa có cột kết quả."),
            Some("columns: […, =]".into()),
        );
    }
    if outputs.len() > 1 && outputs.iter().any(String::is_empty) {
        reader.say(
            mark,
            "Có nhiều cột kết quả thì mỗi cột phải có tên.",
            Some("= level".into()),
        );
    }
    let rows = reader.items(&part, "rows");
    Table {
        code,
        hit: reader
            .one_of(
                &part,
                "hit",
                &[("first", Hit::First), ("unique", Hit::Unique)],
            )
            .unwrap_or_default(),
        rows: rows
            .iter()
            .map(|node| row(reader, node, inputs.len(), outputs.len()))
            .collect(),
        inputs,
        outputs,
    }
}

fn row(reader: &mut Reader, node: &Node, inputs: usize, outputs: usize) -> Row {
    let cells = reader.words_at(node, "rows");
    if cells.len() != inputs + outputs {
        reader.say(
            node.mark,
            format!(
                "Dòng này có {} ô, bảng có {} cột.",
                cells.len(),
                inputs + outputs
            ),
            Some("đặt ô có dấu phẩy trong ngoặc kép; ô nào cũng được thì viết \"*\"".into()),
        );
    }
    let then = cells.get(inputs..).unwrap_or_default().to_vec();
    Row {
        when: cells
            .iter()
            .take(inputs)
            .map(|text| words::cell(text))
            .collect(),
        then,
    }
}

//! Writing the tree: canonical key order, one field, document, step, row or test a line.

use super::scalar::{Context, scalar};
use crate::read::shape::{self, Layout, Shape};
use crate::yaml::{Comments, Entry, Node, Value};

/// Parts of a service file that begin after an empty line.
const SPACED: &[&str] = &[
    "parts",
    "form",
    "documents",
    "fees",
    "tables",
    "roles",
    "process",
    "papers",
    "access",
    "tests",
];

pub fn file(root: &Node, shape: &'static Shape, comments: Comments) -> String {
    let mut writer = Writer { comments };
    let Value::Map(entries) = &root.value else {
        return String::new();
    };
    let mut lines = Vec::new();
    for entry in ordered(entries, shape) {
        let part = writer.entry(entry, shape, 0);
        if SPACED.contains(&entry.key.as_str()) {
            lines.push(String::new());
        }
        lines.extend(part);
    }
    let left = std::mem::take(&mut writer.comments);
    let left = left.before.into_values().flatten().chain(left.last);
    lines.extend(left.map(|remark| remark_line(&remark, 0)));
    lines.join("\n") + "\n"
}

struct Writer {
    comments: Comments,
}

impl Writer {
    fn block(&mut self, entries: &[Entry], shape: &'static Shape, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in ordered(entries, shape) {
            lines.extend(self.entry(entry, shape, indent));
        }
        lines
    }

    fn entry(&mut self, entry: &Entry, shape: &'static Shape, indent: usize) -> Vec<String> {
        let layout = shape.layout(&entry.key).unwrap_or(Layout::Word);
        let mut lines = self.remarks(entry.mark.line, entry.mark.line, indent);
        let head = format!("{}{}:", spaces(indent), scalar(&entry.key, Context::Block));
        let below = match (layout, &entry.value.value) {
            (Layout::Block(inner), Value::Map(entries)) => self.block(entries, inner, indent + 2),
            (Layout::Named(inner), Value::Map(entries)) => self.named(entries, inner, indent + 2),
            (Layout::Items(inner), Value::List(items)) => self.items(items, |_| inner, indent + 2),
            (Layout::Steps, Value::List(items)) => self.items(items, step_shape, indent + 2),
            (Layout::Rows, Value::List(rows)) => self.rows(rows, indent + 2),
            (Layout::Branches, Value::List(branches)) => self.branches(branches, indent + 2),
            _ => Vec::new(),
        };
        if below.is_empty() {
            lines.extend(self.remarks(entry.mark.line, last_line(&entry.value), indent));
            let value = match &entry.value.value {
                Value::Empty => String::new(),
                Value::Text(text) => format!(" {}", scalar(text, Context::Block)),
                Value::List(_) | Value::Map(_) => format!(" {}", flow(&entry.value, layout)),
            };
            lines.push(format!("{head}{value}"));
        } else {
            lines.push(head);
            lines.extend(below);
        }
        lines
    }

    fn named(&mut self, entries: &[Entry], shape: &'static Shape, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in entries {
            lines.extend(self.remarks(entry.mark.line, entry.mark.line, indent));
            let head = format!("{}{}:", spaces(indent), scalar(&entry.key, Context::Block));
            match &entry.value.value {
                Value::Map(inner) if is_tall(inner, shape) => {
                    lines.push(head);
                    lines.extend(self.block(inner, shape, indent + 2));
                }
                _ => {
                    lines.extend(self.remarks(entry.mark.line, last_line(&entry.value), indent));
                    lines.push(format!(
                        "{head} {}",
                        flow(&entry.value, Layout::Line(shape))
                    ));
                }
            }
        }
        lines
    }

    fn items(
        &mut self,
        items: &[Node],
        shape_of: impl Fn(&Node) -> &'static Shape,
        indent: usize,
    ) -> Vec<String> {
        let mut lines = Vec::new();
        for item in items {
            lines.extend(self.item(item, shape_of(item), indent));
        }
        lines
    }

    fn item(&mut self, item: &Node, shape: &'static Shape, indent: usize) -> Vec<String> {
        let mut lines = self.remarks(item.mark.line, item.mark.line, indent);
        match &item.value {
            Value::Map(entries) if is_tall(entries, shape) => {
                let block = self.block(entries, shape, indent + 2);
                lines.extend(dashed(block, indent));
            }
            _ => {
                lines.extend(self.remarks(item.mark.line, last_line(item), indent));
                lines.push(format!(
                    "{}- {}",
                    spaces(indent),
                    flow(item, Layout::Line(shape))
                ));
            }
        }
        lines
    }

    fn rows(&mut self, rows: &[Node], indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for row in rows {
            lines.extend(self.remarks(row.mark.line, last_line(row), indent));
            lines.push(format!("{}- {}", spaces(indent), flow(row, Layout::Word)));
        }
        lines
    }

    fn branches(&mut self, branches: &[Node], indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for branch in branches {
            let Value::List(steps) = &branch.value else {
                continue;
            };
            let block = self.items(steps, step_shape, indent + 2);
            lines.extend(dashed(block, indent));
        }
        lines
    }

    /// The remarks before any of these lines, each given out once.
    fn remarks(&mut self, from: u32, to: u32, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some((&line, _)) = self.comments.before.range(from..=to.max(from)).next() {
            let remarks = self.comments.before.remove(&line).unwrap_or_default();
            lines.extend(remarks.iter().map(|remark| remark_line(remark, indent)));
        }
        lines
    }
}

/// Puts `- ` before a block; remarks on top of it move out to the dash.
fn dashed(block: Vec<String>, indent: usize) -> Vec<String> {
    let mut first = true;
    block
        .into_iter()
        .map(|line| {
            if !first {
                return line;
            }
            let rest = line.get(indent + 2..).unwrap_or_default();
            if rest.starts_with('#') {
                return format!("{}{rest}", spaces(indent));
            }
            first = false;
            format!("{}- {rest}", spaces(indent))
        })
        .collect()
}

fn step_shape(node: &Node) -> &'static Shape {
    if node.get("parallel").is_some() {
        &shape::PARALLEL
    } else if node.get("each").is_some() {
        &shape::EACH
    } else {
        &shape::STEP
    }
}

fn is_tall(entries: &[Entry], shape: &Shape) -> bool {
    entries
        .iter()
        .any(|entry| shape.tall_with.contains(&entry.key.as_str()))
}

/// `{…}`, `[…]` or a word, on one line.
fn flow(node: &Node, layout: Layout) -> String {
    match &node.value {
        Value::Empty => "\"\"".into(),
        Value::Text(text) => scalar(text, Context::Flow),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, layout)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let (entries, inner): (Vec<&Entry>, Option<&'static Shape>) = match layout {
                Layout::Line(shape)
                | Layout::Items(shape)
                | Layout::Block(shape)
                | Layout::Named(shape) => (ordered(entries, shape), Some(shape)),
                _ => (entries.iter().collect(), None),
            };
            let parts: Vec<String> = entries
                .into_iter()
                .map(|entry| {
                    let layout = match (inner, layout) {
                        (Some(shape), _) => shape.layout(&entry.key).unwrap_or(Layout::Word),
                        (None, Layout::LineNamed(shape)) => Layout::Line(shape),
                        _ => Layout::Word,
                    };
                    let key = scalar(&entry.key, Context::Flow);
                    format!("{key}: {}", flow(&entry.value, layout))
                })
                .collect();
            format!("{{{}}}", parts.join(", "))
        }
    }
}

/// The entries in the order of their shape; a translation follows its text.
fn ordered<'n>(entries: &'n [Entry], shape: &Shape) -> Vec<&'n Entry> {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by_key(|entry| {
        let (base, language) = shape.translation(&entry.key).unwrap_or((&entry.key, ""));
        let place = shape.keys.iter().position(|(key, _)| *key == base);
        (place.unwrap_or(usize::MAX), language.to_owned())
    });
    entries
}

fn last_line(node: &Node) -> u32 {
    match &node.value {
        Value::Empty | Value::Text(_) => node.mark.line,
        Value::List(items) => items.iter().map(last_line).max().unwrap_or(node.mark.line),
        Value::Map(entries) => entries
            .iter()
            .map(|entry| last_line(&entry.value).max(entry.mark.line))
            .max()
            .unwrap_or(node.mark.line),
    }
}

fn remark_line(remark: &str, indent: usize) -> String {
    let gap = if remark.is_empty() || remark.starts_with([' ', '#', '!']) {
        ""
    } else {
        " "
    };
    format!("{}#{gap}{remark}", spaces(indent))
}

fn spaces(count: usize) -> String {
    " ".repeat(count)
}

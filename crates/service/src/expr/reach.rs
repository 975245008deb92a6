//! What an expression of a file may name: its fields with their types and when they have a value,
//! and its tables.

use super::infer::{Flaw, Infer, Reach, Typed};
use super::types::{Member, Sure, Type, conditions, given, meant, of_field};
use super::{Node, parse};
use crate::definition::{Definition, Expr, Field, FieldKind, Limit, Page, Table};

/// The names of a definition, by where an expression stands.
pub struct Names<'d> {
    definition: &'d Definition,
    /// Per page and field.
    fields: Vec<Vec<Member>>,
    given: Vec<Member>,
}

impl<'d> Names<'d> {
    pub fn of(definition: &'d Definition) -> Self {
        let fields = definition.form.iter().map(|page| {
            let fields = page.fields.iter().map(|field| Member {
                name: field.code.clone(),
                is: of_field(field),
                sure: sure(page, field),
            });
            fields.collect()
        });
        let mut names = Self {
            definition,
            fields: fields.collect(),
            given: given(definition),
        };
        names.settle();
        names
    }

    /// A computed or looked-up value is sure where all it needs is sure: begin with all of them
    /// sure and take back until nothing changes.
    fn settle(&mut self) {
        loop {
            let mut unsure = Vec::new();
            for (p, page) in self.definition.form.iter().enumerate() {
                for (f, field) in page.fields.iter().enumerate() {
                    let needs = field
                        .value
                        .as_ref()
                        .or(field.from.as_ref().map(|from| &from.key));
                    let Some(needs) = needs else { continue };
                    if self.fields[p][f].sure == Sure::Never {
                        continue;
                    }
                    let holds = shown_where(page, field);
                    if !self
                        .typed(needs, Some(p), holds)
                        .is_some_and(|typed| typed.sure)
                    {
                        unsure.push((p, f));
                    }
                }
            }
            if unsure.is_empty() {
                return;
            }
            for (p, f) in unsure {
                self.fields[p][f].sure = Sure::Never;
            }
        }
    }

    /// Names in reach on page `here` (the row's own first), or outside the form.
    pub fn on(&self, here: Option<usize>) -> Vec<Member> {
        let pages = || self.definition.form.iter().zip(&self.fields).enumerate();
        let mut names = Vec::new();
        for (index, (page, fields)) in pages() {
            if Some(index) == here && page.repeat.is_some() {
                names.extend(fields.iter().cloned());
            }
        }
        for (_, (page, fields)) in pages() {
            match &page.repeat {
                None => names.extend(fields.iter().cloned()),
                Some(repeat) => names.push(Member {
                    name: repeat.code.clone(),
                    is: Type::List(Box::new(Type::Record(fields.clone()))),
                    sure: where_all(of_expr(page.show_when.as_ref())),
                }),
            }
        }
        names.extend(self.given.iter().cloned());
        names
    }

    /// The group of page `here`, if it repeats.
    pub fn group(&self, here: Option<usize>) -> Option<&'d str> {
        let page = self.definition.form.get(here?)?;
        page.repeat.as_ref().map(|repeat| repeat.code.as_str())
    }

    /// Runs the inference on page `here` where `holds` holds.
    pub fn infer<T>(
        &self,
        here: Option<usize>,
        holds: Vec<String>,
        what: impl FnOnce(&mut Infer) -> T,
    ) -> (T, Vec<Flaw>) {
        let names = self.on(here);
        let reach = Reach {
            names: &names,
            row: self.group(here),
            table: &|table, column| column_type(self.definition, table, column),
        };
        let mut infer = Infer::new(&reach, holds);
        let got = what(&mut infer);
        (got, infer.flaws)
    }

    fn typed(&self, expr: &Expr, here: Option<usize>, holds: Vec<String>) -> Option<Typed> {
        let node = parse(expr).ok()?;
        let (typed, flaws) = self.infer(here, holds, |infer| infer.typed(&node));
        // A flaw inside (a part that may be missing) makes the whole unsure.
        Some(Typed {
            sure: typed.sure && flaws.is_empty(),
            ..typed
        })
    }
}

/// Where a field is shown: the conditions of its page and its own.
pub fn shown_where(page: &Page, field: &Field) -> Vec<String> {
    let mut all = of_expr(page.show_when.as_ref());
    all.extend(of_expr(field.show_when.as_ref()));
    all
}

pub fn of_expr(expr: Option<&Expr>) -> Vec<String> {
    expr.and_then(|expr| parse(expr).ok())
        .map(|node| conditions(&node))
        .unwrap_or_default()
}

fn where_all(conditions: Vec<String>) -> Sure {
    if conditions.is_empty() {
        Sure::Always
    } else {
        Sure::Where(conditions)
    }
}

fn sure(page: &Page, field: &Field) -> Sure {
    let shown = shown_where(page, field);
    let computed = field.value.is_some() || field.from.is_some();
    // An unticked box that is shown is a no.
    let answered = field.required || field.kind == FieldKind::YesNo || computed;
    match &field.required_when {
        _ if answered => where_all(shown),
        Some(when) => {
            let mut all = shown;
            all.extend(of_expr(Some(when)));
            where_all(all)
        }
        None => Sure::Never,
    }
}

/// The type of a table's output, seen from what stands in its rows.
pub fn column_type(
    definition: &Definition,
    table: &str,
    column: Option<&str>,
) -> Result<Typed, Flaw> {
    let Some(found) = definition.tables.iter().find(|t| t.code == table) else {
        let codes = definition.tables.iter().map(|table| table.code.as_str());
        return Err(Flaw {
            says: format!("Không có bảng “{table}”"),
            instead: meant(table, codes).map(|near| format!("table({near})")),
        });
    };
    let at = crate::table::column(found, column).map_err(|_| Flaw {
        says: match column {
            Some(column) => format!("Bảng “{table}” không có cột “{column}”"),
            None => format!("Bảng “{table}” có nhiều cột kết quả: hãy chọn một"),
        },
        instead: found
            .outputs
            .iter()
            .map(|output| format!("table({table}.{output})"))
            .reduce(|all, one| format!("{all} | {one}")),
    })?;
    Ok(output_type(found, at))
}

fn output_type(table: &Table, at: usize) -> Typed {
    let cells: Vec<&str> = table
        .rows
        .iter()
        .filter_map(|row| row.then.get(at).map(String::as_str))
        .collect();
    let all = |good: fn(&str) -> bool| !cells.is_empty() && cells.iter().all(|cell| good(cell));
    let is = if all(|cell| cell.parse::<i64>().is_ok()) {
        Type::Whole
    } else if all(|cell| cell.parse::<f64>().is_ok()) {
        Type::Decimal
    } else if all(|cell| matches!(cell, "true" | "false")) {
        Type::YesNo
    } else if all(|cell| cell.parse::<Limit>().is_ok()) {
        Type::Duration
    } else if cells.iter().any(|cell| cell.contains(' ')) {
        Type::Text
    } else {
        let mut words: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        words.sort();
        words.dedup();
        Type::Choice(words)
    };
    Typed {
        literal: is.is_number(),
        ..Typed::new(is)
    }
}

/// All paths of expressions inside a tree of tables: which tables a table asks.
pub fn tables_asked(table: &Table) -> Vec<String> {
    let nodes = table.inputs.iter().filter_map(|input| parse(input).ok());
    nodes
        .flat_map(|node| {
            let node: &Node = &node;
            node.tables()
                .into_iter()
                .map(|(table, _)| table.to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

//! Decision tables: what their columns may hold where they are asked, whether every cell fits, and whether the
//! rows cover all of it.

use super::circles::asks_itself;
use super::*;

impl Check<'_> {
    pub(super) fn tables(&mut self) {
        for table in &self.definition.tables {
            let path = format!("tables/{}", table.code);
            if asks_itself(self.definition, &table.code) {
                self.say(
                    &path,
                    format!("Bảng “{}” hỏi lại chính nó", table.code),
                    None,
                );
                continue;
            }
            let before = self.found.len();
            let used = self.used_where(&table.code);
            let mut domains = Vec::new();
            for (n, input) in table.inputs.iter().enumerate() {
                let path = format!("{path}/columns/{n}");
                let Some(node) = self.read(input, &path) else {
                    continue;
                };
                // A table may look at what was not answered: `*` takes it.
                let (typed, flaws) = self.names.infer(None, used.clone(), |i| i.typed(&node));
                // Only a plain path may; inside a larger expression the rule is the usual one.
                self.tell(&path, parts_of_path(&node, flaws));
                domains.push(self.domain(&node, typed, &used));
            }
            if domains.len() != table.inputs.len() {
                continue;
            }
            self.cells(table, &domains, &path);
            if self.found.len() == before {
                self.coverage(table, &domains, &path);
            }
        }
    }

    fn domain(&self, node: &Node, typed: Typed, used: &[String]) -> Domain {
        let path = node.path();
        let field = match path.as_deref() {
            Some([name]) => {
                let pages = self
                    .definition
                    .form
                    .iter()
                    .filter(|page| page.repeat.is_none());
                pages
                    .flat_map(|page| &page.fields)
                    .find(|field| field.code == *name)
            }
            _ => None,
        };
        let bound = |bound: fn(&Field) -> &Option<String>| {
            field.and_then(|field| bound(field).as_ref()?.parse().ok())
        };
        Domain {
            // A path whose beginning may be missing may be missing as well.
            may_miss: !typed.sure || self.path_may_miss(node, used),
            least: bound(|field| &field.min),
            most: bound(|field| &field.max),
            is: typed.is,
        }
    }

    fn path_may_miss(&self, node: &Node, used: &[String]) -> bool {
        let Node::Get(of, _) = node else { return false };
        let (typed, flaws) = self.names.infer(None, used.to_vec(), |i| i.typed(of));
        !typed.sure || !flaws.is_empty()
    }

    /// What holds wherever the table is asked: a row for the other case would never be used.
    fn used_where(&self, table: &str) -> Vec<String> {
        let definition = self.definition;
        let asks = |expr: &Expr| {
            parse(expr).is_ok_and(|node| node.tables().iter().any(|(asked, _)| *asked == table))
        };
        let mut uses: Vec<Vec<String>> = Vec::new();
        for role in &definition.roles {
            if matches!(&role.at, Some(UnitRule::Table { table: asked, .. }) if asked == table) {
                uses.push(self.acts_where(&role.code));
            }
        }
        for fee in definition.fees.iter().filter(|fee| asks(&fee.amount)) {
            uses.push(of_expr(fee.when.as_ref()));
        }
        for page in &definition.form {
            for field in &page.fields {
                if field.value.as_ref().is_some_and(asks) {
                    uses.push(shown_where(page, field));
                }
                if field.show_when.as_ref().is_some_and(asks) {
                    uses.push(of_expr(page.show_when.as_ref()));
                }
                if field.required_when.as_ref().is_some_and(asks) {
                    uses.push(shown_where(page, field));
                }
            }
            let checks = page.check.iter().any(|check| asks(&check.must));
            if checks || page.show_when.as_ref().is_some_and(asks) {
                uses.push(vec![]);
            }
        }
        let documents = definition.documents.iter();
        let anywhere = documents
            .filter_map(|document| document.required_when.as_ref())
            .any(asks)
            || definition
                .tables
                .iter()
                .flat_map(|table| &table.inputs)
                .any(asks)
            || matches!(&definition.process.limit, Some(LimitRule::Table { table: asked, .. }) if asked == table);
        if anywhere {
            uses.push(vec![]);
        }
        uses.into_iter()
            .reduce(|all, one| all.into_iter().filter(|c| one.contains(c)).collect())
            .unwrap_or_default()
    }

    fn cells(&mut self, table: &Table, domains: &[Domain], path: &str) {
        for (r, row) in table.rows.iter().enumerate() {
            for (cell, domain) in row.when.iter().zip(domains) {
                let is = match &domain.is {
                    Type::List(of) => of,
                    other => other,
                };
                let words: Vec<&String> = match cell {
                    Cell::Any => vec![],
                    Cell::OneOf(words) => words.iter().collect(),
                    Cell::Range { from, to } => from.iter().chain(to).collect(),
                };
                let range = matches!(cell, Cell::Range { .. });
                for word in words {
                    let instead = match is {
                        Type::YesNo if range || !matches!(word.as_str(), "true" | "false") => {
                            Some("true | false".to_owned())
                        }
                        Type::Choice(options) if !options.is_empty() && !options.contains(word) => {
                            let near = meant(word, options.iter().map(String::as_str));
                            Some(near.unwrap_or_else(|| options.join(" | ")))
                        }
                        Type::Whole | Type::Decimal | Type::Money
                            if word.parse::<f64>().is_err() =>
                        {
                            Some("18 hoặc 18..60".to_owned())
                        }
                        Type::Date if word.parse::<jiff::civil::Date>().is_err() => {
                            Some("2026-01-01..2026-12-31".to_owned())
                        }
                        _ => continue,
                    };
                    self.say(
                        &format!("{path}/rows/{r}"),
                        format!("Ô “{word}” không hợp với cột {is}"),
                        instead,
                    );
                }
            }
        }
    }

    fn coverage(&mut self, table: &Table, domains: &[Domain], path: &str) {
        let cover = cover(table, domains);
        let example = |values: &[String]| {
            let pairs = table.inputs.iter().zip(values);
            let words: Vec<String> = pairs
                .map(|(input, value)| format!("{} = {value}", input.0))
                .collect();
            words.join(", ")
        };
        if let Some(missing) = &cover.missing {
            self.say(
                path,
                format!(
                    "Bảng “{}” không có dòng cho: {}",
                    table.code,
                    example(missing)
                ),
                Some("thêm dòng, hoặc dùng \"*\"".to_owned()),
            );
        }
        if let Some((first, second, values)) = &cover.both {
            self.say(
                &format!("{path}/rows/{second}"),
                format!(
                    "Dòng {} và dòng {} cùng khớp: {}",
                    first + 1,
                    second + 1,
                    example(values)
                ),
                Some("hit: first".to_owned()),
            );
        }
        for row in &cover.never {
            let why = match table.hit {
                Hit::First => "không bao giờ được dùng: các dòng trên đã khớp hết",
                Hit::Unique => "không bao giờ khớp",
            };
            self.say(
                &format!("{path}/rows/{row}"),
                format!("Dòng {} {why}", row + 1),
                None,
            );
        }
        if cover.too_many {
            self.found.push(Found {
                path: path.to_owned(),
                severity: Severity::Warning,
                says: format!("Bảng “{}” quá rộng để thử hết mọi tổ hợp", table.code),
                instead: None,
            });
        }
    }
}

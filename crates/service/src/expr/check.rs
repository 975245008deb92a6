//! The static checker (check 3): every expression of a definition gets a type while it is edited.
//!
//! Told here: unknown names, wrong types, values that may be missing, words that are no option,
//! circles, tables that miss a combination or hold rows nothing reaches. Paths as in the file.

mod circles;
mod tables;

use super::cover::{Domain, cover};
use super::infer::{Flaw, MAY_MISS, Typed};
use super::reach::{Names, of_expr, shown_where, tables_asked};
use super::types::{Type, meant};
use super::{Node, parse};
use crate::check::Found;
use crate::definition::{
    Cell, Code, Definition, Expr, Field, FieldKind, Hit, LimitRule, Node as Stage, PostAt, Step,
    Table, UnitRule, Within,
};
use crate::problem::Severity;
use crate::walk;
use crate::{field, registers};

/// Everything wrong with the expressions, tables and patterns of `definition`, in file order.
pub fn check_definition(definition: &Definition) -> Vec<Found> {
    let mut check = Check {
        definition,
        names: Names::of(definition),
        found: Vec::new(),
    };
    check.unit(definition.agency.as_ref(), "agency", None, vec![]);
    check.form();
    check.circles();
    for (n, document) in definition.documents.iter().enumerate() {
        let when = document.required_when.as_ref();
        check.condition(when, &format!("documents/{n}/required-when"), None, vec![]);
    }
    check.fees();
    check.tables();
    check.roles();
    check.process();
    check.found
}

struct Check<'d> {
    definition: &'d Definition,
    names: Names<'d>,
    found: Vec<Found>,
}

impl<'d> Check<'d> {
    fn say(&mut self, path: &str, says: impl Into<String>, instead: Option<String>) {
        self.found.push(Found {
            path: path.to_owned(),
            severity: Severity::Error,
            says: says.into(),
            instead,
        });
    }

    fn tell(&mut self, path: &str, flaws: Vec<Flaw>) {
        for flaw in flaws {
            self.say(path, flaw.says, flaw.instead);
        }
    }

    fn read(&mut self, expr: &Expr, path: &str) -> Option<std::sync::Arc<Node>> {
        match parse(expr) {
            Ok(node) => Some(node),
            Err(super::Fault::NoFunction(name)) => {
                let words = super::Function::ALL.iter().map(|f| f.word());
                let near = meant(&name, words.chain(["has", "table", "all", "exists"]));
                self.say(
                    path,
                    format!("Không có hàm {name}(…)"),
                    near.map(|n| format!("{n}(…)")),
                );
                None
            }
            Err(fault) => {
                self.say(path, format!("“{}”: {fault}", expr.0), None);
                None
            }
        }
    }

    fn condition(
        &mut self,
        expr: Option<&Expr>,
        path: &str,
        here: Option<usize>,
        holds: Vec<String>,
    ) {
        let Some(expr) = expr else { return };
        let Some(node) = self.read(expr, path) else {
            return;
        };
        let (_, flaws) = self
            .names
            .infer(here, holds, |infer| infer.condition(&node, "Chỗ này"));
        self.tell(path, flaws);
    }

    /// A value of the wanted type, or what is wrong with it.
    fn value(
        &mut self,
        expr: &Expr,
        path: &str,
        here: Option<usize>,
        holds: Vec<String>,
        want: &Type,
    ) {
        let Some(node) = self.read(expr, path) else {
            return;
        };
        let (typed, flaws) = self.names.infer(here, holds, |infer| infer.read(&node));
        self.tell(path, flaws);
        self.fits(&node, &typed, want, path);
    }

    fn fits(&mut self, node: &Node, typed: &Typed, want: &Type, path: &str) {
        let good = match (want, &typed.is) {
            (Type::Unknown, _) | (_, Type::Unknown) => true,
            (Type::Money, Type::Money) | (Type::Whole, Type::Whole) => true,
            (Type::Money, Type::Whole) => typed.literal,
            (Type::Decimal, is) => matches!(is, Type::Whole | Type::Decimal),
            (Type::Choice(options), Type::Choice(given)) => {
                given.iter().all(|word| options.contains(word))
            }
            (Type::Choice(options), Type::Text) => match node {
                Node::Literal(word) => options.iter().any(|option| word == option.as_str()),
                _ => false,
            },
            (Type::Date, Type::Text) => matches!(
                node,
                Node::Literal(serde_json::Value::String(text))
                    if text.parse::<jiff::civil::Date>().is_ok()
            ),
            (Type::Text, is) => is.is_text(),
            // Outside a row the field of a group is the list of all rows' answers.
            (Type::Unit | Type::Date, Type::List(of)) => **of == *want,
            (want, is) => std::mem::discriminant(want) == std::mem::discriminant(is),
        };
        if !good {
            let round = (matches!(typed.is, Type::Decimal)
                && matches!(want, Type::Money | Type::Whole))
            .then(|| format!("round({node}, 1)"));
            self.say(
                path,
                format!("Ở đây cần {want}, “{node}” là {}", typed.is),
                round,
            );
        } else if *want == Type::Money && typed.rough {
            self.say(
                path,
                format!("“{node}” có thể lẻ đồng: phải làm tròn"),
                Some(format!("round({node}, 1000)")),
            );
        }
    }

    fn form(&mut self) {
        let definition = self.definition;
        for (p, page) in definition.form.iter().enumerate() {
            let here = Some(p);
            // A page is shown or not as a whole: its condition stands outside its rows.
            let path = format!("form/{p}/show-when");
            self.condition(page.show_when.as_ref(), &path, None, vec![]);
            let page_holds = of_expr(page.show_when.as_ref());
            for (f, field) in page.fields.iter().enumerate() {
                let path = format!("form/{p}/fields/{f}");
                let shown = shown_where(page, field);
                let show = format!("{path}/show-when");
                self.condition(field.show_when.as_ref(), &show, here, page_holds.clone());
                let must = format!("{path}/required-when");
                self.condition(field.required_when.as_ref(), &must, here, shown.clone());
                if let Some(value) = &field.value {
                    let want = super::types::of_field(field);
                    self.value(value, &format!("{path}/value"), here, shown.clone(), &want);
                }
                self.field(field, &path, here, shown);
            }
            for (c, check) in page.check.iter().enumerate() {
                let path = format!("form/{p}/check/{c}/must");
                self.condition(Some(&check.must), &path, here, page_holds.clone());
            }
        }
    }

    fn field(&mut self, field: &Field, path: &str, here: Option<usize>, shown: Vec<String>) {
        if let Some(from) = &field.from {
            let path = format!("{path}/from");
            if let Some(register) = registers::register(&from.register)
                && field.kind != FieldKind::Record
                && register.fills(&field.code).is_none()
            {
                let names: Vec<_> = register.fields.iter().map(|(name, _)| *name).collect();
                self.say(
                    &path,
                    format!("Sổ “{}” không có gì cho “{}”", from.register, field.code),
                    Some(format!("code: {}", names.join(" | "))),
                );
            }
            self.value(&from.key, &path, here, shown, &Type::Text);
        }
        if let Some(pattern) = &field.pattern
            && field::pattern_of(pattern).is_err()
        {
            self.say(
                &format!("{path}/pattern"),
                format!("Mẫu “{pattern}” không đọc được"),
                None,
            );
        }
        if let FieldKind::Choice(None) | FieldKind::Choices(None) = &field.kind
            && field.options.is_empty()
        {
            self.say(
                &format!("{path}/type"),
                format!("“{}” chưa có lựa chọn nào", field.code),
                Some("options: {…}".to_owned()),
            );
        }
        let number = |text: &str| match field.kind {
            FieldKind::Date => text == "today" || field::date_of(text).is_some(),
            _ => text.parse::<f64>().is_ok(),
        };
        for (key, bound) in [("min", &field.min), ("max", &field.max)] {
            if let Some(text) = bound
                && !number(text)
            {
                self.say(
                    &format!("{path}/{key}"),
                    format!("“{text}” không đọc được ở {key}"),
                    None,
                );
            }
        }
    }

    fn fees(&mut self) {
        for (n, fee) in self.definition.fees.iter().enumerate() {
            let when = fee.when.as_ref();
            self.condition(when, &format!("fees/{n}/when"), None, vec![]);
            let path = format!("fees/{n}/amount");
            self.value(&fee.amount, &path, None, of_expr(when), &Type::Money);
            let path = format!("fees/{n}/exempt");
            self.condition(fee.exempt.as_ref(), &path, None, of_expr(when));
        }
    }

    fn roles(&mut self) {
        for role in &self.definition.roles {
            let path = format!("roles/{}", role.code);
            let row = self.row_of_role(&role.code);
            let mut acts = self.acts_where(&role.code);
            acts.extend(self.in_row_of(row));
            self.unit(role.at.as_ref(), &format!("{path}/at"), row, acts);
            if let Some(PostAt { unit, .. }) = &role.authority {
                self.unit(Some(unit), &format!("{path}/authority"), None, vec![]);
            }
            for (n, delegation) in role.delegations.iter().enumerate() {
                let path = format!("{path}/delegations/{n}");
                let when = of_expr(delegation.when.as_ref());
                self.unit(Some(&delegation.to.unit), &format!("{path}/to"), None, when);
                self.condition(
                    delegation.when.as_ref(),
                    &format!("{path}/when"),
                    None,
                    vec![],
                );
            }
        }
    }

    /// What holds wherever the role acts: the conditions that all its steps share.
    fn acts_where(&self, role: &str) -> Vec<String> {
        let mut shared: Option<Vec<String>> = None;
        for stage in &self.definition.process.steps {
            let steps: Vec<&Step> = match stage {
                Stage::Step(step) => vec![step],
                Stage::Parallel { branches, .. } => branches.iter().flatten().collect(),
                Stage::Each { steps, .. } => steps.iter().collect(),
            };
            for step in steps.into_iter().filter(|step| step.by == role) {
                let holds = of_expr(step.when.as_ref());
                shared = Some(match shared {
                    None => holds,
                    Some(all) => all.into_iter().filter(|c| holds.contains(c)).collect(),
                });
            }
        }
        shared.unwrap_or_default()
    }

    /// A role that only acts inside `each` stands in a row of its group.
    fn row_of_role(&self, role: &str) -> Option<usize> {
        let mut over = None;
        for stage in &self.definition.process.steps {
            match stage {
                Stage::Step(step) if step.by == role => return None,
                Stage::Parallel { branches, .. }
                    if branches.iter().flatten().any(|step| step.by == role) =>
                {
                    return None;
                }
                Stage::Each {
                    over: group, steps, ..
                } if steps.iter().any(|step| step.by == role) => {
                    over = self.page_of(group);
                }
                _ => {}
            }
        }
        over
    }

    /// What holds where a row of page `here` exists: the page is shown.
    fn in_row_of(&self, here: Option<usize>) -> Vec<String> {
        let page = here.and_then(|here| self.definition.form.get(here));
        of_expr(page.and_then(|page| page.show_when.as_ref()))
    }

    fn page_of(&self, group: &Code) -> Option<usize> {
        let repeats = |page: &crate::definition::Page| {
            page.repeat
                .as_ref()
                .is_some_and(|repeat| repeat.code == *group)
        };
        self.definition.form.iter().position(repeats)
    }

    fn unit(
        &mut self,
        rule: Option<&UnitRule>,
        path: &str,
        here: Option<usize>,
        holds: Vec<String>,
    ) {
        match rule {
            Some(UnitRule::KindByArea { area, .. }) => {
                self.value(area, path, here, holds, &Type::Text);
            }
            Some(UnitRule::Answer(expr)) => self.value(expr, path, here, holds, &Type::Unit),
            // That the table is there is a matter of names (check 2).
            Some(UnitRule::Unit(_) | UnitRule::Agency | UnitRule::Table { .. }) | None => {}
        }
    }

    fn process(&mut self) {
        let process = &self.definition.process;
        if let Some(LimitRule::Answer(expr)) = &process.limit {
            self.value(expr, "process/limit", None, vec![], &Type::Date);
        }
        for (n, stage) in process.steps.iter().enumerate() {
            let path = format!("process/steps/{n}");
            match stage {
                Stage::Step(step) => self.step(step, &path, None),
                Stage::Parallel { branches, .. } => {
                    for (b, branch) in branches.iter().enumerate() {
                        for (s, step) in branch.iter().enumerate() {
                            self.step(step, &format!("{path}/branches/{b}/{s}"), None);
                        }
                    }
                }
                Stage::Each { over, steps, .. } => {
                    let row = self.page_of(over);
                    for (s, step) in steps.iter().enumerate() {
                        self.step(step, &format!("{path}/steps/{s}"), row);
                    }
                }
            }
        }
    }

    fn step(&mut self, step: &Step, path: &str, here: Option<usize>) {
        let row = self.in_row_of(here);
        self.condition(
            step.when.as_ref(),
            &format!("{path}/when"),
            here,
            row.clone(),
        );
        if let Some(Within::Answer(expr)) = &step.within {
            let mut holds = of_expr(step.when.as_ref());
            holds.extend(row);
            self.value(expr, &format!("{path}/within"), here, holds, &Type::Date);
        }
    }
}

/// Of a plain path, only what is wrong with its names; that its beginning may be missing is what
/// `*` is for.
fn parts_of_path(node: &Node, flaws: Vec<Flaw>) -> Vec<Flaw> {
    match node {
        Node::Get(of, _) if node.path().is_some() => {
            let missing = format!("“{of}” {MAY_MISS}");
            flaws
                .into_iter()
                .filter(|flaw| flaw.says != missing)
                .collect()
        }
        _ => flaws,
    }
}

//! The type of an expression, and everything wrong with it on the way.

mod call;
mod pair;

use super::types::{Member, Sure, Type, holding, meant};
use super::{Each, Node, Op};

/// Table and column to type.
pub type ColumnType<'a> = dyn Fn(&str, Option<&str>) -> Result<Typed, Flaw> + 'a;

/// What the rest of the file brings: names in reach, and the tables.
pub struct Reach<'a> {
    pub names: &'a [Member],
    /// The repeating group in whose row we stand: its fields are that row's.
    pub row: Option<&'a str>,
    /// Type of a table's column; the flaw where there is no such table or column.
    pub table: &'a ColumnType<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub says: String,
    pub instead: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    pub is: Type,
    /// Does it surely have a value where it stands?
    pub sure: bool,
    /// A number or word as written: it takes the type of what it meets.
    pub literal: bool,
    /// Money that may have a fraction: it must be rounded before anybody pays it.
    pub rough: bool,
}

impl Typed {
    pub fn new(is: Type) -> Self {
        Self {
            is,
            sure: true,
            literal: false,
            rough: false,
        }
    }

    fn unknown() -> Self {
        Self::new(Type::Unknown)
    }
}

/// How a flaw about a missing value ends.
pub const MAY_MISS: &str = "có thể chưa có giá trị";

pub struct Infer<'a> {
    reach: &'a Reach<'a>,
    bound: Vec<Member>,
    /// Conditions that hold here, as the tree writes them.
    holds: Vec<String>,
    pub flaws: Vec<Flaw>,
}

impl<'a> Infer<'a> {
    pub fn new(reach: &'a Reach<'a>, holds: Vec<String>) -> Self {
        Self {
            reach,
            bound: Vec::new(),
            holds,
            flaws: Vec::new(),
        }
    }

    /// The type, with a flaw where a value may be missing.
    pub fn read(&mut self, node: &Node) -> Typed {
        let typed = self.typed(node);
        if !typed.sure {
            self.flaw(
                format!("“{node}” {MAY_MISS}"),
                node.path()
                    .map(|_| format!("has({node}) && …, hoặc default({node}, …)")),
            );
        }
        Typed {
            sure: true,
            ..typed
        }
    }

    /// The type; what may be missing stays so.
    pub fn typed(&mut self, node: &Node) -> Typed {
        match node {
            Node::Literal(json) => Typed {
                literal: true,
                ..Typed::new(match json {
                    serde_json::Value::Bool(_) => Type::YesNo,
                    serde_json::Value::Number(n)
                        if n.as_f64().is_some_and(|n| n.fract() == 0.0) =>
                    {
                        Type::Whole
                    }
                    serde_json::Value::Number(_) => Type::Decimal,
                    _ => Type::Text,
                })
            },
            Node::Name(name) => self.name(name),
            Node::Get(of, field) => self.get(node, of, field),
            Node::At(of, at) => {
                let of = self.read(of);
                let at = self.read(at);
                if !at.is.is_number() {
                    self.flaw(format!("Trong […] phải là số, đây là {}", at.is), None);
                }
                let is = self.element(of.is, "[…]");
                Typed {
                    sure: self.holds.contains(&format!("has({node})")),
                    ..Typed::new(is)
                }
            }
            Node::Has(what) => {
                let before = self.flaws.len();
                self.typed(what);
                // That part of the way may be missing is what is asked.
                let asked = self.flaws.split_off(before);
                let names = asked
                    .into_iter()
                    .filter(|flaw| !flaw.says.ends_with(MAY_MISS));
                self.flaws.extend(names);
                Typed::new(Type::YesNo)
            }
            Node::Not(a) => {
                self.condition(a, "!");
                Typed::new(Type::YesNo)
            }
            Node::Minus(a) => {
                let a = self.read(a);
                if !a.is.is_number() {
                    self.flaw(format!("Dấu - cần số, đây là {}", a.is), None);
                }
                a
            }
            Node::Pair(Op::And, a, b) => {
                self.condition(a, "&&");
                self.under(a, true, |here| here.condition(b, "&&"));
                Typed::new(Type::YesNo)
            }
            Node::Pair(Op::Or, a, b) => {
                self.condition(a, "||");
                self.under(a, false, |here| here.condition(b, "||"));
                Typed::new(Type::YesNo)
            }
            Node::Pair(op, a, b) => {
                let left = self.read(a);
                let right = self.read(b);
                self.pair(*op, (a, left), (b, right))
            }
            Node::Either(when, then, otherwise) => {
                self.condition(when, "?");
                let then = self.under(when, true, |here| here.typed(then));
                let otherwise = self.under(when, false, |here| here.typed(otherwise));
                let sure = then.sure && otherwise.sure;
                Typed {
                    sure,
                    ..self.joined(then, otherwise, "? :")
                }
            }
            Node::List(all) => {
                let mut of: Option<Typed> = None;
                for one in all {
                    let one = self.read(one);
                    of = Some(match of {
                        None => one,
                        Some(of) => self.joined(of, one, "[…]"),
                    });
                }
                let of = of.unwrap_or_else(Typed::unknown);
                Typed {
                    literal: of.literal,
                    ..Typed::new(Type::List(Box::new(of.is)))
                }
            }
            Node::Call(function, args) => self.call(node, *function, args),
            Node::Each {
                how,
                over,
                name,
                body,
            } => self.each(*how, over, name, body),
            Node::Table { table, column } => match (self.reach.table)(table, column.as_deref()) {
                Ok(typed) => typed,
                Err(flaw) => {
                    self.flaws.push(flaw);
                    Typed::unknown()
                }
            },
        }
    }

    /// A condition: yes or no, or a flaw.
    pub fn condition(&mut self, node: &Node, what: &str) {
        let typed = self.read(node);
        if !matches!(typed.is, Type::YesNo | Type::Unknown) {
            self.flaw(
                format!("{what} cần điều kiện có/không, “{node}” là {}", typed.is),
                None,
            );
        }
    }

    fn under<T>(&mut self, when: &Node, holds: bool, then: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.holds.len();
        holding(when, holds, &mut self.holds);
        let got = then(self);
        self.holds.truncate(before);
        got
    }

    fn flaw(&mut self, says: String, instead: Option<String>) {
        let flaw = Flaw { says, instead };
        if !self.flaws.contains(&flaw) {
            self.flaws.push(flaw);
        }
    }

    fn is_sure(&self, sure: &Sure, path: &str) -> bool {
        match sure {
            Sure::Always => true,
            Sure::Where(conditions) if conditions.iter().all(|c| self.holds.contains(c)) => true,
            _ => self.holds.contains(&format!("has({path})")),
        }
    }

    fn name(&mut self, name: &str) -> Typed {
        let found = self
            .bound
            .iter()
            .rev()
            .chain(self.reach.names)
            .find(|member| member.name == name)
            .cloned();
        match found {
            Some(member) => Typed {
                sure: self.is_sure(&member.sure, name),
                ..Typed::new(member.is)
            },
            None => {
                let inside = self.reach.names.iter().find_map(|member| match &member.is {
                    Type::List(row) => match row.as_ref() {
                        Type::Record(fields) if fields.iter().any(|f| f.name == name) => {
                            Some(format!("{}.{name}", member.name))
                        }
                        _ => None,
                    },
                    _ => None,
                });
                let names = self.reach.names.iter().chain(&self.bound);
                let near = meant(name, names.map(|member| member.name.as_str()));
                self.flaw(format!("Không có trường “{name}”"), inside.or(near));
                Typed::unknown()
            }
        }
    }

    fn get(&mut self, node: &Node, of: &Node, field: &str) -> Typed {
        let mut whole = self.read(of);
        if let (Node::Name(name), Type::List(row)) = (of, &whole.is)
            && Some(name.as_str()) == self.reach.row
        {
            whole.is = (**row).clone();
        }
        let (members, list) = match &whole.is {
            Type::Record(members) | Type::Place(members) => (members, false),
            Type::List(row) => match row.as_ref() {
                Type::Record(members) => (members, true),
                Type::Unknown => return Typed::unknown(),
                other => {
                    let says = format!("“{of}” là danh sách {other}, không có .{field}");
                    self.flaw(says, None);
                    return Typed::unknown();
                }
            },
            Type::Unknown => return Typed::unknown(),
            other => {
                let says = format!("“{of}” là {other}, không có .{field}");
                self.flaw(says, None);
                return Typed::unknown();
            }
        };
        let Some(member) = members.iter().find(|member| member.name == field) else {
            let near = meant(field, members.iter().map(|member| member.name.as_str()));
            self.flaw(
                format!("“{of}” không có “{field}”"),
                near.map(|near| format!("{of}.{near}")),
            );
            return Typed::unknown();
        };
        if list {
            // The answers that were given: perhaps none, but a list all the same.
            return Typed::new(Type::List(Box::new(member.is.clone())));
        }
        let sure = match &member.sure {
            // Conditions inside a row are written with the row's own names.
            Sure::Where(conditions) => {
                let here = conditions.iter().map(|c| in_row(c, of, members));
                Sure::Where(here.collect())
            }
            other => other.clone(),
        };
        Typed {
            sure: self.is_sure(&sure, &node.to_string()),
            ..Typed::new(member.is.clone())
        }
    }

    fn element(&mut self, list: Type, what: &str) -> Type {
        match list {
            Type::List(of) => *of,
            Type::Unknown => Type::Unknown,
            other => {
                self.flaw(format!("{what} cần danh sách, đây là {other}"), None);
                Type::Unknown
            }
        }
    }

    fn each(&mut self, how: Each, over: &Node, name: &str, body: &Node) -> Typed {
        let list = self.read(over);
        let element = self.element(list.is.clone(), &format!(".{}(…)", how.word()));
        if self.reach.names.iter().any(|member| member.name == name) {
            self.flaw(
                format!("Tên “{name}” trong .{}(…) trùng tên một trường", how.word()),
                Some(format!("{}_row", name)),
            );
        }
        self.bound.push(Member {
            name: name.to_owned(),
            is: element,
            sure: Sure::Always,
        });
        let typed = match how {
            Each::Map => {
                let body = self.read(body);
                Typed::new(Type::List(Box::new(body.is)))
            }
            _ => {
                self.condition(body, how.word());
                match how {
                    Each::Filter => Typed::new(list.is),
                    _ => Typed::new(Type::YesNo),
                }
            }
        };
        self.bound.pop();
        typed
    }
}

/// A row's own condition as it is written from outside the row: `kind == "person"` read through
/// `b` is `b.kind == "person"`.
fn in_row(condition: &str, row: &Node, members: &[Member]) -> String {
    fn through(node: &Node, row: &Node, members: &[Member]) -> Node {
        let again = |node: &Node| Box::new(through(node, row, members));
        match node {
            Node::Name(name) if members.iter().any(|member| member.name == *name) => {
                Node::Get(Box::new(row.clone()), name.clone())
            }
            Node::Get(of, field) => Node::Get(again(of), field.clone()),
            Node::Has(what) => Node::Has(again(what)),
            Node::Not(a) => Node::Not(again(a)),
            Node::Pair(op, a, b) => Node::Pair(*op, again(a), again(b)),
            other => other.clone(),
        }
    }
    match super::parse(&crate::definition::Expr(condition.to_owned())) {
        Ok(node) => through(&node, row, members).to_string(),
        Err(_) => condition.to_owned(),
    }
}

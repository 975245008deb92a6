//! The tree of an expression: what the parser's tree means in our profile of CEL, and nothing more.
//!
//! Evaluation, checking, the trace and the browser all walk this one tree. Not here: types, values.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, RwLock};

use cel::common::ast::{CallExpr, Expr as CelExpr, IdedExpr, LiteralValue, operators};
use serde_json::{Value as Json, json};

use super::Fault;
use crate::definition::{Code, Expr};

/// An expression longer than this is refused (characters): nobody could read it.
pub const LONGEST: usize = 2_000;
/// Brackets inside brackets, and branches inside branches, at most so deep.
pub const DEEPEST: usize = 24;
/// `all` inside `all` inside … at most so deep: each level multiplies the work by the rows.
pub const DEEPEST_LOOP: usize = 2;

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `true`, `12`, `"post"`; never a list or a record.
    Literal(Json),
    Name(Code),
    /// `parcel.area_m2`
    Get(Box<Node>, Code),
    /// `buyers[0]`
    At(Box<Node>, Box<Node>),
    /// `has(phone)`: was it answered?
    Has(Box<Node>),
    Not(Box<Node>),
    Minus(Box<Node>),
    Pair(Op, Box<Node>, Box<Node>),
    /// `when ? then : otherwise`
    Either(Box<Node>, Box<Node>, Box<Node>),
    List(Vec<Node>),
    Call(Function, Vec<Node>),
    /// `buyers.all(b, b.kind == "person")`
    Each {
        how: Each,
        over: Box<Node>,
        name: Code,
        body: Box<Node>,
    },
    /// `table(promise.limit)`
    Table {
        table: Code,
        column: Option<Code>,
    },
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($variant),+ }
        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];
            /// The word as it stands in an expression.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
            pub fn of(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    Op {
        And = "&&", Or = "||", Equal = "==", Differs = "!=", Less = "<", AtMost = "<=",
        More = ">", AtLeast = ">=", Plus = "+", Minus = "-", Times = "*", Over = "/", Rest = "%",
        In = "in",
    }
}
words! {
    /// What the language brings besides the operators of CEL.
    Function {
        Round = "round", RoundUp = "round_up", RoundDown = "round_down", Min = "min", Max = "max",
        Sum = "sum", Size = "size", Default = "default", Date = "date", Days = "days",
        Years = "years", AddDays = "add_days", StartsWith = "startsWith", EndsWith = "endsWith",
        Contains = "contains",
    }
}
words! {
    Each { All = "all", Exists = "exists", ExistsOne = "exists_one", Filter = "filter", Map = "map" }
}

/// The tree of `expr`, from memory where the same text was read before.
///
/// # Errors
/// [`Fault::Unreadable`] for what is no expression of this language.
pub fn parse(expr: &Expr) -> Result<Arc<Node>, Fault> {
    type Known = HashMap<String, Result<Arc<Node>, Fault>>;
    // Definitions are few and their expressions repeat for every case: parsing is the dear part.
    static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);
    const MOST: usize = 20_000;

    if let Ok(known) = KNOWN.read()
        && let Some(found) = known.get(&expr.0)
    {
        return found.clone();
    }
    let made = read(&expr.0).map(Arc::new);
    if let Ok(mut known) = KNOWN.write() {
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(expr.0.clone(), made.clone());
    }
    made
}

fn read(text: &str) -> Result<Node, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::unreadable("biểu thức để trống"));
    }
    if text.chars().count() > LONGEST || deep(text) > DEEPEST {
        return Err(Fault::TooDeep);
    }
    let parser = cel::Env::default().with_optional_support(false).parser();
    match parser.parse(text) {
        Ok(tree) => Reader { loops: 0 }.node(&tree, DEEPEST),
        Err(errors) => Err(Fault::unreadable(match errors.errors.first() {
            Some(error) => format!("sai cú pháp gần ký tự thứ {}", error.pos.1.max(1)),
            None => "sai cú pháp".to_owned(),
        })),
    }
}

/// Depth of brackets, so that the recursive parser never meets a tower of them.
fn deep(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => now += 1,
            ')' | ']' | '}' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
}

struct Reader {
    loops: usize,
}

impl Reader {
    fn node(&mut self, tree: &IdedExpr, left: usize) -> Result<Node, Fault> {
        let left = left.checked_sub(1).ok_or(Fault::TooDeep)?;
        match &tree.expr {
            CelExpr::Literal(literal) => Ok(Node::Literal(literal_json(literal)?)),
            CelExpr::Ident(name) => Ok(Node::Name(name.clone())),
            CelExpr::Select(select) => Ok(Node::Get(
                Box::new(self.node(&select.operand, left)?),
                select.field.clone(),
            )),
            CelExpr::List(list) => Ok(Node::List(self.nodes(&list.elements, left)?)),
            CelExpr::Call(call) => self.call(call, left),
            CelExpr::Map(_) | CelExpr::Struct(_) => {
                Err(Fault::unreadable("không dùng được {…} trong biểu thức"))
            }
            CelExpr::Comprehension(_) | CelExpr::Unspecified => {
                Err(Fault::unreadable("sai cú pháp"))
            }
        }
    }

    fn nodes(&mut self, trees: &[IdedExpr], left: usize) -> Result<Vec<Node>, Fault> {
        trees.iter().map(|tree| self.node(tree, left)).collect()
    }

    fn call(&mut self, call: &CallExpr, left: usize) -> Result<Node, Fault> {
        if let (Some(target), Some(how)) = (&call.target, Each::of(&call.func_name)) {
            return self.each(how, target, &call.args, left);
        }
        if call.target.is_none()
            && let Some(node) = self.operator(call, left)?
        {
            return Ok(node);
        }
        let Some(function) = Function::of(&call.func_name) else {
            return Err(Fault::NoFunction(call.func_name.clone()));
        };
        let mut args = Vec::new();
        if let Some(target) = &call.target {
            args.push(self.node(target, left)?);
        }
        args.extend(self.nodes(&call.args, left)?);
        let fits = match function {
            Function::Min | Function::Max => !args.is_empty(),
            Function::Sum | Function::Size | Function::Date => args.len() == 1,
            Function::Round
            | Function::RoundUp
            | Function::RoundDown
            | Function::Default
            | Function::Days
            | Function::Years
            | Function::AddDays
            | Function::StartsWith
            | Function::EndsWith
            | Function::Contains => args.len() == 2,
        };
        if fits {
            Ok(Node::Call(function, args))
        } else {
            Err(Fault::unreadable(format!(
                "{}(…) không nhận {} giá trị",
                function.word(),
                args.len()
            )))
        }
    }

    fn operator(&mut self, call: &CallExpr, left: usize) -> Result<Option<Node>, Fault> {
        let op = match (call.func_name.as_str(), call.args.as_slice()) {
            ("has", [what]) => {
                let what = self.node(what, left)?;
                return if what.is_place() {
                    Ok(Some(Node::Has(Box::new(what))))
                } else {
                    Err(Fault::unreadable("has(…) chỉ nhận tên một trường"))
                };
            }
            ("table", [what]) => {
                return match self.node(what, left)?.path().as_deref() {
                    Some([table]) => Ok(Some(Node::Table {
                        table: (*table).to_owned(),
                        column: None,
                    })),
                    Some([table, column]) => Ok(Some(Node::Table {
                        table: (*table).to_owned(),
                        column: Some((*column).to_owned()),
                    })),
                    _ => Err(Fault::unreadable(
                        "table(…) chỉ nhận tên bảng hoặc bảng.cột",
                    )),
                };
            }
            (operators::LOGICAL_NOT, [a]) => {
                return Ok(Some(Node::Not(Box::new(self.node(a, left)?))));
            }
            (operators::NEGATE, [a]) => {
                return Ok(Some(Node::Minus(Box::new(self.node(a, left)?))));
            }
            (operators::INDEX, [list, at]) => {
                return Ok(Some(Node::At(
                    Box::new(self.node(list, left)?),
                    Box::new(self.node(at, left)?),
                )));
            }
            (operators::CONDITIONAL, [when, then, otherwise]) => {
                return Ok(Some(Node::Either(
                    Box::new(self.node(when, left)?),
                    Box::new(self.node(then, left)?),
                    Box::new(self.node(otherwise, left)?),
                )));
            }
            (operators::LOGICAL_AND, _) => Op::And,
            (operators::LOGICAL_OR, _) => Op::Or,
            (operators::EQUALS, _) => Op::Equal,
            (operators::NOT_EQUALS, _) => Op::Differs,
            (operators::LESS, _) => Op::Less,
            (operators::LESS_EQUALS, _) => Op::AtMost,
            (operators::GREATER, _) => Op::More,
            (operators::GREATER_EQUALS, _) => Op::AtLeast,
            (operators::ADD, _) => Op::Plus,
            (operators::SUBSTRACT, _) => Op::Minus,
            (operators::MULTIPLY, _) => Op::Times,
            (operators::DIVIDE, _) => Op::Over,
            (operators::MODULO, _) => Op::Rest,
            (operators::IN, _) => Op::In,
            _ => return Ok(None),
        };
        let [a, b] = call.args.as_slice() else {
            return Err(Fault::unreadable("sai cú pháp"));
        };
        Ok(Some(Node::Pair(
            op,
            Box::new(self.node(a, left)?),
            Box::new(self.node(b, left)?),
        )))
    }

    fn each(
        &mut self,
        how: Each,
        over: &IdedExpr,
        args: &[IdedExpr],
        left: usize,
    ) -> Result<Node, Fault> {
        let [name, body] = args else {
            return Err(Fault::unreadable(format!(
                "viết .{}(tên, điều kiện)",
                how.word()
            )));
        };
        let CelExpr::Ident(name) = &name.expr else {
            return Err(Fault::unreadable(format!(
                "giá trị đầu của .{}(…) phải là một tên",
                how.word()
            )));
        };
        if self.loops >= DEEPEST_LOOP {
            return Err(Fault::TooDeep);
        }
        let over = Box::new(self.node(over, left)?);
        self.loops += 1;
        let body = self.node(body, left);
        self.loops -= 1;
        Ok(Node::Each {
            how,
            over,
            name: name.clone(),
            body: Box::new(body?),
        })
    }
}

fn literal_json(literal: &LiteralValue) -> Result<Json, Fault> {
    Ok(match literal {
        LiteralValue::Boolean(b) => json!(*b.inner()),
        LiteralValue::Int(n) => json!(*n.inner()),
        LiteralValue::UInt(n) => json!(*n.inner()),
        LiteralValue::Double(x) if x.inner().is_finite() => json!(*x.inner()),
        LiteralValue::Double(_) => return Err(Fault::TooBig),
        LiteralValue::String(s) => json!(s.inner()),
        LiteralValue::Null | LiteralValue::Bytes(_) => {
            return Err(Fault::unreadable(
                "không dùng null trong biểu thức; dùng has(…)",
            ));
        }
    })
}

impl Node {
    /// `["parcel", "area_m2"]` of `parcel.area_m2`; `None` of what is no plain path.
    pub fn path(&self) -> Option<Vec<&str>> {
        match self {
            Node::Name(name) => Some(vec![name]),
            Node::Get(of, field) => {
                let mut path = of.path()?;
                path.push(field);
                Some(path)
            }
            _ => None,
        }
    }

    /// Does it name one place among the answers (`phone`, `parcel.zone`, `buyers[1].kind`)?
    fn is_place(&self) -> bool {
        match self {
            Node::Name(_) => true,
            Node::Get(of, _) => of.is_place(),
            Node::At(of, at) => of.is_place() && matches!(**at, Node::Literal(Json::Number(_))),
            _ => false,
        }
    }

    /// The nodes directly inside this one, in reading order.
    pub fn parts(&self) -> Vec<&Node> {
        match self {
            Node::Literal(_) | Node::Name(_) | Node::Table { .. } => vec![],
            Node::Get(a, _) | Node::Has(a) | Node::Not(a) | Node::Minus(a) => vec![a],
            Node::At(a, b) | Node::Pair(_, a, b) => vec![a, b],
            Node::Either(a, b, c) => vec![a, b, c],
            Node::List(all) | Node::Call(_, all) => all.iter().collect(),
            Node::Each { over, body, .. } => vec![over, body],
        }
    }

    /// Does it need what only the server has?
    pub fn needs_server(&self) -> bool {
        matches!(self, Node::Table { .. }) || self.parts().into_iter().any(Node::needs_server)
    }

    /// The answers it reads, by the name they begin with; names bound by `all(b, …)` left out.
    pub fn reads(&self) -> Vec<&str> {
        fn walk<'a>(node: &'a Node, bound: &mut Vec<&'a str>, found: &mut Vec<&'a str>) {
            match node {
                Node::Name(name) => {
                    if !bound.contains(&name.as_str()) && !found.contains(&name.as_str()) {
                        found.push(name);
                    }
                }
                Node::Each {
                    over, name, body, ..
                } => {
                    walk(over, bound, found);
                    bound.push(name);
                    walk(body, bound, found);
                    bound.pop();
                }
                _ => {
                    for part in node.parts() {
                        walk(part, bound, found);
                    }
                }
            }
        }
        let mut found = Vec::new();
        walk(self, &mut Vec::new(), &mut found);
        found
    }

    /// The decision tables it asks.
    pub fn tables(&self) -> Vec<(&str, Option<&str>)> {
        match self {
            Node::Table { table, column } => vec![(table, column.as_deref())],
            _ => self.parts().into_iter().flat_map(Node::tables).collect(),
        }
    }

    fn binding(&self) -> u8 {
        match self {
            Node::Either(..) => 0,
            Node::Pair(op, ..) => match op {
                Op::Or => 1,
                Op::And => 2,
                Op::Equal
                | Op::Differs
                | Op::Less
                | Op::AtMost
                | Op::More
                | Op::AtLeast
                | Op::In => 3,
                Op::Plus | Op::Minus => 4,
                Op::Times | Op::Over | Op::Rest => 5,
            },
            Node::Not(_) | Node::Minus(_) => 6,
            _ => 7,
        }
    }
}

/// The expression as one would write it.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = |f: &mut fmt::Formatter<'_>, node: &Node, least: u8| {
            if node.binding() < least {
                write!(f, "({node})")
            } else {
                write!(f, "{node}")
            }
        };
        let list = |f: &mut fmt::Formatter<'_>, nodes: &[Node]| {
            for (n, node) in nodes.iter().enumerate() {
                write!(f, "{}{node}", if n > 0 { ", " } else { "" })?;
            }
            Ok(())
        };
        match self {
            Node::Literal(json) => write!(f, "{json}"),
            Node::Name(name) => f.write_str(name),
            Node::Get(of, field) => {
                inner(f, of, 7)?;
                write!(f, ".{field}")
            }
            Node::At(of, at) => {
                inner(f, of, 7)?;
                write!(f, "[{at}]")
            }
            Node::Has(what) => write!(f, "has({what})"),
            Node::Not(a) => {
                f.write_str("!")?;
                inner(f, a, 7)
            }
            Node::Minus(a) => {
                f.write_str("-")?;
                inner(f, a, 7)
            }
            Node::Pair(op, a, b) => {
                inner(f, a, self.binding())?;
                write!(f, " {} ", op.word())?;
                inner(f, b, self.binding() + 1)
            }
            Node::Either(a, b, c) => {
                inner(f, a, 1)?;
                f.write_str(" ? ")?;
                inner(f, b, 1)?;
                f.write_str(" : ")?;
                inner(f, c, 0)
            }
            Node::List(all) => {
                f.write_str("[")?;
                list(f, all)?;
                f.write_str("]")
            }
            Node::Call(function, args) => {
                write!(f, "{}(", function.word())?;
                list(f, args)?;
                f.write_str(")")
            }
            Node::Each {
                how,
                over,
                name,
                body,
            } => {
                inner(f, over, 7)?;
                write!(f, ".{}({name}, {body})", how.word())
            }
            Node::Table { table, column } => match column {
                Some(column) => write!(f, "table({table}.{column})"),
                None => write!(f, "table({table})"),
            },
        }
    }
}

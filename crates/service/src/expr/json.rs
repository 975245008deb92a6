//! The tree as JSON, for the browser: `["&&", ["has", "phone"], ["==", …]]`.
//!
//! The form, one array per node, first the word:
//! `["value", 5]` · `["name", "price"]` · `["get", of, "field"]` · `["at", list, index]` ·
//! `["has", path]` · `["not", a]` · `["minus", a]` · `["if", when, then, otherwise]` ·
//! `["list", a, b, …]` · `["call", "round", a, b]` · `["all", over, "b", body]` (also `exists`,
//! `exists_one`, `filter`, `map`) · and the operators `["<", a, b]`, `["&&", a, b]`, `["in", a, b]` ….

use serde_json::{Value as Json, json};

use super::{Node, parse};
use crate::definition::Expr;

/// The tree for the browser; `None` where only the server can answer (a table) or where the
/// expression cannot be read.
pub fn to_json(expr: &Expr) -> Option<Json> {
    let node = parse(expr).ok()?;
    (!node.needs_server()).then(|| tree(&node))
}

fn tree(node: &Node) -> Json {
    let list = |word: &str, nodes: &[Node]| {
        let mut all = vec![json!(word)];
        all.extend(nodes.iter().map(tree));
        Json::Array(all)
    };
    match node {
        Node::Literal(json) => json!(["value", json]),
        Node::Name(name) => json!(["name", name]),
        Node::Get(of, field) => json!(["get", tree(of), field]),
        Node::At(of, at) => json!(["at", tree(of), tree(at)]),
        Node::Has(what) => json!(["has", tree(what)]),
        Node::Not(a) => json!(["not", tree(a)]),
        Node::Minus(a) => json!(["minus", tree(a)]),
        Node::Pair(op, a, b) => json!([op.word(), tree(a), tree(b)]),
        Node::Either(a, b, c) => json!(["if", tree(a), tree(b), tree(c)]),
        Node::List(all) => list("list", all),
        Node::Call(function, args) => {
            let mut all = vec![json!("call"), json!(function.word())];
            all.extend(args.iter().map(tree));
            Json::Array(all)
        }
        Node::Each {
            how,
            over,
            name,
            body,
        } => json!([how.word(), tree(over), name, tree(body)]),
        Node::Table { .. } => unreachable!("a tree with a table never leaves the server"),
    }
}

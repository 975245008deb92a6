//! One answer, two forms: XML as the specification prints it, JSON by the Spark convention (the root falls
//! away, a list is an array even of one, what is empty is null).

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Text(String),
    Number(f64),
    Whole(u32),
    Flag(bool),
    Nothing,
    Fields(Vec<(&'static str, Node)>),
    /// Each child under this name.
    List(&'static str, Vec<Node>),
}

/// An empty text is as if it were absent.
pub fn text(text: impl Into<String>) -> Node {
    match text.into() {
        text if text.is_empty() => Node::Nothing,
        text => Node::Text(text),
    }
}

/// Absent is empty.
pub fn maybe<T: Into<String>>(value: Option<T>) -> Node {
    value.map_or(Node::Nothing, text)
}

impl Node {
    pub fn xml(&self, root: &str) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.element(root, &mut out);
        out.push('\n');
        out
    }

    fn element(&self, name: &str, out: &mut String) {
        // Writing to a String cannot fail.
        let mut put = |text: std::fmt::Arguments<'_>| out.write_fmt(text).unwrap_or_default();
        match self {
            Node::Nothing => put(format_args!("<{name}/>")),
            Node::Text(text) => put(format_args!("<{name}>{}</{name}>", escaped(text))),
            Node::Number(number) => put(format_args!("<{name}>{number}</{name}>")),
            Node::Whole(number) => put(format_args!("<{name}>{number}</{name}>")),
            Node::Flag(flag) => put(format_args!("<{name}>{flag}</{name}>")),
            Node::Fields(fields) => {
                put(format_args!("<{name}>"));
                for (field, node) in fields {
                    node.element(field, out);
                }
                out.push_str(&format!("</{name}>"));
            }
            Node::List(_, nodes) if nodes.is_empty() => put(format_args!("<{name}/>")),
            Node::List(child, nodes) => {
                put(format_args!("<{name}>"));
                for node in nodes {
                    node.element(child, out);
                }
                out.push_str(&format!("</{name}>"));
            }
        }
    }

    pub fn json(&self) -> Json {
        match self {
            Node::Nothing => Json::Null,
            Node::Text(text) => json!(text),
            Node::Number(number) => json!(number),
            Node::Whole(number) => json!(number),
            Node::Flag(flag) => json!(flag),
            Node::Fields(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, node)| ((*name).to_owned(), node.json()));
                Json::Object(fields.collect::<Map<_, _>>())
            }
            Node::List(_, nodes) => nodes.iter().map(Node::json).collect(),
        }
    }
}

/// As text inside an element; what XML 1.0 cannot hold falls away.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(c),
            '\r' => out.push_str("&#13;"),
            c if c < ' ' || ('\u{FFFE}'..='\u{FFFF}').contains(&c) => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let node = Node::List(
            "service",
            vec![Node::Fields(vec![
                ("name", text("Rác & <nước>\u{1}")),
                ("group", Node::Nothing),
                ("lat", Node::Number(10.03)),
                ("metadata", Node::Flag(true)),
                ("formats", Node::List("format", vec![text("text/xml")])),
            ])],
        );
        assert_eq!(
            node.xml("services"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<services><service><name>Rác &amp; &lt;nước&gt;</name><group/>\
             <lat>10.03</lat><metadata>true</metadata><formats><format>text/xml</format></formats></service></services>\n"
        );
        assert_eq!(
            node.json(),
            json!([{"name": "Rác & <nước>\u{1}", "group": null, "lat": 10.03, "metadata": true, "formats": ["text/xml"]}])
        );
        assert_eq!(
            Node::List("x", vec![]).xml("xs").lines().last(),
            Some("<xs/>")
        );
        assert_eq!(Node::List("x", vec![]).json(), json!([]));
    }
}

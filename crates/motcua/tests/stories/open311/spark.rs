//! XML turned into JSON by the Spark convention, by another road than ours: the answer's own JSON must be the
//! same. Also the rules of XML itself (C3).

use roxmltree::{Document, Node};
use serde_json::{Map, Value, json};

/// Lists and what their children are called; everything else is one value or an object.
const LISTS: [(&str, &str); 10] = [
    ("services", "service"),
    ("service_requests", "request"),
    ("attributes", "attribute"),
    ("values", "value"),
    ("errors", "error"),
    ("endpoints", "endpoint"),
    ("formats", "format"),
    ("notes", "note"),
    ("service_request_updates", "request_update"),
    ("discovery", ""),
];

/// # Panics
/// Where it is not well-formed, has no declaration, or carries a namespace.
pub fn json(xml: &str) -> Value {
    assert!(
        xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
        "{xml}"
    );
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    for node in document.descendants() {
        assert_eq!(node.tag_name().namespace(), None, "{xml}");
        assert_eq!(node.attributes().count(), 0, "{xml}");
    }
    value(document.root_element())
}

fn value(node: Node<'_, '_>) -> Value {
    let children: Vec<_> = node.children().filter(Node::is_element).collect();
    let name = node.tag_name().name();
    if let Some((_, child)) = LISTS
        .iter()
        .find(|(list, child)| *list == name && !child.is_empty())
    {
        assert!(
            children.iter().all(|c| c.has_tag_name(*child)),
            "<{name}> holds only <{child}>"
        );
        return children.into_iter().map(value).collect();
    }
    if children.is_empty() {
        return match node.text() {
            None => Value::Null,
            Some(text) => leaf(name, text),
        };
    }
    let fields = children
        .into_iter()
        .map(|c| (c.tag_name().name().to_owned(), value(c)));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// Numbers and truths are so in JSON too; codes never.
fn leaf(name: &str, text: &str) -> Value {
    match name {
        "lat" | "long" => json!(text.parse::<f64>().expect("a number")),
        "order" | "reopened" => json!(text.parse::<u32>().expect("a whole number")),
        "metadata" | "required" | "variable" => json!(text.parse::<bool>().expect("true or false")),
        _ => json!(text),
    }
}

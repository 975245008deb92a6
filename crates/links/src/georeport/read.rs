//! Answers of GeoReport servers, read as they come: XML or JSON whatever the header says, wrapped or bare, one object where a
//! list is promised, numbers as ids, with a mark of byte order or without a charset.

use std::collections::BTreeMap;

use rules::Moment;
use serde_json::Value;

use super::Taken;

/// One thing of an answer: its plain fields.
pub type Row = BTreeMap<String, String>;

/// What a server says of a request, as an update or as the request itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The request's id there.
    pub id: String,
    /// The update's own id; a request itself has none.
    pub update: Option<String>,
    /// `None`: it does not say.
    pub closed: Option<bool>,
    pub words: String,
    pub at: Option<Moment>,
}

/// The longest words that are kept of an update.
const WORDS: usize = 4000;
/// The deepest nesting that is followed.
const DEEPEST: u32 = 32;

/// Every object with plain fields, in order.
///
/// # Errors
/// In words, where it is neither XML nor JSON.
pub fn rows(body: &[u8]) -> Result<Vec<Row>, String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut found = Vec::new();
    if text.is_empty() {
        return Ok(found);
    }
    if text.starts_with('<') {
        let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
        of_xml(document.root_element(), DEEPEST, &mut found);
    } else {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        of_json(&value, DEEPEST, &mut found);
    }
    Ok(found)
}

fn of_xml(element: roxmltree::Node<'_, '_>, left: u32, found: &mut Vec<Row>) {
    let mut row = Row::new();
    let children = || element.children().filter(roxmltree::Node::is_element);
    for child in children() {
        let leaf = !child.children().any(|inner| inner.is_element());
        if leaf {
            let text: String = child
                .descendants()
                .filter(roxmltree::Node::is_text)
                .filter_map(|node| node.text())
                .collect();
            // `<service_requests/>` inside a wrapper is an empty list, not a field.
            let name = child.tag_name().name().to_owned();
            if !text.trim().is_empty() {
                row.insert(name, text.trim().to_owned());
            }
        }
    }
    if !row.is_empty() {
        found.push(row);
    }
    if left > 0 {
        for child in children() {
            of_xml(child, left - 1, found);
        }
    }
}

fn of_json(value: &Value, left: u32, found: &mut Vec<Row>) {
    if left == 0 {
        return;
    }
    match value {
        Value::Array(many) => many.iter().for_each(|one| of_json(one, left - 1, found)),
        Value::Object(fields) => {
            let row: Row = fields
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), plain(value)?)))
                .collect();
            if !row.is_empty() {
                found.push(row);
            }
            fields
                .values()
                .for_each(|one| of_json(one, left - 1, found));
        }
        _ => {}
    }
}

fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// What a server gave back for a new request.
pub fn id_or_token(rows: &[Row]) -> Option<Taken> {
    let field = |name: &str| {
        let mut of_rows = rows.iter().filter_map(|row| row.get(name));
        of_rows.next().cloned()
    };
    let id = field("service_request_id").map(Taken::Id);
    id.or_else(|| field("token").map(Taken::Token))
}

/// The sentences of an answer that refuses.
pub fn words_of_errors(status: u16, body: &[u8]) -> String {
    let rows = rows(body).unwrap_or_default();
    let said: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.get("description").or_else(|| row.get("message")))
        .map(String::as_str)
        .collect();
    let said: String = said.join("; ").chars().take(500).collect();
    match said.is_empty() {
        true => status.to_string(),
        false => format!("{status}: {said}"),
    }
}

/// What rows say of requests. What names no request says nothing.
pub fn said(rows: Vec<Row>) -> Vec<Said> {
    rows.into_iter().filter_map(one).collect()
}

fn one(row: Row) -> Option<Said> {
    let field = |name: &str| row.get(name).cloned();
    let update = field("update_id");
    // A request's own description is what was sent there: news stand in its notes.
    let words = match update {
        Some(_) => field("description"),
        None => field("status_notes"),
    };
    let at = field("updated_datetime").or_else(|| field("requested_datetime"));
    Some(Said {
        id: field("service_request_id")?,
        update,
        closed: field("status").and_then(|status| closed(&status)),
        words: words.unwrap_or_default().chars().take(WORDS).collect(),
        at: at.and_then(|at| at.parse().ok()),
    })
}

/// The two of the specification, and what servers say besides (FixMyStreet, uReport).
fn closed(status: &str) -> Option<bool> {
    match status.to_ascii_lowercase().as_str() {
        "closed"
        | "fixed"
        | "resolved"
        | "duplicate"
        | "no_further_action"
        | "not_councils_responsibility" => Some(true),
        "" => None,
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(body: &str) -> Option<Taken> {
        id_or_token(&rows(body.as_bytes()).expect(body))
    }

    #[test]
    fn a_new_request_is_understood_in_every_form_that_was_seen() {
        let ten = Some(Taken::Id("10".into()));
        for body in [
            // As the specification prints it.
            r#"<?xml version="1.0" encoding="utf-8"?><service_requests><request><service_request_id>10</service_request_id><service_notice>soon</service_notice><account_id/></request></service_requests>"#,
            r#"[{"service_request_id":"10","service_notice":null,"account_id":null}]"#,
            // A number as id; one object; wrapped once and twice.
            r#"[{"service_request_id":10}]"#,
            r#"{"service_request_id":10}"#,
            r#"{"service_requests":[{"service_request_id":"10"}]}"#,
            r#"{"service_requests":{"request":{"service_request_id":"10"}}}"#,
            "\u{feff}[{\"service_request_id\": \" 10 \"}]",
            // A namespace, which the specification forbids and servers send.
            r#"<service_requests xmlns="http://wiki.open311.org/GeoReport_v2"><request><service_request_id>10</service_request_id></request></service_requests>"#,
        ] {
            assert_eq!(id(body), ten, "{body}");
        }
        assert_eq!(
            id(
                r#"<service_requests><request><token>abc</token><service_request_id/></request></service_requests>"#
            ),
            Some(Taken::Token("abc".into()))
        );
        assert_eq!(id("<service_requests/>"), None);
        assert_eq!(id("[]"), None);
        assert_eq!(id(""), None);
        assert!(rows(b"Internal error").is_err());
        assert!(rows(b"<html><p>broken").is_err());
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(rows(deep.as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn news_are_updates_or_the_requests_themselves() {
        let updates = br#"<service_requests_updates><request_update><update_id>9</update_id><service_request_id>10</service_request_id>
            <status>CLOSED</status><updated_datetime>2026-03-02T08:00:00+07:00</updated_datetime><description>Replaced &amp; tried</description>
            </request_update></service_requests_updates>"#;
        let told = said(rows(updates).expect("reads"));
        assert_eq!(
            told,
            [Said {
                id: "10".into(),
                update: Some("9".into()),
                closed: Some(true),
                words: "Replaced & tried".into(),
                at: "2026-03-02T01:00:00Z".parse().ok(),
            }]
        );
        let requests = br#"[{"service_request_id":10,"status":"open","status_notes":null,"description":"Dark","lat":10.0,"extended_attributes":{"x":1}},
            {"status":"open"}]"#;
        let told = said(rows(requests).expect("reads"));
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].closed, told[0].words.as_str(), &told[0].update),
            (Some(false), "", &None)
        );
    }

    /// In the shapes that Boston and San Francisco answered with, as recorded for oiva/node-open311.
    #[test]
    fn answers_of_real_cities_are_understood() {
        let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
        let token = format!(
            "{head}<service_requests>\n  <request>\n    <token>503fc0</token>\n  </request>\n</service_requests>"
        );
        assert_eq!(id(&token), Some(Taken::Token("503fc0".into())));
        let both = format!(
            "{head}<service_requests><request><service_request_id>638344</service_request_id><token>12345</token></request></service_requests>"
        );
        assert_eq!(id(&both), Some(Taken::Id("638344".into())));
        let twice = format!(
            "{head}<errors>\n  <error>\n    <code>400</code>\n    <description>Invalid service request: base is a duplicate.</description>\n  </error>\n</errors>"
        );
        assert_eq!(
            words_of_errors(400, twice.as_bytes()),
            "400: Invalid service request: base is a duplicate."
        );
        let list = format!(
            "{head}<service_requests><request><service_request_id>638344</service_request_id><status>closed</status>\
             <status_notes>Duplicate request.</status_notes><description></description><agency_responsible></agency_responsible>\
             <updated_datetime>2010-04-14T06:37:38-08:00</updated_datetime><media_url>http://x.example/1.jpg </media_url></request>\
             <request><service_request_id>638349</service_request_id><status>open</status><status_notes></status_notes></request></service_requests>"
        );
        let told = said(rows(list.as_bytes()).expect("reads"));
        let stands: Vec<_> = told
            .iter()
            .map(|one| (one.id.as_str(), one.closed, one.words.as_str()))
            .collect();
        assert_eq!(
            stands,
            [
                ("638344", Some(true), "Duplicate request."),
                ("638349", Some(false), "")
            ]
        );
    }

    #[test]
    fn refusals_are_told_in_their_words() {
        let xml = "<errors><error><code>403</code><description>Missing api_key</description></error></errors>";
        assert_eq!(words_of_errors(403, xml.as_bytes()), "403: Missing api_key");
        let json = r#"[{"code":400,"description":"jurisdiction_id was not provided"},{"code":400,"description":"lat"}]"#;
        assert_eq!(
            words_of_errors(400, json.as_bytes()),
            "400: jurisdiction_id was not provided; lat"
        );
        assert_eq!(words_of_errors(502, b"<html>Bad gateway"), "502");
    }
}

//! What may be reported, and what is asked about each: from the definitions in force, nothing kept beside.

use actions::Law;
use jiff::civil::Date;
use service::Definition;
use service::definition::{Channel, Choice, Field, FieldKind, Kind};

use super::said::{Said, Wrong};
use super::tree::{Node, text};
use crate::text::Lang;

/// Reports that other programs may hand in, in the order of their codes.
pub fn offered(law: &Law, today: Date) -> Vec<&Definition> {
    let mut all: Vec<&Definition> = law
        .catalogue
        .all(today)
        .map(|published| &published.definition)
        .filter(|d| d.kind == Kind::Report && d.applicants.channels.contains(&Channel::Open311))
        .collect();
    all.sort_by(|a, b| a.service.cmp(&b.service));
    all
}

pub fn list(law: &Law, today: Date, l: Lang) -> Said {
    let services = offered(law, today).into_iter().map(|d| {
        Node::Fields(vec![
            ("service_code", text(&d.service)),
            ("service_name", text(d.name.get(l.code()))),
            ("description", text(d.summary.get(l.code()))),
            ("metadata", Node::Flag(asked(d).next().is_some())),
            ("type", text("realtime")),
            ("keywords", text(d.keywords.join(","))),
            ("group", text(d.group.get(l.code()))),
        ])
    });
    Ok(("services", Node::List("service", services.collect())))
}

/// The questions of a kind of report beyond words, place, photos and contact.
pub fn asked(definition: &Definition) -> impl Iterator<Item = &Field> {
    definition
        .form
        .iter()
        .filter(|page| page.repeat.is_none())
        .flat_map(|page| &page.fields)
        .filter(|field| field.value.is_none() && datatype(field).is_some() && field.code != "what")
}

/// `None`: told by a parameter of its own (place, photos, phone) or not tellable here.
pub fn datatype(field: &Field) -> Option<&'static str> {
    Some(match field.kind {
        FieldKind::Text => "string",
        FieldKind::LongText => "text",
        FieldKind::Whole | FieldKind::Decimal(_) | FieldKind::Money => "number",
        FieldKind::Date => "datetime",
        FieldKind::YesNo | FieldKind::Choice(_) => "singlevaluelist",
        FieldKind::Choices(_) => "multivaluelist",
        _ => return None,
    })
}

pub fn definition(law: &Law, today: Date, code: &str, l: Lang) -> Said {
    let all = offered(law, today);
    let found = all.into_iter().find(|d| d.service == code);
    let definition =
        found.ok_or_else(|| Wrong::absent(format!("service_code {code} was not found")))?;
    if asked(definition).next().is_none() {
        return Err(Wrong::bad(format!(
            "service_code {code} asks nothing more (metadata is false)"
        )));
    }
    let attributes = asked(definition).zip(1u32..).map(|(field, order)| {
        let mut fields = vec![
            ("variable", Node::Flag(true)),
            ("code", text(&field.code)),
            ("datatype", text(datatype(field).unwrap_or("string"))),
            ("required", Node::Flag(required(field))),
            ("datatype_description", text(field.help.get(l.code()))),
            ("order", Node::Whole(order)),
            ("description", text(field.label.get(l.code()))),
        ];
        let values = choices(field, l);
        if !values.is_empty() {
            let value = |(key, name): (String, String)| {
                Node::Fields(vec![("key", text(key)), ("name", text(name))])
            };
            let values = values.into_iter().map(value).collect();
            fields.push(("values", Node::List("value", values)));
        }
        Node::Fields(fields)
    });
    Ok((
        "service_definition",
        Node::Fields(vec![
            ("service_code", text(code)),
            ("attributes", Node::List("attribute", attributes.collect())),
        ]),
    ))
}

/// A question that shows only under a condition is not required of a program that cannot judge it.
fn required(field: &Field) -> bool {
    field.required && field.show_when.is_none()
}

/// Keys and names that may be chosen.
pub fn choices(field: &Field, l: Lang) -> Vec<(String, String)> {
    let listed = |choices: &[Choice]| {
        let one = |c: &Choice| (c.code.clone(), c.label.get(l.code()).to_owned());
        choices.iter().map(one).collect()
    };
    match &field.kind {
        FieldKind::YesNo => vec![
            ("true".into(), l.t("form.yes").to_owned()),
            ("false".into(), l.t("form.no").to_owned()),
        ],
        FieldKind::Choice(_) | FieldKind::Choices(_) => listed(&service::field::options(field)),
        _ => Vec::new(),
    }
}

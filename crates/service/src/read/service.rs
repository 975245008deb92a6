//! The file as a whole: head, legal basis, applicants, papers, access, tests.

use super::shape::{APPLICANTS, LEGAL_BASIS, LINKED_PART, OWNER, PAPER, SERVICE, TEST};
use super::{Part, Reader, form, process, roles, tables, words};
use crate::definition::{
    Access, Applicants, Channel, Definition, Identity, Kind, LegalBasis, LinkedPart, Owner, Paper,
    Publish, Test, Who,
};
use crate::yaml::{Node, Value};

pub const KINDS: &[(&str, Kind)] = &[
    ("procedure", Kind::Procedure),
    ("report", Kind::Report),
    ("directive", Kind::Directive),
    ("inspection", Kind::Inspection),
    ("petition", Kind::Petition),
    ("survey", Kind::Survey),
];
const WHO: &[(&str, Who)] = &[
    ("citizen", Who::Citizen),
    ("organisation", Who::Organisation),
    ("proxy", Who::Proxy),
    ("guest", Who::Guest),
    ("official", Who::Official),
];
const IDENTITY: &[(&str, Identity)] = &[
    ("none", Identity::None),
    ("level-1", Identity::Level1),
    ("level-2", Identity::Level2),
];
pub const CHANNELS: &[(&str, Channel)] = &[
    ("online", Channel::Online),
    ("web", Channel::Web),
    ("counter", Channel::Counter),
    ("post", Channel::Post),
    ("hotline", Channel::Hotline),
    ("app", Channel::App),
    ("zalo", Channel::Zalo),
    ("open311", Channel::Open311),
    ("email", Channel::Email),
    ("internal", Channel::Internal),
    ("import", Channel::Import),
];

pub fn service(reader: &mut Reader, root: &Node) -> Definition {
    let file = reader.part(root, &SERVICE);
    for key in [
        "service",
        "name",
        "kind",
        "frame",
        "effective",
        "applicants",
        "process",
    ] {
        reader.need(&file, key);
    }
    // What another system decides is neither asked nor worked on here.
    let mirrored = file.has("owner");
    if !mirrored {
        reader.need(&file, "form");
        reader.need(&file, "roles");
    }
    let (form, duplicates) = form::form(reader, &file);
    let duplicates = match file.node("duplicates") {
        Some(node) => form::search_for_duplicates(reader, node),
        None => duplicates,
    };
    let group = match (file.has("field"), file.entry("group")) {
        (true, Some(group)) => {
            reader.say(
                group.mark,
                "Chỉ viết một trong hai mục “field” và “group”.",
                None,
            );
            reader.label(&file, "field")
        }
        (true, None) => reader.label(&file, "field"),
        (false, _) => reader.label(&file, "group"),
    };
    Definition {
        service: service_code(reader, &file),
        name: reader.label(&file, "name"),
        kind: reader.one_of(&file, "kind", KINDS).unwrap_or_default(),
        frame: reader
            .parsed(&file, "frame", "khung/số", "one-stop/1", |text| {
                is_frame(text).then(|| text.to_owned())
            })
            .unwrap_or_default(),
        group,
        effective: reader.date(&file, "effective"),
        agency: reader.parsed(
            &file,
            "agency",
            "một đơn vị",
            "commune by where.area",
            words::unit_rule,
        ),
        owner: owner(reader, &file),
        parts: parts(reader, &file),
        demonstration: reader.yes_no(&file, "demonstration").unwrap_or_default(),
        summary: reader.label(&file, "summary"),
        national_code: reader.string(&file, "national-code"),
        keywords: reader.words(&file, "keywords"),
        life_events: reader.words(&file, "life-events"),
        legal_basis: legal_basis(reader, &file),
        applicants: applicants(reader, &file),
        form,
        duplicates,
        documents: form::documents(reader, &file),
        fees: form::fees(reader, &file),
        tables: tables::tables(reader, &file),
        roles: roles::roles(reader, &file),
        process: process::process(reader, &file, mirrored),
        papers: papers(reader, &file),
        // The frame says it.
        receipt: None,
        access: access(reader, &file),
        tests: tests(reader, &file),
    }
}

fn service_code(reader: &mut Reader, file: &Part) -> String {
    let Some(node) = file.node("service") else {
        return String::new();
    };
    let Some(code) = reader.word(node, "service") else {
        return String::new();
    };
    if !code
        .split('.')
        .all(|word| words::is_identifier(&word.replace('-', "_")))
    {
        reader.say(
            node.mark,
            format!(
                "Mã dịch vụ “{code}” phải là chữ thường không dấu, nối bằng dấu chấm hoặc gạch nối."
            ),
            Some("land.transfer".into()),
        );
    }
    code.to_owned()
}

fn owner(reader: &mut Reader, file: &Part) -> Option<Owner> {
    let part = reader.part(file.node("owner")?, &OWNER);
    for key in ["system", "name", "site"] {
        reader.need(&part, key);
    }
    Some(Owner {
        system: reader
            .parsed(&part, "system", "một mã", "enterprise-register", |text| {
                words::is_code(text).then(|| text.to_owned())
            })
            .unwrap_or_default(),
        name: reader.label(&part, "name"),
        site: reader.string(&part, "site").unwrap_or_default(),
    })
}

fn parts(reader: &mut Reader, file: &Part) -> Vec<LinkedPart> {
    let items = reader.items(file, "parts");
    items
        .iter()
        .map(|item| {
            let part = reader.part(item, &LINKED_PART);
            for key in ["name", "service", "within"] {
                reader.need(&part, key);
            }
            LinkedPart {
                code: reader.code(&part, "code"),
                name: reader.label(&part, "name"),
                service: reader.string(&part, "service").unwrap_or_default(),
                after: reader.words(&part, "after"),
                within: reader.parsed(
                    &part,
                    "within",
                    "một khoảng thời gian",
                    "10 working-days | 15 days",
                    |text| words::limit(text, words::Days::Calendar),
                ),
            }
        })
        .collect()
}

/// `one-stop/1`
pub fn is_frame(text: &str) -> bool {
    text.split_once('/').is_some_and(|(name, number)| {
        words::is_code(name) && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
    })
}

pub(crate) fn legal_basis(reader: &mut Reader, file: &Part) -> Vec<LegalBasis> {
    let items = reader.items(file, "legal-basis");
    items
        .iter()
        .map(|item| {
            let part = reader.part(item, &LEGAL_BASIS);
            reader.need(&part, "document");
            LegalBasis {
                document: reader.string(&part, "document").unwrap_or_default(),
                says: reader.string(&part, "says").unwrap_or_default(),
            }
        })
        .collect()
}

fn applicants(reader: &mut Reader, file: &Part) -> Applicants {
    let Some(node) = file.node("applicants") else {
        return Applicants::default();
    };
    let part = reader.part(node, &APPLICANTS);
    reader.need(&part, "who");
    reader.need(&part, "channels");
    Applicants {
        who: reader.some_of(&part, "who", WHO),
        identity: reader
            .one_of(&part, "identity", IDENTITY)
            .unwrap_or_default(),
        channels: reader.some_of(&part, "channels", CHANNELS),
    }
}

pub(crate) fn papers(reader: &mut Reader, file: &Part) -> Vec<Paper> {
    let named = reader.named(file, "papers");
    named
        .iter()
        .map(|entry| {
            let part = reader.part(&entry.value, &PAPER);
            reader.need(&part, "name");
            reader.need(&part, "template");
            Paper {
                code: entry.key.clone(),
                name: reader.label(&part, "name"),
                template: reader.string(&part, "template").unwrap_or_default(),
                signed_by: reader.string(&part, "signed-by"),
                keep: form::keep(reader, &part),
                national_code: reader.string(&part, "national-code"),
            }
        })
        .collect()
}

fn access(reader: &mut Reader, file: &Part) -> Access {
    let Some(node) = file.node("access") else {
        return Access::default();
    };
    let part = reader.part(node, &super::shape::ACCESS);
    Access {
        see: pairs(reader, &part, "see"),
        hide: pairs(reader, &part, "hide"),
        publish: reader.one_of(
            &part,
            "publish",
            &[
                ("at-once", Publish::AtOnce),
                ("after-review", Publish::AfterReview),
                ("never", Publish::Never),
            ],
        ),
    }
}

fn tests(reader: &mut Reader, file: &Part) -> Vec<Test> {
    let items = reader.items(file, "tests");
    items
        .iter()
        .map(|item| {
            let part = reader.part(item, &TEST);
            reader.need(&part, "name");
            reader.need(&part, "expect");
            Test {
                name: reader.string(&part, "name").unwrap_or_default(),
                given: pairs(reader, &part, "given"),
                walk: reader.words(&part, "walk"),
                expect: pairs(reader, &part, "expect"),
            }
        })
        .collect()
}

/// `{a: x, b: [y, z]}` → (a, x), (b, "y | z"): a list is written as the words of a choice.
fn pairs(reader: &mut Reader, part: &Part, key: &str) -> Vec<(String, String)> {
    let entries = reader.named(part, key);
    entries
        .iter()
        .filter_map(|entry| {
            let value = match &entry.value.value {
                Value::List(_) => reader.words_at(&entry.value, &entry.key).join(" | "),
                _ => reader.word(&entry.value, &entry.key)?.to_owned(),
            };
            Some((entry.key.clone(), value))
        })
        .collect()
}

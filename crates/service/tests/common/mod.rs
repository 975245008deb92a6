//! A service made up for tests: a land transfer in small, with every form of asking.
#![allow(dead_code)] // each test file uses its part

use serde_json::Value;
use service::Answers;
use service::Text;
use service::definition::{
    Cell, Choice, Definition, Document, Expr, Fee, Field, FieldKind, Hit, Page, PageCheck,
    RegisterCall, Repeat, Row, Table, Who,
};

pub fn answers(value: Value) -> Answers {
    match value {
        Value::Object(map) => map,
        other => panic!("answers are an object, not {other}"),
    }
}

pub fn expr(text: &str) -> Expr {
    Expr(text.to_owned())
}

pub fn field(code: &str, kind: FieldKind) -> Field {
    Field {
        code: code.to_owned(),
        label: Text::vi(code),
        kind,
        ..Field::default()
    }
}

pub fn required(code: &str, kind: FieldKind) -> Field {
    Field {
        required: true,
        ..field(code, kind)
    }
}

pub fn choice(code: &str, options: &[&str]) -> Field {
    Field {
        options: options
            .iter()
            .map(|code| Choice {
                code: (*code).to_owned(),
                label: Text::vi(*code),
            })
            .collect(),
        ..required(code, FieldKind::Choice(None))
    }
}

pub fn cell(text: &str) -> Cell {
    match text.split_once("..") {
        Some((from, to)) => {
            let bound = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Cell::Range {
                from: bound(from),
                to: bound(to),
            }
        }
        None if text == "*" => Cell::Any,
        None => Cell::OneOf(text.split('|').map(|word| word.trim().to_owned()).collect()),
    }
}

/// Rows as `a, b -> c, d`.
pub fn table(code: &str, hit: Hit, inputs: &[&str], outputs: &[&str], rows: &[&str]) -> Table {
    let words = |text: &str| -> Vec<String> {
        text.split(',').map(|word| word.trim().to_owned()).collect()
    };
    Table {
        code: code.to_owned(),
        hit,
        inputs: inputs.iter().map(|input| expr(input)).collect(),
        outputs: outputs.iter().map(|output| (*output).to_owned()).collect(),
        rows: rows
            .iter()
            .map(|row| {
                let (when, then) = row.split_once("->").expect("a row has an arrow");
                Row {
                    when: words(when).iter().map(|text| cell(text)).collect(),
                    then: words(then),
                }
            })
            .collect(),
    }
}

pub fn land() -> Definition {
    let mut definition = Definition {
        service: "land.small".to_owned(),
        name: Text::vi("Chuyển nhượng"),
        ..Definition::default()
    };
    definition.applicants.who = vec![Who::Citizen, Who::Proxy];
    definition.form = vec![
        Page {
            page: Text::vi("Thửa đất"),
            fields: vec![
                Field {
                    pattern: Some("[A-Z]{2} [0-9]{6,8}".to_owned()),
                    ..required("certificate_no", FieldKind::Text)
                },
                Field {
                    from: Some(RegisterCall {
                        register: "land-register".to_owned(),
                        key: expr("certificate_no"),
                    }),
                    read_only: true,
                    ..field("parcel", FieldKind::Record)
                },
                required("area_sold", FieldKind::Decimal(1)),
                Field {
                    value: Some(expr("area_sold < parcel.area_m2")),
                    ..field("splits", FieldKind::YesNo)
                },
            ],
            check: vec![PageCheck {
                must: expr("area_sold <= parcel.area_m2"),
                otherwise: Text::vi("Diện tích chuyển nhượng lớn hơn diện tích thửa đất"),
            }],
            ..Page::default()
        },
        Page {
            page: Text::vi("Bên nhận"),
            repeat: Some(Repeat {
                code: "buyers".to_owned(),
                label: Text::vi("Bên nhận"),
                min: 1,
                max: 3,
            }),
            fields: vec![
                choice("kind", &["person", "organisation"]),
                Field {
                    show_when: Some(expr("kind == \"person\"")),
                    mask: Some("last-4".to_owned()),
                    ..required("personal_id", FieldKind::PersonalId)
                },
                Field {
                    show_when: Some(expr("kind == \"organisation\"")),
                    ..required("organisation_id", FieldKind::OrganisationId)
                },
                choice("category", &["none", "poor-household", "merit"]),
            ],
            ..Page::default()
        },
        Page {
            page: Text::vi("Giá"),
            fields: vec![
                required("price", FieldKind::Money),
                choice("delivery", &["counter", "post"]),
                Field {
                    show_when: Some(expr("delivery == \"post\"")),
                    ..required("post_address", FieldKind::Address)
                },
                field("urgent", FieldKind::YesNo),
                field("phone", FieldKind::Phone),
            ],
            ..Page::default()
        },
        Page {
            page: Text::vi("Ủy quyền"),
            show_when: Some(expr("applicant.kind == \"proxy\"")),
            fields: vec![required("proxy_no", FieldKind::Text)],
            ..Page::default()
        },
    ];
    definition.documents = vec![
        Document {
            code: "contract".to_owned(),
            label: Text::vi("Hợp đồng"),
            required: true,
            ..Document::default()
        },
        Document {
            code: "survey".to_owned(),
            label: Text::vi("Mảnh trích đo"),
            required_when: Some(expr("splits")),
            ..Document::default()
        },
    ];
    definition.fees = vec![
        Fee {
            code: "certificate_fee".to_owned(),
            label: Text::vi("Lệ phí"),
            amount: expr("table(certificate_fee)"),
            due: Some("receive".to_owned()),
            ..Fee::default()
        },
        Fee {
            code: "appraisal_fee".to_owned(),
            label: Text::vi("Phí thẩm định"),
            amount: expr("round(price * 15 / 10000, 1000)"),
            cap: Some(5_000_000),
            ..Fee::default()
        },
        Fee {
            code: "post_fee".to_owned(),
            label: Text::vi("Phí gửi"),
            amount: expr("30000"),
            when: Some(expr("delivery == \"post\"")),
            ..Fee::default()
        },
    ];
    definition.tables = vec![table(
        "certificate_fee",
        Hit::First,
        &["buyers.category", "parcel.zone", "splits"],
        &[""],
        &[
            "poor-household | merit, *, * -> 0",
            "*, urban, true -> 100000",
            "*, urban, false -> 50000",
            "*, rural, * -> 25000",
        ],
    )];
    definition
}

/// Complete answers for [`land`].
pub fn complete() -> Answers {
    answers(serde_json::json!({
        "certificate_no": "AB 123456",
        "parcel": {"area_m2": 120.5, "zone": "urban", "area": "31135"},
        "area_sold": 100,
        "buyers": [{"kind": "person", "personal_id": "092085001234", "category": "none"}],
        "price": 1_500_400_000_i64,
        "delivery": "counter"
    }))
}

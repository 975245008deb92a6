//! What people fill in, bring and pay: pages, fields, documents, fees.

use super::shape::{DOCUMENT, DUPLICATES, FEE, FIELD, PAGE, PAGE_CHECK, REPEAT};
use super::{Part, Reader, words};
use crate::definition::{
    Choice, Document, Duplicates, Fee, Field, FieldKind, Page, PageCheck, Repeat,
};
use crate::text::Text;
use crate::yaml::Node;

/// File kinds that can be handed in.
pub const ACCEPT: &[&str] = &[
    "pdf", "jpg", "png", "webp", "doc", "docx", "xls", "xlsx", "csv", "dgn", "dwg", "dxf", "zip",
    "mp4", "mp3", "xml", "json", "p7s",
];
pub const MASKS: &[(&str, &str)] = &[("none", "none"), ("last-4", "last-4"), ("hidden", "hidden")];

/// The pages, and the search for duplicates that one of them may ask for.
pub fn form(reader: &mut Reader, file: &Part) -> (Vec<Page>, Option<Duplicates>) {
    let mut duplicates = None;
    let items = reader.items(file, "form");
    let pages = items
        .iter()
        .map(|item| {
            let part = reader.part(item, &PAGE);
            if let Some(node) = part.node("duplicates") {
                duplicates = search_for_duplicates(reader, node);
            }
            page(reader, &part)
        })
        .collect();
    (pages, duplicates)
}

fn page(reader: &mut Reader, part: &Part) -> Page {
    reader.need(part, "page");
    reader.need(part, "fields");
    let fields = reader.items(part, "fields");
    let checks = reader.items(part, "check");
    Page {
        page: reader.label(part, "page"),
        help: reader.label(part, "help"),
        show_when: reader.expr(part, "show-when"),
        repeat: part.node("repeat").map(|node| repeat(reader, node)),
        fields: fields.iter().map(|node| field(reader, node)).collect(),
        check: checks.iter().map(|node| page_check(reader, node)).collect(),
    }
}

fn repeat(reader: &mut Reader, node: &Node) -> Repeat {
    let part = reader.part(node, &REPEAT);
    reader.need(&part, "label");
    let repeat = Repeat {
        code: reader.code(&part, "code"),
        label: reader.label(&part, "label"),
        min: reader.number(&part, "min").unwrap_or(0),
        max: reader.number(&part, "max").unwrap_or(20),
    };
    if repeat.max < repeat.min.max(1) {
        reader.say(
            node.mark,
            format!(
                "Nhóm “{}” có số dòng nhiều nhất ({}) nhỏ hơn số dòng ít nhất.",
                repeat.code, repeat.max
            ),
            Some(format!("max: {}", repeat.min.max(1))),
        );
    }
    repeat
}

fn page_check(reader: &mut Reader, node: &Node) -> PageCheck {
    let part = reader.part(node, &PAGE_CHECK);
    reader.need(&part, "must");
    reader.need(&part, "else");
    PageCheck {
        must: reader.expr(&part, "must").unwrap_or_default(),
        otherwise: reader.label(&part, "else"),
    }
}

pub fn search_for_duplicates(reader: &mut Reader, node: &Node) -> Option<Duplicates> {
    let part = reader.part(node, &DUPLICATES);
    reader.need(&part, "within");
    reader.need(&part, "and");
    reader.one_of(&part, "offer", &[("follow", ())]);
    let within = reader.parsed(&part, "within", "một khoảng cách", "100 m", |text| {
        words::count_of(text, &["m"])
            .or_else(|| words::count_of(text, &["km"]).and_then(|km| km.checked_mul(1000)))
    });
    let days = reader.parsed(&part, "and", "một số ngày", "7 days", |text| {
        words::count_of(text, &["day", "days"])
    });
    Some(Duplicates {
        within_metres: within?,
        days: days?,
    })
}

fn field(reader: &mut Reader, node: &Node) -> Field {
    let part = reader.part(node, &FIELD);
    reader.need(&part, "label");
    reader.need(&part, "type");
    let kind = match part
        .node("type")
        .map(|node| (node, reader.word(node, "type")))
    {
        Some((node, Some(word))) => words::field_kind(word).or_else(|| {
            let known: Vec<(&str, FieldKind)> = words::FIELD_KINDS.to_vec();
            reader.choose(node.mark, "type", word, &known)
        }),
        _ => None,
    };
    let field = Field {
        code: reader.code(&part, "code"),
        label: reader.label(&part, "label"),
        help: reader.label(&part, "help"),
        kind: kind.clone().unwrap_or_default(),
        required: reader.yes_no(&part, "required").unwrap_or_default(),
        required_when: reader.expr(&part, "required-when"),
        show_when: reader.expr(&part, "show-when"),
        value: reader.expr(&part, "value"),
        from: reader.parsed(
            &part,
            "from",
            "sổ(ô làm khóa)",
            "population(personal_id)",
            words::register_call,
        ),
        account: reader.parsed(
            &part,
            "account",
            "phần của tài khoản",
            "personal-id, full-name, requester.full-name",
            |word| crate::account::part(word).map(|_| word.to_owned()),
        ),
        read_only: reader.yes_no(&part, "read-only").unwrap_or_default(),
        pattern: reader.string(&part, "pattern"),
        min: reader.string(&part, "min"),
        max: reader.string(&part, "max"),
        options: options(reader, &part),
        mask: reader.one_of(&part, "mask", MASKS).map(str::to_owned),
        public: reader.yes_no(&part, "public"),
        purpose: part.has("purpose").then(|| reader.label(&part, "purpose")),
        keep: keep(reader, &part),
    };
    judge_field(reader, &part, &field, kind.is_some());
    field
}

/// What only makes sense together, or not together.
fn judge_field(reader: &mut Reader, part: &Part, field: &Field, kind_known: bool) {
    let own_list = matches!(
        field.kind,
        FieldKind::Choice(None) | FieldKind::Choices(None)
    );
    if kind_known && own_list && field.options.is_empty() {
        reader.say(
            part.mark,
            format!(
                "Ô “{}” là lựa chọn nhưng không có mục nào để chọn.",
                field.code
            ),
            Some("options: {a: …, b: …}".into()),
        );
    }
    if let Some(entry) = part.entry("options").filter(|_| kind_known && !own_list) {
        reader.say(
            entry.mark,
            format!(
                "Ô “{}” không phải loại choice có danh sách riêng nên không có “options”.",
                field.code
            ),
            Some("type: choice".into()),
        );
    }
    let together = |a: &str, b: &str| part.has(a).then(|| part.entry(b)).flatten();
    if let Some(entry) = together("required", "required-when").filter(|_| field.required) {
        reader.say(
            entry.mark,
            "Đã bắt buộc thì không cần “required-when”.",
            Some("bỏ “required: true”".into()),
        );
    }
    if let Some(entry) = together("value", "from") {
        reader.say(
            entry.mark,
            "Một ô chỉ được tính (value) hoặc lấy từ sổ (from), không cả hai.",
            None,
        );
    }
    if field.required && field.value.is_some() {
        let mark = part.entry("required").map_or(part.mark, |entry| entry.mark);
        reader.say(
            mark,
            "Ô được tính (value) thì không ai điền, nên không thể bắt buộc.",
            None,
        );
    }
}

fn options(reader: &mut Reader, part: &Part) -> Vec<Choice> {
    let entries = reader.named(part, "options");
    let mut choices: Vec<Choice> = entries
        .iter()
        .filter_map(|entry| {
            let label = reader.word(&entry.value, &entry.key)?;
            Some(Choice {
                code: entry.key.clone(),
                label: Text::vi(label),
            })
        })
        .collect();
    for choice in &mut choices {
        for language in ["en", "km", "zh", "fr", "ja", "ko"] {
            let key = format!("options.{language}");
            if let Some(text) = part
                .node(&key)
                .and_then(|n| n.get(&choice.code))
                .and_then(Node::text)
            {
                choice
                    .label
                    .others
                    .insert(language.to_owned(), text.to_owned());
            }
        }
    }
    choices
}

pub fn keep(reader: &mut Reader, part: &Part) -> Option<String> {
    reader.parsed(part, "keep", "thời gian lưu", "10 years", |text| {
        words::is_keep(text).then(|| text.to_owned())
    })
}

pub fn documents(reader: &mut Reader, file: &Part) -> Vec<Document> {
    let items = reader.items(file, "documents");
    items
        .iter()
        .map(|item| {
            let part = reader.part(item, &DOCUMENT);
            reader.need(&part, "label");
            let accept: Vec<(&str, &str)> = ACCEPT.iter().map(|kind| (*kind, *kind)).collect();
            Document {
                code: reader.code(&part, "code"),
                label: reader.label(&part, "label"),
                help: reader.label(&part, "help"),
                required: reader.yes_no(&part, "required").unwrap_or_default(),
                required_when: reader.expr(&part, "required-when"),
                accept: reader
                    .some_of(&part, "accept", &accept)
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                max_bytes: reader.parsed(&part, "max", "một cỡ tệp", "20 MB", words::bytes),
                originals: reader.number(&part, "originals").unwrap_or_default(),
                copies: reader.number(&part, "copies").unwrap_or_default(),
                national_code: reader.string(&part, "national-code"),
                result_of: reader.words(&part, "result-of"),
            }
        })
        .collect()
}

pub fn fees(reader: &mut Reader, file: &Part) -> Vec<Fee> {
    let items = reader.items(file, "fees");
    items
        .iter()
        .map(|item| {
            let part = reader.part(item, &FEE);
            reader.need(&part, "label");
            reader.need(&part, "amount");
            Fee {
                code: reader.code(&part, "code"),
                label: reader.label(&part, "label"),
                amount: reader.expr(&part, "amount").unwrap_or_default(),
                cap: reader.number(&part, "cap"),
                due: reader.string(&part, "due"),
                when: reader.expr(&part, "when"),
                exempt: reader.expr(&part, "exempt"),
            }
        })
        .collect()
}

//! The static checker: clean definitions stay clean, and each flaw is told at its place with what to write instead.

mod common;

use std::fs;
use std::path::Path;

use common::{answers, choice, expr, field, land, required, table};
use serde_json::json;
use service::Text;
use service::definition::{
    Cell, Definition, Fee, Field, FieldKind, Hit, LimitRule, PageCheck, RegisterCall, Role,
    UnitRule,
};
use service::expr::{Scope, check_definition};
use service::field::judge;

fn told(definition: &Definition) -> Vec<(String, String, Option<String>)> {
    check_definition(definition)
        .into_iter()
        .map(|found| (found.path, found.says, found.instead))
        .collect()
}

#[test]
fn a_good_definition_is_clean() {
    assert_eq!(told(&land()), []);
}

#[test]
fn shipped_services_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
    let mut read = 0;
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "yaml") {
            let file = service::read(&fs::read_to_string(&path).unwrap());
            assert_eq!(told(&file.definition), [], "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= 11, "only {read} services found");
}

/// One flaw made in the good definition: where it is told, what is said, what is proposed.
type Flaw = (
    fn(&mut Definition),
    &'static str,
    &'static str,
    &'static str,
);

fn price_shown_when(definition: &mut Definition, text: &str) {
    definition.form[2].fields[4].show_when = Some(expr(text));
}

fn post_fee(definition: &mut Definition, text: &str) {
    definition.fees[2].amount = expr(text);
}

#[test]
fn flaws_are_told_with_place_and_remedy() {
    let flaws: &[Flaw] = &[
        (
            |d| price_shown_when(d, "deliveri == \"post\""),
            "form/2/fields/4/show-when",
            "Không có trường “deliveri”",
            "delivery",
        ),
        (
            |d| price_shown_when(d, "category == \"merit\""),
            "form/2/fields/4/show-when",
            "Không có trường “category”",
            "buyers.category",
        ),
        (
            |d| price_shown_when(d, "delivery == \"pots\""),
            "form/2/fields/4/show-when",
            "“pots” không phải một lựa chọn của “delivery”",
            "\"post\"",
        ),
        (
            |d| price_shown_when(d, "\"mail\" == delivery"),
            "form/2/fields/4/show-when",
            "“mail” không phải một lựa chọn",
            "counter | post",
        ),
        (
            |d| price_shown_when(d, "delivery in [\"post\", \"pst\"]"),
            "form/2/fields/4/show-when",
            "“pst” không phải một lựa chọn",
            "\"post\"",
        ),
        (
            |d| price_shown_when(d, "price"),
            "form/2/fields/4/show-when",
            "cần điều kiện có/không, “price” là tiền",
            "",
        ),
        (
            |d| price_shown_when(d, "urgent && price"),
            "form/2/fields/4/show-when",
            "&& cần điều kiện có/không",
            "",
        ),
        (
            |d| price_shown_when(d, "delivery < 3"),
            "form/2/fields/4/show-when",
            "không so sánh lựa chọn với số nguyên",
            "",
        ),
        (
            |d| price_shown_when(d, "price > area_sold"),
            "form/2/fields/4/show-when",
            "không dùng được giữa tiền và số thập phân",
            "",
        ),
        (
            |d| price_shown_when(d, "urgent == \"true\""),
            "form/2/fields/4/show-when",
            "không bao giờ bằng nhau",
            "urgent",
        ),
        (
            |d| price_shown_when(d, "post_address == \"x\""),
            "form/2/fields/4/show-when",
            "“post_address” có thể chưa có giá trị",
            "has(post_address) && …",
        ),
        (
            |d| price_shown_when(d, "buyers.category == \"merit\""),
            "form/2/fields/4/show-when",
            "là danh sách",
            "buyers.exists(x, x.category == \"merit\")",
        ),
        (
            |d| price_shown_when(d, "parcel.are_m2 > 3"),
            "form/2/fields/4/show-when",
            "“parcel” không có “are_m2”",
            "parcel.area_m2",
        ),
        (
            |d| price_shown_when(d, "parcel.zone == \"city\""),
            "form/2/fields/4/show-when",
            "“city” không phải một lựa chọn của “parcel.zone”",
            "urban | rural",
        ),
        (
            |d| price_shown_when(d, "applicant.kind == \"organisation\""),
            "form/2/fields/4/show-when",
            "không phải một lựa chọn của “applicant.kind”",
            "citizen | proxy",
        ),
        (
            |d| price_shown_when(d, "buyers.all(b, b.knd == \"person\")"),
            "form/2/fields/4/show-when",
            "“b” không có “knd”",
            "b.kind",
        ),
        (
            |d| price_shown_when(d, "buyers.all(b, b.personal_id != \"\")"),
            "form/2/fields/4/show-when",
            "“b.personal_id” có thể chưa có giá trị",
            "has(b.personal_id) && …",
        ),
        (
            |d| price_shown_when(d, "price.all(b, true)"),
            "form/2/fields/4/show-when",
            "cần danh sách, đây là tiền",
            "",
        ),
        (
            |d| price_shown_when(d, "size(price) > 1"),
            "form/2/fields/4/show-when",
            "size(…) cần danh sách hoặc chữ",
            "",
        ),
        (
            |d| price_shown_when(d, "sze(buyers) > 1"),
            "form/2/fields/4/show-when",
            "Không có hàm sze(…)",
            "size(…)",
        ),
        (
            |d| price_shown_when(d, "price >"),
            "form/2/fields/4/show-when",
            "sai cú pháp",
            "",
        ),
        (
            |d| {
                price_shown_when(
                    d,
                    "((((((((((((((((((((((((((true))))))))))))))))))))))))))",
                )
            },
            "form/2/fields/4/show-when",
            "lồng quá sâu",
            "",
        ),
        (
            |d| price_shown_when(d, "today > \"31/12/2026\""),
            "form/2/fields/4/show-when",
            "không phải ngày",
            "\"2026-12-31\"",
        ),
        (
            |d| price_shown_when(d, "today - today > 3"),
            "form/2/fields/4/show-when",
            "không dùng được giữa ngày và ngày",
            "days(today, today)",
        ),
        (
            |d| price_shown_when(d, "table(certificate) > 3"),
            "form/2/fields/4/show-when",
            "Không có bảng “certificate”",
            "table(certificate_fee)",
        ),
        (
            |d| price_shown_when(d, "phone == \"1\""),
            "form/2/fields/4/show-when",
            "Phụ thuộc vòng tròn: phone → phone",
            "",
        ),
        (
            |d| d.form[0].fields[2].show_when = Some(expr("splits")),
            "form/0/fields/2/show-when",
            "Phụ thuộc vòng tròn: area_sold → splits → area_sold",
            "",
        ),
        (
            |d| d.form[2].fields[0].required_when = Some(expr("phone == \"1\"")),
            "form/2/fields/0/required-when",
            "“phone” có thể chưa có giá trị",
            "default(phone, …)",
        ),
        (
            |d| d.form[0].fields[3].value = Some(expr("area_sold")),
            "form/0/fields/3/value",
            "Ở đây cần có/không, “area_sold” là số thập phân",
            "",
        ),
        (
            |d| {
                d.form[0].check.push(PageCheck {
                    must: expr("area_sold + 1"),
                    otherwise: Text::vi("x"),
                })
            },
            "form/0/check/1/must",
            "cần điều kiện có/không",
            "",
        ),
        (
            |d| {
                d.form[0].fields[1].from = Some(RegisterCall {
                    register: "population".into(),
                    key: expr("price"),
                })
            },
            "form/0/fields/1/from",
            "Ở đây cần chữ, “price” là tiền",
            "",
        ),
        (
            |d| d.form[0].fields[0].pattern = Some("[A-Z".into()),
            "form/0/fields/0/pattern",
            "không đọc được",
            "",
        ),
        (
            |d| d.form[2].fields[0].min = Some("một".into()),
            "form/2/fields/0/min",
            "không đọc được",
            "",
        ),
        (
            |d| d.form[2].fields.push(field("n", FieldKind::Choice(None))),
            "form/2/fields/5/type",
            "“n” chưa có lựa chọn nào",
            "options",
        ),
        (
            |d| d.documents[1].required_when = Some(expr("split")),
            "documents/1/required-when",
            "Không có trường “split”",
            "splits",
        ),
        (
            |d| post_fee(d, "price * 15 / 10000"),
            "fees/2/amount",
            "phải làm tròn",
            "round(price * 15 / 10000, 1000)",
        ),
        (
            |d| post_fee(d, "round(price * 15 / 10000, table(certificate_fee))"),
            "fees/2/amount",
            "cần bước làm tròn là một số lớn hơn 0",
            "round(price * 15 / 10000, 1000)",
        ),
        (
            |d| post_fee(d, "round(price * 15 / 10000, 0)"),
            "fees/2/amount",
            "cần bước làm tròn là một số lớn hơn 0",
            "round(price * 15 / 10000, 1000)",
        ),
        (
            |d| post_fee(d, "area_sold * 2"),
            "fees/2/amount",
            "Ở đây cần tiền",
            "round(area_sold * 2, 1)",
        ),
        (
            |d| post_fee(d, "\"x\""),
            "fees/2/amount",
            "Ở đây cần tiền, “\"x\"” là chữ",
            "",
        ),
        (
            |d| d.tables[0].rows[0].when[0] = Cell::OneOf(vec!["por-household".into()]),
            "tables/certificate_fee/rows/0",
            "Ô “por-household” không hợp với cột lựa chọn",
            "poor-household",
        ),
        (
            |d| d.tables[0].rows[1].when[2] = Cell::OneOf(vec!["yes".into()]),
            "tables/certificate_fee/rows/1",
            "Ô “yes” không hợp với cột có/không",
            "true | false",
        ),
        (
            |d| {
                d.tables[0].rows.remove(3);
            },
            "tables/certificate_fee",
            "không có dòng cho: buyers.category = none, parcel.zone = rural, splits = có",
            "*",
        ),
        (
            |d| {
                let row = d.tables[0].rows[1].clone();
                d.tables[0].rows.push(row);
            },
            "tables/certificate_fee/rows/4",
            "Dòng 5 không bao giờ được dùng",
            "",
        ),
        (
            |d| d.tables[0].hit = Hit::Unique,
            "tables/certificate_fee/rows/1",
            "Dòng 1 và dòng 2 cùng khớp: buyers.category = poor-household, parcel.zone = urban, splits = có",
            "hit: first",
        ),
        (
            |d| d.tables[0].inputs[0] = expr("table(certificate_fee)"),
            "tables/certificate_fee",
            "hỏi lại chính nó",
            "",
        ),
        (
            |d| {
                d.tables
                    .push(table("n", Hit::First, &["phone"], &[""], &["0 -> 1"]))
            },
            "tables/n",
            "không có dòng cho: phone = giá trị khác",
            "*",
        ),
        (
            |d| d.process.limit = Some(LimitRule::Answer(expr("price"))),
            "process/limit",
            "Ở đây cần ngày",
            "",
        ),
        (
            |d| {
                d.roles.push(Role {
                    code: "desk".into(),
                    at: Some(UnitRule::KindByArea {
                        kind: "commune".into(),
                        area: expr("parcel.aera"),
                    }),
                    ..Role::default()
                })
            },
            "roles/desk/at",
            "“parcel” không có “aera”",
            "parcel.area",
        ),
    ];
    for (n, (make, path, says, instead)) in flaws.iter().enumerate() {
        let mut definition = land();
        make(&mut definition);
        let told = told(&definition);
        assert!(
            told.iter().any(|(p, s, i)| p == path
                && s.contains(says)
                && i.as_deref().unwrap_or("").contains(instead)
                && (i.is_none() == instead.is_empty() || instead.is_empty())),
            "flaw {n} at {path}: {says}; told {told:#?}"
        );
    }
}

#[test]
fn what_is_asked_for_first_may_be_read() {
    for text in [
        "has(phone) && phone == \"1\"",
        "!has(phone) || phone == \"1\"",
        "has(phone) ? phone == \"1\" : false",
        "default(phone, \"\") == \"1\"",
        "delivery == \"post\" && post_address != \"x\"",
        "buyers.all(b, b.kind == \"person\" && b.personal_id != \"x\")",
        "buyers.exists(b, has(b.personal_id) && b.personal_id != \"x\")",
        "size(buyers) > 1 && price / 2 > 1000 && days(\"2026-01-01\", today) > 3",
        "buyers.filter(b, b.category == \"merit\").map(b, b.kind) == [\"person\"]",
        "\"merit\" in buyers.category",
        "has(buyers[1].kind)",
    ] {
        let mut definition = land();
        definition.documents[1].required_when = Some(expr(text));
        assert_eq!(told(&definition), [], "{text}");
    }
}

#[test]
fn numbers_and_days_are_covered_at_their_bounds() {
    let with = |field: Field, rows: &[&str]| {
        let mut definition = land();
        let input = field.code.clone();
        definition.form[2].fields.push(field);
        definition
            .tables
            .push(table("t", Hit::Unique, &[&input], &[""], rows));
        told(&definition)
            .into_iter()
            .map(|(_, says, _)| says)
            .collect::<Vec<_>>()
    };
    let age = |min: Option<&str>| Field {
        min: min.map(str::to_owned),
        ..required("age", FieldKind::Whole)
    };
    assert_eq!(
        with(age(Some("0")), &["..18 -> 1", "18..60 -> 2", "60.. -> 3"]),
        [""; 0]
    );
    assert_eq!(
        with(age(None), &["0..18 -> 1", "18.. -> 2"]),
        ["Bảng “t” không có dòng cho: age = -1"]
    );
    assert_eq!(
        with(age(Some("0")), &["0..18 -> 1", "18..60 -> 2"]),
        ["Bảng “t” không có dòng cho: age = 60"]
    );
    assert_eq!(
        with(age(Some("0")), &["..18 -> 1", "19.. -> 2"]),
        ["Bảng “t” không có dòng cho: age = 18"]
    );
    assert_eq!(
        with(age(None), &["..18 -> 1", "17.. -> 2"]),
        ["Dòng 1 và dòng 2 cùng khớp: age = 17"]
    );
    assert_eq!(
        with(
            required("born", FieldKind::Date),
            &["..2010-01-01 -> 1", "2010-01-02.. -> 2"]
        ),
        ["Bảng “t” không có dòng cho: born = 2010-01-01"]
    );
    assert_eq!(
        with(
            Field {
                required: false,
                ..choice("c", &["a", "b"])
            },
            &["a -> 1", "b -> 2"]
        ),
        ["Bảng “t” không có dòng cho: c = chưa trả lời"]
    );
}

#[test]
fn a_money_table_is_an_amount() {
    let mut definition = land();
    definition.fees.push(Fee {
        code: "x".into(),
        amount: expr("table(certificate_fee) * 2"),
        ..Fee::default()
    });
    assert_eq!(told(&definition), []);
    let price = judge(
        &required("p", FieldKind::Money),
        &json!("5"),
        &Scope::new(&answers(json!({}))),
    );
    assert_eq!(price, Ok(json!(5)));
}

//! The static checker: clean definitions stay clean, each flaw is told at its place with what to
//! write instead, and what the checker passes never faults.

mod common;

use std::fs;
use std::path::Path;

use common::{answers, choice, expr, field, land, required, table};
use proptest::prelude::*;
use serde_json::{Value, json};
use service::Text;
use service::definition::{
    Cell, Definition, Fee, Field, FieldKind, Hit, LimitRule, PageCheck, RegisterCall, Role,
    UnitRule, Who,
};
use service::expr::{Fault, Scope, check_definition, evaluate, explain};
use service::field::judge;
use service::table::decide;
use service::walk;

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

/// Complete answers of every kind of choice in the small land service.
fn any_complete() -> impl Strategy<Value = Value> {
    let buyer = (any::<bool>(), 0..3_usize).prop_map(|(person, category)| {
        let category = ["none", "poor-household", "merit"][category];
        if person {
            json!({"kind": "person", "personal_id": "092085001234", "category": category})
        } else {
            json!({"kind": "organisation", "organisation_id": "0300588569", "category": category})
        }
    });
    (
        prop::collection::vec(buyer, 1..4),
        any::<bool>(),
        1..2_000_u32,
        0..9_000_000_000_i64,
        prop::option::of(Just("0912345678")),
        any::<bool>(),
    )
        .prop_map(|(buyers, urban, area, price, phone, post)| {
            let mut all = json!({
                "certificate_no": "AB 123456",
                "parcel": {"area_m2": 120.5, "zone": if urban { "urban" } else { "rural" }, "area": "31135"},
                "area_sold": f64::from(area) / 10.0, "buyers": buyers, "price": price,
                "delivery": if post { "post" } else { "counter" }
            });
            if let (Some(phone), Some(map)) = (phone, all.as_object_mut()) {
                map.insert("phone".into(), json!(phone));
            }
            if let (true, Some(map)) = (post, all.as_object_mut()) {
                map.insert("post_address".into(), json!("12 Hòa Bình"));
            }
            all
        })
}

/// Expressions over the service, most of them flawed: the checker picks.
fn any_expr() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "price",
        "area_sold",
        "splits",
        "urgent",
        "delivery",
        "phone",
        "post_address",
        "today",
        "parcel.area_m2",
        "parcel.zone",
        "applicant.kind",
        "buyers",
        "buyers.category",
        "buyers[0].kind",
        "\"post\"",
        "\"urban\"",
        "\"merit\"",
        "3",
        "2.5",
        "true",
        "table(certificate_fee)",
        "size(buyers)",
        "has(phone)",
        "\"2026-01-01\"",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let two = (
            inner.clone(),
            prop::sample::select(vec!["&&", "||", "==", "!=", "<", ">=", "+", "-", "*", "in"]),
            inner.clone(),
        );
        let calls = prop::sample::select(vec!["round", "min", "max", "default", "days", "years"]);
        prop_oneof![
            4 => two.prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            1 => (calls, inner.clone(), inner.clone()).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
            1 => inner.clone().prop_map(|a| format!("!{a}")),
            1 => inner.clone().prop_map(|a| format!("buyers.exists(b, b.kind == \"person\" && {a})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_global_rejects: 200_000, ..ProptestConfig::default() })]
    #[test]
    fn what_the_checker_passes_never_faults(text in any_expr(), given in any_complete()) {
        let mut definition = land();
        // Said where it is no condition, the only flaw may be that it is none.
        definition.documents[1].required_when = Some(expr(&text));
        let told = told(&definition);
        let clean = told.iter().all(|(_, says, _)| says.starts_with("Chỗ này cần điều kiện"));
        if clean {
            let given = answers(given);
            let scope = Scope::of(&definition, &given).applicant(Who::Proxy).today(jiff::civil::date(2026, 2, 13));
            let settled = walk::settled(&definition, &scope);
            let scope = Scope::of(&definition, &settled).like(&scope);
            let got = evaluate(&expr(&text), &scope);
            // How large numbers grow is not a matter of types.
            prop_assert!(
                matches!(&got, Ok(value) if !value.is_null()) || got == Err(Fault::TooBig),
                "{text}: {got:?}"
            );
            prop_assert!(explain(&expr(&text), &scope).is_ok());
        }
    }
}

proptest! {
    #[test]
    fn what_covers_decides(
        rows in prop::collection::vec((0..4_usize, 0..4_usize, 0..3_usize), 1..8),
        unique in any::<bool>(),
    ) {
        let mut definition = land();
        let cells = ["*", "none", "poor-household | merit", "merit"];
        let flags = ["*", "true", "false", "*"];
        let zones = ["*", "urban", "rural"];
        let rows: Vec<String> = rows.iter().enumerate()
            .map(|(n, (a, b, c))| format!("{}, {}, {} -> {n}", cells[*a], flags[*b], zones[*c])).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let hit = if unique { Hit::Unique } else { Hit::First };
        definition.form[2].fields.push(choice("one", &["none", "poor-household", "merit"]));
        definition.tables.push(table("t", hit, &["one", "urgent", "parcel.zone"], &[""], &rows));
        let told = told(&definition);
        // The slow, obvious way: try everything.
        let (mut missing, mut both, mut used) = (false, false, std::collections::BTreeSet::new());
        for one in ["none", "poor-household", "merit"] {
            for urgent in [true, false] {
                for zone in ["urban", "rural"] {
                    let given = answers(json!({"one": one, "urgent": urgent, "parcel": {"zone": zone}}));
                    match decide(&definition, "t", &Scope::new(&given)) {
                        Ok(row) => { used.insert(row[""].clone()); }
                        Err(service::expr::Fault::NoRow(_)) => missing = true,
                        Err(service::expr::Fault::ManyRows(_)) => both = true,
                        Err(other) => prop_assert!(false, "{other}"),
                    }
                }
            }
        }
        let says = |part: &str| told.iter().any(|(_, says, _)| says.contains(part));
        prop_assert_eq!(says("không có dòng cho"), missing);
        prop_assert_eq!(says("cùng khớp"), both);
        if !unique {
            prop_assert_eq!(says("không bao giờ được dùng"), used.len() < rows.len());
        }
    }
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

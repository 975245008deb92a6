//! The form: walking it, judging it, what it costs, and who sees what.

mod common;

use std::collections::BTreeSet;

use common::{answers, choice, complete, expr, field, land, required, table};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};
use service::Text;
use service::answer::{documents, judge_all, judge_page, masked, public_view, strip_hidden};
use service::definition::{Channel, Field, FieldKind, Hit, Kind, LimitRule, Who};
use service::expr::{Fault, Scope};
use service::fees;
use service::field::{self, FieldProblem};
use service::table::{Promised, decide, limit};
use service::walk::{self, Next, PageRef};

fn page(index: usize) -> PageRef {
    PageRef { index, row: None }
}

fn row(index: usize, row: usize) -> PageRef {
    PageRef {
        index,
        row: Some(row),
    }
}

fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect()
}

fn told(problems: &[FieldProblem]) -> Vec<(&str, &str)> {
    problems
        .iter()
        .map(|p| (p.field.as_str(), p.code()))
        .collect()
}

#[test]
fn the_walk_follows_the_answers() {
    let land = land();
    let empty = answers(json!({}));
    let scope = Scope::new(&empty);
    assert_eq!(walk::pages(&land, &scope), [page(0), row(1, 0), page(2)]);
    assert_eq!(
        walk::pages(&land, &scope.applicant(Who::Proxy)),
        [page(0), row(1, 0), page(2), page(3)]
    );
    let two = answers(json!({"buyers": [{}, {}]}));
    assert_eq!(walk::pages(&land, &Scope::new(&two)).len(), 4);
    assert_eq!(walk::next(&land, &scope, None), Next::Page(page(0)));
    assert_eq!(
        walk::next(&land, &scope, Some(page(0))),
        Next::Page(row(1, 0))
    );
    assert_eq!(
        walk::next(&land, &Scope::new(&two), Some(row(1, 0))),
        Next::Page(row(1, 1))
    );
    assert_eq!(walk::next(&land, &scope, Some(page(2))), Next::Documents);
    let mut bare = land.clone();
    bare.documents.clear();
    assert_eq!(walk::next(&bare, &scope, Some(page(2))), Next::Review);
}

#[test]
fn a_hidden_field_has_no_value_and_a_computed_one_is_filled_in() {
    let land = land();
    let mut given = complete();
    given.insert("post_address".into(), json!("12 Hòa Bình"));
    given.insert("stranger".into(), json!(1));
    given.insert("splits".into(), json!(false));
    let settled = strip_hidden(&land, &Scope::new(&given));
    assert_eq!(settled.get("post_address"), None);
    assert_eq!(settled.get("stranger"), None);
    assert_eq!(settled.get("splits"), Some(&json!(true)));
    assert_eq!(settled.get("urgent"), Some(&json!(false)));
    given.insert("delivery".into(), json!("post"));
    let settled = strip_hidden(&land, &Scope::new(&given));
    assert_eq!(settled.get("post_address"), Some(&json!("12 Hòa Bình")));
    // Computed from what is not there: no value.
    given.remove("parcel");
    assert_eq!(strip_hidden(&land, &Scope::new(&given)).get("splits"), None);
}

#[test]
fn a_field_may_ask_a_later_one() {
    let mut land = land();
    land.form[0].fields[0].show_when = Some(expr("total > 5"));
    land.form[2].fields.push(Field {
        value: Some(expr("price / 2")),
        ..field("total", FieldKind::Money)
    });
    let settled = strip_hidden(&land, &Scope::new(&complete()));
    assert_eq!(settled.get("total"), Some(&json!(750_200_000)));
    assert!(settled.contains_key("certificate_no"));
}

#[test]
fn nothing_typed_is_lost() {
    let land = land();
    let empty = answers(json!({}));
    let (kept, problems) = judge_page(
        &land,
        page(0),
        &typed(&[
            ("certificate_no", "ab 12"),
            ("area_sold", "một trăm"),
            ("splits", "true"),
        ]),
        &Scope::new(&empty),
    );
    assert_eq!(kept.get("certificate_no"), Some(&json!("ab 12")));
    assert_eq!(kept.get("area_sold"), Some(&json!("một trăm")));
    assert_eq!(kept.get("splits"), None, "computed fields are not typed");
    assert_eq!(
        told(&problems),
        [("certificate_no", "pattern"), ("area_sold", "not-decimal")]
    );
    assert_eq!(problems[0].page, Some(page(0)));

    let (kept, problems) = judge_page(
        &land,
        page(0),
        &typed(&[("certificate_no", " AB  123456"), ("area_sold", "100,5")]),
        &Scope::new(&kept),
    );
    assert_eq!(told(&problems), []);
    assert_eq!(kept.get("area_sold"), Some(&json!(100.5)));
    assert_eq!(kept.get("certificate_no"), Some(&json!("AB 123456")));
}

#[test]
fn a_page_check_is_told_at_its_field() {
    let land = land();
    let given = complete();
    let (_, problems) = judge_page(
        &land,
        page(0),
        &typed(&[("certificate_no", "AB 123456"), ("area_sold", "130")]),
        &Scope::new(&given),
    );
    assert_eq!(told(&problems), [("area_sold", "check")]);
    assert_eq!(
        problems[0].says("vi"),
        "Diện tích chuyển nhượng lớn hơn diện tích thửa đất"
    );
}

#[test]
fn rows_are_judged_by_themselves() {
    let land = land();
    let given = complete();
    let (kept, problems) = judge_page(
        &land,
        row(1, 1),
        &typed(&[
            ("kind", "organisation"),
            ("organisation_id", "0300588568"),
            ("category", "merit"),
        ]),
        &Scope::new(&given),
    );
    assert_eq!(
        told(&problems),
        [("buyers/1/organisation_id", "not-organisation-id")]
    );
    assert_eq!(kept["buyers"][0], given["buyers"][0]);
    assert_eq!(kept["buyers"][1]["organisation_id"], json!("0300588568"));
    // A row beyond the greatest allowed is not made.
    let (kept, _) = judge_page(
        &land,
        row(1, 9),
        &typed(&[("kind", "person")]),
        &Scope::new(&given),
    );
    assert_eq!(kept["buyers"].as_array().map(Vec::len), Some(1));
}

#[test]
fn sending_asks_for_everything() {
    let land = land();
    let empty = answers(json!({}));
    let (_, problems) = judge_all(&land, &Scope::new(&empty), &BTreeSet::new());
    assert_eq!(
        told(&problems),
        [
            ("certificate_no", "required"),
            ("area_sold", "required"),
            ("buyers/0/kind", "required"),
            ("buyers/0/category", "required"),
            ("price", "required"),
            ("delivery", "required"),
            ("buyers", "too-few-rows"),
            ("documents/contract", "document-missing"),
        ]
    );
    let mut given = complete();
    given.insert("post_address".into(), json!("hidden"));
    given.insert("price".into(), json!("1.500.400.000"));
    let supplied = BTreeSet::from(["contract".to_owned()]);
    let (sent, problems) = judge_all(&land, &Scope::new(&given), &supplied);
    assert_eq!(told(&problems), [("documents/survey", "document-missing")]);
    assert!(!sent.contains_key("post_address"));
    assert_eq!(sent.get("price"), Some(&json!(1_500_400_000_i64)));
    given.insert("area_sold".into(), json!(120.5));
    let (_, problems) = judge_all(&land, &Scope::new(&given), &supplied);
    assert_eq!(told(&problems), []);
    assert!(
        documents(&land, &Scope::new(&given))
            .iter()
            .all(|(d, must)| *must == (d.code == "contract"))
    );
}

#[test]
fn fees_follow_table_rounding_and_cap() {
    let land = land();
    let due = |change: Value| {
        let mut given = complete();
        given.extend(answers(change));
        let settled = strip_hidden(&land, &Scope::new(&given));
        fees::due(&land, &Scope::new(&settled)).map(|dues| {
            dues.into_iter()
                .map(|due| (due.code, due.amount))
                .collect::<Vec<_>>()
        })
    };
    let fee = |code: &str, amount: i64| (code.to_owned(), amount);
    assert_eq!(
        due(json!({})),
        Ok(vec![
            fee("certificate_fee", 100_000),
            fee("appraisal_fee", 2_251_000)
        ])
    );
    assert_eq!(
        due(json!({"price": 9_000_000_000_i64, "delivery": "post", "area_sold": 120.5})),
        Ok(vec![
            fee("certificate_fee", 50_000),
            fee("appraisal_fee", 5_000_000),
            fee("post_fee", 30_000)
        ])
    );
    assert_eq!(
        due(json!({"buyers": [{"category": "none"}, {"category": "merit"}]})).map(|d| d[0].1),
        Ok(0)
    );
    assert_eq!(
        due(json!({"price": null})),
        Err(Fault::Unanswered("Phí thẩm định".into()))
    );
    assert_eq!(
        due(json!({"parcel": null})),
        Err(Fault::Unanswered("Lệ phí".into()))
    );
}

#[test]
fn tables_decide() {
    let mut land = land();
    land.tables.push(table(
        "age",
        Hit::Unique,
        &["n"],
        &["group", "limit"],
        &[
            "..18 -> child, 24 hours",
            "18..60 -> adult, 5 working-days",
            "59.. -> old, soon",
        ],
    ));
    let say = |n: Value| {
        let given = answers(json!({"n": n}));
        decide(&land, "age", &Scope::new(&given)).map(|row| row["group"].clone())
    };
    assert_eq!(say(json!(17.9)), Ok("child".into()));
    assert_eq!(say(json!(18)), Ok("adult".into()));
    assert_eq!(say(json!(60)), Ok("old".into()));
    assert_eq!(say(json!(59)), Err(Fault::ManyRows("age".into())));
    assert_eq!(say(Value::Null), Err(Fault::NoRow("age".into())));

    let rule = LimitRule::Table {
        table: "age".into(),
        column: "limit".into(),
    };
    let at = |n: i64| {
        let given = answers(json!({"n": n}));
        limit(&land, &rule, &Scope::new(&given))
    };
    assert_eq!(at(3), Ok(Promised::Length("24 hours".parse().unwrap())));
    assert_eq!(at(70), Err(Fault::NoLimit("soon".into())));
    let by = LimitRule::ByChannel(vec![(Channel::Online, "3 working-days".parse().unwrap())]);
    let given = answers(json!({"due": "2026-03-01"}));
    let scope = Scope::new(&given);
    assert_eq!(
        limit(&land, &by, &scope.channel(Channel::Online)),
        Ok(Promised::Length("3 working-days".parse().unwrap()))
    );
    assert!(limit(&land, &by, &scope.channel(Channel::Post)).is_err());
    assert_eq!(
        limit(&land, &LimitRule::Answer(expr("due")), &scope),
        Ok(Promised::Until(date(2026, 3, 1)))
    );
    assert_eq!(
        limit(&land, &LimitRule::Answer(expr("none")), &scope),
        Err(Fault::Unanswered("none".into()))
    );
}

#[test]
fn others_see_less() {
    let mut land = land();
    land.access.hide = vec![("price".into(), "handlers-only".into())];
    let given = complete();
    let seen = masked(&land, &given);
    assert_eq!(seen["buyers"][0]["personal_id"], json!("••••••••1234"));
    assert_eq!(seen["price"], json!("•••"));
    assert_eq!(seen["delivery"], json!("counter"));
    assert!(
        public_view(&land, &given)
            .values()
            .all(|v| *v == json!([{}]))
    );

    land.kind = Kind::Report;
    land.form[2].fields.push(Field {
        public: Some(false),
        ..field("note", FieldKind::Text)
    });
    land.form[2].fields.push(field("where", FieldKind::Place));
    let mut given = given;
    given.extend(answers(json!({
        "phone": "0912345678", "note": "x",
        "where": {"lat": 10.0, "lon": 105.7, "words": "nhà ông Ba"}
    })));
    let public = public_view(&land, &given);
    for gone in ["phone", "note", "price", "parcel"] {
        assert!(!public.contains_key(gone), "{gone}");
    }
    assert_eq!(public["where"], json!({"lat": 10.0, "lon": 105.7}));
    assert_eq!(
        public["buyers"],
        json!([{"kind": "person", "category": "none"}])
    );
}

#[test]
fn each_kind_accepts_its_own() {
    let today = date(2026, 2, 13);
    let empty = answers(json!({}));
    let scope = Scope::new(&empty).today(today);
    let bounded = |kind: FieldKind, min: &str, max: &str| Field {
        min: Some(min.into()),
        max: Some(max.into()),
        ..field("f", kind)
    };
    let listed = Field {
        kind: FieldKind::Choices(None),
        ..choice("f", &["a", "b", "c"])
    };
    let cases: Vec<(Field, Value, Result<Value, &str>)> = vec![
        (required("f", FieldKind::Text), json!("  "), Err("required")),
        (
            field("f", FieldKind::Text),
            json!(" a\tb "),
            Ok(json!("a b")),
        ),
        (field("f", FieldKind::Text), json!("é"), Ok(json!("é"))),
        (
            field("f", FieldKind::LongText),
            json!("a\r\nb"),
            Ok(json!("a\nb")),
        ),
        (
            bounded(FieldKind::Text, "2", "3"),
            json!("a"),
            Err("too-short"),
        ),
        (
            bounded(FieldKind::Text, "2", "3"),
            json!("abcd"),
            Err("too-long"),
        ),
        (
            field("f", FieldKind::Money),
            json!("1.250.000 đ"),
            Ok(json!(1_250_000)),
        ),
        (field("f", FieldKind::Money), json!("-5"), Err("not-money")),
        (
            bounded(FieldKind::Money, "1000", "5000"),
            json!("999"),
            Err("too-small"),
        ),
        (
            bounded(FieldKind::Whole, "1", "60"),
            json!("61"),
            Err("too-large"),
        ),
        (field("f", FieldKind::Whole), json!(2.5), Err("not-whole")),
        (
            field("f", FieldKind::Decimal(1)),
            json!("12,5"),
            Ok(json!(12.5)),
        ),
        (
            field("f", FieldKind::Decimal(1)),
            json!("12,55"),
            Err("not-decimal"),
        ),
        (field("f", FieldKind::YesNo), json!("có"), Ok(json!(true))),
        (required("f", FieldKind::YesNo), json!(""), Err("required")),
        (
            field("f", FieldKind::Date),
            json!("31/12/2025"),
            Ok(json!("2025-12-31")),
        ),
        (
            bounded(FieldKind::Date, "1900-01-01", "today"),
            json!("14/02/2026"),
            Err("too-late"),
        ),
        (
            bounded(FieldKind::Date, "today", "2030-01-01"),
            json!("12/02/2026"),
            Err("too-early"),
        ),
        (choice("f", &["a"]), json!("b"), Err("not-a-choice")),
        (
            field("f", FieldKind::Choice(Some("sex".into()))),
            json!("female"),
            Ok(json!("female")),
        ),
        (
            listed.clone(),
            json!(["c", "a", "a"]),
            Ok(json!(["a", "c"])),
        ),
        (listed, json!(["z"]), Err("not-a-choice")),
        (
            field("f", FieldKind::Phone),
            json!("0912 345 678"),
            Ok(json!("0912345678")),
        ),
        (
            field("f", FieldKind::PersonalId),
            json!("092227001234"),
            Err("not-personal-id"),
        ),
        (
            field("f", FieldKind::Place),
            json!({"lat": "10.03", "lon": "105.78"}),
            Ok(json!({"lat": 10.03, "lon": 105.78})),
        ),
        (
            field("f", FieldKind::Place),
            json!({"lat": "10.03"}),
            Err("not-a-place"),
        ),
        (
            field("f", FieldKind::Place),
            json!({"words": "chợ An Hòa", "x": "y"}),
            Ok(json!({"words": "chợ An Hòa"})),
        ),
        (
            required("f", FieldKind::Place),
            json!({"lat": ""}),
            Err("required"),
        ),
        (
            bounded(FieldKind::Photos, "0", "1"),
            json!(["a1", "b2"]),
            Err("too-many"),
        ),
        (
            field("f", FieldKind::File),
            json!("sha256:ab"),
            Ok(json!(["sha256:ab"])),
        ),
        (
            field("f", FieldKind::Unit),
            json!("department-of-construction"),
            Ok(json!("department-of-construction")),
        ),
        (field("f", FieldKind::Unit), json!("<b>"), Err("not-a-unit")),
        (field("f", FieldKind::Email), json!("a@b"), Err("not-email")),
    ];
    for (field, raw, expect) in cases {
        let got = field::judge(&field, &raw, &scope);
        let got = got.as_ref().map_err(service::field::Wrong::code);
        assert_eq!(
            got,
            expect.as_ref().map_err(|code| *code),
            "{:?} {raw}",
            field.kind
        );
    }
}

#[test]
fn every_problem_has_a_sentence_in_both_languages() {
    let problem = FieldProblem::of(
        &Field {
            label: Text::vi("Giá"),
            ..Field::default()
        },
        service::field::Wrong::TooSmall {
            least: "1000000".into(),
        },
    );
    assert_eq!(problem.says("vi"), "“Giá” ít nhất là 1.000.000");
    assert_eq!(problem.says("en"), "“Giá” must be at least 1000000");
}

#[test]
fn the_browser_is_told_what_helps() {
    let empty = answers(json!({}));
    let scope = Scope::new(&empty).today(date(2026, 2, 13));
    let hints = field::html(&required("f", FieldKind::PersonalId), &scope);
    assert_eq!((hints.inputmode, hints.required), (Some("numeric"), true));
    let born = Field {
        max: Some("today".into()),
        ..field("f", FieldKind::Date)
    };
    assert_eq!(
        field::html(&born, &scope).max.as_deref(),
        Some("2026-02-13")
    );
}

fn any_kind() -> impl Strategy<Value = (FieldKind, Value)> {
    prop_oneof![
        "[a-zA-ZđĐàệ ]{1,30}".prop_map(|t| (FieldKind::Text, json!(t))),
        (0_i64..9_000_000_000_000).prop_map(|n| (FieldKind::Money, json!(n))),
        (-9_000_000_i64..9_000_000).prop_map(|n| (FieldKind::Whole, json!(n))),
        (-9_000_000_i64..9_000_000).prop_map(|n| (FieldKind::Decimal(2), json!(n as f64 / 100.0))),
        (1900_i16..2100, 1_i8..=12, 1_i8..=28)
            .prop_map(|(y, m, d)| (FieldKind::Date, json!(date(y, m, d).to_string()))),
        "09[0-9]{8}".prop_map(|t| (FieldKind::Phone, json!(t))),
    ]
}

fn any_answers() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!("person")),
        Just(json!("post")),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    let any = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("kind|category|lat|area_m2|zone|personal_id", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::btree_map(
        "certificate_no|parcel|area_sold|splits|buyers|price|delivery|post_address|urgent|phone",
        any,
        0..10,
    )
    .prop_map(|map| Value::Object(map.into_iter().collect()))
}

proptest! {
    #[test]
    fn what_is_written_is_judged_the_same((kind, raw) in any_kind()) {
        let empty = answers(json!({}));
        let scope = Scope::new(&empty);
        let field = field("f", kind);
        let value = field::judge(&field, &raw, &scope);
        prop_assert!(value.is_ok(), "{:?}", value);
        let value = value.unwrap();
        prop_assert_eq!(field::judge(&field, &value, &scope), Ok(value.clone()));
        let written = field::written(&field, &value);
        prop_assert_eq!(field::judge(&field, &json!(written), &scope), Ok(value));
    }

    #[test]
    fn no_answers_break_the_form(given in any_answers()) {
        let land = land();
        let given = answers(given);
        let scope = Scope::new(&given).applicant(Who::Proxy);
        let (sent, problems) = judge_all(&land, &scope, &BTreeSet::new());
        prop_assert!(!problems.is_empty());
        // What was settled stays as it is.
        let again = strip_hidden(&land, &Scope::new(&sent).applicant(Who::Proxy));
        prop_assert_eq!(&again, &sent);
        for at in walk::pages(&land, &scope) {
            let (kept, _) = judge_page(&land, at, &typed(&[("price", "1"), ("kind", "x")]), &scope);
            prop_assert!(kept.len() <= given.len() + 2);
        }
        masked(&land, &given);
        if let Ok(dues) = fees::due(&land, &Scope::new(&sent)) {
            prop_assert!(dues.iter().all(|due| due.amount >= 0));
        }
    }
}

//! Fields as they are drawn: at fault, hidden, of few and of many choices, in rows.

use serde_json::json;
use service::definition::Choice;
use service::field::Wrong;
use service::{Answers, Text};

use super::*;

fn answers(json: Value) -> Answers {
    match json {
        Value::Object(answers) => answers,
        other => panic!("answers are an object, not {other}"),
    }
}

fn sheet<'a>(
    answers: &'a Answers,
    problems: &'a [FieldProblem],
    areas: &'a [(String, String)],
) -> Sheet<'a> {
    Sheet {
        lang: Lang::Vi,
        scope: Scope::new(answers),
        problems,
        areas,
        units: &[],
        known: &[],
        map: None,
    }
}

fn field(code: &str, kind: FieldKind) -> Field {
    Field {
        code: code.into(),
        label: Text::vi("Giá"),
        kind,
        required: true,
        ..Field::default()
    }
}

#[test]
fn a_problem_is_said_at_its_field_and_nothing_typed_is_lost() {
    let price = field("price", FieldKind::Money);
    let problems = [FieldProblem {
        field: "buyers/0/price".into(),
        ..FieldProblem::of(&price, Wrong::NotMoney)
    }];
    let answers = answers(json!({"price": "12,5 triệu <b>"}));
    let html = field_of(&sheet(&answers, &problems, &[]), &price, true).into_string();
    assert!(html.contains(r#"value="12,5 triệu &lt;b&gt;""#), "{html}");
    assert!(
        html.contains(r#"aria-invalid="true""#)
            && html.contains(r#"aria-describedby="f-price-says""#)
    );
    let summary = errors(Lang::Vi, &problems).into_string();
    assert!(summary.contains(r##"href="#f-price""##), "{summary}");
}

#[test]
fn a_choice_of_few_is_a_fieldset_and_of_many_a_list() {
    let with = |n: usize| Field {
        options: (0..n)
            .map(|i| Choice {
                code: format!("c{i}"),
                label: Text::vi(format!("Chọn {i}")),
            })
            .collect(),
        ..field("price", FieldKind::Choice(None))
    };
    let (one, last) = (
        answers(json!({"price": "c1"})),
        answers(json!({"price": "c29"})),
    );
    let few = field_of(&sheet(&one, &[], &[]), &with(3), true).into_string();
    assert!(
        few.contains("<fieldset") && few.contains(r#"value="c1" checked"#),
        "{few}"
    );
    let many = field_of(&sheet(&last, &[], &[]), &with(30), true).into_string();
    assert!(many.contains("<select") && many.contains(r#"value="c29" selected"#));
}

#[test]
fn a_hidden_question_carries_its_condition_for_the_script() {
    let asked = Field {
        show_when: Some(service::definition::Expr("delivery == \"post\"".into())),
        ..field("address", FieldKind::Address)
    };
    let none = answers(json!({}));
    let html = fields(&sheet(&none, &[], &[]), std::slice::from_ref(&asked), &[]).into_string();
    assert!(
        html.contains("data-show-when") && html.contains(" hidden"),
        "{html}"
    );
    let only_server = Field {
        show_when: Some(service::definition::Expr("table(t) == \"x\"".into())),
        ..asked
    };
    assert!(
        fields(&sheet(&none, &[], &[]), &[only_server], &[])
            .into_string()
            .is_empty()
    );
}

#[test]
fn a_row_reads_its_own_answers() {
    let answers = answers(json!({"name": "ngoài", "buyers": [{"name": "An"}, {"name": "Bình"}]}));
    let mut row = sheet(&answers, &[], &[]);
    row.scope = row.scope.row("buyers", 1);
    assert_eq!(
        answer_words(&row, &field("name", FieldKind::Text)).as_deref(),
        Some("Bình")
    );
}

#[test]
fn answers_read_as_people_say_them() {
    let answers = answers(
        json!({"m": 1_250_000, "y": true, "d": "2026-11-24", "p": {"words": "chợ An Hòa", "area": "31120"}, "n": null}),
    );
    let areas = [("31120".to_owned(), "Phường Cái Khế".to_owned())];
    let sheet = sheet(&answers, &[], &areas);
    for (code, kind, says) in [
        ("m", FieldKind::Money, Some("1.250.000\u{a0}đồng")),
        ("y", FieldKind::YesNo, Some("Có")),
        ("d", FieldKind::Date, Some("24/11/2026")),
        ("p", FieldKind::Place, Some("chợ An Hòa, Phường Cái Khế")),
        ("n", FieldKind::Text, None),
    ] {
        assert_eq!(
            answer_words(&sheet, &field(code, kind)).as_deref(),
            says,
            "{code}"
        );
    }
}

//! What the static checker passes never faults, and what it calls covered decides: tried on expressions and tables drawn at random.

mod common;

use common::{answers, choice, expr, land, table};
use proptest::prelude::*;
use serde_json::{Value, json};
use service::definition::{Hit, Who};
use service::expr::{Fault, Scope, check_definition, evaluate, explain};
use service::table::decide;
use service::walk;

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
            1 => inner.clone().prop_map(|a| format!("round({a}, 1000)")),
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
        let clean = check_definition(&definition).iter().all(|found| found.says.starts_with("Chỗ này cần điều kiện"));
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
        let told = check_definition(&definition);
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
        let says = |part: &str| told.iter().any(|found| found.says.contains(part));
        prop_assert_eq!(says("không có dòng cho"), missing);
        prop_assert_eq!(says("cùng khớp"), both);
        if !unique {
            prop_assert_eq!(says("không bao giờ được dùng"), used.len() < rows.len());
        }
    }
}

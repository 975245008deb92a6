use super::Desk;

/// Received, limit, further words, due, days counted.
type Case = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
    u64,
);

#[test]
fn limits_end_where_the_law_says() {
    let cases: &[Case] = &[
        // Tết 2026: the first working day after Friday the 13th is Monday the 23rd.
        (
            "2026-02-13T09:00",
            "1 working-days",
            &[],
            "2026-02-23T09:00:00",
            1,
        ),
        (
            "2026-03-02T08:37",
            "5 working-days",
            &[],
            "2026-03-09T08:37:00",
            5,
        ),
        (
            "2026-03-02T15:01",
            "1 working-days",
            &["--cutoff", "15:00"],
            "2026-03-04T07:00:00",
            1,
        ),
        (
            "2026-03-02T15:00",
            "1 working-days",
            &["--cutoff", "15:00"],
            "2026-03-03T15:00:00",
            1,
        ),
        (
            "2026-03-02T09:00",
            "1 working-days",
            &["--same-day"],
            "2026-03-02T17:00:00",
            1,
        ),
        (
            "2026-03-02T09:00",
            "24 hours",
            &[],
            "2026-03-03T09:00:00",
            0,
        ),
    ];
    let desk = Desk::new();
    for (received, limit, further, due, days) in cases {
        let words = [&["due", "--received", received, "--limit", limit], *further].concat();
        let answer = desk.json(&words);
        assert_eq!(answer["due"], *due, "{words:?}");
        assert_eq!(answer["days"], *days, "{words:?}");
        assert_eq!(
            answer["counted"].as_array().expect("a list").len() as u64,
            *days
        );
    }
}

#[test]
fn the_text_names_the_days_off() {
    let desk = Desk::new();
    let words = [
        "due",
        "--received",
        "2026-02-13T09:00",
        "--limit",
        "1 working-days",
    ];
    let (text, code) = desk.text(&words);
    assert_eq!(code, 0);
    for part in [
        "Hẹn trả",
        "2026-02-23 09:00",
        "2026-02-23 T2",
        "Tết",
        "2026-02-14 T7",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (text, _) = desk.text(&[&words[..], &["--language", "en"]].concat());
    assert!(text.contains("Days not counted"), "{text}");
}

#[test]
fn what_is_no_limit_or_outside_the_calendar_is_said() {
    let desk = Desk::new();
    for (received, limit, said) in [
        ("2026-02-13T09:00", "soon", "soon"),
        ("1999-02-13T09:00", "1 working-days", "1999-02-13"),
        ("2027-12-30T09:00", "90 working-days", "2027-12-31"),
    ] {
        let (text, code) = desk.text(&["due", "--received", received, "--limit", limit]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(said), "{text}");
    }
}

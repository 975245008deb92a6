use super::{Desk, shipped};

#[test]
fn a_calendar_follows_the_one_before_it() {
    let desk = Desk::new();
    super::requests::load(&desk, "id,open,unit,type\n1,2026-01-05 08:00,a,b\n");
    let first = shipped("data/calendar/vn-1.toml");
    let text = std::fs::read_to_string(&first).expect("the shipped calendar");
    let third = desk.write(
        "third.toml",
        &text.replacen("version = 1", "version = 3", 1),
    );
    let third = third.to_str().expect("UTF-8");
    let broken = desk.write("broken.toml", &text.replacen("rest = [", "rests = [", 1));
    let broken = broken.to_str().expect("UTF-8");
    let answer = desk.json(&["import", "calendar", &first, "--city", "small"]);
    assert_eq!(answer["version"], 1);
    let (text, code) = desk.text(&["import", "calendar", third, "--city", "small"]);
    assert_eq!(code, 2);
    assert!(text.contains("version = 2"), "{text}");
    let (text, code) = desk.text(&["import", "calendar", broken, "--city", "small"]);
    assert_eq!(code, 2);
    assert!(text.contains("rests"), "{text}");
}

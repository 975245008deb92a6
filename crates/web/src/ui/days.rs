//! A span of days that a page of figures asks for: two fields, and what is wrong with them.

use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::text::Lang;

/// Days at a time.
const MOST: i64 = 92;

/// The days asked for, both inside; the last week where nothing is asked or it makes no sense, then with what is wrong.
pub fn days(l: Lang, from: &str, to: &str, today: Date) -> (Date, Date, Option<String>) {
    let week = today.checked_sub(6.days()).unwrap_or(today);
    if from.is_empty() && to.is_empty() {
        return (week, today, None);
    }
    let wrong = |words: &str| (week, today, Some(words.to_owned()));
    let (Ok(from), Ok(to)) = (from.parse::<Date>(), to.parse::<Date>()) else {
        return wrong(l.t("waiting.no-day"));
    };
    match to.duration_since(from).as_hours() / 24 {
        length if length < 0 => wrong(l.t("waiting.turned")),
        length if length >= MOST => wrong(&l.f("waiting.too-long", &[("most", &MOST)])),
        _ => (from, to, None),
    }
}

/// The two fields with their button, inside a form.
pub fn days_fields(l: Lang, from: Date, to: Date) -> Markup {
    html! {
        div { label for="from" { (l.t("waiting.from")) } input type="date" id="from" name="from" value=(from); }
        div { label for="to" { (l.t("waiting.to")) } input type="date" id="to" name="to" value=(to); }
        div { button.btn type="submit" { (l.t("inbox.filter")) } }
    }
}

//! Names and figures as a person reads them: units, areas, services, times "not reached", verdicts.

use actions::Law;
use facts::{Dimension, Key};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::league::{Quantile, Verdict};

use super::ask::Ask;
use crate::figures::plain;
use crate::say;
use crate::text::Lang;
use crate::ui::charts::Standing;
use crate::ui::parts::Tone;

/// What the name of a row is, in the reader's language; the code where the city forgot it.
pub fn name(lang: Lang, law: &Law, on: Date, by: Dimension, key: &Key) -> String {
    let code = plain(key);
    match (by, key) {
        (_, Key::Nothing) => lang.t("league.no-place").to_owned(),
        (Dimension::Area, _) => area(law, &code),
        (Dimension::Service, _) => service(lang, law, on, &code),
        (Dimension::Unit, _) => unit(law, &code),
        _ => code,
    }
}

pub fn unit(law: &Law, code: &str) -> String {
    law.organisation
        .unit_ever(code)
        .map_or_else(|| code.to_owned(), |unit| unit.name.clone())
}

pub fn area(law: &Law, code: &str) -> String {
    let areas = law.organisation.areas.iter().filter(|a| a.code == code);
    areas
        .max_by_key(|area| area.valid_from)
        .map_or_else(|| code.to_owned(), |area| area.name.clone())
}

pub fn service(lang: Lang, law: &Law, on: Date, code: &str) -> String {
    let newest = law.catalogue.current(code, on);
    newest
        .or_else(|| law.catalogue.versions(code).last())
        .map_or_else(
            || code.to_owned(),
            |published| published.definition.name.get(lang.code()).to_owned(),
        )
}

/// `1,3 ngày`, or `nhiều hơn 30 ngày` where the curve does not come down so far.
pub fn time(lang: Lang, quantile: Quantile) -> String {
    match quantile {
        Quantile::Reached(days) => say::length(lang, days * 86_400.0),
        Quantile::NotReached { beyond } if beyond > 0.0 => lang.f(
            "league.more-than",
            &[("time", &say::length(lang, beyond * 86_400.0))],
        ),
        Quantile::NotReached { .. } => "–".to_owned(),
    }
}

pub fn count(lang: Lang, number: u64) -> String {
    say::whole(lang, i64::try_from(number).unwrap_or(i64::MAX))
}

/// A number that opens its cases; nothing to open stays a plain zero.
pub fn opens(lang: Lang, ask: &Ask, figure: &str, key: Option<&Key>, number: u64) -> Markup {
    html! {
        @if number == 0 { "0" }
        @else { a href=(ask.cases(figure, key)) { (count(lang, number)) } }
    }
}

pub fn verdict(lang: Lang, verdict: Verdict) -> Markup {
    let (tone, word) = match verdict {
        Verdict::Better => (Tone::Done, "better"),
        Verdict::Worse => (Tone::Late, "worse"),
        Verdict::NotSeparated => (Tone::Plain, "not-separated"),
        Verdict::TooSmall => (Tone::Plain, "too-small"),
        Verdict::NotComparable => (Tone::Plain, "not-comparable"),
    };
    // The mark points as in the drawings: up for better, down for worse.
    html! { span class={ "tag " (tone.class()) " " (word) } { (lang.of("verdict", word, &[])) } }
}

pub fn standing(verdict: Verdict) -> Standing {
    match verdict {
        Verdict::Better => Standing::Better,
        Verdict::Worse => Standing::Worse,
        Verdict::NotSeparated | Verdict::TooSmall | Verdict::NotComparable => Standing::Even,
    }
}

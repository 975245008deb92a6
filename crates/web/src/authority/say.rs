//! Words for authority: titles, scopes, states, reasons of a no.

use actions::Law;
use jiff::civil::Date;
use rules::authority::{Grant, Right};
use rules::mandate::{At, Kind, Mandate, Office, State, Terms, Wrong};
use rules::stand_in;
use service::definition::{Post, PostAt, UnitRule};

use crate::official::names;
use crate::say::day;
use crate::text::Lang;
use crate::ui::parts::Tone;

/// Titles of the definition language that a form offers.
pub const TITLES: [&str; 6] = [
    "director",
    "chairman",
    "head",
    "deputy-director",
    "deputy-chairman",
    "deputy-head",
];
pub const PREFIXES: [&str; 6] = ["TUQ.", "TL.", "KT.", "TM.", "Q.", ""];

/// `Giám đốc`
pub fn title(l: Lang, title: &str, post: Post) -> String {
    match l.perhaps("title", title) {
        Some(words) => words.to_owned(),
        None => names::post(l, post),
    }
}

/// `Giám đốc Sở Nông nghiệp và Môi trường thành phố Cần Thơ`
pub fn office(l: Lang, law: &Law, office: &Office) -> String {
    let title = title(l, &office.title, office.post);
    format!("{title} {}", names::unit(law, &office.unit))
}

/// A kind of unit, in words.
pub fn kind(l: Lang, code: &str) -> String {
    l.perhaps("unit-kind", code).unwrap_or(code).to_owned()
}

pub fn receiver(l: Lang, law: &Law, terms: &Terms, person: Option<&String>) -> String {
    let to = &terms.to;
    let title = title(l, &to.title, to.post);
    let at = match &to.at {
        At::Unit(unit) => names::unit(law, unit),
        At::Kind(code) => l.f("authority.each", &[("kind", &kind(l, code))]),
    };
    match person {
        Some(name) => format!("{title} {at} ({name})"),
        None => format!("{title} {at}"),
    }
}

/// A post as a definition writes it.
pub fn post_at(l: Lang, law: &Law, post: &PostAt) -> String {
    let unit = match &post.unit {
        UnitRule::Unit(code) => match law.organisation.unit_ever(code) {
            Some(unit) => unit.name.clone(),
            None => kind(l, code),
        },
        UnitRule::KindByArea { kind: code, .. } => {
            l.f("authority.each", &[("kind", &kind(l, code))])
        }
        UnitRule::Agency | UnitRule::Table { .. } | UnitRule::Answer(_) => {
            l.t("authority.agency").to_owned()
        }
    };
    format!("{} {unit}", title(l, &post.title, post.post))
}

pub fn of_kind(l: Lang, kind: Kind) -> String {
    let member = match kind {
        Kind::Own => "own",
        Kind::Assigned => "assigned",
        Kind::Delegated => "delegated",
    };
    l.of("mandate-kind", member, &[])
}

/// What a mandate is good for, in one line each.
pub fn scope(l: Lang, law: &Law, terms: &Terms, today: Date) -> Vec<String> {
    let mut lines = Vec::new();
    let service = |code: &String| {
        let published = law.catalogue.current(code, today);
        published.map_or_else(
            || code.clone(),
            |p| p.definition.name.get(l.code()).to_owned(),
        )
    };
    match terms.services.is_empty() {
        true => lines.push(l.t("authority.every-service").to_owned()),
        false => lines.extend(terms.services.iter().map(service)),
    }
    let papers: Vec<String> = terms
        .papers
        .iter()
        .map(|code| paper(l, law, code, today))
        .collect();
    if !papers.is_empty() {
        lines.push(l.f("authority.papers-only", &[("papers", &papers.join(", "))]));
    }
    let areas: Vec<String> = terms
        .areas
        .iter()
        .map(|code| {
            let area = law.organisation.area(code, today);
            area.map_or_else(|| code.clone(), |area| area.name.clone())
        })
        .collect();
    if !areas.is_empty() {
        lines.push(l.f("authority.areas-only", &[("areas", &areas.join(", "))]));
    }
    if let Some(when) = &terms.when {
        lines.push(l.f("authority.when-only", &[("when", &when.0)]));
    }
    lines
}

/// A paper's name in whichever service has it.
fn paper(l: Lang, law: &Law, code: &str, today: Date) -> String {
    let mut papers = law.catalogue.all(today).flat_map(|p| &p.definition.papers);
    papers.find(|paper| paper.code == code).map_or_else(
        || code.to_owned(),
        |paper| paper.name.get(l.code()).to_owned(),
    )
}

/// From when until when.
pub fn days(l: Lang, mandate: &Mandate) -> String {
    let from = day(mandate.terms.valid_from);
    match mandate.last_day() {
        Some(last) => l.f(
            "authority.from-until",
            &[("from", &from), ("until", &day(last))],
        ),
        None => l.f("authority.from-on", &[("from", &from)]),
    }
}

pub fn state(l: Lang, mandate: &Mandate, today: Date) -> (Tone, String) {
    let over = mandate.last_day().is_some_and(|last| last < today);
    let (tone, member) = match &mandate.state {
        State::Proposed => (Tone::Soon, "proposed"),
        State::EndProposed { .. } => (Tone::Soon, "end-proposed"),
        State::Rejected => (Tone::Plain, "rejected"),
        State::Ended { .. } if over => (Tone::Plain, "ended"),
        _ if over => (Tone::Plain, "over"),
        _ if today < mandate.terms.valid_from => (Tone::Run, "coming"),
        State::Confirmed | State::Ended { .. } => (Tone::Done, "in-force"),
    };
    (tone, l.of("mandate-state", member, &[]))
}

/// `TUQ. Giám đốc Sở …: Quyết định 12/QĐ-SNNMT ngày 05/01/2026`, or by one's own authority.
pub fn grant(l: Lang, law: &Law, grant: &Grant) -> String {
    let whose = grant.in_name_of.as_ref().map(|whose| office(l, law, whose));
    let basis = match grant.decided {
        Some(decided) => l.f(
            "authority.dated",
            &[("number", &grant.basis), ("day", &day(decided))],
        ),
        None => grant.basis.clone(),
    };
    let member = match grant.right {
        Right::Delegated => "delegated",
        Right::Assigned => "assigned",
        Right::Acting => "acting",
        Right::Own if basis.is_empty() => "own",
        Right::Own => "own-by",
    };
    let words = l.of(
        "right",
        member,
        &[("whose", &whose.unwrap_or_default()), ("basis", &basis)],
    );
    match grant.prefix.as_str() {
        "" => words,
        prefix => format!("{prefix} {words}"),
    }
}

pub fn wrong(l: Lang, wrong: &Wrong) -> String {
    let plain = |member: &str| l.of("mandate-refusal", member, &[]);
    match wrong {
        Wrong::SamePerson => plain("same-person"),
        Wrong::NotYours => plain("not-yours"),
        Wrong::NotWaiting => plain("not-waiting"),
        Wrong::NoNumber => plain("no-number"),
        Wrong::EndsBeforeItBegins => plain("ends-before"),
        Wrong::BeforeItsDecision => plain("before-decision"),
        Wrong::EndInThePast => plain("end-in-past"),
        Wrong::NoReason => plain("no-reason"),
        Wrong::NoUnit(_) => plain("no-unit"),
        Wrong::NoService(_) => plain("no-service"),
        Wrong::NoPaper { paper, .. } => l.of("mandate-refusal", "no-paper", &[("paper", paper)]),
        Wrong::ConditionNeedsService => plain("condition-service"),
        Wrong::Condition(says) => l.of("mandate-refusal", "condition", &[("says", says)]),
        Wrong::OwnNeedsServices => plain("own-services"),
        Wrong::NoGiver => plain("no-giver"),
        Wrong::SubDelegation(basis) => {
            l.of("mandate-refusal", "sub-delegation", &[("basis", basis)])
        }
        Wrong::NotTheGivers(_) => plain("not-the-givers"),
        Wrong::ToThemselves => plain("to-themselves"),
    }
}

pub fn stand_in_wrong(l: Lang, wrong: stand_in::Wrong) -> String {
    let member = match wrong {
        stand_in::Wrong::Themselves => "themselves",
        stand_in::Wrong::EndsBeforeItBegins => "ends-before",
        stand_in::Wrong::Over => "over",
        stand_in::Wrong::AwayToo => "away-too",
        stand_in::Wrong::Covered => "covered",
        stand_in::Wrong::OtherUnit => "other-unit",
    };
    l.of("stand-in-refusal", member, &[])
}

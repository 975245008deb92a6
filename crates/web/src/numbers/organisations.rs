//! The three organisations of each dossier, counted apart: who is competent, where it was received, who helped to
//! hand it in. A dossier counts once, at the competent agency; the other two are further dimensions of the same
//! dossiers, so that every table has the same sum: what form II.06a received new in the period.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::index::period::Length;
use rules::index::{Dossier, Name, report_06a};
use service::fold::place_key;

use super::asked::{Ask, Asked};
use super::counted::{Counted, subject};
use super::head::Head;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::names;
use crate::text::Lang;
use crate::ui::parts::empty;
use crate::visit::Visit;

/// How a dossier came to whoever is competent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    /// Over the desk of the competent agency itself.
    Own,
    /// Over another desk of the city.
    Elsewhere,
    Online,
    /// Somebody helped, however it came.
    Helped,
}

impl Part {
    const ALL: [Part; 5] = [
        Part::All,
        Part::Own,
        Part::Elsewhere,
        Part::Online,
        Part::Helped,
    ];

    fn word(self) -> &'static str {
        match self {
            Part::All => "all",
            Part::Own => "own",
            Part::Elsewhere => "elsewhere",
            Part::Online => "online",
            Part::Helped => "helped",
        }
    }
}

/// The dossiers as the three tables tell them apart.
struct Look<'a> {
    counted: &'a Counted<'a>,
    /// Who answers for a place of reception.
    owners: HashMap<Name, String>,
}

impl<'a> Look<'a> {
    fn of(counted: &'a Counted<'a>) -> Self {
        let mut owners = HashMap::new();
        for one in counted.rows().filter(|one| !one.received_at.is_none()) {
            owners.entry(one.received_at).or_insert_with(|| {
                let desk = counted.word(one.received_at);
                subject(counted.law, desk, counted.ask.today).code
            });
        }
        Self { counted, owners }
    }

    /// Received new in the period, as form II.06a counts it: columns 4 and 5.
    fn is_new(&self, one: &Dossier) -> bool {
        let ask = self.counted.ask;
        report_06a::of(one, Ask::zone(), ask.from, ask.to)
            .is_some_and(|row| row.online + row.direct > 0)
    }

    fn is(&self, part: Part, one: &Dossier) -> bool {
        let here = || {
            let owner = self.owners.get(&one.received_at);
            // Where nobody wrote down a place, it came to the agency itself.
            owner.is_none_or(|owner| *owner == self.counted.subject(one).code)
        };
        match part {
            Part::All => true,
            Part::Online => one.online(),
            Part::Own => !one.online() && here(),
            Part::Elsewhere => !one.online() && !here(),
            Part::Helped => !one.helper.is_none(),
        }
    }

    /// Whether a dossier stands in the row of this key: `unit|CODE`, `desk|CODE`, `helper|CODE`; empty: all.
    fn in_row(&self, key: &str, one: &Dossier) -> bool {
        match key.split_once('|') {
            Some(("unit", code)) => self.counted.subject(one).code == code,
            Some(("desk", code)) => !one.online() && self.counted.word(one.received_at) == code,
            Some(("helper", code)) => self.counted.word(one.helper) == code,
            _ => key.is_empty(),
        }
    }
}

/// Whether a dossier stands behind a number of this page.
pub fn behind<'a>(counted: &'a Counted<'a>, member: &str) -> Option<super::Behind<'a>> {
    let part = Part::ALL.into_iter().find(|part| part.word() == member)?;
    let look = Look::of(counted);
    let key = counted.ask.asked.key.as_str();
    Some(Box::new(move |one| {
        look.is_new(one) && look.in_row(key, one) && look.is(part, one)
    }))
}

/// The words of a row, for the head of its list.
pub fn key_words(l: Lang, counted: &Counted<'_>, key: &str) -> String {
    match key.split_once('|') {
        Some(("helper", code)) => helper_words(l, counted, code),
        Some((_, code)) if !code.is_empty() => words::unit(counted.law, code),
        _ => l.t("numbers.total").to_owned(),
    }
}

/// The words of a column, for the head of its list.
pub fn part_words(l: Lang, member: &str) -> String {
    l.of("numbers-organisation", member, &[])
}

fn helper_words(l: Lang, counted: &Counted<'_>, code: &str) -> String {
    match counted.law.counter.helper(code) {
        Some(helper) => helper.label(l.code()).to_owned(),
        None => names::unit(counted.law, code),
    }
}

/// Counts in the order of [`Part::ALL`].
type Counts = [u64; 5];

#[derive(Default)]
struct Table {
    rows: BTreeMap<String, Counts>,
}

impl Table {
    fn add(&mut self, key: String, counts: &Counts) {
        let row = self.rows.entry(key).or_default();
        for (sum, n) in row.iter_mut().zip(counts) {
            *sum += n;
        }
    }

    fn sum(&self) -> Counts {
        let mut sum = Counts::default();
        for row in self.rows.values() {
            for (sum, n) in sum.iter_mut().zip(row) {
                *sum += n;
            }
        }
        sum
    }
}

/// `GET /numbers/organisations`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let (body, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let look = Look::of(&counted);
        let (mut units, mut desks, mut helpers) =
            (Table::default(), Table::default(), Table::default());
        for one in counted.rows().filter(|one| look.is_new(one)) {
            let counts = Part::ALL.map(|part| u64::from(look.is(part, one)));
            units.add(format!("unit|{}", counted.subject(one).code), &counts);
            if !one.online() {
                let desk = counted.word(one.received_at);
                desks.add(format!("desk|{desk}"), &counts);
            }
            if !one.helper.is_none() {
                helpers.add(format!("helper|{}", counted.word(one.helper)), &counts);
            }
        }
        let body = html! {
            @if units.rows.is_empty() { (empty(l.t("numbers.nothing"), &html! {})) }
            @else {
                (table(l, &counted, "competent", &Part::ALL, &units, true))
                (table(l, &counted, "desk", &[Part::All, Part::Own, Part::Elsewhere, Part::Helped], &desks, false))
                @if !helpers.rows.is_empty() { (table(l, &counted, "helper", &[Part::All, Part::Own, Part::Elsewhere, Part::Online], &helpers, false)) }
            }
        };
        (body, ledger.is_ready())
    };
    let head = Head {
        path: "/numbers/organisations",
        title: l.t("numbers.organisations-title"),
        says: l.t("numbers.organisations-says").to_owned(),
        more: html! {},
        ready,
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

fn table(
    l: Lang,
    counted: &Counted<'_>,
    by: &str,
    parts: &[Part],
    table: &Table,
    whole: bool,
) -> Markup {
    let title = l.of("numbers-organisations-by", by, &[]);
    let mut rows: Vec<(String, &String, &Counts)> = table
        .rows
        .iter()
        .map(|(key, counts)| (key_words(l, counted, key), key, counts))
        .collect();
    rows.sort_by_key(|(name, _, counts)| (u64::MAX - counts[0], place_key(name)));
    let sum = table.sum();
    html! {
        h2 { (title) }
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.form.folds {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (l.of("numbers-organisations-head", by, &[])) }
                    @for part in parts { th.num scope="col" { (part_words(l, part.word())) } }
                } }
                tbody {
                    @for (name, key, counts) in &rows { (row(l, counted.ask, parts, name, Some(key.as_str()), counts)) }
                    (row(l, counted.ask, parts, l.t("numbers.total"), whole.then_some(""), &sum))
                }
            }
        }
    }
}

/// `key`: where its dossiers are; `None` where the numbers of the row open nothing of their own.
fn row(
    l: Lang,
    ask: &Ask,
    parts: &[Part],
    name: &str,
    key: Option<&str>,
    counts: &Counts,
) -> Markup {
    let total = key.is_none_or(str::is_empty);
    let count = |part: &Part| {
        let place = Part::ALL.iter().position(|one| one == part);
        place.map_or(0, |place| counts[place])
    };
    html! {
        tr.sum[total] {
            th scope="row" { (name) }
            @for part in parts {
                @let n = count(part);
                td.num data-label=(part_words(l, part.word())) {
                    @match key.filter(|_| n > 0) {
                        Some(key) => a href=(ask.cases(&format!("org.{}", part.word()), key)) { (words::count(l, n)) },
                        None => (words::count(l, n)),
                    }
                }
            }
        }
    }
}

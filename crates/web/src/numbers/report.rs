//! Form II.06a/VPCP/KSTT by level and field, by unit or by service, for a month, a quarter or a year. Every
//! number opens its dossiers; the form's identities are worked out on each row and shown.

use std::collections::BTreeMap;

use actions::Law;
use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::index::Dossier;
use rules::index::period::Length;
use rules::index::report_06a::{self, Row};
use service::fold::place_key;

use super::asked::{Ask, Asked};
use super::counted::{Counted, Level};
use super::head::Head;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::text::Lang;
use crate::ui::parts::{Tone, empty, note};
use crate::visit::Visit;

/// The columns of the form, 3 to 13.
pub const COLUMNS: std::ops::RangeInclusive<u8> = 3..=13;

pub fn column(row: &Row, column: u8) -> u64 {
    match column {
        3 => row.received(),
        4 => row.online,
        5 => row.direct,
        6 => row.carried_over,
        7 => row.processed(),
        8 => row.early,
        9 => row.on_time,
        10 => row.late,
        11 => row.running(),
        12 => row.running_in_time,
        13 => row.running_late,
        _ => 0,
    }
}

/// How rows are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By level of government, then by field: the form's own.
    Level,
    Unit,
    Service,
}

impl By {
    pub fn of(ask: &Ask) -> Self {
        match ask.asked.by.as_str() {
            "unit" => By::Unit,
            "service" => By::Service,
            _ => By::Level,
        }
    }

    fn word(self) -> &'static str {
        match self {
            By::Level => "level",
            By::Unit => "unit",
            By::Service => "service",
        }
    }
}

/// One line of the form.
pub struct Line {
    /// What [`matches`] understands.
    pub key: String,
    pub name: String,
    pub row: Row,
    /// A sum of the lines under it.
    pub sum: bool,
}

/// The form counted: its lines, and the sum of the whole scope.
pub struct Form {
    pub lines: Vec<Line>,
    pub total: Row,
}

/// Counts the form: one pass over the ledger.
pub fn count(counted: &Counted<'_>, l: Lang, by: By) -> Form {
    let mut rows: BTreeMap<(Level, String), Row> = BTreeMap::new();
    let mut total = Row::default();
    let level = |one: &Dossier| counted.subject(one).level;
    for one in counted.rows() {
        let Some(row) = report_06a::of(one, Ask::zone(), counted.ask.from, counted.ask.to) else {
            continue;
        };
        let key = match by {
            By::Level => (level(one), counted.word(one.group).to_owned()),
            By::Unit => (level(one), counted.word(one.unit).to_owned()),
            By::Service => (Level::Other, counted.word(one.service).to_owned()),
        };
        rows.entry(key).or_default().add(&row);
        total.add(&row);
    }
    let (law, today) = (counted.law, counted.ask.today);
    let mut lines: Vec<(Level, Line)> = rows
        .into_iter()
        .map(|((level, code), row)| {
            let (key, name) = match by {
                By::Level => (format!("{}|{code}", level.word()), code),
                By::Unit => (format!("unit|{code}"), words::unit(law, &code)),
                By::Service => (
                    format!("service|{code}"),
                    words::service(l, law, today, &code),
                ),
            };
            let sum = false;
            (
                level,
                Line {
                    key,
                    name,
                    row,
                    sum,
                },
            )
        })
        .collect();
    lines.sort_by_key(|(level, line)| (*level, place_key(&line.name)));
    if by == By::Service {
        let lines = lines.into_iter().map(|(_, line)| line).collect();
        return Form { lines, total };
    }
    Form {
        lines: with_sums(l, lines),
        total,
    }
}

/// Above the lines of each level, which stand together, their sum.
fn with_sums(l: Lang, lines: Vec<(Level, Line)>) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    let mut head: Option<(Level, usize)> = None;
    for (level, line) in lines {
        let sum = match head {
            Some((of, sum)) if of == level => sum,
            _ => {
                all.push(Line {
                    key: level.word().to_owned(),
                    name: l.of("numbers-level", level.word(), &[]),
                    row: Row::default(),
                    sum: true,
                });
                all.len() - 1
            }
        };
        head = Some((level, sum));
        all[sum].row.add(&line.row);
        all.push(line);
    }
    all
}

/// Whether a dossier is in the line of this key: `` all, `city` a level, `city|Đất đai`, `unit|CODE`,
/// `service|CODE`.
pub fn matches(counted: &Counted<'_>, key: &str, one: &Dossier) -> bool {
    let of_level = |word: &str| counted.subject(one).level.word() == word;
    match key.split_once('|') {
        None => key.is_empty() || of_level(key),
        Some(("unit", code)) => counted.word(one.unit) == code,
        Some(("service", code)) => counted.word(one.service) == code,
        Some((level, group)) => of_level(level) && counted.word(one.group) == group,
    }
}

/// The words of a key, for the head of a list.
pub fn key_words(l: Lang, law: &Law, ask: &Ask, key: &str) -> String {
    match key.split_once('|') {
        None if key.is_empty() => l.t("numbers.all").to_owned(),
        None => l
            .perhaps("numbers-level", key)
            .unwrap_or_default()
            .to_owned(),
        Some(("unit", code)) => words::unit(law, code),
        Some(("service", code)) => words::service(l, law, ask.today, code),
        Some((_, group)) => group.to_owned(),
    }
}

/// Whether a dossier is counted in column `column` of its line.
pub fn in_column(ask: &Ask, number: u8, one: &Dossier) -> bool {
    report_06a::of(one, Ask::zone(), ask.from, ask.to).is_some_and(|row| column(&row, number) > 0)
}

/// `GET /numbers/report`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let by = By::of(&ask);
    let (form, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        (count(&counted, l, by), ledger.is_ready())
    };
    let more = html! {
        label { (l.t("numbers.by"))
            select name="by" {
                @for one in [By::Level, By::Unit, By::Service] { option value=(one.word()) selected[one == by] { (l.of("numbers-by", one.word(), &[])) } }
            }
        }
    };
    let head = Head {
        path: "/numbers/report",
        title: l.t("numbers.report-title"),
        says: l.t("numbers.report-says").to_owned(),
        more,
        ready,
    };
    let body = html! {
        @if form.total.received() == 0 { (empty(l.t("numbers.nothing"), &html! {})) }
        @else {
            (table(l, &ask, &form))
            (identities(l, &form))
        }
        p.row {
            a.btn.quiet href=(ask.link("/numbers/report.xlsx", &[])) { (l.t("numbers.xlsx")) }
            a.btn.quiet href=(ask.link("/numbers/report.pdf", &[])) target="_blank" { (l.t("numbers.pdf")) }
        }
        details.more { summary { (l.t("numbers.about")) } p.small { (l.t("numbers.report-notes")) } p.small { (l.t("numbers.report-siblings")) } }
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

fn table(l: Lang, ask: &Ask, form: &Form) -> Markup {
    let title = l.t("numbers.report-title");
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.form {
                caption.hidden-words { (title) }
                thead {
                    tr {
                        th scope="col" rowspan="2" { (l.t("numbers.field")) }
                        th scope="colgroup" colspan="4" { (l.t("numbers.received")) }
                        th scope="colgroup" colspan="4" { (l.t("numbers.processed")) }
                        th scope="colgroup" colspan="3" { (l.t("numbers.in-process")) }
                    }
                    tr { @for number in COLUMNS { th.num scope="col" { (l.of("numbers-column", &number.to_string(), &[])) br; span.small.muted { "(" (number) ")" } } } }
                }
                tbody {
                    @for line in &form.lines { (row(l, ask, &line.key, &line.name, &line.row, line.sum)) }
                    (row(l, ask, "", l.t("numbers.total"), &form.total, true))
                }
            }
        }
    }
}

fn row(l: Lang, ask: &Ask, key: &str, name: &str, row: &Row, sum: bool) -> Markup {
    html! {
        tr.sum[sum] {
            th scope="row" { (name) }
            @for number in COLUMNS {
                @let n = column(row, number);
                td.num.bad[n > 0 && matches!(number, 10 | 13)] {
                    @if n == 0 { "0" }
                    @else { a href=(ask.cases(&format!("06a.{number}"), key)) { (words::count(l, n)) } }
                }
            }
        }
    }
}

/// The form's identities, worked out rather than claimed.
fn identities(l: Lang, form: &Form) -> Markup {
    let lines = form
        .lines
        .iter()
        .map(|line| (line.name.as_str(), &line.row));
    let broken: Vec<&str> = lines
        .chain([(l.t("numbers.total"), &form.total)])
        .filter(|(_, row)| !row.adds_up())
        .map(|(name, _)| name)
        .collect();
    html! {
        @if broken.is_empty() { p.small.muted { (l.t("numbers.identities-hold")) } }
        @else { (note(Tone::Late, &html! { (l.f("numbers.identities-broken", &[("rows", &broken.join(", "))])) })) }
    }
}

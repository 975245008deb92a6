//! The index of QĐ 766/QĐ-TTg for the city or one authority: every metric with numerator, denominator, what
//! was set aside and why, each opening its dossiers; what this system cannot know is entered with its source
//! or has no figure, never a zero.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::Moment;
use rules::index::measure::{self, Lens, Reason, Seen};
use rules::index::metric::{Entered, Kind, Metric};
use rules::index::period::Length;
use rules::index::{Dossier, Fees, Name};
use service::definition::{Channel, Kind as CaseKind};

use super::asked::{Ask, Asked};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use super::procedures::Procedures;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, tag};
use crate::visit::Visit;

/// What a metric came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Share {
        numerator: f64,
        denominator: f64,
    },
    /// Entered without the numbers behind it.
    Percent(f64),
    /// Working days.
    Days {
        mean: f64,
        dossiers: u64,
    },
    /// Counted, but there was nothing to count.
    Nothing,
    /// This system cannot know it and nobody entered it.
    Unknown,
}

/// A metric with its value, and the dossiers that it counted against or set aside.
pub struct Measured<'a> {
    pub metric: &'a Metric,
    pub value: Value,
    pub against: BTreeMap<Reason, u64>,
    pub aside: BTreeMap<Reason, u64>,
    pub entered: Option<(Entered, Moment)>,
    /// Factor of the share: 3.3 counts what was synchronised (1.4), where that is known.
    pub points: Option<f64>,
}

impl Measured<'_> {
    /// In per cent.
    pub fn share(&self) -> Option<f64> {
        match self.value {
            Value::Share {
                numerator,
                denominator,
            } => (denominator > 0.0).then(|| numerator / denominator * 100.0),
            Value::Percent(percent) => Some(percent),
            Value::Days { .. } | Value::Nothing | Value::Unknown => None,
        }
    }
}

/// Measures every metric that holds in the period.
pub fn measured<'a>(
    counted: &Counted<'a>,
    lens: &Lens<'_>,
    entered: &[(Entered, Moment)],
) -> Vec<Measured<'a>> {
    let ask = counted.ask;
    let index = &counted.law.yardsticks.index;
    let procedures = Procedures::of(counted.ledger, counted.law, ask.today);
    let last = ask.period.after().yesterday().unwrap_or(ask.today);
    let mut all: Vec<Measured<'a>> = Vec::new();
    for metric in index.metrics.iter().filter(|metric| metric.holds(last)) {
        let mut one = Measured {
            metric,
            value: Value::Unknown,
            against: BTreeMap::new(),
            aside: BTreeMap::new(),
            entered: None,
            points: None,
        };
        match metric.kind {
            Kind::Entered => {
                let known = entered.iter().find(|(figure, _)| {
                    figure.metric == metric.code && figure.subject == ask.asked.unit
                });
                if let Some(known) = known {
                    one.value = entered_value(&known.0);
                    one.entered = Some(known.clone());
                }
            }
            Kind::CompleteProcedures
            | Kind::ServicesOnline
            | Kind::ServicesUsed
            | Kind::ServicesPaidOnline => {
                one.value = of_services(counted, lens, metric.kind);
            }
            Kind::AverageTime => one.value = average(counted, lens, &mut one.aside),
            _ => count(counted, &procedures, lens, &mut one),
        }
        let synchronised = all.iter().find(|other| other.metric.code == "1.4");
        let factor = match (metric.kind, synchronised.and_then(Measured::share)) {
            (Kind::DossiersOnline, Some(share)) => share / 100.0,
            _ => 1.0,
        };
        let share = one.share();
        one.points = share.map(|share| index.points(metric, share * factor));
        all.push(one);
    }
    all
}

fn entered_value(figure: &Entered) -> Value {
    match (figure.numerator, figure.denominator, figure.percent) {
        (Some(_), Some(0.0), _) => Value::Nothing,
        (Some(numerator), Some(denominator), _) => Value::Share {
            numerator,
            denominator,
        },
        (_, _, Some(percent)) => Value::Percent(percent),
        _ => Value::Unknown,
    }
}

#[allow(clippy::cast_precision_loss)] // counts of dossiers
fn count(counted: &Counted<'_>, procedures: &Procedures, lens: &Lens<'_>, one: &mut Measured<'_>) {
    let mut for_it: u64 = 0;
    for dossier in counted.rows() {
        let most = procedures.get(dossier.service).most;
        match measure::see(one.metric.kind, dossier, most, lens) {
            None => {}
            Some(Seen::For) => for_it += 1,
            Some(Seen::Against(why)) => *one.against.entry(why).or_default() += 1,
            Some(Seen::Aside(why)) => *one.aside.entry(why).or_default() += 1,
        }
    }
    let all = for_it + one.against.values().sum::<u64>();
    one.value = match all {
        0 => Value::Nothing,
        all => Value::Share {
            numerator: for_it as f64,
            denominator: all as f64,
        },
    };
}

#[allow(clippy::cast_precision_loss)] // seconds of a few years
fn average(counted: &Counted<'_>, lens: &Lens<'_>, aside: &mut BTreeMap<Reason, u64>) -> Value {
    let (mut seconds, mut dossiers) = (0i64, 0u64);
    for dossier in counted.rows() {
        match measure::see(Kind::AverageTime, dossier, None, lens) {
            Some(Seen::For) => match measure::seconds_taken(dossier, lens.calendar) {
                Ok(Some(taken)) => {
                    seconds += taken;
                    dossiers += 1;
                }
                _ => *aside.entry(Reason::OutsideTheCalendar).or_default() += 1,
            },
            Some(Seen::Aside(why)) => *aside.entry(why).or_default() += 1,
            _ => {}
        }
    }
    match dossiers {
        0 => Value::Nothing,
        dossiers => Value::Days {
            mean: seconds as f64 / lens.calendar.day_seconds() as f64 / dossiers as f64,
            dossiers,
        },
    }
}

/// Metrics about procedures themselves: for the city those in force, for an authority those it handled.
#[allow(clippy::cast_precision_loss)] // a few thousand procedures
fn of_services(counted: &Counted<'_>, lens: &Lens<'_>, kind: Kind) -> Value {
    let ask = counted.ask;
    let handled: std::collections::BTreeSet<Name> = counted.rows().map(|one| one.service).collect();
    let used: std::collections::BTreeSet<Name> = counted
        .rows()
        .filter(|one| one.online() && one.accepted.is_some_and(|at| lens.holds(at)))
        .map(|one| one.service)
        .collect();
    let paid: std::collections::BTreeSet<Name> = counted
        .rows()
        .filter(|one| one.fees == Fees::PaidOnline && one.accepted.is_some_and(|at| lens.holds(at)))
        .map(|one| one.service)
        .collect();
    let names = &counted.ledger.names;
    let (mut numerator, mut denominator) = (0u32, 0u32);
    for published in counted.law.catalogue.all(ask.today) {
        let definition = &published.definition;
        let name = names.find(&definition.service);
        let of_subject =
            ask.asked.unit.is_empty() || name.is_some_and(|name| handled.contains(&name));
        if definition.kind != CaseKind::Procedure || !of_subject {
            continue;
        }
        let online = definition.applicants.channels.contains(&Channel::Online);
        let (counts, holds) = match kind {
            Kind::CompleteProcedures => (true, measure::is_complete(definition)),
            Kind::ServicesOnline => (true, online),
            Kind::ServicesPaidOnline => (
                !definition.fees.is_empty(),
                name.is_some_and(|name| paid.contains(&name)),
            ),
            _ => (online, name.is_some_and(|name| used.contains(&name))),
        };
        denominator += u32::from(counts);
        numerator += u32::from(counts && holds);
    }
    match denominator {
        0 => Value::Nothing,
        denominator => Value::Share {
            numerator: numerator.into(),
            denominator: denominator.into(),
        },
    }
}

/// Whether a dossier stands behind `CODE:for`, `CODE:against`, `CODE:aside`, or one reason of these
/// (`CODE:aside-never-accepted`). `None`: no such part.
pub fn behind<'a>(
    counted: &'a Counted<'a>,
    lens: Lens<'a>,
    member: &str,
) -> Option<(&'a Metric, super::Behind<'a>)> {
    let (code, part) = member.split_once(':')?;
    let metric = counted.law.yardsticks.index.metric(code)?;
    let (side, reason) = part
        .split_once('-')
        .map_or((part, None), |(side, why)| (side, Some(why)));
    if !matches!(side, "all" | "for" | "against" | "aside") {
        return None;
    }
    let reason = match reason {
        Some(word) => Some(*Reason::ALL.iter().find(|reason| reason.word() == word)?),
        None => None,
    };
    let side = side.to_owned();
    let procedures = Procedures::of(counted.ledger, counted.law, counted.ask.today);
    let counts = move |one: &Dossier| {
        let most = procedures.get(one.service).most;
        let right = |why: Reason| reason.is_none_or(|wanted| wanted == why);
        match (measure::see(metric.kind, one, most, &lens), side.as_str()) {
            (Some(Seen::For), "for" | "all") | (Some(Seen::Against(_)), "all") => true,
            (Some(Seen::Against(why)), "against") | (Some(Seen::Aside(why)), "aside") => right(why),
            _ => false,
        }
    };
    Some((metric, Box::new(counts)))
}

/// `GET /numbers/index`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let index = &law.yardsticks.index;
    let entered = hall
        .reader()
        .entered_figures(&index.index, ask.period)
        .await?;
    let lens = lens(&law, &ask)?;
    let (table, ways, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let all = measured(&counted, &lens, &entered);
        let table = table(l, &ask, index, &all);
        (
            table,
            four_ways(l, &ask, &counted, &lens),
            ledger.is_ready(),
        )
    };
    let name = if l == Lang::En {
        &index.name_en
    } else {
        &index.name
    };
    let head = Head {
        path: "/numbers/index",
        title: l.t("numbers.index-title"),
        says: format!("{name} ({}). {}", index.basis, l.t("numbers.index-says")),
        more: html! {},
        ready,
    };
    let body = html! {
        (table)
        p.row {
            a.btn href=(ask.link("/numbers/enter", &[])) { (l.t("numbers.enter")) }
            a.btn.quiet href=(ask.link("/numbers/index.xlsx", &[])) { (l.t("numbers.xlsx")) }
            a.btn.quiet href=(ask.link("/numbers/index.pdf", &[])) target="_blank" { (l.t("numbers.pdf")) }
        }
        (ways)
        p.small.muted { (l.f("numbers.index-source", &[("source", &index.source), ("version", &index.version)])) }
    };
    Ok(head.page(&visit, &law, &ask, &body))
}

fn table(l: Lang, ask: &Ask, index: &rules::index::metric::Index, all: &[Measured<'_>]) -> Markup {
    let (mut known, mut earned, mut missing) = (0.0, 0.0, 0.0);
    for one in all {
        match one.points {
            Some(points) => {
                earned += points;
                known += one.metric.max;
            }
            None => missing += one.metric.max,
        }
    }
    let number = |n: f64| say::decimal(l, n, index.decimals.into());
    html! {
        dl.figures {
            div { dt { (l.t("numbers.points-earned")) } dd { (number(earned)) " / " (number(known)) } }
            div { dt { (l.t("numbers.points-missing")) } dd { (number(missing)) } }
        }
        @for group in &index.groups {
            @let name = if l == Lang::En { &group.name_en } else { &group.name };
            h2 { (group.code) ". " (name) " " span.small.muted { (l.f("numbers.at-most", &[("n", &number(group.max))])) } }
            div.wrap-table role="region" aria-label=(name) tabindex="0" {
                table.folds.index {
                    caption.hidden-words { (name) }
                    thead { tr {
                        th scope="col" { (l.t("numbers.metric")) }
                        th.num scope="col" { (l.t("numbers.numerator")) }
                        th.num scope="col" { (l.t("numbers.denominator")) }
                        th.num scope="col" { (l.t("numbers.share")) }
                        th.num scope="col" { (l.t("numbers.points")) }
                        th scope="col" { (l.t("numbers.aside")) }
                    } }
                    tbody { @for one in all.iter().filter(|one| one.metric.group == group.code) { (row(l, ask, index, one)) } }
                }
            }
        }
    }
}

fn row(l: Lang, ask: &Ask, index: &rules::index::metric::Index, one: &Measured<'_>) -> Markup {
    let metric = one.metric;
    let name = if l == Lang::En {
        &metric.name_en
    } else {
        &metric.name
    };
    let decimals = usize::from(index.decimals);
    let share = match (&one.value, one.share()) {
        (Value::Days { mean, .. }, _) => {
            l.f("numbers.days", &[("n", &say::decimal(l, *mean, decimals))])
        }
        (_, Some(share)) => format!("{} %", say::decimal(l, share, decimals)),
        (Value::Nothing, None) => l.t("numbers.nothing-to-count").to_owned(),
        _ => String::new(),
    };
    html! {
        tr {
            th scope="row" {
                span.code { (metric.code) } " " (name)
                @if !metric.doubt.is_empty() { " " (tag(Tone::Soon, l.t("numbers.doubt"))) }
                @if let Some((figure, at)) = &one.entered {
                    br; span.small.muted { (l.f("numbers.entered", &[("source", &figure.source), ("on", &figure.on.strftime("%d/%m/%Y")), ("at", &say::date(*at))])) }
                }
                @if !metric.says.is_empty() || !metric.doubt.is_empty() {
                    details.small { summary { (l.t("numbers.how")) }
                        @if !metric.says.is_empty() { p { (metric.says) } }
                        @if !metric.doubt.is_empty() { p { b { (l.t("numbers.doubt")) ": " } (metric.doubt) } }
                    }
                }
            }
            @match one.value {
                Value::Unknown => { td colspan="3" { em.muted { (l.t("numbers.unknown")) } " " a href=(ask.link("/numbers/enter", &[("key", &metric.code)])) { (l.t("numbers.enter-this")) } } }
                _ => {
                    td.num data-label=(l.t("numbers.numerator")) { (numerator(l, ask, one)) }
                    td.num data-label=(l.t("numbers.denominator")) { (denominator(l, ask, one)) }
                    td.num data-label=(l.t("numbers.share")) { (share) }
                }
            }
            td.num data-label=(l.t("numbers.points")) {
                @match one.points {
                    Some(points) if metric.max > 0.0 => { b { (say::decimal(l, points, decimals)) } span.muted { " / " (say::decimal(l, metric.max, 0)) } },
                    _ if metric.max > 0.0 => { "– " span.muted { "/ " (say::decimal(l, metric.max, 0)) } },
                    _ => span.muted { (l.t("numbers.watched")) },
                }
            }
            td.small {
                (reasons(l, ask, metric, "against", &one.against))
                (reasons(l, ask, metric, "aside", &one.aside))
            }
        }
    }
}

fn numerator(l: Lang, ask: &Ask, one: &Measured<'_>) -> Markup {
    match one.value {
        Value::Share { numerator, .. } => part(l, ask, one, "for", numerator),
        _ => html! { "–" },
    }
}

fn denominator(l: Lang, ask: &Ask, one: &Measured<'_>) -> Markup {
    match one.value {
        Value::Share { denominator, .. } => part(l, ask, one, "all", denominator),
        #[allow(clippy::cast_precision_loss)] // counts of dossiers
        Value::Days { dossiers, .. } => part(l, ask, one, "all", dossiers as f64),
        _ => html! { "–" },
    }
}

/// A number that opens its dossiers, where it counts dossiers.
fn part(l: Lang, ask: &Ask, one: &Measured<'_>, part: &str, number: f64) -> Markup {
    let of_dossiers = matches!(
        one.metric.kind,
        Kind::OnTime
            | Kind::PaidOnline
            | Kind::DossiersOnline
            | Kind::ElectronicResult
            | Kind::Satisfied
            | Kind::AverageTime
    );
    let whole = number.fract().abs() < f64::EPSILON;
    let words = say::decimal(l, number, if whole { 0 } else { 2 });
    let figure = format!("766.{}:{part}", one.metric.code);
    html! {
        @if of_dossiers && number > 0.0 { a href=(ask.cases(&figure, "")) { (words) } } @else { (words) }
    }
}

fn reasons(
    l: Lang,
    ask: &Ask,
    metric: &Metric,
    side: &str,
    reasons: &BTreeMap<Reason, u64>,
) -> Markup {
    html! {
        @if !reasons.is_empty() {
            p.flush {
                span.muted { (l.of("numbers-side", side, &[])) ": " }
                @for (i, (reason, n)) in reasons.iter().enumerate() {
                    @if i > 0 { "; " }
                    a href=(ask.cases(&format!("766.{}:{side}-{}", metric.code, reason.word()), "")) {
                        (l.of("numbers-reason", reason.word(), &[])) " (" (words::count(l, *n)) ")"
                    }
                }
            }
        }
    }
}

/// On time in the four ways: by day or by minute, against the first or the current appointment.
fn four_ways(l: Lang, ask: &Ask, counted: &Counted<'_>, lens: &Lens<'_>) -> Markup {
    let (mut all, mut on_time) = (0u64, [0u64; 4]);
    for ways in counted
        .rows()
        .filter_map(|one| measure::four_ways(one, lens))
    {
        all += 1;
        for (sum, way) in on_time.iter_mut().zip(ways) {
            *sum += u64::from(way);
        }
    }
    if all == 0 {
        return html! {};
    }
    #[allow(clippy::cast_precision_loss)] // counts of dossiers
    let percent = |n: u64| say::percent(l, n as f64 / all as f64);
    let late = |way: usize| {
        let n = all - on_time[way];
        html! {
            @if n == 0 { "0" } @else { a href=(ask.cases(&format!("ways.{way}"), "")) { (words::count(l, n)) } }
        }
    };
    html! {
        h2 { (l.t("numbers.ways")) }
        p.small.muted { (l.f("numbers.ways-says", &[("n", &words::count(l, all))])) }
        div.wrap-table role="region" aria-label=(l.t("numbers.ways")) tabindex="0" {
            table {
                caption.hidden-words { (l.t("numbers.ways")) }
                thead { tr { th scope="col" { (l.t("numbers.against-what")) } th.num scope="col" { (l.t("numbers.by-minute")) } th.num scope="col" { (l.t("numbers.late-by-minute")) } th.num scope="col" { (l.t("numbers.by-day")) } th.num scope="col" { (l.t("numbers.late-by-day")) } } }
                tbody {
                    @for (words, minute, day) in [(l.t("numbers.first-date"), 0, 1), (l.t("numbers.current-date"), 2, 3)] {
                        tr { th scope="row" { (words) } td.num { (percent(on_time[minute])) } td.num { (late(minute)) } td.num { (percent(on_time[day])) } td.num { (late(day)) } }
                    }
                }
            }
        }
    }
}

//! What looking again at drawn reports says of each unit, and the draws themselves: closed lists, the number that two
//! people write down. A unit's solved share is shown as the sample lets expect it; few judged ones give no verdict.

use std::collections::BTreeMap;

use actions::sample::Seeded;
use actions::{ActionError, Law};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::Moment;
use rules::ids::{CaseId, UnitCode};
use rules::index::At;
use rules::index::period::{Length, Period};
use rules::sample::tally::Tally;
use rules::sample::{Found, Sample};
use service::fold::place_key;
use store::{SampleCase, SampleMonth};

use super::asked::{Ask, Asked};
use super::counted::Counted;
use super::head::Head;
use super::lens;
use super::reports::Closes;
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::ask::{begins, day_of};
use crate::leader::words;
use crate::looks::{found_words, month_words};
use crate::official::posted::Posted;
use crate::redirect;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, empty, note, tag};
use crate::visit::Visit;

/// Draws that the page lists.
const MONTHS: u32 = 12;

/// Everything that could be drawn of a month: which official's unit closed it so.
pub fn closes(hall: &Hall, month: Period, law: &Sample) -> Vec<(CaseId, UnitCode)> {
    let ledger = hall.ledger();
    let (from, to) = (begins(month.first()), begins(month.after()));
    let (from, to) = (At::second(from), At::second(to));
    let within = ledger.reports().iter().filter_map(|one| {
        let close = one.closed()?;
        let drawn_from = from <= close.at && close.at < to && law.endings.contains(&close.ending);
        drawn_from.then(|| (one.id, ledger.names.word(close.by).to_owned()))
    });
    within.collect()
}

/// What was drawn in some months, by unit.
pub struct Looked {
    pub drawn: Vec<SampleCase>,
    pub smallest: u64,
    now: Moment,
}

impl Looked {
    /// Of the draws that count for a unit at a moment.
    ///
    /// # Errors
    /// Where the memory does not answer.
    pub async fn up_to(hall: &Hall, as_of: i64) -> Result<Self, Failure> {
        let (law, today) = (hall.law(), day_of(as_of));
        let month = Period::containing(today, Length::Month);
        let sample = law
            .sample
            .of_month(month, Moment::from_second(as_of).unwrap_or_default());
        let from = Period::containing(sample.counts_from(today), Length::Month);
        Self::between(hall, from, month, as_of, sample.smallest).await
    }

    async fn between(
        hall: &Hall,
        from: Period,
        to: Period,
        as_of: i64,
        smallest: u64,
    ) -> Result<Self, Failure> {
        let found = hall.reader();
        let mut drawn = found
            .sample_drawn(&from.to_string(), &to.to_string())
            .await?;
        let now = Moment::from_second(as_of).unwrap_or_default();
        for one in &mut drawn {
            one.found = one.found.filter(|(_, at)| at.as_second() <= as_of);
        }
        Ok(Self {
            drawn,
            smallest,
            now,
        })
    }

    pub fn by_unit(&self) -> BTreeMap<&str, Tally> {
        let mut units: BTreeMap<&str, Tally> = BTreeMap::new();
        for one in &self.drawn {
            let tally = units.entry(&one.unit).or_default();
            tally.add(one.found.map(|(found, _)| found), one.due < self.now);
        }
        units
    }
}

/// The share that held, or that it is too small a number to say.
pub fn held(l: Lang, tally: &Tally, smallest: u64, link: Option<&str>) -> Markup {
    html! {
        @match tally.held() {
            None => "–",
            Some(share) => span {
                @match link { Some(to) => a href=(to) { (say::percent(l, share.share)) }, None => (say::percent(l, share.share)) } " "
                span.small.muted { (l.f("sample.interval", &[("low", &say::percent(l, share.low)), ("high", &say::percent(l, share.high))])) } " "
                span.small.muted { (l.f("sample.judged", &[("n", &share.n)])) @if !tally.tells(smallest) { ", " (l.t("sample.few")) } }
            },
        }
    }
}

/// The draws behind a figure: `drawn`, `waiting`, `judged` or what was found; family `sample`: of the period asked about,
/// `held`: of those that count for a unit at the moment. `None`: there is no such figure.
pub async fn behind(
    hall: &Hall,
    ask: &Ask,
    l: Lang,
) -> Result<Option<super::cases::OfReports>, Failure> {
    let Some((family, member)) = ask.asked.figure.split_once('.') else {
        return Ok(None);
    };
    let looked = match family {
        "sample" => of_period(hall, ask).await?,
        "held" => Looked::up_to(hall, ask.as_of).await?,
        _ => return Ok(None),
    };
    let wanted = Found::from_word(member);
    if wanted.is_none() && !matches!(member, "drawn" | "waiting" | "judged") {
        return Ok(None);
    }
    let law = hall.law();
    let key = ask.asked.key.as_str();
    let shows = |one: &&SampleCase| {
        let found = one.found.map(|(found, _)| found);
        let here = match key.is_empty() {
            true => in_scope(&law, ask, &one.unit),
            false => one.unit == key,
        };
        here && match member {
            "drawn" => true,
            "waiting" => found.is_none(),
            "judged" => matches!(found, Some(Found::Holds | Found::DoesNotHold)),
            _ => found == wanted,
        }
    };
    let found = looked.drawn.iter().filter(shows);
    let found = found.map(|one| (one.due.into(), one.case)).collect();
    let what = match wanted {
        Some(wanted) => found_words(l, wanted),
        None => l.of("sample-figure", member, &[]),
    };
    let title = match key {
        "" => what,
        unit => format!("{what}: {}", words::unit(&law, unit)),
    };
    Ok(Some((
        title,
        ("/numbers/sample", l.t("sample.title")),
        found,
    )))
}

fn in_scope(law: &Law, ask: &Ask, unit: &str) -> bool {
    let asked = ask.asked.unit.as_str();
    let below = || law.organisation.tree(asked, ask.today);
    asked.is_empty() || asked == unit || below().iter().any(|one| one.code == unit)
}

async fn of_period(hall: &Hall, ask: &Ask) -> Result<Looked, Failure> {
    let first = Period::containing(ask.period.first(), Length::Month);
    let last = Period::containing(ask.period.after(), Length::Month).previous();
    let law = hall.law();
    let sample = law.sample.of_month(first, hall.now());
    Looked::between(hall, first, last, ask.as_of, sample.smallest).await
}

/// `GET /numbers/sample`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    draw(&hall, &visit, asked, &Posted::default(), None).await
}

/// `POST /numbers/sample/number`: a number is written down.
pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let (month, number, source) = (
        posted.get("month"),
        posted.get("number"),
        posted.get("source"),
    );
    let written = hall
        .city()
        .write_seed(&visit.person, month, number, source)
        .await;
    let wrong = match written {
        Ok(Seeded::Waits) => {
            return Ok(redirect::to("/numbers/sample?by=waits#draws").into_response());
        }
        Ok(Seeded::Drawn { .. }) => {
            return Ok(redirect::to("/numbers/sample?by=drawn#draws").into_response());
        }
        Ok(Seeded::Differs) => l.t("sample.differs").to_owned(),
        Ok(Seeded::NoNumber { digits }) => l.f("sample.no-number", &[("digits", &digits)]),
        Ok(Seeded::NoSource) => l.t("sample.no-source").to_owned(),
        Ok(Seeded::TooEarly) => l.t("sample.too-early").to_owned(),
        Err(ActionError::SamePerson) => l.t("sample.same-person").to_owned(),
        Err(other) => return Err(other.into()),
    };
    let again = draw(&hall, &visit, Asked::default(), &posted, Some(&wrong)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

async fn draw(
    hall: &Hall,
    visit: &Visit,
    asked: Asked,
    posted: &Posted,
    wrong: Option<&str>,
) -> Result<Markup, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let said = asked.by.clone();
    let ask = asked.understood(hall.now(), Length::Year);
    let looked = of_period(hall, &ask).await?;
    let months = hall.reader().sample_months(MONTHS).await?;
    let endings = &law.sample.of_month(ask.period, hall.now()).endings;
    let (claims, ready) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let mut claims: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (_, close, _) in Closes::of(&counted, lens(&law, &ask)?).all() {
            let unit = claims.entry(counted.word(close.by).to_owned()).or_default();
            unit.1 += 1;
            unit.0 += u64::from(endings.contains(&close.ending));
        }
        (claims, ledger.is_ready())
    };
    let units = looked.by_unit();
    let mut rows: Vec<(String, &str, &Tally)> = units
        .iter()
        .filter(|(unit, _)| in_scope(&law, &ask, unit))
        .map(|(unit, tally)| (words::unit(&law, unit), *unit, tally))
        .collect();
    rows.sort_by_key(|(name, ..)| place_key(name));
    let head = Head {
        path: "/numbers/sample",
        title: l.t("sample.title"),
        says: l.t("sample.says").to_owned(),
        more: html! {},
        ready,
    };
    let body = html! {
        p { a href="/open/sample" { (l.t("sample.public")) } }
        @if rows.is_empty() { (empty(l.t("sample.nothing"), &html! {})) }
        @else { (table(l, &ask, &rows, &claims, looked.smallest)) p.small.muted { (l.f("sample.table-says", &[("smallest", &looked.smallest)])) } }
        section #draws {
            h2 { (l.t("sample.draws")) }
            @match said.as_str() {
                "waits" => div role="status" { (note(Tone::Soon, &html! { p { (l.t("sample.said-waits")) } })) },
                "drawn" => div role="status" { (note(Tone::Done, &html! { p { (l.t("sample.said-drawn")) } })) },
                _ => {},
            }
            @if let Some(wrong) = wrong { div role="alert" tabindex="-1" autofocus { (note(Tone::Late, &html! { p { (wrong) } })) } }
            @if months.is_empty() { p.muted { (l.t("sample.no-draws")) } }
            @for month in &months { (month_card(l, hall, month, posted)?) }
        }
    };
    Ok(head.page(visit, &law, &ask, &body))
}

/// Units by name, never by rank.
fn table(
    l: Lang,
    ask: &Ask,
    rows: &[(String, &str, &Tally)],
    claims: &BTreeMap<String, (u64, u64)>,
    smallest: u64,
) -> Markup {
    let title = l.t("sample.title");
    let opens = |figure: &str, unit: &str, n: u64| html! { @if n == 0 { "0" } @else { a href=(ask.cases(figure, unit)) { (words::count(l, n)) } } };
    html! {
        div.wrap-table role="region" aria-label=(title) tabindex="0" {
            table.folds.league {
                caption.hidden-words { (title) }
                thead { tr {
                    th scope="col" { (l.t("numbers.unit")) }
                    th.num scope="col" { (l.t("sample.solved")) }
                    th.num scope="col" { (l.t("sample.drawn")) }
                    th.num scope="col" { (l.t("sample.waiting")) }
                    @for found in Found::ALL { th.num scope="col" { (found_words(l, found)) } }
                    th.num scope="col" { (l.t("sample.held")) }
                    th.num scope="col" { (l.t("sample.adjusted")) }
                } }
                tbody { @for (name, unit, tally) in rows {
                    @let (solved, closed) = claims.get(*unit).copied().unwrap_or_default();
                    tr {
                        th scope="row" { (name) }
                        td.num data-label=(l.t("sample.solved")) { span { (opens("report.solved", unit, solved)) " / " (opens("report.closes", unit, closed)) } }
                        td.num data-label=(l.t("sample.drawn")) { (opens("sample.drawn", unit, tally.drawn)) }
                        td.num.bad[tally.overdue > 0] data-label=(l.t("sample.waiting")) { (opens("sample.waiting", unit, tally.waiting())) }
                        @for (found, n) in Found::ALL.into_iter().zip([tally.holds, tally.does_not_hold, tally.cannot_tell]) {
                            td.num data-label=(found_words(l, found)) { (opens(&format!("sample.{}", found.word()), unit, n)) }
                        }
                        td.num data-label=(l.t("sample.held")) { (held(l, tally, smallest, Some(&ask.cases("sample.judged", unit)))) }
                        td.num data-label=(l.t("sample.adjusted")) {
                            @match tally.adjusted(solved, closed) {
                                None => "–",
                                Some(one) => span {
                                    (say::percent(l, one.claimed)) " → " @if tally.tells(smallest) { b { (say::percent(l, one.share)) } } @else { (say::percent(l, one.share)) } " "
                                    span.small.muted { "(" (say::percent(l, one.low)) "–" (say::percent(l, one.high)) ")" }
                                },
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn month_card(
    l: Lang,
    hall: &Hall,
    month: &SampleMonth,
    posted: &Posted,
) -> Result<Markup, Failure> {
    let come = hall.today()? >= month.seed_day;
    let own = posted.get("month") == month.month;
    let typed = |name| if own { posted.get(name) } else { "" };
    let id = &month.month;
    let kind = month.law.seed.name(l.code());
    Ok(html! {
        article.card {
            h3 { (l.f("looks.of-month", &[("month", &month_words(id))])) }
            p.flush { (l.f("sample.closed", &[("n", &month.size), ("at", &say::moment(l, month.closed))])) }
            p.small.flush.long { "SHA-256 " (month.hash) }
            @match (&month.seed, &month.drawn) {
                (Some(seed), Some((_, at, due))) => {
                    p.flush { (l.f("sample.number", &[("kind", &kind), ("day", &say::day(month.seed_day)), ("number", &seed.number)])) " " span.small.muted { (seed.source) } }
                    p.flush { (tag(Tone::Done, l.t("sample.is-drawn"))) " " (say::moment(l, *at)) " · " (l.f("looks.until", &[("day", &say::date(*due))])) }
                },
                (_, _) if !come => p.flush { (tag(Tone::Plain, l.t("sample.waits-day"))) " " (l.f("sample.by-number", &[("kind", &kind), ("day", &say::day(month.seed_day))])) },
                (seed, _) => {
                    p { (l.f("sample.by-number", &[("kind", &kind), ("day", &say::day(month.seed_day))])) " " (if seed.is_some() { l.t("sample.second") } else { l.t("sample.first") }) }
                    form method="post" action="/numbers/sample/number" {
                        input type="hidden" name="month" value=(id);
                        div.field { label for={ "number-" (id) } { (l.f("sample.digits", &[("digits", &month.law.seed.digits)])) } input.short type="text" id={ "number-" (id) } name="number" inputmode="numeric" autocomplete="off" value=(typed("number")); }
                        @if seed.is_none() { div.field { label for={ "source-" (id) } { (l.t("sample.source")) } input type="text" id={ "source-" (id) } name="source" maxlength="300" value=(typed("source")); } }
                        button.btn.go type="submit" { (l.t("sample.write")) }
                    }
                },
            }
        }
    })
}

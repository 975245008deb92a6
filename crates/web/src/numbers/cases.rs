//! The very dossiers behind a number of the state's reports: the same question, asked of each.

use axum::extract::{Query, State};
use maud::{Markup, html};
use rules::Moment;
use rules::ids::CaseId;
use rules::index::measure::{self, Lens};
use rules::index::period::Length;
use rules::index::scoring::Whose;
use rules::index::{At, Dossier};

use super::asked::Asked;
use super::counted::Counted;
use super::{
    causes, communes, head, heat, hot, index, integrity, organisations, report, reports, scored,
};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::cases::list;
use crate::leader::words;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{crumbs, empty, pages};
use crate::visit::Visit;

const MOST: usize = 50;

/// Which dossiers a figure counts, how it is called, and the page it stands on.
pub struct Behind<'a> {
    pub title: String,
    pub back: (&'static str, &'static str),
    pub counts: Box<dyn Fn(&Dossier) -> bool + 'a>,
}

/// What stands behind `figure` of the row `key`; `None`: there is no such figure.
fn behind<'a>(counted: &'a Counted<'a>, lens: Lens<'a>, l: Lang) -> Option<Behind<'a>> {
    let ask = counted.ask;
    let (family, member) = ask.asked.figure.split_once('.')?;
    match family {
        "06a" => {
            let number: u8 = member.parse().ok()?;
            report::COLUMNS.contains(&number).then(|| Behind {
                title: l.f(
                    "numbers.column-title",
                    &[
                        ("n", &number),
                        ("name", &l.of("numbers-column", member, &[])),
                        (
                            "row",
                            &report::key_words(l, counted.law, ask, &ask.asked.key),
                        ),
                    ],
                ),
                back: ("/numbers/report", l.t("numbers.report-title")),
                counts: Box::new(move |one| {
                    report::matches(counted, &ask.asked.key, one)
                        && report::in_column(ask, number, one)
                }),
            })
        }
        "766" => {
            let (metric, counts) = index::behind(counted, lens, member)?;
            let part = member.split_once(':').map_or("", |(_, part)| part);
            let name = if l == Lang::En {
                &metric.name_en
            } else {
                &metric.name
            };
            Some(Behind {
                title: format!("{} {name}: {}", metric.code, part_words(l, part)),
                back: ("/numbers/index", l.t("numbers.index-title")),
                counts,
            })
        }
        "ways" => {
            let way: usize = member.parse().ok().filter(|way| *way < 4)?;
            Some(Behind {
                title: l.of("numbers-way", member, &[]),
                back: ("/numbers/index", l.t("numbers.index-title")),
                counts: Box::new(move |one| {
                    measure::four_ways(one, &lens).is_some_and(|ways| !ways[way])
                }),
            })
        }
        "cause" => Some(Behind {
            title: cause_title(counted, l, member),
            back: ("/numbers/causes", l.t("numbers.causes-title")),
            counts: causes::behind(counted, lens, member),
        }),
        "sign" => Some(Behind {
            title: match member {
                "any" => l.t("numbers.with-signs").to_owned(),
                sign => {
                    let limits = &counted.law.yardsticks.integrity;
                    let args: [(&str, &dyn std::fmt::Display); 3] = [
                        ("days", &limits.again_days),
                        ("hours", &limits.last_hours),
                        ("minutes", &limits.too_quick_minutes),
                    ];
                    l.of("numbers-sign", sign, &args)
                }
            },
            back: ("/numbers/integrity", l.t("numbers.integrity-title")),
            counts: integrity::behind(counted, lens, member)?,
        }),
        "org" => Some(Behind {
            title: format!(
                "{}: {}",
                organisations::key_words(l, counted, &ask.asked.key),
                organisations::part_words(l, member)
            ),
            back: ("/numbers/organisations", l.t("numbers.organisations-title")),
            counts: organisations::behind(counted, member)?,
        }),
        "score" => {
            let (_, code) = ask.asked.key.split_once("unit|")?;
            let unit = counted.ledger.names.find(code);
            let scoring = &counted.law.yardsticks.scoring;
            Some(Behind {
                title: l.f(
                    "numbers.score-cases",
                    &[("unit", &words::unit(counted.law, code))],
                ),
                back: ("/numbers/scores", l.t("numbers.scores-title")),
                counts: scored::behind(scoring, lens, member, Whose::Unit, unit)?,
            })
        }
        _ => None,
    }
}

/// Title, page and cases of a figure about what residents reported.
pub type OfReports = (String, (&'static str, &'static str), Vec<(At, CaseId)>);

/// The same for reports of residents; `None`: the figure is not about them.
fn of_reports(counted: &Counted<'_>, lens: Lens<'_>, l: Lang) -> Option<OfReports> {
    let asked = &counted.ask.asked;
    let (family, member) = asked.figure.split_once('.')?;
    let (title, back, found) = match family {
        "report" => {
            let closes = reports::Closes::of(counted, lens);
            let what = match member {
                "closes" => l.t("numbers.closes").to_owned(),
                "any" => l.t("numbers.with-report-signs").to_owned(),
                "solved" => l.t("sample.solved").to_owned(),
                sign => reports::sign_words(l, &counted.law.yardsticks.reports, sign),
            };
            let title = match asked.key.as_str() {
                "" => what,
                unit => format!("{what}: {}", words::unit(counted.law, unit)),
            };
            let back = (
                "/numbers/integrity/reports",
                l.t("numbers.report-signs-title"),
            );
            (title, back, closes.behind(member)?)
        }
        "commune" => {
            let found = communes::behind(counted, lens, member)?;
            let area = match asked.key.as_str() {
                "" => l.t("numbers.whole-city").to_owned(),
                area => words::area(counted.law, area),
            };
            let title = l.f("numbers.received-in", &[("area", &area)]);
            let back = ("/numbers/communes", l.t("numbers.communes-title"));
            (title, back, found)
        }
        "heat" => {
            let found = heat::behind(counted, lens, member)?;
            let title = l.t("numbers.heat-cases").to_owned();
            (title, ("/numbers/heat", l.t("numbers.heat-title")), found)
        }
        "hot" => {
            let hot = hot::find(counted.ledger, counted.law, counted.ask.as_of, &asked.key)?;
            let title = hot::Spot::of(l, counted, &hot)?.title(l);
            (title, ("/morning", l.t("morning.title")), hot.reports)
        }
        _ => return None,
    };
    let found = found.into_iter().map(|one| (one.opened, one.id)).collect();
    Some((title, back, found))
}

/// `để riêng: chưa từng được tiếp nhận`
fn part_words(l: Lang, part: &str) -> String {
    match part.split_once('-') {
        None => l.of("numbers-side", part, &[]),
        Some((side, reason)) => {
            let reason = l.of("numbers-reason", reason, &[]);
            format!("{}, {reason}", l.of("numbers-side", side, &[]))
        }
    }
}

fn cause_title(counted: &Counted<'_>, l: Lang, member: &str) -> String {
    let (law, today) = (counted.law, counted.ask.today);
    let what = match member.split_once('|') {
        None if member.is_empty() => return l.t("numbers.late-dossiers").to_owned(),
        None => causes::cause_words(l, law, member).to_owned(),
        Some(("unit", code)) => words::unit(law, code),
        Some(("step", code)) => {
            let service = counted.ask.asked.service.as_str();
            let definition = law.catalogue.current(service, today);
            let name = definition.map_or_else(
                || code.to_owned(),
                |one| crate::official::names::step(l, &one.definition, code),
            );
            return l.f("numbers.step-too-long", &[("step", &name)]);
        }
        Some((_, code)) => words::service(l, law, today, code),
    };
    l.f("numbers.late-because", &[("what", &what)])
}

/// `GET /numbers/cases?figure=06a.10&key=…&period=…&at=…`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let now = hall.now();
    let ask = asked.understood(now, Length::Month);
    let number: usize = ask.asked.page.parse().unwrap_or(1).clamp(1, 100_000);
    let lens = super::lens(&law, &ask)?;
    let sampled = super::sample::behind(&hall, &ask, l).await?;
    let (title, back, mut found) = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let (title, back, found) = match sampled.or_else(|| of_reports(&counted, lens, l)) {
            Some(found) => found,
            None => {
                let behind = behind(&counted, lens, l).ok_or(Failure::NotFound)?;
                let rows = counted.rows().filter(|one| (behind.counts)(one));
                let found = rows.map(|one| (one.opened, one.id)).collect();
                (behind.title, behind.back, found)
            }
        };
        let back = (ask.link(back.0, &[("figure", ""), ("key", "")]), back.1);
        (title, back, found)
    };
    found.sort_unstable_by(|a, b| b.cmp(a));
    let all = found.len();
    let shown: Vec<CaseId> = found
        .iter()
        .skip((number - 1) * MOST)
        .take(MOST)
        .map(|(_, id)| *id)
        .collect();
    let lines = hall.reader().lines_of(&visit.person, &shown).await?;
    let at = |n: usize| ask.link("/numbers/cases", &[("page", &n.to_string())]);
    let earlier = (number > 1).then(|| at(number - 1));
    let later = (number * MOST < all).then(|| at(number + 1));
    let moment = Moment::from_second(ask.as_of).unwrap_or(now);
    Ok(page(
        &visit.frame(),
        &title,
        html! {
            (crumbs(l, &[(&back.0, back.1)]))
            h1 { (title) }
            p { b #count { (l.n("league.cases", i64::try_from(all).unwrap_or(i64::MAX), &[])) }
                @if !ask.asked.unit.is_empty() { " · " (words::unit(&law, &ask.asked.unit)) } }
            (head::as_of(l, &ask, true))
            @if lines.is_empty() { (empty(l.t("league.nothing"), &html! {})) }
            @else { (list(&visit, &law, today, moment, &lines, true)) }
            (pages(l, earlier.as_deref(), later.as_deref()))
        },
    ))
}

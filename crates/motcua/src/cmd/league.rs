//! `league`: units, services or areas compared fairly, with every column that `rules::league` has.
//! Counts come from `facts`, their meaning from the city's settings. Absent: arithmetic.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use facts::{Dimension, Facts, Filter, Key};
use jiff::civil::{Date, DateTime};
use rules::league::{League, Options, Quantile, Share, UnitRow, Verdict};
use serde_json::{Value, json};
use web::figures::{self, Question};

use super::open::{OpenCity, open_city};
use super::out::{Side, Table};
use super::words::code_of;
use super::{Answer, Here, Language};

#[derive(Args)]
pub struct LeagueOf {
    /// Local date and time in the city; now where absent.
    #[arg(long, value_name = "DATE-TIME")]
    as_of: Option<DateTime>,
    #[arg(long, value_enum, default_value = "unit")]
    by: By,
    /// Only these units (codes).
    #[arg(long)]
    unit: Vec<String>,
    /// Only these services (codes).
    #[arg(long)]
    service: Vec<String>,
    /// Only these groups of services.
    #[arg(long)]
    group: Vec<String>,
    /// Only these areas (codes); `-` for cases without a place.
    #[arg(long)]
    area: Vec<String>,
    /// First day of a period: promises for it, work in it, arrivals in it.
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<Date>,
    /// Last day of the period, included.
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<Date>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Unit,
    Service,
    Group,
    Area,
    Channel,
    Month,
}

impl LeagueOf {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let city = open_city(here).await?;
        let facts = city.facts().await?;
        let question = self.question(&city)?;
        let options = Options {
            period_days: period_days(&facts, &question),
            ..Options::default()
        };
        let (keys, league) = figures::league(&facts, &question, options);
        let names = Names::of(&city, self.by).await?;
        let names: Vec<String> = keys
            .iter()
            .map(|key| names.name(key, here.language))
            .collect();
        let as_of = city.local(rules::Moment::from_second(question.as_of)?);
        let head = json!({
            "city": city.reader.city(),
            "name": city.name,
            "as_of": as_of,
            "zone": city.zone.iana_name(),
            "by": self.by.to_possible_value().map(|value| value.get_name().to_owned()),
            "from": self.from,
            "to": self.to,
            "cases": facts.len(),
            "smallest": options.smallest,
            "period_days": options.period_days,
            "phi": league.phi,
            "prior": league.prior.map(|prior| json!({ "mean": prior.mean, "strength": finite(prior.strength) })),
        });
        Ok(Answer::fine(
            text(here.language, &city, as_of, &names, &league),
            whole(head, &keys, &names, &league),
        ))
    }

    fn question(&self, city: &OpenCity) -> Result<Question> {
        let as_of = city.moment(self.as_of)?;
        let start =
            |date: Date| -> Result<i64> { Ok(city.moment(Some(date.at(0, 0, 0, 0)))?.as_second()) };
        let period = match (self.from, self.to) {
            (Some(from), Some(to)) if from <= to => Some((start(from)?, start(to.tomorrow()?)?)),
            (Some(_), Some(_)) => bail!("--from lies after --to"),
            _ => None,
        };
        let mut filters = Vec::new();
        let mut narrow = |codes: &[String], filter: fn(Vec<String>) -> Filter| {
            if !codes.is_empty() {
                filters.push(filter(codes.to_vec()));
            }
        };
        narrow(&self.unit, Filter::Unit);
        narrow(&self.service, Filter::Service);
        narrow(&self.group, Filter::Group);
        narrow(&self.area, |codes| {
            let area = |code: String| (code != "-").then_some(code);
            Filter::Area(codes.into_iter().map(area).collect())
        });
        Ok(Question {
            as_of: as_of.as_second(),
            period,
            by: match self.by {
                By::Unit => Dimension::Unit,
                By::Service => Dimension::Service,
                By::Group => Dimension::Group,
                By::Area => Dimension::Area,
                By::Channel => Dimension::Channel,
                By::Month => Dimension::Month,
            },
            filters,
            meaning: city.settings.figures.meaning(),
            zone: city.zone.to_offset(as_of).seconds(),
        })
    }
}

/// Length of the period, or from the first case to the moment asked about.
fn period_days(facts: &Facts, question: &Question) -> f64 {
    let (from, to) = question.period.unwrap_or_else(|| {
        let first = facts.rows().map(|(_, row)| row.opened).min();
        (first.unwrap_or(question.as_of), question.as_of)
    });
    ((to.min(question.as_of) - from) as f64 / 86_400.0).max(1.0)
}

/// Codes → names, for people.
struct Names(BTreeMap<String, String>);

impl Names {
    async fn of(city: &OpenCity, by: By) -> Result<Self> {
        let names = match by {
            By::Unit => {
                let units = city.reader.organisation().await?.units;
                units
                    .into_iter()
                    .map(|unit| (unit.code, unit.name))
                    .collect()
            }
            By::Area => {
                let areas = city.reader.organisation().await?.areas;
                areas
                    .into_iter()
                    .map(|area| (area.code, area.name))
                    .collect()
            }
            By::Service => city.settings.services.clone(),
            By::Group | By::Channel | By::Month => BTreeMap::new(),
        };
        Ok(Self(names))
    }

    fn name(&self, key: &Key, language: Language) -> String {
        match key {
            Key::Nothing => language.say("(không có)", "(none)").to_owned(),
            Key::Code(number) => figures::channel(*number)
                .map_or_else(|| number.to_string(), |channel| code_of(&channel)),
            _ => {
                let code = figures::plain(key);
                self.0.get(&code).cloned().unwrap_or(code)
            }
        }
    }
}

fn text(
    language: Language,
    city: &OpenCity,
    as_of: DateTime,
    names: &[String],
    league: &League,
) -> String {
    let whole = language.say("Toàn thành phố", "All").to_owned();
    let rows: Vec<(&String, &UnitRow)> = std::iter::once((&whole, &league.city))
        .chain(names.iter().zip(&league.rows))
        .collect();
    format!(
        "{}, {} {}, φ = {}\n\n{}\n{}\n{}",
        city.name,
        language.say("tính đến", "as of"),
        as_of.strftime("%Y-%m-%d %H:%M:%S"),
        language.number(league.phi, 2),
        on_time(language, &rows).text(),
        time(language, &rows).text(),
        stock(language, &rows).text(),
    )
}

fn columns<'a>(language: Language, columns: &[(&'a str, &'a str)]) -> Table {
    let named: Vec<(&str, Side)> = columns
        .iter()
        .enumerate()
        .map(|(place, (vi, en))| {
            let side = if place == 0 { Side::Left } else { Side::Right };
            (language.say(vi, en), side)
        })
        .collect();
    Table::new(&named)
}

fn on_time(language: Language, rows: &[(&String, &UnitRow)]) -> Table {
    let mut table = columns(
        language,
        &[
            ("ĐÚNG HẠN", "ON TIME"),
            ("đến hạn", "passed"),
            ("đúng hạn", "on time"),
            ("%", "%"),
            ("95 %", "95 %"),
            ("kỳ vọng", "expected"),
            ("O/E", "O/E"),
            ("% hiệu chỉnh", "adjusted %"),
            ("so được %", "comparable %"),
            ("z", "z"),
            ("giới hạn 95 %", "limits 95 %"),
            ("giới hạn 99,8 %", "limits 99.8 %"),
            ("% co về", "shrunk %"),
            ("hạng", "places"),
            ("kết luận", "verdict"),
        ],
    );
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |share| language.percent(share));
    let range = |range: Option<(f64, f64)>| match range {
        Some((low, high)) => format!("{}–{}", language.percent(low), language.percent(high)),
        None => "–".to_owned(),
    };
    for (name, row) in rows {
        let share = row.on_time.as_ref();
        let ratio = row.observed_over_expected;
        table.row([
            (*name).clone(),
            language.count(share.map_or(0, |share| share.n)),
            language.count(share.map_or(0, kept)),
            percent(share.map(|share| share.share)),
            range(share.map(|share| (share.low, share.high))),
            language.number(row.expected, 1),
            ratio.map_or("–".into(), |ratio| language.number(ratio, 3)),
            percent(row.adjusted),
            language.percent(row.comparable),
            language.number(row.z, 2),
            range(row.limits_95),
            range(row.limits_998),
            percent(row.shrunk),
            row.places
                .map_or("–".into(), |(best, worst)| format!("{best}–{worst}")),
            verdict(row.verdict, language).to_owned(),
        ]);
    }
    table
}

fn time(language: Language, rows: &[(&String, &UnitRow)]) -> Table {
    let mut table = columns(
        language,
        &[
            ("THỜI GIAN (ngày)", "TIME (days)"),
            ("trung vị", "median"),
            ("95 %", "95 %"),
            ("9/10 xong trong", "nine of ten within"),
            ("trung bình trong 30 ngày", "mean within 30 days"),
        ],
    );
    for (name, row) in rows {
        let (low, high) = row.median_interval;
        table.row([
            (*name).clone(),
            days(row.median, language),
            format!("{} – {}", days(low, language), days(high, language)),
            days(row.p90, language),
            language.number(row.restricted_mean, 2),
        ]);
    }
    table
}

fn stock(language: Language, rows: &[(&String, &UnitRow)]) -> Table {
    let mut table = columns(
        language,
        &[
            ("KHỐI LƯỢNG, CHẤT LƯỢNG", "STOCK, QUALITY"),
            ("tiếp nhận", "received"),
            ("xong", "closed"),
            ("đang mở", "open"),
            ("quá hạn", "overdue"),
            ("mở kỳ vọng", "expected open"),
            ("mở lại %", "reopened %"),
            ("có minh chứng %", "verified %"),
            ("điểm", "rating"),
            ("trả lời", "answered"),
            ("trả lời %", "response %"),
        ],
    );
    let percent = |share: &Option<Share>| match share {
        Some(share) => language.percent(share.share),
        None => "–".to_owned(),
    };
    for (name, row) in rows {
        let satisfied = &row.satisfaction;
        table.row([
            (*name).clone(),
            language.count(row.received),
            language.count(row.closed),
            language.count(row.open),
            language.count(row.overdue),
            row.expected_open
                .map_or("–".into(), |open| language.number(open, 0)),
            percent(&row.reopened),
            percent(&row.verified),
            satisfied
                .mean
                .map_or("–".into(), |mean| language.number(mean, 2)),
            language.count(satisfied.answered),
            satisfied
                .response_rate()
                .map_or("–".into(), |rate| language.percent(rate)),
        ]);
    }
    table
}

fn days(quantile: Quantile, language: Language) -> String {
    match quantile {
        Quantile::Reached(days) => language.number(days, 2),
        Quantile::NotReached { .. } => language.say("chưa đạt", "not reached").to_owned(),
    }
}

fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match verdict {
        Verdict::Better => language.say("tốt hơn", "better"),
        Verdict::Worse => language.say("kém hơn", "worse"),
        Verdict::NotSeparated => language.say("không khác biệt rõ", "not separated"),
        Verdict::TooSmall => language.say("quá ít", "too small"),
        Verdict::NotComparable => language.say("không so được", "not comparable"),
    }
}

/// The numerator of a share.
fn kept(share: &Share) -> u64 {
    (share.share * share.n as f64).round() as u64
}

fn whole(mut head: Value, keys: &[Key], names: &[String], league: &League) -> Value {
    let rows: Vec<Value> = (keys.iter().zip(names).zip(&league.rows))
        .map(|((key, name), row)| line(&figures::plain(key), name, row))
        .collect();
    head["all"] = line("all", "all", &league.city);
    head["rows"] = rows.into();
    head
}

fn line(key: &str, name: &str, row: &UnitRow) -> Value {
    let share = |share: &Option<Share>| match share {
        Some(share) => json!({
            "share": share.share, "low": share.low, "high": share.high,
            "n": share.n, "of_them": kept(share),
        }),
        None => Value::Null,
    };
    let quantile = |quantile: Quantile| match quantile {
        Quantile::Reached(days) => json!({ "reached": true, "days": days }),
        Quantile::NotReached { beyond } => json!({ "reached": false, "beyond_days": beyond }),
    };
    let pair = |pair: Option<(f64, f64)>| pair.map(|(low, high)| json!([low, high]));
    let satisfied = &row.satisfaction;
    json!({
        "key": key,
        "name": name,
        "on_time": share(&row.on_time),
        "expected": row.expected,
        "observed_over_expected": row.observed_over_expected,
        "adjusted": row.adjusted,
        "comparable": row.comparable,
        "z": row.z,
        "limits_95": pair(row.limits_95),
        "limits_998": pair(row.limits_998),
        "shrunk": row.shrunk,
        "verdict": verdict(row.verdict, Language { english: true }),
        "places": row.places.map(|(best, worst)| json!([best, worst])),
        "median": quantile(row.median),
        "median_interval": [quantile(row.median_interval.0), quantile(row.median_interval.1)],
        "p90": quantile(row.p90),
        "restricted_mean_days": row.restricted_mean,
        "received": row.received,
        "closed": row.closed,
        "open": row.open,
        "overdue": row.overdue,
        "expected_open": row.expected_open,
        "reopened": share(&row.reopened),
        "verified": share(&row.verified),
        "satisfaction": {
            "mean": satisfied.mean,
            "answered": satisfied.answered,
            "asked": satisfied.asked,
            "bounds": pair(satisfied.bounds),
            "response_rate": satisfied.response_rate(),
        },
    })
}

/// JSON has no infinity.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

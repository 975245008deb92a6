//! `due`: when a limit ends, day by day. Asks the working calendar that ships, no database.

use anyhow::{Context, Result, anyhow};
use clap::Args;
use jiff::civil::{Date, DateTime, Time};
use rules::calendar::{Calendar, CalendarFile, Due as Ends};
use serde_json::json;
use service::definition::{Limit, LimitUnit};

use super::out::Table;
use super::{Answer, Here, Language};
use crate::shipped;

#[derive(Args)]
pub struct Due {
    /// Local date and time of reception: 2026-02-13T09:00.
    #[arg(long, value_name = "DATE-TIME")]
    received: DateTime,
    /// `5 working-days`, `8.5 working-days`, `24 hours`, `10 days`, `1 month`.
    #[arg(long)]
    limit: String,
    /// Received strictly later in the day counts from the next working morning: 15:00.
    #[arg(long, value_name = "TIME")]
    cutoff: Option<Time>,
    /// Due at the end of the day it counts as received on.
    #[arg(long)]
    same_day: bool,
}

impl Due {
    pub fn run(&self, here: &Here) -> Result<Answer> {
        let limit: Limit = self
            .limit
            .parse()
            .map_err(|error| anyhow!("--limit: {error}"))?;
        let calendar = shipped::calendar()?;
        let (day, time) = (self.received.date(), self.received.time());
        let received = calendar.at(day, time).context("--received")?;
        let due = calendar.due(received, limit, self.cutoff, self.same_day)?;
        let skipped = skipped(&calendar, &due, limit, here.language);
        Ok(Answer::fine(
            self.text(here.language, &calendar, limit, &due, &skipped),
            json!({
                "received": self.received,
                "counts_from": local(&calendar, due.from),
                "limit": limit.to_string(),
                "cutoff": self.cutoff,
                "same_day": self.same_day,
                "due": local(&calendar, due.at),
                "due_utc": due.at,
                "days": due.counted.len(),
                "counted": due.counted,
                "skipped": skipped.iter().map(|(date, why)| json!({ "date": date, "why": why }))
                    .collect::<Vec<_>>(),
                "provisional": due.provisional,
                "calendar": calendar.version(),
            }),
        ))
    }

    fn text(
        &self,
        language: Language,
        calendar: &Calendar,
        limit: Limit,
        due: &Ends,
        skipped: &[(Date, String)],
    ) -> String {
        let mut table = Table::pairs();
        let shown = |at| minute(local(calendar, at));
        table.row([language.say("Nhận lúc", "Received"), &minute(self.received)]);
        table.row([language.say("Tính từ", "Counts from"), &shown(due.from)]);
        let limit = if language.english {
            limit.en()
        } else {
            limit.vi()
        };
        let limit = match self.same_day {
            true => language.say("trong ngày", "the same day").to_owned(),
            false => limit,
        };
        table.row([language.say("Thời hạn", "Limit"), &limit]);
        table.row([language.say("Hẹn trả", "Due"), &shown(due.at)]);
        let mut text = table.text();
        if !due.counted.is_empty() {
            text.push_str(&format!(
                "{} ({}):\n",
                language.say("Ngày được tính", "Days counted"),
                due.counted.len()
            ));
            for date in &due.counted {
                text.push_str(&format!("  {}\n", day(*date)));
            }
        }
        if !skipped.is_empty() {
            text.push_str(language.say("Ngày không tính:\n", "Days not counted:\n"));
            for (date, why) in skipped {
                text.push_str(&format!("  {}  {why}\n", day(*date)));
            }
        }
        if due.provisional {
            text.push_str(language.say(
                "Tạm tính: có ngày nghỉ chưa được quyết định trong khoảng này.\n",
                "Provisional: days off in between are not decided yet.\n",
            ));
        }
        text
    }
}

/// Days between reception and the end that were not counted, and why not.
fn skipped(
    calendar: &Calendar,
    due: &Ends,
    limit: Limit,
    language: Language,
) -> Vec<(Date, String)> {
    if matches!(
        limit.unit,
        LimitUnit::Hours | LimitUnit::Days | LimitUnit::Months
    ) {
        return Vec::new();
    }
    let (from, to) = (calendar.local(due.from).0, calendar.local(due.at).0);
    from.series(jiff::Span::new().days(1))
        .skip(1)
        .take_while(|date| *date <= to)
        .filter(|date| !due.counted.contains(date))
        .map(|date| (date, why_off(calendar.file(), date, language)))
        .collect()
}

fn why_off(file: &CalendarFile, date: Date, language: Language) -> String {
    let off = file
        .off
        .iter()
        .find(|off| (off.from..=off.to.unwrap_or(off.from)).contains(&date));
    match off {
        Some(off) => off.name.clone(),
        None => language.say("nghỉ hằng tuần", "weekly rest").to_owned(),
    }
}

fn local(calendar: &Calendar, moment: rules::Moment) -> DateTime {
    let (date, time) = calendar.local(moment);
    date.to_datetime(time)
}

/// `2026-02-13 09:00`
fn minute(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// `2026-02-13 T6` as Vietnamese calendars abbreviate weekdays.
fn day(date: Date) -> String {
    let names = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];
    let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
    format!("{date} {}", names[weekday])
}

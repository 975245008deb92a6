//! `case CODE`: what happened to one case, and both clocks. For whoever administers the installation:
//! it shows no answers and no notes.

use anyhow::{Result, bail};
use clap::Args;
use rules::Moment;
use rules::calendar::{Calendar, CalendarFile};
use rules::case::{Case, Recorded};
use rules::clock;
use serde_json::{Value, json};

use super::open::{OpenCity, now, open_city};
use super::out::{Side, Table};
use super::words::code_of;
use super::{Answer, Here, Language, history};
use crate::shipped;

#[derive(Args)]
pub struct CaseOf {
    /// The code on the receipt.
    code: String,
}

impl CaseOf {
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let city = open_city(here).await?;
        let Some(case) = city.reader.track(&self.code).await? else {
            bail!("there is no case {} in {}", self.code, city.reader.city());
        };
        let timeline = city.reader.timeline(case.id).await?;
        let calendar = calendar_of(&city, &case).await?;
        let clocks = Clocks::of(&case, &calendar, now());
        Ok(Answer::fine(
            text(here.language, &city, &case, &timeline, &clocks),
            json!({
                "case": case,
                "now": clocks.now,
                "late": clocks.late,
                "left": clocks.left.map(|left| json!({
                    "working_seconds": left.working_seconds, "wall_seconds": left.wall_seconds,
                })),
                "spent": {
                    "running_seconds": clocks.spent.running, "waiting_seconds": clocks.spent.waiting,
                },
                "kept": kept(&case, &calendar),
                "timeline": timeline,
            }),
        ))
    }
}

/// The version frozen on the case; the shipped one for cases that came without.
async fn calendar_of(city: &OpenCity, case: &Case) -> Result<Calendar> {
    let version = Some(case.clock.calendar).filter(|version| *version > 0);
    let file: Option<CalendarFile> = city.reader.calendar(version).await?;
    match file {
        Some(file) => Ok(Calendar::new(file)?),
        None => shipped::calendar(),
    }
}

/// The legal clock at this moment.
struct Clocks {
    now: Moment,
    late: bool,
    /// `None`: no deadline, or outside the years of the calendar.
    left: Option<clock::Left>,
    spent: clock::Spent,
}

impl Clocks {
    fn of(case: &Case, calendar: &Calendar, now: Moment) -> Self {
        let until = case.life.ended().map_or(now, |(_, at)| at);
        Self {
            now,
            late: clock::late(&case.clock, now),
            left: clock::left(&case.clock, calendar, now).ok().flatten(),
            spent: clock::spent(&case.clock, until),
        }
    }
}

fn kept(case: &Case, calendar: &Calendar) -> Option<Value> {
    let (_, ended) = case.life.ended()?;
    let kept = clock::kept(&case.clock, calendar, ended)?;
    Some(json!({
        "first_by_minute": kept.first_by_minute, "first_by_day": kept.first_by_day,
        "current_by_minute": kept.current_by_minute, "current_by_day": kept.current_by_day,
    }))
}

fn text(
    language: Language,
    city: &OpenCity,
    case: &Case,
    timeline: &[Recorded],
    clocks: &Clocks,
) -> String {
    let show = |at: Moment| city.local(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let maybe = |at: Option<Moment>| at.map_or("–".to_owned(), show);
    let mut head = Table::pairs();
    head.row([language.say("Hồ sơ", "Case"), &case.code]);
    head.row([
        language.say("Dịch vụ", "Service"),
        &format!("{} ({})", case.service, case.service_version),
    ]);
    head.row([
        language.say("Trạng thái", "State"),
        &format!("{} {}", case.life.number(), code_of(&case.life)),
    ]);
    head.row([language.say("Đơn vị", "Unit"), &case.unit]);
    head.row([language.say("Mở lúc", "Opened"), &show(case.opened)]);
    let mut legal = Table::pairs();
    let limit = case.clock.limit.map_or("–".to_owned(), |limit| {
        if language.english {
            limit.en()
        } else {
            limit.vi()
        }
    });
    legal.row([language.say("thời hạn", "limit"), &limit]);
    legal.row([
        language.say("hẹn lần đầu", "first promise"),
        &maybe(case.clock.first_due),
    ]);
    legal.row([
        language.say("hẹn hiện nay", "due now"),
        &maybe(case.clock.due),
    ]);
    let standing = clock::standing(&case.clock).map_or("–".to_owned(), |why| code_of(&why));
    legal.row([language.say("đang dừng vì", "stands still for"), &standing]);
    let hours = |seconds: i64| language.number(seconds as f64 / 3600.0, 1);
    let left = clocks
        .left
        .map_or("–".to_owned(), |left| hours(left.working_seconds));
    legal.row([
        language.say("còn (giờ làm việc)", "left (working hours)"),
        &left,
    ]);
    let late = language.say(
        if clocks.late { "có" } else { "không" },
        if clocks.late { "yes" } else { "no" },
    );
    legal.row([language.say("quá hạn", "late"), late]);
    legal.row([
        language.say("đã chạy (giờ)", "ran (hours)"),
        &hours(clocks.spent.running),
    ]);
    legal.row([
        language.say("đã chờ (giờ)", "waited (hours)"),
        &hours(clocks.spent.waiting),
    ]);
    format!(
        "{}\n{}:\n{}\n{}:\n{}\n{}:\n{}",
        head.text(),
        language.say("Đồng hồ pháp lý", "Legal clock"),
        legal.text(),
        language.say("Đồng hồ của bước", "Clock of the step"),
        tasks(language, case, maybe).text(),
        language.say("Diễn biến", "Timeline"),
        happened(language, timeline, show).text(),
    )
}

fn tasks(language: Language, case: &Case, show: impl Fn(Option<Moment>) -> String) -> Table {
    let mut table = Table::new(&[
        (language.say("bước", "step"), Side::Left),
        (language.say("vai trò", "role"), Side::Left),
        (language.say("đơn vị", "unit"), Side::Left),
        (language.say("từ", "since"), Side::Left),
        (language.say("hạn", "due"), Side::Left),
    ]);
    for task in &case.tasks {
        table.row([
            task.step.clone(),
            task.role.clone(),
            task.unit.clone().unwrap_or_else(|| "–".into()),
            show(Some(task.since)),
            show(task.due),
        ]);
    }
    table
}

fn happened(language: Language, timeline: &[Recorded], show: impl Fn(Moment) -> String) -> Table {
    let mut table = Table::new(&[
        ("#", Side::Right),
        (language.say("lúc", "at"), Side::Left),
        (language.say("ai", "who"), Side::Left),
        (language.say("việc", "what"), Side::Left),
        ("", Side::Left),
    ]);
    for one in timeline {
        table.row([
            one.version.to_string(),
            show(one.at),
            history::who(&one.actor, language),
            history::what(&one.event, language).to_owned(),
            history::detail(&one.event, &show),
        ]);
    }
    table
}

//! `import requests --replay`: the rows lived again by commands, into a city of their own (`crate::import::replay`).

use anyhow::{Result, ensure};
use jiff::civil::date;
use rules::calendar::Calendar;
use rules::case::event::Event;
use rules::case::evolve;
use serde_json::json;
use store::{Save, Store};

use super::super::open::now;
use super::super::{Answer, Here};
use super::{reasons_json, settings_of};
use crate::import::dirt::Report;
use crate::import::mapping::Mapping;
use crate::import::replay::{Replay, calendar, end_of_day, live as lives};
use crate::import::requests::Requests;

/// Days of the city without rest. Its offset is that of winter: a day that ends an hour apart ends the same for both ways.
pub fn days(mapping: &Mapping) -> Result<Calendar> {
    let winter = mapping.zone()?.to_zoned(date(2015, 1, 1).at(12, 0, 0, 0))?;
    let seconds = winter.offset().seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() % 3600 / 60);
    calendar(&format!("{sign}{hours:02}:{minutes:02}"), &mapping.zone)
}

/// The row with its deadline at the end of its day.
pub fn by_the_day(mut save: Save, days: &Calendar) -> Result<Save> {
    if let Some(recorded) = save.recorded.first_mut()
        && let Event::Imported(imported) = &mut recorded.event
        && let Some(due) = imported.due
    {
        imported.due = Some(end_of_day(days, due)?);
        save.case = evolve(None, recorded);
    }
    Ok(save)
}

pub async fn live(
    here: &Here,
    store: &Store,
    mapping: &Mapping,
    mut requests: Requests,
    mut report: Report,
) -> Result<Answer> {
    let code = here.config.city.as_str();
    ensure!(
        store.reader(code).about_city().await?.is_none(),
        "the city {code} is there already: rows are lived in a city of their own"
    );
    let mut rows = Vec::new();
    while let Some(save) = requests.next(&mut report)? {
        rows.push(save);
    }
    let mut settings = settings_of(mapping);
    settings.services = requests.services();
    let lived = lives(
        store,
        code,
        Replay {
            name: mapping.name.clone(),
            settings: serde_json::to_value(settings)?,
            organisation: requests.organisation(),
            calendar: days(mapping)?,
            rows,
        },
    )
    .await?;
    let sealed = store.seal(code, now()).await?;
    let told = report.end()?;
    let language = here.language;
    let text = format!(
        "{}: {} {}, {} {}\n",
        mapping.name,
        language.count(lived.opened),
        language.say("phản ánh mở lại từng bước", "requests lived again"),
        language.count(lived.closed),
        language.say("đã đóng", "closed"),
    );
    let json = json!({
        "city": code, "rows": requests.rows, "opened": lived.opened, "closed": lived.closed,
        "without_promise": lived.without_promise, "sealed": sealed, "reasons": reasons_json(&told),
    });
    Ok(Answer::fine(text, json))
}

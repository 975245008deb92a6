//! My work, ordered by time left on the legal clock. What is asked stands in the address, so that a
//! filter can be kept as a bookmark; taking work is a plain form.

use actions::{Change, Verb};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::{Form, http::StatusCode};
use jiff::ToSpan;
use jiff::civil::Time;
use maud::Markup;
use rules::Moment;
use rules::case::Refusal;
use rules::duty::{Act, may};
use rules::ids::CaseId;
use rules::person::{Official, Person};
use serde::Deserialize;
use store::read::inbox::InboxPlace;
use store::{Held, InboxCounts, InboxFilter, InboxLine, InboxPage};

use super::view::{self, Line, Shown};
use super::{clocks, names};
use crate::error::Failure;
use crate::hall::Hall;
use crate::redirect;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::visit::Visit;

/// Rows of a page unless asked otherwise, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Asked {
    /// `mine`, `free`, `late`, `today`; anything else: all.
    pub show: String,
    pub service: String,
    pub unit: String,
    /// The last line of the page before.
    pub after: String,
    pub most: Option<u32>,
    /// What was just done: `taken`, `none`, `gone`.
    pub said: String,
    pub n: Option<u32>,
}

impl Asked {
    /// The same list, shown otherwise and from its beginning.
    pub fn showing(&self, show: &str) -> String {
        Self {
            show: show.to_owned(),
            ..self.plain()
        }
        .address()
    }

    /// The filters alone.
    fn plain(&self) -> Self {
        Self {
            after: String::new(),
            said: String::new(),
            n: None,
            ..self.clone()
        }
    }

    pub fn address(&self) -> String {
        let most = self.most.map(|m| m.to_string()).unwrap_or_default();
        let n = self.n.map(|n| n.to_string()).unwrap_or_default();
        let pairs = [
            ("show", &self.show),
            ("service", &self.service),
            ("unit", &self.unit),
            ("most", &most),
            ("after", &self.after),
            ("said", &self.said),
            ("n", &n),
        ];
        let query: Vec<String> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        match query.is_empty() {
            true => "/inbox".to_owned(),
            false => format!("/inbox?{}", query.join("&")),
        }
    }

    fn filter(&self, now: Moment, end_of_day: Moment) -> InboxFilter {
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        InboxFilter {
            held: match self.show.as_str() {
                "mine" => Held::Mine,
                "free" => Held::Free,
                _ => Held::Any,
            },
            service: some(&self.service),
            steps: None,
            unit: some(&self.unit),
            due_before: match self.show.as_str() {
                "late" => Some(now),
                "today" => Some(end_of_day),
                _ => None,
            },
        }
    }
}

/// A line of work as it travels in forms and addresses: `sort~case~step~row`.
fn written(place: &InboxPlace) -> String {
    let (sort, case, step, row) = place;
    let row = row.map(|row| row.to_string()).unwrap_or_default();
    format!("{sort}~{case}~{step}~{row}")
}

pub(super) fn read(text: &str) -> Option<InboxPlace> {
    let mut parts = text.splitn(4, '~');
    let sort = parts.next()?.parse().ok()?;
    let case: CaseId = parts.next()?.parse().ok()?;
    let step = parts.next()?.to_owned();
    let row = match parts.next()? {
        "" => None,
        row => Some(row.parse().ok()?),
    };
    Some((sort, case, step, row))
}

/// `GET /inbox`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let official = official(&visit.person)?;
    let (now, end) = (hall.now(), end_of_day(&hall)?);
    let most = asked.most.unwrap_or(USUAL).clamp(1, MOST);
    let page = InboxPage {
        after: read(&asked.after),
        most: most + 1,
    };
    let filter = asked.filter(now, end);
    let mut lines = hall.reader().inbox(official, &filter, &page).await?;
    let later = (lines.len() > most as usize).then(|| {
        lines.truncate(most as usize);
        let last = lines.last().map(|line| written(&line.place_in_list()));
        Asked {
            after: last.unwrap_or_default(),
            ..asked.plain()
        }
        .address()
    });
    let all = InboxFilter {
        held: Held::Any,
        due_before: None,
        ..filter
    };
    let counts: InboxCounts = hall.reader().inbox_counts(official, &all, now, end).await?;
    let shown = Shown {
        keeps_replies: may(&visit.person, &Act::KeepReplies, None).is_ok(),
        standing: crate::authority::staff::mine(&hall, &visit.person, visit.lang).await?,
        lines: drawn(&hall, visit.lang, official, lines, now).await?,
        counts,
        hotline: hall.city().operator(&visit.person).is_ok(),
        apologies: super::apologies::waiting(&hall, official).await?,
        services: services(&hall, visit.lang)?,
        units: units(&hall, official),
        later,
        earlier: (!asked.after.is_empty()).then(|| asked.plain().address()),
        at: crate::say::clock_time(now),
        asked,
    };
    Ok(view::inbox(&visit.frame(), &shown))
}

/// `POST /inbox/claim`: takes every line ticked; those that somebody else took meanwhile are counted.
pub async fn claim(
    State(hall): State<Hall>,
    visit: Visit,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    official(&visit.person)?;
    let (mut taken, mut gone) = (0, 0);
    let ticked = pairs.iter().filter(|(name, _)| name == "take");
    for (_, place) in ticked.take(MOST as usize) {
        let (_, case, step, row) = read(place).ok_or(Failure::Unreadable)?;
        match take(&hall, &visit.person, case, step, row).await? {
            true => taken += 1,
            false => gone += 1,
        }
    }
    let mut back = asked_in(&pairs).plain();
    (back.said, back.n) = match (taken, gone) {
        (0, 0) => ("nothing".to_owned(), None),
        (0, gone) => ("gone".to_owned(), Some(gone)),
        (taken, _) => ("taken".to_owned(), Some(taken)),
    };
    Ok(redirect::to(&back.address()).into_response())
}

/// `POST /inbox/next`: takes the most urgent free line and opens it.
pub async fn next(
    State(hall): State<Hall>,
    visit: Visit,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let official = official(&visit.person)?;
    let asked = Asked {
        show: "free".into(),
        ..asked_in(&pairs).plain()
    };
    let filter = asked.filter(hall.now(), end_of_day(&hall)?);
    // Colleagues press the same button: whoever comes second gets the line after.
    let page = InboxPage {
        after: None,
        most: 20,
    };
    for line in hall.reader().inbox(official, &filter, &page).await? {
        if take(&hall, &visit.person, line.case.id, line.step, line.row).await? {
            let to = format!("/cases/{}", line.case.code);
            return Ok(redirect::to(&to).into_response());
        }
    }
    let back = Asked {
        said: "none".into(),
        ..asked_in(&pairs).plain()
    };
    Ok((StatusCode::SEE_OTHER, redirect::to(&back.address())).into_response())
}

/// Whether it could be taken; false where somebody was faster.
async fn take(
    hall: &Hall,
    person: &Person,
    case: CaseId,
    step: String,
    row: Option<u32>,
) -> Result<bool, Failure> {
    let change = Change::new(case, Verb::Claim { step, row });
    match hall.city().change(person, change).await {
        Ok(_) => Ok(true),
        Err(
            actions::ActionError::Meanwhile(_)
            | actions::ActionError::NotFound
            | actions::ActionError::Refused(
                Refusal::HeldByAnother
                | Refusal::AlreadyDone
                | Refusal::NoSuchStep { .. }
                | Refusal::Ended { .. }
                | Refusal::NotFromHere { .. }
                | Refusal::NotYours,
            ),
        ) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// The filters that travel along with a form.
fn asked_in(pairs: &[(String, String)]) -> Asked {
    let get = |name: &str| {
        let found = pairs.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    Asked {
        show: get("show"),
        service: get("service"),
        unit: get("unit"),
        most: get("most").parse().ok(),
        ..Asked::default()
    }
}

pub fn official(person: &Person) -> Result<&Official, Failure> {
    match person {
        Person::Official(official) => Ok(official),
        Person::Nobody | Person::Bearer { .. } | Person::Resident { .. } => {
            Err(Failure::Refused(Refusal::NotYours))
        }
    }
}

fn end_of_day(hall: &Hall) -> Result<Moment, Failure> {
    let law = hall.law();
    let tomorrow = hall.today()?.saturating_add(1.day());
    law.calendar()?
        .at(tomorrow, Time::midnight())
        .map_err(Failure::fault)
}

async fn drawn(
    hall: &Hall,
    l: Lang,
    official: &Official,
    lines: Vec<InboxLine>,
    now: Moment,
) -> Result<Vec<Line>, Failure> {
    let law = hall.law();
    let ids = lines
        .iter()
        .flat_map(|line| line.holder.into_iter().chain(line.state.applicant));
    let people = names::people(hall.reader(), ids).await?;
    let mut drawn = Vec::with_capacity(lines.len());
    for line in lines {
        let case = &line.state;
        let calendar = law.calendar_of(case.clock.calendar)?;
        let task = case.task(&line.step, line.row);
        let step = names::step_of_service(l, &law, &case.service, case.service_version, &line.step);
        drawn.push(Line {
            place: written(&line.place_in_list()),
            version: case.version,
            face: clocks::first(case, task, calendar, now),
            step: match line.row {
                None => step,
                Some(row) => format!("{step} ({})", row + 1),
            },
            unit: line
                .unit
                .as_deref()
                .map_or_else(String::new, |code| names::unit(&law, code)),
            applicant: case
                .applicant
                .and_then(|id| people.get(&id))
                .map(|name| names::masked(name)),
            mine: line.holder == Some(official.id),
            free: line.holder.is_none(),
            holder: line.holder.and_then(|id| people.get(&id).cloned()),
            service: law
                .catalogue
                .get(&case.service, case.service_version)
                .map_or_else(String::new, |p| p.definition.name.get(l.code()).to_owned()),
            title: line.case.title,
            code: line.case.code,
        });
    }
    Ok(drawn)
}

/// Kinds of service for the filter: code and name, in the order of Vietnamese names.
fn services(hall: &Hall, l: Lang) -> Result<Vec<(String, String)>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let mut services: Vec<(String, String)> = law
        .catalogue
        .all(today)
        .map(|p| {
            let d = &p.definition;
            (d.service.clone(), d.name.get(l.code()).to_owned())
        })
        .collect();
    services.sort_by_key(|(_, name)| service::fold::place_key(name));
    Ok(services)
}

/// The units of one's seats, where there are several to choose from.
fn units(hall: &Hall, official: &Official) -> Vec<(String, String)> {
    let law = hall.law();
    let mut units: Vec<(String, String)> = official
        .seats
        .iter()
        .map(|seat| (seat.unit.clone(), names::unit(&law, &seat.unit)))
        .collect();
    units.sort_by_key(|(code, name)| (service::fold::place_key(name), code.clone()));
    units.dedup();
    match units.len() {
        0 | 1 => Vec::new(),
        _ => units,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_survives_its_address() {
        let case = CaseId::new(Moment::UNIX_EPOCH, [7; 10]);
        for place in [
            (1_795_000_000_000_000, case, "handle".to_owned(), None),
            (-5, case, "verify-former".to_owned(), Some(3)),
        ] {
            assert_eq!(read(&written(&place)), Some(place));
        }
        for broken in ["", "x", "1~2~3", "1~zz~step~", "9~~~"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn filters_stay_in_the_address_and_a_page_does_not() {
        let asked = Asked {
            show: "mine".into(),
            service: "report.tree".into(),
            after: "1~2".into(),
            ..Asked::default()
        };
        assert_eq!(
            asked.address(),
            "/inbox?show=mine&service=report.tree&after=1~2"
        );
        assert_eq!(
            asked.showing("free"),
            "/inbox?show=free&service=report.tree"
        );
        assert_eq!(Asked::default().address(), "/inbox");
    }
}

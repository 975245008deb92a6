//! From counted rows to the league: which questions a period asks, and what an ending means. The one
//! place where `facts` and `rules::league` meet; pages and the command line share it.

use std::collections::BTreeMap;

use actions::Law;
use facts::{Cohort, Counts, Dimension, EndingSet, Facts, Filter, Group, Key, Meaning, Query};
use rules::league::{CategoryCount, League, Options, UnitInput, table};
use serde::{Deserialize, Serialize};
use service::definition::{Channel, Ending};

/// What the endings mean in this city's figures (`figures` of its settings).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EndingRule {
    /// The city did its work.
    pub finished: Vec<Ending>,
    /// Shown apart, counted nowhere else.
    pub apart: Vec<Ending>,
    /// Leaves all statistics.
    pub void: Vec<Ending>,
}

impl Default for EndingRule {
    fn default() -> Self {
        use Ending::{Answered, Done, Duplicate, Granted, Refused, Solved, Spam};
        Self {
            finished: vec![Granted, Solved, Answered, Done, Refused],
            apart: vec![Duplicate],
            void: vec![Spam],
        }
    }
}

impl EndingRule {
    /// That of the city's settings; the usual one where they say nothing (or nothing that can be read).
    pub fn of(law: &Law) -> Self {
        let own = law.settings.get("figures").cloned();
        own.and_then(|own| serde_json::from_value(own).ok())
            .unwrap_or_default()
    }

    pub fn meaning(&self) -> Meaning {
        let set = |endings: &[Ending]| {
            let numbers: Vec<u8> = endings.iter().map(|ending| *ending as u8).collect();
            EndingSet::of(&numbers)
        };
        Meaning {
            finished: set(&self.finished),
            apart: set(&self.apart),
            void: set(&self.void),
        }
    }
}

/// A league to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Seconds since 1970; what happened later is not known yet.
    pub as_of: i64,
    /// `None`: everything up to `as_of`. Else on time is asked of the cases promised for the period,
    /// time of those under work in it, arrivals of those opened in it. The second bound is excluded.
    pub period: Option<(i64, i64)>,
    pub by: Dimension,
    pub filters: Vec<Filter>,
    pub meaning: Meaning,
    /// Seconds ahead of UTC.
    pub zone: i32,
}

impl Question {
    fn ask(&self, facts: &Facts, cohort: Cohort, by: Vec<Dimension>, whole: bool) -> Vec<Group> {
        let query = Query {
            as_of: self.as_of,
            cohort,
            meaning: self.meaning,
            filters: self.filters.clone(),
            by,
            zone: self.zone,
            durations: whole,
            quality: whole,
        };
        facts.ask(&query).groups
    }
}

/// The rows of the league, in the order of their keys, with the key of each.
pub fn units(facts: &Facts, question: &Question) -> Vec<(Key, UnitInput)> {
    let (due, live, opened) = match question.period {
        None => (Cohort::All, Cohort::All, Cohort::All),
        Some((from, to)) => (
            Cohort::Due { from, to },
            Cohort::Live { from, to },
            Cohort::Opened { from, to },
        ),
    };
    // Cases are compared with what others do with the same service.
    let promised = question.ask(facts, due, vec![question.by, Dimension::Service], false);
    let worked = question.ask(facts, live, vec![question.by], true);
    let arrived = question.ask(facts, opened, vec![question.by], false);

    let mut rows: BTreeMap<Key, UnitInput> = BTreeMap::new();
    let mut categories: BTreeMap<Key, u32> = BTreeMap::new();
    for group in promised {
        let [key, category] = group.key.as_slice() else {
            continue;
        };
        let next = u32::try_from(categories.len()).unwrap_or(u32::MAX);
        let category = *categories.entry(category.clone()).or_insert(next);
        let row = rows.entry(key.clone()).or_default();
        let Counts {
            passed, on_time, ..
        } = group.counts;
        row.passed += u64::from(passed);
        row.on_time += u64::from(on_time);
        row.by_category.push(CategoryCount {
            category,
            passed,
            on_time,
        });
    }
    for group in worked {
        let Some(key) = group.key.first() else {
            continue;
        };
        work(rows.entry(key.clone()).or_default(), &group, question);
    }
    for group in arrived {
        if let Some(key) = group.key.first() {
            rows.entry(key.clone()).or_default().received = group.counts.cases.into();
        }
    }
    for (key, row) in &mut rows {
        row.key = plain(key);
    }
    rows.into_iter().collect()
}

/// Durations, stock and quality of one group under work.
fn work(row: &mut UnitInput, group: &Group, question: &Question) {
    let counts = &group.counts;
    row.open = counts.open.into();
    row.overdue = counts.overdue.into();
    row.settled = counts.finished(&question.meaning).into();
    row.reopened = counts.reopened.into();
    row.solved = row.settled;
    row.verified = counts.verified.into();
    row.asked = row.settled;
    for (sum, rated) in row.ratings.iter_mut().zip(counts.ratings) {
        *sum = rated;
    }
    let spans = group.spans();
    row.histogram = spans
        .iter()
        .map(|span| (f64::from(span.seconds), span.closed, span.open + span.left))
        .filter(|(_, closed, censored)| closed + censored > 0)
        .collect();
    row.delayed = spans
        .iter()
        .filter(|span| span.entered > 0)
        .map(|span| (f64::from(span.seconds), span.entered))
        .collect();
}

/// The league of everything that the question asks about.
pub fn league(facts: &Facts, question: &Question, options: Options) -> (Vec<Key>, League) {
    let (keys, units): (Vec<Key>, Vec<UnitInput>) = units(facts, question).into_iter().unzip();
    (keys, table(&units, options))
}

/// A key as a code: `-` for none, `2026-03` for a month.
pub fn plain(key: &Key) -> String {
    match key {
        Key::Nothing => "-".to_owned(),
        Key::Code(number) => number.to_string(),
        Key::Month { year, month } => format!("{year:04}-{month:02}"),
        Key::Name(name) => name.to_string(),
    }
}

/// The channel behind a number of `facts`.
pub fn channel(number: u8) -> Option<Channel> {
    use Channel::*;
    let all = [
        Online, Web, Counter, Post, Hotline, App, Zalo, Open311, Email, Internal, Import,
    ];
    all.into_iter().find(|channel| *channel as u8 == number)
}

#[cfg(test)]
mod tests {
    use facts::{CaseFact, State};
    use rules::league::Quantile;

    use super::*;

    const DAY: i64 = 86_400;

    fn fact(unit: &str, opened: i64, due: i64, state: State) -> CaseFact {
        CaseFact {
            version: 1,
            unit: unit.into(),
            service: "report.litter".into(),
            group: "Môi trường".into(),
            kind: 1,
            area: None,
            channel: Channel::Hotline as u8,
            opened: opened * DAY,
            due: Some(due * DAY),
            state,
            reopened: false,
            verified: false,
            rating: None,
            public: true,
        }
    }

    fn ended(day: i64, ending: Ending) -> State {
        State::Ended {
            at: day * DAY,
            ending: ending as u8,
        }
    }

    fn facts() -> Facts {
        let mut facts = Facts::new();
        for (slot, fact) in [
            fact("a", 10, 20, ended(12, Ending::Solved)),
            fact("a", 10, 20, ended(30, Ending::Solved)),
            fact("a", 10, 20, State::Open),
            fact("a", 10, 20, ended(11, Ending::Duplicate)),
            fact("b", 40, 90, State::Open),
        ]
        .iter()
        .enumerate()
        {
            facts
                .put(u32::try_from(slot).expect("small"), fact)
                .expect("a sound row");
        }
        facts
    }

    fn question(meaning: Meaning, period: Option<(i64, i64)>) -> Question {
        Question {
            as_of: 60 * DAY,
            period: period.map(|(from, to)| (from * DAY, to * DAY)),
            by: Dimension::Unit,
            filters: Vec::new(),
            meaning,
            zone: 7 * 3600,
        }
    }

    #[test]
    fn open_cases_count_as_late_and_duplicates_stand_apart() {
        let meaning = EndingRule::default().meaning();
        let (keys, league) = league(&facts(), &question(meaning, None), Options::default());
        assert_eq!(keys.iter().map(plain).collect::<Vec<_>>(), ["a", "b"]);
        let a = &league.rows[0];
        let share = a.on_time.expect("deadlines passed");
        assert_eq!((share.n, a.open, a.overdue, a.received), (3, 1, 1, 3));
        assert!((share.share - 1.0 / 3.0).abs() < 1e-9);
        assert!(league.rows[1].on_time.is_none());
        assert!(matches!(league.rows[1].median, Quantile::NotReached { .. }));
    }

    #[test]
    fn a_city_may_count_duplicates_as_done() {
        let mut rule = EndingRule::default();
        rule.finished.append(&mut rule.apart);
        let (_, league) = league(
            &facts(),
            &question(rule.meaning(), None),
            Options::default(),
        );
        let share = league.rows[0].on_time.expect("deadlines passed");
        assert_eq!(share.n, 4);
        assert!((share.share - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_period_asks_promises_work_and_arrivals_apart() {
        let meaning = EndingRule::default().meaning();
        let rows = units(&facts(), &question(meaning, Some((15, 45))));
        let a = &rows[0].1;
        // Two were still open when the period began, five days old.
        assert_eq!((a.passed, a.on_time, a.received), (3, 1, 0));
        assert_eq!(a.delayed.iter().map(|(_, n)| n).sum::<u32>(), 2);
        assert_eq!(rows[1].1.received, 1);
        assert_eq!(rows[1].1.passed, 0);
    }

    #[test]
    fn every_channel_has_its_number() {
        for number in 0..=(Channel::Import as u8) {
            assert_eq!(channel(number).map(|channel| channel as u8), Some(number));
        }
        assert_eq!(channel(200), None);
    }

    #[test]
    fn the_city_says_what_its_endings_mean() {
        let law = |settings: serde_json::Value| Law {
            settings,
            ..Law::default()
        };
        let own =
            serde_json::json!({"figures": {"finished": ["solved"], "apart": [], "void": ["spam"]}});
        let rule = EndingRule::of(&law(own));
        assert_eq!(rule.finished, [Ending::Solved]);
        assert!(rule.apart.is_empty());
        let unreadable = serde_json::json!({"figures": {"finished": "all"}});
        for usual in [serde_json::Value::Null, unreadable] {
            assert_eq!(EndingRule::of(&law(usual)), EndingRule::default());
        }
    }
}

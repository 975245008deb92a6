//! Every figure opens the cases behind it: the question put to `facts`, asked of the rows.

use facts::{Cohort, EndingSet, Figure, Filter};
use rules::person::Person;
use serde::Serialize;
use service::definition::{Channel, Ending, Kind};

use crate::error::{Result, StoreError};
use crate::params;
use crate::read::list::{CaseLine, LINE, Page};
use crate::read::query::Query;
use crate::read::scope;
use crate::reader::Reader;
use crate::value::word;

const MICROS: i64 = 1_000_000;

impl Reader {
    /// The cases that a question to `facts` is about, newest first, as far as the viewer may see them.
    /// Narrow it to the group and the figure that was opened (`Filter::Is`).
    pub async fn behind(
        &self,
        viewer: &Person,
        asked: &facts::Query,
        page: Page,
    ) -> Result<Vec<CaseLine>> {
        let sql = format!("SELECT {LINE} FROM cases c WHERE c.city = $1 AND c.whole IS NULL");
        let mut query = Query::new(sql, params![&*self.city]);
        Asked::of(asked).conditions(&mut query)?;
        scope::visible(viewer, &mut query);
        self.newest_first(query, page).await
    }

    /// How many there are, whoever may see them: the exact recount by SQL.
    pub async fn recount(&self, asked: &facts::Query) -> Result<u64> {
        let sql = "SELECT count(*) FROM cases c WHERE c.city = $1 AND c.whole IS NULL";
        let mut query = Query::new(sql, params![&*self.city]);
        Asked::of(asked).conditions(&mut query)?;
        self.one(&query.sql, &query.params, |mut row| row.next())
            .await
    }
}

struct Asked<'a> {
    query: &'a facts::Query,
    /// `facts` knows whole seconds: what happened in the second of `as_of` is before this moment.
    after: i64,
}

impl<'a> Asked<'a> {
    fn of(query: &'a facts::Query) -> Self {
        let as_of = query.moment();
        Self {
            query,
            after: as_of.saturating_add(1).saturating_mul(MICROS),
        }
    }

    fn conditions(&self, q: &mut Query<'a>) -> Result<()> {
        q.with("AND c.opened <", self.after);
        self.cohort(q);
        for filter in &self.query.filters {
            q.push("AND (");
            self.filter(filter, q)?;
            q.push(")");
        }
        Ok(())
    }

    fn cohort(&self, q: &mut Query<'a>) {
        let micros = |second: i64| second.saturating_mul(MICROS);
        match self.query.cohort {
            Cohort::All => {}
            Cohort::Opened { from, to } => {
                q.with("AND c.opened >=", micros(from))
                    .with("AND c.opened <", micros(to));
            }
            Cohort::Due { from, to } => {
                q.with("AND coalesce(c.first_due, c.opened) >=", micros(from));
                q.with("AND coalesce(c.first_due, c.opened) <", micros(to));
            }
            Cohort::Live { from, .. } => {
                q.with("AND (c.ended IS NULL OR c.ended >=", micros(from))
                    .push(")");
            }
        }
    }

    fn filter(&self, filter: &'a Filter, q: &mut Query<'a>) -> Result<()> {
        match filter {
            Filter::Unit(names) => q.one_of("c.unit", names),
            Filter::Service(names) => q.one_of("c.service", names),
            Filter::Group(names) => q.one_of("c.topic", names),
            Filter::Kind(kinds) => q.one_of("c.kind", words(KINDS, kinds)?),
            Filter::Channel(channels) => q.one_of("c.channel", words(CHANNELS, channels)?),
            Filter::Area(areas) => {
                q.one_of("c.area", areas.iter().flatten());
                q.push(if areas.contains(&None) {
                    "OR c.area IS NULL"
                } else {
                    ""
                })
            }
            Filter::Public(public) => q.with("c.public =", *public),
            Filter::Reopened(true) => q.push("c.reopened > 0"),
            Filter::Reopened(false) => q.push("c.reopened = 0"),
            Filter::Verified(verified) => q.with("c.evidenced =", *verified),
            Filter::Rating(ratings) => q.one_of("c.rating", ratings.iter().copied()),
            Filter::Ending(endings) => {
                let some: Vec<u8> = endings.iter().flatten().copied().collect();
                self.ended_as(EndingSet::of(&some), q)?;
                match endings.contains(&None) {
                    true => self.open(q.push("OR")),
                    false => q,
                }
            }
            Filter::Is(figure) => {
                self.figure(*figure, q.push("1 = 1"))?;
                q
            }
        };
        Ok(())
    }

    fn open<'q>(&self, q: &'q mut Query<'a>) -> &'q mut Query<'a> {
        q.with("(c.ended IS NULL OR c.ended >=", self.after)
            .push(")")
    }

    /// Ended by then with one of these endings. Never NULL, so that NOT means what it says.
    fn ended_as(&self, set: EndingSet, q: &mut Query<'a>) -> Result<()> {
        let endings: Vec<u8> = (0..facts::case::ENDINGS).filter(|e| set.has(*e)).collect();
        q.with("(c.ended IS NOT NULL AND c.ended <", self.after)
            .push("AND");
        q.one_of("c.ending", words(ENDINGS, &endings)?).push(")");
        Ok(())
    }

    /// Ended so at or before the deadline. Never NULL where there is a deadline.
    fn kept(&self, set: EndingSet, q: &mut Query<'a>) -> Result<()> {
        q.push("(");
        self.ended_as(set, q)?;
        q.push("AND c.ended / 1000000 <= c.first_due / 1000000)");
        Ok(())
    }

    fn figure(&self, figure: Figure, q: &mut Query<'a>) -> Result<()> {
        let meaning = self.query.meaning;
        let aside = EndingSet(meaning.void.0 | meaning.apart.0);
        let unfinished = EndingSet(!meaning.finished.0);
        match figure {
            Figure::Void => return self.ended_as(meaning.void, q.push("AND")),
            Figure::Apart => {
                let only = EndingSet(meaning.apart.0 & !meaning.void.0);
                return self.ended_as(only, q.push("AND"));
            }
            _ => self.ended_as(aside, q.push("AND NOT"))?,
        }
        if matches!(figure, Figure::Passed | Figure::OnTime | Figure::Late) {
            q.with("AND c.first_due <", self.after);
            self.kept(unfinished, q.push("AND NOT"))?;
        }
        match figure {
            Figure::Cases | Figure::Passed | Figure::Apart | Figure::Void => {}
            Figure::OnTime => self.kept(meaning.finished, q.push("AND"))?,
            Figure::Late => self.kept(meaning.finished, q.push("AND NOT"))?,
            Figure::Finished => self.ended_as(meaning.finished, q.push("AND"))?,
            Figure::Open => {
                self.open(q.push("AND"));
            }
            Figure::Overdue => {
                self.open(q.push("AND"))
                    .with("AND c.first_due <", self.after);
            }
            Figure::NoDeadline => {
                q.push("AND c.first_due IS NULL");
            }
            Figure::LeftEarly => {
                self.kept(unfinished, q.push("AND c.first_due IS NOT NULL AND"))?;
            }
            Figure::BeforeDue => {
                q.with("AND c.first_due >=", self.after);
                self.kept(unfinished, q.push("AND NOT"))?;
            }
        }
        Ok(())
    }
}

fn words<T: Serialize>(all: &[T], numbers: &[u8]) -> Result<Vec<String>> {
    let one = |n: &u8| match all.get(usize::from(*n)) {
        Some(value) => word(value),
        None => Err(StoreError::misuse(format!(
            "no kind, channel or ending {n}"
        ))),
    };
    numbers.iter().map(one).collect()
}

/// In the order of `service::definition`; a test holds each at its number.
const KINDS: &[Kind] = &[
    Kind::Procedure,
    Kind::Report,
    Kind::Directive,
    Kind::Inspection,
    Kind::Petition,
    Kind::Survey,
];
const CHANNELS: &[Channel] = &[
    Channel::Online,
    Channel::Web,
    Channel::Counter,
    Channel::Post,
    Channel::Hotline,
    Channel::App,
    Channel::Zalo,
    Channel::Open311,
    Channel::Email,
    Channel::Internal,
    Channel::Import,
];
const ENDINGS: &[Ending] = &[
    Ending::Granted,
    Ending::Solved,
    Ending::Answered,
    Ending::Done,
    Ending::Refused,
    Ending::Duplicate,
    Ending::Withdrawn,
    Ending::Spam,
    Ending::NoAnswer,
    Ending::Stopped,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_places_in_the_definition() {
        for (n, kind) in KINDS.iter().enumerate() {
            assert_eq!(*kind as usize, n);
        }
        for (n, channel) in CHANNELS.iter().enumerate() {
            assert_eq!(*channel as usize, n);
        }
        for (n, ending) in ENDINGS.iter().enumerate() {
            assert_eq!(*ending as usize, n);
        }
    }
}

//! Lists of cases: public, one's own, near a place, on the map.

use rules::Moment;
use rules::ids::{CaseCode, CaseId, PersonId};
use rules::person::Person;
use service::definition::{Ending, Kind};

use crate::error::Result;
use crate::params;
use crate::read::place::Extent;
use crate::read::query::Query;
use crate::read::scope;
use crate::reader::Reader;
use crate::tx::Tx;
use crate::value::{Row, word};

/// What lists show of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseLine {
    pub id: CaseId,
    pub code: CaseCode,
    pub title: String,
    pub service: String,
    pub kind: Kind,
    pub unit: String,
    pub area: Option<String>,
    /// National state, 1 to 10.
    pub life: u8,
    pub ending: Option<Ending>,
    pub opened: Moment,
    pub first_due: Option<Moment>,
    pub due: Option<Moment>,
    pub ended: Option<Moment>,
    pub rating: Option<u8>,
    pub public: bool,
    /// Latitude and longitude.
    pub place: Option<(f64, f64)>,
    pub version: u32,
}

/// Of a case called `c`.
pub(crate) const LINE: &str = "c.id, c.code, c.title, c.service, c.kind, c.unit, c.area, c.life,
    c.ending, c.opened, c.first_due, c.due, c.ended, c.rating, c.public, c.lat, c.lon, c.version";

pub(crate) fn read_line(row: &mut Row) -> Result<CaseLine> {
    Ok(CaseLine {
        id: row.next()?,
        code: row.next()?,
        title: row.next()?,
        service: row.next()?,
        kind: row.word()?,
        unit: row.next()?,
        area: row.next()?,
        life: row.next()?,
        ending: row.maybe_word()?,
        opened: row.next()?,
        first_due: row.next()?,
        due: row.next()?,
        ended: row.next()?,
        rating: row.next()?,
        public: row.next()?,
        place: row.next::<Option<f64>>()?.zip(row.next()?),
        version: row.next()?,
    })
}

/// One page of a list that goes from new to old. `after`: the last line of the page before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    pub after: Option<(Moment, CaseId)>,
    pub most: u32,
}

impl CaseLine {
    /// Where the next page goes on.
    pub fn place_in_list(&self) -> (Moment, CaseId) {
        (self.opened, self.id)
    }
}

/// Narrows lists of cases; what is `None` or empty does not narrow.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    pub services: Vec<String>,
    pub units: Vec<String>,
    pub areas: Vec<String>,
    pub kind: Option<Kind>,
    pub open: Option<bool>,
    pub opened_from: Option<Moment>,
    /// Not included.
    pub opened_to: Option<Moment>,
    /// Only with a place inside.
    pub within: Option<Extent>,
}

impl Narrow {
    pub(crate) fn push<'a>(&'a self, query: &mut Query<'a>) -> Result<()> {
        for (column, values) in [
            ("c.service", &self.services),
            ("c.unit", &self.units),
            ("c.area", &self.areas),
        ] {
            if !values.is_empty() {
                query.push("AND").one_of(column, values);
            }
        }
        if let Some(kind) = &self.kind {
            query.with("AND c.kind =", word(kind)?);
        }
        match self.open {
            Some(true) => query.push("AND c.ended IS NULL"),
            Some(false) => query.push("AND c.ended IS NOT NULL"),
            None => query,
        };
        if let Some(from) = self.opened_from {
            query.with("AND c.opened >=", from);
        }
        if let Some(to) = self.opened_to {
            query.with("AND c.opened <", to);
        }
        if let Some(b) = self.within {
            query
                .with("AND c.lat >=", b.south)
                .with("AND c.lat <=", b.north);
            query
                .with("AND c.lon >=", b.west)
                .with("AND c.lon <=", b.east);
        }
        Ok(())
    }
}

impl Reader {
    /// Cases the viewer may see, newest first.
    pub async fn cases(
        &self,
        viewer: &Person,
        narrow: &Narrow,
        page: Page,
    ) -> Result<Vec<CaseLine>> {
        // Around a place few are open: rather all of these than the list of the whole city.
        let way = match (narrow.open, narrow.within) {
            (Some(true), Some(_)) => self.dialect().by_open(),
            _ => "",
        };
        let sql = format!("SELECT {LINE} FROM cases c {way} WHERE c.city = $1");
        let mut query = Query::new(sql, params![&*self.city]);
        match viewer {
            // Said plainly, so that the index of public cases serves.
            Person::Nobody => {
                query.push("AND c.public = 1");
            }
            _ => scope::visible(viewer, &mut query),
        }
        narrow.push(&mut query)?;
        self.newest_first(query, page).await
    }

    /// The cases of a resident's account, newest first.
    pub async fn cases_of(&self, applicant: PersonId, page: Page) -> Result<Vec<CaseLine>> {
        let sql = format!("SELECT {LINE} FROM cases c WHERE c.city = $1 AND c.applicant = $2");
        let query = Query::new(sql, params![&*self.city, applicant]);
        self.newest_first(query, page).await
    }

    /// Reports that were merged into this one, newest first.
    pub async fn merged_into(&self, case: CaseId, page: Page) -> Result<Vec<CaseLine>> {
        let sql = format!("SELECT {LINE} FROM cases c WHERE c.city = $1 AND c.original = $2");
        let query = Query::new(sql, params![&*self.city, case]);
        self.newest_first(query, page).await
    }

    /// Directives and other cases about this one, newest first.
    pub async fn cases_about(&self, case: CaseId, page: Page) -> Result<Vec<CaseLine>> {
        let sql = format!("SELECT {LINE} FROM cases c WHERE c.city = $1 AND c.about = $2");
        let query = Query::new(sql, params![&*self.city, case]);
        self.newest_first(query, page).await
    }

    pub(crate) async fn newest_first(
        &self,
        mut query: Query<'_>,
        page: Page,
    ) -> Result<Vec<CaseLine>> {
        newest(&mut query, page);
        self.all(&query.sql, &query.params, |mut row| read_line(&mut row))
            .await
    }
}

fn newest(query: &mut Query<'_>, page: Page) {
    after(query, page);
    query.with("ORDER BY c.opened DESC, c.id DESC LIMIT", page.most);
}

pub(super) fn after(query: &mut Query<'_>, page: Page) {
    if let Some((opened, id)) = page.after {
        query
            .with("AND (c.opened, c.id) < (", opened)
            .with(",", id)
            .push(")");
    }
}

impl Tx {
    /// The reports that were merged into this one.
    pub async fn merged_into(&mut self, case: CaseId) -> Result<Vec<CaseId>> {
        let city = self.shared_city();
        let sql = "SELECT id FROM cases WHERE city = $1 AND original = $2 ORDER BY id";
        self.all(sql, &params![&*city, case], |mut row| row.next())
            .await
    }
}

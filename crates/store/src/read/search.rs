//! Search without accents: what is asked is folded like what is stored.

use rules::person::Person;
use service::fold::fold;

use crate::dialect::{Dialect, postgres, sqlite};
use crate::error::Result;
use crate::params;
use crate::read::list::{CaseLine, LINE, read_line};
use crate::read::query::Query;
use crate::read::scope;
use crate::reader::Reader;
use crate::write::search::city_token;

/// A service found by its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFound {
    pub service: String,
    pub title: String,
}

const CASE_JOIN: &str = "JOIN cases c ON c.city = s.city AND c.id = s.case_id";

impl Reader {
    /// Cases with all these words that the viewer may see, newest first. No words: nothing.
    pub async fn search_cases(
        &self,
        viewer: &Person,
        text: &str,
        most: u32,
    ) -> Result<Vec<CaseLine>> {
        let columns = format!("SELECT {LINE}");
        let public = matches!(viewer, Person::Nobody);
        let Some(mut query) = self.asked("case", public, &columns, CASE_JOIN, text) else {
            return Ok(Vec::new());
        };
        query.push("AND s.kind = 'case'");
        scope::visible(viewer, &mut query);
        query.push(self.newest()).with("LIMIT", most);
        self.all(&query.sql, &query.params, |mut row| read_line(&mut row))
            .await
    }

    /// Services with all these words, the most recently published first. No words: nothing.
    pub async fn search_services(&self, text: &str, most: u32) -> Result<Vec<ServiceFound>> {
        let Some(mut query) = self.asked("service", true, "SELECT s.ref, s.title", "", text) else {
            return Ok(Vec::new());
        };
        query.push("AND s.kind = 'service'");
        query.push(self.newest()).with("LIMIT", most);
        self.all(&query.sql, &query.params, |mut row| {
            Ok(ServiceFound {
                service: row.next()?,
                title: row.next()?,
            })
        })
        .await
    }

    pub(crate) fn asked(
        &self,
        kind: &str,
        only_public: bool,
        columns: &str,
        join: &str,
        text: &str,
    ) -> Option<Query<'_>> {
        let folded = fold(text);
        let words: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
        if words.is_empty() {
            return None;
        }
        let (from, words) = match self.dialect() {
            Dialect::Sqlite => {
                let mut scope = vec![city_token(&self.city), format!("k{kind}")];
                if only_public {
                    scope.push("public".into());
                }
                (sqlite::SEARCH_FROM, sqlite::search_query(&scope, &words))
            }
            Dialect::Postgres => (postgres::SEARCH_FROM, postgres::search_query(&words)),
        };
        let sql = format!("{columns} {}", from.replace("{join}", join));
        Some(Query::new(sql, params![&*self.city, words]))
    }

    pub(crate) fn newest(&self) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite => sqlite::SEARCH_ORDER,
            Dialect::Postgres => postgres::SEARCH_ORDER,
        }
    }
}

//! The search row of a case or a service. Words are folded here and nowhere else before they are
//! stored; questions are folded by the same function.

use service::fold::fold;

use crate::dialect::{Dialect, sqlite};
use crate::error::Result;
use crate::params;
use crate::tx::Tx;
use crate::write::case::Step;

/// What can be found. `title` and `words` of `None` stay as they are.
pub(crate) struct Found<'a> {
    pub kind: &'static str,
    pub name: String,
    pub case: Option<rules::ids::CaseId>,
    pub title: Option<&'a str>,
    pub words: Option<&'a str>,
    pub public: bool,
    pub at: i64,
}

/// Tokens that narrow a search inside SQLite's index. Letters and digits only; a person cannot write
/// into this column.
pub(crate) fn scope(city: &str, kind: &str, public: bool) -> String {
    let seen = if public { " public" } else { "" };
    format!("{} k{kind}{seen}", city_token(city))
}

pub(crate) fn city_token(city: &str) -> String {
    format!("c{}", hex::encode(city))
}

fn folded(code: &str, title: &str, words: &str) -> String {
    fold(&format!("{code} {title} {words}"))
}

pub(crate) fn add_steps<'a>(
    dialect: Dialect,
    city: &'a str,
    found: Found<'a>,
    code: &str,
    steps: &mut Vec<Step<'a>>,
) {
    let title = found.title.unwrap_or_default();
    let words = folded(code, title, found.words.unwrap_or_default());
    let doc = match dialect {
        Dialect::Sqlite => {
            let scope = scope(city, found.kind, found.public);
            steps.push((sqlite::SEARCH_ADD, params![scope, words.clone()].into()));
            sqlite::SEARCH_INSERT
        }
        Dialect::Postgres => {
            "INSERT INTO search (city, kind, ref, case_id, title, words, public, at, doc)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)"
        }
    };
    let params = params![
        city,
        found.kind,
        found.name,
        found.case,
        title,
        words,
        found.public,
        found.at
    ];
    steps.push((doc, params.into()));
}

/// A new title alone changes what is shown, not the words; new words must hold all to be found by.
pub(crate) fn change_steps<'a>(
    dialect: Dialect,
    city: &'a str,
    found: Found<'a>,
    code: &str,
    steps: &mut Vec<Step<'a>>,
) {
    let title = found.title.unwrap_or_default();
    let words = found.words.map(|words| folded(code, title, words));
    let sql =
        "UPDATE search SET title = coalesce($4, title), words = coalesce($5, words), public = $6
        WHERE city = $1 AND kind = $2 AND ref = $3";
    let name = found.name.clone();
    let params = params![city, found.kind, name, found.title, words, found.public];
    steps.push((sql, params.into()));
    if dialect == Dialect::Sqlite {
        let scope = scope(city, found.kind, found.public);
        let params = params![city, found.kind, found.name, scope];
        steps.push((sqlite::SEARCH_REFRESH, params.into()));
    }
}

impl Tx {
    /// Makes a published service findable, or found by new words.
    pub async fn index_service(
        &mut self,
        service: &str,
        title: &str,
        words: &str,
        at: rules::Moment,
    ) -> Result<()> {
        self.unindex("service", service).await?;
        let city = self.shared_city();
        let mut steps = Vec::new();
        let found = Found {
            kind: "service",
            name: service.to_owned(),
            case: None,
            title: Some(title),
            words: Some(words),
            public: true,
            at: at.as_microsecond(),
        };
        add_steps(self.dialect(), &city, found, service, &mut steps);
        self.execute_many(&steps).await
    }

    /// Takes a case out of the search, when its personal data is erased.
    pub async fn unindex_case(&mut self, case: rules::ids::CaseId) -> Result<()> {
        self.unindex("case", &case.to_string()).await?;
        self.unindex_person(case).await
    }

    pub(crate) async fn unindex_person(&mut self, case: rules::ids::CaseId) -> Result<()> {
        self.unindex("person", &case.to_string()).await
    }

    async fn unindex(&mut self, kind: &str, name: &str) -> Result<()> {
        let city = self.shared_city();
        if self.dialect() == Dialect::Sqlite {
            self.execute(sqlite::SEARCH_DROP, &params![&*city, kind, name])
                .await?;
        }
        let sql = "DELETE FROM search WHERE city = $1 AND kind = $2 AND ref = $3";
        self.execute(sql, &params![&*city, kind, name]).await?;
        Ok(())
    }
}

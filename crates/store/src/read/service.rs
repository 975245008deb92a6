//! Published services and their drafts.

use rules::Moment;

use crate::error::Result;
use crate::params;
use crate::reader::{Reader, Source};
use crate::tx::Tx;
use crate::value::Row;
use crate::write::service::{ServiceDraft, ServiceVersion};

/// Of a version called `v`.
const VERSION: &str =
    "v.service, v.version, v.text, v.resolved, v.hash, v.effective, v.published_by, v.at";

fn read_version(mut row: Row) -> Result<ServiceVersion> {
    Ok(ServiceVersion {
        service: row.next()?,
        version: row.next()?,
        text: row.next()?,
        resolved: row.next()?,
        hash: row.next()?,
        effective: row.next()?,
        published_by: row.next()?,
        at: row.next()?,
    })
}

const DRAFT: &str = "service, revision, text, changed_by, at";

fn read_draft(mut row: Row) -> Result<ServiceDraft> {
    Ok(ServiceDraft {
        service: row.next()?,
        revision: row.next()?,
        text: row.next()?,
        changed_by: row.next()?,
        at: row.next()?,
    })
}

async fn in_force(
    mut from: impl Source,
    service: &str,
    at: Moment,
) -> Result<Option<ServiceVersion>> {
    let sql = format!(
        "SELECT {VERSION} FROM service_version v WHERE v.city = $1 AND v.service = $2
         AND v.effective <= $3 ORDER BY v.version DESC LIMIT 1"
    );
    let city = from.city();
    let rows = from.rows(&sql, &params![&*city, service, at]).await?;
    rows.into_iter().next().map(read_version).transpose()
}

async fn numbered(
    mut from: impl Source,
    service: &str,
    version: u32,
) -> Result<Option<ServiceVersion>> {
    let sql = format!(
        "SELECT {VERSION} FROM service_version v
         WHERE v.city = $1 AND v.service = $2 AND v.version = $3"
    );
    let city = from.city();
    let rows = from.rows(&sql, &params![&*city, service, version]).await?;
    rows.into_iter().next().map(read_version).transpose()
}

impl Tx {
    /// The version new cases open with at a moment.
    pub async fn service(&mut self, service: &str, at: Moment) -> Result<Option<ServiceVersion>> {
        in_force(self, service, at).await
    }

    /// The version a case stays on.
    pub async fn service_version(
        &mut self,
        service: &str,
        version: u32,
    ) -> Result<Option<ServiceVersion>> {
        numbered(self, service, version).await
    }

    pub async fn service_draft(&mut self, service: &str) -> Result<Option<ServiceDraft>> {
        let city = self.shared_city();
        let sql = format!("SELECT {DRAFT} FROM service_draft WHERE city = $1 AND service = $2");
        self.maybe(&sql, &params![&*city, service], read_draft)
            .await
    }
}

impl Reader {
    /// The version new cases open with at a moment.
    pub async fn service(&self, service: &str, at: Moment) -> Result<Option<ServiceVersion>> {
        in_force(self, service, at).await
    }

    /// The version a case stays on.
    pub async fn service_version(
        &self,
        service: &str,
        version: u32,
    ) -> Result<Option<ServiceVersion>> {
        numbered(self, service, version).await
    }

    /// The version in force of every service, in order of code.
    pub async fn services(&self, at: Moment) -> Result<Vec<ServiceVersion>> {
        let sql = format!(
            "SELECT {VERSION} FROM service_version v
             JOIN (SELECT city, service, max(version) AS newest FROM service_version
                   WHERE city = $1 AND effective <= $2 GROUP BY city, service) n
             ON n.city = v.city AND n.service = v.service AND n.newest = v.version
             WHERE v.city = $1 ORDER BY v.service"
        );
        self.all(&sql, &params![&*self.city, at], read_version)
            .await
    }

    /// Every published version of a service, newest first.
    pub async fn service_versions(&self, service: &str) -> Result<Vec<ServiceVersion>> {
        let sql = format!(
            "SELECT {VERSION} FROM service_version v WHERE v.city = $1 AND v.service = $2
             ORDER BY v.version DESC"
        );
        self.all(&sql, &params![&*self.city, service], read_version)
            .await
    }

    /// Codes of all services that were ever published.
    pub async fn service_codes(&self) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT service FROM service_version WHERE city = $1 ORDER BY service";
        self.all(sql, &params![&*self.city], |mut row| row.next())
            .await
    }

    pub async fn service_draft(&self, service: &str) -> Result<Option<ServiceDraft>> {
        let sql = format!("SELECT {DRAFT} FROM service_draft WHERE city = $1 AND service = $2");
        self.maybe(&sql, &params![&*self.city, service], read_draft)
            .await
    }

    /// Drafts of services, in order of code.
    pub async fn service_drafts(&self) -> Result<Vec<ServiceDraft>> {
        let sql = format!("SELECT {DRAFT} FROM service_draft WHERE city = $1 ORDER BY service");
        self.all(&sql, &params![&*self.city], read_draft).await
    }
}

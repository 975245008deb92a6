//! A demonstration city served by this process on a loopback address, with every loop a server has.

use std::net::SocketAddr;
use std::path::Path;

use actions::City;
use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use web::hall::Hall;

use super::http::Connection;
use crate::config::Config;
use crate::{demo, loops, serve, wire};

/// Its tasks end when it is dropped.
pub struct Town {
    pub hall: Hall,
    pub address: SocketAddr,
    running: Vec<JoinSet<()>>,
}

/// Settings of a city in this folder, on SQLite where no other database is named.
pub fn config(base: &Config, folder: &Path, database: Option<String>) -> Config {
    let own = || format!("sqlite:{}", folder.join("motcua.db").display());
    Config {
        database: database.unwrap_or_else(own),
        files: folder.join("files").display().to_string(),
        city: "can-tho".to_owned(),
        log: "warn".to_owned(),
        ..base.clone()
    }
}

impl Town {
    /// Makes the city where it is not there, and serves it.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub async fn serve(config: &Config, folder: &Path, cases: u32) -> Result<Self> {
        let store = wire::store(config).await?;
        let city = wire::city(config, store);
        city.reload().await?;
        let shown = demo::make(config, &city, Some(cases)).await?;
        let hall = wire::hall(config, city, shown).await?;
        let snapshot = folder.join("town.facts");
        loops::catch_up(&hall, &snapshot).await?;
        let loops = serve::start_loops(&hall, &snapshot);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let routes =
            web::routes::house(&hall, 512).into_make_service_with_connect_info::<SocketAddr>();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "the bench's server ended");
            }
        });
        Ok(Self {
            hall,
            address,
            running: vec![loops, serving],
        })
    }

    pub fn city(&self) -> &City {
        self.hall.city()
    }

    /// A browser, signed in where a login is given.
    ///
    /// # Errors
    /// Where the account is not taken.
    pub async fn browser(&self, login: Option<&str>) -> Result<Connection> {
        let mut browser = Connection::open(self.address).await?;
        if let Some(login) = login {
            browser
                .sign_in(login, self.password())
                .await
                .context("a demonstration account")?;
        }
        Ok(browser)
    }

    pub fn password(&self) -> &str {
        &self.hall.shown().password
    }

    /// Whether the house has this door.
    pub fn has(path: &str) -> bool {
        web::routes::doors()
            .table()
            .iter()
            .any(|(door, _)| *door == path)
    }

    /// Stops all it runs.
    pub async fn close(mut self) {
        for running in &mut self.running {
            running.shutdown().await;
        }
    }
}

//! `motcua serve`: the loops and the pages of one city, until told to stop.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use web::hall::Hall;

use crate::config::Config;
use crate::{demo, loops, wire};

/// How to start.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Make the demonstration city first, where it is not there yet.
    pub demo: bool,
    /// Fewer synthetic cases than the whole year, for trying things out.
    pub cases: Option<u32>,
}

/// Serves until the process is told to stop; then finishes what was begun.
///
/// # Errors
/// Where the memory, the port or the city is not usable; the setting is named.
pub async fn run(config: Config, options: Options) -> Result<()> {
    let store = wire::store(&config).await?;
    let city = wire::city(&config, store);
    city.reload().await?;
    let begun = match options.demo {
        true => Some(demo::begin(&config, &city, options.cases).await?),
        false => None,
    };
    let shown = begun.as_ref().map(|begun| begun.shown.clone());
    let hall = wire::hall(&config, city, shown.unwrap_or_default()).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("setting `listen`: {} is not free", config.listen))?;
    let snapshot = snapshot(&config);
    loops::catch_up(&hall, &snapshot).await?;
    let mut loops = start_loops(&hall, &snapshot);
    let couriers = wire::couriers(&config, hall.house().demo)?;
    loops.spawn(loops::following(hall.clone(), couriers.clone()));
    loops.spawn(loops::messages(
        hall.clone(),
        couriers,
        config.public_url.clone(),
    ));
    if let Some(portal) = wire::portal(&config, hall.city(), hall.house().demo).await? {
        if hall.house().demo {
            let brings = loops::portal_demonstration(hall.city().clone(), portal.clone());
            loops.spawn(brings);
        }
        loops.spawn(loops::portal(hall.city().clone(), portal));
    }
    if let Some(begun) = begun.filter(|begun| !begun.is_finished()) {
        loops.spawn(live_the_year(hall.clone(), begun));
    }
    let routes = web::routes::house(&hall, config.most_requests)
        .into_make_service_with_connect_info::<SocketAddr>();
    tracing::info!(city = %config.city, at = %config.public_url, cases = hall.facts().len(), "in service");
    println!("Một Cửa: {}", config.public_url);
    axum::serve(listener, routes)
        .with_graceful_shutdown(told_to_stop())
        .await?;
    loops.shutdown().await;
    loops::save(&hall, &snapshot).await;
    Ok(())
}

/// The demonstration's year grows while people already look around.
async fn live_the_year(hall: Hall, begun: demo::Begun) {
    hall.filling(true);
    match begun.finish(hall.city()).await {
        Ok(()) => {
            // What time has to say by now is said before the year is called whole: a letter to write lies on the table.
            if let Err(error) = loops::clock_round(hall.city(), &mut HashMap::new()).await {
                tracing::error!(%error, "the clock's round was cut short; its loop tries again");
            }
            hall.filling(false);
        }
        Err(error) => {
            tracing::error!(%error, "the demonstration's year was cut short; the next start goes on")
        }
    }
}

/// What a city in service does by itself.
pub fn start_loops(hall: &Hall, snapshot: &std::path::Path) -> JoinSet<()> {
    let mut running = JoinSet::new();
    running.spawn(loops::seal(hall.city().clone()));
    running.spawn(loops::clock(hall.city().clone()));
    running.spawn(loops::counter(hall.clone()));
    running.spawn(loops::ledger(hall.clone()));
    running.spawn(loops::figures(hall.clone(), snapshot.to_owned()));
    running.spawn(loops::papers(hall.clone()));
    running.spawn(loops::learning(hall.clone()));
    running.spawn(loops::sample(hall.clone()));
    running.spawn(loops::partners(hall.clone()));
    running
}

/// Where the figures are kept between two starts: beside the files, by city.
pub fn snapshot(config: &Config) -> PathBuf {
    let folder = match config.database.strip_prefix("sqlite:") {
        Some(path) => PathBuf::from(path)
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default(),
        None => PathBuf::from("var"),
    };
    folder.join(format!("{}.facts", config.city))
}

/// Ctrl-C or the service manager.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    else {
        return drop(interrupt.await);
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}

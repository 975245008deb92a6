//! Prints what was called for: takes each piece of work from the queue, gives the paper its number, sets it, has
//! it signed, keeps its file. Each step may be repeated, so a fault or a power cut costs time and nothing else; several
//! servers may work the same queue.

use std::time::Duration;

use actions::papers::Finished;
use actions::{ActionError, City};
use anyhow::{Context, Result};
use jiff::SignedDuration;
use links::signing::SigningFault;
use store::Job;
use web::hall::Hall;

use super::signing::pens;

/// A commit of another server is not heard: look at least this often.
const AT_LEAST_EVERY: Duration = Duration::from_secs(2);
/// After the first failure; doubled with each further one up to an hour.
const PATIENCE: SignedDuration = SignedDuration::from_secs(5);
const CONFIRMS: SignedDuration = SignedDuration::from_secs(15);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// Prints for ever, woken by changes.
pub async fn papers(hall: Hall) {
    let mut changes = hall.city().store().listen();
    loop {
        match papers_round(&hall).await {
            Ok(0) => {
                let wait = tokio::time::timeout(AT_LEAST_EVERY, changes.recv());
                if let Ok(Err(tokio::sync::broadcast::error::RecvError::Closed)) = wait.await {
                    return;
                }
                changes = changes.resubscribe();
            }
            Ok(made) => tracing::debug!(made, "papers were made"),
            Err(error) => {
                tracing::error!(%error, "papers could not be made; trying again");
                tokio::time::sleep(AT_LEAST_EVERY).await;
            }
        }
    }
}

/// Makes what waits now. Returns how many pieces of work are done.
///
/// # Errors
/// Where the memory does not answer; a single paper that fails is put back and told in the log.
pub async fn papers_round(hall: &Hall) -> Result<usize, ActionError> {
    let city = hall.city();
    let mut done = 0;
    for job in city.paper_jobs().await? {
        match make(hall, &job).await {
            Ok(()) => {
                city.paper_job_done(&job).await?;
                done += 1;
            }
            // A person confirms on their telephone when they come to it.
            Err(error) if matches!(error.downcast_ref(), Some(SigningFault::Waiting)) => {
                city.paper_job_failed(&job, city.now() + CONFIRMS).await?;
            }
            Err(error) => {
                tracing::error!(case = %job.case, version = job.version, error = format!("{error:#}"), "a paper could not be made");
                let wait = PATIENCE * (1 << job.tries.min(12));
                city.paper_job_failed(&job, city.now() + wait.min(LONGEST))
                    .await?;
            }
        }
    }
    Ok(done)
}

async fn make(hall: &Hall, job: &Job) -> Result<()> {
    let city = hall.city();
    let call = City::paper_call(job).context("the piece of work is not readable")?;
    let dossier = match city.dossier(job.case).await {
        Ok(dossier) => dossier,
        // Its case is gone: nobody waits for the paper.
        Err(ActionError::NotFound) => return Ok(()),
        Err(other) => return Err(other.into()),
    };
    if dossier.took_back(&call) {
        return Ok(());
    }
    let title = web::papers::title(hall, &dossier, &call).map_err(told)?;
    let issuer = papers::compose::issuer(&call, &dossier.case, &dossier.events);
    let row = city.plan_paper(job.case, &call, &title, &issuer).await?;
    if row.made.is_some() {
        return Ok(());
    }
    let mut paper = web::papers::planned(hall, &dossier, &row).map_err(told)?;
    let pens = pens(hall, &dossier, &row).await?;
    pens.show(&mut paper);
    let pdf = tokio::task::spawn_blocking(move || papers::pdf(&paper)).await??;
    let signed = pens.sign(hall, &row, &pdf).await?;
    city.issue_paper(job.case, &call, Finished { pdf, signed })
        .await?;
    Ok(())
}

fn told(failure: web::error::Failure) -> anyhow::Error {
    anyhow::anyhow!("{failure:?}")
}

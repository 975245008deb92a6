//! What the process says of itself: plain lines for people, JSON for machines. Never a secret, never a
//! person's data.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat, Wrong};

/// Starts the log.
///
/// # Errors
/// [`Wrong`] where the filter cannot be read.
pub fn start(config: &Config) -> Result<(), Wrong> {
    // lopdf warns of the numbering of a sound file that Typst made and we signed.
    let asked = format!("lopdf=error,{}", config.log);
    let filter = EnvFilter::try_new(asked).map_err(|error| Wrong {
        name: "log".into(),
        says: error.to_string(),
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = match config.log_format {
        LogFormat::Plain => subscriber.with_target(false).try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    // A second start in one process (tests) keeps the first log.
    drop(started);
    Ok(())
}

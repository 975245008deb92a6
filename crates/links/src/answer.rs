//! Answers of outside parties, read up to a bound. Nothing said of a failure holds the address: a key may stand in it.

use reqwest::Response;

/// The whole body; not read to an end that may never come.
///
/// # Errors
/// In words: what broke, or that it is too large.
pub(crate) async fn bounded(mut answer: Response, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(told)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Err("the answer is too large".to_owned());
        }
    }
    Ok(bytes)
}

pub(crate) fn told(error: reqwest::Error) -> String {
    error.without_url().to_string()
}

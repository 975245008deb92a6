//! How this interface answers: a format by the ending of the address, a tree, or errors that name what is
//! wrong. Absent: pages; a program never gets HTML here.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::tree::{Node, text};
use crate::error::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Xml,
    Json,
}

/// The name before the ending, and the ending's format; `None` without one of ours.
pub fn split(file: &str) -> (&str, Option<Format>) {
    match file.rsplit_once('.') {
        Some((name, "xml")) => (name, Some(Format::Xml)),
        Some((name, "json")) => (name, Some(Format::Json)),
        _ => (file, None),
    }
}

/// What is wrong with a request, in one or more sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub status: StatusCode,
    pub says: Vec<String>,
}

impl Wrong {
    pub fn bad(says: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, says)
    }

    pub fn absent(says: impl Into<String>) -> Self {
        Self::of(StatusCode::NOT_FOUND, says)
    }

    pub fn of(status: StatusCode, says: impl Into<String>) -> Self {
        let says = vec![says.into()];
        Self { status, says }
    }
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        let status = failure.status();
        if let Failure::Fault(cause) = &failure {
            tracing::error!(%cause, "a program's request failed");
        }
        let says = match status {
            StatusCode::NOT_FOUND => "not found",
            StatusCode::PAYLOAD_TOO_LARGE => "the request is too large",
            StatusCode::SERVICE_UNAVAILABLE => "too much to do; try again later",
            status if status.is_server_error() => "the city's system failed; try again later",
            _ => "the request could not be understood",
        };
        Self::of(status, says)
    }
}

impl From<store::StoreError> for Wrong {
    fn from(error: store::StoreError) -> Self {
        Failure::from(error).into()
    }
}

/// The name of the root element and what is inside.
pub type Said = Result<(&'static str, Node), Wrong>;

pub fn answer(format: Format, said: Said) -> Response {
    let (status, root, node) = match said {
        Ok((root, node)) => (StatusCode::OK, root, node),
        Err(wrong) => {
            let code = wrong.status.as_u16().to_string();
            let one = |says: &String| {
                Node::Fields(vec![
                    ("code", text(code.clone())),
                    ("description", text(says)),
                ])
            };
            let errors = wrong.says.iter().map(one).collect();
            (wrong.status, "errors", Node::List("error", errors))
        }
    };
    let (kind, body) = match format {
        Format::Xml => ("text/xml; charset=utf-8", node.xml(root)),
        Format::Json => ("application/json; charset=utf-8", node.json().to_string()),
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Open data: any page may read it, none may write in somebody's name.
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_an_address_is_its_format() {
        assert_eq!(split("services.json"), ("services", Some(Format::Json)));
        assert_eq!(
            split("report.litter.xml"),
            ("report.litter", Some(Format::Xml))
        );
        assert_eq!(split("report.litter"), ("report.litter", None));
        assert_eq!(split("services.yaml"), ("services.yaml", None));
    }
}

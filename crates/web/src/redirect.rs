//! Sends a browser elsewhere. The only way to do so: an address that holds what somebody typed stays an address.

use axum::response::Redirect;

/// `303 See Other`. Signs that no header may hold (line ends, a NUL) are written as `%0A`.
#[allow(clippy::disallowed_methods)] // here alone
pub fn to(address: &str) -> Redirect {
    let sign = |sign: char| {
        let bytes = sign.to_string();
        match sign.is_control() {
            true => bytes.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            false => bytes,
        }
    };
    let clean: String = address.chars().map(sign).collect();
    Redirect::to(&clean)
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn whatever_was_typed_a_browser_is_sent_on() {
        for (address, goes) in [
            ("/track/H13.03-1", "/track/H13.03-1"),
            ("/track/\0", "/track/%00"),
            ("/track/\r\nX:1", "/track/%0D%0AX:1"),
            ("/report/\u{85}", "/report/%C2%85"),
            ("/services/đèn", "/services/đèn"),
        ] {
            let answer = to(address).into_response();
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{address:?}");
            assert_eq!(
                answer.headers()[header::LOCATION].as_bytes(),
                goes.as_bytes()
            );
        }
    }
}

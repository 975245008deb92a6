//! Sends a browser elsewhere. The only way to do so: an address that holds what somebody typed stays an address.

use std::fmt::Write;

use axum::response::Redirect;

/// `303 See Other`. Signs that no header may hold (line ends, a NUL) are written as `%0A`.
#[allow(clippy::disallowed_methods)] // here alone
pub fn to(address: &str) -> Redirect {
    if !address.contains(char::is_control) {
        return Redirect::to(address);
    }
    let mut clean = String::with_capacity(address.len() + 8);
    for sign in address.chars() {
        if sign.is_control() {
            for byte in sign.to_string().bytes() {
                // Writing into a string does not fail.
                let _ = write!(clean, "%{byte:02X}");
            }
        } else {
            clean.push(sign);
        }
    }
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

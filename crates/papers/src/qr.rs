//! QR codes as vector pictures with a text for people who cannot see them.

use fast_qr::convert::Builder;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the text is too long for a QR code: {bytes} bytes")]
pub struct TooLong {
    pub bytes: usize,
}

/// An SVG of `text` with a quiet zone of four modules (ISO/IEC 18004), labelled `title`.
///
/// # Errors
/// [`TooLong`] where the text does not fit into the largest code.
pub fn svg(text: &str, title: &str) -> Result<String, TooLong> {
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|_| TooLong { bytes: text.len() })?;
    let drawn = SvgBuilder::default().margin(4).to_str(&code);
    let title = escape(title);
    Ok(drawn.replacen(
        "<svg ",
        &format!(r#"<svg role="img" aria-label="{title}" "#),
        1,
    ))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_labelled_picture() {
        let drawn = svg("https://example.test/theo-doi/ABC", "Mã \"theo dõi\"").expect("fits");
        assert!(drawn.starts_with("<svg ") && drawn.trim_end().ends_with("</svg>"));
        assert!(drawn.contains(r#"aria-label="Mã &quot;theo dõi&quot;""#));
    }

    #[test]
    fn different_texts_give_different_pictures() {
        assert_ne!(svg("a", "x"), svg("b", "x"));
    }

    #[test]
    fn what_cannot_fit_is_said_so() {
        assert_eq!(svg(&"x".repeat(5000), "x"), Err(TooLong { bytes: 5000 }));
    }
}

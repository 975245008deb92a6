//! A photo from a stranger: hostile until proven. Its type is read from its content, its size is
//! bounded before a pixel is decoded, and what is kept was drawn anew: no metadata survives.
//!
//! Knows nothing of cases or storage.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use rules::case::Spot;

/// Bytes of one upload. Phones make 3–8 MB; 15 MB leaves room without letting memory go.
pub const MOST_BYTES: usize = 15 * 1024 * 1024;
/// Pixels on the longer side of what we keep.
const LONG_SIDE: u32 = 2000;
/// Pixels on the longer side of the small picture.
const THUMB_SIDE: u32 = 400;
/// A bomb of 50,000 × 50,000 pixels is refused from its header.
const MOST_PIXELS: u64 = 80_000_000;

/// What is kept of an upload, and what it told us about the place.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// JPEG, upright, without metadata.
    pub picture: Vec<u8>,
    pub thumbnail: Vec<u8>,
    /// Where it was taken, if the camera wrote it down: offered to the person, then forgotten.
    pub taken_at: Option<Spot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoProblem {
    #[error("larger than the limit")]
    TooLarge,
    #[error("not a JPEG, PNG, WebP or GIF picture")]
    NotAPicture,
    #[error("more pixels than the limit")]
    TooManyPixels,
    #[error("the picture is damaged")]
    Damaged,
}

/// Proves, bounds, turns upright and draws anew.
pub fn clean(upload: &[u8]) -> Result<Photo, PhotoProblem> {
    if upload.len() > MOST_BYTES {
        return Err(PhotoProblem::TooLarge);
    }
    let mut reader = ImageReader::new(Cursor::new(upload))
        .with_guessed_format()
        .map_err(|_| PhotoProblem::NotAPicture)?;
    if reader.format().is_none() {
        return Err(PhotoProblem::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 4);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PhotoProblem::Damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PhotoProblem::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| PhotoProblem::Damaged)?;
    image.apply_orientation(orientation);
    Ok(Photo {
        picture: jpeg(&shrink(&image, LONG_SIDE), 85)?,
        thumbnail: jpeg(&shrink(&image, THUMB_SIDE), 78)?,
        taken_at: gps(upload),
    })
}

fn shrink(image: &DynamicImage, long_side: u32) -> DynamicImage {
    if image.width().max(image.height()) <= long_side {
        return image.clone();
    }
    image.thumbnail(long_side, long_side)
}

fn jpeg(image: &DynamicImage, quality: u8) -> Result<Vec<u8>, PhotoProblem> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&image.to_rgb8())
        .map_err(|_| PhotoProblem::Damaged)?;
    Ok(bytes)
}

/// The camera's position; nothing where it is absent, broken or outside the globe.
fn gps(upload: &[u8]) -> Option<Spot> {
    let exif = exif::Reader::new()
        .read_from_container(&mut Cursor::new(upload))
        .ok()?;
    let degrees = |tag, reference, negative: u8| -> Option<f64> {
        let field = exif.get_field(tag, exif::In::PRIMARY)?;
        let exif::Value::Rational(parts) = &field.value else {
            return None;
        };
        let part = |i: usize| {
            parts
                .get(i)
                .map(exif::Rational::to_f64)
                .filter(|v| v.is_finite())
        };
        let value = part(0)? + part(1)? / 60.0 + part(2)? / 3600.0;
        let sign = exif.get_field(reference, exif::In::PRIMARY)?;
        let exif::Value::Ascii(words) = &sign.value else {
            return None;
        };
        let below = words.first()?.first()? == &negative;
        Some(if below { -value } else { value })
    };
    let lat = degrees(exif::Tag::GPSLatitude, exif::Tag::GPSLatitudeRef, b'S')?;
    let lon = degrees(exif::Tag::GPSLongitude, exif::Tag::GPSLongitudeRef, b'W')?;
    ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Spot { lat, lon })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> Vec<u8> {
        jpeg(&DynamicImage::new_rgb8(width, height), 80).expect("encodes")
    }

    /// A JPEG with an EXIF block that says: turned by 90°, taken at 10.03°N 105.78°E.
    fn with_exif(plain: &[u8]) -> Vec<u8> {
        let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
        let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
            let mut e = Vec::new();
            e.extend(tag.to_be_bytes());
            e.extend(kind.to_be_bytes());
            e.extend(count.to_be_bytes());
            e.extend(value);
            e
        };
        tiff.extend(2u16.to_be_bytes());
        tiff.extend(entry(0x0112, 3, 1, [0, 6, 0, 0]));
        tiff.extend(entry(0x8825, 4, 1, 38u32.to_be_bytes()));
        tiff.extend([0; 4]);
        tiff.extend(4u16.to_be_bytes());
        tiff.extend(entry(1, 2, 2, *b"N\0\0\0"));
        tiff.extend(entry(2, 5, 3, 92u32.to_be_bytes()));
        tiff.extend(entry(3, 2, 2, *b"E\0\0\0"));
        tiff.extend(entry(4, 5, 3, 116u32.to_be_bytes()));
        tiff.extend([0; 4]);
        for (n, d) in [(10u32, 1u32), (1, 1), (48, 1), (105, 1), (46, 1), (48, 1)] {
            tiff.extend(n.to_be_bytes());
            tiff.extend(d.to_be_bytes());
        }
        let mut out = plain[..2].to_vec();
        out.extend([0xff, 0xe1]);
        out.extend(u16::try_from(tiff.len() + 8).expect("short").to_be_bytes());
        out.extend(b"Exif\0\0");
        out.extend(tiff);
        out.extend(&plain[2..]);
        out
    }

    #[test]
    fn a_photo_is_turned_upright_and_loses_its_metadata() {
        let photo = clean(&with_exif(&picture(40, 20))).expect("a picture");
        let kept = image::load_from_memory(&photo.picture).expect("a picture");
        assert_eq!((kept.width(), kept.height()), (20, 40));
        assert!(!photo.picture.windows(4).any(|w| w == b"Exif"));
        assert_eq!(gps(&photo.picture), None);
        let spot = photo.taken_at.expect("the camera told");
        assert!((spot.lat - 10.03).abs() < 1e-6 && (spot.lon - 105.78).abs() < 1e-6);
    }

    #[test]
    fn large_pictures_shrink_and_small_ones_stay() {
        let photo = clean(&picture(3000, 1500)).expect("a picture");
        let kept = image::load_from_memory(&photo.picture).expect("a picture");
        assert_eq!((kept.width(), kept.height()), (2000, 1000));
        let thumb = image::load_from_memory(&photo.thumbnail).expect("a picture");
        assert_eq!((thumb.width(), thumb.height()), (400, 200));
    }

    #[test]
    fn what_is_no_picture_is_refused_with_the_reason() {
        let half = picture(300, 300);
        let cases: &[(&[u8], PhotoProblem)] = &[
            (b"", PhotoProblem::NotAPicture),
            (
                b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
                PhotoProblem::NotAPicture,
            ),
            (b"%PDF-1.7\n", PhotoProblem::NotAPicture),
            (&half[..half.len() / 8], PhotoProblem::Damaged),
            (&vec![0xff; MOST_BYTES + 1], PhotoProblem::TooLarge),
        ];
        for (upload, expected) in cases {
            assert_eq!(clean(upload).expect_err("refused"), *expected);
        }
    }

    #[test]
    fn a_bomb_is_refused_from_its_header() {
        // A PNG header that promises 60,000 × 60,000 pixels and brings none.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(60_000u32.to_be_bytes());
        png.extend(60_000u32.to_be_bytes());
        png.extend([8, 2, 0, 0, 0]);
        png.extend(crc(&png[12..]).to_be_bytes());
        assert!(matches!(
            clean(&png),
            Err(PhotoProblem::TooManyPixels | PhotoProblem::Damaged)
        ));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| {
                if c & 1 == 1 {
                    (c >> 1) ^ 0xedb8_8320
                } else {
                    c >> 1
                }
            })
        })
    }
}

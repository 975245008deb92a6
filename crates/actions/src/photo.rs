//! A photo from a stranger: hostile until proven. Its type is read from its content, its size is
//! bounded before a pixel is decoded, and what is kept was drawn anew: no metadata survives.
//!
//! Knows nothing of cases or storage.

use std::io::Cursor;
use std::ops::Range;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
};
use rules::case::Spot;
use rules::case::shown::Area;

/// Bytes of one upload. Phones make 3–8 MB; 15 MB leaves room without letting memory go.
pub const MOST_BYTES: usize = 15 * 1024 * 1024;
/// Pixels on the longer side of what we keep.
const LONG_SIDE: u32 = 2000;
/// Pixels on the longer side of the small picture.
const THUMB_SIDE: u32 = 400;
/// A bomb of 50,000 × 50,000 pixels is refused from its header. Telephones make 12 to 50 million.
const MOST_PIXELS: u64 = 64_000_000;
/// Bytes of a decoded picture: three a pixel, and four where there are few enough of them.
const MOST_DECODED: u64 = MOST_PIXELS * 3;

/// What is kept of an upload, and what it told us about the place.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// JPEG, upright, without metadata.
    pub picture: Vec<u8>,
    pub thumbnail: Vec<u8>,
    /// What the upload itself was.
    pub media: &'static str,
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
    let media = match reader.format() {
        Some(ImageFormat::Jpeg) => "image/jpeg",
        Some(ImageFormat::Png) => "image/png",
        Some(ImageFormat::WebP) => "image/webp",
        Some(ImageFormat::Gif) => "image/gif",
        _ => return Err(PhotoProblem::NotAPicture),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(problem)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || decoder.total_bytes() > MOST_DECODED {
        return Err(PhotoProblem::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(problem)?;
    // Made small first: turning needs the space of the picture a second time.
    let mut large = shrink(image, LONG_SIDE);
    large.apply_orientation(orientation);
    let picture = jpeg(&large, 85)?;
    Ok(Photo {
        picture,
        thumbnail: jpeg(&shrink(large, THUMB_SIDE), 78)?,
        media,
        taken_at: gps(upload),
    })
}

fn problem(error: ImageError) -> PhotoProblem {
    match error {
        ImageError::Limits(_) => PhotoProblem::TooManyPixels,
        _ => PhotoProblem::Damaged,
    }
}

/// A kept picture with these places covered by one colour each, drawn anew with its small picture: nothing of what was
/// there is left in the bytes.
///
/// # Errors
/// [`PhotoProblem::Damaged`] where it is no picture of ours.
pub fn cover(kept: &[u8], areas: &[Area]) -> Result<(Vec<u8>, Vec<u8>), PhotoProblem> {
    let image = image::load_from_memory_with_format(kept, ImageFormat::Jpeg).map_err(problem)?;
    let mut picture = image.into_rgb8();
    let (width, height) = picture.dimensions();
    for area in areas {
        // Outwards to the next pixel, and a pixel more: compression smears edges.
        let from = |part: u16, whole: u32| {
            let pixel = u64::from(part) * u64::from(whole) / u64::from(Area::WHOLE);
            u32::try_from(pixel)
                .unwrap_or(whole)
                .saturating_sub(1)
                .min(whole)
        };
        let to = |part: u16, length: u16, whole: u32| {
            let end = u64::from(part) + u64::from(length);
            let pixel = (end * u64::from(whole)).div_ceil(u64::from(Area::WHOLE)) + 1;
            u32::try_from(pixel).unwrap_or(whole).min(whole)
        };
        let (left, right) = (from(area.x, width), to(area.x, area.width, width));
        let (top, bottom) = (from(area.y, height), to(area.y, area.height, height));
        let colour = average(&picture, left..right, top..bottom);
        for y in top..bottom {
            for x in left..right {
                picture.put_pixel(x, y, colour);
            }
        }
    }
    let covered = DynamicImage::ImageRgb8(picture);
    let large = jpeg(&covered, 85)?;
    Ok((large, jpeg(&shrink(covered, THUMB_SIDE), 78)?))
}

/// One colour that says no more of a place than how bright it is.
fn average(picture: &RgbImage, x: Range<u32>, y: Range<u32>) -> Rgb<u8> {
    let (mut sum, mut count) = (0u64, 0u64);
    for row in y {
        for column in x.clone() {
            let Rgb(parts) = picture.get_pixel(column, row);
            sum += parts.iter().map(|part| u64::from(*part)).sum::<u64>();
            count += 3;
        }
    }
    // In steps, so that it is not a measurement either.
    let grey = sum.checked_div(count).unwrap_or(0) / 32 * 32 + 16;
    Rgb([u8::try_from(grey).unwrap_or(u8::MAX); 3])
}

fn shrink(image: DynamicImage, long_side: u32) -> DynamicImage {
    if image.width().max(image.height()) <= long_side {
        return image;
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

    /// Whatever a camera or an editor writes beside the picture.
    #[test]
    fn nothing_of_the_upload_but_its_pixels_is_kept() {
        let plain = picture(32, 32);
        let segment = |marker: u8, body: &[u8]| {
            let mut all = vec![0xff, marker];
            all.extend(u16::try_from(body.len() + 2).expect("short").to_be_bytes());
            all.extend(body);
            all
        };
        let mut marked = plain[..2].to_vec();
        marked.extend(segment(
            0xe1,
            b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>BIMAT-XMP</x:xmpmeta>",
        ));
        marked.extend(segment(
            0xed,
            b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x0cBIMAT-IPTC",
        ));
        marked.extend(segment(0xe2, b"ICC_PROFILE\0\x01\x01BIMAT-ICC"));
        marked.extend(segment(0xfe, b"BIMAT-GHI-CHU"));
        marked.extend(&plain[2..]);
        // What stands behind the picture: a second one, a motion clip, an archive.
        marked.extend(b"BIMAT-DUOI");
        let mut png = Vec::new();
        DynamicImage::new_rgb8(8, 8)
            .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
            .expect("encodes");
        let mut chunk = b"tEXtComment\0BIMAT-PNG".to_vec();
        let length = u32::try_from(chunk.len() - 4).expect("short").to_be_bytes();
        chunk.extend(crc(&chunk).to_be_bytes());
        png.splice(33..33, length.into_iter().chain(chunk));
        for upload in [marked, png] {
            assert!(upload.windows(5).any(|w| w == b"BIMAT"));
            let photo = clean(&upload).expect("a picture");
            for kept in [&photo.picture, &photo.thumbnail] {
                assert!(!kept.windows(5).any(|w| w == b"BIMAT"));
                assert!(!kept.windows(4).any(|w| w == b"http" || w == b"8BIM"));
            }
        }
    }

    #[test]
    fn a_covered_place_is_one_colour_and_the_rest_stays() {
        let mut drawn = RgbImage::from_pixel(200, 100, Rgb([250, 250, 250]));
        for x in 60..100 {
            for y in 40..60 {
                drawn.put_pixel(x, y, Rgb([if (x + y) % 2 == 0 { 0 } else { 255 }, 0, 0]));
            }
        }
        let kept = jpeg(&DynamicImage::ImageRgb8(drawn), 95).expect("encodes");
        let area = |x, y, width, height| Area {
            x,
            y,
            width,
            height,
        };
        let (covered, small) = cover(&kept, &[area(300, 400, 200, 200)]).expect("a picture");
        let after = image::load_from_memory(&covered)
            .expect("a picture")
            .to_rgb8();
        // Blocks of eight that lie inside altogether: at the edge the format itself blends with what is beside.
        let colours: Vec<i32> = (64..96)
            .flat_map(|x| (48..56).map(move |y| (x, y)))
            .map(|(x, y)| i32::from(after.get_pixel(x, y).0[0]))
            .collect();
        let (least, most) = (colours.iter().min(), colours.iter().max());
        assert!(
            most.zip(least).is_some_and(|(a, b)| a - b <= 4),
            "{least:?} {most:?}"
        );
        assert!(after.get_pixel(150, 20).0[1] > 240);
        assert!(image::load_from_memory(&small).is_ok());
        // To the very edge, and beyond it nothing breaks.
        assert!(cover(&kept, &[area(999, 999, 1, 1), area(0, 0, 1000, 1000)]).is_ok());
        assert_eq!(cover(b"no picture", &[]), Err(PhotoProblem::Damaged));
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

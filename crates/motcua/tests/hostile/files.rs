//! Files that are not what they say: pictures bent, cut, blown up, and things that are no pictures.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::chance::Chance;

/// Sound files to begin from.
pub struct Seeds {
    jpeg: Vec<u8>,
    png: Vec<u8>,
    webp: Vec<u8>,
    gif: Vec<u8>,
    /// Small as a file, large when decoded: as large as is taken, and larger.
    wide: Vec<u8>,
    wider: Vec<u8>,
}

/// A file of a form.
#[derive(Clone)]
pub struct File {
    pub name: Vec<u8>,
    pub kind: &'static str,
    pub bytes: Vec<u8>,
}

impl Seeds {
    pub fn new() -> Self {
        let mut chance = Chance::of(7);
        let noise = RgbImage::from_fn(80, 56, |_, _| Rgb([chance.byte(), chance.byte(), 40]));
        let noise = DynamicImage::ImageRgb8(noise);
        let write = |image: &DynamicImage, format| {
            let mut bytes = Cursor::new(Vec::new());
            image.write_to(&mut bytes, format).expect("encodes");
            bytes.into_inner()
        };
        let flat = |width, height| write(&DynamicImage::new_luma8(width, height), ImageFormat::Png);
        Self {
            jpeg: write(&noise, ImageFormat::Jpeg),
            png: write(&noise, ImageFormat::Png),
            webp: write(&noise, ImageFormat::WebP),
            gif: write(&noise, ImageFormat::Gif),
            wide: flat(7900, 7900),
            wider: flat(9000, 9000),
        }
    }

    /// One file, sound or not.
    pub fn file(&self, chance: &mut Chance) -> File {
        let (kind, bytes) = match chance.below(40) {
            0..10 => ("image/jpeg", bent(&self.jpeg, chance)),
            10..18 => ("image/png", bent(&self.png, chance)),
            18..23 => ("image/webp", bent(&self.webp, chance)),
            23..27 => ("image/gif", bent(&self.gif, chance)),
            27..30 => ("image/png", self.png_of(chance)),
            30 => ("image/gif", sized(&self.gif, 6, false, chance)),
            31 => ("image/jpeg", self.jpeg_of(chance)),
            32 => ("image/heic", heic(chance)),
            33 => ("image/svg+xml", svg(chance)),
            34 => ("application/pdf", pdf(chance)),
            35 => ("image/jpeg", chance_bytes(chance)),
            36 => ("text/html", b"<html><script>alert(1)</script>".to_vec()),
            37 => ("image/jpeg", self.jpeg.clone()),
            38 => ("image/png", many_chunks(&self.png)),
            _ => ("image/jpeg", with_exif(&self.jpeg, chance)),
        };
        let names: [&[u8]; 8] = [
            b"anh.jpg",
            b"../../etc/passwd",
            b"a\0b.png",
            "ảnh đèn.jpeg".as_bytes(),
            b"\xff\xfe.jpg",
            b"",
            b"con.jpg%0d%0aX: 1",
            b".....................",
        ];
        File {
            name: chance.one(&names).to_vec(),
            kind,
            bytes,
        }
    }

    /// Pictures that need the most room, few of them.
    pub fn large(&self, chance: &mut Chance) -> File {
        let bytes = if chance.yes(2) {
            &self.wide
        } else {
            &self.wider
        };
        File {
            name: b"to.png".to_vec(),
            kind: "image/png",
            bytes: bytes.clone(),
        }
    }

    /// Other sides in the header, with the right sum over it.
    fn png_of(&self, chance: &mut Chance) -> Vec<u8> {
        let mut png = self.png.clone();
        for at in [16, 20] {
            let side = *chance.one(&[0u32, 1, 65_535, 60_000, 8_000, u32::MAX, 0x7fff_ffff]);
            png[at..at + 4].copy_from_slice(&side.to_be_bytes());
        }
        png[24] = *chance.one(&[1, 2, 4, 8, 16, 3]);
        png[25] = *chance.one(&[0, 2, 3, 4, 6, 9]);
        let sum = crc(&png[12..29]);
        png[29..33].copy_from_slice(&sum.to_be_bytes());
        png
    }

    fn jpeg_of(&self, chance: &mut Chance) -> Vec<u8> {
        let mut jpeg = self.jpeg.clone();
        let at = jpeg.windows(2).position(|w| w == [0xff, 0xc0]);
        if let Some(at) = at {
            for offset in [5, 7] {
                let side = *chance.one(&[0u16, 1, 65_535, 8_000, 30_000]);
                jpeg[at + offset..at + offset + 2].copy_from_slice(&side.to_be_bytes());
            }
        }
        jpeg
    }
}

/// Flipped, cut, doubled, filled.
fn bent(sound: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for _ in 0..=chance.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = chance.below(bytes.len());
        match chance.below(7) {
            0 => {
                for _ in 0..=chance.below(16) {
                    let at = chance.below(bytes.len());
                    bytes[at] ^= 1 << chance.below(8);
                }
            }
            1 => bytes.truncate(at),
            2 => {
                let to = (at + chance.below(64)).min(bytes.len());
                bytes[at..to].fill(chance.byte());
            }
            3 => {
                let more = chance.below(200);
                let more = chance.bytes(more);
                bytes.splice(at..at, more);
            }
            4 => {
                let to = (at + chance.below(400)).min(bytes.len());
                let again = bytes[at..to].to_vec();
                bytes.splice(at..at, again);
            }
            5 => bytes.extend(chance.bytes(64)),
            // Only the head, where lengths and sides stand.
            _ => {
                let at = chance.below(bytes.len().min(64));
                bytes[at] = *chance.one(&[0, 0xff, 0x7f, 0x80, 1]);
            }
        }
    }
    bytes
}

fn sized(sound: &[u8], at: usize, big: bool, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for at in [at, at + 2] {
        let side = *chance.one(&[0u16, 1, 65_535, 40_000]);
        let side = if big {
            side.to_be_bytes()
        } else {
            side.to_le_bytes()
        };
        bytes[at..at + 2].copy_from_slice(&side);
    }
    bytes
}

fn heic(chance: &mut Chance) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    bytes.extend(chance.bytes(300));
    bytes
}

fn svg(chance: &mut Chance) -> Vec<u8> {
    let mut svg = String::from("<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a 'aaaaaaaaaa'>");
    for n in 0..chance.below(9) {
        svg.push_str(&format!("<!ENTITY b{n} '&a;&a;&a;&a;&a;&a;'>"));
    }
    svg.push_str("]><svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>");
    svg.into_bytes()
}

fn pdf(chance: &mut Chance) -> Vec<u8> {
    let mut pdf =
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
            .to_vec();
    pdf.extend(chance.bytes(500));
    pdf
}

fn chance_bytes(chance: &mut Chance) -> Vec<u8> {
    let length = *chance.one(&[0, 1, 2, 11, 12, 400, 5000]);
    chance.bytes(length)
}

/// Thousands of chunks of text before the picture.
fn many_chunks(png: &[u8]) -> Vec<u8> {
    let mut chunk = b"\0\0\0\x02tEXta\0".to_vec();
    let sum = crc(&chunk[4..]).to_be_bytes();
    chunk.extend(sum);
    let mut bytes = png[..33].to_vec();
    for _ in 0..2000 {
        bytes.extend(&chunk);
    }
    bytes.extend(&png[33..]);
    bytes
}

/// An EXIF block whose places point anywhere, at themselves too.
fn with_exif(jpeg: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x04".to_vec();
    for tag in [0x0112u16, 0x8825, 0x8769, 0xa005] {
        tiff.extend(tag.to_be_bytes());
        tiff.extend(chance.one(&[3u16, 4, 5, 2, 13, 99]).to_be_bytes());
        tiff.extend(chance.one(&[1u32, 0, u32::MAX, 0x1000_0000]).to_be_bytes());
        tiff.extend(chance.one(&[8u32, 0, 38, u32::MAX, 6]).to_be_bytes());
    }
    tiff.extend(chance.bytes(60));
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, 0xe1]);
    out.extend(u16::try_from(tiff.len() + 8).unwrap_or(0).to_be_bytes());
    out.extend(b"Exif\0\0");
    out.extend(tiff);
    out.extend(&jpeg[2..]);
    out
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| match c & 1 {
            1 => (c >> 1) ^ 0xedb8_8320,
            _ => c >> 1,
        })
    })
}

//! The faces that papers are set in: Tinos, whose letters are as wide as those of Times New Roman that
//! NĐ 30/2020 asks for. Where it was not brought at build, the typesetter's own serif, so that a paper is
//! never held up by a font.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

include!(concat!(env!("OUT_DIR"), "/faces.rs"));

/// The family that stands in where Tinos is absent.
const STAND_IN: &str = "Libertinus Serif";

/// How many faces of Tinos were brought at build: four, or none.
pub fn faces() -> usize {
    FACES.len()
}

pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) faces: Vec<Font>,
}

pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let own = FACES.iter().flat_map(|face| Font::iter(Bytes::new(*face)));
    let stand_in = typst_assets::fonts()
        .flat_map(|face| Font::iter(Bytes::new(face)))
        .filter(|face| face.info().family.as_str() == STAND_IN);
    let faces: Vec<Font> = own.chain(stand_in).collect();
    Fonts {
        book: LazyHash::new(FontBook::from_fonts(&faces)),
        faces,
    }
});

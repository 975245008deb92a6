//! From a paper to a PDF: the templates, set by Typst. Nothing of the outside reaches in: no folder, no
//! package, no clock. The same paper gives the same bytes, so a file can be made again and found by its hash.

use std::collections::HashMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem, Point};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::fonts::FONTS;
use crate::paper::{Layout, Paper};
use crate::{barcode, qr};

/// A paper that could not be set: a flaw of ours (a template), or a link too long for its code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unprintable {
    #[error("the template of the paper is flawed: {0}")]
    Template(String),
    #[error(transparent)]
    Code(#[from] qr::TooLong),
}

/// Every template, by its path.
static TEMPLATES: [(&str, &str); 13] = [
    ("copies.typ", include_str!("../templates/copies.typ")),
    ("parts.typ", include_str!("../templates/parts.typ")),
    ("form-01.typ", include_str!("../templates/form-01.typ")),
    ("form-02.typ", include_str!("../templates/form-02.typ")),
    ("form-03.typ", include_str!("../templates/form-03.typ")),
    ("form-04.typ", include_str!("../templates/form-04.typ")),
    ("form-05.typ", include_str!("../templates/form-05.typ")),
    ("form-06.typ", include_str!("../templates/form-06.typ")),
    ("form-07.typ", include_str!("../templates/form-07.typ")),
    ("result.typ", include_str!("../templates/result.typ")),
    ("table.typ", include_str!("../templates/table.typ")),
    ("notice.typ", include_str!("../templates/notice.typ")),
    (
        "fee-receipt.typ",
        include_str!("../templates/fee-receipt.typ"),
    ),
];

static SOURCES: LazyLock<HashMap<FileId, Source>> = LazyLock::new(|| {
    let source = |(path, text): &(&str, &str)| {
        let id = file_id(path);
        (id, Source::new(id, (*text).to_owned()))
    };
    TEMPLATES.iter().map(source).collect()
});
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
/// Of all papers alike: what stands beside the template.
static DATA: LazyLock<FileId> = LazyLock::new(|| file_id("paper.json"));
static QR: LazyLock<FileId> = LazyLock::new(|| file_id("qr.svg"));
static BARS: LazyLock<FileId> = LazyLock::new(|| file_id("bars.svg"));
static TRANSFER: LazyLock<FileId> = LazyLock::new(|| file_id("transfer.svg"));
static ORIGINAL: LazyLock<FileId> = LazyLock::new(|| file_id("original.pdf"));

/// Documents that memory of unchanged parts is kept for.
const REMEMBERED: usize = 10;
const BARS_HIGH: usize = 22;
/// Of a slip that is printed twice.
const MOST_PAGES: usize = 20;

/// The paper as a PDF/A-2a and PDF/UA-1: tagged, searchable, Vietnamese, with its faces inside.
///
/// # Errors
/// [`Unprintable`]; never for what a person typed or left out.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Unprintable> {
    let document = set(paper)?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|flaw| Unprintable::Template(flaw.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!(
            "{}{}{}",
            paper.head.number, paper.code, paper.check
        )),
        creator: Smart::Custom(Some("Một Cửa".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    let made = typst_pdf::pdf(&document, &options).map_err(|flaws| flawed(&flaws));
    comemo::evict(REMEMBERED);
    made
}

/// Two copies of a finished A5 paper beside each other on A4, for the counter's printer. The sheet is for paper
/// alone: only the finished file itself can be verified.
///
/// # Errors
/// [`Unprintable`] where the bytes are no PDF.
pub fn two_copies(original: &[u8]) -> Result<Vec<u8>, Unprintable> {
    let original = Bytes::new(original.to_vec());
    let mut whole: Option<PagedDocument> = None;
    // How many pages it has, only the typesetter knows: it refuses the first that is not there.
    for pages in 1..=MOST_PAGES {
        let sheet = Sheet {
            main: file_id("copies.typ"),
            data: Bytes::from_string(pages.to_string()),
            qr: None,
            bars: None,
            transfer: None,
            original: Some(original.clone()),
        };
        match (typst::compile::<PagedDocument>(&sheet).output, &whole) {
            (Ok(document), _) => whole = Some(document),
            (Err(flaws), None) => return Err(flawed(&flaws)),
            (Err(_), Some(_)) => break,
        }
    }
    let document = whole.ok_or_else(|| Unprintable::Template("no page".to_owned()))?;
    let made = typst_pdf::pdf(&document, &PdfOptions::default()).map_err(|flaws| flawed(&flaws));
    comemo::evict(REMEMBERED);
    made
}

/// The paper's text in reading order, a line for a line: for search and for tests.
///
/// # Errors
/// As [`pdf`].
pub fn text(paper: &Paper) -> Result<String, Unprintable> {
    let document = set(paper)?;
    let mut pieces = Vec::new();
    for (number, page) in document.pages().iter().enumerate() {
        gather(&page.frame, Point::zero(), number, &mut pieces);
    }
    let mut text = String::new();
    let mut last: Option<(usize, f64)> = None;
    for piece in pieces {
        match last {
            Some((page, y)) if page == piece.page && (y - piece.y).abs() < 2.0 => {
                let apart = text.ends_with(' ') || piece.text.starts_with(' ');
                text.push_str(if apart { "" } else { " " });
            }
            Some(_) => text.push('\n'),
            None => {}
        }
        text.push_str(&piece.text);
        last = Some((piece.page, piece.y));
    }
    Ok(text)
}

struct Piece {
    page: usize,
    /// Points from the top.
    y: f64,
    text: String,
}

fn gather(frame: &Frame, at: Point, page: usize, pieces: &mut Vec<Piece>) {
    for (place, item) in frame.items() {
        let at = at + *place;
        match item {
            FrameItem::Group(group) => gather(&group.frame, at, page, pieces),
            FrameItem::Text(text) => pieces.push(Piece {
                page,
                y: at.y.to_pt(),
                text: text.text.to_string(),
            }),
            FrameItem::Shape(..)
            | FrameItem::Image(..)
            | FrameItem::Link(..)
            | FrameItem::Tag(_) => {}
        }
    }
}

/// A little smaller where that saves a leaf which would hold the last lines alone. Tables and books run on as they do.
fn set(paper: &Paper) -> Result<PagedDocument, Unprintable> {
    let document = lay(paper, false)?;
    let runs_on = matches!(paper.layout, Layout::Control | Layout::Book | Layout::Table);
    if runs_on || document.pages().len() < 2 {
        return Ok(document);
    }
    let tight = lay(paper, true)?;
    Ok(match tight.pages().len() < document.pages().len() {
        true => tight,
        false => document,
    })
}

fn lay(paper: &Paper, tight: bool) -> Result<PagedDocument, Unprintable> {
    let mut data = serde_json::to_value(paper).unwrap_or_default();
    data["tight"] = tight.into();
    let sheet = Sheet {
        main: file_id(paper.layout.file()),
        data: Bytes::from_string(data.to_string()),
        qr: match paper.check.is_empty() {
            true => None,
            false => Some(Bytes::from_string(qr::svg(&paper.check, "")?)),
        },
        bars: barcode::svg(&paper.code, BARS_HIGH).map(Bytes::from_string),
        transfer: match &paper.transfer {
            None => None,
            Some(transfer) => Some(Bytes::from_string(qr::svg(&transfer.code, "")?)),
        },
        original: None,
    };
    typst::compile::<PagedDocument>(&sheet)
        .output
        .map_err(|flaws| flawed(&flaws))
}

fn flawed(flaws: &[SourceDiagnostic]) -> Unprintable {
    let says = |flaw: &SourceDiagnostic| flaw.message.to_string();
    Unprintable::Template(flaws.iter().map(says).collect::<Vec<_>>().join("; "))
}

/// The world that one template sees.
struct Sheet {
    main: FileId,
    data: Bytes,
    qr: Option<Bytes>,
    bars: Option<Bytes>,
    /// The payment code.
    transfer: Option<Bytes>,
    /// A finished paper to be laid on a sheet.
    original: Option<Bytes>,
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        SOURCES.get(&id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = match id {
            id if id == *DATA => Some(&self.data),
            id if id == *QR => self.qr.as_ref(),
            id if id == *BARS => self.bars.as_ref(),
            id if id == *TRANSFER => self.transfer.as_ref(),
            id if id == *ORIGINAL => self.original.as_ref(),
            _ => None,
        };
        found.cloned().ok_or_else(|| absent(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.faces.get(index).cloned()
    }

    /// A paper bears the date it is given.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

/// # Panics
/// Never: the paths are ours.
fn file_id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

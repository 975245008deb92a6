//! Tables of figures: a head in the state's layout, columns that may stand under a common heading. As a spreadsheet
//! (XLSX) numbers are numbers; on paper ([`printed`]) they are words. Knows no figure and no law.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};
use service::field::number::grouped;

use crate::paper::{Body, Head as PaperHead, Layout, Paper, Row, Signature, Table, Word};

/// What can go wrong while a sheet is written: a name too long, more rows than a sheet holds.
#[derive(Debug, thiserror::Error)]
#[error("the spreadsheet could not be made: {0}")]
pub struct SheetFault(#[from] XlsxError);

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Count(u64),
    /// Two decimals.
    Decimal(f64),
    /// Where there is no figure, and why.
    Nothing(String),
}

/// A heading over `span` columns.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Head {
    pub words: String,
    pub span: u16,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// At most 31 characters.
    pub name: String,
    /// Agency and form number, each a line above the title.
    pub above: Vec<String>,
    pub title: String,
    /// Period, moment of counting: lines under the title.
    pub below: Vec<String>,
    /// Rows of headings from above to below.
    pub heads: Vec<Vec<Head>>,
    pub rows: Vec<Line>,
    /// Notes under the table.
    pub notes: Vec<String>,
    /// Widths of columns in characters; the last one holds for all others.
    pub widths: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    pub cells: Vec<Cell>,
    /// A sum: bold.
    pub sum: bool,
}

/// The same table as a paper of `head`, to be signed by these.
pub fn printed(sheet: &Sheet, head: PaperHead, signatures: Vec<Signature>) -> Paper {
    let row = |line: &Line| Row {
        cells: line.cells.iter().map(word).collect(),
        sum: line.sum,
    };
    // The agency stands in the head already; what follows it is the number of the form.
    let citation = sheet.above.get(1..).unwrap_or_default().join(" · ");
    Paper {
        layout: Layout::Table,
        title: sheet.title.clone(),
        citation,
        head,
        body: Body::Table(Box::new(Table {
            below: sheet.below.clone(),
            heads: sheet.heads.clone(),
            rows: sheet.rows.iter().map(row).collect(),
            widths: sheet.widths.clone(),
        })),
        signatures,
        footnotes: sheet.notes.clone(),
        ..Paper::default()
    }
}

fn word(cell: &Cell) -> Word {
    let right = |words: String| Word {
        words,
        right: true,
        faint: false,
    };
    match cell {
        Cell::Text(words) => Word {
            words: words.clone(),
            ..Word::default()
        },
        Cell::Count(count) => right(grouped(i64::try_from(*count).unwrap_or(i64::MAX))),
        Cell::Decimal(number) => right(decimal(*number)),
        Cell::Nothing(why) => Word {
            words: why.clone(),
            right: true,
            faint: true,
        },
    }
}

/// `1.234,50`
fn decimal(number: f64) -> String {
    let written = format!("{:.2}", number.abs());
    let (whole, part) = written.split_once('.').unwrap_or((&written, "00"));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    let minus = if number < 0.0 { "-" } else { "" };
    format!("{minus}{whole},{part}")
}

/// The bytes of a workbook. `day`: (year, month, day) on which it was made, written into the file.
///
/// # Errors
/// Where a sheet's name or size is more than the format holds.
pub fn workbook(sheets: &[Sheet], day: (u16, u8, u8)) -> Result<Vec<u8>, SheetFault> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(day.0, day.1, day.2)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for sheet in sheets {
        write(book.add_worksheet(), sheet)?;
    }
    Ok(book.save_to_buffer()?)
}

fn write(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_name(&sheet.name)?;
    page.set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    let heads = sheet
        .heads
        .iter()
        .map(|row| row.iter().map(|head| head.span).sum());
    let columns: u16 = heads.max().unwrap_or(1).max(1);
    for column in 0..columns {
        let width = sheet
            .widths
            .get(usize::from(column))
            .or(sheet.widths.last());
        page.set_column_width(column, width.copied().unwrap_or(10.0))?;
    }
    let plain = Format::new()
        .set_font_name("Times New Roman")
        .set_font_size(12.0);
    let bold = plain.clone().set_bold();
    let centred = bold
        .clone()
        .set_align(FormatAlign::Center)
        .set_font_size(13.0);
    let mut row = 0;
    for line in &sheet.above {
        page.write_string_with_format(row, 0, line, &plain)?;
        row += 1;
    }
    row += 1;
    wide(page, row, columns, &sheet.title, &centred)?;
    row += 1;
    let middle = plain.clone().set_align(FormatAlign::Center).set_italic();
    for line in &sheet.below {
        wide(page, row, columns, line, &middle)?;
        row += 1;
    }
    row += 1;
    let first = row;
    let head = bold
        .clone()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap()
        .set_background_color(Color::RGB(0x00E6_F0EF));
    for heads in &sheet.heads {
        let mut column = 0;
        for one in heads {
            match one.span {
                0 => continue,
                1 => drop(page.write_string_with_format(row, column, &one.words, &head)?),
                span => drop(page.merge_range(
                    row,
                    column,
                    row,
                    column + span - 1,
                    &one.words,
                    &head,
                )?),
            }
            column += one.span;
        }
        row += 1;
    }
    page.set_repeat_rows(first, row.saturating_sub(1).max(first))?;
    page.set_freeze_panes(row, 1)?;
    let cell = plain.clone().set_border(FormatBorder::Thin).set_text_wrap();
    for line in &sheet.rows {
        let format = match line.sum {
            true => cell.clone().set_bold(),
            false => cell.clone(),
        };
        for (column, one) in (0..).zip(&line.cells) {
            put(page, row, column, one, &format)?;
        }
        row += 1;
    }
    row += 1;
    for note in &sheet.notes {
        page.write_string_with_format(row, 0, note, &plain.clone().set_italic())?;
        row += 1;
    }
    Ok(())
}

fn put(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => page.write_string_with_format(row, column, text, format)?,
        #[allow(clippy::cast_precision_loss)] // counts of dossiers
        Cell::Count(count) => {
            let format = format.clone().set_num_format("#,##0");
            page.write_number_with_format(row, column, *count as f64, &format)?
        }
        Cell::Decimal(number) => {
            let format = format.clone().set_num_format("#,##0.00");
            page.write_number_with_format(row, column, *number, &format)?
        }
        Cell::Nothing(why) => {
            page.write_string_with_format(row, column, why, &format.clone().set_italic())?
        }
    };
    Ok(())
}

/// A line across all columns.
fn wide(
    page: &mut Worksheet,
    row: u32,
    columns: u16,
    words: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    match columns {
        1 => page.write_string_with_format(row, 0, words, format)?,
        columns => page.merge_range(row, 0, row, columns - 1, words, format)?,
    };
    Ok(())
}

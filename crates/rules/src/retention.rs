//! Until when personal answers and papers of an ended case are kept. Events stay for ever; they hold
//! nothing personal. The lengths come from fields, frames and papers, never from here.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use service::Definition;
use service::definition::{Code, FieldKind};

use crate::calendar::Calendar;
use crate::case::Case;

/// How long one thing is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    Forever,
    /// The last day; on the next one it is erased.
    Until(Date),
    /// The case is still open: the time has not begun.
    WhileOpen,
    /// Nobody said; the city's archive decides, the software erases nothing.
    NotStated,
}

/// What is kept how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// An answer, by field code (in a repeating group `group.field`).
    Answer(Code, Keep),
    Paper(Code, Keep),
}

/// Every answer and paper of a case with its date, in the order of the definition.
pub fn dates(definition: &Definition, case: &Case, calendar: &Calendar) -> Vec<Kept> {
    let ended = case.life.ended().map(|(_, at)| calendar.local(at).0);
    let keep = |said: Option<&str>| match (said, ended) {
        (None, _) => Keep::NotStated,
        (Some("forever"), _) => Keep::Forever,
        (Some(_), None) => Keep::WhileOpen,
        (Some(length), Some(ended)) => span(length)
            .and_then(|span| ended.checked_add(span).ok())
            .map_or(Keep::NotStated, Keep::Until),
    };
    let answers = definition.form.iter().flat_map(|page| {
        page.fields.iter().map(move |field| match &page.repeat {
            None => (field.code.clone(), field),
            Some(repeat) => (format!("{}.{}", repeat.code, field.code), field),
        })
    });
    let papers = definition.papers.iter();
    answers
        .map(|(code, field)| Kept::Answer(code, keep(field.keep.as_deref())))
        .chain(papers.map(|paper| Kept::Paper(paper.code.clone(), keep(paper.keep.as_deref()))))
        .collect()
}

/// The last day on which photos of an ended case are kept as they were sent: the shortest time that a field of photos
/// says, its own or its frame's. `None`: it is open, or nobody said.
pub fn photos_until(definition: &Definition, case: &Case, calendar: &Calendar) -> Option<Date> {
    let ended = calendar.local(case.life.ended()?.1).0;
    let fields = definition.form.iter().flat_map(|page| &page.fields);
    let photos = fields.filter(|field| field.kind == FieldKind::Photos);
    let lengths = photos.filter_map(|field| span(field.keep.as_deref()?));
    lengths
        .filter_map(|span| ended.checked_add(span).ok())
        .min()
}

/// The answers whose time is over on a day.
pub fn erasable(
    definition: &Definition,
    case: &Case,
    calendar: &Calendar,
    today: Date,
) -> Vec<Code> {
    let over = |kept| match kept {
        Kept::Answer(code, Keep::Until(last)) => (last < today).then_some(code),
        Kept::Answer(..) | Kept::Paper(..) => None,
    };
    let dates = dates(definition, case, calendar).into_iter();
    dates.filter_map(over).collect()
}

/// `10 years`, `1 year`, `18 months`, `30 days`. `None`: not a length (the gate refuses it before).
fn span(text: &str) -> Option<Span> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: i64 = number
        .parse()
        .ok()
        .filter(|number| (0..=1000).contains(number))?;
    match unit.trim() {
        "year" | "years" => Some(number.years()),
        "month" | "months" => Some(number.months()),
        "day" | "days" => Some(number.days()),
        _ => None,
    }
}

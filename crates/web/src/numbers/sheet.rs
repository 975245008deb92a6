//! Form II.06a, the index of QĐ 766 and the scores of units as spreadsheets and as papers to be signed, with the
//! numbers of the pages.

use axum::extract::{Query, State};
use axum::response::Response;
use papers::Signature;
use papers::compose::{Numbered, head_of};
use papers::sheet::{Cell, Head, Line, Sheet, printed};
use rules::index::period::Length;

use super::asked::{Ask, Asked, period_words};
use super::counted::Counted;
use super::index::{Measured, Value, measured};
use super::report::{By, COLUMNS, Form, column, count};
use super::scores::{self, Row};
use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::ask::day_of;
use crate::leader::export;
use crate::leader::words;
use crate::papers::file;
use crate::say;
use crate::text::Lang;
use crate::visit::Visit;

/// `GET /numbers/report.xlsx`
pub async fn report(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    spreadsheet(counted_report(&hall, &visit, asked))
}

/// `GET /numbers/report.pdf`
pub async fn report_paper(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let counted = counted_report(&hall, &visit, asked);
    paper(&hall, counted).await
}

/// A table that was counted, and what was asked.
struct Made {
    name: String,
    ask: Ask,
    sheet: Sheet,
}

fn spreadsheet(made: Made) -> Result<Response, Failure> {
    let name = format!("{}.xlsx", made.name);
    export::workbook(&name, &[made.sheet], day_of(made.ask.as_of))
}

/// On paper it is the word of the agency whose figures it shows; nobody has signed it yet.
async fn paper(hall: &Hall, made: Made) -> Result<Response, Failure> {
    let law = hall.law();
    let issuer = match made.ask.asked.unit.as_str() {
        "" => {
            let mut units = law.organisation.units.iter();
            units
                .find(|unit| unit.parent.is_none())
                .map(|unit| unit.code.clone())
        }
        unit => Some(unit.to_owned()),
    };
    let numbered = Numbered {
        issuer: issuer.unwrap_or_default(),
        ..Numbered::default()
    };
    let signs = |title: &str, how: &str| Signature {
        title: title.to_owned(),
        how: how.to_owned(),
        ..Signature::default()
    };
    let head = head_of(&law.organisation, &numbered, day_of(made.ask.as_of));
    let signatures = vec![
        signs("Người lập biểu", "(Ký và ghi rõ họ tên)"),
        signs("Thủ trưởng cơ quan", "(Ký, đóng dấu)"),
    ];
    let paper = printed(&made.sheet, head, signatures);
    Ok(file::answer(file::printed(paper).await?, &made.name))
}

fn counted_report(hall: &Hall, visit: &Visit, asked: Asked) -> Made {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let form = {
        let ledger = hall.ledger();
        count(&Counted::of(&ledger, &law, &ask), l, By::of(&ask))
    };
    Made {
        name: format!("II.06a-{}", ask.period),
        sheet: sheet(l, &ask, &form, agency(visit, &law, &ask)),
        ask,
    }
}

fn agency(visit: &Visit, law: &actions::Law, ask: &Ask) -> String {
    match ask.asked.unit.as_str() {
        "" => visit.house.city.clone(),
        unit => words::unit(law, unit),
    }
}

fn sheet(l: Lang, ask: &Ask, form: &Form, agency: String) -> Sheet {
    let head = |words: &str, span| Head {
        words: words.to_owned(),
        span,
    };
    let mut names = vec![head("TT", 1), head(l.t("numbers.field"), 1)];
    let mut numbers = vec![head("(1)", 1), head("(2)", 1)];
    for number in COLUMNS {
        names.push(head(&l.of("numbers-column", &number.to_string(), &[]), 1));
        numbers.push(head(&format!("({number})"), 1));
    }
    let mut place = 0;
    let mut lines: Vec<Line> = form
        .lines
        .iter()
        .map(|line| {
            place += usize::from(!line.sum);
            let place = match line.sum {
                true => String::new(),
                false => place.to_string(),
            };
            cells(place, &line.name, &line.row, line.sum)
        })
        .collect();
    lines.push(cells(
        String::new(),
        l.t("numbers.total"),
        &form.total,
        true,
    ));
    Sheet {
        name: "II.06a".to_owned(),
        above: vec![agency, l.t("numbers.form-number").to_owned()],
        title: l.t("numbers.report-title").to_uppercase(),
        below: vec![period_line(l, ask)],
        heads: vec![
            vec![
                head("", 2),
                head(l.t("numbers.received"), 4),
                head(l.t("numbers.processed"), 4),
                head(l.t("numbers.in-process"), 3),
            ],
            names,
            numbers,
        ],
        rows: lines,
        notes: vec![l.t("numbers.report-notes").to_owned()],
        widths: vec![5.0, 44.0, 11.0],
    }
}

/// `Kỳ báo cáo: tháng 3/2026 (từ 01/03/2026 đến 31/03/2026)`
fn period_line(l: Lang, ask: &Ask) -> String {
    let day = |second: i64| say::date(rules::Moment::from_second(second).unwrap_or_default());
    let (from, to) = (day(ask.from.get()), day(ask.to.get() - 1));
    let words = period_words(l, ask.period);
    l.f(
        "numbers.period-line",
        &[("period", &words), ("from", &from), ("to", &to)],
    )
}

fn cells(place: String, name: &str, row: &rules::index::report_06a::Row, sum: bool) -> Line {
    let mut cells = vec![Cell::Text(place), Cell::Text(name.to_owned())];
    cells.extend(COLUMNS.map(|number| Cell::Count(column(row, number))));
    Line { cells, sum }
}

/// `GET /numbers/index.xlsx`
pub async fn index(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    spreadsheet(counted_index(&hall, &visit, asked).await?)
}

/// `GET /numbers/index.pdf`
pub async fn index_paper(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let counted = counted_index(&hall, &visit, asked).await?;
    paper(&hall, counted).await
}

async fn counted_index(hall: &Hall, visit: &Visit, asked: Asked) -> Result<Made, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Month);
    let index = &law.yardsticks.index;
    let entered = hall
        .reader()
        .entered_figures(&index.index, ask.period)
        .await?;
    let lens = super::lens(&law, &ask)?;
    let rows = {
        let ledger = hall.ledger();
        let counted = Counted::of(&ledger, &law, &ask);
        let all = measured(&counted, &lens, &entered);
        let mut rows = Vec::new();
        for group in &index.groups {
            let name = if l == Lang::En {
                &group.name_en
            } else {
                &group.name
            };
            let name = format!("{}. {name}", group.code);
            let head = [Cell::Text(String::new()), Cell::Text(name)];
            rows.push(Line {
                cells: head.into(),
                sum: true,
            });
            let own = all.iter().filter(|one| one.metric.group == group.code);
            rows.extend(own.map(|one| index_line(l, one)));
        }
        rows
    };
    let heads = [
        "metric-code",
        "metric",
        "numerator",
        "denominator",
        "share",
        "points",
        "at-most",
        "source",
    ];
    let head = |word: &&str| Head {
        words: l.of("numbers-sheet", word, &[]),
        span: 1,
    };
    let sheet = Sheet {
        name: "766".to_owned(),
        above: vec![agency(visit, &law, &ask)],
        title: l.t("numbers.index-title").to_uppercase(),
        below: vec![period_line(l, &ask)],
        heads: vec![heads.iter().map(head).collect()],
        rows,
        notes: vec![l.f(
            "numbers.index-source",
            &[("source", &index.source), ("version", &index.version)],
        )],
        widths: vec![8.0, 60.0, 12.0, 12.0, 12.0, 10.0, 10.0, 40.0],
    };
    Ok(Made {
        name: format!("766-{}", ask.period),
        sheet,
        ask,
    })
}

fn index_line(l: Lang, one: &Measured<'_>) -> Line {
    let none = || Cell::Nothing(l.t("numbers.unknown").to_owned());
    let decimal = |n: Option<f64>| n.map_or_else(none, Cell::Decimal);
    let (numerator, denominator) = match one.value {
        Value::Share {
            numerator,
            denominator,
        } => (Some(numerator), Some(denominator)),
        _ => (None, None),
    };
    let share = match one.value {
        Value::Days { mean, .. } => Some(mean),
        _ => one.share(),
    };
    let source = one
        .entered
        .as_ref()
        .map_or_else(String::new, |(figure, _)| {
            format!("{}, {}", figure.source, figure.on.strftime("%d/%m/%Y"))
        });
    let name = match l {
        Lang::En => &one.metric.name_en,
        Lang::Vi => &one.metric.name,
    };
    let cells = vec![
        Cell::Text(one.metric.code.clone()),
        Cell::Text(name.clone()),
        decimal(numerator),
        decimal(denominator),
        decimal(share),
        decimal(one.points),
        Cell::Decimal(one.metric.max),
        Cell::Text(source),
    ];
    Line { cells, sum: false }
}

/// `GET /numbers/scores.xlsx`
pub async fn scores(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    spreadsheet(counted_scores(&hall, &visit, asked).await?)
}

/// `GET /numbers/scores.pdf`
pub async fn scores_paper(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let counted = counted_scores(&hall, &visit, asked).await?;
    paper(&hall, counted).await
}

async fn counted_scores(hall: &Hall, visit: &Visit, asked: Asked) -> Result<Made, Failure> {
    let (l, law) = (visit.lang, hall.law());
    let ask = asked.understood(hall.now(), Length::Quarter);
    let scoring = &law.yardsticks.scoring;
    let entered = scores::entered(hall, &ask).await?;
    let lens = super::lens(&law, &ask)?;
    let rows = {
        let (ledger, facts) = (hall.ledger(), hall.facts());
        let counted = Counted::of(&ledger, &law, &ask);
        let rows = scores::rows(&counted, &facts, &entered, lens);
        rows.iter().map(|row| score_line(l, row)).collect()
    };
    let head = |words: String| Head { words, span: 1 };
    let mut heads = vec![
        head(l.t("numbers.unit").to_owned()),
        head(l.t("numbers.dossiers").to_owned()),
    ];
    heads.extend(
        scoring
            .indicators
            .iter()
            .map(|one| head(one.number.to_string())),
    );
    heads.push(head(l.of("numbers-sheet", "least", &[])));
    heads.push(head(l.of("numbers-sheet", "most", &[])));
    heads.push(head(l.t("numbers.grade").to_owned()));
    let mut notes = vec![l.f("numbers.scores-says", &[("basis", &scoring.basis)])];
    let names = scoring.indicators.iter();
    let names = names.map(|one| format!("{}: {}", one.number, scores::name(l, one)));
    notes.push(names.collect::<Vec<_>>().join("; "));
    let sheet = Sheet {
        name: l.of("numbers-page", "scores", &[]),
        above: vec![agency(visit, &law, &ask)],
        title: l.t("numbers.scores-title").to_uppercase(),
        below: vec![period_line(l, &ask)],
        heads: vec![heads],
        rows,
        notes,
        widths: [&[44.0, 10.0][..], &[7.0; 9], &[10.0, 10.0, 20.0]].concat(),
    };
    Ok(Made {
        name: format!("scores-{}", ask.period),
        sheet,
        ask,
    })
}

fn score_line(l: Lang, row: &Row<'_>) -> Line {
    let scored = &row.scored;
    let mut cells = vec![Cell::Text(row.name.clone()), Cell::Count(scored.dossiers)];
    cells.extend(scored.lines.iter().map(|line| match line.score {
        Some(score) => Cell::Decimal(score),
        None => Cell::Nothing(l.t("numbers.unknown").to_owned()),
    }));
    cells.push(Cell::Decimal(scored.least));
    cells.push(Cell::Decimal(scored.most));
    let grade = scored.grade.map(|grade| match l {
        Lang::En => grade.name_en.clone(),
        Lang::Vi => grade.name.clone(),
    });
    cells.push(match grade {
        Some(grade) => Cell::Text(grade),
        None => Cell::Nothing(l.t("numbers.grade-open").to_owned()),
    });
    Line { cells, sum: false }
}

//! `/moderation/{code}/photos/{hash}`: rectangles over a photo, drawn by finger or mouse, or typed in percent. The copy
//! that everybody sees from then on is drawn anew; this photo stays for those who may see it.

use actions::shown::{MOST_AREAS, Wish};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::case::shown::{Area, Photo};
use store::Seen;

use super::one::says;
use super::report;
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::public::report::pictures;
use crate::redirect;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

/// Rows to type into where nothing is drawn by script.
const ROWS: usize = 6;
const SIDES: [&str; 4] = ["x", "y", "width", "height"];

/// Rows as typed: percent from the left, from the top, wide, high.
type Rows = Vec<[String; 4]>;

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, hash)): Path<(String, String)>,
) -> Result<Markup, Failure> {
    let seen = found(&hall, &visit, &code, &hash).await?;
    let rows = match seen.case.shown.photos.get(&hash) {
        Some(Photo::Blurred { areas, .. }) => areas.iter().map(row).collect(),
        _ => Vec::new(),
    };
    Ok(draw(&visit, &seen, &hash, rows, "", None))
}

pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    Path((code, hash)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Failure> {
    let seen = found(&hall, &visit, &code, &hash).await?;
    let (l, rows, reason) = (visit.lang, typed(&posted), posted.get("reason"));
    let again = |wrong: String, status: StatusCode| {
        let rows = rows.clone();
        let page = draw(&visit, &seen, &hash, rows, reason, Some(&wrong));
        Ok((status, page).into_response())
    };
    let areas = match areas(l, &rows) {
        Ok(areas) => areas,
        Err(wrong) => return again(wrong, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let wish = Wish::BlurPhoto(hash.clone(), areas);
    let version = posted.number("version");
    let city = hall.city();
    match city
        .moderate(&visit.person, &seen.case, version, wish, reason)
        .await
    {
        Ok(after) => {
            let to = format!("/moderation/{}?said=done", encode(&after.code));
            Ok(redirect::to(&to).into_response())
        }
        Err(error) => {
            let (wrong, status) = says(l, error)?;
            again(wrong, status)
        }
    }
}

/// The report, where this is one of its photos.
async fn found(hall: &Hall, visit: &Visit, code: &str, hash: &str) -> Result<Seen, Failure> {
    let seen = report(hall, visit, code).await?;
    let files = hall.reader().attachments(seen.case.id).await?;
    match pictures(&files, |file| file.hash == hash).is_empty() {
        false => Ok(seen),
        true => Err(Failure::NotFound),
    }
}

/// Rows that have anything in them.
fn typed(posted: &Posted) -> Rows {
    let columns: Vec<Vec<&str>> = SIDES
        .iter()
        .map(|side| posted.all(side).collect())
        .collect();
    let most = columns
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .min(MOST_AREAS);
    let cell = |side: usize, row: usize| {
        let value = columns[side].get(row).copied().unwrap_or_default();
        value.trim().chars().take(12).collect::<String>()
    };
    let rows = (0..most).map(|row| [cell(0, row), cell(1, row), cell(2, row), cell(3, row)]);
    rows.filter(|row| row.iter().any(|cell| !cell.is_empty()))
        .collect()
}

fn areas(l: Lang, rows: &[[String; 4]]) -> Result<Vec<Area>, String> {
    let mut areas = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        let part = |side: usize| thousandths(&row[side]);
        let area = match (part(0), part(1), part(2), part(3)) {
            (Some(x), Some(y), Some(width), Some(height)) => Some(Area {
                x,
                y,
                width,
                height,
            }),
            _ => None,
        };
        match area.filter(Area::is_sound) {
            Some(area) => areas.push(area),
            None => return Err(l.f("moderation.bad-area", &[("n", &(i + 1))])),
        }
    }
    match areas.is_empty() {
        true => Err(l.t("moderation.no-area").to_owned()),
        false => Ok(areas),
    }
}

/// `12,5` percent are 125 thousandths.
fn thousandths(percent: &str) -> Option<u16> {
    let percent: f64 = percent.replace(',', ".").parse().ok()?;
    if !(0.0..=100.0).contains(&percent) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1000"
    )]
    let whole = (percent * 10.0).round() as u16;
    Some(whole)
}

fn row(area: &Area) -> [String; 4] {
    [area.x, area.y, area.width, area.height].map(|part| match part % 10 {
        0 => (part / 10).to_string(),
        rest => format!("{}.{rest}", part / 10),
    })
}

fn draw(
    visit: &Visit,
    seen: &Seen,
    hash: &str,
    rows: Rows,
    reason: &str,
    wrong: Option<&str>,
) -> Markup {
    let (l, case) = (visit.lang, &seen.case);
    let back = format!("/moderation/{}", encode(&case.code));
    let drawn: Vec<Area> = rows
        .iter()
        .filter_map(|row| areas(l, std::slice::from_ref(row)).ok())
        .flatten()
        .collect();
    let mut rows = rows;
    let shown = (rows.len() + 2).clamp(ROWS, MOST_AREAS);
    rows.resize(shown, Default::default());
    page(
        &visit.frame(),
        l.t("moderation.blur"),
        html! {
            (crumbs(l, &[("/moderation", l.t("moderation.title")), (back.as_str(), l.t("moderation.heading"))]))
            h1 { (l.t("moderation.blur")) }
            p { (l.t("moderation.blur-says")) }
            @if let Some(wrong) = wrong { div role="alert" tabindex="-1" autofocus { (note(Tone::Late, &html! { p { (wrong) } })) } }
            form.split method="post" data-cover {
                div {
                    div.cover {
                        img src={ "/cases/" (encode(&case.code)) "/files/" (hash) } alt=(l.t("moderation.blur-photo"));
                        svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" data-cover-board {
                            @for area in &drawn { rect x=(area.x) y=(area.y) width=(area.width) height=(area.height) {} }
                        }
                    }
                    p.small.muted data-cover-hint hidden { (l.t("moderation.blur-draw")) }
                }
                div {
                    input type="hidden" name="version" value=(case.version);
                    fieldset.field {
                        legend { (l.t("moderation.areas")) }
                        p.help { (l.t("moderation.areas-says")) }
                        ol.areas data-cover-rows {
                            @for (i, row) in rows.iter().enumerate() {
                                li {
                                    @for (side, value) in SIDES.iter().zip(row) {
                                        label { span { (l.of("moderation-side", side, &[])) span.hidden-words { " " (l.f("moderation.area", &[("n", &(i + 1))])) } } input type="text" inputmode="decimal" name=(side) value=(value) autocomplete="off"; }
                                    }
                                }
                            }
                        }
                        p { button.btn.quiet type="button" data-cover-clear hidden { (l.t("moderation.clear")) } }
                    }
                    div.field {
                        label for="reason" { (l.t("moderation.reason")) }
                        p.help #reason-help { (l.t("moderation.reason-says")) }
                        textarea #reason name="reason" rows="2" maxlength="1000" aria-describedby="reason-help" { (reason) }
                    }
                    p.acts { button.btn.go type="submit" { (l.t("moderation.blur-do")) } a.btn.quiet href=(back) { (l.t("apply.back")) } }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_are_read_and_written() {
        for (typed, expected) in [
            ("12,5", Some(125)),
            ("12.5", Some(125)),
            ("0", Some(0)),
            ("100", Some(1000)),
            ("100.1", None),
            ("-1", None),
            ("NaN", None),
            ("1e9", None),
            ("", None),
        ] {
            assert_eq!(thousandths(typed), expected, "{typed}");
        }
        let area = Area {
            x: 125,
            y: 0,
            width: 300,
            height: 1,
        };
        assert_eq!(row(&area), ["12.5", "0", "30", "0.1"]);
        assert_eq!(areas(Lang::Vi, &[row(&area)]), Ok(vec![area]));
        assert!(areas(Lang::Vi, &[["90", "0", "20", "5"].map(str::to_owned)]).is_err());
        assert!(areas(Lang::Vi, &[]).is_err());
    }
}

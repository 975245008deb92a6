//! What people fill in: a plausible answer to every field of a form, by its kind. Invented.

use rules::case::Spot;
use rules::organisation::Area;
use serde_json::{Value as Json, json};
use service::definition::{Definition, Field, FieldKind, Page};
use service::expr::Scope;
use service::{Answers, walk};

use super::dice::Dice;
use super::script::Script;

/// Where a synthetic person stands.
pub struct Scene<'a> {
    pub area: &'a Area,
    pub spot: Spot,
    pub street: String,
    /// A unit that can be given a task, for fields of type `unit`.
    pub units: &'a [String],
    pub today: jiff::civil::Date,
}

/// Answers to the whole form, hidden fields taken away and computed ones filled in.
pub fn fill(
    definition: &Definition,
    scene: &Scene<'_>,
    script: &Script,
    dice: &mut Dice,
) -> Answers {
    let mut answers = Answers::new();
    for page in &definition.form {
        match &page.repeat {
            None => {
                let filled = fields(definition, page, scene, script, dice);
                answers.extend(filled);
            }
            Some(repeat) => {
                let most = repeat.max.clamp(repeat.min.max(1), repeat.min.max(1) + 2);
                let rows = repeat.min.max(1) as usize
                    + dice.below((most - repeat.min.max(1) + 1) as usize);
                let rows: Vec<Json> = (0..rows)
                    .map(|_| Json::Object(fields(definition, page, scene, script, dice)))
                    .collect();
                answers.insert(repeat.code.clone(), Json::Array(rows));
            }
        }
    }
    walk::settled(
        definition,
        &Scope::of(definition, &answers).today(scene.today),
    )
}

fn fields(
    definition: &Definition,
    page: &Page,
    scene: &Scene<'_>,
    script: &Script,
    dice: &mut Dice,
) -> Answers {
    let mut filled = Answers::new();
    for field in &page.fields {
        let needed =
            field.required || field.required_when.is_some() || field.kind == FieldKind::Place;
        if field.value.is_some() || (!needed && field.from.is_none() && !dice.chance(0.35)) {
            continue;
        }
        if let Some(answer) = one(definition, field, scene, script, dice) {
            filled.insert(field.code.clone(), answer);
        }
    }
    filled
}

fn one(
    definition: &Definition,
    field: &Field,
    scene: &Scene<'_>,
    script: &Script,
    dice: &mut Dice,
) -> Option<Json> {
    Some(match &field.kind {
        FieldKind::LongText | FieldKind::Text if field.code.contains("name") => {
            json!(script.person(dice))
        }
        FieldKind::LongText => {
            json!(script.report(
                &definition.service,
                &definition.name.vi,
                &scene.street,
                dice
            ))
        }
        FieldKind::Text if field.pattern.is_some() => {
            json!(format!("CT {:06}", dice.below(1_000_000)))
        }
        FieldKind::Text => json!(scene.street.clone()),
        FieldKind::Whole => json!(lowest(field).max(1.0) as i64 + dice.below(3) as i64),
        FieldKind::Decimal(_) => {
            json!((lowest(field).max(1.0) + dice.between(20.0, 160.0)).round())
        }
        FieldKind::Money => json!(dice.between(2.0, 900.0) as i64 * 1_000_000),
        FieldKind::YesNo => json!(dice.chance(0.12)),
        FieldKind::Date => {
            let days = i64::from(dice.throw() as u8 % 40);
            let ahead = field.code.contains("due") || field.code.contains("deadline");
            let span = jiff::Span::new().days(if ahead { days + 10 } else { -days });
            json!(scene.today.checked_add(span).ok()?.to_string())
        }
        FieldKind::Choice(_) => json!(choice(field, dice)?),
        FieldKind::Choices(_) => json!([choice(field, dice)?]),
        FieldKind::Phone => json!(format!("09{:08}", dice.below(100_000_000))),
        FieldKind::Email => json!(format!("nguoidan{}@example.vn", dice.below(9999))),
        FieldKind::PersonalId => json!(format!(
            "092{}{:08}",
            dice.below(2),
            dice.below(100_000_000)
        )),
        FieldKind::OrganisationId => json!(format!("18{:08}", dice.below(100_000_000))),
        FieldKind::Address => json!(format!("{}, {}", scene.street, scene.area.name)),
        FieldKind::Place => json!({
            "lat": scene.spot.lat, "lon": scene.spot.lon, "area": scene.area.code, "words": scene.street,
        }),
        FieldKind::Unit => json!(dice.pick(scene.units)?),
        FieldKind::Record => json!({
            "area": scene.area.code,
            "area_m2": 200.0,
            "zone": if scene.area.kind == "phường" { "urban" } else { "rural" },
            "owner": script.person(dice),
            "full_name": script.person(dice),
        }),
        FieldKind::Photos | FieldKind::File => return None,
    })
}

fn lowest(field: &Field) -> f64 {
    field
        .min
        .as_deref()
        .and_then(|min| min.parse().ok())
        .unwrap_or(0.0)
}

/// The first options are the usual ones.
fn choice(field: &Field, dice: &mut Dice) -> Option<String> {
    let weights: Vec<f64> = (1..=field.options.len())
        .map(|place| 1.0 / place as f64)
        .collect();
    field
        .options
        .get(dice.weighted(&weights))
        .map(|option| option.code.clone())
}

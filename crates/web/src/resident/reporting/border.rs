//! Near a border of communes: a point within some metres of two is not sent anywhere before the person says whose it is.

use super::*;

/// Metres: what phones and outlines are exact to.
const NEAR: f64 = 15.0;
/// The button that answers.
const SAYS: &str = "_area";

/// Code and name of the communes that the point may lie in, where that is more than one and none was named.
pub(super) fn asked(
    hall: &Hall,
    definition: &Definition,
    answers: &Answers,
) -> Result<Vec<(String, String)>, Failure> {
    let named = area_of(definition, answers).is_some_and(|area| !area.is_empty());
    let Some(spot) = spot_of(definition, answers).filter(|_| !named) else {
        return Ok(Vec::new());
    };
    let (law, today) = (hall.law(), hall.today()?);
    let about = law
        .organisation
        .areas_about(spot, today, &law.boundaries, NEAR);
    if about.len() < 2 {
        return Ok(Vec::new());
    }
    Ok(about
        .into_iter()
        .map(|area| (area.code.clone(), area.name.clone()))
        .collect())
}

/// The pressed answer as the commune of the place.
pub(super) fn answered(
    definition: &Definition,
    mut pairs: Vec<(String, String)>,
) -> Vec<(String, String)> {
    let said = pairs.iter().find(|(name, _)| name == SAYS);
    let said = said.map(|(_, area)| area.clone());
    let (Some(area), Some(field)) = (said, place_field(definition)) else {
        return pairs;
    };
    let name = format!("{}.area", field.code);
    pairs.retain(|(one, _)| *one != name);
    pairs.push((name, area));
    pairs
}

//! The page before sending: everything once more, who will get it and by when, and what was reported nearby.

use super::*;

use crate::redirect;

/// `GET /report/check/{key}`
pub async fn check(
    State(hall): State<Hall>,
    visit: Visit,
    Path(key): Path<String>,
) -> Result<Response, Failure> {
    let Some(filling) = Filling::load(&hall, &key, &visit.person).await? else {
        return already(&hall, &key).await;
    };
    check_page(&hall, &visit, &filling, None).await
}

pub(super) async fn check_page(
    hall: &Hall,
    visit: &Visit,
    filling: &Filling,
    refused: Option<String>,
) -> Result<Response, Failure> {
    let l = visit.lang;
    let law = hall.law();
    let definition = offered(&law, hall.today()?, &filling.service)?;
    let scope = filling.scope(hall, definition, Channel::Web)?;
    let (answers, problems) = judge_all(
        definition,
        &scope,
        &filling.files.iter().map(|f| f.what.clone()).collect(),
    );
    let back = form_address(filling, &definition.service);
    if !problems.is_empty() {
        return Ok(redirect::to(&back).into_response());
    }
    let forecast = match hall.city().foresee(&new_case(filling, &visit.person, true)) {
        Ok(forecast) => forecast,
        Err(ActionError::Refused(_)) => return Ok(redirect::to(&back).into_response()),
        Err(other) => return Err(other.into()),
    };
    let (areas, units) = (areas(hall)?, units(hall)?);
    let sheet = Sheet {
        lang: l,
        scope: service::expr::Scope::of(definition, &answers),
        problems: &[],
        areas: &areas,
        units: &units,
        known: &[],
        map: None,
    };
    let told = in_order(definition)
        .into_iter()
        .filter(|field| field.kind != FieldKind::Photos)
        .filter_map(|field| {
            let label = field.label.get(l.code()).to_owned();
            Some((label, answer_words(&sheet, field)?))
        })
        .collect();
    let spot = spot_of(definition, &answers);
    let area = area_of(definition, &answers);
    let said = words(&answers).to_owned();
    let near = near(hall, l, definition, spot, area.as_deref(), &said).await?;
    let (receiver, first) = receivers(hall, &forecast);
    let page = report::check(
        &visit.frame(),
        &report::Check {
            key: &filling.key,
            name: definition.name.get(l.code()),
            service: &definition.service,
            answers: told,
            kept: filling.files.iter().filter(|f| f.small.is_some()).collect(),
            receiver,
            first,
            by_when: forecast.due.map(|at| say::moment(l, at)),
            near,
            photo_place: match spot {
                Some(_) => None,
                None => photo_spot(filling).and_then(|spot| area_name(hall, spot)),
            },
            without_point: spot.is_none(),
            publish: definition.publishes(),
            signed_in: visit.person != Person::Nobody,
            refused,
        },
    );
    Ok(page.into_response())
}

/// Who works on it, and who reads it first where that is another.
fn receivers(hall: &Hall, forecast: &Forecast) -> (String, Option<String>) {
    let works = forecast.handler.as_ref().unwrap_or(&forecast.unit);
    let first = hall
        .law()
        .organisation
        .units
        .iter()
        .find(|unit| unit.kind == "centre-1022")
        .filter(|centre| centre.code != *works)
        .map(|centre| centre.name.clone());
    (unit_name(hall, works), first)
}

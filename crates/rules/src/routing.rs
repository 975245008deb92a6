//! Which unit gets it. A definition names units by rule; the rule is asked of the organisation as it
//! is on the day, so that a merged commune's successor is found without touching the definition.

use service::definition::UnitRule;
use service::table;

use crate::case::{Context, Refusal};
use crate::ids::UnitCode;
use crate::organisation::Unit;

/// The unit that `rule` names today.
///
/// # Errors
/// [`Refusal::NoUnit`] where no unit of today fits; [`Refusal::AnswerMissing`] where the rule reads an
/// answer that was not given.
pub fn unit(rule: &UnitRule, context: &Context<'_>) -> Result<UnitCode, Refusal> {
    match rule {
        UnitRule::Agency => context
            .agency
            .map(str::to_owned)
            .ok_or_else(|| nobody("agency")),
        UnitRule::Unit(code) => named(code, context),
        UnitRule::KindByArea { kind, area } => serving(kind, &context.needed(area)?, context),
        UnitRule::Answer(answer) => named(&context.needed(answer)?, context),
        UnitRule::Table { table, column } => {
            let scope = context.scope();
            let decided = table::decide(context.given.definition, table, &scope)?;
            let column = column.as_deref().unwrap_or_default();
            let written = decided.get(column).ok_or_else(|| nobody(table))?;
            match service::read::unit_rule(written) {
                // A table that sends on to a table would be a riddle; the gate refuses it too.
                None | Some(UnitRule::Table { .. }) => Err(nobody(written)),
                Some(rule) => unit(&rule, context),
            }
        }
    }
}

/// This very unit; its only heir where it is gone; else the one city-wide unit of that kind.
fn named(code: &str, context: &Context<'_>) -> Result<UnitCode, Refusal> {
    let (organisation, today) = (context.given.organisation, context.given.today());
    if let [heir] = organisation.heirs(code, today)[..] {
        return Ok(heir.code.clone());
    }
    let mut city_wide = organisation
        .units_on(today)
        .filter(|unit| unit.kind == code && unit.areas.is_empty());
    match (city_wide.next(), city_wide.next()) {
        (Some(unit), None) => Ok(unit.code.clone()),
        _ => Err(nobody(code)),
    }
}

/// The unit of this kind that serves the area: the narrowest, or the city-wide one where none is.
fn serving(kind: &str, area: &str, context: &Context<'_>) -> Result<UnitCode, Refusal> {
    let today = context.given.today();
    let of_kind = context
        .given
        .organisation
        .units_on(today)
        .filter(|unit| unit.kind == kind);
    let serves = |unit: &&Unit| unit.areas.is_empty() || unit.areas.iter().any(|own| own == area);
    of_kind
        .filter(serves)
        .min_by_key(|unit| match unit.areas.len() {
            0 => usize::MAX,
            narrow => narrow,
        })
        .map(|unit| unit.code.clone())
        .ok_or_else(|| nobody(&format!("{kind} by {area}")))
}

fn nobody(rule: &str) -> Refusal {
    Refusal::NoUnit {
        rule: rule.to_owned(),
    }
}

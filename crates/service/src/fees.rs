//! What is to be paid, from the answers. Whole đồng; what was paid already is the case's own account.

use serde::Serialize;
use serde_json::Value as Json;

use crate::definition::{Code, Definition, Fee};
use crate::expr::{Fault, Scope, evaluate, holds};
use crate::text::Text;

/// A fee that these answers cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeeDue {
    pub code: Code,
    pub label: Text,
    /// Whole đồng, half a đồng up, at most the cap of the fee: what is due where no exemption is confirmed.
    pub amount: i64,
    /// The step whose outcome waits for the money.
    pub due: Option<Code>,
    /// By these answers the applicant claims to be exempt.
    pub claimed: bool,
}

impl FeeDue {
    /// What is to be paid if the claim is true.
    pub fn owed(&self) -> i64 {
        match self.claimed {
            true => 0,
            false => self.amount,
        }
    }
}

/// The fees of these answers (settled ones: `walk::settled`), in the order of the file.
///
/// # Errors
/// [`Fault::Unanswered`] while an answer that the amount needs is missing; [`Fault::WrongKind`] for
/// an amount that is no number or below zero; whatever the expression does wrong.
pub fn due(definition: &Definition, scope: &Scope) -> Result<Vec<FeeDue>, Fault> {
    let scope = Scope {
        definition: Some(definition),
        ..*scope
    };
    let dues = definition.fees.iter().map(|fee| of_fee(fee, &scope));
    dues.filter_map(Result::transpose).collect()
}

/// Those of which the answers given so far tell the amount.
pub fn known(definition: &Definition, scope: &Scope) -> Vec<FeeDue> {
    let scope = Scope {
        definition: Some(definition),
        ..*scope
    };
    let dues = definition.fees.iter().map(|fee| of_fee(fee, &scope));
    dues.filter_map(Result::ok).flatten().collect()
}

fn of_fee(fee: &Fee, scope: &Scope) -> Result<Option<FeeDue>, Fault> {
    if let Some(when) = &fee.when
        && !holds(when, scope)?
    {
        return Ok(None);
    }
    let amount = match evaluate(&fee.amount, scope)? {
        Json::Null => return Err(Fault::Unanswered(fee.label.vi.clone())),
        Json::Number(n) => n.as_f64().filter(|n| *n >= 0.0),
        _ => None,
    }
    .ok_or_else(|| Fault::WrongKind {
        what: fee.code.clone(),
        got: fee.amount.0.clone(),
    })?;
    let claimed = match &fee.exempt {
        Some(exempt) => holds(exempt, scope)?,
        None => false,
    };
    let amount = (amount + 0.5).floor() as i64;
    Ok(Some(FeeDue {
        code: fee.code.clone(),
        label: fee.label.clone(),
        amount: fee.cap.map_or(amount, |cap| amount.min(cap)),
        due: fee.due.clone(),
        claimed,
    }))
}

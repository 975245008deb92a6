//! What is to be paid, from the answers. Whole đồng; who pays how is `links`' business.

use serde::Serialize;
use serde_json::Value as Json;

use crate::definition::{Code, Definition};
use crate::expr::{Fault, Scope, evaluate, holds};
use crate::text::Text;

/// A fee that these answers cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeeDue {
    pub code: Code,
    pub label: Text,
    /// Whole đồng, half a đồng up, at most the cap of the fee. Zero where it is waived.
    pub amount: i64,
    /// The step whose outcome waits for the money.
    pub due: Option<Code>,
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
    let mut dues = Vec::new();
    for fee in &definition.fees {
        if let Some(when) = &fee.when
            && !holds(when, &scope)?
        {
            continue;
        }
        let amount = match evaluate(&fee.amount, &scope)? {
            Json::Null => return Err(Fault::Unanswered(fee.label.vi.clone())),
            Json::Number(n) => n.as_f64().filter(|n| *n >= 0.0),
            _ => None,
        }
        .ok_or_else(|| Fault::WrongKind {
            what: fee.code.clone(),
            got: fee.amount.0.clone(),
        })?;
        let amount = (amount + 0.5).floor() as i64;
        dues.push(FeeDue {
            code: fee.code.clone(),
            label: fee.label.clone(),
            amount: fee.cap.map_or(amount, |cap| amount.min(cap)),
            due: fee.due.clone(),
        });
    }
    Ok(dues)
}

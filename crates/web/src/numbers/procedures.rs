//! What the counting needs of the definitions of procedures, looked up once for a question: their longest
//! time, which of their steps receive, sign or ask other units.

use std::collections::HashMap;

use actions::Law;
use jiff::civil::Date;
use rules::index::integrity::Promised;
use rules::index::lateness::Steps;
use rules::index::{Ledger, Name};
use rules::process::Flow;
use service::definition::{Definition, Limit, LimitRule};

#[derive(Debug, Clone, Default)]
pub struct Procedure {
    /// `None`: by a table, or none.
    pub most: Option<Limit>,
    pub steps: Steps,
    pub promised: Promised,
}

#[derive(Debug, Clone, Default)]
pub struct Procedures {
    of: HashMap<Name, Procedure>,
    none: Procedure,
}

impl Procedures {
    pub fn of(ledger: &Ledger, law: &Law, on: Date) -> Self {
        let mut of = HashMap::new();
        for published in law.catalogue.all(on) {
            let definition = &published.definition;
            if let Some(service) = ledger.names.find(&definition.service) {
                of.insert(service, procedure(ledger, definition));
            }
        }
        let none = Procedure::default();
        Self { of, none }
    }

    /// What is known of a service; nothing where it is not published any more.
    pub fn get(&self, service: Name) -> &Procedure {
        self.of.get(&service).unwrap_or(&self.none)
    }
}

fn procedure(ledger: &Ledger, definition: &Definition) -> Procedure {
    let flow = Flow::of(definition);
    let named = |code: &String| ledger.names.find(code);
    let chosen = |wanted: &dyn Fn(&service::definition::Step) -> bool| {
        let steps = flow.steps().map(|(_, step)| step);
        let wanted = steps.filter(|step| wanted(step));
        wanted.filter_map(|step| named(&step.code)).collect()
    };
    let reception = flow.reception().and_then(|step| named(&step.code));
    Procedure {
        most: longest(definition.process.limit.as_ref()),
        steps: Steps {
            reception: reception.into_iter().collect(),
            signing: chosen(&|step| step.signs.is_some()),
            consulting: chosen(&|step| step.consult.is_some()),
        },
        promised: Promised {
            signs: flow.steps().any(|(_, step)| step.signs.is_some()),
        },
    }
}

/// The longest of the limits of one unit of time.
fn longest(rule: Option<&LimitRule>) -> Option<Limit> {
    match rule? {
        LimitRule::Fixed(limit) => Some(*limit),
        LimitRule::ByChannel(limits) => {
            let first = limits.first()?.1;
            let alike = limits.iter().map(|(_, limit)| *limit);
            alike
                .filter(|limit| limit.unit == first.unit)
                .max_by_key(|limit| limit.thousandths)
        }
        _ => None,
    }
}

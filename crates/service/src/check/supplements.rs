//! Part of check 4: where the law lets one role alone ask the applicant for a supplement, no other step does.

use super::Found;
use super::texts::steps;
use crate::definition::{Definition, Move};
use crate::supplement::is_supplement;

pub fn through(definition: &Definition) -> Vec<Found> {
    let Some(role) = &definition.process.clock.supplement_through else {
        return Vec::new();
    };
    let steps = steps(definition);
    let asks = |to: &Move| match to {
        Move::Step(code) => {
            (steps.iter()).any(|(_, step)| step.code == *code && is_supplement(step))
        }
        Move::Next | Move::End(_) => false,
    };
    let mut found = Vec::new();
    for (path, step) in steps.iter().filter(|(_, step)| step.by != *role) {
        for way in step.outcomes.iter().filter(|way| asks(&way.to)) {
            let says = format!(
                "Bước “{}” yêu cầu người dân bổ sung trực tiếp; theo khung chỉ vai trò “{role}” được yêu cầu.",
                step.code
            );
            found.push(
                Found::error(format!("{path}/outcomes/{}", way.code), says).instead(format!(
                    "{}: send_supplement (một bước do {role} làm)",
                    way.code
                )),
            );
        }
    }
    found
}

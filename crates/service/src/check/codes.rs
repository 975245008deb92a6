//! Check 2, the codes themselves: given once, and used.

use super::Found;
use super::texts::steps;
use crate::definition::{Definition, Node, PARTS};

/// Every code is given once in its kind.
pub fn given_once(definition: &Definition) -> Vec<Found> {
    let mut found = Vec::new();
    let mut top: Vec<(&str, String)> = Vec::new();
    for (at, page) in definition.form.iter().enumerate() {
        let fields = page.fields.iter().enumerate();
        let fields: Vec<(&str, String)> = fields
            .map(|(index, field)| {
                (
                    field.code.as_str(),
                    format!("form/{at}/fields/{index}/code"),
                )
            })
            .collect();
        match &page.repeat {
            Some(repeat) => {
                twice(&mut found, "ô", &fields);
                top.push((&repeat.code, format!("form/{at}/repeat/code")));
            }
            None => top.extend(fields),
        }
    }
    twice(&mut found, "ô", &top);
    let documents = definition.documents.iter().enumerate();
    let documents: Vec<_> = documents
        .map(|(at, d)| (d.code.as_str(), format!("documents/{at}/code")))
        .collect();
    twice(&mut found, "giấy tờ", &documents);
    let fees = definition.fees.iter().enumerate();
    let fees: Vec<_> = fees
        .map(|(at, fee)| (fee.code.as_str(), format!("fees/{at}/code")))
        .collect();
    twice(&mut found, "khoản phí", &fees);
    let mut all: Vec<(&str, String)> = steps(definition)
        .into_iter()
        .map(|(path, step)| (step.code.as_str(), format!("{path}/code")))
        .collect();
    for (at, node) in definition.process.steps.iter().enumerate() {
        match node {
            Node::Step(_) => {}
            Node::Parallel { code, .. } => all.push((code, format!("process/steps/{at}/parallel"))),
            Node::Each { code, .. } => all.push((code, format!("process/steps/{at}"))),
        }
    }
    twice(&mut found, "bước", &all);
    found
}

fn twice(found: &mut Vec<Found>, what: &str, codes: &[(&str, String)]) {
    for (at, (code, path)) in codes.iter().enumerate() {
        if !code.is_empty() && codes[..at].iter().any(|(before, _)| before == code) {
            found.push(Found::error(
                path,
                format!("Mã {what} “{code}” được dùng hai lần."),
            ));
        }
    }
}

/// Roles that do nothing.
pub fn unused_roles(definition: &Definition) -> Vec<Found> {
    let mut found = Vec::new();
    let known = |by: &str| {
        ["applicant", PARTS].contains(&by) || definition.roles.iter().any(|role| role.code == by)
    };
    if steps(definition).iter().any(|(_, step)| !known(&step.by)) {
        return found;
    }
    let named = |code: &str| {
        steps(definition).iter().any(|(_, step)| step.by == code)
            || definition
                .papers
                .iter()
                .any(|paper| paper.signed_by.as_deref() == Some(code))
            || definition.access.see.iter().any(|(who, _)| who == code)
    };
    for role in definition.roles.iter().filter(|role| !named(&role.code)) {
        let path = format!("roles/{}", role.code);
        found.push(Found::warning(
            path,
            format!("Vai trò “{}” không làm bước nào.", role.code),
        ));
    }
    found
}

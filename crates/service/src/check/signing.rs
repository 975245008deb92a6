//! Check 8: somebody, and only one, may sign every case. Check 9: nobody approves their own work.

use super::Found;
use super::samples::samples;
use super::texts::steps;
use crate::definition::{Definition, Delegation, Expr, Post, Role};
use crate::expr::holds;

pub fn delegations(definition: &Definition) -> Vec<Found> {
    let mut found = Vec::new();
    for role in definition
        .roles
        .iter()
        .filter(|role| !role.delegations.is_empty())
    {
        for (at, delegation) in role.delegations.iter().enumerate() {
            if let (Some(effective), Some(until)) = (definition.effective, delegation.until)
                && until < effective
            {
                let says =
                    format!("Ủy quyền này hết hạn ngày {until}, trước khi dịch vụ có hiệu lực.");
                found.push(Found::error(
                    format!("roles/{}/delegations/{at}/until", role.code),
                    says,
                ));
            }
        }
        cover(definition, role, &mut found);
    }
    for (path, step) in steps(definition)
        .iter()
        .filter(|(_, step)| step.signs.is_some())
    {
        let signer = definition.roles.iter().find(|role| role.code == step.by);
        let may = signer.is_some_and(|role| {
            role.authority.is_some() || !role.delegations.is_empty() || role.post > Post::Staff
        });
        if !may && signer.is_some() {
            found.push(
                Found::error(
                    format!("{path}/by"),
                    format!(
                        "Bước “{}” ký văn bản nhưng vai trò “{}” không có thẩm quyền ký.",
                        step.code, step.by
                    ),
                )
                .instead("authority: director of … (trong vai trò), hoặc post: head"),
            );
        }
    }
    found
}

/// Tries example applicants: none without a signer, none with two.
fn cover(definition: &Definition, role: &Role, found: &mut Vec<Found>) {
    let conditions: Vec<&Expr> = role
        .delegations
        .iter()
        .filter_map(|d| d.when.as_ref())
        .collect();
    let path = format!("roles/{}/delegations", role.code);
    let (mut gap, mut overlap) = (false, false);
    for sample in samples(definition, &conditions) {
        let scope = sample.scope(definition);
        // A condition that cannot be evaluated is check 3's to tell.
        let holding: Vec<usize> = (0..role.delegations.len())
            .filter(|&at| match &role.delegations[at].when {
                Some(when) => holds(when, &scope).unwrap_or(false),
                None => true,
            })
            .collect();
        if holding.is_empty() && role.authority.is_none() && !gap {
            gap = true;
            let says = format!("Không ai được ký cho trường hợp: {}.", sample.says());
            found.push(
                Found::error(&path, says)
                    .instead("authority: … (thẩm quyền gốc), hoặc thêm một ủy quyền"),
            );
        }
        let two = holding.iter().enumerate().find_map(|(at, &first)| {
            let second = holding[at + 1..]
                .iter()
                .find(|&&second| same_time(&role.delegations[first], &role.delegations[second]))?;
            Some((first, *second))
        });
        if let Some((first, second)) = two.filter(|_| !overlap) {
            overlap = true;
            let says = format!(
                "Hai ủy quyền (thứ {} và thứ {}) cùng đúng cho trường hợp: {}.",
                first + 1,
                second + 1,
                sample.says()
            );
            found.push(Found::error(format!("{path}/{second}"), says));
        }
    }
}

fn same_time(a: &Delegation, b: &Delegation) -> bool {
    let before = |a: &Delegation, b: &Delegation| matches!((a.until, b.from), (Some(until), Some(from)) if until < from);
    !before(a, b) && !before(b, a)
}

/// An approval or signature by the role that did the work before it.
pub fn separation(definition: &Definition) -> Vec<Found> {
    let steps = steps(definition);
    let mut found = Vec::new();
    for (at, (path, step)) in steps.iter().enumerate() {
        let approves = step.signs.is_some()
            || step
                .outcomes
                .iter()
                .any(|o| matches!(o.code.as_str(), "approved" | "signed"));
        if !approves || step.by == "applicant" {
            continue;
        }
        if let Some((_, prepared)) = steps[..at].iter().find(|(_, before)| before.by == step.by) {
            found.push(Found::warning(
                format!("{path}/by"),
                format!(
                    "Vai trò “{}” vừa làm bước “{}” vừa duyệt ở bước “{}”.",
                    step.by, prepared.code, step.code
                ),
            ));
        }
    }
    found
}

//! Who may sign, by what right, with which letters before the signature. Asked on the day of signing;
//! the grant used is stored with the signature.
//!
//! Letters: TM. on behalf of a committee, KT. a deputy for the head, TL. by order, TUQ. by delegation
//! (NĐ 30/2020). A delegate may not delegate further, so acting (KT.) goes with original authority only.

use jiff::civil::Date;
use service::definition::{Code, Delegation, Post, Role};

use crate::case::event::AuthorityUsed;
use crate::case::{Context, Refusal};
use crate::ids::UnitCode;
use crate::person::Actor;
use crate::routing;

/// A right to sign, in force today for this case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub right: Right,
    pub unit: UnitCode,
    pub post: Post,
    /// The word of the definition: `director`, `chairman`.
    pub title: Code,
    /// TM., KT., TL., TUQ. or empty.
    pub prefix: String,
    /// The decision it rests on; empty for original authority.
    pub basis: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    Delegated,
    Own,
    Acting,
}

/// Everybody who may sign as `role` today, delegates first: the city delegates so that they sign.
///
/// # Errors
/// As [`routing::unit`] and conditions that cannot be judged.
pub fn who_may_sign(role: &Role, context: &Context<'_>) -> Result<Vec<Grant>, Refusal> {
    let mut grants = Vec::new();
    let today = context.given.today();
    for delegation in &role.delegations {
        if in_force(delegation, today) && context.holds(delegation.when.as_ref())? {
            grants.push(Grant {
                right: Right::Delegated,
                unit: routing::unit(&delegation.to.unit, context)?,
                post: delegation.to.post,
                title: delegation.to.title.clone(),
                prefix: delegation.prefix.clone(),
                basis: delegation.basis.clone(),
            });
        }
    }
    if let Some(authority) = &role.authority {
        let own = Grant {
            right: Right::Own,
            unit: routing::unit(&authority.unit, context)?,
            post: authority.post,
            title: authority.title.clone(),
            prefix: match authority.title.as_str() {
                "chairman" => "TM.".to_owned(),
                _ => String::new(),
            },
            basis: String::new(),
        };
        let acting = role.acting.as_ref().map(|acting| Grant {
            right: Right::Acting,
            post: acting.post,
            prefix: acting.prefix.clone(),
            ..own.clone()
        });
        grants.push(own);
        grants.extend(acting);
    }
    Ok(grants)
}

/// The grant by which `actor` signs as `role` today.
///
/// # Errors
/// [`Refusal::NoAuthority`] where none of today's grants is theirs; else as [`who_may_sign`].
pub fn grant_for(role: &Role, actor: &Actor, context: &Context<'_>) -> Result<Grant, Refusal> {
    let Actor::Official { unit, post, .. } = actor else {
        return Err(Refusal::NoAuthority);
    };
    who_may_sign(role, context)?
        .into_iter()
        .find(|grant| grant.unit == *unit && grant.post == *post)
        .ok_or(Refusal::NoAuthority)
}

/// Does this role sign by a right at all, or by its place in the process alone?
pub fn needs_grant(role: &Role) -> bool {
    role.authority.is_some() || !role.delegations.is_empty()
}

fn in_force(delegation: &Delegation, today: Date) -> bool {
    delegation.from.is_none_or(|from| from <= today)
        && delegation.until.is_none_or(|until| today <= until)
}

impl From<Grant> for AuthorityUsed {
    fn from(grant: Grant) -> Self {
        AuthorityUsed {
            title: grant.title,
            unit: grant.unit,
            prefix: grant.prefix,
            basis: grant.basis,
        }
    }
}

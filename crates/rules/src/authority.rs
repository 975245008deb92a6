//! Who may sign, by what right, with which letters before the signature. Asked on the day of signing;
//! the grant used is stored with the signature.
//!
//! Two sources meet here. The definition states the original authority and the delegations it was written
//! with; the city's register of mandates says what was decided since. Where the register holds any mandate
//! for a signer, ended ones too, it replaces the definition's delegations: a default does not come back to
//! life when its successor is withdrawn (docs/decisions/007-mandates.md).
//!
//! Letters: TM. on behalf of a committee, KT. a deputy for the head, TL. by order, TUQ. by delegation
//! (NĐ 30/2020). A delegate may not delegate further, so acting (KT.) goes with original authority only.

use jiff::civil::Date;
use service::definition::{Code, Definition, Delegation, Post, Role, UnitRule};

use crate::case::event::AuthorityUsed;
use crate::case::{Context, Refusal};
use crate::ids::{MandateId, PersonId, UnitCode};
use crate::mandate::{At, Kind, Mandate, Office, Terms, Wrong};
use crate::organisation::{Organisation, Unit};
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
    pub decided: Option<Date>,
    /// In whose name, where that is another's.
    pub in_name_of: Option<Office>,
    pub mandate: Option<MandateId>,
    /// Only this person, where the decision names one.
    pub person: Option<PersonId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    Delegated,
    Assigned,
    Own,
    Acting,
}

impl Grant {
    pub fn office(&self) -> Office {
        Office {
            title: self.title.clone(),
            post: self.post,
            unit: self.unit.clone(),
        }
    }

    fn is_of(&self, id: PersonId, unit: &str, post: Post) -> bool {
        self.unit == unit && self.post == post && self.person.is_none_or(|named| named == id)
    }
}

/// Everybody who may sign as `role` today, delegates first: the city delegates so that they sign.
///
/// # Errors
/// As [`routing::unit`] and conditions that cannot be judged.
pub fn who_may_sign(role: &Role, context: &Context<'_>) -> Result<Vec<Grant>, Refusal> {
    let own = own_authority(role, context)?;
    let mut grants = given_on(role, own.as_ref(), context)?;
    let acting = role.acting.as_ref().zip(own.as_ref());
    let acting = acting.map(|(acting, own)| Grant {
        right: Right::Acting,
        post: acting.post,
        prefix: acting.prefix.clone(),
        in_name_of: Some(own.office()),
        ..own.clone()
    });
    grants.extend(own);
    grants.extend(acting);
    Ok(grants)
}

/// The grant by which `actor` signs as `role` today.
///
/// # Errors
/// [`Refusal::NoAuthority`] where none of today's grants is theirs; [`Refusal::MandateOver`] and
/// [`Refusal::MandateNotYet`] where one was or will be; else as [`who_may_sign`].
pub fn grant_for(role: &Role, actor: &Actor, context: &Context<'_>) -> Result<Grant, Refusal> {
    let Actor::Official { id, unit, post } = actor else {
        return Err(Refusal::NoAuthority);
    };
    let grants = who_may_sign(role, context)?;
    match grants.into_iter().find(|one| one.is_of(*id, unit, *post)) {
        Some(grant) => Ok(grant),
        None => Err(why_not(role, *id, unit, *post, context)),
    }
}

/// Does this role sign by a right at all, or by its place in the process alone?
pub fn needs_grant(role: &Role) -> bool {
    role.authority.is_some() || !role.delegations.is_empty()
}

fn own_authority(role: &Role, context: &Context<'_>) -> Result<Option<Grant>, Refusal> {
    let entered = entered(role, context, Kind::Own);
    if !entered.is_empty() {
        for mandate in entered {
            if let Some(grant) = by_mandate(mandate, Right::Own, context)? {
                return Ok(Some(grant));
            }
        }
        return Ok(None);
    }
    let Some(authority) = &role.authority else {
        return Ok(None);
    };
    Ok(Some(Grant {
        right: Right::Own,
        unit: routing::unit(&authority.unit, context)?,
        post: authority.post,
        title: authority.title.clone(),
        prefix: match authority.title.as_str() {
            "chairman" => "TM.".to_owned(),
            _ => String::new(),
        },
        basis: String::new(),
        decided: None,
        in_name_of: None,
        mandate: None,
        person: None,
    }))
}

/// What the owner gave on: as the register says, else as the definition does.
fn given_on(
    role: &Role,
    own: Option<&Grant>,
    context: &Context<'_>,
) -> Result<Vec<Grant>, Refusal> {
    let mut grants = Vec::new();
    let mut givers: Vec<Office> = own.map(Grant::office).into_iter().collect();
    let assigned = of_givers(entered(role, context, Kind::Assigned), &givers, own);
    let mut any = !assigned.is_empty();
    for mandate in assigned {
        if let Some(grant) = by_mandate(mandate, Right::Assigned, context)? {
            givers.push(grant.office());
            grants.push(grant);
        }
    }
    let delegated = of_givers(entered(role, context, Kind::Delegated), &givers, own);
    any |= !delegated.is_empty();
    for mandate in delegated.into_iter().rev() {
        if let Some(grant) = by_mandate(mandate, Right::Delegated, context)? {
            grants.insert(0, grant);
        }
    }
    if any {
        return Ok(grants);
    }
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
                decided: None,
                in_name_of: own.map(Grant::office),
                mandate: None,
                person: None,
            });
        }
    }
    Ok(grants)
}

/// Mandates of the register, of one kind, that speak of this role's papers in this service; past and future
/// ones too.
fn entered<'a>(role: &Role, context: &Context<'a>, kind: Kind) -> Vec<&'a Mandate> {
    let given = context.given;
    let papers = given.definition.papers.iter();
    let own: Vec<&Code> = papers
        .filter(|paper| paper.signed_by.as_ref() == Some(&role.code))
        .map(|paper| &paper.code)
        .collect();
    let speaks = |terms: &Terms| {
        let service = match terms.services.is_empty() {
            true => terms.from.is_some() && role.authority.is_some(),
            false => terms.services.contains(&given.definition.service),
        };
        let paper =
            terms.papers.is_empty() || terms.papers.iter().any(|paper| own.contains(&paper));
        terms.kind == kind && service && paper
    };
    let register = given.mandates.iter();
    register
        .filter(|mandate| mandate.in_register() && speaks(&mandate.terms))
        .collect()
}

/// Nobody gives what is not theirs: only what comes from one of the givers counts.
fn of_givers<'a>(
    mandates: Vec<&'a Mandate>,
    givers: &[Office],
    own: Option<&Grant>,
) -> Vec<&'a Mandate> {
    let from = |mandate: &&Mandate| {
        own.is_none()
            || mandate.terms.from.as_ref().is_some_and(|from| {
                let mut givers = givers.iter();
                givers.any(|giver| giver.unit == from.unit && giver.post == from.post)
            })
    };
    mandates.into_iter().filter(from).collect()
}

fn by_mandate(
    mandate: &Mandate,
    right: Right,
    context: &Context<'_>,
) -> Result<Option<Grant>, Refusal> {
    let terms = &mandate.terms;
    if !mandate.in_force(context.given.today())
        || !covers(terms, context)
        || !context.holds(terms.when.as_ref())?
    {
        return Ok(None);
    }
    Ok(receiving(terms, context).map(|unit| Grant {
        right,
        unit,
        post: terms.to.post,
        title: terms.to.title.clone(),
        prefix: terms.prefix.clone(),
        basis: terms.number.clone(),
        decided: Some(terms.decided),
        in_name_of: match right {
            Right::Delegated => terms.from.clone(),
            Right::Assigned | Right::Own | Right::Acting => None,
        },
        mandate: Some(mandate.id),
        person: terms.to.person,
    }))
}

fn covers(terms: &Terms, context: &Context<'_>) -> bool {
    terms.areas.is_empty()
        || context
            .area
            .is_some_and(|area| terms.areas.iter().any(|covered| covered == area))
}

fn receiving(terms: &Terms, context: &Context<'_>) -> Option<UnitCode> {
    let (organisation, today) = (context.given.organisation, context.given.today());
    let code = match &terms.to.at {
        At::Unit(unit) => unit.as_str(),
        At::Kind(_) => context.agency?,
    };
    let unit = organisation.unit(code, today)?;
    match &terms.to.at {
        At::Kind(kind) if unit.kind != *kind => None,
        At::Kind(_) | At::Unit(_) => Some(unit.code.clone()),
    }
}

/// The reason, where somebody could have signed on another day.
fn why_not(role: &Role, id: PersonId, unit: &str, post: Post, context: &Context<'_>) -> Refusal {
    let today = context.given.today();
    let theirs = |terms: &Terms| {
        terms.to.post == post
            && terms.to.person.is_none_or(|named| named == id)
            && receiving(terms, context).as_deref() == Some(unit)
    };
    let kinds = [Kind::Delegated, Kind::Assigned, Kind::Own];
    let mut entered = kinds
        .into_iter()
        .flat_map(|kind| entered(role, context, kind))
        .peekable();
    let mut from_register = entered.peek().is_some();
    for mandate in entered.filter(|mandate| theirs(&mandate.terms)) {
        from_register = true;
        let number = mandate.terms.number.clone();
        match mandate.last_day() {
            Some(last) if last < today => return Refusal::MandateOver { number, last },
            _ if today < mandate.terms.valid_from => {
                let from = mandate.terms.valid_from;
                return Refusal::MandateNotYet { number, from };
            }
            _ => {}
        }
    }
    let defaults = role.delegations.iter().filter(|_| !from_register);
    for delegation in defaults.filter(|delegation| delegation.to.post == post) {
        if routing::unit(&delegation.to.unit, context).as_deref() != Ok(unit) {
            continue;
        }
        let number = delegation.basis.clone();
        match (delegation.until, delegation.from) {
            (Some(last), _) if last < today => return Refusal::MandateOver { number, last },
            (_, Some(from)) if today < from => return Refusal::MandateNotYet { number, from },
            _ => {}
        }
    }
    Refusal::NoAuthority
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
            mandate: grant.mandate,
            decided: grant.decided,
            in_name_of: grant.in_name_of,
        }
    }
}

/// May the giver give this? Asked when a mandate is entered, of the definitions in force that day.
///
/// # Errors
/// [`Wrong::SubDelegation`] where the giver signs by delegation only; [`Wrong::NotTheGivers`] where they do
/// not sign at all; flaws of services, papers and the condition.
pub fn may_give<'a>(
    terms: &Terms,
    definitions: impl Fn(&str) -> Option<&'a Definition>,
    every: &[&'a Definition],
    register: &[Mandate],
    organisation: &Organisation,
    today: Date,
) -> Result<(), Wrong> {
    let mut named = Vec::new();
    for service in &terms.services {
        let definition = definitions(service).ok_or_else(|| Wrong::NoService(service.clone()))?;
        for paper in &terms.papers {
            let mut known = definition.papers.iter();
            if !known.any(|one| one.code == *paper) {
                return Err(Wrong::NoPaper {
                    service: service.clone(),
                    paper: paper.clone(),
                });
            }
        }
        named.push(definition);
    }
    if let (Some(when), Some(definition)) = (&terms.when, named.first()) {
        condition(when, definition)?;
    }
    let Some(from) = &terms.from else {
        return Ok(());
    };
    let giver = organisation
        .unit(&from.unit, today)
        .ok_or_else(|| Wrong::NoUnit(from.unit.clone()))?;
    let asks = |definition: &Definition| signs_in(definition, from, giver, register, today);
    match named.is_empty() {
        false => named.into_iter().try_for_each(asks),
        true => {
            let answers: Vec<_> = every.iter().map(|definition| asks(definition)).collect();
            if answers.iter().any(Result::is_ok) {
                return Ok(());
            }
            let passed_on = answers
                .into_iter()
                .find(|answer| matches!(answer, Err(Wrong::SubDelegation(_))));
            passed_on.unwrap_or(Err(Wrong::NotTheGivers(Code::new())))
        }
    }
}

/// Does this post sign in this service by a right that may be given on?
fn signs_in(
    definition: &Definition,
    from: &Office,
    giver: &Unit,
    register: &[Mandate],
    today: Date,
) -> Result<(), Wrong> {
    let to_giver = |terms: &Terms| {
        terms.to.post == from.post
            && terms.to.person.is_none()
            && match &terms.to.at {
                At::Unit(unit) => *unit == giver.code,
                At::Kind(kind) => *kind == giver.kind,
            }
            && (terms.services.is_empty() || terms.services.contains(&definition.service))
    };
    let held: Vec<&Mandate> = register
        .iter()
        .filter(|mandate| mandate.in_force(today) && to_giver(&mandate.terms))
        .collect();
    if held
        .iter()
        .any(|mandate| mandate.terms.kind != Kind::Delegated)
    {
        return Ok(());
    }
    let mut passed_on = held.first().map(|mandate| mandate.terms.number.clone());
    for role in definition.roles.iter().filter(|role| needs_grant(role)) {
        let owns = |post: &service::definition::PostAt| {
            post.post == from.post && may_be(&post.unit, giver, definition)
        };
        if role.authority.as_ref().is_some_and(owns) {
            return Ok(());
        }
        let delegated = role.delegations.iter().find(|one| owns(&one.to));
        passed_on = passed_on.or_else(|| delegated.map(|one| one.basis.clone()));
    }
    Err(match passed_on {
        Some(basis) => Wrong::SubDelegation(basis),
        None => Wrong::NotTheGivers(definition.service.clone()),
    })
}

/// Could the rule name this unit for some case?
fn may_be(rule: &UnitRule, unit: &Unit, definition: &Definition) -> bool {
    match rule {
        UnitRule::Unit(code) => *code == unit.code || *code == unit.kind,
        UnitRule::KindByArea { kind, .. } => *kind == unit.kind,
        UnitRule::Agency => match &definition.agency {
            Some(UnitRule::Agency) | None => true,
            Some(agency) => may_be(agency, unit, definition),
        },
        UnitRule::Table { .. } | UnitRule::Answer(_) => true,
    }
}

/// The condition as the definition's own checker reads it.
fn condition(when: &service::definition::Expr, definition: &Definition) -> Result<(), Wrong> {
    let mut tried = definition.clone();
    let Some(at) = tried.roles.iter().position(needs_grant) else {
        return Err(Wrong::NotTheGivers(definition.service.clone()));
    };
    let role = &mut tried.roles[at];
    let Some(to) =
        (role.delegations.first().map(|one| one.to.clone())).or_else(|| role.authority.clone())
    else {
        return Ok(());
    };
    let path = format!("roles/{}/delegations/{}", role.code, role.delegations.len());
    role.delegations.push(Delegation {
        to,
        when: Some(when.clone()),
        basis: String::new(),
        prefix: String::new(),
        from: None,
        until: None,
    });
    let found = service::expr::check_definition(&tried).into_iter();
    let flaw = found
        .filter(|found| found.severity == service::Severity::Error)
        .find(|found| found.path.starts_with(&path));
    match flaw {
        Some(flaw) => Err(Wrong::Condition(flaw.says)),
        None => Ok(()),
    }
}

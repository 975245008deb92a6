//! `/authority/new`: a mandate as the decision on paper says it. What was typed comes back with what is wrong.

use std::collections::BTreeMap;

use actions::ActionError;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use rules::mandate::{At, Kind, Office, Receiver, Terms, Wrong};
use serde::Deserialize;
use service::definition::{Expr, Post, PostAt, UnitRule};

use super::say::{self, PREFIXES, TITLES};
use crate::error::Failure;
use crate::hall::Hall;
use crate::official::posted::Posted;
use crate::redirect;
use crate::text::Lang;
use crate::ui::page;
use crate::ui::parts::{Tone, crumbs, note};
use crate::visit::Visit;

/// A default of a definition to be taken over into the register.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    service: String,
    role: String,
    n: usize,
}

/// The form as typed.
#[derive(Default, Clone)]
struct Draft {
    kind: String,
    from_title: String,
    from_unit: String,
    to_title: String,
    to_at: String,
    login: String,
    services: Vec<String>,
    papers: Vec<String>,
    areas: Vec<String>,
    when: String,
    prefix: String,
    number: String,
    decided: String,
    valid_from: String,
    until: String,
}

impl Draft {
    fn of(posted: &Posted) -> Self {
        let get = |name: &str| posted.get(name).trim().to_owned();
        let all = |name: &str| posted.all(name).map(str::to_owned).collect();
        Self {
            kind: get("kind"),
            from_title: get("from-title"),
            from_unit: get("from-unit"),
            to_title: get("to-title"),
            to_at: get("to-at"),
            login: get("login"),
            services: all("service"),
            papers: all("paper"),
            areas: all("area"),
            when: get("when"),
            prefix: get("prefix"),
            number: get("number"),
            decided: get("decided"),
            valid_from: get("valid-from"),
            until: get("until"),
        }
    }
}

pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Markup, Failure> {
    let draft = default_of(&hall, &asked)?.unwrap_or_else(|| Draft {
        kind: "delegated".to_owned(),
        from_title: "director".to_owned(),
        to_title: "director".to_owned(),
        prefix: "TUQ.".to_owned(),
        ..Draft::default()
    });
    form(&hall, &visit, &draft, None)
}

pub async fn post(
    State(hall): State<Hall>,
    visit: Visit,
    posted: Posted,
) -> Result<Response, Failure> {
    let draft = Draft::of(&posted);
    let l = visit.lang;
    let again = |says: String| -> Result<Response, Failure> {
        let page = form(&hall, &visit, &draft, Some(&says))?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let terms = match terms(&hall, &draft).await? {
        Ok(terms) => terms,
        Err(key) => return again(l.of("authority-flaw", key, &[])),
    };
    match hall.city().propose_mandate(&visit.person, terms).await {
        Ok(id) => Ok(redirect::to(&format!("/authority/{id}")).into_response()),
        Err(ActionError::Mandate(Wrong::NotYours)) => again(say::wrong(l, &Wrong::NotYours)),
        Err(ActionError::Mandate(wrong)) => again(say::wrong(l, &wrong)),
        Err(error) => Err(error.into()),
    }
}

/// What was typed as terms, or which field cannot be read.
async fn terms(hall: &Hall, draft: &Draft) -> Result<Result<Terms, &'static str>, Failure> {
    let kind = match draft.kind.as_str() {
        "own" => Kind::Own,
        "assigned" => Kind::Assigned,
        "delegated" => Kind::Delegated,
        _ => return Ok(Err("kind")),
    };
    let Some(to_post) = post_of(&draft.to_title) else {
        return Ok(Err("to"));
    };
    let at = match draft.to_at.split_once(':') {
        Some(("unit", code)) => At::Unit(code.to_owned()),
        Some(("kind", code)) => At::Kind(code.to_owned()),
        _ => return Ok(Err("to")),
    };
    let from = match (kind, post_of(&draft.from_title)) {
        (Kind::Own, _) => None,
        (_, Some(post)) if !draft.from_unit.is_empty() => Some(Office {
            title: draft.from_title.clone(),
            post,
            unit: draft.from_unit.clone(),
        }),
        _ => return Ok(Err("from")),
    };
    let person = match draft.login.to_lowercase().as_str() {
        "" => None,
        login => match hall.reader().account_by_login(login).await? {
            Some(account) => Some(account.id),
            None => return Ok(Err("login")),
        },
    };
    let (Ok(decided), Ok(valid_from)) = (draft.decided.parse(), draft.valid_from.parse()) else {
        return Ok(Err("days"));
    };
    let until = match draft.until.as_str() {
        "" => None,
        text => match text.parse() {
            Ok(day) => Some(day),
            Err(_) => return Ok(Err("days")),
        },
    };
    if !PREFIXES.contains(&draft.prefix.as_str()) {
        return Ok(Err("prefix"));
    }
    Ok(Ok(Terms {
        kind,
        from,
        to: Receiver {
            title: draft.to_title.clone(),
            post: to_post,
            at,
            person,
        },
        services: draft.services.clone(),
        papers: draft.papers.clone(),
        areas: draft.areas.clone(),
        when: (!draft.when.is_empty()).then(|| Expr(draft.when.clone())),
        prefix: draft.prefix.clone(),
        number: draft.number.clone(),
        decided,
        valid_from,
        until,
    }))
}

fn post_of(title: &str) -> Option<Post> {
    service::read::post(title).filter(|post| *post > Post::Staff)
}

/// The form filled in from a delegation of a definition.
fn default_of(hall: &Hall, asked: &Asked) -> Result<Option<Draft>, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    let published = law.catalogue.current(&asked.service, today);
    let role = published.and_then(|published| {
        let mut roles = published.definition.roles.iter();
        roles.find(|role| role.code == asked.role)
    });
    let Some((role, given)) = role.and_then(|role| Some((role, role.delegations.get(asked.n)?)))
    else {
        return Ok(None);
    };
    let own = role.authority.as_ref();
    let day = |day: Option<jiff::civil::Date>| day.map_or(String::new(), |day| day.to_string());
    Ok(Some(Draft {
        kind: "delegated".to_owned(),
        from_title: own.map_or(String::new(), |own| own.title.clone()),
        from_unit: own.map_or(String::new(), |own| unit_of(&own.unit)),
        to_title: given.to.title.clone(),
        to_at: at_of(&given.to),
        services: vec![asked.service.clone()],
        when: given
            .when
            .as_ref()
            .map_or(String::new(), |when| when.0.clone()),
        prefix: given.prefix.clone(),
        valid_from: day(given.from),
        until: day(given.until),
        ..Draft::default()
    }))
}

fn unit_of(rule: &UnitRule) -> String {
    match rule {
        UnitRule::Unit(code) => code.clone(),
        UnitRule::KindByArea { .. }
        | UnitRule::Table { .. }
        | UnitRule::Answer(_)
        | UnitRule::Agency => String::new(),
    }
}

fn at_of(post: &PostAt) -> String {
    match &post.unit {
        UnitRule::Unit(code) => format!("unit:{code}"),
        UnitRule::KindByArea { kind, .. } => format!("kind:{kind}"),
        UnitRule::Table { .. } | UnitRule::Answer(_) | UnitRule::Agency => String::new(),
    }
}

fn form(hall: &Hall, visit: &Visit, draft: &Draft, wrong: Option<&str>) -> Result<Markup, Failure> {
    let (l, law, today) = (visit.lang, hall.law(), hall.today()?);
    let mut kinds: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for unit in law.organisation.units_on(today) {
        kinds
            .entry(&unit.kind)
            .or_default()
            .push((&unit.code, &unit.name));
    }
    for units in kinds.values_mut() {
        units.sort_by_key(|(_, name)| service::fold::place_key(name));
    }
    let signing: Vec<_> = law
        .catalogue
        .all(today)
        .filter(|one| {
            one.definition
                .roles
                .iter()
                .any(rules::authority::needs_grant)
        })
        .cloned()
        .collect();
    let mut papers: BTreeMap<&str, &str> = BTreeMap::new();
    for paper in signing.iter().flat_map(|one| &one.definition.papers) {
        if paper.signed_by.is_some() {
            papers.insert(&paper.code, paper.name.get(l.code()));
        }
    }
    let mut areas: Vec<_> = law.organisation.areas_on(today).collect();
    areas.sort_by_key(|area| service::fold::place_key(&area.name));
    Ok(page(
        &visit.frame().narrow(),
        l.t("authority.enter"),
        html! {
            (crumbs(l, &[("/authority", l.t("authority.title"))]))
            h1 { (l.t("authority.enter")) }
            p { (l.t("authority.enter-says")) }
            @if let Some(wrong) = wrong { div role="alert" { (note(Tone::Late, &html! { p { (wrong) } })) } }
            form.stack method="post" action="/authority/new" {
                fieldset.field {
                    legend { (l.t("authority.kind")) }
                    @for kind in ["delegated", "assigned", "own"] {
                        label.pick { input type="radio" name="kind" value=(kind) checked[draft.kind == kind] required; span { (l.of("mandate-kind", kind, &[])) span { (l.of("mandate-kind-says", kind, &[])) } } }
                    }
                }
                fieldset.field {
                    legend { (l.t("authority.from")) }
                    p.help { (l.t("authority.from-says")) }
                    div.field { label for="from-title" { (l.t("authority.post")) } (titles(l, "from-title", &draft.from_title)) }
                    div.field { label for="from-unit" { (l.t("inbox.unit")) } select #from-unit name="from-unit" {
                        option value="" { (l.t("form.choose")) }
                        @for (kind, units) in &kinds { optgroup label=(say::kind(l, kind)) { @for (code, name) in units { option value=(code) selected[draft.from_unit == *code] { (name) } } } }
                    } }
                }
                fieldset.field {
                    legend { (l.t("authority.to")) }
                    div.field { label for="to-title" { (l.t("authority.post")) } (titles(l, "to-title", &draft.to_title)) }
                    div.field { label for="to-at" { (l.t("inbox.unit")) } select #to-at name="to-at" required {
                        option value="" { (l.t("form.choose")) }
                        @for (kind, units) in &kinds { optgroup label=(say::kind(l, kind)) {
                            @if units.len() > 1 { @let value = format!("kind:{kind}"); option value=(value) selected[draft.to_at == value] { (l.f("authority.each", &[("kind", &say::kind(l, kind))])) } }
                            @for (code, name) in units { @let value = format!("unit:{code}"); option value=(value) selected[draft.to_at == value] { (name) } }
                        } }
                    } }
                    div.field { label for="login" { (l.t("authority.person")) " " span.optional { (l.t("form.optional")) } } p.help #login-help { (l.t("authority.person-says")) } input #login name="login" value=(draft.login) autocapitalize="none" aria-describedby="login-help"; }
                }
                fieldset.field {
                    legend { (l.t("authority.services")) }
                    p.help { (l.t("authority.services-say")) }
                    @for one in &signing { @let code = &one.definition.service;
                        label.pick { input type="checkbox" name="service" value=(code) checked[draft.services.contains(code)]; span { (one.definition.name.get(l.code())) } }
                    }
                }
                details.more open[!draft.papers.is_empty() || !draft.areas.is_empty() || !draft.when.is_empty()] {
                    summary { (l.t("authority.narrower")) }
                    @if !papers.is_empty() { fieldset.field {
                        legend { (l.t("authority.papers")) }
                        @for (code, name) in &papers { label.pick { input type="checkbox" name="paper" value=(code) checked[draft.papers.iter().any(|p| p == code)]; span { (name) } } }
                    } }
                    div.field { label for="when" { (l.t("authority.when")) } p.help #when-help { (l.t("authority.when-says")) } input #when name="when" value=(draft.when) maxlength="500" spellcheck="false" autocapitalize="none" aria-describedby="when-help"; }
                    details.more open[!draft.areas.is_empty()] {
                        summary { (l.t("authority.areas")) }
                        fieldset.field { legend { (l.t("authority.areas")) }
                            @for area in &areas { label.pick { input type="checkbox" name="area" value=(area.code) checked[draft.areas.contains(&area.code)]; span { (area.name) } } }
                        }
                    }
                }
                div.field { label for="prefix" { (l.t("authority.prefix")) } p.help #prefix-help { (l.t("authority.prefix-says")) } select #prefix name="prefix" aria-describedby="prefix-help" {
                    @for prefix in PREFIXES { option value=(prefix) selected[draft.prefix == prefix] { @if prefix.is_empty() { (l.t("authority.no-prefix")) } @else { (prefix) } } }
                } }
                div.field { label for="number" { (l.t("authority.number")) } p.help #number-help { (l.t("authority.number-says")) } input #number name="number" value=(draft.number) maxlength="100" required aria-describedby="number-help"; }
                div.field { label for="decided" { (l.t("authority.decided")) } input #decided type="date" name="decided" value=(draft.decided) required; }
                div.field { label for="valid-from" { (l.t("authority.valid-from")) } input #valid-from type="date" name="valid-from" value=(draft.valid_from) required; }
                div.field { label for="until" { (l.t("authority.until")) " " span.optional { (l.t("form.optional")) } } input #until type="date" name="until" value=(draft.until); }
                p.acts { button.btn.go type="submit" { (l.t("authority.send")) } a.btn.quiet href="/authority" { (l.t("pass.back")) } }
            }
        },
    ))
}

fn titles(l: Lang, name: &str, chosen: &str) -> Markup {
    html! {
        select id=(name) name=(name) {
            @for title in TITLES { option value=(title) selected[chosen == title] { (say::title(l, title, Post::Head)) } }
        }
    }
}

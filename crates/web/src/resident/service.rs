//! The page of one service, generated from its definition: who, what is needed, how long, how much,
//! by which law, and how long it really took.

use axum::extract::{Path, State};
use maud::{Markup, html};
use service::Definition;
use service::definition::{Channel, Identity, Kind, LimitRule, Move, Node, PARTS, UnitRule, Who};

use crate::error::Failure;
use crate::hall::Hall;
use crate::linked;
use crate::resident::filling::unit_name;
use crate::say;
use crate::text::Lang;
use crate::ui::form::size;
use crate::ui::parts::{Tone, crumbs, link_button, note};
use crate::ui::{Frame, page};
use crate::visit::Visit;

/// What really happened lately, from `facts`.
pub struct Lived {
    pub last_month: u64,
    /// Already in words: `1,8 ngày`, or `chưa tới`.
    pub half_in: String,
    pub nine_of_ten_in: String,
    pub on_time: Option<f64>,
}

pub struct ServicePage<'a> {
    pub definition: &'a Definition,
    /// `UBND phường, xã nơi có thửa đất`
    pub agency: String,
    /// `None` where too few cases ended to say anything.
    pub lived: Option<Lived>,
    /// An unfinished application of this person.
    pub draft: Option<String>,
}

/// `GET /services/{code}`
pub async fn get(
    State(hall): State<Hall>,
    visit: Visit,
    Path(code): Path<String>,
) -> Result<Markup, Failure> {
    let law = hall.law();
    let today = hall.today()?;
    let published = law
        .catalogue
        .current(&code, today)
        .ok_or(Failure::NotFound)?;
    let shown = ServicePage {
        definition: &published.definition,
        agency: agency(&hall, visit.lang, &published.definition),
        lived: lately(&hall, visit.lang, &code),
        draft: None,
    };
    Ok(view(&visit.frame(), &shown))
}

/// The last 90 days, where enough cases ended to say anything.
fn lately(hall: &Hall, l: Lang, service: &str) -> Option<Lived> {
    let now = hall.now().as_second();
    let facts = hall.facts();
    let only = || vec![facts::Filter::Service(vec![service.to_owned()])];
    let meaning = crate::figures::EndingRule::of(&hall.law()).meaning();
    let lived = super::lived::lived(&facts, meaning, only(), now, 90)?;
    let month = super::lived::lived(&facts, meaning, only(), now, 30);
    Some(Lived {
        last_month: u64::from(month.map_or(0, |month| month.received)),
        half_in: super::home::took(l, lived.half),
        nine_of_ten_in: super::home::took(l, lived.nine),
        on_time: lived.share(),
    })
}

fn agency(hall: &Hall, l: Lang, definition: &Definition) -> String {
    match &definition.agency {
        Some(UnitRule::Unit(code)) => unit_name(hall, code),
        Some(UnitRule::KindByArea { kind, .. }) => l
            .perhaps("unit-kind", kind)
            .map_or_else(String::new, str::to_owned),
        _ => String::new(),
    }
}

pub fn view(frame: &Frame, shown: &ServicePage<'_>) -> Markup {
    let l = frame.lang;
    let d = shown.definition;
    let name = d.name.get(l.code());
    page(
        frame,
        name,
        html! {
                (crumbs(l, &[("/", l.t("nav.home")), ("/services", l.t("nav.services"))]))
                h1 { (name) }
            @if !d.summary.get(l.code()).is_empty() { p { (d.summary.get(l.code())) } }
            // On a phone: how long and how much first, then the papers, then what really happened.
            div.split.ordered {
                aside.side { div.card { (facts(l, shown)) } }
                div.main {
                    @if d.demonstration { (note(Tone::Soon, &html! { p { (l.t("service.demonstration")) } })) }
                    p {
                        @if let Some(owner) = &d.owner {
                            (linked::site(owner, &l.f("mirrored.start", &[("system", &owner.name.get(l.code()))]), "btn go"))
                        } @else if let Some(draft) = &shown.draft {
                            (link_button(draft, l.t("service.resume"), "go"))
                        } @else {
                            (link_button(&start(d), if d.kind == Kind::Report { l.t("service.start-report") } else { l.t("service.start") }, "go"))
                        }
                    }
                    @if let Some(owner) = &d.owner {
                        p { (l.f("mirrored.service", &[("system", &owner.name.get(l.code()))])) " " a href="/track" { (l.t("track.title")) } }
                    }
                    section {
                        h2 { (l.t("service.what-needed")) }
                        (papers(l, d))
                    }
                    @if !d.process.steps.is_empty() {
                        section {
                            h2 { (l.t("service.steps")) }
                            (steps(l, d))
                        }
                    }
                    @if !d.parts.is_empty() { (parts(l, d)) }
                    @if !d.legal_basis.is_empty() {
                        section {
                            h2 { (l.t("service.law")) }
                            ul.list { @for basis in &d.legal_basis { li { b { (basis.document) } br; span.small.muted { (basis.says) } } } }
                        }
                    }
                }
                div.rest { (lived(l, shown)) }
            }
        },
    )
}

fn start(d: &Definition) -> String {
    match d.kind {
        Kind::Report => format!("/report/{}", d.service),
        _ => format!("/apply/{}", d.service),
    }
}

fn facts(l: Lang, shown: &ServicePage<'_>) -> Markup {
    let d = shown.definition;
    html! {
        dl.facts.one.flush {
            dt { (l.t("service.how-long")) }
            dd { b { (limit_words(l, d)) } }
            dt { (l.t("service.how-much")) }
            dd { (fees(l, d)) }
            dt { (l.t("service.who")) }
            dd { (d.applicants.who.iter().map(|w| who_words(l, *w)).collect::<Vec<_>>().join(", ")) }
            dt { (l.t("service.identity")) }
            dd { (match d.applicants.identity {
                Identity::None => l.t("service.identity-none"),
                Identity::Level1 => l.t("service.identity-1"),
                Identity::Level2 => l.t("service.identity-2"),
            }) }
            dt { (l.t("service.where")) }
            dd { (d.applicants.channels.iter().filter_map(|c| channel_words(l, *c)).collect::<Vec<_>>().join(", ")) }
            @if !shown.agency.is_empty() { dt { (l.t("service.agency")) } dd { (shown.agency) } }
            @if let Some(code) = &d.national_code { dt { (l.t("service.national-code")) } dd.code { (code) } }
        }
    }
}

fn lived(l: Lang, shown: &ServicePage<'_>) -> Markup {
    html! {
        div.card {
            h2 { (l.t("service.really")) }
            @match &shown.lived {
                None => p.muted { (l.t("service.really-none")) },
                Some(lived) => dl.facts.one.flush {
                    dt { (l.t("service.really-half")) } dd { b { (lived.half_in) } }
                    dt { (l.t("service.really-nine")) } dd { b { (lived.nine_of_ten_in) } }
                    @if let Some(share) = lived.on_time { dt { (l.t("service.really-on-time")) } dd { b { (say::percent(l, share)) } } }
                    dt { (l.t("service.really-month")) } dd { b { (say::whole(l, i64::try_from(lived.last_month).unwrap_or(i64::MAX))) } }
                },
            }
        }
    }
}

/// The legal time in words; where a table decides, its shortest and longest.
pub fn limit_words(l: Lang, d: &Definition) -> String {
    match &d.process.limit {
        None => l.t("service.no-limit").to_owned(),
        Some(LimitRule::Fixed(limit)) => say::limit(l, *limit),
        Some(LimitRule::ByChannel(all)) => all
            .iter()
            .map(|(channel, limit)| match channel_words(l, *channel) {
                Some(words) => format!("{} ({words})", say::limit(l, *limit)),
                None => say::limit(l, *limit),
            })
            .collect::<Vec<_>>()
            .join(", "),
        Some(LimitRule::Table { table, column }) => {
            let written = d
                .tables
                .iter()
                .find(|t| &t.code == table)
                .and_then(|t| t.outputs.iter().position(|o| o == column).map(|at| (t, at)))
                .map(|(t, at)| {
                    t.rows
                        .iter()
                        .filter_map(|r| r.then.get(at))
                        .filter_map(|w| w.parse::<service::definition::Limit>().ok())
                        .collect::<Vec<_>>()
                })
                .unwrap_or_default();
            let mut seen = Vec::new();
            for limit in written {
                let words = say::limit(l, limit);
                if !seen.contains(&words) {
                    seen.push(words);
                }
            }
            match seen.as_slice() {
                [] => l.t("service.depends").to_owned(),
                [one] => one.clone(),
                all => l.f("service.one-of", &[("all", &all.join(", "))]),
            }
        }
        Some(LimitRule::Answer(_)) => l.t("service.depends").to_owned(),
    }
}

fn fees(l: Lang, d: &Definition) -> Markup {
    html! {
        @if d.fees.is_empty() { (l.t("service.free")) }
        @else {
            ul.plain { @for fee in &d.fees { li {
                (fee.label.get(l.code())) ": "
                b { @match fee.amount.0.trim().parse::<i64>() { Ok(0) => (l.t("service.free")), Ok(dong) => (say::money(l, dong)), Err(_) => (l.t("service.depends")) } }
                @if let Some(cap) = fee.cap { span.small.muted { " · " (l.f("service.at-most", &[("money", &say::money(l, cap))])) } }
            } } }
        }
    }
}

fn papers(l: Lang, d: &Definition) -> Markup {
    html! {
        @if d.documents.is_empty() { p { (l.t("service.no-papers")) } }
        @else {
            ul.list { @for paper in &d.documents { li {
                (paper.label.get(l.code())) " "
                @if !paper.required {
                    span.small.muted { "· " (if paper.required_when.is_some() { l.t("service.sometimes") } else { l.t("service.optional") }) }
                }
                @if !paper.help.get(l.code()).is_empty() { br; span.small.muted { (paper.help.get(l.code())) } }
                @if let Some(most) = paper.max_bytes { br; span.small.muted { (paper.accept.join(", ").to_uppercase()) " · " (l.f("form.at-most", &[("size", &size(l, most))])) } }
            } } }
        }
    }
}

/// What a linked procedure links.
fn parts(l: Lang, d: &Definition) -> Markup {
    html! {
        section {
            h2 { (l.t("parts.title")) }
            ol.list { @for part in &d.parts { li {
                b { (part.name.get(l.code())) }
                @if let Some(within) = part.within { br; span.small.muted { (say::limit(l, within)) } }
            } } }
        }
    }
}

/// The road of a case in plain words: only the steps of the usual way, not where it may go back.
fn steps(l: Lang, d: &Definition) -> Markup {
    let within = |step: &service::definition::Step| match &step.within {
        Some(service::definition::Within::Limit(limit)) => Some(say::limit(l, *limit)),
        _ => None,
    };
    let role = |code: &str| match code {
        "applicant" => l.t("service.you").to_owned(),
        PARTS => l.t("parts.title").to_owned(),
        _ => d
            .roles
            .iter()
            .find(|r| r.code == code)
            .map_or_else(String::new, |r| r.name.get(l.code()).to_owned()),
    };
    let one = |step: &service::definition::Step| {
        html! {
            b { (step.name.get(l.code())) } br;
            span.small.muted { (role(&step.by)) @if let Some(time) = within(step) { " · " (time) } }
        }
    };
    html! {
        ol.time {
            @for node in usual(&d.process.steps) {
                @match node {
                    Node::Step(step) => li { (one(step)) },
                    Node::Parallel { name, branches, .. } => li {
                        @if !name.get(l.code()).is_empty() { b { (name.get(l.code())) } br; }
                        span.small.muted { (l.t("service.at-once")) }
                        ul.list { @for step in branches.iter().flatten() { li { (one(step)) } } }
                    },
                    Node::Each { name, steps, .. } => li {
                        b { (name.get(l.code())) }
                        ul.list { @for step in steps { li { (one(step)) } } }
                    },
                }
            }
        }
    }
}

/// Follows the first outcome of each step from the start: the way a case goes when nothing is wrong.
fn usual(nodes: &[Node]) -> Vec<&Node> {
    let code = |node: &Node| match node {
        Node::Step(step) => step.code.clone(),
        Node::Parallel { code, .. } | Node::Each { code, .. } => code.clone(),
    };
    let mut road = Vec::new();
    let mut at = 0;
    while let Some(node) = nodes.get(at) {
        if road.len() >= nodes.len() {
            break;
        }
        road.push(node);
        at = match node {
            Node::Step(step) => match step.outcomes.first().map(|o| &o.to) {
                Some(Move::Step(to)) => match nodes.iter().position(|n| &code(n) == to) {
                    Some(next) if next > at => next,
                    _ => break,
                },
                Some(Move::End(_)) => break,
                Some(Move::Next) | None => at + 1,
            },
            Node::Parallel { .. } | Node::Each { .. } => at + 1,
        };
    }
    road
}

pub fn who_words(l: Lang, who: Who) -> String {
    let member = match who {
        Who::Citizen => "citizen",
        Who::Organisation => "organisation",
        Who::Proxy => "proxy",
        Who::Guest => "guest",
        Who::Official => "official",
    };
    l.of("who", member, &[])
}

/// How one comes to the city; channels inside the house are not told.
pub fn channel_words(l: Lang, channel: Channel) -> Option<String> {
    let member = match channel {
        Channel::Online | Channel::Web => "web",
        Channel::Counter => "counter",
        Channel::Post => "post",
        Channel::Hotline => "hotline",
        Channel::App => "app",
        Channel::Zalo => "zalo",
        Channel::Email => "email",
        Channel::Open311 | Channel::Internal | Channel::Import => return None,
    };
    Some(l.of("channel", member, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(file: &str) -> Definition {
        let path = format!("{}/../../services/{file}.yaml", env!("CARGO_MANIFEST_DIR"));
        service::read(&std::fs::read_to_string(path).expect("a shipped service")).definition
    }

    #[test]
    fn a_table_of_limits_is_told_in_full() {
        assert_eq!(
            limit_words(Lang::Vi, &definition("report.street-light")),
            "24 giờ, 2 ngày làm việc, 3 ngày làm việc, tùy trường hợp"
        );
    }

    #[test]
    fn the_usual_road_ends_and_leaves_out_the_ways_back() {
        let d = definition("land.transfer");
        let road = usual(&d.process.steps);
        let names: Vec<_> = road
            .iter()
            .filter_map(|n| match n {
                Node::Step(s) => Some(s.code.as_str()),
                _ => None,
            })
            .collect();
        assert!(
            names.contains(&"receive") && names.contains(&"sign"),
            "{names:?}"
        );
        assert!(
            !names.contains(&"supplement") && !names.contains(&"refused"),
            "{names:?}"
        );
    }
}

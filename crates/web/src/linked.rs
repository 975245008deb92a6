//! More than one agency on a page: whose system decides, and how the parts of a linked procedure stand.

use maud::{Markup, html};
use rules::case::Case;
use rules::case::parts::PartState;
use rules::person::Person;
use rules::process::good;
use service::Definition;
use service::definition::{LinkedPart, Owner};

use crate::error::Failure;
use crate::hall::Hall;
use crate::official::case::state_words;
use crate::official::history::ending_words;
use crate::say;
use crate::text::Lang;
use crate::ui::layout::encode;
use crate::ui::parts::{Tone, note, tag};

/// Who looks: links lead to their side.
#[derive(Clone, Copy)]
pub enum For<'a> {
    Official(&'a Person),
    /// With the key of the receipt, where they have no account.
    Sender(Option<&'a str>),
}

impl For<'_> {
    /// `None`: a page that this official would not find.
    fn link(self, case: &Case) -> Option<String> {
        let code = &case.code;
        match self {
            For::Official(person) => store::sight(person, case).map(|_| format!("/cases/{code}")),
            For::Sender(None) => Some(format!("/track/{code}")),
            For::Sender(Some(key)) => Some(format!("/track/{code}?key={}", encode(key))),
        }
    }
}

/// That another system decides this case, and what it said last.
pub fn owner(l: Lang, definition: &Definition, case: &Case, codes: &[(String, String)]) -> Markup {
    let Some((mirror, owner)) = case.mirror.as_ref().zip(definition.owner.as_ref()) else {
        return Markup::default();
    };
    let system = owner.name.get(l.code());
    let theirs = codes.iter().filter(|(system, _)| *system == mirror.system);
    note(
        Tone::Stopped,
        &html! {
            p { b { (l.f("mirrored.here", &[("system", &system)])) } }
            p { (l.t("mirrored.here-says")) }
            @match mirror.said.last() {
                Some(said) => p { (l.f("mirrored.last-said", &[("state", &state_words(l, case)), ("at", &say::moment(l, said.at))])) },
                None => p { (l.t("mirrored.nothing-said")) },
            }
            @for (_, code) in theirs { p.small { (l.f("mirrored.code-there", &[("code", code)])) } }
            p { (site(owner, &l.f("mirrored.site", &[("system", &system)]), "btn")) }
        },
    )
}

/// A link to where it is handed in and decided.
pub fn site(owner: &Owner, says: &str, class: &str) -> Markup {
    html! { a class=(class) href=(owner.site) rel="noopener external" { (says) } }
}

/// The parts of a linked procedure, or the whole that a case is a part of; nothing for others.
///
/// # Errors
/// Where the memory does not answer.
pub async fn parts(
    hall: &Hall,
    l: Lang,
    definition: &Definition,
    case: &Case,
    whom: For<'_>,
) -> Result<Markup, Failure> {
    if let Some(whole) = &case.whole {
        let head = hall.reader().head(whole.case).await?;
        let known = match head {
            Some((code, _)) => hall.reader().track(&code).await?,
            None => None,
        };
        return Ok(html! {
            @if let Some(whole) = known {
                p.small { (l.t("parts.whole")) ": " a.code href=[whom.link(&whole)] { (whole.code) } }
            }
        });
    }
    if definition.parts.is_empty() {
        return Ok(Markup::default());
    }
    let mut lines = Vec::new();
    for part in &definition.parts {
        lines.push(line(hall, l, definition, case, part, whom).await?);
    }
    Ok(html! {
        section.card aria-labelledby="parts" {
            h2 #parts { (l.t("parts.title")) }
            ol.list { @for line in &lines { li { (one(l, line)) } } }
        }
    })
}

struct Line {
    name: String,
    /// Under which its case is found.
    code: Option<String>,
    /// Where it is looked at; `None`: not by whoever looks here.
    link: Option<String>,
    tone: Tone,
    state: String,
    under: Vec<String>,
    waits: bool,
}

fn one(l: Lang, line: &Line) -> Markup {
    html! {
        b { (line.name) } " " (tag(line.tone, &line.state))
        @match (&line.code, &line.link) {
            (Some(code), Some(link)) => { " " a.code.small href=(link) { (code) } }
            (Some(code), None) => { " " span.code.small { (code) } }
            (None, _) => {}
        }
        @for words in &line.under { br; span.small.muted { (words) } }
        @if let Some(link) = line.link.as_ref().filter(|_| line.waits) { p { a.btn.go href=(link) { (l.t("parts.waits")) } } }
    }
}

async fn line(
    hall: &Hall,
    l: Lang,
    definition: &Definition,
    case: &Case,
    part: &LinkedPart,
    whom: For<'_>,
) -> Result<Line, Failure> {
    let name = part.name.get(l.code()).to_owned();
    let mut under = Vec::new();
    let law = hall.law();
    let own = law.catalogue.current(&part.service, hall.today()?);
    if let Some(owner) = own.and_then(|own| own.definition.owner.as_ref()) {
        let system = owner.name.get(l.code());
        under.push(l.f("parts.elsewhere", &[("system", &system)]));
    }
    let Some(state) = case.part(&part.code) else {
        let before = part.after.iter().filter_map(|code| definition.part(code));
        let before: Vec<&str> = before.map(|part| part.name.get(l.code())).collect();
        if !before.is_empty() {
            under.push(l.f("parts.none-yet", &[("before", &before.join(", "))]));
        }
        return Ok(Line {
            name,
            code: None,
            link: None,
            tone: Tone::Plain,
            state: l.t("parts.not-begun").to_owned(),
            under,
            waits: false,
        });
    };
    let code = state.case.as_ref().map(|(_, code)| code.clone());
    let of_part = match &code {
        Some(code) => hall.reader().track(code).await?,
        None => None,
    };
    if let Some(due) = of_part.as_ref().and_then(|part| part.clock.due)
        && state.ended.is_none()
    {
        under.push(l.f("parts.due", &[("at", &say::moment(l, due))]));
    }
    let (tone, words) = standing(l, state, of_part.as_ref());
    let badly = state.ended.is_some_and(|ending| !good(ending));
    let others = definition
        .parts
        .iter()
        .any(|other| other.after.contains(&part.code));
    if badly && others {
        under.push(l.t("parts.follows").to_owned());
    }
    if state.case.is_none() {
        under.push(l.t("parts.dropped").to_owned());
    }
    Ok(Line {
        name,
        code,
        link: of_part.as_ref().and_then(|part| whom.link(part)),
        tone,
        state: words,
        under,
        waits: state.waits && matches!(whom, For::Sender(_)),
    })
}

fn standing(l: Lang, state: &PartState, case: Option<&Case>) -> (Tone, String) {
    match (state.ended, case) {
        (Some(ending), _) if good(ending) => (Tone::Done, ending_words(l, ending)),
        (Some(ending), _) => (Tone::Late, ending_words(l, ending)),
        (None, Some(case)) if state.waits => (Tone::Soon, state_words(l, case)),
        (None, Some(case)) => (Tone::Run, state_words(l, case)),
        (None, None) => (
            Tone::Plain,
            ending_words(l, service::definition::Ending::Stopped),
        ),
    }
}

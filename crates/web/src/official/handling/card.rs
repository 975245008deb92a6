//! What a case shows of its handling beside the steps: of which report it is a duplicate and which are of it, as what it
//! came in, whom outside it was handed to, which units do a part of it.

use std::collections::HashMap;

use maud::{Markup, html};
use rules::case::Case;
use rules::case::outside::Parties;
use rules::duty::{Act, may};
use rules::ids::NoteId;
use store::{CaseLine, OutsideLink, Page};

use crate::error::Failure;
use crate::hall::Hall;
use crate::leader::words;
use crate::official::case::Typed;
use crate::official::history::ending_words;
use crate::official::names;
use crate::say;
use crate::text::Lang;
use crate::ui::parts::{Tone, tag};
use crate::visit::Visit;

/// # Errors
/// Where the memory does not answer.
pub async fn card(
    hall: &Hall,
    visit: &Visit,
    case: &Case,
    notes: &HashMap<NoteId, String>,
    typed: &Typed,
) -> Result<Markup, Failure> {
    let l = visit.lang;
    let few = Page {
        after: None,
        most: 50,
    };
    let duplicates = hall.reader().merged_into(case.id, few).await?;
    let links = match case.forwards.is_empty() {
        true => Vec::new(),
        false => hall.reader().outside_links(case.id).await?,
    };
    let acts = may(&visit.person, &Act::Note, Some(case)).is_ok();
    Ok(html! {
        (merged(l, case, acts, typed))
        (repeated(l, case, &duplicates))
        (was(l, hall, case)?)
        (forwards(l, hall, case, &links, notes, acts))
        (shared(l, hall, case))
    })
}

fn merged(l: Lang, case: &Case, acts: bool, typed: &Typed) -> Markup {
    let Some(merged) = &case.merged else {
        return Markup::default();
    };
    let here = typed.form == "unmerge";
    html! {
        section.card.mark-river aria-labelledby="merged" {
            h3 #merged { (l.t("merge.merged")) }
            p { a href={ "/cases/" (merged.code) } { span.code { (merged.code) } } " "
                @match merged.fate {
                    Some((ending, at)) => { (tag(Tone::Done, &ending_words(l, ending))) " " (say::date(at)) },
                    None => (tag(Tone::Run, l.t("merge.goes-on"))),
                }
            }
            p.small.muted { (l.t("merge.merged-says")) }
            @if acts {
                details.more open[here] {
                    summary { (l.t("merge.unmerge")) }
                    form method="post" action={ "/cases/" (case.code) "/unmerge" } {
                        input type="hidden" name="version" value=(case.version);
                        @if let Some(wrong) = typed.wrong.as_ref().filter(|_| here) { p.says role="alert" { (wrong) } }
                        p.small.muted { (l.t("merge.unmerge-says")) }
                        div.field { label for="unmerge-words" { (l.t("case.reason")) } textarea #unmerge-words name="words" rows="3" maxlength="4000" required { @if here { (typed.words) } } }
                        p { button.btn type="submit" { (l.t("merge.unmerge-send")) } }
                    }
                }
            }
        }
    }
}

fn repeated(l: Lang, case: &Case, duplicates: &[CaseLine]) -> Markup {
    html! {
        @if !duplicates.is_empty() {
            section.card aria-labelledby="duplicates" {
                h3 #duplicates { (l.n("merge.duplicates", i64::try_from(duplicates.len()).unwrap_or(i64::MAX), &[])) }
                p.small.muted { (l.t("merge.duplicates-says")) }
                ul.list.links-list.flush { @for one in duplicates { li { a href={ "/cases/" (one.code) } { b { (one.title) } span { (one.code) " · " (say::date(one.opened)) @if let Some(metres) = away(case, one) { " · " (metres) " m" } } } } } }
            }
        }
    }
}

fn away(case: &Case, one: &CaseLine) -> Option<String> {
    let (lat, lon) = one.place?;
    let metres = case.place?.metres_to(rules::case::Spot { lat, lon });
    Some(say::decimal(Lang::Vi, metres.round(), 0))
}

fn was(l: Lang, hall: &Hall, case: &Case) -> Result<Markup, Failure> {
    let (law, today) = (hall.law(), hall.today()?);
    Ok(html! {
        @if !case.was.is_empty() {
            section.card aria-label=(l.t("kind.was")) {
                h3 { (l.t("kind.was")) }
                ul.list.flush { @for one in &case.was { li {
                    (words::service(l, &law, today, &one.service)) " " span.small.muted { (l.f("kind.until", &[("at", &say::moment(l, one.until))])) }
                    @if one.lengthened { " " (tag(Tone::Soon, l.t("kind.lengthened"))) }
                } } }
            }
        }
    })
}

fn forwards(
    l: Lang,
    hall: &Hall,
    case: &Case,
    links: &[OutsideLink],
    notes: &HashMap<NoteId, String>,
    acts: bool,
) -> Markup {
    let now = hall.now();
    let parties = Parties::shipped();
    html! {
        @if !case.forwards.is_empty() {
            section.card aria-labelledby="outside" {
                h3 #outside { (l.t("outside.card")) }
                ul.list.flush { @for (n, one) in (0u32..).zip(&case.forwards) {
                    @let opened: u32 = links.iter().filter(|link| link.n == n).map(|link| link.opened).sum();
                    @let waits = one.waits(now) && case.life.ended().is_none();
                    li {
                        b { (parties.name(&one.party, l.code())) } " "
                        @match one.said {
                            Some((said, at)) => { (tag(if said.is_last() { Tone::Done } else { Tone::Run }, &l.of("outside-said", said.code(), &[]))) " " span.small.muted { (say::moment(l, at)) } },
                            None if one.taken_back.is_some() => (tag(Tone::Plain, l.t("outside.taken-back"))),
                            None if waits => (tag(Tone::Soon, l.t("outside.waits"))),
                            None => (tag(Tone::Plain, l.t("outside.over"))),
                        }
                        br; span.small.muted { (l.f("outside.stands", &[("since", &say::short(one.since)), ("until", &say::short(one.until)), ("opened", &opened)])) }
                        @if let Some(question) = notes.get(&one.question) { blockquote.small { (question) } }
                        @if waits && acts {
                            form method="post" action={ "/cases/" (case.code) "/outside/" (n) } {
                                input type="hidden" name="version" value=(case.version);
                                button.btn.quiet type="submit" { (l.t("outside.take-back")) span.hidden-words { " " (parties.name(&one.party, l.code())) } }
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn shared(l: Lang, hall: &Hall, case: &Case) -> Markup {
    let law = hall.law();
    html! {
        @if !case.shared.is_empty() {
            section.card aria-labelledby="shared" {
                h3 #shared { (l.t("share.card")) }
                ul.list.links-list.flush { @for one in &case.shared { li {
                    a href={ "/cases/" (one.code) } { b { (names::unit(&law, &one.unit)) } span { (one.code) } }
                    @match one.ended {
                        Some(ending) => (tag(if rules::process::good(ending) { Tone::Done } else { Tone::Late }, &ending_words(l, ending))),
                        None if one.waits => (tag(Tone::Run, l.t("share.waited"))),
                        None => (tag(Tone::Run, l.t("share.beside"))),
                    }
                } } }
            }
        }
    }
}

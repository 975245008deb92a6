//! One case, drawn: left what was asked, middle what to do now, right the clocks and what happened.

use maud::{Markup, html};

use super::apology;
use super::case::Typed;
use super::supplement::{self, Marking, Supplied};
use crate::text::Lang;
use crate::ui::clock::{Face, clock, clock_tag};
use crate::ui::layout::encode;
use crate::ui::parts::{Tone, crumbs, note, tag};
use crate::ui::timeline::{Entry, timeline};
use crate::ui::{Frame, page as document};

/// A group of answers.
pub struct Fold {
    pub title: String,
    pub answers: Vec<(String, String)>,
}

pub struct Files {
    pub address: String,
    /// Empty where there is no small picture.
    pub small: String,
    pub says: String,
    pub name: String,
    pub at: String,
}

/// A way out of a step.
pub struct Way {
    pub code: String,
    pub label: String,
    pub reason: bool,
    /// Ends the case without giving what was asked.
    pub stops: bool,
    /// Asks first of which report this one is a duplicate.
    pub merges: bool,
}

/// A step that this official can decide now.
pub struct Doing {
    pub step: String,
    pub row: Option<u32>,
    pub name: String,
    pub role: String,
    pub unit: String,
    /// The applicant's own step, recorded for them.
    pub theirs: bool,
    pub mine: bool,
    pub holder: Option<String>,
    pub face: Face,
    pub ways: Vec<Way>,
    pub marking: Option<Marking>,
    pub evidence: Vec<(String, String)>,
    pub can_pass: bool,
    /// What an asked unit is to answer.
    pub question: Option<String>,
    /// Another unit may be asked for its opinion from here.
    pub consults: bool,
    /// A report: it can be made another kind, handed outside, shared with another unit from here.
    pub report: bool,
    /// Replies that fit: key and title.
    pub replies: Vec<(String, String)>,
}

impl Doing {
    /// Names this form among those of the page.
    pub fn form(&self) -> String {
        form_of(&self.step, self.row)
    }

    fn id(&self, what: &str) -> String {
        let row = self.row.map(|row| format!("-{row}")).unwrap_or_default();
        format!("{what}-{}{row}", self.step)
    }
}

/// As [`Doing::form`], of what was posted.
pub fn form_of(step: &str, row: Option<u32>) -> String {
    let row = row.map(|row| row.to_string()).unwrap_or_default();
    format!("decide/{step}/{row}")
}

/// A step under way elsewhere.
pub struct Side {
    pub step: String,
    pub unit: String,
    pub holder: Option<String>,
    pub face: Face,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing that may be done"
)]
pub struct Shown {
    pub code: String,
    pub title: String,
    pub service: String,
    pub state: String,
    pub ended: Option<String>,
    pub version: u32,
    pub facts: Vec<(String, String)>,
    pub erased: bool,
    pub masked: bool,
    pub sections: Vec<Fold>,
    /// Who acted for whom, and where the answers come from.
    pub provenance: Markup,
    /// Another system decides it: who, and that nothing can be done here.
    pub owner: Markup,
    pub mirrored: bool,
    /// Of a linked procedure.
    pub parts: Markup,
    /// Beside the steps of a report: duplicates, kinds before, who else works on it.
    pub handling: Markup,
    pub supplied: Option<Supplied>,
    pub photos: Vec<Files>,
    pub papers: Vec<Files>,
    /// What came in over the counter: name, kind of copy and count.
    pub received: Vec<(String, String)>,
    /// The result can be handed over by whoever looks.
    pub may_hand_over: bool,
    /// Papers that the case handed out.
    pub handed_out: Markup,
    pub legal: Face,
    pub promises: Vec<String>,
    pub doing: Vec<Doing>,
    pub beside: Vec<Side>,
    pub directives: Vec<(String, String)>,
    pub about: Option<(String, String)>,
    pub may_note: bool,
    pub may_ask: bool,
    /// Of a procedure that can have a letter of apology: how it stands with it.
    pub apology: Option<Option<(Tone, String)>>,
    /// What the law provides beside the steps.
    pub lawful: Markup,
    pub may_extend: bool,
    pub may_answer_withdrawal: bool,
    pub withdrawing: bool,
    pub open: bool,
    /// What is asked and paid.
    pub money: Markup,
    pub meanwhile: Vec<Entry>,
    pub timeline: Vec<Entry>,
    /// What went out about it.
    pub messages: Markup,
    pub typed: Typed,
}

pub fn page(frame: &Frame, s: &Shown) -> Markup {
    let l = frame.lang;
    document(
        frame,
        &format!("{} · {}", s.title, s.code),
        html! {
            (crumbs(l, &[("/inbox", l.t("nav.inbox"))]))
            p.small.muted.flush { span.code { (s.code) } @if s.service != s.title { " · " (s.service) } }
            h1 { (s.title) }
            p.row { (tag(state_tone(s), s.ended.as_deref().unwrap_or(&s.state))) (clock_tag(l, &s.legal)) }
            (meanwhile(l, s))
            div.three.workbench {
                div.asked { (asked(l, s)) (s.provenance) }
                div.doing { (middle(l, s)) }
                div.beside { (right(l, s)) }
            }
        },
    )
}

fn state_tone(s: &Shown) -> Tone {
    match (s.open, &s.ended) {
        (false, _) | (_, Some(_)) => Tone::Plain,
        (true, None) => Tone::Run,
    }
}

/// A colleague was faster.
fn meanwhile(l: Lang, s: &Shown) -> Markup {
    html! {
        @if !s.meanwhile.is_empty() {
            div role="alert" tabindex="-1" autofocus {
                (note(Tone::Soon, &html! {
                    p { b { (l.t("case.meanwhile")) } " " (l.t("case.meanwhile-says")) }
                    (timeline(&s.meanwhile))
                }))
            }
        }
    }
}

fn asked(l: Lang, s: &Shown) -> Markup {
    html! {
        @if let Some(supplied) = &s.supplied { (supplement::supplied(l, supplied)) }
        section aria-labelledby="asked" {
            h2 #asked { (l.t("case.asked")) }
            @if s.erased { p.muted { (l.t("case.erased")) } }
            @if s.masked && !s.erased { p.small.muted { (l.t("case.masked")) } }
            @for section in &s.sections {
                h3 { (section.title) }
                dl.facts.one { @for (label, answer) in &section.answers { dt { (label) } dd { (answer) } } }
            }
            @if !s.photos.is_empty() {
                h3 { (l.t("case.photos")) }
                ul.photos { @for file in &s.photos {
                    li { a href=(file.address) { img src=(file.small) alt={ (file.says) ", " (file.at) } loading="lazy" width="96" height="96"; } span.small.muted { (file.says) } }
                } }
            }
            @if !s.papers.is_empty() {
                h3 { (l.t("case.papers")) }
                ul.list.links-list { @for file in &s.papers {
                    li { a href=(file.address) { b { (file.says) } span { (file.name) " · " (file.at) } } }
                } }
            }
            @if !s.received.is_empty() {
                h3 { (l.t("reception.received")) }
                dl.facts.one { @for (paper, copies) in &s.received { dt { (paper) } dd { (copies) } } }
            }
            (s.handed_out)
            details.more open {
                summary { (l.t("case.facts")) }
                dl.facts.one { @for (label, value) in &s.facts { dt { (label) } dd { (value) } } }
            }
        }
    }
}

fn middle(l: Lang, s: &Shown) -> Markup {
    let nothing = s.doing.is_empty() && !s.may_answer_withdrawal;
    html! {
        section aria-labelledby="now" {
            h2 #now { (l.t("case.now")) }
            @if s.may_answer_withdrawal { (withdrawal(l, s)) }
            @else if s.withdrawing { (note(Tone::Stopped, &html! { p { (l.t("case.withdrawing")) } })) }
            @if s.may_hand_over { p { a.btn.go href={ "/cases/" (s.code) "/hand-over" } { (l.t("hand-over.link")) } } }
            @for (i, doing) in s.doing.iter().enumerate() { (one(l, s, doing, i == 0 && !s.may_hand_over)) }
            (s.owner)
            @if nothing && !s.withdrawing && !s.mirrored {
                p.muted { @if s.open { (l.t("case.nothing-now")) } @else { (l.t("case.closed")) } }
            }
        }
        (s.parts)
        (s.handling)
        (s.money)
        @if s.may_note { (message(l, s)) }
        @if s.may_extend { (extend(l, s)) }
    }
}

fn wrong(typed: &Typed, form: &str) -> Markup {
    let here = typed.form == form;
    html! {
        @if let Some(wrong) = typed.wrong.as_ref().filter(|_| here) {
            p.says role="alert" id="says" { (wrong) }
        }
    }
}

fn words<'a>(typed: &'a Typed, form: &str) -> &'a str {
    match typed.form == form {
        true => &typed.words,
        false => "",
    }
}

fn version(s: &Shown) -> Markup {
    html! { input type="hidden" name="version" value=(s.version); }
}

/// The ways of one step as buttons, with what they need.
fn one(l: Lang, s: &Shown, doing: &Doing, first: bool) -> Markup {
    let to = |what: &str| format!("/cases/{}/{what}", s.code);
    let form = doing.form();
    let typed = &s.typed;
    let stale = typed.wrong.is_some() && typed.form == form;
    let reasons: Vec<&str> = doing
        .ways
        .iter()
        .filter(|way| way.reason)
        .map(|way| way.label.as_str())
        .collect();
    html! {
        section.card.mark-river aria-labelledby=(doing.id("step")) {
            h3 id=(doing.id("step")) { (doing.name) }
            p.row.tight { (clock_tag(l, &doing.face)) span.small.muted { @if !doing.role.is_empty() { (doing.role) " · " } (doing.unit) } }
            @if doing.theirs { p.small { (l.t("case.for-them")) } }
            @if let Some(question) = &doing.question { blockquote { (question) } }
            @if doing.mine { p.small.held { (l.t("inbox.held-mine")) } }
            @else if let Some(holder) = &doing.holder { (note(Tone::Soon, &html! { p { (l.f("case.held-by", &[("name", holder)])) } })) }
            @if doing.ways.is_empty() { (wrong(typed, &form)) }
            @else {
                form method="post" action=(to("decide")) enctype="multipart/form-data" data-draft={ "case-" (s.code) "-" (form) } {
                    (version(s))
                    input type="hidden" name="step" value=(doing.step);
                    @if let Some(row) = doing.row { input type="hidden" name="row" value=(row); }
                    (wrong(typed, &form))
                    @if stale && typed.files { p.small { (l.t("case.files-again")) } }
                    div.field {
                        label for=(doing.id("words")) { (l.t("case.words")) @if reasons.is_empty() { " " span.optional { (l.t("form.optional")) } } }
                        @if !reasons.is_empty() { p.help id=(doing.id("words-help")) { (l.f("case.reason-for", &[("ways", &reasons.join(", "))])) } }
                        textarea id=(doing.id("words")) name="words" rows="4" maxlength="4000" aria-describedby=[(!reasons.is_empty()).then(|| doing.id("words-help"))] { (words(typed, &form)) }
                    }
                    @if !doing.replies.is_empty() {
                        details.more {
                            summary { (l.t("replies.use-one")) }
                            p.small.muted { (l.t("replies.use-says")) }
                            div.ways { @for (key, title) in &doing.replies { button.btn.quiet type="submit" name="reply" value=(key) formaction=(to("reply")) formnovalidate { (title) } } }
                        }
                    }
                    @if let Some(marking) = &doing.marking { (supplement::form(l, &doing.id("mark"), marking)) }
                    @for (what, says) in &doing.evidence {
                        div.field {
                            label for={ (doing.id("proof")) "-" (what) } { (says) }
                            p.help { (l.t("case.evidence-says")) }
                            div.upload { input type="file" id={ (doing.id("proof")) "-" (what) } name=(what) accept="image/jpeg,image/png,image/webp,application/pdf" multiple; }
                        }
                    }
                    @if doing.evidence.is_empty() {
                        details.more {
                            summary { (l.t("case.attach")) }
                            div.field { label.hidden-words for=(doing.id("file")) { (l.t("case.attach")) } div.upload { input type="file" id=(doing.id("file")) name="attached" accept="image/jpeg,image/png,image/webp,application/pdf" multiple; } }
                        }
                    }
                    div.ways {
                        @for (i, way) in doing.ways.iter().enumerate() {
                            @if way.merges { button.btn type="submit" name="go" value="look" formaction=(to("merge")) { (way.label) " …" } }
                            @else { button class=(if i == 0 && first { "btn go" } else if way.stops { "btn stop" } else { "btn" }) type="submit" name="outcome" value=(way.code) data-act[i == 0 && first] { (way.label) } }
                        }
                    }
                }
            }
            @if doing.can_pass {
                div.row.hold {
                    @if doing.mine { (hold(l, s, doing, "release", l.t("case.release"))) }
                    @else if doing.holder.is_none() { (hold(l, s, doing, "claim", l.t("case.claim"))) }
                    a.btn.quiet href={ (to("pass")) "?step=" (encode(&doing.step)) @if let Some(row) = doing.row { "&row=" (row) } } { (l.t("case.pass")) }
                    @if doing.consults { a.btn.quiet href={ (to("consult")) "?step=" (doing.step) @if let Some(row) = doing.row { "&row=" (row) } } { (l.t("consult.title")) } }
                }
            }
            @if doing.report {
                p.row.hold {
                    @for (what, says) in [("kind", l.t("kind.link")), ("share", l.t("share.link")), ("outside", l.t("outside.link-to"))] {
                        a.btn.quiet href={ (to(what)) "?step=" (encode(&doing.step)) @if let Some(row) = doing.row { "&row=" (row) } } { (says) }
                    }
                }
            }
        }
    }
}

fn hold(l: Lang, s: &Shown, doing: &Doing, what: &str, says: &str) -> Markup {
    html! {
        form method="post" action={ "/cases/" (s.code) "/" (what) } {
            (version(s))
            input type="hidden" name="step" value=(doing.step);
            @if let Some(row) = doing.row { input type="hidden" name="row" value=(row); }
            button.btn.quiet type="submit" { (says) span.hidden-words { " " (l.t("inbox.step")) " " (doing.name) } }
        }
    }
}

/// Says something: inside the house, or to whoever asked.
fn message(l: Lang, s: &Shown) -> Markup {
    let here = s.typed.form == "note";
    html! {
        details.more.card open[here] {
            summary { (l.t("case.message")) }
            form method="post" action={ "/cases/" (s.code) "/note" } data-draft={ "case-" (s.code) "-note" } {
                (wrong(&s.typed, "note"))
                div.field {
                    label for="note-words" { (l.t("case.message-words")) }
                    textarea id="note-words" name="words" rows="3" maxlength="4000" { (words(&s.typed, "note")) }
                }
                fieldset.field {
                    legend { (l.t("case.message-to")) }
                    div.picks {
                        label.pick { input type="radio" name="to" value="inside" checked; span { (l.t("case.to-inside")) } }
                        @if s.may_ask { label.pick { input type="radio" name="to" value="applicant"; span { (l.t("case.to-applicant")) } } }
                    }
                }
                p { button.btn type="submit" { (l.t("case.message-send")) } }
            }
        }
    }
}

fn extend(l: Lang, s: &Shown) -> Markup {
    let here = s.typed.form == "extend";
    html! {
        details.more.card open[here] {
            summary { (l.t("case.extend")) }
            form method="post" action={ "/cases/" (s.code) "/extend" } {
                (version(s))
                p.small.muted { (l.t("case.extend-says")) }
                (wrong(&s.typed, "extend"))
                div.field { label for="extend-to" { (l.t("case.extend-to")) } input.shorter type="date" id="extend-to" name="date" value=(if here { s.typed.date.as_str() } else { "" }) required; }
                div.field { label for="extend-words" { (l.t("case.reason")) } textarea id="extend-words" name="words" rows="3" maxlength="4000" required { (words(&s.typed, "extend")) } }
                p { button.btn type="submit" { (l.t("case.extend-send")) } }
            }
        }
    }
}

fn withdrawal(l: Lang, s: &Shown) -> Markup {
    html! {
        section.card.mark-soon aria-labelledby="withdrawal" {
            h3 #withdrawal { (l.t("case.withdrawal")) }
            form method="post" action={ "/cases/" (s.code) "/withdrawal" } {
                (version(s))
                (wrong(&s.typed, "withdrawal"))
                div.field { label for="withdrawal-words" { (l.t("case.words")) } p.help #withdrawal-help { (l.t("case.withdrawal-says")) } textarea id="withdrawal-words" name="words" rows="3" maxlength="4000" aria-describedby="withdrawal-help" { (words(&s.typed, "withdrawal")) } }
                div.ways {
                    button.btn.go type="submit" name="accept" value="yes" { (l.t("case.withdrawal-accept")) }
                    button.btn type="submit" name="accept" value="no" { (l.t("case.withdrawal-refuse")) }
                }
            }
        }
    }
}

fn right(l: Lang, s: &Shown) -> Markup {
    html! {
        section.card data-live="clocks" aria-label=(l.t("case.clock")) {
            (clock(l, &s.legal, l.t("case.legal")))
            @for says in &s.promises { p.small.muted.tight { (says) } }
        }
        (s.lawful)
        @if let Some(standing) = &s.apology { (apology::card(l, &s.code, standing.as_ref())) }
        @if !s.beside.is_empty() {
            section.card {
                h2 { (l.t("case.beside")) }
                ul.list.flush { @for side in &s.beside {
                    li { b { (side.step) } br; span.small.muted { (side.unit) @if let Some(holder) = &side.holder { " · " (holder) } } br; (clock_tag(l, &side.face)) }
                } }
            }
        }
        @if !s.directives.is_empty() || s.about.is_some() {
            section.card {
                h2 { (l.t("case.directives")) }
                ul.list.links-list.flush {
                    @if let Some((to, words)) = &s.about { li { a href=(to) { b { (words) } span { (l.t("case.about")) } } } }
                    @for (to, words) in &s.directives { li { a href=(to) { b { (words) } } } }
                }
            }
        }
        (s.messages)
        section data-live="history" aria-labelledby="history" {
            h2 #history { (l.t("case.history")) }
            (timeline(&s.timeline))
        }
    }
}

//! A case as its sender sees it: who holds it, both clocks, what happened in plain words, and what the
//! sender can do now. Anybody with the code sees how far it is; the secret or the account opens the rest.

use maud::{Markup, html};
use rules::satisfaction::Reason;

use service::definition::Kind;

use crate::text::Lang;
use crate::ui::clock::{Face, clock, clock_tag};
use crate::ui::parts::{Tone, code_word, crumbs, note, tag};
use crate::ui::timeline::{Entry, timeline};
use crate::ui::{Frame, page};

/// The page where a code is typed. `tried` is a code that leads nowhere.
pub fn ask(frame: &Frame, tried: Option<&str>) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        l.t("track.title"),
        html! {
            (crumbs(l, &[("/", l.t("nav.home"))]))
            h1 { (l.t("track.title")) }
            @if let Some(code) = tried { (note(Tone::Late, &html! { p { (l.f("track.none", &[("code", &code)])) } })) }
            form action="/track" {
                div.field {
                    label for="code" { (l.t("slip.code")) }
                    p.help #code-help { (l.t("track.code-says")) }
                    input.short type="text" id="code" name="code" value=(tried.unwrap_or_default()) autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-help" aria-required="true";
                }
                div.field {
                    label for="key" { (l.t("sent.secret")) " " span.optional { (l.t("form.optional")) } }
                    p.help #key-help { (l.t("track.secret-says")) }
                    input.short type="text" id="key" name="key" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="key-help";
                }
                p.acts { button.btn.go type="submit" { (l.t("track.look")) } }
            }
        },
    )
}

/// The sender's own step, to be answered now.
pub struct Asked {
    pub title: String,
    /// What the official wrote.
    pub note: Option<String>,
    pub step: String,
    pub row: Option<u32>,
    /// `trước 16:30 thứ Ba 24/11/2026`
    pub until: Option<String>,
    /// What each outcome is called for the sender: code and words. The first is the usual one.
    pub outcomes: Vec<(String, String)>,
    /// Papers that can be handed in again: code, name, what is wrong with them. Empty: photos.
    pub documents: Vec<(String, String, Option<String>)>,
    /// Controls of the answers that were asked for; `None`: no list of what is wrong.
    pub fields: Option<Markup>,
}

/// What the sender may do at any time.
#[derive(Debug, Clone, Copy, Default)]
pub struct May {
    pub comment: bool,
    pub withdraw: bool,
    pub rate: bool,
    pub reopen: bool,
    /// Say that it is another thing than what it was merged into.
    pub apart: bool,
    /// Say that the result is wrong.
    pub report_error: bool,
}

/// What was sent and did not go through: shown again beside the reason.
#[derive(Debug, Default)]
pub struct Typed {
    /// `answer`, `comment`, `withdraw`, `rate`, `reopen`
    pub form: String,
    pub words: String,
    pub refused: String,
    /// Answers as typed into a supplement, and what is wrong with them.
    pub answers: Option<service::Answers>,
    pub problems: Vec<service::field::FieldProblem>,
}

pub struct Track {
    pub code: String,
    pub kind: Kind,
    pub title: String,
    /// The state in the nation's words: `Đang xử lý`.
    pub state: String,
    pub state_tone: Tone,
    pub holder: Option<String>,
    pub face: Face,
    /// `Hẹn xong trước 16:30 thứ Ba 24/11/2026`
    pub due: String,
    /// `Đồng hồ dừng 1 ngày trong lúc chờ bạn gửi thêm ảnh`, one each.
    pub pauses: Vec<String>,
    /// A result that came early, one that is put right, papers that the city lost.
    pub stands: Vec<(Tone, String)>,
    /// The step under way and its own clock.
    pub step: Option<(String, Face)>,
    pub timeline: Vec<Entry>,
    /// What was asked: label and answer; empty for those who only have the code.
    pub asked_for: Vec<(String, String)>,
    pub asked: Option<Asked>,
    pub may: May,
    /// Why one is or is not satisfied; empty: not asked.
    pub reasons: &'static [Reason],
    /// Address and words of papers to download.
    pub papers: Vec<(String, String)>,
    /// What is to pay.
    pub fees: Option<Markup>,
    /// Decided elsewhere: there is no key to it here.
    pub elsewhere: bool,
    /// Whose system decides it, and the parts of a linked procedure.
    pub linked: Markup,
    /// Papers that the city handed out for it; nothing for those who only have the code.
    pub handed_out: Markup,
    /// The case's version this page shows: a stale answer is told.
    pub version: u32,
    /// Travels with the forms where the sender has no account.
    pub key: Option<String>,
    /// Just done: `Đã gửi`.
    pub said: Option<String>,
    pub typed: Typed,
    /// How far it is on the usual road: this step and all of them.
    pub progress: Option<(usize, usize)>,
    pub opened: String,
    /// The promise was broken: what the city says to that.
    pub sorry: Option<String>,
    /// The visitor knows the code alone: the key opens more.
    pub locked: bool,
    /// Nothing but the code and how far it is may be told (TT 01/2018 Đ.16.2.d).
    pub bare: bool,
    /// A key was shown that does not belong to this code.
    pub wrong_key: bool,
    /// What the city told the sender.
    pub messages: Markup,
}

/// What whoever knows the code of a dossier learns: the code and the degree of completion.
fn bare(frame: &Frame, t: &Track) -> Markup {
    let l = frame.lang;
    page(
        &frame.narrow(),
        l.t("track.title"),
        html! {
            (crumbs(l, &[("/", l.t("nav.home")), ("/track", l.t("track.title"))]))
            @if t.wrong_key { div role="alert" { (note(Tone::Soon, &html! { p { (l.t("track.wrong-key")) } })) } }
            p.small.muted.flush { (code_word(l, t.kind)) }
            h1.code { (t.code) }
            p.row { (tag(t.state_tone, &t.state)) }
            (progress(l, t))
            (t.linked)
            @if !t.elsewhere { (unlock(l, t)) }
        },
    )
}

fn progress(l: Lang, t: &Track) -> Markup {
    html! {
        @if let Some((at, of)) = t.progress {
            ol.steps aria-hidden="true" { @for i in 1..=of { li.past[i < at].here[i == at] {} } }
            p.small.muted { (l.f("track.progress", &[("at", &at), ("of", &of)])) }
        }
    }
}

pub fn view(frame: &Frame, t: &Track) -> Markup {
    let l = frame.lang;
    if t.bare {
        return bare(frame, t);
    }
    page(
        frame,
        &t.title,
        html! {
                (crumbs(l, &[("/", l.t("nav.home")), ("/track", l.t("track.title"))]))
                @if let Some(said) = &t.said { div role="status" { (note(Tone::Done, &html! { p { (said) } })) } }
                @if !t.typed.refused.is_empty() { div role="alert" { (note(Tone::Late, &html! { p { (t.typed.refused) } })) } }
                @if t.wrong_key { div role="alert" { (note(Tone::Soon, &html! { p { (l.t("track.wrong-key")) } })) } }
                p.small.muted.flush { (code_word(l, t.kind)) " " span.code { (t.code) } }
            h1 { (t.title) }
            p.row { (tag(t.state_tone, &t.state)) }
            (progress(l, t))
            @for (tone, words) in &t.stands { (note(*tone, &html! { p { (words) } })) }
            @if let Some(sorry) = &t.sorry { (note(Tone::Late, &html! { p { (sorry) } })) }
            // On a phone the clocks come first, then what happened, then the papers.
            div.split.ordered {
                aside.side {
                    section.card data-live="clocks" aria-label=(l.t("track.clocks")) {
                        (clock(l, &t.face, &t.due))
                        @for pause in &t.pauses { p.small.muted { (pause) } }
                        dl.facts.one.flush {
                            dt { (l.t("track.opened")) } dd { (t.opened) }
                            @if let Some(holder) = &t.holder { dt { (l.t("sent.holder")) } dd { b { (holder) } } }
                            @if let Some((step, face)) = &t.step { dt { (l.t("track.step")) } dd { (step) " " (clock_tag(l, face)) } }
                        }
                    }
                }
                div.main {
                    @if let Some(asked) = &t.asked { (answer_now(l, t, asked)) }
                    @if let Some(fees) = &t.fees { (fees) }
                    (t.linked)
                    @if !t.timeline.is_empty() { section data-live="track" data-live-from={ "/live?case=" (t.code) } {
                        h2 { (l.t("track.timeline")) }
                        (timeline(&t.timeline))
                    } }
                    @if t.locked { (unlock(l, t)) }
                    (actions(l, t))
                }
                div.rest {
                    (t.handed_out)
                    @if !t.papers.is_empty() {
                        section.card {
                            h2 { (l.t("track.papers")) }
                            ul.list.links-list.flush { @for (address, words) in &t.papers { li { a href=(address) { b { (words) } } } } }
                        }
                    }
                    (t.messages)
                    @if !t.asked_for.is_empty() {
                        details.more.card {
                            summary { (l.t("track.asked-for")) }
                            dl.facts.one.flush { @for (label, answer) in &t.asked_for { dt { (label) } dd { (answer) } } }
                        }
                    }
                    p.small { a href={ "/verify?code=" (t.code) } { (l.t("track.verify")) } }
                }
            }
        },
    )
}

fn hidden(t: &Track) -> Markup {
    html! {
        input type="hidden" name="version" value=(t.version);
        @if let Some(key) = &t.key { input type="hidden" name="key" value=(key); }
    }
}

/// Whoever sent it and has the key opens the rest here.
fn unlock(l: Lang, t: &Track) -> Markup {
    html! {
        section.card {
            h2 { (l.t("track.locked")) }
            p { (l.t("track.locked-says")) }
            form action="/track" {
                input type="hidden" name="code" value=(t.code);
                div.field {
                    label for="key" { (l.t("sent.secret")) }
                    input.short type="text" id="key" name="key" autocomplete="off" autocapitalize="none" spellcheck="false";
                }
                p.acts { button.btn type="submit" { (l.t("track.look")) } }
            }
        }
    }
}

/// What was typed into this form when the city said no.
fn typed<'t>(t: &'t Track, form: &str) -> &'t str {
    if t.typed.form == form {
        &t.typed.words
    } else {
        ""
    }
}

/// The box that says: it is your turn.
fn answer_now(l: Lang, t: &Track, asked: &Asked) -> Markup {
    html! {
        section.card.mark-soon aria-labelledby="turn" {
            h2 #turn { (l.t("track.your-turn")) ": " (asked.title) }
            @if let Some(note) = &asked.note { blockquote { (note) } }
            @if let Some(until) = &asked.until { p.small.muted { (l.f("track.until", &[("at", until)])) } }
            form method="post" action={ "/track/" (t.code) "/answer" } enctype="multipart/form-data" data-draft={ "answer-" (t.code) } {
                (hidden(t))
                input type="hidden" name="step" value=(asked.step);
                @if let Some(row) = asked.row { input type="hidden" name="row" value=(row); }
                @if let Some(fields) = &asked.fields { p.small.muted { (l.t("supplement.only-these")) } (fields) }
                @if asked.documents.is_empty() && asked.fields.is_none() { (words_and_photos(l, "answer", typed(t, "answer"))) }
                @else if asked.documents.is_empty() { (words(l, "answer", typed(t, "answer"))) }
                @else {
                    @if asked.fields.is_none() { (words(l, "answer", typed(t, "answer"))) }
                    details.more open {
                        summary { @if asked.fields.is_some() { (l.t("supplement.your-papers")) } @else { (l.t("track.supply")) } }
                        p.small.muted { (l.t("apply.papers-says")) }
                        @for (code, name, why) in &asked.documents {
                            div.field {
                                label for={ "d-" (code) } { (name) @if why.is_none() { " " span.optional { (l.t("form.optional")) } } }
                                @if let Some(why) = why { p.flush { b { "→ " (why) } } }
                                div.upload { input type="file" id={ "d-" (code) } name={ "documents/" (code) } accept=".pdf,.jpg,.jpeg,.png"; }
                            }
                        }
                    }
                    @if asked.fields.is_some() { (words(l, "answer", typed(t, "answer"))) }
                }
                p.acts {
                    @for (i, (code, words)) in asked.outcomes.iter().enumerate() {
                        button class=(if i == 0 { "btn go" } else { "btn" }) type="submit" name="outcome" value=(code) { (words) }
                    }
                }
            }
        }
    }
}

fn words(l: Lang, prefix: &str, typed: &str) -> Markup {
    html! {
        div.field {
            label for={ (prefix) "-words" } { (l.t("track.words")) }
            textarea id={ (prefix) "-words" } name="words" rows="4" maxlength="4000" { (typed) }
        }
    }
}

fn words_and_photos(l: Lang, prefix: &str, typed: &str) -> Markup {
    html! {
        (words(l, prefix, typed))
        div.field {
            label for={ (prefix) "-files" } { (l.t("track.files")) " " span.optional { (l.t("form.optional")) } }
            p.help { (l.t("form.help-photos")) }
            div.upload { input type="file" id={ (prefix) "-files" } name="photos" accept="image/jpeg,image/png,image/webp" multiple; }
        }
    }
}

fn actions(l: Lang, t: &Track) -> Markup {
    let to = |what: &str| format!("/track/{}/{what}", t.code);
    html! {
        @if t.may.rate {
            section.card {
                h2 { (l.t("track.rate")) }
                form method="post" action=(to("rate")) {
                    (hidden(t))
                    fieldset.stars {
                        legend.hidden-words { (l.t("track.rate")) }
                        @for score in 1..=5 {
                            label { input type="radio" name="score" value=(score); (score) " · " (l.of("score", &score.to_string(), &[])) }
                        }
                    }
                    @for (good, says) in [(true, l.t("track.rate-good")), (false, l.t("track.rate-bad"))] {
                        @if !t.reasons.is_empty() {
                            fieldset.field { legend { (says) " " span.optional { (l.t("form.optional")) } }
                                div.picks { @for reason in t.reasons.iter().filter(|reason| reason.good == good) { label.pick { input type="checkbox" name="reason" value=(reason.code); span { (reason.name(l.code())) } } } }
                            }
                        }
                    }
                    div.field.space { label for="rate-words" { (l.t("track.rate-why")) " " span.optional { (l.t("form.optional")) } } textarea id="rate-words" name="words" rows="3" maxlength="2000" { (typed(t, "rate")) } }
                    p { button.btn type="submit" { (l.t("track.rate-send")) } }
                }
            }
        }
        @if t.may.apart {
            details.more open[t.typed.form == "apart"] {
                summary { (l.t("merge.apart")) }
                form method="post" action=(to("apart")) { (hidden(t)) p.muted { (l.t("merge.apart-says")) } (words(l, "apart", typed(t, "apart"))) p { button.btn type="submit" { (l.t("merge.apart-send")) } } }
            }
        }
        @if t.may.reopen {
            details.more open[t.typed.form == "reopen"] {
                summary { (l.t("track.reopen")) }
                form method="post" action=(to("reopen")) enctype="multipart/form-data" { (hidden(t)) p.muted { (l.t("track.reopen-says")) } (words_and_photos(l, "reopen", typed(t, "reopen"))) p { button.btn type="submit" { (l.t("track.reopen-send")) } } }
            }
        }
        @if t.may.report_error {
            details.more open[t.typed.form == "error"] {
                summary { (l.t("track.error")) }
                form method="post" action=(to("error")) {
                    (hidden(t)) p.muted { (l.t("track.error-says")) }
                    div.field { label for="error-words" { (l.t("track.error-what")) } textarea id="error-words" name="words" rows="4" maxlength="4000" { (typed(t, "error")) } }
                    p { button.btn type="submit" { (l.t("track.error-send")) } }
                }
            }
        }
        @if t.may.comment {
            details.more open[t.typed.form == "comment"] {
                summary { (l.t("track.comment")) }
                form method="post" action=(to("comment")) enctype="multipart/form-data" { (hidden(t)) (words_and_photos(l, "comment", typed(t, "comment"))) p { button.btn type="submit" { (l.t("track.comment-send")) } } }
            }
        }
        @if t.may.withdraw {
            details.more open[t.typed.form == "withdraw"] {
                summary { (if t.kind == Kind::Report { l.t("track.withdraw-report") } else { l.t("track.withdraw") }) }
                form method="post" action=(to("withdraw")) {
                    (hidden(t)) p.muted { (l.t("track.withdraw-says")) }
                    div.field { label for="withdraw-words" { (l.t("track.withdraw-why")) } textarea id="withdraw-words" name="words" rows="3" maxlength="2000" { (typed(t, "withdraw")) } }
                    p { button.btn.stop type="submit" { (l.t("track.withdraw-send")) } }
                }
            }
        }
    }
}

//! What a clerk writes down of a dossier on the desk, beside the form itself: papers with kind of copy and count,
//! sets, who helped, codes of other systems, fees taken, and the decision. Drawn into the form of `desk`.

use actions::reception::PROOF;
use maud::{Markup, html};
use rules::case::counter::{CopyKind, PaperReceived, PapersReceived};
use rules::case::money::Way;
use rules::counter::{Counter, is_desk};
use rules::process::Flow;
use service::answer;
use service::definition::{Code, Definition, Document, Ending, Move, Step};
use service::expr::Scope;
use service::fees;
use service::supplement::Mark;

use super::names;
use super::posted::Posted;
use super::supplement::marks_of;
use crate::say;
use crate::text::Lang;
use crate::ui::form::{self, Sheet};

/// Papers of one kind on a form: more is a slip of the finger.
const MOST: u32 = 999;
/// The keys of the decisions, in the order of the outcomes.
const KEYS: [&str; 3] = ["F8", "F9", "F10"];

/// As it stands on the desk.
#[derive(Debug, Clone)]
pub struct OnDesk {
    pub papers: Vec<PaperReceived>,
    pub sets: u32,
    pub helper: String,
    pub words: String,
    pub paid: Vec<Code>,
    pub waived: Vec<Code>,
    pub way: Way,
    pub system: String,
    pub code: String,
    pub desk: String,
    pub ticket: String,
    /// What is wrong or missing.
    pub marks: Vec<Mark>,
}

impl OnDesk {
    /// An empty desk, where this number of the queue was called.
    pub fn new(desk: String, ticket: String) -> Self {
        Self {
            papers: Vec::new(),
            sets: 1,
            helper: String::new(),
            words: String::new(),
            paid: Vec::new(),
            waived: Vec::new(),
            way: Way::Cash,
            system: String::new(),
            code: String::new(),
            desk,
            ticket,
            marks: Vec::new(),
        }
    }

    pub fn of(posted: &Posted, definition: &Definition) -> Self {
        let ticked: Vec<&str> = posted.all("paper").collect();
        let ticked = definition
            .documents
            .iter()
            .filter(|document| ticked.contains(&document.code.as_str()));
        let papers = ticked.map(|document| PaperReceived {
            document: document.code.clone(),
            copy: CopyKind::of(posted.get(&format!("copy/{}", document.code)))
                .unwrap_or(CopyKind::Original),
            count: posted
                .number(&format!("count/{}", document.code))
                .unwrap_or(1)
                .clamp(1, MOST),
        });
        Self {
            papers: papers.collect(),
            sets: posted.number("sets").unwrap_or(1).clamp(1, MOST),
            helper: posted.get("helper").to_owned(),
            words: posted.get("words").to_owned(),
            paid: posted.all("paid").map(str::to_owned).collect(),
            waived: posted.all("waived").map(str::to_owned).collect(),
            way: Way::of_code(posted.get("money-way")).unwrap_or(Way::Cash),
            system: posted.get("system").trim().to_owned(),
            code: posted.get("code").trim().to_owned(),
            desk: posted.get("desk").to_owned(),
            ticket: posted.get("ticket").to_owned(),
            marks: marks_of(posted),
        }
    }

    pub fn received(&self) -> PapersReceived {
        PapersReceived {
            papers: self.papers.clone(),
            sets: self.sets.max(1),
            helper: Some(self.helper.clone()).filter(|helper| !helper.is_empty()),
        }
    }

    pub fn elsewhere(&self) -> Option<(String, String)> {
        (!self.code.is_empty()).then(|| (self.system.clone(), self.code.clone()))
    }

    /// The list of a request to complete: what was marked, and each needed paper that was not handed in.
    pub fn missing(&self, l: Lang, definition: &Definition, scope: &Scope<'_>) -> Vec<Mark> {
        let mut marks = self.marks.clone();
        for (document, required) in answer::documents(definition, scope) {
            let what = format!("documents/{}", document.code);
            let told = marks.iter().any(|mark| mark.what == what);
            if required && !told && self.paper(&document.code).is_none() {
                marks.push(Mark {
                    what,
                    why: l.t("reception.not-handed-in").to_owned(),
                });
            }
        }
        marks
    }

    fn mark(&self, what: &str) -> &str {
        self.marks
            .iter()
            .find(|mark| mark.what == what)
            .map_or("", |mark| &mark.why)
    }

    fn paper(&self, code: &str) -> Option<&PaperReceived> {
        self.papers.iter().find(|paper| paper.document == code)
    }
}

/// The step at which this official decides at once; `None`: the service has no reception of its own.
pub fn step(definition: &Definition) -> Option<&Step> {
    Flow::of(definition).reception()
}

/// The list of papers, each with its kind of copy, count and scan.
pub fn papers(sheet: &Sheet<'_>, definition: &Definition, desk: &OnDesk) -> Markup {
    let l = sheet.lang;
    let listed = answer::documents(definition, &sheet.scope);
    html! {
        h2 { (l.t("apply.papers")) }
        p.small.muted { (l.t("reception.papers-says")) }
        @for (document, required) in &listed { (paper(sheet, document, *required, desk)) }
        div.field { label for="sets" { (l.t("reception.sets")) } input.shorter type="number" id="sets" name="sets" min="1" max=(MOST) value=(desk.sets.max(1)); }
    }
}

fn paper(sheet: &Sheet<'_>, document: &Document, required: bool, desk: &OnDesk) -> Markup {
    let (l, code) = (sheet.lang, &document.code);
    let had = desk.paper(code);
    let copy = had
        .map(|paper| paper.copy)
        .unwrap_or(match (document.originals, document.copies) {
            (0, copies) if copies > 0 => CopyKind::Plain,
            _ => CopyKind::Original,
        });
    let count = had.map_or_else(
        || document.originals.max(document.copies).max(1),
        |paper| paper.count,
    );
    let name = document.label.get(l.code());
    let problem = sheet
        .problems
        .iter()
        .find(|problem| problem.field == format!("documents/{code}"));
    html! {
        fieldset.field.paper.wrong[problem.is_some()] {
            legend.hidden-words { (name) }
            label.pick { input type="checkbox" name="paper" value=(code) checked[had.is_some()]; span { (name) @if !required { " " span.optional { (l.t("form.optional")) } } @if let Some(problem) = problem { span.says { (problem.says(l.code())) } } } }
            label { span.hidden-words { (name) ": " } span { (l.t("reception.copy")) } select name={ "copy/" (code) } {
                @for kind in CopyKind::ALL { option value=(kind.code()) selected[kind == copy] { (l.of("copy", kind.code(), &[])) } }
            } }
            label { span.hidden-words { (name) ": " } span { (l.t("reception.count")) } input type="number" name={ "count/" (code) } min="1" max=(MOST) value=(count); }
            details.more open[!desk.mark(&format!("documents/{code}")).is_empty()] {
                summary { (l.t("reception.scan")) }
                (form::document(sheet, document, false, 0))
                div.field { label for={ "mark-" (code) } { (l.t("reception.wrong")) } input type="text" id={ "mark-" (code) } name={ "mark:documents/" (code) } value=(desk.mark(&format!("documents/{code}"))) maxlength="500" autocomplete="off"; }
            }
        }
    }
}

/// Who helped, and what another system calls it.
pub fn around(
    l: Lang,
    rules: &Counter,
    law: &actions::Law,
    today: jiff::civil::Date,
    desk: &OnDesk,
) -> Markup {
    let mut desks: Vec<_> = law
        .organisation
        .units_on(today)
        .filter(|unit| is_desk(unit))
        .collect();
    desks.sort_by_key(|unit| service::fold::place_key(&unit.name));
    html! {
        details.more open[!desk.helper.is_empty() || !desk.code.is_empty()] {
            summary { (l.t("reception.around")) }
            div.field { label for="helper" { (l.t("reception.helper")) } p.help { (l.t("reception.helper-says")) } select id="helper" name="helper" {
                option value="" { (l.t("reception.nobody")) }
                @for helper in &rules.helper { option value=(helper.code) selected[helper.code == desk.helper] { (helper.label(l.code())) } }
                optgroup label=(l.t("reception.other-desk")) { @for unit in desks { option value=(unit.code) selected[unit.code == desk.helper] { (unit.name) } } }
            } }
            div.field { label for="system" { (l.t("reception.system")) } input.short type="text" id="system" name="system" value=(desk.system) maxlength="60" autocomplete="off"; }
            div.field { label for="code" { (l.t("reception.code")) } p.help { (l.t("reception.code-says")) } input.short type="text" id="code" name="code" value=(desk.code) maxlength="80" autocomplete="off"; }
        }
    }
}

/// What is due at reception: taken now, or waived on a proof. Once the city said no, the first fee that is not
/// settled asks for the focus.
pub fn fees(
    l: Lang,
    definition: &Definition,
    step: &Step,
    scope: &Scope<'_>,
    desk: &OnDesk,
    refused: bool,
) -> Markup {
    // An amount that these answers do not give yet is shown after the next look.
    let dues = fees::known(definition, scope);
    let dues: Vec<_> = dues
        .into_iter()
        .filter(|fee| fee.due.as_deref() == Some(step.code.as_str()) && fee.amount > 0)
        .collect();
    let settled = |fee: &Code| desk.paid.contains(fee) || desk.waived.contains(fee);
    let unpaid = dues.iter().position(|fee| !settled(&fee.code));
    let claimed = dues.iter().any(|fee| fee.claimed);
    html! {
        @if !dues.is_empty() {
            fieldset.field {
                legend { (l.t("reception.fees")) }
                @for (i, fee) in dues.iter().enumerate() {
                    @let asks = refused && unpaid == Some(i);
                    @let (name, label) = match fee.claimed {
                        true => ("waived", l.f("reception.waive", &[("fee", &fee.label.get(l.code()))])),
                        false => ("paid", l.f("reception.fee-paid", &[("fee", &fee.label.get(l.code()))])),
                    };
                    label.pick { input type="checkbox" name=(name) value=(fee.code) autofocus[asks] checked[settled(&fee.code)]; span { (label) " " b { (say::money(l, fee.amount)) } } }
                }
            }
            @if claimed {
                div.field { label for="proof" { (l.t("reception.proof")) } p.help { (l.t("reception.proof-says")) } div.upload { input type="file" id="proof" name={ "documents/" (PROOF) } accept=".pdf,.jpg,.jpeg,.png"; } }
            }
            div.field { label for="money-way" { (l.t("reception.money-way")) } select.short id="money-way" name="money-way" {
                @for way in Way::ALL.into_iter().filter(|way| way.at_desk()) { option value=(way.code()) selected[way == desk.way] { (l.of("reception-money", way.code(), &[])) } }
            } }
        }
    }
}

/// The reason, and a button for each outcome with its key.
pub fn ways(l: Lang, definition: &Definition, step: &Step, desk: &OnDesk) -> Markup {
    let reasons: Vec<String> = step
        .outcomes
        .iter()
        .filter(|way| way.to != Move::Next)
        .map(|way| names::outcome(l, step, &way.code))
        .collect();
    html! {
        div.field {
            label for="words" { (l.t("case.words")) }
            @if !reasons.is_empty() { p.help id="words-help" { (l.f("case.reason-for", &[("ways", &reasons.join(", "))])) } }
            textarea id="words" name="words" rows="3" maxlength="4000" { (desk.words) }
        }
        p.acts {
            @for (i, way) in step.outcomes.iter().enumerate() {
                @let key = KEYS.get(i).copied();
                button.btn.go[i == 0].stop[stops(definition, &way.to)] type="submit" name="go" value={ "decide:" (way.code) } data-key=[key] accesskey=[(i < 9).then(|| (i + 1).to_string())] { (names::outcome(l, step, &way.code)) @if let Some(key) = key { " " kbd { (key) } } }
            }
            button.btn.quiet type="submit" name="go" value="look" formnovalidate data-key="F2" { (l.t("desk.refresh")) " " kbd { "F2" } }
        }
        p.small.muted { (l.t("reception.keys")) }
    }
}

fn stops(definition: &Definition, to: &Move) -> bool {
    let ends = |to: &Move| matches!(to, Move::End(Ending::Refused | Ending::Stopped));
    match to {
        Move::Next => false,
        Move::Step(code) => Flow::of(definition).step(code).is_some_and(|step| {
            !step.outcomes.is_empty() && step.outcomes.iter().all(|way| ends(&way.to))
        }),
        end => ends(end),
    }
}

/// `bản chính ×2`
pub fn paper_words(l: Lang, paper: &PaperReceived) -> String {
    format!("{} × {}", l.of("copy", paper.copy.code(), &[]), paper.count)
}

/// Who helped, by name.
pub fn helper_name(l: Lang, law: &actions::Law, helper: &str) -> String {
    match law.counter.helper(helper) {
        Some(known) => known.label(l.code()).to_owned(),
        None => names::unit(law, helper),
    }
}

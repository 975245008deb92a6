//! Questions drawn from a definition. A field's label, help, limits and choices come from
//! `service::definition::Field` and the hints of `service::field`; the answers are judged there too,
//! and what it says is shown at the field and in the summary. Nothing typed is lost.

mod words;

pub use words::answer_words;
use words::part_words;

use maud::{Markup, html};
use serde_json::{Map, Value};
use service::definition::{Document, Field, FieldKind};
use service::expr::{Scope, to_json};
use service::field::{self, FieldProblem, HtmlHints};

use super::icon::{Icon, icon};
use crate::say;
use crate::text::Lang;

/// Everything a form needs beside its fields. In a row of a repeating group, `scope` stands in that row.
pub struct Sheet<'a> {
    pub lang: Lang,
    pub scope: Scope<'a>,
    pub problems: &'a [FieldProblem],
    /// Communes for places: code and name, in the order to show.
    pub areas: &'a [(String, String)],
    /// Units of the city for fields of that type.
    pub units: &'a [(String, String)],
    /// Codes of fields filled in from the account or a register, marked as such.
    pub known: &'a [Known],
    /// A drawn map for choosing a place, where the page brings one.
    pub map: Option<&'a Markup>,
}

/// Where an answer comes from that nobody typed, or why it must be typed after all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub code: String,
    pub words: String,
    /// It is what the source says; else a person declares it.
    pub sure: bool,
}

impl<'a> Sheet<'a> {
    fn problem(&self, code: &str) -> Option<&'a FieldProblem> {
        self.problems.iter().find(|p| last(&p.field) == code)
    }

    fn value(&self, path: &str) -> Option<&'a Value> {
        let mut steps = path.split('.');
        let first = steps.next()?;
        let row = self
            .scope
            .row
            .and_then(|(group, row)| self.scope.answers.get(group)?.get(row));
        let mut value = match row {
            Some(row) => row.get(first)?,
            None => self.scope.answers.get(first)?,
        };
        for step in steps {
            value = value.get(step)?;
        }
        Some(value)
    }

    /// What stands in the control: as typed where it was wrong, else as people write it.
    fn words(&self, field: &Field, path: &str) -> String {
        match self.value(path) {
            // A date control wants the ISO form.
            Some(Value::String(text)) => text.clone(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => field::written(field, value),
            _ => String::new(),
        }
    }

    fn part(&self, path: &str) -> String {
        match self.value(path) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }
}

/// `buyers/0/personal_id` → `personal_id`; `documents/contract` stays whole, because a document may
/// bear the name of a field.
fn last(path: &str) -> &str {
    match path.strip_prefix("documents/") {
        Some(_) => path,
        None => path.rsplit('/').next().unwrap_or(path),
    }
}

/// Element ids are made from codes; dots and slashes would read as classes and paths in selectors.
pub fn id(code: &str) -> String {
    format!("f-{}", code.replace(['.', '/'], "-"))
}

/// The list at the top of a page with problems; each sentence leads to its field. Takes the focus.
pub fn errors(lang: Lang, problems: &[FieldProblem]) -> Markup {
    html! {
        @if !problems.is_empty() {
            div.errors role="alert" tabindex="-1" autofocus {
                h2 { (lang.n("form.errors", i64::try_from(problems.len()).unwrap_or(i64::MAX), &[])) }
                ul { @for problem in problems { li { a href={ "#" (id(last(&problem.field))) } { (problem.says(lang.code())) } } } }
            }
        }
    }
}

/// All fields of a page, hidden ones included where the script can show them; `shown` are those that
/// the walk shows now.
pub fn fields(sheet: &Sheet<'_>, fields: &[Field], shown: &[&Field]) -> Markup {
    html! {
        @for field in fields {
            @let visible = shown.iter().any(|f| f.code == field.code);
            @if visible || condition(field).is_some() { (field_of(sheet, field, visible)) }
        }
    }
}

/// The condition as the tree that the script walks; `None` where there is none or only the server knows.
fn condition(field: &Field) -> Option<String> {
    field
        .show_when
        .as_ref()
        .and_then(to_json)
        .map(|tree| tree.to_string())
}

/// Answers of other pages that the conditions of these fields ask about, for the script. Nothing else
/// of the answers is sent along.
pub fn asked_elsewhere(sheet: &Sheet<'_>, fields: &[Field]) -> Option<String> {
    let mut asked = serde_json::Map::new();
    for when in fields.iter().filter_map(|f| f.show_when.as_ref()) {
        let Ok(node) = service::expr::parse(when) else {
            continue;
        };
        for name in node.reads() {
            let here = fields.iter().any(|f| f.code == name);
            if let (false, Some(value)) = (here, sheet.scope.answers.get(name)) {
                asked.insert(name.to_owned(), value.clone());
            }
        }
    }
    (!asked.is_empty()).then(|| Value::Object(asked).to_string())
}

/// One question with its label, help, problem and control.
pub fn field_of(sheet: &Sheet<'_>, field: &Field, visible: bool) -> Markup {
    let l = sheet.lang;
    let code = field.code.as_str();
    let hints = field::html(field, &sheet.scope);
    let problem = sheet.problem(code);
    let lone_box = hints.input_type == "checkbox";
    let label = html! {
        (field.label.get(l.code()))
        @if !hints.required && !hints.readonly && !lone_box { " " span.optional { (l.t("form.optional")) } }
    };
    let help = help_of(sheet, field);
    let grouped = matches!(
        hints.input_type,
        "radio" | "checkboxes" | "place" | "record"
    ) || field.kind == FieldKind::Photos;
    let describe = described(code, help.is_some(), problem.is_some());
    let inner = html! {
        @if let Some(help) = &help { p.help id={ (id(code)) "-help" } { (help) } }
        @if let Some(problem) = problem { p.says id={ (id(code)) "-says" } { (problem.says(l.code())) } }
        (control(sheet, field, &hints, describe.as_deref()))
        @for known in sheet.known.iter().filter(|known| known.code == code) {
            @if known.sure { p.known { "✓ " (known.words) } } @else { p.help { (known.words) } }
        }
        @if let Some(purpose) = &field.purpose { @if !purpose.get(l.code()).is_empty() { p.help { (l.t("form.purpose")) " " (purpose.get(l.code())) } } }
    };
    let class = if problem.is_some() {
        "field wrong"
    } else {
        "field"
    };
    let condition = condition(field);
    html! {
        @if grouped {
            fieldset class=(class) id=(id(code)) data-show-when=[condition] hidden[!visible] aria-describedby=[describe.as_deref()] {
                legend { (label) } (inner)
            }
        } @else {
            div class=(class) data-show-when=[condition] hidden[!visible] {
                @if !lone_box { label for=(id(code)) { (label) } }
                (inner)
            }
        }
    }
}

fn help_of(sheet: &Sheet<'_>, field: &Field) -> Option<String> {
    let own = field.help.get(sheet.lang.code());
    if !own.is_empty() {
        return Some(own.to_owned());
    }
    match field.kind {
        FieldKind::PersonalId => Some(sheet.lang.t("form.help-personal-id").to_owned()),
        FieldKind::Photos => Some(sheet.lang.t("form.help-photos").to_owned()),
        _ => None,
    }
}

fn described(code: &str, help: bool, problem: bool) -> Option<String> {
    let mut ids = Vec::new();
    if help {
        ids.push(format!("{}-help", id(code)));
    }
    if problem {
        ids.push(format!("{}-says", id(code)));
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn control(sheet: &Sheet<'_>, field: &Field, hints: &HtmlHints, describe: Option<&str>) -> Markup {
    let l = sheet.lang;
    let code = field.code.as_str();
    let value = sheet.words(field, code);
    let invalid = sheet.problem(code).map(|_| "true");
    // `required` as an attribute would stop people without telling them in our words; ARIA says it.
    let needed = hints.required.then_some("true");
    let options = field::options(field);
    let pairs: Vec<_> = options
        .iter()
        .map(|c| (c.code.as_str(), c.label.get(l.code())))
        .collect();
    match hints.input_type {
        "textarea" => html! {
            textarea id=(id(code)) name=(code) rows="5" maxlength=[hints.maxlength] readonly[hints.readonly]
                aria-required=[needed] aria-invalid=[invalid] aria-describedby=[describe] { (value) }
        },
        "checkbox" => html! {
            label.pick for=(id(code)) {
                input type="checkbox" id=(id(code)) name=(code) value="true" checked[value == "true"] aria-describedby=[describe];
                span { (field.label.get(l.code())) }
            }
        },
        "radio" if field.kind == FieldKind::YesNo => picks(
            sheet,
            field,
            &[("true", l.t("form.yes")), ("false", l.t("form.no"))],
            "radio",
            true,
        ),
        "radio" => picks(sheet, field, &pairs, "radio", false),
        "checkboxes" => picks(sheet, field, &pairs, "checkbox", false),
        "select" => select(code, &value, &pairs, l.t("form.choose"), invalid, describe),
        "unit" => select(
            code,
            &value,
            &names(sheet.units),
            l.t("form.choose"),
            invalid,
            describe,
        ),
        "place" => place(sheet, code),
        // The hints close every record; whether its register was asked in vain only the page knows.
        "record" if field.read_only => record(sheet, code),
        "record" => typed_record(sheet, field),
        "file" => {
            let photos = field.kind == FieldKind::Photos;
            let control = if photos {
                format!("{}-files", id(code))
            } else {
                id(code)
            };
            html! {
                div.upload {
                    @if photos { label.hidden-words for=(control) { (field.label.get(l.code())) } }
                    input type="file" id=(control) name=(code) accept=[hints.accept] multiple[photos] aria-describedby=[describe];
                }
                (kept_files(sheet, code))
            }
        }
        kind => {
            let class = match field.kind {
                FieldKind::Whole | FieldKind::Decimal(_) | FieldKind::Money | FieldKind::Date => {
                    Some("shorter")
                }
                FieldKind::Phone
                | FieldKind::Email
                | FieldKind::PersonalId
                | FieldKind::OrganisationId => Some("short"),
                _ => None,
            };
            let input = html! {
                input type=(kind) id=(id(code)) name=(code) value=(value) class=[class] inputmode=[hints.inputmode]
                    autocomplete=[hints.autocomplete] maxlength=[hints.maxlength] min=[hints.min.as_deref()] max=[hints.max.as_deref()]
                    readonly[hints.readonly] aria-required=[needed] aria-invalid=[invalid] aria-describedby=[describe];
            };
            html! {
                @if field.kind == FieldKind::Money { div.with-unit { (input) span { (l.t("form.dong")) } } } @else { (input) }
            }
        }
    }
}

fn names(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(code, name)| (code.as_str(), name.as_str()))
        .collect()
}

fn picks(
    sheet: &Sheet<'_>,
    field: &Field,
    pairs: &[(&str, &str)],
    kind: &str,
    side: bool,
) -> Markup {
    let value = sheet.value(&field.code);
    let chosen = |code: &str| match value {
        Some(Value::Array(all)) => all.iter().any(|v| v.as_str() == Some(code)),
        Some(Value::Bool(yes)) => yes.to_string() == code,
        Some(Value::String(text)) => text == code,
        _ => false,
    };
    html! {
        div.picks.side[side] {
            @for (code, words) in pairs {
                label.pick { input type=(kind) name=(field.code) value=(code) checked[chosen(code)]; span { (words) } }
            }
        }
    }
}

fn select(
    name: &str,
    value: &str,
    pairs: &[(&str, &str)],
    first: &str,
    invalid: Option<&str>,
    describe: Option<&str>,
) -> Markup {
    html! {
        select id=(id(name)) name=(name) aria-invalid=[invalid] aria-describedby=[describe] {
            option value="" { (first) }
            @for (code, words) in pairs { option value=(code) selected[*code == value] { (words) } }
        }
    }
}

/// The phone's position where there is script, words, and the commune.
pub fn place(sheet: &Sheet<'_>, code: &str) -> Markup {
    let l = sheet.lang;
    let part = |name: &str| format!("{code}.{name}");
    html! {
        div data-place {
            p.flush { button.btn type="button" data-locate hidden data-waiting=(l.t("place.waiting")) data-found=(l.t("place.found")) data-failed=(l.t("place.failed")) {
                (icon(Icon::Pin)) (l.t("place.locate"))
            } }
            p.small.muted data-located aria-live="polite" {}
            p.flush { button.btn type="button" data-photo-place hidden data-found=(l.t("place.photo-found")) { (icon(Icon::Camera)) (l.t("place.photo")) } }
            @if let Some(map) = sheet.map { (map) }
            div.field {
                label for=(id(&part("words"))) { (l.t("place.words")) }
                p.help id={ (id(&part("words"))) "-help" } { (l.t("place.words-help")) }
                input type="text" id=(id(&part("words"))) name=(part("words")) value=(sheet.part(&part("words"))) maxlength="300" aria-describedby={ (id(&part("words"))) "-help" };
            }
            div.field.flush {
                label for=(id(&part("area"))) { (l.t("place.area")) }
                (select(&part("area"), &sheet.part(&part("area")), &names(sheet.areas), l.t("place.area-unknown"), None, None))
            }
            input type="hidden" data-lat name=(part("lat")) value=(sheet.part(&part("lat")));
            input type="hidden" data-lon name=(part("lon")) value=(sheet.part(&part("lon")));
        }
    }
}

/// Files that arrived earlier stay, by their content hash, under the field's own name.
fn kept_files(sheet: &Sheet<'_>, path: &str) -> Markup {
    let hashes: Vec<&str> = match sheet.value(path) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) if !one.is_empty() => vec![one],
        _ => Vec::new(),
    };
    html! {
        @if !hashes.is_empty() {
            p.known { "✓ " (sheet.lang.n("form.kept-files", i64::try_from(hashes.len()).unwrap_or(i64::MAX), &[])) }
            @for hash in hashes { input type="hidden" name=(path) value=(hash); }
        }
    }
}

fn record(sheet: &Sheet<'_>, code: &str) -> Markup {
    html! {
        @match sheet.value(code) {
            Some(Value::Object(parts)) => dl.facts {
                @for (name, value) in parts { dt { (sheet.lang.perhaps("record", name).unwrap_or(name)) } dd { (part_words(sheet, name, value)) } }
            },
            _ => p.muted { (sheet.lang.t("form.record-empty")) },
        }
    }
}

/// A record that its register cannot tell now, declared part by part.
fn typed_record(sheet: &Sheet<'_>, field: &Field) -> Markup {
    let l = sheet.lang;
    let register = field.from.as_ref();
    let register = register.and_then(|call| service::registers::register(&call.register));
    html! {
        @if let Some(register) = register {
            @for (name, _) in register.fields.iter().filter(|(name, _)| *name != register.key) {
                @let label = l.perhaps("record", name).unwrap_or(name);
                @let path = format!("{}.{name}", field.code);
                @if *name == "area" {
                    div.field {
                        label for=(id(&path)) { (label) }
                        (select(&path, &sheet.part(&path), &names(sheet.areas), l.t("form.choose"), None, None))
                    }
                } @else if let Some(part) = register.asks(name, service::Text::vi(label)) {
                    (field_of(sheet, &Field { code: path, ..part }, true))
                }
            }
        }
    }
}

/// A place to put one paper of a procedure. `kept` were sent before.
pub fn document(sheet: &Sheet<'_>, document: &Document, required: bool, kept: usize) -> Markup {
    let l = sheet.lang;
    let path = format!("documents/{}", document.code);
    let problem = sheet.problem(&path);
    let accept = document
        .accept
        .iter()
        .map(|e| format!(".{e}"))
        .collect::<Vec<_>>()
        .join(",");
    let kinds = document.accept.join(", ").to_uppercase();
    html! {
        div class=(if problem.is_some() { "field wrong" } else { "field" }) {
            label for=(id(&path)) { (document.label.get(l.code())) @if !required { " " span.optional { (l.t("form.optional")) } } }
            p.help id={ (id(&path)) "-help" } {
                @if !document.help.get(l.code()).is_empty() { (document.help.get(l.code())) ". " }
                @if !kinds.is_empty() { (l.f("form.accepts", &[("kinds", &kinds)])) " " }
                @if let Some(most) = document.max_bytes { (l.f("form.at-most", &[("size", &size(l, most))])) }
            }
            @if let Some(problem) = problem { p.says id={ (id(&path)) "-says" } { (problem.says(l.code())) } }
            div.upload { input type="file" id=(id(&path)) name=(path) accept=[(!accept.is_empty()).then_some(accept)] aria-describedby=[described(&path, true, problem.is_some())]; }
            @if kept > 0 { p.known { "✓ " (l.n("form.kept-files", i64::try_from(kept).unwrap_or(i64::MAX), &[])) } }
        }
    }
}

/// `20 MB`, `500 KB`
pub fn size(lang: Lang, bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // sizes of files
    let bytes = bytes as f64;
    if bytes >= 1_048_576.0 {
        let mb = bytes / 1_048_576.0;
        format!(
            "{} MB",
            say::decimal(lang, mb, usize::from(mb.fract() > 0.05))
        )
    } else {
        format!("{} KB", say::decimal(lang, (bytes / 1024.0).ceil(), 0))
    }
}

#[cfg(test)]
mod tests;

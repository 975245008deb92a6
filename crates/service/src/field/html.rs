//! What a browser is told about a field, so that it helps before the server judges.

use serde::Serialize;

use super::{FILES, LINE, LONG, required};
use crate::definition::{Field, FieldKind};
use crate::expr::Scope;

/// Attributes of the input. Only what makes a browser helpful; the server judges all the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HtmlHints {
    /// `text`, `textarea`, `select`, `radio`, `checkbox`, `checkboxes`, `date`, `tel`, `email`,
    /// `file`, `place`, `unit`, `record`.
    pub input_type: &'static str,
    pub inputmode: Option<&'static str>,
    pub pattern: Option<String>,
    pub maxlength: Option<usize>,
    /// Of a date input: ISO.
    pub min: Option<String>,
    pub max: Option<String>,
    /// Files or options at most.
    pub most: Option<usize>,
    pub required: bool,
    pub readonly: bool,
    pub autocomplete: Option<&'static str>,
    /// MIME types of a file input.
    pub accept: Option<&'static str>,
}

/// The hints for `field`; options of a choice come from `field::options`.
pub fn html(field: &Field, scope: &Scope) -> HtmlHints {
    let mut hints = HtmlHints {
        input_type: "text",
        required: required(field, scope),
        readonly: field.read_only || field.value.is_some(),
        ..HtmlHints::default()
    };
    let length = |usual: usize| {
        field
            .max
            .as_ref()
            .and_then(|most| most.parse().ok())
            .or(Some(usual))
    };
    match &field.kind {
        FieldKind::Text => {
            hints.maxlength = length(LINE);
            hints.pattern = field.pattern.clone();
        }
        FieldKind::Address => {
            hints.maxlength = length(LINE);
            hints.autocomplete = Some("street-address");
        }
        FieldKind::LongText => {
            hints.input_type = "textarea";
            hints.maxlength = length(LONG);
        }
        // Dots and commas as people write them: a number input would refuse them.
        FieldKind::Whole | FieldKind::Money => hints.inputmode = Some("numeric"),
        FieldKind::Decimal(_) => hints.inputmode = Some("decimal"),
        FieldKind::YesNo => {
            hints.input_type = if hints.required { "radio" } else { "checkbox" };
        }
        FieldKind::Date => {
            hints.input_type = "date";
            let bound = |bound: &Option<String>| match bound.as_deref() {
                Some("today") => scope.today.map(|day| day.to_string()),
                other => other
                    .and_then(super::number::date)
                    .map(|day| day.to_string()),
            };
            (hints.min, hints.max) = (bound(&field.min), bound(&field.max));
        }
        FieldKind::Choice(_) => {
            let few = super::options(field).len() <= 6;
            hints.input_type = if few { "radio" } else { "select" };
        }
        FieldKind::Choices(_) => hints.input_type = "checkboxes",
        FieldKind::Phone => {
            hints.input_type = "tel";
            hints.autocomplete = Some("tel");
            hints.maxlength = Some(20);
        }
        FieldKind::Email => {
            hints.input_type = "email";
            hints.autocomplete = Some("email");
            hints.maxlength = Some(254);
        }
        FieldKind::PersonalId => {
            hints.inputmode = Some("numeric");
            hints.pattern = Some("[0-9 .]{12,16}".to_owned());
            hints.maxlength = Some(16);
            hints.autocomplete = Some("off");
        }
        FieldKind::OrganisationId => {
            hints.inputmode = Some("numeric");
            hints.pattern = Some("[0-9 .\\-]{10,18}".to_owned());
            hints.maxlength = Some(18);
        }
        FieldKind::Place => hints.input_type = "place",
        FieldKind::Photos => {
            hints.input_type = "file";
            hints.accept = Some("image/jpeg,image/png,image/webp");
            hints.most = length(FILES);
        }
        FieldKind::File => {
            hints.input_type = "file";
            hints.most = length(FILES);
        }
        FieldKind::Unit => hints.input_type = "unit",
        FieldKind::Record => {
            hints.input_type = "record";
            hints.readonly = true;
        }
    }
    hints
}

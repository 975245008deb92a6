//! The answers of a case in words, page by page: for a case's page and for papers.

use actions::Law;
use papers::compose::{Answered, Group};
use rules::Moment;
use service::definition::Channel;
use service::expr::Scope;
use service::{Answers, Definition, walk};

use crate::official::supplement::Names;
use crate::text::Lang;
use crate::ui::form::answer_words;

/// Whose answers, and how they are shown.
pub struct Asked<'a> {
    pub law: &'a Law,
    pub definition: &'a Definition,
    /// What was answered: decides which questions were asked.
    pub truth: &'a Answers,
    /// What may be read: the same, or masked.
    pub shown: &'a Answers,
    pub channel: Channel,
    pub now: Moment,
    pub lang: Lang,
}

/// Pages with at least one answer, in the order of the form.
pub fn groups(asked: &Asked<'_>) -> Vec<Group> {
    let Asked {
        law,
        definition,
        lang,
        ..
    } = *asked;
    let names = Names::of(law, asked.now);
    let truth = scope(asked, asked.truth);
    let pages = walk::pages(definition, &truth).into_iter();
    let group = |at: walk::PageRef| {
        let page = definition.form.get(at.index)?;
        let mut scope = scope(asked, asked.shown);
        let mut title = page.page.get(lang.code()).to_owned();
        if let (Some(row), Some(repeat)) = (at.row, &page.repeat) {
            scope = scope.row(&repeat.code, row);
            title = format!("{} {}", repeat.label.get(lang.code()), row + 1);
        }
        let sheet = names.sheet(lang, scope);
        let fields = walk::fields(definition, &truth, at).into_iter();
        let answers: Vec<Answered> = fields
            .filter_map(|field| {
                Some(Answered {
                    code: field.code.clone(),
                    kind: field.kind.clone(),
                    label: field.label.get(lang.code()).to_owned(),
                    words: answer_words(&sheet, field)?,
                })
            })
            .collect();
        (!answers.is_empty()).then_some(Group { title, answers })
    };
    pages.filter_map(group).collect()
}

fn scope<'a>(asked: &Asked<'a>, answers: &'a Answers) -> Scope<'a> {
    let scope = Scope::of(asked.definition, answers).channel(asked.channel);
    match asked.law.calendar() {
        Ok(calendar) => scope.today(calendar.local(asked.now).0),
        Err(_) => scope,
    }
}

//! Check 11: texts exist in every language the city declares; outcomes have a name people read.

use super::Found;
use crate::definition::{Definition, Node, Step};
use crate::text::Text;
use crate::world::World;

pub fn texts(definition: &Definition, world: &World) -> Vec<Found> {
    let texts = all(definition);
    let mut found: Vec<Found> = Vec::new();
    for language in &world.languages {
        let missing: Vec<&(String, &Text)> = texts
            .iter()
            .filter(|(_, text)| !text.vi.is_empty() && !text.others.contains_key(language))
            .collect();
        if let Some((path, first)) = missing.first() {
            let says = format!(
                "Còn {} chỗ chưa có bản dịch “{language}”, chỗ đầu tiên là “{}”.",
                missing.len(),
                first.vi
            );
            found.push(Found::warning(path, says));
        }
    }
    for (path, step) in steps(definition) {
        for outcome in step
            .outcomes
            .iter()
            .filter(|outcome| outcome.label.vi == outcome.code)
        {
            found.push(
                Found::warning(
                    format!("{path}/outcomes/{}", outcome.code),
                    format!("Kết quả “{}” chưa có tên để cán bộ đọc.", outcome.code),
                )
                .instead(format!("{}: {{to: …, label: …}}", outcome.code)),
            );
        }
    }
    found
}

/// Every text residents may read, with its place. Letters to officials only stay Vietnamese.
fn all(definition: &Definition) -> Vec<(String, &Text)> {
    let mut texts = vec![
        ("name".to_owned(), &definition.name),
        ("summary".to_owned(), &definition.summary),
        ("group".to_owned(), &definition.group),
    ];
    texts.extend(
        definition
            .owner
            .iter()
            .map(|owner| ("owner".to_owned(), &owner.name)),
    );
    let parts = definition.parts.iter().enumerate();
    texts.extend(parts.map(|(at, part)| (format!("parts/{at}/name"), &part.name)));
    for (at, page) in definition.form.iter().enumerate() {
        texts.push((format!("form/{at}/page"), &page.page));
        texts.push((format!("form/{at}/help"), &page.help));
        if let Some(repeat) = &page.repeat {
            texts.push((format!("form/{at}/repeat/label"), &repeat.label));
        }
        for (index, field) in page.fields.iter().enumerate() {
            let path = format!("form/{at}/fields/{index}");
            texts.push((format!("{path}/label"), &field.label));
            texts.push((format!("{path}/help"), &field.help));
            let options = field.options.iter();
            texts.extend(
                options.map(|choice| (format!("{path}/options/{}", choice.code), &choice.label)),
            );
        }
        for (index, check) in page.check.iter().enumerate() {
            texts.push((format!("form/{at}/check/{index}/else"), &check.otherwise));
        }
    }
    for (at, document) in definition.documents.iter().enumerate() {
        texts.push((format!("documents/{at}/label"), &document.label));
        texts.push((format!("documents/{at}/help"), &document.help));
    }
    for (at, fee) in definition.fees.iter().enumerate() {
        texts.push((format!("fees/{at}/label"), &fee.label));
    }
    texts.extend(
        steps(definition)
            .into_iter()
            .map(|(path, step)| (format!("{path}/name"), &step.name)),
    );
    texts
}

/// Every step with its path.
pub fn steps(definition: &Definition) -> Vec<(String, &Step)> {
    let mut all = Vec::new();
    for (at, node) in definition.process.steps.iter().enumerate() {
        let path = format!("process/steps/{at}");
        match node {
            Node::Step(step) => all.push((path, step)),
            Node::Parallel { branches, .. } => {
                for (branch, steps) in branches.iter().enumerate() {
                    let steps = steps.iter().enumerate();
                    all.extend(
                        steps.map(|(at, step)| (format!("{path}/branches/{branch}/{at}"), step)),
                    );
                }
            }
            Node::Each { steps, .. } => {
                let steps = steps.iter().enumerate();
                all.extend(steps.map(|(at, step)| (format!("{path}/steps/{at}"), step)));
            }
        }
    }
    all
}

//! Computed fields that need each other, and so never have a value.

use super::*;

impl Check<'_> {
    /// A field must not need itself to be there or to be worth something.
    pub(super) fn circles(&mut self) {
        let definition = self.definition;
        let mut told = Vec::new();
        for (p, page) in definition.form.iter().enumerate() {
            for f in 0..page.fields.len() {
                if told.contains(&(p, f)) {
                    continue;
                }
                let Some(circle) = circle(definition, (p, f)) else {
                    continue;
                };
                let name = |at: &(usize, usize)| definition.form[at.0].fields[at.1].code.as_str();
                let way: Vec<&str> = circle.iter().chain([&(p, f)]).map(name).collect();
                let field = &page.fields[f];
                let key = if field.value.is_some() {
                    format!("form/{p}/fields/{f}/value")
                } else if field.show_when.is_some() {
                    format!("form/{p}/fields/{f}/show-when")
                } else {
                    format!("form/{p}/show-when")
                };
                self.say(
                    &key,
                    format!("Phụ thuộc vòng tròn: {}", way.join(" → ")),
                    None,
                );
                told.extend(circle);
            }
        }
    }
}

/// The fields between `start` and itself, if it asks itself.
fn circle(definition: &Definition, start: (usize, usize)) -> Option<Vec<(usize, usize)>> {
    fn follow(
        definition: &Definition,
        start: (usize, usize),
        way: &mut Vec<(usize, usize)>,
        seen: &mut Vec<(usize, usize)>,
    ) -> bool {
        let Some(at) = way.last().copied() else {
            return false;
        };
        for asked in walk::asks(definition, at) {
            if asked == start {
                return true;
            }
            if seen.contains(&asked) {
                continue;
            }
            seen.push(asked);
            way.push(asked);
            if follow(definition, start, way, seen) {
                return true;
            }
            way.pop();
        }
        false
    }
    let mut way = vec![start];
    follow(definition, start, &mut way, &mut Vec::new()).then_some(way)
}

pub(super) fn asks_itself(definition: &Definition, code: &str) -> bool {
    let mut open = vec![code.to_owned()];
    let mut seen: Vec<String> = Vec::new();
    while let Some(next) = open.pop() {
        let Some(table) = definition.tables.iter().find(|table| table.code == next) else {
            continue;
        };
        for asked in tables_asked(table) {
            if asked == code {
                return true;
            }
            if !seen.contains(&asked) {
                seen.push(asked.clone());
                open.push(asked);
            }
        }
    }
    false
}

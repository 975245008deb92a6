//! P11: the publish gate on a generated definition far larger than any real one.

use std::fmt::Write;

use anyhow::{Result, ensure};
use service::check::check;
use service::problem::{Problem, Severity};
use service::world::World;
use service::{Frames, read, resolve};

use super::Options;
use super::measure::Times;
use super::report::{Report, Target};
use crate::config::Config;
use crate::shipped;

const FIELDS: usize = 1_000;
const STEPS: usize = 100;
const TABLES: usize = 20;
const ROWS: usize = 50;
const TIMES: usize = 21;

pub fn p11(config: &Config, options: &Options) -> Result<Report> {
    let frames = shipped::frames(&config.services)?;
    let text = definition(FIELDS, STEPS, TABLES, ROWS);
    let size = format!(
        "{FIELDS} fields, {STEPS} steps, {TABLES} tables of {ROWS} rows, {} KB",
        text.len() / 1000
    );
    let mut report = Report::new("p11", 0, size, options.seed);
    let flaws = flaws(&text, &frames);
    ensure!(
        flaws.is_empty(),
        "the generated definition has flaws: {:?}",
        flaws.first()
    );
    let found = read(&text);
    let resolved = resolve(&found.definition, &frames);
    let world = World::default();
    let checked = Times::of(TIMES, || drop(check(&resolved, &world, &found.places)));
    let whole = Times::of(TIMES, || {
        drop(service::check::check_file(&text, &frames, &world))
    });
    report.aimed(
        "check: median",
        checked.median(),
        "ms",
        Target::at_most(50.0),
    );
    report.aimed(
        "read, fill in the frame and check: median",
        whole.median(),
        "ms",
        Target::at_most(50.0),
    );
    Ok(report)
}

fn flaws(text: &str, frames: &Frames) -> Vec<Problem> {
    let problems = service::check::check_file(text, frames, &World::default());
    problems
        .into_iter()
        .filter(|problem| problem.severity == Severity::Error)
        .collect()
}

/// A report with that many fields (one in four yes or no, a quarter shown only on a condition), steps
/// one after the other with a way back, and tables over two fields each.
fn definition(fields: usize, steps: usize, tables: usize, rows: usize) -> String {
    let mut text = String::from(
        "service: report.bench\nname: Phản ánh để đo\nname.en: A report to measure\nkind: report\nframe: feedback/1\n\
         group: Đo\ngroup.en: Measure\neffective: 2025-07-01\ndemonstration: true\nsummary: Để đo\nsummary.en: To measure\n\
         keywords: [đo]\napplicants: {who: [citizen], identity: none, channels: [web]}\n\nform:\n",
    );
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing into a text cannot fail.
        if text.write_fmt(words).is_ok() {
            text.push('\n');
        }
    };
    for n in 0..fields {
        if n % 20 == 0 {
            let page = n / 20 + 1;
            line(format_args!(
                "  - page: Trang {page}\n    page.en: Page {page}\n    fields:"
            ));
        }
        let before = n / 4 * 4;
        let label = format!("label: Câu hỏi {n}, label.en: Question {n}");
        match n % 4 {
            0 => line(format_args!(
                "      - {{code: f{n}, {label}, type: yes-no, required: true}}"
            )),
            1 => line(format_args!(
                "      - {{code: f{n}, {label}, type: choice, options: {{one: Một, two: Hai, three: Ba}}, options.en: {{one: One, two: Two, three: Three}}, required: true}}"
            )),
            2 => line(format_args!(
                "      - {{code: f{n}, {label}, type: whole, min: 0, max: 1000, show-when: f{before}, required: true}}"
            )),
            _ => line(format_args!(
                "      - {{code: f{n}, {label}, type: text, max: 200}}"
            )),
        }
    }
    line(format_args!("\ntables:"));
    line(format_args!(
        "  promise:\n    hit: first\n    columns: [f0, = limit]\n    rows:\n      - [true, 400 working-days]\n      - [false, 500 working-days]"
    ));
    for table in 0..tables {
        let (flag, choice) = (table * 4, table * 4 + 1);
        line(format_args!(
            "  table_{table}:\n    hit: first\n    columns: [f{flag}, f{choice}, f{}, =]\n    rows:",
            table * 4 + 2
        ));
        for row in 0..rows.saturating_sub(1) {
            let choice = ["one", "two", "three"][row % 3];
            line(format_args!("      - [true, {choice}, {row}, {row}]"));
        }
        line(format_args!("      - [\"*\", \"*\", \"*\", {rows}]"));
    }
    line(format_args!(
        "\nroles:\n  handler: {{name: Người xử lý, name.en: Handler, at: centre-1022}}"
    ));
    line(format_args!(
        "\nprocess:\n  limit: table(promise.limit)\n  steps:"
    ));
    for n in 1..=steps {
        let next = if n == steps { "end(solved)" } else { "next" };
        let back = if n == 1 {
            String::new()
        } else {
            format!(
                ", back: {{to: s{}, label: Làm lại, label.en: Again, at-most: 1, reason: required}}",
                n - 1
            )
        };
        line(format_args!(
            "    - {{code: s{n}, name: Bước {n}, name.en: Step {n}, by: handler, within: 1 hours, outcomes: {{done: {{to: {next}, label: Xong, label.en: Done}}{back}}}}}"
        ));
    }
    line(format_args!(
        "\naccess:\n  see: {{applicant: own, handler: all, public: without-personal-data}}"
    ));
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_generated_definition_is_sound_and_as_large_as_it_says() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
        let frames = shipped::frames(&folder).expect("frames");
        let text = definition(40, 5, 3, 6);
        assert_eq!(flaws(&text, &frames), []);
        let read = read(&text);
        assert_eq!(
            read.definition
                .form
                .iter()
                .map(|page| page.fields.len())
                .sum::<usize>(),
            40
        );
        let broken = text.replace("f0, f1, f2", "f0, f1, f999");
        assert_ne!(
            flaws(&broken, &frames),
            [],
            "a table over a field that is not there"
        );
    }
}

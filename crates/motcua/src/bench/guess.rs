//! How often the kind of a report is guessed from its words: the definitions alone, and mixed with what closed reports
//! taught. Three questions, from easy to hard: sentences of the demonstration at other places (what a city sees every
//! day), a sentence never seen while its kind's others were (left out in turn), and sentences written for this bench as
//! people type on a phone, without marks and with slips. The last two are what a first year is like.

use anyhow::{Context, Result};
use rules::guess::{self, Learned};
use serde::Deserialize;
use service::Definition;

use super::Options;
use super::report::{Report, Target};
use crate::config::Config;
use crate::demo::dice::Dice;
use crate::demo::read_script;
use crate::demo::script::Script;
use crate::shipped;

/// Reports of each sentence.
const EACH: usize = 30;

#[derive(Deserialize)]
struct Typed {
    /// Kind and sentence.
    said: Vec<(String, String)>,
}

type Told = (String, String);

pub fn guess(config: &Config, options: &Options) -> Result<Report> {
    let script = read_script(&config.data, &config.city)?;
    let frames = shipped::frames(&config.services)?;
    let definitions: Vec<Definition> = shipped::services(&config.services, &frames)?
        .into_iter()
        .map(|shipped| shipped.definition)
        .collect();
    let kinds: Vec<&Definition> = definitions
        .iter()
        .filter(|definition| script.reports.contains_key(&definition.service))
        .collect();
    let typed: Typed = toml::from_str(include_str!("guess.toml")).context("guess.toml")?;
    let mut dice = Dice::new(options.seed);
    let all = reports(&script, &mut dice, EACH);
    let mut report = Report::new(
        "guess",
        u32::try_from(all.len()).unwrap_or(u32::MAX),
        format!(
            "{} kinds, {} typed sentences",
            kinds.len(),
            typed.said.len()
        ),
        options.seed,
    );
    let share = |of: &[Told], learned: &Learned, first: usize| {
        let right = of.iter().filter(|(kind, words)| {
            let found = guess::guess(words, &kinds, learned);
            found.iter().take(first).any(|one| one.service == *kind)
        });
        100.0 * right.count() as f64 / of.len().max(1) as f64
    };
    let nothing = Learned::default();

    // Every fifth report is held out; its sentence was seen elsewhere.
    let (mut held, mut taught) = (Vec::new(), Vec::new());
    for (at, one) in all.iter().enumerate() {
        match at % 5 {
            0 => held.push(one.clone()),
            _ => taught.push(one.clone()),
        }
    }
    let learned = learn(&taught);
    report.figure(
        "sentences seen before, definitions alone: right at once",
        share(&held, &nothing, 1),
        "%",
    );
    report.aimed(
        "sentences seen before, with closed reports: right at once",
        share(&held, &learned, 1),
        "%",
        Target::at_least(95.0),
    );

    // Each sentence in turn is taken out of what is taught, in all its places.
    let (mut alone, mut mixed, mut three, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (kind, sentences) in &script.reports {
        for left_out in 0..sentences.len() {
            let mut script = script.clone();
            let Some(list) = script.reports.get_mut(kind) else {
                continue;
            };
            let sentence = list.remove(left_out);
            let learned = learn(&reports(&script, &mut dice, 10));
            let mut only = script.clone();
            only.reports = [(kind.clone(), vec![sentence])].into();
            let asked = reports(&only, &mut dice, 5);
            alone += share(&asked, &nothing, 1);
            mixed += share(&asked, &learned, 1);
            three += share(&asked, &learned, 3);
            count += 1.0;
        }
    }
    report.figure(
        "a sentence never seen, definitions alone: right at once",
        alone / count,
        "%",
    );
    report.figure(
        "a sentence never seen, with closed reports: right at once",
        mixed / count,
        "%",
    );
    report.figure(
        "a sentence never seen, with closed reports: among the first three",
        three / count,
        "%",
    );

    let learned = learn(&all);
    report.figure(
        "typed as on a phone, definitions alone: right at once",
        share(&typed.said, &nothing, 1),
        "%",
    );
    report.aimed(
        "typed as on a phone, with closed reports: right at once",
        share(&typed.said, &learned, 1),
        "%",
        Target::at_least(75.0),
    );
    report.aimed(
        "typed as on a phone, with closed reports: among the first three",
        share(&typed.said, &learned, 3),
        "%",
        Target::at_least(90.0),
    );
    for (kind, words) in &typed.said {
        let found = guess::guess(words, &kinds, &learned);
        let first = found.first().map_or("nothing", |one| one.service.as_str());
        if first != kind {
            report.remark(format!("{words}: {first}, not {kind}"));
        }
    }
    Ok(report)
}

fn learn(told: &[Told]) -> Learned {
    Learned::of(
        told.iter()
            .map(|(kind, words)| (kind.as_str(), words.as_str())),
    )
}

/// Reports of every kind, so many for each of its sentences, at places of the dice.
fn reports(script: &Script, dice: &mut Dice, each: usize) -> Vec<Told> {
    let mut told = Vec::new();
    for (kind, sentences) in &script.reports {
        for _ in 0..each * sentences.len() {
            let urban = dice.chance(0.6);
            let street = script.street(urban, dice);
            told.push((kind.clone(), script.report(kind, kind, &street, dice)));
        }
    }
    told
}

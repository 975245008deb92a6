//! Is the record whole? `verify` (hash chain), `replay` (events against rows), `recount` (figures
//! against rows). Each only reads.

use anyhow::Result;
use clap::Args;
use facts::{Cohort, Dimension, Query, obvious};
use jiff::civil::DateTime;
use serde_json::json;

use super::open::open_city;
use super::{Answer, Here};

#[derive(Args)]
pub struct Recount {
    /// Local date and time in the city; now where absent.
    #[arg(long, value_name = "DATE-TIME")]
    as_of: Option<DateTime>,
}

pub async fn verify(here: &Here) -> Result<Answer> {
    let city = open_city(here).await?;
    let found = city.reader.verify().await?;
    let language = here.language;
    let seal = found.last_seal.map(hex::encode);
    let verdict = match &found.broken {
        None => language
            .say("Chuỗi nguyên vẹn", "The chain holds")
            .to_owned(),
        Some(broken) => format!(
            "{}: {}: {}",
            language.say("CHUỖI BỊ ĐỨT", "THE CHAIN IS BROKEN"),
            broken.place,
            broken.why
        ),
    };
    let count = |number| language.count(number);
    let text = format!(
        "{verdict}\n{} {}, {} {}, {} {}, {} {}\n{} {}\n",
        count(found.cases),
        language.say("hồ sơ", "cases"),
        count(found.events),
        language.say("sự kiện", "events"),
        count(found.waiting),
        language.say("chờ niêm phong", "waiting for a seal"),
        count(found.seals),
        language.say("niêm phong", "seals"),
        language.say("Niêm phong cuối:", "Last seal:"),
        seal.as_deref().unwrap_or("–"),
    );
    Ok(Answer {
        text,
        json: json!({
            "holds": found.is_sound(),
            "cases": found.cases, "events": found.events, "waiting": found.waiting,
            "seals": found.seals, "last_seal": seal,
            "broken": found.broken.as_ref().map(|broken| json!({
                "place": broken.place, "why": broken.why,
            })),
        }),
        fine: found.is_sound(),
    })
}

pub async fn replay(here: &Here) -> Result<Answer> {
    let city = open_city(here).await?;
    let found = city.reader.replay().await?;
    let language = here.language;
    let mut text = format!(
        "{} {}, {} {}, {} {}\n",
        language.count(found.cases),
        language.say("hồ sơ", "cases"),
        language.count(found.events),
        language.say("sự kiện", "events"),
        language.count(found.differing),
        language.say("hồ sơ khác với sự kiện", "cases differ from their events"),
    );
    for difference in &found.differences {
        text.push_str(&format!("  {}: {}\n", difference.case, difference.what));
    }
    let differences: Vec<_> = found
        .differences
        .iter()
        .map(|one| json!({ "case": one.case, "what": one.what }))
        .collect();
    Ok(Answer {
        text,
        json: json!({
            "equal": found.is_equal(), "cases": found.cases, "events": found.events,
            "differing": found.differing, "differences": differences,
        }),
        fine: found.is_equal(),
    })
}

impl Recount {
    /// Asks the table that follows the log, and counts the rows one by one; both must agree in every
    /// number. Events that wait for a seal are in the rows and not yet in the table: said apart.
    pub async fn run(&self, here: &Here) -> Result<Answer> {
        let city = open_city(here).await?;
        let as_of = city.moment(self.as_of)?;
        let table = city.followed().await?;
        let rows = city.rows().await?;
        let mut questions = Vec::new();
        for by in [
            vec![],
            vec![Dimension::Unit],
            vec![Dimension::Service],
            vec![Dimension::Area],
            vec![Dimension::Unit, Dimension::Month],
        ] {
            questions.push(Query {
                as_of: as_of.as_second(),
                cohort: Cohort::All,
                meaning: city.settings.figures.meaning(),
                filters: Vec::new(),
                by,
                zone: city.zone.to_offset(as_of).seconds(),
                durations: true,
                quality: true,
            });
        }
        let differing: Vec<String> = questions
            .iter()
            .filter(|query| table.ask(query) != obvious::ask(&rows, query))
            .map(|query| format!("{:?}", query.by))
            .collect();
        let language = here.language;
        let waiting = rows.len().saturating_sub(table.len());
        let text = format!(
            "{} {}, {} {}: {}\n",
            language.count(rows.len() as u64),
            language.say("hồ sơ", "cases"),
            language.count(waiting as u64),
            language.say("chờ niêm phong", "waiting for a seal"),
            match differing.is_empty() {
                true => language
                    .say("mọi số liệu khớp", "all figures agree")
                    .to_owned(),
                false => format!(
                    "{} {}",
                    language.say("KHÁC NHAU theo", "DIFFERENT by"),
                    differing.join(", ")
                ),
            }
        );
        Ok(Answer {
            text,
            json: json!({
                "equal": differing.is_empty(), "cases": rows.len(), "in_table": table.len(),
                "waiting": waiting, "questions": questions.len(), "differing": differing,
                "bytes_a_case": table.bytes() as f64 / table.len().max(1) as f64,
            }),
            fine: differing.is_empty(),
        })
    }
}

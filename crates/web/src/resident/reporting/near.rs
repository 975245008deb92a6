//! Has somebody reported it already? Open public reports of the same kind around a spot, those that most likely mean
//! the same thing first: near, recent, in like words.

use rules::following::{alike, same_thing};
use service::answer::shows_place;

use super::*;

/// Shown at most; read at most.
const MOST: usize = 3;
const READ: u32 = 50;
/// Of a commune, where no point tells more: below that nothing says that it is the same.
const LIKELY: f64 = 0.25;

/// Open public reports of this kind as near and as new as the service asks; by commune where no point
/// is known, or where the service keeps places back.
pub(super) async fn near(
    hall: &Hall,
    l: Lang,
    definition: &Definition,
    spot: Option<Spot>,
    area: Option<&str>,
    words: &str,
) -> Result<Vec<Near>, Failure> {
    let Some(rule) = &definition.duplicates else {
        return Ok(Vec::new());
    };
    let now = hall.now();
    let since = now - jiff::SignedDuration::from_hours(24 * i64::from(rule.days));
    let metres = f64::from(rule.within_metres);
    let spot = spot.filter(|_| shows_place(definition));
    let found = match (spot, area) {
        (Some(spot), _) => {
            let within = Extent::around(spot, metres);
            let reader = hall.reader();
            reader.open_near(&definition.service, within, READ).await?
        }
        (None, Some(area)) => {
            let narrow = store::Narrow {
                services: vec![definition.service.clone()],
                areas: vec![area.to_owned()],
                open: Some(true),
                opened_from: Some(since),
                ..store::Narrow::default()
            };
            let page = store::Page {
                after: None,
                most: READ,
            };
            hall.reader().public_cases(&narrow, page).await?
        }
        (None, None) => Vec::new(),
    };
    let mut scored: Vec<(f64, Option<f64>, CaseLine)> = found
        .into_iter()
        .filter(|line| line.opened >= since)
        .filter_map(|line| {
            let away = match spot {
                Some(spot) => {
                    let (lat, lon) = line.place?;
                    Some(spot.metres_to(Spot { lat, lon }))
                }
                None => None,
            };
            if away.is_some_and(|away| away > metres) {
                return None;
            }
            let age = now.duration_since(line.opened);
            let like = alike(words, &line.title);
            let score = same_thing(away, metres, age, rule.days, like);
            (away.is_some() || score >= LIKELY).then_some((score, away, line))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(MOST);
    let ids: Vec<_> = scored.iter().map(|(_, _, line)| line.id).collect();
    let counts = hall.reader().seen_too(&ids).await?;
    Ok(scored
        .iter()
        .map(|(_, away, line)| {
            let too = counts.get(&line.id).copied().unwrap_or(0);
            near_line(l, line, *away, now, too)
        })
        .collect())
}

fn near_line(l: Lang, line: &CaseLine, away: Option<f64>, now: Moment, too: u32) -> Near {
    #[expect(clippy::cast_precision_loss, reason = "seconds since a report")]
    let ago = say::length(l, now.duration_since(line.opened).as_secs() as f64);
    let ago = l.f("report.ago", &[("length", &ago)]);
    let under = match away {
        Some(metres) => format!("{} m · {ago}", say::decimal(l, metres.round(), 0)),
        None => ago,
    };
    Near {
        code: line.code.clone(),
        title: line.title.clone(),
        under,
        too,
    }
}

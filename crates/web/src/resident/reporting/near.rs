//! Has somebody reported it already? Open public reports of the same kind around a spot, nearest first.

use super::*;

/// Open public reports of this kind as near and as new as the service asks; by commune where no point
/// is known.
pub(super) async fn near(
    hall: &Hall,
    l: Lang,
    definition: &Definition,
    spot: Option<Spot>,
    area: Option<&str>,
) -> Result<Vec<Near>, Failure> {
    const MOST: usize = 3;
    let Some(rule) = &definition.duplicates else {
        return Ok(Vec::new());
    };
    let now = hall.now();
    let since = now - jiff::SignedDuration::from_hours(24 * i64::from(rule.days));
    let metres = f64::from(rule.within_metres);
    let Some(spot) = spot else {
        let narrow = store::Narrow {
            services: vec![definition.service.clone()],
            areas: area.iter().map(|area| (*area).to_owned()).collect(),
            open: Some(true),
            opened_from: Some(since),
            ..store::Narrow::default()
        };
        if narrow.areas.is_empty() {
            return Ok(Vec::new());
        }
        let page = store::Page {
            after: None,
            most: MOST as u32,
        };
        let found = hall.reader().public_cases(&narrow, page).await?;
        return Ok(found
            .iter()
            .map(|line| near_line(l, line, None, now))
            .collect());
    };
    let found = hall
        .reader()
        .open_near(&definition.service, Extent::around(spot, metres), 50)
        .await?;
    let mut close: Vec<(f64, CaseLine)> = found
        .into_iter()
        .filter(|line| line.opened >= since)
        .filter_map(|line| {
            let (lat, lon) = line.place?;
            Some((spot.metres_to(Spot { lat, lon }), line))
        })
        .filter(|(away, _)| *away <= metres)
        .collect();
    close.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(close
        .iter()
        .take(MOST)
        .map(|(away, line)| near_line(l, line, Some(*away), now))
        .collect())
}

fn near_line(l: Lang, line: &CaseLine, away: Option<f64>, now: Moment) -> Near {
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
    }
}

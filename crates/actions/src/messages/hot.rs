//! A hot spot is told to the 1022 centre: once, and again only when it is still one after as many days as it looks at.

use jiff::Span;
use jiff::civil::Date;
use rules::ids::CaseId;
use rules::message::Facts;
use rules::notice::Kind;
use store::StoreError;

use super::Postroom;
use super::address::{Saying, compose, unit_box};
use super::facts::{Told, say};
use crate::city::City;
use crate::error::ActionError;

/// The kind of unit that answers the hotline.
const CENTRE: &str = "centre-1022";
/// Cases named in a notice.
const NAMED: usize = 20;

/// One kind of thing, reported again and again at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotSpot {
    /// Names the kind and the place.
    pub key: String,
    /// Newest first.
    pub cases: Vec<CaseId>,
    pub days: u32,
}

impl City {
    /// # Errors
    /// Where the memory does not answer.
    pub async fn say_hot(&self, spot: &HotSpot, post: &Postroom) -> Result<(), ActionError> {
        let (law, now) = (self.law(), self.now());
        let today = law.calendar()?.local(now).0;
        let said = format!("said/hot/{}", spot.key);
        let quiet = today.saturating_sub(Span::new().days(i64::from(spot.days.min(3_660))));
        let fresh = move |before: Option<Date>| before.is_none_or(|before| before <= quiet);
        let before = self.reader().remembered::<Option<Date>>(&said).await?;
        let Some(centre) = law.organisation.units_on(today).find(|u| u.kind == CENTRE) else {
            return Ok(());
        };
        if !fresh(before.flatten()) {
            return Ok(());
        }
        let Some(newest) = spot.cases.first() else {
            return Ok(());
        };
        let Some(told) = Told::of(self, *newest).await? else {
            return Ok(());
        };
        let (mut lines, mut codes) = (Vec::new(), Vec::new());
        for case in spot.cases.iter().take(NAMED) {
            if let Some((one, _)) = self.reader().case_for_city(*case).await? {
                let day = say(one.opened, law.calendar()?);
                lines.push(format!("{} ({day})", one.code));
                codes.push(one.code);
            }
        }
        let area = told.case.area.as_deref();
        let area = area.and_then(|area| law.organisation.area(area, today));
        let service = told.published();
        let facts = Facts {
            service: service.map_or_else(String::new, |one| one.definition.name.vi.clone()),
            about: area.map_or_else(String::new, |area| area.name.clone()),
            processed: say(now, law.calendar()?),
            lines,
            codes,
            link: format!("{}/cases/{}", post.public_url, told.case.code),
            ..Facts::default()
        };
        let saying = Saying {
            kind: Kind::HotSpot,
            case: Some(*newest),
            occasion: &format!("hot/{}/{today}", spot.key),
            facts,
        };
        let messages = compose(&law, &unit_box(&law, &centre.code), saying, post, now)?;
        let written: Result<(), StoreError> = self
            .writer()
            .run("hot-spot", move |tx| {
                let (messages, said) = (messages.clone(), said.clone());
                Box::pin(async move {
                    let before = tx.once::<Option<Date>>(&said, now).await?;
                    if !fresh(before.flatten()) {
                        return Ok(());
                    }
                    for message in &messages {
                        tx.save_message(message).await?;
                    }
                    tx.remember(&said, &Some(today)).await
                })
            })
            .await;
        Ok(written?)
    }
}

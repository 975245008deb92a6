//! What is said once a day or once a week without any event: cases later than a tier allows, results that nobody fetched, the
//! list of late cases to the leaders, and the digest. Each occasion has its day or its case in its name, so a restart says
//! nothing twice.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rules::Moment;
use rules::case::Case;
use rules::ids::CaseId;
use rules::message::Facts;
use rules::notice::{Kind, Notice, To};
use store::{Recipient, StoreError};

use super::address::{Saying, compose, top};
use super::facts::{Told, days_late, say};
use super::{Postroom, in_app};
use crate::city::City;
use crate::error::ActionError;

/// Cases read at a time.
const PAGE: u32 = 500;
/// Lines of a digest.
const LINES: usize = 30;
/// The named value that holds the last day on which all was said.
const DONE: &str = "daily-letters";

impl City {
    /// Says what is due today, once the hour of the digest has come on a working day. Returns whether anything was looked at.
    ///
    /// # Errors
    /// Where the memory does not answer or the calendar does not reach so far.
    pub async fn daily_letters(&self, post: &Postroom) -> Result<bool, ActionError> {
        let (law, now) = (self.law(), self.now());
        let calendar = law.calendar()?;
        let (today, time) = calendar.local(now);
        let begin = law.messages.policy.digest.at;
        let done: Option<String> = self.reader().value(DONE).await?;
        if time < begin || !calendar.is_working_day(today)? || done == Some(today.to_string()) {
            return Ok(false);
        }
        self.say_who_is_late(now, post).await?;
        self.say_what_waits(now, post).await?;
        self.weekly_list(today, now, post).await?;
        self.digests(today, now, post).await?;
        self.remember(DONE, &today.to_string()).await?;
        Ok(true)
    }

    /// Each late case, at the highest tier it has reached.
    async fn say_who_is_late(&self, now: Moment, post: &Postroom) -> Result<(), ActionError> {
        let law = self.law();
        let mut after = None;
        loop {
            let late = self.reader().late_cases(now, after, PAGE).await?;
            let Some((last, _)) = late.last() else {
                return Ok(());
            };
            after = Some(last.id);
            for (case, _) in late.iter().filter(|(case, _)| case.clock.running()) {
                let days = days_late(case, now, law.calendar_of(case.clock.calendar)?)?;
                let Some((tier, notices)) = law.messages.tiers.late(case, days) else {
                    continue;
                };
                // A new date begins anew.
                let due = case.clock.due.map_or(0, |due| due.as_microsecond());
                let occasion = format!("late/{}/{due}/{tier}", case.id);
                self.say(case.id, &notices, &occasion, post).await?;
            }
        }
    }

    /// Results that wait to be fetched, after so many working days each.
    async fn say_what_waits(&self, now: Moment, post: &Postroom) -> Result<(), ActionError> {
        let law = self.law();
        let calendar = law.calendar()?;
        for case in self.reader().uncollected().await? {
            let Some((_, ended)) = case.life.ended() else {
                continue;
            };
            let (from, to) = (calendar.local(ended).0, calendar.local(now).0);
            let days = calendar.working_days(from, to)?.saturating_sub(1);
            let after = law.messages.tiers.uncollected.after.iter();
            let Some(reached) = after.filter(|after| **after <= days).max() else {
                continue;
            };
            let notice = Notice {
                to: To::Applicant,
                kind: Kind::Uncollected,
                step: None,
            };
            let occasion = format!("uncollected/{}/{reached}", case.id);
            self.say(case.id, &[notice], &occasion, post).await?;
        }
        Ok(())
    }

    async fn say(
        &self,
        case: CaseId,
        notices: &[Notice],
        occasion: &str,
        post: &Postroom,
    ) -> Result<(), ActionError> {
        // Said before: nothing is loaded for it again.
        let said = format!("said/{occasion}");
        if self.reader().remembered::<bool>(&said).await?.is_some() {
            return Ok(());
        }
        let Some(told) = Told::of(self, case).await? else {
            return Ok(());
        };
        let mut messages = Vec::new();
        for notice in notices {
            messages.extend(self.about_case(&told, notice, None, occasion, post).await?);
        }
        let now = self.now();
        let written: Result<(), StoreError> = self
            .writer()
            .run("occasion", move |tx| {
                let (messages, said) = (messages.clone(), said.clone());
                Box::pin(async move {
                    if tx
                        .once::<Option<bool>>(&said, now)
                        .await?
                        .flatten()
                        .is_some()
                    {
                        return Ok(());
                    }
                    for message in &messages {
                        tx.save_message(message).await?;
                    }
                    tx.remember(&said, &Some(true)).await
                })
            })
            .await;
        Ok(written?)
    }

    /// Everything late, by unit, to the leaders of the city: on the day of the week that the tiers name, or on the next working
    /// day where that one is off.
    async fn weekly_list(
        &self,
        today: Date,
        now: Moment,
        post: &Postroom,
    ) -> Result<(), ActionError> {
        let law = self.law();
        let weekly = &law.messages.tiers.weekly;
        let week = today.iso_week_date();
        if today.weekday().to_monday_one_offset() < weekly.weekday {
            return Ok(());
        }
        let occasion = format!("weekly/{}-{}", week.year(), week.week());
        let mut units: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        let mut after = None;
        loop {
            let late = self.reader().late_cases(now, after, PAGE).await?;
            let Some((last, _)) = late.last() else { break };
            after = Some(last.id);
            for (case, _) in late.iter().filter(|(case, _)| case.clock.running()) {
                let counts = units.entry(case.unit.clone()).or_default();
                counts.0 += 1;
                counts.1 += u32::from(apologised(case));
            }
        }
        if units.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<(u32, String)> = units
            .iter()
            .map(|(unit, (late, sorry))| {
                let name = law.organisation.unit_ever(unit);
                let name = name.map_or(unit.as_str(), |unit| unit.name.as_str());
                (*late, format!("{name}: {late} ({sorry}/{late})"))
            })
            .collect();
        lines.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let about = self.reader().about_city().await?;
        let facts = Facts {
            city: about.map_or_else(String::new, |about| about.name),
            processed: say(now, law.calendar()?),
            lines: lines.into_iter().map(|(_, line)| line).collect(),
            link: format!("{}/late", post.public_url),
            ..Facts::default()
        };
        let root = units.keys().next().map(|unit| top(&law, unit));
        let Some(root) = root else { return Ok(()) };
        let mut messages = Vec::new();
        for head in self.heads(&root).await? {
            let saying = Saying {
                kind: Kind::WeeklyList,
                case: None,
                occasion: &occasion,
                facts: facts.clone(),
            };
            messages.extend(compose(&law, &head, saying, post, now)?);
        }
        self.write_messages(None, messages).await
    }

    /// One e-mail with what each official who wishes so has not seen.
    async fn digests(&self, today: Date, now: Moment, post: &Postroom) -> Result<(), ActionError> {
        let law = self.law();
        let about = self.reader().about_city().await?;
        let city = about.map_or_else(String::new, |about| about.name);
        for (person, wishes) in self.reader().preferences().await? {
            if !wishes.digest || wishes.email.is_empty() {
                continue;
            }
            let Some(official) = self.person(person).await? else {
                continue;
            };
            let whose: Vec<Recipient> = in_app(&official, &law, today);
            let seen = self.reader().seen_until(person).await?;
            let all = self.reader().notices(&whose, None, LINES as u32).await?;
            let unseen = all
                .into_iter()
                .filter(|message| seen.is_none_or(|seen| message.created > seen));
            let lines: Vec<String> = unseen.filter_map(|message| message.subject).collect();
            if lines.is_empty() {
                continue;
            }
            let mut whom = self.official(person).await?;
            whom.without = wishes.without.clone();
            let occasion = format!("digest/{today}");
            let saying = Saying {
                kind: Kind::Digest,
                case: None,
                occasion: &occasion,
                facts: Facts {
                    city: city.clone(),
                    processed: say(now, law.calendar()?),
                    lines,
                    link: format!("{}/notices", post.public_url),
                    ..Facts::default()
                },
            };
            let messages = compose(&law, &whom, saying, post, now)?;
            self.write_messages(None, messages).await?;
        }
        Ok(())
    }
}

/// Form 04 went out: the date was moved once, with an apology.
pub fn apologised(case: &Case) -> bool {
    !case.clock.extensions.is_empty()
}

//! To whom a notice goes and which way: the person's own wishes, the address the city has, what can be said on that way.

use std::collections::BTreeMap;

use rules::Moment;
use rules::ids::{PersonId, UnitCode};
use rules::message::{Channel, Facts};
use rules::notice::{Kind, Notice, To};
use service::Answers;
use service::definition::{FieldKind, Post};
use store::{Job, Message, Onward, Preference, Recipient, Side, State, StoreError};

use super::facts::Told;
use super::{Postroom, id_of};
use crate::city::{City, Law};
use crate::error::ActionError;

/// Somebody who is told, with where they can be reached.
#[derive(Debug, Clone)]
pub(super) struct Whom {
    pub recipient: Recipient,
    pub side: Side,
    pub language: String,
    pub addresses: BTreeMap<Channel, String>,
    /// Ways the person does not want, or that do not lead to this recipient.
    pub without: Vec<Channel>,
    pub name: String,
}

/// What is said to somebody and what makes it one message.
pub(super) struct Saying<'a> {
    pub kind: Kind,
    pub case: Option<rules::ids::CaseId>,
    /// Names the occasion: the same occasion makes the same message.
    pub occasion: &'a str,
    pub facts: Facts,
}

impl City {
    /// The messages of a notice.
    pub(super) async fn addressed(
        &self,
        job: &Job,
        post: &Postroom,
    ) -> Result<Vec<Message>, ActionError> {
        let notice: Notice = serde_json::from_value(job.payload.clone())
            .map_err(|error| StoreError::corrupt(format!("a notice: {error}")))?;
        let Some(told) = Told::of(self, job.case).await? else {
            return Ok(Vec::new());
        };
        let occasion = format!("notice/{}/{}/{}", job.case, job.version, job.item);
        self.about_case(&told, &notice, Some(job.version), &occasion, post)
            .await
    }

    /// The messages of one notice about a case.
    pub(super) async fn about_case(
        &self,
        told: &Told,
        notice: &Notice,
        version: Option<u32>,
        occasion: &str,
        post: &Postroom,
    ) -> Result<Vec<Message>, ActionError> {
        let now = self.now();
        let mut messages = Vec::new();
        for whom in self.whom(told, notice).await? {
            let staff = whom.side == Side::Staff;
            let facts = told.facts(notice, version, now, &whom.language, staff, post)?;
            let saying = Saying {
                kind: notice.kind,
                case: Some(told.case.id),
                occasion,
                facts,
            };
            messages.extend(compose(&told.law, &whom, saying, post, now)?);
        }
        Ok(messages)
    }

    async fn whom(&self, told: &Told, notice: &Notice) -> Result<Vec<Whom>, ActionError> {
        let (law, case) = (&told.law, &told.case);
        let today = law.calendar()?.local(self.now()).0;
        Ok(match &notice.to {
            To::Applicant => {
                let answers = self.reader().answers(case.id).await?;
                let answers = answers.map(|(_, answers)| answers).unwrap_or_default();
                vec![self.applicant(told, &answers).await?]
            }
            To::Holder(id) => vec![self.official(*id).await?],
            To::Unit(unit) => {
                let step = notice.step.as_deref();
                let task = case
                    .tasks
                    .iter()
                    .find(|task| Some(task.step.as_str()) == step);
                // A step that only heads may decide waits for them.
                match task.is_some_and(|task| task.post > Post::Staff) {
                    true => self.heads(unit).await?,
                    false => vec![unit_box(law, unit)],
                }
            }
            To::HeadOfUnit(unit) => self.heads(unit).await?,
            To::HeadOfCentre => match centre(law, case, today) {
                Some(unit) => self.heads(&unit).await?,
                None => Vec::new(),
            },
            To::HeadAbove => {
                let unit = law.organisation.unit_ever(&case.unit);
                match unit.and_then(|unit| unit.parent.clone()) {
                    Some(above) => self.heads(&above).await?,
                    None => Vec::new(),
                }
            }
            To::Leaders => self.heads(&top(law, &case.unit)).await?,
        })
    }

    async fn applicant(&self, told: &Told, answers: &Answers) -> Result<Whom, ActionError> {
        let wishes = match told.case.applicant {
            Some(id) => self.reader().preference(id).await?,
            None => Preference::default(),
        };
        let given = |kind: FieldKind| {
            let published = told.published();
            let pages = published.iter().flat_map(|p| &p.definition.form);
            // The people of a repeating page are others.
            let fields = pages
                .filter(|page| page.repeat.is_none())
                .flat_map(|p| &p.fields);
            fields
                .filter(|field| field.kind == kind)
                .filter_map(|field| answers.get(&field.code)?.as_str())
                .find(|answer| !answer.is_empty())
                .map(str::to_owned)
        };
        let or = |own: &str, given: Option<String>| match own {
            "" => given,
            own => Some(own.to_owned()),
        };
        let mut addresses = BTreeMap::new();
        // Whoever wrote from outside is answered the way they wrote.
        if let Some(arrival) = self.reader().arrival_of_case(told.case.id).await?
            && let Some(sender) = arrival.sender
        {
            addresses.insert(arrival.way, sender);
        }
        if let Some(phone) = or(&wishes.phone, given(FieldKind::Phone)) {
            addresses.insert(Channel::Sms, phone.clone());
            addresses.insert(Channel::Zalo, phone);
        }
        if let Some(email) = or(&wishes.email, given(FieldKind::Email)) {
            addresses.insert(Channel::Email, email);
        }
        Ok(Whom {
            recipient: told
                .case
                .applicant
                .map_or(Recipient::Applicant, Recipient::Person),
            side: Side::Applicant,
            language: language(&wishes),
            addresses,
            without: wishes.without,
            name: String::new(),
        })
    }

    pub(super) async fn official(&self, id: PersonId) -> Result<Whom, ActionError> {
        let wishes = self.reader().preference(id).await?;
        let names = self.reader().names(&[id]).await?;
        let mut without = wishes.without.clone();
        // The daily letter holds it.
        if wishes.digest {
            without.push(Channel::Email);
        }
        let email = Some(wishes.email.clone()).filter(|email| !email.is_empty());
        Ok(Whom {
            recipient: Recipient::Person(id),
            side: Side::Staff,
            language: language(&wishes),
            addresses: email.into_iter().map(|to| (Channel::Email, to)).collect(),
            without,
            name: names
                .into_iter()
                .next()
                .map_or_else(String::new, |(_, name)| name),
        })
    }

    /// One line in the list that all heads of the unit share, and to each the ways out of the house.
    pub(super) async fn heads(&self, unit: &str) -> Result<Vec<Whom>, ActionError> {
        let now = self.now();
        let mut all = vec![Whom {
            recipient: Recipient::Head(unit.to_owned()),
            side: Side::Staff,
            language: "vi".to_owned(),
            addresses: BTreeMap::new(),
            without: Vec::new(),
            name: String::new(),
        }];
        for (id, _) in self.reader().seated(unit, Post::DeputyHead, now).await? {
            let mut head = self.official(id).await?;
            head.without.push(Channel::App);
            all.push(head);
        }
        Ok(all)
    }
}

/// The list of a unit, and its shared mailbox where it has one.
pub(super) fn unit_box(law: &Law, unit: &str) -> Whom {
    let mailbox = law.messages.policy.mailboxes.get(unit);
    Whom {
        recipient: Recipient::Unit(unit.to_owned()),
        side: Side::Staff,
        language: "vi".to_owned(),
        addresses: mailbox
            .map(|to| (Channel::Email, to.clone()))
            .into_iter()
            .collect(),
        without: Vec::new(),
        name: String::new(),
    }
}

fn language(wishes: &Preference) -> String {
    match wishes.language.as_str() {
        "" => "vi".to_owned(),
        language => language.to_owned(),
    }
}

/// The desk that received the case, else the desk below its unit, else the city's.
fn centre(law: &Law, case: &rules::case::Case, on: jiff::civil::Date) -> Option<UnitCode> {
    let organisation = &law.organisation;
    let is_desk = |unit: &&rules::organisation::Unit| unit.kind.ends_with("-desk");
    let received = case.received_at.as_deref();
    let received = received
        .and_then(|unit| organisation.unit(unit, on))
        .filter(is_desk);
    let below = || organisation.children(&case.unit, on).find(is_desk);
    let city = || {
        organisation
            .units_on(on)
            .find(|unit| unit.kind == "city-desk")
    };
    let found = received.or_else(below).or_else(city)?;
    Some(found.code.clone())
}

/// The unit at the top, whose heads lead the city.
pub(super) fn top(law: &Law, unit: &str) -> UnitCode {
    let (mut top, mut seen) = (unit.to_owned(), 0);
    while let Some(above) = law
        .organisation
        .unit_ever(&top)
        .and_then(|u| u.parent.clone())
    {
        top = above;
        seen += 1;
        // Data may name a unit its own ancestor.
        if seen > 20 {
            break;
        }
    }
    top
}

/// One message for each way that the policy wants and that can be gone.
pub(super) fn compose(
    law: &Law,
    whom: &Whom,
    saying: Saying<'_>,
    post: &Postroom,
    now: Moment,
) -> Result<Vec<Message>, ActionError> {
    let Saying {
        kind,
        case,
        occasion,
        facts,
    } = saying;
    let facts = Facts {
        name: whom.name.clone(),
        ..facts
    };
    let rules = &law.messages;
    let Some(ways) = rules.policy.ways.get(&kind) else {
        return Ok(Vec::new());
    };
    let lists = match whom.side {
        Side::Applicant => &ways.applicant,
        Side::Staff => &ways.staff,
    };
    let mut messages = Vec::new();
    for list in lists {
        let mut ready = Vec::new();
        for channel in list.iter().copied() {
            let address = match channel {
                Channel::App => Some(String::new()),
                _ if !post.ways.contains(&channel) => None,
                _ => whom.addresses.get(&channel).cloned(),
            };
            let Some(address) = address.filter(|_| !whom.without.contains(&channel)) else {
                continue;
            };
            if !rules.registry.can(kind, channel, &whom.language) {
                continue;
            }
            match rules.registry.render(kind, channel, &whom.language, &facts) {
                Ok(said) => ready.push(Onward {
                    channel,
                    address,
                    said,
                }),
                // Approved texts render; a fact longer than a message may be is the exception.
                Err(flaw) => tracing::error!(?kind, ?channel, %flaw, "a message has no text"),
            }
        }
        if ready.is_empty() {
            continue;
        }
        let first = ready.remove(0);
        let app = first.channel == Channel::App;
        let words = format!(
            "{occasion}/{}/{}",
            whom.recipient.code(),
            first.channel.code()
        );
        messages.push(Message {
            id: id_of(&words),
            case,
            recipient: whom.recipient.clone(),
            side: whom.side,
            kind,
            channel: first.channel,
            language: whom.language.clone(),
            address: (!app).then_some(first.address),
            subject: Some(first.said.subject),
            body: Some(first.said.body),
            provider: first.said.provider,
            fallback: ready,
            state: if app {
                State::Delivered
            } else {
                State::Waiting
            },
            tries: 0,
            due: rules
                .policy
                .not_before(first.channel, now, law.calendar()?)?,
            created: now,
            settled: app.then_some(now),
            reference: None,
            fault: None,
        });
    }
    Ok(messages)
}

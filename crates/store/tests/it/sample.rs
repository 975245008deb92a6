//! Cases made by folding events, as the rules would.

use jiff::{SignedDuration, Timestamp};
use rules::case::event::{Event, Opened, Recorded};
use rules::case::evolve;
use rules::case::state::{Case, Spot, Task};
use rules::ids::{CaseId, PersonId};
use rules::person::Actor;
use service::definition::{Channel, Ending, Kind, Limit, LimitUnit, Post};
use store::{Extras, StoreError, Tx, Writer};
use uuid::Uuid;

pub fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + seconds).unwrap()
}

pub fn case_id(n: u32) -> CaseId {
    CaseId(Uuid::from_u128(
        0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n),
    ))
}

pub fn person_id(n: u32) -> PersonId {
    PersonId(Uuid::from_u128(
        0x0290_0000_0000_7000_8000_0000_0000_0000 + u128::from(n),
    ))
}

/// A case with the events that made it, ready to be saved or carried on.
#[derive(Debug, Clone)]
pub struct Sample {
    pub prior: Option<Case>,
    pub case: Option<Case>,
    pub id: CaseId,
    pub recorded: Vec<Recorded>,
    pub extras: Extras,
}

impl Sample {
    /// A broken street light in area 31135, due three days after it was opened.
    pub fn opened(n: u32) -> Self {
        Self::opened_as(n, |_| {})
    }

    pub fn opened_as(n: u32, change: impl FnOnce(&mut Opened)) -> Self {
        let at = moment(i64::from(n));
        let mut opened = Opened {
            code: format!("H13.26.0107-260601-{n:04}"),
            service: "street-light".into(),
            service_version: 1,
            kind: Kind::Report,
            channel: Channel::Web,
            applicant: None,
            applicant_kind: None,
            unit: "commune-31135".into(),
            received_at: None,
            area: Some("31135".into()),
            place: Some(Spot {
                lat: 10.03 + f64::from(n) / 10_000.0,
                lon: 105.78,
            }),
            public: true,
            about: None,
        };
        change(&mut opened);
        let unit = opened.unit.clone();
        let mut sample = Self {
            prior: None,
            case: None,
            id: case_id(n),
            recorded: Vec::new(),
            extras: Extras {
                title: Some(format!("Đèn đường hỏng số {n}")),
                words: Some("Cột đèn trước nhà 30/4, phường Xuân Khánh".into()),
                group: "ha-tang".into(),
                secret_hash: Some([n as u8; 32]),
                posts: Vec::new(),
            },
        };
        sample.then(at, Actor::Visitor, Event::Opened(Box::new(opened)));
        let due = at + SignedDuration::from_hours(72);
        sample.then(
            at,
            Actor::Visitor,
            Event::ClockStarted {
                limit: Some(Limit {
                    thousandths: 3000,
                    unit: LimitUnit::Days,
                }),
                calendar: 1,
                due,
            },
        );
        let task = Task {
            step: "repair".into(),
            row: None,
            role: "crew".into(),
            unit: Some(unit),
            keeper: None,
            post: Post::Staff,
            since: at,
            due: Some(at + SignedDuration::from_hours(24)),
            holder: None,
            own_step: false,
            reported: None,
            warned: Vec::new(),
        };
        sample.then(at, Actor::Visitor, Event::StepStarted { task });
        sample
    }

    pub fn then(&mut self, at: Timestamp, actor: Actor, event: Event) {
        let version = self.case.as_ref().map_or(0, |c| c.version) + 1;
        let recorded = Recorded {
            case: self.id,
            version,
            at,
            actor,
            event,
        };
        self.case = Some(evolve(self.case.take(), &recorded));
        self.recorded.push(recorded);
    }

    /// What was done so far counts as saved.
    pub fn saved(mut self) -> Self {
        self.prior = self.case.clone();
        self.recorded.clear();
        self.extras = Extras::default();
        self
    }

    pub fn claimed(mut self, by: u32, at: Timestamp) -> Self {
        let by = person_id(by);
        let actor = Actor::Official {
            id: by,
            unit: "commune-31135".into(),
            post: Post::Staff,
        };
        let step = "repair".into();
        self.then(
            at,
            actor,
            Event::Claimed {
                step,
                row: None,
                by,
            },
        );
        self
    }

    pub fn ended(mut self, ending: Ending, at: Timestamp) -> Self {
        let (step, row) = ("repair".into(), None);
        self.then(at, Actor::Clock, Event::StepDropped { step, row });
        self.then(at, Actor::Clock, Event::Issued { ending });
        self
    }

    pub fn case(&self) -> &Case {
        self.case.as_ref().unwrap()
    }

    pub async fn save_in(&self, tx: &mut Tx) -> Result<(), StoreError> {
        tx.save_case(
            self.prior.as_ref(),
            self.case(),
            &self.recorded,
            &self.extras,
        )
        .await
    }

    pub async fn save(&self, writer: &Writer) -> Result<(), StoreError> {
        let sample = self.clone();
        writer
            .run("save", move |tx| {
                let sample = sample.clone();
                Box::pin(async move { sample.save_in(tx).await })
            })
            .await
    }
}
